import json
from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command

from apps.rules import clock
from apps.rules.clock import legal_today
from apps.rules.models import LegalClock


def test_deadline_as_json(calendar, capsys):
    call_command("deadline", "2026-09-18", "10", "--json")
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"date", "provisional", "calendar_version", "rule", "steps"}
    assert (told["date"], told["provisional"], told["calendar_version"]) == ("2026-10-09", False, 1)
    assert sum(step["counted"] for step in told["steps"]) == 10
    assert all(set(step) == {"date", "counted", "reason"} and step["reason"] for step in told["steps"])


@pytest.mark.parametrize(
    ("unit", "count", "last"),
    [
        ("day", "30", "2026-10-18"),
        ("month", "6", "2027-03-18"),
        ("year", "3", "2029-09-18"),
        ("workday", "+5", "2026-09-24"),
    ],
)
def test_deadline_in_other_units(calendar, capsys, unit, count, last):
    call_command("deadline", "2026-09-18", count, "--unit", unit, "--json")
    assert json.loads(capsys.readouterr().out)["date"] == last


def test_deadline_as_text_shows_every_day(calendar, capsys):
    call_command("deadline", "2026-12-18", "10")
    lines = capsys.readouterr().out.strip().splitlines()
    assert len(lines) == 1 + 18 + 1
    assert "2027-01-04" in lines[-1]
    assert sum(line.startswith("+ ") for line in lines) == 10


@pytest.mark.parametrize(
    "words",
    [
        ["2026-13-45", "10"],
        ["20260918", "10"],
        ["yesterday", "10"],
        ["2026-02-30", "10"],
        ["2026-09-18", "ten"],
        ["2026-09-18", "1e3"],
        ["2026-09-18", "2.5"],
        ["2026-09-18", "0"],
        ["2026-09-18", "-5"],
        ["2026-09-18", "999999999"],
        ["2026-09-18", "9" * 5000],
        ["2026-09-18", "10", "--unit", "week"],
        ["9999-12-31", "10"],
        ["2026-09-18", "１０"],
    ],
)
def test_deadline_answers_nonsense_with_a_sentence(calendar, words):
    with pytest.raises(CommandError) as refusal:
        call_command("deadline", *words)
    sentence = str(refusal.value)
    assert sentence.endswith((".", "。"))
    assert len(sentence.splitlines()) == 1
    assert len(sentence) < 200


def test_deadline_without_a_calendar_says_so(no_calendar):
    with pytest.raises(CommandError, match="load_rules"):
        call_command("deadline", "2026-09-18", "10")


@time_machine.travel("2026-11-22T01:00:00Z", tick=False)
def test_today_moves_in_demo_mode_day_by_day(calendar, settings, capsys, monkeypatch):
    settings.DEMO = True
    heard = []
    monkeypatch.setattr(clock, "_each_day", [heard.append])
    call_command("today", "+2")
    assert capsys.readouterr().out.strip() == "2026-11-24"
    assert heard == [date(2026, 11, 23), date(2026, 11, 24)]
    call_command("today")
    assert capsys.readouterr().out.strip() == "2026-11-24"


def test_today_outside_demo_mode_moves_nothing(calendar, settings):
    settings.DEMO = False
    before = legal_today()
    with pytest.raises(CommandError):
        call_command("today", "+2")
    assert legal_today() == before
    assert not LegalClock.objects.get().ever_moved


@pytest.mark.parametrize("text", ["-1", "+0", "+99999", "tomorrow", "+1.5", "9" * 5000])
def test_today_goes_forward_by_whole_days_only(calendar, settings, text):
    settings.DEMO = True
    with pytest.raises(CommandError):
        call_command("today", text)
    assert LegalClock.objects.get().offset_days == 0
