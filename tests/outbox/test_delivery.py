from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
import time_machine

from apps.outbox import delivery, letters, services
from apps.outbox.models import Letter, LetterText, ServiceRecord
from apps.outbox.schedule import LEASE, MAX_ATTEMPTS, PAUSES
from apps.outbox.tasks import deliver, deliver_posted, sweep_letters
from tests.outbox.conftest import FACTS, only_letter, reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts_folder")]
NOW = datetime(2026, 9, 18, 9, 0, tzinfo=UTC)


def read_message(envelope):
    return message_from_bytes(envelope.content, policy=policy.default)


def content(message, kind):
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


def post_one(user, **changes):
    letters.post("accepted", "event:1", [reader(user, **changes)], FACTS)
    return only_letter()


def test_deliver_to_a_mail_server_sends_text_and_html_and_marks_once(people, mailbox):
    letter = post_one(people.filer)
    for _ in range(2):
        deliver(letter.pk)
    [envelope] = mailbox.taken
    message = read_message(envelope)
    assert envelope.rcpt_tos == [people.filer.email]
    assert message["Subject"] == "浮标 <46023> & 风：已受理"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == letter.message_id
    assert message["Reply-To"]
    text, html = content(message, "plain"), content(message, "html")
    assert "您的申请“浮标 <46023> & 风”已受理" in text
    assert "对本信件的回复无人阅读" in text
    assert "浮标 &lt;46023&gt; &amp; 风" in html
    assert '<html lang="zh-Hans">' in html
    assert '<a href="http://localhost:8000/portal/cases/7/">http://localhost:8000/portal/cases/7/</a>。' in html
    assert not any(word in html for word in ("<img", "style=", "<script", "src="))
    letter = only_letter()
    assert letter.sent_at
    assert letter.subject == "浮标 <46023> & 风：已受理"
    assert (letter.next_attempt_at, letter.attempts) == (None, 1)
    assert ServiceRecord.objects.get().channel == "email"


def test_deliver_in_english_to_an_english_reader(people, mailbox):
    letters.post("accepted", "event:1", [reader(people.filer, language="en")], FACTS)
    sweep_letters()
    message = read_message(mailbox.taken[0])
    assert message["Subject"].endswith(": accepted")
    assert message["Content-Language"] == "en"
    assert "answer by 18 September 2026" in content(message, "plain")
    assert "replies to it are not read" in content(message, "plain")
    assert '<html lang="en">' in content(message, "html")


def test_deliver_posted_sends_the_letters_of_its_keys_alone(people, mailbox):
    letters.post("accepted", "event:1", [reader(people.filer), reader(people.rival)], FACTS)
    letters.post("accepted", "event:2", [reader(people.banker)], FACTS)
    deliver_posted([f"event:1:{people.filer.pk}", f"event:1:{people.rival.pk}"])
    assert sorted(e.rcpt_tos[0] for e in mailbox.taken) == sorted([people.filer.email, people.rival.email])
    assert Letter.objects.get(sent_at=None).user == people.banker


def test_letter_without_an_address_needs_no_mail_server(people, no_mail_server):
    post_one(people.filer, email="")
    sweep_letters()
    assert (only_letter().error, only_letter().next_attempt_at) == ("", None)


def test_letter_without_an_address_stands_in_the_inbox_only(people, mailbox):
    letter = post_one(people.filer, email="")
    sweep_letters()
    assert mailbox.taken == []
    letter = only_letter()
    assert (letter.sent_at, letter.next_attempt_at, letter.channel) == (None, None, "portal")
    assert letter.subject == "浮标 <46023> & 风：已受理"
    assert not letter.services.exists()
    assert not Letter.objects.abandoned(NOW).exists()


def test_mail_server_down_keeps_the_letter_and_tries_later(people, no_mail_server, request):
    with time_machine.travel(NOW, tick=False) as clock:
        letters.post("accepted", "event:1", [reader(people.filer), reader(people.rival)], FACTS)
        sweep_letters()
        states = set(Letter.objects.values_list("sent_at", "attempts", "next_attempt_at"))
        assert states == {(None, 1, NOW + PAUSES[0])}
        assert "ConnectionRefusedError" in Letter.objects.first().error
        sweep_letters()
        assert set(Letter.objects.values_list("attempts", flat=True)) == {1}
        clock.move_to(NOW + PAUSES[0])
        sweep_letters()
        assert set(Letter.objects.values_list("attempts", "next_attempt_at")) == {(2, NOW + PAUSES[0] + PAUSES[1])}
        mailbox = request.getfixturevalue("mailbox")
        clock.move_to(NOW + PAUSES[0] + PAUSES[1])
        sweep_letters()
    assert len(mailbox.taken) == 2
    assert not Letter.objects.filter(sent_at=None).exists()


