"""A power of attorney: who grants, accepts, confirms and ends it, and what the agent may do by it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.applications.filing import open_application
from apps.enterprises.models import Membership, PowerOfAttorney
from apps.evidence.models import Deposit
from apps.outbox.models import Letter
from apps.rules.clock import legal_now, legal_today
from apps.workflow.acting import agent_for
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case, Party
from tests import ways
from tests.product import expected, outcomes
from tests.verifications.powers import an_agent, granted, in_force, words

pytestmark = pytest.mark.usefixtures("local_track")


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as fault:
        act(*args, **kwargs)
    return fault.value.code


def filed_by(person, people, organisations, **changed) -> Case:
    evidence = Deposit.objects.first() or ways.deposit(organisations.enterprise, people.filer, people.clerk2)
    return open_application(ways.values(evidence, **changed), organisation=organisations.enterprise, actor=person)


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("offered", {"accept": {"agent"}, "decline": {"agent"}, "revoke": {"manager"}}),
        ("in_force", {
            "revoke": {"manager"}, "give_up": {"agent"},
            "end_on_paper": {"clerk", "clerk2", "chief", "deputy", "district_clerk"}, "lapse": {"clock"},
        }),
        ("recorded", {
            "confirm": {"clerk", "chief", "clerk2", "district_reviewer"},
            "reject": {"clerk", "chief", "clerk2", "district_reviewer"},
        }),
    ],
)  # fmt: skip
def test_who_may_do_what(people, organisations, state, allowed):
    if state == "recorded":
        case = open_case(
            "power", actor=people.district_clerk, move="record", entered_by=people.district_clerk,
            **words(people, organisations),
        )  # fmt: skip
        special = {(move, "district_clerk"): "four_eyes" for move in ("confirm", "reject")}
        allowed = {move: who | {"district_clerk"} for move, who in allowed.items()}
    else:
        case = {"offered": granted, "in_force": in_force}[state](people, organisations)
        special = {}
    case.refresh_from_db()
    assert outcomes(case, people, {}) == expected(case, people, allowed, special)


def test_agent_files_is_a_party_and_the_record_says_so(people, organisations):
    in_force(people, organisations)
    case = filed_by(people.agent_filer, people, organisations)
    roles = set(Party.objects.filter(case=case).values_list("role", "organisation__name"))
    assert roles == {("applicant", organisations.enterprise.name), ("agent", an_agent(people).name)}
    event = case.events.get(move="file")
    assert event.data["by_agent"] == an_agent(people).name
    assert event.actor == people.agent_filer
    for who in (people.agent, people.agent_filer, people.filer, people.reader):
        assert Case.objects.visible_to(who).filter(pk=case.pk).exists(), who
    assert not Case.objects.visible_to(people.rival).filter(pk=case.pk).exists()


def test_agent_sees_nothing_else_of_the_principal(people, organisations):
    in_force(people, organisations)
    case = filed_by(people.filer, people, organisations)
    assert not Case.objects.visible_to(people.agent).filter(pk=case.pk).exists()
    assert refused(perform, case.pk, "withdraw", actor=people.agent) == "not_yours"


def test_own_people_file_as_before(people, organisations):
    in_force(people, organisations)
    case = filed_by(people.filer, people, organisations)
    assert "by_agent" not in case.events.get(move="file").data
    assert not Party.objects.filter(case=case, role="agent").exists()


@pytest.mark.parametrize("when", ["before it began", "after its last day", "another procedure"])
def test_power_that_does_not_reach(people, organisations, when):
    today = legal_today()
    changed = {
        "before it began": {"from_on": today + timedelta(days=3)},
        "after its last day": {},
        "another procedure": {"kinds": ["deposit"]},
    }[when]
    in_force(people, organisations, **changed)
    if when == "after its last day":  # unswept: the row still stands open
        PowerOfAttorney.objects.update(from_on=today - timedelta(days=9), until_on=today - timedelta(days=1))
    assert refused(filed_by, people.agent, people, organisations) == "not_yours"


def test_reader_of_the_agent_and_strangers_do_not_act(people, organisations):
    in_force(people, organisations)
    Membership.objects.filter(user=people.agent_filer).update(role="reader")
    assert agent_for(people.agent_filer, organisations.enterprise, "application") is None
    assert agent_for(people.rival, organisations.enterprise, "application") is None
    assert agent_for(people.agent, organisations.rival_enterprise, "application") is None
    assert agent_for(people.agent, organisations.enterprise, "application") == an_agent(people)


def test_after_revocation_the_agent_reads_but_neither_acts_nor_is_written_to(people, organisations):
    power = in_force(people, organisations)
    case = filed_by(people.agent, people, organisations)
    perform(power.pk, "revoke", actor=people.manager)
    assert PowerOfAttorney.objects.get().ended_at is not None
    assert refused(perform, case.pk, "withdraw", actor=people.agent) == "not_yours"
    assert refused(filed_by, people.agent, people, organisations, name="另一数据集") == "not_yours"
    assert Case.objects.visible_to(people.agent).filter(pk=case.pk).exists()
    before = Letter.objects.filter(user=people.agent, case_pk=case.pk).count()
    perform(case.pk, "withdraw", actor=people.filer)
    assert Letter.objects.filter(user=people.agent, case_pk=case.pk).count() == before
    assert Letter.objects.filter(user=people.agent, text="power.ended").exists()


def test_one_open_power_a_pair_and_a_new_one_after_its_end(people, organisations):
    first = in_force(people, organisations)
    assert refused(granted, people, organisations) == "open_power"
    perform(first.pk, "give_up", actor=people.agent)
    in_force(people, organisations)
    assert PowerOfAttorney.objects.count() == 2
    row = PowerOfAttorney.objects.get(ended_at__isnull=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        PowerOfAttorney.objects.create(
            principal=row.principal, agent=row.agent, kinds=["deposit"], from_on=row.from_on, granted_at=legal_now()
        )


def test_database_refuses_a_power_of_oneself(people, organisations):
    firm = organisations.enterprise
    with pytest.raises(IntegrityError), transaction.atomic():
        PowerOfAttorney.objects.create(
            principal=firm, agent=firm, kinds=["deposit"], from_on=legal_today(), granted_at=legal_now()
        )


def test_whoever_entered_the_paper_does_not_confirm_it(people, organisations):
    case = open_case(
        "power", actor=people.clerk, move="record", entered_by=people.clerk, **words(people, organisations)
    )
    assert refused(perform, case.pk, "confirm", actor=people.clerk) == "four_eyes"
    assert not PowerOfAttorney.objects.exists()
    perform(case.pk, "confirm", actor=people.clerk2)
    assert agent_for(people.agent, organisations.enterprise, "deposit") == an_agent(people)


def test_power_lapses_by_the_clock(people, organisations):
    from apps.workflow.tasks import settle

    case = in_force(people, organisations)
    over = legal_now() - timedelta(minutes=1)
    case.clocks.filter(name="validity").update(due_at=over)
    Case.objects.filter(pk=case.pk).update(next_due_at=over)
    assert settle(case.pk)
    case.refresh_from_db()
    assert (case.status, PowerOfAttorney.objects.get().ended_at) == ("ended", over)


def test_unverified_organisation_grants_nothing(people, organisations):
    data = words(people, organisations)
    data.update(
        organisation=organisations.newcomer, parties=[("principal", organisations.newcomer), data["parties"][1]]
    )
    assert refused(open_case, "power", actor=people.newcomer, move="grant", **data) == "not_verified"
