"""Races over one right on two connections: it is revoked while a product goes up, transferred while it is pledged, renewed
while its listing's clock runs out. Whoever comes first holds the right's row; the other waits there, and finds what it did."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from apps.certificates.models import Claim
from apps.certificates.register import disputes
from apps.outbox.failpoints import reach
from apps.rules.clock import legal_now, legal_today
from apps.workflow import machine
from apps.workflow.machine import perform
from apps.workflow.models import Case
from apps.workflow.tasks import settle
from tests.followups.cases import revocation
from tests.listings.cases import assessed, fresh, listed, terms, touch
from tests.pledges.cases import filed as filed_pledge
from tests.races import lock_out, race
from tests.rights import make_right

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks are PostgreSQL's"),
]


def go_up(case: Case, people, number="GP-1"):
    return lambda: perform(case.pk, "list", actor=people.exchange_person, data=terms(listing_number=number))


def on_right(right, act: str, data: dict | None = None, actor=None):
    """An act on the right as a procedure's accepting move makes it: that locks the right before its guards are asked."""

    def act_() -> None:
        with transaction.atomic():
            machine.lock(right.case.pk)
            reach("machine.allowed")
            touch(right, act, data, actor=actor)

    return act_


def test_a_listing_that_goes_up_while_the_right_is_revoked_is_refused(people, organisations):
    right = make_right(organisations.enterprise)
    case = assessed(people, organisations, right)
    one, two, reached = race(on_right(right, "revoke", actor=people.deputy), go_up(case, people))
    assert (one.refusal, two.refusal, reached) == ("", "wrong_state", 1)
    assert fresh(case).status == "moot"


def test_a_right_that_is_revoked_while_its_listing_goes_up_suspends_it(people, organisations):
    right = make_right(organisations.enterprise)
    case = assessed(people, organisations, right)
    one, two, reached = race(go_up(case, people), on_right(right, "revoke", actor=people.deputy))
    assert (one.refusal, two.refusal, reached) == ("", "", 2)
    assert fresh(case).status == "suspended"


def resting(people, organisations, right) -> Case:
    """A listing that its holder suspended: a dispute writes nothing on it, so only the right's row stands between."""
    case = listed(people, organisations, right)
    perform(case.pk, "suspend", actor=people.filer, comment="系统升级")
    return case


def come_back(case: Case, people):
    return lambda: perform(case.pk, "resume", actor=people.exchange_person)


def revoke(case: Case, people):
    """The section chief's decision, as the procedure takes it."""
    words = {"announcement": "以虚假材料取得登记，予以撤销。"}
    return lambda: perform(case.pk, "revoke", actor=people.chief, data=words, comment="经查属实。")


def test_a_procedure_that_opens_while_the_product_goes_up_suspends_it(people, organisations):
    right = make_right(organisations.enterprise)
    listing = assessed(people, organisations, right)
    case = revocation(people, organisations, right)
    open_ = lambda: perform(case.pk, "open", actor=people.clerk)  # noqa: E731
    one, two, reached = race(go_up(listing, people), open_)
    assert (one.refusal, two.refusal, reached, fresh(listing).status) == ("", "", 2, "suspended")


def test_a_product_that_goes_up_while_the_procedure_opens_is_refused(people, organisations):
    right = make_right(organisations.enterprise)
    listing = assessed(people, organisations, right)
    case = revocation(people, organisations, right)
    open_ = lambda: perform(case.pk, "open", actor=people.clerk)  # noqa: E731
    one, two, reached = race(open_, go_up(listing, people))
    assert (one.refusal, two.refusal, reached, fresh(listing).status) == ("", "disputed", 1, "compliance")


def test_without_the_lock_a_disputed_right_is_listed_and_nobody_suspends_it(people, organisations, monkeypatch):
    right = make_right(organisations.enterprise)
    listing = resting(people, organisations, right)
    case = revocation(people, organisations, right)
    open_ = lambda: perform(case.pk, "open", actor=people.clerk)  # noqa: E731
    lock_out(monkeypatch)
    one, two, reached = race(come_back(listing, people), open_, locked=False, through=True)
    assert (one.refusal, two.refusal, one.fault, two.fault, reached) == ("", "", None, None, 2)
    assert (disputes(right), fresh(listing).status) == ([case], "listed")


def test_a_suspended_product_does_not_come_back_while_its_right_is_revoked(people, organisations):
    right = make_right(organisations.enterprise)
    listing = listed(people, organisations, right)
    case = revocation(people, organisations, right, "open", "state")
    resume = lambda: perform(listing.pk, "resume", actor=people.exchange_person)  # noqa: E731
    one, two, reached = race(revoke(case, people), resume)
    assert (one.refusal, two.refusal, reached) == ("", "not_valid", 1)
    assert (fresh(right.case).status, fresh(listing).status) == ("revoked", "suspended")


def test_a_further_right_of_the_product_is_waited_for_as_well(people, organisations):
    first, second = (make_right(organisations.enterprise, name=name) for name in ("甲数据集", "乙数据集"))
    case = assessed(people, organisations, first, further=[second.pk])
    one, two, reached = race(on_right(second, "revoke", actor=people.deputy), go_up(case, people))
    assert (one.refusal, two.refusal, reached) == ("", "wrong_state", 1)


def test_a_pledge_of_a_right_that_is_transferred_meanwhile_is_refused(people, organisations):
    right = make_right(organisations.enterprise)
    pledge = filed_pledge(people, organisations, right)
    accept = lambda: perform(pledge.pk, "accept", actor=people.clerk, data={"joint_paper": True})  # noqa: E731
    move = on_right(right, "transfer", {"holder": organisations.rival_enterprise.pk}, people.chief)
    one, two, reached = race(move, accept)
    assert (one.refusal, two.refusal, reached) == ("", "wrong_state", 1)
    assert fresh(pledge).status == "fallen", "the transfer made the application fall away, and it says so"
    assert not Claim.objects.exists()


def test_a_transfer_of_a_right_that_is_pledged_meanwhile_waits_for_the_pledgee(people, organisations):
    right = make_right(organisations.enterprise)
    pledge = filed_pledge(people, organisations, right)
    accept = lambda: perform(pledge.pk, "accept", actor=people.clerk, data={"joint_paper": True})  # noqa: E731
    move = on_right(right, "transfer", {"holder": organisations.rival_enterprise.pk}, people.chief)
    one, two, reached = race(accept, move)
    assert (one.refusal, two.refusal, reached) == ("", "no_consent", 2)
    right.refresh_from_db()
    assert right.holder == organisations.enterprise


def test_renewed_before_its_end_is_swept_the_listing_stands(people, organisations):
    """The sweep waits at the right, and then finds the clock moved."""
    right = make_right(organisations.enterprise, valid_until=legal_today() + timedelta(days=3))
    case = listed(people, organisations, right)
    renew = on_right(right, "renew", {"valid_until": legal_today() + timedelta(days=900)}, people.chief)
    one, two, _reached = race(renew, lambda: settle(case.pk))
    assert (one.refusal, two.refusal) == ("", "")
    assert (fresh(case).status, fresh(case).due_on) == ("listed", case.row.valid_until)
    assert legal_now() < fresh(case).next_due_at
