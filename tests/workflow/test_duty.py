"""Desks: assigned with an event and a letter, by hand, in turn or by lot; absences with a substitute; nobody may act."""

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from apps.accounts.models import Role
from apps.applications.filing import open_application
from apps.desk import queries
from apps.outbox import texts
from apps.outbox.models import Letter
from apps.rules.clock import clock_reading, legal_now, legal_today
from apps.workflow import absences, assignment, chain, duty, lots
from apps.workflow.machine import Refused, moves_for, perform
from apps.workflow.models import Absence, Case, DaySeed, Interest
from tests.factories import make_user
from tests.ways import application, at_noon, deposit, values, walk

NOON = at_noon(2026, 10, 14)


@pytest.fixture
def chief2(people):
    return make_user("chief2", role=Role.CHIEF)


@pytest.fixture
def examined(filed, people):
    return walk(filed, people, "examined")


@pytest.fixture
def examining(filed, people):
    return walk(filed, people, "examining")


def away(user, substitute, *, days=3, by=None):
    today = legal_today()
    return absences.enter_absence(
        user, today, today + dt.timedelta(days=days), substitute=substitute, reason="leave", by=by or user
    )


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    assert str(refused.value)
    return refused.value.code


def next_for(user):
    queue = queries.Reading(user).to_do(Case.objects.visible_to(user))
    return assignment.take_next(user, queue.order_by("due_on", "filed_at", "pk"))


def last_event(case):
    return case.events.order_by("-seq").first()


# ------------------------------------------------------------------------------------------------ assigning


def test_giving_assigns_writes_an_event_and_tells_both(examining, people):
    assignment.take(examining, people.clerk)
    assignment.give(examining.pk, people.clerk2, by=people.chief, reason="分工调整")
    case = Case.objects.get(pk=examining.pk)
    assert case.assigned_to == people.clerk2
    event = last_event(case)
    assert (event.move, event.actor, event.data["how"]) == ("assigned", people.chief, "given")
    assert (event.data["from"]["name"], event.data["to"]["name"]) == ("Clerk", "Clerk2")
    assert chain.broken_link(case) is None
    assert case.version == examining.version  # a form that is open elsewhere stays good
    told = dict(Letter.objects.filter(text__startswith="desk.").values_list("user__username", "text"))
    assert told == {"clerk2": "desk.assigned", "clerk": "desk.moved"}
    subject, body = Letter.objects.get(text="desk.assigned").shown()
    assert case.number in subject
    assert "分工调整" in body
    assert f"/desk/cases/{case.pk}/" in body


def test_a_letter_about_a_desk_speaks_its_readers_language_whoever_gives(examining, people):
    with translation.override("en"):
        assignment.give(examining.pk, people.clerk2, by=people.chief)
    letter = Letter.objects.get(text="desk.assigned", user=people.clerk2)
    with translation.override(letter.language):
        assert (letter.language, letter.context["kind"]) == ("zh-hans", str(examining.kind_.label))


def test_only_heads_and_the_holder_give(examining, people):
    assert refusal(assignment.give, examining.pk, people.clerk2, by=people.clerk) == "not_yours"
    assignment.take(examining, people.clerk)
    assignment.give(examining.pk, people.clerk2, by=people.clerk)
    assert Case.objects.get(pk=examining.pk).assigned_to == people.clerk2


@pytest.mark.parametrize(
    ("who", "code"), [("secretariat", "blind"), ("other_district_clerk", "blind"), ("chief", "not_theirs")]
)
def test_nobody_is_given_what_he_cannot_do(examining, people, who, code):
    assert refusal(assignment.give, examining.pk, getattr(people, who), by=people.deputy) == code


def test_barred_and_absent_are_not_given_a_case(examining, people):
    Interest.objects.create(
        user=people.clerk, organisation=examining.organisation, reason="亲属", declared_at=legal_now()
    )
    assert refusal(assignment.give, examining.pk, people.clerk, by=people.chief) == "interest"
    away(people.clerk2, None)
    assert refusal(assignment.give, examining.pk, people.clerk2, by=people.chief) == "away"


def test_closed_case_lies_on_nobodys_desk(filed, people):
    perform(filed.pk, "withdraw", actor=people.filer)
    assert refusal(assignment.take, filed, people.clerk) == "closed"


def test_next_skips_the_barred_and_what_a_colleague_has(filed, people, examining):
    assert next_for(people.clerk).pk == examining.pk
    assert last_event(examining).data["how"] == "next"
    assert next_for(people.clerk2) is None
    assignment.release(examining, people.clerk)
    Interest.objects.create(
        user=people.clerk2, organisation=examining.organisation, reason="亲属", declared_at=legal_now()
    )
    assert next_for(people.clerk2) is None
    assert Case.objects.get(pk=examining.pk).assigned_to is None