def test_letter_that_never_gets_through_is_given_up_and_told_once(people, no_mail_server):
    heard = []
    kept = services._bounced[:]
    services.on_bounced(lambda letter, at: heard.append(letter.error))
    try:
        with time_machine.travel(NOW, tick=False) as clock:
            post_one(people.filer)
            for _ in range(MAX_ATTEMPTS + 2):
                clock.shift(PAUSES[-1])
                sweep_letters()
    finally:
        services._bounced[:] = kept
    letter = only_letter()
    assert len(heard) == 1
    assert (letter.attempts, letter.sent_at, letter.next_attempt_at) == (MAX_ATTEMPTS, None, None)
    assert letter.bounced_at
    assert "ConnectionRefusedError" in letter.error


def test_address_refused_for_good_bounces_alone(people, mailbox):
    mailbox.refuse.add(people.filer.email)
    letters.post("accepted", "event:1", [reader(people.filer), reader(people.rival)], FACTS)
    sweep_letters()
    refused = Letter.objects.get(user=people.filer)
    assert refused.bounced_at
    assert "550" in refused.error
    assert [e.rcpt_tos for e in mailbox.taken] == [[people.rival.email]]


def test_letter_whose_facts_do_not_suffice_fails_alone(people, mailbox):
    letters.post("accepted", "event:1", [reader(people.filer)], {"title": "half"})
    letters.post("accepted", "event:2", [reader(people.rival)], FACTS)
    sweep_letters()
    assert [e.rcpt_tos for e in mailbox.taken] == [[people.rival.email]]
    failed = Letter.objects.get(user=people.filer)
    assert "due" in failed.error
    assert failed.next_attempt_at


def test_letter_claimed_by_a_killed_worker_is_free_after_the_lease(people, mailbox):
    with time_machine.travel(NOW, tick=False) as clock:
        letter = post_one(people.filer)
        assert [claimed.pk for claimed in delivery.claim(Letter.objects.all())] == [letter.pk]
        clock.move_to(NOW + LEASE - timedelta(seconds=1))
        sweep_letters()
        assert mailbox.taken == []
        clock.move_to(NOW + LEASE)
        sweep_letters()
    assert len(mailbox.taken) == 1
    assert only_letter().attempts == 2


@pytest.mark.parametrize("act", ["render", "read"])
def test_words_once_sent_or_read_survive_an_edit_of_the_text(people, no_mail_server, request, act):
    with time_machine.travel(NOW, tick=False) as clock:
        letter = post_one(people.filer)
        services.give_words(letter) if act == "render" else services.mark_read(letter, people.filer)
        LetterText.objects.update_or_create(name="accepted", defaults={"subject_zh": "新的标题"})
        clock.shift(LEASE)
        mailbox = request.getfixturevalue("mailbox")
        sweep_letters()
    assert read_message(mailbox.taken[0])["Subject"] == "浮标 <46023> & 风：已受理"


def test_batch_that_runs_out_of_time_gives_the_rest_back(people, mailbox):
    with time_machine.travel(NOW, tick=False) as clock:
        post_one(people.filer)
        claimed = delivery.claim(Letter.objects.all())
        clock.shift(timedelta(minutes=1))
        assert delivery.deliver_batch(claimed, until=NOW) == (0, False)
        assert mailbox.taken == []
        assert (only_letter().attempts, only_letter().next_attempt_at) == (0, NOW + timedelta(minutes=1))


def test_letters_as_files_are_one_eml_each(people, settings, tmp_path):
    settings.EMAIL_BACKEND = "apps.outbox.backends.EmlFolderBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "邮 件"
    letters.post("accepted", "event:1", [reader(people.filer), reader(people.rival)], FACTS)
    sweep_letters()
    files = sorted(settings.EMAIL_FILE_PATH.iterdir())
    assert [path.suffix for path in files] == [".eml", ".eml"]
    messages = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    assert {m["To"] for m in messages} == {people.filer.email, people.rival.email}
    assert all(m["Subject"] == "浮标 <46023> & 风：已受理" for m in messages)
