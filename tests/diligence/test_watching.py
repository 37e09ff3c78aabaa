"""The watch list: every change told at once and once, every morning a word of it, and a morning without one is seen."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.certificates import register
from apps.certificates.models import Claim
from apps.diligence import tasks, watching
from apps.diligence.models import Change, DayReport, Watch
from apps.health.parts import Unwell
from apps.outbox.models import Letter
from apps.outbox.texts import show
from apps.rules.clock import legal_now
from apps.workflow.machine import follow, perform
from apps.workflow.states import kind
from apps.workflow.tasks import sweep
from tests.factories import make_member
from tests.pledges.cases import CALL, PAPER, RELEASE, cooled, registered
from tests.rights import make_right

EVENING = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)  # 18:00 in Shanghai
SIX = datetime(2026, 3, 10, 22, 0, tzinfo=UTC)  # 06:00 in Shanghai, the 11th


@pytest.fixture
def evening():
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def right(evening, people, organisations):
    return make_right(organisations.enterprise)


@pytest.fixture
def watch(right, people, organisations) -> Watch:
    return watching.follow(organisations.bank, right.number, people.banker)


def letters(text: str):
    return show(list(Letter.objects.filter(text=text).order_by("pk")))


def end(pledge, people) -> None:
    """The bank releases the right, and the release has cooled."""
    perform(pledge.pk, "release", actor=people.banker, data=RELEASE)
    cooled(pledge)


def freeze(right, people) -> None:
    """An act on the register, as a procedure would bring it about."""

    class Because:
        case, actor, at, comment, recording, move = (
            right.case,
            people.clerk,
            legal_now(),
            "",
            False,
            kind("registration").move("freeze"),
        )

    follow(right.case.pk, "freeze", Because)


def test_a_pledge_and_its_release_are_told_at_once_and_once(watch, right, people, organisations):
    assert watching.tell_changes() == 0
    pledge = registered(people, organisations, right)
    assert watching.tell_changes() == 1
    assert watching.tell_changes() == 0
    end(pledge, people)
    assert watching.tell_changes() == 1
    assert watching.tell_changes() == 0
    said = [letter.body for letter in letters("watch.changed")]
    assert len(said) == 2
    assert "新增：质押" in said[0]
    assert "终止：质押" in said[1]
    assert all(right.number in letter.subject for letter in letters("watch.changed"))


def test_what_came_and_went_between_two_looks_is_told(watch, right, people, organisations):
    pledge = registered(people, organisations, right)
    end(pledge, people)
    watching.tell_changes()
    lines = Change.objects.get().lines
    assert [line["zh-hans"][17:] for line in lines] == ["新增：质押", "终止：质押"]


def test_an_act_on_the_entry_is_told_in_both_languages(watch, right, people):
    freeze(right, people)
    watching.tell_changes()
    line = Change.objects.get().lines[0]
    assert line["en"].endswith("entered a court's freeze")
    assert line["zh-hans"].startswith("2026-03-10 18:00 ")
    assert line["zh-hans"] != line["en"]


def told_last() -> list[str]:
    return [line["zh-hans"][17:] for line in Change.objects.latest("pk").lines]


def test_a_release_is_told_at_once_while_it_can_be_taken_back(watch, right, people, organisations):
    pledge = registered(people, organisations, right)
    watching.tell_changes()
    perform(pledge.pk, "release", actor=people.banker, data=RELEASE)
    assert watching.tell_changes() == 1
    assert watching.tell_changes() == 0
    assert told_last() == ["质押注销已启动；如不撤回，将于2026-03-14 00:00终止"]
    assert register.must_be_free(right).code == "claimed"
    cooled(pledge)
    assert watching.tell_changes() == 1
    assert told_last() == ["终止：质押"]
    assert watching.tell_changes() == 0


def test_a_release_taken_back_is_told_and_so_is_the_next_one(watch, right, people, organisations):
    pledge = registered(people, organisations, right)
    perform(pledge.pk, "release", actor=people.banker, data=RELEASE)
    watching.tell_changes()
    perform(pledge.pk, "take_back", actor=people.banker, comment="误操作")
    assert watching.tell_changes() == 1
    assert told_last() == ["注销已撤回，继续存续：质押"]
    assert watching.tell_changes() == 0
    perform(pledge.pk, "release", actor=people.banker, data=RELEASE)
    assert watching.tell_changes() == 1
    assert len(letters("watch.changed")) == 3


def test_a_release_on_paper_is_told_when_the_second_key_has_turned(watch, right, people, organisations):
    pledge = registered(people, organisations, right)
    watching.tell_changes()
    perform(pledge.pk, "record_release", actor=people.chief, data=PAPER)
    assert watching.tell_changes() == 0
    perform(pledge.pk, "confirm_call", actor=people.clerk, data=CALL)
    assert watching.tell_changes() == 1
    assert told_last()[0].startswith("质押注销已启动")


def test_the_morning_counts_a_release_that_cools_as_a_change(watch, right, people, organisations, evening):
    pledge = registered(people, organisations, right)
    evening.move_to(SIX)
    tasks.watch()
    perform(pledge.pk, "release", actor=people.banker, data=RELEASE)
    evening.move_to(SIX + timedelta(days=1))
    watching.report_day()
    letter = letters("watch.daily")[1]
    assert letter.subject.endswith("1项有变动")
    assert "质押注销已启动" in letter.body


def test_a_claim_that_stands_again_is_told(watch, right, people, organisations):
    pledge = registered(people, organisations, right)
    end(pledge, people)
    watching.tell_changes()
    Claim.objects.filter(case=pledge).update(ended_at=None, outcome="")  # a release taken back
    watching.tell_changes()
    assert "恢复：质押" in Change.objects.latest("pk").lines[0]["zh-hans"]


def test_the_end_of_the_validity_is_told_though_nobody_acts(watch, right, people, evening):
    evening.move_to(datetime.combine(right.valid_until, EVENING.timetz()) + timedelta(days=2))
    sweep()
    assert watching.tell_changes() == 1


def test_nobody_else_is_told_and_an_ended_watch_is_silent(watch, right, people, organisations):
    watching.follow(organisations.insurer, right.number, people.insurer_person)
    watching.unfollow(watch, people.banker)
    registered(people, organisations, right)
    assert watching.tell_changes() == 1
    assert {letter.user_id for letter in letters("watch.changed")} == {people.insurer_person.pk}


def test_readers_are_not_written_to_but_read_the_list(client, watch, right, people, organisations):
    reader = make_member(organisations.bank, role="reader")
    registered(people, organisations, right)
    watching.tell_changes()
    assert {letter.user_id for letter in letters("watch.changed")} == {people.banker.pk}
    client.force_login(reader)
    assert right.number in client.get(reverse("portal:watches")).content.decode()
    assert client.post(reverse("portal:watches"), {"number": right.number}).status_code == 404
    assert client.post(reverse("portal:watch_end", args=[watch.pk])).status_code == 404
    assert Watch.objects.get().ended_at is None


# ------------------------------------------------------------------------------------------------ every morning


def test_nothing_changed_is_told_every_morning_once(watch, right, evening):
    assert watching.report_day() == 0  # followed after six: the first word comes on the next morning
    evening.move_to(SIX - timedelta(seconds=1))
    assert watching.report_day() == 0
    evening.move_to(SIX)
    assert watching.report_day() == 1
    assert watching.report_day() == 0
    letter = letters("watch.daily")[0]
    assert letter.subject == "关注清单（2026年3月11日 06:00）：无变动"
    assert "截至2026年3月11日 06:00，1项无变动" in letter.body
    assert right.number in letter.body
    evening.move_to(SIX + timedelta(days=1))
    assert watching.report_day() == 1
    assert DayReport.objects.count() == 2


def test_the_morning_names_what_changed_and_what_did_not(watch, right, people, organisations, evening):
    still = make_right(organisations.enterprise, name="另一数据集")
    watching.follow(organisations.bank, still.number, people.banker)
    registered(people, organisations, right)
    evening.move_to(SIX)
    assert tasks.watch() == 2  # the change, and the word of the day
    body = letters("watch.daily")[0].body
    changed, unchanged = body.split("其余")
    assert right.number in changed
    assert "新增：质押" in changed
    assert still.number in unchanged
    assert right.number not in unchanged
    evening.move_to(SIX + timedelta(days=1))
    tasks.watch()
    assert letters("watch.daily")[1].subject.endswith("：无变动")


def test_a_change_that_nobody_told_yet_is_never_called_unchanged(watch, right, people, organisations, evening):
    registered(people, organisations, right)
    evening.move_to(SIX)
    watching.report_day()
    assert letters("watch.daily")[0].subject.endswith("1项有变动")
    assert len(letters("watch.changed")) == 1


def test_a_morning_without_word_is_seen_on_health(watch, right, evening):
    assert tasks.watches().startswith("1 registrations followed")
    evening.move_to(SIX + timedelta(minutes=29))
    tasks.watches()
    evening.move_to(SIX + timedelta(minutes=30))
    with pytest.raises(Unwell, match="1 organisations have had no daily word"):
        tasks.watches()
    tasks.watch()
    assert tasks.watches().startswith("1 registrations followed")


def test_english_readers_read_english(watch, right, people, evening):
    people.banker.language = "en"
    people.banker.save(update_fields=["language"])
    evening.move_to(SIX)
    tasks.watch()
    letter = letters("watch.daily")[0]
    assert letter.subject == "Watch list, 11 March 2026 06:00: nothing changed"


# ------------------------------------------------------------------------------------------------ the page


def test_followed_by_either_number_and_not_twice(client, right, people, organisations):
    client.force_login(people.banker)
    url = reverse("portal:watches")
    certificate = right.certificates.get().number
    assert client.post(url, {"number": certificate}).status_code == 302
    again = client.post(url, {"number": right.number})
    assert again.status_code == 422
    assert "贵单位已关注该登记。" in again.content.decode()
    unknown = client.post(url, {"number": "舟数知登-2026-9999"})
    assert "本登记簿中没有该编号的登记。" in unknown.content.decode()
    assert Watch.objects.get().begun_by == people.banker


def test_ended_by_its_own_people_alone(client, watch, right, people):
    url = reverse("portal:watch_end", args=[watch.pk])
    client.force_login(people.insurer_person)
    assert client.post(url).status_code == 404
    client.force_login(people.banker)
    assert client.post(url).status_code == 302
    watch.refresh_from_db()
    assert watch.ended_by == people.banker
    assert client.post(url).status_code == 404


def test_the_list_costs_the_same_at_one_and_three(client, watch, right, people, organisations):
    client.force_login(people.banker)
    url = reverse("portal:watches")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for name in ("乙", "丙"):
        watching.follow(organisations.bank, make_right(organisations.enterprise, name=name).number, people.banker)
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    assert len(three) == len(one)
