"""Read one generated data file in a process of its own and say as JSON what came of it, and the peak of its memory.

python -m tests.load.read_data_file csv|line|json|xlsx|bomb|parquet MEBIBYTES
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator

MIB = 1024 * 1024
HEAD = b"station,time,wave_height,period,remark\n"
ROW = "46023,2026-01-05 08:00:00,4.997,13.99,平静海况，风力三级，能见度良好，无异常\n".encode()


class Repeated(io.RawIOBase):
    """A seekable stream of ``head`` and then ``row`` over and over, up to a size; nothing of it is held."""

    def __init__(self, head: bytes, row: bytes, size: int) -> None:
        self.head, self.block = head, row * max(1, MIB // len(row))
        self.size, self.at = size // len(row) * len(row) + len(head), 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset + (self.size if whence == 2 else self.at if whence == 1 else 0)
        return self.at

    def read(self, count: int = -1) -> bytes:
        parts, wanted = [], min(count if count >= 0 else self.size, self.size - self.at)
        while wanted > 0:
            source, start = (
                (self.head, self.at)
                if self.at < len(self.head)
                else (self.block, (self.at - len(self.head)) % len(self.block))
            )
            part = source[start : start + wanted]
            parts.append(part)
            self.at += len(part)
            wanted -= len(part)
        return b"".join(parts)


def workbook(rows: Iterator[bytes]) -> io.IOBase:
    """A workbook on disk whose one sheet is made of these pieces."""
    from tests.workflow import bad_files

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the reader's, as long as the process lives
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("xl/workbook.xml", bad_files.WORKBOOK)
        folder.writestr("xl/_rels/workbook.xml.rels", bad_files.RELATIONS)
        with folder.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.writelines(rows)
    file.seek(0)
    return file


def sheet(size: int) -> Iterator[bytes]:
    before, after = bad_rows()
    yield before
    done = number = 0
    while done < size:
        number += 1
        cells = "".join(f"<c><v>{(number * 7919 + n * 104_729) % 999_983 / 1000}</v></c>" for n in range(8))
        row = f'<row r="{number}"><c t="inlineStr"><is><t>station {number}</t></is></c>{cells}</row>'.encode()
        done += len(row)
        yield row
    yield after


def swollen(size: int) -> Iterator[bytes]:
    before, after = bad_rows()
    yield before
    for _number in range(size // MIB):
        yield b" " * MIB
    yield after


def bad_rows() -> list[bytes]:
    from tests.workflow import bad_files

    return [part.encode() for part in bad_files.SHEET.split("{}")]


def parquet(size: int) -> io.IOBase:
    """Written in row groups by a process of its own: its memory is none of the reader's."""
    import subprocess

    path = os.path.join(tempfile.mkdtemp(), "a.parquet")
    code = (
        "import sys; from arro3.core import Array, DataType, Table; from arro3.io import write_parquet\n"
        "n = int(sys.argv[2]) // 24\n"
        "t = Table.from_pydict({'i': Array(list(range(n)), type=DataType.int64()), 's': Array([f'{j:016}' for j in range(n)], type=DataType.utf8())})\n"
        "write_parquet(t, sys.argv[1], max_row_group_size=100_000, compression='zstd(1)')\n"
    )
    subprocess.run([sys.executable, "-c", code, path, str(size)], check=True)
    file = open(path, "rb")  # noqa: SIM115
    os.unlink(path)
    return file


SOURCES = {
    "csv": lambda size: (Repeated(HEAD, ROW, size), "a.csv"),
    "line": lambda size: (Repeated(b"a,b\n", b"x" * 1000, size), "a.csv"),
    "json": lambda size: (Repeated(b"", b'{"station": "46023", "wave": 4.997, "remark": "calm"}\n', size), "a.jsonl"),
    "xlsx": lambda size: (workbook(sheet(size)), "a.xlsx"),
    "bomb": lambda size: (workbook(swollen(size)), "a.xlsx"),
    "parquet": lambda size: (parquet(size), "a.parquet"),
}  # fmt: skip


def main(kind: str, mebibytes: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from apps.workflow.datafile import BadFile, profile

    stream, name = SOURCES[kind](int(mebibytes) * MIB)
    began = time.monotonic()
    try:
        records, refused = profile(stream, name).records, ""
    except BadFile as fault:
        records, refused = 0, fault.code
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        json.dumps(
            {"records": records, "refused": refused, "peak": peak, "seconds": round(time.monotonic() - began, 1)}
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
