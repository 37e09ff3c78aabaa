"""The ledger of service: every letter with what became of it, one letter's way in order, what a person logs of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.desk.access import case_or_404, for_officials
from apps.desk.forms import LetterFilterForm, LogServiceForm, SendAgainForm
from apps.enterprises.models import Organisation
from apps.notices.private import without_address
from apps.outbox import texts
from apps.outbox.letters import send_again
from apps.outbox.models import Letter, Resending, ServiceRecord
from apps.outbox.services import log_service
from apps.pages.keyset import keyset_page
from apps.pages.tables import Column
from apps.papers.making import line_of_letter
from apps.workflow import documents, search
from apps.workflow.models import Case, Document

UNPROCESSABLE = 422
MOST = 200  # people, organisations, cases that a word of the filter may stand for
COLUMNS = (
    Column(gettext_lazy("Written"), kind="day"), Column(gettext_lazy("Letter")), Column(pgettext_lazy("letter", "Reader")),
    Column(gettext_lazy("Case")), Column(gettext_lazy("What became of it")),
)  # fmt: skip
FATES = {
    "back": lambda letters: letters.came_back(),
    "bounced": lambda letters: letters.filter(bounced_at__isnull=False),
    "waiting": lambda letters: letters.filter(sent_at=None, bounced_at=None).exclude(email=""),
    "sent": lambda letters: letters.filter(sent_at__isnull=False, read_at=None, bounced_at=None),
    "read": lambda letters: letters.filter(read_at__isnull=False),
    "post": lambda letters: letters.filter(user=None, email="", services=None),
}


@dataclass(frozen=True)
class LetterLine:
    """A letter as a row: its case, and the steps of its way that were reached."""

    letter: Letter
    case: Case | None
    fate: list[tuple[Any, Any]]


def fate(letter: Letter) -> list[tuple[Any, Any]]:
    """What became of a letter: (words, moment), the latest first; empty while nothing did."""
    steps = ((_("opened"), letter.read_at), (_("came back"), letter.bounced_at), (_("sent"), letter.sent_at))
    return [(words, at) for words, at in steps if at]


def letters_seen(request: HttpRequest, case: Case | None = None) -> QuerySet:
    seen = Case.objects.visible_to(request.user).values("pk")
    return Letter.objects.filter(case_pk=case.pk) if case else Letter.objects.filter(case_pk__in=seen)


@for_officials
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Every letter about the cases one may see, or about one case, newest first; by number, reader and fate."""
    case = case_or_404(request, int(request.GET["case"])) if request.GET.get("case", "").isdecimal() else None
    form = LetterFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = narrowed(letters_seen(request, case), wanted)
    page = keyset_page(found.select_related("user", "organisation"), request.GET, order=("-pk",))
    cases = Case.objects.in_bulk({letter.case_pk for letter in page.rows})
    lines = [LetterLine(letter, cases.get(letter.case_pk), fate(letter)) for letter in texts.show(page.rows)]
    back = letters_seen(request, case).came_back().order_by()[: MOST + 1].count()
    return render(request, "desk/letters.html", {
        "page": replace(page, rows=lines), "columns": COLUMNS, "case": case, "form": form, "back": back,
        "filtered": any(value for name, value in wanted.items() if name != "case"),
    })  # fmt: skip


def narrowed(found: QuerySet, wanted: dict[str, str]) -> QuerySet:
    """The letters of a filter: ``number`` a case's number or words, ``reader`` a name or address, ``fate``."""
    if wanted.get("number"):
        exact = list(Case.objects.filter(number=wanted["number"]).values_list("pk", flat=True))
        found = found.filter(case_pk__in=exact or search.find(Case.objects.all(), wanted["number"]).values("pk"))
    if name := wanted.get("reader"):
        people = User.objects.filter(full_name__icontains=name).values_list("pk", flat=True)[:MOST]
        firms = Organisation.objects.filter(name__icontains=name).values_list("pk", flat=True)[:MOST]
        found = found.filter(Q(user__in=list(people)) | Q(organisation__in=list(firms)) | Q(email__iexact=name))
    return FATES[wanted["fate"]](found) if wanted.get("fate") else found


# ------------------------------------------------------------------------------------------------ one letter's way


@dataclass(frozen=True)
class Step:
    """One line of a letter's ledger: when, what, through which channel, by whom, with which word and papers."""

    at: datetime
    what: Any
    channel: Any = ""
    by: str = ""
    note: Any = ""
    papers: tuple[Document, ...] = ()
    letter: int | None = None


SERVED_BY = {
    "email": gettext_lazy("delivered: the reader's mail server took it"), "portal": gettext_lazy("read in the portal"),
    "phone": gettext_lazy("told by telephone"), "post": gettext_lazy("delivered on paper"),
}  # fmt: skip


