"""The lines of a deadline's working, and their words in the active language."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Day:
    """A day that differs from its weekday, by a notice (number empty where it is not known)."""

    is_workday: bool
    name_zh: str = ""
    name_en: str = ""
    notice: str = ""

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a deadline's working; `number` counts the months or years passed."""

    date: date
    counted: bool
    code: str
    special: Day | None = None
    number: int = 0
    published: bool = True

    @property
    def reason(self) -> str:
        return describe(self)


def describe(step: Step) -> str:
    """Why the day was counted or skipped, in the active language."""
    text = _reason(step)
    if step.published or step.code == "start":
        return text
    return _("%(reason)s (arrangement of %(year)d not published)") % {"reason": text, "year": step.date.year}


def _reason(step: Step) -> str:
    values = {"number": step.number, "name": step.special.name if step.special else ""}
    if step.code in ("holiday", "makeup"):
        text = _("holiday: %(name)s") if step.code == "holiday" else _("weekend worked in exchange: %(name)s")
        notice = step.special.notice
        return text % values + (_(", notice %(notice)s") % {"notice": notice} if notice else "")
    if step.code == "excused":
        return _("next working day: on the last day nothing could be filed (%(name)s, announcement %(notice)s)") % {
            "name": step.special.name, "notice": step.special.notice,
        }  # fmt: skip
    return str(PLAIN_REASONS[step.code]) % values


PLAIN_REASONS = {
    "start": gettext_lazy("day of the act, not counted"),
    "workday": gettext_lazy("working day"),
    "weekend": gettext_lazy("weekend"),
    "day": gettext_lazy("calendar day %(number)d"),
    "month": gettext_lazy("corresponding day, month %(number)d"),
    "month_end": gettext_lazy("last day of the month, month %(number)d"),
    "year": gettext_lazy("corresponding day, year %(number)d"),
    "year_end": gettext_lazy("last day of the month, year %(number)d"),
    "moved": gettext_lazy("next working day, for the last day was one of rest"),
}


def quantity(counts: tuple[int, ...], unit: str) -> str:
    """Counts with their unit in the active language: "1 working day", "180, 90, 30 calendar days"."""
    most = max(counts)
    words = {
        "workday": ngettext("%(count)s working day", "%(count)s working days", most),
        "day": ngettext("%(count)s calendar day", "%(count)s calendar days", most),
        "month": ngettext("%(count)s month", "%(count)s months", most),
        "year": ngettext("%(count)s year", "%(count)s years", most),
        "hour": ngettext("%(count)s hour", "%(count)s hours", most),
        "minute": ngettext("%(count)s minute", "%(count)s minutes", most),
        "times": ngettext("%(count)s time", "%(count)s times", most),
    }
    return words[unit] % {"count": _(", ").join(map(str, counts))}
