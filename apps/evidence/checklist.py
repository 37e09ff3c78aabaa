"""What is looked at before evidence is verified."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.workflow.checklist import DOUBT, FAULT, Criterion, Remark, Subject


def keeper_is_on_file(subject: Subject) -> Remark | None:
    platform = subject.values.get("platform")
    if platform is None or platform.on_file(subject.on):
        return None
    return Remark(FAULT, _("The platform is not on the list of those on file, so that no filing can rest on it."))


def digest_is_nobody_elses(subject: Subject) -> Remark | None:
    """A sign of dispute for the examiner, never a refusal by machine."""
    if subject.case is None:
        return None
    if not subject.case.row.same_digest().exists():
        return None
    return Remark(DOUBT, _("Another organisation deposited the same digest: see the similar cases."))


def steps_are_told(subject: Subject) -> Remark | None:
    if subject.values.get("collection"):
        return None
    return Remark(DOUBT, _("It is not said who collected the data, where, with what and in which steps."))


CHECKLIST = (
    Criterion("certificate", _("Certificate or deed is genuine: looked up at its keeper by number"), ("certificate_number",)),
    Criterion("keeper", _("The keeper is on file with the authority"), ("platform", "notary"), test=keeper_is_on_file),
    Criterion("digest", _("The digest is the one on the certificate"), ("sha256", "sm3"), test=digest_is_nobody_elses),
    Criterion("time", _("The time of the deposit is the one on the certificate"), ("deposited_at",)),
    Criterion("collection", _("How the data were collected is told and can be followed"), ("collection",), test=steps_are_told),
)  # fmt: skip
