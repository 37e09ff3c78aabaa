"""What a case file carries to be verified without this portal: events as they were hashed, digests, the recipe in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from apps.workflow.models import Case, Event

ZERO = ""
README = "README.txt"
EVENTS, HASHES, SM3_HASHES, WITHHELD = "events.jsonl", "hashes.txt", "hashes-sm3.txt", "withheld.txt"


def event_line(event: Event, *, redacted: bool) -> bytes:
    """An event as one line of JSON: number, hashes, and the canonical text that was hashed (left out of the redacted twin)."""
    row: dict[str, Any] = {"seq": event.seq, "prev_hash": event.prev_hash, "hash": event.hash}
    if redacted:
        row.update(move=event.move, effective_at=event.effective_at.isoformat())
    else:
        row["canonical"] = bytes(event.canonical).decode()
    return json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def event_lines(case: Case, *, redacted: bool) -> Iterator[bytes]:
    for event in case.events.order_by("seq").iterator(chunk_size=200):
        yield event_line(event, redacted=redacted)


def readme(case: Case, *, redacted: bool) -> str:
    """How to verify the file with public tools alone, in both languages."""
    head = {"number": case.number or case.pk, "head": case.head_hash, "count": case.event_count, "recipe": RECIPE}
    text = FULL % head
    return f"{REDACTED}\n\n{text}" if redacted else text


RECIPE = """\
import hashlib, json
head = ""
for line in open("events.jsonl", encoding="utf-8"):
    event = json.loads(line)
    assert event["prev_hash"] == head, event["seq"]
    head = hashlib.sha256(bytes.fromhex(head) + event["canonical"].encode("utf-8")).hexdigest()
    assert event["hash"] == head, event["seq"]
print(head)
"""

REDACTED = """\
公开版：个人信息和保密内容已略去；略去的文件及其摘要见 withheld.txt。各摘要与完整版一致。事件原文未收入本包，事件链只能凭完整版复算。
Redacted twin: personal and secret values are left out; the files left out and their digests stand in withheld.txt.
The digests are those of the full file. The texts of the events are not in here: their chain is recomputed from the full file."""

FULL = """\
案卷 %(number)s · Case file %(number)s

一、核验文件 · The files
    sha256sum -c hashes.txt
  在本目录运行；每行应为 OK。国密 SM3 摘要见 hashes-sm3.txt（openssl dgst -sm3 文件名）。
  Run it in this folder; every line must say OK. SM3 digests stand in hashes-sm3.txt (openssl dgst -sm3 FILE).

二、核验流转记录 · The record of events
  events.jsonl 每行一个事件；canonical 为当时计算摘要的原文。每个事件的 hash 是前一事件 hash（二进制）与 canonical（UTF-8）
  相连后的 SHA-256；第一个事件之前为空。用 Python 3 在本目录运行：
  Each line of events.jsonl is an event; canonical is the very text that was hashed. An event's hash is the SHA-256 of the
  hash before it (as bytes) followed by canonical (as UTF-8); before the first there is nothing. With Python 3, in this folder:

----8<----
%(recipe)s----8<----

  最后一行应为 · The last line must be
    %(head)s
  （共 %(count)s 个事件 · %(count)s events）

三、能证明什么 · What this shows
  自记入本日志之时起未被篡改；不证明记入之前的内容真实。
  That nothing was altered since it was recorded in this log; not that what was recorded is true.
"""
