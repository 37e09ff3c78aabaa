"""What an objection's moves ask and do: who may object and until when, silence, disputes elsewhere, the redacted text."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.enterprises.models import Organisation
from apps.notices.models import Filing, Notice, Objection, Redaction
from apps.notices.private import open_page
from apps.notices.publishing import follow_clock, open_objections
from apps.privacy.disclosures import OBJECTION_BASIS, disclose
from apps.privacy.models import DataKind
from apps.workflow import machine
from apps.workflow.machine import Act
from apps.workflow.models import Case, Clock
from apps.workflow.people import Standing
from apps.workflow.states import Refusal

# ------------------------------------------------------------------------------------------------ asked by the root


def no_objection_blocks(act: Act) -> Refusal | None:
    """Guard of registering: no objection is open, upheld, or sent in time and still to be confirmed by e-mail."""
    cases = act.case.branches.filter(kind="objection")
    if cases.filter(closed_at__isnull=True).exists():
        return Refusal("objection_open", _("An objection is open: decide it first."))
    if has_upheld_objection(act.case):
        return Refusal("objection_upheld", _("An objection was upheld: the matter cannot be registered."))
    waiting = Filing.objects.filter(notice__case=act.case, confirmed_at__isnull=True, confirm_by__gt=act.at)
    if waiting.exists():
        return Refusal(
            "objection_unconfirmed",
            _("An objection was sent in time and waits for its confirmation by e-mail: a day at the utmost."),
        )
    return None


def has_upheld_objection(case: Case) -> bool:
    return case.branches.filter(kind="objection").in_state("upheld").exists()


def silence_proposed(act: Act) -> Refusal | None:
    """Guard of terminating: an official has proposed it, because the applicant left an objection without a reply."""
    if act.case.branches.filter(kind="objection").in_state("end_proposed").exists():
        return None
    return Refusal("no_silence", _("Nobody has proposed to end the procedure for want of a reply to an objection."))


def end_objections(act: Act) -> None:
    """The matter is closed, so what was objected to is gone: its open objections end with it."""
    for case in open_objections(act.case):
        machine.perform(case.pk, "moot", actor=None, effective_at=act.at, recording=act.recording)


def reopen_objections(act: Act) -> None:
    """The matter lives again by a rectification: those that ended with it are to be admitted anew."""
    for case in act.case.branches.filter(kind="objection").in_state("moot"):
        machine.perform(case.pk, "revive", actor=None, effective_at=act.at, recording=act.recording)


# ------------------------------------------------------------------------------------------------ filing


def notice_runs(act: Act) -> Refusal | None:
    """Check: objections are filed while the notice runs, to 24:00 of its last day."""
    notice = act.data.get("notice")
    root = act.case.root
    ours = notice is not None and notice.case_id == act.case.root_id and root.track != "provincial"
    if ours and root.closed_at is None and notice.runs_at(act.at):
        return None
    return Refusal("notice_over", _("This notice does not run: nobody can object to it now."))


def not_ones_own(act: Act) -> Refusal | None:
    """Check: the applicant withdraws; nobody objects to the own application. A co-applicant may."""
    if "applicant" not in roots_roles(act):
        return None
    return Refusal("own_application", _("This is your own application: withdraw it instead of objecting to it."))


def roots_roles(act: Act) -> set[str]:
    """As what the objector stands to the published case: by account, and by the code that was stated."""
    root, code = act.case.root, act.data.get("identity", "")
    found = set(Standing(root, act.actor).party_roles)
    if code and root.organisation_id and code == root.organisation.uscc:
        found.add("applicant")
    if code and any(row.get("code") == code for row in getattr(root.row, "applicants", [])):
        found.add("co_applicant")
    return found


FIELDS = ("notice", "name", "identity", "phone", "email", "ground", "right_hurt", "statement")


def make_objection(act: Act) -> None:
    """The objection's row; one sent to a notice that was withdrawn since belongs to the new one."""
    notice: Notice = act.data["notice"]
    roles = roots_roles(act)
    anew = Notice.objects.filter(replaces=notice, published_at__isnull=False).first() if notice.withdrawn_at else None
    Objection.objects.create(
        case=act.case,
        stands_as=next((role for role in ("co_applicant", "agent") if role in roles), ""),
        carried_to=anew,
        **{name: act.data[name] for name in FIELDS if name in act.data},
    )
    if act.actor is not None and not act.actor.has_usable_password():
        open_page(act.case, act.actor)
    act.data = {}


def respondents(case: Case) -> list[tuple[str, Organisation]]:
    """Whoever the objection is against: nobody before it is admitted and forwarded."""
    return [("respondent", case.organisation)]


def forward(act: Act) -> None:
    """The applicant becomes a party, and so reads who objects and why: that stands in the register of disclosures."""
    for role, firm in respondents(act.case):
        act.case.parties.get_or_create(role=role, organisation=firm, defaults={"rank": 1})
    to = act.case.organisation.name
    disclose(act.case, to=to, kinds=(DataKind.NAME, DataKind.STATEMENT), basis=OBJECTION_BASIS, by=act.actor)


def keep_supplement(act: Act) -> None:
    act.row.supplement = act.data["supplement"]
    act.row.save(update_fields=["supplement"])
    act.data = {}


def keep_reply(act: Act) -> None:
    act.row.reply = act.data["reply"]
    act.row.save(update_fields=["reply"])
    act.data = {}


