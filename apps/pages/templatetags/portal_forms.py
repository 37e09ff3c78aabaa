"""Filters for forms: ``{% load portal_forms %}``."""

from collections.abc import Mapping
from functools import lru_cache

from django import forms, template
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.pages.forms import FormError, PortalFormHelper, list_errors, split_filters

register = template.Library()

SELECTED = SafeString(" selected")


def css_class(field: forms.BoundField) -> str:
    """Bootstrap's class for the widget of ``field``."""
    widget = field.field.widget
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-check-input" if isinstance(widget, forms.CheckboxInput) else "form-control"


@register.filter
def small_widget(field: forms.BoundField) -> SafeString:
    """The widget of a filter, in the size of a line."""
    attrs = {"class": f"{css_class(field)} {css_class(field)}-sm"}
    return select(field, attrs) if type(field.field.widget) is forms.Select else field.as_widget(attrs=attrs)


def select(field: forms.BoundField, attrs: Mapping[str, str]) -> SafeString:
    """A select as Django's template writes it; two templates an option made a list with filters a third slower."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id, **attrs}, widget)
    shown = widget.get_context(field.html_name, field.value(), attrs)["widget"]
    groups = (
        group(str(name or ""), tuple((str(row["value"]), row["selected"], str(row["label"])) for row in options))
        for name, options, _index in shown["optgroups"]
    )
    return format_html(
        '<select name="{}"{}>{}</select>', shown["name"], flatatt(shown["attrs"]), SafeString("".join(groups))
    )


@lru_cache(maxsize=1024)
def group(name: str, rows: tuple[tuple[str, bool, str], ...]) -> SafeString:
    """The options of a select, within their group where it has a name; on every page of a list they are the same."""
    lines = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SELECTED if chosen else "", label) for value, chosen, label in rows),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, lines) if name else lines


@register.filter
def textarea(field: forms.BoundField) -> SafeString:
    """A text area as Django's template writes it, for forms that repeat on a page."""
    widget = field.field.widget
    attrs = widget.build_attrs(widget.attrs, field.build_widget_attrs({"id": field.auto_id}, widget))
    return format_html('<textarea name="{}"{}>\n{}</textarea>', field.html_name, flatatt(attrs), field.value() or "")


@register.filter
def sheet_widget(field: forms.BoundField, row: int | str) -> SafeString:
    """The widget of a cell: its name for readers of the screen is row and column."""
    label = _("Delete row %(row)s") if field.name == "DELETE" else _("Row %(row)s: %(column)s")
    wrong = " is-invalid" if field.errors else ""
    spoken = label % {"row": row, "column": field.label}
    return field.as_widget(attrs={"class": f"{css_class(field)}{wrong}", "aria-label": spoken})


@register.simple_tag(takes_context=True)
def form_fields(context, form: forms.BaseForm) -> SafeString:
    """The fields of a form in their groups, without the summary of its errors."""
    with context.push(form_show_labels=True, form_show_errors=True):
        return PortalFormHelper(form).render_layout(form, context)


@register.filter
def error_list(form: forms.BaseForm | forms.BaseFormSet) -> list[FormError]:
    """The errors of a bound form for the summary."""
    return list_errors(form) if form.is_bound else []


@register.filter
def more_filters(form: forms.BaseForm, shown: str) -> Mapping[str, list | bool]:
    """``fields`` of a filter form that are not in ``shown`` ("kind,status"), and ``in_use``."""
    return split_filters(form, shown)
