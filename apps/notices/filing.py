"""From a filled-in form to an objection on file: once however often pressed; without an account, confirmed by e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts import vault
from apps.accounts.models import User
from apps.accounts.people import make_person
from apps.notices.models import Filing, Notice, Tip
from apps.outbox.letters import Recipient, post
from apps.rules.clock import SHANGHAI, legal_now
from apps.rules.lookup import rule_value
from apps.workflow import clocks, documents, drafts, letters, machine
from apps.workflow.machine import Refused
from apps.workflow.models import Case, Draft, Event

FIELDS = ("name", "identity", "phone", "email", "ground", "right_hurt", "statement")
SEALED = ("identity", "phone", "email")
SALT = "apps.notices.filing"
DAY = timedelta(days=1)
FROM_ONE_ADDRESS, TO_ONE_EMAIL, OF_ONE_NOTICE = 20, 5, 500
"""How many unconfirmed objections within a day one network address, one e-mail address, one notice may bring about."""
TIPS_FROM_ONE_ADDRESS, TIPS_OF_ONE_NOTICE = 10, 200


def file_objection(
    notice: Notice, values: dict[str, Any], files: Sequence[UploadedFile], *, actor: User, key: UUID
) -> Case:
    """File a signed-in person's objection to a notice. ``values`` are the form's.

    Raises Refused when the notice does not run, ValidationError when a file cannot be kept; then nothing was written.
    """

    def act() -> Case:
        machine.lock(notice.case_id)  # two presses of one button stand in line here
        if done := Event.objects.filter(key=event_key(key)).select_related("case").first():
            return done.case
        case = open_objection(notice, values, actor, event_key(key))
        for file in files:
            documents.keep(file.chunks(), file.name, path="evidence", by=actor, case=case)
        return case

    return machine.in_one_transaction(act)


def open_objection(notice: Notice, values: dict[str, Any], person: User, key: str, **when) -> Case:
    return machine.open_case(
        "objection",
        actor=person,
        organisation=notice.case.organisation,
        title=notice.case.title,
        data={**{name: value for name, value in values.items() if name in FIELDS}, "notice": notice},
        root=notice.case,
        parties=[("objector", person)],  # the applicant joins when it is forwarded
        key=key,
        **when,
    )


def event_key(key: UUID) -> str:
    return f"objection:{key}"


# ------------------------------------------------------------------------------------------------ without an account


def send_objection(
    notice: Notice, values: dict[str, Any], files: Sequence[UploadedFile], *, address: str, key: UUID, language: str
) -> Filing:
    """Keep an objection of somebody without an account and send the link that confirms it.

    Raises Refused when the notice does not run or too many came; ValidationError when a file cannot be kept.
    """

    def act() -> Filing:
        machine.lock(notice.case_id)
        if done := Filing.objects.filter(draft__key=key).select_related("notice", "draft").first():
            return done
        now = legal_now()
        if notice.case.closed_at is not None or not notice.runs_at(now):
            raise Refused("notice_over", _("This notice does not run: nobody can object to it now."))
        refuse_flood(notice, address, values["email"], now)
        draft = keep_draft(notice, values, files, key, language)
        hours = rule_value("objection_confirm_hours", clocks.legal_day(now))
        filing = Filing.objects.create(
            draft=draft, notice=notice, email=vault.blind(values["email"].lower()), address=vault.blind(address),
            sent_at=now, confirm_by=now + timedelta(hours=hours),
        )  # fmt: skip
        ask_to_confirm(filing, values["email"], language)
        return filing

    return machine.in_one_transaction(act)


def refuse_flood(notice: Notice, address: str, email: str, now) -> None:
    """The limits that hold while the cache is away: counted from the rows themselves."""
    recent = Filing.objects.filter(sent_at__gt=now - DAY)
    if (
        recent.filter(address=vault.blind(address)).count() >= FROM_ONE_ADDRESS
        or recent.filter(email=vault.blind(email.lower())).count() >= TO_ONE_EMAIL
        or recent.filter(notice=notice, confirmed_at__isnull=True).count() >= OF_ONE_NOTICE
    ):
        raise Refused(
            "too_many", _("Too many objections came from here today. Sign in, or bring it to the office's counter.")
        )


def keep_draft(notice: Notice, values: dict, files: Sequence[UploadedFile], key: UUID, language: str) -> Draft:
    """What was typed, personal numbers sealed, with its files, by a person made of the name."""
    person = make_person(values["name"], values["email"], language)
    data = {name: vault.seal(values[name]) if name in SEALED and values[name] else values[name] for name in FIELDS}
    now = timezone.now()
    draft = Draft.objects.create(
        kind="objection", root=notice.case, created_by=person, data=data, key=key, created_at=now, updated_at=now
    )
    for file in files:
        documents.keep(file.chunks(), file.name, path="evidence", by=person, draft=draft)
    return draft


def ask_to_confirm(filing: Filing, email: str, language: str) -> None:
    facts = {
        "title": filing.notice.case.title,
        "bulletin": filing.notice.bulletin_id,
        "sent_at": minute(filing.sent_at),
        "confirm_by": minute(filing.confirm_by),
        "link": f"{settings.SITE_URL}/objections/confirm/{link_token(filing)}/",
    }
    post("objection.confirm", f"filing:{filing.pk}", [Recipient(None, None, email, language)], facts)


def minute(moment) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def link_token(filing: Filing) -> str:
    return signing.dumps(filing.pk, salt=SALT)


def filing_of(token: str) -> Filing | None:
    """The filing that a link confirms; None for a link nobody was sent."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Filing.objects.select_related("notice__case__organisation", "draft__case").filter(pk=pk).first()


