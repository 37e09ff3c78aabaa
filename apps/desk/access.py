"""Who may come to the desk, and which case a request means."""

from collections.abc import Callable
from functools import wraps

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from apps.accounts.models import Role, User
from apps.rules.clock import legal_today
from apps.workflow.models import Case, Interest
from apps.workflow.people import History, Standing, absences_on

ENTERING = frozenset({Role.CLERK, Role.DISTRICT_CLERK})
MIRRORING = frozenset({Role.CLERK, Role.CHIEF, Role.DISTRICT_CLERK, Role.DISTRICT_REVIEWER})
IMPORTING = frozenset({Role.CLERK, Role.CHIEF})
View = Callable[..., HttpResponse]


def for_officials(view: View) -> View:
    """The desk is there for officials; for everybody else who is signed in it does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_official:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def case_or_404(request: HttpRequest, pk: int) -> Case:
    """The case, if this person may see it; what may not be seen does not exist."""
    user = request.user
    seen = Case.objects.visible_to(user).annotate(
        is_interesting=Exists(
            Interest.objects.filter(user=user, organisation=OuterRef("organisation"), ended_at__isnull=True)
        ),
        for_somebody=Exists(absences_on(legal_today()).filter(substitute=user)),
    )
    return get_object_or_404(
        seen.select_related("organisation", "district", "root", "assigned_to", "entered_by"), pk=pk
    )


def standing_of(case: Case, user: User, history: History | None = None) -> Standing:
    """Where the reader stands to a case that ``case_or_404`` read: what came with it is not asked again."""
    standing = Standing(case, user, history=history)
    standing.interested = case.is_interesting
    if not case.for_somebody:
        standing.principals = ()
    return standing


def may_enter(user: User) -> bool:
    """Whether this official enters filings that came on paper."""
    return user.role in ENTERING


def may_mirror(user: User) -> bool:
    """Whether this official writes down here what the province decided."""
    return user.role in MIRRORING


def may_import(user: User) -> bool:
    """Whether this official hands in the sheets of banks and insurers for them."""
    return user.role in IMPORTING
