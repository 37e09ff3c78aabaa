import pytest

from tests.browser.fixtures import browser, complaints, page

__all__ = ["browser", "complaints", "page"]


@pytest.fixture
def paper_faces(settings):
    """Faces of paper: every address the shell links to, and the sample pages."""
    settings.ROOT_URLCONF = "tests.pages.urls"
