"""The demonstration's data. Loading is one transaction, so a demo killed while it loads starts clean."""

from django.conf import settings
from django.db import transaction

from apps.accounts.loading import load_districts
from apps.demo import cohort, growth, today
from apps.demo.accounts import demo_accounts
from apps.demo.models import Load
from apps.demo.people import (
    declare_interest,
    enter_cohort,
    enter_firms,
    enter_people,
    enter_platform,
    switch_local_track_on,
    verify_firms,
)
from apps.demo.recording import Scene, settle_all
from apps.evidence.loading import load_platforms
from apps.outbox import delivery
from apps.rules.clock import clock_reading
from apps.rules.lookup import rules_reading


def is_loaded() -> bool:
    return Load.objects.exists()


def load() -> list[dict[str, str | None]]:
    """Enter people and cases, send the few letters that are new; returns the accounts.

    Demo mode only: everybody knows the password. The same day gives the same data.
    """
    if not settings.DEMO:
        raise RuntimeError("The demonstration is loaded in demo mode only.")
    with clock_reading(), transaction.atomic():
        fill()
        Load.objects.create()
    delivery.sweep()
    return demo_accounts()


def fill() -> None:
    """The past first, settled as far as the clock has decided it, then what waits today."""
    scene = enter()
    with rules_reading():
        verify_firms(scene)
        cohort.record(scene)
        growth.record(scene)
        today.record(scene)
        settle_all(scene)
        declare_interest(scene)
        today.act_now(scene)


def enter() -> Scene:
    """Organisations and people, the rule and the platform that their cases rest on; no case yet."""
    load_districts()
    load_platforms()
    firms = enter_firms()
    people = enter_people(firms)
    switch_local_track_on(people)
    return Scene(people, firms, enter_cohort(), enter_platform())
