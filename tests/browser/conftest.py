from tests.browser.fixtures import browser, complaints, page

__all__ = ["browser", "complaints", "page"]
