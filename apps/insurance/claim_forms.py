"""Forms of a claim on a policy. Amounts are typed in yuan."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Group
from apps.insurance.forms import FEN, ITEMS, ItemsForm
from apps.insurance.models import Item, LossClaim
from apps.rules.clock import legal_today
from apps.workflow.forms import CaseForm, DayField, FilingForm, MoneyField, SentenceForm
from apps.workflow.money import spoken, yuan


class ReportForm(FilingForm):
    """The loss as the insured reports it (报案); it hangs on the policy."""

    hangs_on = "policy"
    files = (
        ("evidence", _("Evidence of the event and its cause")),
        ("loss", _("Evidence of the amount of the loss")),
    )
    groups = (
        Group(_("The event"), ("lost_on", "known_on"), ("cause",), "account"),
        Group(_("The loss"), ("claimed",)),
    )

    lost_on = DayField(label=_("Day of the loss"))
    known_on = DayField(
        label=_("Known since"),
        help_text=_("A claim is barred two years after you knew or should have known of the event."),
    )
    cause = forms.ChoiceField(label=_("Cause"), choices=LossClaim.Cause)
    account = forms.CharField(
        label=_("Account of the event"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    claimed = MoneyField(label=_("Claimed (yuan)"), min_value=FEN)

    def clean(self):
        data = super().clean()
        lost, known = data.get("lost_on"), data.get("known_on")
        if lost and known and known < lost:
            self.add_error("known_on", _("You cannot have known of the loss before it happened."))
        elif known and known > legal_today():
            self.add_error("known_on", _("This day lies in the future."))
        return data


class AskForm(CaseForm):
    """What is missing, all of it at once."""

    comment = forms.CharField(
        label=_("Papers that are missing"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The insurer may ask once only: name everything (Insurance Law, art. 22). It stands in the letter."),
        error_messages={"required": _("Name the papers that are missing.")},
    )  # fmt: skip


class SupplyForm(CaseForm):
    """The papers that were asked for."""

    file_papers = forms.FileField(label=_("Papers"), required=False)
    field_order = ["file_papers", "comment"]


class AssessForm(ItemsForm, CaseForm):
    """The amount that insurer and insured agree on, by the parts of the sum insured."""

    groups = (Group(_("Amount agreed"), "assessed"), Group(_("Its parts"), ITEMS))

    assessed = MoneyField(label=_("Amount to be paid in all (yuan)"), min_value=FEN)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.case.row if self.case else None
        self.add_items(row.policy.item_sums_fen if row else Item.values)
        if row is not None:
            self.initial.setdefault("assessed", yuan(row.claimed_fen))
            self.fields["assessed"].help_text = limits_text(row)
        self.order_fields(self.field_order)

    def clean(self):
        data = super().clean()
        self.must_add_up(data, "assessed")
        return data


def limits_text(row: LossClaim):
    """Claim, limit and deductible, side by side."""
    policy = row.policy
    said = [_("Claimed: %(amount)s yuan.") % {"amount": spoken(row.claimed_fen)}]
    if policy.per_claim_fen is not None:
        said.append(_("Limit for each claim: %(amount)s yuan.") % {"amount": spoken(policy.per_claim_fen)})
    if policy.deductible_fen:
        said.append(_("Deductible: %(amount)s yuan, to be taken off.") % {"amount": spoken(policy.deductible_fen)})
    return " ".join(str(each) for each in said)


class AmountForm(CaseForm, SentenceForm):
    """A payment."""

    amount = MoneyField(label=_("Amount paid (yuan)"), min_value=FEN)
    paid_on = DayField(label=_("Paid on"))
    field_order = ["amount", "paid_on", "comment"]


class PayForm(AmountForm):
    """The payment of what was agreed, less what was paid in advance."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.case is not None and self.case.row.assessed_fen is not None:
            self.initial.setdefault("amount", yuan(self.case.row.assessed_fen - self.case.row.advance_fen))
