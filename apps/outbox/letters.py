"""Write a letter, show it, and say that it arrived: what the rest of the portal calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from apps.accounts.audit import record
from apps.outbox import preferences, services, texts
from apps.outbox.kick import kick
from apps.outbox.models import Letter, Resending

on_delivered = services.on_delivered
on_bounced = services.on_bounced
preview = texts.render

HURRIED = 50  # letters that one task is asked to deliver


@dataclass(frozen=True)
class Recipient:
    """One reader: a user; without an account an e-mail address; without both an organisation, to be written on paper."""

    user_id: int | None
    organisation_id: int | None
    email: str
    language: str


def post(
    text: str,
    key: str,
    recipients: Iterable[Recipient],
    context: dict,
    *,
    case_pk: int | None = None,
    event_pk: int | None = None,
) -> None:
    """Write one letter for each reader, in the caller's transaction and in one statement; see ``letters_of``."""
    post_all(letters_of(text, key, recipients, context, case_pk=case_pk, event_pk=event_pk))


def letters_of(
    text: str,
    key: str,
    recipients: Iterable[Recipient],
    context: dict,
    *,
    case_pk: int | None = None,
    event_pk: int | None = None,
    kind: str = "",
) -> list[Letter]:
    """The unsaved letter for each reader, about a case of that kind. LookupError for a text that does not exist.

    The context is plain JSON (str, int, float, bool, None, list, dict); a dict with just the keys "zh-hans" and "en"
    becomes its value in the reader's language.
    """
    texts.built_in(text, "zh-hans")
    context = plain(context)
    return [
        Letter(
            text=text,
            key=(letter_key := f"{key}:{mark(reader)}"),
            message_id=message_id(letter_key),
            user_id=reader.user_id,
            organisation_id=reader.organisation_id,
            email=reader.email,
            language="en" if reader.language == "en" else "zh-hans",
            context=context,
            case_pk=case_pk,
            event_pk=event_pk,
            kind=kind,
        )
        for reader in recipients
    ]


def post_all(letters: list[Letter]) -> None:
    """Write letters in the caller's transaction and in one statement; a key that is there already writes nothing.

    A letter with a ``topic`` goes the way its reader chose; one without is sent, whatever anybody chose. Nothing is rendered or sent here; a worker is asked to after commit.
    """
    if not letters:
        return
    preferences.apply_to(letters)
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
    keys = [letter.key for letter in letters]
    for start in range(0, len(keys), HURRIED):
        transaction.on_commit(partial(_hurry, keys[start : start + HURRIED]))


def send_again(letter: Letter, email: str, *, reason: str, by) -> Letter:
    """Send a letter's words again to another address, as a letter of its own that is linked to the first.

    It speaks of the same event, so a clock that waits starts with whichever of them is served first.
    """
    with transaction.atomic():
        first = Letter.objects.select_for_update().get(pk=letter.pk)
        key = f"{first.key}:again:{first.resendings.count() + 1}"
        anew = Letter.objects.create(
            text=first.text, key=key, message_id=message_id(key), user_id=first.user_id, email=email,
            organisation_id=first.organisation_id, language=first.language, context=first.context,
            case_pk=first.case_pk, event_pk=first.event_pk, subject=first.subject, body=first.body,
        )  # fmt: skip
        Resending.objects.create(letter=anew, of=first, reason=reason, by=by)
        transaction.on_commit(partial(_hurry, [key]))
    record("letter.sent_again", actor=by, about=f"letter:{letter.pk}", letter=anew.pk)
    return anew


def mark(reader: Recipient) -> str:
    """What tells a reader from the others of the same event; ValueError for nobody."""
    if not (reader.user_id or reader.email or reader.organisation_id):
        raise ValueError("A letter needs a user, an e-mail address or an organisation")
    if reader.organisation_id and not reader.user_id:  # two organisations may share one mailbox, and each is told
        return f"organisation-{reader.organisation_id}"
    return str(reader.user_id or reader.email)


def _hurry(keys: list[str]) -> None:
    from apps.outbox.tasks import deliver_posted

    kick(deliver_posted, keys)


def plain(value):
    """The value as JSON holds it; TypeError for anything that is not plain, ValueError for U+0000."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if type(value) not in (str, int, float, bool):
        raise TypeError(f"A letter's facts are plain values, not {type(value).__name__}: {value!r}")
    if isinstance(value, str) and "\0" in value:
        raise ValueError("U+0000 in a letter's facts")
    return value


def message_id(key: str) -> str:
    """The Message-ID of the letter with this key: the same each time it is sent."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"
