import pytest
import time_machine

from apps.applications.filing import open_application
from apps.workflow.models import Case
from tests import ways
from tests.processes.portal import Portal
from tests.ways import at_noon


@pytest.fixture(scope="module")
def processes(django_db_setup, django_db_blocker, tmp_path_factory):
    """Broker and web server for a module's tests; each starts the workers it needs."""
    with django_db_blocker.unblock():
        portal = Portal(tmp_path_factory.mktemp("portal"))
        portal.start_broker()
        portal.start_web()
    yield portal
    portal.stop()


@pytest.fixture
def portal(processes, settings):
    """The processes, without worker or mail; files in their folder, and the test itself kicks their broker."""
    settings.MEDIA_ROOT = processes.folder / "files"
    yield processes
    processes.stop_mail()
    if "worker" in processes.children:
        processes.kill("worker")
    processes.mailbox.taken.clear()
    if "broker" not in processes.children:
        processes.start_broker()


@pytest.fixture
def webs(tmp_path_factory):
    """Two web servers over the test's database."""
    found = [Portal(tmp_path_factory.mktemp(f"web{number}")) for number in range(2)]
    for portal in found:
        portal.start_broker()
        portal.start_web()
    yield found
    for portal in found:
        portal.stop()


@pytest.fixture
def in_september():
    """17 September 2026: a notice published now ends after National Day, long before the machine's today."""
    with time_machine.travel(at_noon(2026, 9, 17), tick=True) as clock:
        yield clock


@pytest.fixture
def filed(people, organisations):
    """filed(n) -> the nth application of ``enterprise``, in pre-check on the local track."""

    def file(number: int) -> Case:
        evidence = ways.deposit(organisations.enterprise, people.filer, people.clerk2, number=f"EC-{number}")
        typed = ways.values(evidence, name=f"舟山近岸浪高数据集{number}", track="local")
        return open_application(typed, organisation=organisations.enterprise, actor=people.filer)

    return file
