"""Listings: who may do what in each state, what keeps one down, what is sold on it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import translation

from apps.certificates import register
from apps.certificates.journal import as_of
from apps.certificates.models import Claim, Registration
from apps.certificates.register import claim
from apps.certificates.tasks import write_down_last_days
from apps.listings.forms import AfterSaleForm, LastSaleForm, ListingForm, OrdinarySaleForm, RecordForm
from apps.listings.models import Listing, Transaction
from apps.outbox.models import Letter
from apps.rules.clock import legal_now, legal_today
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case
from apps.workflow.review import CORRECTION
from apps.workflow.states import kind
from apps.workflow.tasks import remind, sweep
from tests.factories import make_uscc
from tests.followups.cases import filed as filed_on
from tests.listings.cases import SHEET, assessed, brought, fresh, listed, sale, terms, touch
from tests.pledges.cases import registered as pledged
from tests.product import asked_nothing, expected, outcomes
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
ITEMS = {"items": [{"path": "description", "label": "描述", "note": "请写明字段。"}]}
FIRM, EXCHANGE = {"manager", "filer"}, {"exchange_person"}
CLERKS = {"clerk", "clerk2", "district_clerk"}
SALE = {"sell": EXCHANGE, "sell_last": EXCHANGE, "go_on": EXCHANGE}
TABLE = {
    "submitted": {
        "ask_correction": EXCHANGE, "accept": EXCHANGE, "refuse": EXCHANGE, "withdraw": FIRM, "record_consent": CLERKS,
    },
    "correction": {
        "answer": FIRM, "recall_correction": EXCHANGE, "lapse": {"clock"}, "withdraw": FIRM, "record_consent": CLERKS,
        "ask_unlock": FIRM, "grant_unlock": EXCHANGE, "refuse_unlock": EXCHANGE,
    },
    "compliance": {
        "list": EXCHANGE, "send_back": EXCHANGE, "refuse": EXCHANGE, "withdraw": FIRM, "record_consent": CLERKS,
    },
    "listed": {
        **SALE, "record_consent": CLERKS, "suspend": FIRM | EXCHANGE, "take_down": FIRM | EXCHANGE, "right_ended": {"clock"}, "end": {"clock"},
    },
    "suspended": {
        "go_on": EXCHANGE, "resume": EXCHANGE, "take_down": FIRM | EXCHANGE, "end": {"clock"}, "come_down": {"clock"},
    },
    "delisted": {"go_on": EXCHANGE},
    "refused": {},
    "withdrawn": {},
    "lapsed": {},
    "moot": {},
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


def reached(state, people, organisations, right) -> Case:
    exchange = people.exchange_person
    if state in ("listed", "suspended", "delisted"):
        case = listed(people, organisations, right)
        perform(case.pk, "sell", actor=exchange, data=sale(contract_number="HT-0"))
    else:
        case = brought(people, organisations, right)
    steps = {
        "correction": [("ask_correction", exchange, ITEMS)],
        "compliance": [("accept", exchange, {})],
        "suspended": [("suspend", people.filer, {})],
        "delisted": [("take_down", exchange, {})],
        "refused": [("refuse", exchange, {})],
        "withdrawn": [("withdraw", people.filer, {})],
        "lapsed": [("ask_correction", exchange, ITEMS), ("lapse", None, {})],
    }
    for move, actor, data in steps.get(state, ()):
        perform(case.pk, move, actor=actor, data=data, comment="Because.")
    if state == "moot":
        touch(right, "cancel")
    return fresh(case)


@pytest.mark.parametrize("state", TABLE)
def test_each_move_is_open_to_those_of_the_table_alone(state, people, organisations, right):
    case = reached(state, people, organisations, right)
    assert case.status == state
    data = {
        "ask_correction": ITEMS, "ask_unlock": {"item": "security"}, "answer": SHEET, "list": terms(), "sell": sale(), "sell_last": sale(),
        "go_on": {"contract_number": "HT-0", "paid_on": legal_today()},
        "record_consent": {"organisation": organisations.bank.pk},
    }  # fmt: skip
    nobody_asked = {("record_consent", name): "nobody_asked" for name in CLERKS}
    special = {**nobody_asked, **asked_nothing(*EXCHANGE)}
    assert outcomes(case, people, data) == expected(case, people, TABLE[state], special)


def test_the_table_names_every_state():
    assert set(TABLE) == {state.name for state in kind("listing").states}


def test_the_firm_files_and_nobody_for_it(people, organisations, right):
    for stranger in (people.rival, people.reader, people.exchange_person, people.clerk):
        with pytest.raises(Refused) as refused:
            brought(people, organisations, right, actor=stranger)
        assert refused.value.code == "not_yours"
    assert not Listing.objects.exists()


# ------------------------------------------------------------------------------------------------ what keeps it down


def ended(right, people, organisations):
    touch(right, "cancel")


def contested(right, people, organisations):
    touch(right, "contest")


def frozen(right, people, organisations):
    put(right, Claim.Kind.FREEZE, None, exclusive=False)


def licensed(right, people, organisations):
    put(right, Claim.Kind.LICENCE, organisations.rival_enterprise)


def moved(right, people, organisations):
    touch(right, "transfer", {"holder": organisations.rival_enterprise.pk})


def in_pledge(right, people, organisations):
    pledged(people, organisations, right)


def co_held(right, people, organisations):
    right.case.parties.create(role="holder", organisation=organisations.rival_enterprise, rank=1)


def put(right, kind_, party, exclusive=True):
    origin = Case.objects.get(pk=right.origin_id)
    claim(right, case=origin, party=party, kind=kind_, at=legal_now(), exclusive=exclusive)


REASONS = {
    "not_valid": ended, "disputed": contested, "frozen": frozen, "licensed": licensed, "not_holder": moved,
}  # fmt: skip
ENDING = ("not_valid", "not_holder")  # of what came up, this ends a listing under review
CONSENTS = {"pledgee": in_pledge, "co_holder": co_held}


def refusal(act) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()
    return refused.value.code


@pytest.mark.parametrize("code", sorted(REASONS.keys() - {"not_holder"}))
def test_a_right_with_a_reason_against_it_is_not_brought_to_an_exchange(code, people, organisations, right):
    REASONS[code](right, people, organisations)
    right.refresh_from_db()
    assert refusal(lambda: brought(people, organisations, right)) == code


@pytest.mark.parametrize("code", sorted(REASONS))
@pytest.mark.parametrize("step", ["accept", "list"])
def test_what_came_up_since_keeps_it_down(step, code, people, organisations, right):
    case = (assessed if step == "list" else brought)(people, organisations, right)
    data = terms() if step == "list" else {}
    act = lambda: perform(case.pk, step, actor=people.exchange_person, data=data)  # noqa: E731
    REASONS[code](right, people, organisations)
    assert refusal(act) == ("wrong_state" if code in ENDING else code)
    assert (fresh(case).status == "moot") is (code in ENDING)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_nothing_is_sold_nor_listed_again_with_a_reason_against_it(code, people, organisations, right):
    case = listed(people, organisations, right)
    perform(case.pk, "suspend", actor=people.filer, comment="暂停")
    REASONS[code](right, people, organisations)
    assert refusal(lambda: perform(case.pk, "resume", actor=people.exchange_person)) == code


@pytest.mark.parametrize("whose", CONSENTS)
def test_a_listing_waits_for_the_consent_of_pledgee_and_other_holders(whose, people, organisations, right):
    CONSENTS[whose](right, people, organisations)
    case = assessed(people, organisations, right)
    go_up = lambda: perform(case.pk, "list", actor=people.exchange_person, data=terms())  # noqa: E731
    assert refusal(go_up) == "no_consent"
    person = people.banker if whose == "pledgee" else people.rival
    perform(case.pk, "consent", actor=person)
    go_up()
    assert fresh(case).status == "listed"


def test_a_pledge_that_came_later_asks_for_a_consent_on_paper(people, organisations, right):
    case = assessed(people, organisations, right)
    in_pledge(right, people, organisations)
    go_up = lambda: perform(case.pk, "list", actor=people.exchange_person, data=terms())  # noqa: E731
    assert refusal(go_up) == "no_consent"
    perform(case.pk, "send_back", actor=people.exchange_person, comment="已质押，须质权人同意")
    perform(case.pk, "accept", actor=people.exchange_person)
    assert refusal(go_up) == "no_consent"
    perform(case.pk, "record_consent", actor=people.clerk, data={"organisation": organisations.bank.pk})
    go_up()


@pytest.mark.parametrize("whose", CONSENTS)
def test_a_listing_on_record_says_that_the_consents_are_kept(whose, people, organisations, right):
    CONSENTS[whose](right, people, organisations)
    data = {**terms(), "listed_on": legal_today()}
    record = lambda **more: brought(  # noqa: E731
        people, organisations, right, actor=people.exchange_person, move="record", **data, **more
    )
    assert refusal(record) == "no_consent"
    assert record(consents_seen=True).status == "listed"


@pytest.mark.parametrize(
    ("code", "move", "data"),
    [
        ("no_exchange", "file", {"exchange": "bank"}),
        ("future", "record", {"listed_on": date(2026, 3, 3)}),
        ("ends_before", "record", {"listed_on": date(2026, 3, 2), "valid_until": date(2026, 3, 1)}),
    ],
)
def test_what_cannot_be_opened(code, move, data, people, organisations, right):
    given = {**SHEET, "exchange": organisations.exchange.pk, **(terms() if move == "record" else {}), **data}
    if code == "no_exchange":
        given["exchange"] = organisations.bank.pk
    words = kind("listing").filing(move, organisations.enterprise, right.case, given)
    words["parties"] = [("applicant", organisations.enterprise), ("exchange", organisations.exchange)]
    actor = people.exchange_person if move == "record" else people.filer
    assert refusal(lambda: open_case("listing", move=move, actor=actor, **words)) == code


def test_a_listing_without_a_registration_is_refused_in_words(people, organisations):
    words = kind("listing").filing("file", organisations.enterprise, None, {**SHEET, "exchange": 1})
    words["parties"] = [("applicant", organisations.enterprise)]
    assert refusal(lambda: open_case("listing", actor=people.filer, **words)) == "no_registration"


def test_an_unverified_firm_cannot_list(people, organisations):
    right = make_right(organisations.newcomer)
    assert refusal(lambda: brought(people, organisations, right, actor=people.newcomer)) == "not_verified"


def test_a_listing_number_is_given_once_by_an_exchange(people, organisations, right):
    listed(people, organisations, right)
    assert refusal(lambda: listed(people, organisations, right)) == "number_taken"
    listed(people, organisations, right, number="GP-2")


def test_a_listing_over_several_rights_needs_each_of_them(people, organisations, right):
    second = make_right(organisations.enterprise, name="乙数据集")
    case = listed(people, organisations, right, further=[second.pk])
    assert list(case.bases.values_list("on", flat=True)) == [second.pk]
    touch(second, "revoke")
    assert fresh(case).status == "suspended"
    assert refusal(lambda: perform(case.pk, "resume", actor=people.exchange_person)) == "not_valid"
    others = make_right(organisations.rival_enterprise, name="别人的")
    assert refusal(lambda: brought(people, organisations, right, further=[others.pk])) == "not_holder"


# ------------------------------------------------------------------------------------------------ its way


def test_the_way_to_the_exchange_and_its_limits(people, organisations, right, noon):
    case = brought(people, organisations, right)
    assert case.due_on == date(2026, 3, 9)  # 5 working days
    perform(case.pk, "accept", actor=people.exchange_person)
    assert fresh(case).due_on == date(2026, 3, 30)  # 20 working days
    perform(case.pk, "list", actor=people.exchange_person, data=terms())
    case = fresh(case)
    assert (case.status, case.row.listed_on, case.row.listing_number) == ("listed", date(2026, 3, 2), "GP-2026-0012")
    assert dict(case.clocks.filter(ended_at=None).values_list("name", "due_on")) == {"term": date(2027, 3, 2)}
    noon.move_to(datetime(2027, 1, 31, 4, 0, tzinfo=UTC))
    remind()
    assert Letter.objects.filter(text="reminder.before", case_pk=case.pk).exists()
    noon.move_to(datetime(2027, 3, 3, 4, 0, tzinfo=UTC))
    assert fresh(case).status_at() == "delisted"
    sweep()
    assert fresh(case).status == "delisted"


def test_an_answer_changes_what_was_asked_and_no_more(people, organisations, right):
    case = reached("correction", people, organisations, right)
    assert case.status == CORRECTION.name
    data = {**SHEET, "description": "站点、字段、频次。", "product_name": "改名"}
    perform(case.pk, "answer", actor=people.filer, data=data)
    assert (case.row.description, case.row.product_name) == ("站点、字段、频次。", SHEET["product_name"])


def test_suspended_too_long_it_comes_down(people, organisations, right, noon):
    case = listed(people, organisations, right)
    perform(case.pk, "suspend", actor=people.filer, comment="系统升级")
    assert fresh(case).due_on == date(2026, 4, 1)
    noon.move_to(datetime(2026, 4, 2, 4, 0, tzinfo=UTC))
    sweep()
    assert fresh(case).status == "delisted"
    assert Letter.objects.filter(text="listing.taken_down", case_pk=case.pk, user=people.filer).exists()


def test_a_listing_that_went_up_by_mistake_is_struck(people, organisations, right):
    case = listed(people, organisations, right)
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="编号有误")
    perform(case.pk, "rectify", actor=people.chief)
    case = fresh(case)
    assert (case.status, case.row.listing_number, case.row.listed_on) == ("compliance", "", None)


# ------------------------------------------------------------------------------------------------ transactions


def test_an_ordinary_licence_leaves_it_listed_and_is_kept_with_its_records(people, organisations, right):
    case = listed(people, organisations, right)
    perform(case.pk, "sell", actor=people.exchange_person, data=sale())
    row = case.row.transactions.get()
    assert (fresh(case).status, row.amount_fen, row.source_stated) == ("listed", 6_000_000, "自有浮标采集。")
    done = {"contract_number": "HT-2026-3", "delivered_on": legal_today(), "refund": Decimal("100")}
    perform(case.pk, "go_on", actor=people.exchange_person, data=done)
    row.refresh_from_db()
    assert (row.delivered_on, row.paid_on, row.refund_fen) == (legal_today(), None, 10_000)
    assert "100.00" in dict(case.row.further_facts()).popitem()[1]


@pytest.mark.parametrize("licence", ["exclusive", "sole"])
def test_a_licence_that_shuts_out_others_takes_it_down_and_keeps_the_next_away(licence, people, organisations, right):
    case = listed(people, organisations, right, licence=licence)
    perform(case.pk, "sell_last", actor=people.exchange_person, data=sale(licence=licence))
    assert fresh(case).status == "delisted"
    assert refusal(lambda: brought(people, organisations, right)) == "licensed"
    refund = {"contract_number": "HT-2026-3", "refund": Decimal("60000")}
    perform(case.pk, "go_on", actor=people.exchange_person, data=refund)
    assert brought(people, organisations, right).status == "submitted"


def sold_exclusively(people, organisations, right, **values):
    case = listed(people, organisations, right, licence="exclusive")
    perform(case.pk, "sell_last", actor=people.exchange_person, data=sale(licence="exclusive", **values))
    return case


def test_an_exclusive_licence_that_is_sold_is_a_claim_of_its_buyer(people, organisations, right):
    case = sold_exclusively(people, organisations, right, buyer_code=organisations.rival_enterprise.uscc)
    found = register.open_claims(right).get()
    assert (found.kind, found.case, found.party, found.exclusive) == (
        "licence", case, organisations.rival_enterprise, True,
    )  # fmt: skip
    assert register.must_be_free(right).code == "claimed"
    assert [claim.kind for claim in as_of(right, legal_now()).claims] == ["licence"]


def test_a_sole_licence_that_is_sold_is_a_claim_that_holds_no_pledge_and_no_transfer(people, organisations, right):
    """The holder keeps the use, and with it what a pledge takes and a transfer passes on."""
    case = listed(people, organisations, right, licence="sole")
    perform(case.pk, "sell_last", actor=people.exchange_person, data=sale(licence="sole"))
    found = register.open_claims(right).get()
    assert (found.kind, found.case, found.party, found.exclusive) == ("sole", case, None, False)
    assert register.must_not_be_licensed(right).code == "licensed"
    assert register.must_be_free(right) is None
    moved = filed_on("transfer", people, organisations, right)
    perform(moved.pk, "accept", actor=people.chief, data={"joint_paper": True})
    assert fresh(moved).status == "transferred"


def test_the_buyer_of_a_sole_licence_agrees_to_a_further_one(people, organisations, right):
    case = listed(people, organisations, right, licence="sole")
    bought = sale(licence="sole", buyer_code=organisations.insurer.uscc)
    perform(case.pk, "sell_last", actor=people.exchange_person, data=bought)
    further = filed_on("licence_filing", people, organisations, right, type="plain")
    assert refusal(lambda: perform(further.pk, "accept", actor=people.chief)) == "no_consent"
    perform(further.pk, "consent", actor=people.insurer_person)
    perform(further.pk, "accept", actor=people.chief)
    assert fresh(further).status == "on_file"


def test_it_binds_until_its_last_day_and_the_end_is_written_down(people, organisations, right, noon):
    sold_exclusively(people, organisations, right, licence_until=date(2026, 3, 10))
    noon.move_to(datetime(2026, 3, 10, 15, 59, tzinfo=UTC))
    assert register.is_licensed(right)
    noon.move_to(datetime(2026, 3, 10, 16, 0, tzinfo=UTC))
    assert not register.is_licensed(right)
    assert register.must_be_free(right) is None
    assert as_of(right, legal_now()).claims == []
    assert write_down_last_days() == 1
    ended = Claim.objects.get()
    assert (ended.outcome, ended.ended_at) == ("ended", datetime(2026, 3, 10, 16, 0, tzinfo=UTC))
    assert write_down_last_days() == 0


def test_a_claim_past_its_last_day_stands_in_nobodys_way(people, organisations, right, noon):
    sold_exclusively(people, organisations, right, licence_until=date(2026, 3, 10))
    noon.move_to(datetime(2026, 3, 11, 4, 0, tzinfo=UTC))
    put(right, Claim.Kind.PLEDGE, organisations.bank)
    assert register.open_claims(right).get().kind == "pledge"


def test_a_refund_that_is_struck_binds_again_and_a_sale_that_is_struck_no_more(people, organisations, right):
    case = sold_exclusively(people, organisations, right)
    paid_back = {"contract_number": "HT-2026-3", "refund": Decimal("60000")}
    perform(case.pk, "go_on", actor=people.exchange_person, data=paid_back)
    assert Claim.objects.get().outcome == "refunded"
    strike(case, people)
    assert register.is_licensed(right)
    strike(case, people)
    assert not register.is_licensed(right)


def strike(case, people):
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="误录")
    perform(case.pk, "rectify", actor=people.chief)


@pytest.mark.parametrize(
    ("code", "move", "data"),
    [
        ("other_licence", "sell_last", {"licence": "exclusive"}),
        ("not_listed_then", "sell", {"agreed_on": date(2026, 3, 1)}),
        ("not_listed_then", "sell", {"agreed_on": date(2026, 3, 3)}),
        ("contract_taken", "sell", {"contract_number": "HT-0"}),
        ("no_transaction", "go_on", {"contract_number": "HT-9", "paid_on": date(2026, 3, 2)}),
        ("future", "go_on", {"contract_number": "HT-0", "paid_on": date(2026, 3, 3)}),
        ("too_early", "go_on", {"contract_number": "HT-0", "delivered_on": date(2026, 3, 1)}),
        ("refund_too_large", "go_on", {"contract_number": "HT-0", "refund": Decimal("60000.01")}),
    ],
)
def test_a_transaction_that_cannot_be(code, move, data, people, organisations, right):
    case = reached("listed", people, organisations, right)
    given = data if move == "go_on" else sale(**data)
    assert refusal(lambda: perform(case.pk, move, actor=people.exchange_person, data=given)) == code
    assert Transaction.objects.count() == 1


def test_another_fault_of_the_database_is_not_called_a_number_taken(people, organisations, right):
    case = assessed(people, organisations, right)
    with pytest.raises(IntegrityError, match="law_firm"):
        perform(case.pk, "list", actor=people.exchange_person, data=terms(law_firm=""))
    case = listed(people, organisations, right)
    with pytest.raises(IntegrityError, match="art_33"):
        perform(case.pk, "sell", actor=people.exchange_person, data=sale(kept_at=""))


def test_a_sale_by_mistake_is_struck_and_the_product_listed_again(people, organisations, right):
    case = listed(people, organisations, right, licence="exclusive")
    perform(case.pk, "sell_last", actor=people.exchange_person, data=sale(licence="exclusive"))
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="误录")
    perform(case.pk, "rectify", actor=people.chief)
    assert (fresh(case).status, Transaction.objects.count()) == ("listed", 0)


def test_the_database_keeps_the_duties_of_the_intermediary(people, organisations, right):
    case = reached("listed", people, organisations, right)
    for wrong in ({"sides_identified": False}, {"source_stated": ""}, {"kept_at": ""}, {"buyer_code": ""}):
        with pytest.raises(IntegrityError, match="transaction_duties"), transaction.atomic():
            Transaction.objects.filter(listing=case.row).update(**wrong)


# ------------------------------------------------------------------------------------------------ counting


def test_data_ips_are_counted_once_ever_listed_and_listed_now(people, organisations, right, noon):
    second = make_right(organisations.enterprise, name="乙数据集")
    today, rows = legal_today(), Listing.objects
    first = listed(people, organisations, right)
    listed(people, organisations, right, number="GP-2", further=[second.pk])
    before = today - timedelta(days=1)
    counts = lambda day: (rows.ever_listed(day).rights().count(), rows.listed(day).rights().count())  # noqa: E731
    assert (counts(before), counts(today)) == ((0, 0), (2, 2))
    noon.shift(timedelta(days=10))
    touch(second, "revoke")
    perform(first.pk, "take_down", actor=people.filer, comment="撤牌")
    later = legal_today()
    assert (counts(today), counts(later)) == ((2, 2), (2, 0))
    assert counts(later + timedelta(days=900)) == (2, 0)


def test_a_listing_entered_later_counts_from_the_day_it_was_listed(people, organisations, right, noon):
    right = make_right(organisations.enterprise, name="丙数据集", at=datetime(2025, 1, 6, 4, tzinfo=UTC))
    data = {**terms(valid_until=date(2026, 3, 31)), "listed_on": date(2025, 6, 2)}
    brought(people, organisations, right, actor=people.exchange_person, move="record", **data)
    rows = Listing.objects
    days = (date(2025, 6, 1), date(2025, 6, 2), date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1))
    assert [rows.listed(day).count() for day in days] == [0, 1, 1, 1, 0]
    assert Registration.objects.count() == 2


# ------------------------------------------------------------------------------------------------ forms


def typed(**changed) -> dict:
    return {name: str(value) for name, value in {**SHEET, **changed}.items()}


@pytest.mark.usefixtures("english")
def test_forms_say_in_words_what_is_missing(organisations, right):
    form = ListingForm(
        typed(exchange=organisations.exchange.pk, price=""), organisation=organisations.enterprise, root=right.case
    )
    assert form.errors == {"price": ["State the fixed price."]}
    ordinary = OrdinarySaleForm({"agreed_on": "2026-03-02", "licence_until": "2026-03-01"})
    assert ordinary.errors["licence_until"] == ["The licence ends before it was agreed."]
    assert ordinary.errors["sides_identified"] == ["Identify both sides first (Data Security Law, art. 33)."]
    assert AfterSaleForm({"contract_number": "1"}).errors["delivered_on"]
    record = RecordForm(typed(compliance_number="1"), organisation=organisations.exchange, root=right.case)
    assert record.errors["law_firm"] == ["Give number and law firm of the compliance report, or neither."]


def test_the_last_sale_is_a_licence_or_the_right(organisations):
    given = {
        **{name: str(value) for name, value in sale().items()}, "buyer_code": make_uscc(), "sold": "transfer",
        "licence_until": "",
    }  # fmt: skip
    form = LastSaleForm(given)
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["kind"], form.cleaned_data["licence"]) == ("transfer", "")
    form = LastSaleForm({**given, "sold": "sole"})
    assert form.is_valid()
    assert (form.cleaned_data["kind"], form.cleaned_data["licence"]) == ("licence", "sole")


def test_further_rights_are_the_holders_own_in_force(organisations, right):
    own = make_right(organisations.enterprise, name="乙数据集")
    make_right(organisations.rival_enterprise, name="别人的")
    form = ListingForm(organisation=organisations.enterprise, root=right.case)
    assert list(form.fields["further"].queryset) == [own]
