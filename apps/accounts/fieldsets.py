"""Headings of a long form; the pages draw them (``apps.pages.forms.PortalFormHelper``)."""

from __future__ import annotations

from typing import Any


class Group:
    """Fields of a form under one heading. A line is a field, or a tuple of short ones that stand side by side where there is
    room; a name that the form does not have is passed over."""

    def __init__(self, legend: Any, *lines: str | tuple[str, ...]) -> None:
        self.legend, self.lines = legend, lines

    @property
    def names(self) -> list[str]:
        return [name for line in self.lines for name in ([line] if isinstance(line, str) else line)]


class Grouped:
    """A form of several headings: ``groups`` says what stands under which, and by that the order of its fields. One that adds
    fields of its own calls ``order_fields(self.field_order)`` after that."""

    groups: tuple[Group, ...] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "groups" in vars(cls):
            cls.field_order = [name for group in cls.groups for name in group.names]
