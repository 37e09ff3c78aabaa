"""Forms of due diligence: the holder's permission."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.diligence.models import Part
from apps.enterprises.models import Capacity, Organisation
from apps.rules.clock import legal_today
from apps.workflow.documents import of_parties
from apps.workflow.forms import DayField, FilingForm, LineField
from apps.workflow.models import Case, Document

READERS = (Capacity.BANK, Capacity.INSURER, Capacity.EXCHANGE, Capacity.APPRAISER)
LONGEST_DAYS = 366
USUAL_DAYS = 30


def readers() -> QuerySet[Organisation]:
    """The verified banks, insurers, exchanges and appraisers."""
    return Organisation.objects.with_capacity(*READERS).filter(verified_at__isnull=False)


def documents_of(registration_case: Case) -> QuerySet[Document]:
    """The files that a holder may open: those of the application and of the registration."""
    cases = [registration_case.pk, registration_case.registration.origin_id]
    return of_parties(Document.objects.filter(case__in=cases)).order_by("uploaded_at", "pk")


def a_month_on():
    return legal_today() + timedelta(days=USUAL_DAYS)


class GrantForm(FilingForm):
    """Who may read what of the file, for what, until when. The registration is the root."""

    reader = forms.ModelChoiceField(label=_("Who may read"), queryset=Organisation.objects.none(), empty_label="—")
    purpose = LineField(label=_("Purpose"), max_length=200, help_text=_("For example: examination of a loan."))
    until_on = DayField(
        label=_("Until"), initial=a_month_on, help_text=_("The view ends at 24:00 of this day; you can end it before.")
    )
    parts = forms.MultipleChoiceField(
        label=_("What is opened"), choices=Part, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("The dated sheet about the right belongs to every view."),
    )  # fmt: skip
    documents = forms.MultipleChoiceField(label=_("Files opened"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        firm = self.organisation
        self.fields["reader"].queryset = readers().exclude(pk=firm.pk) if firm else readers()
        choices = [(str(row.pk), row.name) for row in documents_of(self.root)] if self.is_holders() else []
        self.fields["documents"].choices = choices
        if not choices:
            del self.fields["documents"]

    def is_holders(self) -> bool:
        """Whether the right is the filer's own: another's files are not even named."""
        registration = self.root.registration if self.root is not None and self.root.kind == "registration" else None
        return (
            registration is not None
            and self.organisation is not None
            and registration.holder_id == self.organisation.pk
        )

    def clean_until_on(self):
        day, today = self.cleaned_data["until_on"], legal_today()
        if day < today:
            raise forms.ValidationError(_("This day has passed."), code="over")
        if (day - today).days > LONGEST_DAYS:
            raise forms.ValidationError(_("One year at the utmost."), code="long")
        return day
