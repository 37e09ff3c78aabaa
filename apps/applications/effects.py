"""What an application's moves bring about: its row, the answer, the province's facts, the right; and their letters' words."""

from __future__ import annotations

from datetime import date

from apps.applications import parties
from apps.applications.guards import is_provincial, proposed_again
from apps.applications.models import Application
from apps.certificates.contracts import ContractEnd
from apps.certificates.models import Certificate
from apps.certificates.register import Entry, enter
from apps.examination import sketches
from apps.notices.models import Notice
from apps.notices.publishing import date_notice
from apps.rules.clock import legal_now
from apps.workflow import clocks, search
from apps.workflow.machine import Act

COLUMNS = (
    "name", "reg_kind", "industry", "marine_category", "scenario", "sources", "data_type", "fields", "record_count",
    "volume_bytes", "formats", "update_frequency", "update_until", "algorithm", "deposit", "formed_on", "applicants",
    "share", "agent", "contact_name", "contact_phone", "contact_email", "withheld", "checklist", "store", "other_registrations",
    "remark",
)  # fmt: skip


def make_row(act: Act) -> None:
    """The application's row from the cleaned values; consent to electronic service is kept with the firm."""
    Application.objects.create(case=act.case, **{name: act.data[name] for name in COLUMNS if name in act.data})
    firm = act.case.organisation
    if act.data.get("e_service") and firm.e_service_consent_at is None:
        firm.e_service_consent_at = act.at
        firm.save(update_fields=["e_service_consent_at"])
    act.data = {}
    parties.seat(act.case, act.row.applicants)
    index(act)


def index(act: Act) -> None:
    row = act.row
    search.index(
        act.case.pk, f"{act.case.number or ''} {row.province_number or ''} {row.name} {act.case.organisation.name}"
    )
    sketches.keep(act.case.pk, name=row.name, fields=[field["name"] for field in row.fields])


def number_first(act: Act) -> None:
    """The number is given before the row is indexed, last of what can fail."""
    from apps.workflow.numbering import next_number

    act.case.number = next_number(act.kind.series, clocks.legal_day(act.at).year)


def apply_answer(act: Act) -> None:
    """Only the items that were asked for change."""
    from apps.applications.filing import open_paths

    allowed = open_paths(act.case) & set(COLUMNS)
    row = act.row
    for name, value in act.data.get("values", {}).items():
        if name in allowed:
            setattr(row, name, value)
    row.full_clean(exclude=["case", "applicants", "share", "agent", "withheld", "store", "other_registrations"])
    row.save()
    parties.seat(act.case, row.applicants)
    act.case.title = row.name
    act.data = {}
    index(act)


def take_over(act: Act) -> None:
    act.row.claimed_at = act.at
    act.row.save(update_fields=["claimed_at"])


def give_back(act: Act) -> None:
    act.row.claimed_at = None
    act.row.save(update_fields=["claimed_at"])


def keep_proposal(act: Act) -> None:
    act.row.proposal = act.data["proposal"]
    act.row.save(update_fields=["proposal"])


def drop_proposal(act: Act) -> None:
    act.row.proposal = ""
    act.row.save(update_fields=["proposal"])


def keep_province_number(act: Act) -> None:
    act.row.province_number = act.data["province_number"]
    act.row.save(update_fields=["province_number"])
    index(act)


def note_looked_up(act: Act) -> None:
    """Whoever mirrors an act of the province has looked there."""
    Application.objects.filter(pk=act.case.pk).update(province_checked_at=act.at if act.recording else legal_now())


def drop_province_number(act: Act) -> None:
    act.row.province_number = None
    act.row.save(update_fields=["province_number"])


def province_due(act: Act) -> None:
    """The province's own last day, where it states one, goes before our rule."""
    if act.data.get("due_on"):
        act.dues["province_reply"] = act.data["due_on"]


def mirror_notice(act: Act) -> None:
    row = act.row
    notice = Notice(
        case=act.case,
        face=row.public_face(),
        drafted_at=act.at,
        industry=row.industry,
        marine_category=row.marine_category,
    )
    date_notice(act, notice, mirrored=f"省平台 {act.row.province_number}")


def drop_mirrored_notice(act: Act) -> None:
    Notice.objects.filter(case=act.case, withdrawn_at__isnull=True).update(
        withdrawn_at=act.at, withdrawn_for=act.comment
    )


def entry_of(act: Act, **mirrored) -> Entry:
    row = act.row
    ends = tuple(
        sorted(
            ContractEnd(date.fromisoformat(source["ends_on"]), source.get("licensor", ""), source["kind"])
            for source in row.sources
            if source.get("ends_on")
        )
    )
    return Entry(
        name=row.name,
        holders=(act.case.organisation, *parties.co_holders(act.case)),
        industry=row.industry,
        marine_category=row.marine_category,
        scenario=row.scenario,
        source_kinds=tuple(dict.fromkeys(source["kind"] for source in row.sources)),
        structure="\n".join(field["name"] for field in row.fields),
        record_count=row.record_count,
        volume_bytes=row.volume_bytes,
        update_frequency=row.update_frequency,
        evidence=row.deposit.paper,
        contract_ends=ends,
        **mirrored,
    )


def enter_right(act: Act) -> None:
    registration = enter(entry_of(act), origin=act.case, actor=act.actor, at=act.at, recording=act.recording)
    act.facts.update(registration=registration.number)


def enter_mirrored(act: Act) -> None:
    """The province's numbers and dates stand as they are on its certificate."""
    day = clocks.legal_day(act.at)
    entry = entry_of(
        act,
        number=act.data["registration_number"],
        certificate_number=act.data["certificate_number"],
        form=Certificate.Form.of(act.data["certificate_number"]),
        registered_on=day,
        valid_until=act.data["valid_until"],
    )
    registration = enter(entry, origin=act.case, actor=act.actor, at=act.at, recording=act.recording)
    act.facts.update(registration=registration.number)


def take_proposed_items(act: Act) -> None:
    """The notice names the items that the examiner proposed, and the examiner's remark where the chief adds none."""
    found = proposed_again(act)
    act.data = {**act.data, "items": found.data["items"], "reason": found.data["reason"]}
    act.comment = act.comment or found.comment


def letter_context(act: Act) -> dict:
    mirrored = is_provincial(act) and act.row.province_number
    return {
        "name": act.case.title, "province_number": mirrored or "", "remedy": remedy(act), **second(act), **act.facts,
    }  # fmt: skip


def second(act: Act) -> dict:
    """What a letter about a second round names, for the preview too, which runs no effects."""
    found = proposed_again(act) if act.move.name == "ask_again" else None
    return {"items": found.data["items"], "comment": act.comment or found.comment} if found else {}


def remedy(act: Act) -> str:
    from apps.applications.remedies import remedy_text

    return (
        remedy_text()
        if act.event and act.event.to_status in ("refused", "terminated", "deemed_withdrawn", "withdrawn")
        else ""
    )
