"""Filing of a licence (许可备案): it gets a number and stands until its last day; one that shuts out others is a claim on the
right."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.fieldsets import Group
from apps.certificates import consent, register
from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.rights import shared
from apps.rights.change import in_time
from apps.rights.models import Licence
from apps.rights.shared import FILING, MOOT, right
from apps.rules.clock import legal_today
from apps.workflow.checklist import DOUBT, Criterion, Remark, Subject
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CodeField, DayField, LineField, MoneyField, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.money import fen, spoken
from apps.workflow.numbering import next_number
from apps.workflow.people import CITY_CLERK, CLOCK, FOLLOWING, parties
from apps.workflow.review import REPLY, REVIEW_STATES, rectification, review_clock, reviewed
from apps.workflow.rounds import unlocked
from apps.workflow.states import STAYS, ClockSpec, Consequence, Kind, Move, Refusal, State, letter, states

BOTH = ("applicant", "licensee")
ALL = (*BOTH, consent.ROLE)
FILING_SERIES = "舟数知许"


class LicenceForm(shared.RightForm):
    """The contract: who, how, where, how long, for what."""

    files = (("contract", _("Licence contract")),)
    fixed = frozenset({"licensee"})

    groups = (
        Group(_("Licensee"), ("licensee",)),
        Group(_("Contract"), ("contract_number", "happened_on"), ("fee",), "fee_terms"),
        Group(_("Kind, term and use of the licence"), ("type",), ("starts_on", "ends_on"), "area"),
    )

    licensee = shared.PartyField(label=_("Licensee's unified social credit code"))
    type = forms.ChoiceField(label=_("Type of the licence"), choices=Licence.Type)
    contract_number = CodeField(label=_("Contract number"), max_length=80)
    happened_on = DayField(label=_("Contract signed on"))
    starts_on = DayField(label=_("First day of the licence"))
    ends_on = DayField(label=_("Last day of the licence"))
    area = LineField(label=_("Area and use"), max_length=200, help_text=_("For example: Zhejiang, forecasts at sea."))
    fee = MoneyField(label=_("Fee (yuan)"), min_value=Decimal(0), required=False)
    fee_terms = LineField(label=_("Terms of the fee"), max_length=200, required=False)

    def clean(self):
        data = super().clean()
        self.must_be_past("happened_on", legal_today())
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The last day of the licence lies before the first."))
        if self.organisation is not None and data.get("licensee") == self.organisation.pk:
            self.add_error("licensee", _("The holder needs no licence."))
        return data


# ------------------------------------------------------------------------------------------------ guards


def two_sides(act: Act) -> Refusal | None:
    if act.data["licensee"] != act.case.organisation_id:
        return None
    return Refusal("same_side", _("The holder needs no licence."))


def not_over(act: Act) -> Refusal | None:
    """A licence that has ended is nothing to file; a ledger's past is."""
    if act.recording or act.data["ends_on"] >= legal_day(act.at):
        return None
    return Refusal("licence_over", _("The licence has ended already."))


# ------------------------------------------------------------------------------------------------ effects


def make_row(act: Act) -> None:
    data = act.data
    plain = ("type", "contract_number", "happened_on", "starts_on", "ends_on", "area", "fee_terms")
    shared.make(
        act, licensor=act.case.organisation, licensee_id=data["licensee"], **{name: data[name] for name in plain},
        fee_fen=None if data.get("fee") is None else fen(data["fee"]), late=shared.filed_late(act),
    )  # fmt: skip


def change_row(act: Act) -> None:
    """An answer changes the items asked for; the two sides stay, and the fee becomes fen."""
    given = unlocked(act)
    if "fee" in given:
        act.row.fee_fen = None if given["fee"] is None else fen(given["fee"])
    shared.change_row(act)


def enter(act: Act) -> None:
    """Number, term, the claim of one that shuts out others, and the act on the right."""
    row = act.row
    row.filing_number = next_number(FILING_SERIES, legal_day(act.at).year)
    row.save(update_fields=["filing_number"])
    register.claim_licence(right(act), row.type, case=act.case, party=row.licensee, at=act.at)
    act.dues["term"] = row.ends_on
    shared.carry(act, "license", filing_number=row.filing_number, type=row.type)


def name_new_holder(act: Act) -> None:
    """The new holder, whom the licence binds now, becomes a party."""
    register.name_holder(act.case, right(act).holder)


def free(act: Act) -> None:
    register.release(act.case, at=act.at, outcome=act.move.target)


# ------------------------------------------------------------------------------------------------ what touches it


def licensees(registration: Registration) -> list[Organisation]:
    """Whoever has a filed licence on a right today."""
    live = Case.objects.filter(kind="licence_filing", root=registration.pk).in_state("on_file")
    rows = Licence.objects.filter(case__in=live)
    return list(Organisation.objects.filter(pk__in=rows.values("licensee")).order_by("pk"))


def licensee_must_consent(licence: Case, cause: Case | None) -> Refusal | None:
    return consent.missing(cause, [licence.licence.licensee])


def exclusive_licensee_must_consent(licence: Case, cause: Case | None) -> Refusal | None:
    """Only an exclusive licence leaves the holder no use that could pass to somebody else."""
    return licensee_must_consent(licence, cause) if licence.licence.type == Licence.Type.EXCLUSIVE else None


