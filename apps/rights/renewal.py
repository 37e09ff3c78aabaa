"""Renewal (续展): filed in the window before the end, it keeps the right in force until it is decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates import register
from apps.certificates.contracts import as_they_stand, is_mirrored, renewed_end
from apps.certificates.models import Registration
from apps.rights import shared, sources
from apps.rights.face import FACE, FaceForm, face_of, face_stands, keep_number, new_certificate
from apps.rights.models import Renewal
from apps.rights.shared import FILING, MOOT, right
from apps.rules.deadlines import add_months, deadline, load_calendar
from apps.rules.lookup import rules_on
from apps.workflow.checklist import DOUBT, Criterion, Remark, Subject
from apps.workflow.clocks import legal_day
from apps.workflow.machine import Act, Refused
from apps.workflow.models import Case
from apps.workflow.people import CITY_CLERK, DECIDERS
from apps.workflow.review import REPLY, REVIEW_STATES, rectification, review_clock, reviewed
from apps.workflow.states import Consequence, Kind, Refusal, State

NOTHING_LEFT = _("A source contract named here ends with the old term: it leaves nothing to renew.")


class RenewalForm(sources.SourcedForm):
    """That the data still exist and may still be used; the term follows from the rule."""

    files = (
        ("statement", _("Statement, signed and stamped")),
        ("sources", _("Contracts or licences of the sources")),
    )

    data_exists = forms.BooleanField(
        label=_("We state that the data still exist and are kept as registered."),
        error_messages={"required": _("A renewal needs this statement.")},
    )
    sources_licensed = forms.BooleanField(
        label=_("We state that the sources are still licensed, or need no licence."),
        error_messages={"required": _("A renewal needs this statement.")},
    )
    contracts = sources.contracts_field()
    early_because = forms.CharField(
        label=_("Reason, where it is filed before the renewal window"), required=False, max_length=300,
        help_text=_("Only the section chief may grant such a renewal."),
    )  # fmt: skip

    def clean_contracts(self):
        rows = sources.read(self)
        if self.registration is not None and ends_with_the_old(self.registration, rows):
            raise forms.ValidationError(NOTHING_LEFT)
        return rows


class GrantForm(FaceForm):
    """The grant; a reason where the renewal was filed outside its window."""

    outside_because = forms.CharField(
        label=_("Reason, where it was filed outside the window"), required=False, max_length=300,
        help_text=_("Only the section chief may grant it then."),
    )  # fmt: skip
    field_order = [*FACE, "outside_because", "comment"]


# ------------------------------------------------------------------------------------------------ the window


def window_opens(registration: Registration, on: date) -> date:
    """The first day on which a renewal may be filed: the rule's months before the end."""
    months = rules_on(["renewal_window_months"], on)["renewal_window_months"].value
    return add_months(registration.valid_until, -months)


def is_early(act: Act) -> bool:
    return legal_day(act.case.filed_at) < window_opens(right(act), act.case.rules_on)


def early_says_why(act: Act) -> Refusal | None:
    if act.recording or not is_early(act) or act.data.get("early_because"):
        return None
    words = _("The renewal window opens on %(day)s: wait until then, or say why you file earlier.")
    return Refusal("outside_window", words % {"day": window_opens(right(act), act.case.rules_on).isoformat()})


def within_window(act: Act) -> Refusal | None:
    if act.recording or not is_early(act) or act.standing.holds(Role.CHIEF):
        return None
    return Refusal(
        "outside_window",
        _("It was filed outside the renewal window: only the section chief may grant it, with a reason."),
    )


def outside_has_reason(act: Act) -> Refusal | None:
    if act.recording or not is_early(act) or act.data.get("outside_because"):
        return None
    return Refusal("no_reason", _("It was filed outside the renewal window: give the reason to grant it all the same."))


def ends_with_the_old(registration: Registration, rows: Iterable[dict]) -> bool:
    """Whether a contract that is stated as it stands now ends with the old term: it leaves nothing to renew. The end of a
    mirrored right stands on its certificate, whatever the contracts say."""
    stated = sources.as_contracts(rows)
    return any(row.ends_on <= registration.valid_until for row in stated) and not is_mirrored(registration)


def leaves_a_term(act: Act) -> Refusal | None:
    if not ends_with_the_old(right(act), act.row.contracts):
        return None
    return Refusal("source_ended", NOTHING_LEFT)


def new_term(act: Act) -> date:
    """Old end and the rule's years; another office's certificate says its own."""
    if face := face_of(act.data):
        return face["valid_until"]
    years = rules_on(["certificate_years"], act.case.rules_on)["certificate_years"].value
    return deadline(right(act).valid_until, years, "year", load_calendar()).date


# ------------------------------------------------------------------------------------------------ effects


def hold(act: Act) -> None:
    """Filed in time and undecided, the right stays in force (by analogy with the licensing law, art. 50)."""
    shared.carry(act, "hold")


