"""The examiners' checklist of an application (审查要点). A filer runs it before filing, an examiner goes through it after.

A fault is wrong and can be mended by whoever files; a doubt is for a person to judge and bars nothing. Whatever concerns
others than the filer looks at cases alone, so that no draft learns of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.applications.codes import PROVEN, Answer, MarineCategory, SourceKind
from apps.applications.items import proof_path
from apps.applications.models import Application
from apps.applications.parties import shares_fault
from apps.applications.samples import sample_rows
from apps.evidence.models import Deposit
from apps.rules.calendars import load_calendar
from apps.rules.clock import legal_now
from apps.rules.deadlines import deadline
from apps.rules.lookup import rules_on
from apps.workflow.checklist import DOUBT, FAULT, Criterion, Remark, Subject
from apps.workflow.models import Case, Document

LEAST_ROWS = 10
NAMED = re.compile(r"数据|dataset|data set|database", re.IGNORECASE)
PUFFERY = re.compile(
    r"最[佳大优强好新全]|第一|唯一|独家|顶级|顶尖|首[创选席]|国家级|世界级|领先|权威|驰名|著名|极致"
    r"|\b(?:best|leading|unique|world[- ]class|premium|no\. ?1|number one|exclusive|famous)\b",
    re.IGNORECASE,
)
PURPOSE = re.compile(
    r"用于|服务|为.{0,40}提供|面向|解决|支[撑持]|适用|\b(?:for|to|serves?|solves?|helps?)\b", re.IGNORECASE
)
ANONYMOUS = re.compile(
    r"脱敏|匿名|去标识|泛化|聚合|加密|不可[还复]原|anonym|de-?identif|pseudonym|mask|aggregat", re.IGNORECASE
)
SCANS = ("application/pdf", "image/")


def documents_of(subject: Subject, path: str) -> list[Document]:
    """The files at a place, newest last."""
    return [row for row in subject.documents if row.path == path]


def sources_of(subject: Subject) -> list[dict[str, Any]]:
    return list(subject.values.get("sources") or ())


def looked_at(subject: Subject) -> date:
    """The day that counts for evidence and contracts: of a case the day it was filed."""
    from apps.workflow.clocks import legal_day

    return legal_day(subject.case.filed_at) if subject.case is not None else subject.on


# ------------------------------------------------------------------------------------------------ name and purpose


def name_form(subject: Subject) -> Remark | None:
    name = subject.values.get("name", "")
    if not name or NAMED.search(name):
        return None
    return Remark(DOUBT, _("The name does not say that it is data: what it is about and for, then “data set”."))


def name_puffery(subject: Subject) -> Remark | None:
    found = PUFFERY.search(subject.values.get("name", ""))
    return found and Remark(DOUBT, _("The name praises itself (“%(word)s”).") % {"word": found[0]})


OVER = frozenset({"refused", "withdrawn", "deemed_withdrawn"})


def name_once(subject: Subject) -> Remark | None:
    """Among what the same applicant has pending and registered."""
    name = subject.values.get("name")
    if not name or subject.organisation is None:
        return None
    twins = Application.objects.filter(name=name, case__organisation=subject.organisation)
    if subject.case is not None:
        twins = twins.exclude(case=subject.case)
    if twins.exclude(case__status__in=OVER).exists():
        return Remark(FAULT, _("You have filed or registered a data set under this name already."))
    return None


def scenario_concrete(subject: Subject) -> Remark | None:
    text = subject.values.get("scenario", "")
    if text and (not PURPOSE.search(text) or len(set(text)) < 20):
        return Remark(DOUBT, _("The scenario does not say for whom it is and which problem it solves."))
    return None


# ------------------------------------------------------------------------------------------------ sources


def sources_proven(subject: Subject) -> Remark | None:
    rows = sources_of(subject)
    bare = [
        str(at + 1)
        for at, row in enumerate(rows)
        if row.get("method") in PROVEN
        and proof_path(row, at) not in subject.files
        and "source_proof" not in subject.files
    ]
    if not bare:
        return None
    return Remark(FAULT, _("No file proves the source in row %(rows)s.") % {"rows": ", ".join(bare)})


def ends_of(rows: Iterable[dict[str, Any]]) -> list[tuple[date, str]]:
    """The contracts that end, first first: last day and with whom."""
    return sorted((date.fromisoformat(row["ends_on"]), row.get("licensor", "")) for row in rows if row.get("ends_on"))


def term_cut(sources: Iterable[dict[str, Any]], on: date) -> tuple[date, str] | None:
    """When and by whose contract a certificate of this day would end before its full term; None when none cuts it."""
    ends = ends_of(sources)
    if not ends:
        return None
    years = rules_on(["certificate_years"], on)["certificate_years"].value
    full = deadline(on, years, "year", load_calendar()).date
    return ends[0] if ends[0][0] < full else None


def contract_term(subject: Subject) -> Remark | None:
    cut = term_cut(sources_of(subject), looked_at(subject))
    if cut is None:
        return None
    if cut[0] < looked_at(subject):
        words = {"day": cut[0].isoformat(), "licensor": cut[1]}
        return Remark(FAULT, _("The contract with %(licensor)s ended on %(day)s.") % words)
    return Remark(DOUBT, term_sentence(cut))


def term_sentence(cut: tuple[date, str]) -> Any:
    words = {"day": cut[0].isoformat(), "licensor": cut[1]}
    return _("The certificate would end on %(day)s, by the contract with %(licensor)s.") % words


def update_within_contract(subject: Subject) -> Remark | None:
    until, ends = subject.values.get("update_until"), ends_of(sources_of(subject))
    if until and ends and until > ends[0][0]:
        return Remark(
            DOUBT,
            _("Updates are promised until %(until)s, the contract with %(licensor)s ends on %(day)s.")
            % {"until": until.isoformat(), "licensor": ends[0][1], "day": ends[0][0].isoformat()},
        )
    return None


def deidentified(subject: Subject) -> Remark | None:
    """The rules must say how personal or public data lost its persons."""
    kinds = {row.get("kind") for row in sources_of(subject)}
    text = subject.values.get("algorithm", "")
    if text and kinds & {SourceKind.PERSONAL, SourceKind.PUBLIC} and not ANONYMOUS.search(text):
        return Remark(DOUBT, _("Personal or public data is named, but the rules do not say how it was made anonymous."))
    return None


# ------------------------------------------------------------------------------------------------ the sea


def marine_answers(subject: Subject) -> Remark | None:
    answers = subject.values.get("checklist") or {}
    if answers.get("tracks") == Answer.YES and not ANONYMOUS.search(subject.values.get("algorithm", "")):
        return Remark(
            DOUBT, _("Vessel tracks can show where a crew member is: say in the rules how they were coarsened.")
        )
    cleared = any(answers.get(code) == Answer.YES for code in ("surveying", "observation", "important"))
    if cleared and not subject.values.get("remark"):
        return Remark(DOUBT, _("Name the approval or clearance in the remarks, and attach it to the sources."))
    return None


def marine_category(subject: Subject) -> Remark | None:
    values = subject.values
    if values.get("marine_category") == MarineCategory.NONE and "海" in values.get("name", ""):
        return Remark(DOUBT, _("The name speaks of the sea, the marine category says “not marine”."))
    return None


# ------------------------------------------------------------------------------------------------ evidence and sample


def evidence_older(subject: Subject) -> Remark | None:
    deposit = subject.values.get("deposit")
    filed = subject.case.filed_at if subject.case is not None else legal_now()
    if isinstance(deposit, Deposit) and deposit.deposited_at >= filed:
        return Remark(FAULT, _("The evidence must be older than the filing."))
    return None


def evidence_matches(subject: Subject) -> Remark | None:
    """Size and digest of the deposit against what is handed in; the sample alone need not be the whole."""
    deposit, volume = subject.values.get("deposit"), subject.values.get("volume_bytes")
    if not isinstance(deposit, Deposit) or not volume:
        return None
    if deposit.size_bytes and deposit.size_bytes != volume:
        return Remark(
            DOUBT,
            _("The evidence records %(deposit)s bytes, the form %(form)s.")
            % {"deposit": f"{deposit.size_bytes:,}", "form": f"{volume:,}"},
        )
    whole = [row for row in documents_of(subject, "sample") if row.size == volume]
    if whole and deposit.sha256 and all(row.sha256 != deposit.sha256 for row in whole):
        return Remark(
            DOUBT, _("The sample is as large as the whole set, but its digest is not the one in the evidence.")
        )
    return None


def evidence_elsewhere(subject: Subject) -> Remark | None:
    """For officials alone: who files is never told of another's deposit."""
    if subject.case is None:
        return None
    others = same_hash(subject.case).count()
    if not others:
        return None
    return Remark(
        DOUBT,
        _("%(count)s deposits of other organisations hold the same digest: ownership may be in dispute.")
        % {"count": others},
    )


