from tests.browser.fixtures import complaints, page

__all__ = ["complaints", "page"]
