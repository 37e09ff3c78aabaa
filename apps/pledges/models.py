"""Pledge of a registered right for a loan. The three amounts that press figures mix are kept apart."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.workflow.models import Case


class Pledge(models.Model):
    """One pledge of a registered right (质押登记): contract, debt, amounts, and where else it is registered."""

    SEALED = frozenset()

    class Place(models.TextChoices):
        PROVINCE = "province", _("the province's data IP platform")
        MOVABLES = "movables", _("the national register of movables financing")
        OTHER = "other", _("elsewhere")

    class Method(models.TextChoices):
        COST = "cost", _("cost")
        INCOME = "income", _("income")
        MARKET = "market", _("market")

    class Ground(models.TextChoices):
        PAID = "paid", _("The debt is paid")
        ENFORCED = "enforced", _("The pledge was enforced")
        WAIVED = "waived", _("The pledgee waives it")
        VOID = "void", _("The contract is void or revoked")
        OTHER = "other", _("Other")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="pledge")
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="pledges", verbose_name=_("registration")
    )
    pledgor = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("pledgor"))
    pledgee = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("pledgee"))
    branch = models.CharField(_("branch of the bank"), max_length=120, blank=True)
    contract_number = models.CharField(_("contract number"), max_length=80)
    contract_on = models.DateField(_("contract signed on"))
    debt = models.CharField(_("secured debt"), max_length=200)
    credit_fen = models.BigIntegerField(_("credit line"))
    secured_fen = models.BigIntegerField(_("secured amount"))
    drawn_fen = models.BigIntegerField(_("amount drawn"), default=0)
    starts_on = models.DateField(_("first day of the loan"))
    ends_on = models.DateField(_("last day of the loan"))
    interest = models.DecimalField(
        _("interest, per cent a year"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    combined_with = models.CharField(_("other rights in the same deal"), max_length=200, blank=True)
    appraised_fen = models.BigIntegerField(_("appraised value"), null=True, blank=True)
    appraised_on = models.DateField(_("base date of the appraisal"), null=True, blank=True)
    appraiser = models.CharField(_("appraiser"), max_length=120, blank=True)
    appraisal_method = models.CharField(_("method of the appraisal"), max_length=8, choices=Method, blank=True)
    registered_at = models.CharField(_("also registered at"), max_length=12, choices=Place, blank=True)
    registered_number = models.CharField(_("number there"), max_length=80, blank=True)
    past_validity_because = models.CharField(
        _("accepted past the right's validity because"), max_length=500, blank=True
    )
    release_ground = models.CharField(_("ground of release"), max_length=10, choices=Ground, blank=True)

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        constraints = [
            models.CheckConstraint(condition=Q(secured_fen__gt=0, credit_fen__gt=0), name="pledge_secures_something"),
            models.CheckConstraint(
                condition=Q(drawn_fen__gte=0, drawn_fen__lte=F("credit_fen")), name="pledge_drawn_within_credit"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="pledge_loan_period"),
            models.CheckConstraint(condition=~Q(pledgor=F("pledgee")), name="pledge_of_two_sides"),
            models.CheckConstraint(
                condition=~Q(registered_at="", registered_number__gt=""), name="pledge_number_has_a_place"
            ),
            models.CheckConstraint(
                condition=Q(appraised_fen__isnull=True, appraised_on__isnull=True)
                | Q(appraised_fen__gt=0, appraised_on__isnull=False, appraised_fen__isnull=False),
                name="pledge_appraised_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["registration", "ends_on"], name="pledge_of_registration")]

    def __str__(self) -> str:
        return self.contract_number

    def snapshot(self) -> dict:
        return {field.name: getattr(self, field.attname) for field in self._meta.fields if field.name != "case"}
