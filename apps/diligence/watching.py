"""The watch list (关注): every change of the register is told at once, and every day at six that there was none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.text import clean_code
from apps.certificates.lookup import find
from apps.certificates.models import Claim, Registration
from apps.diligence.models import Change, DayReport, Watch
from apps.enterprises.models import Organisation
from apps.enterprises.queries import members_to_write_to
from apps.outbox.failpoints import reach
from apps.outbox.letters import letters_of, post_all
from apps.outbox.models import Letter
from apps.rules.clock import SHANGHAI, legal_now
from apps.workflow.letters import recipient
from apps.workflow.models import Event
from apps.workflow.states import kind

AT = time(6, 0)
CHANGED, DAILY = "watch.changed", "watch.daily"
SHOWN = 200  # numbers that a daily letter names; how many there are is said in any case
MOST = 2_000  # registrations that an organisation may follow


def follow(organisation: Organisation, number: str, by: User) -> Watch:
    """Follow the registration of a registration or certificate number from now on. Raises ValidationError."""
    _certificate, registration = find(clean_code(number))
    if registration is None:
        raise ValidationError(_("No registration with this number is in this register."), code="unknown")
    if open_watches().filter(organisation=organisation).count() >= MOST:
        raise ValidationError(
            _("An organisation follows %(most)s registrations at the utmost.") % {"most": MOST}, code="most"
        )
    claims = claims_of(registration)
    try:
        with transaction.atomic():
            return Watch.objects.create(
                organisation=organisation, registration=registration, begun_at=legal_now(), begun_by=by,
                seen_event=registration.case.event_count, seen_claim=max(claims, default=0), **standing_part(claims),
            )  # fmt: skip
    except IntegrityError as fault:
        raise ValidationError(_("Your organisation follows this registration already."), code="twice") from fault


def unfollow(watch: Watch, by: User) -> None:
    """End a watch; once, whoever ends it first."""
    Watch.objects.filter(pk=watch.pk, ended_at__isnull=True).update(ended_at=legal_now(), ended_by=by)


def open_watches() -> QuerySet[Watch]:
    return Watch.objects.filter(ended_at__isnull=True)


def claims_of(registration: Registration) -> dict[int, Claim]:
    rows = Claim.objects.filter(registration=registration).select_related("case").order_by("pk")
    return {claim.pk: claim for claim in rows}


def standing_part(claims: dict[int, Claim]) -> dict:
    """The part of the cursor that says which claims stand, and of which of them the end has begun."""
    open_ = [pk for pk, claim in claims.items() if claim.ended_at is None]
    ending = [pk for pk in open_ if claims[pk].ending_since is not None]
    return {
        "open_claims": open_, "open_count": len(open_), "ending_claims": ending, "ending_count": len(ending),
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------ told at once


def tell_changes(organisation: Organisation | None = None) -> int:
    """Tell every watcher what changed since he was told last; how many watches had a change. Safe to run twice at once."""
    watches = changed_watches() if organisation is None else changed_watches().filter(organisation=organisation)
    return sum(tell(pk) for pk in list(watches.order_by("pk").values_list("pk", flat=True)))


def changed_watches() -> QuerySet[Watch]:
    """The watches behind the register: an event or a claim came, or a claim begins to end, ended or stands again."""
    claims = "registration__claims"
    open_ = Q(**{f"{claims}__ended_at__isnull": True})
    begun = Q(**{f"{claims}__ending_since__isnull": False})
    counted = open_watches().annotate(
        last=Max(f"{claims}__pk"),
        standing=Count(f"{claims}__pk", filter=open_),
        ending=Count(f"{claims}__pk", filter=open_ & begun),
    )
    return counted.exclude(
        Q(registration__case__event_count=F("seen_event"))
        & (Q(last__isnull=True) | Q(last=F("seen_claim")))
        & Q(standing=F("open_count"), ending=F("ending_count"))
    )


@transaction.atomic
def tell(watch_pk: int) -> bool:
    """Tell one watcher, in the transaction that moves his cursor."""
    watch = Watch.objects.select_for_update(of=("self",)).filter(pk=watch_pk, ended_at__isnull=True).first()
    if watch is None:
        return False
    registration = Registration.objects.select_related("case").get(pk=watch.registration_id)
    claims = claims_of(registration)
    lines = [*event_lines(watch, registration), *claim_lines(watch, claims)]
    watch.seen_event = registration.case.event_count
    watch.seen_claim = max(claims, default=0)
    standing = standing_part(claims)
    for name, value in standing.items():
        setattr(watch, name, value)
    watch.save(update_fields=["seen_event", "seen_claim", *standing])
    reach("watch.moved")
    if not lines:
        return False
    change = Change.objects.create(watch=watch, at=legal_now(), lines=lines)
    facts = {**words_of(registration), "lines": lines}
    post_all(letters_to(watch.organisation_id, CHANGED, f"watch:{watch.pk}:{change.pk}", facts))
    return True


def words_of(registration: Registration) -> dict:
    return {
        "number": registration.number, "title": registration.name,
        "url": f"{settings.SITE_URL}/register/{quote(registration.number)}/",
    }  # fmt: skip


def letters_to(organisation_id: int, text: str, key: str, facts: dict) -> list[Letter]:
    """A letter to everybody who may file for the organisation; it has no topic, because nobody may choose not to know."""
    readers = [recipient(user, Organisation(pk=organisation_id)) for user in members_to_write_to([organisation_id])]
    return letters_of(text, key, readers, facts)


def event_lines(watch: Watch, registration: Registration) -> list[dict[str, str]]:
    """What was written in the register since: a line each, by the words of its table."""
    table = kind(registration.case.kind)
    rows = Event.objects.filter(case=registration.case, seq__gt=watch.seen_event).order_by("seq").defer("canonical")
    known = [(event, table.move(event.move)) for event in rows]
    return [line(event.effective_at, lambda move=move: str(move.past)) for event, move in known if move is not None]


def claim_lines(watch: Watch, claims: dict[int, Claim]) -> list[dict[str, str]]:
    """Claims that came, begin to end, ended, or stand again since."""
    before, ending, found = set(watch.open_claims), set(watch.ending_claims), []

    def say(at: datetime, claim: Claim, words: Callable[[], str]) -> None:
        found.append(line(at, lambda: words() % {"claim": claim.get_kind_display(), "end": end_of(claim)}))

    for pk, claim in claims.items():
        came = pk > watch.seen_claim
        if came:
            say(claim.began_at, claim, lambda: _("entered: %(claim)s"))
        if claim.ended_at is not None:
            if came or pk in before:
                say(claim.ended_at, claim, lambda: _("ended: %(claim)s"))
            continue
        if not came and pk not in before:
            say(legal_now(), claim, lambda: _("stands again: %(claim)s"))
        if claim.ending_since is not None and pk not in ending:
            say(
                claim.ending_since,
                claim,
                lambda: _("release begun: %(claim)s; it ends at %(end)s unless the release is taken back"),
            )
        if claim.ending_since is None and pk in ending:
            say(legal_now(), claim, lambda: _("release taken back, it goes on standing: %(claim)s"))
    return found


def end_of(claim: Claim) -> str:
    """The moment at which the clock of a claim's case ends it."""
    moment = claim.case.next_due_at
    return "" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def line(at: datetime, words: Callable[[], str]) -> dict[str, str]:
    """One line in both languages, with its moment."""
    found = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found[language] = f"{timezone.localtime(at):%Y-%m-%d %H:%M} {words()}"
    return found


