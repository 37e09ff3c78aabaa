"""Who wants to know that an official left or changed the post: what lies on the desk is another app's business."""

from collections.abc import Callable

from apps.accounts.models import User

_listeners: list[Callable[[User], object]] = []


def on_left(act: Callable[[User], object]) -> None:
    """Have ``act`` called with each official whose account was closed or whose post or district changed."""
    _listeners.append(act)


def left(user: User) -> None:
    """Tell those who asked; called in the transaction that changed the person."""
    for act in _listeners:
        act(user)
