"""The certificate as paper: A4 PDF with an embedded Chinese font, a QR code, no seal, and the same bytes every time.

It is rendered once, outside any transaction, and kept by its content's hash as a document of the registration's case.
"""

from __future__ import annotations

import json
import re
import struct
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import translation

from apps.certificates.codes import SourceKind, UpdateFrequency, label_of
from apps.certificates.models import Certificate
from apps.rules.clock import read_clock
from apps.workflow import documents
from apps.workflow.models import Document

TEMPLATE = settings.BASE_DIR / "templates" / "documents" / "certificate.typ"
REGISTRAR = "舟山市市场监督管理局"
LOCAL_WORDS = "市级登记 · 非国家/省级登记证书"
WATERMARK = "演示 无法律效力"
LONG_WORD = re.compile(r"[0-9A-Za-z]{25,}")
BREAK = "\u200b"


class Unprintable(ValueError):
    """The paper's font lacks characters of the text; ``characters`` names them, each once."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


def is_printed_here(certificate: Certificate) -> bool:
    """Whether this office issues the paper; a mirrored certificate's paper is the province's."""
    return certificate.form == Certificate.Form.LOCAL


def ensure(certificate: Certificate) -> Document:
    """The kept paper of a local certificate, made now if it is not there. Raises Unprintable."""
    kept = kept_paper(certificate)
    return kept or keep(certificate, render(certificate, demonstration=is_demonstration()))


def kept_paper(certificate: Certificate) -> Document | None:
    """The document whose digest the certificate records, while its file stands."""
    if not certificate.paper_sha256 or not documents.path_of(certificate.paper_sha256).exists():
        return None
    found = Document.objects.filter(case=certificate.registration_id, sha256=certificate.paper_sha256)
    return found.order_by("pk").first()


def keep(certificate: Certificate, paper: bytes) -> Document:
    """Keep the paper and record its digest, once: of two that come together the second gets the first's."""
    with transaction.atomic():
        standing = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
        if kept := kept_paper(standing):
            return kept
        case = certificate.registration.case
        document = documents.keep(
            [paper], f"{certificate.number}.pdf", path="certificate", by=None, case=case, secret=False
        )
        Certificate.objects.filter(pk=certificate.pk).update(paper_sha256=document.sha256)
        certificate.paper_sha256 = document.sha256
        return document


def is_demonstration() -> bool:
    """Invented cases, or a database whose legal clock was ever moved: its papers say so across the page."""
    return settings.DEMO or read_clock().offset_days > 0


def render(certificate: Certificate, *, demonstration: bool) -> bytes:
    """The PDF (PDF/A-2b) of a certificate as bytes, a function of the rows alone. Raises Unprintable."""
    import typst

    face = face_of(certificate, demonstration=demonstration)
    if missing := unprintable(json.dumps(face, ensure_ascii=False)):
        raise Unprintable(missing)
    return typst.compile(
        str(TEMPLATE),
        font_paths=[str(font().parent)],
        ignore_system_fonts=True,
        sys_inputs={"face": json.dumps(face, ensure_ascii=False), "qr": qr(address_of(certificate))},
        pdf_standards="a-2b",
        timestamp=0,
    )


def face_of(certificate: Certificate, *, demonstration: bool) -> dict:
    """What stands on the paper, in Chinese: ``title``, ``kind``, ``number``, ``rows`` of label and value, and the foot."""
    with translation.override("zh-hans"):
        rows = [
            {"label": label, "value": breakable(value), "main": label in MAIN} for label, value in fields(certificate)
        ]
    return {
        "title": "数据知识产权登记证书",
        "kind": LOCAL_WORDS,
        "number": certificate.number,
        "rows": rows,
        "registrar_label": "登记机构",
        "registrar": REGISTRAR,
        "issued": chinese_day(certificate.issued_on),
        "date": {part: getattr(certificate.issued_on, part) for part in ("year", "month", "day")},
        "check": f"扫码，或在 {settings.SITE_URL}/verify/ 输入证书号与权利人名称核验。\n登记簿记载与本证书不一致的，以登记簿为准。",
        "qr_alt": f"核验地址 {address_of(certificate)}",
        "watermark": WATERMARK if demonstration else "",
    }


MAIN = ("名称", "权利人")


def fields(certificate: Certificate) -> list[tuple[str, str]]:
    """The face of a certificate item by item (登记证书 face), as text."""
    row = certificate.registration
    sources = "、".join(label_of(SourceKind, code) for code in row.source_kinds)
    scale = f"{row.record_count:,} 条　{row.volume_bytes:,} 字节"
    structure = "、".join(row.structure.splitlines())
    until = chinese_day(certificate.valid_until)
    return [
        ("名称", row.name),
        ("权利人", "、".join(holders(certificate))),
        ("登记号", row.number),
        ("证书号", certificate.number),
        ("数据来源", sources),
        ("应用场景", row.scenario),
        ("结构规模", "\n".join(part for part in (structure, scale) if part)),
        ("更新频次", label_of(UpdateFrequency, row.update_frequency)),
        ("存证", row.evidence),
        ("登记日期", chinese_day(row.registered_on)),
        ("有效期至", f"{until}（因来源合同届满：{row.ended_by_contract}）" if row.ended_by_contract else until),
    ]


def holders(certificate: Certificate) -> list[str]:
    """The holders in their order on the case; the registration's own where the case names none."""
    parties = certificate.registration.case.parties.filter(role="holder", organisation__isnull=False)
    names = list(parties.order_by("rank", "pk").values_list("organisation__name", flat=True))
    return names or [certificate.registration.holder.name]


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def breakable(text: str) -> str:
    """The text with places to break in digests and other words too long for a line."""
    return LONG_WORD.sub(lambda word: BREAK.join(re.findall(".{1,8}", word[0])), text)


def address_of(certificate: Certificate) -> str:
    return f"{settings.SITE_URL}/verify/{certificate.token}/"


def qr(text: str) -> str:
    """A QR code as SVG, error correction M, without an edge of its own."""
    import segno

    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, dark="#0d2b4b", xmldecl=False)
    return out.getvalue().decode()


# ------------------------------------------------------------------------------------------------ what can be printed


def unprintable(text: str) -> str:
    """The characters of a text that the paper's font lacks, each once, in order; blanks and line ends never lack."""
    known = code_points()
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known and not c.isspace() and c != BREAK))


def font() -> Path:
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.serif_path())


@lru_cache(maxsize=1)
def code_points() -> frozenset[int]:
    """Every code point of the font, read from its ``cmap`` table, format 12 (OpenType 1.9)."""
    with font().open("rb") as file:
        head = file.read(12)
        tables = [struct.unpack(">4sIII", file.read(16)) for _ in range(struct.unpack(">H", head[4:6])[0])]
        offset, length = next((at, size) for tag, _sum, at, size in tables if tag == b"cmap")
        file.seek(offset)
        cmap = file.read(length)
    count = struct.unpack(">H", cmap[2:4])[0]
    starts = [struct.unpack(">HHI", cmap[4 + 8 * n : 12 + 8 * n])[2] for n in range(count)]
    wide = next(at for at in starts if cmap[at : at + 2] == b"\0\x0c")
    groups = struct.unpack(">I", cmap[wide + 12 : wide + 16])[0]
    ranges = struct.iter_unpack(">III", cmap[wide + 16 : wide + 16 + 12 * groups])
    return frozenset(point for first, last, _glyph in ranges for point in range(first, last + 1))
