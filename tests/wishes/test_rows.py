"""What users of such systems suffer, row by row: every row that this portal answers has a test that names it."""

import re
from importlib import import_module
from pkgutil import iter_modules

import tests.wishes

ROWS = {2, 3, 6, *range(8, 21), *range(22, 34), 39}
"""Rows of the collected complaints that the desk and the form were built against."""


def answered() -> set[int]:
    modules = (import_module(f"tests.wishes.{found.name}") for found in iter_modules(tests.wishes.__path__))
    names = (name for module in modules for name in dir(module))
    return {int(found[1]) for name in names if (found := re.match(r"test_wish_(\d+)_", name))}


def test_every_row_has_a_test_of_its_own():
    assert sorted(ROWS - answered()) == []
