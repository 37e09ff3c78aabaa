"""The province's result table: read, looked at, applied once."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse

from apps.applications import province_import as importing
from apps.applications.filing import open_application
from apps.applications.models import Application, ProvinceTable
from apps.applications.province_plan import GOAL, fingerprint, plan, way
from apps.applications.province_table import STATUS, Unreadable, read_file, read_text
from apps.evidence.models import Deposit
from apps.outbox.models import Letter
from apps.rules.clock import legal_now, legal_today
from apps.workflow.clocks import legal_day
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case, Event
from tests import ways
from tests.portal.forms import words
from tests.races import race
from tests.workflow import bad_files

LIST_QUERIES = 5
HEAD = "dataRegNo\tdataRegName\tdataRegIndustry\tdataRegDataType\tdataRegApplyTime\tdataRegAuditStatus"


def line(number: str, code: str, name="近岸浪高数据集") -> str:
    return f"{number}\t{name}\t信息技术\t企业数据\t1758153600000\t{code}"


def table(*lines: str, head: str = HEAD) -> str:
    return "\n".join([head, *lines])


@pytest.fixture
def numbered(people, organisations):
    """numbered(number) -> a case that waits for the province's examination under this number."""

    def build(number: str, **when) -> Case:
        values = ways.values(evidence_of(people, organisations), track="provincial", name=f"近岸浪高数据集{number}")
        case = open_application(values, organisation=organisations.enterprise, actor=people.filer, **when)
        perform(case.pk, "pass_to_province", actor=people.district_clerk, **when)
        perform(case.pk, "enter_number", actor=people.filer, data={"province_number": number}, **when)
        Application.objects.filter(pk=case.pk).update(province_checked_at=None)
        case.refresh_from_db()
        return case

    return build


def evidence_of(people, organisations) -> Deposit:
    return Deposit.objects.first() or ways.deposit(organisations.enterprise, people.filer, people.clerk2)


def planned(people, text: str, as_of=None):
    return plan(read_text(text), as_of or legal_today(), Case.objects.visible_to(people.clerk))


def applied(people, text: str, by=None):
    kept = importing.keep_table(read_text(text), legal_today(), by=by or people.clerk)
    return importing.apply_table(
        kept, by=by or people.clerk, seen=fingerprint(importing.plan_of(kept, by or people.clerk))
    )


# ------------------------------------------------------------------------------------------------ reading


def test_reads_the_interface_and_the_pages_words():
    rows = read_text(table(line("SJ1", "3")))
    assert (rows[0].number, rows[0].code, rows[0].applied, rows[0].faults) == ("SJ1", "3", "2025-09-18", [])
    chinese = read_text("登记编号,状态,状态时间\nＳＪ２,视为撤回,2026/1/5\n")
    assert (chinese[0].number, chinese[0].code, chinese[0].effective) == ("SJ2", "11", "2026-01-05")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_reads_files_as_offices_save_them(encoding):
    rows = read_file("登记编号,状态\nSJ1,公示中\n".encode(encoding), "result.csv")
    assert [(row.number, row.code) for row in rows] == [("SJ1", "3")]


def workbook(lines: list[list[str]], before: str = "") -> bytes:
    return bad_files.workbook("".join(bad_files.row(*map(bad_files.text, line)) for line in lines), before=before)


def test_reads_a_workbook():
    rows = read_file(workbook([["登记编号", "状态", "状态时间"], ["SJ1", "7.0", "46000"]]), "result.xlsx")
    assert (rows[0].number, rows[0].code, rows[0].effective) == ("SJ1", "7", "2025-12-09")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0\0\0", b"PK\x03\x04nonsense", b"name,status\nx,1\n",
        workbook([["a"]], bad_files.ENTITIES), b"\xff\xfe\xfa",
    ],
)  # fmt: skip
def test_what_is_no_table_is_one_sentence(content):
    with pytest.raises(Unreadable) as fault:
        read_file(content, "result")
    assert str(fault.value).endswith(("。", "."))


def test_bomb_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b" " * (61 * 1024 * 1024))
    with pytest.raises(Unreadable):
        read_file(out.getvalue(), "bomb.xlsx")


def test_faults_stay_with_their_rows():
    rows = read_text(table("\tx\t\t\tyesterday\t", line("SJ1", "3"), line("SJ1", "7")))
    assert [len(row.faults) for row in rows] == [3, 0, 1]


