"""Bad input at every door: text that turns, breaks or executes, and files that lie. A clear sentence, nothing lost."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from io import BytesIO

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, models, transaction
from django.urls import reverse
from django.utils.html import escape

import apps
from apps.outbox import texts
from apps.outbox.models import Letter
from apps.workflow import documents
from apps.workflow.documents import keep
from apps.workflow.machine import perform
from apps.workflow.models import Clock, Document, Draft
from tests import ways
from tests.gate.entries import Entry
from tests.gate.table import TABLE
from tests.gate.test_matrix import LEFT_OUT, act, prepare, text
from tests.gate.world import NOTE, World

pytestmark = pytest.mark.one_engine
HTML = '<script>alert(46023)</script><img src=x onerror="alert(46023)">'
RARE = "𠮷𪚥㐂𬜬"  # characters of four bytes, as they stand in names
TURNING = "甲\u202e乙"
NUL = "甲\0乙"


@pytest.fixture
def world(db, people, organisations, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return World(people, organisations)


# ------------------------------------------------------------------------------------------------ every form


def text_fields() -> list[tuple[str, forms.CharField]]:
    """Every text field of every form of ours, cells of tables included, with its name."""
    for module in pkgutil.walk_packages(apps.__path__, "apps."):
        if ".migrations." not in module.name and ".management." not in module.name:
            importlib.import_module(module.name)
    found = []
    for form in all_below(forms.BaseForm):
        for name, field in getattr(form, "base_fields", {}).items() if form.__module__.startswith("apps.") else ():
            cells = [(f"{name}.{column.name}", column.field) for column in getattr(field, "columns", ())]
            found += [(f"{form.__name__}.{key}", each) for key, each in (cells or [(name, field)])]
    return [(key, field) for key, field in found if isinstance(field, forms.CharField)]


def all_below(kind: type) -> list[type]:
    return [found for below in kind.__subclasses__() for found in (below, *all_below(below))]


def outcome(field: forms.CharField, value: str) -> tuple[str, list[str]]:
    """What a field makes of a value, or why it refuses it; its length is not the matter here."""
    try:
        cleaned = field.to_python(value)
        field.run_validators(cleaned)
    except ValidationError as fault:
        return "", fault.messages
    return cleaned, []


def test_there_are_forms_to_walk():
    assert len(text_fields()) > 100


@pytest.mark.parametrize("value", [NUL, TURNING])
def test_no_text_field_takes_what_breaks_or_turns_the_text(value):
    open_doors = [key for key, field in text_fields() if not outcome(field, value)[1]]
    assert not open_doors


@pytest.mark.parametrize("value", [RARE, HTML, "=cmd|' /C calc'!A0"])
def test_a_text_field_keeps_what_is_typed_or_says_why_not(value):
    changed = [
        key
        for key, field in text_fields()
        if outcome(field, value) not in ((value, []),) and not outcome(field, value)[1]
    ]
    assert not changed


# ------------------------------------------------------------------------------------------------ every page


def written(model: type[models.Model]) -> list[models.Field]:
    """The columns that hold what people wrote: text that is no code, no number of a case, no key of ours."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
        and not field.unique
        and field.name in WRITTEN
    ]  # fmt: skip


WRITTEN = frozenset({
    "title", "name", "full_name", "comment", "note", "reason", "statement", "scenario", "algorithm", "remark", "address",
    "legal_representative", "contact_name", "data_name", "collection", "chain_name", "keeper", "by_name", "purpose",
    "subject", "body", "right_hurt", "reply", "object_name", "fields", "name_en", "holder", "grounds", "subject_zh", "text",
})  # fmt: skip


