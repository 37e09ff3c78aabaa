"""The contracts that a right's sources rest on: each has its own end, and on the local track the first cuts the validity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.certificates.models import Certificate, Registration, SourceContract
from apps.workflow.agenda import Ending
from apps.workflow.models import Case


class ContractEnd(NamedTuple):
    """One source contract as it is entered: its last day, the licensor's name, and the kind of source."""

    ends_on: date
    name: str
    kind: str = ""


def enter_contracts(registration: Registration, contracts: Iterable[ContractEnd]) -> None:
    """Write down contracts by licensor and kind of source; one that stands already gets its new end, others stay."""
    for contract in contracts:
        SourceContract.objects.update_or_create(
            registration=registration, name=contract.name, kind=contract.kind, defaults={"ends_on": contract.ends_on}
        )


def told_apart(contracts: Iterable[ContractEnd]) -> list[ContractEnd]:
    """The contracts with a number behind the licensor's name where one licensor has several for one kind of source."""
    found: list[ContractEnd] = []
    seen: dict[tuple[str, str], int] = {}
    for contract in contracts:
        nth = seen[contract.name, contract.kind] = seen.get((contract.name, contract.kind), 0) + 1
        found.append(contract if nth == 1 else contract._replace(name=f"{contract.name}（{nth}）"))
    return found


def first_end(term: date, contracts: Iterable[ContractEnd]) -> tuple[date, str]:
    """The earliest of the term and the contracts' ends, and which contracts those are ("" where the term ends first)."""
    found = list(contracts)
    first = min((contract.ends_on for contract in found), default=term)
    if first >= term:
        return term, ""
    return first, "、".join(dict.fromkeys(contract.name for contract in found if contract.ends_on == first))[:200]


def contracts_of(registration: Registration) -> list[ContractEnd]:
    rows = registration.contracts.order_by("ends_on", "pk").values_list("ends_on", "name", "kind")
    return [ContractEnd(*row) for row in rows]


def as_they_stand(registration: Registration, named: Iterable[ContractEnd]) -> list[ContractEnd]:
    """The contracts on record, with those named in their place or beside them."""
    found = {(row.name, row.kind): row for row in (*contracts_of(registration), *named)}
    return list(found.values())


def renewed_end(registration: Registration, term: date, named: Iterable[ContractEnd] = ()) -> tuple[date, str]:
    """The end of a new term and which contracts cut it: those that run beyond the old end. One that was over by then
    founds the new term no more. A mirrored right has the end on its certificate, which nothing cuts."""
    if is_mirrored(registration):
        return term, ""
    rows = as_they_stand(registration, named)
    return first_end(term, [row for row in rows if row.ends_on > registration.valid_until])


def is_mirrored(registration: Registration) -> bool:
    """Whether the dates stand on another office's certificate: they prevail, and what is computed only warns."""
    return registration.certificates.exclude(form=Certificate.Form.LOCAL).exists()


def contract_change(registration: Registration, contracts: Iterable[ContractEnd]) -> dict:
    """The ``data`` of a ``change`` act that enters source contracts as they stand now (renewed, shortened, new).

    For a procedure's accepting effect: ``follow(right.case.pk, "change", because=act, data=contract_change(right,
    [ContractEnd(date(2030, 5, 1), "东海浮标公司", "enterprise")]))``. A contract is known by licensor and kind of source;
    those not named stay as they are. On the local track ``valid_until`` becomes the earliest of the term and all ends,
    ``ended_by_contract`` says which, and the validity clock runs to it; a mirrored right keeps the dates of its
    certificate. More ``changes`` may be put into the result before it is used.
    """
    named = list(contracts)
    changes: dict = {}
    if named and not is_mirrored(registration):
        term = registration.term_until or registration.valid_until
        until, ended_by = first_end(term, as_they_stand(registration, named))
        changes = {"valid_until": until, "ended_by_contract": ended_by}
    return {"changes": changes, "contracts": [list(row) for row in named]}


def what_ends(case: Case) -> str:
    """Which end the validity runs to, for a reminder: the term itself, or which source contract."""
    row = case.row
    if row.ended_by_contract:
        return _("It ends with the source contract with %(names)s.") % {"names": row.ended_by_contract}
    return _("It ends with the term of the registration itself.")


class Endings:
    """The source contracts of rights in force, for the time line of their holders: nobody else learns of them."""

    path = "ends_on"

    def of(self, own: QuerySet, concerning: QuerySet) -> QuerySet[SourceContract]:
        rows = SourceContract.objects.filter(registration__in=own, registration__case__closed_at__isnull=True)
        return rows.select_related("registration__case__organisation")

    def ending(self, row: SourceContract) -> Ending:
        return Ending(row.ends_on, _("source contract with %(name)s") % {"name": row.name}, row.registration.case)
