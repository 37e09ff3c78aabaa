"""Keyset pages over real rows: both directions, ties, nulls, bad cursors, counts, queries."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.http import QueryDict
from django.utils import translation

from apps.accounts.models import User
from apps.pages.keyset import choose_order, keyset_page

START = datetime(2026, 1, 5, 1, 0, 0, 123456, tzinfo=UTC)


def make_users(count: int, **columns) -> list[User]:
    """``count`` users u000, u001, …; each keyword is a function from the number to the column's value."""
    users = [User(username=f"u{n:03}", **{column: value(n) for column, value in columns.items()}) for n in range(count)]
    return User.objects.bulk_create(users)


def walk(queryset, order, size, query="", step="next_query") -> list[list[str]]:
    """The user names of every page in reading direction ``step``, from the page at ``query``."""
    pages = []
    while True:
        page = keyset_page(queryset, QueryDict(query), order=order, size=size)
        pages.append([row.username for row in page.rows])
        query = getattr(page, step)
        if not query:
            return pages


def flat(pages: list[list[str]]) -> list[str]:
    return [name for page in pages for name in page]


def last_query(queryset, order, size) -> str:
    """The address of the last page."""
    query = ""
    while following := keyset_page(queryset, QueryDict(query), order=order, size=size).next_query:
        query = following
    return query


