"""My day: what falls due, what came back, for whom one acts, which letters bounced; for heads, the team's desks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.desk import queries, saved
from apps.desk.access import for_officials
from apps.desk.desks import members
from apps.desk.queue import figures, line, readable
from apps.outbox import texts
from apps.outbox.models import Letter
from apps.rules.clock import legal_now, legal_today
from apps.workflow import assignment
from apps.workflow.models import Absence, Case, Event

SHOWN = 10
CAME_BACK = dt.timedelta(days=3)
BOUNCED = dt.timedelta(days=7)
FREED = dt.timedelta(days=7)


@for_officials
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """The morning of an official on one page; the same queries whatever the rows."""
    user, today = request.user, legal_today()
    reading = queries.Reading(user)
    seen = readable(Case.objects.visible_to(user))
    mine = reading.dated(reading.to_do(seen))
    due = mine.filter(**{f"{reading.due_column}__lte": today}).order_by(reading.due_column, "filed_at", "pk")
    is_head = user.role in assignment.GIVERS
    coming = Absence.objects.filter(ended_at__isnull=True, last_day__gte=today).order_by("first_day", "pk")
    absences = list(coming.select_related("substitute"))
    away = {row.user_id: row for row in absences if row.first_day <= today}
    context = {
        "figures": figures(reading),
        "due": [line(case, reading.late) for case in due[:SHOWN]],
        "back": [line(case, reading.late) for case in came_back(reading, seen)],
        "absent": reading.absent,
        "own_absence": next((row for row in absences if row.user_id == user.pk), None),
        "bounced": bounced(user),
        "members": members(reading.team, away) if is_head else [],
        "freed": freed(user) if is_head else [],
        "saved": saved.filters_of(user),
        "may_next": bool(queries.waiting_for(user.role)),
    }  # fmt: skip
    return render(request, "desk/day.html", context)


def came_back(reading: queries.Reading, seen) -> list[Case]:
    """What an applicant sent back in the last days, and waits for this official again."""
    since = legal_now() - CAME_BACK
    answered = Event.objects.filter(move__in=("answer", "refile"), effective_at__gte=since).values("case")
    return list(reading.to_do(seen).filter(pk__in=answered).order_by("-changed_at", "-pk")[:SHOWN])


def bounced(user) -> list[dict[str, Any]]:
    """The letters that came back in the last week, of the cases this official sees; found by the events that note it."""
    since = legal_now() - BOUNCED
    events = (
        Event.objects.filter(move="bounced", effective_at__gte=since, case__in=Case.objects.visible_to(user))
        .select_related("case").defer("canonical").order_by("-effective_at", "-pk")[:SHOWN]
    )  # fmt: skip
    rows = [(event.case, event.effective_at, event.data["letter"]) for event in events]
    letters = Letter.objects.select_related("user", "organisation").in_bulk([pk for _case, _at, pk in rows])
    texts.show(letters.values())
    return [{"letter": letters[pk], "case": case, "at": at} for case, at, pk in rows if pk in letters]


def freed(user) -> list[dict[str, Any]]:
    """The cases that lie with nobody since a colleague left."""
    since = legal_now() - FREED
    events = (
        Event.objects.filter(move="assigned", effective_at__gte=since, data__how="freed")
        .filter(case__in=Case.objects.visible_to(user).filter(assigned_to__isnull=True, closed_at__isnull=True))
        .select_related("case").defer("canonical").order_by("-effective_at", "-pk")[:SHOWN]
    )  # fmt: skip
    return [{"case": event.case, "name": event.data["from"]["name"], "at": event.effective_at} for event in events]
