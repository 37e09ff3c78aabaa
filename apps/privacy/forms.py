"""Forms of a request about personal data, and of the answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.privacy.models import PersonalDataRequest
from apps.workflow.forms import LineField, SentenceForm


class RequestForm(SentenceForm):
    """See, correct or erase; a correction says what is right."""

    right = forms.ChoiceField(label=_("I want to"), choices=PersonalDataRequest.Right, widget=forms.RadioSelect)
    new_name = LineField(
        label=_("Right name"),
        required=False,
        max_length=60,
        help_text=_("Only for a correction: what should stand instead."),
    )
    new_email = forms.EmailField(label=_("Right e-mail"), required=False)
    new_phone = LineField(label=_("Right phone"), required=False, max_length=32)
    statement = forms.CharField(
        label=_("In your words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is wrong, or what you want to be erased."),
    )  # fmt: skip

    def clean(self):
        data = super().clean()
        named = [name for name in ("new_name", "new_email", "new_phone", "statement") if data.get(name)]
        if data.get("right") == PersonalDataRequest.Right.CORRECT and not named:
            raise forms.ValidationError(_("Say what is to be corrected."))
        if data.get("right") != PersonalDataRequest.Right.CORRECT:
            data.update(new_name="", new_email="", new_phone="")
        return data
