"""Deadlines as iCalendar (RFC 5545): a whole day each, case number and title alone, provisional ones marked."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.workflow.agenda import clocks_of, label_of
from apps.workflow.models import Clock

LONGEST = 75  # bytes of a line


def calendar_of(user: User) -> str:
    """The calendar of what is due for a person, in the language that is active."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Data IP registration portal//Deadlines//EN", "CALSCALE:GREGORIAN",
             f"X-WR-CALNAME:{escaped(_('Deadlines'))}", "X-WR-TIMEZONE:Asia/Shanghai", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"]  # fmt: skip
    for clock in clocks_of(user):
        lines += event_of(clock)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def event_of(clock: Clock) -> list[str]:
    """One deadline. Nothing in it changes by itself, so that an unchanged calendar stays the same to the byte."""
    mark = _("provisional: ") if clock.provisional else ""
    summary = f"{mark}{label_of(clock)} · {clock.case.title}"
    return [
        "BEGIN:VEVENT",
        f"UID:clock-{clock.pk}@{urlsplit(settings.SITE_URL).hostname}",
        f"DTSTAMP:{clock.started_on:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{clock.due_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{clock.due_on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(summary)}",
        f"DESCRIPTION:{escaped(clock.case.number or '')}",
        f"STATUS:{'TENTATIVE' if clock.provisional else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    for sign, shown in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(sign, shown)
    return text


def folded(line: str) -> str:
    """A line of at most 75 bytes each, the rest on lines that begin with a blank; no character is cut."""
    if len(line.encode()) <= LONGEST:
        return line
    parts, held = [], ""
    for sign in line:
        if len((held + sign).encode()) > (LONGEST if not parts else LONGEST - 1):
            parts.append(held)
            held = ""
        held += sign
    return "\r\n ".join([*parts, held])
