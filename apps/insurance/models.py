"""Insurance of a registered right: what was applied for, and the policy that came of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import one_line
from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.workflow.models import Case


class Policy(models.Model):
    """One policy on a registered right (数据知识产权保险单), from the application to its end.

    ``sum_insured_fen`` is the sum applied for until the policy is bound, then the policy's own.
    """

    SEALED = frozenset()

    class Product(models.TextChoices):
        INFRINGED = "infringed", _("Loss by infringement of the right")
        LIABILITY = "liability", _("Liability for infringing another's right")
        GUARANTEE = "guarantee", _("Guarantee of a pledge loan")
        ASSET = "asset", _("Costs of loss of data assets")
        CREDIT = "credit", _("Credit of a sale or licence")
        COMBINED = "combined", _("Combined")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="policy")
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="policies", verbose_name=_("registration")
    )
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("insurer"))
    policyholder = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("policyholder"))
    insured = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("insured"))
    product = models.CharField(_("product"), max_length=12, choices=Product)
    sum_insured_fen = models.BigIntegerField(_("sum insured"))
    premium_fen = models.BigIntegerField(_("premium"), null=True, blank=True)
    policy_number = models.CharField(_("policy number"), max_length=60, blank=True, validators=[one_line])
    starts_on = models.DateField(_("first day of cover"), null=True, blank=True)
    ends_on = models.DateField(_("last day of cover"), null=True, blank=True)
    refund_fen = models.BigIntegerField(_("premium returned"), null=True, blank=True)

    class Meta:
        verbose_name = _("insurance policy")
        verbose_name_plural = _("insurance policies")
        constraints = [
            models.UniqueConstraint(
                fields=["insurer", "policy_number"], condition=~Q(policy_number=""), name="policy_number_once"
            ),
            models.CheckConstraint(condition=Q(sum_insured_fen__gt=0), name="policy_insures_something"),
            models.CheckConstraint(condition=Q(premium_fen__isnull=True) | Q(premium_fen__gte=0), name="policy_premium"),
            models.CheckConstraint(
                condition=Q(
                    policy_number="", premium_fen__isnull=True, starts_on__isnull=True, ends_on__isnull=True,
                    refund_fen__isnull=True,
                )
                | (
                    ~Q(policy_number="")
                    & Q(premium_fen__isnull=False, starts_on__isnull=False, ends_on__isnull=False)
                    & Q(ends_on__gte=F("starts_on"))
                ),
                name="policy_bound_whole",
            ),
            models.CheckConstraint(
                condition=Q(refund_fen__isnull=True) | Q(refund_fen__gte=0, refund_fen__lte=F("premium_fen")),
                name="policy_refund_within_premium",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["registration", "ends_on"], name="policy_of_registration")]

    def __str__(self) -> str:
        return self.policy_number or str(self.case_id)

    def snapshot(self) -> dict:
        return {
            "registration": self.registration_id,
            "insurer": self.insurer_id,
            "policyholder": self.policyholder_id,
            "insured": self.insured_id,
            "product": self.product,
            "sum_insured_fen": self.sum_insured_fen,
            "premium_fen": self.premium_fen,
            "policy_number": self.policy_number,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "refund_fen": self.refund_fen,
        }
