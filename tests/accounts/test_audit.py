"""The security audit: written as a chain, never changed, checked offline, dropped by whole months and two people."""

import json
import threading
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.test import Client

from apps.accounts import trail
from apps.accounts.audit import entry_of, record
from apps.accounts.chain import FIRST, canonical, check, digest
from apps.accounts.models import AuditEntry, AuditMonth
from tests.factories import PASSWORD, make_user

MARCH = datetime(2026, 3, 9, 2, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 2, tzinfo=UTC)


def acts() -> list[tuple[str, bool]]:
    return list(AuditEntry.objects.order_by("number").values_list("act", "success"))


def export() -> list[str]:
    return list(trail.export(AuditEntry.objects.all()))


def test_entry_holds_its_hash_and_the_one_before(db):
    clerk = make_user("clerk", full_name="陈晓岚")
    record("reveal", actor=clerk, about="case:7", reason="电话核对", sizes=[1, 2], share=0.5)
    record("export.case_file", actor=None, success=False)
    first, second = AuditEntry.objects.order_by("number")
    assert (first.number, first.prev_hash, first.actor_name) == (1, FIRST, "陈晓岚 (clerk)")
    assert (second.number, second.prev_hash) == (2, first.hash)
    assert first.detail == {"reason": "电话核对", "sizes": [1, 2], "share": "0.5"}
    assert digest(entry_of(AuditEntry.objects.get(number=1))) == first.hash


def test_canonical_bytes_are_as_documented():
    assert canonical({"b": "舟", "a": [True, None]}) == '{"a":[true,null],"b":"舟"}'.encode()


