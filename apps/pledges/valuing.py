"""How long a valuation is good for: the rule's months from its base date (资产评估执业惯例)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.rules.calendars import load_calendar
from apps.rules.clock import legal_today
from apps.rules.deadlines import deadline
from apps.rules.lookup import rules_on

LABEL = gettext_lazy("validity of the valuation")


def good_until(base: date, on: date) -> date:
    """The last day of a valuation with this base date, by the rule in force on a day."""
    months = rules_on(["valuation_months"], on)["valuation_months"].value
    return deadline(base, months, "month", load_calendar()).date


def words_of_age(base: date) -> str:
    """Until when it is good, or since when it is good no more."""
    today = legal_today()
    until = good_until(base, today)
    if until >= today:
        words = _("Counted from its base date, the valuation is good until %(day)s.")
    else:
        words = _("The valuation went out of date on %(day)s: ask whether the value still holds.")
    return words % {"day": until.isoformat()}


def facts_of(base: date | None) -> list[tuple]:
    """The line of a page; none where nothing was valued."""
    return [(LABEL, words_of_age(base))] if base else []