# ------------------------------------------------------------------------------------------------ told every day


def last_morning(moment: datetime) -> datetime:
    """The latest 06:00 in Shanghai."""
    local = moment.astimezone(SHANGHAI)
    day = local.date() if local.time() >= AT else local.date() - timedelta(days=1)
    return datetime.combine(day, AT, SHANGHAI)


def waiting(up_to: datetime) -> QuerySet[Organisation]:
    """The organisations that followed something at that moment and have had no word of the day yet."""
    following = open_watches().filter(begun_at__lte=up_to).values("organisation")
    told = DayReport.objects.filter(day=up_to.astimezone(SHANGHAI).date()).values("organisation")
    return Organisation.objects.filter(pk__in=following).exclude(pk__in=told)


def report_day() -> int:
    """Write the word of the day to every organisation that has none yet; how many were written."""
    up_to = last_morning(legal_now())
    return sum(report(organisation, up_to) for organisation in waiting(up_to).order_by("pk"))


def report(organisation: Organisation, up_to: datetime) -> bool:
    """One organisation's word of the day: what changed, and of everything else that it did not. Once."""
    tell_changes(organisation)
    day = up_to.astimezone(SHANGHAI).date()
    watches = list(
        open_watches()
        .filter(organisation=organisation, begun_at__lte=up_to)
        .select_related("registration")
        .order_by("pk")
    )
    since = DayReport.objects.filter(organisation=organisation, day__lt=day).aggregate(Max("up_to"))["up_to__max"]
    since = since or min((watch.begun_at for watch in watches), default=up_to)
    changed = changes_of(watches, since)
    still = [watch for watch in watches if watch.pk not in changed]
    try:
        with transaction.atomic():
            DayReport.objects.create(
                organisation=organisation, day=day, up_to=up_to, watched=len(watches), changed=len(changed),
                written_at=timezone.now(),
            )  # fmt: skip
            facts = facts_of(day, since, changed, still)
            post_all(letters_to(organisation.pk, DAILY, f"watch:day:{day.isoformat()}:{organisation.pk}", facts))
    except IntegrityError:  # another worker wrote it
        return False
    return True


def changes_of(watches: Iterable[Watch], since: datetime) -> dict[int, list]:
    """By watch what was told of it since; the watch comes first."""
    by_key = {watch.pk: watch for watch in watches}
    found: dict[int, list] = {}
    for change in Change.objects.filter(watch__in=by_key, at__gt=since).order_by("at", "pk"):
        found.setdefault(change.watch_id, [by_key[change.watch_id]]).extend(change.lines)
    return found


def facts_of(day: date, since: datetime, changed: dict[int, list], still: list[Watch]) -> dict:
    return {
        "day": day.isoformat(), "up_to": f"{AT:%H:%M}", "since": timezone.localtime(since).strftime("%Y-%m-%d %H:%M"),
        "watched": len(changed) + len(still), "unchanged": len(still),
        "changed": [
            {**words_of(watch.registration), "lines": lines} for watch, *lines in list(changed.values())[:SHOWN]
        ],
        "numbers": [watch.registration.number for watch in still[:SHOWN]], "more": max(0, len(still) - SHOWN),
        "url": f"{settings.SITE_URL}/portal/watches/",
    }  # fmt: skip