def same_hash(case: Case):
    """The deposits of other organisations with the digest of this application's evidence. Flagged, never refused."""
    return case.application.deposit.same_digest()


def fields_described(subject: Subject) -> Remark | None:
    rows = subject.values.get("fields") or ()
    names = [row["name"] for row in rows]
    twins = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twins:
        return Remark(FAULT, _("The field table names a field twice: %(names)s.") % {"names": ", ".join(twins[:5])})
    bare = [row["name"] for row in rows if not row.get("note")]
    if bare:
        return Remark(DOUBT, _("Fields without meaning or unit: %(names)s.") % {"names": ", ".join(bare[:5])})
    return None


def counts_fit(subject: Subject) -> Remark | None:
    """Each record holds at least one byte a field; the whole is not smaller than its sample."""
    records, volume = subject.values.get("record_count"), subject.values.get("volume_bytes")
    if not records or not volume:
        return None
    if volume < records * max(len(subject.values.get("fields") or ()), 1):
        return Remark(DOUBT, _("The volume is too small for that many records with these fields."))
    rows = rows_of_sample(subject)
    if rows is not None and rows > records:
        return Remark(DOUBT, _("The sample has more rows than the whole data set."))
    return None


def rows_of_sample(subject: Subject) -> int | None:
    """Rows of the sample files together; None where a file cannot be counted."""
    counts = [sample_rows(row) for row in documents_of(subject, "sample")]
    known = [count for count in counts if count is not None]
    return sum(known) if counts and len(known) == len(counts) else None


