import pytest

from tests.browser.fixtures import complaints, page

__all__ = ["complaints", "page"]


@pytest.fixture
def paper_faces(settings):
    """Faces of paper: every address the shell links to, and the sample pages."""
    settings.ROOT_URLCONF = "tests.pages.urls"
