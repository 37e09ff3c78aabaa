"""As of any moment the register is the replay of its acts: random lives of a right against a model of few lines."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.certificates.journal import journal_of
from apps.certificates.models import Registration
from apps.certificates.register import claim, release
from apps.rules.clock import SHANGHAI, legal_now
from apps.workflow.models import Case
from apps.workflow.tasks import settle
from tests.certificates.test_journal import do
from tests.rights import make_right

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)
ACTS = (
    "rename",
    "transfer",
    "license",
    "hold",
    "let_run",
    "renew",
    "reissue",
    "pledge",
    "release",
    "cancel",
    "revoke",
    "sweep",
)
LIVES = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 500)), max_size=7)


def after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


class Model:
    """What a reader of the law would note in the margin: every fact with the moment from which it holds."""

    def __init__(self, right: Registration) -> None:
        self.notes: list[tuple[datetime, dict]] = []
        self.now = {"name": right.name, "holder": right.holder_id, "until": right.valid_until, "status": "valid",
                    "runs_to": right.valid_until, "pledged": False}  # fmt: skip
        self.note(BEGIN)

    def note(self, at: datetime, **facts) -> None:
        self.now = {**self.now, **facts}
        self.notes.append((at, self.now))

    def at(self, moment: datetime) -> dict:
        found = [facts for at, facts in self.notes if at <= moment]
        if not found:
            return {"status": ""}
        last = found[-1]
        runs_out = last["status"] == "valid" and moment >= after(last["runs_to"])
        return {**last, "status": "expired"} if runs_out else last

    def is_in_force(self, moment: datetime) -> bool:
        return self.at(moment)["status"] in ("valid", "renewing")


def live(right: Registration, model: Model, act: str, n: int, firms) -> None:
    """One act on the register and in the model, where it is possible; else in neither."""
    at, status = legal_now(), model.at(legal_now())["status"]
    if act == "sweep":
        settle(right.pk)
    elif act == "revoke" and status in ("valid", "renewing", "expired"):
        do(right, "revoke")
        model.note(at, status="revoked")
    elif not model.is_in_force(at):
        return
    elif act == "rename":
        do(right, "change", changes={"name": f"名称{n}"})
        model.note(at, name=f"名称{n}")
    elif act == "transfer":
        firm = firms[n % 2]
        do(right, "transfer", holder=firm.pk)
        model.note(at, holder=firm.pk)
    elif act in ("license", "reissue"):
        do(right, act)
    elif act == "hold" and status == "valid":
        do(right, "hold")
        model.note(at, status="renewing")
    elif act == "let_run" and status == "renewing":
        do(right, "let_run")
        model.note(at, status="valid", runs_to=max(model.now["until"], at.date()))
    elif act == "renew":
        until = model.now["until"] + timedelta(days=900)
        until = max(until, at.date() + timedelta(days=30))
        do(right, "renew", valid_until=until)
        model.note(at, status="valid", until=until, runs_to=until)
    elif act == "pledge" and not model.now["pledged"]:
        claim(right, case=right.case, party=firms[0], kind="pledge", at=at)
        model.note(at, pledged=True)
    elif act == "release" and model.now["pledged"]:
        release(right.case, at=at, outcome="released")
        model.note(at, pledged=False)
    elif act == "cancel":
        do(right, "cancel")
        model.note(at, status="cancelled")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=LIVES, asked=st.lists(st.integers(-10, 4000), min_size=1, max_size=6))
def test_as_of_is_the_replay_of_the_acts(organisations, life, asked):
    firms = (organisations.enterprise, organisations.bank)
    with time_machine.travel(BEGIN, tick=False) as clock, transaction.atomic():
        right = make_right(organisations.enterprise, at=legal_now())
        model = Model(right)
        for n, (act, days) in enumerate(life):
            clock.move_to(legal_now() + timedelta(days=days))
            live(right, model, act, n, firms)
        clock.move_to(BEGIN + timedelta(days=5000))
        before = answers(right, asked)
        settle(right.pk)  # a sweep however late
        assert answers(right, asked) == before == [expected(model, moment_of(days)) for days in asked]
        assert journal_of(right).at(legal_now()).status == Case.objects.get(pk=right.pk).status
        transaction.set_rollback(True)


def moment_of(days: int) -> datetime:
    return BEGIN + timedelta(days=days)


def answers(right: Registration, asked: list[int]) -> list[tuple]:
    journal = journal_of(Registration.objects.get(pk=right.pk))
    shown = [journal.at(moment_of(days)) for days in asked]
    return [
        (one.status, one.name, one.values["holder_id"], one.valid_until, bool(one.claims)) if one.is_entered else ("",)
        for one in shown
    ]


def expected(model: Model, moment: datetime) -> tuple:
    facts = model.at(moment)
    return tuple(facts[key] for key in ("status", "name", "holder", "until", "pledged")) if facts["status"] else ("",)
