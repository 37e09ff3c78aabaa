"""The desk's own forms; those of the moves belong to the kinds."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.text import one_line, refuse_nul
from apps.pages.forms import PortalFormMixin
from apps.rules.clock import legal_now
from apps.rules.deadlines import LONGEST
from apps.workflow import clocks
from apps.workflow.forms import DayField, LineField, SentenceForm
from apps.workflow.models import Absence, Contact, Handover


class InterestForm(PortalFormMixin, forms.Form):
    """Why an official stands too near to an organisation."""

    reason = forms.CharField(label=_("What connects you"), max_length=200, validators=[one_line])


class RevealForm(PortalFormMixin, forms.Form):
    """Why an official needs a number in full."""

    reason = forms.CharField(
        label=_("What you need them for"), min_length=4, max_length=200, validators=[one_line],
        help_text=_("For example: to phone the applicant about the missing contract."),
    )  # fmt: skip


class DeadlineForm(PortalFormMixin, forms.Form):
    """What a period is counted from, how long it is, and in which unit."""

    UNITS = [("workday", _("working days")), ("day", _("calendar days")), ("month", _("months")), ("year", _("years"))]

    start = DayField(label=_("Day of the act"), help_text=_("This day is not counted."))
    count = forms.IntegerField(label=_("Length"), min_value=1, max_value=max(LONGEST.values()))
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS)
    roll = forms.BooleanField(label=_("A last day of rest moves to the next working day"), required=False)
    excused = forms.BooleanField(
        label=_("Time limit of a party: a last day of system failure moves as well"), required=False
    )


class SavedFilterForm(forms.Form):
    """The name under which the filters of the queue are kept."""

    name = forms.CharField(label=_("Name"), max_length=40, validators=[one_line])


def offer(field: forms.ModelChoiceField, people: models.QuerySet) -> None:
    """Let a field choose among people, whose names stay as they are in every language."""
    field.queryset = people
    field.widget.attrs["translate"] = "no"


class GiveForm(PortalFormMixin, forms.Form):
    """To whom a case is given, and why."""

    to = forms.ModelChoiceField(label=_("To"), queryset=User.objects.none())
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False, validators=[one_line])

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["to"], people)


class AbsenceForm(PortalFormMixin, forms.Form):
    """Who is away, from when to when, and who acts meanwhile."""

    user = forms.ModelChoiceField(label=_("Who is away"), queryset=User.objects.none())
    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("To"), help_text=_("Both days count; the substitute acts from 0:00 to 24:00."))
    substitute = forms.ModelChoiceField(
        label=_("Substitute"), queryset=User.objects.none(), required=False, empty_label=_("Nobody"),
        help_text=_("Sees all that the absent one sees, and is not away himself in that time."),
    )  # fmt: skip
    reason = forms.ChoiceField(label=_("Reason"), choices=Absence.Reason.choices)

    def __init__(self, *args, enterable, substitutes, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self.fields["user"], enterable)
        offer(self.fields["substitute"], substitutes)


class ContactForm(PortalFormMixin, forms.ModelForm):
    """A call that was made: what was said, what comes next, and when to call again."""

    next_on = DayField(label=_("Call again on"), required=False)

    class Meta:
        model = Contact
        fields = ["channel", "note", "next_step", "next_on"]


class HandoverForm(PortalFormMixin, forms.ModelForm):
    """What a successor must know; saving writes a new version."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = Handover
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}


class LetterFilterForm(forms.Form):
    """The filters of the ledger of letters; all of them live in the address."""

    FATES = [
        ("", _("Any")), ("back", _("Came back, to be served another way")), ("bounced", _("Came back")),
        ("waiting", _("Waits to be sent")), ("sent", _("Sent, not opened")), ("read", _("Opened")),
        ("post", _("To be posted on paper")),
    ]  # fmt: skip

    number = forms.CharField(label=_("Case: number or words"), required=False, max_length=60)
    reader = forms.CharField(label=_("Reader: name or e-mail"), required=False, max_length=100)
    fate = forms.ChoiceField(label=_("What became of it"), required=False, choices=FATES)
    case = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_number(self):
        return refuse_nul(self.cleaned_data["number"]).strip()


class LogServiceForm(PortalFormMixin, SentenceForm):
    """That a letter's words reached their reader by telephone or on paper, and what shows it."""

    CHANNELS = [("phone", _("Told by telephone")), ("post", _("Delivered on paper"))]

    channel = forms.ChoiceField(label=_("How"), choices=CHANNELS)
    at = forms.DateTimeField(
        label=_("When"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        error_messages={"invalid": _("Give day and time, for example 2026-09-18 14:30.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("To whom, and what shows it"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who was spoken to at which number; or who signed, and the number of the mailing."),
    )  # fmt: skip
    evidence = forms.FileField(label=_("Proof, such as the receipt"), required=False)

    def __init__(self, *args, letter, **kwargs):
        super().__init__(*args, **kwargs)
        self.letter = letter

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at > legal_now():
            raise forms.ValidationError(_("That moment has not come yet."), code="future")
        if clocks.legal_day(at) < clocks.legal_day(self.letter.queued_at):
            raise forms.ValidationError(_("The letter was not written yet at that time."), code="early")
        return at

    def clean_note(self):
        return refuse_nul(self.cleaned_data["note"])


class SendAgainForm(PortalFormMixin, SentenceForm):
    """Another address for a letter, and why."""

    email = forms.EmailField(label=_("Another e-mail address"), max_length=200)
    reason = LineField(label=_("Why"), max_length=300)

    def __init__(self, *args, letter, **kwargs):
        super().__init__(*args, **kwargs)
        self.letter = letter

    def clean_email(self):
        email = self.cleaned_data["email"]
        if email.lower() == self.letter.email.lower():
            raise forms.ValidationError(_("The letter went to this address already: give another."), code="same")
        return email
