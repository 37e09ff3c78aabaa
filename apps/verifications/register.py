"""Looking an organisation up in the company register: by an adapter that a setting names, or not at all.

An adapter is a callable ``(uscc) -> Company | None`` that raises ``RegisterDown`` when it gets no answer within a few
seconds; it is asked outside any transaction. What it says only fills a form: the person may change it, an official verifies it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string


class RegisterDown(Exception):
    """The register does not answer now."""


@dataclass(frozen=True)
class Company:
    """What the register knows of an organisation; empty where it knows nothing."""

    name: str
    legal_representative: str = ""
    address: str = ""
    district: str = ""
    """The district's GB/T 2260 code."""


def adapter() -> Callable[[str], Company | None] | None:
    """The adapter in use; None where no register is connected."""
    return import_string(settings.COMPANY_REGISTER) if settings.COMPANY_REGISTER else None


def look_up(uscc: str) -> Company | None:
    """What the register says about a code. Raises RegisterDown."""
    ask = adapter()
    return ask(uscc) if ask else None


def from_file(uscc: str) -> Company | None:
    """Adapter: a JSON file, code to fields, as an office may export it, and as the demonstration has it."""
    try:
        entries = json.loads(Path(settings.COMPANY_REGISTER_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise RegisterDown(str(fault)) from fault
    found = entries.get(uscc)
    return Company(**found) if found else None
