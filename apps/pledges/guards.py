"""The twelve grounds of refusal (专利权质押登记办法, by analogy), each with its check, its reason code and who may pass it.

One table: the filing, the registration and an extension ask its rows, and the tests read it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.certificates import consent, register
from apps.certificates.models import Registration
from apps.enterprises.models import Capacity, Organisation
from apps.rules.clock import legal_today
from apps.workflow.machine import Act
from apps.workflow.models import Case, Party
from apps.workflow.states import Guard, Refusal

CONTENT = ("contract_number", "debt", "secured_fen", "starts_on", "ends_on")
"""What a pledge contract must say (art. 8), as far as it is a column."""


@dataclass(frozen=True)
class Ground:
    """One ground of refusal: its number and words in the model rule, its check here ("" code: nobody checks it by
    machine), whether it is asked at filing, and the role that may pass it with a reason."""

    number: int
    says: Any
    code: str = ""
    check: Guard | None = None
    at_filing: bool = True
    passes: str = ""


# ------------------------------------------------------------------------------------------------ what is pledged


def rights_of(act: Act) -> list[Registration]:
    """The rights of a deal, the root's first; read once for all guards."""
    known = act.standing.history.known
    if "rights" not in known:
        known["rights"] = rights_of_case(act.case, act.bases)
    return known["rights"]


def rights_of_case(case: Case, bases: tuple[Case, ...] = ()) -> list[Registration]:
    further = [base.pk for base in bases] or (list(case.bases.values_list("on", flat=True)) if case.pk else [])
    keys = [key for key in (case.root_id, *further) if key]
    found = Registration.objects.select_related("case", "holder").in_bulk(keys)
    return [found[key] for key in keys if key in found]


def each_right(check: Callable[[Act, Registration], Refusal | None]) -> Guard:
    """A guard that asks of every right of the deal; its reason names the right."""

    def guard(act: Act) -> Refusal | None:
        rights = rights_of(act)
        for right in rights:
            if (refusal := check(act, right)) is not None:
                return named(right, refusal) if len(rights) > 1 else refusal
        return None

    guard.__name__ = check.__name__
    return guard


def named(right: Registration, refusal: Refusal) -> Refusal:
    """A reason with the right that it is about."""
    words = _("%(number)s “%(name)s”: %(reason)s")
    return Refusal(refusal.code, words % {"number": right.number, "name": right.name, "reason": refusal.sentence})


# ------------------------------------------------------------------------------------------------ the grounds


@each_right
def pledgor_is_holder(act: Act, right: Registration) -> Refusal | None:
    if right.holder_id == act.case.organisation_id:
        return None
    return Refusal("not_holder", _("The pledgor is not the holder of the registration."))


@each_right
def right_is_valid(act: Act, right: Registration) -> Refusal | None:
    return register.must_be_valid_for(act, right)


def hangs_on_a_right(act: Act) -> Refusal | None:
    """Ground 3: what is not yet registered is not pledged."""
    cases = [act.case.root, *act.bases]
    if all(case is not None and case.kind == "registration" for case in cases):
        return None
    return Refusal("no_registration", _("A pledge is put on a registration: choose one first."))


@each_right
def term_is_running(act: Act, right: Registration) -> Refusal | None:
    """Ground 4 has no fee here; its counterpart is the term on the certificate, or a renewal filed in time."""
    if act.recording or right.valid_until >= legal_today() or right.case.status_at() == "renewing":
        return None
    return Refusal("term_over", _("The term on the certificate is over."))


@each_right
def right_is_undisputed(act: Act, right: Registration) -> Refusal | None:
    """Ground 5: a dispute or a court's freeze; one reason for each. A revocation is ground 11."""
    if act.recording:
        return None
    if not all(register.would_revoke(dispute) for dispute in register.disputes(right)):
        return Refusal("contested", register.DISPUTED.sentence)
    refusal = register.must_be_free(right)
    return refusal if refusal is not None and refusal.code == register.FROZEN.code else None


def debt_within_validity(act: Act) -> Refusal | None:
    """Ground 6: a debt that runs past the right's validity is registered by the chief alone."""
    if not outlasts(act) or act.recording or act.standing.holds(Role.CHIEF):
        return None
    return Refusal(
        "past_validity",
        _("The loan ends after the right's validity: only the section chief may register it, with a reason."),
    )


def outlasts(act: Act, ends_on: date | None = None) -> bool:
    first = min((right.valid_until for right in rights_of(act)), default=None)
    return first is not None and (ends_on or act.row.ends_on) > first


def past_validity_has_reason(act: Act) -> Refusal | None:
    if not outlasts(act) or act.recording or act.data.get("past_validity_because"):
        return None
    return Refusal(
        "no_reason", _("The loan ends after the right's validity: give the reason to register it all the same.")
    )


