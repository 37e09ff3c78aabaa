"""What the shell around every page needs, each value computed only where a template asks for it."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from apps.outbox.models import Letter
from apps.rules import clock

TEXT_SIZES = ("normal", "large")
FACES = ("portal", "desk")


def shell(request: HttpRequest) -> dict:
    """Context of base.html: ``face``, ``face_base``, ``home_route``, ``places``, ``html_lang``, ``text_size``,
    ``today`` (legal date), ``oidc_name``, ``legal_clock_moved``, ``demo``, ``unread`` (letters)."""
    face = face_of(request.path)
    size = request.COOKIES.get("text_size")
    return {
        "face": face,
        "face_base": f"{face}/base.html",
        "html_lang": "zh-Hans" if (get_language() or "").startswith("zh") else "en",
        "text_size": size if size in TEXT_SIZES else "normal",
        "other_text_size": "normal" if size == "large" else "large",
        "today": SimpleLazyObject(clock.legal_today),
        "legal_clock_moved": SimpleLazyObject(lambda: clock.read_clock().offset_days > 0),
        "demo": settings.DEMO,
        "oidc_name": settings.OIDC_NAME if settings.OIDC_URL else "",
        "unread": SimpleLazyObject(lambda: unread_count(request)),
    }


def face_of(path: str) -> str:
    """The face a page belongs to, by the first step of its address."""
    first = path.strip("/").partition("/")[0]
    return first if first in FACES else "public"


def unread_count(request: HttpRequest) -> int:
    """Letters in the reader's inbox that were not opened yet."""
    return Letter.objects.filter(user=request.user, read_at=None).count() if request.user.is_authenticated else 0