def sample_enough(subject: Subject) -> Remark | None:
    rows = rows_of_sample(subject)
    if rows is None or rows >= LEAST_ROWS:
        return None
    return Remark(
        FAULT, _("The sample has %(rows)s rows; %(least)s are the least.") % {"rows": rows, "least": LEAST_ROWS}
    )


# ------------------------------------------------------------------------------------------------ papers and parties


def statement_signed(subject: Subject) -> Remark | None:
    papers = documents_of(subject, "statement")
    if "statement" not in subject.files:
        return Remark(FAULT, _("The signed statement is missing."))
    if papers and not any(row.mime.startswith(SCANS) for row in papers):
        return Remark(DOUBT, _("The statement is neither a PDF nor a picture: is it signed and stamped?"))
    return None


def shares_whole(subject: Subject) -> Remark | None:
    fault = shares_fault(subject.values.get("share"), subject.values.get("applicants") or ())
    return Remark(FAULT, fault) if fault else None


def agent_empowered(subject: Subject) -> Remark | None:
    if (subject.values.get("agent") or {}).get("name") and "power_of_attorney" not in subject.files:
        return Remark(FAULT, _("The agent's power of attorney is missing."))
    return None


def printable(subject: Subject) -> Remark | None:
    """What will stand on paper and the font lacks, character by character."""
    from apps.papers.typesetting import unprintable

    named = ("name", "scenario", "algorithm", "remark")
    firm = subject.organisation.name if subject.organisation else ""
    texts = [firm, *(subject.values.get(name) or "" for name in named)]
    texts += [row.get("name", "") for row in subject.values.get("fields") or ()]
    missing = unprintable("".join(texts))
    if not missing:
        return None
    shown = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in missing[:10])
    return Remark(DOUBT, _("The certificate's font lacks these characters: %(characters)s.") % {"characters": shown})


def form_item(number: int) -> Any:
    return format_lazy(_("Application form, item {item}"), item=number)


PILOT = _("Registration rules, trial: what may be registered")

CHECKLIST: tuple[Criterion, ...] = (
    Criterion("name_form", _("The name says what data it is"), ("name",), form_item(1), name_form),
    Criterion("name_puffery", _("The name does not praise itself"), ("name",), form_item(1), name_puffery),
    Criterion("name_once", _("The applicant uses the name once"), ("name",), form_item(1), name_once),
    Criterion("scenario", _("The scenario is concrete"), ("scenario",), form_item(5), scenario_concrete),
    Criterion("sources_proven", _("Each source is proven"), ("sources",), form_item(6), sources_proven),
    Criterion("contract_term", _("The contracts cover the term"), ("sources",), _("Registration rules: validity is cut to the first contract's end"), contract_term),
    Criterion("update_within_contract", _("Updates end with the contract"), ("update_until", "sources"), form_item(11), update_within_contract),
    Criterion("deidentified", _("Personal data was made anonymous"), ("algorithm", "sources"), _("Personal Information Protection Law, arts. 4 and 73"), deidentified),
    Criterion("marine", _("The sea's own rules are kept"), ("checklist", "algorithm", "remark"), _("Surveying and Mapping Law; Ocean Observation and Forecast Regulations; PIPL art. 28; Data Security Law art. 21"), marine_answers),
    Criterion("marine_category", _("The marine category fits"), ("marine_category",), "T/ZIPS 00002—2025", marine_category),
    Criterion("processed", _("The data was processed by rules and is useful"), ("algorithm", "scenario"), PILOT),
    Criterion("evidence_older", _("The evidence is older than the filing"), ("deposit",), form_item(13), evidence_older),
    Criterion("evidence_matches", _("The evidence is of this data"), ("deposit", "volume_bytes"), form_item(13), evidence_matches),
    Criterion("evidence_elsewhere", _("Nobody else holds the same digest"), ("deposit",), PILOT, evidence_elsewhere, inner=True),
    Criterion("fields", _("The field table is described"), ("fields",), form_item(8), fields_described),
    Criterion("counts", _("Records, volume and fields fit together"), ("record_count", "volume_bytes", "fields"), form_item(8), counts_fit),
    Criterion("sample", _("The sample has ten rows at least"), ("sample",), form_item(14), sample_enough),
    Criterion("statement", _("The statement is signed"), ("statement",), form_item(19), statement_signed),
    Criterion("shares", _("The shares add up"), ("applicants",), _("Civil Code, arts. 308 and 309"), shares_whole),
    Criterion("agent", _("The agent has a power of attorney"), ("power_of_attorney",), _("Civil Code, art. 165"), agent_empowered),
    Criterion("printable", _("Every character can be printed"), ("name",), "GB 18030-2022", printable),
)  # fmt: skip
