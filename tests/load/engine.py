"""One engine in this process: a test database, a broker, the rows, and what is measured at each size."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def run(out: str, sizes: list[int], rounds: int) -> None:
    """Measure at each size; the numbers go to ``out`` as JSON, by size and name."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from tests.load import measure

    settings.ROOT_URLCONF = "tests.load.urls"
    call_command("collectstatic", interactive=False, verbosity=0)
    found = {}
    with test_database(), broker(settings.BROKER_SOCKET, settings.DATA_DIR):
        for size in sizes:
            filled = fill_to(size)
            began = perf_counter()
            found[str(size)] = measure.measure(rounds)
            took = perf_counter() - began
            sys.stderr.write(
                f"{connection.vendor}: {size:,} cases, filled in {filled:.0f} s, measured in {took:.0f} s\n"
            )
            Path(out).write_text(json.dumps(found, default=str))


def fill_to(size: int) -> float:
    """Bring the database to a size; the seconds it took."""
    from tests.load import grow

    began = perf_counter()
    if size == 1_000:
        grow.fill()
    else:
        grow.grow("abc"[len(str(size)) - 5], {10_000: 37, 100_000: 4, 1_000_000: 1}[size])
    return perf_counter() - began


@contextmanager
def test_database() -> Iterator[None]:
    """An empty database beside the configured one, with the rules, gone afterwards.

    Django's test environment is not set up: it would note every template rendered, and copy its context.
    """
    from django.db import connection

    from apps.accounts.loading import load_districts
    from apps.evidence.loading import load_platforms
    from apps.rules.loading import load_rules

    own = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["MIGRATE"] = True  # tests on SQLite make their tables another way
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        load_rules()
        load_districts()
        load_platforms()
        yield
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)


@contextmanager
def broker(socket: Path, folder: Path) -> Iterator[None]:
    """The embedded broker, so that a move pays for its kick."""
    from apps.demo.broker import broker_command, prepare_socket, wait_for_ping

    prepare_socket(socket, folder / "broker")
    with (folder / "broker.log").open("wb") as log:
        server = subprocess.Popen(broker_command(socket, folder / "broker"), stdout=log, stderr=log)
    try:
        if not wait_for_ping(socket):
            raise RuntimeError("the embedded broker did not start")
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)
