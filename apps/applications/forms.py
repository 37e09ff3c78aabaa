"""The form step by step. Each step is bound to what the draft holds, so that a draft is checked as it will be filed."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Group
from apps.accounts.text import clean_code, one_line
from apps.applications.codes import (
    CHECKLIST,
    MUST_NOT,
    Answer,
    DataFormat,
    DataType,
    MarineCategory,
    PartyType,
    RegistrationKind,
    SourceKind,
    SourceMethod,
    UpdateFrequency,
)
from apps.applications.industries import DIVISIONS, industry_choices
from apps.applications.items import withholdable
from apps.applications.parties import check_rows, shares_fault
from apps.enterprises.uscc import check_uscc
from apps.evidence.models import Deposit
from apps.rules.clock import legal_today
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, DayField, SentenceForm
from apps.workflow.rows import MOST_ROWS, Column, RowsField

CHOOSE = [("", "—")]


def text(label, longest=200, *, required=True, **kwargs) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=required, validators=[one_line], **kwargs)


def long_text(label, longest, *, rows=6, required=True, **kwargs) -> forms.CharField:
    """A text of several lines, without characters that turn the direction of writing."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, max_length=longest, required=required, widget=widget, validators=[one_line], **kwargs
    )


def cell(longest=120, *, required=True) -> forms.CharField:
    return forms.CharField(max_length=longest, required=required, validators=[one_line])


def share_field(**kwargs) -> forms.DecimalField:
    return forms.DecimalField(min_value=Decimal("0.01"), max_value=100, decimal_places=2, required=False, **kwargs)


