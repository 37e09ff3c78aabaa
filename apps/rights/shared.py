"""What the procedures after registration have in common: guards, effects, outcomes, letters, and the fields of forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates import consent, register
from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.enterprises.uscc import check_uscc
from apps.outbox.letter_tags import day
from apps.rights.models import Dated
from apps.rules.deadlines import deadline, load_calendar
from apps.rules.lookup import rules_on
from apps.verifications.guards import must_be_verified
from apps.workflow import search
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CodeField, FilingForm
from apps.workflow.machine import Act, follow
from apps.workflow.models import Case
from apps.workflow.people import APPLICANT, FOLLOWING, entering, officials
from apps.workflow.rounds import unlocked
from apps.workflow.states import STANDS, Consequence, Effect, Move, Refusal, State, letter, states

RESTS_ON = "registration"
OPEN = states("submitted", "correction")
FILER = APPLICANT | entering(Role.CLERK)
REGISTRARS = officials(Role.CLERK, Role.CHIEF)
MOOT = State("moot", _("Ended with the right"), _("Ended with the right"), "ended", open=False)
OVER = Consequence(_("It ends: there is nothing left to decide."), "moot", OPEN)
OVER_WITH_HOLDER = Consequence(_("It ends: whoever filed it holds the right no more."), "moot", OPEN)
WAITS = (Consequence(_("It stays open, and cannot be accepted while the right is frozen.")),)
ENDS = dict.fromkeys(("expire", "cancel", "revoke"), (OVER,))


def consequences(**rows: tuple[Consequence, ...]) -> dict[str, tuple[Consequence, ...]]:
    """A kind's table of outcomes: what is not named stays as it is."""
    return {**dict.fromkeys(register.ACTS, STANDS), **rows}


