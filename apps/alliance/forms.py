"""Forms of a membership in the alliance, and of an entry of its sharing list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Group
from apps.alliance.models import Member, SharedEntry
from apps.workflow.forms import CodeField, DayField, FilingForm, LineField, ReasonForm, SentenceForm


class MembershipForm(FilingForm):
    """An organisation's application to join."""

    files = (("application", _("Signed application")),)
    fixed = frozenset({"charter"})
    groups = (
        Group(_("Membership"), ("sector", "sponsors"), "purpose", "charter"),
        Group(_("Contact"), ("representative",), ("contact_name", "contact_phone")),
    )

    sector = forms.ChoiceField(label=_("Sector"), choices=Member.Sector)
    representative = LineField(label=_("Representative"), max_length=60, help_text=_("Who speaks for you in meetings."))
    contact_name = LineField(label=_("Contact person"), max_length=60)
    contact_phone = CodeField(label=_("Contact's phone"), max_length=32)
    sponsors = LineField(
        label=_("Sponsors"),
        max_length=200,
        required=False,
        help_text=_("Members that recommend you, if there are any."),
    )
    purpose = forms.CharField(
        label=_("What you bring and what you seek"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    charter = forms.BooleanField(
        label=_("We accept the charter of the alliance."),
        error_messages={"required": _("Only who accepts the charter can join.")},
    )


class CouncilForm(SentenceForm):
    """A decision of the council, from its minutes."""

    meeting_on = DayField(label=_("Council meeting of"))
    minutes = CodeField(label=_("Number of the minutes"), max_length=60)


class AdmitForm(CouncilForm):
    grade = forms.ChoiceField(label=_("Grade"), choices=Member.Grade, initial=Member.Grade.MEMBER)
    comment = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RemoveForm(ReasonForm, CouncilForm):
    field_order = ["meeting_on", "minutes", "comment"]


class ShareForm(FilingForm):
    """What a member offers the others of a data IP that it holds."""

    files = (
        ("anonymised", _("How the personal data was made anonymous")),
        ("consent", _("Consent of the pledgee and of the other holders, where they must agree")),
    )

    description = forms.CharField(
        label=_("What is shared"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Fields, area, period, how often it is updated."),
    )  # fmt: skip
    mode = forms.ChoiceField(label=_("Mode of sharing"), choices=SharedEntry.Mode)
    scope = forms.ChoiceField(
        label=_("Open to"),
        choices=SharedEntry.Scope,
        help_text=_("On request: you decide about each member that asks."),
    )
    delivery = forms.ChoiceField(label=_("Delivery"), choices=SharedEntry.Delivery)
    terms = forms.CharField(
        label=_("Terms of use"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    contact_name = LineField(label=_("Contact person"), max_length=60, help_text=_("Members see name and phone."))
    contact_phone = CodeField(label=_("Contact's phone"), max_length=32)
    until_on = DayField(label=_("Shared until"), help_text=_("Not beyond the end of the right."))
    statement = forms.ChoiceField(
        label=_("Personal data"), choices=SharedEntry.Statement, widget=forms.RadioSelect,
        help_text=_("Data in which a person can still be told is not shared, even where the names were taken out."),
    )  # fmt: skip
