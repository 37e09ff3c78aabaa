"""What axe finds in the sample pages, both text sizes; apart from the policy tests, which axe itself would trip."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.fixtures import sign_in
from tests.pages.samples import HTML

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("paper_faces")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("size", ["normal", "large"])
def test_axe_finds_nothing(page, people, client, live_server, complaints, size):
    complaints.expected += ["policy:", "Content Security Policy"]
    sign_in(page, client, people.clerk, live_server)
    page.context.add_cookies([{"name": "text_size", "value": size, "url": live_server.url}])
    found = []
    for name in sorted(path.stem for path in HTML.glob("*_*.html")):
        page.goto(f"/samples/{name}/?flash")
        for violation in Axe().run(page, options=RULES).response["violations"]:
            found += [(name, violation["id"], node["html"][:160]) for node in violation["nodes"]]
    assert found == []
