"""A letter's subject and body, from a text and the facts of its event.

A built-in text is ``<name>.<zh-hans|en>.txt`` in LETTERS_DIR: the subject in the first line, an empty line, the
body; Django's template syntax, as far as ``letter_tags`` goes. ``<name>.json`` beside it is a sample of its facts.
A LetterText row stands before the files; one that cannot be rendered is passed over, and says so to administrators.
"""

import json
import logging
import re
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, override

from apps.outbox.models import Letter, LetterText

logger = logging.getLogger(__name__)
LANGUAGES = ("zh-hans", "en")
FOOTER = "footer"
ACTING = "acting"
ADDITION = "addition"
LONGEST = 100_000


class Broken(Exception):
    """A text that cannot be rendered with the given facts; the message says why."""


class Unknown(str):
    """What a name nobody knows renders as: an exception."""

    __slots__ = ()

    def __mod__(self, name):
        raise Broken(f"Unknown name: {name}")


class LetterEngine(Engine):
    default_builtins = ["apps.outbox.letter_tags"]


ENGINE = LetterEngine(loaders=[], libraries={}, autoescape=False, string_if_invalid=Unknown("%s"))


@lru_cache(maxsize=256)
def compiled(source: str):
    return ENGINE.from_string(source)


def tag(language: str) -> str:
    """The language as HTML and mail name it (BCP 47)."""
    return "en" if language == "en" else "zh-Hans"


def names() -> list[str]:
    """The built-in texts, sorted."""
    return sorted(path.name.removesuffix(".zh-hans.txt") for path in settings.LETTERS_DIR.glob("*.zh-hans.txt"))


@lru_cache(maxsize=256)
def _read(path) -> str:
    return path.read_text(encoding="utf-8")


def built_in(name: str, language: str) -> tuple[str, str]:
    """Subject and body as they stand in the file; LookupError when there is none."""
    try:
        content = _read(settings.LETTERS_DIR / f"{name}.{language}.txt")
    except OSError:
        raise LookupError(f"No text {name!r} in {language}") from None
    subject, _, body = content.partition("\n")
    return subject, body.strip("\n")


def sample(name: str) -> dict:
    """The facts a text is tried with, from ``<name>.json``; none where there is no such file."""
    path = settings.LETTERS_DIR / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def spoken(value, language: str):
    """A copy of the facts in one language: a dict of just the two languages stands for the one that is read."""
    if isinstance(value, dict):
        if value.keys() == set(LANGUAGES):
            return value[language]
        return {key: spoken(item, language) for key, item in value.items()}
    if isinstance(value, list):
        return [spoken(item, language) for item in value]
    return value


def fill(templates: tuple[str, str], facts: dict, language: str) -> tuple[str, str]:
    """Subject (one line of at most 200 characters) and body from their templates; Broken says what is wrong."""
    values = {"site_url": settings.SITE_URL, **spoken(facts, language)}
    if "passages" in facts:
        values["passages"] = facts["passages"]  # filled while it is rendered: not a copy
    try:
        with override(language):
            subject, body = (compiled(part).render(Context(values, autoescape=False)) for part in templates)
    except Broken:
        raise
    except Exception as error:  # a template of somebody else's making fails in any way it likes
        raise Broken(f"{type(error).__name__}: {error}") from error
    subject = " ".join(subject.split())[:200]
    if not subject or len(body) > LONGEST:
        raise Broken("The subject is empty." if not subject else "The letter is too long.")
    return subject, with_addition(body.strip(), values)


def with_addition(body: str, values: dict) -> str:
    """The body with what the sender added: a paragraph of its own before the last, which names the case."""
    added = (values.get("letter") or {}).get(ADDITION, "").strip()
    if not added:
        return body
    before, gap, last = body.rpartition("\n\n")
    return f"{before}\n\n{added}\n\n{last}" if gap else f"{body}\n\n{added}"


def row_before(name: str) -> LetterText | None:
    """The row an administrator may have edited, which stands before the file."""
    return LetterText.objects.filter(name=name).first()


