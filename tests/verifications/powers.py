"""Powers of attorney by the real moves: ``enterprise`` empowers a service organisation."""

from datetime import timedelta

from apps.enterprises.models import Membership, Organisation
from apps.rules.clock import legal_now, legal_today
from apps.verifications.powers import filing
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case
from tests.factories import make_district, make_member, make_organisation

AGENT = "舟山示范知识产权服务有限公司"


def an_agent(people) -> Organisation:
    """A verified service organisation with a manager and a filer, who join ``people`` as ``agent`` and ``agent_filer``."""
    found = Organisation.objects.filter(name=AGENT).first()
    if found is None:
        found = make_organisation(AGENT, capacities=["service"], district=make_district(), verified_at=legal_now())
        people.agent = make_member(found, "agent", Membership.Role.MANAGER)
        people.agent_filer = make_member(found, "agent_filer")
    return found


def words(people, organisations, **changed) -> dict:
    data = {
        "agent": an_agent(people), "kinds": ["application", "deposit"], "from_on": legal_today(),
        "until_on": legal_today() + timedelta(days=300), **changed,
    }  # fmt: skip
    return filing("grant", organisations.enterprise, None, data)


def granted(people, organisations, **changed) -> Case:
    return open_case("power", actor=people.manager, move="grant", **words(people, organisations, **changed))


def in_force(people, organisations, **changed) -> Case:
    case = granted(people, organisations, **changed)
    perform(case.pk, "accept", actor=people.agent)
    return Case.objects.get(pk=case.pk)


__all__ = ["an_agent", "granted", "in_force", "words"]