def ledgers(found: list[Letter]) -> dict[int, list[Step]]:
    """Each letter's way in order of time: four queries, however many letters."""
    keys = [letter.pk for letter in found]
    services = list(ServiceRecord.objects.filter(letter__in=keys).order_by("at", "pk"))
    kept = Document.objects.filter(path__in=[path_of(row) for row in services], removed_at__isnull=True)
    papers: dict[str, tuple[Document, ...]] = {}
    for document in kept.order_by("pk"):
        papers[document.path] = (*papers.get(document.path, ()), document)
    again = list(Resending.objects.filter(Q(of__in=keys) | Q(letter__in=keys)).select_related("by", "letter", "of"))
    return {letter.pk: steps_of(letter, services, papers, again) for letter in found}


def steps_of(letter: Letter, services: list, papers: dict, again: list[Resending]) -> list[Step]:
    mine = [row for row in services if row.letter_id == letter.pk]
    steps = [Step(letter.queued_at, _("written"))]
    if letter.sent_at:
        steps.append(Step(letter.sent_at, _("sent"), _("E-mail"), note=letter.email))
    if letter.bounced_at:
        steps.append(Step(letter.bounced_at, _("came back"), _("E-mail"), note=letter.error))
    if letter.read_at and not any(row.channel == "portal" for row in mine):
        steps.append(Step(letter.read_at, _("opened"), _("Portal inbox")))
    steps += [
        Step(
            row.at,
            SERVED_BY[row.channel],
            row.get_channel_display(),
            row.by_name,
            row.note,
            papers.get(path_of(row), ()),
        )
        for row in mine
    ]
    for row in again:
        if row.of_id == letter.pk:
            words = f"{row.letter.email}: {row.reason}"
            steps.append(
                Step(
                    row.at,
                    _("sent again to another address"),
                    _("E-mail"),
                    row.by.full_name,
                    words,
                    letter=row.letter_id,
                )
            )
        elif row.letter_id == letter.pk:
            steps.append(
                Step(row.at, _("repeats an earlier letter"), by=row.by.full_name, note=row.reason, letter=row.of_id)
            )
    return sorted(steps, key=lambda step: step.at)


def path_of(row: ServiceRecord) -> str:
    """Where the papers of a service lie among its case's documents."""
    return f"{documents.SERVICE}{row.pk}"


def letter_or_404(request: HttpRequest, pk: int) -> Letter:
    return get_object_or_404(letters_seen(request).select_related("user", "organisation"), pk=pk)


@for_officials
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter as its reader sees it, and its whole way."""
    return letter_page(request, letter_or_404(request, pk))


def letter_page(
    request: HttpRequest, row: Letter, *, log_form=None, again_form=None, status: int = 200
) -> HttpResponse:
    texts.show([row])
    return render(request, "desk/letter.html", {
        "letter": row, "body": without_address(row.body), "case": case_or_404(request, row.case_pk),
        "steps": ledgers([row])[row.pk], "log_form": log_form or LogServiceForm(letter=row),
        "again_form": again_form or SendAgainForm(letter=row), "paper": line_of_letter(row),
    }, status=status)  # fmt: skip


@for_officials
@require_http_methods(["POST"])
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a telephone call or a posted paper as delivery, with its evidence."""
    row = letter_or_404(request, pk)
    form = LogServiceForm(request.POST, request.FILES, letter=row)
    if not form.is_valid():
        return letter_page(request, row, log_form=form, status=UNPROCESSABLE)
    values, case = form.cleaned_data, case_or_404(request, row.case_pk)
    try:
        with transaction.atomic():
            record = log_service(row, values["channel"], values["at"], by=request.user, note=values["note"])
            if file := values["evidence"]:
                documents.keep(file.chunks(), file.name, path=path_of(record), by=request.user, case=case)
    except ValidationError as fault:
        form.add_error("evidence", fault)
        return letter_page(request, row, log_form=form, status=UNPROCESSABLE)
    messages.success(request, _("The service is on record. A period that waited for it runs from that day."))
    return redirect("desk:letter", pk)


@for_officials
@require_http_methods(["POST"])
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the letter again to another address."""
    row = letter_or_404(request, pk)
    form = SendAgainForm(request.POST, letter=row)
    if not form.is_valid():
        return letter_page(request, row, again_form=form, status=UNPROCESSABLE)
    anew = send_again(row, form.cleaned_data["email"], reason=form.cleaned_data["reason"], by=request.user)
    messages.success(
        request, _("Sent again. A period that waits for service runs from whichever letter is served first.")
    )
    return redirect("desk:letter", anew.pk)


@for_officials
@require_safe
def case_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was told what and when: every letter of a case with its way, to be printed."""
    case = case_or_404(request, pk)
    rows = texts.show(
        Letter.objects.filter(case_pk=pk).select_related("user", "organisation").order_by("queued_at", "pk")[:500]
    )
    ways = ledgers(rows)
    context = {"case": case, "lines": [(row, ways[row.pk]) for row in rows]}
    return render(request, "desk/case_ledger.html", context)


# ------------------------------------------------------------------------------------------------ tips


@for_officials
@require_safe
def tips(request: HttpRequest, pk: int) -> HttpResponse:
    """Words without a name about a published case."""
    case = case_or_404(request, pk)
    page = keyset_page(case.tips.select_related("notice"), request.GET, order=("-sent_at",))
    return render(request, "desk/tips.html", {"case": case, "page": page})
