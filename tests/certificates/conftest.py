import pytest
import time_machine

from apps.certificates.models import Certificate
from apps.workflow.machine import perform
from apps.workflow.tasks import sweep
from tests.ways import application, at_noon, walk


def register(people, organisations, **changed) -> Certificate:
    """The certificate of a local registration of 13 October 2026, by the real moves."""
    with time_machine.travel(at_noon(2026, 9, 17), tick=False) as clock:
        case = application(people, organisations, **changed)
        walk(case, people, "in_notice")
        clock.move_to(at_noon(2026, 10, 13))
        sweep()
        perform(case.pk, "register", actor=people.deputy)
    return Certificate.objects.select_related("registration__case", "registration__holder").get(
        registration__origin=case
    )


@pytest.fixture
def certificate(local_track, people, organisations):
    return register(people, organisations)
