"""Time limits of a case: begun, paused, ended, recomputed and explained. Every function here works on rows in hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from apps.rules.clock import SHANGHAI, legal_now
from apps.rules.deadlines import (
    LATER_DATE_STANDS,
    Calendar,
    Deadline,
    Step,
    deadline,
    end_of,
    load_calendar,
    standing_date,
)
from apps.rules.models import RuleParameter
from apps.workflow.models import Case, Clock, Event
from apps.workflow.states import ClockSpec, Kind

MORNING = time(8, 0, tzinfo=SHANGHAI)


def legal_day(moment: datetime) -> date:
    """The date in Asia/Shanghai, which is the date in law."""
    return moment.astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class Working:
    """A due date and how it was found; provisional when a day of an unpublished year had a say in it."""

    date: date
    provisional: bool
    calendar_version: int
    steps: tuple[Step, ...]


def make(spec: ClockSpec, event: Event, rules: dict[str, RuleParameter], due_on: date | None) -> Clock:
    """An unsaved clock of ``spec`` begun by ``event``: by its rule, or to a date that the act itself names."""
    clock = Clock(
        case_id=event.case_id,
        name=spec.name,
        begins=event,
        audience=spec.audience,
        on_expiry=spec.on_expiry,
        rule=None if due_on else rules[spec.rule],
        unit="date" if due_on else rules[spec.rule].unit,
        count=None if due_on else rules[spec.rule].value,
    )
    if due_on:
        clock.started_on, clock.due_on, clock.due_at = legal_day(event.effective_at), due_on, end_of(due_on)
        plan_reminders(clock, spec, rules, load_calendar())
    elif spec.from_service:
        clock.outcome = Clock.Outcome.WAITING
    else:
        run(clock, day_of_arrival(event, spec, rules), spec, rules)
    return clock


def day_of_arrival(event: Event, spec: ClockSpec, rules: dict[str, RuleParameter]) -> date:
    """The day an act counts as done for a clock: its legal day.

    Where the rule ``office_hours_end`` names a time, what is filed with the office after it, or on a day of rest,
    counts for the office's own clocks as come in on the next working day. A party's period never loses by it.
    """
    day = legal_day(event.effective_at)
    closing = closing_time(rules.get("office_hours_end"))
    if closing is None or spec.audience != "office" or event.tag != "file":
        return day
    calendar = load_calendar()
    late = event.effective_at.astimezone(SHANGHAI).time() > closing
    return day if calendar.is_workday(day) and not late else shift(day, 1, "workday", calendar)


def closing_time(rule: RuleParameter | None) -> time | None:
    """The end of the office day by its rule; None where the day ends at 24:00."""
    try:
        return time.fromisoformat(rule.value) if rule else None
    except ValueError:
        return None


def run(clock: Clock, day: date, spec: ClockSpec, rules: dict[str, RuleParameter]) -> None:
    """Let a clock run from a day, which itself is not counted (Civil Code art. 201)."""
    calendar = load_calendar()
    clock.started_on = day
    clock.outcome = Clock.Outcome.RUNNING
    take(clock, working(clock, calendar))
    plan_reminders(clock, spec, rules, calendar)


def take(clock: Clock, found: Working) -> None:
    clock.due_on, clock.due_at = found.date, end_of(found.date)
    clock.provisional, clock.calendar_version = found.provisional, found.calendar_version


def counted(start: date, count: int, unit: str, audience: str, calendar: Calendar | None = None) -> Deadline:
    """A period as every clock counts it: a last day of rest moves on, and for the parties one on which nothing could be
    filed. Start, count and unit as ``rules.deadlines.deadline`` takes them."""
    calendar = calendar or load_calendar()
    return deadline(start, count, unit, calendar, roll=True, excused=audience in LATER_DATE_STANDS)


def working(clock: Clock, calendar: Calendar | None = None) -> Working:
    """The derivation of a clock's due date, day by day, pauses included: a pure function of row and calendar."""
    calendar = calendar or load_calendar()
    if clock.count is None:
        return Working(clock.due_on, False, calendar.version, ())
    start, left, steps = clock.started_on, clock.count, []
    for pause in clock.pauses:
        paused_on = date.fromisoformat(pause["from"])
        through = counted(start, left, clock.unit, clock.audience, calendar)
        ran = [step for step in through.steps if step.date <= paused_on]
        left -= sum(step.counted for step in ran)
        steps += ran
        if not pause.get("to"):
            break
        start = date.fromisoformat(pause["to"])
    rest = counted(start, max(left, 1), clock.unit, clock.audience, calendar)
    return Working(rest.date, rest.provisional, calendar.version, (*steps, *rest.steps))


def pause(clock: Clock, day: date) -> None:
    clock.pauses = [*clock.pauses, {"from": day.isoformat()}]
    clock.outcome, clock.next_reminder_at = Clock.Outcome.PAUSED, None


