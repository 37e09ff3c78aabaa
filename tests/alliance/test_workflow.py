"""Membership of the alliance: who may do what in each state, what follows, what is refused and why."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from apps.alliance.forms import AdmitForm, MembershipForm, RemoveForm
from apps.alliance.models import Member
from apps.outbox.models import Letter
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from apps.workflow.snapshots import unseal_paths
from apps.workflow.states import kind
from tests.alliance.cases import GIVEN, filed
from tests.product import asked_nothing, expected, outcomes

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
LATER = datetime(2026, 3, 30, 4, 0, tzinfo=UTC)
ITEMS = {"items": [{"path": "purpose", "label": "Purpose", "note": "Say what you bring."}]}
MEETING = {"meeting_on": date(2026, 3, 27), "minutes": "海数盟纪〔2026〕3号"}
ADMIT = {**MEETING, "grade": "council"}
DATA = {
    "ask_correction": ITEMS,
    "ask_unlock": {"item": "sector"},
    "accept": ADMIT,
    "remove": MEETING,
    "answer": {"purpose": "共享近岸浪高", "sector": "finance"},
}
FIRM = {"manager", "filer"}
SEAT = {"secretariat"}
TABLE = {
    "submitted": {"ask_correction": SEAT, "accept": SEAT, "refuse": SEAT, "withdraw": FIRM},
    "correction": {
        "answer": FIRM, "withdraw": FIRM, "recall_correction": SEAT, "lapse": {"clock"}, "ask_unlock": FIRM,
        "grant_unlock": SEAT, "refuse_unlock": SEAT,
    },
    "member": {"suspend": SEAT, "leave": FIRM, "remove": SEAT},
    "suspended": {"resume": SEAT, "leave": FIRM, "remove": SEAT},
    "left": {},
    "removed": {},
    "refused": {},
    "withdrawn": {},
    "lapsed": {},
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


STEPS = {
    "correction": [("ask_correction", "secretariat")],
    "lapsed": [("ask_correction", "secretariat"), ("lapse", None)],
    "refused": [("refuse", "secretariat")],
    "withdrawn": [("withdraw", "filer")],
    "member": [("accept", "secretariat")],
    "suspended": [("accept", "secretariat"), ("suspend", "secretariat")],
    "left": [("accept", "secretariat"), ("leave", "manager")],
    "removed": [("accept", "secretariat"), ("remove", "secretariat")],
}


def reached(state, people, organisations, noon) -> Case:
    case = filed(people, organisations)
    noon.move_to(LATER, tick=False)
    for move, who in STEPS.get(state, []):
        actor = getattr(people, who) if who else None
        perform(case.pk, move, actor=actor, data=DATA.get(move, {}), comment="Because.")
    return Case.objects.get(pk=case.pk)


def refused(act, *args, **words) -> str:
    with pytest.raises(Refused) as refusal:
        act(*args, **words)
    return refusal.value.code


@pytest.mark.parametrize("state", TABLE)
def test_each_move_is_open_to_those_of_the_table_alone(state, people, organisations, noon):
    case = reached(state, people, organisations, noon)
    assert case.status == state
    assert outcomes(case, people, DATA) == expected(case, people, TABLE[state], asked_nothing(*SEAT))


def test_the_table_names_every_state():
    assert set(TABLE) == {state.name for state in kind("membership").states}


def test_only_the_city_and_the_secretariat_see_it(people, organisations):
    case = filed(people, organisations)

    def sees(person) -> bool:
        return Case.objects.visible_to(person).filter(pk=case.pk).exists()

    seen = {name for name, person in vars(people).items() if sees(person)}
    assert seen == {"secretariat", "chief", "deputy", "clerk", "clerk2", "manager", "filer", "reader"}


def test_strangers_readers_and_the_unverified_cannot_apply(people, organisations):
    assert refused(filed, people, organisations, actor=people.reader) == "not_yours"
    assert refused(filed, people, organisations, actor=people.rival) == "not_yours"
    assert refused(filed, people, organisations, actor=people.secretariat) == "not_yours"
    newcomer = {"actor": people.newcomer, "firm": organisations.newcomer}
    assert refused(filed, people, organisations, **newcomer) == "not_verified"


def test_the_secretariat_does_not_admit_whom_it_entered(people, organisations, noon):
    case = filed(people, organisations, actor=people.secretariat, entered_by=people.secretariat)
    noon.move_to(LATER, tick=False)
    assert refused(perform, case.pk, "accept", actor=people.secretariat, data=ADMIT) == "four_eyes"


def test_admission_keeps_meeting_minutes_and_grade(people, organisations, noon):
    row = reached("member", people, organisations, noon).row
    assert (row.grade, row.minutes, row.joined_on) == ("council", MEETING["minutes"], date(2026, 3, 27))


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 31)])
def test_the_council_met_after_the_filing_and_not_in_the_future(day, people, organisations, noon):
    case = filed(people, organisations)
    noon.move_to(LATER, tick=False)
    given = ADMIT | {"meeting_on": day}
    assert refused(perform, case.pk, "accept", actor=people.secretariat, data=given) == "meeting_day"


def test_one_application_and_one_membership_at_a_time(people, organisations, noon):
    case = reached("submitted", people, organisations, noon)
    assert refused(filed, people, organisations) == "already_member"
    perform(case.pk, "accept", actor=people.secretariat, data=ADMIT)
    assert refused(filed, people, organisations) == "already_member"


def test_the_unique_key_refuses_a_second_membership_in_words(people, organisations, noon):
    first, other = (
        reached("member", people, organisations, noon),
        filed(people, organisations, actor=people.rival, firm=organisations.rival_enterprise),
    )
    Member.objects.filter(case=other).update(organisation=organisations.enterprise)
    given = ADMIT | {"meeting_on": LATER.date()}
    assert refused(perform, other.pk, "accept", actor=people.secretariat, data=given) == "already_member"
    assert Member.objects.get(joined_on__isnull=False).case == first


def test_who_left_may_apply_again_after_a_year(people, organisations, noon):
    case = reached("left", people, organisations, noon)
    assert case.row.left_on == date(2026, 3, 30)
    noon.move_to(datetime(2027, 3, 30, 4, tzinfo=UTC), tick=False)
    assert refused(filed, people, organisations) == "too_soon"
    noon.move_to(datetime(2027, 3, 31, 4, tzinfo=UTC), tick=False)
    assert filed(people, organisations).status == "submitted"


def test_the_secretariat_checks_within_ten_working_days(people, organisations):
    assert filed(people, organisations).clocks.get(name="review").due_on == date(2026, 3, 16)


def test_a_suspension_comes_up_after_a_year_and_ends_nothing_by_itself(people, organisations, noon):
    case = reached("suspended", people, organisations, noon)
    clock = case.clocks.get(name="suspension")
    assert (clock.due_on, clock.on_expiry, case.next_due_at) == (date(2027, 3, 30), "", None)
    perform(case.pk, "resume", actor=people.secretariat)
    clock.refresh_from_db()
    assert clock.outcome == "met"


def test_an_answer_changes_only_what_was_asked(people, organisations, noon):
    case = reached("correction", people, organisations, noon)
    perform(case.pk, "answer", actor=people.filer, data=DATA["answer"])
    row = Member.objects.get(case=case)
    assert (row.purpose, row.sector) == ("共享近岸浪高", "enterprise")


def test_letters_of_a_membership(people, organisations, noon):
    case = reached("removed", people, organisations, noon)
    letters = Letter.objects.filter(case_pk=case.pk).order_by("pk")
    told = [(letter.text, letter.user.username) for letter in letters]
    assert sorted(told) == [
        (f"membership.{text}", name) for text in ("accepted", "received", "removed") for name in ("filer", "manager")
    ]
    assert letters.last().context["minutes"] == MEETING["minutes"]


def test_the_secretariat_hears_who_left(people, organisations, noon):
    case = reached("left", people, organisations, noon)
    told = Letter.objects.filter(case_pk=case.pk, text="membership.left").values_list("user__username", flat=True)
    assert set(told) == {"manager", "filer", "secretariat"}


def test_the_phone_is_sealed_in_the_record(people, organisations):
    case = filed(people, organisations)
    form = case.events.get().data["form"]
    assert form["contact_phone"].startswith("sealed:")
    assert unseal_paths(case, form)["contact_phone"] == "13800005678"
    assert "13800005678" not in str(case.events.get().data)


def test_a_removal_by_mistake_is_rectified(people, organisations, noon):
    case = reached("removed", people, organisations, noon)
    perform(case.pk, "propose_rectification", actor=people.clerk, comment="Wrong firm.")
    perform(case.pk, "rectify", actor=people.chief)
    case = Case.objects.get(pk=case.pk)
    assert (case.status, case.row.left_on, case.closed_at) == ("member", None, None)


@pytest.mark.parametrize(
    "values", [{"minutes": ""}, {"joined_on": None}, {"left_on": date(2026, 3, 26)}, {"removal_minutes": "1"}]
)
def test_the_database_refuses_an_impossible_member(values, people, organisations, noon):
    row = reached("member", people, organisations, noon).row
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(pk=row.pk).update(**values)


def test_forms():
    typed = {**GIVEN, "charter": "on"}
    assert MembershipForm(typed).is_valid()
    assert list(MembershipForm({**typed, "charter": ""}).errors) == ["charter"]
    assert list(MembershipForm({**typed, "purpose": " "}).errors) == ["purpose"]
    assert set(AdmitForm({}).errors) == {"meeting_on", "minutes", "grade"}
    assert list(RemoveForm({"meeting_on": "2026-03-27", "minutes": "3"}).errors) == ["comment"]
