"""What forms of other apps need on a page of two languages."""

from django import forms

from apps.enterprises.models import Organisation
from apps.evidence.models import Deposit
from apps.insurance.models import Product

NAMED = (Deposit, Organisation, Product)


def mark_names(form: forms.Form) -> forms.Form:
    """Choices that are proper names stay as they are in every language: say so on their lists."""
    for field in form.fields.values():
        if getattr(getattr(field, "queryset", None), "model", None) in NAMED:
            field.widget.attrs["translate"] = "no"
    return form
