"""Tables of the form edited like a sheet, with and without scripts: blocks of text, rows moved, keys that stay."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from apps.applications.forms import SourcesForm, StructureForm
from apps.workflow.difference import difference
from apps.workflow.models import Document, Draft
from tests.portal.forms import paper, words
from tests.portal.test_filing import begin, fill, send

RARE = "𠮷" * 3  # four bytes each in UTF-8


def source(at: int, key: str, licensor: str, method: str = "contract", ends_on: str = "") -> dict[str, str]:
    return {
        f"sources-{at}-key": key, f"sources-{at}-kind": "enterprise", f"sources-{at}-method": method,
        f"sources-{at}-licensor": licensor, f"sources-{at}-ends_on": ends_on,
    }  # fmt: skip


def posted(**values) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data[name] = value
    return data


def test_block_of_text_becomes_rows_after_those_typed(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    block = f'字段\tFormat\n波高\tnumber\t"有效波高，""米"""\r\n{RARE}\ttext\n\n风速\tnumber'
    send(client, draft, "structure", {**typed["structure"], "fields_-paste": block, "add_row": "fields_"})
    draft.refresh_from_db()
    rows = draft.data["structure"]["fields_"]
    assert [row["name"] for row in rows] == ["Hs", "字段", "波高", RARE, "风速"]
    assert rows[2]["note"] == '有效波高，"米"'
    page = client.get(reverse("portal:draft", args=[draft.pk, "structure"])).content.decode()
    assert RARE in page


def test_headings_in_the_block_are_left_out_and_choices_read_by_their_words():
    with translation.override("zh-hans"):
        labels = "\t".join(str(column.label) for column in SourcesForm.base_fields["sources"].columns)
        kind = dict(SourcesForm.base_fields["sources"].columns[0].field.choices)["enterprise"]
        form = SourcesForm(posted(**{"sources-paste": f"{labels}\n{kind}\tcontract\t东海浮标\t\n"}))
        assert form.is_valid(), form.errors
    assert form.cleaned_data["sources"] == [
        {"key": "1", "kind": "enterprise", "method": "contract", "licensor": "东海浮标", "ends_on": ""}
    ]


def test_three_hundred_rows_fit_and_one_more_is_a_sentence():
    block = "\n".join(f"f{number}\tnumber\tx" for number in range(300))
    rest = {"data_type": "structured", "record_count": "1", "volume_bytes": "1", "formats": "csv", "update_frequency": "static"}  # fmt: skip
    form = StructureForm(posted(**rest, **{"fields_-paste": block}))
    assert form.is_valid(), form.errors
    assert len(form.cleaned_data["fields_"]) == 300
    form = StructureForm(posted(**rest, **{"fields_-paste": f"{block}\nf300\tnumber\tx"}))
    assert "300" in form.errors["fields_"][0]


def test_every_faulty_cell_is_told():
    field = StructureForm.base_fields["fields_"]
    with pytest.raises(ValidationError) as told:
        field.clean([{"name": "", "type": "x"}, {"name": "a\u202eb", "type": ""}])
    assert len(told.value.messages) == 3


def test_rows_move_with_their_files_without_scripts(people, organisations, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    rows = {**source(0, "1", "东海浮标公司"), **source(1, "2", "舟山港务公司")}
    send(client, draft, "sources", rows, **{"file_sources.2": paper("港务合同.pdf", b"%PDF-1.4"), "add_row": "sources"})
    send(client, draft, "sources", {**rows, "row": "sources:up:1"})
    draft.refresh_from_db()
    assert [(row["key"], row["licensor"]) for row in draft.data["sources"]["sources"]] == [
        ("2", "舟山港务公司"), ("1", "东海浮标公司"),
    ]  # fmt: skip
    page = client.get(reverse("portal:draft", args=[draft.pk, "sources"])).content.decode()
    assert page.index("舟山港务公司") < page.index("港务合同.pdf") < page.index("东海浮标公司")
    send(client, draft, "sources", {**source(0, "2", "舟山港务公司"), **source(1, "1", "东海浮标公司"), "row": "sources:delete:0"})  # fmt: skip
    draft.refresh_from_db()
    assert [row["key"] for row in draft.data["sources"]["sources"]] == ["1"]
    again = client.get(reverse("portal:draft", args=[draft.pk, "sources"])).content.decode()
    assert "港务合同.pdf" not in again
    assert 'name="file_sources.2"' not in again  # the deleted row's key is not given to another


def test_source_without_its_proof_stays_on_the_page(people, organisations, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    rows = {**source(0, "1", "东海浮标公司"), **source(1, "2", "公开网站", "open")}
    page = send(client, draft, "sources", rows)
    assert [error.target for error in page.context["errors"]] == ["id_file_sources.1"]
    assert 'value="东海浮标公司"' in page.content.decode()
    gone_on = send(client, draft, "sources", rows, **{"file_sources.1": paper("合同.pdf", b"%PDF-1.4")})
    assert gone_on["Location"] == reverse("portal:draft", args=[draft.pk, "structure"])


def test_term_is_told_at_once(people, organisations, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    rows = {**source(0, "1", "远海公司", ends_on="2099-12-31"), **source(1, "2", "东海浮标公司", ends_on="2027-03-31")}
    saved = client.post(reverse("portal:draft_save", args=[draft.pk, "sources"]), rows)
    assert "2027-03-31" in saved.json()["note"]
    assert "东海浮标公司" in saved.json()["note"]
    page = client.get(reverse("portal:draft", args=[draft.pk, "sources"]))
    assert saved.json()["note"] in words(page)
    none = client.post(
        reverse("portal:draft_save", args=[draft.pk, "sources"]), source(0, "1", "x", ends_on="kein Tag")
    )
    assert none.json()["note"] == ""


def test_proof_of_a_deleted_source_is_not_filed(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    extra = {**typed["sources"], **source(1, "2", "舟山港务公司")}
    send(client, draft, "sources", extra, **{"file_sources.2": paper("港务合同.pdf", b"%PDF-1.4")})
    send(client, draft, "sources", typed["sources"])
    client.post(reverse("portal:draft_review", args=[draft.pk]))
    case = Draft.objects.get(pk=draft.pk).case
    assert case is not None
    assert not Document.objects.filter(case=case, path="sources.2").exists()
    assert case.application.sources[0]["key"] == "1"


def test_difference_follows_a_row_that_moved():
    before = {"sources": [{"key": "1", "licensor": "甲"}, {"key": "2", "licensor": "乙"}]}
    after = {"sources": [{"key": "2", "licensor": "丙"}, {"key": "1", "licensor": "甲"}]}
    assert [(c.path, c.before, c.after) for c in difference(before, after)] == [("sources.2.licensor", "乙", "丙")]
    old = {"sources": [{"licensor": "甲"}]}
    assert difference(old, {"sources": [{"key": "1", "licensor": "甲"}]}) == []
