"""Corrections of every kind: asked once and completely, a second time as an exception, one more item opened on request."""

import pytest
from django.urls import reverse

from apps.outbox.models import Letter
from apps.outbox.texts import show
from apps.rules.clock import legal_now
from apps.workflow import rounds
from apps.workflow.machine import Refused, moves_for, perform
from apps.workflow.models import Case, Clock, Draft, Interest
from apps.workflow.states import all_kinds
from tests.followups.cases import filed
from tests.listings.cases import brought
from tests.rights import make_right
from tests.ways import application, ask_again, walk

SCENARIO = "改为渔业预报与养殖布局。"


def notice(*paths: str, **more) -> dict:
    return {"items": [{"path": path, "label": path, "note": "请核对。"} for path in paths], **more}


def refused(act, *args, **words) -> str:
    with pytest.raises(Refused) as refusal:
        act(*args, **words)
    return refusal.value.code


def now(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def change(people, organisations) -> Case:
    """A change of the entry that the examiner has returned."""
    case = filed("entry_change", people, organisations, make_right(organisations.enterprise))
    perform(case.pk, "ask_correction", actor=people.clerk, data=notice("happened_on"))
    return case


def answered(case: Case, people) -> Case:
    perform(case.pk, "answer", actor=people.filer, data={})
    return case


def test_every_reviewed_kind_asks_once_and_a_second_time_with_a_reason():
    tables = [kind for kind in all_kinds() if kind.move("ask_correction") and kind.move("accept")]
    assert len(tables) > 8
    for table in tables:
        assert rounds.first_round in table.move("ask_correction").guards, table.name
        assert rounds.second_round in table.move("ask_again").guards, table.name
        assert rounds.reason_given in table.move("ask_again").checks, table.name
        assert {"ask_unlock", "grant_unlock", "refuse_unlock"} <= {move.name for move in table.moves}, table.name


def test_a_second_round_is_the_chiefs_with_a_reason_and_there_is_no_third(change, people):
    assert refused(perform, change.pk, "ask_again", actor=people.chief, data=notice("name")) == "wrong_state"
    answered(change, people)
    assert refused(perform, change.pk, "ask_correction", actor=people.clerk, data=notice("name")) == "asked_before"
    again = notice("name", reason="首次答复未附证明。")
    assert refused(perform, change.pk, "ask_again", actor=people.clerk, data=again) == "not_yours"
    assert refused(perform, change.pk, "ask_again", actor=people.chief, data=notice("name")) == "no_reason"
    event = perform(change.pk, "ask_again", actor=people.chief, data=again)
    assert event.data["reason"] == "首次答复未附证明。"
    [letter] = show(Letter.objects.filter(case_pk=change.pk, text="case.correction").order_by("-pk")[:1])
    assert "name" in letter.body
    assert "首次答复" not in letter.body
    assert "reason" not in letter.context
    assert rounds.open_paths(now(change)) == {"name"}
    answered(change, people)
    assert refused(perform, change.pk, "ask_again", actor=people.chief, data=again) == "asked_twice"


def test_the_letter_of_a_second_round_of_an_application_holds_no_reason(local_track, people, organisations):
    case = walk(application(people, organisations), people, "examining")
    perform(case.pk, "ask_correction", actor=people.clerk, data=notice("name"))
    perform(case.pk, "answer", actor=people.filer, data={"values": {}})
    ask_again(case, people, notice("name")["items"])
    letter = Letter.objects.filter(case_pk=case.pk, text="case.correction").latest("pk")
    assert letter.context["items"] == notice("name")["items"]
    assert "reason" not in letter.context


def test_a_request_that_was_called_off_counts_for_no_round(change, people):
    perform(change.pk, "recall_correction", actor=people.clerk, comment="误发")
    perform(change.pk, "ask_correction", actor=people.clerk, data=notice("name"))
    assert now(change).status == "correction"


def test_an_exchange_asks_again_by_itself(people, organisations):
    case = brought(people, organisations, make_right(organisations.enterprise))
    perform(case.pk, "ask_correction", actor=people.exchange_person, data=notice("product_name"))
    perform(case.pk, "answer", actor=people.filer, data={})
    perform(case.pk, "ask_again", actor=people.exchange_person, data=notice("product_name", reason="仍不清楚"))
    perform(case.pk, "ask_unlock", actor=people.filer, data={"item": "description"}, comment="说明也需改")
    assert Letter.objects.filter(case_pk=case.pk, text="case.unlock_asked", user=people.exchange_person).exists()


def test_one_more_item_is_opened_in_the_same_answer_and_what_was_typed_stays(change, people, sign_in):
    client, url = sign_in(people.filer), reverse("portal:answer", args=[change.pk])
    client.post(url, {"happened_on": "2026-01-05"})
    clocks = list(Clock.objects.filter(case=change).values_list("name", "due_on", "outcome"))
    asking = reverse("portal:move", args=[change.pk, "ask_unlock"])
    assert asking in client.get(url).content.decode()
    assert 'value="scenario"' in client.get(asking).content.decode()
    words = {"item": "scenario", "comment": "场景也有变化。", "version": now(change).version, "key": "a" * 32}
    assert client.post(asking, words).status_code == 302
    assert client.get(url).context["asked_for"] == "变更后的应用场景"
    assert [item.path for item in client.get(url).context["items"]] == ["happened_on"]
    told = Letter.objects.filter(case_pk=change.pk, text="case.unlock_asked")
    assert {letter.context["item"] for letter in told} == {"变更后的应用场景"}
    assert refused(perform, change.pk, "ask_unlock", actor=people.filer, data={"item": "name"}) == "asked_to_unlock"
    page = sign_in(people.clerk).get(reverse("desk:move", args=[change.pk, "grant_unlock"])).content.decode()
    assert "变更后的应用场景" in page
    perform(change.pk, "grant_unlock", actor=people.clerk)
    assert [item.path for item in client.get(url).context["items"]] == ["happened_on", "scenario"]
    assert Draft.objects.get(root=change).data["form"]["happened_on"] == "2026-01-05"
    assert list(Clock.objects.filter(case=change).values_list("name", "due_on", "outcome")) == clocks
    client.post(url, {"happened_on": "2026-01-05", "scenario": SCENARIO})
    client.post(reverse("portal:answer_review", args=[change.pk]))
    assert (now(change).status, now(change).row.scenario) == ("submitted", SCENARIO)


def test_an_item_that_stays_closed_is_not_changed(change, people):
    assert refused(perform, change.pk, "ask_unlock", actor=people.filer, data={"item": "status"}) == "no_such_item"
    assert refused(perform, change.pk, "ask_unlock", actor=people.filer, data={"item": "happened_on"}) == "item_open"
    assert refused(perform, change.pk, "grant_unlock", actor=people.clerk) == "nothing_to_unlock"
    perform(change.pk, "ask_unlock", actor=people.filer, data={"item": "scenario"}, comment="x")
    perform(change.pk, "refuse_unlock", actor=people.clerk, comment="与补正无关。")
    perform(change.pk, "answer", actor=people.filer, data={"scenario": SCENARIO})
    assert now(change).row.scenario != SCENARIO


def test_who_filed_for_the_applicant_or_is_interested_opens_no_item(change, people, organisations):
    """Opening an item is a step of the examination: the same are barred from it as from the notice itself."""
    perform(change.pk, "ask_unlock", actor=people.filer, data={"item": "scenario"}, comment="x")
    Interest.objects.create(
        user=people.clerk, organisation=organisations.enterprise, reason="亲属", declared_at=legal_now()
    )
    for move in ("grant_unlock", "refuse_unlock"):
        assert refused(perform, change.pk, move, actor=people.clerk, comment="与补正无关。") == "interest"
    Case.objects.filter(pk=change.pk).update(entered_by=people.clerk2)
    for move in ("grant_unlock", "refuse_unlock"):
        assert refused(perform, change.pk, move, actor=people.clerk2, comment="与补正无关。") == "four_eyes"
    Case.objects.filter(pk=change.pk).update(entered_by=people.clerk)
    perform(change.pk, "grant_unlock", actor=people.clerk2)
    assert rounds.open_paths(now(change)) == {"happened_on", "scenario"}


def test_the_moves_are_offered_to_whose_they_are(change, people):
    assert "ask_unlock" in {offer.move.name for offer in moves_for(now(change), people.filer)}
    assert "ask_unlock" not in {offer.move.name for offer in moves_for(now(change), people.clerk)}


def test_the_second_round_is_shown_after_the_first(people, organisations):
    case = filed("entry_change", people, organisations, make_right(organisations.enterprise))
    assert "ask_again" not in {offer.move.name for offer in moves_for(now(case), people.chief)}
    perform(case.pk, "ask_correction", actor=people.clerk, data=notice("name"))
    answered(case, people)
    assert "ask_again" in {offer.move.name for offer in moves_for(now(case), people.chief)}