def contract_is_complete(act: Act) -> Refusal | None:
    """Ground 7: what the contract must say (art. 8)."""
    missing = [name for name in CONTENT if not getattr(act.row, name)]
    if not missing:
        return None
    names = "、".join(str(act.row._meta.get_field(name).verbose_name) for name in missing)
    return Refusal("contract_incomplete", _("The contract does not say: %(names)s.") % {"names": names})


def co_holders_agree(act: Act) -> Refusal | None:
    """Ground 8: every further holder of a right has consented to what is filed."""
    return None if act.recording else consent.missing(act.case, co_holders(rights_of(act)))


def co_holders(rights: list[Registration]) -> list[Organisation]:
    """The holders of the rights besides the pledgor."""
    cases, own = [right.case_id for right in rights], {right.holder_id for right in rights}
    rows = Organisation.objects.filter(
        pk__in=Party.objects.filter(case__in=cases, role="holder").values("organisation")
    )
    return list(rows.exclude(pk__in=own).order_by("pk"))


@each_right
def right_is_free(act: Act, right: Registration) -> Refusal | None:
    """Ground 9: no second pledge while one is open, cooling included."""
    return register.must_be_free(right)


@each_right
def revocation_is_known(act: Act, right: Registration) -> Refusal | None:
    """Ground 11: while a revocation is examined, both must have signed that they know it. A mere report is not one."""
    if act.recording or act.data.get("knows_of_revocation"):
        return None
    if not any(register.would_revoke(dispute) for dispute in register.disputes(right)):
        return None
    words = _(
        "It is being examined whether this right is to be revoked: both sides must sign that they know it, and still want the pledge."
    )
    return Refusal("revocation_open", words)


GROUNDS = (
    Ground(1, _("The pledgor is not the registered holder"), "not_holder", pledgor_is_holder),
    Ground(2, _("The right has ended"), "not_valid", right_is_valid),
    Ground(3, _("The right is not registered yet"), "no_registration", hangs_on_a_right),
    Ground(4, _("The term on the certificate is over (there is no annual fee)"), "term_over", term_is_running),
    Ground(5, _("The right is in dispute or frozen by a court"), "contested", right_is_undisputed),
    Ground(6, _("The debt runs past the validity of the right"), "past_validity", debt_within_validity, False, "chief"),
    Ground(7, _("The contract lacks what it must say"), "contract_incomplete", contract_is_complete, False),
    Ground(8, _("A further holder has not consented"), "no_consent", co_holders_agree, False),
    Ground(9, _("The right is pledged already"), "claimed", right_is_free),
    Ground(10, _("Utility model and invention of the same day: has no counterpart here")),
    Ground(11, _("Revocation is being examined and the sides have not signed that they know it"), "revocation_open", revocation_is_known, False),
    Ground(12, _("Another ground, which the registrar names in the refusal")),
)  # fmt: skip
AT_THE_FORM = (revocation_is_known,)
"""Grounds that a word in the registrar's own form answers: asked with the form, not before it."""


def at_filing() -> tuple[Guard, ...]:
    """Ground 3 stands first: the others ask of the rights."""
    found = [
        ground.check for ground in GROUNDS if ground.check and ground.at_filing and ground.check is not hangs_on_a_right
    ]
    return (hangs_on_a_right, *found)


def at_registration() -> tuple[Guard, ...]:
    return tuple(ground.check for ground in GROUNDS if ground.check and ground.check not in AT_THE_FORM)


# ------------------------------------------------------------------------------------------------ both sides


def pledgee_is_a_bank(act: Act) -> Refusal | None:
    if Organisation.objects.with_capacity(Capacity.BANK).filter(pk=act.data["pledgee"]).exists():
        return None
    return Refusal("no_bank", _("The organisation named as pledgee is not a bank."))


def both_apply(act: Act) -> Refusal | None:
    """Both sides apply jointly: the pledgee confirms in the portal, or the registrar has seen the signed paper."""
    if act.recording or act.data.get("joint_paper") or confirmed(act):
        return None
    return Refusal("not_joint", _("The pledgee has not confirmed, and no joint application was seen."))


def confirmed(act: Act) -> bool:
    """The pledgee has confirmed what is filed now; an answer to a correction needs a new confirmation."""
    said = act.case.events.standing().filter(move__in=("confirm", "answer")).order_by("-seq").first()
    return said is not None and said.move == "confirm"


def not_yet_confirmed(act: Act) -> Refusal | None:
    if not confirmed(act):
        return None
    return Refusal("confirmed", _("You have confirmed this pledge already."))
