from functools import reduce
from operator import or_

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Length, Lower, Upper
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import District
from apps.accounts.text import no_nul, one_line
from apps.accounts.vault import SealedTextField
from apps.enterprises.uscc import LENGTH, is_uscc


class Capacity(models.TextChoices):
    """What an organisation may be party to a case as (主体类型)."""

    ENTERPRISE = "enterprise", _("Enterprise")
    BANK = "bank", _("Bank")
    INSURER = "insurer", _("Insurer")
    EXCHANGE = "exchange", _("Exchange")
    APPRAISER = "appraiser", _("Appraiser")
    UNIVERSITY = "university", _("University or institute")
    SERVICE = "service", _("Service organisation")


def known_capacities(value) -> None:
    """Validator: a list of different values of Capacity, one at least."""
    entered = value if isinstance(value, list) else []
    known = [capacity for capacity in Capacity.values if capacity in entered]
    if not entered or len(known) != len(entered):
        raise ValidationError(_("Choose at least one capacity from the list."), code="capacity")


ONLY_ENTERPRISE = [Capacity.ENTERPRISE.value]


class OrganisationQuerySet(models.QuerySet):
    def with_capacity(self, *capacities: Capacity):
        """Organisations that act in one of these capacities; SQLite knows no ``contains`` on JSON, so the quoted word is
        sought. All but enterprises are few, and have an index of their own."""
        words = (models.Q(capacities__icontains=f'"{capacity.value}"') for capacity in capacities)
        found = self.filter(reduce(or_, words, models.Q(pk__in=[])))
        return found if Capacity.ENTERPRISE in capacities else found.exclude(capacities=ONLY_ENTERPRISE)


class Organisation(models.Model):
    """An enterprise, bank, insurer, exchange, appraiser, university or service organisation (主体)."""

    name = models.CharField(_("name"), max_length=120, validators=[one_line])
    name_en = models.CharField(_("English name"), max_length=200, blank=True, validators=[one_line])
    uscc = models.CharField(
        _("unified social credit code"), max_length=LENGTH, unique=True, null=True, blank=True, validators=[is_uscc]
    )
    capacities = models.JSONField(_("capacities"), default=list, validators=[known_capacities])
    district = models.ForeignKey(District, models.PROTECT, related_name="organisations", verbose_name=_("district"))
    address = models.CharField(_("address"), max_length=200, blank=True, validators=[one_line])
    legal_representative = models.CharField(_("legal representative"), max_length=60, blank=True, validators=[one_line])
    contact_name = models.CharField(_("contact person"), max_length=60, blank=True, validators=[one_line])
    contact_phone = SealedTextField(_("contact's phone"), max_length=32, blank=True, default="", validators=[no_nul])
    contact_email = models.EmailField(_("contact's e-mail"), blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True, editable=False)
    e_service_consent_at = models.DateTimeField(
        _("agreed to electronic service at"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["district", "name"]),
            models.Index(fields=["name", "id"], name="organisation_name"),
            models.Index(Upper("name"), name="organisation_name_typed"),
            models.Index(
                fields=["name", "id"],
                name="organisation_of_finance",
                condition=~models.Q(capacities=ONLY_ENTERPRISE),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="organisation_uscc_length",
                condition=models.Q(uscc__isnull=True) | models.Q(Exact(Length("uscc"), LENGTH)),
            ),
            models.CheckConstraint(
                name="organisation_has_capacity",
                condition=~models.Q(capacities=[]),
                violation_error_message=_("Choose at least one capacity from the list."),
            ),
            models.CheckConstraint(name="organisation_has_name", condition=~models.Q(name="")),
        ]

    def __str__(self):
        return self.name


class Membership(models.Model):
    """A person in an organisation (成员). A row ends and is never deleted; coming back, or another role, is a new row."""

    class Role(models.TextChoices):
        MANAGER = "manager", _("Manager")
        FILER = "filer", _("Filer")
        READER = "reader", _("Reader")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.FILER)
    joined_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    joined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    ended_at = models.DateTimeField(_("until"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organisation", "joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_once_active",
                violation_error_message=_("This person already belongs to the organisation."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_began",
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("joined_at")),
            ),
            models.CheckConstraint(
                name="membership_role_known", condition=models.Q(role__in=["manager", "filer", "reader"])
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.organisation}"

    def clean(self):
        if self.user_id and self.user.role:
            raise ValidationError(_("An official or administrator cannot belong to an organisation."), code="official")


class Invitation(models.Model):
    """An invitation of a person by e-mail into an organisation (邀请): it serves once, lapses, and can be revoked.

    Only the digest of its token is kept. ``path`` is where the person is led after accepting.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="invitations", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role, default=Membership.Role.FILER)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    path = models.CharField(max_length=200, blank=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("invited"), default=timezone.now)
    lapses_at = models.DateTimeField(_("lapses"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_open_once",
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_revoked",
                condition=models.Q(accepted_at__isnull=True) | models.Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="invitation_accepted_by_somebody",
                condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_role_known", condition=models.Q(role__in=["manager", "filer", "reader"])
            ),
        ]

    def __str__(self):
        return f"{self.email} · {self.organisation}"


class PowerOfAttorneyQuerySet(models.QuerySet):
    def in_force(self, day):
        """Those that stand on a legal date: begun, not ended, and not past their last day."""
        lasting = models.Q(until_on__isnull=True) | models.Q(until_on__gte=day)
        return self.filter(lasting, ended_at__isnull=True, from_on__lte=day)


class PowerOfAttorney(models.Model):
    """That a service organisation may file for another one (代理委托). A row ends and is never deleted.

    ``kinds`` names the procedures it covers. Written by the procedure that grants it, read wherever somebody acts.
    """

    principal = models.ForeignKey(
        Organisation, models.PROTECT, related_name="powers_given", verbose_name=_("principal")
    )
    agent = models.ForeignKey(Organisation, models.PROTECT, related_name="powers_held", verbose_name=_("agent"))
    kinds = models.JSONField(_("procedures"), default=list)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    granted_at = models.DateTimeField(_("granted"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = PowerOfAttorneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("power of attorney")
        verbose_name_plural = _("powers of attorney")
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "agent"], condition=models.Q(ended_at__isnull=True), name="power_open_once"
            ),
            models.CheckConstraint(name="power_of_another", condition=~models.Q(principal=models.F("agent"))),
            models.CheckConstraint(
                name="power_ends_after_it_began",
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
            ),
            models.CheckConstraint(name="power_covers_something", condition=~models.Q(kinds=[])),
        ]

    def __str__(self):
        return f"{self.agent} · {self.principal}"
