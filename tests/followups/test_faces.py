"""What a new certificate of another office says, and source contracts that were renewed: both move the end of a right."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from apps.certificates.contracts import ContractEnd
from apps.outbox.models import Letter
from apps.pages import changes
from apps.rights.face import FaceForm
from apps.rights.models import Renewal
from apps.workflow.checklist import look_through, subject_of
from apps.workflow.difference import Change
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from apps.workflow.states import kind
from tests.followups.cases import accepted, filed
from tests.listings.cases import listed
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
NEAR = date(2026, 6, 30)
NATIONAL = "20260333000000012"
FACE = {"certificate_number": NATIONAL, "issued_on": date(2026, 2, 20), "valid_until": date(2029, 7, 15)}
BUOYS = ContractEnd(date(2026, 12, 1), "东海浮标示范公司", "enterprise")
PORT = ContractEnd(date(2027, 2, 1), "示范港务局", "public")


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def mirrored(organisations):
    """A right that the province registered, inside its renewal window."""
    return make_right(
        organisations.enterprise, form="provincial", number="浙登-1", certificate_number="浙证-1",
        registered_on=date(2023, 7, 1), valid_until=NEAR,
    )  # fmt: skip


@pytest.fixture
def sourced(organisations):
    """A right of this office that ends with the first of its two source contracts."""
    return make_right(organisations.enterprise, contract_ends=(BUOYS, PORT))


def refused(act, *args, **words) -> str:
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(*args, **words)
    return refusal.value.code


def now(row):
    return type(row).objects.get(pk=row.pk)


def row(contract: ContractEnd, until: date) -> dict:
    return {"name": contract.name, "kind": contract.kind, "ends_on": until}


def only(**values) -> dict:
    """The values of a change that names nothing but these."""
    return {"name": "", "record_count": None, **values}


# ------------------------------------------------------------------------------------------------ another office's face


def test_a_mirrored_right_is_renewed_by_its_new_certificate(people, organisations, mirrored):
    case = accepted("renewal", people, organisations, mirrored, data=dict(FACE))
    new = mirrored.certificates.get(superseded_at=None)
    assert (new.number, new.form, new.issued_on, new.valid_until) == (
        NATIONAL, "national", date(2026, 2, 20), date(2029, 7, 15),
    )  # fmt: skip
    assert now(mirrored).valid_until == Renewal.objects.get(case=case).renewed_until == date(2029, 7, 15)
    assert now(mirrored).case.clocks.get(name="validity", ended_at=None).due_on == date(2029, 7, 15)
    lines = Letter.objects.filter(case_pk=case.pk, text="right.accepted").first().context["lines"]
    assert NATIONAL in [line["value"] for line in lines]


@pytest.mark.parametrize(
    ("field", "given", "code"),
    [
        ("certificate_number", dict.fromkeys(FACE), "no_face"),
        ("issued_on", {"issued_on": None}, "face_incomplete"),
        ("valid_until", {"valid_until": None}, "face_incomplete"),
        ("certificate_number", {"certificate_number": ""}, "face_incomplete"),
        ("certificate_number", {"certificate_number": "浙证-1"}, "number_taken"),
        ("issued_on", {"issued_on": date(2026, 3, 3)}, "face_later"),
        ("valid_until", {"valid_until": date(2026, 3, 1)}, "face_over"),
        ("valid_until", {"valid_until": NEAR}, "no_longer"),
        ("valid_until", {"issued_on": date(2026, 2, 20), "valid_until": date(2026, 2, 19)}, "face_over"),
    ],
)
def test_a_fault_in_a_face_is_told_once_at_its_field(field, given, code, people, organisations, mirrored):
    case = filed("renewal", people, organisations, mirrored)
    values = {**FACE, **given}
    assert refused(perform, case.pk, "accept", actor=people.chief, data=values) == code
    form = kind("renewal").move("accept").form({name: value or "" for name, value in values.items()}, case=now(case))
    assert {name: len(told) for name, told in form.errors.items()} == {field: 1}


def test_a_right_of_this_office_takes_no_other_face(people, organisations):
    right = make_right(organisations.enterprise, registered_on=date(2023, 7, 1), valid_until=NEAR)
    case = filed("renewal", people, organisations, right)
    assert "certificate_number" not in FaceForm(case=case).fields
    assert refused(perform, case.pk, "accept", actor=people.chief, data=dict(FACE)) == "wrong_form"


@pytest.mark.parametrize("name", ["reissue", "entry_change", "transfer"])
def test_what_moves_a_mirrored_right_may_bring_its_new_certificate(name, people, organisations, mirrored):
    listing = listed(people, organisations, mirrored)
    accepted(name, people, organisations, mirrored, data={"joint_paper": True, **FACE})
    assert mirrored.certificates.get(superseded_at=None).number == NATIONAL
    assert now(mirrored).valid_until == date(2029, 7, 15)
    if name != "transfer":  # which suspends it
        assert now(listing).due_on == listing.row.valid_until


def test_without_a_face_the_mirrored_entry_is_annotated(people, organisations, mirrored):
    accepted("entry_change", people, organisations, mirrored)
    assert [each.number for each in mirrored.certificates.all()] == ["浙证-1"]
    assert now(mirrored).valid_until == NEAR


def test_a_local_certificate_changes_to_a_national_one_by_its_face(people, organisations, sourced):
    wanted = {"ground": "form", "certificate_form": "national", "certificate_number": NATIONAL}
    case = filed("reissue", people, organisations, sourced, **wanted)
    assert FaceForm(case=case)["certificate_number"].initial == NATIONAL
    assert refused(perform, case.pk, "accept", actor=people.chief, data={}) == "no_face"
    perform(case.pk, "accept", actor=people.chief, data=dict(FACE))
    assert (now(sourced).valid_until, now(sourced).ended_by_contract) == (date(2029, 7, 15), "")
    assert sourced.certificates.get(superseded_at=None).form == "national"


# ------------------------------------------------------------------------------------------------ source contracts


def test_a_renewed_contract_moves_the_end_of_the_right(people, organisations, sourced):
    listing = listed(people, organisations, sourced)
    assert (sourced.valid_until, now(listing).due_on) == (BUOYS.ends_on, BUOYS.ends_on)
    rows = [row(BUOYS, date(2030, 5, 1)), row(PORT, PORT.ends_on)]
    case = accepted("entry_change", people, organisations, sourced, **only(contracts=rows))
    assert (now(sourced).valid_until, now(sourced).ended_by_contract) == (PORT.ends_on, PORT.name)
    assert now(listing).due_on == PORT.ends_on
    assert case.row.contracts == [{"name": BUOYS.name, "kind": "enterprise", "ends_on": "2030-05-01"}]
    lines = Letter.objects.filter(case_pk=case.pk, text="right.accepted").first().context["lines"]
    assert "2026-12-01 → 2030-05-01" in [line["value"] for line in lines]


def test_a_contract_that_was_shortened_ends_the_right_sooner(people, organisations, sourced):
    accepted("entry_change", people, organisations, sourced, **only(contracts=[row(PORT, date(2026, 11, 15))]))
    assert (now(sourced).valid_until, now(sourced).ended_by_contract) == (date(2026, 11, 15), PORT.name)


def test_contracts_that_read_as_before_are_no_change(people, organisations, sourced):
    same = only(contracts=[row(BUOYS, BUOYS.ends_on), row(PORT, PORT.ends_on)])
    assert refused(filed, "entry_change", people, organisations, sourced, **same) == "nothing_changed"


def test_a_contract_that_has_ended_is_no_change_of_the_entry(people, organisations, sourced):
    over = only(contracts=[row(BUOYS, date(2026, 3, 1))])
    assert refused(filed, "entry_change", people, organisations, sourced, **over) == "source_ended"
    case = filed("entry_change", people, organisations, sourced, **only(contracts=[row(BUOYS, date(2026, 3, 10))]))
    with time_machine.travel(NOON + timedelta(days=9), tick=False):
        assert refused(perform, case.pk, "accept", actor=people.chief, data={}) == "source_ended"


def test_the_answer_to_a_correction_changes_the_contracts(people, organisations, sourced):
    case = filed("entry_change", people, organisations, sourced, **only(contracts=[row(BUOYS, date(2030, 5, 1))]))
    item = {"items": [{"path": "contracts", "label": "x", "note": "合同写的是2029年"}]}
    perform(case.pk, "ask_correction", actor=people.clerk, data=item)
    perform(case.pk, "answer", actor=people.filer, data={"contracts": [row(BUOYS, date(2029, 5, 1))]})
    assert now(case).row.contracts == [{"name": BUOYS.name, "kind": "enterprise", "ends_on": "2029-05-01"}]
    assert now(case).row.before["contracts"] == [{"name": BUOYS.name, "kind": "enterprise", "ends_on": "2026-12-01"}]


def test_a_renewal_runs_to_the_end_of_its_renewed_contract(people, organisations):
    right = make_right(
        organisations.enterprise, registered_on=date(2023, 7, 1), contract_ends=(BUOYS._replace(ends_on=NEAR), PORT)
    )
    assert right.valid_until == NEAR
    case = filed("renewal", people, organisations, right)
    assert remark(case) == "doubt"
    perform(case.pk, "withdraw", actor=people.filer)
    case = filed("renewal", people, organisations, right, contracts=[row(BUOYS, date(2027, 1, 10))])
    assert remark(case) is None
    perform(case.pk, "accept", actor=people.chief, data={})
    assert (now(right).valid_until, now(right).ended_by_contract) == (date(2027, 1, 10), BUOYS.name)
    assert (case.row.source_ends_on, now(case).row.renewed_until) == (None, date(2027, 1, 10))


def remark(case: Case) -> str | None:
    remarks = {each.name: told for each, told in look_through(kind("renewal").checklist, subject_of(now(case)))}
    return remarks["sources"] and remarks["sources"].tone


def test_a_contract_that_ends_with_the_old_term_leaves_nothing_to_renew(people, organisations, mirrored):
    right = make_right(organisations.enterprise, registered_on=date(2023, 7, 1), valid_until=NEAR)
    ends = {"contracts": [row(BUOYS, NEAR)]}
    case = filed("renewal", people, organisations, right, **ends)
    assert refused(perform, case.pk, "accept", actor=people.chief, data={}) == "source_ended"
    accepted("renewal", people, organisations, mirrored, data=dict(FACE), **ends)
    assert now(mirrored).valid_until == date(2029, 7, 15)


def test_the_table_begins_with_the_contracts_on_record_and_names_each_once(people, organisations, sourced):
    form = kind("entry_change").move("file").form
    known = form.known_of(organisations.enterprise, sourced.case)
    assert [each["name"] for each in known["contracts"]] == [BUOYS.name, PORT.name]
    typed = {
        "happened_on": "2026-03-01",
        "contracts": [*known["contracts"], {**known["contracts"][0], "ends_on": "2031-01-01"}],
    }
    told = form(typed, organisation=organisations.enterprise, root=sourced.case).errors
    assert list(told) == ["contracts"]
    assert len(told["contracts"]) == 1


def test_rows_of_contracts_are_told_in_words_as_filed_and_as_changed(people, organisations, sourced, sign_in):
    case = filed("entry_change", people, organisations, sourced, **only(contracts=[row(BUOYS, date(2030, 5, 1))]))
    page = sign_in(people.clerk).get(reverse("desk:case", args=[case.pk]), {"tab": "changes"}).content.decode()
    assert f"{BUOYS.name} · 企业数据 · 2030-05-01" in page
    assert f"{BUOYS.name} · 企业数据 · 2026-12-01" in page
    moved = Change("contracts.1.kind", "enterprise", "public")
    line = changes.line(case, moved, lambda value, name: value)
    assert (line.before, line.after) == ("企业数据", "公共数据")
