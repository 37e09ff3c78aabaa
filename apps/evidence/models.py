"""Evidence of a data set before it is filed: where it was deposited, with which digest, and since when."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import one_line
from apps.workflow.models import Case

DIGEST = RegexValidator(r"^[0-9a-f]{64}\Z", _("A digest has 64 hexadecimal characters."))


class DepositPlatform(models.Model):
    """A deposit platform on the maintained list (存证平台). Only one with a filing number founds an application.

    ``own`` marks this portal itself: its receipts found nothing until its own filing number is entered here.
    """

    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    operator = models.CharField(_("operator"), max_length=120, blank=True)
    filing_number = models.CharField(_("filing number"), max_length=80, blank=True)
    chain_name = models.CharField(_("chain"), max_length=80, blank=True)
    verification_url = models.URLField(_("where to verify"), blank=True)
    valid_from = models.DateField(_("on the list from"))
    valid_to = models.DateField(_("on the list until"), null=True, blank=True)
    own = models.BooleanField(_("this portal"), default=False)

    class Meta:
        verbose_name = _("deposit platform")
        verbose_name_plural = _("deposit platforms")
        ordering = ["name_zh"]
        constraints = [
            models.UniqueConstraint(fields=["name_zh"], name="platform_name_once"),
            models.UniqueConstraint(fields=["own"], condition=Q(own=True), name="platform_own_once"),
        ]

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.name_en if get_language() == "en" else self.name_zh

    def on_file(self, day) -> bool:
        """On file with the authority on a day: it has a number, and the list names it then."""
        return bool(self.filing_number) and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Deposit(models.Model):
    """Evidence of one data set (存证): an outside certificate, a notarial deed, or a receipt of this portal.

    Digests are lower-case hex; the algorithm is the column, for both have 64 characters and cannot be told apart.
    """

    SEALED = frozenset()

    class Route(models.TextChoices):
        PLATFORM = "platform", _("Certificate of a deposit platform")
        NOTARY = "notary", _("Notarial deed")
        OWN = "own", _("Receipt of this portal")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="deposit")
    route = models.CharField(_("kind of evidence"), max_length=10, choices=Route)
    platform = models.ForeignKey(
        DepositPlatform, models.PROTECT, null=True, blank=True, related_name="deposits", verbose_name=_("platform")
    )
    notary = models.CharField(_("notary office"), max_length=120, blank=True, validators=[one_line])
    certificate_number = models.CharField(_("number of certificate or deed"), max_length=80, validators=[one_line])
    data_name = models.CharField(_("name of the data"), max_length=100, validators=[one_line])
    file_name = models.CharField(_("file name"), max_length=255, blank=True, validators=[one_line])
    size_bytes = models.BigIntegerField(_("size in bytes"), null=True, blank=True)
    record_count = models.BigIntegerField(_("records"), null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, validators=[DIGEST])
    sm3 = models.CharField("SM3", max_length=64, blank=True, validators=[DIGEST])
    deposited_at = models.DateTimeField(_("deposited at"))
    chain_name = models.CharField(_("chain"), max_length=80, blank=True, validators=[one_line])
    transaction_hash = models.CharField(_("transaction hash"), max_length=130, blank=True, validators=[one_line])
    collection = models.TextField(_("who collected it, where, with what, in which steps"), blank=True, max_length=2000)
    hash_only = models.BooleanField(_("only the digest was handed in"), default=False)
    checked = models.JSONField(_("findings"), default=dict)

    class Meta:
        verbose_name = _("deposit")
        verbose_name_plural = _("deposits")
        constraints = [
            models.CheckConstraint(condition=~Q(sha256="") | ~Q(sm3=""), name="deposit_has_digest"),
            models.CheckConstraint(
                condition=Q(route="notary", platform__isnull=True) & ~Q(notary="")
                | ~Q(route="notary") & Q(platform__isnull=False),
                name="deposit_has_keeper",
            ),
            models.CheckConstraint(condition=Q(size_bytes__isnull=True) | Q(size_bytes__gte=0), name="deposit_size"),
            models.UniqueConstraint(
                fields=["platform", "certificate_number"], name="deposit_certificate_once",
                violation_error_message=_("A deposit with this certificate number was recorded already."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["sha256"], name="deposit_sha256", condition=~Q(sha256="")),
            models.Index(fields=["sm3"], name="deposit_sm3", condition=~Q(sm3="")),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_number} {self.data_name}"

    @property
    def keeper(self) -> str:
        return self.notary or str(self.platform)

    @property
    def paper(self) -> str:
        """Keeper and number as they stand on the paper, whatever language the reader's: for the register."""
        return f"{self.notary or self.platform.name_zh} {self.certificate_number}"

    def founds_on(self, day) -> bool:
        """Whether an application may rest on it: verified, and by a notary or a platform on file that day."""
        if self.case.status_at() != "verified":
            return False
        return self.route == self.Route.NOTARY or self.platform.on_file(day)

    def same_digest(self):
        """Deposits of other organisations with one of these digests: a sign of dispute, never a refusal by machine."""
        same = Q(sha256=self.sha256) & ~Q(sha256="") | Q(sm3=self.sm3) & ~Q(sm3="")
        return Deposit.objects.filter(same).exclude(case__organisation=self.case.organisation_id)

    def snapshot(self) -> dict:
        names = (
            "route", "notary", "certificate_number", "data_name", "file_name", "size_bytes", "record_count", "sha256",
            "sm3", "chain_name", "transaction_hash", "collection", "hash_only",
        )  # fmt: skip
        return {
            **{name: getattr(self, name) for name in names},
            "platform": self.platform_id,
            "deposited_at": self.deposited_at.isoformat(),
        }
