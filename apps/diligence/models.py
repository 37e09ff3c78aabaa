"""Due diligence by consent (授权查阅), its dated sheets, the watch list (关注), and the partners' sheets that were imported."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.workflow.models import Case, Document

USER = settings.AUTH_USER_MODEL


class Part(models.TextChoices):
    """What of a file the holder may open besides the sheet."""

    FORM = "form", _("the application as filed, with what was kept from the public; no personal data")
    SOURCES = "sources", _("the data sources and the ends of their contracts")


class Grant(models.Model):
    """A holder's permission to a named organisation to read the file of one registration for a time (授权查阅)."""

    SEALED = frozenset()

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="grant")
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="grants", verbose_name=_("registration")
    )
    reader = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("who may read"))
    purpose = models.CharField(_("purpose"), max_length=200)
    until_on = models.DateField(_("until"))
    parts = models.JSONField(_("opened"), default=list)
    documents = models.ManyToManyField(Document, related_name="+", verbose_name=_("files opened"))

    class Meta:
        verbose_name = _("grant of view")
        verbose_name_plural = _("grants of view")
        indexes = [models.Index(fields=["registration", "reader"], name="grant_of_registration")]

    def __str__(self) -> str:
        return f"{self.reader} · {self.registration}"

    def snapshot(self) -> dict:
        return {
            "registration": self.registration_id,
            "reader": self.reader_id,
            "purpose": self.purpose,
            "until_on": self.until_on.isoformat(),
            "parts": self.parts,
            "documents": sorted(self.documents.values_list("sha256", flat=True)),
        }

    def facts(self):
        """What was granted, in words."""
        opened = [str(Part(code).label) for code in self.parts]
        opened += self.documents.order_by("pk").values_list("name", flat=True)
        return [
            (_("Registration"), str(self.registration)), (_("Who may read"), self.reader.name), (_("Purpose"), self.purpose),
            (_("Until"), self.until_on.isoformat()), (pgettext("grant", "Opened"), "\n".join(opened) or _("the dated sheet alone")),
        ]  # fmt: skip


class Viewing(models.Model):
    """One look at a file by consent (查阅记录): who, when, what. Written once; the holder reads them."""

    class What(models.TextChoices):
        FILE = "file", _("the file")
        DOCUMENT = "document", _("a document")
        SHEET = "sheet", _("a dated sheet")

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="viewings")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("name"), max_length=80)
    at = models.DateTimeField(_("at"))
    what = models.CharField(_("what"), max_length=8, choices=What)
    detail = models.CharField(_("which"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        indexes = [models.Index(fields=["grant", "-at", "-id"], name="viewing_newest")]


class Sheet(models.Model):
    """A dated sheet about a right (尽职调查单): what this portal knew at a moment, in both languages, frozen with its digests."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="sheets")
    number = models.CharField(_("number"), max_length=40, unique=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("made by"))
    faces = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    sha256 = models.JSONField("SHA-256", default=dict)

    class Meta:
        verbose_name = _("dated sheet")
        verbose_name_plural = _("dated sheets")
        indexes = [models.Index(fields=["grant", "-made_at"], name="sheet_newest")]

    def __str__(self) -> str:
        return self.number


class Watch(models.Model):
    """That an organisation follows a registration (关注). What was told already is the cursor: the last event of the
    registration's case, the last claim, the claims that were open then, and those of them whose end had begun."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="watches", verbose_name=_("organisation")
    )
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="watches", verbose_name=_("registration")
    )
    begun_at = models.DateTimeField(_("since"))
    begun_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    seen_event = models.PositiveIntegerField()
    seen_claim = models.BigIntegerField(default=0)
    open_claims = models.JSONField(default=list)
    open_count = models.PositiveIntegerField(default=0)
    ending_claims = models.JSONField(default=list)
    ending_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "registration"], condition=Q(ended_at__isnull=True), name="watch_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.registration}"


class Change(models.Model):
    """A change of the register that was told to a watcher; ``lines`` in both languages, as they were told."""

    watch = models.ForeignKey(Watch, models.PROTECT, related_name="changes")
    at = models.DateTimeField(_("told at"))
    lines = models.JSONField(default=list)

    class Meta:
        verbose_name = _("change told")
        verbose_name_plural = _("changes told")
        indexes = [models.Index(fields=["watch", "-at"], name="change_newest")]


class DayReport(models.Model):
    """That an organisation was told on a day what changed up to 06:00, or that nothing did (每日无变化通知); once a day."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    day = models.DateField(_("day"))
    up_to = models.DateTimeField(_("up to"))
    watched = models.PositiveIntegerField(_("followed"))
    changed = models.PositiveIntegerField(_("changed"))
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("daily report")
        verbose_name_plural = _("daily reports")
        constraints = [models.UniqueConstraint(fields=["organisation", "day"], name="day_report_once")]


class ImportedSheet(models.Model):
    """A partner's sheet of loans or policies (台账): its rows as they were read, and what came of each when it was applied."""

    kind = models.CharField(_("procedure"), max_length=32)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded"))
    applied_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    result = models.JSONField(default=list)

    class Meta:
        verbose_name = _("imported sheet")
        verbose_name_plural = _("imported sheets")
        indexes = [models.Index(fields=["organisation", "-uploaded_at", "-id"], name="imported_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True, applied_by__isnull=True)
                | Q(applied_at__isnull=False, applied_by__isnull=False),
                name="imported_applied_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.uploaded_at:%Y-%m-%d})"
