"""Pledges: who may do what in each state, what follows, what is refused and why."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import IntegrityError, transaction

from apps.certificates import register
from apps.certificates.models import Claim
from apps.desk.filed import changed_items
from apps.outbox.models import Letter
from apps.pledges.forms import PledgeForm, RegisterForm
from apps.pledges.forms_after import ReleaseForm
from apps.pledges.models import PLEDGED, Pledge
from apps.rules.clock import legal_now
from apps.workflow.machine import Act, Refused, follow, open_case, perform
from apps.workflow.models import Case, Party
from apps.workflow.people import Standing
from apps.workflow.states import kind
from apps.workflow.tasks import sweep
from tests.factories import make_organisation
from tests.pledges.cases import CALL, COURT, JOINT, PAPER, RELEASE, cooled, filed, registered, terms
from tests.product import everybody, outcomes
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
ITEMS = {"items": [{"path": "secured", "label": "Secured amount", "note": "Not as in the contract."}]}
DATA = {
    "ask_correction": ITEMS, "ask_unlock": {"item": "debt"}, "accept": JOINT, "answer": {"secured": Decimal("1"), "pledgee": 0}, "release": RELEASE,
    "release_held": RELEASE, "record_release": PAPER, "record_court_release": COURT, "confirm_call": CALL,
    "record_consent": {"organisation": 1}, "ask_change": {"ends_on": date(2027, 9, 1)},
    "draw": {"kind": "drawn", "amount": Decimal("1"), "on": date(2026, 3, 2)},
}  # fmt: skip
FIRM = {"manager", "filer"}
CLERKS = {"clerk", "clerk2"}
REGISTRARS = CLERKS | {"chief"}
CITY = REGISTRARS | {"deputy"}
NOT_PROPOSED = {"chief": "not_proposed", "deputy": "not_proposed"}
ENDING = {
    "release": {"banker"}, "record_release": REGISTRARS, "record_court_release": REGISTRARS, "propose_void": REGISTRARS,
    "void": NOT_PROPOSED, "draw": {"banker"},
}  # fmt: skip
RUNNING = ENDING | {"ask_release": FIRM, "ask_change": FIRM | {"banker"}}
UNDER_WAY = dict.fromkeys(FIRM | {"banker"}, "release_under_way")
OVER = dict.fromkeys(FIRM | {"banker"}, "released")
TABLE = {
    "submitted": {
        "ask_correction": CLERKS, "accept": REGISTRARS, "refuse": REGISTRARS, "withdraw": FIRM, "confirm": {"banker"},
        "record_consent": dict.fromkeys(CLERKS, "nobody_asked"),
    },
    "correction": {
        "answer": FIRM, "withdraw": FIRM, "recall_correction": CITY, "lapse": {"clock"}, "ask_unlock": FIRM,
        "grant_unlock": dict.fromkeys(CLERKS, "nothing_to_unlock"),
        "refuse_unlock": dict.fromkeys(CLERKS, "nothing_to_unlock"),
    },
    "registered": RUNNING | {"fall_due": {"clock"}},
    "overdue": RUNNING,
    "release_asked": ENDING | {"decline_release": {"banker"}, "escalate": {"clock"}, "ask_change": UNDER_WAY},
    "second_key": {
        "confirm_call": {"clerk": "done", "clerk2": "done", "deputy": "done", "chief": "four_eyes"},
        "take_back": CITY | {"banker"}, "ask_change": UNDER_WAY,
    },
    "cooling": {"take_back": CITY | {"banker"}, "end_pledge": {"clock"}, "ask_change": UNDER_WAY},
    "gone": ENDING | {"ask_release": FIRM},
    "released": {"ask_change": OVER},
    "enforced": {"ask_change": OVER},
    "void": {},
    "fallen": {},
    "refused": {},
    "withdrawn": {},
    "lapsed": {},
}  # fmt: skip
for _state in PLEDGED:
    TABLE[_state] |= {"note_old_valuation": {"clock"}}
HIDDEN = {
    "ask_again", "release_held", "confirm_release", "confirm_court", "agree_change", "enter_change", "refuse_change",
}  # fmt: skip
"""Moves that belong to other cases: no first correction, another way of release, no alarm, no change asked for."""


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


def cause(case: Case, actor=None) -> Act:
    """An act on another case, as what follows from it sees it."""
    return Act(case, case.kind_, case.kind_.moves[0], Standing(case, actor), NOON)


def touch(right, act: str, data=None) -> None:
    """An act on the right, as the procedure that leads to it makes it."""
    other = Case.objects.filter(kind="application").first()
    with transaction.atomic():
        follow(right.case.pk, act, cause(other), data)


def reached(state, people, organisations, right) -> Case:
    if state in PLEDGED or state in ("released", "enforced", "void"):
        case = registered(people, organisations, right)
    else:
        case = filed(people, organisations, right)
    steps = {
        "correction": [("ask_correction", people.clerk, ITEMS)],
        "lapsed": [("ask_correction", people.clerk, ITEMS), ("lapse", None, {})],
        "refused": [("refuse", people.clerk, {})],
        "withdrawn": [("withdraw", people.filer, {})],
        "overdue": [("fall_due", None, {})],
        "release_asked": [("ask_release", people.filer, {})],
        "second_key": [("record_release", people.chief, PAPER)],
        "cooling": [("release", people.banker, RELEASE)],
        "released": [("release", people.banker, RELEASE), ("end_pledge", None, {})],
        "enforced": [("release", people.banker, {"ground": "enforced"}), ("end_pledge", None, {})],
        "void": [("propose_void", people.clerk, {}), ("void", people.chief, {})],
    }
    for move, actor, data in steps.get(state, []):
        perform(case.pk, move, actor=actor, data=data, comment="Because.")
    if state in ("gone", "fallen"):
        touch(right, "revoke")
    return Case.objects.get(pk=case.pk)


def expected(case: Case, people, allowed: dict) -> dict:
    """The same shape from the table: who may do what here, with the code where a guard refuses even him."""

    def code(move, name) -> str:
        if case.status not in move.sources:
            return "wrong_state"
        if move.name in HIDDEN:
            return "not_this_case"
        said = allowed.get(move.name, ())
        return "not_yours" if name not in said else said[name] if isinstance(said, dict) else "done"

    return {
        move.name: {name: code(move, name) for name in everybody(people)}
        for move in kind("pledge").moves
        if not move.opens and "rectif" not in move.name
    }


def refused(act, *args, **words) -> str:
    with pytest.raises(Refused) as refusal:
        act(*args, **words)
    return refusal.value.code


@pytest.mark.parametrize("state", TABLE)
def test_each_move_is_open_to_those_of_the_table_alone(state, people, organisations, right):
    case = reached(state, people, organisations, right)
    assert case.status == state
    assert outcomes(case, people, DATA) == expected(case, people, TABLE[state])


def test_the_table_names_every_state():
    assert set(TABLE) == {state.name for state in kind("pledge").states}


# ------------------------------------------------------------------------------------------------ filing


def test_the_bank_an_official_or_another_firm_cannot_file_it(people, organisations, right):
    for stranger in (people.banker, people.clerk, people.rival, people.reader):
        assert refused(filed, people, organisations, right, actor=stranger) == "not_yours"
    assert not Pledge.objects.exists()


def test_a_clerk_enters_it_for_a_firm_and_then_cannot_register_it(people, organisations, right):
    case = filed(people, organisations, right, actor=people.clerk, words={"entered_by": people.clerk})
    assert refused(perform, case.pk, "accept", actor=people.clerk, data=JOINT) == "four_eyes"
    perform(case.pk, "accept", actor=people.clerk2, data=JOINT)


def test_only_the_holder_pledges(people, organisations, right):
    firm = organisations.rival_enterprise
    given = kind("pledge").filing("file", firm, right.case, terms(organisations.bank))
    assert refused(open_case, "pledge", actor=people.rival, **given) == "not_holder"


def test_a_right_out_of_force_is_not_pledged(people, organisations):
    right = make_right(organisations.enterprise, registered_on=date(2023, 1, 9), valid_until=date(2026, 1, 8))
    assert refused(filed, people, organisations, right) == "not_valid"


def test_a_right_that_ran_out_meanwhile_is_not_pledged(people, organisations):
    right = make_right(organisations.enterprise, registered_on=date(2023, 3, 9), valid_until=date(2026, 3, 8))
    case = filed(people, organisations, right)
    with time_machine.travel(datetime(2026, 3, 16, tzinfo=UTC), tick=False):
        assert refused(perform, case.pk, "accept", actor=people.chief, data=JOINT) == "not_valid"


def test_a_pledged_right_is_not_pledged_again_before_it_is_released(people, organisations, right):
    twin = filed(people, organisations, right)
    case = registered(people, organisations, right)
    assert refused(filed, people, organisations, right) == "claimed"
    assert refused(perform, twin.pk, "accept", actor=people.clerk, data=JOINT) == "claimed"
    perform(case.pk, "release", actor=people.banker, data=RELEASE)
    assert refused(perform, twin.pk, "accept", actor=people.clerk, data=JOINT) == "claimed"
    cooled(case)
    perform(twin.pk, "accept", actor=people.clerk, data=JOINT)
    assert register.open_claims(right).get().case == twin


def test_a_pledgee_is_a_bank(people, organisations, right):
    assert refused(filed, people, organisations, right, pledgee=organisations.insurer.pk) == "no_bank"


def test_an_unverified_firm_does_not_pledge(people, organisations):
    right = make_right(organisations.newcomer)
    given = kind("pledge").filing("file", organisations.newcomer, right.case, terms(organisations.bank))
    assert refused(open_case, "pledge", actor=people.newcomer, **given) == "not_verified"


def test_a_pledge_needs_a_right(people, organisations, right):
    given = kind("pledge").filing("file", organisations.enterprise, right.case, terms(organisations.bank))
    assert refused(open_case, "pledge", actor=people.filer, **{**given, "root": None}) == "no_registration"


# ------------------------------------------------------------------------------------------------ registering


def test_both_sides_must_have_applied(people, organisations, right):
    case = filed(people, organisations, right)
    assert refused(perform, case.pk, "accept", actor=people.clerk, data={}) == "not_joint"
    perform(case.pk, "confirm", actor=people.banker)
    assert refused(perform, case.pk, "confirm", actor=people.banker) == "confirmed"
    perform(case.pk, "accept", actor=people.clerk, data={})
    assert Case.objects.get(pk=case.pk).status == "registered"


def test_an_answer_to_a_correction_needs_a_new_confirmation(people, organisations, right):
    case = filed(people, organisations, right)
    perform(case.pk, "confirm", actor=people.banker)
    perform(case.pk, "ask_correction", actor=people.clerk, data=ITEMS)
    perform(case.pk, "answer", actor=people.filer, data={"secured": Decimal("2000000"), "credit": Decimal("1")})
    row = Pledge.objects.get(case=case)
    assert (row.secured_fen, row.credit_fen) == (200_000_000, 5_000_000_000)
    assert refused(perform, case.pk, "accept", actor=people.clerk, data={}) == "not_joint"


def test_a_loan_past_the_rights_end_is_the_chiefs_with_a_reason(people, organisations, right):
    case = filed(people, organisations, right, ends_on=date(2029, 6, 30))
    assert right.valid_until < date(2029, 6, 30)
    assert refused(perform, case.pk, "accept", actor=people.clerk, data=JOINT) == "past_validity"
    assert refused(perform, case.pk, "accept", actor=people.chief, data=JOINT) == "no_reason"
    perform(case.pk, "accept", actor=people.chief, data=JOINT | {"past_validity_because": "续展承诺书"})
    assert Pledge.objects.get(case=case).past_validity_because == "续展承诺书"


def test_a_loan_to_the_rights_last_day_is_any_registrars(people, organisations, right):
    case = filed(people, organisations, right, ends_on=right.valid_until)
    perform(case.pk, "accept", actor=people.clerk, data=JOINT)


def test_registering_puts_the_claim_on_the_right(people, organisations, right):
    case = filed(people, organisations, right)
    place = {"registered_at": "province", "registered_number": "ZJ-1"}
    perform(case.pk, "accept", actor=people.clerk, data=JOINT | place)
    claim = Claim.objects.get(registration=right, own=True)
    assert (claim.case, claim.party, claim.kind, claim.exclusive) == (case, organisations.bank, "pledge", True)
    assert (claim.began_at, claim.ended_at) == (NOON, None)
    elsewhere = Claim.objects.get(registration=right, own=False)
    assert (elsewhere.case, elsewhere.place_number, elsewhere.exclusive) == (case, "ZJ-1", False)
    row = Pledge.objects.get(case=case)
    assert (row.credit_fen, row.secured_fen, row.drawn_fen) == (5_000_000_000, 3_000_000_000, 1_200_000_055)


def test_the_unique_key_has_the_last_word(people, organisations, right):
    """Without any guard in front of it, a second exclusive claim of our own procedure is refused in words."""
    case = registered(people, organisations, right)
    words = {"case": case, "party": organisations.bank, "kind": "transfer", "at": NOON}
    with transaction.atomic():
        assert refused(register.claim, right, **words) == "claimed"
        transaction.set_rollback(True)
    register.claim(right, **words, own=False, place="中登网")
    register.claim(right, **words, exclusive=False)
    assert register.open_claims(right).count() == 3


# ------------------------------------------------------------------------------------------------ release, clocks


def test_a_pledge_outlasts_its_loan_and_everybody_is_told(people, organisations, right):
    case = registered(people, organisations, right)
    clock = case.clocks.get(name="loan_end")
    assert (clock.due_on, case.due_status) == (date(2027, 3, 1), "overdue")
    with time_machine.travel(datetime(2027, 3, 2, 2, tzinfo=UTC), tick=False):
        assert Case.objects.at().get(pk=case.pk).state == "overdue", "lists say so before any sweep"
        assert sweep() == 1
        assert Case.objects.get(pk=case.pk).status == "overdue"
        assert register.must_be_free(right).code == "claimed"
    told = Letter.objects.filter(case_pk=case.pk, text="pledge.overdue").values_list("user__username", flat=True)
    assert set(told) == {"manager", "filer", "banker", "clerk", "clerk2"}


def test_reminders_30_and_7_days_before_the_loan_ends(people, organisations, right):
    clock = registered(people, organisations, right).clocks.get(name="loan_end")
    assert [r["at"][:10] for r in clock.reminders if r["days"] < 0] == ["2027-01-30", "2027-02-22"]


def test_the_office_has_five_working_days(people, organisations, right):
    assert filed(people, organisations, right).clocks.get(name="review").due_on == date(2026, 3, 9)


def test_both_sides_are_told(people, organisations, right):
    case = reached("released", people, organisations, right)
    told = {}
    for letter in Letter.objects.filter(case_pk=case.pk):
        told.setdefault(letter.text, set()).add(letter.user.username)
    both = {"manager", "filer", "banker"}
    assert told == {
        "pledge.received": both, "pledge.accepted": both, "pledge.released": both | {"clerk", "clerk2"},
        "pledge.ended": both | {"clerk", "clerk2"},
    }  # fmt: skip


def test_a_correction_is_served_on_the_firm_alone(people, organisations, right):
    """The bank's mailbox must not start the firm's clock."""
    case = reached("correction", people, organisations, right)
    letters = Letter.objects.filter(case_pk=case.pk, text="case.correction")
    assert set(letters.values_list("user__username", flat=True)) == {"manager", "filer"}


def test_a_registration_by_mistake_frees_the_right(people, organisations, right):
    case = registered(people, organisations, right)
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="Wrong right.")
    perform(case.pk, "rectify", actor=people.chief)
    assert register.must_be_free(right) is None
    assert Claim.objects.get(case=case).outcome == "rectified"
    assert Case.objects.get(pk=case.pk).status == "submitted"


# ------------------------------------------------------------------------------------------------ rows and forms


@pytest.mark.parametrize(
    "values",
    [
        {"secured_fen": 0}, {"drawn_fen": 5_000_000_001}, {"drawn_fen": -1}, {"ends_on": date(2026, 3, 1)},
        {"registered_number": "1"}, {"subsidy_fen": -1}, {"appraised_fen": 100}, {"appraised_on": date(2026, 1, 1)},
        {"appraised_fen": 0, "appraised_on": date(2026, 1, 1)},
    ],
)  # fmt: skip
def test_the_database_refuses_an_impossible_pledge(values, people, organisations, right):
    row = filed(people, organisations, right).row
    with pytest.raises(IntegrityError), transaction.atomic():
        Pledge.objects.filter(pk=row.pk).update(**values)


def test_nobody_pledges_to_himself(people, organisations, right):
    row = filed(people, organisations, right).row
    with pytest.raises(IntegrityError), transaction.atomic():
        Pledge.objects.filter(pk=row.pk).update(pledgee=row.pledgor)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_on": "2026-01-01"}, "ends_on"), ({"drawn": "50000000.01"}, "drawn"), ({"secured": "0"}, "secured"),
        ({"appraised": "5"}, "appraised_on"), ({"contract_number": ""}, "contract_number"),
        ({"debt": "a\u202eb"}, "debt"), ({"interest": "101"}, "interest"), ({"pledgee": "0"}, "pledgee"),
    ],
)  # fmt: skip
def test_a_fault_is_one_sentence_at_its_field(values, field, organisations):
    given = {
        name: "" if value is None else value for name, value in terms(organisations.bank).items() if name != "rights"
    }
    assert PledgeForm(given).is_valid()
    errors = PledgeForm({**given, **values}).errors
    assert list(errors) == [field]
    assert len(errors[field]) == 1


def test_the_registrars_and_the_banks_forms(organisations):
    assert list(RegisterForm({"registered_number": "1"}).errors) == ["registered_at"]
    assert RegisterForm({}).is_valid()
    assert list(ReleaseForm({"ground": "paid"}).errors) == ["certain"]
    assert ReleaseForm({"ground": "paid", "certain": "on"}).is_valid()


def test_the_page_of_an_answer_shows_the_rights_of_the_deal(people, organisations, client):
    """The copy keeps a deal's rights as numbers where the form has rows."""
    right, other = (
        make_right(organisations.enterprise, name=name) for name in ("近海浮标海况数据集", "港口潮位数据集")
    )
    case = filed(people, organisations, right, others=[other])
    items = [{"path": "debt", "label": "被担保的债权", "note": "请写明。"}]
    perform(case.pk, "ask_correction", actor=people.clerk, data={"items": items}, comment="一次性告知")
    client.force_login(people.filer)
    page = client.get(f"/portal/cases/{case.pk}/answer/").content.decode()
    assert all(each.number in page for each in (right, other))


