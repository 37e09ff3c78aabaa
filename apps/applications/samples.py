"""How many rows a sample has: one function, whatever the file's format."""

from __future__ import annotations

from apps.workflow import documents
from apps.workflow.datafile import BadFile, count_rows
from apps.workflow.models import Document

ENOUGH = 10_000


def sample_rows(document: Document) -> int | None:
    """The rows of a sample below its heading, blank ones left out; None for what is no data file or cannot be read.
    Counting stops at 10,000."""
    try:
        with documents.path_of(document.sha256).open("rb") as stream:
            return count_rows(stream, document.name, most=ENOUGH)
    except (OSError, BadFile):
        return None
