"""What the pages about a right and what rests on it cost: the same queries for one row and for three."""

from collections.abc import Callable

import pytest

from apps.diligence import watching
from apps.workflow.machine import perform
from tests.followups import cases as followups
from tests.pledges.cases import filed, registered
from tests.rights import make_right
from tests.ways import application, walk

pytestmark = pytest.mark.django_db
PLEDGE, TRANSFER, PLEDGES, WATCHES, TOUCHING, JSON = 16, 16, 11, 7, 7, 5
ANSWER, FORM_ANSWER, ANSWER_READ, MOVE = 10, 13, 11, 16


@pytest.fixture
def rights_of(organisations) -> Callable:
    return lambda count: [make_right(organisations.enterprise, name=f"数据集{number}") for number in range(count)]


@pytest.fixture
def costs(django_assert_num_queries) -> Callable:
    """The page of an address, once it was asked for before, at this many queries."""

    def ask(client, address: str, queries: int) -> str:
        client.get(address)
        with django_assert_num_queries(queries):
            page = client.get(address)
        assert page.status_code == 200
        return page.content.decode()

    return ask


@pytest.mark.parametrize("count", [1, 3])
def test_a_pledge_over_many_rights_at_the_portal(count, rights_of, costs, people, organisations, sign_in):
    right, *others = rights_of(count)
    case = registered(people, organisations, right, others=others)
    page = costs(sign_in(people.filer), f"/portal/cases/{case.pk}/", PLEDGE)
    assert all(row.number in page for row in (right, *others))


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_list_of_pledges_with_its_totals(count, rights_of, costs, people, organisations, sign_in):
    cases = [filed(people, organisations, right) for right in rights_of(count)]
    page = costs(sign_in(people.clerk), "/desk/?kind=pledge&show=open", PLEDGES)
    assert all(case.number in page for case in cases)


@pytest.mark.parametrize("count", [1, 3])
def test_the_answer_to_a_correction(count, local_track, costs, people, organisations, sign_in):
    case = walk(application(people, organisations), people, "examining")
    items = [{"path": path, "label": path, "note": "请改"} for path in ("name", "scenario", "algorithm")[:count]]
    perform(case.pk, "ask_correction", actor=people.clerk, data={"items": items})
    page = costs(sign_in(people.filer), f"/portal/cases/{case.pk}/answer/", ANSWER)
    assert page.count("请改") >= count


@pytest.mark.parametrize("count", [1, 3])
def test_the_answer_by_a_form(count, rights_of, costs, people, organisations, sign_in):
    (right,) = rights_of(1)
    case = filed(people, organisations, right)
    items = [{"path": path, "label": path, "note": "请改"} for path in ("debt", "branch", "secured")[:count]]
    perform(case.pk, "ask_correction", actor=people.clerk, data={"items": items})
    client = sign_in(people.filer)
    assert costs(client, f"/portal/cases/{case.pk}/answer/", FORM_ANSWER).count("请改") >= count


@pytest.mark.parametrize("count", [1, 3])
def test_the_answer_read_before_it_is_sent(count, local_track, costs, people, organisations, sign_in):
    case = walk(application(people, organisations), people, "examining")
    items = [{"path": path, "label": path, "note": "请改"} for path in ("name", "scenario", "algorithm")[:count]]
    perform(case.pk, "ask_correction", actor=people.clerk, data={"items": items})
    costs(sign_in(people.filer), f"/portal/cases/{case.pk}/answer/review/", ANSWER_READ)


@pytest.mark.parametrize("count", [1, 3])
def test_a_move_of_a_pledge_at_the_portal(count, rights_of, costs, people, organisations, sign_in):
    right, *others = rights_of(count)
    case = filed(people, organisations, right, others=others)
    costs(sign_in(people.filer), f"/portal/cases/{case.pk}/moves/withdraw/", MOVE)


@pytest.mark.parametrize("count", [0, 2])
def test_a_transfer_of_a_right_that_others_rest_on_at_the_portal(
    count, rights_of, costs, people, organisations, sign_in
):
    (right,) = rights_of(1)
    case = followups.filed("transfer", people, organisations, right)
    open_ = [followups.filed(kind, people, organisations, right) for kind in ("entry_change", "reissue")[:count]]
    page = costs(sign_in(people.filer), f"/portal/cases/{case.pk}/", TRANSFER)
    assert all(each.number in page for each in open_)


@pytest.mark.parametrize("count", [1, 3])
def test_the_watch_list(count, rights_of, costs, people, organisations, sign_in):
    rights = rights_of(count)
    for right in rights:
        watching.follow(organisations.bank, right.number, people.banker)
    page = costs(sign_in(people.banker), "/portal/watches/", WATCHES)
    assert all(right.number in page for right in rights)


def test_who_is_touched_by_an_act(rights_of, costs, people, organisations, sign_in):
    (right,) = rights_of(1)
    pledge = registered(people, organisations, right)
    page = costs(sign_in(people.clerk), f"/desk/cases/{right.pk}/touching/?act=revoke", TOUCHING)
    assert pledge.number in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_as_json(count, rights_of, costs, people, organisations, client):
    right, *others = rights_of(count)
    registered(people, organisations, right, others=others)
    assert right.number in costs(client, f"/register/{right.number}.json", JSON)
