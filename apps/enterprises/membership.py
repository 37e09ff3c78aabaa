"""How people come into an organisation and leave it. Refusals are ValidationErrors with one sentence."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.enterprises.models import Membership, Organisation
from apps.enterprises.queries import active_memberships


def join(organisation: Organisation, user: User, role: str = Membership.Role.FILER) -> Membership:
    """A new active membership. Raises ValidationError for an official, or for somebody who belongs already."""
    if user.role:
        raise ValidationError(_("An official or administrator cannot belong to an organisation."), code="official")
    try:
        with transaction.atomic():
            return Membership.objects.create(organisation=organisation, user=user, role=role)
    except IntegrityError:
        raise ValidationError(_("This person already belongs to the organisation."), code="belongs") from None


@transaction.atomic
def end_membership(membership: Membership, by: User) -> Membership:
    """Ends it now and gives the row back; ended before, it stays as it was.

    ``by`` must be an active manager of the same organisation, the person concerned, or a system administrator.
    Raises ValidationError for anybody else, and where the last manager would go.
    """
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)  # two managers leaving at once
    membership = Membership.objects.get(pk=membership.pk)
    if membership.ended_at:
        return membership
    if not _may_end(membership, by):
        raise ValidationError(_("Only a manager of the organisation may end somebody's membership."), code="manager")
    if _is_last_manager(membership):
        raise ValidationError(
            _("The last manager of an organisation cannot leave it. Make somebody else a manager first."),
            code="last_manager",
        )
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    return membership


def managers_of(organisation_id: int):
    """QuerySet of the active memberships of people who manage the organisation and may sign in."""
    return active_memberships().filter(organisation=organisation_id, role=Membership.Role.MANAGER, user__is_active=True)


def _may_end(membership: Membership, by: User) -> bool:
    if by.pk == membership.user_id or by.role == "system_admin":
        return True
    return managers_of(membership.organisation_id).filter(user=by).exists()


def _is_last_manager(membership: Membership) -> bool:
    others = managers_of(membership.organisation_id).exclude(pk=membership.pk)
    return membership.role == Membership.Role.MANAGER and not others.exists()
