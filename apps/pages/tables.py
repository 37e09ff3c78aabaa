"""The head of a list."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise


@dataclass(frozen=True)
class Column:
    """A column of ``components/table_page.html``: its words, the ``?sort=`` name that orders by it ("" for none),
    and what its cells hold, which decides alignment."""

    label: Promise | str
    sort: str = ""
    kind: Literal["", "number", "day", "actions"] = ""
    descending: bool = False
