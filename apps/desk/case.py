"""The case page: the matter at the left, what is due and what may be done at the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.vault import mask_phone
from apps.applications import province_import
from apps.applications.models import Application
from apps.certificates.models import Registration
from apps.desk.access import case_or_404, for_officials, may_mirror, standing_of
from apps.desk.beside import notes_tab, words_of
from apps.desk.checklist import checklist_tab
from apps.desk.filed import changes_tab
from apps.desk.forms import InterestForm
from apps.desk.looking import documents_tab
from apps.desk.printed import papers_panel
from apps.desk.queue import lines, readable
from apps.desk.reveal import masked
from apps.desk.similar import similar_to
from apps.examination import presence
from apps.outbox.models import Letter
from apps.pages import story, touched
from apps.pages.due import due_of
from apps.pages.facts import facts, foreign
from apps.pages.fields import Field
from apps.pages.following import asks_on
from apps.pages.limits import limits
from apps.workflow import assignment
from apps.workflow.machine import Refused, moves_for
from apps.workflow.models import Case, Event, Party
from apps.workflow.people import History, Standing
from apps.workflow.touch import with_rows

PARTY_ROLES = {
    "applicant": gettext_lazy("applicant"),
    "co_applicant": gettext_lazy("co-applicant"),
    "agent": gettext_lazy("agent"),
    "objector": gettext_lazy("objector"),
    "respondent": gettext_lazy("respondent"),
    "holder": gettext_lazy("holder"),
    "former_holder": gettext_lazy("former holder"),
    "transferee": gettext_lazy("transferee"),
    "licensee": gettext_lazy("licensee"),
    "reporter": gettext_lazy("reporter"),
    "pledgor": gettext_lazy("pledgor"),
    "pledgee": gettext_lazy("pledgee"),
    "appraiser": gettext_lazy("appraiser"),
    "bank": gettext_lazy("bank"),
    "consenting": gettext_lazy("to consent"),
    "reader": gettext_lazy("reads by consent"),
    "insurer": gettext_lazy("insurer"),
    "insured": gettext_lazy("insured"),
    "exchange": gettext_lazy("exchange"),
    "successor": gettext_lazy("new holder"),
    "former_applicant": gettext_lazy("former applicant"),
    "member": gettext_lazy("member"),
    "claimed": gettext_lazy("claimed organisation"),
    "principal": gettext_lazy("principal"),
    "attorney": gettext_lazy("empowered agent"),
}


# ------------------------------------------------------------------------------------------------ the left column


def form_tab(case: Case) -> dict[str, Any]:
    parties = Party.objects.filter(case=case).select_related("organisation", "person").order_by("rank", "pk")
    sides: dict[tuple[int | None, int | None], list[Party]] = {}
    for party in parties:
        sides.setdefault((party.organisation_id, party.person_id), []).append(party)
    return {"fields": masked(facts(case.row), case.row), "parties": [party_field(rows) for rows in sides.values()]}


def party_field(rows: list[Party]) -> Field:
    """An organisation or person once, with every part it has in the case."""
    party, roles = rows[0], _(", ").join(str(role_label(row.role)) for row in rows)
    if party.organisation_id:
        firm = party.organisation
        note = " · ".join(part for part in (firm.uscc, firm.contact_name, mask_phone(firm.contact_phone)) if part)
        return Field(roles, foreign(firm.name), note=foreign(note))
    return Field(roles, foreign(party.person.full_name), note=party.person.email)


def role_label(role: str) -> Any:
    return PARTY_ROLES.get(role, role)


def related_tab(case: Case, user: User) -> dict[str, Any]:
    """The case this one hangs on, those that hang on it or on the same, the registration it became; and like cases."""
    cases, rights = Case.objects.order_by(), Registration.objects.order_by()
    near = cases.filter(root=case).values("pk").union(
        cases.filter(pk=case.root_id).values("pk"), rights.filter(origin=case).values("case"),
        rights.filter(case=case).values("origin"),
    )  # fmt: skip
    family = Case.objects.visible_to(user).filter(pk__in=near).order_by("-filed_at", "-pk")
    return {"lines": lines(readable(family)[:100]), "similar": similar_to(case, user)}


def story_tab(case: Case, events: list[Event]) -> dict[str, Any]:
    letters = Letter.objects.filter(case_pk=case.pk, event_pk__isnull=False).defer("context", "body")
    return {"entries": story.entries(case, events, letters)}


TABS: dict[str, tuple[Any, Callable[[Case, Standing, HttpRequest], dict[str, Any]]]] = {
    "form": (
        gettext_lazy("Form"),
        lambda case, standing, request: {**form_tab(case), "touched": touched.of_case(case, request.user)},
    ),
    "checklist": (gettext_lazy("Checklist"), lambda case, standing, request: checklist_tab(case, standing)),
    "changes": (
        gettext_lazy("As filed, and since"),
        lambda case, standing, request: changes_tab(case, standing.history.events),
    ),
    "documents": (
        gettext_lazy("Documents"),
        lambda case, standing, request: {**documents_tab(case, request), **papers_panel(case, request.user)},
    ),
    "related": (gettext_lazy("Related and similar"), lambda case, standing, request: related_tab(case, request.user)),
    "notes": (gettext_lazy("Notes"), lambda case, standing, request: notes_tab(case)),
    "story": (gettext_lazy("Timeline"), lambda case, standing, request: story_tab(case, standing.history.events)),
}


TELLING = frozenset({"changes", "story"})
"""Tabs that tell the events themselves: they are read with their words, once for the tab and the moves."""


# ------------------------------------------------------------------------------------------------ the right column


@for_officials
@require_safe
@csp_update({"frame-src": ["'self'"]})
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A case with one of its tabs, its time limits and its moves."""
    case = case_or_404(request, pk)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "form"
    standing = standing_of(case, request.user, History.whole(case) if tab in TELLING else None)
    return render(
        request, "desk/case.html", {**frame(request, case, tab, standing), **TABS[tab][1](case, standing, request)}
    )


