"""A data file is read as a stream: what it proposes, what it warns of, and the sentence for each bad one."""

import hashlib
import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from apps.workflow import datafile
from apps.workflow.datafile import BadFile, limits, profile, reading, safe_cell
from tests.workflow import bad_files as bad

REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "ndbc_buoy_46023.csv"
TRACKS = "MMSI,船名,经度,纬度,定位时间,航速\n413456789,浙岱渔,122.1,30.2,2026-01-01 08:00:00,3.5\n413456789,浙岱渔,122.2,30.3,2026-03-31 08:10:00,\n"


def read(content: bytes | str, name: str = "data.csv", **words):
    data = content.encode() if isinstance(content, str) else content
    return profile(io.BytesIO(data), name, **words)


def types(found) -> dict[str, str]:
    return {each.name: each.type for each in found.fields}


def refusal(content: bytes | str, name: str = "data.csv") -> str:
    with translation.override("en"), pytest.raises(BadFile) as caught:
        read(content, name)
    assert len(caught.value.messages) == 1
    return caught.value.sentence


# ------------------------------------------------------------------------------------------------ what is proposed


def test_types_counts_and_the_time_span():
    found = read("日期,时刻,个数,波高,有效,说明\n2026-01-05,2026-01-05 08:00,3,0.5,是,平静\n2026-03-31,,4,1e2,否,\n")
    assert types(found) == {
        "日期": "date",
        "时刻": "time",
        "个数": "integer",
        "波高": "number",
        "有效": "boolean",
        "说明": "text",
    }
    assert (found.records, found.columns, found.complete) == (2, 6, True)
    assert (found.first, found.last) == (date(2026, 1, 5), date(2026, 3, 31))
    assert [each.empty for each in found.fields] == [0, 1, 0, 0, 0, 1]
    assert found.null_share == pytest.approx(2 / 12)


def test_a_type_widens_with_what_comes_later():
    rows = "".join(f"{n},2026-01-01,007\n" for n in range(limits.BATCH_ROWS))
    found = read(f"甲,乙,丙\n{rows}0.5,2026-01-01T08:00:00Z,8\n")
    assert types(found) == {"甲": "number", "乙": "time", "丙": "text"}
    assert types(read(f"甲,乙,丙\n{rows}x,x,x\n")) == {"甲": "text", "乙": "text", "丙": "text"}


@pytest.mark.parametrize(
    ("codec", "name", "shown"),
    [("utf-8", "a.csv", "UTF-8"), ("utf-8-sig", "a.csv", "UTF-8"), ("gb18030", "a.csv", "GB18030"), ("utf-16", "a.csv", "UTF-16"),
     ("utf-16-le", "a.csv", "UTF-16"), ("utf-16-be", "a.csv", "UTF-16"), ("utf-8", "a.tsv", "UTF-8")],
)  # fmt: skip
def test_every_encoding_gives_the_same_table(codec, name, shown):
    text = "station,note\nA,buoy\n" * 30 + "浮标𠮷,说明㐀\n"
    found = read((text.replace(",", "\t") if name == "a.tsv" else text).encode(codec), name)
    assert (found.encoding, found.records, list(types(found))) == (shown, 60, ["station", "note"])


def test_ascii_for_long_and_gb18030_only_later():
    """The first bytes beyond ASCII decide, wherever they stand."""
    found = read(b"a,b\n" + b"1,2\n" * 200_000 + "舟山,岱山\n".encode("gb18030"))
    assert (found.encoding, found.records) == ("GB18030", 200_001)


def test_headings_may_be_missing_empty_or_twice():
    found = read("1,2\n3,4\n")
    assert (found.records, list(types(found)), found.facts["no_heading"]) == (2, ["column_1", "column_2"], True)
    assert list(types(read("a,,a\nx,y,z\n"))) == ["a", "column_2", "a_3"]


@pytest.mark.parametrize("lines", [False, True])
def test_json_as_array_and_as_lines(lines):
    rows = [{"id": n, "at": "2026-01-01", "nested": {"a": [n]}, "none": None, "ok": True} for n in range(5000)]
    text = "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows, indent=1)
    found = read(text, "a.json")
    assert found.records == 5000
    assert types(found) == {"id": "integer", "at": "date", "nested": "text", "none": "text", "ok": "boolean"}


