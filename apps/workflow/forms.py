"""Forms of the shared moves. A kind's own forms stand in its folder; each gives ``cleaned_data`` to ``perform``."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import clean_code, one_line


class CommentForm(forms.Form):
    """A word that goes into the record, if there is one to say."""

    comment = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    """A reason that the reader of the letter will see."""

    comment = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands in the letter and in the record."),
        error_messages={"required": _("Give the reason.")},
    )  # fmt: skip


class CorrectionForm(forms.Form):
    """What is to be corrected: one line an item, ``path: what is wrong``; the desk offers the items of the form.

    ``cleaned_data["items"]`` is a list of ``{"path", "label", "note"}``.
    """

    def __init__(self, *args, items=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for path, label in self.items:
            self.fields[f"note_{path}"] = forms.CharField(
                label=label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
            )
        self.fields["comment"] = CommentForm.base_fields["comment"]

    def clean(self):
        data = super().clean()
        data["items"] = [
            {"path": path, "label": str(label), "note": data.pop(f"note_{path}")}
            for path, label in self.items
            if data.get(f"note_{path}")
        ]
        for path, _label in self.items:
            data.pop(f"note_{path}", None)
        if not data["items"]:
            raise forms.ValidationError(_("Name at least one item to correct, and what is wrong with it."))
        return data


class SentenceForm(forms.Form):
    """A form whose missing values are each told in a sentence that names them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.required and field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = format_lazy(_("Fill in “{label}”."), label=field.label)


class FilingForm(SentenceForm):
    """What a case is opened with. ``files`` are the (path, label) of the papers it asks for.

    ``organisation`` is the one that files, ``root`` the case that the new one hangs on; both may be None.
    """

    files: tuple[tuple[str, Any], ...] = ()

    def __init__(self, *args, organisation=None, root=None, **kwargs):
        self.organisation, self.root = organisation, root
        super().__init__(*args, **kwargs)


class LineField(forms.CharField):
    """A name or number on one line, without characters that nobody sees."""

    default_validators = [one_line]


class CodeField(forms.CharField):
    """A number or code: full-width characters become half-width, outer blanks go."""

    def to_python(self, value):
        return clean_code(super().to_python(value))


class DayField(forms.DateField):
    """A date by the browser's own control."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {"invalid": _("Give the date as year-month-day, for example 2026-09-18.")}


class MoneyField(forms.DecimalField):
    """An amount in yuan with at most two places, below ten trillion; commas and full-width digits are understood."""

    default_error_messages = {
        "invalid": _("Give the amount in yuan as a number, for example 105000000.00."),
        "min_value": _("The amount must be at least %(limit_value)s yuan."),
        "max_digits": _("The amount is too large."),
        "max_whole_digits": _("The amount is too large."),
        "max_decimal_places": _("Give the amount to the fen: at most two decimal places."),
    }
    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, *, min_value=Decimal(0), **kwargs):
        super().__init__(min_value=min_value, max_digits=15, decimal_places=2, **kwargs)

    def to_python(self, value):
        text = value.replace(",", "").replace("，", "") if isinstance(value, str) else value
        return super().to_python(clean_code(text) if isinstance(text, str) else text)
