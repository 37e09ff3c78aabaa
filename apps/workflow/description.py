"""The kinds as documents: a state diagram and a table of moves each, made from the tables that run."""

from collections.abc import Iterator

from django.utils import translation

from apps.workflow.states import Kind, Move

LANGUAGES = {"en": "English", "zh-hans": "中文"}


def document(kind: Kind, language: str) -> str:
    """The page of one kind as Markdown, in one language."""
    with translation.override(language):
        return "\n".join([f"# {kind.label}", "", *diagram(kind), "", *table(kind), "", *clocks(kind), ""])


def diagram(kind: Kind) -> Iterator[str]:
    """A Mermaid state diagram; moves that stay where they are stand in the table only."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in kind.states:
        yield f'    state "{state.label}" as {state.name}'
    for move in kind.moves:
        for source in sorted(move.sources) or ["[*]"]:
            if move.target:
                yield f"    {source} --> {move.target}: {move.verb}"
    for state in kind.states:
        if not state.open:
            yield f"    {state.name} --> [*]"
    yield "```"


def table(kind: Kind) -> Iterator[str]:
    """Role × move: verb, from, to, who, who is barred, guards by name, letters."""
    yield "| " + " | ".join(HEADINGS[_language()]) + " |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for move in kind.moves:
        yield "| " + " | ".join(cells(kind, move)) + " |"


HEADINGS = {
    "en": ("step", "from", "to", "who", "not who", "guards", "letters"),
    "zh-hans": ("环节", "来源状态", "目标状态", "办理人", "回避", "条件", "文书"),
}
RULES = {"en": ("time limit", "rule", "kept for", "at its end"), "zh-hans": ("期限", "规则", "对象", "届满")}


def _language() -> str:
    return "en" if translation.get_language() == "en" else "zh-hans"


def cells(kind: Kind, move: Move) -> tuple[str, ...]:
    sources = ", ".join(str(kind.state(name).label) for name in sorted(move.sources)) or "–"
    target = str(kind.state(move.target).label) if move.target else "="
    guards = ", ".join(f"`{guard.__name__}`" for guard in (*move.guards, *move.checks))
    letters = ", ".join(f"`{spec.text}` → {'/'.join(spec.to)}" for spec in move.letters)
    who = ", ".join(dict.fromkeys(move.who.roles))
    return (f"{move.verb} (`{move.name}`)", sources, target, who, ", ".join(move.barred), guards, letters)


def clocks(kind: Kind) -> Iterator[str]:
    if not kind.clocks:
        return
    yield "| " + " | ".join(RULES[_language()]) + " |"
    yield "| --- | --- | --- | --- |"
    for clock in kind.clocks:
        yield f"| {clock.label} | `{clock.rule}` | {clock.audience} | {f'`{clock.on_expiry}`' if clock.on_expiry else '–'} |"