def test_a_rate_that_nobody_changed_is_not_told_as_changed(people, organisations, right):
    case = filed(people, organisations, right, interest=Decimal("3.65"))
    case = Case.objects.get(pk=case.pk)
    assert changed_items(case, case.events.order_by("seq")) == []
    Pledge.objects.filter(case=case).update(interest=Decimal("3.7"))
    case = Case.objects.get(pk=case.pk)
    (line,) = changed_items(case, case.events.order_by("seq"))
    assert (line.before, line.after) == ("3.650", "3.700")


def test_an_answer_to_a_correction_is_sent_and_leaves_the_rights_as_they_are(people, organisations, client):
    right, other = (
        make_right(organisations.enterprise, name=name) for name in ("近海浮标海况数据集", "港口潮位数据集")
    )
    case = filed(people, organisations, right, others=[other])
    items = [{"path": "debt", "label": "被担保的债权", "note": "请写明。"}]
    perform(case.pk, "ask_correction", actor=people.clerk, data={"items": items}, comment="一次性告知")
    client.force_login(people.filer)
    page = client.post(f"/portal/cases/{case.pk}/answer/", {"debt": "流动资金借款合同 LD-2026-10"}, follow=True)
    assert page.redirect_chain == [(f"/portal/cases/{case.pk}/answer/review/", 302)]
    client.post(f"/portal/cases/{case.pk}/answer/review/")
    case = Case.objects.get(pk=case.pk)
    assert case.status == "submitted"
    assert case.row.debt == "流动资金借款合同 LD-2026-10"
    assert [each.registration for each in case.row.rights_in_order()] == [right, other]


