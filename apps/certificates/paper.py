"""The certificate as paper: A4 PDF with an embedded Chinese font, a QR code, no seal, and the same bytes every time.

It is rendered once, outside any transaction, and kept by its content's hash as a document of the registration's case.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from apps.certificates.codes import SourceKind, UpdateFrequency, label_of
from apps.certificates.models import Certificate
from apps.papers.typesetting import (
    REGISTRAR,
    WATERMARKS,
    breakable,
    chinese_day,
    is_demonstration,
    qr,
    typeset,
)
from apps.workflow import documents
from apps.workflow.models import Document

TEMPLATE = "certificate.typ"
INK = "#0d2b4b"
LOCAL_WORDS = "市级登记 · 非国家/省级登记证书"


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


def render(certificate: Certificate, *, demonstration: bool) -> bytes:
    """The PDF (PDF/A-2b) of a certificate as bytes, a function of the rows alone. Raises Unprintable."""
    face = face_of(certificate, demonstration=demonstration)
    return typeset(TEMPLATE, face, qr=qr(address_of(certificate), INK))


def face_of(certificate: Certificate, *, demonstration: bool) -> dict[str, Any]:
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
        "registrar": REGISTRAR["zh-hans"],
        "issued": chinese_day(certificate.issued_on),
        "date": {part: getattr(certificate.issued_on, part) for part in ("year", "month", "day")},
        "check": f"扫码，或在 {settings.SITE_URL}/verify/ 输入证书号与权利人名称核验。\n登记簿记载与本证书不一致的，以登记簿为准。",
        "qr_alt": f"核验地址 {address_of(certificate)}",
        "watermark": WATERMARKS["zh-hans"] if demonstration else "",
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


def address_of(certificate: Certificate) -> str:
    return f"{settings.SITE_URL}/verify/{certificate.token}/"
