"""The case page: the matter at the left, what is due and what may be done at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.certificates.models import Registration
from apps.desk.access import case_or_404, for_officials
from apps.desk.forms import InterestForm
from apps.desk.queue import line
from apps.outbox.models import Letter
from apps.pages import changes, story
from apps.pages.due import due_of
from apps.pages.facts import facts, foreign
from apps.pages.fields import Field
from apps.pages.limits import limits
from apps.workflow import assignment
from apps.workflow.machine import Refused, moves_for
from apps.workflow.models import Case, Document, Interest, Party

PARTY_ROLES = {
    "applicant": gettext_lazy("applicant"),
    "co_applicant": gettext_lazy("co-applicant"),
    "agent": gettext_lazy("agent"),
    "objector": gettext_lazy("objector"),
    "respondent": gettext_lazy("respondent"),
    "holder": gettext_lazy("holder"),
    "pledgor": gettext_lazy("pledgor"),
    "pledgee": gettext_lazy("pledgee"),
    "insurer": gettext_lazy("insurer"),
    "insured": gettext_lazy("insured"),
    "member": gettext_lazy("member"),
}


# ------------------------------------------------------------------------------------------------ the left column


def form_tab(case: Case) -> dict[str, Any]:
    parties = Party.objects.filter(case=case).select_related("organisation", "person").order_by("rank", "pk")
    return {"fields": facts(case.row), "parties": [party_field(party) for party in parties]}


def party_field(party: Party) -> Field:
    if party.organisation_id:
        firm = party.organisation
        note = " · ".join(part for part in (firm.uscc, firm.contact_name, firm.contact_phone) if part)
        return Field(role_label(party.role), foreign(firm.name), note=foreign(note))
    return Field(role_label(party.role), foreign(party.person.full_name), note=party.person.email)


def role_label(role: str) -> Any:
    return PARTY_ROLES.get(role, role)


def changes_tab(case: Case) -> dict[str, Any]:
    return {"rounds": changes.rounds(case, case.events.order_by("seq").defer("canonical"))}


def documents_tab(case: Case) -> dict[str, Any]:
    return {"documents": [paper(case, document) for document in papers_of(case)]}


def papers_of(case: Case):
    return Document.objects.filter(case=case, removed_at__isnull=True).order_by("path", "uploaded_at", "pk")


@dataclass(frozen=True)
class Paper:
    """A file for ``components/doc_list.html``."""

    name: str
    size: int
    sha256: str
    uploaded_at: Any
    url: str
    purpose: Any
    secret: bool
    remove_url: str = ""


def paper(case: Case, document: Document) -> Paper:
    return Paper(
        document.name, document.size, document.sha256, document.uploaded_at, reverse("desk:document", args=[document.pk]),
        changes.item_label(case, document.path), document.secret,
    )  # fmt: skip


def related_tab(case: Case) -> dict[str, Any]:
    """The case this one hangs on, and those that hang on it or on the same; the registration it became."""
    family = Case.objects.filter(pk=case.root_id) | Case.objects.filter(root=case)
    if case.kind == "registration":
        family |= Case.objects.filter(entered_registration=case.pk)
    family |= Case.objects.filter(registration__origin=case)
    shown = family.select_related("organisation", "assigned_to").order_by("-filed_at", "-pk").distinct()
    return {"lines": [line(other) for other in shown[:100]]}


def story_tab(case: Case) -> dict[str, Any]:
    events = case.events.order_by("seq").defer("canonical")
    letters = Letter.objects.filter(case_pk=case.pk, event_pk__isnull=False).defer("context", "body")
    return {"entries": story.entries(case, events, letters)}


TABS: dict[str, tuple[Any, Callable[[Case], dict[str, Any]]]] = {
    "form": (gettext_lazy("Form"), form_tab),
    "changes": (gettext_lazy("Changes"), changes_tab),
    "documents": (gettext_lazy("Documents"), documents_tab),
    "related": (gettext_lazy("Related cases"), related_tab),
    "story": (gettext_lazy("Timeline"), story_tab),
}


# ------------------------------------------------------------------------------------------------ the right column


@for_officials
@require_safe
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A case with one of its tabs, its time limits and its moves."""
    case = case_or_404(request, pk)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "form"
    interested = case.organisation_id and Interest.objects.filter(
        user=request.user, organisation=case.organisation_id, ended_at__isnull=True
    ).exists()  # fmt: skip
    open_limits = limits(case)
    context = {
        "case": case,
        "state": case.state_,
        "due": next((due_of(row.clock) for row in open_limits if row.clock.due_on), None),
        "tab": tab,
        "tabs": [(name, label) for name, (label, _build) in TABS.items()],
        "limits": open_limits,
        "offers": moves_for(case, request.user),
        "moves_base": f"{reverse('desk:case', args=[case.pk])}moves/",
        "interested": interested,
        "interest_form": InterestForm(),
        "provincial": case.kind == "application" and case.track == "provincial",
        "registered": Registration.objects.filter(case=case).exists() if case.kind == "registration" else False,
        **TABS[tab][1](case),
    }
    return render(request, "desk/case.html", context)


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
