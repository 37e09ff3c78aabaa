"""The table of a request about personal data: asked by any person, answered by an official of the bureau in time."""

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, User
from apps.privacy import erasure
from apps.privacy.forms import RequestForm
from apps.privacy.models import PersonalDataRequest
from apps.workflow import search
from apps.workflow.forms import CommentForm, ReasonForm
from apps.workflow.machine import Act
from apps.workflow.people import CITY, anyone_signed_in, parties
from apps.workflow.review import nothing, rectification
from apps.workflow.states import NEW, ClockSpec, Kind, Move, Refusal, State, letter, states

STATES = (
    State("filed", _("To be answered"), _("Filed"), "waiting", next=_("the office answers")),
    State("granted", _("Done"), _("Done"), "good", open=False),
    State("refused", _("Refused"), _("Refused"), "bad", open=False),
    State("withdrawn", _("Withdrawn"), _("Withdrawn"), "ended", open=False),
)
Right = PersonalDataRequest.Right
FIELDS = ("right", "statement", "new_name", "new_email", "new_phone")
CLERK_ROLES = (Role.CLERK, Role.CHIEF, Role.DEPUTY)


def make_row(act: Act) -> None:
    values = {name: act.data.get(name, "") for name in FIELDS}
    PersonalDataRequest.objects.create(case=act.case, **values)
    act.data = {"right": values["right"]}
    search.index(act.case.pk, act.case.title)


def asker(act: Act) -> User:
    return act.case.parties.select_related("person").get(role="applicant").person


def fulfil(act: Act) -> None:
    """Correct or erase what was asked; the events stay as they are. Seeing is a file that the asker then fetches."""
    row, person = act.row, asker(act)
    if row.right == Right.CORRECT:
        wanted = {"full_name": row.new_name, "email": row.new_email, "phone": row.new_phone}
        changed = {name: value for name, value in wanted.items() if value}
        for name, value in changed.items():
            setattr(person, name, value)
        if changed:
            person.save(update_fields=list(changed))
        row.done = [str(User._meta.get_field(name).verbose_name) for name in changed]
    elif row.right == Right.ERASE:
        row.done = erasure.erase(person)
    row.save(update_fields=["done"])
    act.facts["done"] = row.done


def one_at_a_time(act: Act) -> Refusal | None:
    from apps.workflow.models import Case

    open_ = Case.objects.filter(kind=KIND.name, parties__person=act.actor).in_state("filed")
    if not open_.exists():
        return None
    return Refusal("asked_already", _("You have asked already; the office answers that request first."))


def letter_context(act: Act) -> dict:
    return {"right": str(Right(act.row.right).label), "done": act.facts.get("done", [])}


KIND = Kind(
    name="personal_data",
    label=_("Request about personal data"),
    model=PersonalDataRequest,
    series="个",
    states=STATES,
    clocks=(
        ClockSpec("answer", _("answer to the request"), "personal_data_days", remind_before="remind_before", remind_after="remind_after"),
    ),
    moves=(
        Move(
            "file", _("Ask"), _("asked about personal data"), NEW, "filed", anyone_signed_in(), form=RequestForm,
            checks=(one_at_a_time,), effects=(make_row,), starts=("answer",), tag="file",
            letters=(*letter("personal_data.received"), *letter("personal_data.filed", "office")), snapshot=True,
        ),
        Move(
            "grant", _("Do what is asked"), _("did what was asked"), states("filed"), "granted", CITY, form=CommentForm,
            effects=(fulfil,), stops=("answer",), tag="decide", tone="primary", letters=letter("personal_data.granted"),
            snapshot=True,
        ),
        Move(
            "refuse", _("Refuse"), _("refused the request"), states("filed"), "refused", CITY, form=ReasonForm,
            stops=("answer",), tag="decide", tone="danger", letters=letter("personal_data.refused"), undo=nothing,
        ),
        Move(
            "withdraw", _("Withdraw"), _("withdrew the request"), states("filed"), "withdrawn", parties("applicant"),
            form=CommentForm, stops=("answer",), tone="danger", letters=letter("case.withdrawn"), undo=nothing,
        ),
        *rectification(STATES),
    ),
    seen_by=frozenset(CLERK_ROLES),
    letter_context=letter_context,
)  # fmt: skip
