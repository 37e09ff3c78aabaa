"""What goes before a pledge, and beside it: a bank's notice of intent, a loan in preparation, a pledge of another office.

None of the three is a claim of ours: a notice is without legal effect, an entry of another office is shown, not enforced.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, User
from apps.certificates import register
from apps.certificates.lookup import happened
from apps.certificates.models import Claim, Registration
from apps.enterprises.models import Capacity, Organisation
from apps.enterprises.queries import organisations_of
from apps.pledges.forms_after import ContractForm, CreditForm, FinancingForm, IntentForm, OutsideForm, ValuationForm
from apps.pledges.models import Financing, IntentNotice, OutsidePledge
from apps.rules.clock import legal_today
from apps.verifications.guards import must_be_verified
from apps.workflow import search
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.models import Case, Clock
from apps.workflow.money import fen, spoken
from apps.workflow.people import CLOCK, FOLLOWING, officials, parties
from apps.workflow.review import rectification
from apps.workflow.states import NEW, STANDS, STAYS, ClockSpec, Consequence, Kind, Move, Refusal, State, letter, states

ENDS = frozenset({"expire", "cancel", "revoke"})


HEARD = frozenset({"license", "freeze", "thaw", "contest", "uphold"})
"""What makes the security worth less, or more again: whoever means to lend on it hears of it."""


def consequences(falls: Consequence, hears: Consequence, also: frozenset[str] = frozenset()) -> dict:
    """What ends the right ends this as well; what binds it or puts it in doubt is told; the rest leaves it as it is."""
    rows = {**dict.fromkeys(register.ACTS, STANDS), **dict.fromkeys(HEARD, (hears,))}
    return {**rows, **dict.fromkeys(ENDS | also, (falls,))}


def hangs_on_a_right(act: Act) -> Refusal | None:
    if act.case.root is not None and act.case.root.kind == "registration":
        return None
    return Refusal("no_registration", _("It is put on a registration: choose one first."))


def right_is_valid(act: Act) -> Refusal | None:
    return None if act.recording else register.must_be_valid(act.case.root.registration)


def index(act: Act, *words: str) -> None:
    right = act.case.root.registration
    search.index(act.case.pk, " ".join([right.number, right.name, *words]))


# ------------------------------------------------------------------------------------------------ notice of intent


def notices_on(rights: Iterable[Registration] | QuerySet, besides: int = 0) -> list[IntentNotice]:
    """The notices of intent that stand now on some rights, oldest first, those of one bank left out."""
    cases = Case.objects.filter(kind="intent_notice").in_state("standing")
    rows = IntentNotice.objects.filter(registration__in=rights, case__in=cases)
    return list(rows.exclude(bank=besides).select_related("bank", "case").order_by("pk"))


def notes(root: Case, user: User) -> list[str]:
    """What a notice tells whoever asks on the right: its holder, a bank, the office."""
    own = organisations_of(user) if user.is_authenticated else Organisation.objects.none()
    asks = user.is_authenticated and (
        user.is_official or own.filter(pk=root.organisation_id).exists() or own.with_capacity(Capacity.BANK).exists()
    )
    if not asks:
        return []
    words = _(
        "%(bank)s gave notice on %(day)s that it intends to take a pledge; the notice stands until %(until)s. It is without legal effect: another bank's application is accepted and examined as ever, and is only told that it came after the notice."
    )
    return [
        words % {"bank": row.bank.name, "day": legal_day(row.case.filed_at).isoformat(), "until": ends_on(row)}
        for row in notices_on([root.registration])
    ]


def ends_on(row: IntentNotice) -> str:
    clock = Clock.objects.filter(case=row.pk, name="notice").order_by("-pk").first()
    return clock.due_on.isoformat() if clock and clock.due_on else ""


def files_as_bank(act: Act) -> Refusal | None:
    if Capacity.BANK.value in act.case.organisation.capacities:
        return None
    return Refusal("no_bank", _("Only a bank gives notice that it intends to take a pledge."))


def no_notice_yet(act: Act) -> Refusal | None:
    if not any(row.bank_id == act.case.organisation_id for row in notices_on([act.case.root.registration])):
        return None
    return Refusal(
        "noticed", _("Your notice on this registration stands already; it can be given anew when it has lapsed.")
    )


def make_notice(act: Act) -> None:
    data, bank = act.data, act.case.organisation
    IntentNotice.objects.create(
        case=act.case, registration=act.case.root.registration, bank=bank, branch=data.get("branch", ""),
        amount_fen=fen(data["amount"]) if data.get("amount") else None,
    )  # fmt: skip
    index(act, bank.name)


def notice_filing(move: str, organisation: Organisation, root: Case | None, data: dict) -> dict:
    holder = root.organisation if root else None
    sides = [("holder", holder)] if holder is not None and holder != organisation else []
    return {
        "organisation": organisation, "title": root.title if root else organisation.name, "root": root,
        "parties": [("bank", organisation), *sides], "data": data,
    }  # fmt: skip


def notice_words(act: Act) -> dict:
    row = act.row
    return {
        "bank": row.bank.name, "registration": row.registration.number, "amount": spoken(row.amount_fen),
        "until": ends_on(row), "happened": happened(act),
    }  # fmt: skip


STANDING = states("standing")
NOTICE_STATES = (
    State("standing", _("Standing, without legal effect"), _("Notice of intent, without legal effect"), "waiting", next=_("nobody: it lapses by itself")),
    State("lapsed", _("Lapsed"), _("Lapsed"), "ended", open=False),
    State("withdrawn", _("Withdrawn"), _("Withdrawn by the bank"), "ended", open=False),
    State("used", _("The pledge is registered"), _("The pledge is registered"), "ended", open=False),
    State("moot", _("Without object"), _("Without object: the right has ended"), "ended", open=False),
)  # fmt: skip
NOTICE = Kind(
    name="intent_notice",
    label=_("Notice of intent to pledge"),
    model=IntentNotice,
    series="质意",
    states=NOTICE_STATES,
    clocks=(
        ClockSpec(
            "notice", _("notice of intent"), "intent_notice_days", audience="notice", on_expiry="lapse", tells=("bank",),
        ),
    ),
    moves=(
        Move(
            "file", _("Give notice"), _("gave notice of the intent to take a pledge"), NEW, "standing", parties("bank"),
            form=IntentForm, guards=(hangs_on_a_right, must_be_verified, files_as_bank, right_is_valid, no_notice_yet),
            effects=(make_notice,), starts=("notice",), tag="file", letters=letter("intent_notice.given", "bank", "holder"),
            snapshot=True,
        ),
        Move(
            "withdraw", _("Withdraw"), _("withdrew the notice"), STANDING, "withdrawn", parties("bank"), form=CommentForm,
            stops=("notice",), tone="danger", letters=letter("intent_notice.over", "bank", "holder"),
        ),
        Move(
            "lapse", _("Lapse"), _("the notice lapsed"), STANDING, "lapsed", CLOCK, stops=("notice",),
            letters=letter("intent_notice.over", "bank", "holder"),
        ),
        Move(
            "use_up", _("Use up"), _("the bank's pledge was registered"), STANDING, "used", FOLLOWING, stops=("notice",),
            silent="the pledge's own letter tells it",
        ),
        Move(
            "fall_away", _("Let it fall away"), _("fell away with the right"), STANDING, "moot", FOLLOWING,
            stops=("notice",), letters=letter("intent_notice.over", "bank", "holder"),
        ),
        Move(
            "hear", _("Tell of an act on the right"), _("the bank was told of an act on the right"), STANDING, STAYS, FOLLOWING,
            letters=letter("intent_notice.told", "bank"),
        ),
        *rectification(NOTICE_STATES),
    ),
    rests_on="registration",
    consequences=consequences(
        Consequence(_("The notice has no object any more."), "fall_away"),
        Consequence(_("The notice stands as it is; the bank is told."), "hear"),
    ),
    filing=notice_filing,
    letter_context=notice_words,
    offered=lambda root, own: own.with_capacity(Capacity.BANK).exists(),
    notes=notes,
)  # fmt: skip

# ------------------------------------------------------------------------------------------------ a loan in preparation


def make_financing(act: Act) -> None:
    data, firm = act.data, act.case.organisation
    row = Financing.objects.create(
        case=act.case, registration=act.case.root.registration, firm=firm, bank_id=data["bank"],
        wanted_fen=fen(data["wanted"]), purpose=data["purpose"],
    )  # fmt: skip
    index(act, firm.name, row.bank.name)


def keep(*names: str):
    """Effect that writes what the form gave to the row; amounts become fen."""

    def write(act: Act) -> None:
        for name in names:
            value = act.data[name.removesuffix("_fen")]
            setattr(act.row, name, fen(value) if name.endswith("_fen") else value)
        act.row.save(update_fields=names)

    return write


def holds_the_right(act: Act) -> Refusal | None:
    if act.case.root.registration.holder_id == act.case.organisation_id:
        return None
    return Refusal("not_holder", _("The pledgor is not the holder of the registration."))


def base_day_is_past(act: Act) -> Refusal | None:
    if act.data["appraised_on"] <= legal_today():
        return None
    return Refusal("future", _("The base date of the appraisal lies in the future."))


def financing_filing(move: str, organisation: Organisation, root: Case | None, data: dict) -> dict:
    bank = Organisation.objects.get(pk=data["bank"])
    return {
        "organisation": organisation, "title": root.title if root else organisation.name, "root": root,
        "parties": [("applicant", organisation), ("pledgee", bank)], "data": data,
    }  # fmt: skip


def financing_words(act: Act) -> dict:
    row = act.row
    return {
        "firm": row.firm.name, "bank": row.bank.name, "registration": row.registration.number,
        "wanted": spoken(row.wanted_fen), "purpose": row.purpose, "appraised": spoken(row.appraised_fen),
        "credit": spoken(row.credit_fen), "contract": row.contract_number, "happened": happened(act),
    }  # fmt: skip


SIDES = ("applicant", "pledgee")
EITHER, BANK = parties("applicant", "agent", "pledgee"), parties("pledgee")
RUNNING = states("intent", "valuation", "credit", "contract")
FINANCING_STATES = (
    State("intent", _("Intent"), _("Intent"), "waiting", next=_("the two sides order a valuation")),
    State("valuation", _("Under valuation"), _("Under valuation"), "waiting", next=_("the appraiser's value is recorded")),
    State("credit", _("Credit review"), _("Credit review"), "waiting", next=_("the bank decides on the credit")),
    State("contract", _("Contract stage"), _("Contract stage"), "attention", next=_("the firm applies for the pledge")),
    State("filed", _("The pledge is registered"), _("The pledge is registered"), "ended", open=False),
    State("declined", _("Not approved"), _("Not approved by the bank"), "bad", open=False),
    State("ended", _("Ended"), _("Ended"), "ended", open=False),
)  # fmt: skip
STEP = letter("financing.step", *SIDES)
FINANCING = Kind(
    name="financing",
    sheet_line=lambda case: "",  # what another bank weighs is not for whoever reads by consent
    label=_("Financing intent"),
    model=Financing,
    series="融意",
    states=FINANCING_STATES,
    clocks=(
        ClockSpec(
            "to_register", _("application for the pledge after the contract"), "pledge_registration_reminder_days",
            audience="applicant", remind_before="remind_before", remind_after="remind_after", tells=SIDES,
        ),
    ),
    moves=(
        Move(
            "file", _("Report the intent"), _("reported a financing intent"), NEW, "intent", parties("applicant", "agent"),
            form=FinancingForm, guards=(hangs_on_a_right, must_be_verified, holds_the_right, right_is_valid),
            effects=(make_financing,), tag="file", letters=letter("financing.filed", *SIDES), snapshot=True,
        ),
        Move(
            "value", _("Order the valuation"), _("ordered the valuation"), states("intent"), "valuation", EITHER,
            form=CommentForm, tone="primary", letters=STEP,
        ),
        Move(
            "record_value", _("Record the valuation"), _("recorded the valuation"), states("intent", "valuation"), "credit",
            EITHER, form=ValuationForm, checks=(base_day_is_past,), tone="primary", letters=STEP, snapshot=True,
            effects=(keep("appraised_fen", "appraised_on", "appraiser", "appraisal_method"),),
        ),
        Move(
            "approve", _("Approve the credit"), _("approved the credit"), states("credit"), "contract", BANK,
            form=CreditForm, effects=(keep("credit_fen"),), tone="primary", letters=STEP, snapshot=True,
        ),
        Move(
            "decline", _("Decline"), _("did not approve the credit"), states("intent", "valuation", "credit"), "declined",
            BANK, form=ReasonForm, tone="danger", letters=letter("financing.over", *SIDES),
        ),
        Move(
            "sign", _("Record the signed contract"), _("recorded the signed contract"), states("contract"), STAYS, EITHER,
            form=ContractForm, effects=(keep("contract_number", "contract_on"),), starts=("to_register",), letters=STEP,
            tone="primary", snapshot=True,
        ),
        Move(
            "use_up", _("Use up"), _("the pledge was registered"), RUNNING, "filed", FOLLOWING, stops=("to_register",),
            silent="the pledge's own letter tells it",
        ),
        Move(
            "end", _("End it"), _("ended it"), RUNNING, "ended", EITHER, form=ReasonForm, stops=("to_register",),
            tone="danger", letters=letter("financing.over", *SIDES),
        ),
        Move(
            "fall_away", _("Let it fall away"), _("fell away with the right"), RUNNING, "ended", FOLLOWING,
            stops=("to_register",), letters=letter("financing.over", *SIDES),
        ),
        Move(
            "hear", _("Tell of an act on the right"), _("the parties were told of an act on the right"), RUNNING, STAYS,
            FOLLOWING, letters=letter("financing.told", *SIDES),
        ),
        *rectification(FINANCING_STATES),
    ),
    rests_on="registration",
    consequences=consequences(
        Consequence(_("The intent has no object any more."), "fall_away"),
        Consequence(_("The loan in preparation goes on; firm and bank are told."), "hear"), frozenset({"transfer"}),
    ),
    filing=financing_filing,
    offered=lambda root, own: own.filter(pk=root.organisation_id).exists(),
    letter_context=financing_words,
)  # fmt: skip

# ------------------------------------------------------------------------------------------------ registered elsewhere


def make_outside(act: Act) -> None:
    """The entry, and a line in the register that is not ours: it is shown, and blocks nothing."""
    data, right = act.data, act.case.root.registration
    row = OutsidePledge.objects.create(
        case=act.case, registration=right, creditor=data["creditor"], place=data["place"],
        place_number=data["place_number"], since_on=data["since_on"], source=data["source"],
    )  # fmt: skip
    register.claim(
        right, case=act.case, party=None, kind=Claim.Kind.PLEDGE, at=act.at, own=False, exclusive=True,
        place=str(row.get_place_display()), place_number=row.place_number,
    )  # fmt: skip
    index(act, row.creditor, row.place_number)


def end_outside(act: Act) -> None:
    register.release(act.case, at=act.at, outcome="ended")


def outside_filing(move: str, organisation: Organisation | None, root: Case | None, data: dict) -> dict:
    holder = root.organisation if root else organisation
    return {
        "organisation": holder, "title": root.title if root else "", "root": root,
        "parties": [("holder", holder)] if holder else [], "data": data,
    }  # fmt: skip


def outside_words(act: Act) -> dict:
    row = act.row
    return {
        "creditor": row.creditor, "registration": row.registration.number, "place": str(row.get_place_display()),
        "place_number": row.place_number,
    }  # fmt: skip


OFFICE = officials(Role.CLERK, Role.CHIEF)
OUTSIDE_STATES = (
    State("recorded", _("Recorded"), _("Recorded"), "attention", next=_("nobody: it stands until its end is shown")),
    State("ended", _("Ended"), _("Ended"), "ended", open=False),
)
TO_HOLDER = ("holder", "office")
ELSEWHERE = Consequence(_("It stays on record. Its creditor has no account here: the other office tells it."))
OUTSIDE = Kind(
    name="outside_pledge",
    label=_("Pledge registered elsewhere"),
    model=OutsidePledge,
    series="质外",
    states=OUTSIDE_STATES,
    moves=(
        Move(
            "file", _("Record"), _("recorded a pledge registered elsewhere"), NEW, "recorded", OFFICE, form=OutsideForm,
            guards=(hangs_on_a_right,), effects=(make_outside,), tag="file",
            letters=letter("outside_pledge.recorded", *TO_HOLDER), snapshot=True,
        ),
        Move(
            "end", _("Record the end"), _("recorded its end"), states("recorded"), "ended", OFFICE, form=ReasonForm,
            effects=(end_outside,), tag="decide", letters=letter("outside_pledge.ended", *TO_HOLDER),
        ),
        *rectification(OUTSIDE_STATES),
    ),
    rests_on="registration",
    consequences=dict.fromkeys(register.ACTS, (ELSEWHERE,)),
    filing=outside_filing,
    letter_context=outside_words,
)  # fmt: skip
KINDS = (NOTICE, FINANCING, OUTSIDE)