def test_an_appraiser_on_record_may_be_named(organisations):
    known = make_organisation("舟山示范评估事务所", capacities=["appraiser"], verified_at=legal_now())
    make_organisation("舟山示范服务事务所", capacities=["service"], verified_at=legal_now())
    choices = PledgeForm(organisation=organisations.enterprise).fields["appraised_by"].queryset
    assert list(choices) == [known]


def test_whoever_was_told_of_a_registration_is_told_that_it_was_struck(people, organisations, right):
    case = registered(people, organisations, right)
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="材料不齐")
    perform(case.pk, "rectify", actor=people.deputy)
    told = Letter.objects.filter(case_pk=case.pk, text="case.rectified").values_list("user__username", flat=True)
    assert set(told) == {"manager", "filer", "banker"}


def test_wish_26_whoever_it_concerns_is_sent_the_register_statement(people, organisations, right, client):
    """Who, what and which law, with the way to the statement as of the entry, at each registration, change and end."""
    Party.objects.create(case=right.case, role="holder", organisation=organisations.rival_enterprise)
    case = filed(people, organisations, right)
    perform(case.pk, "consent", actor=people.rival)
    acts = [
        ("accept", people.clerk, JOINT), ("ask_change", people.filer, {"ends_on": date(2027, 9, 1)}),
        ("enter_change", people.clerk, JOINT), ("release", people.banker, RELEASE),
    ]  # fmt: skip
    for move, actor, data in acts:
        perform(case.pk, move, actor=actor, data=data)
    with time_machine.travel(NOON + timedelta(days=7), tick=False):
        cooled(case)
    pledged = []
    for text in ("pledge.accepted", "pledge.changed", "pledge.ended"):
        letters = Letter.objects.filter(case_pk=case.pk, text=text)
        assert {"manager", "filer", "banker", "rival"} <= set(letters.values_list("user__username", flat=True))
        _subject, body = letters.get(user=people.banker).shown()
        for words in (
            organisations.enterprise.name,
            organisations.bank.name,
            right.number,
            right.name,
            "《民法典》第四百四十四条",
        ):
            assert words in body
        address = urlsplit(re.search(r"http\S+/register/\S+", body).group())
        with time_machine.travel(NOON + timedelta(days=8), tick=False):
            page = client.get(f"{address.path}?{address.query}", headers={"accept-language": "zh-hans"})
        pledged.append("本平台记载有质押。" in page.content.decode())
    assert pledged == [True, True, False]
