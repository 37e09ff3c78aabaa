"""A kind's table is read before it runs: a letter without a text, a time limit without a rule, a rule without a reader."""

from dataclasses import replace

import pytest

from apps.rules.catalogue import NOT_IN_USE, RULES
from apps.workflow.checks import problems, rule_problems
from apps.workflow.states import kind, letter


def test_a_letter_that_nobody_wrote_fails_the_start():
    table = kind("listing")
    moves = tuple(replace(m, letters=letter("listing.unwritten")) if m.name == "suspend" else m for m in table.moves)
    assert problems(replace(table, moves=moves)) == [
        "the letter 'listing.unwritten' of the move 'suspend' lacks a text in zh-hans",
        "the letter 'listing.unwritten' of the move 'suspend' lacks a text in en",
    ]


def test_a_time_limit_without_a_rule_fails_the_start():
    table = kind("listing")
    specs = tuple(replace(spec, rule="no_such_days") if spec.name == "review" else spec for spec in table.clocks)
    assert problems(replace(table, clocks=specs)) == [
        "the clock 'review' names the rule 'no_such_days', which is not in the catalogue"
    ]


KEYS = {rule.key for rule in RULES}


@pytest.mark.parametrize(
    ("keys", "not_in_use", "said"),
    [
        (KEYS, NOT_IN_USE, []),
        (
            KEYS | {"nobody_asks_days"},
            NOT_IN_USE,
            ["'nobody_asks_days' is read by nothing and not declared as not in use"],
        ),
        (KEYS, NOT_IN_USE | {"review_days"}, ["'review_days' is declared as not in use, and read"]),  # by a clock
        (
            KEYS,
            NOT_IN_USE | {"letter_months"},
            ["'letter_months' is declared as not in use, and read"],
        ),  # by a function
        (KEYS, NOT_IN_USE | {"no_such_days"}, ["'no_such_days' is declared as not in use, and in no catalogue"]),
    ],
)
def test_a_rule_is_read_or_declared_as_not_in_use(keys, not_in_use, said):
    assert rule_problems(keys, not_in_use) == said


@pytest.mark.parametrize("key", sorted(NOT_IN_USE))
def test_each_rule_on_record_only_is_missed_when_it_is_not_declared(key):
    assert rule_problems(KEYS, NOT_IN_USE - {key}) == [f"'{key}' is read by nothing and not declared as not in use"]
