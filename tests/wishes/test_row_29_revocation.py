"""Row 29: a mistaken or fraudulent registration is revoked, with a reason, by one of rank."""

import pytest
from django.urls import reverse

from apps.rights.models import Revocation
from apps.workflow.machine import Refused, perform
from apps.workflow.models import Case
from tests.followups.cases import revocation
from tests.rights import make_right


def test_wish_29_a_fraudulent_registration_is_revoked_with_reason_and_rank(people, organisations, sign_in):
    right = make_right(organisations.enterprise)
    case = revocation(people, organisations, right, "open", "state")
    for person in (people.clerk2, people.deputy, people.district_reviewer, people.rival):
        with pytest.raises(Refused) as refused:
            perform(case.pk, "revoke", actor=person, data={"announcement": "x"}, comment="x")
        assert refused.value.code == "not_yours"
    page = reverse("desk:move", args=[case.pk, "revoke"])
    chief = sign_in(people.chief)
    answer = chief.post(page, {"announcement": "予以撤销，自始无效。", "comment": ""})
    assert answer.status_code == 422
    assert Case.objects.get(pk=right.pk).status == "valid"
    chief.post(page, {"announcement": "予以撤销，自始无效。", "comment": "存证数据系他人采集。"})
    done = Case.objects.get(pk=right.pk)
    event = done.events.get(move="revoke")
    assert (done.status, event.comment, event.actor) == ("revoked", "存证数据系他人采集。", people.chief)
    assert event.data["because_case"] == case.pk
    assert Revocation.objects.get(case=case).announcement == "予以撤销，自始无效。"
