"""Who to call today: enterprises that stand still at a step, since when, what was said last and what comes next."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import Role, User
from apps.accounts.vault import mask_phone
from apps.applications.models import Application
from apps.certificates.models import Claim
from apps.certificates.register import IN_FORCE
from apps.desk import queries
from apps.desk.access import for_officials
from apps.desk.forms import ContactForm, HandoverForm
from apps.enterprises.models import Organisation
from apps.insurance.models import Policy
from apps.rules.clock import SHANGHAI, legal_now, legal_today
from apps.rules.lookup import values_today
from apps.workflow import calls as verbs
from apps.workflow import drafts
from apps.workflow.machine import Refused
from apps.workflow.models import Case, Contact, Draft, Handover

ENDING, WAITING, DRAFT, UNUSED_DEPOSIT, UNUSED_RIGHT = "ending", "waiting", "draft", "deposit", "right"
STEPS = {
    ENDING: gettext_lazy("time limit ends soon"),
    WAITING: gettext_lazy("we wait for an answer"),
    DRAFT: gettext_lazy("begun and not filed"),
    UNUSED_DEPOSIT: gettext_lazy("deposited, no application"),
    UNUSED_RIGHT: gettext_lazy("registered, not used yet"),
}
"""The steps at which an enterprise stands still, the most pressing first."""
FORGOTTEN = "forgotten"
RULES = {
    ENDING: "call_ending_days",
    WAITING: "call_waiting_days",
    DRAFT: "call_draft_days",
    UNUSED_DEPOSIT: "call_deposit_days",
    UNUSED_RIGHT: "call_right_days",
    FORGOTTEN: "call_forgotten_days",
}
"""Days after which standing still counts; of a time limit, the days before its end; and after which something unused is
no matter for today's call any more."""
READ, SHOWN, TOLD = 100, 50, 50  # matters read a step, enterprises shown, calls told of one
LOOKED_THROUGH = 1_000  # newest deposits, or rights, among which an unused one is looked for


@dataclass(frozen=True)
class Stuck:
    """One matter of an enterprise that stands still: at which step, since when (or until when), and its page."""

    step: str
    organisation: int
    title: str
    since: dt.date
    case: int | None = None

    @property
    def label(self) -> Any:
        return STEPS[self.step]

    @property
    def ends(self) -> bool:
        return self.step == ENDING

    @property
    def days(self) -> int:
        return abs((legal_today() - self.since).days)


@dataclass
class Firm:
    """An enterprise to call, with what stands still and what was said last."""

    organisation: Organisation
    matters: list[Stuck]
    phone: str
    last: Contact | None = None
    note: Handover | None = None

    @property
    def case(self) -> int | None:
        """The case for whose sake the phone number may be shown in full."""
        return next((matter.case for matter in self.matters if matter.case), None)


# ------------------------------------------------------------------------------------------------ who stands still


def stuck(reading: queries.Reading, organisation: Organisation | None = None) -> Iterator[Stuck]:
    """The matters that stand still, among those this official sees: one query a step."""
    seen = Case.objects.visible_to(reading.user).filter(organisation__isnull=False).only(*TOLD_OF)
    if organisation is not None:
        seen = seen.filter(organisation=organisation)
    days, told = patience(), set()
    for case in ending(reading, seen, days[ENDING]):
        told.add(case.pk)
        yield of_case(ENDING, case, case.due_on)
    for case in silent(reading, seen, ago(days[WAITING])):
        if case.pk not in told:
            yield of_case(WAITING, case, day_of(case.changed_at))
    for draft in left_drafts(reading.user, organisation, ago(days[DRAFT])):
        yield Stuck(DRAFT, draft.organisation_id, str(drafts.kind_of(draft).label), day_of(draft.updated_at))
    for case in unused_deposits(seen, lately(days, UNUSED_DEPOSIT)):
        yield of_case(UNUSED_DEPOSIT, case, day_of(case.changed_at))
    for case in unused_rights(seen, lately(days, UNUSED_RIGHT)):
        yield of_case(UNUSED_RIGHT, case, day_of(case.filed_at))


TOLD_OF = ("organisation", "title", "due_on", "changed_at", "filed_at")
"""What is told of a case that stands still, and nothing else of it."""


def of_case(step: str, case: Case, since: dt.date) -> Stuck:
    return Stuck(step, case.organisation_id, case.title, since, case.pk)


