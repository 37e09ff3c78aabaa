"""Pages, and stages on which several people act in turn while time travels."""

import pytest
import time_machine

from tests.browser.fixtures import complaints, listen, page
from tests.browser.stage import Stage
from tests.ways import at_noon

__all__ = ["complaints", "page"]


@pytest.fixture
def clock(settings, tmp_path):
    """Time travels and ticks; files are kept apart from other tests'."""
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(at_noon(2026, 9, 7), tick=True) as clock:
        yield clock


@pytest.fixture
def stage(clock, page, live_server) -> Stage:
    return Stage(page, live_server)


@pytest.fixture
def plain_stage(clock, chromium, complaints, live_server):
    """A browser that runs no script."""
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    listen(page, complaints)
    yield Stage(page, live_server)
    context.close()
    assert not complaints.unexpected()