def let_run(act: Act) -> None:
    """The renewal is over: the right runs to its end, unless another act has ended it meanwhile."""
    if Case.objects.values_list("status", flat=True).get(pk=act.case.root_id) == "renewing":
        shared.carry(act, "let_run")


def hold_again(act: Act) -> None:
    """Rectification of a refusal: undecided again; a right that ran out since cannot be held."""
    if refusal := shared.right_in_force(act):
        raise Refused(refusal.code, refusal.sentence)
    hold(act)


def keep_news(act: Act) -> None:
    """Of the contracts those that read differently from the register."""
    act.row.contracts = sources.news(right(act), act.row.contracts)
    act.row.save(update_fields=["contracts"])


def grant(act: Act) -> None:
    row, term = act.row, new_term(act)
    contracts = sources.as_contracts(row.contracts)
    row.renewed_until, ended_by = renewed_end(right(act), term, contracts)
    row.source_ends_on = row.renewed_until if ended_by else None
    row.outside_because = act.data.get("outside_because", "")
    row.save(update_fields=["renewed_until", "source_ends_on", "outside_because"])
    keep_number(act)
    given = {"valid_until": term, "contracts": [list(contract) for contract in contracts], **new_certificate(act)}
    shared.carry(act, "renew", **given)


# ------------------------------------------------------------------------------------------------ the table


def no_dispute(subject: Subject) -> Remark | None:
    """An open dispute warns and does not hinder."""
    if subject.case is None or not register.disputes(subject.case.root.registration):
        return None
    return Remark(DOUBT, _("A dispute about this right is open."))


def all_renewed(subject: Subject) -> Remark | None:
    """A contract on record that ends with the old term, and of which nothing new was said, is asked for."""
    if subject.case is None or is_mirrored(subject.case.root.registration):
        return None
    registration = subject.case.root.registration
    stands = as_they_stand(registration, sources.as_contracts(subject.values.get("contracts") or ()))
    ended = [row.name for row in stands if row.ends_on <= registration.valid_until]
    if not ended:
        return None
    return Remark(DOUBT, _("No new end is given for the source contract with %(names)s.") % {"names": "、".join(ended)})


BASIS = _("Pilot rules of Beijing and Shanghai; Zhejiang's to be confirmed")
CHECKLIST = (
    Criterion("data", _("The statement that the data still exist is signed"), ("data_exists",), BASIS),
    Criterion("sources", _("The sources are still licensed, and the contracts end on the days stated"), ("sources_licensed", "contracts"), BASIS, all_renewed),
    Criterion("window", _("It was filed in the renewal window, or the reason is a good one"), ("early_because",), BASIS),
    Criterion("dispute", _("No dispute about the right is open"), test=no_dispute, inner=True),
)  # fmt: skip


TOLD = ("renewed_until", "source_ends_on", "certificate_number", "early_because", "outside_because")


def letter_context(act: Act) -> dict[str, Any]:
    own = shared.context(*TOLD)(act)
    own["lines"] += sources.lines(act.row.contracts)
    return own


STATES = (*REVIEW_STATES, State("granted", _("Renewed"), _("Renewed"), "good", open=False), MOOT)
FIRST = Consequence(
    _("It must be decided first."),
    blocks=lambda renewal, cause: Refusal(
        "renewal_open", _("A renewal is being examined: it is decided before the right changes hands.")
    ),
)
GOES_ON = (Consequence(_("It stays open; whoever decides it is warned.")),)

KIND = Kind(
    name="renewal",
    label=_("Renewal"),
    model=Renewal,
    series="续",
    states=STATES,
    checklist=CHECKLIST,
    clocks=(review_clock("renewal_decision_days", _("decision on the renewal")), REPLY),
    moves=(
        *reviewed(
            examiner=CITY_CLERK, decider=DECIDERS, filer=shared.FILER, form=RenewalForm, accept_form=GrantForm,
            accepted="granted", accept=_("Grant the renewal"), accepted_past=_("granted the renewal"), texts="right",
            file_guards=(*FILING, shared.none_open("renewal", _("A renewal of this right is open already.")), early_says_why),
            guards=(shared.right_in_force, within_window, leaves_a_term), checks=(outside_has_reason, face_stands),
            filed=(shared.maker("data_exists", "sources_licensed", "early_because", contracts=sources.new_contracts), hold),
            answered=(shared.change_row, keep_news), effects=(grant,), ended=(let_run,), undo_ended=hold_again,
        ),
        shared.moot(),
        *rectification(STATES),
    ),
    rests_on=shared.RESTS_ON,
    consequences=shared.consequences(
        **shared.ENDS, transfer=(FIRST,), contest=GOES_ON, renew=(shared.OVER,),
    ),
    leads_to="renew",
    filing=shared.filing(),
    letter_context=letter_context,
)  # fmt: skip
