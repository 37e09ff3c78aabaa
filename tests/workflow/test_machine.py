"""What the machine promises beside the table: statements, versions, keys, the chain, the triggers, rectification, service."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.notices.models import Notice
from apps.outbox.models import Letter
from apps.outbox.services import announce_waiting, log_service, mark_read
from apps.rules.clock import clock_reading, legal_now
from apps.workflow import chain, drafts, search, triggers
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case, Clock, Event, Interest
from apps.workflow.service import serve
from apps.workflow.tasks import remind, sweep
from tests.samples import object_to
from tests.ways import application, at_noon, walk


def refused(code, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        perform(*args, **kwargs)
    assert refusal.value.code == code


def test_move_takes_a_dozen_statements_whatever_the_history(filed, people):
    counts = []
    for _round in range(3):
        case = Case.objects.get(pk=filed.pk)
        with (
            clock_reading(),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            perform(
                case.pk,
                "return_pre_check",
                actor=people.clerk2,
                data={"items": [{"path": "name", "label": "", "note": "x"}]},
            )
        counts.append(len([q for q in queries if "SAVEPOINT" not in q["sql"]]))
        perform(case.pk, "refile", actor=people.filer)
    assert counts[0] == counts[-1]
    assert counts[0] <= 12


def test_stale_version_is_a_sentence(filed, people):
    perform(filed.pk, "pass_pre_check", actor=people.clerk2, expected_version=filed.version)
    refused(
        "stale", filed.pk, "propose", actor=people.clerk, data={"proposal": "accept"}, expected_version=filed.version
    )


def test_same_key_gives_the_first_event(filed, people):
    first = perform(filed.pk, "pass_pre_check", actor=people.clerk2, key="press-1")
    again = perform(filed.pk, "pass_pre_check", actor=people.clerk2, key="press-1")
    assert again.pk == first.pk
    assert filed.events.filter(move="pass_pre_check").count() == 1


def test_refused_move_writes_nothing(filed, people):
    events, letters = Event.objects.count(), Letter.objects.count()
    refused("not_yours", filed.pk, "pass_pre_check", actor=people.rival)
    assert (Event.objects.count(), Letter.objects.count()) == (events, letters)


def test_event_of_the_future_is_refused(filed, people):
    refused("future", filed.pk, "pass_pre_check", actor=people.clerk2, effective_at=legal_now() + timedelta(hours=1))


def test_declared_interest_bars_examining(filed, people):
    walk(filed, people, "examining")
    Interest.objects.create(
        user=people.clerk, organisation=filed.organisation, reason="亲属任职", declared_at=legal_now()
    )
    refused("interest", filed.pk, "propose", actor=people.clerk, data={"proposal": "accept"})


@pytest.mark.parametrize("statement", ["UPDATE workflow_event SET comment = 'x'", "DELETE FROM workflow_event"])
def test_database_refuses_to_change_events(filed, statement):
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_missing_trigger_is_named(filed):
    assert triggers.missing() == []
    on = " ON workflow_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER workflow_event_no_update{on}")
    assert triggers.missing() == ["workflow_event_no_update"]
    triggers.install()
    assert triggers.missing() == []


def test_chain_names_the_altered_event(filed, people):
    perform(filed.pk, "pass_pre_check", actor=people.clerk2)
    assert chain.broken_link(Case.objects.get(pk=filed.pk)) is None
    on = " ON workflow_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER workflow_event_no_update{on}")
        cursor.execute("UPDATE workflow_event SET comment = 'x' WHERE case_id = %s AND seq = 2", [filed.pk])
    assert chain.broken_link(Case.objects.get(pk=filed.pk)) == 2


def test_personal_values_are_ciphertext_in_the_snapshot(filed):
    event = filed.events.get(move="file")
    assert event.data["form"]["contact_phone"].startswith("sealed:")
    assert "13800005678" not in bytes(event.canonical).decode()


def test_reply_clock_starts_when_the_letter_is_read(filed, people):
    walk(filed, people, "examining")
    perform(
        filed.pk,
        "ask_correction",
        actor=people.clerk,
        data={"items": [{"path": "scenario", "label": "应用场景", "note": "写明对象"}]},
    )
    clock = Clock.objects.get(case=filed, name="reply")
    assert (clock.outcome, clock.due_on) == ("waiting", None)
    letter = Letter.objects.get(case_pk=filed.pk, text="case.correction", user=people.filer)
    mark_read(letter, people.filer)
    announce_waiting()
    clock.refresh_from_db()
    assert clock.outcome == "running"
    assert Case.objects.get(pk=filed.pk).due_status == "deemed_withdrawn"
    serve(letter, legal_now(), "portal")
    assert filed.events.filter(move="served").count() == 1


def test_email_without_consent_serves_nothing(filed, people, organisations):
    walk(filed, people, "examining")
    organisations.enterprise.e_service_consent_at = None
    organisations.enterprise.save()
    perform(
        filed.pk,
        "ask_correction",
        actor=people.clerk,
        data={"items": [{"path": "scenario", "label": "", "note": "写明"}]},
    )
    letter = Letter.objects.filter(case_pk=filed.pk, text="case.correction").first()
    serve(letter, legal_now(), "email")
    assert Clock.objects.get(case=filed, name="reply").outcome == "waiting"
    log_service(letter, "post", legal_now(), by=people.clerk)
    announce_waiting()
    assert Clock.objects.get(case=filed, name="reply").outcome == "running"


def test_unanswered_correction_is_deemed_withdrawn_by_the_clock(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 9, 18), tick=False) as traveller:
        filed = walk(application(people, organisations), people, "examining")
        perform(
            filed.pk,
            "ask_correction",
            actor=people.clerk,
            data={"items": [{"path": "name", "label": "", "note": "改"}]},
        )
        mark_read(Letter.objects.get(case_pk=filed.pk, text="case.correction", user=people.filer), people.filer)
        announce_waiting()
        traveller.move_to(at_noon(2026, 10, 9))
        assert Case.objects.get(pk=filed.pk).status_at() == "correction"
        traveller.move_to(at_noon(2026, 10, 10))
        assert list(Case.objects.in_state("deemed_withdrawn").values_list("pk", flat=True)) == [filed.pk]
        refused("wrong_state", filed.pk, "answer", actor=people.filer)
        sweep()
    assert Clock.objects.get(case=filed, name="reply").outcome == "missed"
    assert Letter.objects.filter(case_pk=filed.pk, text="case.lapsed").count() == 2


def test_second_correction_is_proposed_with_a_reason_and_approved_by_the_chief(filed, people):
    walk(filed, people, "examining")
    items = {"items": [{"path": "name", "label": "", "note": "改"}]}
    again = {**items, "reason": "首次补正未说明来源"}
    refused("not_asked_before", filed.pk, "propose_again", actor=people.clerk, data=again)
    perform(filed.pk, "ask_correction", actor=people.clerk, data=items)
    perform(filed.pk, "answer", actor=people.filer, data={"values": {"name": "改后的名称", "record_count": 5}})
    filed.application.refresh_from_db()
    assert (filed.application.name, filed.application.record_count) == ("改后的名称", 20000)
    refused("asked_before", filed.pk, "ask_correction", actor=people.clerk, data=items)
    refused("no_reason", filed.pk, "propose_again", actor=people.clerk, data=items)
    perform(filed.pk, "propose_again", actor=people.clerk, data=again, comment="请一并核对")
    assert not Letter.objects.filter(case_pk=filed.pk, text="case.correction", event_pk=filed.events.last().pk).exists()
    refused("not_yours", filed.pk, "ask_again", actor=people.clerk)
    refused("four_eyes", filed.pk, "ask_again", actor=_as_chief(people.clerk))
    perform(filed.pk, "refuse_again", actor=people.chief, comment="依现有材料决定")
    assert Case.objects.get(pk=filed.pk).status == "examining"
    perform(filed.pk, "propose_again", actor=people.clerk2, data=again, comment="请一并核对")
    event = perform(filed.pk, "ask_again", actor=people.chief)
    letter = Letter.objects.filter(event_pk=event.pk, text="case.correction").first()
    assert (letter.context["items"], letter.context["comment"]) == (items["items"], "请一并核对")
    assert "reason" not in letter.shown()[1]
    assert "首次补正未说明来源" not in letter.shown()[1]
    perform(filed.pk, "answer", actor=people.filer)
    refused("asked_twice", filed.pk, "propose_again", actor=people.clerk2, data=again)


def test_reminders_go_once_each_morning_they_are_planned_for(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 11, 2), tick=False) as traveller:
        filed = walk(application(people, organisations), people, "examining")
        assert remind() == 0
        for day, expected in ((9, 0), (11, 1), (13, 2), (17, 3), (19, 4)):
            traveller.move_to(at_noon(2026, 11, day))
            remind()
            remind()
            told = Letter.objects.filter(case_pk=filed.pk, text__startswith="reminder.", user=people.clerk)
            assert told.count() == expected, day


def test_rectified_act_is_struck_and_its_clocks_unhappen(filed, people):
    walk(filed, people, "examined")
    perform(filed.pk, "refuse", actor=people.chief, comment="误按")
    case = Case.objects.get(pk=filed.pk)
    assert case.closed_at is not None
    perform(filed.pk, "propose_rectification", actor=people.clerk, comment="应为拟公示")
    refused("four_eyes", filed.pk, "rectify", actor=_as_chief(people.clerk))
    perform(filed.pk, "rectify", actor=people.deputy)
    case.refresh_from_db()
    assert (case.status, case.closed_at) == ("examined", None)
    struck = case.events.get(move="refuse")
    assert struck.rectified_by.move == "rectify"
    assert not case.events.standing().filter(move="refuse").exists()
    assert case.clocks.get(name="decision", ended_at=None).outcome == "running"
    assert Letter.objects.filter(case_pk=case.pk, text="case.rectified").count() == 2
    assert chain.broken_link(case) is None


def test_declared_interest_bars_the_rectification_of_a_decision(filed, people):
    walk(filed, people, "examined")
    perform(filed.pk, "refuse", actor=people.chief, comment="误按")
    perform(filed.pk, "propose_rectification", actor=people.clerk, comment="应为拟公示")
    words = {"organisation": filed.organisation, "reason": "亲属任职", "declared_at": legal_now()}
    Interest.objects.create(user=people.deputy, **words)
    refused("interest", filed.pk, "rectify", actor=people.deputy)


def test_a_case_that_cannot_be_settled_keeps_no_other_waiting(filed, people):
    """Its row says that it is due and no clock says by which move: a fault, and told as one when the others are done."""
    over = legal_now() - timedelta(minutes=1)
    other = walk(filed, people, "in_notice")
    broken = Case.objects.filter(kind="deposit", pk__lt=other.pk)
    assert broken.update(status="submitted", next_due_at=over, due_status="lapsed") == 1
    other.clocks.filter(name="notice", ended_at=None).update(due_at=over, provisional=False)
    Case.objects.filter(pk=other.pk).update(next_due_at=over, due_status="notice_closed")
    with pytest.raises(IndexError):
        sweep()
    assert Case.objects.get(pk=other.pk).status == "notice_closed"


def test_a_draft_begun_after_one_was_deleted_is_another(people, organisations):
    first = drafts.begin("application", by=people.filer, organisation=organisations.enterprise)
    assert drafts.begin("application", by=people.filer, organisation=organisations.enterprise) == first
    drafts.discard(first)
    assert drafts.begin("application", by=people.filer, organisation=organisations.enterprise) != first


def _as_chief(user):
    user.role = "chief"
    user.save()
    return user


def test_withdrawn_notice_is_published_anew_with_a_full_period(filed, people):
    walk(filed, people, "in_notice")
    perform(filed.pk, "withdraw_notice", actor=people.chief, comment="名称有误")
    walk_again = (("draft_notice", people.clerk, {}), ("publish", people.chief, {"no_secret": True}))
    for move, actor, data in walk_again:
        perform(filed.pk, move, actor=actor, data=data)
    old, new = Notice.objects.filter(case=filed).order_by("pk")
    assert old.withdrawn_for == "名称有误"
    assert (new.bulletin != old.bulletin, new.ends_on >= old.ends_on) == (True, True)


def test_drafter_does_not_clear_own_notice(filed, people):
    walk(filed, people, "approved")
    perform(filed.pk, "draft_notice", actor=people.clerk)
    refused("four_eyes", filed.pk, "publish", actor=_as_chief(people.clerk), data={"no_secret": True})


def test_objection_decided_only_after_reply_or_its_last_day(filed, people):
    walk(filed, people, "in_notice")
    objection = object_to(filed, people.rival)
    perform(objection.pk, "admit", actor=people.clerk)
    refused("reply_awaited", objection.pk, "uphold", actor=people.chief, comment="成立")
    perform(objection.pk, "reply", actor=people.filer, data={"reply": "数据为我方自采。"})
    perform(objection.pk, "uphold", actor=people.chief, comment="成立")
    perform(filed.pk, "refuse_on_objection", actor=people.deputy, comment="异议成立")
    assert Case.objects.get(pk=filed.pk).status == "refused"


@pytest.mark.parametrize("query", ["浪", "浪高", "近岸浪高", "听涛", "申-2026", "数据集"])
def test_search_finds_words_of_any_length(filed, query):
    assert [case.pk for case in search.find(Case.objects.filter(kind="application"), query)] == [filed.pk]


@pytest.mark.parametrize("query", ["高浪", "渔", "…", "不存在的词"])
def test_search_finds_nothing_where_nothing_is(filed, query):
    assert not search.find(Case.objects.all(), query).exists()
