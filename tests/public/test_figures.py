"""The figures: their keys, their days, and what nonsense gets."""

import pytest
import time_machine

from apps.public.numbers import Bar, funnel, tiles, years
from apps.rules.clock import legal_today
from tests.public.test_notices import html, said
from tests.ways import at_noon

pytestmark = pytest.mark.django_db
KEYS = [
    "deposits",
    "registrations",
    "notices",
    "policies",
    "insured_yuan",
    "credit_yuan",
    "pledged_yuan",
    "drawn_yuan",
    "listed",
]


@pytest.fixture
def now(certificate):
    with time_machine.travel(at_noon(2026, 11, 22), tick=False) as clock:
        yield clock


def test_json_is_flat_and_counts_the_day_asked_for(client, now):
    after, before = (client.get(f"/figures.json?on={day}").json() for day in ("2026-10-13", "2026-10-12"))
    assert sorted(after) == sorted(KEYS)
    assert (after["deposits"], after["registrations"], after["notices"]) == (1, 1, 0)
    assert before["registrations"] == 0
    assert client.get("/figures.json?on=2026-10-01").json()["notices"] == 1
    assert client.get("/figures.json").json()["registrations"] == 1
    assert all(type(value) in (int, float) for value in after.values())


@pytest.mark.parametrize(
    "day", ["yesterday", "2026-02-30", "2026-13-01", "20260101", "2026-10-13'--", "0000-00-00", "\0"]
)
def test_nonsense_is_400_with_one_sentence(client, now, day):
    response = client.get("/figures.json", {"on": day})
    assert response.status_code == 400
    assert list(response.json()) == ["error"]
    assert "YYYY-MM-DD" in response.json()["error"]
    assert client.get("/figures/", {"on": day}).status_code == 400


def test_day_that_has_not_come_is_refused(english, now):
    response = english.get("/figures.json?on=2026-11-23")
    assert (response.status_code, response.json()["error"]) == (
        400,
        "That day has not come yet; there are no figures of it.",
    )


def test_page_says_the_day_and_draws_with_a_table(english, now):
    page = html(english, "/figures/?on=2026-10-13")
    assert "13 October 2026, 24:00" in said(page)
    assert '<rect class="chart-bar" width="100.0" height="10"/>' in page
    assert page.count("<caption") == 2
    assert "style=" not in page


def test_day_without_figures_says_so(english, now):
    assert "No figures of that day" in html(english, "/figures/?on=2020-01-01")


def test_start_page_shows_figures_latest_notices_and_no_band_without_rows(english, now):
    page = html(english, "/")
    assert "22 November 2026" in page
    assert "舟山近岸浪高数据集" in page
    assert "2023-09-18" not in page


def test_start_page_shows_the_band_where_rows_give_it(english, local_track, people, organisations):
    from tests.ways import deposit

    with time_machine.travel(at_noon(2023, 9, 1), tick=False):
        deposit(organisations.enterprise, people.filer, people.clerk2)
    assert "2023-09-18" in html(english, "/")


def test_amounts_are_shown_in_ten_thousands_with_their_unit():
    shown = tiles({"deposits": 1410, "pledged_yuan": 105_000_000, "insured_yuan": 799_999.5})
    assert [(tile.value, "10,000 yuan" in str(tile.label)) for tile in shown] == [
        ("1,410", False),
        ("80", True),
        ("10,500", True),
    ]


def test_bars_are_measured_against_the_longest():
    assert [bar.width for bar in funnel({"deposits": 141, "notices": 14, "registrations": 21})] == [100, 9.93, 14.89]
    assert funnel({"deposits": 0})[0].width == 0
    assert isinstance(funnel({"deposits": 1})[0], Bar)


def test_years_without_registrations_are_none(db):
    assert years(legal_today()) == []


def test_columns_stand_for_years_and_totals(now):
    (column,) = years(legal_today())
    assert (column.year, column.fresh, column.total, column.height, column.point) == (2026, 1, 1, 100.0, "50,0.0")