def confirm(filing: Filing) -> Case:
    """Make a sent objection one that is on file, as of the moment it was sent. Raises Refused: used, late, or moot."""

    def act() -> Case:
        machine.lock(filing.notice.case_id)
        row = Filing.objects.select_for_update().select_related("draft__created_by").get(pk=filing.pk)
        if row.confirmed_at is not None:
            raise Refused("confirmed", _("This objection is confirmed already; the link serves once."))
        now = legal_now()
        if now > row.confirm_by:
            raise Refused("too_late", _("The time to confirm is over: the objection counts as not sent."))
        values = opened(row.draft.data)
        person, notice = row.draft.created_by, filing.notice
        case = drafts.file(
            row.draft,
            lambda draft: open_objection(notice, values, person, event_key(draft.key), effective_at=row.sent_at),
        )
        Filing.objects.filter(pk=row.pk).update(confirmed_at=now)
        blank(row.draft)
        return case

    return machine.in_one_transaction(act)


def opened(data: dict[str, str]) -> dict[str, str]:
    return {name: vault.unseal(text) if name in SEALED and text else text for name, text in data.items()}


def blank(draft: Draft) -> None:
    """The words stand in the case now; the draft keeps none of them."""
    Draft.objects.filter(pk=draft.pk).update(data={})


# ------------------------------------------------------------------------------------------------ tips


@transaction.atomic
def leave_tip(notice: Notice, text: str, *, address: str) -> Tip:
    """Keep word without a name and tell the office. Raises Refused when too many came."""
    now = legal_now()
    recent = Tip.objects.filter(sent_at__gt=now - DAY)
    if (
        recent.filter(address=vault.blind(address)).count() >= TIPS_FROM_ONE_ADDRESS
        or recent.filter(case=notice.case_id).count() >= TIPS_OF_ONE_NOTICE
    ):
        raise Refused("too_many", _("Too many tips came from here today. Try again tomorrow."))
    case = notice.case
    tip = Tip.objects.create(notice=notice, case=case, text=text, address=vault.blind(address), sent_at=now)
    facts = {"title": case.title, "number": case.number or "", "url": f"{settings.SITE_URL}/desk/cases/{case.pk}/tips/"}
    readers = letters.readers(case, case.kind_, (letters.OFFICE,))
    letters.post_all(letters.letters_to(readers, "notice.tip", f"tip:{tip.pk}", case, None, facts.copy))
    return tip
