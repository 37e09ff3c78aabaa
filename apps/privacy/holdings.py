"""What is held about a person, as plain values: the answer to a request to see it (PIPL art. 45)."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from apps.accounts.models import User
from apps.enterprises.models import Membership
from apps.outbox.models import Letter
from apps.outbox.texts import show
from apps.privacy.models import Disclosure
from apps.workflow.models import Case, Document, Draft, Event, Party

README = """\
您的个人信息副本（data.json）：账户、所属单位、您作为当事人的事项、您的操作记录、收到的信件、草稿和上传的文件清单，以及向他人提供的记录。
时间为带时区的 ISO 8601 格式。

A copy of what is held about you (data.json): account, organisations, procedures you are a party to, your acts, letters to
you, drafts, the files you handed in, and to whom data about your procedures were given. Times are ISO 8601 with zone.
"""


def holdings(user: User) -> dict[str, Any]:
    """Everything by the person's own rows; other people's data in shared procedures are not among it."""
    mine = Party.objects.filter(person=user).values("case")
    return {
        "account": {
            "user_name": user.username, "full_name": user.full_name, "email": user.email, "phone": user.phone,
            "language": user.language, "since": user.date_joined, "last_sign_in": user.last_login,
        },
        "organisations": [
            {"organisation": row.organisation.name, "role": row.role, "since": row.joined_at, "until": row.ended_at}
            for row in Membership.objects.filter(user=user).select_related("organisation").order_by("pk")
        ],
        "procedures": [
            {"number": case.number, "kind": case.kind, "title": case.title, "state": case.status, "filed": case.filed_at,
             "form": case.row.snapshot()}
            for case in Case.objects.filter(pk__in=mine).order_by("pk")
        ],
        "acts": list(
            Event.objects.filter(actor=user).order_by("pk").values("case__number", "move", "effective_at", "recorded_at", "comment")
        ),
        "letters": [
            {"subject": row.subject, "body": row.body, "written": row.queued_at, "sent": row.sent_at, "opened": row.read_at}
            for row in show(Letter.objects.filter(user=user).order_by("pk"))
        ],
        "drafts": list(Draft.objects.filter(created_by=user).order_by("pk").values("kind", "data", "created_at", "updated_at")),
        "files": list(
            Document.objects.filter(uploaded_by=user).order_by("pk").values("name", "size", "sha256", "uploaded_at", "removed_at")
        ),
        "disclosures": list(
            Disclosure.objects.filter(case__in=mine).order_by("pk").values("at", "recipient", "kinds", "basis", "case__number")
        ),
    }  # fmt: skip


def as_zip(user: User) -> bytes:
    """``data.json`` and a README in both languages."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        archive.writestr("data.json", json.dumps(holdings(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
    return out.getvalue()
