"""The ledger of service: who was told what and when, logged calls and papers, and letters sent again."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.outbox.letters import send_again
from apps.outbox.models import Letter
from apps.outbox.services import announce_waiting, log_service, mark_bounced
from apps.rules.clock import legal_now
from apps.workflow.machine import perform
from apps.workflow.models import Clock
from tests.ways import application, at_noon, walk

ITEMS = {"items": [{"path": "name", "label": "名称", "note": "改"}]}


@pytest.fixture
def day(rules_loaded):
    with time_machine.travel(at_noon(2026, 9, 17), tick=False) as clock:
        yield clock


@pytest.fixture
def asked(day, local_track, people, organisations):
    """An application whose correction notice waits to be served."""
    case = walk(application(people, organisations), people, "examining")
    perform(case.pk, "ask_correction", actor=people.clerk, data=ITEMS)
    return case


@pytest.fixture
def notice_of(asked, people):
    return Letter.objects.get(case_pk=asked.pk, text="case.correction", user=people.filer)


def shown(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response


def reply(case):
    return Clock.objects.get(case=case, name="reply")


def logged(client, letter, **changed):
    data = {"channel": "phone", "at": "2026-09-18T10:00", "note": "沈听潮 13800005678，已知悉", **changed}
    return client.post(f"/desk/letters/{letter.pk}/service/", data)


def test_a_logged_call_is_on_the_ledger_and_starts_the_period(asked, notice_of, day, people, desk_of):
    day.move_to(at_noon(2026, 9, 21))
    client = desk_of(people.clerk)
    receipt = SimpleUploadedFile("通话录音.txt", b"recorded")
    answer = logged(client, notice_of, evidence=receipt)
    assert answer.url == f"/desk/letters/{notice_of.pk}/"
    announce_waiting()
    assert (reply(asked).outcome, reply(asked).started_on) == ("running", date(2026, 9, 18))
    page = shown(client, answer.url)
    steps = page.context["steps"]
    assert [str(step.what) for step in steps] == ["written", "told by telephone"]
    assert (steps[1].by, steps[1].papers[0].name) == (str(people.clerk), "通话录音.txt")
    assert "通话录音.txt" in page.content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"note": ""}, "Fill in"), ({"at": "2026-09-19T10:00"}, "That moment has not come yet."),
     ({"at": "2026-09-16T10:00"}, "The letter was not written yet"), ({"at": "yesterday"}, "Give day and time"),
     ({"channel": "pigeon"}, "pigeon")],
)  # fmt: skip
def test_a_service_that_cannot_be_is_told_and_nothing_is_logged(notice_of, day, people, desk_of, changed, sentence):
    day.move_to(at_noon(2026, 9, 18))
    answer = logged(desk_of(people.clerk), notice_of, **changed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not notice_of.services.exists()


def test_a_letter_that_came_back_is_a_task_until_it_is_served_another_way(asked, notice_of, people, desk_of):
    client = desk_of(people.clerk)
    mark_bounced(notice_of, legal_now(), "550 no such user")
    assert "1 letter came back" in shown(client, "/desk/letters/").content.decode()
    [row] = shown(client, "/desk/letters/?fate=back").context["page"].rows
    assert row.letter == notice_of
    answer = client.post(
        f"/desk/letters/{notice_of.pk}/again/", {"email": "second@organisations.example", "reason": "原地址退信"}
    )
    anew = Letter.objects.get(email="second@organisations.example")
    assert answer.url == f"/desk/letters/{anew.pk}/"
    assert (anew.resent_from.of, anew.event_pk, anew.user) == (notice_of, notice_of.event_pk, people.filer)
    assert anew.shown() == notice_of.shown()
    assert shown(client, "/desk/letters/?fate=back").context["page"].rows == []
    assert reply(asked).outcome == "waiting"
    log_service(anew, "email", legal_now())
    announce_waiting()
    assert reply(asked).outcome == "running"
    steps = shown(client, f"/desk/letters/{notice_of.pk}/").context["steps"]
    assert [str(step.what) for step in steps] == ["written", "came back", "sent again to another address"]
    assert steps[-1].letter == anew.pk


def test_the_same_address_is_no_other(notice_of, people, desk_of):
    answer = desk_of(people.clerk).post(
        f"/desk/letters/{notice_of.pk}/again/", {"email": notice_of.email, "reason": "x"}
    )
    assert answer.status_code == 422
    assert Letter.objects.filter(email=notice_of.email, text=notice_of.text).count() == 1


def test_letters_are_found_by_case_reader_and_fate(asked, notice_of, people, desk_of):
    client = desk_of(people.clerk)

    def found(query):
        return {row.letter.text for row in shown(client, f"/desk/letters/?{query}").context["page"].rows}

    assert "case.correction" in found(f"number={asked.number}")
    assert "case.correction" in found("number=浪高")
    assert found("number=潮汐") == set()
    assert "case.correction" in found(f"reader={people.filer.full_name}")
    assert found("reader=nobody") == set()
    assert "case.correction" in found("fate=waiting")
    assert found("fate=read") == set()


def test_ledger_of_a_case_says_who_was_told_what_in_order(asked, notice_of, people, desk_of):
    send_again(notice_of, "second@organisations.example", reason="原地址退信", by=people.clerk)
    page = shown(desk_of(people.clerk), f"/desk/cases/{asked.pk}/ledger/")
    written = [letter.text for letter, _steps in page.context["lines"]]
    assert written[0] == "application.received"
    assert written.count("case.correction") == 3
    assert "second@organisations.example" in page.content.decode()
    other = desk_of(people.other_district_clerk)
    for path in (f"/desk/cases/{asked.pk}/ledger/", f"/desk/letters/{notice_of.pk}/", f"/desk/cases/{asked.pk}/tips/"):
        assert other.get(path).status_code == 404
    assert logged(other, notice_of).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_letters_cost_the_same_at_every_length(asked, people, desk_of, count, django_assert_num_queries):
    Letter.objects.exclude(pk__in=Letter.objects.order_by("pk").values("pk")[:count]).delete()
    client = desk_of(people.clerk)
    client.get("/desk/letters/")
    with django_assert_num_queries(7):  # session, user, legal clock, letters, cases, letter texts, those that came back
        assert len(shown(client, "/desk/letters/").context["page"].rows) == count


@pytest.mark.parametrize("count", [1, 3])
def test_ledger_of_a_case_costs_the_same_at_every_length(asked, people, desk_of, count, django_assert_num_queries):
    keys = Letter.objects.filter(case_pk=asked.pk).order_by("pk").values("pk")[:count]
    Letter.objects.filter(case_pk=asked.pk).exclude(pk__in=keys).delete()
    client = desk_of(people.clerk)
    path = f"/desk/cases/{asked.pk}/ledger/"
    client.get(path)
    with django_assert_num_queries(8):  # session, user, legal clock, case, letters, letter texts, services, resendings
        assert len(shown(client, path).context["lines"]) == count


def test_proof_that_cannot_be_kept_is_told_and_nothing_is_logged(asked, notice_of, day, people, desk_of):
    day.move_to(at_noon(2026, 9, 21))
    client = desk_of(people.clerk)
    answer = logged(client, notice_of, evidence=SimpleUploadedFile("回执.html", b"<html></html>"))
    assert answer.status_code == 422
    assert "Programs and web pages cannot be attached." in answer.content.decode()
    assert "已知悉" in answer.content.decode()
    assert not notice_of.services.exists()
