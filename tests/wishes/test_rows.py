"""What users of such systems suffer, row by row: every row that this portal answers has a test that names it."""

import re
from importlib import import_module
from pkgutil import iter_modules

import pytest

import tests.wishes

ROWS = {2, 3, 6, *range(8, 21), *range(22, 34), 39}
"""Rows of the collected complaints that the desk and the form were built against."""

IDEAS = {*range(8, 13)}
"""What no other portal has, as far as it is about money on a right: numbered by themselves."""


def answered(what: str) -> set[int]:
    """The numbers of the rows (``wish``) or ideas (``idea``) that a test bears in its name."""
    modules = (import_module(f"tests.wishes.{found.name}") for found in iter_modules(tests.wishes.__path__))
    names = (name for module in modules for name in dir(module))
    return {int(found[1]) for name in names if (found := re.match(rf"test_{what}_(\d+)_", name))}


@pytest.mark.parametrize(("what", "numbers"), [("wish", ROWS), ("idea", IDEAS)])
def test_every_row_has_a_test_of_its_own(what, numbers):
    assert sorted(numbers - answered(what)) == []
