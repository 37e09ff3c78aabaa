"""Asking a colleague to finish a draft: a letter with the link to exactly this step."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.applications.forms import STEP_FORMS
from apps.portal.access import Viewer, for_parties, get_draft
from apps.verifications import helping
from apps.workflow.models import Draft


@require_POST
@for_parties
def ask(request: HttpRequest, viewer: Viewer, pk: int, step: str) -> HttpResponse:
    """Write to a colleague named, or invite an address as filer; the step's page says what was done."""
    draft = get_draft(viewer, pk)
    try:
        said = write(draft, step, request)
    except ValidationError as fault:
        messages.error(request, fault.messages[0])
    else:
        messages.success(request, said)
    return redirect("portal:draft", pk, step if step in STEP_FORMS else next(iter(STEP_FORMS)))


def write(draft: Draft, step: str, request: HttpRequest) -> str:
    path = reverse("portal:draft", args=[draft.pk, step])
    if (colleague := request.POST.get("colleague", "")).isdecimal():
        person = helping.ask_colleague(draft, int(colleague[:18]), path=path, by=request.user)
        return _("%(person)s gets a letter with the link to this step.") % {"person": person.full_name}
    email = helping.invite_helper(draft, request.POST.get("email", ""), path=path, by=request.user)
    return _("%(email)s is invited and led to this step.") % {"email": email}
