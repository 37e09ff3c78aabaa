"""An agent at the portal: what is shown of the principal, and what happens when the power ends in the middle."""

import pytest
from django.urls import reverse

from apps.evidence.models import Deposit
from apps.workflow.machine import perform
from apps.workflow.models import Case, Draft
from tests import ways
from tests.portal.forms import hidden, words
from tests.verifications.powers import AGENT, in_force

pytestmark = pytest.mark.usefixtures("local_track")


@pytest.fixture
def power(people, organisations) -> Case:
    case = in_force(people, organisations)
    people.agent.language = "en"
    people.agent.save()
    return case


@pytest.fixture
def acting(power, people, organisations, sign_in):
    """The agent's browser, looking at the principal."""
    client = sign_in(people.agent)
    client.get(reverse("portal:home"), {"organisation": organisations.enterprise.pk})
    return client


def test_agent_chooses_the_principal_and_every_page_says_so(acting, organisations):
    for name in ("home", "cases", "data_sets", "organisation", "draft_new", "inbox"):
        page = words(acting.get(reverse(f"portal:{name}")))
        assert "Acting for" in page, name
        assert organisations.enterprise.name in page, name
    assert organisations.enterprise.contact_email not in acting.get(reverse("portal:organisation")).content.decode()


def test_stranger_and_reader_cannot_choose_the_principal(power, people, organisations, sign_in):
    from apps.enterprises.models import Membership

    url = reverse("portal:home")
    assert sign_in(people.rival).get(url, {"organisation": organisations.enterprise.pk}).status_code == 404
    Membership.objects.filter(user=people.agent_filer).update(role="reader")
    assert sign_in(people.agent_filer).get(url, {"organisation": organisations.enterprise.pk}).status_code == 404


def test_principals_own_matters_are_not_shown_to_the_agent(acting, people, organisations):
    own = ways.application(people, organisations)
    draft = Draft.objects.create(
        kind="application", organisation=organisations.enterprise, created_by=people.filer,
        data={"basics": {"name": "自己的草稿"}}, created_at=own.filed_at, updated_at=own.filed_at,
    )  # fmt: skip
    for name in ("home", "cases", "data_sets"):
        assert own.title not in words(acting.get(reverse(f"portal:{name}"))), name
    assert acting.get(reverse("portal:case", args=[own.pk])).status_code == 404
    assert acting.get(reverse("portal:draft", args=[draft.pk, "basics"])).status_code == 404
    assert acting.get(reverse("portal:draft_review", args=[draft.pk])).status_code == 404


def drafted(client, typed) -> Draft:
    client.post(reverse("portal:draft_new"))
    draft = Draft.objects.get()
    for step, values in typed.items():
        client.post(reverse("portal:draft", args=[draft.pk, step]), values)
    return draft


def test_agent_drafts_and_the_principal_sees_it(acting, people, typed, sign_in):
    draft = drafted(acting, typed)
    url = reverse("portal:draft_review", args=[draft.pk])
    assert sign_in(people.filer).get(url).status_code == 200
    assert sign_in(people.agent_filer).get(url).status_code == 200
    assert sign_in(people.rival).get(url).status_code == 404


def test_power_that_ends_in_the_middle_of_a_form(acting, power, people, typed, sign_in):
    draft = drafted(acting, typed)
    perform(power.pk, "revoke", actor=people.manager)
    step = reverse("portal:draft", args=[draft.pk, "basics"])
    answer = acting.post(step, {**typed["basics"], "name": "改后的名称"})
    assert answer.status_code == 409
    assert "has ended" in words(answer)
    again = acting.post(step, typed["basics"])
    assert (again.status_code, "kept as a draft" in words(again)) == (409, True)
    draft.refresh_from_db()
    assert draft.data["basics"]["name"] == typed["basics"]["name"]
    assert sign_in(people.filer).get(step).status_code == 200


def test_deposit_by_the_agent_is_the_principals(acting, people, organisations, sign_in):
    page = acting.get(reverse("portal:deposit_own"))
    sent = {"key": hidden(page, "key"), "data_name": "近岸浪高数据集", "not_classified": "on", "sha256": ways.SHA}
    acting.post(reverse("portal:deposit_own"), sent)
    case = Deposit.objects.get().case
    assert case.organisation == organisations.enterprise
    assert AGENT in words(sign_in(people.filer).get(reverse("portal:case", args=[case.pk])))
    assert case.title in words(acting.get(reverse("portal:data_sets")))


def test_page_sent_after_the_end_files_nothing_for_anybody(acting, power, people):
    page = acting.get(reverse("portal:deposit_own"))
    sent = {"key": hidden(page, "key"), "data_name": "近岸浪高数据集", "not_classified": "on", "sha256": ways.SHA}
    perform(power.pk, "give_up", actor=people.agent)
    answer = acting.post(reverse("portal:deposit_own"), sent)
    assert answer.status_code == 409
    assert not Deposit.objects.exists()


def test_procedure_that_is_not_covered(acting):
    answer = acting.get(reverse("portal:file", args=["membership"]))
    assert answer.status_code == 409
    assert "does not cover" in words(answer)


def test_grant_from_the_page_and_accept(people, organisations, sign_in):
    from tests.verifications.powers import an_agent

    agent = an_agent(people)
    client = sign_in(people.manager)
    url = reverse("portal:file", args=["power"])
    page = client.get(url)
    sent = {
        "key": hidden(page, "key"), "agent": agent.uscc, "kinds": ["application"], "from_on": "2026-01-05",
        "until_on": "2028-01-05",
    }  # fmt: skip
    client.post(url, sent)
    case = Case.objects.get(kind="power")
    accept = reverse("portal:move", args=[case.pk, "accept"])
    taken = sign_in(people.agent)
    taken.post(accept, {"version": case.version, "key": "a" * 32})
    case.refresh_from_db()
    assert case.status == "in_force"
    assert organisations.enterprise.name in words(taken.get(reverse("portal:home")))


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_agents_home(acting, power, people, organisations, count, django_assert_num_queries):
    evidence = ways.deposit(organisations.enterprise, people.filer, people.clerk2)
    from apps.applications.filing import open_application

    for number in range(count):
        values = ways.values(evidence, name=f"数据集{number}")
        open_application(values, organisation=organisations.enterprise, actor=people.agent)
    with django_assert_num_queries(12):
        acting.get(reverse("portal:home"))
