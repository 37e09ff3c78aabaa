"""Forms of publishing and of objecting."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import clean_code
from apps.notices.models import Objection


class ClearForm(forms.Form):
    """The secrecy review: a second person has read the public page."""

    no_secret = forms.BooleanField(
        label=_("I have read the public page: it shows no secret, no personal data and nothing withheld."),
        error_messages={"required": _("Read the public page and confirm that it shows nothing that must stay secret.")},
    )
    comment = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


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
        validators=[RegexValidator(r"^[0-9A-Za-z()\-]{6,40}\Z", _("Letters and digits only, six at least."))],
        help_text=_("Seen only by the officials of the case."),
    )  # fmt: skip
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    ground = forms.ChoiceField(label=_("ground"), choices=[("", "—"), *Objection.Ground.choices])

    def clean_identity(self) -> str:
        return clean_code(self.cleaned_data["identity"])


class ReplyForm(forms.Form):
    """The applicant's answer to an objection."""

    reply = forms.CharField(label=_("Reply"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))
