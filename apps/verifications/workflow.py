"""The table of a verification: filed by a manager, examined and accepted in the district or the city."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role
from apps.enterprises.membership import Change, join, managers_of, tell
from apps.enterprises.models import Membership, Organisation
from apps.enterprises.queries import active_memberships
from apps.verifications.checklist import CHECKLIST
from apps.verifications.forms import ClaimForm, VerificationForm, VerifyForm
from apps.verifications.models import Verification
from apps.workflow import search
from apps.workflow.machine import Act, Refused
from apps.workflow.models import Case, Document
from apps.workflow.people import CLERKS, REVIEWERS, Who, entering
from apps.workflow.review import REPLY, REVIEW_STATES, rectification, review_clock, reviewed
from apps.workflow.rounds import unlocked
from apps.workflow.states import NEW, Kind, Move, Refusal, State, letter

FIELDS = ("uscc", "name", "legal_representative", "district", "e_service")
STATES = (*REVIEW_STATES, State("verified", _("Verified"), _("Verified"), "good", open=False))
TAKEN = Refusal(
    "uscc_taken", _("Another organisation has this unified social credit code: ask its manager to let you in.")
)

CLAIM = "claim"
"""The track of a verification by which somebody claims an organisation that is on record already."""

MANAGERS = Who(
    lambda standing: (
        standing.actor is not None
        and standing.case.track != CLAIM
        and standing.case.organisation_id in standing.organisations
        and managers_of(standing.case.organisation_id).filter(user=standing.actor).exists()
    ),
    ("manager",),
)


def make_row(act: Act) -> None:
    values = {name: act.data[name] for name in FIELDS if name != "district"}
    claimant = act.actor if act.case.track == CLAIM else None
    Verification.objects.create(case=act.case, district_id=act.data["district"], claimant=claimant, **values)
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
    if row.claimant_id:
        act.facts["membership"] = let_in(act).pk


def let_in(act: Act) -> Membership:
    """Whoever claimed the organisation becomes a manager of it, beside those it has."""
    organisation, person = act.case.organisation, act.row.claimant
    mine = active_memberships().filter(organisation=organisation, user=person).first()
    if mine is None:
        return join(organisation, person, Membership.Role.MANAGER, by=act.actor)
    if mine.role != Membership.Role.MANAGER:
        raise Refused("belongs", _("This person belongs to the organisation meanwhile: its manager gives the role."))
    return mine


def unverify(act: Act) -> None:
    """Rectification: the organisation is again what it was before the act."""
    event = act.case.events.standing().filter(move="accept").order_by("-seq").first()
    write(act.case.organisation, **event.data["before"])
    if event.data.get("membership"):
        put_out(event.data["membership"], act)
    act.row.basis = ""
    act.row.save(update_fields=["basis"])


def put_out(pk: int, act: Act) -> None:
    """Rectification of a claim: the membership ends, were it the last manager's; the firm is then without an account."""
    row = Membership.objects.select_related("user", "organisation").get(pk=pk)
    if row.ended_at is None:
        row.ended_at, row.ended_by = timezone.now(), act.actor
        row.save(update_fields=["ended_at", "ended_by"])
        tell(Change("left", row, act.actor))


def write(organisation: Organisation, **values) -> None:
    """Change the organisation's row; Refused when its code belongs to another one."""
    try:
        with transaction.atomic():
            Organisation.objects.filter(pk=organisation.pk).update(**values)
    except IntegrityError as fault:
        raise Refused(TAKEN.code, TAKEN.sentence) from fault


def one_at_a_time(act: Act) -> Refusal | None:
    running = Case.objects.filter(kind=KIND.name, organisation=act.case.organisation, track=act.case.track)
    running = running.in_state("submitted", "correction")
    if act.case.track == CLAIM:
        running = running.filter(verification__claimant=act.actor)
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


def code_is_the_firms(act: Act) -> Refusal | None:
    """Who claims an organisation states the code it has."""
    if act.data["uscc"] == act.case.organisation.uscc:
        return None
    return Refusal("other_code", _("This is not the code of the organisation that is claimed."))


def no_member_yet(act: Act) -> Refusal | None:
    if not active_memberships().filter(organisation=act.case.organisation, user=act.actor).exists():
        return None
    return Refusal("belongs", _("You belong to this organisation already."))


def authorised(act: Act) -> Refusal | None:
    """A claim is granted on the organisation's stamped authorisation."""
    papers = Document.objects.filter(case=act.case, path="authorisation", removed_at__isnull=True)
    if act.case.track != CLAIM or papers.exists():
        return None
    return Refusal("no_authorisation", _("The organisation's stamped authorisation is not attached."))


def claim_filing(move: str, organisation: Organisation | None, root: Case | None, data: dict) -> dict:
    """The words of a claim: the organisation is the one that has the stated code; it is told by letter."""
    firm = Organisation.objects.filter(uscc=data["uscc"]).first()
    if firm is None:
        raise Refused("unknown_code", _("No organisation with this code is on record: register it instead."))
    person = data.pop("claimant")
    return {
        "organisation": firm, "title": firm.name, "track": CLAIM, "data": data,
        "parties": [("applicant", person), ("claimed", firm)],
    }  # fmt: skip


CLAIMANT = Who(
    lambda standing: (
        standing.actor is not None
        and standing.case.track == CLAIM
        and not standing.actor.role
        and "applicant" in standing.party_roles
    ),
    ("claimant",),
)
FILERS = MANAGERS | CLAIMANT | entering(Role.CLERK, Role.DISTRICT_CLERK)
KIND = Kind(
    name="organisation",
    label=_("Verification of an organisation"),
    model=Verification,
    series="核",
    states=STATES,
    checklist=CHECKLIST,
    clocks=(review_clock("organisation_verify_days", _("verification of the organisation")), REPLY),
    moves=(
        *reviewed(
            examiner=CLERKS, decider=REVIEWERS, filer=FILERS, form=VerificationForm, accept_form=VerifyForm,
            accepted="verified", accept=_("Verify"), accepted_past=_("verified the organisation"), texts="organisation",
            file_guards=(one_at_a_time, code_is_free), guards=(code_is_free, authorised), checks=(licence_is_there,),
            filed=(make_row,), answered=(change_row,), effects=(verify,), undo=unverify,
        ),
        Move(
            "claim", _("Claim the organisation"), _("claimed the organisation"), NEW, "submitted", CLAIMANT, form=ClaimForm,
            guards=(one_at_a_time, code_is_the_firms, no_member_yet), effects=(make_row,), starts=("review",), tag="file",
            letters=(*letter("organisation.received"), *letter("organisation.claimed", "claimed")), snapshot=True,
        ),
        *rectification(STATES),
    ),
    filing=filing,
    letter_context=letter_context,
)  # fmt: skip
