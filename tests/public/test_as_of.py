"""The register as of a day or a moment: on the page, for programs, on paper."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from apps.certificates.register import claim, release
from apps.rules.clock import legal_now
from tests.certificates.test_journal import do
from tests.public.test_notices import html, said
from tests.rights import make_right
from tests.ways import at_noon

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(at_noon(2026, 3, 2), tick=False) as frozen:
        yield frozen


@pytest.fixture
def right(clock, organisations):
    return make_right(organisations.enterprise, at=legal_now())


def ask(client, right, on="", status=200) -> dict:
    answer = client.get(f"/register/{right.number}.json", {"on": on} if on else {})
    assert answer.status_code == status
    return json.loads(answer.content)


def test_json_says_state_end_holder_and_claims_with_source_and_time(english, right, organisations):
    found = ask(english, right)
    assert (found["state"], found["valid_until"], found["holder"]) == (
        "valid",
        "2029-03-02",
        organisations.enterprise.name,
    )
    assert (found["claims"], found["claims_say"]) == ([], "This portal has no record of a pledge.")
    assert found["as_of"] == "2026-03-02T12:00:00+08:00"
    assert found["source"].startswith("Source: this portal's own register.")
    assert "not pledged" not in json.dumps(found)


def test_json_speaks_chinese(client, right):
    client.cookies["django_language"] = "zh-hans"
    assert ask(client, right)["claims_say"] == "本平台未见质押记录。"


def test_a_day_stands_for_its_end_and_a_moment_for_itself(english, right, clock, organisations):
    clock.move_to(at_noon(2026, 4, 1))
    claim(right, case=right.case, party=organisations.bank, kind="pledge", at=legal_now())
    clock.move_to(at_noon(2026, 6, 1))
    assert len(ask(english, right, "2026-04-01")["claims"]) == 1
    assert ask(english, right, "2026-04-01T11:59")["claims"] == []
    assert len(ask(english, right, "2026-04-01T04:00:00Z")["claims"]) == 1
    assert ask(english, right, "2026-04-01T11:00:00+08:00")["claims"] == []
    assert ask(english, right, "2026-03-31")["claims"] == []


def test_the_later_end_of_a_claim_is_not_told_of_the_day_on_which_it_stood(english, right, clock, organisations):
    claim(right, case=right.case, party=organisations.bank, kind="pledge", at=legal_now())
    clock.move_to(at_noon(2026, 6, 1))
    release(right.case, at=legal_now(), outcome="released")
    assert ask(english, right, "2026-04-01")["claims"][0]["until"] is None
    assert ask(english, right)["ended_claims"][0]["until"] == "2026-06-01T12:00:00+08:00"
    page = said(html(english, f"/register/{right.number}/?on=2026-04-01"))
    assert "pledge 2026-03-02 (this portal's own procedure)" in page


def test_before_the_entry_it_is_said_that_it_came_later(english, right):
    found = ask(english, right, "2026-03-01")
    assert (found["state"], found["valid_until"], found["holder"]) == ("not_entered", None, None)
    assert "it was entered later" in found["says"]
    page = said(html(english, f"/register/{right.number}/?on=2026-03-01"))
    assert "it was entered later" in page
    assert "Entry in the register" not in page


@pytest.mark.parametrize(
    "on",
    ["yesterday", "2026-13-01", "2026-02-30", "0000-00-00", "20260301x", "9999-12-31", "2026-03-02T12:00:01", "1" * 41],
)
def test_a_bad_moment_is_one_sentence(english, right, on):
    error = ask(english, right, on, 400)["error"]
    assert error.startswith(("Give a day as YYYY-MM-DD", "That moment has not come yet"))
    assert error in said(html(english, f"/register/{right.number}/?on={on}", 400))
    answer = english.get(f"/register/{right.number}/statement.pdf", {"on": on})
    assert (answer.status_code, answer.content.decode()) == (400, error)


def test_a_null_character_is_one_sentence(english, right):
    assert ask(english, right, "2026\0", 400)["error"].startswith("Give a day as")


def test_an_unknown_number_is_one_sentence(english, right):
    answer = english.get("/register/nothing.json")
    assert (answer.status_code, json.loads(answer.content)["error"]) == (
        404, "No registration with this number is in the register.",
    )  # fmt: skip


def test_revoked_later_is_told_of_a_day_before(english, right, clock):
    clock.move_to(at_noon(2026, 8, 1))
    do(right, "revoke")
    then = ask(english, right, "2026-05-01")
    assert (then["state"], then["revoked_on"]) == ("valid", "2026-08-01")
    assert "It was revoked on 2026-08-01, and a revoked right counts as void from the beginning." in then["says"]
    page = said(html(english, f"/register/{right.number}/?on=2026-05-01"))
    assert "It was revoked on 2026-08-01" in page
    assert "void from the beginning" in said(html(english, f"/register/{right.number}/"))


def test_the_page_shows_then_and_what_is_otherwise_today(english, right, clock, organisations):
    clock.move_to(at_noon(2026, 5, 1))
    do(right, "change", changes={"name": "新名称"})
    do(right, "transfer", holder=organisations.bank.pk)
    page = said(html(english, f"/register/{right.number}/?on=2026-03-02"))
    assert "What is otherwise today" in page
    assert "新名称" in page
    assert page.index(right.name) < page.index("新名称")
    assert "What is otherwise today" not in html(english, f"/register/{right.number}/")


def test_answer_of_a_past_day_is_known_again_by_its_etag(client, right, clock):
    clock.move_to(at_noon(2026, 5, 1))
    path = f"/register/{right.number}.json?on=2026-04-01"
    first = client.get(path)
    assert first["Cache-Control"] == "no-cache"
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304
    do(right, "revoke")
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("acts", [1, 5])
def test_page_and_json_cost_the_same_however_much_happened(
    client, right, clock, acts, organisations, django_assert_num_queries
):
    for n in range(acts):
        do(right, "change", changes={"name": f"名称{n}"})
        claim(right, case=right.case, party=organisations.bank, kind="pledge", at=legal_now())
        release(right.case, at=legal_now(), outcome="released")
    clock.move_to(at_noon(2026, 5, 1))
    client.get(f"/register/{right.number}/")
    with django_assert_num_queries(7):  # clock, registration, versions, certificates, claims, notices, announcement
        client.get(f"/register/{right.number}/?on=2026-03-05")
    with django_assert_num_queries(5):
        client.get(f"/register/{right.number}.json?on=2026-03-05")


def statement(client, right, **query) -> tuple[str, int]:
    answer = client.get(reverse("public:statement_pdf", args=[right.number]), query)
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(answer.content))
    return "".join(reader.pages[0].extract_text().split()), len(reader.pages)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_statement_on_paper_has_who_what_and_law_on_one_page_and_no_seal(client, right, clock, organisations, language):
    client.cookies["django_language"] = language
    clock.move_to(at_noon(2026, 5, 1))
    do(right, "transfer", holder=organisations.bank.pk)
    text, pages = statement(client, right, on="2026-03-31")
    assert pages == 1
    for words in (
        right.name,
        right.number,
        organisations.enterprise.name,
        organisations.bank.name,
        "浙江省数据知识产权登记办法",
    ):
        assert words in text
    wanted = {
        "en": ("ThisportalhasnorecordofapledgE".lower(), "itbearsnoseal", "asof2026-03-3123:59"),
        "zh-hans": ("本平台未见质押记录", "不加盖印章", "截至2026-03-3123:59"),
    }[language]
    for words in wanted:
        assert words in text.lower()


def test_statement_is_the_same_bytes_twice(client, right, clock):
    clock.move_to(at_noon(2026, 5, 1) + timedelta(minutes=1))
    path = f"/register/{right.number}/statement.pdf?on=2026-03-31"
    assert client.get(path).content == client.get(path).content
