"""One case of each kind, opened by the real moves."""

from apps.notices.models import Notice
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case
from tests.alliance.cases import filed as membership
from tests.insurance.cases import opened
from tests.pledges.cases import filed as pledge
from tests.rights import make_right
from tests.verifications.cases import filed as verification
from tests.ways import application, deposit, walk


def a_deposit(people, organisations) -> Case:
    return deposit(organisations.enterprise, people.filer, people.clerk2).case


def an_objection(people, organisations) -> Case:
    filed = walk(application(people, organisations), people, "in_notice")
    return object_to(filed, people.rival)


def object_to(filed: Case, person, **changed) -> Case:
    """An objection of a person to a case in notice."""
    return open_case(
        "objection",
        actor=person,
        organisation=filed.organisation,
        title=filed.title,
        root=filed,
        parties=[("objector", person), ("respondent", filed.organisation)],
        data={
            "notice": Notice.objects.get(case=filed, withdrawn_at__isnull=True), "name": "示范异议人",
            "identity": "330902199001010010", "email": "objector@people.example", "ground": "ownership",
            "right_hurt": "权属", "statement": "数据系我方采集。", **changed,
        },
    )  # fmt: skip


def a_registration(people, organisations) -> Case:
    """A right entered in the register; its notice is taken as over by the clock's own move."""
    filed = walk(application(people, organisations), people, "in_notice")
    close_notice(filed)
    perform(filed.pk, "register", actor=people.deputy)
    return filed.entered_registration.case


def close_notice(filed: Case) -> None:
    """Let the notice of a case be over: time is moved back under it."""
    from datetime import timedelta

    from apps.rules.clock import legal_now
    from apps.workflow.tasks import settle

    over = legal_now() - timedelta(minutes=1)
    filed.clocks.filter(name="notice").update(due_at=over, due_on=over.date(), provisional=False)
    Notice.objects.filter(case=filed).update(ends_at=over, ends_on=over.date(), provisional=False)
    Case.objects.filter(pk=filed.pk).update(next_due_at=over, due_status="notice_closed")
    settle(filed.pk)


def a_policy(people, organisations) -> Case:
    return opened("apply", make_right(organisations.enterprise), organisations, people.filer)


def a_pledge(people, organisations) -> Case:
    return pledge(people, organisations, make_right(organisations.enterprise))


SAMPLES = {
    "organisation": verification,
    "deposit": a_deposit,
    "application": application,
    "objection": an_objection,
    "registration": a_registration,
    "policy": a_policy,
    "pledge": a_pledge,
    "membership": membership,
}
