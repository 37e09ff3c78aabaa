"""Data files read as a stream: what is in them, what looks like personal data, and why one cannot be read."""

from apps.workflow.datafile.cells import safe_cell
from apps.workflow.datafile.personal import Finding
from apps.workflow.datafile.reading import ENDINGS, PACKED_ENDINGS, FieldFound, Profile, count_rows, first_rows, profile
from apps.workflow.datafile.table import BadFile

__all__ = ["ENDINGS", "PACKED_ENDINGS", "BadFile", "FieldFound", "Finding", "Profile", "count_rows", "first_rows", "profile", "safe_cell"]  # fmt: skip
