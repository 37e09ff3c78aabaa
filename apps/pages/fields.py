"""What ``components/field_list.html`` and ``components/steps.html`` show."""

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise


@dataclass(frozen=True)
class Field:
    """A named value. ``change_url`` leads to the form that changes it; ``key``, an id unique in the page,
    offers a button that copies the value."""

    label: Promise | str
    value: Any
    change_url: str = ""
    key: str = ""
    note: Promise | str = ""
    tone: Literal["", "wrong", "changed"] = ""


@dataclass(frozen=True)
class Step:
    """A step of a form or of a data set's way."""

    label: Promise | str
    url: str = ""
    state: Literal["done", "todo", "wrong", "current"] = "todo"
    note: Promise | str = ""
