"""Forms of the public face."""

from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.notices.forms import ObjectionForm
from apps.pages.forms import PortalFormMixin
from apps.rules.clock import legal_today

MOST_FILES = 5
LARGEST_FILE = 20 * 1024 * 1024


class NoticeSearchForm(forms.Form):
    q = forms.CharField(label=_("Name, number or applicant"), required=False, max_length=100)


class RegisterSearchForm(forms.Form):
    q = forms.CharField(label=_("Number, name or holder"), required=False, max_length=100)
    valid = forms.BooleanField(label=_("In force only"), required=False)


class VerifyForm(PortalFormMixin, forms.Form):
    number = forms.CharField(
        label=_("Certificate number or registration number"), max_length=40,
        error_messages={"required": _("Enter the number that stands on the certificate.")},
    )  # fmt: skip
    holder = forms.CharField(
        label=_("Holder"), max_length=200, help_text=_("The full name as it stands on the certificate."),
        error_messages={"required": _("Enter the name of the holder.")},
    )  # fmt: skip


class DayForm(forms.Form):
    """A day whose figures are asked for; today when left empty."""

    on = forms.DateField(
        label=_("As of"), required=False, input_formats=["%Y-%m-%d"], widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Give the day as YYYY-MM-DD, for example 2023-09-18.")},
    )  # fmt: skip

    def clean_on(self):
        day = self.cleaned_data["on"] or legal_today()
        if day > legal_today():
            raise ValidationError(_("That day has not come yet; there are no figures of it."), code="future")
        return day


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field, as a list: MOST_FILES at the utmost, each up to LARGEST_FILE bytes."""

    widget = ManyFiles

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MOST_FILES:
            raise ValidationError(_("Five files at the utmost."), code="many")
        if any(file.size > LARGEST_FILE for file in files):
            raise ValidationError(_("A file is larger than 20 MB."), code="size")
        return [super(FilesField, self).clean(file, initial) for file in files]


class PublicObjectionForm(PortalFormMixin, ObjectionForm):
    """An objection with its evidence; ``key`` tells a second press of the button from a second objection."""

    evidence = FilesField(
        label=pgettext_lazy("objection", "Evidence"), required=False, help_text=_("Five files at the utmost, 20 MB each. Seen only by the parties and the officials of the case."),
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    field_order = ["name", "identity", "email", "phone", "ground", "right_hurt", "statement", "evidence", "truthful"]
