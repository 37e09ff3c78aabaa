"""Lint of what the browser gets: features newer than Chrome 86, and markup that the content policy would refuse.

The policy has no inline style or script, and a refusal is silent, so it is found here. A line of CSS or JavaScript
that is only an enhancement, and loses nothing where it is unknown, carries the word `enhancement:` in a comment.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.bootstrap import ROOT

ALLOWED = "enhancement:"
ELSEWHERE = "something from another site"

# (pattern, feature, first Chrome that has it)
CSS = (
    (r":has\(", ":has()", 105),
    (r":is\(|:where\(", ":is() and :where()", 88),
    (r":not\([^()]*(\([^()]*\)[^()]*)*,", ":not() with a list", 88),
    (r"@container\b|container-type", "container queries", 105),
    (r"@layer\b", "cascade layers", 99),
    (r"@scope\b", "@scope", 118),
    (r"@starting-style\b", "@starting-style", 117),
    (r"@counter-style\b", "@counter-style", 91),
    (r"^\s*&|[{;]\s*&", "nesting", 112),
    (r"color-mix\(", "color-mix()", 111),
    (r"\b(oklch|oklab|lch|lab|hwb|color)\(", "new colour functions", 101),
    (r"light-dark\(", "light-dark()", 123),
    (r"\b(rgb|hsl)a?\(\s*from\b", "relative colours", 119),
    (r"(?<![-\w])aspect-ratio\s*:", "aspect-ratio", 88),
    (r"(?<![-\w])accent-color\s*:", "accent-color", 93),
    (r"(?<![-\w])inset(-inline|-block)?(-start|-end)?\s*:", "inset", 87),
    (r"(?<![-\w])(margin|padding)-(inline|block)\s*:", "logical shorthands", 87),
    (r"(?<![-\w])border-(inline|block)(-(color|style|width))?\s*:", "logical shorthands", 87),
    (r"(?<![-\w])text-underline-offset\s*:", "text-underline-offset", 87),
    (r"(?<![-\w])text-decoration-thickness\s*:", "text-decoration-thickness", 89),
    (r"\d(d|s|l)v(h|w|min|max|i|b)\b", "dynamic viewport units", 108),
    (r"\dcq(w|h|i|b|min|max)\b", "container units", 105),
    (r"\d(lh|rlh|cap|ic)\b", "lh, rlh, cap and ic units", 106),
    (r"text-wrap\s*:", "text-wrap", 114),
    (r"\bsubgrid\b", "subgrid", 117),
    (r"scrollbar-(gutter|width|color)\s*:", "scrollbar properties", 94),
    (r"overflow(-[xy])?\s*:\s*clip", "overflow: clip", 90),
    (r":user-(in)?valid|:autofill|:modal|:popover-open|:state\(", "new pseudo-classes", 105),
    (r"@media[^{]*\(\s*(width|height)\s*[<>]|@media[^{]*[<>]=?\s*(width|height)", "range syntax", 104),
    (r"@media[^{]*(prefers-contrast|forced-colors)", "contrast queries", 89),
    (r"(?<![-\w])(translate|rotate|scale)\s*:", "individual transforms", 104),
    (r"(?<![-\w])mask(-[a-z]+)?\s*:", "mask without prefix", 120),
    (r"(?<![-\w])(print-color-adjust|forced-color-adjust)\s*:", "colour adjustment", 89),
    (r"field-sizing\s*:|interpolate-size\s*:", "field-sizing, interpolate-size", 123),
    (r"\b(round|sin|cos|tan|pow|sqrt|mod|rem)\(", "new mathematical functions", 111),
    (r"(?<![-\w])hyphens\s*:\s*auto", "hyphens: auto", 88),
)
JAVASCRIPT = (
    (r"\.at\(", ".at()", 92),
    (r"\bstructuredClone\(", "structuredClone", 98),
    (r"\.findLast(Index)?\(", "findLast", 97),
    (r"\bObject\.hasOwn\(", "Object.hasOwn", 93),
    (r"\b(Object|Map)\.groupBy\(", "groupBy", 117),
    (r"\.(toSorted|toReversed|toSpliced)\(", "arrays changed by copy", 110),
    (r"\b(Array\.fromAsync|Promise\.(withResolvers|try))\(", "new static functions", 119),
    (r"\bcrypto\.randomUUID\(", "crypto.randomUUID", 92),
    (r"\bAbortSignal\.(timeout|any)\(", "AbortSignal.timeout and any", 103),
    (r"\bURL\.(canParse|parse)\(", "URL.canParse", 120),
    (r"\bIntl\.(Segmenter|supportedValuesOf|DurationFormat)\b", "new Intl", 87),
    (r"^\s*static\s*\{", "static blocks", 94),
    (r"#\w+\s+in\s+\w", "private brand checks", 91),
    (r"^await\b|^(const|let|var)\b[^=]*=\s*await\b", "await at the top level", 89),
    (r"(?<=[=(,:\s])/(?![/*])[^/\n]+/[a-z]*[vd][a-z]*\b", "regular expression flags v and d", 90),
    (r"new \w*Error\([^)]*\{\s*cause\b", "error causes", 93),
    (r"\b(import|export)\b.*\b(assert|with)\s*\{\s*type", "import attributes", 91),
    (r"\bfor await\b.*\b(stream\(\)|body)", "iteration over a stream", 124),
    (r"\.(startViewTransition|showPopover|togglePopover|checkVisibility|setHTML\w*)\(", "new DOM calls", 105),
    (r"\.(toHex|fromHex|toBase64|fromBase64)\(", "Uint8Array to text", 140),
    (r"\bscheduler\.|\bnavigator\.(userAgentData|locks\.query)", "new platform objects", 90),
    (r"\.inert\b", "inert", 102),
    (r"\.(union|intersection|difference|symmetricDifference|isSubsetOf|isSupersetOf)\(", "set methods", 122),
)
# Refused by the content policy, or unfiltered and empty in htmx with eval off.
MARKUP = (
    (r"\sstyle\s*=", "an inline style"),
    (r"<style\b", "an inline style sheet"),
    (r"\shx-on", "hx-on"),
    (r"[\"']\s*(js|javascript):", "js: or javascript:"),
    (r"<[^>]*\son[a-z]+\s*=\s*[\"']", "an inline event handler"),
    (r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type=[\"']application/json)", "an inline script"),
    (r"hx-trigger\s*=\s*\"[^\"]*\[", "hx-trigger with a condition"),
    (r"\b(src|href)\s*=\s*[\"'](https?:)?//", ELSEWHERE),
)
NEWER_ATTRIBUTES = (
    (r"<[^>]*\s(inert|popover|popovertarget)\b", "inert or popover", 102),
    (r"<dialog\b[^>]*closedby", "closedby", 134),
    (r"<script[^>]*type=[\"']importmap", "import maps", 89),
)


def without_comments(text: str, pattern: str) -> str:
    """The text with its comments blanked, lines kept; a comment that allows its line stays."""
    return re.sub(pattern, lambda found: blank(found[0]), text, flags=re.S | re.M)


def blank(comment: str) -> str:
    return comment if ALLOWED in comment else re.sub(r"[^\n]", " ", comment)


def newer(text: str, features: tuple[tuple[str, str, int], ...]) -> Iterator[tuple[int, str]]:
    """Line number and feature of each line of CSS or JavaScript that Chrome 86 does not understand."""
    comments = r"/\*.*?\*/" if features is CSS else r"/\*.*?\*/|(?<![^\s;{}()])//[^\n]*$"
    for number, line in enumerate(without_comments(text, comments).splitlines(), 1):
        if ALLOWED in line:
            continue
        for pattern, feature, chrome in features:
            if re.search(pattern, line):
                yield number, f"{feature} came with Chrome {chrome}"


def refused(text: str) -> Iterator[tuple[int, str]]:
    """Line number and fault of markup; a tag may run over several lines, so the text is looked at as a whole."""
    text = without_comments(text, r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}")
    newest = [(pattern, f"{feature} came with Chrome {chrome}") for pattern, feature, chrome in NEWER_ATTRIBUTES]
    for pattern, what in (*MARKUP, *newest):
        for found in re.finditer(pattern, text):
            if not (what == ELSEWHERE and is_link(text, found.start())):
                yield text.count("\n", 0, found.start()) + 1, what


def is_link(text: str, position: int) -> bool:
    """Whether the attribute at ``position`` is an anchor's: a link out is no resource."""
    return text[text.rfind("<", 0, position) :].startswith("<a")


def templates() -> Iterator[Path]:
    """Pages; letters are read by mail programs, which know nothing but inline styles."""
    letters = ROOT / "templates" / "letters"
    for folder in (ROOT / "templates", *ROOT.glob("apps/*/templates")):
        yield from (path for path in sorted(folder.rglob("*.html")) if not path.is_relative_to(letters))


def findings() -> Iterator[str]:
    css, scripts = (sorted((ROOT / "static").rglob(f"*.{suffix}")) for suffix in ("css", "js"))
    looks = [(path, newer(path.read_text(), CSS)) for path in css]
    looks += [(path, newer(path.read_text(), JAVASCRIPT)) for path in scripts]
    looks += [(path, refused(path.read_text())) for path in templates()]
    for path, faults in looks:
        yield from (f"{path.relative_to(ROOT)}:{number}: {what}" for number, what in faults)


if __name__ == "__main__":
    found = list(findings())
    print("\n".join(found))
    sys.exit(bool(found))
