"""Change of the entry (变更): what may be changed without another registration, before and after."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.applications.codes import UpdateFrequency
from apps.certificates.contracts import contract_change
from apps.rights import face, shared, sources
from apps.rights.models import Change
from apps.rights.shared import FILING, MOOT, right
from apps.rules.clock import legal_today
from apps.workflow.checklist import DOUBT, Criterion, Remark, Subject
from apps.workflow.clocks import legal_day
from apps.workflow.forms import DayField, LineField
from apps.workflow.machine import Act
from apps.workflow.people import CITY_CLERK
from apps.workflow.review import REPLY, REVIEW_STATES, rectification, review_clock, reviewed
from apps.workflow.states import Consequence, Kind, Refusal, State

NOTHING = _("Nothing is changed: fill in what is to read differently.")
OVER_ALREADY = _(
    "A source contract named here has ended already: a right that has lost its source is cancelled, not changed."
)


class ChangeForm(sources.SourcedForm):
    """What is to read differently; an empty item stays as it is."""

    files = (("proof", _("Proof of the change")),)

    happened_on = DayField(label=_("Day of the change"))
    holder_data = forms.BooleanField(
        label=_("Our name or address has changed"), required=False,
        help_text=_("It is taken from the organisation's verification, which comes first; a new certificate is issued."),
    )  # fmt: skip
    name = LineField(label=_("New name of the data set"), max_length=100, required=False)
    scenario = forms.CharField(
        label=_("New scenario"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    structure = forms.CharField(
        label=_("New structure"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    record_count = forms.IntegerField(label=_("New number of records"), required=False, min_value=0, max_value=2**62)
    volume_bytes = forms.IntegerField(label=_("New volume in bytes"), required=False, min_value=0, max_value=2**62)
    update_frequency = forms.ChoiceField(
        label=_("New update frequency"), required=False, choices=[("", "—"), *UpdateFrequency.choices]
    )
    contracts = sources.contracts_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.registration is not None:
            for name in ("name", "record_count", "volume_bytes"):
                self.fields[name].widget.attrs["placeholder"] = str(getattr(self.registration, name))

    def clean_contracts(self):
        rows = sources.read(self)
        if any(row["ends_on"] < legal_today().isoformat() for row in rows):
            raise forms.ValidationError(OVER_ALREADY)
        return rows

    def clean(self):
        data = super().clean()
        self.must_be_past("happened_on", legal_today())
        if not self.errors and not data.get("holder_data") and not asked(data) and not data.get("contracts"):
            raise forms.ValidationError(NOTHING)
        return data


def asked(data: dict) -> dict:
    return {name: data[name] for name in Change.ITEMS if data.get(name) not in ("", None)}


def differs(act: Act) -> Refusal | None:
    """What reads as it did is no change."""
    now = right(act)
    given = asked(act.data)
    if act.data.get("holder_data") or any(value != getattr(now, name) for name, value in given.items()):
        return None
    return None if sources.new_contracts(act) else Refusal("nothing_changed", NOTHING)


def sources_run(act: Act) -> Refusal | None:
    """A contract that has ended would end the right with it: that is a cancellation, and is told as one."""
    rows = sources.new_contracts(act) if act.move.opens else act.row.contracts
    if all(row.ends_on >= legal_day(act.at) for row in sources.as_contracts(rows)):
        return None
    return Refusal("source_ended", OVER_ALREADY)


def before(act: Act, names: Iterable[str], contracts: Iterable[dict]) -> dict:
    """What stands in the register at these items, and of these contracts."""
    now = right(act)
    stood = {name: getattr(now, name) for name in names}
    known = sources.standing(now, contracts)
    return {**stood, "contracts": known} if known else stood


def before_filing(act: Act) -> dict:
    return before(act, asked(act.data), sources.new_contracts(act))


def keep_before(act: Act) -> None:
    """An answer may name items that the filing did not."""
    act.row.contracts = sources.news(right(act), act.row.contracts)
    act.row.before = before(act, act.row.changes, act.row.contracts)
    act.row.save(update_fields=["before", "contracts"])


def enter(act: Act) -> None:
    data = contract_change(right(act), sources.as_contracts(act.row.contracts))
    data["changes"].update(act.row.changes)
    shared.carry(act, "change", **data, **face.new_certificate(act))


def letter_context(act: Act) -> dict:
    """Each item as it stood and as it reads now."""
    own = shared.context("happened_on", "holder_data")(act)
    for name, value in act.row.changes.items():
        stood = act.row.before.get(name, "")
        label = str(act.row._meta.get_field(name).verbose_name)
        own["lines"].append({"label": label, "value": f"{spoken(name, stood)} → {spoken(name, value)}"})
    own["lines"] += sources.lines(act.row.contracts, act.row.before.get("contracts", ()))
    if act.row.late:
        own["lines"].append({"label": str(_("filed late")), "value": str(_("yes"))})
    return own


def spoken(name: str, value) -> str:
    return str(dict(UpdateFrequency.choices).get(value, value) if name == "update_frequency" else value)


def in_time(subject: Subject) -> Remark | None:
    if not subject.values.get("late"):
        return None
    return Remark(DOUBT, _("It was filed late: it is taken, and marked as late."))


CHECKLIST = (
    Criterion("proof", _("The change is proved"), ("happened_on",), _("Zhejiang Measures (Trial), details to be confirmed")),
    Criterion("substance", _("It is still the same data set: no new registration is needed"), Change.ITEMS),
    Criterion("contracts", _("The new days of the source contracts are those of the contracts"), ("contracts",)),
    Criterion("late", _("It was filed in time"), ("happened_on",), _("By analogy with the Measures for Registration of Patent Pledges"), in_time),
)  # fmt: skip
STATES = (*REVIEW_STATES, State("changed", _("Changed"), _("Changed"), "good", open=False), MOOT)

KIND = Kind(
    name="entry_change",
    label=_("Change of the entry"),
    model=Change,
    series="变",
    states=STATES,
    checklist=CHECKLIST,
    clocks=(review_clock("change_decision_days", _("decision on the change")), REPLY),
    moves=(
        *reviewed(
            examiner=CITY_CLERK, decider=shared.REGISTRARS, filer=shared.FILER, form=ChangeForm, accepted="changed",
            accept=_("Enter the change"), accepted_past=_("entered the change"), texts="right",
            accept_form=face.FaceForm, checks=(face.face_stands,),
            file_guards=(*FILING, differs, sources_run),
            guards=(shared.holder_applies, shared.right_in_force, sources_run),
            filed=(
                shared.maker(
                    "happened_on", "holder_data", *Change.ITEMS, before=before_filing, contracts=sources.new_contracts,
                    late=shared.filed_late,
                ),
            ),
            answered=(shared.change_row, keep_before), effects=(enter,),
        ),
        shared.moot(),
        *rectification(STATES),
    ),
    rests_on=shared.RESTS_ON,
    consequences=shared.consequences(
        **shared.ENDS, transfer=(shared.OVER_WITH_HOLDER,),
        change=(Consequence(_("It stays open: compare it with the entry as it reads then.")),),
    ),
    leads_to="change",
    filing=shared.filing(),
    letter_context=letter_context,
)  # fmt: skip
