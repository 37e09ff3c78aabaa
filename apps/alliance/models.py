"""The alliance's members: an application, what the council made of it, and the time as a member; and its sharing list."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.vault import SealedTextField
from apps.alliance.queries import SharedEntryQuerySet
from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.workflow.models import Case
from apps.workflow.snapshots import columns_of


class Member(models.Model):
    """One membership of an organisation in the alliance (联盟成员), from the application to its end."""

    SEALED = frozenset({"contact_phone"})

    class Sector(models.TextChoices):
        ENTERPRISE = "enterprise", _("Enterprise")
        UNIVERSITY = "university", _("University")
        RESEARCH = "research", _("Research institute")
        SERVICE = "service", _("IP service organisation")
        FINANCE = "finance", _("Financial institution")

    class Grade(models.TextChoices):
        CHAIR = "chair", _("Chairing member")
        VICE_CHAIR = "vice_chair", _("Vice-chairing member")
        COUNCIL = "council", _("Council member")
        MEMBER = "member", _("Member")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="member")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="alliance_memberships", verbose_name=_("organisation")
    )
    sector = models.CharField(_("sector"), max_length=12, choices=Sector)
    grade = models.CharField(_("grade"), max_length=12, choices=Grade, default=Grade.MEMBER)
    representative = models.CharField(_("representative"), max_length=60)
    contact_name = models.CharField(_("contact person"), max_length=60)
    contact_phone = SealedTextField(_("contact's phone"), max_length=32)
    sponsors = models.CharField(_("sponsors"), max_length=200, blank=True)
    purpose = models.TextField(_("what the organisation brings and seeks"))
    meeting_on = models.DateField(_("council meeting of"), null=True, blank=True)
    minutes = models.CharField(_("number of the minutes"), max_length=60, blank=True)
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    left_on = models.DateField(_("member until"), null=True, blank=True)
    removal_minutes = models.CharField(_("minutes of the removal"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("member of the alliance")
        verbose_name_plural = _("members of the alliance")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(joined_on__isnull=False, left_on__isnull=True),
                name="member_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(joined_on__isnull=True, meeting_on__isnull=True, minutes="", left_on__isnull=True)
                | (Q(joined_on__isnull=False, meeting_on__isnull=False) & ~Q(minutes="")),
                name="member_admitted_by_minutes",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")), name="member_leaves_after_joining"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=False) | Q(removal_minutes=""), name="member_removed_has_left"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "left_on"], name="member_of_organisation")]

    def __str__(self) -> str:
        return self.organisation.name

    def snapshot(self) -> dict:
        return columns_of(self)


class SharedEntry(models.Model):
    """One data IP on the alliance's sharing list (共享清单): what its holder offers the other members, and for how long."""

    SEALED = frozenset({"contact_phone"})

    class Mode(models.TextChoices):
        FREE = "free", _("free of charge")
        PAID = "paid", _("for a fee")
        AGREED = "agreed", _("by agreement")

    class Scope(models.TextChoices):
        MEMBERS = "members", _("all members")
        REQUEST = "request", _("on request")

    class Delivery(models.TextChoices):
        FILE = "file", _("file")
        API = "api", _("API")
        SANDBOX = "sandbox", _("sandbox")

    class Statement(models.TextChoices):
        NONE = "none", _("no personal data went into it")
        ANONYMISED = "anonymised", _("personal data that went into it was made anonymous")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="shared_entry")
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="shared_entries", verbose_name=_("registration")
    )
    description = models.TextField(_("what is shared"))
    mode = models.CharField(_("mode of sharing"), max_length=10, choices=Mode)
    scope = models.CharField(_("open to"), max_length=10, choices=Scope)
    delivery = models.CharField(_("delivery"), max_length=10, choices=Delivery)
    terms = models.TextField(_("terms of use"), blank=True)
    contact_name = models.CharField(_("contact person"), max_length=60)
    contact_phone = SealedTextField(_("contact's phone"), max_length=32)
    until_on = models.DateField(_("shared until"))
    statement = models.CharField(_("personal data"), max_length=12, choices=Statement)
    published_on = models.DateField(_("on the list since"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = SharedEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the sharing list")
        verbose_name_plural = _("entries of the sharing list")
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(ended_on__isnull=True), name="shared_entry_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True) | Q(until_on__gte=F("published_on")),
                name="shared_entry_published_before_its_end",
            ),
        ]

    def __str__(self) -> str:
        return self.registration.name

    def snapshot(self) -> dict:
        return columns_of(self)
