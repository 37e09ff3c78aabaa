"""The benchmark: every page as a multiple of a bare view, with its queries and its growth from 10^3 to 10^5 cases.

python -m tests.load.bench [PATH] [--million] [--rounds N] [--most N]

PostgreSQL where DATABASE_URL names one, SQLite beside it, each in a process, a database and a data folder of its own.
Times on a shared machine drift: ratios are of one run, floor and page in turns. What misses its aim is marked.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SIZES = (1_000, 10_000, 100_000, 1_000_000)
GROWTH = 1.2
QUERIES = 15
PROFILE = {"SITE_URL": "https://bench.example", "SECRET_KEY": "bench", "LOG_LEVEL": "ERROR"}


def main(arguments: list[str]) -> int:
    options = read(arguments)
    if options.engine:
        from tests.load.engine import run

        run(options.engine, [size for size in SIZES if size <= options.most], options.rounds)
        return 0
    engines = (["postgresql"] if os.environ.get("DATABASE_URL", "").startswith("postgres") else []) + ["sqlite"]
    found = {engine: in_a_process(engine, options) for engine in engines if engine in options.engines}
    if options.path:
        Path(options.path).write_text(json.dumps(found, indent=1, ensure_ascii=False))
    sys.stdout.write(table(found))
    return 0


def read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("path", nargs="?", help="where the numbers go as JSON")
    parser.add_argument("--most", type=int, default=100_000, help="the largest number of cases")
    parser.add_argument("--million", action="store_const", const=1_000_000, dest="most", help="up to 10^6 cases")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--engines", nargs="+", default=["postgresql", "sqlite"])
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def in_a_process(engine: str, options: argparse.Namespace) -> dict[str, Any]:
    """The numbers of one engine, by size; the process and its data folder are gone afterwards."""
    surroundings = {name: value for name, value in os.environ.items() if name not in ("DEMO", "TESTING", "DEBUG")}
    if engine == "sqlite":
        surroundings.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        out = Path(folder) / "numbers.json"
        command = [sys.executable, "-m", "tests.load.bench", "--engine", str(out)]
        command += ["--most", str(options.most), "--rounds", str(options.rounds)]
        subprocess.run(command, cwd=ROOT, env=surroundings | PROFILE | {"DATA_DIR": folder}, check=True)
        return json.loads(out.read_text())


# ------------------------------------------------------------------------------------------------ the table


def table(found: dict[str, dict[str, dict[str, Any]]]) -> str:
    """A line for each thing measured; PostgreSQL in full, SQLite as one column of multiples."""
    first, *rest = found
    sizes = list(found[first])
    names = list(found[first][sizes[-1]])
    head = f"{'':34}{first + ', × floor at ' + ' / '.join(sizes):40}{'queries':>8}{'growth':>8}{'aim':>8}"
    lines = [head + (f"{rest[0]:>10}" if rest else "")]
    for name in names:
        rows = [found[first][size][name] for size in sizes]
        other = shown(found[rest[0]][sizes[-1]][name]) if rest else ""
        lines.append(
            line(name, rows) + f"{other:>10}" + ("  MISSED: " + ", ".join(missed(rows)) if missed(rows) else "")
        )
    return "\n".join(lines) + "\n"


def line(name: str, rows: list[dict[str, Any]]) -> str:
    last = rows[-1]
    times = " / ".join(shown(row) for row in rows)
    queries = f"{last['queries']:.1f}".removesuffix(".0") if "queries" in last else "-"
    aim = f"{last['aim']:g}×" if "aim" in last else f"{last['aim_ms']:g} ms" if "aim_ms" in last else "-"
    return f"{name:34}{times:40}{queries:>8}{growth(rows):8.2f}{aim:>8}"


def shown(row: dict[str, Any]) -> str:
    if "status" in row:
        return str(row["status"])
    if "a_second" in row:
        return f"{row['a_second']:.0f}/s"
    return f"{row['times']:.1f}" if "times" in row else f"{row['ms']:.2f} ms"


def growth(rows: list[dict[str, Any]]) -> float:
    """How much dearer the largest size is than the smallest, by the multiple of the floor."""
    measure = "times" if "times" in rows[0] and "a_second" not in rows[0] else "ms"
    return rows[-1][measure] / rows[0][measure] if measure in rows[0] and measure in rows[-1] else 0.0


def missed(rows: list[dict[str, Any]]) -> list[str]:
    last = rows[-1]
    found = ["not there"] if "status" in last else []
    if "aim" in last and last.get("times", 0) > last["aim"]:
        found.append("multiple")
    if "aim_ms" in last and last["ms"] > last["aim_ms"]:
        found.append("time")
    if "aim" in last and last.get("queries", 0) > QUERIES:
        found.append("queries")
    if "aim" in last and growth(rows) > GROWTH:
        found.append("growth")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
