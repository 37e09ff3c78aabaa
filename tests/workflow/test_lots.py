"""Lots: a pure function that anybody can compute again, and that gives each candidate his share."""

from hashlib import sha256

import pytest

from apps.workflow.lots import MOST, lot, seed_of, weights

CHI_SQUARE_999 = {2: 13.816, 3: 16.266}  # degrees of freedom to the value passed once in a thousand
LOTS = 500


def test_lot_is_what_its_specification_says():
    """Computed here by hand from docs/developers/lots.md, not by the function."""
    text = "lot-1\nabc\n申-2026-0042\n3:1\n7:4\n9:2"
    ticket = int.from_bytes(sha256(text.encode("utf-8")).digest(), "big") % 7
    expected = 3 if ticket == 0 else 7 if ticket <= 4 else 9
    drawn = lot("abc", "申-2026-0042", [(9, 2), (3, 1), (7, 4)])
    assert (drawn.text, drawn.total, drawn.ticket, drawn.result) == (text, 7, ticket, expected)
    assert drawn.spans == ((3, 0, 0), (7, 1, 4), (9, 5, 6))


@pytest.mark.parametrize("wanted", [{1: 1, 2: 1, 3: 1}, {1: 1, 2: 7, 3: 11}, {1: 5, 2: 5, 3: 1, 4: 9}])
def test_five_hundred_lots_fit_their_weights(wanted):
    drawn = [lot(f"seed-{n // 10}", f"申-2026-{n:04d}", list(wanted.items())).result for n in range(LOTS)]
    total = sum(wanted.values())
    chi = sum((drawn.count(key) - LOTS * w / total) ** 2 / (LOTS * w / total) for key, w in wanted.items())
    assert chi < CHI_SQUARE_999[len(wanted) - 1]


def test_order_of_candidates_does_not_matter_and_any_other_word_does():
    people = [(n, 1) for n in range(50)]
    first = lot("s", "n", people)
    assert lot("s", "n", people[::-1]) == first
    assert {lot(f"s{n}", "n", people).result for n in range(20)} != {first.result}
    assert {lot("s", f"n{n}", people).result for n in range(20)} != {first.result}


@pytest.mark.parametrize("people", [[], [(1, 0)], [(1, 1), (1, 2)]])
def test_nonsense_is_refused(people):
    with pytest.raises(ValueError, match="candidates"):
        lot("s", "n", people)


def test_the_fuller_the_desk_the_smaller_the_weight():
    assert weights({5: 10, 6: 4, 7: 0}) == [(5, 1), (6, 7), (7, 11)]
    assert weights({1: 500, 2: 0}) == [(1, 1), (2, MOST)]


def test_seed_hangs_on_day_previous_seed_and_event():
    import datetime as dt

    day = dt.date(2026, 11, 22)
    assert seed_of(day, "a", "b") == sha256(b"lot-1\n2026-11-22\na\nb").hexdigest()
