"""What an examiner does on the case page: checklist, notice, notes, presence, like cases, files, decision, batch."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.desk.filed import words_of
from apps.evidence.models import Deposit
from apps.examination import findings, presence
from apps.examination.models import Finding, Note, Visit
from apps.outbox.models import Letter
from apps.workflow import documents
from apps.workflow.machine import Refused, open_case, perform
from apps.workflow.models import Case, Event
from apps.workflow.people import Standing
from tests.factories import make_uscc
from tests.samples import a_pledge
from tests.ways import SHA, deposit, platform, values, walk
from tests.workflow import bad_files

FORM_QUERIES = 9
PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def firm(rules_loaded, people, organisations):
    """A verification of the newcomer, to be examined."""
    return open_case(
        "organisation", actor=people.newcomer, organisation=organisations.newcomer, title="舟山初航数据有限公司",
        parties=[("applicant", organisations.newcomer)],
        data={
            "uscc": make_uscc(91), "name": "舟山初航数据有限公司", "legal_representative": "林远航",
            "district": organisations.newcomer.district_id, "e_service": True,
        },
    )  # fmt: skip


def page(case, tab=""):
    return f"/desk/cases/{case.pk}/" + (f"?tab={tab}" if tab else "")


def post(client, case, **typed):
    return client.post(f"/desk/cases/{case.pk}/findings/", typed)


# ------------------------------------------------------------------------------------------------ checklist


@pytest.mark.parametrize(
    ("tab", "queries"),
    [("form", FORM_QUERIES), ("checklist", 12), ("changes", 13), ("documents", 12), ("related", 14), ("notes", 9)],
)
def test_tabs_ask_few_queries(examined, people, desk_of, django_assert_max_num_queries, tab, queries):
    client = desk_of(people.chief)
    client.get(page(examined, tab))
    with django_assert_max_num_queries(queries):
        assert client.get(page(examined, tab)).status_code == 200


def test_findings_are_kept_with_who_when_and_version_and_the_older_stay(firm, people, desk_of):
    client = desk_of(people.clerk)
    typed = {"code-outcome": "met", "code-note": "", "name-outcome": "not_met", "name-note": "One character differs."}
    assert post(client, firm, **typed).status_code == 302
    post(client, firm, **{**typed, "code-outcome": "ask", "code-note": "Send the licence."})
    rows = {row.item.criterion.name: row.item for row in client.get(page(firm, "checklist")).context["rows"]}
    assert rows["code"].finding.outcome == "ask"
    assert rows["code"].finding.by == people.clerk
    assert rows["code"].finding.version == firm.version
    assert [old.outcome for old in rows["code"].older] == ["met"]
    assert rows["district"].finding is None
    assert Finding.objects.count() == 3  # what reads as before writes nothing


def test_machine_remarks_stand_beside_the_items(firm, people, desk_of):
    rows = desk_of(people.clerk).get(page(firm, "checklist")).context["rows"]
    remarks = {row.item.criterion.name: row.item.remark.tone for row in rows if row.item.remark}
    assert remarks["licence"] == "doubt"
    Case.objects.get(pk=firm.pk).verification.__class__.objects.filter(case=firm).update(uscc="91330900MX0000000X")
    rows = desk_of(people.clerk).get(page(firm, "checklist")).context["rows"]
    assert rows[0].item.remark.tone == "fault"


def test_one_item_is_saved_by_itself_and_the_answer_is_its_line(firm, people, desk_of):
    client = desk_of(people.clerk)
    url = f"/desk/cases/{firm.pk}/findings/"
    answer = client.post(url, {"name-outcome": "met", "name-note": ""}, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert people.clerk.full_name in answer.content.decode()
    assert [row.criterion for row in Finding.objects.all()] == ["name"]


def test_faulty_findings_lose_nothing(firm, people, desk_of):
    client = desk_of(people.clerk)
    answer = post(
        client,
        firm,
        **{"code-outcome": "met", "code-note": "x" * 1001, "name-outcome": "sideways", "name-note": "kept"},
    )
    assert answer.status_code == 422
    assert "kept" in answer.content.decode()
    assert not Finding.objects.exists()


def test_who_may_find_dissent_or_only_read(filed, examined, people):
    parts = {
        user.username: findings.part_of(examined, Standing(examined, user))
        for user in (people.clerk, people.chief, people.filer)
    }
    assert parts == {"clerk": "reads", "chief": "dissents", "filer": "reads"}
    perform(examined.pk, "send_back", actor=people.chief, comment="once more")
    examined.refresh_from_db()
    assert findings.part_of(examined, Standing(examined, people.clerk)) == "examines"
    assert findings.part_of(examined, Standing(examined, people.district_clerk)) == "reads"


def test_decider_dissents_beside_and_never_replaces(rules_loaded, people, organisations, desk_of):
    case = Case.objects.get(pk=deposits(people, organisations, 1)[0].pk)
    assert findings.part_of(case, Standing(case, people.deputy)) == "dissents"
    findings.note(case, people.clerk, {"time": ("met", "")})
    with pytest.raises(Refused) as refused:
        findings.note(case, people.deputy, {"digest": ("not_met", "")})
    assert refused.value.code == "nothing_found"
    post(desk_of(people.deputy), case, **{"time-outcome": "not_met", "time-note": "A day later."})
    item = next(item for item in findings.items_of(case) if item.criterion.name == "time")
    assert item.finding.outcome == "met"
    assert [(row.by, row.outcome) for row in item.dissents] == [(people.deputy, "not_met")]
    shown = desk_of(people.clerk).get(page(case, "checklist")).content.decode()
    assert "A day later." in shown


def test_findings_and_notes_never_change(firm, people):
    [row] = findings.note(firm, people.clerk, {"name": ("met", "")})
    note = Note.objects.create(case=firm, text="seen", by=people.clerk, by_name="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        Finding.objects.filter(pk=row.pk).update(outcome="ask")
    with pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.filter(pk=note.pk).delete()


# ------------------------------------------------------------------------------------------------ the notice


def test_notice_begins_from_the_findings_and_goes_the_one_way(firm, people, desk_of):
    findings.note(
        firm, people.clerk, {"name": ("not_met", "One character differs."), "licence": ("ask", "Send it whole.")}
    )
    client = desk_of(people.clerk)
    url = f"/desk/cases/{firm.pk}/moves/ask_correction/"
    shown = client.get(url)
    form = shown.context["form"]
    assert form["note_name"].value() == "One character differs."
    assert form["comment"].value() == "Send it whole."
    assert "3 of 5 items of the checklist are not looked at" in shown.content.decode()
    typed = {
        "note_name": "One character differs from the licence.",
        "version": firm.version,
        "key": shown.context["key"],
    }
    client.post(url, typed)
    [item] = firm.events.get(move="ask_correction").data["items"]
    assert (item["path"], item["note"]) == ("name", "One character differs from the licence.")


def test_an_amount_is_named_as_the_item_of_its_form_with_what_stands_there(people, organisations, desk_of):
    """A criterion is about columns in fen; the notice opens the items in yuan that its answer has."""
    case = a_pledge(people, organisations)
    findings.note(case, people.clerk, {"debt": ("not_met", "The contract says otherwise.")})
    form = desk_of(people.clerk).get(f"/desk/cases/{case.pk}/moves/ask_correction/").context["form"]
    begun = [path for path, _label in form.items if form[f"note_{path}"].value()]
    assert begun == ["debt", "credit", "secured"]
    assert "5000" in form.fields["note_credit"].help_text.replace(",", "")


def test_notice_names_nothing_twice_and_opens_every_item_a_finding_is_about(rules_loaded, people, organisations):
    case = deposit(organisations.enterprise, people.filer, people.clerk2).case
    Case.objects.filter(pk=case.pk).update(status="recorded")
    case.refresh_from_db()
    findings.note(case, people.clerk, {"digest": ("not_met", "Another digest."), "keeper": ("ask", "")})
    composed = findings.compose(case, ["sha256", "sm3", "notary"])
    assert composed.notes["sha256"] == "Another digest."
    assert composed.notes["sm3"].startswith("See: ") or "参见" in composed.notes["sm3"]
    assert set(composed.notes) == {"sha256", "sm3", "notary"}
    assert (composed.wanting, composed.open, composed.total) == (2, 3, 5)


# ------------------------------------------------------------------------------------------------ notes, presence


def test_notes_are_for_officials_of_the_case_and_stand_in_no_letter(examining, people, desk_of, sign_in):
    url = f"/desk/cases/{examining.pk}/notes/"
    desk_of(people.clerk).post(url, {"text": "心里没底，请复核采集地点"})
    assert desk_of(people.chief).get(page(examining, "notes")).context["notes"][0].by == people.clerk
    assert sign_in(people.other_district_clerk).post(url, {"text": "x"}).status_code == 404
    assert sign_in(people.filer).post(url, {"text": "x"}).status_code == 404
    assert desk_of(people.clerk).post(url, {"text": " "}).status_code == 422
    perform(examining.pk, "propose", actor=people.clerk, data={"proposal": "refuse"}, comment="lacking")
    perform(examining.pk, "refuse", actor=people.chief, comment="lacking")
    assert Note.objects.count() == 1
    assert not any("心里没底" in " ".join(letter.shown()) for letter in Letter.objects.all())
    assert "心里没底" not in sign_in(people.filer).get(f"/portal/cases/{examining.pk}/").content.decode()


def test_case_file_has_findings_and_notes_marked_as_internal_and_its_twin_has_none(firm, people):
    from apps.pages.casefile import face_of, render

    findings.note(firm, people.clerk, {"name": ("not_met", "One character differs.")})
    Note.objects.create(case=firm, text="心里没底", by=people.chief, by_name=people.chief.full_name)
    face = face_of(firm, redacted=False, language="en")
    words = [value for _label, value in face["internal"]]
    assert words == ["The name is the registered one, to the letter: Not met One character differs.", "心里没底"]
    assert str(face["words"]["internal"]).startswith("Internal")
    assert face_of(firm, redacted=True, language="en")["internal"] == []
    assert render(firm, redacted=False, language="en").startswith(b"%PDF")


def test_presence_is_shown_and_goes_stale_by_itself(filed, people, desk_of):
    assert desk_of(people.clerk).post(f"/desk/cases/{filed.pk}/presence/").json()["others"] == []
    told = desk_of(people.chief).post(f"/desk/cases/{filed.pk}/presence/", headers={"X-Background": "1"}).json()
    assert told["version"] == filed.version
    assert [people.clerk.full_name in words for words in told["others"]] == [True]
    old = timezone.now() - presence.FRESH - timedelta(seconds=1)
    Visit.objects.filter(user=people.clerk).update(since=old, seen_at=old)
    assert desk_of(people.chief).get(page(filed)).context["present"] == []
    presence.renew(filed, people.clerk)
    visit = Visit.objects.get(user=people.clerk)
    assert visit.since > old  # a stretch that was broken off begins anew
    assert Visit.objects.count() == 2


# ------------------------------------------------------------------------------------------------ like cases


def other_application(people, organisations, name, **changed) -> Case:
    from apps.applications.filing import open_application

    firm = organisations.rival_enterprise
    evidence = deposit(firm, people.rival, people.clerk2, number=f"EC-{name}", digest=changed.pop("digest", SHA[::-1]))
    return open_application(
        values(evidence, track="local", name=name, **changed), organisation=firm, actor=people.rival
    )


def reasons(client, case) -> dict[int, list[str]]:
    found = client.get(page(case, "related")).context["similar"]
    return {match.line.case.pk: [str(reason) for reason in match.reasons] for match in found.matches}


def test_like_cases_are_found_by_name_digest_fields_and_file(filed, people, organisations, desk_of):
    table = [
        {"name": name, "type": "number", "note": ""}
        for name in ["time", "Hs", "Tz", "Dir", "lat", "lon", "depth", "temp", "sal", "qc"]
    ]
    fields = [*table[:8], {"name": "ph", "type": "number"}, {"name": "chl", "type": "number"}]
    filed.application.__class__.objects.filter(case=filed).update(fields=table)
    from apps.examination import sketches

    sketches.keep(filed.pk, name=filed.title, fields=[row["name"] for row in table])
    named = other_application(people, organisations, "舟山近岸浪高数据集")
    fielded = other_application(people, organisations, "东海水质月报", fields=fields)
    digested = other_application(people, organisations, "潮位资料", digest=SHA)
    shared = other_application(people, organisations, "海床底质")
    for case in (filed, shared):
        documents.keep([b"the same bytes"], "说明.txt", path="sample", by=None, case=case)
    plain = other_application(people, organisations, "船舶进出港记录汇编")
    found = reasons(desk_of(people.clerk), filed)
    assert "same name" in found[named.pk]
    assert "8 of 10 field names alike" in found[fielded.pk]
    assert "same digest of the data" in found[digested.pk]
    assert found[shared.pk][0].startswith("same file: ")
    assert plain.pk not in found
    assert Case.objects.get(pk=named.pk).state_.open  # pending ones too


def test_like_cases_of_another_district_are_counted_and_not_shown(filed, people, organisations, desk_of):
    named = other_application(people, organisations, "舟山近岸浪高数据集")
    found = desk_of(people.district_clerk).get(page(filed, "related")).context["similar"]
    assert named.pk not in {match.line.case.pk for match in found.matches}
    assert found.hidden == 2  # the application and the evidence it rests on


# ------------------------------------------------------------------------------------------------ files


def test_files_are_looked_at_in_the_page(filed, people, desk_of):
    table = documents.keep(
        ["波高,周期\n".encode("gb18030") + b"1.2,3\n" * 5000], "t.csv", path="sample", by=None, case=filed
    )
    paper = documents.keep([PDF], "p.pdf", path="statement", by=None, case=filed)
    client = desk_of(people.clerk)
    look = client.get(f"{page(filed, 'documents')}&look={table.pk}").context["look"]
    assert look.head == ["波高", "周期"]
    assert len(look.rows) == 20
    shown = client.get(f"{page(filed, 'documents')}&look={paper.pk}")
    assert "frame-src 'self'" in shown["Content-Security-Policy"]
    framed = client.get(f"/desk/documents/{paper.pk}/framed/")
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert framed["Content-Security-Policy"].startswith("sandbox;")
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert b"".join(framed.streaming_content) == PDF
    assert desk_of(people.other_district_clerk).get(f"/desk/documents/{paper.pk}/framed/").status_code == 404


def test_a_workbook_is_looked_at_in_the_page(filed, people, desk_of):
    cells = bad_files.row(bad_files.text("站点"), bad_files.text("波高"))
    cells += bad_files.row(bad_files.text("浮标" * 100), bad_files.number(1.5))
    book = documents.keep([bad_files.workbook(cells)], "样例.xlsx", path="sample", by=None, case=filed)
    answer = desk_of(people.clerk).get(f"{page(filed, 'documents')}&look={book.pk}")
    look = answer.context["look"]
    assert look.head == ["站点", "波高"]
    assert look.rows == [["浮标" * 39 + "浮…", "1.5"]]
    assert "站点</th>" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe" + "甲,乙\n".encode("utf-16-le"), ""), (b"a,b\n\0,2\n", "null character"),
     (b'"' + b"x" * 200_000, "not closed"), (b"\n", "no table")],
)  # fmt: skip
def test_an_odd_table_is_shown_or_says_why_not(filed, people, desk_of, content, said):
    row = documents.keep([content], "odd.csv", path="sample", by=None, case=filed)
    answer = desk_of(people.clerk).get(f"{page(filed, 'documents')}&look={row.pk}")
    look = answer.context["look"]
    assert look.way == "table"
    assert said in look.fault
    assert bool(said) == bool(look.fault)
    if said:
        assert "remark-fault" in answer.content.decode()
    else:
        assert look.head == ["甲", "乙"]


# ------------------------------------------------------------------------------------------------ decision, batch


def test_decision_sheet_has_all_that_is_needed_and_its_buttons_make_the_moves(examined, people, desk_of):
    url = f"/desk/cases/{examined.pk}/decision/"
    context = desk_of(people.chief).get(url).context
    assert [choice.offer.move.name for choice in context["possible"]] == ["approve", "refuse"]
    assert context["proposal"].words == "Admit to public notice"
    assert any(people.clerk.full_name in words for words in map(str, context["barred"]))
    assert context["choices"][0].letters
    client = desk_of(people.chief)
    data = {"version": context["version"], "key": context["key"], "comment": ""}
    assert client.post(f"/desk/cases/{examined.pk}/moves/refuse/", data).status_code == 422
    client.post(f"/desk/cases/{examined.pk}/moves/approve/", data)
    assert Case.objects.get(pk=examined.pk).status == "approved"


def test_decision_sheet_offers_the_examiner_nothing(examined, people, desk_of):
    people.clerk.role = "chief"
    people.clerk.save()
    page = desk_of(people.clerk).get(f"/desk/cases/{examined.pk}/decision/")
    assert page.context["possible"] == []
    assert "You have taken an earlier step in this case" in page.content.decode()


def deposits(people, organisations, count) -> list[Case]:
    rows = []
    for number in range(count):
        data = {
            "route": Deposit.Route.PLATFORM, "platform": platform(), "certificate_number": f"B-{number}",
            "data_name": f"批量{number}", "sha256": SHA, "deposited_at": timezone.now() - timedelta(days=3),
        }  # fmt: skip
        rows.append(
            open_case(
                "deposit",
                actor=people.filer,
                organisation=organisations.enterprise,
                title=f"批量{number}",
                data=data,
                parties=[("applicant", organisations.enterprise)],
            )
        )
    return rows


def test_batch_moves_each_by_itself_and_says_what_became_of_it(rules_loaded, people, organisations, desk_of):
    cases = deposits(people, organisations, 3)
    client = desk_of(people.clerk)
    chosen = [case.pk for case in cases]
    shown = client.get("/desk/batch/", {"case": chosen, "move": "deposit:fail"}).context
    assert shown["picked"].possible == 3
    perform(cases[1].pk, "void", actor=people.chief, comment="double")
    data = {
        "case": chosen, "move": "deposit:fail", "key": shown["key"], "comment": "illegible",
        **{f"version-{case.pk}": case.version for case in cases},
    }  # fmt: skip
    for _press in range(2):
        results = client.post("/desk/batch/", data).context["results"]
        found = [(result.line.case.pk, result.done) for result in results]
        assert found == [(chosen[1], False), (chosen[0], True), (chosen[2], True)]  # what was refused stands first
    assert "Somebody else was faster" in str(results[0].sentence)
    assert Event.objects.filter(move="fail").count() == 2


def test_cases_are_ticked_in_the_queue(filed, people, desk_of):
    shown = desk_of(people.clerk).get("/desk/?show=open").content.decode()
    assert f'name="case" value="{filed.pk}"' in shown
    assert '<form method="get" action="/desk/batch/"' in shown


def test_batch_keeps_to_what_may_be_seen_and_to_a_hundred(rules_loaded, people, organisations, desk_of):
    [case] = deposits(people, organisations, 1)
    assert desk_of(people.other_district_clerk).get("/desk/batch/", {"case": [case.pk]}).context["lines"] == []
    shown = desk_of(people.clerk).get("/desk/batch/", {"case": [case.pk, *range(10**6, 10**6 + 100), "x"]})
    assert shown.context["too_many"]
    assert len(shown.context["lines"]) == 1


def test_batch_offers_no_correction(examining, people, desk_of):
    names = {
        each.move.name
        for each in desk_of(people.clerk).get("/desk/batch/", {"case": [examining.pk]}).context["choosable"]
    }
    assert "ask_correction" not in names
    assert "propose" in names


def test_batch_with_a_faulty_form_does_nothing(rules_loaded, people, organisations, desk_of):
    [case] = deposits(people, organisations, 1)
    answer = desk_of(people.clerk).post("/desk/batch/", {"case": [case.pk], "move": "deposit:fail", "comment": ""})
    assert answer.status_code == 422
    assert Case.objects.get(pk=case.pk).status == "recorded"


# ------------------------------------------------------------------------------------------------ letters


def test_letter_is_worded_before_it_goes_and_stands_so_in_the_event(filed, people, desk_of):
    people.manager.language = "en"
    people.manager.save()
    client = desk_of(people.clerk)
    url = f"/desk/cases/{filed.pk}/moves/pass_pre_check/"
    shown = client.get(url)
    assert "Pressing the button writes to 2 readers" in shown.content.decode()
    typed = {
        "version": shown.context["version"], "key": shown.context["key"], "comment": "",
        "letter-application_passed-zh-hans-opening": "您的申请已通过预审，写得很完整。",
        "letter-application_passed-zh-hans-addition": "请留意\r\n补充说明。",
        "letter-application_passed-en-opening": "Your application passed the pre-check and is now examined.",
    }  # fmt: skip
    before = client.post(url, {**typed, "preview": "1"}).context["letters"]
    assert Case.objects.get(pk=filed.pk).status == "pre_check"
    client.post(url, typed)
    event = filed.events.get(move="pass_pre_check")
    assert event.data["letter"]["application.passed"]["zh-hans"]["opening"].endswith("很完整。")
    sent = {letter.language: letter.shown() for letter in Letter.objects.filter(event_pk=event.pk)}
    assert sent == {letter.language: (letter.subject, letter.body) for letter in before}
    paragraphs = sent["zh-hans"][1].split("\n\n")
    assert paragraphs[-2] == "请留意\n补充说明。"
    assert paragraphs[0].startswith("您的申请已通过预审，写得很完整。审查期限至")
    assert "请留意" in sent["en"][1]  # who reads the other language gets it as it was written
    assert sent["en"][1].startswith("Your application passed the pre-check and is now examined.")


def test_wording_is_text_and_never_template_or_markup(filed, people, desk_of):
    client = desk_of(people.clerk)
    url = f"/desk/cases/{filed.pk}/moves/pass_pre_check/"
    context = client.get(url).context
    typed = {"letter-application_passed-zh-hans-addition": "{{ comment }}<script>x</script>"}
    client.post(url, {"version": context["version"], "key": context["key"], **typed})
    body = Letter.objects.filter(text="application.passed").first().shown()[1]
    assert "{{ comment }}<script>x</script>" in body
    long = client.post(
        url.replace("pass_pre_check", "return_pre_check"), {"letter-application_passed-zh-hans-addition": "x"}
    )
    assert long.status_code == 422 or long.status_code == 409


# ------------------------------------------------------------------------------------------------ as filed


def test_numbers_of_persons_are_masked_in_every_copy(examining, people, desk_of):
    item = {"path": "contact_phone", "label": "", "note": "Reachable?"}
    perform(examining.pk, "ask_correction", actor=people.clerk, data={"items": [item]})
    perform(examining.pk, "answer", actor=people.filer, data={"values": {"contact_phone": "13911112222"}})
    client = desk_of(people.clerk)
    for address in (page(examining, "changes"), f"/desk/cases/{examining.pk}/decision/", page(examining)):
        shown = client.get(address).content.decode()
        assert "13800005678" not in shown
        assert "13911112222" not in shown
    assert client.get(page(examining, "changes")).context["rounds"]


def test_a_change_under_the_stars_is_still_told(examining, people, desk_of):
    """Two numbers of one mask: the page says that it changed, not to what."""
    item = {"path": "contact_phone", "label": "", "note": "Reachable?"}
    perform(examining.pk, "ask_correction", actor=people.clerk, data={"items": [item]})
    perform(examining.pk, "answer", actor=people.filer, data={"values": {"contact_phone": "13811115678"}})
    shown = desk_of(people.clerk).get(page(examining, "changes"))
    [change] = shown.context["rounds"][0].changes
    assert (change.before, change.after) == ("138****5678", "138****5678")
    assert "13811115678" not in shown.content.decode()


def test_application_goes_from_checklist_to_notice(examining, people, desk_of):
    client = desk_of(people.clerk)
    rows = client.get(page(examining, "checklist")).context["rows"]
    assert {row.item.criterion.name for row in rows} == {each.name for each in examining.kind_.checklist}
    assert next(row for row in rows if row.item.criterion.name == "statement").item.remark.tone == "fault"
    findings.note(examining, people.clerk, {"statement": ("not_met", ""), "scenario": ("ask", "写明服务对象")})
    shown = client.get(f"/desk/cases/{examining.pk}/moves/ask_correction/")
    assert shown.context["form"]["note_statement"].value() == "The signed statement is missing."
    assert "写明服务对象" in shown.context["letters"][0].body
    assert shown.context["notice"].open == len(rows) - 2


def test_walked_case_shows_its_filing_and_rules(examining, people, desk_of):
    context = desk_of(people.clerk).get(page(examining, "changes")).context
    assert context["first"].move == "file"
    assert {line.rule.key for line in context["rules"]} >= {"pre_check_days", "review_days"}
    assert (context["edition"].came, context["edition"].went) == ([], [])
    assert walk(examining, people, "examining") == examining


def test_copy_of_an_earlier_edition_is_told_by_its_own_items(filed):
    form = filed.row.snapshot()
    form.pop("deposit")
    said = words_of(filed, form)
    assert said.keys() == form.keys()
    assert "舟山近岸浪高数据集" in str(said["name"])