def test_next_takes_what_lies_with_a_colleague_whose_step_is_over(examining, people):
    assignment.take(examining, people.clerk)
    assert next_for(people.clerk2) is None  # the examiner's step it still is
    perform(examining.pk, "propose", actor=people.clerk, data={"proposal": "accept"}, comment="齐全")
    assert next_for(people.chief).pk == examining.pk
    assert Case.objects.get(pk=examining.pk).assigned_to == people.chief
    assert last_event(examining).data["from"]["name"] == people.clerk.full_name
    assert next_for(people.chief) is None  # it lies on the own desk now


def test_next_goes_past_a_case_that_moved_meanwhile(examining, people):
    read = Case.objects.get(pk=examining.pk)
    perform(examining.pk, "propose", actor=people.clerk, data={"proposal": "accept"}, comment="齐全")
    with transaction.atomic():
        assert assignment.claim(read) is None


def test_next_costs_the_same_whatever_stands_before_it(local_track, people, organisations):
    """Cases that the clerk is barred from are looked through together."""
    first = walk(application(people, organisations), people, "examining")
    counts = []
    for number in range(3):
        evidence = deposit(organisations.enterprise, people.filer, people.clerk2, number=f"EC-9{number}")
        given = values(evidence, track="local", name=f"定海潮位数据集{number}")
        case = open_application(given, organisation=organisations.enterprise, actor=people.filer)
        walk(case, people, "examining")
        declared = Interest.objects.create(
            user=people.clerk2, organisation=first.organisation, reason="亲属", declared_at=legal_now()
        )
        with clock_reading(), CaptureQueriesContext(connection) as captured:
            assert next_for(people.clerk2) is None
        counts.append(len(captured))
        Interest.objects.filter(pk=declared.pk).update(ended_at=legal_now())
    assert len(set(counts)) == 1
    assert next_for(people.clerk2).pk == first.pk


# ------------------------------------------------------------------------------------------------ by lot


def test_lot_keeps_all_that_made_it_and_can_be_drawn_again(examining, people):
    away(people.clerk2, None)
    other = make_user("clerk3", role=Role.CLERK)
    drawn = assignment.draw(examining.pk, by=people.chief)
    case = Case.objects.get(pk=examining.pk)
    kept = last_event(case).data
    again = lots.lot(kept["seed"], kept["number"], [(row["pk"], row["weight"]) for row in kept["candidates"]])
    assert again == drawn
    assert case.assigned_to_id == again.result == kept["to"]["pk"]
    assert {row["pk"] for row in kept["candidates"]} == {people.clerk.pk, other.pk}
    assert any(sentence.startswith("Clerk2:") for sentence in kept["left_out"])
    seed = DaySeed.objects.get(day=legal_today())
    assert kept["seed"] == seed.value == lots.seed_of(seed.day, seed.previous, seed.event_hash)


def test_lot_is_the_heads_and_for_free_cases_only(examining, people):
    assert refusal(assignment.draw, examining.pk, by=people.clerk) == "not_yours"
    assignment.take(examining, people.clerk)
    assert refusal(assignment.draw, examining.pk, by=people.chief) == "taken"