def day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(SHANGHAI).date()


def patience() -> dict[str, dt.timedelta]:
    """How long standing still is borne with at each step, by today's rules: one query."""
    found = values_today(RULES.values())
    return {step: dt.timedelta(days=found[key]) for step, key in RULES.items()}


def ago(span: dt.timedelta) -> dt.datetime:
    return legal_now() - span


def lately(days: dict[str, dt.timedelta], step: str) -> tuple[dt.datetime, dt.datetime]:
    """From when to when something must have been left unused to count."""
    return ago(days[FORGOTTEN]), ago(days[step])


def ending(reading: queries.Reading, seen: QuerySet, ahead: dt.timedelta) -> QuerySet:
    today = legal_today()
    waiting = reading.in_states(seen, queries.with_applicants())
    soon = reading.due_between(waiting, today, today + ahead)
    return soon.order_by("due_on", "pk")[:READ]


def silent(reading: queries.Reading, seen: QuerySet, since: dt.datetime) -> QuerySet:
    waiting = reading.in_states(seen, queries.with_applicants())
    return waiting.filter(changed_at__lte=since).order_by("changed_at", "pk")[:READ]


def left_drafts(user: User, organisation: Organisation | None, since: dt.datetime) -> QuerySet:
    """What was begun and not filed; an answer that nobody sends is told by its case, which waits for it."""
    begun = Draft.objects.filter(drafts.lying(), organisation__isnull=False).exclude(kind__startswith=drafts.ANSWER)
    found = begun.filter(updated_at__lte=since)
    if user.district_id:
        found = found.filter(organisation__district=user.district_id)
    if organisation is not None:
        found = found.filter(organisation=organisation)
    return found.only("organisation", "kind", "updated_at").order_by("updated_at", "pk")[:READ]


def unused_deposits(seen: QuerySet, between: tuple[dt.datetime, dt.datetime]) -> QuerySet:
    used = Application.objects.filter(deposit=OuterRef("pk"))
    verified = newest(seen.filter(kind="deposit", status="verified"))
    return verified.filter(~Exists(used), changed_at__range=between).order_by("changed_at", "pk")[:READ]


def unused_rights(seen: QuerySet, between: tuple[dt.datetime, dt.datetime]) -> QuerySet:
    policies = Policy.objects.filter(registration=OuterRef("pk"))
    claims = Claim.objects.filter(registration=OuterRef("pk"))
    rights = newest(seen.filter(kind="registration")).in_state(*IN_FORCE)
    free = rights.filter(~Exists(policies), ~Exists(claims), filed_at__range=between)
    return free.order_by("changed_at", "pk")[:READ]


def newest(cases: QuerySet) -> QuerySet:
    """The newest of them, as many as are looked through for one that was left unused: else, where nearly all are in use,
    every one of years would be asked about."""
    near = cases.order_by("-filed_at", "-pk").values("pk")[:LOOKED_THROUGH]
    return Case.objects.filter(pk__in=near).only(*TOLD_OF)


# ------------------------------------------------------------------------------------------------ the list


def to_call(matters: Iterator[Stuck], *, step: str = "", with_later: bool = False) -> list[Firm]:
    """The enterprises of these matters, the most pressing first; those to be called on a later day are left out."""
    by_firm: dict[int, list[Stuck]] = defaultdict(list)
    for matter in matters:
        if not step or matter.step == step:
            by_firm[matter.organisation].append(matter)
    today, promised = legal_today(), promises(by_firm)
    later = {firm for firm, day in promised.items() if day is not None and day > today}

    def rank(firm: int) -> tuple:
        pressing = min((list(STEPS).index(matter.step), matter.since) for matter in by_firm[firm])
        return promised[firm] is None or firm in later, *pressing, firm

    shown = sorted((firm for firm in promised if with_later or firm not in later), key=rank)[:SHOWN]
    return known({firm: by_firm[firm] for firm in shown})


def last_calls() -> QuerySet:
    """The last call of the enterprise that is asked about, as a subquery."""
    return Contact.objects.filter(organisation=OuterRef("pk")).order_by("-at", "-pk")[:1]


def promises(firms: Iterable[int]) -> dict[int, dt.date | None]:
    """The day on which each of the enterprises was promised the next call; nothing else of all of them is read."""
    rows = Organisation.objects.filter(pk__in=firms).annotate(promised=Subquery(last_calls().values("next_on")))
    return dict(rows.order_by().values_list("pk", "promised"))


