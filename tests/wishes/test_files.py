"""Letters as their readers want them: chosen ways (30), reminders that help (32), and none that come wrongly (33)."""

import time_machine
from django.urls import reverse

from apps.outbox import preferences
from apps.outbox.models import Letter
from apps.outbox.services import announce_waiting, mark_read
from apps.workflow.digest import write_digests
from apps.workflow.machine import perform
from apps.workflow.models import Case, Clock
from apps.workflow.tasks import remind
from tests.ways import application, at_noon, walk

ITEMS = {"items": [{"path": "name", "label": "名称", "note": "请修改"}]}


def ask(case: Case, people, *, again: bool = False) -> Clock:
    """A correction notice that the applicant reads at once: its clock runs."""
    if again:
        perform(
            case.pk, "propose_again", actor=people.clerk, data={**ITEMS, "reason": "首次未说明"}, comment="仍不完整"
        )
        perform(case.pk, "ask_again", actor=people.chief)
    else:
        perform(case.pk, "ask_correction", actor=people.clerk, data=ITEMS)
    mark_read(
        Letter.objects.filter(case_pk=case.pk, text="case.correction", user=people.filer).latest("pk"), people.filer
    )
    announce_waiting()
    return Clock.objects.get(case=case, name="reply", ended_at=None)


def reminders(case: Case, person) -> list[Letter]:
    return list(Letter.objects.filter(case_pk=case.pk, text="reminder.before", user=person).order_by("pk"))


# ------------------------------------------------------------------------------------------------ 30


def test_wish_30_each_person_chooses_topics_and_ways(local_track, people, organisations, sign_in):
    page = sign_in(people.filer).post(reverse("pages:letters"), {"moves": "portal", "deadlines": "digest"})
    assert page.status_code == 302
    case = application(people, organisations)
    sent = {letter.user: letter.email for letter in Letter.objects.filter(case_pk=case.pk, text="application.received")}
    assert sent[people.filer] == ""
    assert sent[people.manager] == people.manager.email != ""
    assert Letter.objects.unread(people.filer).filter(case_pk=case.pk).exists()


def test_wish_30_each_person_chooses_by_kind_of_case(local_track, people, organisations, sign_in):
    chosen = {"moves": "portal", "deadlines": "email", "moves-application": "email", "moves-deposit": "digest"}
    assert sign_in(people.filer).post(reverse("pages:letters"), chosen).status_code == 302
    preferences.choose(people.manager, {}, {("moves", "application"): "portal"})
    case = application(people, organisations)
    sent = {letter.user: letter.email for letter in Letter.objects.filter(case_pk=case.pk, text="application.received")}
    assert sent == {people.filer: people.filer.email, people.manager: ""}


def test_wish_30_what_the_law_serves_asks_nobody(local_track, people, organisations):
    everywhere = {"moves": "portal", "deadlines": "portal"}
    preferences.choose(people.filer, everywhere, {(topic, "application"): way for topic, way in everywhere.items()})
    case = walk(application(people, organisations), people, "examining")
    ask(case, people)
    perform(case.pk, "answer", actor=people.filer)
    perform(case.pk, "propose", actor=people.clerk, data={"proposal": "refuse"}, comment="不符合条件")
    perform(case.pk, "refuse", actor=people.chief, comment="不符合条件")
    mine = dict(Letter.objects.filter(case_pk=case.pk, user=people.filer).values_list("text", "email"))
    assert mine["case.correction"] == mine["application.refused"] == people.filer.email
    assert mine["application.received"] == ""


def test_wish_30_a_digest_comes_once_a_day_to_those_who_chose_it(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 11, 2), tick=False) as traveller:
        preferences.choose(people.filer, {"deadlines": "digest"})
        case = walk(application(people, organisations), people, "examining")
        due = ask(case, people).due_on
        traveller.move_to(at_noon(2026, due.month, due.day).replace(hour=7, minute=0))
        assert write_digests() == 0
        traveller.move_to(at_noon(2026, due.month, due.day))
        assert [write_digests(), write_digests()] == [1, 0]
    letter = Letter.objects.get(text="digest.daily")
    assert (letter.user, letter.email) == (people.filer, people.filer.email)
    assert case.title in letter.shown()[1]
    assert "今天到期" in letter.shown()[1]


# ------------------------------------------------------------------------------------------------ 32


def test_wish_32_reminded_more_than_once_with_what_is_lost_and_whom_to_ask(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 11, 2), tick=False) as traveller:
        case = walk(application(people, organisations), people, "examining")
        clock = ask(case, people)
        planned = [each["days"] for each in clock.reminders]
        assert planned == [-3, -1]
        for day in range(3, 30):
            traveller.move_to(at_noon(2026, 11, day))
            remind()
    first, last = reminders(case, people.filer)
    assert (first.context["days"], last.context["days"]) == (3, 1)
    words = last.shown()[1]
    assert "逾期未办的，本事项将为：" in words
    assert str(case.kind_.state("deemed_withdrawn").public_label) in words
    assert "在到期前联系" in words


# ------------------------------------------------------------------------------------------------ 33


def test_wish_33_nothing_is_sent_at_once_on_arrival_when_its_day_has_passed(people, organisations):
    with time_machine.travel(at_noon(2026, 11, 12), tick=False):
        case = application(people, organisations, track="provincial")
        today = at_noon(2026, 11, 12).date()
        perform(case.pk, "pass_to_province", actor=people.district_clerk)
        perform(case.pk, "enter_number", actor=people.clerk, data={"province_number": "浙数2026001"})
        perform(case.pk, "mirror_correction", actor=people.clerk, comment="请补充", data={"due_on": today})
        clock = Clock.objects.filter(case=case, ended_at=None, due_on=today).get()
        assert clock.reminders == []
        remind()
    assert reminders(case, people.filer) == []


def test_wish_33_armed_again_when_the_case_is_sent_back(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 11, 2), tick=False) as traveller:
        case = walk(application(people, organisations), people, "examining")
        first = ask(case, people)
        perform(case.pk, "answer", actor=people.filer)
        first.refresh_from_db()
        assert first.next_reminder_at is None
        second = ask(case, people, again=True)
        assert second.pk != first.pk
        assert [each["days"] for each in second.reminders] == [-3, -1]
        for day in range(3, 30):
            traveller.move_to(at_noon(2026, 11, day))
            remind()
    assert len(reminders(case, people.filer)) == 2


def test_wish_33_none_after_the_case_is_closed(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 11, 2), tick=False) as traveller:
        case = walk(application(people, organisations), people, "examining")
        ask(case, people)
        perform(case.pk, "withdraw", actor=people.filer)
        for day in range(3, 30):
            traveller.move_to(at_noon(2026, 11, day))
            assert remind() == 0
    assert not Letter.objects.filter(text__startswith="reminder.").exists()


def test_wish_33_a_rectified_act_lets_clocks_run_on_with_their_reminders(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 11, 2), tick=False):
        case = walk(application(people, organisations), people, "examined")
        before = Clock.objects.get(case=case, name="decision", ended_at=None).reminders
        assert before
        perform(case.pk, "refuse", actor=people.chief, comment="误按")
        assert Clock.objects.get(case=case, name="decision").next_reminder_at is None
        perform(case.pk, "propose_rectification", actor=people.clerk, comment="应为拟公示")
        perform(case.pk, "rectify", actor=people.deputy)
        clock = Clock.objects.get(case=case, name="decision", ended_at=None)
    assert clock.reminders == before
    assert clock.next_reminder_at is not None
