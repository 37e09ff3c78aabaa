"""A member leaves while its entry is being published: whoever comes first holds the membership's row."""

import pytest
from django.db import connection

from apps.workflow.machine import perform
from tests.alliance.cases import membership_of, offered
from tests.listings.cases import fresh
from tests.races import race
from tests.rights import make_right

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks are PostgreSQL's"),
]


@pytest.mark.parametrize(("leaves_first", "codes"), [(True, ("", "wrong_state")), (False, ("", ""))])
def test_nothing_stays_on_the_list_of_one_who_left(leaves_first, codes, people, organisations):
    case = offered(people, organisations, make_right(organisations.enterprise))
    member = membership_of(people, organisations)

    def leave():
        perform(member.pk, "leave", actor=people.manager)

    def publish():
        perform(case.pk, "accept", actor=people.secretariat)

    one, two, _reached = race(*((leave, publish) if leaves_first else (publish, leave)))
    assert (one.refusal, two.refusal, one.fault, two.fault) == (*codes, None, None)
    assert fresh(case).status == "ended"
