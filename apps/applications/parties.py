"""Who applies: co-applicants in their order with shares, their codes by type, and the firms among them as parties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import clean_code
from apps.applications.codes import PartyType
from apps.enterprises.models import Organisation
from apps.enterprises.uscc import check_uscc
from apps.workflow.models import Case, Party

CARD = re.compile(r"[1-9]\d{16}[\dX]")
CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CARD_CHECKS = "10X98765432"
WHOLE = Decimal(100)


def check_identity_card(text: str) -> str:
    """The number of a resident identity card (GB 11643, check by ISO 7064 MOD 11-2). ValidationError in a sentence."""
    number = clean_code(text).upper()
    if not CARD.fullmatch(number) or not is_day(number[6:14]):
        raise ValidationError(
            _("An identity card's number has 18 characters with the date of birth inside; look at it again."),
            code="card_form",
        )
    total = sum(int(digit) * weight for digit, weight in zip(number, CARD_WEIGHTS, strict=False))
    if CARD_CHECKS[total % 11] != number[-1]:
        raise ValidationError(
            _("The last character of this identity card's number does not fit the others: one is mistyped."),
            code="card_check",
        )
    return number


def is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def check_code(party_type: str, text: str) -> str:
    """A party's code as its type wants it."""
    if party_type == PartyType.ORGANISATION:
        return check_uscc(text)
    return check_identity_card(text) if party_type == PartyType.PERSON else clean_code(text)


def check_rows(rows: Sequence[dict[str, Any]], own: Organisation | None) -> list[dict[str, Any]]:
    """Co-applicants with their codes checked; ValidationError names the row."""
    cleaned: list[dict[str, Any]] = []
    seen = {own.uscc} if own is not None and own.uscc else set()
    for number, row in enumerate(rows, 1):
        try:
            code = check_code(row["type"], row["code"])
        except ValidationError as fault:
            raise ValidationError(
                _("Row %(row)d: %(fault)s"), params={"row": number, "fault": " ".join(fault.messages)}
            ) from fault
        if code in seen:
            raise ValidationError(_("Row %(row)d: this party is named already."), params={"row": number})
        seen.add(code)
        cleaned.append({**row, "code": code, "share": share_text(row["share"])})
    return cleaned


def share_text(share: Decimal | None) -> str:
    return "" if share is None else f"{share.normalize():f}"


def shares_fault(own: Decimal | None, rows: Iterable[dict[str, Any]]) -> Any:
    """A sentence when shares are given and do not add up to 100, or stand for some and not for others; else ""."""
    shares = [own, *(Decimal(row["share"]) if row.get("share") else None for row in rows)]
    given = [share for share in shares if share is not None]
    if not given:
        return ""
    if len(given) < len(shares):
        return _("Give a share for every applicant, your own too, or for none.")
    if sum(given) != WHOLE:
        return _("The shares add up to %(sum)s %%, not to 100 %%.") % {"sum": share_text(sum(given, Decimal(0)))}
    return ""


def firms_of(rows: Iterable[dict[str, Any]]) -> dict[str, Organisation]:
    """The co-applicants that are verified organisations of this portal, by code."""
    codes = [row["code"] for row in rows if row.get("type") == PartyType.ORGANISATION]
    found = Organisation.objects.filter(uscc__in=codes, verified_at__isnull=False) if codes else ()
    return {firm.uscc: firm for firm in found}


def seat(case: Case, rows: Sequence[dict[str, Any]]) -> None:
    """Make the firms among the co-applicants parties to the case, ranked as they stand; whoever is no longer named leaves."""
    firms = firms_of(rows)
    ranks = {firms[row["code"]].pk: rank for rank, row in enumerate(rows, 1) if row["code"] in firms}
    Party.objects.filter(case=case, role="co_applicant").exclude(organisation__in=ranks).delete()
    for pk, rank in ranks.items():
        Party.objects.update_or_create(case=case, role="co_applicant", organisation_id=pk, defaults={"rank": rank})


def co_holders(case: Case) -> tuple[Organisation, ...]:
    """The firms that hold the right together with the first applicant, in their order."""
    rows = Party.objects.filter(case=case, role="co_applicant").select_related("organisation").order_by("rank")
    return tuple(row.organisation for row in rows)
