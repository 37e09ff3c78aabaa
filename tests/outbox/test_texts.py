import json

import pytest

from apps.outbox import checks, letters, texts
from apps.outbox.installing import list_texts
from apps.outbox.models import LetterText
from apps.outbox.tasks import sweep_letters
from tests.outbox.conftest import FACTS, reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts_folder")]


def edit(**fields):
    return LetterText.objects.update_or_create(name="accepted", defaults=fields)[0]


def test_edited_text_stands_before_the_file_in_its_language_only():
    edit(subject_zh="收到：{{ title }}")
    assert letters.preview("accepted", FACTS, "zh-hans")[0] == "收到：浮标 <46023> & 风"
    assert "已受理" in letters.preview("accepted", FACTS, "zh-hans")[1]
    assert letters.preview("accepted", FACTS, "en")[0].endswith(": accepted")


@pytest.mark.parametrize(
    "broken",
    [
        "{% include 'layout.html' %}",
        "{% extends 'layout.html' %}",
        "{% load i18n %}",
        "{% debug %}",
        "{% url 'account_login' %}",
        "{% now 'Y' %}",
        "{% with a=title %}{{ a }}{% endwith %}",
        "{{ title|ljust:99999999 }}",
        "{{ title|safe }}",
        "{{ settings.SECRET_KEY }}",
        "{{ title.__class__ }}",
        "{{ tilte }}",
        "{{ tilte|default:'x' }}",
        "{% for item in itmes %}{{ item }}{% endfor %}",
        "{% for a in items %}{% for b in items %}{% for c in items %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% if %}x{% endif %}",
        "{{ title|day }}",
    ],
)
def test_edited_text_that_cannot_be_used_falls_back_and_is_listed_with_its_error(people, mailbox, broken):
    row = edit(body_zh=f"前 {broken}")
    assert "已受理" in letters.preview("accepted", FACTS, "zh-hans")[1]
    letters.post("accepted", "event:1", [reader(people.filer)], FACTS)
    sweep_letters()
    row.refresh_from_db()
    assert row.error
    assert row.error_at
    assert texts.fault(row)
    assert len(mailbox.taken) == 1


def test_text_reads_its_facts_and_leaves_them_as_they_were():
    edit(body_zh="{{ items.clear }}{{ items.0 }}")
    facts = {"title": "甲", "due": "2026-09-18", "items": ["乙"]}
    letters.preview("accepted", facts, "zh-hans")
    assert facts["items"] == ["乙"]


def test_optional_fact_is_asked_for_by_if():
    edit(body_zh="{% if note %}附言：{{ note }}{% endif %}完")
    assert letters.preview("accepted", FACTS, "zh-hans")[1] == "完"
    assert letters.preview("accepted", FACTS | {"note": "速办"}, "zh-hans")[1] == "附言：速办完"


def test_subject_of_several_lines_becomes_one():
    subject, _ = letters.preview("accepted", FACTS | {"title": "甲\r\nBcc: everyone@mail.example"}, "zh-hans")
    assert subject == "甲 Bcc: everyone@mail.example：已受理"


def test_check_of_the_built_in_texts_finds_what_is_missing(texts_folder):
    assert checks.check_texts() == []
    (texts_folder / "accepted.en.txt").unlink()
    (texts_folder / "lonely.zh-hans.txt").write_text("{{ nobody }}\n\nx", encoding="utf-8")
    problems = "\n".join(error.msg for error in checks.check_texts())
    assert "accepted" not in problems or "accepted (en)" in problems
    assert "lonely (zh-hans): Unknown name: nobody" in problems
    assert "lonely (en): No text" in problems


def test_list_of_texts_keeps_what_was_edited():
    edit(subject_zh="改")
    list_texts(using="default")
    list_texts(using="default")
    assert LetterText.objects.get(name="accepted").subject_zh == "改"
    assert set(texts.names()) <= set(LetterText.objects.values_list("name", flat=True))


def test_footer_is_a_text_like_the_others():
    LetterText.objects.update_or_create(name="footer", defaults={"subject_en": "Our Office", "body_zh": "{{ broken"})
    text, html = texts.parts("S", "B", "en")
    assert "Our Office" in text
    assert "Our Office" in html


def test_html_links_to_this_portal_alone():
    _, html = texts.parts(
        "S", "http://evil.example/x and http://localhost:8000.evil.example/ http://localhost:8000/a/1/?b=c", "en"
    )
    assert html.count("<a href=") == 2  # the address in the body, and the footer's
    assert 'href="http://localhost:8000/a/1/?b=c"' in html


def test_sample_is_read_from_beside_the_text(texts_folder):
    assert texts.sample("accepted") == json.loads((texts_folder / "accepted.json").read_text(encoding="utf-8"))
    assert texts.sample("footer") == {}
