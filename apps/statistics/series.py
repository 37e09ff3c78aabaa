"""Figures by year, counted in the same way as those of a day."""

from datetime import date
from itertools import accumulate

from django.db.models import Count
from django.db.models.functions import ExtractYear

from apps.rules.clock import SHANGHAI
from apps.rules.deadlines import end_of
from apps.statistics.indicators import acts, remembered


def registered_by_year(on: date) -> list[tuple[int, int, int]]:
    """(year, rights entered in it, entered up to its end) from the first year with any to the year of ``on``."""
    entered = acts("registration", ("enter",), end_of(on)).annotate(year=ExtractYear("effective_at", tzinfo=SHANGHAI))
    grouped = entered.order_by().values_list("year").annotate(Count("pk"))
    counts = remembered("years", on, lambda: dict(grouped))
    years = range(min(counts, default=on.year + 1), on.year + 1)
    fresh = [counts.get(year, 0) for year in years]
    return list(zip(years, fresh, accumulate(fresh), strict=True))
