"""The table of a pledge: filed by the holder with a bank, registered as the one claim on each right, ended by two keys.

Guards are the twelve grounds of refusal (``guards``); release and change have modules of their own.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates import consent
from apps.certificates.lookup import law_of
from apps.certificates.models import Registration
from apps.certificates.statements import address_of
from apps.enterprises.models import Capacity, Organisation
from apps.pledges import amending, appraising, guards, releasing
from apps.pledges.checklist import CHECKLIST
from apps.pledges.effects import change_row, enter, lose_object, make_row, name_new_holder, strike_claims
from apps.pledges.forms import PledgeForm, RegisterForm
from apps.pledges.intents import notices_on
from apps.pledges.models import PLEDGED, Drawing, Pledge
from apps.pledges.releasing import BOTH, CONCERNED, PLEDGEE, REGISTRARS, TOLD
from apps.pledges.valuing import LABEL, words_of_age
from apps.rules.clock import legal_today
from apps.verifications.guards import must_be_verified
from apps.workflow.forms import CommentForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.money import fen, spoken, yuan
from apps.workflow.people import APPLICANT, CITY_CLERK, CLOCK, FOLLOWING, entering
from apps.workflow.review import REPLY, REVIEW_STATES, rectification, review_clock, reviewed
from apps.workflow.states import (
    STANDS,
    STAYS,
    ClockSpec,
    Consequence,
    Kind,
    Move,
    Refusal,
    SheetImport,
    State,
    Sum,
    kind,
    letter,
    states,
)
from apps.workflow.touch import outcome

STATES = (
    *REVIEW_STATES,
    State("fallen", _("Fallen away"), _("Not possible any more: the right has changed"), "ended", open=False),
    State("registered", _("Registered"), _("Pledged"), "good", next=_("the pledgee releases it")),
    State(
        "overdue", _("Loan over, not released"), _("Pledged; the loan's term is over"), "attention",
        next=_("the pledgee releases it, extends it or enforces it"),
    ),
    State("gone", _("Object gone"), _("The right has ended; the pledge has no object"), "bad", next=_("the pledgee releases it")),
    *releasing.STATES,
    State("void", _("Revoked"), _("Revoked, void from the beginning"), "bad", open=False),
)  # fmt: skip
APPLYING = states("submitted", "correction")
STILL_PLEDGED = frozenset(PLEDGED)


def filing(move: str, organisation: Organisation, root: Case | None, data: dict) -> dict:
    """The words for ``open_case``: the first right is the root, the others are what the deal rests on as well."""
    pledgee = Organisation.objects.get(pk=data["pledgee"])
    keys = [root.pk] if root is not None else []
    keys += [row["right"] for row in data.get("rights", ()) if row["right"] not in keys]
    found = Registration.objects.select_related("case", "holder").in_bulk(keys)
    rights = [found[key] for key in keys if key in found]
    root = root or (rights[0].case if rights else None)
    others = [firm for firm in guards.co_holders(rights) if firm.pk not in (organisation.pk, pledgee.pk)]
    return {
        "organisation": organisation,
        "title": root.title if root else pledgee.name,
        "root": root,
        "bases": [right.case for right in rights if root is None or right.pk != root.pk],
        "parties": [("applicant", organisation), ("pledgee", pledgee), *((consent.ROLE, firm) for firm in others)],
        "data": data,
    }


def letter_context(act: Act) -> dict:
    row = act.row
    rights = list(row.rights_in_order())
    last = row.releases.order_by("pk").last()
    return {
        "pledgor": row.pledgor.name,
        "pledgee": row.pledgee.name,
        "registration": "、".join(right.registration.number for right in rights),
        "contract": row.contract_number,
        "credit": spoken(row.credit_fen),
        "secured": spoken(row.secured_fen),
        "drawn": spoken(row.drawn_fen),
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "appraised": spoken(row.appraised_fen),
        "appraised_on": row.appraised_on.isoformat() if row.appraised_on else "",
        "place": str(row.get_registered_at_display()),
        "place_number": row.registered_number,
        "ground": str(last.get_ground_display()) if last else "",
        "way": str(last.get_way_display()) if last else "",
        "behind": "、".join(
            notice.bank.name for notice in notices_on([r.registration for r in rights], row.pledgee_id)
        ),
        "changes": amending.words_of(row.amendments.order_by("pk").last()),
        **statement(act, [right.registration for right in rights]),
        **touched(act),
    }


def statement(act: Act, rights: list[Registration]) -> dict:
    """What whoever has the right or its pledge is sent of the register after an act: which rights, the law, and where the
    statement of each as of that moment is read and printed (its address tells whole seconds)."""
    after = act.at + timedelta(seconds=1)
    rows = [{"number": row.number, "name": row.name, "url": address_of(row.number, after)} for row in rights]
    return {"statements": rows, "law": law_of(rights[0])}


def touched(act: Act) -> dict:
    """What was done to the right, and what becomes of the pledge by it."""
    by = act.facts.get("because_move", "")
    if not by:
        return {"act": "", "outcome": ""}
    before = act.event.from_status if act.event else act.case.status
    found = outcome(act.kind, before, by)
    return {"act": str(kind("registration").move(by).past), "outcome": str(found.says) if found else ""}


# ------------------------------------------------------------------------------------------------ what touches it


def pledgee_must_consent(pledge: Case, cause: Case | None) -> Refusal | None:
    """Civil Code, art. 444: no assignment and no licence without the pledgee."""
    return consent.missing(cause, [pledge.pledge.pledgee])


FALLS = Consequence(_("The application falls away: the right cannot be pledged any more."), "fall_away", APPLYING)
WAITS = Consequence(_("The application stays; the right cannot be pledged until this is over."), "tell", APPLYING)
EXAMINED = Consequence(
    _("The application stays; until this is over the right cannot be pledged, a revocation apart of which both sides sign that they know."),
    "tell", APPLYING,
)  # fmt: skip
KNOWS = Consequence(_("The application stays as it is."), "tell", APPLYING)
STILL = Consequence(_("The pledge stays registered: the right is still pledged."), "tell")
LOST = (
    Consequence(_("The pledge has lost its object; the debt stays, the security is gone."), "lose_object", states("registered", "overdue")),
    Consequence(_("The pledge has lost its object; the release goes on."), "tell"),
)  # fmt: skip
CONSEQUENCES = {
    "expire": (FALLS, STILL),
    "hold": STANDS,
    "let_run": STANDS,
    "renew": (KNOWS, STILL),
    "change": (KNOWS, STILL),
    "transfer": (
        FALLS,
        Consequence(
            _("The pledge stays registered, on the new holder's right; this takes the pledgee's consent."), "follow_holder",
            STILL_PLEDGED, pledgee_must_consent,
        ),
    ),
    "license": (
        KNOWS, Consequence(_("The pledge stays registered; this takes the pledgee's consent."), "tell", blocks=pledgee_must_consent),
    ),
    "reissue": STANDS,
    "freeze": (WAITS, STILL),
    "thaw": (KNOWS, STILL),
    "contest": (EXAMINED, STILL),
    "uphold": (KNOWS, STILL),
    "cancel": (
        FALLS,
        Consequence(LOST[0].says, "lose_object", LOST[0].sources, pledgee_must_consent),
        Consequence(LOST[1].says, "tell", blocks=pledgee_must_consent),
    ),
    "revoke": (FALLS, *LOST),
}  # fmt: skip

FOLLOWS = (
    Move(
        "tell", _("Tell the parties"), _("the right was touched; the parties were told"), APPLYING | STILL_PLEDGED, STAYS,
        FOLLOWING, letters=letter("pledge.touched", *TOLD),
    ),
    Move(
        "fall_away", _("Let it fall away"), _("fell away with the right"), APPLYING, "fallen", FOLLOWING,
        stops=("review", "reply"), letters=letter("pledge.touched", *TOLD),
    ),
    Move(
        "follow_holder", _("Follow the right"), _("followed the right to its new holder"), STILL_PLEDGED, STAYS,
        FOLLOWING, effects=(name_new_holder,), letters=letter("pledge.touched", *TOLD),
    ),
    Move(
        "lose_object", _("Lose its object"), _("the right has ended: the pledge has lost its object"),
        states("registered", "overdue"), "gone", FOLLOWING, effects=(lose_object,), stops=("loan_end", "valuation", "change_review"),
        letters=letter("pledge.touched", *TOLD),
    ),
)  # fmt: skip


def drawing_of(row: Pledge, values: dict) -> dict:
    """The payment that makes the amount drawn what the bank's sheet says."""
    more = fen(values["drawn"]) - row.drawn_fen
    kind_ = Drawing.Kind.DRAWN if more > 0 else Drawing.Kind.REPAID
    return {"kind": kind_, "amount": str(yuan(abs(more))), "on": legal_today().isoformat()}