def frame(request: HttpRequest, case: Case, tab: str, standing: Standing | None = None) -> dict[str, Any]:
    """All that stands around a tab: the head, the time limits, the moves, the people."""
    with_rows([case])
    standing = standing or standing_of(case, request.user)
    open_limits = limits(case)
    offers = moves_for(case, request.user, standing)
    return {
        "case": case,
        "state": case.state_,
        "due": next((due_of(row.clock) for row in open_limits if row.clock.due_on), None),
        "tab": tab,
        "tabs": [(name, label) for name, (label, _build) in TABS.items()],
        "limits": open_limits,
        "offers": offers,
        "history": standing.history,
        "decides": any(offer.move.tag == "decide" and offer.refusal is None for offer in offers),
        "moves_base": f"{reverse('desk:case', args=[case.pk])}moves/",
        "interested": standing.interested,
        "may_give": assignment.may_give(request.user, case),
        "interest_form": InterestForm(),
        "asks": asks_on(case, request.user, None),
        "touching": bool(touched.acts_on(case)),
        "present": words_of(presence.others(case, request.user)),
        "provincial": isinstance(case.row, Application) and case.track == "provincial",
        "may_mirror": may_mirror(request.user),
        "province_note": province_import.notes([case]).get(case.pk, ""),
        "registered": isinstance(case.row, Registration),
    }


# ------------------------------------------------------------------------------------------------ whose desk


@for_officials
@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the case onto the own desk, or put it back."""
    case = case_or_404(request, pk)
    back = request.POST.get("act") == "release"
    try:
        (assignment.release if back else assignment.take)(case, request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = _("The case is back with everybody.") if back else _("The case lies on your desk now.")
        messages.success(request, said)
    return redirect("desk:case", pk)


@for_officials
@require_POST
def declare_interest(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare an interest in the organisation of the case."""
    case = case_or_404(request, pk)
    form = InterestForm(request.POST)
    if case.organisation_id is None or not form.is_valid():
        messages.error(request, _("Say what the interest is."))
        return redirect("desk:case", pk)
    try:
        assignment.declare_interest(request.user, case.organisation, form.cleaned_data["reason"])
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("Your interest is on record: cases of this organisation are examined and decided by others.")
        )
    return redirect("desk:case", pk)
