"""Personal data: who was given some, what may be erased, and what people ask about their own."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import one_line
from apps.accounts.vault import SealedTextField
from apps.workflow.models import Case

USER = settings.AUTH_USER_MODEL


class DataKind(models.TextChoices):
    """Kinds of personal data (个人信息种类), as the register of disclosures names them."""

    NAME = "name", _("names")
    CONTACT = "contact", _("contact details")
    IDENTITY = "identity", _("identity numbers")
    STATEMENT = "statement", _("statements and reasons")
    CASE_FILE = "case_file", _("a whole case file")


class Disclosure(models.Model):
    """That personal data were given to somebody outside (个人信息提供记录). Written once, kept as long as the rule says."""

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="disclosures", verbose_name=_("case"))
    recipient = models.CharField(_("given to"), max_length=200)
    kinds = models.JSONField(_("kinds of personal data"))
    basis = models.CharField(_("legal basis"), max_length=300)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("given by"))
    by_name = models.CharField(_("name"), max_length=80, blank=True)
    at = models.DateTimeField(_("given on"))
    key = models.CharField(max_length=120, unique=True, null=True)  # noqa: DJ001 - unique when given

    class Meta:
        verbose_name = _("disclosure of personal data")
        verbose_name_plural = _("disclosures of personal data")
        constraints = [
            models.CheckConstraint(condition=~Q(recipient="") & ~Q(basis="") & ~Q(kinds=[]), name="disclosure_whole")
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="disclosure_newest")]

    def __str__(self) -> str:
        return f"{self.recipient} {self.at:%Y-%m-%d}"


class RetentionPlan(models.Model):
    """A list of what is to be erased and why (到期清除清单): drawn up by one official, confirmed by another, carried out once."""

    items = models.JSONField(_("what is to be erased"))
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    carried_out_at = models.DateTimeField(_("carried out"), null=True)
    result = models.JSONField(_("what was done"), default=dict)

    class Meta:
        verbose_name = _("retention list")
        verbose_name_plural = _("retention lists")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="retention_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True, carried_out_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="retention_confirmed_before_carried_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposed_at:%Y-%m-%d}"


class PersonalDataRequest(models.Model):
    """What a person asks about data held on him or her (个人信息权利请求, PIPL arts. 44–47)."""

    SEALED = frozenset({"new_name", "new_email", "new_phone"})

    class Right(models.TextChoices):
        SEE = "see", _("see what is held about me")
        CORRECT = "correct", _("correct what is held about me")
        ERASE = "erase", _("erase what is held about me")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="personal_data")
    right = models.CharField(_("I want to"), max_length=8, choices=Right)
    statement = models.TextField(_("in your words"), blank=True, max_length=2000)
    new_name = models.CharField(_("right name"), max_length=60, blank=True, validators=[one_line])
    new_email = models.EmailField(_("right e-mail"), blank=True)
    new_phone = SealedTextField(_("right phone"), max_length=32, blank=True, default="")
    done = models.JSONField(_("what was done"), default=list)

    class Meta:
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        constraints = [
            models.CheckConstraint(condition=Q(right__in=["see", "correct", "erase"]), name="personal_data_right_known")
        ]

    def __str__(self) -> str:
        return f"{self.case.number} {self.right}"

    def snapshot(self) -> dict:
        names = ("right", "statement", "new_name", "new_email", "new_phone", "done")
        return {name: getattr(self, name) for name in names}
