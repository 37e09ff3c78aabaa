"""The bulletin of a public notice and the forwarding of an objection, as printed papers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.notices.models import Notice
from apps.papers.kinds import PaperKind, Rows
from apps.workflow.models import Event


def published(event: Event) -> Notice:
    """The notice that the event published, withdrawn since or not."""
    return Notice.objects.get(case=event.case_id, published_at=event.effective_at)


def bulletin_facts(event: Event) -> dict[str, Any]:
    notice = published(event)
    return {
        "bulletin": notice.bulletin_id,
        "ends_on": event.data["ends_on"],
        "provisional": notice.provisional,
        "address": address(event),
    }


def bulletin_rows(event: Event) -> Rows:
    """The face of the notice as it was cleared, in the paper's language, and whose application it is."""
    language = "en" if get_language() == "en" else "zh-hans"
    case = event.case
    head = [(_("Case number"), case.number or ""), (_("Applicant"), case.organisation.name)]
    return head + [(item["label"][language], item["value"][language]) for item in published(event).face]


def address(event: Event) -> str:
    return f"{settings.SITE_URL}/notices/{published(event).pk}/"


def objection_facts(event: Event) -> dict[str, Any]:
    """What the applicant must be able to answer: who objects, on what ground, why. Identity and contacts stay here."""
    row = event.case.objection
    said = [
        f"{label}：{value}" if get_language() != "en" else f"{label}: {value}"
        for label, value in (
            (_("Objector"), row.name), (_("Ground"), row.get_ground_display()), (_("Right hurt"), row.right_hurt),
            (_("Facts and reasons"), row.statement),
            (_("Supplement"), row.supplement),
        )
        if value
    ]  # fmt: skip
    return {"objection": "\n".join(said)}


BULLETIN = PaperKind(
    "bulletin", gettext_lazy("Bulletin"), "舟数知告", ("notice.published",), facts=bulletin_facts, rows=bulletin_rows,
    address=address, public=True,
)  # fmt: skip
FORWARDING = PaperKind(
    "forwarding",
    gettext_lazy("Forwarding of an objection"),
    "舟数知异转",
    ("objection.forwarded",),
    facts=objection_facts,
)
