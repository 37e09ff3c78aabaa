"""A sweep five days late changes no page and no figure: it writes down what every page already said."""

import re
from datetime import timedelta

import pytest

from apps.notices.models import Notice
from apps.outbox.tasks import sweep_letters
from apps.workflow.machine import perform
from apps.workflow.models import Case
from apps.workflow.tasks import sweep
from tests import ways

pytestmark = pytest.mark.django_db

PUBLIC = (
    "/", "/notices/", "/notices/?state=running", "/notices/?state=ended", "/register/", "/figures/", "/figures/?on=2026-10-08",
    "/figures/?on=2026-10-09", "/figures.json", "/figures.json?on=2026-10-08", "/figures.json?on=2026-10-09",
)  # fmt: skip
DESK = (
    "/desk/", "/desk/?show=all", "/desk/?show=open", "/desk/?show=returned", "/desk/notices/", "/desk/notices/?show=over",
    "/desk/?state=application.notice_closed", "/desk/?state=application.deemed_withdrawn", "/desk/?due=overdue",
)  # fmt: skip
PORTAL = ("/portal/", "/portal/cases/", "/portal/data-sets/")


def shown(client, path: str) -> str:
    """What the page tells: its main part without the form's tokens, or the whole of a JSON."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    text = answer.content.decode()
    main = re.search(r"<main.*</main>", text, re.S)
    return re.sub(r'name="(csrfmiddlewaretoken|key)" value="[^"]*"', "", main[0] if main else text)


@pytest.fixture
def months(in_september, local_track, people, filed):
    """Three applications: its notice over, its notice running still, its correction never answered."""
    over, running, lapsed = (
        ways.walk(filed(n), people, to) for n, to in enumerate(("in_notice", "pre_check", "examining"))
    )
    perform(
        lapsed.pk, "ask_correction", actor=people.clerk,
        data={"items": [{"path": "record_count", "label": "记录数", "note": "请核对"}]},
    )  # fmt: skip
    sweep_letters()  # served: the time to answer runs
    lapsed.refresh_from_db()
    in_september.move_to(max(over.next_due_at, lapsed.next_due_at))
    ways.walk(running, people, "in_notice")
    sweep_letters()
    return over, running, lapsed


def test_sweep_five_days_late_changes_no_page_and_no_figure(in_september, months, people, sign_in, client):
    over, _running, lapsed = months
    in_september.move_to(max(over.next_due_at, lapsed.next_due_at) + timedelta(days=5))
    details = [f"/notices/{notice.pk}/" for notice in Notice.objects.all()]
    faces = {
        "public": (client, (*PUBLIC, *details)),
        "desk": (sign_in(people.clerk), DESK),
        "portal": (sign_in(people.filer), PORTAL),
    }
    before = {path: shown(reader, path) for reader, paths in faces.values() for path in paths}
    assert over.number in before["/desk/?state=application.notice_closed"]  # true before it is written down
    assert lapsed.number in before["/desk/?state=application.deemed_withdrawn"]
    assert f"/notices/{over.notices.get().pk}/" in before["/notices/?state=ended"]
    assert sweep() == 2
    statuses = Case.objects.filter(pk__in=[case.pk for case in months]).order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["notice_closed", "in_notice", "deemed_withdrawn"]
    changed = [path for reader, paths in faces.values() for path in paths if shown(reader, path) != before[path]]
    assert changed == []
