"""The sharing list: who may do what in each state, what bars an entry, and what becomes of it with the right and the
membership it rests on."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from apps.alliance.forms import ShareForm
from apps.alliance.models import SharedEntry
from apps.applications.models import Application
from apps.certificates.models import Claim
from apps.certificates.register import ACTS, claim, release
from apps.outbox.models import Letter
from apps.rules.clock import legal_now, legal_today
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case
from apps.workflow.states import kind
from apps.workflow.tasks import sweep
from apps.workflow.touch import edges
from tests.alliance.cases import ENTRY, joined, membership_of, offered, shared
from tests.listings.cases import fresh, touch
from tests.product import asked_nothing, expected, outcomes
from tests.rights import make_right
from tests.samples import a_registration

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
LAST = date(2026, 5, 31)
DATA = {
    "ask_correction": {"items": [{"path": "terms", "label": "Terms", "note": "Say who may use it."}]},
    "ask_unlock": {"item": "mode"},
    "answer": {"terms": "仅限内部研究。", "mode": "paid"},
}
FIRM = {"manager", "filer"}
SEAT = {"secretariat"}
TABLE = {
    "submitted": {"ask_correction": SEAT, "accept": SEAT, "refuse": SEAT, "withdraw": FIRM, "record_consent": SEAT},
    "correction": {
        "answer": FIRM, "withdraw": FIRM, "recall_correction": SEAT, "lapse": {"clock"}, "record_consent": SEAT,
        "ask_unlock": FIRM, "grant_unlock": SEAT, "refuse_unlock": SEAT,
    },
    "published": {"take_down": FIRM | SEAT, "end": {"clock"}},
    "paused": {"take_down": FIRM | SEAT, "end": {"clock"}, "resume": SEAT},
    "ended": {}, "refused": {}, "withdrawn": {}, "lapsed": {},
}  # fmt: skip
STEPS = {
    "correction": [("ask_correction", "secretariat")],
    "lapsed": [("ask_correction", "secretariat"), ("lapse", None)],
    "refused": [("refuse", "secretariat")],
    "withdrawn": [("withdraw", "filer")],
    "published": [("accept", "secretariat")],
    "paused": [("accept", "secretariat"), "contest"],
    "ended": [("accept", "secretariat"), ("take_down", "manager")],
}
OUTCOMES = {
    **dict.fromkeys(ACTS, ("submitted", "published", "paused")),
    **dict.fromkeys(("expire", "cancel", "revoke", "transfer"), ("ended", "ended", "ended")),
    **dict.fromkeys(("freeze", "contest"), ("submitted", "paused", "paused")),
}  # fmt: skip
"""What becomes of an entry by each act on the right: where it is checked, published, off the list."""
CELLS = [
    (act, before, after)
    for act, row in OUTCOMES.items()
    for before, after in zip(("submitted", "published", "paused"), row, strict=True)
]


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


def reached(state, people, organisations, right) -> Case:
    case = offered(people, organisations, right, until_on=LAST)
    for step in STEPS.get(state, []):
        if isinstance(step, str):
            touch(right, step)
            continue
        move, who = step
        actor = getattr(people, who) if who else None
        perform(case.pk, move, actor=actor, data=DATA.get(move, {}), comment="Because.")
    return fresh(case)


def refused(act, *args, **words) -> str:
    with pytest.raises(Refused) as refusal:
        act(*args, **words)
    return refusal.value.code


def told(case: Case, text: str) -> set[str]:
    return set(Letter.objects.filter(case_pk=case.pk, text=f"sharing.{text}").values_list("user__username", flat=True))


# ------------------------------------------------------------------------------------------------ the walk


@pytest.mark.parametrize("state", TABLE)
def test_each_move_is_open_to_those_of_the_table_alone(state, people, organisations, right):
    case = reached(state, people, organisations, right)
    assert case.status == state
    special = {("record_consent", "secretariat"): "nobody_asked", ("resume", "secretariat"): "disputed"}
    special |= asked_nothing(*SEAT)
    assert outcomes(case, people, DATA) == expected(case, people, TABLE[state], special)


def test_the_table_names_every_state():
    assert set(TABLE) == {state.name for state in kind("sharing").states}


def test_a_published_entry_runs_to_its_last_day(people, organisations, right, noon):
    case = reached("published", people, organisations, right)
    assert (case.row.published_on, case.due_on) == (NOON.date(), LAST)
    noon.move_to(datetime(2026, 5, 31, 15, 59, tzinfo=UTC), tick=False)
    assert fresh(case).state_.name == "published"
    noon.move_to(datetime(2026, 5, 31, 16, 0, tzinfo=UTC), tick=False)
    assert not SharedEntry.objects.on_the_list().exists()
    sweep()
    case = fresh(case)
    assert (case.status, case.row.ended_on) == ("ended", date(2026, 6, 1))
    assert told(case, "ended") == {"manager", "filer", "secretariat"}


def test_the_secretariat_checks_within_ten_working_days(people, organisations, right):
    assert offered(people, organisations, right).clocks.get(name="review").due_on == date(2026, 3, 16)


def test_an_answer_changes_only_what_was_asked(people, organisations, right):
    case = reached("correction", people, organisations, right)
    perform(case.pk, "answer", actor=people.filer, data=DATA["answer"])
    assert (fresh(case).row.terms, fresh(case).row.mode) == ("仅限内部研究。", "free")


@pytest.mark.parametrize("state", ["refused", "withdrawn", "lapsed", "ended"])
def test_what_is_over_can_be_offered_anew(state, people, organisations, right):
    reached(state, people, organisations, right)
    assert offered(people, organisations, right).status == "submitted"


def test_what_the_clock_has_ended_and_nobody_swept_does_not_stand_in_the_way(people, organisations, right, noon):
    first = reached("published", people, organisations, right)
    noon.move_to(datetime(2026, 6, 1, 4, tzinfo=UTC), tick=False)
    assert offered(people, organisations, right).status == "submitted"
    assert fresh(first).status == "ended"


def test_an_entry_taken_down_by_mistake_comes_back_unless_another_stands(people, organisations, right):
    case = reached("ended", people, organisations, right)
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="Wrong entry.")
    with transaction.atomic():
        perform(case.pk, "rectify", actor=people.chief)
        assert (fresh(case).status, fresh(case).row.ended_on) == ("published", None)
        transaction.set_rollback(True)


def test_a_second_entry_keeps_the_first_from_coming_back(people, organisations, right):
    case = reached("ended", people, organisations, right)
    offered(people, organisations, right)
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="Wrong entry.")
    assert refused(perform, case.pk, "rectify", actor=people.chief) == "already_shared"


# ------------------------------------------------------------------------------------------------ what bars it


def test_only_a_member_shares(people, organisations):
    right = make_right(organisations.rival_enterprise)
    given = kind("sharing").filing(
        "file", organisations.rival_enterprise, right.case, {**ENTRY, "until_on": legal_today()}
    )
    assert refused(open_case, "sharing", actor=people.rival, **given) == "not_member"
    given = given | {"bases": [joined(people, organisations, organisations.rival_enterprise, people.rival)]}
    assert open_case("sharing", actor=people.rival, **given).status == "submitted"


def test_a_recorded_offer_is_judged_by_the_dates_of_the_right(people, organisations):
    right = make_right(organisations.enterprise)
    membership_of(people, organisations)
    began = datetime.combine(right.registered_on, NOON.timetz())
    data = {**ENTRY, "until_on": right.valid_until}
    given = kind("sharing").filing("file", organisations.enterprise, right.case, data)
    given |= {"actor": people.filer, "recording": True}
    early = given | {"data": dict(data), "effective_at": began - timedelta(days=1)}
    assert refused(open_case, "sharing", **early) == "not_valid"
    assert open_case("sharing", **given, effective_at=began).status == "submitted"


def test_an_application_that_named_personal_data_bars_whatever_is_stated(people, organisations, local_track):
    right = a_registration(people, organisations).registration
    Application.objects.filter(case=right.origin).update(checklist={"personal": "yes"})
    assert refused(offered, people, organisations, right, statement="anonymised") == "personal_data"


def test_a_source_of_personal_data_asks_for_the_statement_that_it_is_anonymous(people, organisations):
    right = make_right(organisations.enterprise, source_kinds=("personal",))
    assert refused(offered, people, organisations, right) == "personal_data"
    assert offered(people, organisations, right, statement="anonymised").status == "submitted"


@pytest.mark.parametrize("days", [-1, 4000])
def test_it_ends_neither_before_today_nor_after_the_right(days, people, organisations, right):
    until = legal_today() + timedelta(days=days)
    assert refused(offered, people, organisations, right, until_on=until) == "wrong_end"


def test_a_pledgee_who_consents_opens_the_way(people, organisations, right):
    case = offered(people, organisations, right)
    claim(right, case=right.case, party=organisations.bank, kind=Claim.Kind.PLEDGE, at=legal_now())
    assert refused(perform, case.pk, "accept", actor=people.secretariat) == "no_consent"
    perform(case.pk, "ask_correction", actor=people.secretariat, data=DATA["ask_correction"])
    perform(case.pk, "answer", actor=people.filer, data=DATA["answer"])
    perform(case.pk, "consent", actor=people.banker)
    perform(case.pk, "accept", actor=people.secretariat)
    assert fresh(case).status == "published"


@pytest.mark.parametrize("values", [{"until_on": NOON.date() - timedelta(days=1)}, {"registration": None}])
def test_the_database_refuses_an_impossible_entry(values, people, organisations, right):
    row = shared(people, organisations, right).row
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedEntry.objects.filter(pk=row.pk).update(**values)


def test_the_database_keeps_one_open_entry_a_right(people, organisations, right):
    shared(people, organisations, right)
    other = offered(people, organisations, make_right(organisations.enterprise, name="另一数据集"))
    with pytest.raises(IntegrityError, match=r"shared_entry_once|registration_id"), transaction.atomic():
        SharedEntry.objects.filter(case=other).update(registration=right)


def test_form():
    typed = {**ENTRY, "until_on": "2026-05-31"}
    assert ShareForm(typed).is_valid()
    missing = ShareForm({**typed, "statement": "", "until_on": "", "terms": ""})
    assert set(missing.errors) == {"statement", "until_on"}


# ------------------------------------------------------------------------------------------------ what touches it


def data_of(act, organisations) -> dict:
    shapes = {"transfer": {"holder": organisations.rival_enterprise.pk}, "change": {"changes": {"scenario": "改"}}}
    return shapes.get(act, {})


@pytest.mark.parametrize(("act", "before", "after"), CELLS)
def test_every_act_on_the_right_has_its_outcome_in_every_state(act, before, after, people, organisations, right):
    case = reached(before, people, organisations, right)
    (edge,) = edges(right.case, act)
    assert (edge.case, edge.refusal) == (case, None)
    assert edge.consequence.says
    if edge.move is None:
        assert before == after
        return
    assert edge.move.target in ("", after)
    assert edge.told == ("applicant", "office")


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("cancel", "the registration is no longer in force"),
        ("revoke", "the registration is no longer in force"),
        ("transfer", "the registration has a new holder, who has not offered it"),
    ],
)
@pytest.mark.parametrize("state", ["submitted", "correction", "published", "paused"])
def test_what_ends_the_right_or_moves_it_ends_the_entry(state, act, words, people, organisations, right):
    case = reached(state, people, organisations, right)
    touch(right, act, data_of(act, organisations), actor=people.deputy)
    case = fresh(case)
    event = case.events.order_by("-seq").first()
    assert (case.status, event.move, event.data["because_move"]) == ("ended", "fall_away", act)
    assert case.row.ended_on == NOON.date()
    assert not case.clocks.filter(ended_at__isnull=True).exists()
    assert told(case, "ended") == {"manager", "filer", "secretariat"}
    letter = Letter.objects.get(case_pk=case.pk, text="sharing.ended", user=people.secretariat)
    with translation.override(letter.language):
        assert letter.context["reason"] == translation.gettext(words)


def test_a_right_that_expires_takes_its_entry_along(people, organisations, noon):
    right = make_right(organisations.enterprise, registered_on=date(2023, 7, 1), valid_until=LAST)
    case = shared(people, organisations, right, until_on=LAST)
    noon.move_to(datetime(2026, 6, 1, 4, tzinfo=UTC), tick=False)
    sweep()
    assert (fresh(right.case).status, fresh(case).status) == ("expired", "ended")


@pytest.mark.parametrize(("act", "cleared", "bar"), [("freeze", "thaw", "frozen"), ("contest", "uphold", "disputed")])
def test_it_is_off_the_list_meanwhile_and_put_back_by_the_secretariat(act, cleared, bar, people, organisations, right):
    case = reached("published", people, organisations, right)
    if act == "freeze":
        claim(right, case=right.case, party=None, kind=Claim.Kind.FREEZE, at=legal_now(), exclusive=False)
    touch(right, act)
    assert (fresh(case).status, told(case, "paused")) == ("paused", {"manager", "filer", "secretariat"})
    assert refused(perform, case.pk, "resume", actor=people.secretariat) == bar
    release(right.case, at=legal_now(), outcome="thawed")
    touch(right, cleared)
    assert (fresh(case).status, told(case, "cleared")) == ("paused", {"manager", "filer", "secretariat"})
    perform(case.pk, "resume", actor=people.secretariat)
    assert (fresh(case).status, fresh(case).due_on) == ("published", LAST)


@pytest.mark.parametrize(("exclusive", "after"), [(True, "ended"), (False, "published")])
def test_an_exclusive_licence_ends_it_and_an_ordinary_one_leaves_it(exclusive, after, people, organisations, right):
    case = reached("published", people, organisations, right)
    if exclusive:
        claim(right, case=right.case, party=organisations.bank, kind=Claim.Kind.LICENCE, at=legal_now())
    touch(right, "license")
    case = fresh(case)
    assert (case.status, case.row.ended_on is None) == (after, after == "published")
    letter = Letter.objects.get(case_pk=case.pk, text="sharing.licensed", user=people.filer)
    assert letter.context["ended"] is exclusive


@pytest.mark.parametrize("act", ["leave", "remove"])
def test_it_ends_with_the_membership(act, people, organisations, right):
    case = reached("published", people, organisations, right)
    member = membership_of(people, organisations)
    minutes = {"meeting_on": NOON.date(), "minutes": "3"}
    perform(member.pk, act, actor=people.manager if act == "leave" else people.secretariat, data=minutes)
    case = fresh(case)
    assert (case.status, case.events.order_by("-seq").first().data["because_case"]) == ("ended", member.pk)
    assert Letter.objects.filter(case_pk=case.pk, text="sharing.ended").count() == 3


def test_it_is_off_the_list_while_the_membership_is_suspended(people, organisations, right):
    case = reached("published", people, organisations, right)
    member = membership_of(people, organisations)
    perform(member.pk, "suspend", actor=people.secretariat, comment="Because.")
    assert refused(perform, case.pk, "resume", actor=people.secretariat) == "not_member"
    perform(member.pk, "resume", actor=people.secretariat)
    perform(case.pk, "resume", actor=people.secretariat)
    assert fresh(case).status == "published"


# ------------------------------------------------------------------------------------------------ who reads it


def test_members_read_the_list_and_nobody_else(people, organisations, right, sign_in, client):
    reached("published", people, organisations, right)
    rival = sign_in(people.rival)
    assert right.number not in rival.get("/portal/sharing/").content.decode()
    joined(people, organisations, organisations.rival_enterprise, people.rival)
    page = rival.get("/portal/sharing/").content.decode()
    assert right.number in page
    assert ENTRY["contact_phone"] in page
    assert client.get("/portal/sharing/").status_code == 302
    public = client.get(reverse("public:registration", args=[right.number])).content.decode()
    assert right.name in public
    assert ENTRY["description"] not in public


@pytest.mark.parametrize("state", ["submitted", "paused", "ended"])
def test_only_what_is_published_stands_on_the_list(state, people, organisations, right):
    reached(state, people, organisations, right)
    assert not SharedEntry.objects.readable_by(organisations.enterprise).exists()


def test_the_page_asks_as_much_at_one_entry_as_at_three(
    people, organisations, right, sign_in, django_assert_num_queries
):
    shared(people, organisations, right)
    browser = sign_in(people.filer)
    assert right.number in browser.get("/portal/sharing/").content.decode()
    with CaptureQueriesContext(connection) as first:
        browser.get("/portal/sharing/")
    for name in ("甲", "乙"):
        shared(people, organisations, make_right(organisations.enterprise, name=name))
    with django_assert_num_queries(len(first)):
        browser.get("/portal/sharing/")
