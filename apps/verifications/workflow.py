"""The table of a verification: filed by a manager, examined and accepted in the district or the city."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.enterprises.membership import managers_of
from apps.enterprises.models import Organisation
from apps.verifications.forms import VerificationForm, VerifyForm
from apps.verifications.models import Verification
from apps.workflow import search
from apps.workflow.machine import Act, Refused
from apps.workflow.models import Case, Document
from apps.workflow.people import CLERKS, REVIEWERS, Who, entering
from apps.workflow.review import REPLY, REVIEW_STATES, rectification, review_clock, reviewed, unlocked
from apps.workflow.states import Kind, Refusal, State

FIELDS = ("uscc", "name", "legal_representative", "district", "e_service")
STATES = (*REVIEW_STATES, State("verified", _("Verified"), _("Verified"), "good", open=False))
TAKEN = Refusal(
    "uscc_taken", _("Another organisation has this unified social credit code: ask its manager to let you in.")
)

MANAGERS = Who(
    lambda standing: (
        standing.actor is not None
        and standing.case.organisation_id in standing.organisations
        and managers_of(standing.case.organisation_id).filter(user=standing.actor).exists()
    ),
    ("manager",),
)


def make_row(act: Act) -> None:
    values = {name: act.data[name] for name in FIELDS if name != "district"}
    Verification.objects.create(case=act.case, district_id=act.data["district"], **values)
    act.data = {}
    search.index(act.case.pk, f"{values['name']} {values['uscc']}")


def change_row(act: Act) -> None:
    values = unlocked(act)
    if "district" in values:
        act.row.district_id = values.pop("district")
    for name in values.keys() & {*FIELDS}:
        setattr(act.row, name, values[name])
    act.row.save()
    act.data = {}


def verify(act: Act) -> None:
    """What was stated becomes the organisation's own; it is verified from now, and served electronically if it agreed."""
    row = act.row
    row.basis = act.data["basis"]
    row.save(update_fields=["basis"])
    organisation = act.case.organisation
    before = {name: getattr(organisation, name) for name in ("uscc", "name", "legal_representative", "district_id")}
    consent = organisation.e_service_consent_at
    act.facts["before"] = {
        **before, "verified_at": organisation.verified_at, "e_service_consent_at": consent,
    }  # fmt: skip
    write(
        organisation, uscc=row.uscc, name=row.name, legal_representative=row.legal_representative,
        district_id=row.district_id, verified_at=act.at, e_service_consent_at=(consent or act.at) if row.e_service else None,
    )  # fmt: skip


def unverify(act: Act) -> None:
    """Rectification: the organisation is again what it was before the act."""
    event = act.case.events.standing().filter(move="accept").order_by("-seq").first()
    write(act.case.organisation, **event.data["before"])
    act.row.basis = ""
    act.row.save(update_fields=["basis"])


def write(organisation: Organisation, **values) -> None:
    """Change the organisation's row; Refused when its code belongs to another one."""
    try:
        with transaction.atomic():
            Organisation.objects.filter(pk=organisation.pk).update(**values)
    except IntegrityError as fault:
        raise Refused(TAKEN.code, TAKEN.sentence) from fault


def one_at_a_time(act: Act) -> Refusal | None:
    running = Case.objects.filter(kind=KIND.name, organisation=act.case.organisation).in_state(
        "submitted", "correction"
    )
    if not running.exists():
        return None
    return Refusal("already_filed", _("A verification of this organisation is under way already."))


def code_is_free(act: Act) -> Refusal | None:
    code = act.data["uscc"] if act.move.opens else act.row.uscc
    taken = Organisation.objects.filter(uscc=code).exclude(pk=act.case.organisation_id)
    return TAKEN if taken.exists() else None


def licence_is_there(act: Act) -> Refusal | None:
    """Who names the attached licence as the basis must have one attached."""
    papers = Document.objects.filter(case=act.case, path="licence", removed_at__isnull=True)
    if act.data["basis"] != Verification.Basis.LICENCE or papers.exists():
        return None
    return Refusal("no_licence", _("No business licence is attached: say what else you checked it against."))


def filing(move: str, organisation: Organisation, root: Case | None, data: dict) -> dict:
    return {
        "organisation": organisation,
        "title": data["name"],
        "parties": [("applicant", organisation)],
        "data": data,
    }


def letter_context(act: Act) -> dict:
    return {"name": act.row.name, "uscc": act.row.uscc}


FILERS = MANAGERS | entering(Role.CLERK, Role.DISTRICT_CLERK)
KIND = Kind(
    name="organisation",
    label=_("Verification of an organisation"),
    model=Verification,
    series="核",
    states=STATES,
    clocks=(review_clock("organisation_verify_days", _("verification of the organisation")), REPLY),
    moves=(
        *reviewed(
            examiner=CLERKS, decider=REVIEWERS, filer=FILERS, form=VerificationForm, accept_form=VerifyForm,
            accepted="verified", accept=_("Verify"), accepted_past=_("verified the organisation"), texts="organisation",
            file_guards=(one_at_a_time, code_is_free), guards=(code_is_free,), checks=(licence_is_there,),
            filed=(make_row,), answered=(change_row,), effects=(verify,), undo=unverify,
        ),
        *rectification(STATES),
    ),
    filing=filing,
    letter_context=letter_context,
)  # fmt: skip
