"""Listing of a data product on an exchange, and the transactions made on it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as plain_text
from django.utils.translation import gettext_lazy as _

from apps.accounts.vault import SealedTextField
from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.enterprises.uscc import is_uscc
from apps.listings.queries import ListingQuerySet
from apps.workflow.models import Case
from apps.workflow.money import spoken, yuan
from apps.workflow.snapshots import columns_of


class Licence(models.TextChoices):
    """How far a licence shuts out others (许可方式)."""

    EXCLUSIVE = "exclusive", _("exclusive: the licensee alone")
    SOLE = "sole", _("sole: the licensee and the holder")
    ORDINARY = "ordinary", _("ordinary")


SHUTTING_OUT = (Licence.EXCLUSIVE, Licence.SOLE)
"""Licences after which no other can be granted."""


class Listing(models.Model):
    """One product on one exchange (挂牌): what is offered, at what price, under which licence, and for how long.

    Its rights are the root's registration and those of the case's further bases.
    """

    SEALED = frozenset({"contact_phone"})

    class Product(models.TextChoices):
        DATASET = "dataset", _("data set")
        API = "api", _("API")
        REPORT = "report", _("report")
        MODEL = "model", _("model")
        SERVICE = "service", _("service")

    class Delivery(models.TextChoices):
        FILE = "file", _("file")
        API = "api", _("API")
        PRIVATE = "private", _("privacy-preserving computing")
        SANDBOX = "sandbox", _("sandbox")

    class PriceMode(models.TextChoices):
        FIXED = "fixed", _("fixed price")
        NEGOTIATED = "negotiated", _("by negotiation")
        BIDDING = "bidding", _("by bidding")
        PER_USE = "per_use", _("per use")
        PER_YEAR = "per_year", _("per year")

    class Security(models.TextChoices):
        GENERAL = "general", _("general data")
        IMPORTANT = "important", _("important data")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="listing")
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="listings", verbose_name=_("registration")
    )
    exchange = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("exchange"))
    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("holder that lists it"))
    product_name = models.CharField(_("product name"), max_length=120)
    product_type = models.CharField(_("type of product"), max_length=10, choices=Product)
    description = models.TextField(_("description"))
    delivery = models.CharField(_("delivery"), max_length=10, choices=Delivery)
    price_mode = models.CharField(_("price mode"), max_length=10, choices=PriceMode)
    price_fen = models.BigIntegerField(_("price"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=10, choices=Licence)
    use_limits = models.TextField(_("limits of use"), blank=True)
    security = models.CharField(_("security level"), max_length=10, choices=Security)
    contact_name = models.CharField(_("contact person"), max_length=60)
    contact_phone = SealedTextField(_("contact's phone"), max_length=32)
    listing_number = models.CharField(_("listing number"), max_length=80, blank=True)
    compliance_number = models.CharField(_("number of the compliance report"), max_length=80, blank=True)
    law_firm = models.CharField(_("law firm"), max_length=120, blank=True)
    listed_on = models.DateField(_("listed on"), null=True, blank=True)
    valid_until = models.DateField(_("listed until"), null=True, blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints = [
            models.UniqueConstraint(
                fields=["exchange", "listing_number"], condition=~Q(listing_number=""), name="listing_number_once"
            ),
            models.CheckConstraint(
                condition=Q(listing_number="", listed_on__isnull=True, valid_until__isnull=True)
                | (~Q(listing_number="") & Q(listed_on__isnull=False, valid_until__gte=F("listed_on"))),
                name="listing_number_with_its_days",
            ),
            models.CheckConstraint(
                condition=Q(price_fen__isnull=True) | Q(price_fen__gt=0), name="listing_price_positive"
            ),
            models.CheckConstraint(
                condition=~Q(price_mode="fixed") | Q(price_fen__isnull=False), name="listing_fixed_price_stated"
            ),
            models.CheckConstraint(
                condition=Q(compliance_number="", law_firm="") | (~Q(compliance_number="") & ~Q(law_firm="")),
                name="listing_report_has_a_law_firm",
            ),
            models.CheckConstraint(condition=~Q(exchange=F("holder")), name="listing_of_two_sides"),
        ]
        indexes = [models.Index(fields=["listed_on"], name="listing_listed_on")]

    def __str__(self) -> str:
        return self.listing_number or self.product_name

    @classmethod
    def labels(cls) -> dict[str, object]:
        """The names of what a copy of the product sheet holds."""
        columns = {field.name: field.verbose_name for field in cls._meta.concrete_fields}
        return {**columns, "price": columns["price_fen"]}

    def snapshot(self) -> dict:
        """The form's own names, so that an answer begins with what was filed."""
        kept = columns_of(self)
        price = kept.pop("price_fen")
        return {**kept, "price": "" if price is None else f"{yuan(price):.2f}"}

    def further_facts(self) -> list[tuple]:
        """What hangs on the row, for its page: the further data IPs and the transactions."""
        rights = Registration.objects.filter(case__in=self.case.bases.values("on")).order_by("pk")
        further = [(_("Further data IPs"), "\n".join(map(str, rights)))] if rights else []
        return further + [(_("Transaction"), row.told()) for row in self.transactions.order_by("agreed_on", "pk")]


