"""The register: registrations, the certificates issued on them over time, and the claims that rest on them."""

import secrets
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from apps.enterprises.models import Organisation
from apps.rules.deadlines import end_of
from apps.workflow.models import Case


def new_token() -> str:
    """An unguessable address for the QR code: 128 bits, and a digit in front so that it reads as an object."""
    return f"1{secrets.token_hex(16)}"


class Registration(models.Model):
    """A registered data set (登记): the right that is held, pledged, insured and listed; its case runs its validity.

    ``origin`` is the application it came from. A mirrored one carries the province's numbers and dates as they stand.
    ``term_until`` is where the term ends if no source contract ends sooner; empty where nobody computes it.
    """

    SEALED = frozenset()

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="registration")
    origin = models.OneToOneField(
        Case, models.PROTECT, related_name="entered_registration", verbose_name=_("entered from")
    )
    number = models.CharField(_("registration number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="registrations", verbose_name=_("holder"))
    track = models.CharField(_("track"), max_length=12)
    industry = models.CharField(_("industry"), max_length=3)
    marine_category = models.CharField(_("marine category"), max_length=24, blank=True)
    scenario = models.TextField(_("scenario"))
    source_kinds = models.JSONField(_("data sources"), default=list)
    structure = models.TextField(_("structure"), blank=True)
    record_count = models.BigIntegerField(_("records"))
    volume_bytes = models.BigIntegerField(_("volume in bytes"))
    update_frequency = models.CharField(_("update frequency"), max_length=16)
    evidence = models.CharField(_("evidence"), max_length=200)
    registered_on = models.DateField(_("registered on"))
    valid_until = models.DateField(_("valid until"))
    term_until = models.DateField(_("end of the term itself"), null=True, blank=True)
    ended_by_contract = models.CharField(_("source contract that ends first"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("registered_on")), name="registration_period"),
            models.CheckConstraint(condition=Q(record_count__gte=0, volume_bytes__gte=0), name="registration_size"),
        ]
        indexes = [
            models.Index(fields=["-registered_on", "-case"], name="registration_newest"),
            models.Index(fields=["holder", "-registered_on"], name="registration_holder"),
            models.Index(Upper("number"), name="registration_number_typed"),
            models.Index(Upper("name"), name="registration_name_typed"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def snapshot(self) -> dict:
        return {
            "number": self.number,
            "name": self.name,
            "holder": self.holder_id,
            "registered_on": self.registered_on.isoformat(),
            "valid_until": self.valid_until.isoformat(),
        }


class SourceContract(models.Model):
    """A contract that a source of the data rests on, with its own end; on the local track the right ends with the first."""

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="contracts")
    name = models.CharField(_("licensor"), max_length=200)
    kind = models.CharField(_("kind of source"), max_length=24, blank=True)
    ends_on = models.DateField(_("ends on"))

    class Meta:
        verbose_name = _("source contract")
        verbose_name_plural = _("source contracts")
        constraints = [models.UniqueConstraint(fields=["registration", "name", "kind"], name="source_contract_once")]
        indexes = [models.Index(fields=["ends_on", "id"], name="source_contract_ends")]

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """What the register said of a right after one of its acts (登记簿记载): written once by that act, never changed.

    ``seq`` is the event's. ``from_at`` is when it became true in law, ``recorded_at`` when it was written down;
    ``lapses_at`` is when the clock ends it without anybody's doing, so that a late sweep changes no answer.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="versions")
    seq = models.PositiveIntegerField()
    what = models.CharField(max_length=48)
    status = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    valid_until = models.DateField()
    lapses_at = models.DateTimeField(null=True)
    face = models.JSONField(default=dict)
    from_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("state of the register")
        verbose_name_plural = _("states of the register")
        constraints = [models.UniqueConstraint(fields=["registration", "seq"], name="version_seq_once")]
        indexes = [models.Index(Upper("name"), name="version_name_typed")]

    def __str__(self) -> str:
        return f"{self.registration_id} {self.seq}"


class Certificate(models.Model):
    """One certificate of a registration (登记证书). A later one supersedes it; the row stays and stays findable."""

    class Form(models.TextChoices):
        LOCAL = "local", _("local")
        PROVINCIAL = "provincial", _("provincial")
        NATIONAL = "national", _("national (since 2024-09)")

        @classmethod
        def of(cls, number: str) -> "Certificate.Form":
            """The form of another office's certificate, by its number: a national one has 17 characters."""
            return cls.NATIONAL if len(number) == 17 else cls.PROVINCIAL

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="certificates")
    number = models.CharField(_("certificate number"), max_length=40, unique=True)
    form = models.CharField(_("form"), max_length=12, choices=Form)
    issued_on = models.DateField(_("issued on"))
    valid_until = models.DateField(_("valid until"))
    token = models.CharField(max_length=40, unique=True, default=new_token)
    superseded_at = models.DateTimeField(null=True, blank=True)
    paper_sha256 = models.CharField(_("digest of the paper"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(superseded_at__isnull=True), name="certificate_one_current"
            ),
            models.CheckConstraint(condition=Q(valid_until__gte=F("issued_on")), name="certificate_period"),
        ]
        indexes = [models.Index(Upper("number"), name="certificate_number_typed")]

    def __str__(self) -> str:
        return self.number


class Claim(models.Model):
    """What rests on a right and binds its holder (权利负担): a pledge, a transfer under way, a licence that shuts out others, a
    freeze.

    It hangs on the registration, so a re-issued certificate frees nothing. An own exclusive claim is unique while open;
    one registered elsewhere (``place``) is recorded beside it, and the clash shown.
    """

    class Kind(models.TextChoices):
        PLEDGE = "pledge", _("pledge")
        TRANSFER = "transfer", _("transfer under way")
        LICENCE = "licence", _("exclusive licence")
        SOLE = "sole", _("sole licence")
        FREEZE = "freeze", _("court freeze")

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="claims")
    case = models.ForeignKey(Case, models.PROTECT, related_name="claims")
    party = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    exclusive = models.BooleanField(default=True)
    own = models.BooleanField(_("by our own procedure"), default=True)
    place = models.CharField(_("registered at"), max_length=120, blank=True)
    place_number = models.CharField(_("number there"), max_length=80, blank=True)
    began_at = models.DateTimeField()
    until = models.DateField(_("last day"), null=True, blank=True)  # of a claim that no clock of its case ends
    ending_since = models.DateTimeField(_("its end has begun"), null=True, blank=True)  # it stands, and may be kept yet
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=24, blank=True)

    class Meta:
        verbose_name = _("claim on a right")
        verbose_name_plural = _("claims on rights")
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(exclusive=True, own=True, ended_at__isnull=True),
                name="claim_one_exclusive",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="claim_ends_with_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["registration", "ended_at"], name="claim_of_registration"),
            models.Index(
                fields=["until"], condition=Q(ended_at__isnull=True, until__isnull=False), name="claim_last_days"
            ),
        ]

    @property
    def over_at(self) -> datetime | None:
        """When it ended or, by its last day, will have, whatever a sweep has written down."""
        return self.ended_at or (end_of(self.until) if self.until else None)
