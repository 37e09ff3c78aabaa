"""A complete application as a browser without scripts sends it."""

import re
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.applications.codes import CHECKLIST
from apps.rules.clock import SHANGHAI


def steps_typed(deposit) -> dict[str, dict]:
    return {
        "basics": {
            "name": "舟山近岸浪高数据集", "reg_kind": "first", "industry": "74", "marine_category": "environment",
            "scenario": "为近岸养殖、港口调度和海上施工提供逐时波浪条件，用于作业窗口判断、风险预警和设备设计复核，解决近岸缺少连续浪高资料的问题。",
        },
        "sources": {
            "sources-0-key": "1", "sources-0-kind": "enterprise", "sources-0-method": "own", "sources-0-licensor": "自有浮标", "sources-0-ends_on": "",
            "sources-1-kind": "", "sources-1-method": "", "sources-1-licensor": "", "sources-1-ends_on": "",
        },
        "structure": {
            "data_type": "structured", "fields_-0-name": "Hs", "fields_-0-type": "number", "fields_-0-note": "有效波高，米",
            "record_count": "20000", "volume_bytes": "738215", "formats": ["csv"], "update_frequency": "static", "update_until": "",
        },
        "processing": {"algorithm": "去除缺测与野值，按小时对齐，计算有效波高与过零周期，" * 6},
        "evidence": {"deposit": str(deposit.pk), "formed_on": deposit.deposited_at.astimezone(SHANGHAI).date().isoformat()},
        "parties": {"contact_name": "沈听潮", "contact_phone": "13800005678", "contact_email": ""},
        "compliance": {f"check_{code}": "no" for code, _text in CHECKLIST},
        "publication": {"truthful": "on", "not_classified": "on", "e_service": "on", "remark": ""},
    }  # fmt: skip


SAMPLE = b"time,Hs\n" + b"".join(b"2026-01-01T%02d:00,1.2\n" % hour for hour in range(12))
FILES = {
    "sources": ("sources.1", "采集说明.csv"), "evidence": ("sample", "sample.csv"), "publication": ("statement", "statement.csv"),
}  # fmt: skip
"""The files that the steps ask for: place and name."""


def paper(name: str = "sample.csv", content: bytes = SAMPLE) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def words(response) -> str:
    """The page's text without tags."""
    return unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def hidden(response, name: str) -> str:
    """The value of a hidden field of the page."""
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]
