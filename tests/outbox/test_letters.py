import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy

from apps.outbox import letters, services
from apps.outbox.models import Announcement, Letter, ServiceRecord
from apps.rules.clock import legal_now
from tests.outbox.conftest import FACTS, only_letter, reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts_folder")]


@pytest.fixture
def listeners():
    """Those who wait for letters, put back as they were afterwards."""
    kept = services._delivered[:], services._bounced[:]
    yield services
    services._delivered[:], services._bounced[:] = kept


def test_post_of_many_readers_is_one_insert_without_rendering(people, django_assert_num_queries):
    readers = [reader(people.filer), reader(people.rival), letters.Recipient(None, None, "stranger@mail.example", "en")]
    with django_assert_num_queries(1):
        letters.post("accepted", "event:1", readers, FACTS, case_pk=7, event_pk=1)
    assert set(Letter.objects.values_list("key", "subject", "case_pk")) == {
        (f"event:1:{people.filer.pk}", "", 7),
        (f"event:1:{people.rival.pk}", "", 7),
        ("event:1:stranger@mail.example", "", 7),
    }


def test_post_of_the_same_key_twice_writes_one_row(people):
    for _ in range(2):
        letters.post("accepted", "event:1", [reader(people.filer)], FACTS)
    letters.post("accepted", "event:1", [reader(people.filer), reader(people.rival)], FACTS)
    assert sorted(Letter.objects.values_list("user__username", flat=True)) == ["filer", "rival"]


def test_post_of_a_rolled_back_event_leaves_no_letter(people):
    with transaction.atomic():
        letters.post("accepted", "event:1", [reader(people.filer)], FACTS)
        transaction.set_rollback(True)
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("value", "error"),
    [(gettext_lazy("x"), TypeError), (object(), TypeError), ("a\0b", ValueError), ([{"k": {1}}], TypeError)],
)
def test_post_of_facts_that_are_not_plain_is_refused(people, value, error):
    with pytest.raises(error):
        letters.post("accepted", "event:1", [reader(people.filer)], {"title": value})
    assert not Letter.objects.exists()


def test_post_of_an_unknown_text_or_nobody_is_refused(people):
    with pytest.raises(LookupError):
        letters.post("no-such-text", "event:1", [reader(people.filer)], FACTS)
    with pytest.raises(ValueError, match="needs a user"):
        letters.post("accepted", "event:1", [letters.Recipient(None, None, "", "en")], FACTS)


def test_preview_speaks_the_readers_language():
    facts = FACTS | {"title": {"zh-hans": "浮标", "en": "Buoy"}}
    subject, body = letters.preview("accepted", facts, "en")
    assert subject == "Buoy: accepted"
    assert "answer by 18 September 2026" in body
    assert "- 说明\n- 样本\n" in body
    subject, body = letters.preview("accepted", facts, "zh-hans")
    assert subject == "浮标：已受理"
    assert "2026年9月18日前答复" in body


def test_inbox_holds_ones_own_letters_newest_first(people):
    for number in range(3):
        letters.post("accepted", f"event:{number}", [reader(people.filer), reader(people.rival)], FACTS, case_pk=number)
    mine = Letter.objects.for_user(people.filer)
    assert [letter.key.split(":")[1] for letter in mine] == ["2", "1", "0"]
    assert {letter.user for letter in mine} == {people.filer}
    assert Letter.objects.about_case(1).count() == 2
    services.mark_read(mine[0], people.filer)
    assert Letter.objects.unread(people.filer).count() == 2


def test_show_of_a_page_of_letters_asks_once(people):
    from apps.outbox.texts import show

    for number in range(3):
        letters.post("accepted", f"event:{number}", [reader(people.filer)], FACTS | {"title": f"第{number}件"})
    for count in (1, 3):
        page = list(Letter.objects.for_user(people.filer)[:count])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            subjects = [letter.subject for letter in show(page)]
        assert len(queries) == 1
        assert subjects == ["第2件：已受理", "第1件：已受理", "第0件：已受理"][:count]


