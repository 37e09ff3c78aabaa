import pytest

from apps.outbox import letters, services
from apps.outbox.installing import list_texts
from apps.outbox.models import Letter, LetterText
from apps.rules.clock import legal_now
from tests.outbox.conftest import FACTS, only_letter, reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts_folder")]
TEXT_ROLES = {"system_admin", "chief"}
LETTER_ROLES = {"chief", "deputy"}
ALL = ["clerk", "chief", "deputy", "secretariat", "system_admin", "security_admin", "audit_admin", "filer"]


@pytest.fixture
def row(texts_folder):
    list_texts(using="default")
    return LetterText.objects.get(name="accepted")


def address(row, tail="change/"):
    return f"/admin/outbox/lettertext/{row.pk}/{tail}"


def words(**changes):
    return {"subject_zh": "", "body_zh": "", "subject_en": "", "body_en": ""} | changes


@pytest.mark.parametrize("who", ALL)
def test_texts_and_letters_are_for_their_roles_alone(people, sign_in, row, who):
    letters.post("accepted", "event:1", [reader(people.filer)], FACTS)
    client = sign_in(getattr(people, who))
    text_pages = [address(row), address(row, "preview/en/"), address(row, "preview/zh-hans/html/")]
    letter_pages = ["/admin/outbox/letter/", f"/admin/outbox/letter/{only_letter().pk}/change/"]
    assert {client.get(page).status_code == 200 for page in text_pages} == {who in TEXT_ROLES}
    assert {client.get(page).status_code == 200 for page in letter_pages} == {who in LETTER_ROLES}


def test_text_saved_by_an_administrator_is_what_letters_say(people, sign_in, row):
    sign_in(people.system_admin).post(address(row), words(subject_en="Dear {{ title }}"))
    row.refresh_from_db()
    assert letters.preview("accepted", FACTS, "en")[0] == "Dear 浮标 <46023> & 风"
    assert row.updated_by == people.system_admin
    assert row.updated_at


def test_text_that_cannot_be_rendered_is_not_saved_and_says_why(people, sign_in, row):
    response = sign_in(people.chief).post(address(row), words(body_zh="{{ tilte }}", body_en="{% include 'x' %}"))
    page = response.content.decode()
    assert "Unknown name: tilte" in page
    assert "include" in page
    row.refresh_from_db()
    assert row.body_zh == ""


def test_broken_text_stands_in_the_list_with_its_error(people, sign_in, row):
    LetterText.objects.filter(pk=row.pk).update(body_zh="{{ gone }}")
    page = sign_in(people.system_admin).get("/admin/outbox/lettertext/").content.decode()
    assert "Unknown name: gone" in page


def test_list_of_texts_asks_the_same_whatever_their_number(people, sign_in, row, django_assert_max_num_queries):
    client = sign_in(people.system_admin)
    with django_assert_max_num_queries(9):
        page = client.get("/admin/outbox/lettertext/").content.decode()
    assert page.count('class="field-name"') == LetterText.objects.count() >= 2


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "样本：已受理"), ("en", "样本: accepted")])
def test_preview_shows_text_and_html_in_each_language(people, sign_in, row, language, said):
    client = sign_in(people.chief)
    page = client.get(address(row, f"preview/{language}/")).content.decode()
    assert said in page
    assert address(row, f"preview/{language}/html/") in page
    assert f"<h1>{said}</h1>" in client.get(address(row, f"preview/{language}/html/")).content.decode()


def test_preview_of_a_broken_text_shows_the_built_in_one_and_why(people, sign_in, row):
    LetterText.objects.filter(pk=row.pk).update(subject_en="{{ gone }}")
    page = sign_in(people.chief).get(address(row, "preview/en/")).content.decode()
    assert "样本: accepted" in page
    assert "Unknown name: gone" in page


def test_letter_in_the_admin_shows_words_and_services_and_cannot_be_changed(people, sign_in):
    letters.post("accepted", "event:1", [reader(people.filer)], FACTS)
    letter = only_letter()
    services.log_service(letter, "phone", legal_now(), by=people.clerk, note="spoke to the filer")
    client = sign_in(people.chief)
    page = client.get(f"/admin/outbox/letter/{letter.pk}/change/").content.decode()
    assert "浮标 &lt;46023&gt; &amp; 风：已受理" in page
    assert "spoke to the filer" in page
    assert client.post(f"/admin/outbox/letter/{letter.pk}/change/", {"email": "x@y.example"}).status_code == 403
    assert only_letter().email == people.filer.email


@pytest.mark.parametrize(("state", "found"), [("sent", 0), ("waiting", 2), ("returned", 1), ("post", 1)])
def test_letters_are_filtered_by_their_state(people, organisations, sign_in, state, found):
    readers = [reader(people.filer), reader(people.rival), letters.Recipient(None, organisations.bank.pk, "", "en")]
    letters.post("accepted", "event:1", readers, FACTS)
    services.mark_bounced(Letter.objects.get(user=people.rival), legal_now(), "mailbox full")
    page = sign_in(people.chief).get("/admin/outbox/letter/", {"state": state}).content.decode()
    assert page.count('class="field-name"') == found
