"""A new year's working days: seen before they are loaded, then written by the rule for each audience."""

import json
from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command

from apps.notices.models import Notice
from apps.rules.calendars import DayRow
from apps.workflow import rehearsal
from apps.workflow.models import Case
from tests.ways import application, at_noon, walk

YEAR = 2027
OFF = [
    *((date(2027, 1, d), "元旦", "New Year") for d in (1, 2, 3)),
    *((date(2027, 2, d), "春节", "Spring Festival") for d in range(5, 13)),
    *((date(2027, 5, d), "劳动节", "Labour Day") for d in range(1, 6)),
    *((date(2027, 10, d), "国庆节", "National Day") for d in range(1, 8)),
]
DAYS = [DayRow(day, False, zh, en) for day, zh, en in OFF]
WORKED = [DayRow(date(2027, 1, 9), True, "元旦调休", "worked for New Year")]


@pytest.fixture
def in_notice(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 12, 24), tick=False):
        yield walk(application(people, organisations), people, "in_notice")


def test_notice_over_new_year_is_provisional_and_never_closes_itself(in_notice):
    case = Case.objects.get(pk=in_notice.pk)
    assert case.due_provisional is True
    assert case.next_due_at is None
    assert Notice.objects.get(case=case).provisional is True


def test_rehearsal_shows_what_moves_and_writes_nothing(in_notice):
    before = Notice.objects.get(case=in_notice).ends_on
    shifts = rehearsal.rehearse(YEAR, [*DAYS, *WORKED], "国办发明电〔2026〕示范号")
    notice = next(shift for shift in shifts if shift.clock.name == "notice")
    assert (notice.was_provisional, notice.provisional) == (True, False)
    assert notice.after == before  # a make-up Saturday would make it end earlier: a notice is never shortened
    assert Notice.objects.get(case=in_notice).provisional is True


def test_loading_the_year_settles_the_date_and_says_so(in_notice, people):
    more_rest = [*DAYS, DayRow(date(2027, 1, 4), False, "元旦", "New Year")]
    before = Notice.objects.get(case=in_notice).ends_on
    rehearsal.load_year(YEAR, more_rest, "国办发明电〔2026〕示范号", people.system_admin)
    case = Case.objects.get(pk=in_notice.pk)
    notice = Notice.objects.get(case=case)
    assert notice.ends_on > before
    assert (notice.provisional, case.due_provisional) == (False, False)
    assert case.next_due_at == notice.ends_at
    assert case.events.get(move="redated").data["before"] == before.isoformat()


def test_command_shows_first_and_loads_when_told(in_notice, people, tmp_path, capsys):
    days = [
        {"date": row.date.isoformat(), "work": row.is_workday, "zh": row.name_zh, "en": row.name_en} for row in DAYS
    ]
    file = tmp_path / "2027.json"
    file.write_text(json.dumps({"year": YEAR, "notice": "国办发明电〔2026〕示范号", "days": days}))
    call_command("load_year", str(file))
    shown = capsys.readouterr().out
    assert f"{in_notice.number} notice: " in shown
    assert "(no longer provisional)" in shown
    assert Notice.objects.get(case=in_notice).provisional is True
    call_command("load_year", str(file), "--propose", "--as", people.system_admin.username)
    assert Notice.objects.get(case=in_notice).provisional is True
    with pytest.raises(CommandError):
        call_command("load_year", str(file), "--confirm", "--as", people.system_admin.username)
    assert Notice.objects.get(case=in_notice).provisional is True
    call_command("load_year", str(file), "--confirm", "--as", people.security_admin.username)
    assert Notice.objects.get(case=in_notice).provisional is False
    with pytest.raises(CommandError):
        call_command("load_year", str(file), "--confirm", "--as", people.security_admin.username)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"year": 2027}', '{"year": 2027, "notice": "x", "days": [{"date": "no"}]}']
)
def test_command_refuses_nonsense_in_a_sentence(content, tmp_path, db):
    file = tmp_path / "2027.json"
    file.write_text(content)
    with pytest.raises(CommandError, match="is not a list of working days"):
        call_command("load_year", str(file))