def resume(clock: Clock, day: date, spec: ClockSpec, rules: dict[str, RuleParameter]) -> None:
    """Run on with the days that were left; the days held do not count."""
    clock.pauses = [*clock.pauses[:-1], {**clock.pauses[-1], "to": day.isoformat()}]
    calendar = load_calendar()
    clock.outcome = Clock.Outcome.RUNNING
    take(clock, working(clock, calendar))
    plan_reminders(clock, spec, rules, calendar)


def forget_hold(clock: Clock, day: date) -> bool:
    """Take back that a clock was paused, or resumed, on a day, as if it had not been; whether it had been."""
    last = clock.pauses[-1] if clock.pauses else {}
    if last.get("to", "") == day.isoformat():
        clock.pauses = [*clock.pauses[:-1], {"from": last["from"]}]
    elif "to" not in last and last.get("from") == day.isoformat():
        clock.pauses = clock.pauses[:-1]
        take(clock, working(clock))
    else:
        return False
    return True


def go_on(clock: Clock, spec: ClockSpec, rules: dict[str, RuleParameter]) -> None:
    """Put an open clock into the state that its own columns tell: waiting for service, standing still, or running."""
    if clock.started_on is None:
        clock.outcome, clock.due_on, clock.due_at = Clock.Outcome.WAITING, None, None
    elif clock.pauses and "to" not in clock.pauses[-1]:
        clock.outcome, clock.next_reminder_at = Clock.Outcome.PAUSED, None
    else:
        clock.outcome, calendar = Clock.Outcome.RUNNING, load_calendar()
        if clock.audience == "applicant" and clock.count is not None:
            give_back(clock, calendar)
        plan_reminders(clock, spec, rules, calendar)


def give_back(clock: Clock, calendar: Calendar) -> None:
    """Date an applicant's period that had ended and runs again by the calendar as it stands now. One that is over ends
    on the next working day: until today nobody could act in it."""
    found, today = working(clock, calendar), legal_day(legal_now())
    stands = standing_date(clock.due_on, found.date, clock.audience, calendar)
    if stands < today:
        stands = counted(today, 1, "workday", clock.audience, calendar).date
    take(clock, replace(found, date=stands))


def run_to(clock: Clock, day: date, spec: ClockSpec, rules: dict[str, RuleParameter]) -> None:
    """Let a running clock end on a day that an act names; whatever counted it before counts no more."""
    clock.rule, clock.count, clock.unit, clock.provisional = None, None, "date", False
    clock.due_on, clock.due_at = day, end_of(day)
    plan_reminders(clock, spec, rules, load_calendar())


def end(clock: Clock, event: Event) -> None:
    """End a clock by an event: met when it came in time, missed when late or when the clock itself acted."""
    late = clock.due_at is not None and event.effective_at >= clock.due_at
    clock.outcome = Clock.Outcome.MISSED if late else Clock.Outcome.MET
    clock.ended_at, clock.ended_by, clock.next_reminder_at = event.effective_at, event, None
    if clock.due_at is None:  # never served: there was nothing to meet
        clock.due_on, clock.due_at = legal_day(event.effective_at), event.effective_at
        clock.outcome = Clock.Outcome.STOPPED


def plan_reminders(clock: Clock, spec: ClockSpec, rules: dict[str, RuleParameter], calendar: Calendar) -> None:
    """The mornings on which to remind, before and after the due date; what is past is not caught up."""
    planned = []
    for key, sign in ((spec.remind_before, -1), (spec.remind_after, 1)):
        for count in rules[key].value if key else ():
            day = shift(clock.due_on, sign * count, rules[key].unit, calendar)
            planned.append({"at": datetime.combine(day, MORNING).isoformat(), "days": sign * count})
    begun = datetime.combine(clock.started_on, MORNING)
    floor = max(begun, legal_now())
    clock.reminders = sorted((r for r in planned if datetime.fromisoformat(r["at"]) > floor), key=lambda r: r["at"])
    clock.next_reminder_at = datetime.fromisoformat(clock.reminders[0]["at"]) if clock.reminders else None


def shift(day: date, count: int, unit: str, calendar: Calendar) -> date:
    """A day so many days or working days before (negative) or after another."""
    if unit != "workday":
        return day + timedelta(days=count)
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= calendar.is_workday(day)
    return day


def show_on_case(case: Case, clocks: list[Clock], kind: Kind) -> None:
    """Write onto the case what its open clocks make of it: when it moves by itself and to what, and what is due next."""
    ticking = [clock for clock in clocks if clock.outcome == Clock.Outcome.RUNNING and clock.ended_at is None]
    acting = [clock for clock in ticking if clock.on_expiry and not clock.provisional]
    first = min(acting, key=lambda clock: clock.due_at, default=None)
    move = kind.move(first.on_expiry) if first else None
    case.next_due_at = first.due_at if first else None
    case.due_status = (move.target or case.status) if move else ""
    nearest = min(ticking, key=lambda clock: clock.due_at, default=None)
    case.due_on = nearest.due_on if nearest else None
    case.due_clock = nearest.name if nearest else ""
    case.due_provisional = nearest.provisional if nearest else False