def test_seed_of_a_day_stands_and_hangs_on_the_day_before(examining, people):
    with time_machine.travel(NOON, tick=False) as traveller:
        first = assignment.seed_of_today()
        assert assignment.seed_of_today() == first
        traveller.move_to(at_noon(2026, 10, 15))
        assert assignment.seed_of_today().previous == first.value
    for statement in ("UPDATE workflow_dayseed SET value = 'x'", "DELETE FROM workflow_dayseed"):
        with pytest.raises(DatabaseError, match="never change"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# ------------------------------------------------------------------------------------------------ absence


def test_substitute_acts_for_the_absent_and_every_record_says_so(examined, people):
    assert refusal(perform, examined.pk, "approve", actor=people.clerk2) == "not_yours"
    away(people.chief, people.clerk2)
    [offer] = [
        offer for offer in moves_for(Case.objects.get(pk=examined.pk), people.clerk2) if offer.move.name == "approve"
    ]
    assert (offer.refusal, offer.acting_for) == (None, people.chief)
    event = perform(examined.pk, "approve", actor=people.clerk2)
    assert (event.actor, event.acting_for, event.data["acting_for"]) == (people.clerk2, people.chief, "Chief")
    assert chain.broken_link(Case.objects.get(pk=examined.pk)) is None
    letter = Letter.objects.filter(case_pk=examined.pk, text="application.approved").first()
    letter.language = "en"
    assert texts.show([letter])[0].body.endswith("Clerk2, acting for Chief")


def test_four_eyes_hold_through_the_substitution_both_ways(examined, people):
    """``clerk`` examined: he may not decide for the chief; and who examined is barred through his substitute too."""
    away(people.chief, people.clerk)
    assert refusal(perform, examined.pk, "approve", actor=people.clerk) == "four_eyes"


def test_substitute_is_held_by_what_the_absent_did(filed, people, chief2):
    """The chief returned it in the pre-check, which is examining: neither she nor whoever acts for her may decide."""
    items = {"items": [{"path": "scenario", "label": "", "note": "x"}]}
    perform(filed.pk, "return_pre_check", actor=people.chief, data=items)
    perform(filed.pk, "refile", actor=people.filer, data={"values": {}})
    walk(filed, people, "examined")
    away(people.chief, people.clerk2)
    with pytest.raises(Refused) as refused:
        perform(filed.pk, "approve", actor=people.clerk2)
    assert refused.value.code == "four_eyes"
    assert "Chief" in str(refused.value)
    perform(filed.pk, "approve", actor=chief2)


def test_act_of_a_substitute_bars_the_absent_when_back(examining, people, chief2):
    """What was done for a person counts as his: ``clerk2`` examines for ``clerk``; neither may decide."""
    assignment.take(examining, people.clerk)
    away(people.clerk, people.clerk2)
    event = perform(examining.pk, "propose", actor=people.clerk2, data={"proposal": "accept"})
    assert event.acting_for == people.clerk  # it lies on her desk
    people.clerk.role = Role.CHIEF
    people.clerk.save()
    assert refusal(perform, examining.pk, "approve", actor=people.clerk) == "four_eyes"


@pytest.mark.parametrize("interested", ["clerk2", "chief"])
def test_interest_of_either_bars_the_substitute(examined, people, interested):
    away(people.chief, people.clerk2)
    Interest.objects.create(
        user=getattr(people, interested), organisation=examined.organisation, reason="亲属", declared_at=legal_now()
    )
    assert refusal(perform, examined.pk, "approve", actor=people.clerk2) == "interest"


def test_substitution_is_not_passed_on(examined, people):
    """``deputy`` is away for ``chief``? The chain ends after one: who acts for the substitute does not act for the chief."""
    other = make_user("clerk3", role=Role.CLERK)
    away(people.chief, people.clerk2)
    away(people.clerk2, other)
    assert refusal(perform, examined.pk, "approve", actor=other) == "not_yours"


def test_lapsed_substitution_says_since_when(examined, people):
    row = away(people.chief, people.clerk2)
    absences.end_absence(row, people.chief)
    with pytest.raises(Refused) as refused:
        perform(examined.pk, "approve", actor=people.clerk2)
    assert refused.value.code == "substitution_over"
    assert "Chief" in str(refused.value)


def test_substitution_begins_and_ends_by_the_day(examined, people):
    with time_machine.travel(at_noon(2026, 10, 12), tick=False) as traveller:
        absences.enter_absence(
            people.chief,
            dt.date(2026, 10, 14),
            dt.date(2026, 10, 15),
            substitute=people.clerk2,
            reason="leave",
            by=people.chief,
        )
        days = {12: False, 14: True, 15: True, 16: False}
        for day, may in days.items():
            traveller.move_to(at_noon(2026, 10, day))
            names = {offer.move.name for offer in moves_for(Case.objects.get(pk=examined.pk), people.clerk2)}
            assert ("approve" in names) is may


def test_absence_is_entered_by_oneself_the_chief_and_clerks_for_their_heads(people, rules_loaded):
    assert refusal(away, people.clerk2, None, by=people.clerk) == "not_yours"
    assert refusal(away, people.chief, None, by=people.district_clerk) == "not_yours"
    away(people.deputy, people.chief, by=people.clerk)
    told = {letter.user.username for letter in Letter.objects.filter(text="desk.absence")}
    assert told == {"deputy", "chief"}
    away(people.clerk, None, by=people.chief)
    away(people.district_reviewer, None, by=people.district_clerk)


@pytest.mark.parametrize(
    ("substitute", "code"),
    [
        ("chief", "unfit"),
        ("district_clerk", "unfit"),
        ("filer", "unfit"),
        ("security_admin", "unfit"),
        ("clerk2", "chain"),
    ],
)
def test_wrong_substitute_is_refused(people, rules_loaded, substitute, code):
    away(people.clerk2, None)
    assert refusal(away, people.chief, getattr(people, substitute)) == code


def test_absences_of_one_person_do_not_overlap_and_have_an_end(people, rules_loaded):
    away(people.chief, None, days=5)
    assert refusal(away, people.chief, None, days=1) == "twice"
    assert refusal(away, people.clerk, None, days=400) == "long"
    assert refusal(away, people.clerk, None, days=-1) == "order"


@pytest.mark.parametrize(
    "wrong", [{"last_day": dt.date(2026, 1, 1)}, {"self": True}, {"ended_at": NOON}, {"reason": "whim"}]
)
def test_database_keeps_absences_whole(people, wrong):
    values = {
        "user": people.chief, "first_day": dt.date(2026, 10, 1), "last_day": dt.date(2026, 10, 5), "reason": "leave",
        "entered_by": people.chief, "entered_at": NOON,
    }  # fmt: skip
    if wrong.pop("self", False):
        wrong = {"substitute": people.chief}
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(**(values | wrong))


# ------------------------------------------------------------------------------------------------ nobody may


def test_who_may_names_each_with_the_reason(examined, people):
    away(people.deputy, people.clerk2)
    chances = {(c.user.username, c.acting_for and c.acting_for.username): c.refusal for c in duty.who_may(examined)}
    assert chances[("chief", None)] is None
    assert chances[("deputy", None)].code == "away"
    assert chances[("clerk2", "deputy")] is None
    assert ("clerk", None) not in chances


def test_case_that_nobody_may_decide_goes_to_the_deputy_with_the_reasons(examining, people):
    assignment.take(examining, people.clerk)
    away(people.clerk2, None)
    assert assignment.escalate(examining.pk) is None
    Interest.objects.create(
        user=people.clerk, organisation=examining.organisation, reason="亲属", declared_at=legal_now()
    )
    assert duty.stuck_cases() == [examining.pk]
    assert assignment.escalate_stuck() == 1
    case = Case.objects.get(pk=examining.pk)
    assert case.assigned_to == people.deputy
    event = last_event(case)
    assert (event.actor, event.data["how"], len(event.data["reasons"])) == (None, "escalated", 2)
    letter = Letter.objects.get(text="desk.escalated")
    assert letter.user == people.deputy
    assert "Clerk2" in letter.shown()[1]
    assert assignment.escalate_stuck() == 0
    assert examining.pk in set(
        queries.Reading(people.deputy).to_do(Case.objects.visible_to(people.deputy)).values_list("pk", flat=True)
    )


def test_stuck_cases_agree_with_who_may(examined, people):
    """The bulk question and the one of a single case have the same answer, whoever is away or barred."""
    for absent, substitute in ((people.chief, people.clerk), (people.deputy, people.clerk2)):
        away(absent, substitute)
    for user in (people.clerk2, people.deputy, None):
        case = Case.objects.get(pk=examined.pk)
        assert (case.pk in duty.stuck_cases()) == (
            duty.is_stuck(duty.who_may(case)) and case.assigned_to_id != people.deputy.pk
        )
        if user:
            Interest.objects.create(user=user, organisation=case.organisation, reason="亲属", declared_at=legal_now())
    assert duty.is_stuck(duty.who_may(case))


# ------------------------------------------------------------------------------------------------ leaving, taking over


def test_taking_over_a_desk_moves_what_it_can_and_tells_both(examining, people):
    assignment.take(examining, people.clerk2)
    [result] = assignment.take_over([examining.pk], of=people.clerk2, to=people.clerk, by=people.clerk)
    assert result.refusal is None
    assert Case.objects.get(pk=examining.pk).assigned_to == people.clerk
    readers = set(Letter.objects.filter(text="desk.taken_over").values_list("user__username", flat=True))
    assert readers == {"clerk", "clerk2"}
    assert examining.number in Letter.objects.filter(text="desk.taken_over").first().shown()[1]
    [again] = assignment.take_over([examining.pk], of=people.clerk2, to=people.clerk, by=people.clerk)
    assert again.refusal


def test_whoever_leaves_frees_the_cases_and_the_chief_gets_the_list(examining, people):
    assignment.take(examining, people.clerk)
    freed = assignment.free(people.clerk)
    assert [case.pk for case in freed] == [examining.pk]
    assert Case.objects.get(pk=examining.pk).assigned_to is None
    assert last_event(examining).data["from"]["name"] == "Clerk"
    letter = Letter.objects.get(text="desk.freed", user=people.chief)
    assert examining.number in letter.shown()[1]


def test_the_passing_day_frees_what_lies_with_people_who_left(examining, people):
    assignment.take(examining, people.clerk)
    type(people.clerk).objects.filter(pk=people.clerk.pk).update(is_active=False)
    assert assignment.free_leavers() == 1
    assert assignment.free_leavers() == 0
