"""Filters for forms: ``{% load portal_forms %}``."""

from collections.abc import Mapping

from django import forms, template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.pages.forms import FormError, list_errors, split_filters

register = template.Library()


def css_class(field: forms.BoundField) -> str:
    """Bootstrap's class for the widget of ``field``."""
    widget = field.field.widget
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-check-input" if isinstance(widget, forms.CheckboxInput) else "form-control"


@register.filter
def small_widget(field: forms.BoundField) -> SafeString:
    """The widget of a filter, in the size of a line."""
    return field.as_widget(attrs={"class": f"{css_class(field)} {css_class(field)}-sm"})


@register.filter
def sheet_widget(field: forms.BoundField, row: int | str) -> SafeString:
    """The widget of a cell: its name for readers of the screen is row and column."""
    label = _("Delete row %(row)s") if field.name == "DELETE" else _("Row %(row)s: %(column)s")
    wrong = " is-invalid" if field.errors else ""
    spoken = label % {"row": row, "column": field.label}
    return field.as_widget(attrs={"class": f"{css_class(field)}{wrong}", "aria-label": spoken})


@register.filter
def error_list(form: forms.BaseForm | forms.BaseFormSet) -> list[FormError]:
    """The errors of a bound form for the summary."""
    return list_errors(form) if form.is_bound else []


@register.filter
def more_filters(form: forms.BaseForm, shown: str) -> Mapping[str, list | bool]:
    """``fields`` of a filter form that are not in ``shown`` ("kind,status"), and ``in_use``."""
    return split_filters(form, shown)