def poison() -> int:
    """Write web code into every such column of every row that lets itself be written; how many columns took it."""
    taken = 0
    for model in {type(row) for row in everything()}:
        for field in written(model):
            value = [{"name": HTML, "type": HTML, "note": HTML}] if isinstance(field, models.JSONField) else HTML
            value = value[: field.max_length] if isinstance(value, str) and field.max_length else value
            try:
                with transaction.atomic():
                    taken += bool(model.objects.update(**{field.name: value}))
            except (DatabaseError, TypeError):  # a row that only grows, or a rule of the database: it stays as it is
                assert model, field
    return taken


def everything() -> list[models.Model]:
    from django.apps import apps as registry

    return [
        row
        for config in registry.get_app_configs()
        if config.name.startswith("apps.") and config.label not in {*LEFT_OUT, "outbox"}
        for model in config.get_models()
        if model is not Clock  # whose name is a code of ours
        for row in model.objects.all()[:1]
    ]


def test_web_code_is_shown_as_text_on_every_page(people, organisations, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    shown = 0
    for entry in (each for each in TABLE if each.method == "GET" and each.enter == "session" and not each.settings):
        with transaction.atomic():
            world = World(people, organisations)
            prepare(entry, world, settings)
            taken = poison()
            answer = act(entry, world, world.browser)
            transaction.set_rollback(True)
        page = text(answer)
        assert taken, f"{entry}: nothing could be written"
        assert answer.status_code in (*entry.status, 404), f"{entry} fails"
        assert "<script>alert(46023)" not in page, f"{entry} lets web code through"
        assert '<img src=x onerror="alert' not in page, f"{entry} lets web code through"
        shown += escape("<script>alert(46023)") in page
    assert shown > 15, "hardly a page shows what was written: the test sees nothing"


def test_web_code_in_a_comment_is_shown_as_text_in_the_story_and_in_the_letter(world):
    case = ways.walk(world.filed, world.people, "examining")
    perform(case.pk, "ask_correction", actor=world.people.clerk, data={"items": [{**NOTE, "note": HTML}]}, comment=HTML)
    letter = Letter.objects.filter(case_pk=world.filed.pk, text="case.correction").first()
    assert "alert(46023)" in letter.shown()[1]
    for name, page, query in (("clerk", "desk:case", {"tab": "story"}), ("filer", "portal:answer", {})):
        shown = text(world.client(name).get(reverse(page, args=[case.pk]), query))
        assert "<script>alert(46023)" not in shown
        words = re.sub(r"</?span[^>]*>", "", shown)  # the other language is marked
        assert escape("<script>alert(46023)") in words
    html = texts.parts(*letter.shown(), "zh-hans")[1]
    assert "<script" not in html


# ------------------------------------------------------------------------------------------------ every door


def free_text(body: dict) -> dict[str, str]:
    """The values of a body that a person wrote: those with Chinese in them."""
    return {
        key: value
        for key, value in body.items()
        if isinstance(value, str) and any("\u4e00" <= sign <= "\u9fff" for sign in value)
    }


WRITING = [entry for entry in TABLE if entry.method == "POST" and entry.enter == "session" and not entry.settings]


@pytest.mark.parametrize("mark", ["\0", "\u202e"], ids=["nul", "turning"])
def test_what_cannot_be_kept_is_refused_in_a_sentence_and_shown_again(mark, people, organisations, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    tried = 0
    for entry in WRITING:
        with transaction.atomic():
            world = World(people, organisations)
            tried += write_badly(entry, world, mark, settings)
            transaction.set_rollback(True)
    assert tried > 5


def write_badly(entry: Entry, world: World, mark: str, settings) -> bool:
    """Send an entry's body with a bad mark before all that a person typed; False where nobody types anything."""
    prepare(entry, world, settings)
    body = entry.body(world, world.args)
    typed = free_text(body)
    bad = {**body, **{key: mark + value for key, value in typed.items()}}
    answer = world.browser.post(reverse(entry.name, args=world.args), bad) if typed else None
    if answer is None:
        return False
    assert answer.status_code < 500, f"{entry} fails at U+{ord(mark):04X}"
    assert mark not in stored(), f"{entry} keeps U+{ord(mark):04X}"
    if answer.status_code in (200, 422):
        again = text(answer)
        lost = [key for key, value in typed.items() if escape(value.strip())[:40] not in again]
        assert not lost, f"{entry} loses {lost}"
    return True


def stored() -> str:
    """What cases and registers hold; a draft keeps even what is wrong, for its owner to mend."""
    rows = [
        list(model.objects.values_list(*[f.attname for f in written(model)]))
        for model in {type(r) for r in everything()}
        if written(model) and model is not Draft
    ]
    return str([str(row) for row in rows]).replace("\\x00", "\0").replace("\\u202e", "\u202e")


def test_a_draft_with_a_null_character_is_no_failure(world):
    """PostgreSQL cannot keep U+0000 in JSON either: it is taken out of what is kept, and the page says what is wrong."""
    url = reverse("portal:draft", args=[world.draft.pk, "basics"])
    answer = world.client("filer").post(url, {**world.typed["basics"], "name": f"浪高{NUL}"})
    assert answer.status_code in (200, 422)
    assert "\\u0000" not in json.dumps(Draft.objects.get(pk=world.draft.pk).data)


def test_rare_characters_survive_from_the_form_to_the_page(world):
    name = f"舟山{RARE}浪高数据集"
    client = world.client("filer")
    url = reverse("portal:draft", args=[world.draft.pk, "basics"])
    client.post(url, {**world.typed["basics"], "name": name})
    assert name in text(client.get(url))
    assert Draft.objects.get(pk=world.draft.pk).data["basics"]["name"] == name


@pytest.mark.parametrize("day", ["2039-12-30", "9999-12-31", "0001-01-01"])
def test_a_day_of_an_unpublished_year_is_computed_as_provisional_or_refused(world, day):
    answer = world.client("clerk").get(reverse("desk:deadline"), {"start": day, "count": "10", "unit": "workday"})
    assert answer.status_code in (200, 422)
    found = answer.context["found"]
    assert (found is not None and found.provisional) or answer.context["form"].errors


# ------------------------------------------------------------------------------------------------ every file


def refused(content: bytes, name: str) -> str:
    with pytest.raises(ValidationError) as caught:
        keep([content] if content else [], name, path="sample", by=None)
    assert len(caught.value.messages) == 1
    assert not Document.objects.exists()
    assert not [path for path in documents.path_of("0" * 64).parents[2].rglob("*") if path.is_file()], (
        "a refused file stays on disk"
    )
    return caught.value.code


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(b"", "a.csv", "size"), (b"MZ\x90\0rest", "a.csv", "type"), (b"\x7fELF\x02rest", "a.pdf", "type"), (b"a,b\n", "a\u202ecsv.exe", "bidi"),
     (b"<!doctype html><script>alert(1)</script>", "a.pdf", "type"), (b"a,b\n", "a\0.csv", "nul"), (b" \n<HTML><body>", "a.txt", "type")],
)  # fmt: skip
def test_a_file_that_cannot_be_kept(content, name, code, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert refused(content, name) == code


@pytest.mark.django_db
def test_a_file_beyond_the_limit_leaves_nothing_behind(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(documents, "LIMIT", 1000)
    assert refused(b"x" * 1001, "a.csv") == "size"


def test_a_bad_file_beside_a_form_loses_nothing_typed(world):
    world.evidence  # noqa: B018 - a deposit to choose
    url = reverse("portal:draft", args=[world.draft.pk, "evidence"])
    bad = SimpleUploadedFile("a.csv", BytesIO(b"MZ\x90\0").read())
    answer = world.client("filer").post(url, {**world.typed["evidence"], "file_sample": bad})
    assert Draft.objects.get(pk=world.draft.pk).data["evidence"]["formed_on"] == world.typed["evidence"]["formed_on"]
    assert world.typed["evidence"]["formed_on"] in text(answer)
    assert not Document.objects.filter(draft=world.draft).exists()
