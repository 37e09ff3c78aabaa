"""The application through its pages, as a browser without scripts goes: typed, kept, checked, filed once."""

from django.urls import reverse

from apps.applications.forms import STEPS
from apps.applications.models import Application
from apps.workflow.models import Case, Document, Draft
from tests.portal.forms import paper, words

FILES = {"evidence": ("sample", "sample.csv"), "publication": ("statement", "statement.csv")}


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
        ["algorithm"],
    )
    assert row.fields == [{"name": "Hs", "type": "number", "note": "有效波高，米"}]
    assert sorted(Document.objects.filter(case=case).values_list("path", "name")) == [
        ("sample", "sample.csv"), ("statement", "statement.csv"),
    ]  # fmt: skip


def test_filing_twice_gives_the_same_case(people, organisations, typed, sign_in):
    client = sign_in(people.filer)
    draft = begin(client)
    fill(client, draft, typed)
    first = client.post(reverse("portal:draft_review", args=[draft.pk]))
    second = client.post(reverse("portal:draft_review", args=[draft.pk]))
    assert first["Location"] == second["Location"]
    assert Case.objects.filter(kind="application").count() == 1
