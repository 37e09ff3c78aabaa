"""Verification of an organisation: what its manager states about it, before an official says that it is so."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import District
from apps.enterprises.models import Organisation, PowerOfAttorney
from apps.enterprises.uscc import LENGTH
from apps.workflow.models import Case


class Verification(models.Model):
    """One verification of an organisation (主体核验); what it states becomes the organisation's own when accepted."""

    SEALED = frozenset()

    class Basis(models.TextChoices):
        LICENCE = "licence", _("the licence that is attached")
        REGISTER = "register", _("the national enterprise credit register")
        COUNTER = "counter", _("the original, shown at the counter")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="verification")
    uscc = models.CharField(_("unified social credit code"), max_length=LENGTH)
    name = models.CharField(_("name"), max_length=120)
    legal_representative = models.CharField(_("legal representative"), max_length=60)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("district"))
    e_service = models.BooleanField(_("agrees to electronic service"), default=False)
    basis = models.CharField(_("checked against"), max_length=12, choices=Basis, blank=True)
    claimant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("claimed by")
    )

    class Meta:
        verbose_name = _("verification of an organisation")
        verbose_name_plural = _("verifications of organisations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(uscc="") & ~Q(name="") & ~Q(legal_representative=""), name="verification_whole"
            ),
            models.CheckConstraint(
                condition=Q(basis__in=["", "licence", "register", "counter"]), name="verification_basis_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def snapshot(self) -> dict:
        return {
            "uscc": self.uscc,
            "name": self.name,
            "legal_representative": self.legal_representative,
            "district": self.district_id,
            "e_service": self.e_service,
            "basis": self.basis,
        }


class Power(models.Model):
    """The procedure of one power of attorney; while it is in force, ``power`` is the row that acting goes by."""

    SEALED = frozenset()

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="power")
    agent = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("agent"))
    kinds = models.JSONField(_("procedures"), default=list)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    power = models.OneToOneField(PowerOfAttorney, models.PROTECT, null=True, blank=True, related_name="procedure")

    class Meta:
        verbose_name = _("power of attorney")
        verbose_name_plural = _("powers of attorney")
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=models.F("from_on")), name="power_runs_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.case.title} · {self.agent}"

    def snapshot(self) -> dict:
        return {
            "agent": self.agent_id,
            "kinds": self.kinds,
            "from_on": self.from_on.isoformat(),
            "until_on": self.until_on.isoformat(),
        }

    def facts(self) -> list[tuple]:
        """The form as (label, words)."""
        covered = ", ".join(str(COVERED[name]) for name in self.kinds if name in COVERED)
        days = [(_("from"), self.from_on.isoformat()), (_("until"), self.until_on.isoformat())]
        return [(_("agent"), f"{self.agent.name} {self.agent.uscc or ''}".strip()), (_("procedures"), covered), *days]


COVERED = {"application": _("Application for registration"), "deposit": _("Evidence deposit")}
"""The procedures in which an agent may act."""