def source(row: LetterText | None, name: str, language: str) -> tuple[tuple[str, str], bool]:
    """The templates of subject and body, and whether a half of them was edited; a half that was not is the file's."""
    subject, body = built_in(name, language)
    halves = row.edited(language) if row else ("", "")
    return (halves[0] or subject, halves[1] or body), any(halves)


def render_by(row: LetterText | None, name: str, facts: dict, language: str) -> tuple[str, str, str]:
    """Subject, body, and why the edited text had to be passed over for the file's; empty when it had not."""
    templates, is_edited = source(row, name, language)
    try:
        return *closed(fill(templates, facts, language), facts, language), ""
    except Broken as error:
        if not is_edited:
            raise
        return *closed(fill(built_in(name, language), facts, language), facts, language), str(error)


def closed(words: tuple[str, str], facts: dict, language: str) -> tuple[str, str]:
    """Subject and body, the body closed with both names where somebody acted for an absent colleague."""
    if not facts.get("acting_for"):
        return words
    subject, body = words
    return subject, f"{body}\n\n{fill(built_in(ACTING, language), facts, language)[1]}"


def render(name: str, facts: dict, language: str) -> tuple[str, str]:
    """Subject and body of a letter in a language ("zh-hans" or "en")."""
    return render_by(row_before(name), name, facts, language)[:2]


def show(letters: Iterable[Letter]) -> list[Letter]:
    """The letters with the words they were sent with, or would be now, for a page; one query however many.

    The words of a letter that cannot be rendered at present say so: no page fails for it.
    """
    letters = list(letters)
    rows = LetterText.objects.in_bulk({letter.text for letter in letters if not letter.subject}, field_name="name")
    for letter in letters:
        if not letter.subject:
            letter.subject, letter.body = _words_or_excuse(rows.get(letter.text), letter)
    return letters


def _words_or_excuse(row: LetterText | None, letter: Letter) -> tuple[str, str]:
    try:
        return render_by(row, letter.text, letter.context, letter.language)[:2]
    except (Broken, LookupError):
        logger.exception("Letter %s cannot be shown", letter.pk)
        return gettext("Message"), gettext("This message cannot be shown at the moment. Its text is being repaired.")


def note_fault(row: LetterText, reason: str) -> None:
    """Keep on the edited text why it was passed over; the text itself stays as it is."""
    LetterText.objects.filter(pk=row.pk).update(error=reason[:500], error_at=timezone.now())


def fault(row: LetterText, languages: Iterable[str] = LANGUAGES) -> str:
    """Why a text cannot be used with its sample, in the first language it fails in; empty when it can."""
    for language in languages:
        try:
            fill(source(row, row.name, language)[0], sample(row.name), language)
        except (Broken, LookupError) as error:
            return str(error)
    return ""


def parts(subject: str, body: str, language: str) -> tuple[str, str]:
    """What travels: the body over the portal's footer as plain text, and the same as HTML.

    The HTML is paragraphs and links to this portal only; no image, style or script.
    """
    portal, notice = footer(language)
    page = {
        "lang": tag(language),
        "subject": subject,
        "paragraphs": [[segments(line) for line in part.split("\n")] for part in re.split(r"\n\s*\n", body)],
        "portal": portal,
        "notice": notice,
        "site_url": settings.SITE_URL,
    }
    return f"{body}\n\n-- \n{portal}\n{notice}\n{settings.SITE_URL}\n", render_to_string("letters/layout.html", page)


def footer(language: str) -> tuple[str, str]:
    """The portal's name, and that replies are not read: a text like the others, so that an office may word it."""
    return render(FOOTER, {}, language)


def segments(line: str) -> list[tuple[str, bool]]:
    """A line cut into pieces, each with whether it is an address of this portal."""
    pattern = rf"({re.escape(settings.SITE_URL)}(?:/[\w/.~:?#@!$&*+;=%-]*[\w/=]|/)?)(?![\w@:-]|\.\w)"
    return [(piece, bool(number % 2)) for number, piece in enumerate(re.split(pattern, line, flags=re.ASCII)) if piece]