def who_shuts_out_must_consent(licence: Case, cause: Case | None) -> Refusal | None:
    """Beside a plain licence the holder gives further ones."""
    return licensee_must_consent(licence, cause) if licence.licence.type in register.SHUTTING_OUT else None


ON_FILE = states("on_file")
STAYS_FILED = _("It stays on file.")
ENDS = (shared.OVER, Consequence(_("It ends with the right; both sides are told."), "end_with_right", ON_FILE))

# ------------------------------------------------------------------------------------------------ the table


def within_validity(subject: Subject) -> Remark | None:
    end = subject.values.get("ends_on")
    if subject.case is None or end is None or end <= subject.case.root.registration.valid_until:
        return None
    return Remark(DOUBT, _("The licence runs past the right's validity."))


CHECKLIST = (
    Criterion("contract", _("The contract is attached, signed by both, and its terms are those stated"), ("contract_number", "happened_on", "type", "area", "fee_fen")),
    Criterion("term", _("The licence lies within the right's validity"), ("starts_on", "ends_on"), test=within_validity),
    Criterion("claims", _("Whoever has a claim on the right agrees"), basis=_("Civil Code, art. 444")),
    Criterion("late", _("It was filed in time"), ("happened_on",), _("By analogy with the Measures for Registration of Patent Pledges"), in_time),
)  # fmt: skip
STATES = (
    *REVIEW_STATES,
    State("on_file", _("On file"), _("Licence on file"), "good", next=_("nobody: it ends after its last day")),
    State("ended", _("Ended"), _("Ended"), "ended", open=False),
    MOOT,
)


def letter_context(act: Act) -> dict:
    names = ("licensor", "licensee", "type", "contract_number", "starts_on", "ends_on", "area", "filing_number", "late")
    own = shared.context(*names)(act)
    if act.row.fee_fen is not None:
        own["lines"].append(
            {"label": str(_("fee")), "value": str(_("%(amount)s yuan") % {"amount": spoken(act.row.fee_fen)})}
        )
    return own


KIND = Kind(
    name="licence_filing",
    label=_("Filing of a licence"),
    model=Licence,
    series="许",
    states=STATES,
    checklist=CHECKLIST,
    clocks=(
        review_clock("licence_decision_days", _("examination of the licence")),
        REPLY,
        ClockSpec(
            "term", _("term of the licence"), "", audience="applicant", on_expiry="end",
            remind_before="remind_before_pledge", tells=BOTH,
        ),
    ),
    moves=(
        *reviewed(
            examiner=CITY_CLERK, decider=shared.REGISTRARS, filer=shared.FILER, form=LicenceForm, accepted="on_file",
            accept=_("Put it on file"), accepted_past=_("put the licence on file"), texts="right", to=ALL,
            file_guards=(*FILING, shared.not_frozen, two_sides, not_over),
            guards=(shared.holder_applies, shared.right_in_force, shared.not_frozen, shared.claimants_consent),
            filed=(make_row, consent.ask), answered=(change_row, consent.ask), effects=(enter,), starts=("term",),
        ),
        *consent.consent_moves(states("submitted"), CITY_CLERK),
        Move(
            "end", _("End"), _("the licence ended"), ON_FILE, "ended", CLOCK, effects=(free,), stops=("term",),
            letters=letter("licence.ended", *BOTH),
        ),
        Move(
            "give_up", _("Give the licence up"), _("gave the licence up"), ON_FILE, "ended", parties("licensee"),
            form=ReasonForm, effects=(free,), stops=("term",), tone="danger", letters=letter("licence.ended", *BOTH, "office"),
        ),
        Move(
            "end_with_right", _("End with the right"), _("ended: the right it is about ended"), ON_FILE, "ended",
            FOLLOWING, effects=(free,), stops=("term",), letters=letter("licence.ended", *BOTH),
        ),
        Move(
            "hear_transfer", _("Note the new holder"), _("the right has a new holder"), ON_FILE, STAYS, FOLLOWING,
            effects=(name_new_holder,), letters=letter("licence.transferred", *BOTH, "holder"),
        ),
        shared.moot(ALL),
        *rectification(STATES),
    ),
    rests_on=shared.RESTS_ON,
    consequences=shared.consequences(
        expire=ENDS, revoke=ENDS,
        cancel=(
            shared.OVER,
            Consequence(_("It ends with the right; the licensee has agreed."), "end_with_right", ON_FILE, licensee_must_consent),
        ),
        transfer=(
            shared.OVER_WITH_HOLDER,
            Consequence(
                _("It stays on file and binds the new holder; both sides and the new holder are told."), "hear_transfer",
                ON_FILE, exclusive_licensee_must_consent,
            ),
        ),
        license=(
            Consequence(STAYS_FILED, sources=shared.OPEN),
            Consequence(STAYS_FILED, sources=ON_FILE, blocks=who_shuts_out_must_consent),
        ),
        freeze=(Consequence(shared.WAITS[0].says, sources=shared.OPEN), Consequence(STAYS_FILED)),
    ),
    leads_to="license",
    filing=shared.filing("licensee"),
    letter_context=letter_context,
)  # fmt: skip
