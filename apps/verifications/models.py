"""Verification of an organisation: what its manager states about it, before an official says that it is so."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import District
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
