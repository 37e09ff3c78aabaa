"""JSON: an array of objects, or an object a line; one record in hand at a time."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, count, islice
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from apps.workflow.datafile.limits import MOST_COLUMNS, MOST_LINE
from apps.workflow.datafile.lines import Text
from apps.workflow.datafile.table import BadFile, Table, name_headings, text_of

BLANKS = {"": re.compile(r"[ \t\r\n]*"), ",": re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")}
DECODER = json.JSONDecoder()
LOOKED_AT = 100  # records from which the columns are found


def open_json(stream: BinaryIO, name: str) -> Table:
    """The table of a JSON file: the columns are the names in its first records, a nested value is text."""
    text = Text(stream)
    records = (check_record(number, record) for number, record in enumerate(read_records(text), 1))
    head = list(islice(records, LOOKED_AT))
    if not head:
        raise BadFile(_("The file holds no table: its first row is empty."), code="no_table")
    names = list(dict.fromkeys(name for record in head for name in record))
    table = Table("json", name_headings(names), iter(()), len(names), text)
    table.rows = cells(chain(head, records), names[:MOST_COLUMNS], frozenset(names), table.counts)
    return table


def check_record(number: int, record: Any) -> dict:
    if not isinstance(record, dict):
        raise BadFile(
            _("Record %(row)d is no object with named values: a JSON file must be a list of such objects.")
            % {"row": number},
            code="json",
        )
    return record


def cells(records: Iterator[dict], names: list[str], known: frozenset, counts: Counter) -> Iterator[list[str]]:
    for number, record in enumerate(records, 1):
        if not record.keys() <= known:
            counts["ragged"] += 1
            if counts["ragged"] == 1:
                counts["first_ragged"] = number
        yield [shown(record.get(name)) for name in names]


def shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:200] if isinstance(value, dict | list) else text_of(value)


class Held:
    """The text in hand and how far it was read; more of it is fetched when a value is not all there."""

    def __init__(self, text: Text) -> None:
        self._blocks, self.text, self.at, self.more = text.blocks(), "", 0, True

    def fetch(self) -> None:
        block = next(self._blocks, None)
        self.more = block is not None
        self.text, self.at = self.text[self.at :] + (block or ""), 0

    def skip(self, marks: str) -> str:
        """Pass over ``marks``; the character that follows, "" at the end of the file."""
        pattern = BLANKS[marks]
        while True:
            self.at = pattern.match(self.text, self.at).end()
            if self.at < len(self.text) or not self.more:
                return self.text[self.at : self.at + 1]
            self.fetch()


def read_records(text: Text) -> Iterator[Any]:
    """Each value of the outer array, or each value that stands by itself; refuses a broken one by its number."""
    held = Held(text)
    in_array = held.skip("") == "["
    held.at += in_array
    for number in count(1):
        mark = held.skip("," if in_array and number > 1 else "")
        if not mark and in_array:
            raise BadFile(_("The JSON file ends in the middle."), code="json")
        if not mark or (in_array and mark == "]"):
            return
        yield decode(held, number)


def decode(held: Held, number: int) -> Any:
    """The next value; one at the end of what is in hand may go on in the next block."""
    while True:
        try:
            value, end = DECODER.raw_decode(held.text, held.at)
            if end < len(held.text) or not held.more:
                held.at = end
                return value
        except RecursionError as fault:
            raise BadFile(_("The JSON file is nested too deeply."), code="json") from fault
        except ValueError as fault:
            if not held.more or len(held.text) - held.at > MOST_LINE:
                raise BadFile(
                    _("Record %(row)d of the JSON file is broken, or longer than a million characters.")
                    % {"row": number},
                    code="json",
                ) from fault
        held.fetch()
