"""The application for registration: every item of the form, fully constrained, made at filing."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.vault import SealedTextField
from apps.applications.codes import DataType, MarineCategory, RegistrationKind, UpdateFrequency
from apps.evidence.models import Deposit
from apps.workflow.models import Case


class Application(models.Model):
    """An application to register a data set (登记申请). Rows of lists are JSON with stable paths.

    ``sources`` rows carry ``key``, under which their proofs hang (``sources.<key>``). ``applicants`` are the
    co-applicants in their order, ``share`` is the first applicant's own, in percent; shares are all given or none.
    ``withheld`` maps the items that the applicant keeps from the public to the reason; samples and algorithm are
    withheld unless released. ``province_*`` mirror the provincial platform (``dataRegNo``, ``dataRegAuditStatus``);
    ``province_checked_at`` is when somebody last looked there, whatever was found.
    """

    SEALED = frozenset(
        {
            "algorithm", "contact_phone", "applicants.phone", "applicants.code", "applicants.address", "agent.phone",
        }
    )  # fmt: skip

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="application")
    name = models.CharField(_("name of the data IP"), max_length=100)
    reg_kind = models.CharField(_("kind of registration"), max_length=12, choices=RegistrationKind)
    industry = models.CharField(_("industry"), max_length=2)
    marine_category = models.CharField(_("marine category"), max_length=24, choices=MarineCategory)
    scenario = models.TextField(_("application scenario"), max_length=1000)
    sources = models.JSONField(_("data sources"))
    data_type = models.CharField(_("data type"), max_length=12, choices=DataType)
    fields = models.JSONField(_("structure"))
    record_count = models.BigIntegerField(_("records"))
    volume_bytes = models.BigIntegerField(_("volume in bytes"))
    formats = models.JSONField(_("data formats"))
    update_frequency = models.CharField(_("update frequency"), max_length=16, choices=UpdateFrequency)
    update_until = models.DateField(_("updated until"), null=True, blank=True)
    algorithm = models.TextField(_("processing rules in short"), max_length=2000)
    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="applications", verbose_name=_("evidence"))
    formed_on = models.DateField(_("data formed on"))
    applicants = models.JSONField(_("co-applicants"), default=list)
    share = models.DecimalField(_("applicant's own share in %"), max_digits=5, decimal_places=2, null=True, blank=True)
    agent = models.JSONField(_("agent"), default=dict)
    contact_name = models.CharField(_("contact"), max_length=60)
    contact_phone = SealedTextField(_("contact's phone"), max_length=32)
    contact_email = models.EmailField(_("contact's e-mail"), blank=True)
    withheld = models.JSONField(_("withheld from the public"), default=dict)
    checklist = models.JSONField(_("marine compliance"), default=dict)
    store = models.JSONField(_("third-party store"), default=dict)
    other_registrations = models.JSONField(_("other registrations of the same data"), default=list)
    remark = models.TextField(_("other remarks"), blank=True, max_length=2000)
    proposal = models.CharField(_("examiner's proposal"), max_length=8, blank=True)
    province_number = models.CharField(_("provincial number"), max_length=40, null=True, blank=True, unique=True)
    province_code = models.CharField(_("province's status code"), max_length=20, blank=True)
    province_checked_at = models.DateTimeField(_("looked up at the province"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("taken over by the firm"), null=True, blank=True)

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="application_has_name"),
            models.CheckConstraint(condition=Q(record_count__gte=1, volume_bytes__gte=1), name="application_size"),
            models.CheckConstraint(condition=Q(proposal__in=["", "accept", "refuse"]), name="application_proposal"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=100), name="application_share"
            ),
        ]
        indexes = [models.Index(fields=["name"], name="application_name")]

    def __str__(self) -> str:
        return f"{self.case.number} {self.name}"

    def snapshot(self) -> dict:
        """The form as codes, item by item, in the order of the form."""
        from apps.applications.items import ITEMS

        return {item.path: item.code(self) for item in ITEMS}

    def facts(self) -> list[tuple]:
        """Every item of the form as (label, words), in the order of the form."""
        from apps.applications.items import ITEMS

        return [(item.label, item.text(self)) for item in ITEMS]

    @staticmethod
    def labels() -> dict:
        """The name of every item by its path."""
        from apps.applications.items import FILES, ITEMS

        return {item.path: item.label for item in (*ITEMS, *FILES)}

    def public_face(self) -> list[dict]:
        """What a notice shows: label in both languages and value, items withheld and secret ones left out."""
        from apps.applications.items import public_face

        return public_face(self)


class ProvinceTable(models.Model):
    """A result table of the province (省平台结果表) as it was pasted, and what came of it: applied once, kept for good."""

    digest = models.CharField(max_length=64, unique=True)
    as_of = models.DateField(_("as of"))
    rows = models.JSONField(_("rows"))
    pasted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    pasted_at = models.DateTimeField(_("pasted"))
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(_("applied"), null=True)
    result = models.JSONField(_("result"), default=list)

    class Meta:
        verbose_name = _("provincial result table")
        verbose_name_plural = _("provincial result tables")
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True, applied_by__isnull=True)
                | Q(applied_at__isnull=False, applied_by__isnull=False),
                name="province_table_applied_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.as_of} {self.digest[:8]}"


class RemedyText(models.Model):
    """The remedy notice under a refusal (救济告知), in both languages; the newest row counts."""

    text_zh = models.TextField(_("Chinese"))
    text_en = models.TextField(_("English"))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("remedy text")
        verbose_name_plural = _("remedy texts")

    def __str__(self) -> str:
        return self.text_zh[:40]
