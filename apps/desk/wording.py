"""How an official words the letters of a move: the free passages and an addition; the fixed parts stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import no_nul
from apps.outbox.texts import ADDITION, LANGUAGES
from apps.pages.forms import PortalFormMixin
from apps.pages.preview import Letter

LONGEST = 2000
LANGUAGE_NAMES = {"zh-hans": _("Chinese"), "en": _("English")}
PASSAGES = {"opening": _("Opening words"), ADDITION: _("Addition")}


class WordingForm(PortalFormMixin, forms.Form):
    """The passages of each letter in each language that somebody reads.

    ``wording`` is what ``perform`` takes: text to language to passage to words, what stands as it was left out. Who
    reads the language in which nothing was added gets the addition as it was written.
    """

    def __init__(self, data=None, *, letters: list[Letter]) -> None:
        self.letters = letters
        super().__init__(data)
        several = len({letter.text for letter in letters}) > 1
        for letter, passage, words in self.slots():
            self.fields[name_of(letter, passage)] = forms.CharField(
                label=format_lazy("{} · {}", PASSAGES.get(passage, passage), LANGUAGE_NAMES[letter.language]),
                help_text=subject_of(letter) if several else "", initial=words, required=False, max_length=LONGEST, validators=[no_nul],
                widget=forms.Textarea(attrs={"rows": 3, "lang": "en" if letter.language == "en" else "zh-Hans"}),
            )  # fmt: skip

    def slots(self) -> Iterator[tuple[Letter, str, str]]:
        for letter in self.letters:
            for passage, words in (*letter.passages.items(), (ADDITION, "")):
                yield letter, passage, words

    @property
    def wording(self) -> dict[str, Any]:
        found: dict[str, dict[str, dict[str, str]]] = {}
        for letter, passage, standing in self.slots():
            words = self.cleaned_data.get(name_of(letter, passage), "").replace("\r\n", "\n").strip()
            if words and words != standing:
                empty: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
                found.setdefault(letter.text, empty)[letter.language][passage] = words
        for languages in found.values():
            spoken = next((each[ADDITION] for each in languages.values() if ADDITION in each), "")
            for each in languages.values():
                each.setdefault(ADDITION, spoken)
        return found


def subject_of(letter: Letter) -> SafeString:
    """Which letter it is: its subject, in the language of its readers."""
    language = "en" if letter.language == "en" else "zh-Hans"
    return format_html('<span lang="{}" translate="no">{}</span>', language, letter.subject)


def name_of(letter: Letter, passage: str) -> str:
    return f"letter-{letter.text.replace('.', '_')}-{letter.language}-{passage}"
