"""Numbers of the office's own series (编号): given last in a move, never twice, gaps only for void ones."""

from django.db.models import F

from apps.workflow.models import Series


def next_number(series: str, year: int) -> str:
    """The next number of a series in a year, such as ``申-2026-0042``; locks the series to the end of the transaction."""
    taken = Series.objects.filter(name=series, year=year).update(last=F("last") + 1)
    if not taken:
        Series.objects.bulk_create([Series(name=series, year=year)], ignore_conflicts=True)
        Series.objects.filter(name=series, year=year).update(last=F("last") + 1)
    last = Series.objects.values_list("last", flat=True).get(name=series, year=year)
    return f"{series}-{year}-{last:04d}"