class Transaction(models.Model):
    """One transaction on a listing (交易): the buyer, the contract, what came of it, and the intermediary's duties of the
    Data Security Law, art. 33: the data's source was asked, both sides were identified, the records are kept."""

    class Kind(models.TextChoices):
        LICENCE = "licence", _("licence")
        TRANSFER = "transfer", _("transfer")

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="transactions")
    buyer = models.CharField(_("buyer"), max_length=120)
    buyer_code = models.CharField(_("buyer's unified social credit code"), max_length=18, validators=[is_uscc])
    contract_number = models.CharField(_("contract number"), max_length=80)
    kind = models.CharField(_("kind of transaction"), max_length=10, choices=Kind)
    licence = models.CharField(_("licence"), max_length=10, choices=Licence, blank=True)
    licence_until = models.DateField(_("licensed until"), null=True, blank=True)
    amount_fen = models.BigIntegerField(_("amount"))
    agreed_on = models.DateField(_("agreed on"))
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    refund_fen = models.BigIntegerField(_("refund"), default=0)
    source_stated = models.TextField(_("what the provider said of the data's source"))
    sides_identified = models.BooleanField(_("both sides were identified"))
    kept_at = models.CharField(_("where the records are kept"), max_length=120)

    class Meta:
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")
        constraints = [
            models.UniqueConstraint(fields=["listing", "contract_number"], name="transaction_contract_once"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, refund_fen__gte=0, refund_fen__lte=F("amount_fen")),
                name="transaction_amounts",
            ),
            models.CheckConstraint(
                condition=Q(kind="transfer", licence="", licence_until__isnull=True)
                | (Q(kind="licence") & ~Q(licence="")),
                name="transaction_licence_named",
            ),
            models.CheckConstraint(
                condition=Q(sides_identified=True) & ~Q(source_stated="") & ~Q(kept_at="") & ~Q(buyer_code=""),
                name="transaction_duties_of_art_33",
            ),
            models.CheckConstraint(
                condition=(Q(delivered_on__isnull=True) | Q(delivered_on__gte=F("agreed_on")))
                & (Q(licence_until__isnull=True) | Q(licence_until__gte=F("agreed_on"))),
                name="transaction_days_in_order",
            ),
        ]
        indexes = [models.Index(fields=["listing", "agreed_on"], name="transaction_of_listing")]

    def __str__(self) -> str:
        return self.contract_number

    @property
    def is_paid_back(self) -> bool:
        return self.refund_fen == self.amount_fen

    def told(self) -> str:
        """The transaction in one line of words."""
        parts = [self.agreed_on.isoformat(), self.contract_number, self.buyer, str(self.get_kind_display())]
        parts += [str(self.get_licence_display())] if self.licence else []
        parts.append(plain_text("%(amount)s yuan") % {"amount": spoken(self.amount_fen)})
        for words, value in (
            (plain_text("delivered %(day)s"), self.delivered_on),
            (plain_text("paid %(day)s"), self.paid_on),
        ):
            parts += [words % {"day": value.isoformat()}] if value else []
        if self.refund_fen:
            parts.append(plain_text("%(amount)s yuan refunded") % {"amount": spoken(self.refund_fen)})
        return " · ".join(parts)
