from collections.abc import Iterable

from apps.accounts.models import User
from apps.enterprises.models import Membership, Organisation


def organisations_of(user: User):
    """QuerySet of the organisations that the user belongs to now."""
    return Organisation.objects.filter(memberships__in=active_memberships().filter(user=user))


def organisations_filed_for(user: User):
    """QuerySet of the organisations that the user may file for now: not those where he only reads."""
    filing = (Membership.Role.MANAGER, Membership.Role.FILER)
    return Organisation.objects.filter(memberships__in=active_memberships().filter(user=user, role__in=filing))


def active_memberships():
    """QuerySet of memberships that have not ended."""
    return Membership.objects.filter(ended_at__isnull=True)


def members_to_write_to(organisation_ids: Iterable[int]) -> list[User]:
    """Managers and filers, each once, who may sign in: the people who must hear of a case of these organisations."""
    writing = active_memberships().filter(organisation__in=organisation_ids).exclude(role=Membership.Role.READER)
    return list(User.objects.filter(is_active=True, memberships__in=writing).distinct().order_by("pk"))


def people_in_role(roles: Iterable[str]) -> list[User]:
    """The active officials of the bureau in these roles."""
    return list(User.objects.filter(is_active=True, role__in=roles).order_by("pk"))
