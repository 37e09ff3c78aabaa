"""What looks like personal data, by column and count. The values themselves are never kept nor shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from stdnum.cn import ric

IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])")
PATTERNS = {
    "mobile": re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d.])"),
    "landline": re.compile(r"(?<![\d.-])0(?:10|2\d|[3-9]\d{2})[- ]\d{7,8}(?![\d.-])"),
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}"),
}
NAMED = re.compile(
    r"(?:^|_|\b)(?:full_?|crew_?|first_?|last_?|captain_?|contact_?)?name$|(?:^|_)(?:crew|captain|seafarer)(?:$|_)|姓名|船员|船长|联系人|渔民",
    re.IGNORECASE,
)
NAME_VALUE = re.compile(r"[\u3400-\u9fff]{2,4}(?:·[\u3400-\u9fff]{1,6})?|[A-Z][A-Za-z'.-]+(?: [A-Z][A-Za-z'.-]+){1,3}")
TRACK = {
    "ship": re.compile(r"^(?:mmsi|imo|callsign|ship_?id|vessel_?id|船舶?(?:编?号|识别码)|呼号|船名)", re.IGNORECASE),
    "longitude": re.compile(r"^(?:lon|lng|long|longitude|经度)(?:$|[^a-z])", re.IGNORECASE),
    "latitude": re.compile(r"^(?:lat|latitude|纬度)(?:$|[^a-z])", re.IGNORECASE),
    "time": re.compile(r"time|date|时间|日期|utc", re.IGNORECASE),
}


@dataclass(frozen=True)
class Finding:
    """What was found where: ``kind`` is identity, mobile, landline, email, name or track."""

    kind: str
    column: str
    count: int


class Watch:
    """Counts, over the batches of a file, cells that look like somebody's."""

    def __init__(self, headings: list[str]) -> None:
        self._headings = headings
        self._named = frozenset(n for n, heading in enumerate(headings) if NAMED.search(heading))
        self._found: Counter[tuple[str, int]] = Counter()

    def take(self, number: int, values: list[str]) -> None:
        """Look through the filled cells of a column in one pass over their joined text."""
        if not values:
            return
        joined = "\n".join(values)
        longest = max(map(len, values))
        if longest >= 18:
            self._add("identity", number, sum(map(ric.is_valid, IDENTITY.findall(joined))))
        if longest >= 11:
            self._add("mobile", number, sum(1 for _m in PATTERNS["mobile"].finditer(joined)))
            self._add("landline", number, sum(1 for _m in PATTERNS["landline"].finditer(joined)))
        if "@" in joined:
            self._add("email", number, sum(1 for _m in PATTERNS["email"].finditer(joined)))
        if number in self._named:
            self._add("name", number, sum(1 for value in values if NAME_VALUE.fullmatch(value)))

    def _add(self, kind: str, number: int, count: int) -> None:
        if count:
            self._found[kind, number] += count

    def findings(self, records: int) -> list[Finding]:
        """The findings, by column; a track where ship, place and time stand together counts every record."""
        found = [
            Finding(kind, self._headings[number], count)
            for (kind, number), count in sorted(self._found.items(), key=lambda item: (item[0][1], item[0][0]))
        ]
        if records and (columns := track_columns(self._headings)):
            found.append(Finding("track", ", ".join(columns), records))
        return found


def track_columns(headings: Iterable[str]) -> list[str]:
    """The columns that together are a vessel's track; none where one of them is missing."""
    headings = list(headings)
    found = {part: next((h for h in headings if p.search(h)), "") for part, p in TRACK.items()}
    return list(found.values()) if all(found.values()) else []