# ------------------------------------------------------------------------------------------------ planning


def test_every_known_code_has_a_state_and_a_way():
    assert GOAL.keys() == STATUS.keys()
    assert [move.name for move in way("correction", "in_notice")] == ["mirror_answer", "mirror_notice"]
    assert way("registered", "refused") == []


def test_plan_sorts_the_rows(people, numbered):
    numbered("SJ1"), numbered("SJ2"), numbered("SJ3"), numbered("SJ4")
    lines = planned(
        people, table(line("SJ1", "3"), line("SJ2", "1"), line("SJ3", "9"), line("SJ4", "7"), line("XX", "3"))
    )
    found = {entry.row.number: entry for entry in lines}
    assert {number: entry.verdict for number, entry in found.items()} == {
        "SJ1": "change", "SJ2": "unchanged", "SJ3": "unknown_code", "SJ4": "by_hand", "XX": "unknown_number",
    }  # fmt: skip
    assert [move.name for move, _data in found["SJ1"].steps] == ["mirror_notice"]
    assert found["SJ4"].hand == "mirror_registered"
    assert "9" in str(found["SJ3"].said)


def test_certificate_in_the_row_completes_the_move(people, numbered):
    case = numbered("SJ1")
    later = legal_today() + timedelta(days=1000)
    head = "dataRegNo\tdataRegAuditStatus\t登记号\t证书编号\t有效期至"
    applied(people, table(f"SJ1\t7\tZJ-REG-1\t33002026000000001\t{later}", head=head))
    case.refresh_from_db()
    assert case.status == "registered"
    assert case.entered_registration.number == "ZJ-REG-1"


def test_status_dated_before_the_record_is_a_fault(people, numbered):
    numbered("SJ1")
    lines = planned(people, table("SJ1\t3\t2020-01-05", head="dataRegNo\tdataRegAuditStatus\t状态时间"))
    assert lines[0].verdict == "fault"


def test_other_districts_cases_are_unknown_numbers(people, numbered):
    numbered("SJ1")
    rows = read_text(table(line("SJ1", "3")))
    seen = Case.objects.visible_to(people.other_district_clerk)
    assert plan(rows, legal_today(), seen)[0].verdict == "unknown_number"


# ------------------------------------------------------------------------------------------------ applying


def test_applied_once_with_the_sources_date_and_checked(people, numbered):
    case = numbered("SJ1")
    text = table(line("SJ1", "3"))
    done = applied(people, text)
    case.refresh_from_db()
    assert case.status == "in_notice"
    assert legal_day(case.events.get(move="mirror_notice").effective_at) == legal_today()
    row = Application.objects.get(pk=case.pk)
    assert (row.province_code, row.province_checked_at is not None) == ("3", True)
    before = Event.objects.count()
    again = applied(people, text, by=people.chief)
    assert (again.pk, again.applied_by, Event.objects.count()) == (done.pk, people.clerk, before)
    assert [entry["verdict"] for entry in again.result] == ["done"]


def test_unknown_code_is_kept_and_changes_nothing(people, numbered):
    case = numbered("SJ1")
    version = case.version
    applied(people, table(line("SJ1", "9")))
    case.refresh_from_db()
    assert (case.version, Application.objects.get(pk=case.pk).province_code) == (version, "9")


def test_stale_news_writes_no_letter(people, numbered):
    case = numbered("SJ1", recording=True, effective_at=legal_now() - timedelta(days=25))
    before = Letter.objects.filter(case_pk=case.pk).count()
    day = legal_today() - timedelta(days=20)
    head = "dataRegNo\tdataRegAuditStatus\t状态时间"
    applied(people, table(f"SJ1\t6\t{day}", head=head))
    case.refresh_from_db()
    assert case.status == "refused"
    assert legal_day(case.events.get(move="mirror_refused").effective_at) == day
    assert Letter.objects.filter(case_pk=case.pk).count() == before


def test_preview_that_is_out_of_date_is_not_applied(people, numbered):
    case = numbered("SJ1")
    kept = importing.keep_table(read_text(table(line("SJ1", "3"))), legal_today(), by=people.clerk)
    seen = fingerprint(importing.plan_of(kept, people.clerk))
    perform(case.pk, "withdraw", actor=people.filer)
    with pytest.raises(Refused) as refused:
        importing.apply_table(kept, by=people.clerk, seen=seen)
    assert refused.value.code == "moved_on"


