"""The register's journal: what each act made of a right, and what the register therefore showed at any moment.

A version is a whole picture; what an act changed is the difference to the picture before it. As of a moment the register
is the sum of the acts that were effective by then, in the order in which they were written down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from apps.certificates.models import Certificate, Claim, Registration, Version
from apps.rules.deadlines import end_of
from apps.workflow.machine import Act
from apps.workflow.states import State, kind

FACE = (
    "industry", "marine_category", "scenario", "source_kinds", "structure", "record_count", "volume_bytes",
    "update_frequency", "evidence", "ended_by_contract",
)  # fmt: skip
"""Columns of the registration that are kept in ``Version.face``, beside ``holders``, their names in order."""
RUNNING = "valid"
"""The state in which the validity runs out by itself."""
VOID = "revoked"
"""The state that holds from the beginning, whatever the register said before."""


def write_version(act: Act) -> None:
    """Effect, the last of every act on the register: write down what the register says from now on."""
    row = act.row
    status = act.facts.get("to_status") or act.move.target or act.case.status
    Version.objects.create(
        registration=row, seq=act.case.event_count + 1, what=act.move.name, status=status, name=row.name,
        holder_id=row.holder_id, valid_until=row.valid_until, lapses_at=lapses_at(act, status), face=face_of(row),
        from_at=act.at, recorded_at=timezone.now(),
    )  # fmt: skip


def lapses_at(act: Act, status: str) -> datetime | None:
    """When the clock ends the right after this act; None while nothing runs."""
    if status != RUNNING:
        return None
    return end_of(act.dues["validity"]) if "validity" in act.dues else act.case.next_due_at


def face_of(row: Registration) -> dict[str, Any]:
    parties = row.case.parties.filter(role="holder", organisation__isnull=False).order_by("rank", "pk")
    names = list(parties.values_list("organisation__name", flat=True)) or [row.holder.name]
    return {**{name: getattr(row, name) for name in FACE}, "holders": names}


@dataclass(frozen=True)
class AsOf:
    """The register as of a moment (截至某时点的登记簿); ``status`` is "" before the entry.

    ``voided_at`` is when the right was revoked, if that came later: what is shown is what the register said then.
    """

    registration: Registration
    moment: datetime
    status: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    certificates: list[Certificate] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    ended_claims: list[Claim] = field(default_factory=list)
    voided_at: datetime | None = None

    @property
    def is_entered(self) -> bool:
        return bool(self.status)

    @property
    def state(self) -> State | None:
        return kind("registration").state(self.status) if self.status else None

    @property
    def name(self) -> str:
        return self.values["name"]

    @property
    def holders(self) -> list[str]:
        return self.values["holders"]

    @property
    def holder(self) -> str:
        return "、".join(self.holders)

    @property
    def valid_until(self) -> date:
        return self.values["valid_until"]

    @property
    def certificate(self) -> Certificate | None:
        """The certificate that showed the right at the moment."""
        return next((row for row in self.certificates if not row.is_superseded), None)


@dataclass(frozen=True)
class Journal:
    """All that is written of one right, read once: four queries, whatever moments are asked for."""

    registration: Registration
    versions: list[Version]
    certificates: list[Certificate]
    claims: list[Claim]

    def at(self, moment: datetime) -> AsOf:
        """The register as of a moment."""
        values = replay(self.versions, moment)
        if not values:
            return AsOf(self.registration, moment)
        status, lapses = values["status"], values["lapses_at"]
        if lapses is not None and lapses <= moment:
            status = "expired"
        begun = [row for row in self.claims if row.began_at <= moment]
        return AsOf(
            self.registration, moment, status, values,
            certificates=list(certificates_at(self.certificates, moment)),
            claims=[row for row in begun if row.over_at is None or row.over_at > moment],
            ended_claims=[row for row in begun if row.over_at is not None and row.over_at <= moment],
            voided_at=next((row.from_at for row in self.versions if row.status == VOID and row.from_at > moment), None),
        )  # fmt: skip


def journal_of(registration: Registration) -> Journal:
    return Journal(
        registration,
        list(registration.versions.order_by("seq")),
        list(registration.certificates.order_by("-issued_on", "-pk")),
        list(registration.claims.order_by("began_at", "pk")),
    )


def as_of(registration: Registration, moment: datetime) -> AsOf:
    """What the register said of a right at a moment in law, whenever that was written down."""
    return journal_of(registration).at(moment)


def replay(versions: Iterable[Version], moment: datetime) -> dict[str, Any]:
    """The picture that the acts effective by a moment make, in the order in which they were written; {} before all."""
    values: dict[str, Any] = {}
    for version, changed in changes(versions):
        if version.from_at <= moment:
            values.update(changed)
    return values if "status" in values else {}


def changes(versions: Iterable[Version]) -> Iterator[tuple[Version, dict[str, Any]]]:
    """Each version with what its act changed; the first changed everything."""
    before: dict[str, Any] = {}
    for version in versions:
        now = flat(version)
        yield version, {key: value for key, value in now.items() if key not in before or before[key] != value}
        before = now


def flat(version: Version) -> dict[str, Any]:
    own = {key: getattr(version, key) for key in ("status", "name", "holder_id", "valid_until", "lapses_at")}
    return {**own, **version.face}


def certificates_at(rows: Iterable[Certificate], moment: datetime) -> Iterator[Certificate]:
    """The certificates issued by a moment, each with whether it was superseded then."""
    day = timezone.localtime(moment).date()
    for row in rows:
        if row.issued_on <= day:
            row.is_superseded = row.superseded_at is not None and row.superseded_at <= moment
            yield row