class StepForm(SentenceForm):
    """One matter of the form. ``organisation`` tells whose application it is."""

    def __init__(self, *args, organisation=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation


class BasicsForm(StepForm):
    name = text(
        _("Name of the data IP"), 100,
        help_text=_("What the data is about and for, then “data set”. Example: Nearshore wave height data set of Zhoushan."),
    )  # fmt: skip
    reg_kind = forms.ChoiceField(label=_("Kind of registration"), choices=RegistrationKind, initial="first")
    industry = forms.ChoiceField(label=_("Industry"), choices=lambda: [*CHOOSE, *industry_choices()])
    marine_category = forms.ChoiceField(label=_("Marine category"), choices=[*CHOOSE, *MarineCategory.choices])
    scenario = long_text(
        _("Application scenario"), 1000, min_length=50,
        help_text=_("For whom, under which conditions, and which problem it solves. 50 to 1,000 characters."),
    )  # fmt: skip

    def clean_industry(self):
        if self.cleaned_data["industry"] not in DIVISIONS:
            raise forms.ValidationError(_("Choose the industry from the list."))
        return self.cleaned_data["industry"]


class SourcesForm(StepForm):
    sources = RowsField(
        [
            Column("kind", _("Kind of data"), forms.ChoiceField(choices=[*CHOOSE, *SourceKind.choices])),
            Column("method", _("How obtained"), forms.ChoiceField(choices=[*CHOOSE, *SourceMethod.choices])),
            Column("licensor", _("From whom, or by which means"), cell()),
            Column("ends_on", _("Contract ends on"), DayField(required=False)),
        ],
        least=1, keyed=True, label=_("Data sources"),
        help_text=_("Each source with where it comes from, and the file that proves it: the contract or licence, or your statement of how you collected it. The certificate ends with the first contract that ends."),
        error_messages={"required": _("Name at least one source.")},
    )  # fmt: skip

    def clean_sources(self):
        """Contract and licence need no end, but an end that has passed founds nothing."""
        rows = self.cleaned_data["sources"]
        for number, row in enumerate(rows, 1):
            if row["ends_on"] and row["ends_on"] < legal_today():
                raise forms.ValidationError(_("Row %(row)d: this contract has ended already."), params={"row": number})
        return [{**row, "ends_on": row["ends_on"].isoformat() if row["ends_on"] else ""} for row in rows]


class StructureForm(StepForm):
    data_type = forms.ChoiceField(label=_("Data type"), choices=[*CHOOSE, *DataType.choices])
    fields_ = RowsField(
        [
            Column("name", _("Field"), cell(80)),
            Column("type", _("Format"), cell(60)),
            Column("note", _("Meaning and unit"), cell(200, required=False)),
        ],
        least=1, most=MOST_ROWS, label=_("Field table"),
        help_text=_("One row a field. Example: Hs, number, significant wave height in metres."),
        error_messages={"required": _("Describe at least one field.")},
    )  # fmt: skip
    record_count = forms.IntegerField(label=_("Records"), min_value=1, max_value=2**62)
    volume_bytes = forms.IntegerField(label=_("Volume in bytes"), min_value=1, max_value=2**62)
    formats = forms.MultipleChoiceField(
        label=_("Data formats"), choices=DataFormat, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one format.")},
    )  # fmt: skip
    update_frequency = forms.ChoiceField(label=_("Update frequency"), choices=[*CHOOSE, *UpdateFrequency.choices])
    update_until = DayField(
        label=_("Updated until"), required=False, help_text=_("Empty: for an indefinite time. Example: 2028-12-31.")
    )


class ProcessingForm(StepForm):
    algorithm = long_text(
        _("Processing rules in short"), 2000, rows=10, min_length=100,
        help_text=_("Cleaning, computation, model; for personal or public data also how it was made anonymous. 100 to 2,000 characters."),
    )  # fmt: skip


class EvidenceForm(StepForm):
    deposit = forms.ModelChoiceField(
        label=_("Evidence"), queryset=Deposit.objects.none(), empty_label="—",
        help_text=_("A verified deposit of your own. It must be older than the filing."),
        error_messages={"invalid_choice": _("Choose a deposit from the list.")},
    )  # fmt: skip
    formed_on = DayField(label=_("Data formed on"), help_text=_("Not later than the deposit. Example: 2026-03-31."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.organisation is not None:
            self.fields["deposit"].queryset = Deposit.objects.filter(
                case__organisation=self.organisation
            ).select_related("case", "platform")

    def clean(self):
        data = super().clean()
        deposit, formed = data.get("deposit"), data.get("formed_on")
        if deposit and not deposit.founds_on(legal_today()):
            self.add_error(
                "deposit",
                _("This deposit founds no filing: it must be verified, and its platform on file with the authority."),
            )
        if deposit and formed and formed > legal_day(deposit.deposited_at):
            self.add_error("formed_on", _("The data was formed before it was deposited: check the date."))
        return data


class PartiesForm(StepForm):
    groups = (
        Group(_("Applicants"), "applicants", ("share",)),
        Group(_("Agent"), "agent_name", ("agent_code", "agent_phone")),
        Group(_("Contact"), ("contact_name", "contact_phone"), ("contact_email",)),
    )

    applicants = RowsField(
        [
            Column("type", _("Type"), forms.ChoiceField(choices=[*CHOOSE, *PartyType.choices])),
            Column("name", _("Name"), cell()),
            Column("code", _("Social credit code or identity number"), cell(40)),
            Column("share", _("Share in %"), share_field()),
            Column("address", _("Address"), cell(200, required=False)),
            Column("phone", _("Phone"), cell(32, required=False)),
        ],
        most=20, label=_("Co-applicants"),
        help_text=_("In their order, after you. Leave it empty if you apply alone. A co-applicant that uses this portal sees the case."),
    )  # fmt: skip
    share = share_field(label=_("Your own share in %"), help_text=_("All shares together are 100, or none is given."))
    agent_name = text(_("Agent"), 120, required=False, help_text=_("Attach the power of attorney below."))
    agent_code = text(_("Agent's social credit code"), 40, required=False)
    agent_phone = text(_("Agent's phone"), 32, required=False)
    contact_name = text(_("Contact"), 60)
    contact_phone = text(_("Contact's phone"), 32)
    contact_email = forms.EmailField(label=_("Contact's e-mail"), required=False)

    def clean_applicants(self):
        return check_rows(self.cleaned_data["applicants"], self.organisation)

    def clean_agent_code(self):
        code = self.cleaned_data["agent_code"]
        return check_uscc(code) if code else ""

    def clean(self):
        data = super().clean()
        if data.get("agent_code") and not data.get("agent_name"):
            self.add_error("agent_name", _("Name the agent, or leave the code empty."))
        if "applicants" in data and "share" in data and (fault := shares_fault(data["share"], data["applicants"])):
            self.add_error("applicants", fault)
        data["agent"] = {
            name: data.pop(f"agent_{name}") for name in ("name", "code", "phone") if data.get(f"agent_{name}")
        }
        return data


class ComplianceForm(StepForm):
    """The marine checklist, the third-party store, and registrations of the same data elsewhere."""

    store_keeper = text(_("Third-party store: keeper"), 120, required=False)
    store_number = text(_("Third-party store: filing number with the province"), 80, required=False)
    store_encrypted = forms.BooleanField(
        label=_("The stored copy was de-identified a second time and encrypted"), required=False
    )
    other_registrations = RowsField(
        [
            Column("name", _("Kind of registration"), cell(80)),
            Column("code", _("Number"), cell(80)),
            Column("body", _("Body"), cell(120)),
            Column("day", _("Date"), DayField(required=False)),
        ],
        label=_("Other registrations of the same data"),
        help_text=_("For example as data property right or as public data resource."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        questions = {
            f"check_{code}": forms.ChoiceField(label=question, choices=Answer, widget=forms.RadioSelect)
            for code, question in CHECKLIST
        }
        self.fields = {**questions, **self.fields}

    def clean_other_registrations(self):
        rows = self.cleaned_data["other_registrations"]
        return [{**row, "day": row["day"].isoformat() if row["day"] else ""} for row in rows]

    def clean(self):
        data = super().clean()
        for code in MUST_NOT:
            if data.get(f"check_{code}") == Answer.YES:
                self.add_error(f"check_{code}", _("Data of this kind cannot be registered."))
        data["checklist"] = {code: data.pop(f"check_{code}") for code, _q in CHECKLIST if data.get(f"check_{code}")}
        store = {name: data.pop(f"store_{name}", "") for name in ("keeper", "number", "encrypted")}
        data["store"] = {name: value for name, value in store.items() if value}
        return data


class PublicationForm(StepForm):
    release_algorithm = forms.BooleanField(
        label=_("The processing rules may be published"), required=False,
        help_text=_("Unless you tick it, they are kept from the public as a trade secret."),
    )  # fmt: skip
    withheld_items = RowsField(
        [
            Column("item", _("Item"), forms.ChoiceField(choices=lambda: [*CHOOSE, *withholdable()])),
            Column("reason", _("Why the public may not see it"), forms.CharField(min_length=5, max_length=200, validators=[one_line])),
        ],
        most=10, label=_("Items kept from the public"),
        help_text=_("Only a trade secret or personal data may be kept back. Name, applicant, evidence and dates are always shown."),
    )  # fmt: skip
    remark = long_text(_("Other remarks"), 2000, rows=3, required=False)
    truthful = forms.BooleanField(
        label=_("All of this is true; the sources are lawful and nobody disputes the data."),
        error_messages={"required": _("The application needs your word that it is true.")},
    )
    not_classified = forms.BooleanField(
        label=_("Nothing in it is classified as a state secret."),
        error_messages={"required": _("Nothing classified may be handed in: confirm that nothing is.")},
    )
    e_service = forms.BooleanField(
        label=_("Letters may be served on us electronically."), required=False,
        help_text=_("Time limits for your answers then run from the delivery of the e-mail."),
    )  # fmt: skip

    def clean(self):
        data = super().clean()
        withheld = {row["item"]: row["reason"] for row in data.pop("withheld_items", ())}
        if not data.pop("release_algorithm", False):
            withheld["algorithm"] = ""
        data["withheld"] = withheld
        return data


STEPS: tuple[tuple[str, object, type[StepForm]], ...] = (
    ("basics", _("The data set"), BasicsForm),
    ("sources", _("Where it comes from"), SourcesForm),
    ("structure", _("Structure and size"), StructureForm),
    ("processing", _("How it was processed"), ProcessingForm),
    ("evidence", _("Evidence and sample"), EvidenceForm),
    ("parties", _("Applicants and contact"), PartiesForm),
    ("compliance", _("Compliance"), ComplianceForm),
    ("publication", _("Publication and statement"), PublicationForm),
)
STEP_FORMS = {name: form for name, _label, form in STEPS}


class ProposalForm(forms.Form):
    """The examiner's proposal to whoever decides."""

    proposal = forms.ChoiceField(
        label=_("Proposal"), choices=[("accept", _("Admit to public notice")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    comment = forms.CharField(
        label=_("Findings"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write down what you found.")},
    )  # fmt: skip


class MirroredForm(CommentForm):
    """Base of the acts of the province that are written down here."""

    effective_on = DayField(label=_("Date on the province's platform"), initial=legal_today)
    field_order = [
        "province_number", "registration_number", "certificate_number", "effective_on", "valid_until", "due_on", "comment",
    ]  # fmt: skip

    def clean_effective_on(self):
        day = self.cleaned_data["effective_on"]
        if day > legal_today():
            raise forms.ValidationError(_("This date lies in the future."))
        return day


class ProvinceNumberForm(MirroredForm):
    province_number = text(_("Number given by the province"), 40)

    def clean_province_number(self):
        return clean_code(self.cleaned_data["province_number"])


class ProvinceCorrectionForm(MirroredForm):
    comment = forms.CharField(
        label=_("What the province asks"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    due_on = DayField(
        label=_("Last day to answer"), required=False, help_text=_("As the province states it; empty: by our rule.")
    )


class ProvinceCertificateForm(MirroredForm):
    """Numbers and dates as they stand on the province's certificate; ours only warn."""

    registration_number = text(_("Registration number"), 40)
    certificate_number = text(_("Certificate number"), 40)
    valid_until = DayField(label=_("Valid until"))

    def clean(self):
        data = super().clean()
        if data.get("effective_on") and data.get("valid_until") and data["valid_until"] <= data["effective_on"]:
            self.add_error("valid_until", _("The certificate ends before it begins."))
        return data
