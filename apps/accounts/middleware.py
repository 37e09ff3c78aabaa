"""Between the session and the pages: where a request comes from, whether its session still lasts, what is owed first."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from apps.accounts import doors, kept
from apps.accounts.addresses import answering

ALWAYS = frozenset({
    "account_logout", "account_reauthenticate", "account_change_password", "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn", "account_session", "admin:logout", "admin:jsi18n",
})  # fmt: skip
"""Pages that stay open while something is owed, beside those of the second factor."""


class DoorMiddleware:
    """Ends a session that was idle or is too old, and leads whoever owes a second factor or a new password there.

    An ended session is left as it is: nothing in it opens anything any more, and what was posted into it is kept there,
    sealed, for the same person.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with answering(request):
            if request.user.is_authenticated:
                self.look(request)
            return self.get_response(request)

    def look(self, request: HttpRequest) -> None:
        request.door = doors.look(request)
        if not request.door.seconds:
            request.ended_user, request.user = request.user, AnonymousUser()
        elif not doors.is_background(request):
            doors.note_activity(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not getattr(view, "login_required", True):
            return None
        if hasattr(request, "ended_user"):
            return answer_ended(request)
        if request.user.is_authenticated and request.door.owes:
            return self.lead_to(request, request.door.owes)
        return None

    def lead_to(self, request: HttpRequest, page: str) -> HttpResponse | None:
        name = request.resolver_match.view_name
        if name in ALWAYS or (name.startswith("mfa_") and page.startswith("mfa_")):
            return None
        if doors.is_background(request):
            return JsonResponse({"owes": page}, status=403)
        return redirect(page)


def answer_ended(request: HttpRequest) -> HttpResponse | None:
    """What somebody gets whose session ended meanwhile; None where the sign-in page is the answer anyway."""
    if doors.is_background(request):
        return JsonResponse({"signed_in": False, "seconds": 0}, status=401)
    if request.method in ("GET", "HEAD"):
        return None
    files = kept.keep(request)
    following = reverse("account_kept")
    context: dict[str, Any] = {"files": files, "sign_in": f"{reverse('account_login')}?next={following}"}
    response = render(request, "account/session_ended.html", context, status=401)
    if request.headers.get("HX-Request"):
        response["HX-Redirect"] = context["sign_in"]
    return response


class LanguageMiddleware:
    """Pages of a signed-in user are in the account's language, whatever cookie the browser keeps."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = getattr(request, "ended_user", request.user)
        if user.is_authenticated and user.language != translation.get_language():
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        return self.get_response(request)
