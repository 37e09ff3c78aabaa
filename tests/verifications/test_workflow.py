"""Verification of an organisation: who may do what in each state, what follows, what is refused and why."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from apps.outbox.models import Letter
from apps.verifications.forms import VerificationForm, VerifyForm
from apps.verifications.guards import must_be_verified
from apps.verifications.models import Verification
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case, Document
from apps.workflow.service import serve
from apps.workflow.states import kind
from apps.workflow.tasks import sweep
from tests.factories import make_organisation, make_uscc
from tests.product import asked_nothing, expected, outcomes
from tests.verifications.cases import filed, stated

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
ITEMS = {"items": [{"path": "name", "label": "Name", "note": "Not as on the licence."}]}
DATA = {
    "ask_correction": ITEMS,
    "ask_unlock": {"item": "legal_representative"},
    "accept": {"basis": "register"},
    "answer": {"name": "舟山初航海洋数据有限公司", "uscc": make_uscc(900001)},
}
FIRM = {"newcomer"}
OFFICE = {"clerk", "clerk2", "district_clerk"}
DECIDE = OFFICE | {"chief", "district_reviewer"}
TABLE = {
    "submitted": {"ask_correction": OFFICE, "accept": DECIDE, "refuse": DECIDE, "withdraw": FIRM},
    "correction": {
        "answer": FIRM, "withdraw": FIRM, "recall_correction": OFFICE | {"chief", "deputy"}, "lapse": {"clock"},
        "ask_unlock": FIRM, "grant_unlock": OFFICE, "refuse_unlock": OFFICE,
    },
    "verified": {},
    "refused": {},
    "withdrawn": {},
    "lapsed": {},
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


def reached(state, people, organisations) -> Case:
    case = filed(people, organisations)
    if state in ("correction", "lapsed"):
        perform(case.pk, "ask_correction", actor=people.clerk, data=ITEMS)
    if state == "lapsed":
        perform(case.pk, "lapse", actor=None)
    if state == "verified":
        perform(case.pk, "accept", actor=people.clerk, data={"basis": "register"})
    if state == "refused":
        perform(case.pk, "refuse", actor=people.clerk, comment="No such firm.")
    if state == "withdrawn":
        perform(case.pk, "withdraw", actor=people.newcomer)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("state", TABLE)
def test_each_move_is_open_to_those_of_the_table_alone(state, people, organisations):
    case = reached(state, people, organisations)
    assert case.status == state
    assert outcomes(case, people, DATA) == expected(case, people, TABLE[state], asked_nothing(*OFFICE))


def test_the_table_names_every_state():
    assert set(TABLE) == {state.name for state in kind("organisation").states}


def test_filing_by_anybody_but_the_manager_is_refused(people, organisations):
    strangers = [people.manager, people.rival, people.banker, people.clerk, people.system_admin]
    for stranger in strangers:
        with pytest.raises(Refused) as refused:
            filed(people, organisations, actor=stranger)
        assert refused.value.code == "not_yours"
    assert not Case.objects.exists()


def test_a_filer_who_does_not_manage_cannot_file(people, organisations):
    words = kind("organisation").filing("file", organisations.enterprise, None, stated(organisations))
    with pytest.raises(Refused) as refused:
        open_case("organisation", actor=people.filer, **words)
    assert refused.value.code == "not_yours"
    assert open_case("organisation", actor=people.manager, **words).status == "submitted"


def test_accepting_makes_what_was_stated_the_organisations_own(people, organisations):
    case = filed(people, organisations)
    perform(case.pk, "accept", actor=people.district_reviewer, data={"basis": "counter"})
    organisation = organisations.newcomer
    organisation.refresh_from_db()
    assert (organisation.uscc, organisation.verified_at) == (make_uscc(900001), NOON)
    assert organisation.e_service_consent_at == NOON
    assert Verification.objects.get(case=case).basis == "counter"


def test_accepting_without_consent_leaves_no_consent(people, organisations):
    case = filed(people, organisations, e_service=False)
    perform(case.pk, "accept", actor=people.clerk, data={"basis": "register"})
    organisations.newcomer.refresh_from_db()
    assert organisations.newcomer.e_service_consent_at is None


def test_an_official_who_entered_the_case_cannot_accept_it(people, organisations):
    case = filed(people, organisations, actor=people.clerk, entered_by=people.clerk)
    with pytest.raises(Refused) as refused:
        perform(case.pk, "accept", actor=people.clerk, data={"basis": "register"})
    assert refused.value.code == "four_eyes"
    perform(case.pk, "accept", actor=people.clerk2, data={"basis": "register"})


def test_naming_the_licence_needs_a_licence_attached(people, organisations):
    case = filed(people, organisations)
    with pytest.raises(Refused) as refused:
        perform(case.pk, "accept", actor=people.clerk, data={"basis": "licence"})
    assert refused.value.code == "no_licence"
    Document.objects.create(
        case=case, path="licence", name="执照.pdf", mime="application/pdf", size=1, sha256="0" * 64, sm3="0" * 64,
        uploaded_at=NOON,
    )  # fmt: skip
    perform(case.pk, "accept", actor=people.clerk, data={"basis": "licence"})
    assert Case.objects.get(pk=case.pk).status == "verified"


def test_a_code_of_another_organisation_is_refused_at_filing_and_at_acceptance(people, organisations):
    with pytest.raises(Refused) as refused:
        filed(people, organisations, uscc=organisations.rival_enterprise.uscc)
    assert refused.value.code == "uscc_taken"
    case = filed(people, organisations)
    make_organisation(uscc=make_uscc(900001))
    with pytest.raises(Refused) as refused:
        perform(case.pk, "accept", actor=people.clerk, data={"basis": "register"})
    assert refused.value.code == "uscc_taken"


def test_a_second_verification_under_way_is_refused(people, organisations):
    filed(people, organisations)
    with pytest.raises(Refused) as refused:
        filed(people, organisations)
    assert refused.value.code == "already_filed"


def test_an_answer_changes_the_items_asked_for_and_no_other(people, organisations):
    case = reached("correction", people, organisations)
    perform(case.pk, "answer", actor=people.newcomer, data=DATA["answer"] | {"legal_representative": "别人"})
    row = Verification.objects.get(case=case)
    assert (row.name, row.legal_representative) == ("舟山初航海洋数据有限公司", "林远航")


def test_an_unanswered_correction_lapses_by_its_clock(people, organisations):
    case = reached("correction", people, organisations)
    served = case.clocks.get(name="reply")
    assert served.outcome == "waiting"
    letter = Letter.objects.filter(case_pk=case.pk, text="case.correction").first()
    serve(letter, NOON, "portal")
    clock = case.clocks.get(name="reply")
    assert clock.due_on.isoformat() == "2026-03-16"  # ten working days after Monday 2 March
    with time_machine.travel(datetime(2026, 3, 16, 15, 59, tzinfo=UTC), tick=False):
        assert Case.objects.get(pk=case.pk).status_at() == "correction"
    with time_machine.travel(datetime(2026, 3, 18, 1, 0, tzinfo=UTC), tick=False):
        assert Case.objects.get(pk=case.pk).status_at() == "lapsed"
        assert sweep() == 1
    assert case.events.get(move="lapse").effective_at == datetime(2026, 3, 16, 16, 0, tzinfo=UTC)


def test_the_office_has_three_working_days(people, organisations):
    clock = filed(people, organisations).clocks.get(name="review")
    assert clock.due_on.isoformat() == "2026-03-05"


def test_the_firm_hears_of_receipt_and_of_the_outcome(people, organisations):
    case = reached("verified", people, organisations)
    letters = Letter.objects.filter(case_pk=case.pk).order_by("pk")
    assert [(letter.text, letter.user) for letter in letters] == [
        ("organisation.received", people.newcomer),
        ("organisation.accepted", people.newcomer),
    ]


def test_a_rectified_acceptance_leaves_the_organisation_as_it_was(people, organisations):
    before = organisations.newcomer.uscc
    case = reached("verified", people, organisations)
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="The wrong firm.")
    perform(case.pk, "rectify", actor=people.chief)
    organisation = organisations.newcomer
    organisation.refresh_from_db()
    assert (organisation.uscc, organisation.verified_at, organisation.e_service_consent_at) == (before, None, None)
    assert Case.objects.get(pk=case.pk).status == "submitted"


def test_an_unverified_organisation_may_not_file_other_things(people, organisations):
    class Filing:
        recording = False
        case = Case(organisation=organisations.newcomer)

    assert must_be_verified(Filing).code == "not_verified"
    Filing.case.organisation = organisations.enterprise
    assert must_be_verified(Filing) is None


@pytest.mark.parametrize("field", ["uscc", "name", "legal_representative"])
def test_a_verification_with_a_hole_is_not_kept(field, people, organisations):
    row = filed(people, organisations).row
    with pytest.raises(IntegrityError), transaction.atomic():
        Verification.objects.filter(pk=row.pk).update(**{field: ""})


def test_the_form_reads_full_width_codes_and_names_what_is_missing(organisations):
    code = make_uscc(900001)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    form = VerificationForm({"uscc": wide, "name": " 舟山  初航 ", "district": organisations.newcomer.district_id})
    assert not form.is_valid()
    assert form.cleaned_data["uscc"] == code
    assert form.cleaned_data["name"] == "舟山 初航"
    assert list(form.errors) == ["legal_representative"]
    assert str(form.fields["legal_representative"].label) in form.errors["legal_representative"][0]
    assert VerifyForm({"basis": "hearsay"}).errors.keys() == {"basis"}
