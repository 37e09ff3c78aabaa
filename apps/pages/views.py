"""What every face shares: choice of language and text size, the icon, and the page for a refused form."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import i18n
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import preferences
from apps.pages.context import TEXT_SIZES

A_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Show pages in the language posted from now on; a signed-in person gets letters in it too."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        preferences.set_language(request.user, language)
    return i18n.set_language(request)


@login_not_required
@require_POST
def set_text_size(request: HttpRequest) -> HttpResponse:
    """Show pages in the text size posted from now on, on this device."""
    response = HttpResponseRedirect(safe_next(request))
    if request.POST.get("size") in TEXT_SIZES:
        response.set_cookie("text_size", request.POST["size"], max_age=A_YEAR, samesite="Lax", httponly=True)
    return response


def safe_next(request: HttpRequest) -> str:
    """The page the form was sent from, if it is one of ours; else the start page."""
    following = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure())
    return following if ours else "/"


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> FileResponse:
    """The icon for browsers that ask for it by its old name."""
    return FileResponse(Path(settings.BASE_DIR, "static", "favicon.svg").open("rb"), content_type="image/svg+xml")


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or stale: nothing was saved, and the way on."""
    return render(request, "403_csrf.html", status=403)
