"""``manage.py describe_data`` says what the form would propose, and one sentence for a file that cannot be read."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def test_a_file_is_described_without_its_values(tmp_path):
    (tmp_path / "a.csv").write_bytes("日期,值\n2026-01-01,8.25\n".encode("gb18030"))
    said = StringIO()
    call_command("describe_data", tmp_path / "a.csv", stdout=said)
    found = json.loads(said.getvalue())
    assert [each["type"] for each in found["fields"]] == ["date", "number"]
    assert (found["records"], found["encoding"], found["last"]) == (1, "GB18030", "2026-01-01")
    assert "8.25" not in said.getvalue()


@pytest.mark.parametrize(("name", "content"), [("a.csv", b"a\n\0"), ("a.xlsx", b"no"), ("missing.csv", None)])
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError) as caught:
        call_command("describe_data", tmp_path / name)
    assert "\n" not in str(caught.value)
