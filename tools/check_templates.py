"""Compile every template of ours: an unknown tag or filter is found before a page is.

Letters and the words of papers have tags of their own; the system check of the outbox and the papers' tests compile them.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.template import TemplateDoesNotExist, TemplateSyntaxError

from tools.bootstrap import ROOT

OWN_TAGS = ("letters", "documents")


def names() -> Iterator[str]:
    for folder in (ROOT / "templates", *ROOT.glob("apps/*/templates")):
        for path in sorted(folder.rglob("*")):
            own = any(path.is_relative_to(ROOT / "templates" / name) for name in OWN_TAGS)
            if path.suffix in (".html", ".txt", ".svg", ".xml") and not own:
                yield str(path.relative_to(folder))


def findings() -> Iterator[str]:
    from django.template.loader import get_template

    for name in names():
        try:
            get_template(name)
        except (TemplateDoesNotExist, TemplateSyntaxError) as error:
            yield f"{Path(name)}: {type(error).__name__}: {error}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = list(findings())
    print("\n".join(found))
    sys.exit(bool(found))