def known(matters: dict[int, list[Stuck]]) -> list[Firm]:
    """The enterprises, in the order given, with the last call and the newest handover note: three queries."""
    notes = Handover.objects.filter(organisation=OuterRef("pk")).order_by("-version").values("pk")[:1]
    firms = Organisation.objects.select_related("district").annotate(
        last_call=Subquery(last_calls().values("pk")), last_note=Subquery(notes)
    )
    found = firms.in_bulk(matters)
    rows = [found[pk] for pk in matters]
    told = Contact.objects.select_related("by").in_bulk([row.last_call for row in rows if row.last_call])
    kept = Handover.objects.select_related("author").in_bulk([row.last_note for row in rows if row.last_note])
    return [
        Firm(
            row, sorted(matters[row.pk], key=lambda matter: list(STEPS).index(matter.step)), mask_phone(row.contact_phone),
            told.get(row.last_call), kept.get(row.last_note),
        )
        for row in rows
    ]  # fmt: skip


def callers_only(user: User) -> None:
    """The secretariat sees members only, and calls nobody about a filing."""
    if user.role == Role.SECRETARIAT:
        raise Http404


@for_officials
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Who to call today; ``step`` narrows, ``later`` shows also whom to call on a later day."""
    callers_only(request.user)
    step = request.GET.get("step", "")
    step = step if step in STEPS else ""
    later = "later" in request.GET
    context = {
        "firms": to_call(stuck(queries.Reading(request.user)), step=step, with_later=later),
        "steps": [("", _("All")), *STEPS.items()],
        "step": step,
        "later": later,
    }
    return render(request, "desk/calls.html", context)


# ------------------------------------------------------------------------------------------------ one enterprise


def firm_or_404(request: HttpRequest, pk: int) -> Organisation:
    """An enterprise of the official's district, or any for the bureau."""
    callers_only(request.user)
    seen = Organisation.objects.select_related("district")
    if request.user.district_id:
        seen = seen.filter(district=request.user.district_id)
    return get_object_or_404(seen, pk=pk)


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def firm(request: HttpRequest, pk: int) -> HttpResponse:
    """An enterprise: what stands still, the calls, the handover note; log a call."""
    found = firm_or_404(request, pk)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verbs.log_contact(found, request.user, **form.cleaned_data)
        messages.success(request, _("The call is on record."))
        return redirect("desk:firm", pk)
    return page(request, found, call=form, status=422 if form.is_bound else 200)


@for_officials
@require_POST
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the next version of the handover note; what was typed stays where a colleague was faster."""
    found = firm_or_404(request, pk)
    form = HandoverForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            verbs.write_handover(found, request.user, form.cleaned_data["text"], after=form.cleaned_data["version"])
        except Refused as refused:
            form.add_error("text", str(refused))
            form.data = {**form.data.dict(), "version": newest_version(found)}
            status = 409
        else:
            messages.success(request, _("The handover note is kept as a new version."))
            return redirect("desk:firm", pk)
    return page(request, found, note=form, status=status)


def newest_version(organisation: Organisation) -> int:
    newest = Handover.objects.filter(organisation=organisation).order_by("-version").first()
    return newest.version if newest else 0


def page(
    request: HttpRequest,
    found: Organisation,
    *,
    call: ContactForm | None = None,
    note: HandoverForm | None = None,
    status: int = 200,
) -> HttpResponse:
    versions = list(Handover.objects.filter(organisation=found).select_related("author").order_by("-version")[:TOLD])
    newest = versions[0] if versions else None
    matters = list(stuck(queries.Reading(request.user), found))
    initial = {"text": newest.text if newest else "", "version": newest.version if newest else 0}
    context = {
        "firm": found,
        "phone": mask_phone(found.contact_phone),
        "matters": matters,
        "contacts": Contact.objects.filter(organisation=found).select_related("by").order_by("-at", "-pk")[:TOLD],
        "call": call or ContactForm(),
        "note": note or HandoverForm(initial=initial),
        "newest": newest,
        "reveal": next((matter.case for matter in matters if matter.case), None),
        "versions": versions[1:],
    }
    return render(request, "desk/firm.html", context, status=status)