def test_entry_is_never_changed_nor_deleted(db):
    record("reveal", actor=None)
    for act in (lambda rows: rows.update(about="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act(AuditEntry.objects.all())
    assert AuditEntry.objects.get().about == ""


@pytest.fixture
def file(db, tmp_path):
    for number in range(5):
        record("reveal", actor=None, about=f"case:{number}", reason="核对\n两行")
    path = tmp_path / "audit.jsonl"
    path.write_text("".join(export()), encoding="utf-8")
    return path


def test_verify_audit_follows_an_unbroken_file(file, capsys):
    call_command("verify_audit", str(file))
    assert capsys.readouterr().out.startswith("5 entries, unbroken")


def alter(line: str, **fields) -> str:
    return json.dumps({**json.loads(line), **fields}, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def rehash(line: str, **fields) -> str:
    entry = {key: value for key, value in json.loads(alter(line, **fields)).items() if key != "hash"}
    return alter(line, **fields, hash=digest(entry))


@pytest.mark.parametrize(
    ("break_it", "place"),
    [
        (lambda lines: [*lines[:2], alter(lines[2], about="case:9"), *lines[3:]], 3),
        (lambda lines: [*lines[:2], rehash(lines[2], about="case:9"), *lines[3:]], 4),
        (lambda lines: [*lines[:2], *lines[3:]], 3),
        (lambda lines: [lines[1], lines[0], *lines[2:]], 2),
        (lambda lines: [*lines, "\n"], 6),
        (lambda lines: [*lines[:4], lines[4].replace(",", ", ", 1)], 5),
        (lambda lines: [lines[0], "not json\n"], 2),
        (lambda lines: [lines[0], "[]\n"], 2),
    ],
)
def test_verify_audit_says_the_first_broken_line(file, break_it, place):
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(break_it(lines)), encoding="utf-8")
    with pytest.raises(CommandError, match=f"^line {place} "):
        call_command("verify_audit", str(file))


def test_verify_audit_unreadable_file(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_audit", str(tmp_path / "missing"))


def test_signing_in_and_out_is_noted_with_the_address(db):
    make_user("haiyang")
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post("/accounts/login/", {"login": "haiyang", "password": "wrong"})
    client.post("/accounts/login/", {"login": PASSWORD, "password": "wrong"})
    client.post("/accounts/login/", {"login": "haiyang", "password": PASSWORD})
    client.post("/accounts/logout/")
    assert acts() == [("sign_in", False), ("sign_in", False), ("sign_in", True), ("sign_out", True)]
    assert set(AuditEntry.objects.values_list("address", flat=True)) == {"192.0.2.7"}
    assert not [line for line in export() if PASSWORD in line]


def test_change_of_a_right_is_noted_with_what_it_was(people, sign_in):
    user = make_user("haiyang")
    client = sign_in(people.security_admin)
    client.post(f"/admin/accounts/user/{user.pk}/change/", {"role": "chief"})
    entry = AuditEntry.objects.get(act="right.grant")
    assert (entry.actor, entry.about) == (people.security_admin, "haiyang")
    assert entry.detail == {"changed": {"role": ["", "chief"]}}


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "chief", "filer"])
def test_audit_is_read_by_the_audit_administrator_alone(people, sign_in, who):
    record("reveal", actor=people.clerk, about="case:4711")
    page = sign_in(people.audit_admin).get("/admin/accounts/auditentry/?act=reveal").content.decode()
    assert "case:4711" in page
    assert sign_in(getattr(people, who)).get("/admin/accounts/auditentry/").status_code in (302, 403, 404)


def test_export_of_the_list_is_the_chain(people, sign_in):
    client = sign_in(people.audit_admin)
    chosen = AuditEntry.objects.values_list("pk", flat=True)
    response = client.post(
        "/admin/accounts/auditentry/", {"action": "export_selected", "_selected_action": list(chosen)}
    )
    lines = b"".join(response.streaming_content).decode().splitlines(keepends=True)
    assert check(lines).good == len(lines) == 1
    assert acts()[-1] == ("export.audit", True)


# ------------------------------------------------------------------------------------------------ months


@pytest.fixture
def march(people):
    with time_machine.travel(MARCH, tick=False):
        record("reveal", actor=None)
        record("reveal", actor=None)
    with time_machine.travel(LATER, tick=False):
        record("reveal", actor=None, about="later")
        trail.seal_months()
        yield AuditMonth.objects.get()


def test_month_is_sealed_once_it_is_over(march):
    assert (march.first_number, march.last_number, march.count) == (1, 2, 2)
    assert march.head_hash == AuditEntry.objects.get(number=2).hash
    assert trail.seal_months() == 0


def test_month_is_dropped_by_two_after_its_archive(march, people):
    with pytest.raises(ValidationError, match=r"first|先"):
        trail.propose_drop(march.pk, people.audit_admin)
    data = trail.archive(march, people.audit_admin)
    assert check(data.decode().splitlines(keepends=True)).head == march.head_hash
    trail.propose_drop(march.pk, people.audit_admin)
    with pytest.raises(ValidationError):
        trail.confirm_drop(march.pk, people.audit_admin)
    assert AuditEntry.objects.filter(number=1).exists()
    trail.confirm_drop(march.pk, people.security_admin)
    assert list(AuditEntry.objects.order_by("number").values_list("about", flat=True)[:1]) == ["later"]
    lines = export()
    assert check(lines).first_prev == march.head_hash
    assert not check(lines).broken


@pytest.mark.parametrize("who", ["system_admin", "chief"])
def test_month_is_dropped_by_nobody_else(march, people, who):
    trail.archive(march, people.audit_admin)
    with pytest.raises(ValidationError):
        trail.propose_drop(march.pk, getattr(people, who))


def test_month_stays_for_the_retention_time(march, people):
    trail.archive(march, people.audit_admin)
    with time_machine.travel(datetime(2026, 10, 1, tzinfo=UTC), tick=False), pytest.raises(ValidationError):
        trail.propose_drop(march.pk, people.audit_admin)


def test_database_wants_two_persons_and_an_archive(march, people):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditMonth.objects.update(drop_proposed_by=people.audit_admin, drop_confirmed_by=people.audit_admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditMonth.objects.update(dropped_at=LATER)


def test_chain_goes_on_where_everything_was_dropped(march, people):
    """The last hash is taken from the month when no entry is left."""
    AuditMonth.objects.update(
        last_number=3, count=3, head_hash=AuditEntry.objects.get(number=3).hash, archived_at=LATER,
        archive_sha256="0" * 64, drop_proposed_by=people.audit_admin, drop_confirmed_by=people.security_admin,
        dropped_at=LATER,
    )  # fmt: skip
    head = AuditEntry.objects.get(number=3).hash
    AuditEntry.objects.all().delete()
    record("reveal", actor=None)
    assert AuditEntry.objects.values_list("number", "prev_hash").get() == (4, head)


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_make_one_chain(postgresql):
    start = threading.Barrier(2)

    def write():
        try:
            start.wait(10)
            for _ in range(20):
                record("reveal", actor=None)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    found = check(export())
    assert (found.good, found.broken) == (40, 0)
