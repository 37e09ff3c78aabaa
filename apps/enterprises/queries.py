from collections.abc import Iterable

from apps.accounts.models import Role, User
from apps.enterprises.models import Membership, Organisation

ENTERING = frozenset({Role.CLERK, Role.DISTRICT_CLERK})


def organisations_of(user: User):
    """QuerySet of the organisations that the user belongs to now."""
    return Organisation.objects.filter(memberships__in=active_memberships().filter(user=user))


def may_enter(user: User) -> bool:
    """Whether this official enters filings that came on paper."""
    return user.role in ENTERING


def organisations_to_enter_for(user: User):
    """QuerySet of the organisations an official may enter a filing for: a district's clerk those of the district."""
    if not may_enter(user):
        return Organisation.objects.none()
    return Organisation.objects.filter(district=user.district_id) if user.district_id else Organisation.objects.all()


def active_memberships():
    """QuerySet of memberships that have not ended."""
    return Membership.objects.filter(ended_at__isnull=True)


def members_to_write_to(organisation_ids: Iterable[int]) -> list[User]:
    """Managers and filers, each once, who may sign in: the people who must hear of a case of these organisations."""
    writing = active_memberships().filter(organisation__in=organisation_ids).exclude(role=Membership.Role.READER)
    return list(User.objects.filter(is_active=True, memberships__in=writing).distinct().order_by("pk"))


def members_of(organisation_ids: Iterable[int]) -> list[tuple[User, int]]:
    """The same people with the organisation for which each is written to; one query."""
    writing = (
        active_memberships()
        .filter(organisation__in=organisation_ids, user__is_active=True)
        .exclude(role=Membership.Role.READER)
        .select_related("user")
        .order_by("pk")
    )
    return [(row.user, row.organisation_id) for row in writing]


def people_in_role(roles: Iterable[str]) -> list[User]:
    """The active officials of the bureau in these roles."""
    return list(User.objects.filter(is_active=True, role__in=roles).order_by("pk"))
