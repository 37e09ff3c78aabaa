"""Forms of the shared moves. A kind's own forms stand in its folder; each gives ``cleaned_data`` to ``perform``."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Grouped
from apps.accounts.text import clean_code, one_line
from apps.workflow import money, rounds


class CommentForm(Grouped, forms.Form):
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

    ``cleaned_data["items"]`` is a list of ``{"path", "label", "note"}``. ``notice`` is what the examiner's findings make, where
    the form begins with it.
    """

    notice: Any = None

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


class SecondCorrectionForm(CorrectionForm):
    """A second round: the items again, and why the first was not enough."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(
            label=_("Why a second correction is needed"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Stands in the record; it is not in the letter."),
            error_messages={"required": _("Say why the first correction was not enough.")},
        )  # fmt: skip


class CaseForm(CommentForm):
    """A move's form that wants to know the case it is about: its choices are the case's own."""

    def __init__(self, *args, case=None, **kwargs):
        self.case = case
        super().__init__(*args, **kwargs)


class UnlockForm(CaseForm):
    """One more item that the filer must change while answering a correction notice."""

    item = forms.ChoiceField(label=_("I must also change"))
    comment = forms.CharField(
        label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands in the record; the office reads it and opens the item or not."),
        error_messages={"required": _("Give the reason.")},
    )  # fmt: skip
    field_order = ["item", "comment"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        closed = rounds.items_of(self.case) if self.case is not None else []
        self.fields["item"].choices = [("", "—"), *closed]


def bind(form_class: type[forms.Form], case: Any, data=None, files=None) -> forms.Form:
    """A move's form as every face binds it: one on the kind's own row begins with what stands there."""
    if issubclass(form_class, forms.ModelForm):
        return form_class(data, files, instance=case.row)
    return form_class(data, files, case=case) if issubclass(form_class, CaseForm) else form_class(data, files)


class SentenceForm(Grouped, forms.Form):
    """A form whose missing values are each told in a sentence that names them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.required and field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = format_lazy(_("Fill in “{label}”."), label=field.label)


class FilingForm(SentenceForm):
    """What a case is opened with. ``files`` are the (path, label) of the papers it asks for, ``needed_files`` the
    paths without which it is not filed. ``fixed`` are the fields that no correction opens: the other side, and
    statements that the record does not keep.

    ``organisation`` is the one that files, ``root`` the case that the new one hangs on; both may be None. The portal offers
    it on the page of a case of the kind ``hangs_on``, and on the first page of organisations of the capacity ``begun_by``.
    """

    files: tuple[tuple[str, Any], ...] = ()
    needed_files: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    hangs_on = ""
    begun_by = ""

    def __init__(self, *args, organisation=None, root=None, **kwargs):
        self.organisation, self.root = organisation, root
        super().__init__(*args, **kwargs)

    @classmethod
    def items(cls) -> list[tuple[str, Any]]:
        """Fields and papers by path and label that may be corrected once it is filed; rows added by a form are not."""
        fields = [(name, field.label) for name, field in cls.base_fields.items() if name not in cls.fixed]
        return [*fields, *cls.files]

    @classmethod
    def known_of(cls, organisation, root=None) -> dict[str, Any]:
        """What the portal knows of the organisation already that the form asks for."""
        return {}


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
    """An amount in yuan with at most two places, below ten trillion, as ``money.read`` understands it."""

    default_error_messages = {
        **money.FAULTS,
        "min_value": _("The amount must be at least %(limit_value)s yuan."),
        "max_whole_digits": money.FAULTS["max_digits"],
    }
    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, *, min_value=Decimal(0), **kwargs):
        super().__init__(min_value=min_value, max_digits=15, decimal_places=2, **kwargs)

    def to_python(self, value):
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            return money.read(value)
        except ValidationError as fault:
            raise ValidationError(self.error_messages.get(fault.code, fault.message), code=fault.code) from fault
