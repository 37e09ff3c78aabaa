"""Objecting to a notice: the form, the confirmation by e-mail, the private page of who has no account, and tips."""

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.addresses import client_address
from apps.notices import queries
from apps.notices.filing import confirm, file_objection, filing_of, leave_tip, send_objection
from apps.notices.models import Filing, Notice, PrivatePage
from apps.outbox import services, texts
from apps.outbox.models import Letter
from apps.pages.facts import facts
from apps.pages.limits import limits
from apps.pages.rate import limited
from apps.public.forms import MoreEvidenceForm, PublicObjectionForm, TipForm
from apps.public.views.notices import is_provincial, objectable
from apps.workflow import documents
from apps.workflow.acts import perform_form
from apps.workflow.forms import CommentForm
from apps.workflow.machine import Refused, moves_for
from apps.workflow.models import Case, Document
from apps.workflow.states import Move

UNPROCESSABLE, GONE = 422, 410
SHOWN = ("ground", "right_hurt", "statement", "supplement", "reply")


@login_not_required
@never_cache
@limited("objection", 20, 3600, method="POST")
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Object by name to a running notice of the local track; of a provincial one, where that is done."""
    found = get_object_or_404(queries.standing(), pk=pk)
    form = PublicObjectionForm(request.POST or None, request.FILES or None, initial=known(request))
    status = 200
    if request.method == "POST":
        if form.is_valid() and taken(request, found, form):
            return redirect("public:objection_filed", pk=pk)
        status = UNPROCESSABLE
    context = {"notice": found, "form": form, "objectable": objectable(found), "provincial": is_provincial(found)}
    return render(request, "public/object.html", context, status=status)


def known(request: HttpRequest) -> dict[str, str]:
    """What an account already tells of the objector."""
    if not request.user.is_authenticated:
        return {}
    return {"name": request.user.full_name, "email": request.user.email}


def taken(request: HttpRequest, found: Notice, form: PublicObjectionForm) -> bool:
    """Whether the objection was taken; else the reason stands on the form. The session remembers what was filed."""
    values = dict(form.cleaned_data)
    files, key = values["evidence"], values["key"]
    try:
        if request.user.is_authenticated:
            case = file_objection(found, values, files, actor=request.user, key=key)
            request.session["objection"] = case.pk
        else:
            filing = send_objection(
                found, values, files, address=client_address(request), key=key, language=get_language() or ""
            )
            request.session["objection_sent"] = filing.pk
            request.session["objection_email"] = values["email"]
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as fault:
        form.add_error("evidence", fault)
    return form.is_valid()


@login_not_required
@never_cache
@require_safe
def objection_filed(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of what this browser has just filed or sent; anybody else is led to the notice."""
    filing = (
        Filing.objects.filter(pk=request.session.get("objection_sent"), notice=pk)
        .select_related("notice__case")
        .first()
    )
    if filing is not None and filing.confirmed_at is None:
        context = {"filing": filing, "email": request.session.get("objection_email", ""), "pk": pk}
        return render(request, "public/objection_sent.html", context)
    case = Case.objects.filter(pk=request.session.get("objection"), kind="objection", objection__notice=pk).first()
    if case is None:
        return redirect("public:notice", pk=pk)
    return render(request, "public/objection_filed.html", {"case": case, "pk": pk})


@login_not_required
@never_cache
@limited("confirm", 60, 3600)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_objection(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the e-mail: a page with one button, since programs follow links by themselves; the button confirms."""
    filing = filing_of(token)
    if filing is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            case = confirm(filing)
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("Your objection is confirmed and on file."))
            return redirect("public:objector", case.private_page.token)
    context = {"filing": filing, "refused": refused, "done": filing.confirmed_at is not None}
    return render(request, "public/objection_confirm.html", context, status=GONE if refused else 200)


# ------------------------------------------------------------------------------------------------ the private page


def page_of(token: str) -> PrivatePage:
    found = PrivatePage.objects.select_related("case__organisation", "case__root", "case__objection", "person")
    return get_object_or_404(found, token=token)


@login_not_required
@never_cache
@limited("objector", 120, 3600)
@require_safe
def objector(request: HttpRequest, token: str) -> HttpResponse:
    """Where the objection stands, the letters about it, and what its objector can do."""
    page = page_of(token)
    letters = texts.show(Letter.objects.for_user(page.person).filter(case_pk=page.case_id)[:50])
    names = {column.verbose_name[:1].upper() + column.verbose_name[1:] for column in shown_columns(page)}
    return render(request, "public/objector.html", {
        "page": page, "case": page.case, "state": page.case.state_, "letters": letters,
        "limits": limits(page.case), "offers": moves_for(page.case, page.person),
        "fields": [field for field in facts(page.case.objection) if field.label in names and field.value],
        "documents": documents.of_parties(Document.objects.filter(case=page.case)).order_by("uploaded_at", "pk"),
    })  # fmt: skip


def shown_columns(page: PrivatePage):
    return [column for column in page.case.objection._meta.concrete_fields if column.name in SHOWN]


@login_not_required
@never_cache
@require_safe
def objector_letter(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """One letter; opening it here is reading it, and serves it."""
    page = page_of(token)
    letter = get_object_or_404(Letter, pk=pk, user=page.person, case_pk=page.case_id)
    services.mark_read(letter, page.person)
    subject, body = letter.shown()
    return render(
        request, "public/objector_letter.html", {"page": page, "letter": letter, "subject": subject, "body": body}
    )


@login_not_required
@never_cache
@limited("objector_move", 20, 3600, method="POST")
@require_http_methods(["GET", "HEAD", "POST"])
def objector_move(request: HttpRequest, token: str, slug: str) -> HttpResponse:
    """A step of the objector's: supplement or withdraw. Refused in a sentence, nothing typed is lost."""
    page = page_of(token)
    offer = next((one for one in moves_for(page.case, page.person) if one.move.name == slug), None)
    if offer is None:
        raise Http404
    form_class = offer.move.form or CommentForm
    form = form_class(request.POST if request.method == "POST" else None)
    files = MoreEvidenceForm(request.POST or None, request.FILES or None) if slug == "supplement" else None
    ready = request.method == "POST" and form.is_valid() and (files is None or files.is_valid())
    if ready and made(page, offer.move, form, files):
        return redirect("public:objector", token)
    context = {"page": page, "case": page.case, "move": offer.move, "form": form, "files": files, "key": uuid4().hex}
    return render(request, "public/objector_move.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def made(page: PrivatePage, move: Move, form: forms.Form, files: MoreEvidenceForm | None) -> bool:
    try:
        with transaction.atomic():
            perform_form(page.case, move.name, actor=page.person, cleaned=form.cleaned_data)
            for file in files.cleaned_data["evidence"] if files else ():
                documents.keep(file.chunks(), file.name, path="evidence", by=page.person, case=page.case)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as fault:
        files.add_error("evidence", fault)
    return form.is_valid() and (files is None or files.is_valid())


# ------------------------------------------------------------------------------------------------ tips


@login_not_required
@never_cache
@limited("tip", 10, 3600, method="POST")
@require_http_methods(["GET", "HEAD", "POST"])
def tip(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave word without a name: the officials of the case read it, and nothing else follows from it."""
    found = get_object_or_404(queries.standing(), pk=pk)
    form = TipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            leave_tip(found, form.cleaned_data["text"], address=client_address(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Your tip has reached the officials of the case. It opens no procedure, and nobody will answer it."),
            )
            return redirect("public:notice", pk=pk)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "public/tip.html", {"notice": found, "form": form}, status=status)
