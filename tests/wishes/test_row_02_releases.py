"""Rows 2, 3 and 28: nobody wipes pledges by one word, nothing follows a release, and the day of receipt counts."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import translation

from apps.certificates.models import Claim
from apps.outbox.models import Letter
from apps.pledges.models import Release
from apps.rules.models import RuleParameter
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from apps.workflow.tasks import sweep
from tests.pledges.cases import CALL, PAPER, RELEASE, registered
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)


@pytest.fixture
def noon(db):
    with time_machine.travel(NOON, tick=False):
        yield


def test_wish_2_eight_hundred_false_releases_by_one_account_wipe_nothing(noon, people, organisations):
    """One account "releases" everything it can: an alarm is raised, all but the first wait for a second person, and the
    office takes those back that cool. No claim has ended."""
    RuleParameter.objects.filter(key="release_alarm_count").update(value=3)
    cases = [
        registered(people, organisations, make_right(organisations.enterprise, name=f"数据集{n}")) for n in range(6)
    ]
    for case in cases:
        for move in ("release", "release_held"):
            try:
                perform(case.pk, move, actor=people.banker, data=RELEASE)
            except Refused:
                continue
            break
    assert [Case.objects.get(pk=case.pk).status for case in cases] == ["cooling"] * 2 + ["second_key"] * 4
    assert Letter.objects.filter(text="pledge.release_alarm", user=people.chief).count() == 4
    for case in cases:
        perform(case.pk, "take_back", actor=people.chief, comment="账号被盗用")
    with time_machine.travel(LATER, tick=False):
        sweep()
    assert not Claim.objects.filter(ended_at__isnull=False).exists()


def test_wish_3_nothing_follows_a_release(noon, people, organisations):
    case = registered(people, organisations, make_right(organisations.enterprise))
    perform(case.pk, "release", actor=people.banker, data=RELEASE)
    with time_machine.travel(LATER, tick=False), translation.override("zh-hans"):
        with pytest.raises(Refused, match="不能再变更、展期或者续期") as refused:
            perform(case.pk, "ask_change", actor=people.filer, data={"ends_on": date(2028, 1, 1)})
        for move in ("enter_change", "agree_change", "draw", "take_back", "confirm"):
            with pytest.raises(Refused):
                perform(case.pk, move, actor=people.banker, data={})
        sweep()
    assert refused.value.code == "released"
    assert not Claim.objects.filter(case=case, ended_at__isnull=True).exists()


def test_wish_28_the_day_received_counts_not_the_date_typed(noon, people, organisations):
    case = registered(people, organisations, make_right(organisations.enterprise))
    perform(case.pk, "record_release", actor=people.clerk, data=PAPER)
    perform(case.pk, "confirm_call", actor=people.clerk2, data=CALL)
    with time_machine.travel(LATER, tick=False):
        sweep()
    row = Release.objects.get(pledge=case.pk)
    assert (row.dated_on, row.received_at) == (PAPER["dated_on"], NOON)
    assert Claim.objects.get(case=case).ended_at == case.clocks.get(name="cooling").due_at > NOON
