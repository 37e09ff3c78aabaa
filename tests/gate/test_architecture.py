"""The shape of the house, read from its sources: who may make a legal row, and that no face asks which kind a case is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from apps.workflow.states import all_kinds
from tests.plugin import ROOT

APPS = ROOT / "apps"
FACES = ("desk", "portal", "public", "pages")
MAKERS = {
    "Letter": {"outbox/letters.py", "pages/preview.py"},  # the preview's rows are never saved
    "Clock": {"workflow/clocks.py", "workflow/machine.py"},
    "Event": {"workflow/machine.py", "pages/limits.py", "pages/preview.py"},  # what if, never saved
    "Claim": {"certificates/register.py"},
    "Document": {"workflow/documents.py"},
}
"""The functions' files that make rows of a table that the law reads; everybody else calls these functions."""
HOMONYMS = {
    ("portal/views/consent.py", "grant"): "the name of the consent's row in its own template",
    (
        "portal/views/joining.py",
        "claim",
    ): "a firm is claimed by its people: a move of the verification, and its rate limit",
}
"""Words in a face that are also a kind's name and mean something else there, with what they mean."""
TRANSLATORS_NOTE = re.compile(r"""context (["\'])\w+\1""")
"""``{% translate "open" context "claim" %}``: which of two English words it is, told to the translator."""
MAKING = {"create", "bulk_create", "get_or_create", "update_or_create"}


def sources(*apps: str) -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(path for path in APPS.rglob("*.py") if "migrations" not in path.parts):
        name = path.relative_to(APPS).as_posix()
        if not apps or Path(name).parts[0] in apps:
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def made(call: ast.Call) -> str:
    """The model of which a call makes a row, by its constructor or its manager; "" for any other call."""
    what = call.func
    if isinstance(what, ast.Name):
        return what.id
    if isinstance(what, ast.Attribute) and what.attr in MAKING:
        manager = what.value
        if isinstance(manager, ast.Attribute) and manager.attr == "objects" and isinstance(manager.value, ast.Name):
            return manager.value.id
    return ""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_rows_that_the_law_reads_are_made_by_the_named_functions_alone():
    found = {
        (model, name)
        for name, tree in sources()
        if not name.startswith("demo/")
        for model in {made(call) for call in calls(tree)} & MAKERS.keys()
    }
    assert {model for model, _name in found} == MAKERS.keys()  # the reader sees the makers themselves
    assert sorted((model, name) for model, name in found if name not in MAKERS[model]) == []


def test_status_is_written_by_the_machine_alone():
    """An assignment to ``.status`` of a case, or an update of it, stands in the machine and nowhere else."""
    writers = {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "status" and is_case(target.value)
    }
    assert writers == {"workflow/machine.py"}


def is_case(node: ast.AST) -> bool:
    """Something called a case: ``case``, ``act.case``, ``self.case``."""
    return (isinstance(node, ast.Name) and node.id == "case") or (
        isinstance(node, ast.Attribute) and node.attr == "case"
    )


def asked_kinds(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a kind's name is compared with (``x.kind == "pledge"``, ``x.kind in (...)``), and the name."""
    names = {table.name for table in all_kinds()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            words = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
            about = [each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)]
            for word in words:
                if isinstance(word, str) and word in names and {"kind", "name"} & set(about):
                    yield node.lineno, word


def test_no_face_asks_which_kind_a_case_is():
    asked = [f"{name}:{line} {word}" for name, tree in sources(*FACES) for line, word in asked_kinds(tree)]
    assert asked == []


def test_no_face_names_a_kind_that_rests_on_a_right():
    """What is built on a right comes and goes without a word in a face: not even its name stands there."""
    names = {table.name for table in all_kinds() if table.rests_on}
    assert "pledge" in names
    in_code = [
        (name, node.value, node.lineno)
        for name, tree in sources(*FACES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in names
    ]
    in_pages = [
        f"{path.relative_to(ROOT)} {name}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for text in [TRANSLATORS_NOTE.sub("", path.read_text(encoding="utf-8"))]
        for name in names
        if f'"{name}"' in text or f"'{name}'" in text
    ]
    named = [f"{name}:{line} {word}" for name, word, line in in_code if (name, word) not in HOMONYMS]
    assert (named, in_pages) == ([], [])
    assert HOMONYMS.keys() == {(name, word) for name, word, _line in in_code}  # none is kept that is not needed


def test_modules_of_one_engine_are_named_in_the_decision():
    decision = (ROOT / "docs/decisions/0023-what-runs-on-one-engine.md").read_text()
    named = set(re.findall(r"\*\*`(tests/[\w/.]+)`\*\*", decision))
    marked = {
        path.relative_to(ROOT) for path in ROOT.glob("tests/*/test_*.py") if "mark.one_engine" in path.read_text()
    } - {Path("tests/gate/test_architecture.py")}
    assert marked, "nothing is marked: this test looks for the wrong word"
    assert {path for path in marked if named.isdisjoint((str(path), str(path.parent)))} == set()
