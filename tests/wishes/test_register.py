"""Rows 25 to 27 of the users' wishes: exact and similar in plain words, a short register statement, nothing that ended is lost."""

import time_machine

from apps.certificates.register import claim, release
from apps.rules.clock import legal_now
from tests.certificates.test_journal import do
from tests.public.test_as_of import clock, right, statement
from tests.public.test_notices import html, said
from tests.ways import at_noon

__all__ = ["clock", "right"]


def asked(client, query: str) -> tuple[str, str]:
    """What the search shows as exact, and what as exact and similar."""
    client.cookies["django_language"] = "en"
    page = said(html(client, f"/register/?q={query}"))
    exact, _found, similar = page.partition("Exact and similar")
    return exact, similar


def test_wish_25_exact_and_similar_are_told_apart_in_plain_words(client, right):
    exact, similar = asked(client, right.name)
    assert right.number in exact
    assert right.number in similar
    exact, similar = asked(client, "浮标海况")
    assert "No entry has exactly this" in exact
    assert right.number in similar
    assert "every two neighbouring characters that you typed occur somewhere" in exact
    assert "Other spellings, traditional characters and abbreviations are not found" in exact


def test_wish_25_full_width_and_blanks_make_no_difference_to_a_number(client, right):
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in right.number)
    exact, _similar = asked(client, f" {wide} ")
    assert "No entry has exactly this" not in exact
    assert right.number in exact


def test_wish_25_a_former_name_and_a_former_holder_are_found(client, right, organisations):
    old = right.name
    do(right, "change", changes={"name": "全新名称"})
    do(right, "transfer", holder=organisations.bank.pk)
    for query in (old, organisations.enterprise.name, "全新名称", organisations.bank.name):
        exact, similar = asked(client, query)
        assert "No entry has exactly this" not in exact
        assert f"formerly {old}、{organisations.enterprise.name}" in similar


def test_wish_26_register_statement_is_short_who_what_and_law_on_page_one(client, right, organisations):
    client.cookies["django_language"] = "zh-hans"
    text, pages = statement(client, right)
    assert pages == 1
    assert organisations.enterprise.name in text
    assert right.name in text
    assert "民法典" in text


def test_wish_27_expired_and_discharged_entries_stay_findable(client, right, clock, organisations):
    claim(right, case=right.case, party=organisations.bank, kind="pledge", at=legal_now())
    clock.move_to(at_noon(2026, 5, 1))
    release(right.case, at=legal_now(), outcome="released")
    with time_machine.travel(at_noon(2029, 5, 1), tick=False):
        _exact, similar = asked(client, right.name)
        assert "Expired" in similar
        page = said(html(client, f"/register/{right.number}/"))
        assert "those that ended are listed" in page
        assert "2026-03-02 to 2026-05-01" in page
