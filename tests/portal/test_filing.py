"""The application through its pages, as a browser without scripts goes: typed, kept, checked, filed once."""

from django.urls import reverse

from apps.applications.forms import STEPS
from apps.applications.models import Application
from apps.workflow import drafts
from apps.workflow.models import Case, Document, Draft
from tests.portal.forms import FILES, SAMPLE, paper, words


def begin(client) -> Draft:
    client.post(reverse("portal:draft_new"))
    return Draft.objects.get(kind="application")


def send(client, draft, step, values, **more):
    return client.post(reverse("portal:draft", args=[draft.pk, step]), {**values, **more})


def fill(client, draft, typed) -> None:
    for step, _label, _form in STEPS:
        more = {}
        if step in FILES:
            path, name = FILES[step]
            more[f"file_{path}"] = paper(name)
        send(client, draft, step, typed[step], **more)


def test_filing_step_by_step_without_scripts(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    for at, (step, label, _form) in enumerate(STEPS):
        assert str(label) in words(client.get(reverse("portal:draft", args=[draft.pk, step])))
        more = {f"file_{FILES[step][0]}": paper(FILES[step][1])} if step in FILES else {}
        response = send(client, draft, step, typed[step], **more)
        after = (
            reverse("portal:draft", args=[draft.pk, STEPS[at + 1][0]])
            if at + 1 < len(STEPS)
            else reverse("portal:draft_review", args=[draft.pk])
        )
        assert response.status_code == 302, words(response)
        assert response["Location"] == after
    review = client.get(reverse("portal:draft_review", args=[draft.pk]))
    assert not review.context["problems"]
    assert "企业数据 · 自行产生" in words(review) or "Enterprise data" in words(review)
    filed = client.post(reverse("portal:draft_review", args=[draft.pk]))
    case = Case.objects.get(kind="application")
    assert filed["Location"] == reverse("portal:receipt", args=[case.pk])
    receipt = words(client.get(filed["Location"]))
    assert case.number in receipt
    row = Application.objects.get(case=case)
    assert (row.name, row.formats, row.record_count, row.withheld) == (
        "舟山近岸浪高数据集",
        ["csv"],
        20000,
        {"algorithm": ""},
    )
    assert row.fields == [{"name": "Hs", "type": "number", "note": "有效波高，米"}]
    assert sorted(Document.objects.filter(case=case).values_list("path", "name")) == [
        ("sample", "sample.csv"), ("sources.1", "采集说明.csv"), ("statement", "statement.csv"),
    ]  # fmt: skip


def test_filing_twice_gives_the_same_case(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    first = client.post(reverse("portal:draft_review", args=[draft.pk]))
    second = client.post(reverse("portal:draft_review", args=[draft.pk]))
    assert first["Location"] == second["Location"]
    assert Case.objects.filter(kind="application").count() == 1


def test_faulty_step_is_kept_and_told_at_the_field_and_in_the_summary(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    page = send(client, draft, "structure", {**typed["structure"], "record_count": "many", "fields_-0-name": ""})
    told = words(page)
    assert "error-summary" in page.content.decode()
    assert 'href="#id_record_count"' in page.content.decode()
    draft.refresh_from_db()
    assert draft.data["structure"]["record_count"] == "many"
    assert draft.data["structure"]["fields_"][0] == {"name": "", "type": "number", "note": "有效波高，米"}
    again = client.get(reverse("portal:draft", args=[draft.pk, "structure"]))
    assert 'value="many"' in again.content.decode()
    assert told


def test_step_saves_itself_whatever_it_lacks(people, organisations, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    response = client.post(reverse("portal:draft_save", args=[draft.pk, "basics"]), {"name": "半"})
    assert response.status_code == 204
    draft.refresh_from_db()
    assert draft.data["basics"]["name"] == "半"


def test_file_handed_in_keeps_what_is_typed_and_can_be_taken_off(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    url = reverse("portal:draft_file", args=[draft.pk, "evidence"])
    client.post(url, {"formed_on": "2026-01-02", "upload": "sample", "file_sample": paper("样例.csv")})
    document = Document.objects.get(draft=draft)
    draft.refresh_from_db()
    assert (document.name, draft.data["evidence"]["formed_on"]) == ("样例.csv", "2026-01-02")
    assert client.get(reverse("portal:document", args=[document.pk])).getvalue() == SAMPLE
    client.post(url, {"formed_on": "2026-01-03", "remove": document.pk})
    document.refresh_from_db()
    draft.refresh_from_db()
    assert document.removed_at is not None
    assert draft.data["evidence"]["formed_on"] == "2026-01-03"
    assert client.get(reverse("portal:document", args=[document.pk])).status_code == 404


def test_program_as_file_is_refused_in_a_sentence(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    page = send(client, draft, "evidence", typed["evidence"], file_sample=paper("tool.exe", b"MZ\x90\x00" + b"\0" * 60))
    assert page.status_code == 200
    assert page.context["errors"][0].target == "id_file_sample"
    assert not Document.objects.filter(draft=draft).exists()


def test_more_rows_keep_the_rows_that_are_there(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    more = {
        "sources-1-kind": "public",
        "sources-1-method": "open",
        "sources-1-licensor": "公开网站",
        "add_row": "sources",
    }
    response = send(client, draft, "sources", {**typed["sources"], **more})
    assert response["Location"].endswith("/sources/#id_sources")
    page = client.get(reverse("portal:draft", args=[draft.pk, "sources"])).content.decode()
    assert 'name="sources-3-licensor"' in page
    assert "公开网站" in page


def test_review_leads_to_each_place_and_files_nothing_that_is_incomplete(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    send(client, draft, "basics", {**typed["basics"], "industry": ""})
    page = client.post(reverse("portal:draft_review", args=[draft.pk]))
    targets = [problem.target for problem in page.context["problems"]]
    step = reverse("portal:draft", args=[draft.pk, "basics"])
    assert targets[0] == f"{step}?check=1#id_industry"
    assert reverse("portal:draft", args=[draft.pk, "processing"]) in targets
    assert not Case.objects.filter(kind="application").exists()
    checked = client.get(targets[0].partition("#")[0])
    assert checked.context["errors"][0].target == "id_industry"


def test_typing_on_after_it_was_filed_is_told_so(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    client.post(reverse("portal:draft_review", args=[draft.pk]))
    late = client.post(reverse("portal:draft_save", args=[draft.pk, "basics"]), {"name": "晚了"})
    assert late.status_code == 409
    page = send(client, draft, "basics", {**typed["basics"], "name": "晚了"})
    case = Case.objects.get(kind="application")
    assert page["Location"] == reverse("portal:case", args=[case.pk])
    assert case.application.name == "舟山近岸浪高数据集"


def test_draft_is_found_again_instead_of_begun_twice(people, organisations, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    assert client.get(reverse("portal:draft_new")).context["found"] == draft
    client.post(reverse("portal:draft_new"))
    assert Draft.objects.count() == 1


def test_unverified_organisation_drafts_but_its_filing_waits(people, organisations, typed, sign_in):
    client = sign_in(people.newcomer)
    draft = begin(client)
    send(client, draft, "basics", typed["basics"])
    page = client.get(reverse("portal:draft_review", args=[draft.pk]))
    assert reverse("portal:organisation") in [problem.target for problem in page.context["problems"]]


def test_application_on_the_page_of_a_deposit_begins_with_it(people, organisations, evidence, sign_in):
    client = sign_in(people.filer)
    client.post(reverse("portal:draft_new"), {"deposit": evidence.pk})
    draft = Draft.objects.get(kind="application")
    page = client.get(reverse("portal:draft", args=[draft.pk, "evidence"]))
    assert page.context["form"].initial["deposit"] == evidence.pk
    page = client.get(reverse("portal:draft", args=[draft.pk, "basics"]))
    assert page.context["form"].initial["name"] == evidence.data_name


def test_official_enters_it_for_a_firm_and_the_firm_takes_it_over(people, organisations, typed, sign_in):
    clerk = sign_in(people.clerk)
    assert clerk.get(reverse("portal:draft_new"))["Location"] == reverse("desk:enter")
    draft = drafts.begin("application", by=people.clerk, organisation=organisations.enterprise)
    assert clerk.get(reverse("portal:draft", args=[draft.pk]))["Location"].endswith("/basics/")
    fill(clerk, draft, typed)
    lacking = clerk.get(reverse("portal:draft_review", args=[draft.pk])).context["problems"]
    assert [problem.target for problem in lacking] == [
        f"{reverse('portal:draft', args=[draft.pk, 'parties'])}?check=1#files"
    ]
    assert sign_in(people.filer).get(reverse("portal:draft", args=[draft.pk, "basics"])).status_code == 404
    assert sign_in(people.clerk2).get(reverse("portal:draft", args=[draft.pk, "basics"])).status_code == 404
    send(clerk, draft, "parties", typed["parties"], file_basis=paper("委托.txt"))
    clerk.post(reverse("portal:draft_review", args=[draft.pk]))
    case = Case.objects.get(kind="application")
    assert case.entered_by == people.clerk
    firm = sign_in(people.filer)
    assert "claim" in [
        offer["move"].name for offer in firm.get(reverse("portal:case", args=[case.pk])).context["offers"]
    ]
    firm.post(reverse("portal:move", args=[case.pk, "claim"]), {"version": case.version, "key": "k1"})
    row = Application.objects.get(case=case)
    assert row.claimed_at is not None
    page = firm.get(reverse("portal:case", args=[case.pk]))
    assert "claim" not in [offer["move"].name for offer in page.context["offers"]]


def test_pages_of_a_draft_ask_few_queries(people, organisations, typed, sign_in, django_assert_num_queries):
    """However much is typed and attached, and however many drafts lie in the list."""
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    pages = (("draft_review", [draft.pk], 15), ("draft_preview", [draft.pk], 10), ("draft_statement", [draft.pk], 8))
    for more in range(2):
        for name, args, queries in pages:
            client.get(reverse(f"portal:{name}", args=args))
            with django_assert_num_queries(queries):
                client.get(reverse(f"portal:{name}", args=args))
        rows = {f"sources-{at}-{k}": v for at in range(3) for k, v in {"key": str(at + 1), "kind": "public", "method": "open", "licensor": "公开网站", "ends_on": ""}.items()}  # fmt: skip
        send(client, draft, "sources", rows, **{f"file_sources.{more + 1}": paper("来源.csv")})


def test_list_of_drafts_asks_as_much_at_one_as_at_three(people, organisations, sign_in, django_assert_num_queries):
    client = sign_in(people.filer)
    begin(client)
    for person in (None, people.manager, people.reader):
        if person is not None:
            drafts.begin("application", by=person, organisation=organisations.enterprise)
        with django_assert_num_queries(8):
            page = client.get(reverse("portal:drafts"))
    assert len(page.context["drafts"]) == 3
