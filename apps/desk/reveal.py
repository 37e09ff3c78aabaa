"""Phone and identity numbers on the desk: masked wherever a case is shown, in full for a reason that is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.audit import record
from apps.accounts.vault import mask_identity, mask_phone
from apps.desk.access import case_or_404, for_officials
from apps.desk.forms import RevealForm
from apps.enterprises.uscc import check_uscc
from apps.pages.changes import item_label
from apps.pages.fields import Field
from apps.workflow.models import Case, Party


def mask_code(number: str) -> str:
    """An identity number masked; an organisation's social credit code is public and stays."""
    try:
        check_uscc(number)
    except ValidationError:
        return mask_identity(number)
    return number


MASKS: dict[str, Callable[[str], str]] = {
    "phone": mask_phone,
    "contact_phone": mask_phone,
    "new_phone": mask_phone,
    "identity": mask_code,
    "code": mask_code,
}
"""Names of columns, and of parts of list columns, that hold numbers of persons."""


def personal(row: Any) -> Iterator[tuple[str, str, str]]:
    """Path, value and masked value of every number of a person in a case's row."""
    for column in row._meta.concrete_fields:
        yield from _walk(column.name, getattr(row, column.attname))


def _walk(path: str, value: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _walk(f"{path}.{name}", part)
    elif isinstance(value, list):
        for part in value:
            yield from _walk(path, part)
    elif isinstance(value, str) and (mask := MASKS.get(path.rsplit(".", 1)[-1])) and mask(value) != value:
        yield path, value, mask(value)


def veil(form: Any, path: str = "") -> Any:
    """A copy of a form, as an event keeps it, with every number of a person masked."""
    if isinstance(form, dict):
        return {name: veil(value, name) for name, value in form.items()}
    if isinstance(form, list):
        return [veil(value, path) for value in form]
    return MASKS[path](form) if isinstance(form, str) and form and path in MASKS else form


def masked(fields: Iterable[Field], row: Any) -> list[Field]:
    """The fields with every number of a person in the row masked, wherever it stands in them."""
    numbers = [(value, hidden) for _path, value, hidden in personal(row)]
    return [replace(field, value=_mask(field.value, numbers)) for field in fields]


def _mask(text: Any, numbers: list[tuple[str, str]]) -> Any:
    safe = hasattr(text, "__html__")
    shown = str(text)
    for value, hidden in numbers:
        shown = shown.replace(str(conditional_escape(value)) if safe else value, hidden)
    return mark_safe(shown) if safe else shown  # noqa: S308 (stars for digits in what was safe)


def revealed(case: Case) -> list[Field]:
    """What the reveal page shows: the numbers of the case's row and of its parties, in full."""
    fields = [Field(item_label(case, path.partition(".")[0]), value) for path, value, _hidden in personal(case.row)]
    parties = Party.objects.filter(case=case, organisation__isnull=False).select_related("organisation")
    fields += [
        Field(party.organisation.contact_name or party.organisation.name, party.organisation.contact_phone)
        for party in parties.order_by("rank", "pk")
        if party.organisation.contact_phone
    ]
    return fields


@never_cache
@for_officials
@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, note it in the security audit, then show the numbers of the case in full, once."""
    case = case_or_404(request, pk)
    form = RevealForm(request.POST or None)
    fields: list[Field] = []
    if form.is_valid():
        fields = revealed(case)
        reason = form.cleaned_data["reason"]
        record("reveal", actor=request.user, about=case.number or f"case:{case.pk}", reason=reason)
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "desk/reveal.html", {"case": case, "form": form, "fields": fields}, status=status)
