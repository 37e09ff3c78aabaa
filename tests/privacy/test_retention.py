"""Erasing what was kept long enough: a preview that touches nothing, two persons, the record whole, off until confirmed."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.outbox.letters import Recipient, post
from apps.outbox.models import Letter
from apps.privacy import retention, sorts
from apps.privacy.disclosures import disclose
from apps.privacy.models import Disclosure, RetentionPlan
from apps.rules.models import RuleParameter
from apps.workflow import documents, drafts, snapshots
from apps.workflow.chain import broken_link
from apps.workflow.models import Case, CaseKey, Document, Draft
from tests import ways
from tests.samples import SAMPLES


@pytest.fixture
def switched_on(people):
    RuleParameter.objects.filter(key="retention_on").update(
        value=True, confirmed_by=people.deputy, confirmed_at=timezone.now()
    )


@pytest.fixture
def old(local_track, people, organisations):
    """An old draft with a file, a file taken off a younger one, a case closed 31 years ago, an old disclosure; and a young twin of each."""
    long_ago = timezone.now() - timedelta(days=400)
    draft = drafts.begin("application", by=people.filer, organisation=organisations.enterprise)
    kept = documents.keep([b"old draft"], "a.txt", path="sample", by=people.filer, draft=draft)
    Draft.objects.filter(pk=draft.pk).update(updated_at=long_ago)
    young = drafts.begin("pledge", by=people.filer, organisation=organisations.enterprise)
    loose = documents.keep([b"taken off"], "b.txt", path="sample", by=people.filer, draft=young)
    Document.objects.filter(pk=loose.pk).update(removed_at=long_ago)
    shared = documents.keep([b"shared"], "c.txt", path="sample", by=people.filer, draft=young)
    Document.objects.filter(pk=shared.pk).update(removed_at=long_ago)
    case = ways.walk(ways.application(people, organisations), people, "examined")
    documents.keep([b"shared"], "c.txt", path="sample", by=people.filer, case=case)
    from apps.workflow.machine import perform

    perform(case.pk, "refuse", actor=people.chief, comment="不予登记")
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=31 * 366))
    disclose(None, to="法院", kinds=["name"], basis="调卷函", by=people.clerk)
    Disclosure.objects.update(at=timezone.now() - timedelta(days=4 * 366))
    disclose(None, to="新近", kinds=["name"], basis="调卷函", by=people.clerk)
    case.refresh_from_db()
    return {"draft": draft, "young": young, "kept": kept, "loose": loose, "shared": shared, "case": case}


def listed() -> dict[str, set]:
    found: dict[str, set] = {}
    for item in retention.preview():
        found.setdefault(item.what, set()).add(item.ref)
    return found


def test_preview_names_each_thing_with_its_reason_and_touches_nothing(old):
    before = (Draft.objects.count(), Document.objects.count(), Disclosure.objects.count())
    assert listed() == {
        "draft": {str(old["draft"].pk)}, "file": {old["loose"].sha256}, "case": {str(old["case"].pk)},
        "disclosure": {str(Disclosure.objects.order_by("pk").first().pk)},
        "letter": {str(pk) for pk in Letter.objects.filter(case_pk=old["case"].pk).values_list("pk", flat=True)},
    }  # fmt: skip
    assert all(str(item.reason) and item.since for item in retention.preview())
    assert (Draft.objects.count(), Document.objects.count(), Disclosure.objects.count()) == before


def test_carried_out_by_a_second_official(old, people, switched_on, django_capture_on_commit_callbacks):
    letters = Letter.objects.filter(case_pk=old["case"].pk).count()
    plan = retention.propose(people.chief)
    with pytest.raises(ValidationError):
        retention.confirm(plan.pk, people.chief)
    assert Draft.objects.filter(pk=old["draft"].pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        done = retention.confirm(plan.pk, people.deputy)
    found = {what: count for what, count in done.result.items() if count}
    assert found == {"draft": 1, "file": 1, "case": 1, "disclosure": 1, "letter": letters}
    assert not Draft.objects.filter(pk=old["draft"].pk).exists()
    assert Draft.objects.filter(pk=old["young"].pk).exists()
    for gone in ("kept", "loose"):
        assert not documents.path_of(old[gone].sha256).exists()
    assert documents.path_of(old["shared"].sha256).exists()
    assert list(Disclosure.objects.values_list("recipient", flat=True)) == ["新近"]
    assert retention.preview() == []


def test_case_keeps_its_chain_and_loses_its_secrets(old, people, switched_on):
    case = old["case"]
    form = case.events.order_by("seq").first().data["form"]
    assert snapshots.unseal_paths(case, form)["contact_phone"] == "13800005678"
    retention.confirm(retention.propose(people.chief).pk, people.deputy)
    assert CaseKey.objects.get(case=case).destroyed_at is not None
    assert snapshots.unseal_paths(case, form)["contact_phone"] is None
    row = Case.objects.get(pk=case.pk).application
    assert (row.contact_phone, row.algorithm) == ("", "")
    assert row.name
    assert broken_link(Case.objects.get(pk=case.pk)) is None


def test_deleted_draft_goes_when_it_can_come_back_no_more(people, organisations, switched_on):
    deleted = drafts.begin("application", by=people.filer, organisation=organisations.enterprise)
    lately = drafts.begin("pledge", by=people.filer, organisation=organisations.enterprise)
    for draft, days in ((deleted, 31), (lately, 29)):
        Draft.objects.filter(pk=draft.pk).update(discarded_at=timezone.now() - timedelta(days=days))
    assert listed() == {"discarded": {str(deleted.pk)}}
    retention.confirm(retention.propose(people.chief).pk, people.deputy)
    assert list(Draft.objects.values_list("pk", flat=True)) == [lately.pk]


def test_deleted_draft_that_came_back_meanwhile_stays(people, organisations, switched_on):
    draft = drafts.begin("application", by=people.filer, organisation=organisations.enterprise)
    Draft.objects.update(discarded_at=timezone.now() - timedelta(days=31))
    plan = retention.propose(people.chief)
    drafts.bring_back(draft)
    assert retention.confirm(plan.pk, people.deputy).result["left"] == 1
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_old_letters_keep_row_key_and_times_and_lose_their_words(people, switched_on):
    for key in ("old", "young"):
        to = [Recipient(people.filer.pk, None, "filer@people.example", "zh-hans")]
        post("account.known", key, to, {"name": "甲公司"})
    old = Letter.objects.get(key__startswith="old")
    sent = timezone.now() - timedelta(days=3 * 366)
    Letter.objects.filter(pk=old.pk).update(
        queued_at=sent, sent_at=sent, read_at=sent, subject="您好", body="沈女士：……", next_attempt_at=None
    )
    assert listed() == {"letter": {str(old.pk)}}
    retention.confirm(retention.propose(people.chief).pk, people.deputy)
    now = Letter.objects.get(pk=old.pk)
    assert (now.key, now.queued_at, now.sent_at, now.read_at) == (old.key, sent, sent, sent)
    assert (now.subject, now.body, now.context) == ("—", "—", {})
    assert now.shown() == ("—", "—")
    assert Letter.objects.get(key__startswith="young").context == {"name": "甲公司"}
    assert retention.preview() == []


def test_letters_of_a_case_stay_with_its_file(old, people, switched_on):
    case = old["case"]
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now())
    Letter.objects.update(queued_at=timezone.now() - timedelta(days=10 * 366))
    assert "letter" not in listed()


def test_off_until_an_official_confirms_the_rule(old, people):
    plan = retention.propose(people.chief)
    with pytest.raises(ValidationError):
        retention.confirm(plan.pk, people.deputy)
    RuleParameter.objects.filter(key="retention_on").update(value=True)
    with pytest.raises(ValidationError):
        retention.confirm(plan.pk, people.deputy)
    assert Draft.objects.filter(pk=old["draft"].pk).exists()


def test_what_changed_meanwhile_is_left_alone(old, people, switched_on):
    plan = retention.propose(people.chief)
    drafts.save(old["draft"], {"name": "又动了"})
    result = retention.confirm(plan.pk, people.deputy).result
    assert (result["draft"], result["left"]) == (0, 1)
    assert Draft.objects.get(pk=old["draft"].pk).data == {"name": "又动了"}


def test_database_refuses_one_person_twice(old, people):
    plan = retention.propose(people.chief)
    with pytest.raises(IntegrityError), transaction.atomic():
        RetentionPlan.objects.filter(pk=plan.pk).update(confirmed_by=people.chief, confirmed_at=timezone.now())


def test_page_shows_the_list_and_the_buttons_of_each(old, people, switched_on, sign_in):
    chief, deputy = sign_in(people.chief), sign_in(people.deputy)
    address, act = reverse("desk:retention"), reverse("desk:retention_act")
    assert old["case"].number in chief.get(address).content.decode()
    chief.post(act, {"act": "propose"})
    plan = RetentionPlan.objects.get()
    assert 'value="confirm"' not in chief.get(address).content.decode()
    assert 'value="confirm"' in deputy.get(address).content.decode()
    deputy.post(act, {"act": "confirm", "plan": plan.pk})
    assert RetentionPlan.objects.get().carried_out_at is not None
    assert sign_in(people.clerk).get(address).status_code == 404


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_personal_values_of_every_kind_can_be_erased(name, local_track, people, organisations):
    case = SAMPLES[name](people, organisations)
    sorts.erase_case(str(case.pk))
    row = Case.objects.get(pk=case.pk).row
    assert not any(getattr(row, path) for path in row.SEALED if "." not in path)
    assert broken_link(Case.objects.get(pk=case.pk)) is None


def test_command_shows_by_default_and_erases_nothing(old):
    out = StringIO()
    call_command("retention", stdout=out)
    assert old["case"].number in out.getvalue()
    assert Draft.objects.filter(pk=old["draft"].pk).exists()
