from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.health.parts import PARTS, examine


@never_cache
@login_not_required
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"ok": True})


@never_cache
@login_not_required
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Every part with ``ok`` and ``detail``; 503 when one does not work."""
    found = {part.__name__: examine(part) for part in PARTS}
    return JsonResponse(found, status=200 if all(each["ok"] for each in found.values()) else 503)
