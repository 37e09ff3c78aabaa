"""Why applications were really sent back this year: counted from the office's own notices, so that filers can avoid it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from apps.applications.items import label_of
from apps.rules.clock import SHANGHAI
from apps.workflow.models import Event
from apps.workflow.rounds import ASKING

LEAST = 3
MOST_READ = 5_000


@dataclass(frozen=True)
class Reason:
    """An item of the form and how many applications were sent back for it."""

    path: str
    label: Any
    count: int


def reasons_of_year(on: date, most: int = 8) -> list[Reason]:
    """The items named in the correction notices of the legal year, most frequent first; an item named in fewer than
    three applications is left out, so that nobody can be recognised. One query."""
    year = datetime(on.year, 1, 1, tzinfo=SHANGHAI), datetime(on.year + 1, 1, 1, tzinfo=SHANGHAI)
    asked = Event.objects.standing().filter(
        move__in=ASKING, case__kind="application", effective_at__gte=year[0], effective_at__lt=year[1]
    )
    named = {
        (case, item["path"].split(".")[0])
        for case, items in asked.values_list("case_id", "data__items")[:MOST_READ]
        for item in items or ()
    }
    counts = Counter(path for _case, path in named)
    return [Reason(path, label_of(path), count) for path, count in counts.most_common(most) if count >= LEAST]
