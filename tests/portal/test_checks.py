"""The examiners' checklist before filing: each criterion finds its fault, a doubt bars nothing, others are never named."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from apps.applications.checklist import CHECKLIST, same_hash
from apps.applications.filing import open_application
from apps.applications.reasons import reasons_of_year
from apps.applications.samples import sample_rows
from apps.examination.findings import compose
from apps.examination.models import Finding
from apps.rules.clock import legal_now, legal_today
from apps.workflow.checklist import DOUBT, FAULT, Subject, look_through, subject_of
from apps.workflow.documents import keep
from apps.workflow.machine import perform
from apps.workflow.models import Case, Document, Draft
from tests import ways
from tests.portal.forms import SAMPLE, paper, words
from tests.portal.test_filing import begin, fill, send

GOOD = {"sample", "statement", "sources.1"}
PERSONAL = [{"key": "1", "kind": "personal", "method": "contract", "licensor": "甲", "ends_on": ""}]


def found(values: dict, organisation, files=GOOD) -> dict[str, str]:
    """Criterion and tone of every remark on these values."""
    subject = Subject(values, frozenset(files), organisation, legal_today())
    return {criterion.name: remark.tone for criterion, remark in look_through(CHECKLIST, subject) if remark}


def test_a_careful_form_raises_no_question(evidence, organisations):
    assert found(ways.values(evidence), organisations.enterprise) == {}


@pytest.mark.parametrize(
    ("changed", "name", "tone"),
    [
        ({"name": "浙江浪高"}, "name_form", DOUBT),
        ({"name": "全国领先浪高数据集"}, "name_puffery", DOUBT),
        ({"name": "The leading wave data set"}, "name_puffery", DOUBT),
        ({"scenario": "海" * 60}, "scenario", DOUBT),
        ({"sources": [*PERSONAL, {**PERSONAL[0], "key": "2"}]}, "sources_proven", FAULT),
        ({"sources": [{**PERSONAL[0], "ends_on": "2027-01-31"}]}, "contract_term", DOUBT),
        ({"sources": [{**PERSONAL[0], "ends_on": "2020-01-31"}]}, "contract_term", FAULT),
        ({"sources": [{**PERSONAL[0], "ends_on": "2099-01-31"}], "update_until": date(2100, 1, 1)}, "update_within_contract", DOUBT),
        ({"sources": PERSONAL}, "deidentified", DOUBT),
        ({"checklist": {"tracks": "yes"}}, "marine", DOUBT),
        ({"checklist": {"surveying": "yes"}}, "marine", DOUBT),
        ({"name": "海浪数据集", "marine_category": "none"}, "marine_category", DOUBT),
        ({"fields": [{"name": "a", "note": "x"}, {"name": "a", "note": "y"}]}, "fields", FAULT),
        ({"fields": [{"name": "a", "note": ""}]}, "fields", DOUBT),
        ({"volume_bytes": 10}, "counts", DOUBT),
        ({"applicants": [{"share": "40"}]}, "shares", FAULT),
        ({"agent": {"name": "东海代理所"}}, "agent", FAULT),
        ({"name": "浪高\U0001f30a数据集"}, "printable", DOUBT),
    ],
)  # fmt: skip
def test_each_criterion_finds_its_fault(evidence, organisations, changed, name, tone):
    assert found(ways.values(evidence, **changed), organisations.enterprise).get(name) == tone


def test_evidence_is_compared(evidence, organisations):
    evidence.size_bytes = 5
    assert found(ways.values(evidence), organisations.enterprise)["evidence_matches"] == DOUBT
    evidence.deposited_at = legal_now() + timedelta(minutes=1)
    assert found(ways.values(evidence), organisations.enterprise)["evidence_older"] == FAULT


def test_name_counts_what_is_pending(people, organisations, evidence):
    case = open_application(ways.values(evidence), organisation=organisations.enterprise, actor=people.filer)
    assert found(ways.values(evidence), organisations.enterprise)["name_once"] == FAULT
    assert "name_once" not in found(ways.values(evidence), organisations.rival_enterprise)
    assert "name_once" not in {c.name for c, remark in look_through(CHECKLIST, subject_of(case)) if remark}


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("a.csv", SAMPLE, 12), ("a.csv", "时间,浪高\n1,2\n\n3,4\n".encode("gb18030"), 2), ("a.csv", b"only heading", 0),
        ("a.pdf", b"%PDF-1.4", None), ("a.csv", b"x" * 200_000, None), ("a.csv", b'h\n"a\nb"\n', 1),
    ],
)  # fmt: skip
def test_rows_of_a_sample_are_counted(people, evidence, name, content, rows):
    document = keep([content], name, path="sample", by=people.filer, case=evidence.case)
    assert sample_rows(document) == rows


def test_short_sample_is_a_fault_with_its_place(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    sample = Document.objects.get(draft=draft, path="sample")
    step = reverse("portal:draft", args=[draft.pk, "evidence"])
    send(client, draft, "evidence", {**typed["evidence"], "remove": sample.pk}, file_sample=paper("短.csv", b"a\n1\n"))
    page = client.post(reverse("portal:draft_review", args=[draft.pk]))
    assert [problem.target for problem in page.context["problems"]] == [f"{step}?check=1#files"]
    assert not Case.objects.filter(kind="application").exists()


def test_doubts_are_shown_with_their_place_and_bar_nothing(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    send(client, draft, "basics", {**typed["basics"], "name": "独家浪高\U0001f30a"})
    page = client.get(reverse("portal:draft_review", args=[draft.pk]))
    targets = [doubt.target for doubt in page.context["doubts"]]
    name = f"{reverse('portal:draft', args=[draft.pk, 'basics'])}?check=1#id_name"
    assert targets.count(name) == 3  # form, puffery, a character that cannot be printed
    assert "U+1F30A" in words(page)
    client.post(reverse("portal:draft_review", args=[draft.pk]))
    assert Case.objects.get(kind="application").title == "独家浪高\U0001f30a"


def test_same_digest_is_flagged_to_officials_and_never_to_the_filer(people, organisations, typed, evidence, sign_in):
    other = ways.deposit(organisations.rival_enterprise, people.rival, people.clerk2, number="EC-0002")
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    review = words(client.get(reverse("portal:draft_review", args=[draft.pk])))
    client.post(reverse("portal:draft_review", args=[draft.pk]))
    case = Case.objects.get(kind="application")  # not refused
    assert list(same_hash(case)) == [other]
    said = {criterion.name: remark for criterion, remark in look_through(CHECKLIST, subject_of(case)) if remark}
    assert said["evidence_elsewhere"].tone == DOUBT
    sentence = str(said["evidence_elsewhere"].sentence)
    for told in (review, words(client.get(reverse("portal:case", args=[case.pk])))):
        assert sentence not in told
        assert organisations.rival_enterprise.name not in told


def test_same_digest_stays_out_of_a_notice_made_of_findings(people, organisations, evidence):
    """An examiner who finds it wanting writes to the filer in words of his own, or not at all."""
    ways.deposit(organisations.rival_enterprise, people.rival, people.clerk2, number="EC-0002")
    case = open_application(ways.values(evidence), organisation=organisations.enterprise, actor=people.filer)
    for name in ("evidence_elsewhere", "sources_proven"):
        Finding.objects.create(
            case=case, criterion=name, outcome="ask", note="", by=people.clerk, at=legal_now(), version=case.version
        )
    notice = compose(case, ["deposit", "sources"])
    assert set(notice.notes) == {"sources"}


def test_real_reasons_of_the_year_are_counted_and_the_few_left_out(people, organisations, typed, sign_in):
    def asked(number: int, *paths: str) -> None:
        deposit = ways.deposit(organisations.enterprise, people.filer, people.clerk2, number=f"EC-9{number}", digest=f"{number:064d}")  # fmt: skip
        case = open_application(
            ways.values(deposit, name=f"数据集{number}", track="local"), organisation=organisations.enterprise, actor=people.filer
        )  # fmt: skip
        perform(case.pk, "pass_pre_check", actor=people.district_clerk)
        items = [{"path": path, "label": path, "note": "只给他看的意见"} for path in paths]
        perform(case.pk, "ask_correction", actor=people.clerk, data={"items": items})

    asked(1, "sources.1", "sources.2", "scenario")
    asked(2, "sources", "scenario")
    asked(3, "sources", "scenario", "sample")
    asked(4, "sources", "sample")
    assert [(reason.path, reason.count) for reason in reasons_of_year(legal_today())] == [
        ("sources", 4),
        ("scenario", 3),
    ]
    assert reasons_of_year(legal_today() - timedelta(days=400)) == []
    client = sign_in(people.filer)
    draft = begin(client)
    page = client.get(reverse("portal:draft_review", args=[draft.pk]))
    assert [reason.path for reason in page.context["reasons"]] == ["sources", "scenario"]
    assert "只给他看的意见" not in words(page)


def test_public_preview_is_what_the_notice_shows_in_both_languages(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    kept = {"withheld_items-0-item": "scenario", "withheld_items-0-reason": "属于商业秘密"}
    send(client, draft, "publication", {**typed["publication"], **kept})
    page = client.get(reverse("portal:draft_preview", args=[draft.pk]))
    assert typed["basics"]["scenario"] not in words(page)
    assert "属于商业秘密" in words(page)
    faces = {face.code: face.lines for face in page.context["faces"]}
    client.post(reverse("portal:draft_review", args=[draft.pk]))
    row = Case.objects.get(kind="application").application
    assert row.withheld == {"scenario": "属于商业秘密", "algorithm": ""}
    for code, lines in faces.items():
        assert lines == [(line["label"][code], line["value"][code]) for line in row.public_face()]


def test_name_cannot_be_kept_from_the_public(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    kept = {"withheld_items-0-item": "name", "withheld_items-0-reason": "不想公开"}
    refused = send(client, begin(client), "publication", {**typed["publication"], **kept})
    assert refused.context["errors"][0].target == "id_withheld_items-0-item"


def test_copy_takes_values_and_neither_files_nor_numbers(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    other = {
        "other_registrations-0-name": "数据产权登记",
        "other_registrations-0-code": "DJ-1",
        "other_registrations-0-body": "数据局",
    }
    send(
        client, draft, "compliance", {**typed["compliance"], **other, "store_number": "仓-1", "store_keeper": "仓储方"}
    )
    client.post(reverse("portal:draft_review", args=[draft.pk]))
    case = Case.objects.get(kind="application")
    assert sign_in(people.rival).post(reverse("portal:draft_new"), {"copy": case.pk}).status_code == 404
    client.post(reverse("portal:draft_new"), {"copy": case.pk})
    copy = Draft.objects.get(kind="application", case__isnull=True, organisation=organisations.enterprise)
    assert copy.data["processing"]["algorithm"] == typed["processing"]["algorithm"]
    assert copy.data["compliance"]["store_keeper"] == "仓储方"
    held = str(copy.data)
    assert "DJ-1" not in held
    assert "仓-1" not in held
    assert "deposit" not in copy.data.get("evidence", {})
    assert not Document.objects.filter(draft=copy).exists()
    page = client.get(reverse("portal:draft_review", args=[copy.pk]))
    assert any(problem.target.endswith("#id_name") for problem in page.context["problems"])  # the name is taken


@pytest.mark.parametrize("field", ["scenario", "name"])
def test_characters_nobody_sees_are_refused_in_a_sentence(people, organisations, typed, sign_in, field):
    client = sign_in(people.filer)
    draft = begin(client)
    for sign in ("\0", "\u202e"):
        page = send(client, draft, "basics", {**typed["basics"], field: typed["basics"][field] + sign})
        assert {error.target for error in page.context["errors"]} == {f"id_{field}"}
        draft.refresh_from_db()
        assert typed["basics"][field] in draft.data["basics"][field]
        assert "\0" not in str(draft.data)
