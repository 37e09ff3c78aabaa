"""Who has what: the next case, giving by hand or by lot, the team with its desks, taking a desk over, absences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import OFFICIAL_ROLES, User
from apps.desk import queries
from apps.desk.access import case_or_404, for_officials
from apps.desk.forms import AbsenceForm, GiveForm
from apps.desk.queue import Line, line, readable
from apps.rules.clock import legal_today
from apps.workflow import absences, assignment, duty, lots
from apps.workflow.machine import Refused
from apps.workflow.models import Absence, Case, DaySeed

CONFLICT, UNPROCESSABLE = 409, 422
DESK_SHOWN = 200  # cases of one desk on one page; a desk is taken over in several acts where it holds more
PAGE = require_http_methods(["GET", "HEAD", "POST"])


# ------------------------------------------------------------------------------------------------ the next case


@for_officials
@require_POST
def next_case(request: HttpRequest) -> HttpResponse:
    """Put the next case that waits for this official and holds up nobody else on his desk, and open it."""
    reading = queries.Reading(request.user)
    mine = reading.dated(reading.to_do(Case.objects.visible_to(request.user)))
    waiting = mine.exclude(assigned_to__in=reading.absent)
    case = assignment.take_next(
        request.user, waiting.order_by(F(reading.due_column).asc(nulls_last=True), "filed_at", "pk")
    )
    if case is None:
        messages.info(request, _("No other case waits for you just now."))
        return redirect("desk:queue")
    messages.success(request, _("%(case)s lies on your desk now.") % {"case": case.number or case.pk})
    return redirect("desk:case", case.pk)


# ------------------------------------------------------------------------------------------------ giving


@dataclass(frozen=True)
class Taker:
    """A person to whom a case could be given: what lies on the desk, or why not."""

    user: User
    load: duty.Load
    refusal: Any
    has_it: bool


def takers(case: Case) -> list[Taker]:
    chances = duty.takers(case)
    loads = duty.loads([chance.user for chance in chances])
    rows = [Taker(c.user, loads[c.user.pk], c.refusal, c.user.pk == case.assigned_to_id) for c in chances]
    return sorted(rows, key=lambda row: (row.refusal is not None, row.load.open, row.user.pk))


@for_officials
@PAGE
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a case to a colleague: everybody who could have it with what lies on his desk, or the reason why not."""
    case = case_or_404(request, pk)
    if not assignment.may_give(request.user, case):
        raise Http404
    form = GiveForm(request.POST or None, people=User.objects.filter(is_active=True, role__in=OFFICIAL_ROLES))
    refused = None
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            assignment.give(case.pk, to, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as fault:
            refused = fault
        else:
            messages.success(request, _("The case lies on the desk of %(name)s now.") % {"name": to.full_name})
            return redirect("desk:case", pk)
    chances = duty.who_may(case)
    context = {
        "case": case,
        "form": form,
        "takers": takers(case),
        "chances": chances if duty.is_stuck(chances) else [],
        "refused": refused,
        "may_draw": request.user.role in assignment.GIVERS and case.assigned_to_id is None and case.closed_at is None,
        "lots": [event for event in assigned(case) if event.data.get("how") == "lot"],
    }
    status = CONFLICT if refused else UNPROCESSABLE if form.is_bound and not form.is_valid() else 200
    return render(request, "desk/give.html", context, status=status)


def assigned(case: Case) -> QuerySet:
    """The events in which the desk of a case changed, the newest first."""
    return case.events.filter(move="assigned").order_by("-seq").defer("canonical")


@for_officials
@require_POST
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a case by lot, and show how it was drawn."""
    case = case_or_404(request, pk)
    try:
        assignment.draw(case.pk, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk:give", pk) if assignment.may_give(request.user, case) else redirect("desk:case", pk)
    return redirect("desk:lot", pk, assigned(case)[0].seq)


@for_officials
@require_safe
def lot(request: HttpRequest, pk: int, seq: int) -> HttpResponse:
    """A lot drawn again from what its event kept, step by step."""
    case = case_or_404(request, pk)
    event = get_object_or_404(assigned(case), seq=seq, data__how="lot")
    kept = event.data
    again = lots.lot(kept["seed"], kept["number"], [(row["pk"], row["weight"]) for row in kept["candidates"]])
    named = {row["pk"]: row for row in kept["candidates"]}
    seed = DaySeed.objects.filter(day=kept["day"]).first()
    context = {
        "case": case,
        "event": event,
        "kept": kept,
        "again": again,
        "rows": [
            {**named[key], "first": low, "last": high, "drawn": key == again.result} for key, low, high in again.spans
        ],
        "agrees": again.result == kept["to"]["pk"] and again.digest == kept["digest"],
        "seed": seed,
        "seed_agrees": seed is not None
        and seed.value == kept["seed"] == lots.seed_of(seed.day, seed.previous, seed.event_hash),
    }
    return render(request, "desk/lot.html", context)


# ------------------------------------------------------------------------------------------------ the team


@dataclass(frozen=True)
class Member:
    """A colleague with the desk and whether he is there."""

    user: User
    load: duty.Load
    absence: Absence | None


def members(team: list[User], away: dict[int, Absence]) -> list[Member]:
    """The colleagues of a team with their desks; one query."""
    loads = duty.loads(team)
    return [Member(person, loads[person.pk], away.get(person.pk)) for person in team]


@for_officials
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """The colleagues of the district or the bureau: who is there, and how much lies on each desk."""
    return render(request, "desk/team.html", {"members": members(list(duty.team_of(request.user)), duty.away_today())})


def colleague_or_404(request: HttpRequest, pk: int) -> User:
    """Another official whose cases this one sees; also one who has left."""
    found = User.objects.filter(pk=pk, role__in=OFFICIAL_ROLES).exclude(pk=request.user.pk)
    if request.user.district_id:
        found = found.filter(district=request.user.district_id)
    return get_object_or_404(found)


@for_officials
@PAGE
def desk_of(request: HttpRequest, pk: int) -> HttpResponse:
    """All open cases on a colleague's desk with what is due; those ticked (or all) move to one's own in one act."""
    colleague = colleague_or_404(request, pk)
    reading = queries.Reading(request.user)
    lying = reading.dated(Case.objects.visible_to(request.user).running().filter(assigned_to=colleague))
    ordered = lying.order_by(F(reading.due_column).asc(nulls_last=True), "filed_at", "pk")
    cases = list(readable(ordered)[:DESK_SHOWN])
    results = None
    if request.method == "POST":
        results = assignment.take_over(wanted(request, cases), of=colleague, to=request.user, by=request.user)
        taken = {result.case.pk for result in results if result.refusal is None}
        cases = [case for case in cases if case.pk not in taken]
    rows: list[Line] = [line(case, reading.late) for case in cases]
    context = {"colleague": colleague, "rows": rows, "results": results, "full": len(cases) == DESK_SHOWN}
    return render(request, "desk/desk_of.html", context)


def wanted(request: HttpRequest, cases: list[Case]) -> list[int]:
    """The ticked ones of the cases shown; all of them where the button says so."""
    if "all" in request.POST:
        return [case.pk for case in cases]
    ticked = set(request.POST.getlist("case"))
    return [case.pk for case in cases if str(case.pk) in ticked]


# ------------------------------------------------------------------------------------------------ absences


@for_officials
@PAGE
def absences_page(request: HttpRequest) -> HttpResponse:
    """Who is away or will be, and who acts; enter one's own absence, or that of a colleague one answers for."""
    user = request.user
    enterable = absences.enterable(user)
    substitutes = User.objects.filter(is_active=True, role__in=OFFICIAL_ROLES)
    if user.district_id:
        substitutes = substitutes.filter(Q(district=user.district_id) | Q(district__isnull=True))
    today = legal_today()
    form = AbsenceForm(
        request.POST or None, enterable=enterable, substitutes=substitutes.order_by("role", "pk"),
        initial={"user": user.pk, "first_day": today, "last_day": today},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and (row := entered(request, form)):
        messages.success(
            request, _("Entered: %(name)s is away until %(day)s.") % {"name": row.user.full_name, "day": row.last_day}
        )
        return redirect("desk:absences")
    context = {"form": form, "rows": absence_rows(user)}
    return render(request, "desk/absences.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def entered(request: HttpRequest, form: AbsenceForm) -> Absence | None:
    """The absence of a valid form; None with the reason on the form."""
    values = form.cleaned_data
    try:
        return absences.enter_absence(
            values["user"], values["first_day"], values["last_day"], substitute=values["substitute"],
            reason=values["reason"], by=request.user,
        )  # fmt: skip
    except Refused as refused:
        form.add_error(None, str(refused))
        return None


def absence_rows(user: User) -> list[dict[str, Any]]:
    """The absences that are not over, of the colleagues this official sees; who may end each."""
    rows = Absence.objects.filter(ended_at__isnull=True, last_day__gte=legal_today())
    if user.district_id:
        rows = rows.filter(Q(user__district=user.district_id) | Q(substitute=user))
    shown = rows.select_related("user", "substitute", "entered_by").order_by("first_day", "pk")[:DESK_SHOWN]
    return [{"absence": row, "may_end": absences.may_enter(user, row.user)} for row in shown]


@for_officials
@require_POST
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """End an absence now."""
    row = get_object_or_404(Absence.objects.select_related("user", "substitute"), pk=pk)
    if not absences.may_enter(request.user, row.user):
        raise Http404
    absences.end_absence(row, request.user)
    messages.success(request, _("Ended: %(name)s is back.") % {"name": row.user.full_name})
    return redirect("desk:absences")
