"""Notice and objection in full: bulletins, withdrawal and republication, silence, disputes elsewhere, redaction."""

from datetime import date, datetime

import pytest

from apps.accounts.text import clean_code
from apps.notices.forms import check_identity
from apps.notices.models import Bulletin, Notice, Redaction
from apps.outbox.models import Letter
from apps.outbox.services import announce_waiting, mark_read
from apps.pages import preview
from apps.pages.limits import limits
from apps.rules.clock import SHANGHAI
from apps.rules.models import RuleParameter
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case, Clock
from apps.workflow.tasks import sweep
from tests.samples import object_to
from tests.ways import application, at_noon, deposit, values, walk
from tests.workflow.test_outages import declare

pytestmark = pytest.mark.django_db


def status(case):
    return Case.objects.get(pk=case.pk).status_at()


def refused(code, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        perform(*args, **kwargs)
    assert refusal.value.code == code


def texts(case):
    return sorted(Letter.objects.filter(case_pk=case.pk).values_list("text", flat=True).distinct())


def republish(filed, people, **data):
    perform(filed.pk, "draft_notice", actor=people.clerk)
    perform(filed.pk, "publish", actor=people.chief, data={"no_secret": True, **data})
    return Notice.objects.get(case=filed, withdrawn_at=None)


def forward(objection, people, at=None):
    """Admitted, forwarded, and read by the applicant, so that the reply's clock runs."""
    perform(objection.pk, "admit", actor=people.clerk2)
    letter = Letter.objects.get(case_pk=objection.pk, text="objection.forwarded", user=people.filer)
    mark_read(letter, people.filer)
    announce_waiting()


# ------------------------------------------------------------------------------------------------ bulletins


def test_notices_of_one_day_share_a_bulletin_and_no_other_days(filed, day, people, organisations):
    first = filed.notices.get().bulletin_id
    evidence = deposit(organisations.enterprise, people.filer, people.clerk2, number="EC-0002")
    from apps.applications.filing import open_application

    other = open_application(
        values(evidence, track="local", name="舟山近岸流速数据集"),
        organisation=organisations.enterprise,
        actor=people.filer,
    )
    walk(other, people, "notice_drafted")
    perform(other.pk, "publish", actor=people.chief, data={"no_secret": True, "bulletin": first})
    assert Bulletin.objects.get(own=True).notices.count() == 2
    perform(other.pk, "withdraw_notice", actor=people.chief, comment="有误")
    perform(other.pk, "draft_notice", actor=people.clerk)
    joined = {"no_secret": True, "bulletin": first}
    refused("bulletin_of_the_withdrawn", other.pk, "publish", actor=people.chief, data=joined)
    day.move_to(at_noon(2026, 9, 18))
    refused(
        "bulletin_of_another_day", other.pk, "publish", actor=people.chief, data={"no_secret": True, "bulletin": first}
    )


def test_withdrawn_notice_is_replaced_with_a_full_period_and_its_objection_is_carried(filed, day, people):
    old = filed.notices.get()
    objection = object_to(filed, people.rival)
    day.move_to(at_noon(2026, 9, 21))
    perform(filed.pk, "withdraw_notice", actor=people.chief, comment="名称有误")
    assert Letter.objects.get(case_pk=objection.pk, text="objection.notice_withdrawn").user == people.rival
    assert status(objection) == "filed"
    day.move_to(at_noon(2026, 9, 22))
    new = republish(filed, people)
    assert (new.replaces, new.ends_on, old.ends_on) == (old, date(2026, 10, 13), date(2026, 10, 8))
    assert new.bulletin_id != old.bulletin_id
    objection.objection.refresh_from_db()
    assert (objection.objection.notice, objection.objection.carried_to) == (old, new)
    letter = Letter.objects.get(case_pk=objection.pk, text="objection.carried")
    assert letter.context["bulletin"] == new.bulletin_id
    day.move_to(at_noon(2026, 10, 14))
    refused("objection_open", filed.pk, "register", actor=people.deputy)
    perform(objection.pk, "reject", actor=people.clerk2, comment="无证据")
    perform(filed.pk, "register", actor=people.deputy)


# ------------------------------------------------------------------------------------------------ filing


@pytest.mark.parametrize(
    ("text", "found"),
    [("330902199001010016", True), ("330902199001010017", False), ("91330921MX0000001D", True),
     ("91330921MX0000001E", False), ("330902199013010016", False), ("E12345678", True), ("身份证", False)],
)  # fmt: skip
def test_identity_is_checked_by_its_check_digit(text, found):
    from django.core.exceptions import ValidationError

    if found:
        assert check_identity(text) == clean_code(text)
    else:
        with pytest.raises(ValidationError):
            check_identity(text)


def test_applicant_does_not_object_to_the_own_application(filed, people, organisations):
    with pytest.raises(Refused) as refusal:
        object_to(filed, people.filer)
    assert refusal.value.code == "own_application"
    with pytest.raises(Refused) as refusal:
        object_to(filed, people.rival, identity=organisations.enterprise.uscc)
    assert refusal.value.code == "own_application"


def test_co_applicant_may_object_and_the_examiner_is_told(day, local_track, people, organisations):
    partner = {
        "name": organisations.rival_enterprise.name,
        "code": organisations.rival_enterprise.uscc,
        "share": "40",
        "phone": "",
    }
    filed = walk(application(people, organisations, applicants=[partner]), people, "in_notice")
    objection = object_to(filed, people.rival, identity=organisations.rival_enterprise.uscc)
    assert objection.objection.stands_as == "co_applicant"


def test_several_objections_stand_side_by_side(filed, people, day):
    first, second = object_to(filed, people.rival), object_to(filed, people.banker)
    perform(first.pk, "reject", actor=people.clerk2, comment="无证据")
    day.move_to(at_noon(2026, 10, 9))
    refused("objection_open", filed.pk, "register", actor=people.deputy)
    perform(second.pk, "withdraw", actor=people.banker)
    perform(filed.pk, "register", actor=people.deputy)


def test_withdrawn_application_ends_its_objections(filed, people):
    objection = object_to(filed, people.rival)
    perform(filed.pk, "withdraw", actor=people.filer)
    assert status(objection) == "moot"
    assert "objection.moot" in texts(objection)


def test_forwarding_has_a_clock_of_its_own_where_it_follows_later(filed, people):
    objection = object_to(filed, people.rival)
    perform(objection.pk, "admit_first", actor=people.clerk2)
    assert objection.clocks.get(name="forwarding").due_on == date(2026, 9, 21)
    perform(objection.pk, "forward", actor=people.clerk2)
    assert (status(objection), objection.clocks.get(name="reply").outcome) == ("admitted", "waiting")


def test_objector_is_asked_for_a_supplement_and_sends_it(filed, people):
    objection = object_to(filed, people.rival)
    perform(objection.pk, "ask_supplement", actor=people.clerk2, comment="请附合同")
    perform(objection.pk, "supplement", actor=people.rival, data={"supplement": "合同已附。"})
    objection.objection.refresh_from_db()
    assert (status(objection), objection.objection.supplement) == ("filed", "合同已附。")


def test_the_objector_hears_that_a_day_of_failure_moved_the_own_time_limit(filed, people):
    objection = object_to(filed, people.rival)
    perform(objection.pk, "ask_supplement", actor=people.clerk2, comment="请附合同")
    mark_read(Letter.objects.get(case_pk=objection.pk, text="objection.supplement"), people.rival)
    announce_waiting()
    clock = objection.clocks.get(name="supplement")
    declare(people, clock.due_on)
    told = Letter.objects.filter(case_pk=objection.pk, text="case.excused")
    assert {letter.user for letter in told} >= {people.rival}
    assert people.filer not in {letter.user for letter in told}
    before, clock = clock.due_on, objection.clocks.get(name="supplement")
    assert clock.due_on > before


# ------------------------------------------------------------------------------------------------ silence


def test_no_reply_is_a_proposal_to_end_and_never_an_end(filed, day, people):
    objection = object_to(filed, people.rival)
    forward(objection, people)
    day.move_to(at_noon(2026, 10, 9))
    sweep()
    assert (status(objection), status(filed)) == ("unanswered", "notice_closed")
    assert Letter.objects.filter(case_pk=objection.pk, text="objection.unanswered", user=people.clerk).exists()
    refused("no_silence", filed.pk, "terminate", actor=people.deputy, comment="逾期")
    refused("objection_open", filed.pk, "register", actor=people.deputy)
    perform(objection.pk, "propose_end", actor=people.clerk, comment="无正当理由")
    assert status(filed) == "notice_closed"
    refused("not_yours", filed.pk, "terminate", actor=people.clerk, comment="逾期")
    perform(filed.pk, "terminate", actor=people.chief, comment="逾期未答复且无正当理由")
    assert (status(filed), status(objection)) == ("terminated", "moot")
    assert Letter.objects.filter(case_pk=filed.pk, text="application.terminated", user=people.filer).exists()


def test_late_reply_is_taken_until_the_decision(filed, day, people):
    objection = object_to(filed, people.rival)
    forward(objection, people)
    day.move_to(at_noon(2026, 10, 9))
    sweep()
    perform(objection.pk, "propose_end", actor=people.clerk, comment="无正当理由")
    perform(objection.pk, "reply", actor=people.filer, data={"reply": "台风期间停电。"})
    assert status(objection) == "replied"
    refused("no_silence", filed.pk, "terminate", actor=people.chief, comment="逾期")


# ------------------------------------------------------------------------------------------------ disputes elsewhere


def suspend(objection, people):
    data = {
        "dispute": "court",
        "body": "舟山市中级人民法院",
        "document": "（2026）浙09民初12号",
        "since": date(2026, 9, 20),
    }
    perform(objection.pk, "suspend", actor=people.chief, data=data)


def test_dispute_holds_notice_and_registration_and_their_ends_move(filed, day, people):
    objection, other = object_to(filed, people.rival), object_to(filed, people.banker)
    perform(objection.pk, "admit", actor=people.clerk2)
    refused("not_served", objection.pk, "suspend", actor=people.chief)
    letter = Letter.objects.get(case_pk=objection.pk, text="objection.forwarded", user=people.filer)
    mark_read(letter, people.filer)
    announce_waiting()
    perform(objection.pk, "reply", actor=people.filer, data={"reply": "自采。"})
    forward(other, people)
    day.move_to(at_noon(2026, 9, 21))
    suspend(objection, people)
    suspend(other, people)
    held = filed.notices.get()
    assert (held.held_at is not None, filed.clocks.get(name="notice").outcome) == (True, Clock.Outcome.PAUSED)
    facts = Letter.objects.filter(case_pk=objection.pk, text="objection.suspended").first()
    assert "（2026）浙09民初12号" in facts.shown()[1]
    day.move_to(at_noon(2026, 10, 20))  # long after its planned end: nothing has closed meanwhile
    sweep()
    assert status(filed) == "in_notice"
    assert filed.notices.get().runs_at(at_noon(2026, 10, 20))
    final = {"document": "（2026）浙09民终3号", "dated": date(2026, 10, 19)}
    perform(objection.pk, "resume", actor=people.chief, data=final, comment="归申请人")
    assert filed.notices.get().held_at is not None  # the other dispute still holds it
    perform(other.pk, "resume", actor=people.chief, data=final, comment="归申请人")
    notice = filed.notices.get()
    # 18, 20 and 21 September had run when it was held; seven working days were left
    assert (notice.held_at, notice.ends_on) == (None, date(2026, 10, 29))
    assert filed.clocks.get(name="notice").due_on == notice.ends_on
    assert (status(objection), status(other)) == ("replied", "admitted")


def test_objection_withdrawn_while_suspended_releases_the_matter(filed, day, people):
    objection = object_to(filed, people.rival)
    forward(objection, people)
    suspend(objection, people)
    perform(objection.pk, "withdraw", actor=people.rival)
    assert filed.notices.get().held_at is None
    assert filed.clocks.get(name="notice").outcome == Clock.Outcome.RUNNING


# ------------------------------------------------------------------------------------------------ redaction


@pytest.fixture
def decided(filed, day, people):
    objection = object_to(filed, people.rival, name="陈望潮", phone="13900001111")
    forward(objection, people)
    perform(objection.pk, "reply", actor=people.filer, data={"reply": "自采。"})
    perform(objection.pk, "dismiss", actor=people.chief, comment="来源不同")
    return objection


def test_objection_is_published_redacted_by_two_with_the_redactors_name(decided, filed, people, english):
    page = f"/notices/{filed.notices.get().pk}/"
    refused("not_redacted", decided.pk, "redact", actor=people.clerk, data={"objection": "陈望潮称", "decision": ""})
    refused(
        "not_redacted", decided.pk, "redact", actor=people.clerk, data={"objection": "电话13712345678", "decision": ""}
    )
    text = {"objection": "异议人称数据系其采集。", "decision": "来源不同，异议不成立。"}
    perform(decided.pk, "redact", actor=people.clerk, data=text)
    assert "异议人称" not in english.get(page).content.decode()
    refused("four_eyes", decided.pk, "publish_redacted", actor=people.clerk)
    perform(decided.pk, "publish_redacted", actor=people.clerk2)
    html = english.get(page).content.decode()
    assert "异议人称数据系其采集。" in html
    assert people.clerk.full_name in html
    assert people.clerk2.full_name in html
    assert "陈望潮" not in html
    assert "数据系我方采集。" not in html
    event = decided.events.filter(move="publish_redacted").get()
    assert len(event.data["sha256"]) == 64
    refused("published", decided.pk, "redact", actor=people.clerk, data=text)
    perform(decided.pk, "unpublish_redacted", actor=people.chief, comment="仍可辨认")
    assert "异议人称" not in english.get(page).content.decode()
    assert Redaction.objects.get().cleared_by is None


# ------------------------------------------------------------------------------------------------ office hours


def office_hours(value):
    RuleParameter.objects.filter(key="office_hours_end").update(value=value)


@pytest.mark.parametrize(("value", "due"), [("none", date(2026, 9, 21)), ("17:00", date(2026, 9, 22))])
def test_arrival_after_office_hours_counts_as_the_next_working_day(day, local_track, people, organisations, value, due):
    office_hours(value)
    day.move_to(datetime(2026, 9, 17, 18, 30, tzinfo=SHANGHAI))
    case = application(people, organisations)
    clock = case.clocks.get(name="pre_check")
    assert clock.due_on == due
    [limit] = limits(case)
    assert ("office_hours_end" in str(limit.held)) is (value != "none")


def test_a_correction_that_was_called_off_is_no_round(day, local_track, people, organisations):
    case = walk(application(people, organisations), people, "examining")
    items = {"items": [{"path": "name", "label": "", "note": "改"}]}
    perform(case.pk, "ask_correction", actor=people.clerk, data=items)
    perform(case.pk, "recall_correction", actor=people.clerk, comment="附件中已有")
    refused("not_asked_before", case.pk, "propose_again", actor=people.clerk, data={**items, "reason": "再次"})
    perform(case.pk, "ask_correction", actor=people.clerk, data=items)


def test_official_sees_before_forwarding_whom_it_will_tell(filed, people):
    objection = object_to(filed, people.rival)
    admit = objection.kind_.move("admit")
    letters = preview.letters_of(objection, admit, people.clerk, None, preview.coming(objection, admit))
    told = {letter.text: set(letter.recipients) for letter in letters}
    assert told["objection.forwarded"] == {people.manager.full_name, people.filer.full_name}
    perform(objection.pk, "admit", actor=people.clerk)
    written = Letter.objects.filter(case_pk=objection.pk, text="objection.forwarded").values_list("user", flat=True)
    assert set(written) == {people.manager.pk, people.filer.pk}
