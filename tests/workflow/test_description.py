"""The documents in docs/reference are what the tables say today."""

import pytest
from django.conf import settings

from apps.workflow.description import document
from apps.workflow.states import all_kinds


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_docs_show_the_tables_that_run(kind, language):
    page = settings.BASE_DIR / "docs" / "reference" / "kinds" / f"{kind.name}.{language}.md"
    assert page.read_text(encoding="utf-8") == document(kind, language), "run `manage.py describe_kinds`"


def test_diagram_has_every_move_that_changes_the_state():
    for kind in all_kinds():
        arrows = [line for line in document(kind, "en").splitlines() if " --> " in line]
        assert len(arrows) == sum(max(len(move.sources), 1) for move in kind.moves if move.target) + sum(
            not state.open for state in kind.states
        )
