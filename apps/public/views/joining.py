"""How people come in by themselves: an account of their own, or an invitation into an organisation."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.preferences import home_of
from apps.pages.rate import limited
from apps.public.joining_forms import AccountForm, AddressForm
from apps.verifications import accounts, invitations

GONE, UNPROCESSABLE = 410, 422
PAGE = ["GET", "HEAD", "POST"]


@login_not_required
@never_cache
@limited("join", 10, 3600, method="POST")
@require_http_methods(PAGE)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for an account: the answer is the same for every address."""
    if request.user.is_authenticated:
        return redirect(home_of(request.user))
    form = AddressForm(request.POST or None)
    if form.is_valid():
        accounts.send_link(form.cleaned_data["email"], get_language() or "")
        return redirect("public:join_sent")
    return render(request, "public/join.html", {"form": form}, status=UNPROCESSABLE if form.is_bound else 200)


@login_not_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "public/join_sent.html", {"hours": accounts.HOURS})


@login_not_required
@never_cache
@limited("account", 30, 3600, method="POST")
@require_http_methods(PAGE)
def account(request: HttpRequest, token: str) -> HttpResponse:
    """Open the account of the address that the link proves; the link serves once."""
    email = accounts.address_of(token)
    if email is None:
        return render(request, "public/join_gone.html", status=GONE)
    form = AccountForm(request.POST or None, email=email)
    if form.is_valid():
        try:
            accounts.open_account(email, **given(form))
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return opened(request, email, reverse("portal:home"))
    context = {"form": form, "email": email, "invitation": None}
    return render(request, "public/join_account.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def given(form: AccountForm) -> dict[str, str]:
    data = form.cleaned_data
    return {"full_name": data["full_name"], "password": data["password"], "language": get_language() or ""}


def opened(request: HttpRequest, email: str, onward: str) -> HttpResponse:
    messages.success(request, _("Your account is open. Sign in with %(email)s.") % {"email": email})
    return redirect(f"{reverse('account_login')}?{urlencode({'next': onward})}")


@login_not_required
@never_cache
@limited("invitation", 60, 3600)
@limited("invitation-answer", 30, 3600, method="POST")
@require_http_methods(PAGE)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: signed in with the invited address, or by opening an account for it."""
    row = invitations.find(token)
    user = request.user if request.user.is_authenticated else None
    reason = invitations.why_not(row, user) if row else _("There is no such invitation.")
    if reason:
        usable = row is not None and not invitations.why_not(row)
        return render(request, "public/invitation_gone.html", {"reason": reason, "usable": usable}, status=GONE)
    if user is not None:
        return accept(request, token, row)
    if accounts.accounts_of(row.email).exists():
        onward = urlencode({"next": request.path})
        return render(
            request, "public/invitation.html", {"invitation": row, "login": f"{reverse('account_login')}?{onward}"}
        )
    return accept_new(request, token, row)


def accept(request: HttpRequest, token: str, row) -> HttpResponse:
    if request.method != "POST":
        return render(request, "public/invitation.html", {"invitation": row, "login": ""})
    try:
        invitations.accept(token, request.user)
    except ValidationError as fault:
        return render(
            request, "public/invitation_gone.html", {"reason": fault.messages[0], "usable": False}, status=GONE
        )
    messages.success(request, _("You belong to %(firm)s now.") % {"firm": row.organisation.name})
    return redirect(onward_of(row))


def accept_new(request: HttpRequest, token: str, row) -> HttpResponse:
    form = AccountForm(request.POST or None, email=row.email)
    if form.is_valid():
        try:
            invitations.accept_with_account(token, **given(form))
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return opened(request, row.email, onward_of(row))
    context = {"form": form, "email": row.email, "invitation": row}
    return render(request, "public/join_account.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def onward_of(row) -> str:
    """Where the person is led: to the step he was asked to help with, else to the organisation's home."""
    return f"{row.path or reverse('portal:home')}?{urlencode({'organisation': row.organisation_id})}"
