"""Ideas 8 to 12, which no other portal has, and the one time line of holder, bank and insurer.

8: a pledge ends by two keys and cools; 9: a bank says first that it means to take a pledge; 10: who is touched; 11: which
source contract ends; 12: a word every morning that nothing changed.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.utils import translation

from apps.certificates import register
from apps.certificates.contracts import ContractEnd
from apps.diligence import tasks, watching
from apps.enterprises.models import Membership
from apps.health.parts import Unwell
from apps.outbox.models import Letter
from apps.pages.endings import endings_page
from apps.rules.clock import legal_now
from apps.workflow.agenda import endings
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from apps.workflow.tasks import remind, sweep
from apps.workflow.touch import notes_on, resting_on
from tests.alliance.cases import shared
from tests.diligence.cases import granted
from tests.factories import make_organisation, make_user
from tests.followups.cases import filed as follow_up
from tests.insurance.cases import in_force as insured
from tests.insurance.cases import reported
from tests.listings.cases import listed, touch
from tests.pledges.cases import PAPER, RELEASE, filed, noticed, registered
from tests.public.test_notices import said
from tests.rights import make_right

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday
CONTRACT_END = date(2027, 5, 1)
CONTRACTS = (ContractEnd(CONTRACT_END, "东海浮标公司", "enterprise"), ContractEnd(date(2028, 1, 1), "港务局", "public"))
COVER = {"starts_on": date(2026, 3, 2), "ends_on": date(2027, 9, 1)}


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def right(organisations):
    return make_right(organisations.enterprise, at=legal_now(), contract_ends=CONTRACTS)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def told(text: str, case: Case | None = None) -> set[str]:
    rows = Letter.objects.filter(text=text, **({"case_pk": case.pk} if case else {}))
    return set(rows.values_list("user__username", flat=True))


# ------------------------------------------------------------------------------------------------ 8: two keys


def test_idea_8_a_pledge_ends_by_the_pledgees_word_and_a_cooling_period_in_which_it_can_be_taken_back(
    right, people, organisations, noon
):
    """Everybody is told at once, whoever watches the right too; while it cools the right stays pledged, and the bank or the
    office takes it back. Only when it has cooled is the right free."""
    watching.follow(organisations.insurer, right.number, people.insurer_person)
    pledge = registered(people, organisations, right)
    watching.tell_changes()
    with pytest.raises(Refused) as fault:
        perform(pledge.pk, "release", actor=people.filer, data=RELEASE)
    assert fault.value.code == "not_yours"
    perform(pledge.pk, "release", actor=people.banker, data=RELEASE)
    watching.tell_changes()
    assert {"filer", "banker", "clerk"} <= told("pledge.released", pledge)
    assert Letter.objects.filter(text="watch.changed", user=people.insurer_person).count() == 2
    assert (fresh(pledge).status, register.must_be_free(right).code) == ("cooling", "claimed")
    perform(pledge.pk, "take_back", actor=people.clerk, comment="误点")
    assert fresh(pledge).status == "registered"
    perform(pledge.pk, "release", actor=people.banker, data=RELEASE)
    noon.move_to(NOON + timedelta(days=3))  # the third working day of the cooling period
    sweep()
    assert register.must_be_free(right).code == "claimed"
    noon.move_to(NOON + timedelta(days=4))
    sweep()
    assert (fresh(pledge).status, register.must_be_free(right)) == ("released", None)


def test_idea_8_a_paper_alone_is_one_key(right, people, organisations):
    pledge = registered(people, organisations, right)
    perform(pledge.pk, "record_release", actor=people.clerk, data=PAPER)
    assert fresh(pledge).status == "second_key"
    with pytest.raises(Refused) as fault:
        perform(pledge.pk, "confirm_call", actor=people.clerk, data={"called": "王会计", "confirmed": True})
    assert fault.value.code == "four_eyes"


# ------------------------------------------------------------------------------------------------ 9: priority


def test_idea_9_a_bank_that_gave_notice_first_is_named_to_every_other_for_five_working_days(
    right, people, organisations, noon
):
    """The law gives the notice no rank, so nobody is kept out by it: the later bank and the registrar are told who came
    first, and it lapses by itself."""
    first = make_organisation("岱山示范银行", capacities=["bank"], verified_at=NOON, e_service_consent_at=NOON)
    person = make_user("banker2", factor=False)
    Membership.objects.create(organisation=first, user=person, role=Membership.Role.MANAGER)
    notice = noticed(right, first, person)
    (sentence,) = notes_on(right.case, people.banker)
    assert "岱山示范银行" in sentence
    assert "2026-03-09" in sentence
    noon.move_to(NOON + timedelta(hours=1))
    later = filed(people, organisations, right)
    assert {row.context["behind"] for row in Letter.objects.filter(case_pk=later.pk, text="pledge.received")} == {
        "岱山示范银行"
    }
    noon.move_to(datetime(2026, 3, 10, 2, tzinfo=UTC))
    sweep()
    assert (fresh(notice).status, notes_on(right.case, people.banker)) == ("lapsed", [])


# ------------------------------------------------------------------------------------------------ 10: who is touched


def all_that_rests(right, people, organisations) -> list[Case]:
    """A listing, a shared entry, a policy with a claim, a view and, with the consents they ask for, a pledge."""
    cases = [listed(people, organisations, right), shared(people, organisations, right)]
    policy = insured(people, organisations, right, **COVER)
    loss = {"lost_on": NOON.date(), "known_on": NOON.date()}
    cases += [policy, reported(people, policy, **loss), granted(people, organisations, right).case]
    return [*cases, registered(people, organisations, right)]


def test_idea_10_before_an_act_the_page_names_each_case_its_outcome_and_who_is_told(
    right, people, organisations, sign_in
):
    cases = all_that_rests(right, people, organisations)
    page = sign_in(people.chief).get(f"/desk/cases/{right.pk}/touching/?act=cancel")
    rows = {row.case: row for row in page.context["touched"].rows}
    assert set(rows) == set(cases) == set(resting_on(right.case))
    assert all(row.says and row.told for row in rows.values())
    assert all(case.number in page.content.decode() for case in cases)
    assert [case for case, row in rows.items() if row.against] == [cases[-1]], "the pledgee must agree first"


def test_idea_10_the_act_waits_until_each_has_its_outcome_and_then_each_has_it(right, people, organisations):
    cases = all_that_rests(right, people, organisations)
    with pytest.raises(Refused) as fault:  # whatever it follows from
        touch(right, "cancel")
    assert (fault.value.code, fresh(right.case).status) == ("no_consent", "valid")
    act = follow_up("cancellation", people, organisations, right)
    perform(act.pk, "consent", actor=people.banker)
    before = {case.pk: fresh(case).event_count for case in cases}
    perform(act.pk, "accept", actor=people.chief)
    for case in cases:
        last = case.events.order_by("-seq").first()
        assert (last.seq, last.data["because_move"]) == (before[case.pk] + 1, "cancel"), case.kind
        assert Letter.objects.filter(case_pk=case.pk, event_pk=last.pk).exists(), case.kind


# ------------------------------------------------------------------------------------------------ 11: source contracts


@pytest.mark.parametrize("days", [90, 30, 7])
def test_idea_11_holder_pledgee_and_insurer_are_told_which_source_contract_ends(
    days, right, people, organisations, noon
):
    assert (right.valid_until, right.ended_by_contract) == (CONTRACT_END, "东海浮标公司"), (
        "the earliest end is the right's"
    )
    pledge = registered(people, organisations, right)
    policy = insured(people, organisations, right, **COVER)
    remind_on(noon, CONTRACT_END - timedelta(days=days))
    letters = Letter.objects.filter(context__due_on=CONTRACT_END.isoformat(), context__days=days)
    found = {(row.user.username, row.text, row.case_pk) for row in letters.select_related("user")}
    assert ("filer", "reminder.before", right.pk) in found
    assert ("banker", "reminder.basis", pledge.pk) in found
    assert ("insurer_person", "reminder.basis", policy.pk) in found
    assert all("东海浮标公司" in row.shown()[1] and "港务局" not in row.shown()[1] for row in letters)


def remind_on(clock, day: date) -> None:
    clock.move_to(datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC))
    remind()


# ------------------------------------------------------------------------------------------------ 12: nothing changed


def test_idea_12_every_third_party_is_told_each_morning_that_nothing_changed_and_silence_is_an_alarm(
    right, people, organisations, noon
):
    third = {"bank": people.banker, "insurer": people.insurer_person, "exchange": people.exchange_person}
    for name, person in third.items():
        watching.follow(getattr(organisations, name), right.number, person)
    morning = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)  # 06:00 in Shanghai
    noon.move_to(morning + timedelta(minutes=30))
    with pytest.raises(Unwell):
        tasks.watches()
    assert watching.report_day() == 3
    tasks.watches()
    words = Letter.objects.filter(text="watch.daily")
    assert set(words.values_list("user__username", flat=True)) == {person.username for person in third.values()}
    assert all(row.context["unchanged"] == 1 and not row.context["changed"] for row in words)
    assert all(right.number in row.context["numbers"] for row in words)
    registered(people, organisations, right)
    noon.move_to(morning + timedelta(days=1))
    watching.report_day()
    assert all(not row.context["unchanged"] for row in words.filter(context__day="2026-03-04"))


# ------------------------------------------------------------------------------------------------ one time line


def line(organisation) -> set[tuple[date, str]]:
    with translation.override("en"):
        page = endings_page(endings([organisation.pk], among=Case.objects.all()), QueryDict(), 50)
        return {(row.day, str(row.label)) for row in page.rows}


def test_one_time_line_shows_holder_bank_and_insurer_what_ends_and_when(right, people, organisations, sign_in):
    """Certificate, source contracts, loan and policy on one line: the holder all of it, the bank its loan and the right under
    it, the insurer its policy and the right under that."""
    registered(people, organisations, right, ends_on=date(2027, 3, 1))
    insured(people, organisations, right, **COVER)
    validity, loan = (CONTRACT_END, "validity"), (date(2027, 3, 1), "end of the loan")
    cover = (date(2027, 9, 1), "end of the cover")
    contracts = {(row.ends_on, f"source contract with {row.name}") for row in CONTRACTS}
    assert line(organisations.enterprise) == {validity, loan, cover, *contracts}
    assert line(organisations.bank) == {validity, loan}
    assert line(organisations.insurer) == {validity, cover}
    for person, own, others in ((people.banker, loan, cover), (people.insurer_person, cover, loan)):
        person.language = "en"
        person.save(update_fields=["language"])
        page = said(sign_in(person).get("/portal/time-line/").content.decode())
        assert (own[1] in page, others[1] in page, "validity" in page) == (True, False, True)
