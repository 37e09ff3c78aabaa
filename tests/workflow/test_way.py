"""The way of one application from filing to register, with the moves' effects and refusals."""

import pytest
import time_machine

from apps.certificates.models import Certificate, Registration
from apps.notices.models import Notice
from apps.outbox.models import Letter
from apps.workflow import chain
from apps.workflow.machine import Refused, moves_for, perform
from apps.workflow.models import Case
from apps.workflow.tasks import sweep
from tests.ways import application, at_noon, walk


def refused(code, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        perform(*args, **kwargs)
    assert refusal.value.code == code


def test_local_way_over_national_day(local_track, people, organisations):
    with time_machine.travel(at_noon(2026, 9, 17), tick=False) as clock:
        case = application(people, organisations)
        walk(case, people, "in_notice")
        case.refresh_from_db()
        notice = Notice.objects.get(case=case)
        assert notice.ends_on.isoformat() == "2026-10-08"
        assert case.status == "in_notice"
        clock.move_to(at_noon(2026, 10, 8))
        assert sweep() == 0
        refused("wrong_state", case.pk, "register", actor=people.deputy)
        clock.move_to(at_noon(2026, 10, 13))  # five days late
        assert Case.objects.at().get(pk=case.pk).state == "notice_closed"
        assert sweep() == 1
        assert sweep() == 0
        case.refresh_from_db()
        closing = case.events.get(move="close_notice")
        assert closing.actor is None
        assert closing.effective_at.isoformat() == "2026-10-08T16:00:00+00:00"
        refused("not_yours", case.pk, "register", actor=people.clerk)
        perform(case.pk, "register", actor=people.deputy)
        registration = Registration.objects.get(origin=case)
        assert registration.valid_until.isoformat() == "2029-10-13"
        assert registration.number == "舟数知登-2026-0001"
        assert Certificate.objects.get(registration=registration).number == "舟数知证-2026-0001"
        assert chain.broken_link(Case.objects.get(pk=case.pk)) is None
        assert Letter.objects.filter(case_pk=case.pk, text="application.registered").count() == 2


def test_who_examined_does_not_decide(filed, people):
    walk(filed, people, "examined")
    people.clerk.role = "chief"
    people.clerk.save()
    refused("four_eyes", filed.pk, "approve", actor=people.clerk)
    offer = next(o for o in moves_for(Case.objects.get(pk=filed.pk), people.clerk) if o.move.name == "approve")
    assert offer.refusal.code == "four_eyes"
