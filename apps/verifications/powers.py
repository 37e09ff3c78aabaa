"""The table of a power of attorney: granted by a manager and accepted by the agent, or entered from paper by one
official and confirmed by another; it ends by revocation, by giving it up, or on its last day."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.enterprises.membership import managers_of
from apps.enterprises.models import Organisation, PowerOfAttorney
from apps.verifications.guards import must_be_verified
from apps.verifications.models import Power
from apps.verifications.power_forms import PowerForm
from apps.verifications.workflow import MANAGERS
from apps.workflow import search
from apps.workflow.clocks import legal_day
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act, Refused
from apps.workflow.models import Case, Party
from apps.workflow.people import CITY, CLERKS, CLOCK, REVIEWERS, Standing, Who
from apps.workflow.review import nothing, rectification
from apps.workflow.states import NEW, ClockSpec, Kind, Move, Refusal, State, letter, states

STATES = (
    State("offered", _("To be accepted by the agent"), _("To be accepted by the agent"), "attention", next=_("the agent accepts it")),
    State("recorded", _("Entered from paper, to be confirmed"), _("Being checked by the office"), "waiting", next=_("a second official confirms it")),
    State("in_force", _("In force"), _("In force"), "good", next=_("nobody: it runs to its last day")),
    State("declined", pgettext_lazy("power", "Not accepted"), pgettext_lazy("power", "Not accepted"), "ended", open=False),
    State("ended", pgettext_lazy("power", "Ended"), pgettext_lazy("power", "Ended"), "ended", open=False),
)  # fmt: skip
BOTH = ("principal", "attorney")


def manages_attorney(standing: Standing) -> bool:
    if standing.actor is None or "attorney" not in standing.party_roles:
        return False
    agent = Party.objects.filter(case=standing.case, role="attorney").values("organisation")
    return managers_of(agent[:1]).filter(user=standing.actor).exists()


ATTORNEY = Who(manages_attorney, ("attorney_manager",))


def one_open(act: Act) -> Refusal | None:
    """One power at a time for a principal and an agent, those still waiting included."""
    others = Power.objects.filter(case__organisation=act.case.organisation, agent=act.data["agent"])
    open_ = Case.objects.filter(power__in=others).in_state("offered", "recorded", "in_force")
    return TAKEN if open_.exists() else None


TAKEN = Refusal("open_power", _("A power of attorney between these two is open already: end it first."))


def make_row(act: Act) -> None:
    data = act.data
    Power.objects.create(
        case=act.case, agent=data["agent"], kinds=data["kinds"], from_on=data["from_on"], until_on=data["until_on"]
    )
    search.index(act.case.pk, f"{act.case.organisation.name} {data['agent'].name}")
    act.data = {}


def begin(act: Act) -> None:
    """From now on the agent may act; a lapsed row that no sweep has ended yet makes room."""
    row, day = act.row, legal_day(act.at)
    pair = PowerOfAttorney.objects.filter(principal=act.case.organisation, agent=row.agent, ended_at__isnull=True)
    pair.filter(until_on__lt=day).update(ended_at=act.at)
    try:
        with transaction.atomic():
            row.power = PowerOfAttorney.objects.create(
                principal=act.case.organisation, agent=row.agent, kinds=row.kinds, from_on=row.from_on,
                until_on=row.until_on, granted_at=act.at,
            )  # fmt: skip
    except IntegrityError as fault:
        raise Refused(TAKEN.code, TAKEN.sentence) from fault
    row.save(update_fields=["power"])
    act.dues["validity"] = row.until_on


def finish(act: Act) -> None:
    PowerOfAttorney.objects.filter(procedure=act.row.pk, ended_at__isnull=True).update(ended_at=act.at)


def not_over(act: Act) -> Refusal | None:
    if act.row.until_on >= legal_day(act.at):
        return None
    return Refusal("over", _("Its last day has passed: a new one is needed."))


def filing(move: str, organisation: Organisation, root: Case | None, data: dict) -> dict:
    return {
        "organisation": organisation, "title": f"{organisation.name} → {data['agent'].name}"[:200], "data": data,
        "parties": [("principal", organisation), ("attorney", data["agent"])],
    }  # fmt: skip


def letter_context(act: Act) -> dict:
    row = act.row
    return {"agent": row.agent.name, "from_on": row.from_on.isoformat(), "until_on": row.until_on.isoformat()}


KIND = Kind(
    name="power",
    label=_("Power of attorney"),
    model=Power,
    series="托",
    states=STATES,
    clocks=(
        ClockSpec("validity", _("validity"), "", audience="applicant", on_expiry="lapse", tells=BOTH),
    ),
    moves=(
        Move(
            "grant", _("Grant"), _("granted a power of attorney"), NEW, "offered", MANAGERS, form=PowerForm,
            checks=(must_be_verified, one_open), effects=(make_row,), tag="file", letters=letter("power.offered", *BOTH),
            snapshot=True,
        ),
        Move(
            "record", _("Enter from paper"), _("entered a power of attorney from paper"), NEW, "recorded", CLERKS,
            checks=(one_open,), effects=(make_row,), tag="file", silent="it is told when a second official has confirmed it",
            snapshot=True,
        ),
        Move(
            "accept", _("Accept"), _("accepted the power of attorney"), states("offered"), "in_force", ATTORNEY,
            checks=(not_over,), effects=(begin,), starts=("validity",), tone="primary", tag="accept",
            letters=letter("power.in_force", *BOTH), undo=finish, snapshot=True,
        ),
        Move(
            "confirm", _("Confirm"), _("confirmed it against the paper"), states("recorded"), "in_force", REVIEWERS,
            form=CommentForm, checks=(not_over,), effects=(begin,), starts=("validity",), tone="primary", tag="decide",
            letters=letter("power.in_force", *BOTH), undo=finish, snapshot=True,
        ),
        Move(
            "decline", _("Decline"), _("declined it"), states("offered"), "declined", ATTORNEY, form=CommentForm,
            tone="danger", letters=letter("power.declined", *BOTH), undo=nothing,
        ),
        Move(
            "reject", _("Reject"), _("rejected the paper"), states("recorded"), "declined", REVIEWERS, form=ReasonForm,
            tone="danger", tag="decide", letters=letter("power.declined", *BOTH), undo=nothing,
        ),
        Move(
            "revoke", _("Revoke"), _("revoked the power of attorney"), states("offered", "in_force"), "ended",
            MANAGERS, form=CommentForm, effects=(finish,), tone="danger", stops=("validity",),
            letters=letter("power.ended", *BOTH),
        ),
        Move(
            "give_up", _("Give up"), _("gave the power of attorney up"), states("in_force"), "ended", ATTORNEY,
            form=CommentForm, effects=(finish,), tone="danger", stops=("validity",), letters=letter("power.ended", *BOTH),
        ),
        Move(
            "end_on_paper", _("End on paper"), _("ended it on a paper revocation"), states("in_force"), "ended",
            CLERKS | CITY, form=ReasonForm, effects=(finish,), tone="danger", stops=("validity",),
            letters=letter("power.ended", *BOTH),
        ),
        Move(
            "lapse", _("Lapse"), _("its last day passed"), states("in_force"), "ended", CLOCK, effects=(finish,),
            stops=("validity",), letters=letter("power.ended", *BOTH),
        ),
        *rectification(STATES),
    ),
    filing=filing,
    letter_context=letter_context,
)  # fmt: skip
