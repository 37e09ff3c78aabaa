"""The shell of the pages: faces, languages, text size, errors, tags and forms."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as project
from django.http import QueryDict
from django.template import engines
from django.urls import reverse
from django.utils import translation

from apps.pages.forms import list_errors, with_one_row_more
from tests.pages import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper_faces")]
FORBIDDEN = ["style=", "hx-on", "js:", "<script>", "onclick", "javascript:"]


def render(template: str, language: str = "en", **context) -> str:
    with translation.override(language):
        return engines["django"].from_string("{% load portal %}" + template).render(context)


class TestFaces:
    @pytest.mark.parametrize("path", ["/", "/portal/", "/desk/"])
    @pytest.mark.parametrize(("language", "lang"), [("zh-hans", "zh-Hans"), ("en", "en")])
    def test_each_says_its_language_and_where_one_is(self, client, people, path, language, lang):
        people.clerk.language = language
        people.clerk.save(update_fields=["language"])
        client.force_login(people.clerk)
        html = client.get(path).content.decode()
        assert f'<html lang="{lang}"' in html
        assert html.count('aria-current="page"') == (0 if path == "/" else 1)

    def test_a_stranger_is_offered_to_sign_in_and_no_menu(self, client):
        html = client.get("/").content.decode()
        assert reverse("account_login") in html
        assert reverse("account_logout") not in html

    def test_language_is_kept_for_the_account(self, client, people):
        client.force_login(people.clerk)
        client.post(reverse("pages:language"), {"language": "en", "next": "/desk/"})
        people.clerk.refresh_from_db()
        assert people.clerk.language == "en"
        assert '<html lang="en"' in client.get("/desk/").content.decode()

    def test_an_unknown_language_changes_nothing(self, client, people):
        client.force_login(people.clerk)
        client.post(reverse("pages:language"), {"language": "fr", "next": "/desk/"})
        people.clerk.refresh_from_db()
        assert people.clerk.language == "zh-hans"

    def test_text_size_is_kept_and_leads_back_only_to_us(self, client):
        response = client.post(reverse("pages:text_size"), {"size": "large", "next": "https://elsewhere.example/"})
        assert response["Location"] == "/"
        assert 'class="text-large"' in client.get("/").content.decode()
        client.post(reverse("pages:text_size"), {"size": "huge", "next": "/"})
        assert 'class="text-large"' in client.get("/").content.decode()

    def test_the_icon_is_where_old_browsers_look(self, client):
        response = client.get("/favicon.ico")
        assert response["Content-Type"] == "image/svg+xml"
        assert b"<svg" in b"".join(response.streaming_content)


class TestErrors:
    def test_404_stays_in_the_face_and_the_language(self, client, people):
        client.force_login(people.clerk)
        response = client.get("/desk/nothing-here-9/")
        assert response.status_code == 404
        assert 'class="face-desk"' in response.content.decode()

    def test_a_broken_view_gives_a_page_in_both_languages(self, client):
        client.raise_request_exception = False
        html = client.get("/fail/").content.decode()
        assert "系统出错了" in html
        assert "Something went wrong on our side" in html

    @pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
    def test_standalone_pages_need_no_context(self, name):
        html = engines["django"].get_template(name).render({})
        assert 'lang="zh-Hans"' in html
        assert 'lang="en"' in html

    def test_a_form_without_token_is_refused_in_words(self, client):
        client.handler.enforce_csrf_checks = True
        response = client.post(reverse("pages:language"), {"language": "en"})
        assert response.status_code == 403
        assert "表单打开时间过长" in response.content.decode() or "open too long" in response.content.decode()


class TestTags:
    @pytest.mark.parametrize(
        ("fen", "chinese", "english"),
        [(105_000_000, "1,050,000.00 元", "1,050,000.00 yuan"), (5, "0.05 元", "0.05 yuan"), (None, "", "")],
    )
    def test_yuan(self, fen, chinese, english):
        assert render("{{ fen|yuan }}", "zh-hans", fen=fen) == chinese
        assert render("{{ fen|yuan }}", fen=fen) == english

    def test_wan_is_ten_thousand_yuan(self):
        assert render("{{ fen|wan }}", fen=10_500_000_000) == "10,500.00"

    def test_day_and_moment_are_shanghai_s(self):
        late = dt.datetime(2026, 11, 22, 16, 30, tzinfo=dt.UTC)
        assert ">2026-11-23<" in render("{{ at|day }}", at=late)
        assert ">2026年11月23日<" in render('{{ at|day:"long" }}', "zh-hans", at=late)
        assert ">23 November 2026<" in render('{{ at|day:"long" }}', at=late)
        assert ">2026-11-23 00:30<" in render("{{ at|moment }}", at=late)

    def test_text_of_the_other_language_is_marked_and_escaped(self):
        assert render("{{ t|zh }}", t="浪<b>") == '<span lang="zh-Hans" translate="no">浪&lt;b&gt;</span>'
        assert render("{{ t|zh }}", "zh-hans", t="浪<b>") == "浪&lt;b&gt;"
        assert render("{{ t|en }}", "zh-hans", t="Sea") == '<span lang="en" translate="no">Sea</span>'
        row = SimpleNamespace(name_zh="定海区", name_en="")
        assert "定海区</span>" in render('{{ row|local:"name" }}', row=row)

    def test_badge_has_words_tint_and_icon(self):
        state = SimpleNamespace(tone="bad", label="refused <x>", public_label="不予登记")
        html = render("{% badge state %}", state=state)
        assert 'class="status status-bad"' in html
        assert "refused &lt;x&gt;" in html
        assert 'aria-hidden="true"' in html
        assert "不予登记" in render("{% badge state True %}", state=state)

    def test_digest_may_break_but_copies_as_one_word(self):
        html = render("{{ d|hexdigest }}", d="ab" * 32)
        assert html.count("<wbr>") == 7
        assert html.replace("<wbr>", "").count("ab" * 32) == 1

    def test_due_of_a_stored_midnight_is_the_day_before(self):
        shanghai = dt.timezone(dt.timedelta(hours=8))
        case = SimpleNamespace(next_due_at=dt.datetime(2026, 12, 5, 0, 0, tzinfo=shanghai))
        assert render("{% with d=case|due %}{{ d.on|date:'Y-m-d' }}{% endwith %}", case=case) == "2026-12-04"

    def test_due_says_today_left_and_over(self):
        for days, words in [(0, "due today"), (200, "200 days left"), (-200, "200 days overdue")]:
            assert render("{% with d=day|due %}{{ d.words }}{% endwith %}", day=samples.days(days)) == words
        assert "no deadline" in render("{% include 'components/due.html' with value=None %}")


class TestForms:
    def test_errors_are_listed_with_links_to_their_inputs(self):
        form = samples.MatterForm({"name": "", "kind": "ocean", "rule": "x", "sure": "on"})
        found = {error.target: error.label for error in list_errors(form)}
        assert found == {"id_name": "数据名称", "div_id_public": "样例是否公开"}

    def test_the_summary_stands_above_the_fields(self, client):
        html = client.post("/samples/portal_form/", {"name": "", "sources-TOTAL_FORMS": 0, "sources-INITIAL_FORMS": 0})
        html = html.content.decode()
        assert html.index('class="error-summary"') < html.index('id="id_name"')
        assert '<a href="#id_name">' in html
        assert 'id="div_id_public"' in html

    def test_add_row_works_without_a_script(self, client):
        data = {
            "add_row": "sources",
            "sources-TOTAL_FORMS": "1",
            "sources-INITIAL_FORMS": "0",
            "sources-0-source": "浮标 46023",
        }
        html = client.post("/samples/portal_form/", data).content.decode()
        assert 'name="sources-1-source"' in html
        assert 'value="浮标 46023"' in html
        assert 'name="sources-2-source"' not in html

    def test_one_row_more_has_an_end_and_ignores_nonsense(self):
        assert with_one_row_more(QueryDict("s-TOTAL_FORMS=7"), "s", most=7)["s-TOTAL_FORMS"] == "7"
        assert with_one_row_more(QueryDict("s-TOTAL_FORMS=x"), "s")["s-TOTAL_FORMS"] == "x"


class TestComponents:
    @pytest.mark.parametrize("name", sorted(path.stem for path in samples.HTML.glob("*_*.html")))
    @pytest.mark.parametrize("query", ["", "?empty", "?flash"])
    def test_samples_render_without_anything_the_policy_forbids(self, client, people, name, query):
        client.force_login(people.clerk)
        html = client.get(f"/samples/{name}/{query}").content.decode()
        assert html.count("<h1") == 1
        assert [bad for bad in FORBIDDEN if bad in html] == []

    def test_an_empty_list_says_why_and_what_to_do(self, client, people):
        client.force_login(people.clerk)
        html = client.get("/samples/desk_queue/?empty").content.decode()
        assert "没有符合条件的案件" in html
        assert "<table" not in html

    def test_the_deadline_shows_each_day(self, client, people):
        client.force_login(people.clerk)
        html = client.get("/samples/desk_case/").content.decode()
        assert html.count('class="is-counted"') == 10


def newer_than_chrome_86() -> list[str]:
    return [
        ":has(", ":is(", ":where(", "@container", "aspect-ratio", "accent-color", "inset:", "color-mix", "margin-inline:",
        "padding-inline:", "text-wrap", "dvh", "@layer", "@property", "oklch", "gap-rule", "overflow: clip",
        ".at(", "??=", "||=", "&&=", "Object.hasOwn", "structuredClone", "replaceAll", "findLast", "crypto.randomUUID",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["css", "js"])
def test_static_files_use_nothing_newer_than_chrome_86(kind):
    files = sorted(Path(project.BASE_DIR, "static", kind).glob(f"*.{kind}"))
    assert len(files) >= 6
    found = [(path.name, word) for path in files for word in newer_than_chrome_86() if word in path.read_text()]
    assert found == []


def test_templates_hold_nothing_the_policy_forbids():
    files = sorted(Path(project.BASE_DIR, "templates").rglob("*.html"))
    assert len(files) > 30
    assert [(path.name, bad) for path in files for bad in FORBIDDEN if bad in path.read_text()] == []
