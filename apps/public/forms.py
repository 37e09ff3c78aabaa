"""Forms of the public face."""

import re
from datetime import date, datetime, timedelta
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import no_nul
from apps.applications.codes import MarineCategory
from apps.applications.industries import SECTIONS
from apps.notices.forms import ObjectionForm
from apps.pages.forms import PortalFormMixin
from apps.rules.clock import SHANGHAI, legal_now, legal_today
from apps.rules.deadlines import end_of
from apps.workflow.clocks import legal_day

MOST_FILES = 5
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
BLANK_ZONE = re.compile(r" ([0-9]{2}:?[0-9]{2})$")
NO_MOMENT = _("Give a day as YYYY-MM-DD or a moment as YYYY-MM-DDThh:mm, for example 2026-09-18.")
day_input = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def industry_choices() -> list:
    """The divisions of GB/T 4754-2017 under their sections, in the reader's language."""
    chinese = (get_language() or "").startswith("zh")
    sections = [
        (section[1 if chinese else 2], [(row[0], f"{row[0]} {row[1 if chinese else 2]}") for row in section[3]])
        for section in SECTIONS
    ]
    return [("", _("Any")), *sections]


LARGEST_FILE = 20 * 1024 * 1024


class NoticeSearchForm(forms.Form):
    """The search over notices; all of it lives in the address. Dates are days of publication."""

    q = forms.CharField(label=_("Name, number or applicant"), required=False, max_length=100)
    marine_category = forms.ChoiceField(
        label=_("Marine category"), required=False, choices=[("", _("Any")), *MarineCategory.choices]
    )
    industry = forms.ChoiceField(label=_("Industry"), required=False, choices=industry_choices)
    since = forms.DateField(label=_("Published from"), required=False, input_formats=["%Y-%m-%d"], widget=day_input)
    until = forms.DateField(label=_("Published until"), required=False, input_formats=["%Y-%m-%d"], widget=day_input)

    def wanted(self) -> dict:
        """What was understood of the search; what was not is left out and told at its field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


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


class MomentForm(forms.Form):
    """A day, or a moment of it, as of which the register is asked for; now when left empty.

    A day stands for its end, today for now. A moment without a zone is Shanghai's; the plus sign of a zone may have
    become a blank on its way through an address.
    """

    on = forms.CharField(
        label=_("As of"), required=False, max_length=40, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"max_length": NO_MOMENT, "null_characters_not_allowed": NO_MOMENT},
    )  # fmt: skip

    def clean_on(self):
        text = self.cleaned_data["on"].strip()
        moment = moment_of(text) if text else legal_now()
        if moment is None:
            raise ValidationError(NO_MOMENT, code="invalid")
        if legal_day(moment) > legal_today() or (not is_day(text) and moment > legal_now()):
            raise ValidationError(_("That moment has not come yet; the register says nothing of it."), code="future")
        return min(moment, legal_now())


def is_day(text: str) -> bool:
    return DAY.fullmatch(text) is not None


def moment_of(text: str) -> datetime | None:
    """The moment that a text names: of a day its last."""
    try:
        if is_day(text):
            return end_of(date.fromisoformat(text)) - timedelta(microseconds=1)
        found = datetime.fromisoformat(BLANK_ZONE.sub(r"+\1", text))
        return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
    except (ValueError, OverflowError):
        return None


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


class TipForm(PortalFormMixin, forms.Form):
    """Word without a name."""

    text = forms.CharField(
        label=_("What you know"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}), validators=[no_nul],
        help_text=_("Leave out what would tell who you are, if you do not want it known."),
        error_messages={"required": _("Write what you know.")},
    )  # fmt: skip


class AlertForm(PortalFormMixin, forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), max_length=200, error_messages={"required": _("Enter your e-mail address.")}
    )


class MoreEvidenceForm(forms.Form):
    """Files that go with a supplement."""

    evidence = FilesField(
        label=pgettext_lazy("objection", "Evidence"), required=False,
        help_text=_("Five files at the utmost, 20 MB each. Seen only by the parties and the officials of the case."),
    )  # fmt: skip
