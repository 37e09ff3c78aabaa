"""A kind's table is read before it runs: a letter without a text, a time limit without a rule."""

from dataclasses import replace

from apps.workflow.checks import problems
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
