"""The forms of a page, sent with nothing filled in: what people see who press the button too early."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.db import transaction
from django.http import HttpResponse
from django.test import Client


@dataclass
class Form:
    action: str
    hidden: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """The POST forms within ``main``, each with its hidden fields alone."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base, self.found = base, []
        self.within, self.form = False, None

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        if tag == "main":
            self.within = True
        elif tag == "form":
            ours = self.within and given.get("method", "").lower() == "post"
            self.form = Form(urljoin(self.base, given.get("action") or "")) if ours else None
            self.found += [self.form] if ours else []
        elif tag == "input" and given.get("type") == "hidden" and self.form and given.get("name"):
            self.form.hidden[given["name"]] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "main":
            self.within = False


def forms_of(html: str, base: str) -> list[Form]:
    forms = Forms(base)
    forms.feed(html)
    return forms.found


def sent_empty(client: Client, form: Form) -> HttpResponse | None:
    """The page with its errors, or None where the form was taken or led elsewhere; nothing of it stays."""
    with transaction.atomic():
        answer = client.post(form.action, form.hidden)
        transaction.set_rollback(True)
    return answer if answer.status_code == 422 else None