@pytest.mark.django_db
class TestKeysetPage:
    @pytest.mark.parametrize("count", [0, 1, 3])
    def test_one_query_when_the_list_fits(self, count, django_assert_num_queries):
        make_users(count)
        with django_assert_num_queries(1):
            page = keyset_page(User.objects.all(), QueryDict(), order=("username",), size=3)
        assert [row.username for row in page.rows] == [f"u{n:03}" for n in range(count)]
        assert (page.next_query, page.previous_query, page.count_label) == ("", "", str(count))

    def test_two_queries_when_it_does_not(self, django_assert_num_queries):
        make_users(30)
        with django_assert_num_queries(2):
            page = keyset_page(User.objects.all(), QueryDict(), order=("username",), size=10)
        assert page.count_label == "30"
        with django_assert_num_queries(2):
            keyset_page(User.objects.all(), QueryDict(page.next_query), order=("username",), size=10)

    def test_forward_then_back_gives_the_same_pages(self):
        make_users(23)
        forward = walk(User.objects.all(), ("-username",), 5)
        assert [len(page) for page in forward] == [5, 5, 5, 5, 3]
        assert flat(forward) == [f"u{n:03}" for n in reversed(range(23))]
        end = last_query(User.objects.all(), ("-username",), 5)
        assert walk(User.objects.all(), ("-username",), 5, end, "previous_query") == forward[::-1]

    def test_a_last_page_that_is_full_has_no_next(self):
        make_users(6)
        assert [len(page) for page in walk(User.objects.all(), ("username",), 3)] == [3, 3]

    @pytest.mark.parametrize("order", [("role",), ("-role",), ("role", "-username")])
    def test_ties_are_broken_by_the_key(self, order):
        make_users(17, role=lambda n: ["clerk", "chief"][n % 2])
        names = flat(walk(User.objects.all(), order, 4))
        assert sorted(names) == [f"u{n:03}" for n in range(17)]
        chiefs = {f"u{n:03}" for n in range(1, 17, 2)}
        assert set(names[:8] if not order[0].startswith("-") else names[-8:]) == chiefs

    @pytest.mark.parametrize("order", [("last_login",), ("-last_login",)])
    def test_nulls_stand_last_and_are_walked_both_ways(self, order):
        make_users(14, last_login=lambda n: None if n % 3 == 0 else START + timedelta(microseconds=n % 5))
        forward = walk(User.objects.all(), order, 3)
        names = flat(forward)
        assert sorted(names) == [f"u{n:03}" for n in range(14)]
        assert {int(name[1:]) % 3 for name in names[-5:]} == {0}
        end = last_query(User.objects.all(), order, 3)
        assert walk(User.objects.all(), order, 3, end, "previous_query") == forward[::-1]

    def test_moments_keep_their_microseconds(self):
        make_users(9, date_joined=lambda n: START + timedelta(microseconds=n))
        assert flat(walk(User.objects.all(), ("-date_joined",), 2)) == [f"u{n:03}" for n in reversed(range(9))]

    def test_annotations_and_values_are_ordered_too(self):
        make_users(7)
        rows = User.objects.annotate(called=F("username")).values("pk", "called")
        first = keyset_page(rows, QueryDict(), order=("-called",), size=4)
        second = keyset_page(rows, QueryDict(first.next_query), order=("-called",), size=4)
        assert [row["called"] for row in first.rows + second.rows] == [f"u{n:03}" for n in reversed(range(7))]

    def test_rows_that_arrive_meanwhile_hide_and_repeat_nothing(self):
        make_users(8)
        first = keyset_page(User.objects.all(), QueryDict(), order=("username",), size=4)
        User.objects.create(username="a-newcomer")
        second = keyset_page(User.objects.all(), QueryDict(first.next_query), order=("username",), size=4)
        assert [row.username for row in second.rows] == ["u004", "u005", "u006", "u007"]

    def test_other_parameters_stay_in_the_address(self):
        make_users(3)
        page = keyset_page(User.objects.all(), QueryDict("state=open&state=due&q=浪高"), order=("username",), size=2)
        query = QueryDict(page.next_query)
        assert (query.getlist("state"), query["q"]) == (["open", "due"], "浪高")
        back = keyset_page(User.objects.all(), query, order=("username",), size=2).previous_query
        assert "after" not in QueryDict(back)
        assert QueryDict(back)["q"] == "浪高"

    @pytest.mark.parametrize("cursor", ["", "x", "W10:abc", "%00", "eyJhIjoxfQ:5ZkVV0yMzwqN", "你好"])
    def test_a_cursor_of_no_use_gives_the_first_page_and_says_so(self, cursor):
        make_users(3)
        with translation.override("en"):
            page = keyset_page(User.objects.all(), QueryDict(f"after={cursor}"), order=("username",), size=2)
        assert [row.username for row in page.rows] == ["u000", "u001"]
        assert page.notice == ("That part of the list is gone; this is its beginning." if cursor else "")

    def test_a_cursor_with_one_letter_changed_is_of_no_use(self):
        make_users(5)
        good = QueryDict(keyset_page(User.objects.all(), QueryDict(), order=("username",), size=2).next_query)["after"]
        bad = ("A" if good[0] != "A" else "B") + good[1:]
        page = keyset_page(User.objects.all(), QueryDict(f"after={bad}"), order=("username",), size=2)
        assert page.rows[0].username == "u000"
        assert page.notice

    def test_a_cursor_of_another_order_is_of_no_use(self):
        make_users(5)
        query = keyset_page(User.objects.all(), QueryDict(), order=("username",), size=2).next_query
        page = keyset_page(User.objects.all(), QueryDict(query), order=("-date_joined",), size=2)
        assert page.notice
        assert len(page.rows) == 2

    def test_a_page_whose_rows_are_gone_gives_the_first_page(self):
        make_users(4)
        query = keyset_page(User.objects.all(), QueryDict(), order=("username",), size=2).next_query
        User.objects.filter(username__gt="u001").delete()
        page = keyset_page(User.objects.all(), QueryDict(query), order=("username",), size=2)
        assert [row.username for row in page.rows] == ["u000", "u001"]
        assert page.notice

    def test_going_back_to_a_beginning_that_shrank_shows_a_full_first_page(self):
        make_users(9)
        first = keyset_page(User.objects.all(), QueryDict(), order=("username",), size=3)
        second = keyset_page(User.objects.all(), QueryDict(first.next_query), order=("username",), size=3)
        User.objects.filter(username="u001").delete()
        page = keyset_page(User.objects.all(), QueryDict(second.previous_query), order=("username",), size=3)
        assert [row.username for row in page.rows] == ["u000", "u002", "u003"]
        assert (page.notice, page.previous_query) == ("", "")

    def test_the_count_stops_at_a_thousand(self):
        make_users(1000)
        assert keyset_page(User.objects.all(), QueryDict(), order=("username",)).count_label == "1,000"
        User.objects.create(username="one-more")
        assert keyset_page(User.objects.all(), QueryDict(), order=("username",)).count_label == "1,000+"

    def test_a_deep_page_is_bounded_by_its_first_column(self, django_assert_num_queries):
        make_users(9)
        query = last_query(User.objects.all(), ("username",), 3)
        with django_assert_num_queries(2) as captured:
            keyset_page(User.objects.all(), QueryDict(query), order=("username",), size=3)
        sql = captured.captured_queries[0]["sql"]
        assert "OFFSET" not in sql
        assert ">=" in sql


def test_choose_order_takes_only_what_is_offered():
    orders = {"due": ("next_due_at",), "filed": ("-filed_at",)}
    assert choose_order(QueryDict("sort=filed"), orders) == ("filed", ("-filed_at",))
    assert choose_order(QueryDict("sort=password"), orders) == ("due", ("next_due_at",))
    assert choose_order(QueryDict(""), orders) == ("due", ("next_due_at",))
