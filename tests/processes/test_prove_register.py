"""Two web processes at once on one right, as people press buttons: 200 rounds of each race. Run by ``make prove``."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from apps.certificates.models import Claim
from apps.rules.clock import legal_now, legal_today
from apps.rules.models import RuleParameter
from apps.workflow.machine import perform
from apps.workflow.models import Case, Event
from tests.factories import make_uscc
from tests.followups.cases import revocation, transfer_beside_a_pledge
from tests.listings.cases import assessed, fresh, terms
from tests.pledges.cases import deals
from tests.pledges.cases import filed as filed_pledge
from tests.pledges.cases import registered as registered_pledge
from tests.processes.pressing import ROUNDS, at_once, both, desk, portal_page, ready, rounds, sweeping
from tests.rights import make_right

pytestmark = [
    pytest.mark.prove,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="two processes write at once on PostgreSQL alone"),
]


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


def test_two_deals_that_share_a_right(webs, people, organisations, capsys):
    """Over {A, B} and {B, C}: a deal has all its rights, or none."""
    clerks = [webs[0].visit(people.clerk), webs[1].visit(people.clerk2)]

    def one(number: int) -> None:
        rights, *cases = deals(people, organisations)
        seen = {"joint_paper": "on"}
        done = both(*((clerk, desk(case, "accept"), seen) for clerk, case in zip(clerks, cases, strict=True)))
        assert sorted(done) == [False, True]
        won, lost = cases[done.index(True)], cases[done.index(False)]
        claims = Claim.objects.filter(registration__in=rights, ended_at=None).values_list("registration", "case")
        assert set(claims) == {(right.pk, won.pk) for right in (rights[:2] if won == cases[0] else rights[1:])}
        assert (fresh(won).status, fresh(lost).status) == ("registered", "submitted")

    rounds("two deals that share a right, one of them registered, with all its rights", one, capsys)


def test_a_transfer_and_a_pledge(webs, people, organisations, capsys):
    """Both may be decided when the pages open; a right that has gone over is not pledged by its former holder, and a
    pledged one does not go over without the bank."""
    RuleParameter.objects.filter(key="release_alarm_count").update(value=2 * ROUNDS)  # one account makes all of them
    chief, clerk = webs[0].visit(people.chief), webs[1].visit(people.clerk)
    transfers = []

    def one(number: int) -> None:
        right, transfer, pledge = transfer_beside_a_pledge(people, organisations)
        seen = {"joint_paper": "on"}
        transferred, pledged = both((chief, desk(transfer, "accept"), seen), (clerk, desk(pledge, "accept"), seen))
        assert transferred != pledged
        right.refresh_from_db()
        claims = set(Claim.objects.filter(registration=right, ended_at=None).values_list("kind", flat=True))
        standing = (right.holder, fresh(transfer).status, fresh(pledge).status, claims)
        if transferred:
            assert standing == (organisations.rival_enterprise, "transferred", "fallen", set())
        else:
            assert standing == (organisations.enterprise, "submitted", "registered", {"transfer", "pledge"})
        transfers.append(transferred)

    told = lambda: f" (transferred {sum(transfers)})"  # noqa: E731
    rounds("a transfer and a pledge, one of them each time", one, capsys, told)


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


def test_a_listing_goes_up_while_its_right_is_revoked(webs, people, organisations, capsys):
    """It goes up while the procedure opens, and again while the chief decides: never does it stay up."""
    exchange, office = (
        webs[0].visit(people.exchange_person),
        [webs[1].visit(who) for who in (people.clerk, people.chief)],
    )
    before = []

    def one(number: int) -> None:
        right = make_right(organisations.enterprise, name=f"数据集{number}")
        listing, case = assessed(people, organisations, right), revocation(people, organisations, right)
        typed = {
            "listing_number": f"GP-{number}", "compliance_number": "HG-1", "law_firm": "浙江示范律师事务所",
            "valid_until": "2099-12-31",
        }  # fmt: skip
        up, opened = both(
            (exchange, portal_page(listing, "list"), typed), (office[0], desk(case, "open"), {"comment": "立案。"})
        )
        assert opened
        assert fresh(listing).status == ("suspended" if up else "compliance")
        perform(case.pk, "state", actor=people.filer, data={"statement": "数据为我方采集。"})
        again = (exchange, portal_page(listing, "resume" if up else "list"), {} if up else typed)
        words = {"announcement": "以虚假材料取得登记，予以撤销。", "comment": "经查属实。"}
        up_again, revoked = both(again, (office[1], desk(case, "revoke"), words))
        assert (up_again, revoked) == (False, True)
        assert (fresh(right.case).status, fresh(listing).status) == ("revoked", "suspended" if up else "moot")
        before.append(up)

    told = lambda: f" (up before the procedure opened {sum(before)})"  # noqa: E731
    rounds("a listing goes up while its right is revoked, never to stay", one, capsys, told)


def test_a_renewal_at_the_end_of_its_right(webs, people, organisations, capsys):
    """The firm files at the moment of the end while another process sweeps: it is held or over, never both. What is held
    is renewed beside the sweep. Each round comes closer to the moment at which neither is sure."""
    firm, chief = webs[0].visit(people.filer), webs[1].visit(people.chief)
    gap, in_time = timedelta(milliseconds=100), []

    def one(number: int) -> None:
        nonlocal gap
        right = make_right(
            organisations.enterprise, name=f"数据集{number}", valid_until=legal_today() + timedelta(days=30)
        )
        stated = {"data_exists": "on", "sources_licensed": "on"}
        file = ready(firm, f"/portal/file/renewal/?root={right.pk}", stated)
        end = legal_now() + gap
        right.case.clocks.filter(name="validity").update(due_at=end)
        Case.objects.filter(pk=right.pk).update(next_due_at=end)
        filed, _swept = at_once(file, sweeping(end))
        renewals, acts = Case.objects.filter(root=right.pk, kind="renewal"), Event.objects.filter(case=right.pk)
        assert renewals.count() == filed
        assert acts.latest("pk").move == ("hold" if filed else "expire")
        assert fresh(right.case).status == ("renewing" if filed else "expired")
        if filed:
            grant = ready(chief, desk(renewals.get(), "accept"), {})
            granted, _swept = at_once(grant, sweeping(legal_now()))
            assert granted
            assert fresh(right.case).status_at() == "valid"
            assert not acts.filter(move="expire").exists()
        gap *= 0.8 if filed else 1.25
        in_time.append(filed)

    told = lambda: f" (filed in time {sum(in_time)})"  # noqa: E731
    rounds("a renewal at the end of its right, held or over, never both", one, capsys, told)


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
