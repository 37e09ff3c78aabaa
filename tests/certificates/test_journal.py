"""The register's journal: written once by every act, and the register as of any moment in law, whenever it was swept."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction

from apps.certificates.contracts import ContractEnd, contract_change, is_mirrored
from apps.certificates.journal import as_of
from apps.certificates.models import Registration, Version
from apps.certificates.register import claim, release
from apps.rules.clock import SHANGHAI, legal_now, legal_today
from apps.workflow.machine import Act, follow
from apps.workflow.models import Case
from apps.workflow.people import Standing
from apps.workflow.states import kind
from apps.workflow.tasks import sweep
from tests.rights import make_right
from tests.ways import at_noon

pytestmark = pytest.mark.django_db
UNTIL = date(2029, 3, 2)


def do(right: Registration, move: str, at: datetime | None = None, **data):
    """An act on the register as the consequence of some procedure, effective at a moment (now)."""
    case = Case.objects.get(pk=right.origin_id)
    cause = Act(case, kind(case.kind), kind(case.kind).moves[0], Standing(case, None), at or legal_now(), {})
    return follow(right.pk, move, cause, data)


@pytest.fixture
def clock(organisations):
    with time_machine.travel(at_noon(2026, 3, 2), tick=False) as frozen:
        yield frozen


@pytest.fixture
def right(clock, organisations):
    found = make_right(organisations.enterprise, at=legal_now())
    assert found.valid_until == UNTIL
    return found


def state(right, *at) -> str:
    return as_of(right, datetime(*at, tzinfo=SHANGHAI)).status


def test_every_act_writes_one_version(right, organisations):
    do(right, "change", changes={"name": "新名称"})
    do(right, "transfer", holder=organisations.bank.pk)
    do(right, "license")
    do(right, "reissue")
    do(right, "hold")
    do(right, "let_run")
    do(right, "renew", valid_until=date(2032, 3, 2))
    do(right, "cancel")
    versions = list(Version.objects.filter(registration=right).order_by("seq"))
    events = list(right.case.events.order_by("seq"))
    assert [(v.seq, v.what, v.status, v.from_at) for v in versions] == [
        (e.seq, e.move, e.to_status, e.effective_at) for e in events
    ]
    assert [v.name for v in versions] == [right.name] + ["新名称"] * 8
    assert versions[2].face["holders"] == [organisations.bank.name]
    assert [v.lapses_at is None for v in versions] == [False] * 5 + [True, False, False, True]


def test_every_row_of_the_table_ends_by_writing_the_journal():
    from apps.certificates.journal import write_version

    assert {move.name for move in kind("registration").moves if move.effects[-1] is not write_version} == set()


@pytest.mark.parametrize("act", ["UPDATE", "DELETE"])
def test_a_version_never_changes(right, act):
    rows = Version.objects.filter(registration=right)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        rows.update(name="x") if act == "UPDATE" else rows._raw_delete(rows.db)
    assert rows.get().name == right.name


def test_before_the_entry_the_register_says_nothing(right):
    shown = as_of(right, legal_now() - timedelta(seconds=1))
    assert (shown.is_entered, shown.claims, shown.certificates) == (False, [], [])
    assert as_of(right, legal_now()).status == "valid"


def test_a_late_sweep_changes_no_answer(right, clock):
    moments = [(2029, 3, 2, 23, 59), (2029, 3, 3), (2029, 4, 1), (2029, 6, 1)]
    clock.move_to(at_noon(2029, 6, 2))
    before = [state(right, *moment) for moment in moments]
    sweep()
    assert before == [state(right, *moment) for moment in moments] == ["valid", "expired", "expired", "expired"]
    version = Version.objects.get(registration=right, what="expire")
    assert version.from_at == datetime(2029, 3, 3, tzinfo=SHANGHAI)
    assert version.recorded_at > version.from_at


@pytest.mark.parametrize("swept", [True, False])
def test_renewal_against_a_late_sweep(right, clock, swept):
    """Held in time and renewed after the old end: in force throughout, whether or not a sweep came in between."""
    clock.move_to(at_noon(2029, 2, 20))
    do(right, "hold")
    clock.move_to(at_noon(2029, 3, 20))
    if swept:
        sweep()
    assert state(right, 2029, 3, 10) == "renewing"
    do(right, "renew", valid_until=date(2032, 3, 2))
    clock.move_to(at_noon(2032, 5, 1))
    if swept:
        sweep()
    assert state(right, 2029, 3, 10) == "renewing"
    assert state(right, 2032, 3, 2) == "valid"
    assert state(right, 2032, 3, 3) == "expired"
    assert as_of(right, datetime(2029, 3, 10, tzinfo=SHANGHAI)).valid_until == UNTIL
    assert as_of(right, datetime(2030, 1, 1, tzinfo=SHANGHAI)).valid_until == date(2032, 3, 2)


def test_now_is_what_the_row_says(right, clock, organisations):
    do(right, "change", changes={"name": "新名称"})
    clock.move_to(at_noon(2026, 5, 1))
    do(right, "transfer", holder=organisations.bank.pk)
    row, shown = Registration.objects.get(pk=right.pk), as_of(right, legal_now())
    assert (shown.name, shown.values["holder_id"], shown.valid_until) == (row.name, row.holder_id, row.valid_until)
    assert shown.status == row.case.status_at()


def test_an_act_recorded_later_for_the_past_counts_from_then(right, clock):
    clock.move_to(at_noon(2026, 6, 1))
    do(right, "change", changes={"name": "六月之名"})
    do(right, "change", at=at_noon(2026, 4, 1), changes={"update_frequency": "weekly"})
    april = as_of(right, at_noon(2026, 4, 2))
    assert (april.name, april.values["update_frequency"]) == (right.name, "weekly")
    june = as_of(right, legal_now())
    assert (june.name, june.values["update_frequency"]) == ("六月之名", "weekly")


def test_revoked_tells_of_the_time_before(right, clock):
    clock.move_to(at_noon(2026, 8, 1))
    do(right, "revoke")
    then = as_of(right, at_noon(2026, 5, 1))
    assert (then.status, then.voided_at) == ("valid", at_noon(2026, 8, 1))
    now = as_of(right, legal_now())
    assert (now.status, now.voided_at) == ("revoked", None)


def test_claims_and_certificates_as_of(right, clock, organisations):
    old = right.certificates.get().number
    clock.move_to(at_noon(2026, 4, 1))
    claim(right, case=right.case, party=organisations.bank, kind="pledge", at=legal_now())
    clock.move_to(at_noon(2026, 5, 1))
    do(right, "reissue")
    clock.move_to(at_noon(2026, 6, 1))
    release(right.case, at=legal_now(), outcome="released")
    march, april, june = (as_of(right, at_noon(2026, month, 15)) for month in (3, 4, 6))
    assert [len(shown.claims) for shown in (march, april, june)] == [0, 1, 0]
    assert [len(shown.ended_claims) for shown in (march, april, june)] == [0, 0, 1]
    assert [shown.certificate.number == old for shown in (march, april, june)] == [True, True, False]
    assert [row.is_superseded for row in june.certificates] == [False, True]


@pytest.mark.parametrize("acts", [1, 6])
def test_as_of_costs_four_queries(right, acts, django_assert_num_queries):
    for n in range(acts):
        do(right, "change", changes={"name": f"名称{n}"})
    with django_assert_num_queries(4):  # versions, certificates, claims, and the legal clock
        from apps.certificates.journal import journal_of

        journal = journal_of(right)
        journal.at(at_noon(2026, 3, 3)), journal.at(legal_now())


# ------------------------------------------------------------------------------------------------ certificates, contracts


def test_a_national_certificate_takes_the_place_of_the_old_provincial_one(clock, organisations):
    right = make_right(
        organisations.enterprise, at=legal_now(), number="浙登2023-0001", certificate_number="浙证2023-0001",
        form="provincial", registered_on=date(2023, 9, 1), valid_until=date(2026, 9, 1),
    )  # fmt: skip
    do(
        right, "reissue", certificate_form="national", certificate_number="20260333000000017", issued_on="2026-03-02",
        valid_until="2026-09-18",
    )  # fmt: skip
    row = Registration.objects.get(pk=right.pk)
    new, old = row.certificates.order_by("-pk")
    assert (new.form, new.number, new.valid_until) == ("national", "20260333000000017", date(2026, 9, 18))
    assert old.superseded_at is not None
    assert row.valid_until == date(2026, 9, 18)
    (running,) = row.case.clocks.filter(ended_at__isnull=True)
    assert running.due_on == date(2026, 9, 18)
    clock.move_to(at_noon(2026, 9, 19))
    assert (row.case.__class__.objects.get(pk=row.pk).status_at(), as_of(right, legal_now()).status) == ("expired",) * 2


def test_no_certificate_of_another_office_is_made_up(clock, organisations):
    right = make_right(
        organisations.enterprise, at=legal_now(), number="浙登1", certificate_number="浙证1", form="provincial",
        registered_on=date(2025, 9, 1), valid_until=date(2028, 9, 1),
    )  # fmt: skip
    do(right, "change", changes={"name": "新名称"})
    assert [row.number for row in right.certificates.all()] == ["浙证1"]
    assert is_mirrored(right)


def contracts(right) -> list[tuple]:
    return list(right.contracts.order_by("ends_on").values_list("name", "ends_on"))


def test_all_source_contracts_are_kept_and_the_first_cuts_the_validity(clock, organisations):
    ends = (
        ContractEnd(date(2027, 5, 1), "东海浮标公司", "enterprise"),
        ContractEnd(date(2028, 1, 1), "港务局", "public"),
    )
    right = make_right(organisations.enterprise, at=legal_now(), contract_ends=ends)
    assert contracts(right) == [("东海浮标公司", date(2027, 5, 1)), ("港务局", date(2028, 1, 1))]
    assert (right.valid_until, right.ended_by_contract, right.term_until) == (date(2027, 5, 1), "东海浮标公司", UNTIL)


def test_a_renewed_contract_moves_the_end_to_the_next_limit(clock, organisations):
    ends = (
        ContractEnd(date(2027, 5, 1), "东海浮标公司", "enterprise"),
        ContractEnd(date(2028, 1, 1), "港务局", "public"),
    )
    right = make_right(organisations.enterprise, at=legal_now(), contract_ends=ends)
    do(right, "change", **contract_change(right, [ContractEnd(date(2031, 5, 1), "东海浮标公司", "enterprise")]))
    right.refresh_from_db()
    assert (right.valid_until, right.ended_by_contract) == (date(2028, 1, 1), "港务局")
    assert right.case.clocks.get(ended_at__isnull=True).due_on == date(2028, 1, 1)
    do(right, "change", **contract_change(right, [ContractEnd(date(2030, 1, 1), "港务局", "public")]))
    right.refresh_from_db()
    assert (right.valid_until, right.ended_by_contract) == (UNTIL, "")
    assert as_of(right, legal_now()).values["lapses_at"] == datetime(2029, 3, 3, tzinfo=SHANGHAI)


def test_a_renewal_is_cut_by_a_contract_that_ends_before_it(clock, organisations):
    ends = (ContractEnd(date(2030, 1, 1), "港务局", "public"),)
    right = make_right(organisations.enterprise, at=legal_now(), contract_ends=ends)
    assert right.valid_until == UNTIL
    do(right, "renew", valid_until=date(2032, 3, 2))
    right.refresh_from_db()
    assert (right.valid_until, right.ended_by_contract, right.term_until) == (
        date(2030, 1, 1), "港务局", date(2032, 3, 2),
    )  # fmt: skip


def test_two_contracts_with_one_licensor_are_told_apart(clock, organisations):
    ends = (ContractEnd(date(2027, 5, 1), "港务局", "public"), ContractEnd(date(2028, 1, 1), "港务局", "public"))
    right = make_right(organisations.enterprise, at=legal_now(), contract_ends=ends)
    assert contracts(right) == [("港务局", date(2027, 5, 1)), ("港务局（2）", date(2028, 1, 1))]


def test_past_its_end_a_right_that_a_renewal_keeps_in_force_is_annotated_without_a_certificate(right, clock):
    do(right, "hold")
    clock.move_to(at_noon(2029, 6, 1))
    do(right, "change", changes={"name": "续展期间改名"})
    right.refresh_from_db()
    assert right.valid_until < legal_today()
    assert (right.name, right.certificates.count()) == ("续展期间改名", 1)