def test_a_workbook_with_days_strings_gaps_and_formulas():
    rows = bad.row(bad.text("day"), bad.text("at"), '<c t="s"><v>0</v></c>', bad.text("sum"))
    rows += bad.row(
        bad.number(46023, 1), bad.number(46023.5, 2), '<c t="s"><v>1</v></c>', '<c r="D2"><f>1+1</f><v>2</v></c>'
    )
    rows += bad.row(bad.number(46112, 1), '<c r="D3"><v>3.5</v></c>')
    found = read(bad.workbook(rows, strings=("浮标", "舟山一号")), "a.xlsx")
    assert types(found) == {"day": "date", "at": "time", "浮标": "text", "sum": "number"}
    assert (found.records, found.formulas, found.first, found.last) == (2, 1, date(2026, 1, 1), date(2026, 3, 31))
    assert found.samples[0] == ["2026-01-01", "2026-01-01 12:00:00", "舟山一号", "2"]


def test_parquet_gives_names_types_and_span(tmp_path):
    arro3 = pytest.importorskip("arro3.core")
    from arro3.io import write_parquet

    columns = {
        "id": arro3.Array(list(range(3000)), type=arro3.DataType.int64()),
        "站点": arro3.Array(["舟山"] * 2999 + [None], type=arro3.DataType.utf8()),
        "day": arro3.Array([f"2026-01-{1 + n % 28:02}" for n in range(3000)], type=arro3.DataType.utf8()),
    }
    write_parquet(arro3.Table.from_pydict(columns), tmp_path / "a.parquet")
    with (tmp_path / "a.parquet").open("rb") as stream:
        found = profile(stream, "a.parquet")
        assert datafile.count_rows(stream, "a.parquet") == 3000
    assert types(found) == {"id": "integer", "站点": "text", "day": "date"}
    assert (found.records, found.fields[1].empty, found.last) == (3000, 1, date(2026, 1, 28))


def test_the_real_data_set():
    if not REAL.exists():
        pytest.skip("the real data set is not here (../shared/data)")
    with REAL.open("rb") as stream:
        assert hashlib.file_digest(stream, "sha256").hexdigest().startswith("c329cc42")
        found = profile(stream, REAL.name)
    assert (found.records, types(found), found.findings) == (20_000, {"T": "number", "Hs": "number"}, [])


def test_samples_are_few_and_short_and_no_part_of_what_is_stored():
    found = read("a,b\n" + f"geheim,{'x' * 500}\n" * 50)
    assert len(found.samples) == limits.SAMPLE_ROWS
    assert max(map(len, found.samples[0])) == limits.SAMPLE_CELL
    stored = json.dumps(found.plain())
    assert "geheim" not in stored
    assert "xxx" not in stored


def test_time_given_is_not_overdrawn():
    found = read("a,b\n" + "1,2\n" * 5000, seconds=0)
    assert (found.records, found.complete) == (limits.BATCH_ROWS, False)
    assert read("a,b\n1,2\n", seconds=0).complete


def test_rows_are_counted_up_to_a_cap():
    assert datafile.count_rows(io.BytesIO(b"a,b\n" + b"1,2\n" * 12), "a.csv") == 12
    assert datafile.count_rows(io.BytesIO(b"a,b\n" + b"1,2\n" * 12), "a.csv", most=10) == 10


# ------------------------------------------------------------------------------------------------ personal data


def test_what_looks_personal_is_counted_and_never_shown():
    good, false = "360426199101010071", "360426199101010072"
    rows = f"张三,{good},13812345678,0580-2345678,a.b@mail.example\n李四,{false},139 1234 5678,,x\n舟山港口集团公司,,2026,,\n"
    found = read("船员姓名,证件,手机,座机,邮箱\n" + rows)
    assert {(each.kind, each.column, each.count) for each in found.findings} == {
        ("name", "船员姓名", 2), ("identity", "证件", 1), ("mobile", "手机", 2), ("landline", "座机", 1), ("email", "邮箱", 1),
    }  # fmt: skip
    assert good not in json.dumps(found.plain())


def test_measured_values_are_nobodys_phone():
    rows = "".join(f"{13.9971055 + n},{1.38123456789e10 + n / 7},0.13812345678{n}\n" for n in range(50))
    assert read(f"T,Hs,x\n{rows}").findings == []


def test_ship_place_and_time_together_are_a_track():
    found = [each for each in read(TRACKS).findings if each.kind == "track"]
    assert [(each.column, each.count) for each in found] == [("MMSI, 经度, 纬度, 定位时间", 2)]
    assert not [
        each for each in read(TRACKS.replace("MMSI", "浮标").replace("船名", "站名")).findings if each.kind == "track"
    ]


# ------------------------------------------------------------------------------------------------ bad files


def test_an_empty_file():
    assert refusal(b"") == "The file is empty: choose another."


