"""Forms of an insurance policy. Amounts are typed in yuan."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Group
from apps.certificates.models import Registration
from apps.enterprises.models import Capacity, Organisation
from apps.insurance.models import ITEMS_OF_LINE, Item, Line, Policy, Product
from apps.rules.clock import legal_today
from apps.workflow.forms import CaseForm, CodeField, DayField, FilingForm, LineField, MoneyField, SentenceForm
from apps.workflow.money import fen, spoken, yuan
from apps.workflow.snapshots import typed

FEN = Decimal("0.01")
ITEMS = tuple(f"item_{item}" for item in Item)
GROUPS = (
    Group(_("What is insured"), ("registration", "further")),
    Group(_("Insurer and insured"), ("insurer", "insured"), ("branch", "beneficiary")),
    Group(
        _("Policy"), ("product", "offered_as"), ("policy_number", "renews"), ("starts_on", "ends_on"), "special_terms",
        "file_policy",
    ),
    Group(_("Amounts"), ("sum_insured", "per_claim"), ("premium", "subsidy"), ("deductible",)),
    Group(_("Parts of the sum insured"), ITEMS),
)  # fmt: skip
"""The same for an application, a policy and its changes: each has some of it."""
SEPARATORS = re.compile(r"[\s,;，；、]+")


def firms(capacity: Capacity):
    return Organisation.objects.with_capacity(capacity).filter(verified_at__isnull=False)


class RightsField(forms.CharField):
    """Numbers of registrations, parted by blanks or commas; gives their keys."""

    def clean(self, value) -> list[int]:
        numbers = [number for number in SEPARATORS.split(super().clean(value) or "") if number][:50]
        found = dict(Registration.objects.filter(number__in=numbers).values_list("number", "pk"))
        if unknown := [number for number in numbers if number not in found]:
            raise forms.ValidationError(_now("No registration has the number %(number)s.") % {"number": unknown[0]})
        return list(dict.fromkeys(found[number] for number in numbers))


class ItemsForm(SentenceForm):
    """Parts of a sum, an amount each; what is typed comes as ``parts``, a dict of item and yuan."""

    def add_items(self, items: Iterable[str], begin: dict[str, int] | None = None) -> None:
        labels = dict(Item.choices)
        for item in items:
            amount = yuan(begin[item]) if begin and item in begin else None
            label = _("%(item)s (yuan)") % {"item": labels[item]}
            self.fields[f"item_{item}"] = MoneyField(label=label, required=False, initial=amount)

    def gathered(self, data: dict) -> dict[str, Decimal]:
        names = [name for name in self.fields if name.startswith("item_")]
        amounts = {name.removeprefix("item_"): data.pop(name, None) for name in names}
        return {item: amount for item, amount in amounts.items() if amount}

    def must_add_up(self, data: dict, total: str) -> None:
        """The parts make the whole, where parts were named."""
        data["parts"] = items = self.gathered(data)
        if items and data.get(total) is not None and sum(items.values()) != data[total]:
            said = _("The parts add up to %(sum)s yuan.") % {"sum": spoken(fen(sum(items.values())))}
            self.add_error(total, said)


class PolicyForm(FilingForm):
    """What the holder of a right applies for; the right itself is the root."""

    groups = GROUPS

    insurer = forms.ModelChoiceField(label=_("Insurer"), queryset=firms(Capacity.INSURER), empty_label="—")
    product = forms.ChoiceField(label=_("Kind of insurance"), choices=Line)
    offered_as = forms.ModelChoiceField(
        label=_("Product of the insurer"), queryset=Product.objects.none(), required=False, empty_label="—",
        help_text=_("Where the insurer has entered its products here."),
    )  # fmt: skip
    further = RightsField(
        label=_("Further registrations covered"), required=False, max_length=2000,
        help_text=_("Their numbers, parted by blanks or commas."),
    )  # fmt: skip
    insured = forms.ModelChoiceField(
        label=_("Insured, if not the policyholder"), queryset=firms(Capacity.BANK), required=False,
        empty_label="—",
        help_text=_("For the guarantee of a loan: the bank."),
    )  # fmt: skip
    sum_insured = MoneyField(label=_("Sum insured (yuan)"), min_value=FEN)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["offered_as"].queryset = Product.objects.offered_on(legal_today()).select_related("insurer")

    def clean_insurer(self) -> int:
        return self.cleaned_data["insurer"].pk

    def clean_insured(self) -> int | None:
        found = self.cleaned_data["insured"]
        return found.pk if found else None

    def clean(self):
        data = super().clean()
        product = data.get("offered_as")
        if product and data.get("insurer") not in (None, product.insurer_id):
            self.add_error("offered_as", _("This product is another insurer's."))
        elif product and data.get("product") not in (None, product.line):
            self.add_error("offered_as", _("This product is of another kind of insurance."))
        data["offered_as"] = product.pk if product else None
        return data


class Terms(ItemsForm):
    """The policy as the insurer wrote it."""

    groups = GROUPS

    policy_number = CodeField(label=_("Policy number"), max_length=60)
    branch = LineField(label=_("Branch of the insurer"), max_length=120, required=False)
    beneficiary = LineField(label=_("Beneficiary"), max_length=120, required=False)
    sum_insured = MoneyField(label=_("Sum insured (yuan)"), min_value=FEN)
    per_claim = MoneyField(label=_("Limit for each claim (yuan)"), min_value=FEN, required=False)
    deductible = MoneyField(label=_("Deductible (yuan)"), required=False)
    premium = MoneyField(label=_("Premium (yuan)"))
    subsidy = MoneyField(label=_("Government subsidy (yuan)"), required=False)
    starts_on = DayField(label=_("First day of cover"))
    ends_on = DayField(
        label=_("Last day of cover"), help_text=_("The cover ends at 24:00 of this day; normally it lasts a year.")
    )
    special_terms = forms.CharField(
        label=_("Special terms"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self):
        data = super().clean()
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day of cover lies before the first."))
        self.must_add_up(data, "sum_insured")
        if data.get("per_claim") and data.get("sum_insured") and data["per_claim"] > data["sum_insured"]:
            self.add_error("per_claim", _("The limit for each claim is above the sum insured."))
        if data.get("subsidy") and data.get("premium") is not None and data["subsidy"] > data["premium"]:
            self.add_error("subsidy", _("The subsidy is above the premium."))
        return data


class BindForm(Terms, CaseForm):
    """An application becomes a policy."""

    file_policy = forms.FileField(label=_("Policy document"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.case.row if self.case else None
        self.add_items(items_of(row))
        if row is not None:
            self.initial.setdefault("sum_insured", yuan(row.sum_insured_fen))
        self.order_fields(self.field_order)


def items_of(row: Policy | None) -> list[str]:
    """The parts to ask for: those the policy has or its product names, else those usual for its kind."""
    if row is None:
        return list(Item.values)
    named = [*row.item_sums_fen, *(row.offered_as.items if row.offered_as_id else ())]
    return list(dict.fromkeys([*named, *ITEMS_OF_LINE[row.product]]))


class RecordForm(PolicyForm, Terms):
    """A policy that was concluded outside the portal, written down by the insurer or for it."""

    begun_by = Capacity.INSURER
    files = (("policy", _("Policy document")),)

    registration = RightsField(label=_("Registration number"), max_length=60)
    renews = CodeField(
        label=_("Renews the policy"), max_length=60, required=False, help_text=_("The number of the policy before.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.root is not None:
            del self.fields["registration"]
        if self.organisation is not None and Capacity.INSURER in self.organisation.capacities:
            self.fields["insurer"].initial = self.organisation.pk
        self.add_items(Item.values)
        self.order_fields(self.field_order)

    def clean_registration(self) -> int:
        found = self.cleaned_data["registration"]
        if len(found) != 1:
            raise forms.ValidationError(_("Give one number here."))
        return found[0]


class RenewalForm(CaseForm, SentenceForm):
    """What the policyholder asks for in the next period."""

    sum_insured = MoneyField(label=_("Sum insured (yuan)"), min_value=FEN)
    field_order = ["sum_insured", "comment"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.case is not None:
            self.initial.setdefault("sum_insured", yuan(self.case.row.sum_insured_fen))


class EndorseForm(Terms, CaseForm):
    """An agreed change: the terms as they shall stand, begun with those that stand."""

    groups = (Group(_("Endorsement"), ("number", "effective_from"), "file_endorsement"), *GROUPS)

    number = CodeField(label=_("Number of the endorsement"), max_length=60)
    effective_from = DayField(label=_("In effect from"))
    file_endorsement = forms.FileField(label=_("Endorsement"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for fixed in ("policy_number", "starts_on"):
            del self.fields[fixed]
        row = self.case.row if self.case else None
        self.add_items([*items_of(row), Item.WHOLE], row.item_sums_fen if row else None)
        if row is not None:
            for name, value in typed(row).items():
                self.initial.setdefault(name, value)
        self.order_fields(self.field_order)


class CancelForm(CaseForm):
    """The end of a policy before its term; the refund begins with the premium of the days that are left."""

    ground = forms.ChoiceField(label=_("Ground"), choices=Policy.Ground)
    refund = MoneyField(label=_("Premium returned (yuan)"), initial=0)
    comment = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands in the letter and in the record."), error_messages={"required": _("Give the reason.")},
    )  # fmt: skip
    field_order = ["ground", "refund", "comment"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.case.row if self.case else None
        if row is None or row.starts_on is None:
            return
        left, total = row.days_left(legal_today())
        proposed = spoken(row.proposed_refund_fen(legal_today()))
        self.initial.setdefault("refund", yuan(row.proposed_refund_fen(legal_today())))
        self.fields["refund"].help_text = _(
            "Pro rata %(left)d of %(total)d days are left: %(amount)s yuan. The insurer decides; after fraud nothing need be returned."
        ) % {"left": left, "total": total, "amount": proposed}


class ProductForm(forms.ModelForm):
    """What an insurer offers."""

    items = forms.MultipleChoiceField(
        label=_("Usual items"), choices=[choice for choice in Item.choices if choice[0] != Item.WHOLE], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    active_from = DayField(label=_("Offered from"))
    active_until = DayField(label=_("Offered until"), required=False)

    class Meta:
        model = Product
        fields = ("name", "line", "terms", "items", "active_from", "active_until")
        widgets = {"terms": forms.Textarea(attrs={"rows": 8})}

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        twins = Product.objects.filter(insurer=self.instance.insurer_id, name=name).exclude(pk=self.instance.pk)
        if twins.exists():
            raise forms.ValidationError(_("There is a product of this name already."))
        return name
