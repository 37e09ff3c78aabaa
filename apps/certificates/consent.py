"""Consent (同意书): who else must agree before an act on a right, who has, and the rows by which they say so.

After a pledge is registered the right is neither assigned nor licensed without the pledgee (Civil Code, art. 444); of
several holders each must agree. A consent is an event of the case that asks for it: given in the portal by the party
itself, or recorded by an official from a signed paper. A new answer to a correction needs it again.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.certificates.models import Claim, Registration
from apps.certificates.register import open_claims
from apps.enterprises.models import Organisation
from apps.workflow.forms import CaseForm, CommentForm
from apps.workflow.machine import Act
from apps.workflow.models import Case
from apps.workflow.people import Who, parties
from apps.workflow.states import STAYS, Move, Refusal, letter

ROLE = "consenting"
CONSENTING = parties(ROLE)
ASKS_ANEW = ("file", "answer")


class PaperConsentForm(CaseForm):
    """A signed consent that an official has before him: whose it is, of those asked in this case, and the paper itself."""

    organisation = forms.ChoiceField(
        label=_("Who consents"), error_messages={"required": _("Choose whose consent the paper is.")}
    )
    consent_paper = forms.FileField(
        label=_("Signed and stamped consent"), error_messages={"required": _("Attach the signed paper.")}
    )
    seen = forms.BooleanField(
        label=_("I have the signed and stamped paper before me."),
        error_messages={"required": _("Confirm that you have the signed paper before you.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = asked_in(self.case) if self.case is not None else ()
        self.fields["organisation"].choices = [("", "—"), *((firm.pk, firm.name) for firm in asked)]
        self.fields["organisation"].widget.attrs["translate"] = "no"

    field_order = ["organisation", "consent_paper", "seen", "comment"]

    def clean_organisation(self) -> int:
        return int(self.cleaned_data["organisation"])


def consent_moves(sources: frozenset[str], recorder: Who) -> tuple[Move, ...]:
    """The two rows of a kind that asks for consent."""
    told = letter("case.consented", "applicant", "office")
    return (
        Move(
            "consent", _("Consent"), _("consented"), sources, STAYS, CONSENTING, form=CommentForm,
            guards=(still_asked,), effects=(name_consenting,), tone="primary", letters=told,
        ),
        Move(
            "record_consent", _("Record a consent on paper"), _("recorded a consent on paper"), sources, STAYS, recorder,
            form=PaperConsentForm, guards=(somebody_asked,), checks=(asked_here,), effects=(name_paper,), letters=told,
        ),
    )  # fmt: skip


def binding(act: str) -> tuple[str, ...]:
    """The claims whose party must agree to an act on a right: beside a sole licence the holder keeps the use, and with it
    what a transfer passes on."""
    everywhere = (Claim.Kind.PLEDGE, Claim.Kind.LICENCE)
    return everywhere if act == "transfer" else (*everywhere, Claim.Kind.SOLE)


def asked_of(registration: Registration, act: str = "") -> list[Organisation]:
    """Whose consent an act (the name of a touching move) of the first holder on a right needs: the other holders, and
    whoever has an open claim that binds it."""
    others = registration.case.parties.filter(role="holder").exclude(organisation=registration.holder_id)
    claims = open_claims(registration).filter(kind__in=binding(act), party__isnull=False)
    keys = {*others.values_list("organisation", flat=True), *claims.values_list("party", flat=True)}
    return list(Organisation.objects.filter(pk__in=keys).order_by("pk"))


def ask(act: Act, *more: Organisation) -> None:
    """Effect of filing and answering: whoever must agree becomes a party of the case, and so is told of it."""
    firms = {firm.pk: firm for firm in (*asked_of(act.case.root.registration, act.kind.leads_to), *more)}
    for firm in firms.values():
        act.case.parties.get_or_create(role=ROLE, organisation=firm, defaults={"rank": 0})


def asked_in(case: Case) -> list[Organisation]:
    """The organisations that a case asks for their consent and that have not given it."""
    asked = case.parties.filter(role=ROLE, organisation__isnull=False).select_related("organisation").order_by("pk")
    rows = list(asked)
    have = given(case) if rows else set()
    return [row.organisation for row in rows if row.organisation_id not in have]


def given(cause: Case | None) -> set[int]:
    """The organisations whose consent to what is filed now stands: given by them, or seen on paper (``consenting`` in the
    data of the event that says so)."""
    if cause is None:
        return set()
    known = cause.__dict__.get("_consents")  # asked for each case on the right: read once for each version of the cause
    if known is None or known[0] != cause.event_count:
        known = cause.__dict__["_consents"] = (cause.event_count, read_given(cause))
    return known[1]


def read_given(cause: Case) -> set[int]:
    consents: set[int] = set()
    for move, data in cause.events.standing().order_by("seq").values_list("move", "data"):
        if move in ASKS_ANEW:
            consents.clear()
        consents.update(data.get("consenting", ()))
    return consents


def missing(cause: Case | None, organisations: Iterable[Organisation]) -> Refusal | None:
    """A reason that names whose consent is still missing."""
    have = given(cause)
    names = "、".join(each.name for each in organisations if each.pk not in have)
    return Refusal("no_consent", _("The consent of %(names)s is missing.") % {"names": names}) if names else None


def name_consenting(act: Act) -> None:
    """Effect: the organisations for which the actor consents."""
    rows = act.case.parties.filter(role=ROLE, organisation__in=act.standing.organisations)
    act.facts["consenting"] = sorted(rows.values_list("organisation", flat=True))


def name_paper(act: Act) -> None:
    act.facts["consenting"] = [act.data["organisation"]]


def somebody_asked(act: Act) -> Refusal | None:
    if asked_in(act.case):
        return None
    return Refusal("nobody_asked", _("Nobody's consent is missing here."))


def asked_here(act: Act) -> Refusal | None:
    """A paper of somebody whom the case does not ask would say nothing."""
    if act.data.get("organisation") in {firm.pk for firm in asked_in(act.case)}:
        return None
    return Refusal("not_asked", _("This case does not wait for the consent of that organisation."))


def still_asked(act: Act) -> Refusal | None:
    """A second consent by the same organisation would say nothing."""
    asked = act.case.parties.filter(role=ROLE, organisation__in=act.standing.organisations)
    if set(asked.values_list("organisation", flat=True)) - given(act.case):
        return None
    return Refusal("consented", _("You have consented already."))
