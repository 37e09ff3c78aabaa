"""Every sample page in Chromium: both languages, both widths, no complaint, nothing wider than the screen.

Leaves screenshots in tests/browser/screenshots, to be looked at by people.
"""

import pytest

from apps.accounts.preferences import set_language
from tests.browser.fixtures import SCREENSHOTS, sign_in
from tests.pages.samples import HTML

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("paper_faces")]
SAMPLES = sorted(path.stem for path in HTML.glob("*_*.html"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1440, 390, 320])
def test_samples_fit_and_are_quiet(page, people, client, live_server, language, width):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": width, "height": 900})
    set_language(people.clerk, language)
    sign_in(page, client, people.clerk, live_server)
    for name in SAMPLES:
        page.goto(f"/samples/{name}/?flash")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.get_attribute("html", "lang") == ("en" if language == "en" else "zh-Hans")
        assert page.locator("h1").count() == 1
        if width != 320:
            page.screenshot(path=SCREENSHOTS / f"sample_{name}_{language}_{width}.png", full_page=True)
