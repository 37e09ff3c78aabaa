"""One case of each kind, opened by the real moves."""

from datetime import timedelta

from apps.notices.models import Notice
from apps.rules.clock import legal_today
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case
from tests.alliance.cases import filed as membership
from tests.alliance.cases import offered
from tests.diligence.cases import granted as granted_view
from tests.followups.cases import sample
from tests.insurance.cases import in_force, opened, reported
from tests.listings.cases import brought
from tests.pledges.cases import filed as pledge
from tests.pledges.cases import financed, noticed, recorded_elsewhere
from tests.privacy.cases import filed as personal_data
from tests.rights import make_right
from tests.verifications.cases import filed as verification
from tests.verifications.powers import granted
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
        parties=[("objector", person)],
        data={
            "notice": Notice.objects.get(case=filed, withdrawn_at__isnull=True), "name": "示范异议人",
            "identity": "330902199001010016", "email": "objector@people.example", "ground": "ownership",
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


def a_claim(people, organisations) -> Case:
    today = legal_today()
    year = {"starts_on": today - timedelta(days=20), "ends_on": today + timedelta(days=344)}
    policy = in_force(people, organisations, make_right(organisations.enterprise), **year)
    return reported(people, policy, lost_on=today - timedelta(days=9), known_on=today - timedelta(days=8))


def a_pledge(people, organisations) -> Case:
    return pledge(people, organisations, make_right(organisations.enterprise))


def an_intent_notice(people, organisations) -> Case:
    return noticed(make_right(organisations.enterprise), organisations.bank, people.banker)


def a_financing(people, organisations) -> Case:
    return financed(make_right(organisations.enterprise), organisations.bank, people.filer)


def an_outside_pledge(people, organisations) -> Case:
    return recorded_elsewhere(make_right(organisations.enterprise), people.clerk)


def a_listing(people, organisations) -> Case:
    return brought(people, organisations, make_right(organisations.enterprise))


def an_entry(people, organisations) -> Case:
    """An entry of the sharing list that the secretariat has to check."""
    return offered(people, organisations, make_right(organisations.enterprise))


def a_power(people, organisations) -> Case:
    """A power of attorney that a manager granted and that waits for the agent."""
    return granted(people, organisations)


def a_grant(people, organisations) -> Case:
    """A view of a file that the holder opened to the bank."""
    return granted_view(people, organisations, make_right(organisations.enterprise)).case


SAMPLES = {
    "organisation": verification,
    "deposit": a_deposit,
    "application": application,
    "objection": an_objection,
    "registration": a_registration,
    "policy": a_policy,
    "claim": a_claim,
    "pledge": a_pledge,
    "intent_notice": an_intent_notice,
    "financing": a_financing,
    "outside_pledge": an_outside_pledge,
    "listing": a_listing,
    "membership": membership,
    "sharing": an_entry,
    "power": a_power,
    "grant": a_grant,
    "personal_data": personal_data,
    **{
        name: sample(name)
        for name in (
            "renewal", "entry_change", "transfer", "licence_filing", "cancellation", "revocation", "reissue", "freeze",
        )
    },
}  # fmt: skip