def reply_awaited_no_more(act: Act) -> Refusal | None:
    """Guard: a decision without the applicant's reply only once its time has passed; silence alone decides nothing."""
    if act.case.status != "admitted":
        return None
    reply = act.case.clocks.filter(name="reply").order_by("-pk").first()
    if reply is not None and reply.due_at is not None and reply.due_at <= act.at:
        return None
    return Refusal("reply_awaited", _("The applicant may still reply: decide after the reply or after its last day."))


# ------------------------------------------------------------------------------------------------ disputes elsewhere


def forwarding_served(act: Act) -> Refusal | None:
    """Guard: a period that has not begun cannot be held; the forwarding is served first."""
    if not act.case.clocks.filter(name="reply", outcome=Clock.Outcome.WAITING).exists():
        return None
    return Refusal(
        "not_served", _("The forwarding letter is not served yet: serve it, and note how, before you suspend.")
    )


def hold_root(act: Act) -> None:
    """The published matter is held with its objection; a second dispute finds it held."""
    root = act.case.root
    if root.status_at() in ("in_notice", "notice_closed") and not is_held(root):
        machine.perform(root.pk, "hold", actor=None, effective_at=act.at, recording=act.recording)


def is_held(root: Case) -> bool:
    return root.clocks.filter(outcome=Clock.Outcome.PAUSED).exists()


def release_root(act: Act) -> None:
    """The published matter runs on, unless another objection to it is still suspended; its end moves by the days held."""
    root = act.case.root
    others = root.branches.filter(kind="objection", status="suspended").exclude(pk=act.case.pk)
    if act.case.status != "suspended" or others.exists() or not is_held(root):
        return
    machine.perform(root.pk, "release", actor=None, effective_at=act.at, recording=act.recording)
    for clock in root.clocks.filter(name="notice", outcome=Clock.Outcome.RUNNING):
        follow_clock(clock)


def go_back(act: Act) -> None:
    """It goes on in the state in which it was suspended."""
    suspended = act.case.events.standing().filter(move="suspend").order_by("-seq").first()
    act.facts["to_status"] = suspended.from_status


# ------------------------------------------------------------------------------------------------ the redacted text

NUMBERS = re.compile(r"\d{17}[\dXx]|(?<!\d)1[3-9]\d{9}(?!\d)|[\w.+-]+@[\w-]+\.[\w.-]+")
"""Identity numbers, mobile phones and e-mail addresses, whoever's they are."""


def nothing_personal(act: Act) -> Refusal | None:
    """Check: the text names neither the objector nor a person of the applicant, and holds no number of a person."""
    text = f"{act.data.get('objection', '')}\n{act.data.get('decision', '')}"
    found = [word for word in personal_words(act) if word in text] + NUMBERS.findall(text)
    if not found:
        return None
    shown = ", ".join(dict.fromkeys(found))
    sentence = ngettext_lazy("Still to be blacked out: %(words)s.", "Still to be blacked out: %(words)s.", len(found))
    return Refusal("not_redacted", sentence % {"words": shown})


def personal_words(act: Act) -> list[str]:
    row, firm = act.row, act.case.organisation
    words = [row.name, row.identity, row.phone, row.email]
    words += [firm.contact_name, firm.contact_phone, firm.contact_email, firm.legal_representative] if firm else []
    return [word for word in words if word and len(word) > 1]


def is_published(act: Act) -> bool:
    return Redaction.objects.filter(case=act.case, published_at__isnull=False).exists()


def not_published(act: Act) -> Refusal | None:
    if not is_published(act):
        return None
    return Refusal("published", _("A redacted text is published: take it back before you write another."))


def redaction_waits(act: Act) -> Refusal | None:
    if Redaction.objects.filter(case=act.case, published_at__isnull=True).exists():
        return None
    return Refusal("no_redaction", _("No redacted text waits to be cleared."))


def redaction_stands(act: Act) -> Refusal | None:
    return None if is_published(act) else Refusal("not_published", _("No redacted text is published."))


def keep_redaction(act: Act) -> None:
    values = {"objection": act.data["objection"], "decision": act.data.get("decision", "")}
    Redaction.objects.update_or_create(case=act.case, defaults={**values, "made_by": act.actor, "made_at": act.at})
    act.data = {}


def drop_redaction(act: Act) -> None:
    Redaction.objects.filter(case=act.case, published_at__isnull=True).delete()


def publish_redaction(act: Act) -> None:
    """Publish what the other official wrote; the event keeps the digest of the very words."""
    row = Redaction.objects.get(case=act.case)
    row.cleared_by, row.published_at = act.actor, act.at
    row.save(update_fields=["cleared_by", "published_at"])
    act.facts["sha256"] = sha256(f"{row.objection}\n{row.decision}".encode()).hexdigest()


def unpublish_redaction(act: Act) -> None:
    Redaction.objects.filter(case=act.case).update(cleared_by=None, published_at=None)


def redacted_face(case: Case) -> list[dict[str, Any]]:
    """The redacted text as a clearing official reads it before publishing, in the shape of a notice's face."""
    row = Redaction.objects.filter(case=case).first()
    words = [] if row is None else [(LABELS["objection"], row.objection), (LABELS["decision"], row.decision)]
    return [{"label": label, "value": {"zh-hans": text, "en": text}} for label, text in words]


LABELS = {
    "objection": {"zh-hans": "异议（隐去后）", "en": "Objection, redacted"},
    "decision": {"zh-hans": "决定（隐去后）", "en": "Decision, redacted"},
}
