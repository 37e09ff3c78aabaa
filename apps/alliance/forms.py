"""Forms of a membership in the alliance."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.alliance.models import Member
from apps.workflow.forms import CodeField, DayField, FilingForm, LineField, ReasonForm, SentenceForm


class MembershipForm(FilingForm):
    """An organisation's application to join."""

    files = (("application", _("Signed application")),)

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
