from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.demo.accounts import demo_accounts


@never_cache
@login_not_required
@require_safe
def accounts(request: HttpRequest) -> JsonResponse:
    """Who may sign in to the demonstration, and how. There is no such page outside demo mode."""
    if not settings.DEMO:
        raise Http404
    return JsonResponse(demo_accounts(), safe=False)
