"""The structure step proposed from the data file: read, compared, taken over part by part, and not kept unless asked."""

import pytest
from django.urls import reverse

from apps.workflow.models import Document, Draft
from tests.portal.forms import paper, words
from tests.portal.test_filing import begin, send

CONTENT = "时间,MMSI,经度,纬度,Hs,手机\n2026-01-01,413456789,122.1,30.2,1.5,13812345678\n2026-03-31,413456789,122.1,30.2,2,\n".encode()


@pytest.fixture
def client(people, organisations, sign_in):
    return sign_in(people.filer)


@pytest.fixture
def draft(client) -> Draft:
    return begin(client)


def address(draft: Draft) -> str:
    return reverse("portal:draft_datafile", args=[draft.pk])


def read(client, draft, content=CONTENT, name="海况.csv", **more):
    return client.post(address(draft), {"datafile": paper(name, content), **more})


def test_a_file_is_read_shown_and_not_kept(client, draft):
    page = read(client, draft)
    assert page.status_code == 200
    said = words(page)
    assert "13812345678" in said  # the first rows, shown to whoever handed them in
    assert "手机" in said
    draft.refresh_from_db()
    assert "13812345678" not in str(draft.data)
    assert {each["kind"] for each in draft.data["proposal"]["findings"]} == {"mobile", "track"}
    assert not Document.objects.exists()
    assert "13812345678" not in words(client.get(address(draft)))


def test_what_is_ticked_is_taken_over_and_nothing_else(client, draft, typed):
    send(client, draft, "structure", typed["structure"])
    read(client, draft)
    page = client.post(address(draft), {"take": "1", "part": ["fields_"]})
    assert page["Location"] == reverse("portal:draft", args=[draft.pk, "structure"])
    draft.refresh_from_db()
    kept = draft.data["structure"]
    assert [row["name"] for row in kept["fields_"]] == ["时间", "MMSI", "经度", "纬度", "Hs", "手机"]
    assert next(row for row in kept["fields_"] if row["name"] == "Hs")["note"] == "有效波高，米"
    assert (kept["record_count"], kept["volume_bytes"]) == ("20000", "738215")
    client.post(address(draft), {"take": "1", "part": ["record_count", "volume_bytes", "formats", "nonsense"]})
    draft.refresh_from_db()
    kept = draft.data["structure"]
    assert (kept["record_count"], kept["volume_bytes"], kept["formats"]) == ("2", str(len(CONTENT)), ["csv"])
    assert "nonsense" not in kept


def test_only_what_is_not_typed_is_ticked(client, draft, typed):
    send(client, draft, "structure", {**typed["structure"], "volume_bytes": ""})
    page = read(client, draft).content.decode()
    assert 'value="volume_bytes" id="id_part_volume_bytes" checked' in page
    assert 'value="record_count" id="id_part_record_count">' in page


def test_what_was_typed_beside_the_file_is_kept_with_it(client, draft, typed):
    read(client, draft, b"", "empty.csv", **{**typed["structure"], "record_count": "77"})
    draft.refresh_from_db()
    assert draft.data["structure"]["record_count"] == "77"
    assert (
        'type="file" name="datafile"'
        in client.get(reverse("portal:draft", args=[draft.pk, "structure"])).content.decode()
    )


@pytest.mark.parametrize("content", [b"", b"a,b\n1,\0\n", b"PK\x03\x04"])
def test_a_bad_file_is_one_sentence_and_the_proposal_before_stays(client, draft, content):
    read(client, draft)
    page = read(client, draft, content)
    assert page.status_code == 422
    assert page.content.decode().count('class="invalid-feedback"') <= 1
    draft.refresh_from_db()
    assert draft.data["proposal"]["records"] == 2


def test_the_file_is_kept_as_the_sample_when_asked(client, draft):
    read(client, draft, keep_sample="on")
    assert list(Document.objects.values_list("path", "name", "draft")) == [("sample", "海况.csv", draft.pk)]


def test_web_code_in_a_file_is_shown_as_text(client, draft):
    page = read(client, draft, b"<b>x</b>,b\n<script>alert(1)</script>,2\n").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<b>x" not in page


def test_a_reader_and_a_stranger_have_no_such_page(people, draft, sign_in):
    for user in (people.reader, people.rival):
        assert sign_in(user).get(address(draft)).status_code == 404
        assert read(sign_in(user), draft).status_code == 404
