"""Cells on their way out, into a spreadsheet."""

RISKY = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """A cell that a spreadsheet shows and does not compute: an apostrophe before what would be a formula."""
    if not text.startswith(RISKY):
        return text
    try:
        float(text.replace(",", ""))
    except ValueError:
        return f"'{text}"
    return text
