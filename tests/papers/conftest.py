"""Cases with papers: received, asked to correct, refused, in notice, objected to."""

from types import SimpleNamespace

import pytest

from apps.papers import making
from apps.workflow.machine import perform
from tests import samples, ways

ITEM = {"path": "scenario", "label": "应用场景", "note": "请写明服务对象、作业条件和解决的问题。"}


@pytest.fixture
def cases(local_track, people, organisations) -> SimpleNamespace:
    """Builders of cases, each made when it is asked for."""

    def corrected(note=ITEM["note"], **changed):
        case = ways.walk(ways.application(people, organisations, **changed), people, "examining")
        perform(
            case.pk, "ask_correction", actor=people.clerk, data={"items": [{**ITEM, "note": note}]}, comment="共一项"
        )
        return fresh(case)

    def refused():
        case = ways.walk(ways.application(people, organisations), people, "examined")
        perform(case.pk, "refuse", actor=people.chief, comment="来源合同未载明许可再次登记。")
        return fresh(case)

    def in_notice():
        return ways.walk(ways.application(people, organisations), people, "in_notice")

    def forwarded():
        case = samples.an_objection(people, organisations)
        perform(case.pk, "admit", actor=people.clerk)
        return fresh(case)

    return SimpleNamespace(corrected=corrected, refused=refused, in_notice=in_notice, forwarded=forwarded)


def fresh(case):
    case.refresh_from_db()
    return case


def line(case, kind: str) -> making.Line:
    """The case's last paper of a kind."""
    return [found for found in making.lines(case) if found.kind.name == kind][-1]


def printed(case, kind: str, language="zh-hans") -> bytes:
    found = line(case, kind)
    return making.print_paper(found.kind, found.event, language)[1]
