"""Loaded by pytest before the settings (pyproject: `-p tests.plugin`): the test profile, and what fails every test.

The test profile is the settings file with TESTING=1 and a data folder of its own; there is no second settings file.
"""

import gc
import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
OWN_FOLDER = not os.environ.get("DATA_DIR") and not os.environ.get("PYTEST_XDIST_WORKER")

os.environ["TESTING"] = "1"
os.environ.setdefault("SECRET_KEY", "tests")
if OWN_FOLDER:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="portal-tests-")
elif worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["DATA_DIR"] = str(Path(os.environ["DATA_DIR"]) / worker)
Path(os.environ["DATA_DIR"]).mkdir(parents=True, exist_ok=True)


def compile_catalogues() -> None:
    """Compile translations that are missing or older than their source: without them every page is English."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            fresh = source.with_suffix(f".{os.getpid()}.part")
            polib.pofile(str(source)).save_as_mofile(str(fresh))
            fresh.replace(compiled)


compile_catalogues()
gc.set_threshold(200_000, 20, 100)  # by default a third of the suite's time goes into looking for garbage
pytest_plugins = ["tests.services"]
# No test fails because the machine is busy: neither an example's time nor the time to draw one is judged.
SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("portal", deadline=None, suppress_health_check=SLOW)
hypothesis.settings.load_profile("portal")


def pytest_unconfigure(config):
    if OWN_FOLDER:
        shutil.rmtree(os.environ["DATA_DIR"], ignore_errors=True)


@pytest.hookimpl(tryfirst=True)  # before the expression of `-m` is asked
def pytest_collection_modifyitems(config, items):
    """A test that asks for no database is no engine's matter. The large counts run only when asked for by name."""
    for item in items:
        if not asks_for_database(item):
            item.add_marker("one_engine")
    if "prove" in (config.option.markexpr or ""):
        return
    large = [item for item in items if item.get_closest_marker("prove")]
    if large:
        config.hook.pytest_deselected(items=large)
        items[:] = [item for item in items if not item.get_closest_marker("prove")]


def asks_for_database(item) -> bool:
    """Whether a test may reach the database at all: pytest-django refuses it to any other."""
    return bool(item.get_closest_marker("django_db")) or not DATABASE.isdisjoint(item.fixturenames)


DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


class UnknownVariable(str):
    """Stands for `string_if_invalid`: a variable that one of our templates does not know fails the test.

    Templates of packages (admin, allauth) rely on silence, so only files below the repository count.
    """

    __slots__ = ()

    def __contains__(self, text):
        return text == "%s"

    def __mod__(self, variable):
        origin = template_being_rendered()
        if origin and is_ours(origin):
            pytest.fail(f"{Path(origin).relative_to(ROOT)} uses the unknown variable {variable}", pytrace=False)
        return ""


def is_ours(origin: str) -> bool:
    path = Path(origin)
    return path.is_relative_to(ROOT) and not path.is_relative_to(ROOT / ".venv")


def template_being_rendered() -> str | None:
    """The file of the innermost node on the stack."""
    from inspect import currentframe

    from django.template.base import Node

    frame = currentframe()
    while frame:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return node.origin.name
        frame = frame.f_back
    return None


@pytest.fixture(autouse=True, scope="session")
def _unknown_variables_fail():
    from django.conf import settings
    from django.template import engines

    marker = UnknownVariable("%s")
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = marker  # for engines made anew by a changed setting
    engines["django"].engine.string_if_invalid = marker
