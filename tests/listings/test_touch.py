"""What becomes of a listing when something happens to its right: suspended with the reason, told to both sides, and
right even where no sweep has run."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import translation

from apps.certificates.models import Claim
from apps.certificates.register import claim
from apps.outbox.models import Letter
from apps.pages.touched import of_case
from apps.rules.clock import legal_now, legal_today
from apps.workflow.machine import Refused, moves_for, perform
from apps.workflow.models import Case
from apps.workflow.states import kind
from apps.workflow.tasks import sweep
from apps.workflow.touch import edges
from tests.alliance.cases import shared
from tests.listings.cases import assessed, brought, fresh, listed, sale, terms, touch
from tests.pledges.cases import registered as pledged
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SUSPENDING = {
    "contest": ("suspend_disputed", "a dispute over the registration is open"),
    "freeze": ("suspend_frozen", "a court has frozen the registration"),
    "cancel": ("suspend_ended", "the registration is no longer in force"),
    "revoke": ("suspend_ended", "the registration is no longer in force"),
    "transfer": ("suspend_transferred", "the registration has a new holder, who has to confirm the listing"),
}
LEAVING = ("change", "reissue", "thaw", "uphold", "license", "hold")


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise)


@pytest.fixture
def up(people, organisations, right):
    return listed(people, organisations, right)


def data_of(act, organisations) -> dict:
    shapes = {"transfer": {"holder": organisations.rival_enterprise.pk}, "change": {"changes": {"scenario": "改"}}}
    return shapes.get(act, {})


def last(case: Case):
    return case.events.order_by("-seq").first()


def readers(case: Case, text: str) -> set[str]:
    return set(Letter.objects.filter(case_pk=case.pk, text=text).values_list("user__username", flat=True))


@pytest.mark.parametrize("act", SUSPENDING)
def test_it_is_suspended_with_the_reason_and_everybody_is_told(act, people, organisations, right, up):
    move, words = SUSPENDING[act]
    touch(right, act, data_of(act, organisations), actor=people.deputy)
    case = fresh(up)
    assert (case.status, last(case).move, last(case).data["because_move"]) == ("suspended", move, act)
    assert {"filer", "manager", "exchange_person", "clerk"} <= readers(case, "listing.suspended")
    letter = Letter.objects.get(case_pk=case.pk, text="listing.suspended", user=people.exchange_person)
    with translation.override(letter.language):
        assert letter.context["reason"] == translation.gettext(words)
    assert case.due_on == date(2026, 4, 1)


@pytest.mark.parametrize("act", LEAVING)
def test_it_stays_listed(act, organisations, right, up):
    touch(right, act, data_of(act, organisations))
    assert fresh(up).status == "listed"


def test_every_act_has_an_outcome_in_words_for_every_state(people, organisations, right, up):
    (row,) = edges(right.case, "revoke")
    assert (row.case, row.move.name, row.told) == (
        up, "suspend_ended", ("applicant", "exchange", "successor", "office"),
    )  # fmt: skip
    waiting = brought(people, organisations, right)
    by_case = {row.case: row for row in edges(right.case, "contest")}
    assert by_case[waiting].move.name == "hear_obstacle"
    with translation.override("en"):
        assert by_case[waiting].consequence.says == "It cannot go up until this is over."


@pytest.mark.parametrize("bring", [brought, assessed])
@pytest.mark.parametrize("act", ["cancel", "revoke", "transfer"])
def test_a_product_under_review_ends_with_the_right_and_both_sides_are_told(act, bring, people, organisations, right):
    case = bring(people, organisations, right)
    touch(right, act, data_of(act, organisations))
    case = fresh(case)
    assert (case.status, last(case).move, last(case).data["because_move"]) == ("moot", "moot", act)
    assert not case.clocks.filter(ended_at__isnull=True).exists()
    assert {"filer", "manager", "exchange_person", "clerk"} <= readers(case, "listing.moot")


def test_a_product_under_review_ends_when_the_right_expires(people, organisations, noon):
    right = make_right(organisations.enterprise, name="将到期的数据集", valid_until=date(2026, 3, 4))
    case = brought(people, organisations, right)
    noon.move_to(datetime(2026, 3, 5, 4, 0, tzinfo=UTC))
    sweep()
    assert fresh(case).status == "moot"
    assert "exchange_person" in readers(case, "listing.moot")


@pytest.mark.parametrize("act", ["freeze", "contest"])
def test_the_exchange_hears_what_keeps_a_product_under_review_down(act, people, organisations, right):
    case = brought(people, organisations, right)
    touch(right, act)
    assert (fresh(case).status, last(case).move) == ("submitted", "hear_obstacle")
    assert {"filer", "manager", "exchange_person", "clerk"} <= readers(case, "listing.obstacle")
    letter = Letter.objects.get(case_pk=case.pk, text="listing.obstacle", user=people.exchange_person)
    with translation.override(letter.language):
        assert letter.context["happened"] == str(kind("registration").move(act).past)


def test_after_the_dispute_the_exchange_lists_it_again(people, right, up):
    touch(right, "contest")
    assert refused(up, people) == "disputed"
    touch(right, "uphold")
    assert last(fresh(up)).move == "hear_cleared"
    assert "exchange_person" in readers(up, "listing.cleared")
    perform(up.pk, "resume", actor=people.exchange_person)
    assert fresh(up).status == "listed"


def test_two_disputes_must_both_be_over(people, right, up):
    for act in ("contest", "contest", "uphold"):
        touch(right, act)
    assert refused(up, people) == "disputed"
    touch(right, "uphold")
    assert refused(up, people) == ""


def refused(case, people) -> str:
    try:
        perform(case.pk, "resume", actor=people.exchange_person)
    except Refused as fault:
        return fault.code
    return ""


def test_after_a_revocation_it_comes_down_by_its_clock(people, right, up, noon):
    touch(right, "contest")
    touch(right, "revoke")
    assert (fresh(up).status, last(fresh(up)).move) == ("suspended", "note_ended")
    assert refused(up, people) == "not_valid"
    noon.move_to(datetime(2026, 4, 2, 4, 0, tzinfo=UTC))
    assert fresh(up).status_at() == "delisted"
    sweep()
    assert fresh(up).status == "delisted"


# ------------------------------------------------------------------------------------------------ a new holder


def test_the_new_holder_takes_it_over_and_the_exchange_lists_it_again(people, organisations, right, up):
    touch(right, "transfer", {"holder": organisations.rival_enterprise.pk})
    assert refused(up, people) == "not_holder"
    for stranger in (people.filer, people.exchange_person, people.banker):
        with pytest.raises(Refused) as fault:
            perform(up.pk, "take_over", actor=stranger)
        assert fault.value.code == "not_yours"
    perform(up.pk, "take_over", actor=people.rival)
    case = fresh(up)
    assert (case.organisation, case.row.holder) == (organisations.rival_enterprise,) * 2
    assert set(case.parties.values_list("role", "organisation__name")) == {
        ("applicant", "舟山蓝湾渔业科技有限公司"), ("former_applicant", "舟山听涛海洋数据有限公司"),
        ("exchange", "浙东示范数据交易中心"),
    }  # fmt: skip
    assert {"rival", "filer", "exchange_person"} <= readers(case, "listing.taken_over")
    perform(up.pk, "resume", actor=people.exchange_person)
    assert fresh(up).status == "listed"


def test_transferred_there_and_back_the_first_holder_takes_it_over_again(people, organisations, right, up):
    touch(right, "transfer", {"holder": organisations.rival_enterprise.pk})
    perform(up.pk, "take_over", actor=people.rival)
    touch(right, "transfer", {"holder": organisations.enterprise.pk})
    perform(up.pk, "take_over", actor=people.manager)
    assert fresh(up).organisation == organisations.enterprise


def test_an_exclusive_licence_filed_on_the_right_takes_it_down(organisations, right, up):
    origin = Case.objects.get(pk=right.origin_id)
    licensee = organisations.rival_enterprise
    claim(right, case=origin, party=licensee, kind=Claim.Kind.LICENCE, at=legal_now())
    touch(right, "license")
    assert fresh(up).status == "delisted"
    assert Letter.objects.filter(case_pk=up.pk, text="listing.licensed").exists()


# ------------------------------------------------------------------------------------------------ a licence that is sold


def sold(case, people, **values):
    perform(case.pk, "sell_last", actor=people.exchange_person, data=sale(licence=case.listing.licence, **values))


@pytest.mark.parametrize("licence", ["exclusive", "sole"])
def test_a_licence_sold_on_one_listing_reaches_all_that_rests_on_the_right(licence, people, organisations, right, up):
    entry = shared(people, organisations, right)
    other = listed(people, organisations, right, "GP-2", licence=licence)
    sold(other, people)
    assert (fresh(up).status, last(fresh(up)).move) == ("delisted", "hear_licence")
    assert (last(fresh(up)).data["because_case"], last(fresh(up)).data["because_move"]) == (right.pk, "license")
    assert {"filer", "manager", "exchange_person"} <= readers(up, "listing.licensed")
    assert fresh(entry).status == "ended"
    assert readers(entry, "sharing.licensed") == {"filer", "manager", "secretariat"}
    assert (right.case.events.get(move="license").data["because_case"], fresh(other).status) == (other.pk, "delisted")


def test_an_ordinary_licence_sold_reaches_nobody(people, organisations, right, up):
    other = listed(people, organisations, right, "GP-2")
    perform(other.pk, "sell", actor=people.exchange_person, data=sale())
    assert fresh(up).status == "listed"
    assert not right.case.events.filter(move="license").exists()


def test_a_licence_sold_over_several_rights_reaches_what_rests_on_each(people, organisations, right):
    further = make_right(organisations.enterprise, name="第二个数据集")
    beside = listed(people, organisations, further)
    both = listed(people, organisations, right, "GP-2", licence="exclusive", further=[further.pk])
    sold(both, people)
    assert fresh(beside).status == "delisted"
    assert [row.case.events.filter(move="license").count() for row in (right, further)] == [1, 1]


def test_a_pledge_taken_since_waits_for_the_pledgee_who_is_asked_and_told(people, organisations, right):
    """Civil Code, art. 444: what the bank has not agreed to is not sold, ordinary licences neither."""
    case = listed(people, organisations, right, licence="sole")
    bank = pledged(people, organisations, right)
    with pytest.raises(Refused) as fault:
        sold(case, people)
    assert (fault.value.code, case.listing.transactions.count()) == ("no_consent", 0)
    assert "ask_consents" in {offer.move.name for offer in moves_for(fresh(case), people.exchange_person)}
    perform(case.pk, "ask_consents", actor=people.exchange_person)
    assert readers(case, "listing.consent_asked") == {"banker"}
    assert "ask_consents" not in {offer.move.name for offer in moves_for(fresh(case), people.exchange_person)}
    perform(case.pk, "consent", actor=people.banker)
    sold(case, people)
    assert last(fresh(bank)).data["because_move"] == "license"
    assert "banker" in readers(bank, "pledge.touched")


def test_consents_seen_when_it_was_recorded_hold_for_its_sales(people, organisations, right):
    pledged(people, organisations, right)
    values = {**terms(), "listed_on": legal_today(), "consents_seen": True, "licence": "exclusive"}
    case = brought(people, organisations, right, actor=people.exchange_person, move="record", **values)
    sold(case, people)
    assert fresh(case).status == "delisted"


def test_a_sale_that_is_struck_frees_the_right_and_what_came_down_by_it_may_be_listed_anew(
    people, organisations, right, up
):
    other = listed(people, organisations, right, "GP-2", licence="exclusive")
    sold(other, people)
    perform(other.pk, "propose_rectification", actor=people.clerk, comment="误录")
    perform(other.pk, "rectify", actor=people.chief)
    assert (fresh(other).status, fresh(up).status) == ("listed", "delisted")
    assert brought(people, organisations, right).status == "submitted"


def test_the_page_of_a_listing_that_offers_such_a_licence_says_who_would_be_touched(people, organisations, right, up):
    offering = listed(people, organisations, right, "GP-2", licence="sole")
    assert [row.case for row in of_case(offering, people.filer).rows] == [up]
    assert of_case(up, people.filer) is None


def test_a_listing_of_several_rights_shows_what_rests_on_each_of_them(people, organisations, right, up, sign_in):
    further = make_right(organisations.enterprise, number="浙数登2026001", name="第二数据集")
    other = listed(people, organisations, further, "GP-2")
    both = listed(people, organisations, right, "GP-3", licence="exclusive", further=[further.pk])
    shown = of_case(both, people.filer)
    assert [each.case for each in shown.on] == [right.case, further.case]
    assert [row.case for row in shown.rows] == [up, other]
    page = sign_in(people.filer).get(f"/portal/cases/{both.pk}/").content.decode()
    for words in ("第二数据集", up.number, other.number, further.certificates.get().number):
        assert words in page
    sold(both, people)
    assert (fresh(up).status, fresh(other).status) == ("delisted", "delisted")


# ------------------------------------------------------------------------------------------------ the right's own end


def ending(people, organisations, day=date(2026, 3, 10)):
    """A listing whose right ends before it does."""
    right = make_right(organisations.enterprise, name="将到期的数据集", valid_until=day)
    return right, listed(people, organisations, right, number="GP-9")


def test_the_end_of_the_right_suspends_it_before_any_sweep(people, organisations, noon):
    _right, case = ending(people, organisations)
    noon.move_to(datetime(2026, 3, 10, 15, 59, tzinfo=UTC))
    assert fresh(case).status_at() == "listed"
    noon.move_to(datetime(2026, 3, 10, 16, 0, tzinfo=UTC))
    assert fresh(case).status_at() == "suspended"
    sweep()
    case = fresh(case)
    assert (case.status, last(case).move) == ("suspended", "right_ended")
    assert Letter.objects.filter(case_pk=case.pk, text="listing.suspended", user=people.exchange_person).count() == 1


def test_whichever_sweep_comes_first_it_is_told_once(people, organisations, noon):
    from apps.workflow.tasks import settle

    right, case = ending(people, organisations)
    noon.move_to(datetime(2026, 3, 11, 4, 0, tzinfo=UTC))
    settle(right.pk)  # the right expires first: its consequence finds the listing suspended by its own clock
    assert fresh(case).status_at() == "suspended"
    sweep()
    assert case.events.filter(to_status="suspended", from_status="listed").count() == 1
    assert Letter.objects.filter(case_pk=case.pk, text="listing.suspended", user=people.exchange_person).count() == 1


def test_the_first_end_of_several_rights_counts(people, organisations, right, noon):
    short = make_right(organisations.enterprise, name="乙数据集", valid_until=date(2026, 3, 10))
    case = listed(people, organisations, right, further=[short.pk])
    assert case.due_on == date(2026, 3, 10)
    noon.move_to(datetime(2026, 3, 11, 4, 0, tzinfo=UTC))
    assert fresh(case).status_at() == "suspended"


def test_a_renewed_right_moves_the_end(people, organisations, noon):
    right, case = ending(people, organisations)
    touch(right, "renew", {"valid_until": date(2026, 6, 10)})
    assert fresh(case).due_on == date(2026, 6, 10)
    assert "exchange_person" in readers(case, "listing.redated")
    noon.move_to(datetime(2026, 3, 12, 4, 0, tzinfo=UTC))
    sweep()
    assert fresh(case).status == "listed"
    touch(right, "renew", {"valid_until": date(2029, 3, 10)})
    assert fresh(case).due_on == fresh(case).row.valid_until


def test_a_renewal_filed_in_time_keeps_it_listed_until_it_is_decided(people, organisations, noon):
    right, case = ending(people, organisations)
    touch(right, "hold")
    noon.move_to(datetime(2026, 3, 12, 4, 0, tzinfo=UTC))
    sweep()
    assert fresh(case).status_at() == "listed"
    touch(right, "let_run")
    assert fresh(case).due_on == date(2026, 3, 12)
    noon.move_to(datetime(2026, 3, 13, 4, 0, tzinfo=UTC))
    assert fresh(case).status_at() == "suspended"


def test_renewed_after_its_end_it_waits_for_the_exchange(people, organisations, noon):
    right, case = ending(people, organisations)
    touch(right, "hold")
    perform(case.pk, "suspend", actor=people.filer, comment="系统升级")
    touch(right, "renew", {"valid_until": date(2029, 3, 10)})
    assert (fresh(case).status, last(fresh(case)).move) == ("suspended", "hear_cleared")
    perform(case.pk, "resume", actor=people.exchange_person)
    assert fresh(case).status == "listed"


def test_the_kind_answers_every_act_in_every_open_state():
    from apps.workflow.checks import problems

    assert problems(kind("listing")) == []