@pytest.mark.django_db(transaction=True)
def test_two_officials_apply_at_once(postgresql, people, numbered):
    case = numbered("SJ1")
    kept = importing.keep_table(read_text(table(line("SJ1", "3"))), legal_today(), by=people.clerk)
    seen = fingerprint(importing.plan_of(kept, people.clerk))
    connections.close_all()
    race(
        lambda: importing.apply_table(kept, by=people.clerk, seen=seen),
        lambda: importing.apply_table(kept, by=people.chief, seen=seen),
        place="province.allowed",
    )
    assert case.events.filter(move="mirror_notice").count() == 1


# ------------------------------------------------------------------------------------------------ pages


def test_paste_preview_apply_in_the_browser(people, numbered, sign_in):
    case = numbered("SJ1")
    clerk = sign_in(people.clerk)
    sent = {"as_of": legal_today().isoformat(), "text": table(line("SJ1", "3"), line("XX", "8", "别处的数据"))}
    preview = clerk.post(reverse("desk:province_tables"), sent, follow=True)
    page = words(preview)
    assert case.title in page
    assert "别处的数据" in page
    url = preview.redirect_chain[-1][0]
    done = clerk.post(url, {"seen": preview.context["seen"]}, follow=True)
    case.refresh_from_db()
    assert (done.status_code, case.status) == (200, "in_notice")
    assert ProvinceTable.objects.get().applied_by == people.clerk


def test_table_that_cannot_be_read_is_kept_in_the_form(people, sign_in):
    sent = {"as_of": legal_today().isoformat(), "text": "nothing\nof use"}
    answer = sign_in(people.clerk).post(reverse("desk:province_tables"), sent)
    assert answer.status_code == 422
    assert "of use" in answer.content.decode()
    assert not ProvinceTable.objects.exists()


def test_uploaded_file(people, numbered, sign_in):
    numbered("SJ1")
    file = SimpleUploadedFile("r.csv", "登记编号,状态\nSJ1,公示中\n".encode("gb18030"))
    answer = sign_in(people.clerk).post(
        reverse("desk:province_tables"), {"as_of": legal_today(), "text": "", "file": file}
    )
    assert answer.status_code == 302
    assert [row["number"] for row in ProvinceTable.objects.get().rows] == ["SJ1"]


def test_table_of_another_district_is_not_there(people, sign_in):
    kept = importing.keep_table(read_text(table(line("SJ1", "3"))), legal_today(), by=people.district_clerk)
    url = reverse("desk:province_table", args=[kept.pk])
    assert sign_in(people.district_clerk).get(url).status_code == 200
    assert sign_in(people.clerk).get(url).status_code == 200
    assert sign_in(people.other_district_clerk).get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_cases_not_looked_up(people, numbered, sign_in, count, django_assert_num_queries):
    for number in range(count):
        case = numbered(f"SJ{number}")
        Case.objects.filter(pk=case.pk).update(changed_at=legal_now() - timedelta(days=9))
    client = sign_in(people.clerk)
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(reverse("desk:province_tables"))
    assert len(page.context["page"].rows) == count
    note = importing.notes(list(Case.objects.filter(pk=case.pk)))
    assert "9" in note[case.pk]
    assert note[case.pk] in words(client.get(reverse("desk:case", args=[case.pk])))
    assert note[case.pk] in words(client.get(reverse("desk:queue") + "?show=open"))
    assert note[case.pk] in words(sign_in(people.filer).get(reverse("portal:case", args=[case.pk])))
    client.post(reverse("desk:looked_up", args=[case.pk]))
    assert importing.notes(list(Case.objects.filter(pk=case.pk))) == {}


def test_day_of_the_table_is_the_day_of_the_check(people, numbered):
    case = numbered("SJ1")
    as_of = legal_today() - timedelta(days=3)
    kept = importing.keep_table(read_text(table(line("SJ1", "1"))), as_of, by=people.clerk)
    importing.apply_table(kept, by=people.clerk, seen=fingerprint(importing.plan_of(kept, people.clerk)))
    checked = Application.objects.get(pk=case.pk).province_checked_at
    assert legal_day(checked) == as_of
    assert isinstance(kept.as_of, date)
