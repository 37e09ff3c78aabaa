"""The register statement as of a moment (登记簿查询单) on paper: who, what, which law on page one, and what is otherwise today.

No seal and no number of its own: it is a print of the register, and whoever holds it checks by its QR code.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.certificates import lookup
from apps.certificates.journal import AsOf, Journal
from apps.papers.typesetting import REGISTRAR, breakable, qr, typeset, watermark

TEMPLATE = "statement.typ"


def render(journal: Journal, moment: datetime, now: datetime, language: str) -> bytes:
    """The PDF (PDF/A-2b), a function of the rows, the moment and today. Raises typesetting.Unprintable."""
    address = address_of(journal.registration.number, moment)
    return typeset(TEMPLATE, face_of(journal, moment, now, language), qr=qr(address))


def face_of(journal: Journal, moment: datetime, now: datetime, language: str) -> dict[str, Any]:
    """What stands on the paper, in one language."""
    shown, today = journal.at(moment), journal.at(now)
    row = journal.registration
    with translation.override(language):
        changed = lookup.difference(shown, today) if moment < now else []
        day = timezone.localtime(now).date()
        return {
            "language": language,
            "title": _("Register statement"),
            "subtitle": _("as of %(at)s") % {"at": lookup.local(moment)},
            "number": row.number,
            "says": lookup.words_of_state(shown),
            "rows": [[label, breakable(value)] for label, value in rows(shown)],
            "claims_title": _("Pledges and other claims"),
            "claims": [lookup.words_of_claims(shown), *claim_lines(shown)],
            "law_title": _("Law"),
            "law": lookup.law_of(row),
            "changed_title": _("What is otherwise today (%(at)s)") % {"at": lookup.local(now)},
            "changed_head": [_("Item"), _("Then"), _("Today")],
            "changed": [[what, breakable(before or "–"), breakable(after or "–")] for what, before, after in changed],
            "unchanged": _("Nothing that this statement says is otherwise today (%(at)s).") % {"at": lookup.local(now)},
            "source": lookup.source_of(row),
            "check": _("Check it: scan the code, or look the number up at %(site)s/register/. The register prevails over this print. It bears no seal.") % {"site": settings.SITE_URL},
            "registrar": REGISTRAR[language],
            "printed": _("Printed on %(at)s") % {"at": lookup.local(now)},
            "date": {"year": day.year, "month": day.month, "day": day.day},
            "watermark": watermark(language),
            "qr_alt": address_of(row.number, moment),
        }  # fmt: skip


def rows(shown: AsOf) -> list[tuple[str, str]]:
    """Who and what, short."""
    if not shown.is_entered:
        return []
    certificate = shown.certificate
    found = [
        (_("State"), str(shown.state.public_label)),
        (_("Name"), shown.name),
        (_("Holder"), shown.holder),
        (_("Registration number"), shown.registration.number),
        (_("Certificate number"), f"{certificate.number} ({certificate.get_form_display()})" if certificate else ""),
        (_("Registered on"), shown.registration.registered_on.isoformat()),
        (_("Valid until"), shown.valid_until.isoformat()),
        (_("Ends with the source contract"), shown.values["ended_by_contract"]),
        (_("Evidence"), shown.values["evidence"]),
    ]
    return [(label, value) for label, value in found if value]


def claim_lines(shown: AsOf) -> list[str]:
    ended = [_("Ended: %(claim)s") % {"claim": lookup.claim_words(claim)} for claim in shown.ended_claims]
    standing = [lookup.claim_words(claim, standing=True) for claim in shown.claims]
    return [breakable(line) for line in (*standing, *ended)]


def address_of(number: str, moment: datetime) -> str:
    """Where the same is read on the screen."""
    asked = timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{settings.SITE_URL}/register/{quote(number)}/?{urlencode({'on': asked})}"
