"""How people come into an organisation and leave it. Refusals are ValidationErrors with one sentence."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Role, User
from apps.enterprises.models import Membership, Organisation
from apps.enterprises.queries import active_memberships


def join(organisation: Organisation, user: User, role: str = Membership.Role.FILER) -> Membership:
    """A new active membership. Raises ValidationError for an official, or for somebody who belongs already."""
    membership = Membership(organisation=organisation, user=user, role=role)
    membership.clean()
    try:
        with transaction.atomic():
            membership.save()
    except IntegrityError:
        raise ValidationError(_("This person already belongs to the organisation."), code="belongs") from None
    return membership


@transaction.atomic
def end_membership(membership: Membership, by: User) -> Membership:
    """Ends it now and gives the row back; ended before, it stays as it was.

    ``by`` must be a manager of the same organisation, the person concerned, or a system administrator.
    Raises ValidationError for anybody else, and where the last manager would go.
    """
    membership = _lock(membership)
    if membership.ended_at:
        return membership
    if by.pk != membership.user_id:
        _check_manages(membership, by)
    _check_not_last_manager(membership)
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    return membership


@transaction.atomic
def change_role(membership: Membership, role: str, by: User) -> Membership:
    """Gives an active membership another role and gives the row back; who may, and refusals, as in end_membership,
    but that nobody but a manager changes the own role."""
    membership = _lock(membership)
    _check_manages(membership, by)
    if role != Membership.Role.MANAGER:
        _check_not_last_manager(membership)
    membership.role = Membership.Role(role)
    membership.save(update_fields=["role"])
    return membership


def managers_of(organisation_id: int):
    """QuerySet of the active memberships of people who manage the organisation and may sign in."""
    return active_memberships().filter(organisation=organisation_id, role=Membership.Role.MANAGER, user__is_active=True)


def _lock(membership: Membership) -> Membership:
    """The row as it is once nobody else changes who manages the organisation: two managers may leave at once."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    return Membership.objects.select_related("user").get(pk=membership.pk)


def _check_manages(membership: Membership, by: User) -> None:
    manages = managers_of(membership.organisation_id).filter(user=by).exists()
    if not manages and by.role != Role.SYSTEM_ADMIN:
        raise ValidationError(_("Only a manager of the organisation may change who belongs to it."), code="manager")


def _check_not_last_manager(membership: Membership) -> None:
    others = managers_of(membership.organisation_id).exclude(pk=membership.pk)
    if membership.role == Membership.Role.MANAGER and not others.exists():
        raise ValidationError(
            _("An organisation keeps one manager at least. Make somebody else a manager first."),
            code="last_manager",
        )
