"""Two web processes at once on one right, as people press buttons: 200 rounds of each race. Run by ``make prove``."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError

import pytest
from django.db import connection

from apps.certificates.models import Claim
from apps.rules.models import RuleParameter
from apps.workflow.machine import perform
from apps.workflow.models import Case, Event
from tests.factories import make_uscc
from tests.listings.cases import assessed, terms
from tests.pledges.cases import filed as filed_pledge
from tests.pledges.cases import registered as registered_pledge
from tests.processes.portal import Portal, Visit
from tests.rights import make_right

ROUNDS = int(os.environ.get("ROUNDS", "200"))
REFUSED = (409, 422)

pytestmark = [
    pytest.mark.prove,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="two processes write at once on PostgreSQL alone"),
]


@pytest.fixture
def webs(tmp_path_factory):
    """Two web servers over the test's database."""
    found = [Portal(tmp_path_factory.mktemp(f"web{number}")) for number in range(2)]
    for portal in found:
        portal.start_broker()
        portal.start_web()
    yield found
    for portal in found:
        portal.stop()


def page_of(visit: Visit, path: str) -> dict[str, str]:
    """A move's page is opened: its hidden fields, ready to be sent."""
    return dict(re.findall(r'name="(csrfmiddlewaretoken|version|key)" value="([^"]*)"', visit.send(path)[1]))


def pressed(visit: Visit, path: str, values: dict[str, str]) -> bool:
    """Send a move's page; whether it led on to the case. A refusal shows the page again."""
    try:
        return visit.send(path, values)[0] != path
    except HTTPError as answer:
        answer.close()
        if answer.code not in REFUSED:
            raise
        return False


Press = tuple[Visit, str, dict[str, str]]


def both(first: Press, second: Press) -> list[bool]:
    """Both pages are open before either is sent; then both are sent at once."""
    ready = [(visit, path, {**page_of(visit, path), **values}) for visit, path, values in (first, second)]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda press: pressed(*press), ready))


def desk(case: Case, move: str) -> str:
    return f"/desk/cases/{case.pk}/moves/{move}/"


def portal_page(case: Case, move: str) -> str:
    return f"/portal/cases/{case.pk}/moves/{move}/"


def rounds(name: str, one: Callable[[int], None], capsys) -> None:
    for number in range(ROUNDS):
        one(number)
    with capsys.disabled():
        print(f"\n{ROUNDS} rounds over two web processes: {name}")  # noqa: T201


def test_two_pledges_of_one_right(webs, people, organisations, capsys):
    clerks = [webs[0].visit(people.clerk), webs[1].visit(people.clerk2)]

    def one(number: int) -> None:
        right = make_right(organisations.enterprise, name=f"数据集{number}")
        cases = [filed_pledge(people, organisations, right) for _ in range(2)]
        seen = {"joint_paper": "on"}
        done = both(*((clerk, desk(case, "accept"), seen) for clerk, case in zip(clerks, cases, strict=True)))
        assert sorted(done) == [False, True]
        assert Claim.objects.filter(registration=right, ended_at=None).count() == 1
        assert Event.objects.filter(case__in=cases, move="accept").count() == 1

    rounds("two pledges on one right, one claim each time", one, capsys)


def test_a_release_and_a_new_pledge(webs, people, organisations, capsys):
    RuleParameter.objects.filter(key="release_alarm_count").update(value=2 * ROUNDS)  # one account makes all of them
    banker, clerk = webs[0].visit(people.banker), webs[1].visit(people.clerk)

    def one(number: int) -> None:
        right = make_right(organisations.enterprise, name=f"数据集{number}")
        new = filed_pledge(people, organisations, right)
        old = registered_pledge(people, organisations, right)
        paid = {"ground": "paid", "certain": "on"}
        released, pledged = both(
            (banker, portal_page(old, "release"), paid), (clerk, desk(new, "accept"), {"joint_paper": "on"})
        )
        assert released
        assert not pledged  # while the release cools the right counts as pledged
        assert Claim.objects.get(registration=right, ended_at=None).case == old

    rounds("a release and a new pledge, one claim each time: the release cools", one, capsys)


def test_a_listing_goes_up_while_its_right_is_pledged(webs, people, organisations, capsys):
    """Whoever is first: a product never goes up on a pledged right without the pledgee's consent."""
    exchange, clerk = webs[0].visit(people.exchange_person), webs[1].visit(people.clerk)

    def one(number: int) -> None:
        right = make_right(organisations.enterprise, name=f"数据集{number}")
        pledge = filed_pledge(people, organisations, right)
        listing = assessed(people, organisations, right)
        typed = {
            "listing_number": f"GP-{number}", "compliance_number": "HG-1", "law_firm": "浙江示范律师事务所",
            "valid_until": "2099-12-31",
        }  # fmt: skip
        up, pledged = both(
            (exchange, portal_page(listing, "list"), typed), (clerk, desk(pledge, "accept"), {"joint_paper": "on"})
        )
        assert pledged
        acts = Event.objects.filter(case__in=(listing, pledge), move__in=("list", "accept")).order_by("pk")
        assert acts.last().move == "accept"  # where both were done the listing came first
        assert acts.filter(case=listing, move="list").exists() == up

    rounds("a listing goes up while its right is pledged, never after it without consent", one, capsys)


def test_two_hundred_sales_under_one_contract_number(webs, people, organisations, capsys):
    """The same contract, typed at once by two people of the exchange, is one transaction."""
    visits = [web.visit(people.exchange_person) for web in webs]
    right = make_right(organisations.enterprise)
    case = assessed(people, organisations, right)
    perform(case.pk, "list", actor=people.exchange_person, data=terms())

    def one(number: int) -> None:
        values = {
            "contract_number": f"HT-{number}", "buyer": "宁波示范航运有限公司", "buyer_code": make_uscc(),
            "amount": "60000", "agreed_on": str(case.row.listed_on), "source_stated": "自有浮标采集。",
            "sides_identified": "on", "kept_at": "档案",
        }  # fmt: skip
        done = both(*((visit, portal_page(case, "sell"), values) for visit in visits))
        assert sorted(done) == [False, True]

    rounds("one contract recorded twice at once, one transaction each time", one, capsys)
    assert case.row.transactions.count() == ROUNDS
