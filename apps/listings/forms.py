"""Forms of a listing. Amounts are typed in yuan."""

from decimal import Decimal

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Group
from apps.certificates.models import Registration
from apps.certificates.register import in_force
from apps.enterprises.models import Capacity, Organisation
from apps.enterprises.uscc import is_uscc
from apps.listings.models import SHUTTING_OUT, Licence, Listing, Transaction
from apps.workflow.forms import CodeField, CommentForm, DayField, FilingForm, LineField, MoneyField, SentenceForm

FEN = Decimal("0.01")
PAPERS = (
    ("consent", _("Consent of the pledgee and of the other holders, where they must agree")),
    ("sheet", _("Product description or sample")),
)
GROUPS = (
    Group(_("Exchange"), ("exchange",), "further"),
    Group(_("Listing"), ("listing_number",), ("listed_on", "valid_until"), ("compliance_number", "law_firm")),
    Group(_("The product"), "product_name", ("product_type", "delivery"), "description", ("security",)),
    Group(_("Price and licence"), ("price_mode", "price"), ("licence",), "use_limits"),
    Group(_("Contact"), ("contact_name", "contact_phone")),
)


def text(label, **more) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), **more)


class RightsField(forms.ModelMultipleChoiceField):
    """Registrations to tick, by number and name; those are in nobody's language but their own."""

    def label_from_instance(self, obj: Registration) -> SafeString:
        return format_html('<span translate="no">{} {}</span>', obj.number, obj.name)


class ProductForm(FilingForm):
    """The product sheet."""

    files = PAPERS
    groups = GROUPS

    product_name = LineField(label=_("Product name"), max_length=120)
    product_type = forms.ChoiceField(label=_("Type of product"), choices=Listing.Product)
    description = text(_("Description"))
    delivery = forms.ChoiceField(label=_("Delivery"), choices=Listing.Delivery)
    price_mode = forms.ChoiceField(label=_("Price mode"), choices=Listing.PriceMode)
    price = MoneyField(
        label=_("Price (yuan)"), min_value=FEN, required=False, help_text=_("Needed where the price is fixed.")
    )
    licence = forms.ChoiceField(
        label=_("Licence"), choices=Licence, initial=Licence.ORDINARY,
        help_text=_("One that shuts out others takes the listing down when sold."),
    )  # fmt: skip
    use_limits = text(_("Limits of use"), required=False)
    security = forms.ChoiceField(label=_("Security level"), choices=Listing.Security)
    contact_name = LineField(label=_("Contact person"), max_length=60)
    contact_phone = CodeField(label=_("Contact's phone"), max_length=32)

    def clean(self):
        data = super().clean()
        if (
            data.get("price_mode") == Listing.PriceMode.FIXED
            and data.get("price") is None
            and "price" not in self.errors
        ):
            self.add_error("price", _("State the fixed price."))
        return data


