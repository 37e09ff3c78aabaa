"""The test profile itself: what it promises to fail does fail."""

import pytest
from django.template import Origin, Template, engines
from django.template.context import Context

from tests.plugin import ROOT


def render(name: str) -> str:
    engine = engines["django"].engine
    template = Template("{{ nobody_gave_this }}", origin=Origin(str(ROOT / name)), name=name, engine=engine)
    return template.render(Context({}))


def test_unknown_variable_of_our_template_fails():
    with pytest.raises(pytest.fail.Exception, match="uses the unknown variable nobody_gave_this"):
        render("templates/page.html")


def test_unknown_variable_of_a_package_is_silent():
    assert render(".venv/lib/python3.11/site-packages/package/templates/page.html") == ""


def test_engines_made_anew_keep_the_promise(settings):
    settings.DEBUG = not settings.DEBUG  # Django throws its template engines away
    with pytest.raises(pytest.fail.Exception, match="uses the unknown variable nobody_gave_this"):
        render("templates/page.html")
