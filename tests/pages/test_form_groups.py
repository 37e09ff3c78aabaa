"""Long forms under headings: every field is drawn once, and every name of a heading is a field."""

from collections import defaultdict

import pytest
from crispy_forms.utils import render_crispy_form

from apps.accounts.fieldsets import Group, Grouped
from apps.insurance.forms import BindForm, RecordForm
from apps.pages.forms import PortalFormHelper

pytestmark = pytest.mark.django_db


def grouped(above: type = Grouped) -> set[type]:
    """The forms that have headings."""
    found = {form for form in above.__subclasses__() if form.groups}
    return found.union(*(grouped(form) for form in above.__subclasses__()))


def test_every_field_is_drawn_once():
    for form_class in grouped():
        form = form_class()
        html = render_crispy_form(form, PortalFormHelper(form))
        drawn = {name: html.count(f'id="div_id_{name}"') for name in form.fields}
        assert set(drawn.values()) == {1}, f"{form_class}: {drawn}"


def test_every_name_of_a_heading_is_a_field():
    known: dict[Group, set[str]] = defaultdict(set)
    for form_class in grouped():
        for group in form_class.groups:
            known[group].update(form_class().fields)
    assert known
    assert not {group.legend: lost for group, names in known.items() if (lost := set(group.names) - names)}


def test_fields_stand_in_the_order_of_their_headings_and_a_heading_without_fields_is_left_out():
    names = list(RecordForm().fields)
    assert names[:4] == ["registration", "further", "insurer", "insured"]
    assert names.index("item_legal") > names.index("premium")  # a field that the form adds has its place too
    html = render_crispy_form(BindForm(), PortalFormHelper(BindForm()))
    legends = [str(group.legend) for group in BindForm.groups if f"<legend>{group.legend}</legend>" in html]
    assert legends == [str(group.legend) for group in BindForm.groups[1:]]