class ListingForm(ProductForm):
    """What the holder brings to an exchange; the first data IP is the root."""

    exchange = forms.ModelChoiceField(
        label=_("Exchange"),
        queryset=Organisation.objects.with_capacity(Capacity.EXCHANGE).filter(verified_at__isnull=False),
        empty_label="—",
    )
    further = RightsField(
        label=_("Further data IPs of the same product"), queryset=Registration.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Your other registrations in force."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.root is not None and self.root.kind == "registration":
            mine = in_force().filter(holder=self.root.registration.holder_id).exclude(pk=self.root.pk)
            self.fields["further"].queryset = mine.order_by("-registered_on", "-pk")
            if not mine.exists():
                del self.fields["further"]

    def clean_exchange(self) -> int:
        return self.cleaned_data["exchange"].pk

    def clean_further(self) -> list[int]:
        return sorted(self.cleaned_data["further"].values_list("pk", flat=True))


class TermsForm(SentenceForm):
    """What the exchange writes down when the product goes up."""

    listing_number = CodeField(label=_("Listing number"), max_length=80)
    compliance_number = CodeField(label=_("Number of the compliance report"), max_length=80)
    law_firm = LineField(label=_("Law firm"), max_length=120)
    valid_until = DayField(label=_("Listed until"), help_text=_("The listing ends at 24:00 of this day."))


class RecordForm(ListingForm, TermsForm):
    """A listing that stands on an exchange already, written down by the exchange or for it."""

    listed_on = DayField(label=_("Listed on"))
    consents_seen = forms.BooleanField(
        label=_("The consents of the pledgee and of the other holders are on file, where they must agree."),
        required=False,
    )
    groups = GROUPS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("compliance_number", "law_firm"):
            self.fields[name].required = False

    def clean(self):
        data = super().clean()
        if bool(data.get("compliance_number")) != bool(data.get("law_firm")):
            self.add_error("law_firm", _("Give number and law firm of the compliance report, or neither."))
        return data


class SaleForm(SentenceForm):
    """A transaction, with what the exchange has to ask and keep by the Data Security Law, art. 33."""

    groups = (
        Group(_("Contract"), ("contract_number", "agreed_on"), ("sold",), ("amount", "licence_until")),
        Group(_("Buyer"), ("buyer", "buyer_code")),
        Group(_("Data Security Law, art. 33"), "source_stated", "sides_identified", "kept_at"),
    )

    contract_number = CodeField(label=_("Contract number"), max_length=80)
    buyer = LineField(label=_("Buyer"), max_length=120)
    buyer_code = CodeField(
        label=_("Buyer's unified social credit code"), max_length=18, validators=[is_uscc],
        help_text=_("As on the licence that you have seen."),
    )  # fmt: skip
    amount = MoneyField(label=_("Amount (yuan)"), min_value=FEN)
    agreed_on = DayField(label=_("Agreed on"))
    licence_until = DayField(label=_("Licensed until"), required=False, help_text=_("Empty: as long as the right."))
    source_stated = text(_("What the provider said of the data's source"))
    sides_identified = forms.BooleanField(
        label=_("Holder and buyer were identified by their papers (Data Security Law, art. 33)."),
        error_messages={"required": _("Identify both sides first (Data Security Law, art. 33).")},
    )
    kept_at = LineField(
        label=_("Where the records are kept"), max_length=120, help_text=_("File number or archive of the exchange.")
    )
    comment = CommentForm.base_fields["comment"]

    def clean(self):
        data = super().clean()
        if data.get("agreed_on") and data.get("licence_until") and data["licence_until"] < data["agreed_on"]:
            self.add_error("licence_until", _("The licence ends before it was agreed."))
        return data


class OrdinarySaleForm(SaleForm):
    """One ordinary licence more."""

    def clean(self):
        return {**super().clean(), "kind": Transaction.Kind.LICENCE.value, "licence": Licence.ORDINARY.value}


class LastSaleForm(SaleForm):
    """The sale after which nothing is left to offer."""

    SOLD = (
        *((each.value, each.label) for each in SHUTTING_OUT),
        (Transaction.Kind.TRANSFER.value, _("the right itself: transfer")),
    )
    sold = forms.ChoiceField(label=_("What is sold"), choices=SOLD)

    def clean(self):
        data = super().clean()
        sold = data.pop("sold", "")
        if sold == Transaction.Kind.TRANSFER:
            if data.get("licence_until"):
                self.add_error("licence_until", _("A transfer has no end: leave the day empty."))
            return {**data, "kind": Transaction.Kind.TRANSFER.value, "licence": ""}
        return {**data, "kind": Transaction.Kind.LICENCE.value, "licence": sold}


class AfterSaleForm(SentenceForm):
    """Delivery, payment and refund of a transaction, as they come."""

    contract_number = CodeField(label=_("Contract number"), max_length=80, help_text=_("Of a transaction on record."))
    delivered_on = DayField(label=_("Delivered on"), required=False)
    paid_on = DayField(label=_("Paid on"), required=False)
    refund = MoneyField(label=_("Refunded in all (yuan)"), required=False)
    comment = CommentForm.base_fields["comment"]

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data.get(name) is not None for name in ("delivered_on", "paid_on", "refund")):
            self.add_error("delivered_on", _("Say what happened: delivery, payment or refund."))
        return data