def test_shown_of_a_letter_that_cannot_be_rendered_says_so_instead_of_failing(people):
    letters.post("accepted", "event:1", [reader(people.filer)], {"title": "no more"})
    _, body = only_letter().shown()
    assert body
    assert Letter.objects.get().subject == ""


def test_mark_read_by_the_reader_is_a_service_once(people, listeners, django_capture_on_commit_callbacks):
    heard = []
    listeners.on_delivered(lambda letter, at, channel: heard.append((letter.pk, channel)))
    letters.post("accepted", "event:1", [reader(people.filer)], FACTS)
    letter = only_letter()
    with django_capture_on_commit_callbacks(execute=True):
        assert services.mark_read(letter, people.rival) is False
        assert services.mark_read(letter, people.filer) is True
        assert services.mark_read(letter, people.filer) is False
    record = ServiceRecord.objects.get()
    assert (record.channel, record.by, record.by_name) == ("portal", people.filer, "Filer")
    assert heard == [(letter.pk, "portal")]
    assert not Announcement.objects.exists()
    assert letter.read_at


def test_log_service_of_a_telephone_call_and_a_posted_paper(people, listeners, django_capture_on_commit_callbacks):
    heard = []
    listeners.on_delivered(lambda letter, at, channel: heard.append((at, channel)))
    letters.post("accepted", "event:1", [reader(people.filer, email="")], FACTS)
    letter, at = only_letter(), legal_now()
    with django_capture_on_commit_callbacks(execute=True):
        services.log_service(letter, "phone", at, by=people.clerk, note="13:05, spoke to the filer")
        services.log_service(letter, "post", at, by=people.clerk, note="EMS 1029")
        services.log_service(letter, "phone", at, by=people.clerk, note="called again")
    assert heard == [(at, "phone"), (at, "post"), (at, "phone")]
    assert list(letter.services.order_by("pk").values_list("note", flat=True))[1] == "EMS 1029"


def test_announcing_that_failed_is_made_up_by_the_sweep_once(people, listeners, django_capture_on_commit_callbacks):
    heard = []

    def listener(letter, at, channel):
        heard.append(channel)
        if len(heard) == 1:
            raise RuntimeError("not now")

    listeners.on_delivered(listener)
    letters.post("accepted", "event:1", [reader(people.filer)], FACTS)
    with django_capture_on_commit_callbacks(execute=True):
        services.log_service(only_letter(), "phone", legal_now(), by=people.clerk)
    assert Announcement.objects.count() == 1
    services.announce_waiting()
    services.announce_waiting()
    assert heard == ["phone", "phone"]
    assert not Announcement.objects.exists()


def test_organisations_that_share_a_mailbox_are_told_each(organisations):
    firms = [organisations.newcomer, organisations.bank]
    shared = [letters.Recipient(None, firm.pk, "group@firm.example", "zh-hans") for firm in firms]
    letters.post("accepted", "event:1", shared, FACTS)
    assert set(Letter.objects.values_list("organisation", flat=True)) == {firm.pk for firm in firms}


def test_letter_on_paper_waits_to_be_posted_and_logged(people, organisations):
    firms = [organisations.newcomer, organisations.bank]
    letters.post("accepted", "event:1", [letters.Recipient(None, firm.pk, "", "zh-hans") for firm in firms], FACTS)
    waiting = list(Letter.objects.to_post())
    assert [letter.organisation for letter in waiting] == firms
    assert {letter.channel for letter in waiting} == {"post"}
    services.log_service(waiting[0], "post", legal_now(), by=people.clerk, note="EMS 1029")
    assert [letter.organisation for letter in Letter.objects.to_post()] == [organisations.bank]


def test_mark_bounced_tells_once_and_stops_sending(people, listeners):
    heard = []
    listeners.on_bounced(lambda letter, at: heard.append(letter.error))
    letters.post("accepted", "event:1", [reader(people.filer)], FACTS)
    letter = only_letter()
    assert services.mark_bounced(letter, legal_now(), "mailbox full") is True
    assert services.mark_bounced(letter, legal_now(), "mailbox full") is False
    assert heard == ["mailbox full"]
    assert only_letter().next_attempt_at is None
