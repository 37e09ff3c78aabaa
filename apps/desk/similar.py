"""Cases like this one, pending ones too, each with the reason in plain words: same file, digest, name, field table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.applications.models import Application
from apps.desk.queue import Line, lines, readable
from apps.evidence.models import Deposit
from apps.examination import sketches
from apps.workflow.models import Case, Document

ALIKE = 0.5
"""From here on two names or field tables are worth a look."""
COMMON = 10
"""A file in more cases than these says nothing."""
MOST = 50
NEAREST = 10  # of the same organisation
Reasons = dict[int, list[tuple[int, Any]]]
"""Case to its reasons, each with its weight: the heavier, the more it says."""


@dataclass(frozen=True)
class Match:
    """A like case as a row of the list, with the reasons; ``other`` when another organisation filed it."""

    line: Line
    reasons: list[Any]
    other: bool


@dataclass(frozen=True)
class Found:
    """The like cases this official may read, and how many stronger matches lie where he may not."""

    matches: list[Match]
    hidden: int


def similar_to(case: Case, user: User) -> Found:
    """Everything like a case, by indexes alone; the strongest first, other organisations' before the own."""
    reasons: Reasons = defaultdict(list)
    met = sketches.meeting(case.pk)
    for pk, weight, words in (*same_file(case), *same_digest(case)):
        reasons[pk].append((weight, words))
    near = {*reasons, *met[sketches.NAME], *met[sketches.FIELDS]}
    may_read = Exists(Case.objects.visible_to(user).filter(pk=OuterRef("pk")))
    found = readable(with_own(case, near)).annotate(may_read=may_read, fields=F("application__fields"))
    rows = list(found.order_by("-filed_at", "-pk"))
    for pk, weight, words in like_words(case, rows, met):
        reasons[pk].append((weight, words))
    strong = set(reasons)
    own = [row for row in rows if row.pk not in strong and row.kind == case.kind and is_own(case, row)]
    for row in own[:NEAREST]:
        reasons[row.pk].append((1, _("same organisation and kind")))
    seen = [row for row in rows if row.pk in reasons and row.may_read]
    seen.sort(key=lambda row: (-max(w for w, _words in reasons[row.pk]), is_own(case, row), -row.pk))
    matches = [
        Match(
            shown,
            [words for _w, words in sorted(reasons[shown.case.pk], key=lambda r: -r[0])],
            not is_own(case, shown.case),
        )
        for shown in lines(seen[:MOST])
    ]
    return Found(matches, sum(row.pk in strong for row in rows if not row.may_read))


def is_own(case: Case, other: Case) -> bool:
    return case.organisation_id is not None and case.organisation_id == other.organisation_id


def same_file(case: Case) -> Iterator[tuple[int, int, Any]]:
    """A file with the same bytes hangs on another case; one that hangs on many is a form everybody uses."""
    own = Document.objects.filter(case=case, removed_at__isnull=True)
    others = Document.objects.filter(sha256__in=own.values("sha256"), case__isnull=False, removed_at__isnull=True)
    pairs = others.exclude(case=case).order_by("-case").values_list("case", "sha256").distinct()[: sketches.MOST]
    names = dict(own.values_list("sha256", "name")) if pairs else {}
    spread = Counter(digest for _pk, digest in pairs)
    for pk, digest in pairs:
        if spread[digest] <= COMMON:
            yield pk, 90, _("same file: %(name)s") % {"name": names[digest]}


def same_digest(case: Case) -> Iterator[tuple[int, int, Any]]:
    """The data themselves have the same digest, in a deposit or in the application that rests on one."""
    deposit = deposit_of(case)
    if deposit is None:
        return
    same = Q(sha256=deposit.sha256) & ~Q(sha256="") | Q(sm3=deposit.sm3) & ~Q(sm3="")
    found = Deposit.objects.filter(same).order_by("-case", "-applications")
    pairs = found.values_list("case", "applications")[: sketches.MOST]
    for pk in {pk for pair in pairs for pk in pair} - {case.pk, None}:
        if pk == deposit.case_id:
            yield pk, 20, _("the evidence that this case rests on")
        else:
            yield pk, 100, _("same digest of the data")


def deposit_of(case: Case) -> Deposit | None:
    if isinstance(case.row, Deposit):
        return case.row
    return case.row.deposit if isinstance(case.row, Application) else None


def like_words(case: Case, rows: Iterable[Case], met: dict[str, list[int]]) -> Iterator[tuple[int, int, Any]]:
    """Cases whose sketches meet with this one's, compared word by word: by name, and by field table."""
    name = sketches.words_of_name(case.title)
    fields = names_of(case.row.fields) if isinstance(case.row, Application) else frozenset()
    for row in rows:
        if row.pk in met[sketches.NAME]:
            yield from like_name(row.pk, case.title, row.title, name)
        if row.pk in met[sketches.FIELDS] and fields and row.fields:
            yield from like_fields(row.pk, fields, names_of(row.fields))


def like_name(pk: int, title: str, other: str, words: frozenset[str]) -> Iterator[tuple[int, int, Any]]:
    if title == other:
        yield pk, 70, _("same name")
        return
    share = sketches.alike(words, sketches.words_of_name(other))
    if share >= ALIKE:
        yield pk, int(60 * share), _("names alike, %(share)s %%") % {"share": round(100 * share)}


def like_fields(pk: int, mine: frozenset[str], theirs: frozenset[str]) -> Iterator[tuple[int, int, Any]]:
    share = sketches.alike(mine, theirs)
    if share >= ALIKE:
        words = _("%(same)s of %(all)s field names alike")
        yield pk, int(80 * share), words % {"same": len(mine & theirs), "all": max(len(mine), len(theirs))}


def names_of(fields: Iterable[dict]) -> frozenset[str]:
    return sketches.words_of_fields(row.get("name", "") for row in fields)


def with_own(case: Case, near: set[int]) -> QuerySet[Case]:
    """These cases, and besides them the newest of the same kind that the organisation filed."""
    cases = Case.objects.order_by()
    if case.organisation_id is None:
        return cases.filter(pk__in=near)
    own = Case.objects.filter(organisation=case.organisation_id, kind=case.kind).exclude(pk__in={case.pk, *near})
    newest = own.order_by("-filed_at", "-pk").values("pk")[:NEAREST]
    return cases.filter(pk__in=cases.filter(pk__in=near).values("pk").union(cases.filter(pk__in=newest).values("pk")))
