"""The register of disclosures: one function writes it wherever personal data leave, one reads it out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.privacy.models import DataKind, Disclosure
from apps.rules.clock import legal_now
from apps.workflow.models import Case

OBJECTION_BASIS = gettext_lazy("The applicant must be able to answer an objection (provincial registration measures)")
PROVINCE_BASIS = gettext_lazy("Filing on the provincial registration platform, at the applicant's request")


def disclose(
    case: Case | None, *, to: str, kinds: Iterable[str], basis: str, by: User | None, key: str | None = None
) -> Disclosure:
    """Write down that personal data of a case were given to somebody outside.

    ``kinds`` are values of DataKind, one at least; ``key`` makes a repeated call write nothing. Raises ValidationError.
    """
    named = sorted(set(kinds))
    if not to.strip() or not str(basis).strip() or not named or not set(named) <= set(DataKind.values):
        raise ValidationError(
            _("Say to whom, what kinds of personal data, and on which legal basis."), code="disclosure"
        )
    with translation.override("zh-hans"):  # the register is kept in the office's language
        reason = str(basis)[:300]
    values = {
        "case": case, "recipient": to.strip()[:200], "kinds": named, "basis": reason, "by": by,
        "by_name": by.full_name if by else "", "at": legal_now(),
    }  # fmt: skip
    if key is None:
        return Disclosure.objects.create(**values)
    return Disclosure.objects.get_or_create(key=key, defaults=values)[0]


def seen_by(user: User) -> QuerySet[Disclosure]:
    """The rows about cases an official may see; those about no case belong to the whole bureau."""
    return Disclosure.objects.filter(
        Q(case__in=Case.objects.visible_to(user).values("pk")) | Q(case__isnull=True)
    ).select_related("case", "by")


FIELDS = ("at", "case", "recipient", "kinds", "basis", "by")


def plain(row: Disclosure) -> dict[str, str]:
    """A row as it is exported: codes as words, times with their zone."""
    labels = dict(DataKind.choices)
    return {
        "at": timezone.localtime(row.at).isoformat(timespec="seconds"), "case": row.case.number or "" if row.case else "",
        "recipient": row.recipient, "kinds": "; ".join(str(labels.get(kind, kind)) for kind in row.kinds), "basis": row.basis,
        "by": row.by_name,
    }  # fmt: skip


def as_json_lines(rows: QuerySet[Disclosure]) -> Iterator[str]:
    for row in rows.order_by("pk").iterator(chunk_size=500):
        yield json.dumps(plain(row), ensure_ascii=False) + "\n"


class Echo:
    """A file that gives back what is written, so that CSV can be sent row by row."""

    def write(self, text: str) -> str:
        return text


def as_csv(rows: QuerySet[Disclosure]) -> Iterator[str]:
    """With a byte order mark, so that spreadsheets read the Chinese; no cell begins a formula."""
    writer = csv.DictWriter(Echo(), FIELDS)
    yield "\ufeff" + writer.writerow(dict(zip(FIELDS, FIELDS, strict=True)))
    for row in rows.order_by("pk").iterator(chunk_size=500):
        yield writer.writerow({name: safe(text) for name, text in plain(row).items()})


def safe(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
