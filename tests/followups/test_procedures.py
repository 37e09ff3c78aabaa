"""Procedures after registration, end to end: what is asked, what comes of it in the register, what is refused and why."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from apps.certificates import lookup, register
from apps.certificates.consent import PaperConsentForm
from apps.certificates.models import Claim, Registration
from apps.outbox.models import Letter
from apps.outbox.services import announce_waiting, mark_read
from apps.rights.models import Change, Freeze, Licence, Renewal, Revocation, Transfer
from apps.rules.clock import legal_today
from apps.workflow.acts import perform_form
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case, Document
from apps.workflow.states import kind
from apps.workflow.tasks import sweep
from tests.followups.cases import accepted, filed, frozen, revocation, terms
from tests.insurance.cases import opened
from tests.pledges.cases import registered as pledged
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
KINDS = ("renewal", "entry_change", "transfer", "licence_filing", "cancellation", "revocation", "reissue", "freeze")
JOINT = {"joint_paper": True}
NEAR = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


@pytest.fixture
def ending(organisations):
    """A right inside its renewal window."""
    return make_right(organisations.enterprise, registered_on=date(2023, 7, 1), valid_until=NEAR)


def refused(act, *args, **words) -> str:
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(*args, **words)
    return refusal.value.code


def now(row):
    return type(row).objects.get(pk=row.pk)


def state(case: Case) -> str:
    return Case.objects.get(pk=case.pk).status


def acts(right: Registration) -> list[str]:
    return list(right.case.events.order_by("seq").values_list("move", flat=True))[1:]


def told(case: Case, text: str) -> set[str]:
    return set(Letter.objects.filter(case_pk=case.pk, text=text).values_list("user__username", flat=True))


def owned_by_two(right: Registration, other) -> Registration:
    right.case.parties.create(role="holder", organisation=other, rank=1)
    return right


# ------------------------------------------------------------------------------------------------ what all ask


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("revocation", "freeze")])
def test_only_the_verified_holder_of_a_right_in_force_files(name, people, organisations, right):
    theirs = make_right(organisations.rival_enterprise)
    assert refused(filed, name, people, organisations, theirs) in ("not_holder", "same_side")
    assert refused(filed, name, people, organisations, right, actor=people.banker) == "not_yours"
    assert refused(filed, name, people, organisations, right, words={"root": None}) == "no_registration"
    ended = make_right(organisations.enterprise, registered_on=date(2023, 1, 9), valid_until=date(2026, 1, 8))
    assert refused(filed, name, people, organisations, ended) == "not_valid"
    new = make_right(organisations.newcomer, registered_on=date(2023, 7, 1), valid_until=NEAR)
    words = {"organisation": organisations.newcomer, "parties": [("applicant", organisations.newcomer)]}
    if name in ("transfer", "licence_filing"):
        words["parties"].append((("transferee", "licensee")[name == "licence_filing"], organisations.rival_enterprise))
    assert refused(filed, name, people, organisations, new, actor=people.newcomer, words=words) == "not_verified"


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("revocation", "freeze")])
def test_who_filed_it_for_the_firm_does_not_accept_it(name, people, organisations, ending):
    case = filed(name, people, organisations, ending, actor=people.clerk, words={"entered_by": people.clerk})
    other = people.chief
    decider = people.clerk if people.clerk.role in kind(name).move("accept").who.roles else None
    if decider:
        assert refused(perform, case.pk, "accept", actor=decider, data=JOINT) == "four_eyes"
    perform(case.pk, "accept", actor=other, data=JOINT)
    assert acts(ending)[-1] == kind(name).leads_to


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("revocation", "freeze")])
def test_an_open_one_ends_when_the_right_is_revoked(name, people, organisations, ending):
    case = filed(name, people, organisations, ending)
    revocation(people, organisations, ending, "open", "state", "revoke")
    assert state(case) == "moot"
    assert told(case, "right.moot") >= {"manager", "filer"}
    assert not register.open_claims(ending).filter(case=case).exists()
    assert state(ending.case) == "revoked"


# ------------------------------------------------------------------------------------------------ renewal


def test_renewed_from_the_old_end_by_the_rules_years(people, organisations, ending):
    case = accepted("renewal", people, organisations, ending)
    assert now(ending).valid_until == date(2029, 6, 30)
    assert Renewal.objects.get(case=case).renewed_until == date(2029, 6, 30)
    assert acts(ending) == ["hold", "renew"]
    assert ending.certificates.filter(superseded_at=None).get().valid_until == date(2029, 6, 30)
    assert case.clocks.get(name="review").due_on == date(2026, 3, 16)


def test_a_contract_on_record_cuts_the_new_term_as_well(people, organisations, ending):
    ending.contracts.create(name="东海浮标公司", kind="enterprise", ends_on=date(2028, 5, 1))
    case = accepted("renewal", people, organisations, ending)
    assert Renewal.objects.get(case=case).renewed_until == now(ending).valid_until == date(2028, 5, 1)


def test_outside_the_window_only_the_chief_with_a_reason(people, organisations, right):
    assert refused(filed, "renewal", people, organisations, right) == "outside_window"
    case = filed("renewal", people, organisations, right, early_because="融资需要")
    assert refused(perform, case.pk, "accept", actor=people.deputy, data={"outside_because": "x"}) == "outside_window"
    assert refused(perform, case.pk, "accept", actor=people.chief, data={}) == "no_reason"
    perform(case.pk, "accept", actor=people.chief, data={"outside_because": "贷款期限"})
    assert Renewal.objects.get(case=case).outside_because == "贷款期限"


def test_the_window_opens_on_the_corresponding_day(people, organisations, ending):
    late = make_right(organisations.enterprise, valid_until=date(2026, 9, 2))
    filed("renewal", people, organisations, late)
    early = make_right(organisations.enterprise, valid_until=date(2026, 9, 3))
    assert refused(filed, "renewal", people, organisations, early) == "outside_window"


def test_filed_in_time_and_undecided_it_stays_in_force_past_its_end(people, organisations, ending):
    case = filed("renewal", people, organisations, ending)
    with time_machine.travel(datetime(2026, 7, 6, 2, tzinfo=UTC), tick=False):
        sweep()
        assert (state(ending.case), register.is_in_force(now(ending))) == ("renewing", True)
        with translation.override("en"):
            assert "Its term ended on 2026-06-30" in lookup.answer(now(ending), None).sentence
        assert refused(filed, "renewal", people, organisations, ending) == "renewal_open"
        perform(case.pk, "refuse", actor=people.chief, comment="来源已终止。")
        assert state(ending.case) == "valid"
    with time_machine.travel(datetime(2026, 7, 6, 16, 1, tzinfo=UTC), tick=False):
        sweep()
        assert state(ending.case) == "expired"


def test_withdrawn_or_lapsed_it_lets_the_validity_run(people, organisations, ending):
    case = filed("renewal", people, organisations, ending)
    perform(case.pk, "withdraw", actor=people.filer)
    assert (state(ending.case), acts(ending)) == ("valid", ["hold", "let_run"])
    case = filed("renewal", people, organisations, ending)
    items = {"items": [{"path": "data_exists", "label": "x", "note": "x"}]}
    perform(case.pk, "ask_correction", actor=people.clerk, data=items)
    perform(case.pk, "lapse", actor=None)
    assert state(ending.case) == "valid"
    assert Case.objects.get(pk=ending.case.pk).next_due_at is not None


def test_a_refusal_by_mistake_holds_the_right_again(people, organisations, ending):
    case = filed("renewal", people, organisations, ending)
    perform(case.pk, "refuse", actor=people.chief, comment="x")
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="x")
    perform(case.pk, "rectify", actor=people.deputy)
    assert (state(case), state(ending.case)) == ("submitted", "renewing")


def test_revoked_or_cancelled_is_never_renewed(people, organisations, ending):
    accepted("cancellation", people, organisations, ending)
    assert refused(filed, "renewal", people, organisations, ending) == "not_valid"


def test_an_open_dispute_warns(people, organisations, ending):
    from apps.workflow.checklist import look_through, subject_of

    case = filed("renewal", people, organisations, ending)
    revocation(people, organisations, ending, "open")
    remarks = {c.name: r for c, r in look_through(kind("renewal").checklist, subject_of(now(case)))}
    assert remarks["dispute"].tone == "doubt"
    perform(case.pk, "accept", actor=people.chief, data={})
    assert state(case) == "granted"


# ------------------------------------------------------------------------------------------------ change, re-issue


def test_a_change_keeps_what_stood_there_and_issues_a_certificate(people, organisations, right):
    case = accepted("entry_change", people, organisations, right)
    row = Change.objects.get(case=case)
    assert (row.before, row.changes) == (
        {"name": "近海浮标海况数据集", "record_count": 1000}, {"name": "近海浮标海况数据集（2026版）", "record_count": 2000},
    )  # fmt: skip
    assert (now(right).name, now(right).record_count, now(right).scenario) == (row.name, 2000, "航行预报")
    assert right.certificates.count() == 2
    body = Letter.objects.filter(case_pk=case.pk, text="right.accepted").first().context
    assert {"label": "名称", "value": "近海浮标海况数据集 → 近海浮标海况数据集（2026版）"} in body["lines"]


def test_nothing_changed_is_refused_and_other_columns_are_not_allowed(people, organisations, right):
    same = {"name": right.name, "record_count": None}
    assert refused(filed, "entry_change", people, organisations, right, **same) == "nothing_changed"
    case = filed(
        "entry_change", people, organisations, right, holder="2", valid_until=date(2099, 1, 1), **same, holder_data=True
    )
    perform(case.pk, "accept", actor=people.clerk)
    assert (now(right).valid_until, right.certificates.count()) == (right.valid_until, 2)


@pytest.mark.parametrize(("days", "late"), [(29, False), (40, True)])
@pytest.mark.parametrize("name", ["entry_change", "transfer", "licence_filing"])
def test_a_late_filing_is_taken_and_marked(name, days, late, people, organisations, right):
    case = filed(name, people, organisations, right, happened_on=legal_today() - timedelta(days=days))
    assert case.row.late is late
    perform(case.pk, "accept", actor=people.chief, data=JOINT)


def corrected(case: Case, people, **values) -> Case:
    """An answer to a correction of these items."""
    data = {"items": [{"path": name, "label": "x", "note": "x"} for name in values], "reason": "x"}
    is_second = case.events.filter(move="ask_correction").exists()
    perform(
        case.pk,
        "ask_again" if is_second else "ask_correction",
        actor=people.chief if is_second else people.clerk,
        data=data,
    )
    perform(case.pk, "answer", actor=people.filer, data=values)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("name", ["entry_change", "transfer", "licence_filing"])
def test_a_day_that_is_corrected_makes_the_filing_late_or_in_time(name, people, organisations, right):
    case = filed(name, people, organisations, right)
    assert corrected(case, people, happened_on=legal_today() - timedelta(days=40)).row.late is True
    assert corrected(case, people, happened_on=legal_today() - timedelta(days=20)).row.late is False


def test_what_stood_there_is_kept_of_an_item_that_the_answer_adds(people, organisations, right):
    case = filed("entry_change", people, organisations, right)
    row = corrected(case, people, scenario="渔业预报").row
    assert row.before == {"name": right.name, "record_count": right.record_count, "scenario": right.scenario}


def test_what_the_province_registered_gets_no_local_certificate(people, organisations):
    right = make_right(
        organisations.enterprise, form="provincial", certificate_number="P-1", number="P-R-1",
        registered_on=date(2026, 1, 5), valid_until=date(2029, 1, 5),
    )  # fmt: skip
    local = {"ground": "form", "certificate_form": "local"}
    assert refused(filed, "reissue", people, organisations, right, **local) == "wrong_form"
    assert filed("reissue", people, organisations, right, ground="lost").status == "submitted"


def test_a_certificate_is_issued_again(people, organisations, right):
    old = right.certificates.get()
    face = {"certificate_number": "N-1", "issued_on": date(2026, 3, 1), "valid_until": date(2029, 2, 28)}
    accepted("reissue", people, organisations, right, data=face, ground="form", certificate_form="national")
    new = right.certificates.get(superseded_at=None)
    assert (new.number, new.form, now(old).superseded_at) == ("N-1", "national", NOON)
    assert refused(filed, "reissue", people, organisations, right, certificate_number="N-1") == "number_taken"


# ------------------------------------------------------------------------------------------------ transfer


def test_both_sides_ask_for_a_transfer(people, organisations, right):
    case = filed("transfer", people, organisations, right)
    assert refused(perform, case.pk, "accept", actor=people.chief, data={}) == "not_joint"
    perform(case.pk, "consent", actor=people.rival)
    assert refused(perform, case.pk, "consent", actor=people.rival) == "consented"
    perform(case.pk, "accept", actor=people.chief, data={})
    assert now(right).holder == organisations.rival_enterprise
    assert Case.objects.visible_to(people.rival).filter(pk=right.pk).exists()
    assert Claim.objects.get(case=case).outcome == "transferred"
    assert refused(filed, "entry_change", people, organisations, right) == "not_holder"


def test_a_judgment_stands_for_both(people, organisations, right):
    accepted("transfer", people, organisations, right, data={"comment": ""}, ground="judgment")
    assert now(right).holder == organisations.rival_enterprise


def test_while_under_way_nobody_else_takes_the_right(people, organisations, right):
    case = filed("transfer", people, organisations, right)
    assert refused(filed, "transfer", people, organisations, right) == "transfer_open"
    assert refused(pledged, people, organisations, right) == "claimed"
    perform(case.pk, "withdraw", actor=people.filer)
    pledged(people, organisations, right)


def test_a_pledged_right_waits_for_the_bank(people, organisations, right):
    pledged(people, organisations, right)
    case = filed("transfer", people, organisations, right)
    assert refused(perform, case.pk, "accept", actor=people.chief, data=JOINT) == "no_consent"
    assert "banker" in told(case, "right.received")
    perform(case.pk, "consent", actor=people.banker)
    perform(case.pk, "accept", actor=people.chief, data=JOINT)
    assert now(right).holder == organisations.rival_enterprise
    assert register.open_claims(right).get().kind == "pledge"


def test_a_co_holder_and_an_exclusive_licensee_must_agree(people, organisations, right):
    owned_by_two(right, organisations.insurer)
    case = filed("transfer", people, organisations, right)
    assert refused(perform, case.pk, "accept", actor=people.chief, data=JOINT) == "no_consent"
    perform(case.pk, "consent", actor=people.insurer_person)
    perform(case.pk, "accept", actor=people.chief, data=JOINT)


def test_an_exclusive_licence_holds_a_transfer_until_the_licensee_agrees(people, organisations, right):
    accepted("licence_filing", people, organisations, right, licensee=organisations.bank.pk)
    case = filed("transfer", people, organisations, right)
    assert refused(perform, case.pk, "accept", actor=people.chief, data=JOINT) == "no_consent"
    perform(case.pk, "consent", actor=people.banker)
    perform(case.pk, "accept", actor=people.chief, data=JOINT)
    assert Licence.objects.get().case.status == "on_file"


def test_a_transfer_does_not_break_the_licence_whose_licensee_agreed(people, organisations, right):
    """Filed or not, it binds the new holder: the claim stands, and what comes next asks the licensee anew."""
    licence = accepted("licence_filing", people, organisations, right, licensee=organisations.bank.pk)
    case = filed("transfer", people, organisations, right)
    perform(case.pk, "consent", actor=people.banker)
    perform(case.pk, "accept", actor=people.chief, data=JOINT)
    claim = register.open_claims(right).get()
    assert (claim.kind, claim.case, claim.party, claim.exclusive) == ("licence", licence, organisations.bank, True)
    assert register.must_be_free(now(right)).code == "claimed"
    given = kind("transfer").filing(
        "file", organisations.rival_enterprise, right.case,
        {**terms("transfer", organisations), "transferee": organisations.enterprise.pk},
    )  # fmt: skip
    onwards = open_case("transfer", actor=people.rival, **given)
    assert refused(perform, onwards.pk, "accept", actor=people.chief, data=JOINT) == "no_consent"


@pytest.mark.parametrize(("type_", "code"), [("exclusive", "no_consent"), ("sole", "no_consent"), ("plain", "")])
def test_beside_an_exclusive_or_sole_licence_another_needs_the_licensee(type_, code, people, organisations, right):
    accepted("licence_filing", people, organisations, right, type=type_, licensee=organisations.bank.pk)
    case = filed("licence_filing", people, organisations, right, type="plain")
    if code:
        assert refused(perform, case.pk, "accept", actor=people.chief) == code
        perform(case.pk, "consent", actor=people.banker)
    perform(case.pk, "accept", actor=people.chief)
    assert state(case) == "on_file"


def test_a_sole_licence_does_not_hold_a_transfer(people, organisations, right):
    accepted("licence_filing", people, organisations, right, type="sole", licensee=organisations.bank.pk)
    case = filed("transfer", people, organisations, right)
    perform(case.pk, "accept", actor=people.chief, data=JOINT)
    assert state(case) == "transferred"


def test_the_licensee_and_the_new_holder_hear_that_a_licensed_right_has_passed(people, organisations, right):
    licence = accepted("licence_filing", people, organisations, right, type="plain", licensee=organisations.bank.pk)
    case = filed("transfer", people, organisations, right)
    perform(case.pk, "accept", actor=people.chief, data=JOINT)
    assert state(licence) == "on_file"
    assert {"banker", "filer", "rival"} <= told(licence, "licence.transferred")
    assert licence.events.order_by("-seq").first().move == "hear_transfer"


def test_an_answer_needs_the_consents_again(people, organisations, right):
    pledged(people, organisations, right)
    case = filed("transfer", people, organisations, right)
    perform(case.pk, "consent", actor=people.banker)
    items = {"items": [{"path": "paper_number", "label": "x", "note": "x"}]}
    perform(case.pk, "ask_correction", actor=people.clerk, data=items)
    perform(case.pk, "answer", actor=people.filer, data={"paper_number": "ZR-9"})
    assert refused(perform, case.pk, "accept", actor=people.chief, data=JOINT) == "no_consent"
    assert Transfer.objects.get(case=case).paper_number == "ZR-9"


def test_a_consent_on_paper_is_kept_with_its_paper(people, organisations, right):
    pledged(people, organisations, right)
    case = filed("transfer", people, organisations, right)
    bank = str(organisations.bank.pk)
    paper = SimpleUploadedFile("consent.txt", "同意转移".encode())
    assert set(PaperConsentForm({}, case=case).errors) == {"organisation", "consent_paper", "seen"}
    stranger = {"organisation": str(organisations.insurer.pk), "seen": "on"}
    assert list(PaperConsentForm(stranger, {"consent_paper": paper}, case=case).errors) == ["organisation"]
    form = PaperConsentForm({"organisation": bank, "seen": "on"}, {"consent_paper": paper}, case=case)
    assert form.is_valid(), form.errors
    event = perform_form(case, "record_consent", actor=people.clerk, cleaned=form.cleaned_data, version=case.version)
    kept = Document.objects.get(case=case, path="consent_paper")
    assert event.data["consenting"] == [organisations.bank.pk]
    assert kept.sha256 in event.data["consent_paper"]
    assert (
        refused(perform, case.pk, "record_consent", actor=people.clerk, data={"organisation": int(bank)}) == "not_asked"
    )
    perform(case.pk, "accept", actor=people.chief, data=JOINT)


def test_a_refused_act_keeps_no_file(people, organisations, right):
    case = filed("transfer", people, organisations, right)
    cleaned = {"organisation": organisations.bank.pk, "consent_paper": SimpleUploadedFile("a.txt", b"x"), "comment": ""}
    assert refused(perform_form, case, "record_consent", actor=people.clerk, cleaned=cleaned) == "not_asked"
    assert not Document.objects.filter(case=case).exists()


# ------------------------------------------------------------------------------------------------ licence, cancellation


def test_a_licence_gets_a_number_and_ends_by_the_clock(people, organisations, right):
    case = accepted("licence_filing", people, organisations, right, ends_on=date(2026, 4, 30))
    row = Licence.objects.get(case=case)
    assert (row.filing_number, row.fee_fen) == ("舟数知许-2026-0001", 12_000_050)
    assert register.open_claims(right).get().kind == "licence"
    assert refused(pledged, people, organisations, right) == "claimed"
    with time_machine.travel(datetime(2026, 4, 30, 16, 1, tzinfo=UTC), tick=False):
        sweep()
        assert (state(case), register.must_be_free(right)) == ("ended", None)


def test_a_plain_licence_is_no_claim_and_yet_must_agree_to_the_end(people, organisations, right):
    accepted("licence_filing", people, organisations, right, type="plain")
    assert register.must_be_free(right) is None
    case = filed("cancellation", people, organisations, right)
    assert refused(perform, case.pk, "accept", actor=people.chief) == "no_consent"
    perform(case.pk, "consent", actor=people.rival)
    perform(case.pk, "accept", actor=people.chief)
    assert Licence.objects.get().case.status == "ended"


def test_a_pledged_right_is_licensed_and_cancelled_only_with_the_bank(people, organisations, right):
    pledged(people, organisations, right)
    for name in ("licence_filing", "cancellation"):
        case = filed(name, people, organisations, right)
        assert refused(perform, case.pk, "accept", actor=people.chief) == "no_consent"
        perform(case.pk, "withdraw", actor=people.filer)
    case = filed("licence_filing", people, organisations, right)
    perform(case.pk, "consent", actor=people.banker)
    perform(case.pk, "accept", actor=people.chief)
    assert sorted(register.open_claims(right).values_list("kind", "exclusive")) == [
        ("licence", False),
        ("pledge", True),
    ]


def test_a_cancelled_right_has_no_certificate_and_stays_findable(people, organisations, right, client):
    case = accepted("cancellation", people, organisations, right)
    assert (state(case), state(right.case)) == ("cancelled", "cancelled")
    assert not right.certificates.filter(superseded_at=None).exists()
    assert refused(filed, "cancellation", people, organisations, right) == "not_valid"
    assert (
        "注销。事由：权利人放弃。" in client.get(reverse("public:registration", args=[right.number])).content.decode()
    )


# ------------------------------------------------------------------------------------------------ freeze


def test_a_freeze_is_entered_by_one_and_confirmed_by_another(people, organisations, right):
    case = filed("freeze", people, organisations, right)
    assert register.must_be_free(right) is None
    assert refused(perform, case.pk, "confirm", actor=people.clerk) == "four_eyes"
    perform(case.pk, "confirm", actor=people.clerk2)
    assert register.must_be_free(right).code == "frozen"
    assert told(case, "freeze.entered") == {"manager", "filer", "clerk", "clerk2"}
    assert refused(filed, "freeze", people, organisations, right, actor=people.filer) == "not_yours"


@pytest.mark.parametrize("name", ["transfer", "licence_filing", "cancellation"])
def test_a_frozen_right_is_not_moved(name, people, organisations, right):
    before = filed(name, people, organisations, right)
    case = frozen(people, organisations, right)
    assert refused(perform, before.pk, "accept", actor=people.chief, data=JOINT) == "frozen"
    assert refused(filed, name, people, organisations, right) in ("frozen", "transfer_open", "cancellation_open")
    accepted("entry_change", people, organisations, right)
    perform(case.pk, "lift", actor=people.clerk, data={"lifted_by": "（2026）浙09执保1号之一"})
    assert refused(perform, case.pk, "confirm_lift", actor=people.clerk) == "four_eyes"
    assert refused(perform, before.pk, "accept", actor=people.chief, data=JOINT) == "frozen"
    perform(case.pk, "confirm_lift", actor=people.clerk2)
    perform(before.pk, "accept", actor=people.chief, data=JOINT)


def test_two_courts_freeze_one_right_and_each_ends_by_its_own_day(people, organisations, right):
    first = frozen(people, organisations, right, ends_on=date(2026, 3, 31))
    frozen(people, organisations, right)
    with time_machine.travel(datetime(2026, 3, 31, 16, 1, tzinfo=UTC), tick=False):
        sweep()
        assert state(first) == "ended"
        assert register.must_be_free(right).code == "frozen"
    assert acts(right) == ["freeze", "freeze", "thaw"]


def test_a_freeze_that_has_not_begun_or_is_over_is_not_confirmed(people, organisations, right):
    case = filed("freeze", people, organisations, right, starts_on=date(2026, 3, 3))
    assert refused(perform, case.pk, "confirm", actor=people.clerk2) == "freeze_to_come"
    over = filed("freeze", people, organisations, right, ends_on=date(2026, 3, 1))
    assert refused(perform, over.pk, "confirm", actor=people.clerk2) == "freeze_over"


# ------------------------------------------------------------------------------------------------ revocation


def test_a_holder_is_heard_before_the_chief_revokes(people, organisations, right):
    case = revocation(people, organisations, right)
    assert refused(perform, case.pk, "revoke", actor=people.chief) == "wrong_state"
    assert not Case.objects.visible_to(people.filer).filter(pk=case.pk).exists()
    perform(case.pk, "open", actor=people.clerk)
    assert acts(right) == ["contest"]
    assert told(case, "revocation.opened") == {"manager", "filer"}
    perform(case.pk, "state", actor=people.filer, data={"statement": "数据为我方采集。"})
    assert Revocation.objects.get(case=case).statement == "数据为我方采集。"
    for person in (people.clerk2, people.deputy, people.district_reviewer):
        assert refused(perform, case.pk, "revoke", actor=person) == "not_yours"
    perform(case.pk, "uphold", actor=people.chief, comment="查无实据。")
    assert (acts(right), state(right.case)) == (["contest", "uphold"], "valid")


def test_without_a_statement_it_is_decided_on_the_file_when_its_time_is_over(people, organisations, right):
    case = revocation(people, organisations, right, "open")
    clock = case.clocks.get(name="statement")
    mark_read(Letter.objects.get(case_pk=case.pk, text="revocation.opened", user=people.filer), people.filer)
    announce_waiting()
    clock.refresh_from_db()
    assert clock.due_on == date(2026, 3, 16)
    with time_machine.travel(datetime(2026, 3, 16, 16, 1, tzinfo=UTC), tick=False):
        sweep()
        assert state(case) == "to_decide"
        perform(case.pk, "revoke", actor=people.chief, data={"announcement": "予以撤销。"}, comment="x")
    assert case.clocks.get(name="decision").due_on == date(2026, 3, 30)


def test_revoked_it_is_void_and_everybody_on_it_is_touched(people, organisations, right, client):
    pledge = pledged(people, organisations, right)
    licence = filed("licence_filing", people, organisations, right)
    policy = opened("apply", right, organisations, people.filer)
    case = revocation(people, organisations, right, "open", "state")
    already = list(Letter.objects.values_list("pk", flat=True))
    perform(case.pk, "revoke", actor=people.chief, data={"announcement": "予以撤销。"}, comment="经查属实。")
    new = Letter.objects.exclude(pk__in=already)
    assert set(new.filter(case_pk=pledge.pk).values_list("user__username", flat=True)) >= {"banker", "filer"}
    assert set(new.filter(case_pk=policy.pk).values_list("user__username", flat=True)) >= {"insurer_person", "filer"}
    row = Revocation.objects.get(case=case)
    assert (row.announced_on, bool(row.announcement)) == (date(2026, 3, 2), True)
    assert state(right.case) == "revoked"
    assert not right.certificates.filter(superseded_at=None).exists()
    assert state(licence) == "moot"
    assert refused(filed, "revocation", people, organisations, right) == "already_ended"
    assert row.announcement in client.get(reverse("public:registration", args=[right.number])).content.decode()


def test_an_expired_registration_is_revoked_as_well(people, organisations):
    old = make_right(organisations.enterprise, registered_on=date(2023, 1, 9), valid_until=date(2026, 1, 8))
    revocation(people, organisations, old, "open", "state", "revoke")
    assert state(old.case) == "revoked"


def test_a_judgment_is_named_and_the_office_may_start_by_itself(people, organisations, right):
    found = filed(
        "revocation",
        people,
        organisations,
        right,
        actor=people.clerk,
        words={"entered_by": people.clerk, "parties": []},
    )
    assert Revocation.objects.get(case=found).source == "office"
    assert refused(perform, found.pk, "open", actor=people.clerk) == "four_eyes"
    perform(found.pk, "open", actor=people.clerk2)
    judged = filed("revocation", people, organisations, right, judgment="（2026）浙09民终1号")
    assert Revocation.objects.get(case=judged).source == "judgment"
    assert refused(filed, "revocation", people, organisations, right, actor=people.filer) == "own_right"


def test_while_it_is_examined_the_right_is_not_cancelled_and_a_new_holder_is_heard(people, organisations, right):
    case = revocation(people, organisations, right, "open")
    cancel = filed("cancellation", people, organisations, right)
    assert refused(perform, cancel.pk, "accept", actor=people.chief) == "contested"
    accepted("transfer", people, organisations, right, transferee=organisations.insurer.pk)
    assert told(case, "revocation.opened") >= {"insurer_person"}
    perform(case.pk, "state", actor=people.insurer_person, data={"statement": "善意受让。"})


# ------------------------------------------------------------------------------------------------ rows


@pytest.mark.parametrize(
    ("name", "model", "values"),
    [
        ("renewal", Renewal, {"data_exists": False}), ("entry_change", Change, {"name": "", "record_count": None}),
        ("entry_change", Change, {"record_count": -1}), ("licence_filing", Licence, {"ends_on": date(2000, 1, 1)}),
        ("licence_filing", Licence, {"fee_fen": -1}), ("freeze", Freeze, {"ends_on": date(2000, 1, 1)}),
        ("revocation", Revocation, {"source": "judgment"}), ("revocation", Revocation, {"announced_on": date(2026, 1, 1)}),
    ],
)  # fmt: skip
def test_the_database_refuses_an_impossible_row(name, model, values, people, organisations, ending):
    case = filed(name, people, organisations, ending)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=case.pk).update(**values)


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("renewal", {"data_exists": ""}, "data_exists"), ("renewal", {"contracts": [{"name": "示范港务局", "kind": "public", "ends_on": "2026-06-30"}]}, "contracts"),
        ("entry_change", {"happened_on": "2026-03-03"}, "happened_on"), ("entry_change", {"name": "", "record_count": ""}, "__all__"),
        ("transfer", {"transferee": "91330900MA28K00000"}, "transferee"), ("licence_filing", {"ends_on": "2026-01-01"}, "ends_on"),
        ("licence_filing", {"area": ""}, "area"), ("cancellation", {"certain": ""}, "certain"),
        ("reissue", {"ground": "form"}, "certificate_form"), ("freeze", {"ends_on": "2026-03-01"}, "ends_on"),
        ("revocation", {"facts_told": ""}, "facts_told"),
    ],
)  # fmt: skip
def test_a_fault_is_one_sentence_at_its_field(name, values, field, organisations, ending):
    from tests.followups.cases import terms

    form = next(move.form for move in kind(name).moves if move.opens)
    typed = {key: "" if value is None else value for key, value in terms(name, organisations).items()}
    for role in ("transferee", "licensee"):
        if role in typed:
            typed[role] = organisations.rival_enterprise.uscc
    known = {"organisation": organisations.enterprise, "root": ending.case}
    assert form(typed, **known).is_valid(), form(typed, **known).errors
    errors = form({**typed, **values}, **known).errors
    assert list(errors) == [field]
    assert len(errors[field]) == 1


def test_a_right_that_is_no_right_cannot_be_frozen(people, organisations, right):
    given = kind("freeze").filing("file", None, right.case, {})
    assert refused(open_case, "freeze", actor=people.clerk, **{**given, "root": None}) == "no_registration"