def test_two_gibibytes_and_more(monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    assert refusal(b"a,b\n1,2\n3,4\n") == "The file is larger than 2 GiB."


@pytest.mark.parametrize(
    ("content", "name"),
    [(bad.workbook(""), "a.csv"), (b"PAR1....PAR1", "a.csv"), (b"%PDF-1.7 x", "a.csv"), (b"a,b\n1,2\n", "a.xlsx"), (b"a,b\n1,2\n", "a.parquet"),
     (b"MZ\x90\x00\x03", "a.json"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx")],
)  # fmt: skip
def test_something_else_under_a_right_name(content, name):
    assert refusal(content, name).endswith("but what is in it is something else. Save it again in that format.")


def test_an_ending_that_is_not_read():
    assert refusal(b"a,b", "a.docx").startswith("Only CSV, TSV, XLSX")
    assert refusal(bad.packed({"word/document.xml": "x"}), "a.xlsx").startswith("This is no XLSX workbook")


def test_a_workbook_that_swells_or_declares_entities():
    assert "unpacks to far more" in refusal(bad.bomb(), "a.xlsx")
    rows = bad.row(bad.text("&b;"))
    assert "declares a document type" in refusal(bad.workbook(rows, before=bad.ENTITIES), "a.xlsx")
    many = bad.packed({f"{n}.xml": "" for n in range(limits.MOST_PARTS + 1)})
    assert "unpacks to far more" in refusal(many, "a.xlsx")


def test_a_damaged_workbook_and_a_damaged_parquet():
    good = bad.workbook(bad.row(bad.text("a"), bad.text("b")) * 2000)
    middle = len(good) // 3
    assert refusal(good[:middle] + b"\xff" * 40 + good[middle + 40 :], "a.xlsx")
    assert "damaged" in refusal(b"PAR1" + b"x" * 100 + (8).to_bytes(4, "little") + b"PAR1", "a.parquet")
    assert "damaged" in refusal(b"PAR1" + b"x" * 100 + (2**31).to_bytes(4, "little") + b"PAR1", "a.parquet")


def test_a_null_character_is_named_by_its_row():
    assert refusal("a,b\n1,2\n3,\0\n").startswith("Row 3 holds a null character (U+0000)")
    assert refusal("甲,乙\n1,\0\n".encode("utf-16")).startswith("Row 2 holds a null character")


def test_a_broken_encoding_is_named_by_row_and_byte():
    head = "站点,值\n舟山,1\n".encode()
    assert refusal(head + b"\xff\xfe,2\n").startswith(
        f"Row 3 cannot be read as UTF-8: byte {len(head) + 1} of the file"
    )
    wide = "站点,值\n".encode("gb18030")
    assert refusal(wide + b"1,2\n\xff\xff,2\n").startswith(f"Row 3 cannot be read as GB18030: byte {len(wide) + 5} of")


@pytest.mark.parametrize("ending", ["a.csv", "a.json"])
def test_a_line_without_end(ending):
    line = b'[{"a":"' + b"x" * 3_000_000 if ending == "a.json" else b"a,b\n" + b"x" * 3_000_000
    assert "longer than a million characters" in refusal(line, ending)


def test_a_quotation_mark_never_closed():
    assert refusal('a,b\n1,"2\n' + "3,4\n" * 100_000).startswith("Row ")
    assert "not closed" in refusal("a,b\n" + '1,"x\n y",' * 5000)


def test_three_hundred_columns_are_read_and_the_rest_is_counted():
    found = read(",".join(f"c{n}" for n in range(412)) + "\n" + ",".join("1" * 412) + "\n")
    assert (found.columns, len(found.fields), found.fields[-1].name) == (412, 300, "c299")


def test_formula_cells_are_counted_and_made_harmless_on_the_way_out():
    found = read('a,b\n=cmd|calc,-1.5\n@SUM(A1),+x\n"=HYPERLINK(""http://x"")",-\n')
    assert found.formulas == 4
    assert [safe_cell(cell) for cell in ("=1+1", "@x", "-1.5", "+86 x", "plain")] == [
        "'=1+1",
        "'@x",
        "-1.5",
        "'+86 x",
        "plain",
    ]


def test_web_code_in_cells_and_headings_is_text():
    found = read("<b>a</b>,b\n<script>alert(1)</script>,2\n")
    assert (found.fields[0].name, found.fields[0].type) == ("<b>a</b>", "text")


def test_a_heading_that_turns_the_direction_of_writing():
    assert refusal("a,\u202egnp.exe\n1,2\n").startswith("The heading of column 2 holds characters that nobody sees")


def test_ragged_rows_are_counted_and_the_first_is_named():
    found = read("a,b\n1,2\n1\n1,2,3\n1,2\n")
    assert (found.records, found.ragged, found.first_ragged) == (4, 2, 2)


@pytest.mark.parametrize("content", ['[{"a": 1}, 2]', '[{"a": 1}', '{"a": 1} x', "[" * 100_000, '{"a": {}'])
def test_broken_json(content):
    assert "JSON" in refusal(content, "a.json")
