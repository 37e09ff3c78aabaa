"""Invitations into an organisation: by e-mail, serving once, lapsing, revocable. Refusals are ValidationErrors."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import audit
from apps.accounts.models import User
from apps.enterprises.membership import join, managers_of
from apps.enterprises.models import Invitation, Membership, Organisation
from apps.enterprises.queries import active_memberships
from apps.outbox.failpoints import reach
from apps.outbox.letters import Recipient, post
from apps.rules.clock import legal_today
from apps.rules.lookup import rule_value
from apps.verifications.people import role_words

MOST_OPEN = 50
"""Open invitations of one organisation: more is no enterprise but a mailing list."""


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def open_invitations():
    """QuerySet of invitations that were neither accepted nor revoked; lapsed ones are among them."""
    return Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)


@transaction.atomic
def invite(organisation: Organisation, email: str, role: str, *, by: User, path: str = "") -> Invitation:
    """Invite an address; a lapsed invitation of the same address makes room. ValidationError: one sentence.

    A manager invites into any role; a filer may ask somebody to help as filer. ``path`` leads there after accepting.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    _may_invite(organisation, role, by)
    now = timezone.now()
    if active_memberships().filter(organisation=organisation, user__email__iexact=email).exists():
        raise ValidationError(_("Somebody with this address belongs to the organisation already."), code="belongs")
    standing = open_invitations().filter(organisation=organisation)
    standing.filter(email__iexact=email, lapses_at__lte=now).update(revoked_at=F("lapses_at"))
    if standing.filter(email__iexact=email).exists():
        raise ValidationError(
            _("This address is invited already. Revoke the invitation first if it shall say something else."),
            code="invited",
        )
    if standing.count() >= MOST_OPEN:
        raise ValidationError(_("Too many invitations are open: wait until some are answered."), code="many")
    token = token_urlsafe(32)
    row = Invitation.objects.create(
        organisation=organisation, email=email, role=role, token_hash=digest(token), path=path, invited_by=by,
        invited_at=now, lapses_at=now + timedelta(days=rule_value("invitation_days", legal_today())),
    )  # fmt: skip
    _write("people.invited", row, by, url=f"{settings.SITE_URL}/join/{token}/")
    audit.record("right.invite", actor=by, about=f"invitation {row.pk}", role=role, organisation=organisation.pk)
    return row


def _may_invite(organisation: Organisation, role: str, by: User) -> None:
    if managers_of(organisation.pk).filter(user=by).exists():
        return
    mine = active_memberships().filter(organisation=organisation, user=by, role=Membership.Role.FILER)
    if role == Membership.Role.FILER and mine.exists():
        return
    raise ValidationError(_("Only a manager of the organisation may change who belongs to it."), code="manager")


@transaction.atomic
def revoke(invitation: Invitation, *, by: User) -> Invitation:
    """Take an invitation back; one that was answered or revoked before stays as it was."""
    row = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)
    if not managers_of(row.organisation_id).filter(user=by).exists() and row.invited_by_id != by.pk:
        raise ValidationError(_("Only a manager of the organisation may change who belongs to it."), code="manager")
    if row.accepted_at:
        raise ValidationError(_("This invitation was accepted meanwhile."), code="accepted")
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        _write("people.revoked", row, by)
        audit.record("right.revoke", actor=by, about=f"invitation {row.pk}", organisation=row.organisation_id)
    return row


def _write(text: str, row: Invitation, by: User, **more) -> None:
    reader = Recipient(user_id=None, organisation_id=None, email=row.email, language=by.language)
    context = {
        "organisation": row.organisation.name, "role": role_words(row.role), "by": by.full_name or by.username,
        "lapses_on": timezone.localtime(row.lapses_at).date().isoformat(), **more,
    }  # fmt: skip
    post(text, f"invitation:{row.pk}:{text}", [reader], context)


def find(token: str) -> Invitation | None:
    """The invitation of a token, whatever became of it."""
    rows = Invitation.objects.select_related("organisation", "invited_by")
    return rows.filter(token_hash=digest(token)).first()


def why_not(row: Invitation, user: User | None = None) -> str:
    """Why an invitation cannot be accepted (by this person), in one sentence; empty when it can."""
    if row.accepted_at:
        return _("This invitation was accepted already; it serves once.")
    if row.revoked_at and row.revoked_at != row.lapses_at:
        return _("This invitation was revoked. Ask who invited you for a new one.")
    if row.lapses_at <= timezone.now():
        return _("This invitation has lapsed. Ask who invited you for a new one.")
    if user is None:
        return ""
    if user.role:
        return _("You are signed in as an official or administrator, who cannot belong to an organisation.")
    if user.email.casefold() != row.email.casefold():
        return _("This invitation was sent to another address than yours. Sign in with the account of that address.")
    return ""


def accept(token: str, user: User) -> Membership:
    """Join by an invitation, once. ValidationError with one sentence where it does not serve (any more)."""
    with transaction.atomic():
        row = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("organisation", "invited_by")
            .filter(token_hash=digest(token))
            .first()
        )
        if row is None:
            raise ValidationError(_("There is no such invitation."), code="unknown")
        if reason := why_not(row, user):
            raise ValidationError(reason, code="no_use")
        reach("invitation.allowed")
        membership = join(row.organisation, user, row.role, by=row.invited_by)
        row.accepted_at, row.accepted_by = timezone.now(), user
        row.save(update_fields=["accepted_at", "accepted_by"])
    return membership


def accept_with_account(token: str, *, full_name: str, password: str, language: str) -> User:
    """Open an account for the invited address and join with it, in one transaction."""
    from apps.verifications.accounts import open_account

    row = find(token)
    if row is None:
        raise ValidationError(_("There is no such invitation."), code="unknown")
    try:
        with transaction.atomic():
            user = open_account(row.email, full_name=full_name, password=password, language=language)
            accept(token, user)
    except IntegrityError:
        raise ValidationError(_("This invitation was accepted already; it serves once."), code="no_use") from None
    return user
