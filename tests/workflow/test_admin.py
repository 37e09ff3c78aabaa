"""Cases in the admin: read by those whose kinds they are, moved only by moves that need no form."""

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from apps.workflow.forms import CommentForm
from apps.workflow.states import all_kinds, kind
from tests.samples import SAMPLES

NAMES = [row.name for row in all_kinds()]


def address(name: str) -> str:
    meta = kind(name).model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")


def may_see(person, name: str) -> bool:
    request = RequestFactory().get("/")
    request.user = person
    return admin.site._registry[kind(name).model].has_view_permission(request)


@pytest.mark.parametrize("name", NAMES)
def test_the_chief_reads_the_rows(name, local_track, people, organisations, sign_in):
    case = SAMPLES[name](people, organisations)
    page = sign_in(people.chief).get(address(name))
    assert page.status_code == 200
    assert case.title in page.content.decode()


def test_administrators_see_no_case_and_the_secretariat_the_alliances_alone(people):
    for person in (people.system_admin, people.security_admin, people.audit_admin, people.filer):
        assert not any(may_see(person, name) for name in NAMES)
    assert [name for name in NAMES if may_see(people.secretariat, name)] == ["membership", "sharing"]
    assert not may_see(people.district_clerk, "membership")


@pytest.mark.parametrize("name", NAMES)
def test_actions_are_the_moves_that_need_no_form(name, people):
    request = RequestFactory().get("/")
    request.user = people.chief
    offered = admin.site._registry[kind(name).model].get_actions(request)
    for move in kind(name).moves:
        bare = not (move.opens or move.effects or move.checks) and move.form in (None, CommentForm)
        by_hand = bare and move.who.roles not in (("clock",), ("consequence",))
        assert (f"move_{move.name}" in offered) == by_hand, move.name


def test_an_action_says_why_it_cannot_be_done(people, organisations, sign_in):
    case = SAMPLES["pledge"](people, organisations)
    chosen = {"action": "move_confirm", "_selected_action": [case.pk]}
    response = sign_in(people.clerk).post(address("pledge"), chosen)
    case.refresh_from_db()
    assert case.event_count == 1
    with override("en"):
        said = [str(message) for message in get_messages(response.wsgi_request)]
    assert len(said) == 1
    assert said[0].startswith(str(case))
