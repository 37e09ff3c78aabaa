"""The dated sheet (尽职调查单): what this portal knows of a right at a moment, where else to look, what was not checked.

Its words are frozen in both languages when it is made; the PDF is a function of them and is kept by its digest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.applications.items import source_text
from apps.certificates import register
from apps.certificates.models import Claim, Registration
from apps.diligence import looking
from apps.diligence.models import Grant, Part, Sheet, Viewing
from apps.papers.making import keep_bytes
from apps.papers.typesetting import REGISTRAR, breakable, long_day, printable, qr, typeset, watermark
from apps.rules.clock import legal_now
from apps.workflow import documents
from apps.workflow.clocks import legal_day
from apps.workflow.models import Case
from apps.workflow.numbering import next_number

TEMPLATE = "diligence.typ"
SERIES = "舟数知查"
LANGUAGES = ("zh-hans", "en")
MOST = 200
Section = dict[str, Any]


def make(grant: Grant, user: User) -> Sheet:
    """Make a sheet now, under a number of its own, and leave the look in the log."""
    at = legal_now()
    with transaction.atomic():
        number = next_number(SERIES, legal_day(at).year)
        faces = {language: face_of(grant, number, at, user, language) for language in LANGUAGES}
        sheet = Sheet.objects.create(grant=grant, number=number, made_at=at, made_by=user, faces=faces)
        looking.note(grant, user, Viewing.What.SHEET, number)
    for language in LANGUAGES:
        sheet.sha256[language] = keep_bytes(render(sheet, language))
    sheet.save(update_fields=["sha256"])
    return sheet


def pdf_of(sheet: Sheet, language: str) -> bytes:
    """The kept bytes; made again from the frozen words where the file is gone."""
    digest = sheet.sha256.get(language, "")
    path = documents.path_of(digest) if digest else None
    return path.read_bytes() if path is not None and path.exists() else render(sheet, language)


def render(sheet: Sheet, language: str) -> bytes:
    face = sheet.faces[language]
    return typeset(TEMPLATE, sure(face), qr=qr(face["address"]))


def sure(value: Any) -> Any:
    """Every text printable and breakable: a character that the font lacks is told by its number."""
    if isinstance(value, dict):
        return {name: sure(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [sure(item) for item in value]
    return breakable(printable(value)) if isinstance(value, str) else value


# ------------------------------------------------------------------------------------------------ its words


def face_of(grant: Grant, number: str, at: datetime, user: User, language: str) -> dict[str, Any]:
    registration, day = grant.registration, legal_day(at)
    with translation.override(language):
        sections = [
            section(_("The right"), right_rows(registration)),
            section(_("Data sources and the ends of their contracts"), source_rows(grant)),
            section(_("Pledges, licences and freezes"), claim_rows(registration), elsewhere()),
            section(_("Procedures on the right that are on record here"), case_rows(registration), [
                _("Objections, policies, pledges with their valuations, notices of intent and listings stand here as far as they were brought to this portal."),
            ]),
            section(_("What was not checked"), [], unchecked()),
        ]  # fmt: skip
        for_whom = _("Made for %(reader)s by consent of %(holder)s, granted until %(until)s; printed by %(name)s.") % {
            "reader": grant.reader.name, "holder": grant.case.organisation.name, "until": grant.until_on.isoformat(),
            "name": user.full_name,
        }  # fmt: skip
        return {
            "language": language, "title": _("Due diligence sheet"), "number": number, "for_whom": for_whom,
            "asked": _("State of %(at)s (Beijing time). Source: the register and the procedures of this portal.")
            % {"at": moment(at)},
            "sections": sections, "registrar": REGISTRAR[language], "day": long_day(day, language),
            "date": {"year": day.year, "month": day.month, "day": day.day}, "watermark": watermark(language),
            "address": f"{settings.SITE_URL}/register/{quote(registration.number)}/",
            "shown_address": f"{settings.SITE_URL}/register/{registration.number}/",
            "check": _("The public register's page of this right; what stands there today goes before this sheet:"),
            "page": _("page"),
        }  # fmt: skip


def section(title: str, rows: list[tuple[str, str]], notes: list[str] = ()) -> Section:
    return {"title": title, "rows": [[capfirst(label), value] for label, value in rows if value], "notes": list(notes)}


def moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def right_rows(registration: Registration) -> list[tuple[str, str]]:
    numbers = registration.certificates.order_by("pk").values_list("number", "superseded_at")
    current = [number for number, superseded in numbers if superseded is None]
    former = [number for number, superseded in numbers if superseded is not None]
    parties = registration.case.parties.filter(role="holder", organisation__isnull=False).order_by("rank", "pk")
    holders = [party.organisation for party in parties.select_related("organisation")] or [registration.holder]
    return [
        (_("Registration number"), registration.number), (_("Name"), registration.name),
        (_("Holder"), "\n".join(f"{firm.name} {firm.uscc or ''}".strip() for firm in holders)),
        (_("State"), str(registration.case.state_.public_label)),
        (_("Registered on"), registration.registered_on.isoformat()),
        (_("Valid until"), registration.valid_until.isoformat()),
        (_("Cut by a source contract"), registration.ended_by_contract),
        (_("Current certificate"), ", ".join(current) or _("none")), (_("Earlier certificates"), ", ".join(former)),
        (_("Evidence"), registration.evidence),
    ]  # fmt: skip


def source_rows(grant: Grant) -> list[tuple[str, str]]:
    row = getattr(grant.registration.origin, "application", None)
    if row is None or not {Part.FORM, Part.SOURCES} & set(grant.parts):
        return [(_("Sources"), _("not opened by the holder"))]
    rows = [(str(at), source_text(source)) for at, source in enumerate(row.sources, 1)]
    ends = [f"{one.name} {one.ends_on.isoformat()}" for one in grant.registration.contracts.order_by("ends_on", "pk")]
    return [*(rows or [(_("Sources"), _("none named"))]), (_("Ends in the register"), "\n".join(ends))]


def claim_rows(registration: Registration) -> list[tuple[str, str]]:
    """What rests on the right here, freezes too; where there is none, that this portal has no record of one."""
    claims = list(register.open_claims(registration).select_related("party").order_by("began_at", "pk"))
    rows = [(str(claim.get_kind_display()), claim_words(claim)) for claim in claims]
    kinds = {claim.kind for claim in claims}
    if Claim.Kind.PLEDGE not in kinds:
        rows.append((str(Claim.Kind.PLEDGE.label), _("This portal has no record of a pledge.")))
    if Claim.Kind.FREEZE not in kinds:
        rows.append((str(Claim.Kind.FREEZE.label), _("This portal has no record of a court's freeze.")))
    return rows


def claim_words(claim: Claim) -> str:
    words = [_("since %(day)s") % {"day": legal_day(claim.began_at).isoformat()}]
    if claim.party_id:
        words.insert(0, claim.party.name)
    if claim.place:
        words.append(
            _("also registered at %(place)s %(number)s") % {"place": claim.place, "number": claim.place_number}
        )
    return " · ".join(word.strip() for word in words)


def elsewhere() -> list[str]:
    return [
        _("Look also into the national register of movables and rights financing (中登网), where banks register pledges of data under “other”, and the provincial data IP registration platform: pledges registered there are known here only where they were reported."),
    ]  # fmt: skip


def cases_on(registration: Registration) -> QuerySet[Case]:
    """Every procedure on the right, closed ones too, and those on the application it came from."""
    on = Q(root=registration.case_id) | Q(bases__on=registration.case_id) | Q(root=registration.origin_id)
    return Case.objects.filter(on).distinct().order_by("filed_at", "pk")


def case_rows(registration: Registration) -> list[tuple[str, str]]:
    rows = [(str(case.kind_.label), line_of(case)) for case in cases_on(registration)[:MOST]]
    return [row for row in rows if row[1]] or [(_("Procedures"), _("This portal has no record of one."))]


def line_of(case: Case) -> str:
    """What the case's kind says of it; else its number and state while it runs."""
    kind = case.kind_
    if kind.sheet_line is not None:
        return kind.sheet_line(case)
    if not case.state_.open:
        return ""
    return _("%(number)s, %(state)s, filed on %(day)s") % {
        "number": case.number or "", "state": case.state_.public_label, "day": legal_day(case.filed_at).isoformat(),
    }  # fmt: skip


def unchecked() -> list[str]:
    return [
        _("Whether the data are true, complete and lawfully obtained, and whether they still exist in this form."),
        _("Whether the source contracts named above are in effect; their ends stand here as the holder stated them."),
        _("The value of the right: valuations are those of the appraisers named, on their base dates."),
        _("Claims, pledges, licences and lawsuits that nobody brought to this portal."),
        _("The holder's standing as a debtor, and whether a pledge of data is effective against third parties."),
    ]
