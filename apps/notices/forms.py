"""Forms of publishing, of objecting, and of what follows an objection."""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import clean_code
from apps.enterprises.uscc import check_uscc
from apps.notices.models import Bulletin, Objection
from apps.rules.clock import legal_today
from apps.workflow.forms import CommentForm, DayField, LineField, SentenceForm


class ClearForm(forms.Form):
    """The secrecy review: a second person has read the public page. Notices of one day may share a bulletin."""

    bulletin = forms.ChoiceField(
        label=_("Bulletin"), required=False, help_text=_("Notices published on the same day may stand in one bulletin.")
    )
    no_secret = forms.BooleanField(
        label=_("I have read the public page: it shows no secret, no personal data and nothing withheld."),
        error_messages={"required": _("Read the public page and confirm that it shows nothing that must stay secret.")},
    )
    comment = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        numbers = (
            Bulletin.objects.filter(own=True, issued_on=legal_today()).order_by("-number").values_list("pk", flat=True)
        )
        self.fields["bulletin"].choices = [("", _("A new number")), *((number, number) for number in numbers)]


class PublicReasonForm(forms.Form):
    """A reason that everybody will read."""

    comment = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands in the letters, in the record and on the public page: name no secret."),
        error_messages={"required": _("Give the reason.")},
    )  # fmt: skip


def check_identity(text: str) -> str:
    """A social credit code or a resident's identity number by its check digit; a shorter paper as it is typed."""
    code = clean_code(text).upper()
    if not re.fullmatch(r"[0-9A-Z()\-]{6,18}", code):
        raise ValidationError(_("Letters and digits only, six at least."), code="identity_form")
    if len(code) < 18 or is_resident_number(code):
        return code
    try:
        return check_uscc(code)
    except ValidationError as fault:
        raise ValidationError(
            _("This is neither an identity number nor a social credit code: a character is mistyped."), code="identity"
        ) from fault


def is_resident_number(code: str) -> bool:
    """GB 11643-1999: 17 digits with a date of birth, and a check character modulo 11."""
    if not re.fullmatch(r"\d{17}[\dX]", code):
        return False
    try:
        date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(code[:17]))
    return "10X98765432"[total % 11] == code[17]


class ObjectionForm(forms.ModelForm):
    """An objection by a named person; without a name it would be a tip, not an objection."""

    truthful = forms.BooleanField(
        label=_("What I state is true, and I answer for it."),
        error_messages={"required": _("An objection needs your word that it is true.")},
    )

    class Meta:
        model = Objection
        fields = ["name", "identity", "phone", "email", "ground", "right_hurt", "statement"]
        widgets = {"statement": forms.Textarea(attrs={"rows": 6})}

    identity = forms.CharField(
        label=_("Social credit code or identity number"), max_length=40,
        help_text=_("Checked by its check digit. Seen only by the officials of the case."),
    )  # fmt: skip
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    ground = forms.ChoiceField(label=capfirst(_("ground")), choices=[("", "—"), *Objection.Ground.choices])

    def clean_identity(self) -> str:
        return check_identity(self.cleaned_data["identity"])


class SupplementForm(forms.Form):
    """What the office missed in an objection."""

    supplement = forms.CharField(label=_("Supplement"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))


class ReplyForm(forms.Form):
    """The applicant's answer to an objection."""

    reply = forms.CharField(label=_("Reply"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))


class SuspendForm(SentenceForm):
    """The dispute that must be decided elsewhere first."""

    DISPUTES = [("court", _("court")), ("arbitration", _("arbitration")), ("mediation", _("mediation"))]

    dispute = forms.ChoiceField(label=_("Pending before"), choices=DISPUTES)
    body = LineField(label=_("Name of the court or body"), max_length=120)
    document = LineField(label=_("Number of its document"), max_length=80)
    since = DayField(label=_("Pending since"))
    comment = CommentForm.base_fields["comment"]

    def clean_since(self):
        return past(self.cleaned_data["since"])


class ResumeForm(SentenceForm):
    """The final document that ends the dispute."""

    document = LineField(label=_("Number of the final document"), max_length=80)
    dated = DayField(label=_("Date of the final document"))
    comment = forms.CharField(
        label=_("What it decides"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands in the letter and in the record."),
    )  # fmt: skip

    def clean_dated(self):
        return past(self.cleaned_data["dated"])


def past(day: date) -> date:
    if day > legal_today():
        raise ValidationError(_("That day has not come yet."), code="future")
    return day


class RedactForm(SentenceForm):
    """The public's version of an objection and its decision."""

    GUIDANCE = _(
        "Write what the public needs to understand the dispute. Leave out: names, addresses, phones, e-mail and "
        "identity numbers of persons; account numbers; secrets of either side; what the notice withholds. Put … or 某 "
        "in their place. Your name will stand with the text; another official clears it."
    )

    objection = forms.CharField(
        label=_("objection, redacted"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}), help_text=GUIDANCE
    )
    decision = forms.CharField(
        label=_("decision, redacted"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )


class ClearRedactionForm(forms.Form):
    """A second person has read the redacted text beside the original."""

    nothing_left = forms.BooleanField(
        label=_("I have read the redacted text beside the original: it shows no personal data and no secret."),
        error_messages={"required": _("Read the redacted text and confirm that nothing in it must stay hidden.")},
    )
