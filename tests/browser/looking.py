"""What is asked of every page in Chromium: axe with everything open, small screens and large letters, and paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
AXE = next(Path(axe_playwright_python.__file__).parent.glob("**/axe.min.js")).read_text()
NARROW, ZOOMED, PAPER = 320, 720, 718
"""CSS pixels: the smallest telephone; a desktop at 200 %; A4 less its margins."""

OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.removeAttribute('name'); each.open = !each.closest('header'); })"
OPEN_MENUS = "document.querySelectorAll('header details').forEach(each => { each.open = true; })"
BAR = "document.querySelector('header details') && document.querySelector('header').innerText"
DIALOGS = "[...document.querySelectorAll('dialog')].map(each => each.id)"
OPEN_DIALOG = "id => { document.querySelectorAll('dialog[open]').forEach(each => each.close()); document.getElementById(id).showModal(); }"
CLOSE_DIALOGS = "document.querySelectorAll('dialog[open]').forEach(each => each.close())"
CUT = """
() => {
  const wide = document.documentElement.clientWidth, found = [];
  const told = each => `${each.tagName.toLowerCase()}.${each.className} ${each.innerText.trim().slice(0, 40)}`;
  if (document.documentElement.scrollWidth > wide) found.push(`scrolls sideways to ${document.documentElement.scrollWidth}`);
  for (const each of document.body.querySelectorAll("*")) {
    if (!(each instanceof HTMLElement) || !each.checkVisibility({ visibilityProperty: true })) continue;
    const box = each.getBoundingClientRect(), style = getComputedStyle(each);
    const unseen = up => up && (getComputedStyle(up).clipPath !== "none" || getComputedStyle(up).clip !== "auto" || unseen(up.parentElement));
    if (box.width < 2 || box.height < 2 || unseen(each)) continue;
    const scrolls = up => up && (["auto", "scroll"].includes(getComputedStyle(up).overflowX) || scrolls(up.parentElement));
    const over = box.right > wide + 1 || (box.left < -1 && box.right > 0);
    if (over && !scrolls(each.parentElement) && ![...each.children].some(child => child.getBoundingClientRect().right > wide + 1))
      found.push(`reaches from ${Math.round(box.left)} to ${Math.round(box.right)}: ${told(each)}`);
    if (["hidden", "clip"].includes(style.overflowX) && each.scrollWidth > each.clientWidth + 1 && style.textOverflow !== "ellipsis" && each.innerText?.trim())
      found.push(`is cut at its side: ${told(each)}`);
    if (style.overflowY === "hidden" && each.scrollHeight > each.clientHeight + 2 && each.innerText?.trim() && style.webkitLineClamp === "none")
      found.push(`is cut below: ${told(each)}`);
  }
  return found.slice(0, 5);
}
"""
UNPRINTABLE = """
() => {
  const found = [], seen = each => each.checkVisibility() && each.getBoundingClientRect().height > 1;
  for (const each of document.querySelectorAll("nav, dialog, .skip-link, .footer, .page-actions"))
    if (seen(each)) found.push(`prints ${each.tagName.toLowerCase()}.${each.className}`);
  for (const each of document.querySelectorAll("table")) {
    if (!seen(each)) continue;
    for (let up = each.parentElement; up; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible" && up.scrollWidth > up.clientWidth + 1)
        found.push(`cuts a table of ${each.scrollWidth} in ${up.clientWidth}: ${up.className}`);
    if (each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      found.push(`a table reaches to ${Math.round(each.getBoundingClientRect().right)}: ${each.className}`);
  }
  return [...new Set(found)].slice(0, 5);
}
"""


def axe(page: Page, context: str | None = None) -> list[str]:
    """The violations, each with the rule and where it is, in the whole page or below ``context`` alone."""
    page.evaluate(AXE)
    found = page.evaluate("([context, rules]) => axe.run(context || document, rules)", [context, RULES])
    return [told(rule, node) for rule in found["violations"] for node in rule["nodes"][:3]]


def told(rule: dict[str, Any], node: dict[str, Any]) -> str:
    return f"{rule['id']}: {node['target']} {' '.join(node['html'].split())[:140]}"


def axe_all_open(page: Page, known: set[str]) -> list[str]:
    """Every disclosure open; then the menus of the bar, which hide what is below them, and each dialog by itself, unless
    they are ``known`` already."""
    page.evaluate(OPEN_ALL)
    found = axe(page)
    if (bar := page.evaluate(BAR)) and bar not in known:
        known.add(bar)
        page.evaluate(OPEN_MENUS)
        found += axe(page, "header")
    for dialog in page.evaluate(DIALOGS):
        if dialog not in known:
            known.add(dialog)
            page.evaluate(OPEN_DIALOG, dialog)
            found += axe(page, f"#{dialog}")
    page.evaluate(CLOSE_DIALOGS)
    return found


def cut(page: Page) -> list[str]:
    """What does not fit: at 320 pixels, and at 200 % of a desktop; the page is 1440 wide again afterwards."""
    found = []
    for width in (NARROW, ZOOMED):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"at {width} px {fault}" for fault in page.evaluate(CUT)]
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


def unprintable(page: Page) -> list[str]:
    """What a printer would show that it should not, and tables it would cut."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    found = page.evaluate(UNPRINTABLE)
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1440, "height": 900})
    return [f"on paper {fault}" for fault in found]
