"""How people come into an organisation and leave it. Refusals are ValidationErrors with one sentence."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.accounts.models import Role, User
from apps.enterprises.models import Membership, Organisation
from apps.enterprises.queries import active_memberships

_changed: list[Callable[["Change"], None]] = []


@dataclass(frozen=True)
class Change:
    """What became of a membership: ``joined``, ``role`` (``before`` is the row that ended) or ``left``."""

    what: str
    membership: Membership
    by: User | None
    before: Membership | None = None


def on_change(listener: Callable[[Change], None]):
    """Have ``listener(change)`` called in the transaction of every change of a right; usable as decorator."""
    _changed.append(listener)
    return listener


def tell(change: Change) -> None:
    """Note the change in the security audit and pass it on."""
    row = change.membership
    about = f"organisation {row.organisation_id}, person {row.user_id}"
    earlier = {"before": change.before.role} if change.before else {}
    audit.record(f"right.{change.what}", actor=change.by, about=about, role=row.role, **earlier)
    for listener in _changed:
        listener(change)


@transaction.atomic
def join(
    organisation: Organisation, user: User, role: str = Membership.Role.FILER, by: User | None = None
) -> Membership:
    """A new active membership. Raises ValidationError for an official, or for somebody who belongs already."""
    membership = _add(organisation, user, role, by)
    tell(Change("joined", membership, by))
    return membership


def _add(organisation: Organisation, user: User, role: str, by: User | None) -> Membership:
    membership = Membership(organisation=organisation, user=user, role=role, joined_by=by)
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
    _end(membership, by)
    tell(Change("left", membership, by))
    return membership


def _end(membership: Membership, by: User) -> None:
    membership.ended_at, membership.ended_by = timezone.now(), by
    membership.save(update_fields=["ended_at", "ended_by"])


@transaction.atomic
def change_role(membership: Membership, role: str, by: User) -> Membership:
    """Gives the person another role and the new row back: the old one ends, so that the history stands in the rows.

    Who may, and refusals, as in end_membership, but that nobody but a manager changes the own role.
    """
    membership = _lock(membership)
    _check_manages(membership, by)
    if membership.ended_at:
        raise ValidationError(_("This person has left the organisation meanwhile."), code="left")
    if membership.role == role:
        return membership
    if role != Membership.Role.MANAGER:
        _check_not_last_manager(membership)
    _end(membership, by)
    fresh = _add(membership.organisation, membership.user, Membership.Role(role), by)
    tell(Change("role", fresh, by, before=membership))
    return fresh


def managers_of(organisation_id: int):
    """QuerySet of the active memberships of people who manage the organisation and may sign in."""
    return active_memberships().filter(organisation=organisation_id, role=Membership.Role.MANAGER, user__is_active=True)


def _lock(membership: Membership) -> Membership:
    """The row as it is once nobody else changes who manages the organisation: two managers may leave at once."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    return Membership.objects.select_related("user", "organisation").get(pk=membership.pk)


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