def moot(to: tuple[str, ...] = ("applicant",), effects: tuple[Effect, ...] = ()) -> Move:
    """The row by which an open procedure ends because another act left it nothing to decide."""
    return Move(
        "moot", _("End with the right"), _("ended: another act on the right left nothing to decide"), OPEN, "moot",
        FOLLOWING, effects=effects, stops=("review", "reply"), letters=letter("right.moot", *to),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ guards


def right(act: Act) -> Registration:
    return act.case.root.registration


def hangs_on_a_right(act: Act) -> Refusal | None:
    if act.case.root is not None and act.case.root.kind == RESTS_ON:
        return None
    return Refusal("no_registration", _("This procedure is about a registration: choose one first."))


def holder_applies(act: Act) -> Refusal | None:
    if right(act).holder_id == act.case.organisation_id:
        return None
    return Refusal("not_holder", _("Only the holder of the registration may ask for this."))


def right_in_force(act: Act) -> Refusal | None:
    return register.must_be_valid_for(act, right(act))


def not_frozen(act: Act) -> Refusal | None:
    """A court's freeze holds every act that moves the right."""
    return register.must_not_be_frozen(right(act))


def claimants_consent(act: Act) -> Refusal | None:
    """The other holders, the pledgee and whoever's licence shuts out others have agreed to what is filed now; the buyer of
    such a licence who has no account here cannot be asked, and the licence stands against it."""
    if act.recording:
        return None
    bound, leads_to = register.licences(right(act)), act.kind.leads_to
    if any(licence.party_id is None for licence in bound if licence.kind in consent.binding(leads_to)):
        return register.LICENSED
    return consent.missing(act.case, consent.asked_of(right(act), leads_to))


FILING = (hangs_on_a_right, must_be_verified, holder_applies, right_in_force)


def none_open(kind: str, sentence: Any) -> Callable[[Act], Refusal | None]:
    """Guard: no other case of the kind is open on the right."""

    def guard(act: Act) -> Refusal | None:
        twins = Case.objects.filter(root=act.case.root, kind=kind).running().exclude(pk=act.case.pk)
        return Refusal(f"{kind}_open", sentence) if twins.exists() else None

    return guard


# ------------------------------------------------------------------------------------------------ effects


def make(act: Act, **columns: Any) -> None:
    """The kind's own row, and the words by which it is found."""
    registration = right(act)
    act.kind.model.objects.create(case=act.case, registration=registration, **columns)
    act.data = {}
    firms = " ".join(act.case.parties.values_list("organisation__name", flat=True).exclude(organisation=None))
    search.index(act.case.pk, f"{registration.number} {registration.name} {firms}")


def maker(*names: str, **fixed: Callable[[Act], Any]) -> Effect:
    """The opening effect of a kind whose form's values are its columns; ``fixed`` are worked out from the act."""

    def make_row(act: Act) -> None:
        worked = {name: work(act) for name, work in fixed.items()}
        make(act, **{name: act.data[name] for name in names if name in act.data}, **worked)

    return make_row


def change_row(act: Act) -> None:
    """An answer changes the items that the notice named; a corrected day may make the filing late, or in time."""
    columns = {field.name for field in act.row._meta.concrete_fields}
    for name, value in unlocked(act).items():
        if name in columns:
            setattr(act.row, name, value)
    if isinstance(act.row, Dated):
        act.row.late = is_late(act, act.row.happened_on)
    act.row.save()
    act.data = {}


def carry(act: Act, move: str, **data: Any) -> None:
    """The act on the right that this one leads to."""
    follow(act.case.root_id, move, because=act, data=data)


def filed_late(act: Act) -> bool:
    """Whether more days than the rule's had passed since what is reported; a late filing is taken all the same."""
    return is_late(act, act.data["happened_on"])


def is_late(act: Act, happened_on: date) -> bool:
    key = act.kind.model.FILED_WITHIN
    row = rules_on([key], act.case.rules_on)[key]
    last = deadline(happened_on, row.value, row.unit, load_calendar(), roll=True).date
    return legal_day(act.case.filed_at) > last


# ------------------------------------------------------------------------------------------------ filing, forms, letters


def filing(*others: str) -> Callable[..., dict[str, Any]]:
    """The words for ``open_case``: the holder's side applies; ``others`` are form values that name a further party."""

    def words(move: str, organisation: Organisation, root: Case, data: dict) -> dict[str, Any]:
        named = [(role, Organisation.objects.get(pk=data[role])) for role in others]
        return {
            "organisation": organisation,
            "title": root.registration.name if root is not None and root.kind == RESTS_ON else organisation.name,
            "root": root,
            "parties": [("applicant", organisation), *named],
            "data": data,
        }

    return words


class PartyField(CodeField):
    """An organisation on record here, by its unified social credit code; gives its key."""

    def __init__(self, **kwargs):
        super().__init__(max_length=40, help_text=_("Of an organisation that is verified here."), **kwargs)

    def prepare_value(self, value):
        """The record keeps the key; who reads the form is shown the code."""
        return Organisation.objects.get(pk=value).uscc if isinstance(value, int) else value

    def clean(self, value):
        if isinstance(value, int):
            return value  # as it stands in the record
        code = super().clean(value)
        found = Organisation.objects.filter(uscc=check_uscc(code), verified_at__isnull=False).first() if code else None
        if code and found is None:
            raise ValidationError(_("No verified organisation has this code."), code="unknown")
        return found.pk if found else None


class RightForm(FilingForm):
    """A filing on a registered right; the right is the root."""

    @property
    def registration(self) -> Registration | None:
        return getattr(self.root, "registration", None) if self.root is not None else None

    def must_be_past(self, name: str, today: date) -> None:
        """What is reported has happened."""
        told = self.cleaned_data.get(name)
        if told and told > today:
            self.add_error(name, _("This day lies in the future."))


def lines_of(act: Act, *names: str) -> list[dict[str, str]]:
    """Some columns of the row as lines of a letter, in the reader's language; empty ones are left out."""
    found = []
    for name in names:
        field = act.row._meta.get_field(name)
        shown = getattr(act.row, f"get_{name}_display", None)
        value = shown() if shown else getattr(act.row, name)
        if value not in ("", None, False):
            text = day(value.isoformat()) if isinstance(value, date) else str(value)
            found.append({"label": str(field.verbose_name), "value": str(_("yes")) if value is True else text})
    return found


def context(*names: str) -> Callable[[Act], dict[str, Any]]:
    """What the letters of a kind say: the right's number, and lines of the row."""

    def letter_context(act: Act) -> dict[str, Any]:
        return {
            "registration": right(act).number, "holder": right(act).holder.name, "lines": lines_of(act, *names),
        }  # fmt: skip

    return letter_context
