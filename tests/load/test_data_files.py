"""Memory is flat whatever the size of a data file: each is read in a process of its own, whose peak is told."""

import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

FLAT = 24  # MiB between the peak of a small file and that of a large one
RUNS = (
    ("csv", 10, 1024, ""), ("json", 10, 256, ""), ("xlsx", 10, 128, ""), ("parquet", 10, 100, ""),
    ("line", 10, 1024, "line"), ("bomb", 64, 1024, "bomb"),
)  # fmt: skip


def read(kind: str, mebibytes: int) -> dict:
    command = [sys.executable, "-m", "tests.load.read_data_file", kind, str(mebibytes)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.prove
@pytest.mark.parametrize(("kind", "small", "large", "refused"), RUNS)
def test_peak_memory_is_flat(kind, small, large, refused, capsys):
    if connection.vendor != "sqlite":
        pytest.skip("no database is asked: once is enough")
    little, much = read(kind, small), read(kind, large)
    with capsys.disabled():
        print(
            f"\n{kind}: {large} MiB read in {much['seconds']} s, peak {much['peak']} MiB; {small} MiB: {little['peak']} MiB"
        )
    assert (much["refused"], little["refused"]) == (refused, refused)
    assert refused or much["records"] > little["records"] > 0
    assert much["peak"] - little["peak"] < FLAT