def sheet_line(case: Case) -> str:
    """What a due diligence sheet says of a pledge; one that came to nothing is left out."""
    if case.status_at() in ("refused", "withdrawn", "lapsed", "fallen"):
        return ""
    row = case.pledge
    words = [
        case.number or "", case.state_.public_label, row.pledgee.name,
        _("secured %(amount)s yuan") % {"amount": spoken(row.secured_fen)},
        f"{row.starts_on.isoformat()} – {row.ends_on.isoformat()}",
    ]  # fmt: skip
    if row.appraised_fen is not None:
        said = _("appraised at %(amount)s yuan on %(day)s by %(who)s")
        values = {"amount": spoken(row.appraised_fen), "day": row.appraised_on.isoformat(), "who": row.appraiser or "–"}
        words += [said % values, words_of_age(row.appraised_on)]
    return " · ".join(str(word) for word in words)


KIND = Kind(
    name="pledge",
    label=_("Pledge"),
    model=Pledge,
    series="质",
    states=STATES,
    checklist=CHECKLIST,
    clocks=(
        review_clock("pledge_review_days", _("examination of the pledge")),
        REPLY,
        ClockSpec(
            "loan_end", _("end of the loan"), "", audience="applicant", on_expiry="fall_due",
            remind_before="remind_before_pledge", tells=(*BOTH, "office"),
        ),
        ClockSpec(
            "valuation", LABEL, "", audience="applicant", on_expiry="note_old_valuation",
            remind_before="remind_before_pledge", tells=BOTH,
        ),
        *releasing.CLOCKS,
        amending.CHANGES,
    ),
    moves=(
        *map(appraising.asking, reviewed(
            examiner=CITY_CLERK, decider=REGISTRARS, filer=APPLICANT | entering(Role.CLERK), form=PledgeForm,
            accept_form=RegisterForm, accepted="registered", accept=_("Register the pledge"),
            accepted_past=_("registered the pledge"), texts="pledge", to=CONCERNED,
            file_guards=(guards.hangs_on_a_right, must_be_verified, *guards.at_filing(), guards.pledgee_is_a_bank),
            guards=(*guards.at_registration(), appraising.appraisal_stands),
            checks=(guards.both_apply, guards.past_validity_has_reason, *guards.AT_THE_FORM),
            filed=(make_row, appraising.name_appraiser), answered=(change_row, appraising.name_appraiser),
            effects=(enter,), starts=("loan_end", "valuation"), undo=strike_claims,
        )),
        Move(
            "confirm", _("Confirm as pledgee"), _("confirmed it as pledgee"), states("submitted"), STAYS, PLEDGEE,
            form=CommentForm, guards=(guards.not_yet_confirmed,), tone="primary", letters=letter("pledge.confirmed", *BOTH),
        ),
        *consent.consent_moves(states("submitted"), CITY_CLERK),
        *appraising.MOVES,
        Move(
            "fall_due", _("Mark as overdue"), _("the loan's term is over and the pledge was not released"),
            states("registered"), "overdue", CLOCK, stops=("loan_end",),
            letters=letter("pledge.overdue", *TOLD),
        ),
        Move(
            "note_old_valuation", _("Note that the valuation is old"), _("the valuation went out of date"), STILL_PLEDGED,
            STAYS, CLOCK, stops=("valuation",), letters=letter("pledge.valuation_old", *BOTH),
        ),
        *releasing.MOVES,
        *amending.MOVES,
        *amending.VOID,
        *FOLLOWS,
        *rectification(STATES),
    ),
    rests_on="registration",
    way=(_("Pledge"), _("Apply for a pledge")),
    consequences=CONSEQUENCES,
    filing=filing,
    letter_context=letter_context,
    sheet_line=sheet_line,
    imports=SheetImport(
        capacity=Capacity.BANK, party="pledgee", key="contract_number", opens="file", reported=frozenset({"drawn"}),
        changes="draw", change_words=drawing_of,
        columns=(
            ("contract_number", ("合同编号", "合同号", "contract number")), ("contract_on", ("合同签订日期", "contract signed on")),
            ("branch", ("分支机构", "支行", "branch")), ("debt", ("主债权", "secured debt")),
            ("credit", ("授信额度", "授信额", "credit line")), ("secured", ("担保金额", "担保债权额", "secured amount")),
            ("drawn", ("已放款", "放款额", "amount drawn")), ("starts_on", ("贷款起始日", "first day")),
            ("ends_on", ("贷款到期日", "last day")), ("interest", ("年利率", "interest")),
        ),
    ),
    sums=(
        Sum(_("credit line"), "credit_fen"), Sum(_("secured amount"), "secured_fen"), Sum(_("amount drawn"), "drawn_fen"),
    ),
)  # fmt: skip
