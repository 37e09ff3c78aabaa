"""What all forms of the portal share: fields by crispy's Bootstrap pack, an error summary with links, sheets of rows.

``{% crispy form %}`` shows the summary first (``templates/bootstrap5/errors.html``), then the fields; ``{% form_fields form %}``
the fields alone, for a page that shows a summary of its own. The ``<form>`` tag and its buttons belong to the page. Nothing
here needs a script.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, LayoutObject
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _


class PortalFormHelper(FormHelper):
    """Fields only: no <form> tag, no media; the page has both. The ``groups`` of a form (``apps.accounts.fieldsets.Group``) stand
    under their headings, and what no group names comes after them."""

    form_tag = False
    include_media = False

    def build_default_layout(self, form: forms.BaseForm) -> Layout:
        groups = getattr(form, "groups", ())
        named = {name for group in groups for name in group.names}
        parts = [part for group in groups if (part := headed(group, form))]
        rest = [name for name in form.fields if name not in named]
        if parts and rest:
            return Layout(*parts, Div(Div(*rest, css_class="field-group-fields"), css_class="field-group"))
        return Layout(*parts, *rest)


def headed(group, form: forms.BaseForm) -> LayoutObject | None:
    """The fields of one group that the form has, those of a line side by side; None where it has none of them."""
    lines: list[str | LayoutObject] = []
    for line in group.lines:
        here = [name for name in ([line] if isinstance(line, str) else line) if name in form.fields]
        if here:
            lines.append(here[0] if isinstance(line, str) else Div(*here, css_class="field-line"))
    if not lines:
        return None
    return Fieldset(group.legend, Div(*lines, css_class="field-group-fields"), css_class="field-group")


class PortalFormMixin:
    """Gives a form the helper that ``{% crispy form %}`` looks for."""

    required_css_class = "required"

    @property
    def helper(self) -> PortalFormHelper:
        return PortalFormHelper(self)


@dataclass(frozen=True)
class FormError:
    """One line of the summary: ``target`` is an id in the page, "" where the whole form is meant."""

    target: str
    label: str
    message: str


def list_errors(*parts: forms.BaseForm | forms.BaseFormSet) -> list[FormError]:
    """Every error of the forms and formsets of a page, in page order."""
    return [error for part in parts for error in (sheet_errors(part) if is_sheet(part) else form_errors(part))]


def is_sheet(part: forms.BaseForm | forms.BaseFormSet) -> bool:
    return isinstance(part, forms.BaseFormSet)


def form_errors(form: forms.BaseForm, row: str = "") -> list[FormError]:
    """The errors of one form; ``row`` ("Row 3") goes before the field's name."""
    whole = [FormError("", row, str(message)) for message in form.non_field_errors()]
    return whole + [
        FormError(target_of(field), f"{row} {field.label}".strip(), str(message))
        for field in form
        for message in field.errors
    ]


def target_of(field: forms.BoundField) -> str:
    """The id to jump to: the input, or the box around a group of inputs."""
    return field.id_for_label or (f"div_{field.auto_id}" if field.auto_id else "")


def sheet_errors(formset: forms.BaseFormSet) -> list[FormError]:
    """The errors of a formset, rows numbered as they are seen."""
    found = [FormError("", "", str(message)) for message in formset.non_form_errors()]
    for number, form in enumerate(formset.forms, 1):
        found += form_errors(form, _("Row %(number)s") % {"number": number})
    return found


def with_one_row_more(data: QueryDict, prefix: str, most: int = 1_000) -> QueryDict:
    """A copy of posted ``data`` whose formset ``prefix`` has one empty row more; ``most`` rows at the utmost."""
    key = f"{prefix}-TOTAL_FORMS"
    longer = data.copy()
    if longer.get(key, "").isdecimal():
        longer[key] = str(min(int(longer[key]) + 1, most))
    return longer


def split_filters(form: forms.BaseForm, shown: str) -> Mapping[str, list | bool]:
    """Fields of a filter form that stand behind "more" (not named in ``shown``), and whether one of them is in use."""
    names = shown.split(",")
    hidden = [field for field in form.visible_fields() if field.name not in names]
    return {"fields": hidden, "in_use": any(field.data not in (None, "", []) for field in hidden)}
