"""Servers that tests need: a broker of their own, Chromium, PostgreSQL. What is missing skips, or fails if required."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

REQUIRED = os.environ.get("REQUIRE_SERVICES") == "1"


def missing(what: str) -> None:
    """Skip the test, or fail it where services are required."""
    if REQUIRED:
        pytest.fail(f"{what} is required (REQUIRE_SERVICES=1) and missing", pytrace=False)
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def broker():
    """The address of a running Redis-compatible server: REDIS_URL, else the embedded one on the settings' socket."""
    from django.conf import settings

    from apps.demo.broker import broker_command, prepare_socket, wait_for_ping

    if settings.REDIS_URL:
        yield settings.REDIS_URL
        return
    folder = settings.DATA_DIR / "broker"
    prepare_socket(settings.BROKER_SOCKET, folder)
    with (settings.DATA_DIR / "broker.log").open("wb") as log:
        server = subprocess.Popen(broker_command(settings.BROKER_SOCKET, folder), stdout=log, stderr=log)
    assert wait_for_ping(settings.BROKER_SOCKET), "the embedded broker did not start"
    yield settings.CELERY_BROKER_URL
    server.send_signal(signal.SIGTERM)
    server.wait(10)


def chromium_path() -> str | None:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    return found or shutil.which("google-chrome")


CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium():
    """A Chromium driven by playwright; a test opens its own context and page."""
    path = chromium_path()
    if path is None:
        missing("Chromium")
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, and Django then refuses its database there; the tests are not async.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(Path(path)), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()
