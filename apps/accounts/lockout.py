"""The one lockout (登录锁定), kept in the database. Three limits, by the rules `lockout_attempts` (n) and `lockout_minutes` (m):

* a user name from one address: n failures within m minutes close it for m minutes, for the password and the second
  factor each on its own, so that a right password does not buy more codes;
* a user name from anywhere: 4n failures within a day close it for addresses from which this person never signed in,
  and the second factor for all;
* an address, whatever the name: 20n failures within m minutes close it, but not for people who signed in from it before,
  so that one person of a bureau does not shut out the others.

A try is a row written before it is answered and marked good afterwards: tries that run side by side see one another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.addresses import current_address, neighbourhood
from apps.accounts.audit import record
from apps.accounts.limits import limits
from apps.accounts.models import Try, User
from apps.accounts.text import clean_code
from apps.accounts.vault import blind

SLOW, SHARED = 4, 20  # times the attempts: for a user from anywhere, for an address of many people
DAY = timedelta(days=1)
KNOWN_FOR = timedelta(days=90)
REPLAY = timedelta(minutes=3)
"""A code of the authenticator app is accepted for a minute and a half; it serves once."""


@dataclass(frozen=True)
class Limits:
    attempts: int
    span: timedelta


def who_is(username: str) -> str:
    """The index under which tries at a name are counted, whatever its case."""
    return blind(clean_code(username.replace("\0", "")).casefold())


def begin(username: str, kind: Try.Kind, user: User | None = None) -> Try:
    """Count a try at the current address. Raises ValidationError saying when to come back, while the door is closed."""
    found = limits("lockout_attempts", "lockout_minutes")
    asked = Limits(found["lockout_attempts"], timedelta(minutes=found["lockout_minutes"]))
    row = Try.objects.create(
        who=who_is(username), address=neighbourhood(current_address()), kind=kind, at=timezone.now()
    )
    if until := _closed_until(row, asked):
        row.delete()  # a refused try prolongs nothing
        raise ValidationError(sentence(until), code="locked")
    return row


def sentence(until: datetime) -> str:
    """Local time, rounded up to the minute."""
    clock = timezone.localtime(until + timedelta(seconds=59))
    said = clock.strftime("%H:%M" if until - timezone.now() < timedelta(hours=12) else "%Y-%m-%d %H:%M")
    return _("Too many attempts failed. Try again at %(time)s, or ask the system administrator.") % {"time": said}


def succeed(row: Try, code: str = "") -> None:
    """The try was right: the count of this door begins anew."""
    row.good, row.code = True, blind(code) if code else ""
    row.save(update_fields=["good", "code"])


def fail(row: Try, user: User | None) -> None:
    """The try was wrong; the one that closes the door is noted in the audit."""
    found = limits("lockout_attempts", "lockout_minutes")
    asked = Limits(found["lockout_attempts"], timedelta(minutes=found["lockout_minutes"]))
    probe = Try(who=row.who, address=row.address, kind=row.kind, at=timezone.now())
    if until := _closed_until(probe, asked):
        record("lockout", actor=user, success=False, kind=row.kind, until=until.isoformat(timespec="seconds"))


@contextmanager
def guarded(user: User, kind: Try.Kind, code: str = "") -> Iterator[None]:
    """A secret of this person is tried inside; it was wrong where ValidationError is raised, else right."""
    row = begin(user.username, kind)
    try:
        yield
    except ValidationError:
        fail(row, user)
        raise
    succeed(row, code)


def enter(user: User) -> None:
    """Somebody is in: this address is known for this person from now on."""
    if address := current_address():
        Try.objects.create(
            who=who_is(user.username), address=neighbourhood(address), kind=Try.Kind.ENTRY, good=True, at=timezone.now()
        )


def used_before(user: User, code: str) -> bool:
    """Whether this code let the same person in a moment ago."""
    mine = Try.objects.filter(who=who_is(user.username), kind=Try.Kind.FACTOR, good=True, code=blind(code))
    return mine.filter(at__gt=timezone.now() - REPLAY).exists()


def lift(user: User, by: User) -> int:
    """Open the door again for somebody who forgot; how many failures were forgotten."""
    count, _tables = Try.objects.filter(who=who_is(user.username), good=False).delete()
    record("lockout.lift", actor=by, about=user.username, failures=count)
    return count


def forget() -> int:
    """Delete the tries that no limit asks for any more."""
    return Try.objects.filter(at__lt=timezone.now() - KNOWN_FOR).delete()[0]


def _closed_until(row: Try, asked: Limits) -> datetime | None:
    others = Try.objects.exclude(pk=row.pk)
    mine = others.filter(who=row.who)
    here = mine.filter(address=row.address)
    if until := _until(_since_good(here.filter(kind=row.kind)), asked.attempts, asked.span, row.at):
        return until
    known = here.filter(kind=Try.Kind.ENTRY, at__gt=row.at - KNOWN_FOR).exists()
    if not known or row.kind == Try.Kind.FACTOR:
        slow = _until(mine.exclude(kind=Try.Kind.ENTRY), SLOW * asked.attempts, DAY, row.at)
        if slow:
            return slow
    if not known and row.kind == Try.Kind.PASSWORD:
        return _until(others.filter(address=row.address), SHARED * asked.attempts, asked.span, row.at)
    return None


def _since_good(tries: QuerySet) -> QuerySet:
    """The tries after the last good one."""
    last = tries.filter(good=True).order_by("-at").values_list("at", flat=True).first()
    return tries.filter(at__gt=last) if last else tries


def _until(tries: QuerySet, most: int, span: timedelta, now: datetime) -> datetime | None:
    """The end of the pause that ``most`` failures within ``span`` bring, counted from the last of them; None when open."""
    last = tries.filter(good=False, at__gt=now - span).order_by("-at").values_list("at", flat=True).first()
    if last is None:
        return None
    failures = tries.filter(good=False, at__gt=last - span, at__lte=last)[:most].count()
    return last + span if failures >= most else None
