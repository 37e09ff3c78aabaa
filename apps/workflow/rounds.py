"""Rounds of correction (补正): asked once and completely, a second time as an exception with its reason; and one more
item that the filer asks to have opened while one runs.

A correction is asked once, with everything in it (administrative licensing law art. 32(4), by analogy).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from apps.workflow.models import Case, Event
from apps.workflow.people import History
from apps.workflow.states import Refusal

if TYPE_CHECKING:
    from apps.workflow.machine import Act

ASKING = ("ask_correction", "ask_again", "return_pre_check")
"""The moves that send a case back with items."""
UNLOCKING = ("ask_unlock", "grant_unlock", "refuse_unlock")


# ------------------------------------------------------------------------------------------------ what is open


def asked_by(acts: Sequence[Event]) -> Event | None:
    """Of a case's standing acts (``History.acts``) the one that asked for the correction that stands."""
    return next((event for event in reversed(acts) if event.move in ASKING), None)


def open_items(acts: Sequence[Event]) -> list[dict[str, Any]]:
    """The items that the standing correction notice names, and those opened since: path, label, note."""
    found: list[dict[str, Any]] = []
    for event in acts:
        if event.move in ASKING:
            found = list(event.data.get("items", []))
        elif event.move == "grant_unlock":
            found += event.data.get("items", [])
    return found


def open_paths(case: Case) -> frozenset[str]:
    """The items of the form that may change."""
    return paths_of(open_items(History.whole(case).acts))


def paths_of(items: Iterable[dict[str, Any]]) -> frozenset[str]:
    """The items of the form that a notice's items open; a row of a list (``sources.1``) opens its list."""
    return frozenset(item["path"].split(".")[0] for item in items)


def unlocked(act: Act) -> dict[str, Any]:
    """Of an answer's values those at the items that are open; the rest stays as it was filed."""
    paths = open_paths(act.case)
    return {path: value for path, value in act.data.items() if path in paths}


# ------------------------------------------------------------------------------------------------ how often


def asked_times(act: Act) -> int:
    """How often a correction was asked and not called off."""
    happened = act.standing.happened
    return sum(move in ("ask_correction", "ask_again") for move in happened) - happened.count("recall_correction")


def asked_already(act: Act) -> bool:
    """Whether there was a first round: before it nobody is shown the second."""
    return asked_times(act) > 0


def first_round(act: Act) -> Refusal | None:
    if asked_times(act) == 0:
        return None
    return Refusal("asked_before", _("A correction was asked once and completely; a second one is an exception."))


def second_round(act: Act) -> Refusal | None:
    asked = asked_times(act)
    if asked == 1:
        return None
    if asked == 0:
        return Refusal("not_asked_before", _("No correction was asked yet: the examiner asks the first."))
    return Refusal("asked_twice", _("Correction was asked twice already; decide on the file."))


def complete_items(act: Act) -> Refusal | None:
    """A correction notice names each item."""
    if act.data.get("items"):
        return None
    return Refusal("no_items", _("Name at least one item to correct, and what is wrong with it."))


def reason_given(act: Act) -> Refusal | None:
    """Check: a second round is an exception, and says why."""
    if act.data.get("reason"):
        return None
    return Refusal("no_reason", _("Say why the first correction was not enough."))


def told(act: Act) -> dict[str, Any]:
    """What was given with a move, for its letters: why a second round is asked stands in the record alone."""
    given = {**(act.data or {}), **act.facts}
    if act.move.name == "ask_again":
        given.pop("reason", None)
    return given


# ------------------------------------------------------------------------------------------------ one more item


def unlock_request(acts: Sequence[Event]) -> Event | None:
    """Of a case's standing acts the request to change one more item that nobody has answered yet, within the notice
    that stands."""
    last = next((event for event in reversed(acts) if event.move in (*ASKING, *UNLOCKING)), None)
    return last if last is not None and last.move == "ask_unlock" else None


def nothing_asked(act: Act) -> Refusal | None:
    if unlock_request(act.standing.history.acts) is None:
        return None
    return Refusal("asked_to_unlock", _("The office has your last request still to answer."))


def unlock_asked(act: Act) -> Refusal | None:
    if unlock_request(act.standing.history.acts) is not None:
        return None
    return Refusal("nothing_to_unlock", _("Nobody has asked to change one more item."))


def item_closed(act: Act) -> Refusal | None:
    """Only an item of the form that is closed can be asked for."""
    item = act.data.get("item", "")
    if item not in dict(items_of(act.case)):
        return Refusal("no_such_item", _("Choose the item that you must change."))
    if item in open_paths(act.case):
        return Refusal("item_open", _("This item is open already: change it in the answer."))
    return None


def open_item(act: Act) -> None:
    """The granted item joins those of the correction notice; no clock changes."""
    asked = unlock_request(act.standing.history.acts)
    path = asked.data["item"]
    act.facts.update(items=[{"path": path, "label": item_label(act.case, path), "note": asked.comment}])


def items_of(case: Case) -> list[tuple[str, Any]]:
    """Paths and labels of what an answer may change, a table as a whole."""
    found = case.kind_.correction_items(case.row)
    return [(path, label) for path, label in found if "." not in path]


def item_label(case: Case, path: str) -> str:
    return str(dict(items_of(case)).get(path, path))


def words(act: Act) -> dict[str, str]:
    """For the letters about a request to open one more item: the ``item`` in words; nothing for any other move."""
    if act.move.name not in UNLOCKING:
        return {}
    if act.move.name == "ask_unlock":
        return {"item": item_label(act.case, (act.data or {}).get("item", ""))}
    asked = act.case.events.standing().filter(move="ask_unlock").order_by("-seq").first()
    return {"item": item_label(act.case, asked.data["item"]) if asked else ""}
