"""Forms by which a pledge is applied for and registered. Amounts are typed in yuan."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Group
from apps.certificates import register
from apps.enterprises.models import Capacity, Organisation
from apps.pledges.models import Financing, Method, Pledge
from apps.workflow.forms import CodeField, CommentForm, DayField, FilingForm, LineField, MoneyField
from apps.workflow.money import yuan
from apps.workflow.rows import Column, RowsField

FEN = Decimal("0.01")
MOST_RIGHTS = 30
SHOWN_RIGHTS = 500


def banks():
    """The banks that are known here."""
    return Organisation.objects.with_capacity(Capacity.BANK).filter(verified_at__isnull=False)


def rights_held(organisation: Organisation | None) -> list[tuple[str, str]]:
    """The rights in force that an organisation may put into a deal, as choices."""
    if organisation is None:
        return []
    rows = register.in_force().filter(holder=organisation).order_by("-registered_on", "-pk")[:SHOWN_RIGHTS]
    return [(str(row.pk), f"{row.number} {row.name}") for row in rows]


def rights_field(organisation: Organisation | None) -> RowsField:
    """The rights of a deal as rows, each with its share of the value."""
    choices = [("", "—"), *rights_held(organisation)]
    return RowsField(
        [
            Column("right", _("Registration"), forms.ChoiceField(choices=choices, widget=forms.Select({"translate": "no"}))),
            Column("appraised", _("Appraised value (yuan)"), MoneyField(min_value=FEN, required=False)),
        ],
        most=MOST_RIGHTS, label=_("Further registrations in this deal"),
        help_text=_("All of them are pledged together, or none. Leave it empty where the deal is over one right."),
    )  # fmt: skip


class PledgeForm(FilingForm):
    """What pledgor and pledgee agreed; the pledged right itself is the root. Contents: domain rule art. 8."""

    files = (
        ("contract", _("Pledge contract")),
        ("application", _("Joint application, signed by both")),
        ("appraisal", _("Appraisal report, if the right was appraised")),
        ("acknowledgement", _("Acknowledgement of both, where revocation of the right is asked for")),
    )
    fixed = frozenset({"pledgee"})
    groups = (
        Group(_("Pledgee and contract"), ("pledgee", "branch"), ("contract_number", "contract_on")),
        Group(
            _("Loan"), "debt", ("credit", "secured"), ("drawn",), ("starts_on", "ends_on"), ("interest", "subsidy")
        ),
        Group(_("Rights in the deal"), "rights", "combined_with"),
        Group(
            _("Appraisal"), ("appraised", "appraised_on"), ("appraiser", "appraisal_method"), "appraised_by"
        ),
    )  # fmt: skip

    pledgee = forms.ModelChoiceField(label=_("Pledgee (bank)"), queryset=Organisation.objects.none(), empty_label="—")
    branch = LineField(label=_("Branch of the bank"), max_length=120, required=False)
    contract_number = CodeField(label=_("Contract number"), max_length=80)
    contract_on = DayField(label=_("Contract signed on"))
    debt = LineField(label=_("Secured debt"), max_length=200, help_text=_("For example: loan contract and its number."))
    credit = MoneyField(label=_("Credit line (yuan)"), min_value=FEN, help_text=_("What the bank is ready to lend."))
    secured = MoneyField(
        label=_("Secured amount (yuan)"), min_value=FEN, help_text=_("What the pledge answers for, by the contract.")
    )
    drawn = MoneyField(label=_("Amount drawn (yuan)"), initial=0, help_text=_("What was paid out so far."))
    starts_on = DayField(label=_("First day of the loan"))
    ends_on = DayField(label=_("Last day of the loan"))
    interest = forms.DecimalField(
        label=_("Interest, per cent a year"), required=False, min_value=0, max_value=100, decimal_places=3
    )
    subsidy = MoneyField(
        label=_("Interest subsidy (yuan)"), required=False, help_text=_("What the government pays of the interest.")
    )
    combined_with = LineField(
        label=_("Patents or other rights in the same deal"), max_length=200, required=False,
        help_text=_("With their numbers. They are registered with their own office, not here."),
    )  # fmt: skip
    appraised = MoneyField(label=_("Appraised value (yuan)"), min_value=FEN, required=False)
    appraised_on = DayField(label=_("Base date of the appraisal"), required=False)
    appraiser = LineField(label=_("Appraiser"), max_length=120, required=False)
    appraised_by = forms.ModelChoiceField(
        label=_("Appraiser, where the portal knows the organisation"), required=False,
        queryset=Organisation.objects.none(), empty_label="—",
        help_text=_("It becomes a party: it sees this case and says whether the valuation is its own."),
    )  # fmt: skip
    appraisal_method = forms.ChoiceField(
        label=_("Method of the appraisal"), required=False, choices=[("", "—"), *Method.choices]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pledgee"].queryset = banks()
        self.fields["appraised_by"].queryset = Organisation.objects.with_capacity(Capacity.APPRAISER).filter(
            verified_at__isnull=False
        )
        self.fields["rights"] = rights_field(self.organisation)
        self.order_fields(self.field_order)

    @classmethod
    def known_of(cls, organisation, root=None) -> dict[str, Any]:
        """What a financing intent with a signed contract says already."""
        if root is None:
            return {}
        signed = (
            Financing.objects.filter(case__root=root, firm=organisation, case__status="contract").order_by("pk").last()
        )
        if signed is None:
            return {}
        return {
            "pledgee": signed.bank_id, "contract_number": signed.contract_number, "contract_on": signed.contract_on,
            "credit": yuan(signed.credit_fen), "appraised": signed.appraised_fen and yuan(signed.appraised_fen),
            "appraised_on": signed.appraised_on, "appraiser": signed.appraiser, "appraisal_method": signed.appraisal_method,
        }  # fmt: skip

    def clean_pledgee(self) -> int:
        return self.cleaned_data["pledgee"].pk

    def clean_appraised_by(self) -> int | None:
        found = self.cleaned_data["appraised_by"]
        return found and found.pk

    def clean_rights(self) -> list[dict]:
        rows = self.cleaned_data["rights"]
        if self.fields["rights"].disabled:
            return []  # an answer leaves the rights of the deal as they are
        keys = [int(row["right"]) for row in rows]
        if len(keys) != len(set(keys)):
            raise forms.ValidationError(_("Name each registration once."))
        return [{"right": key, "appraised": row["appraised"]} for key, row in zip(keys, rows, strict=True)]

    def clean(self):
        data = super().clean()
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The last day of the loan lies before the first."))
        if data.get("credit") and (data.get("drawn") or 0) > data["credit"]:
            self.add_error("drawn", _("More cannot be drawn than the credit line."))
        if (data.get("appraised") is None) != (data.get("appraised_on") is None) and not self.errors:
            self.add_error("appraised_on", _("Give value and base date of the appraisal, or neither."))
        if data.get("appraised_by") and data.get("appraised") is None:
            self.add_error("appraised", _("Give the value that the appraiser is to confirm."))
        return data


class RegisterForm(CommentForm):
    """What the registrar has checked and writes down."""

    joint_paper = forms.BooleanField(
        label=_("I have seen the joint application signed by both sides."), required=False,
        help_text=_("Not needed where the pledgee has confirmed in the portal."),
    )  # fmt: skip
    registered_at = forms.ChoiceField(
        label=_("Also registered at"), required=False, choices=[("", "—"), *Pledge.Place.choices]
    )
    registered_number = CodeField(label=_("Number there"), max_length=80, required=False)
    knows_of_revocation = forms.BooleanField(
        label=_("I have seen that both sides signed that they know of the revocation proceedings."), required=False,
        help_text=_("Only where the revocation of a right is being examined."),
    )  # fmt: skip
    past_validity_because = forms.CharField(
        label=_("Reason, where the loan ends after the right does"), required=False, max_length=500,
        help_text=_("Only the section chief may register such a pledge."),
    )  # fmt: skip
    field_order = [
        "joint_paper",
        "registered_at",
        "registered_number",
        "knows_of_revocation",
        "past_validity_because",
        "comment",
    ]

    def clean(self):
        data = super().clean()
        if data.get("registered_number") and not data.get("registered_at"):
            self.add_error("registered_at", _("Say where the pledge was registered under this number."))
        return data
