"""Pledges brought to a state by the real moves."""

from datetime import date, timedelta
from decimal import Decimal

from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.rules.clock import legal_now
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case, Party
from apps.workflow.states import kind
from tests.rights import make_right

JOINT = {"joint_paper": True}
RELEASE = {"ground": "paid"}
PAPER = {"ground": "paid", "dated_on": date(2026, 2, 20), "seen": True}
COURT = {"ground": "other", "dated_on": date(2026, 2, 20), "court": "宁波海事法院", "court_number": "（2026）浙72执1号"}
CALL = {"called": "王会计", "confirmed": True}


def terms(bank, **values) -> dict:
    """The cleaned values of a complete form."""
    return {
        "pledgee": bank.pk, "branch": "定海支行", "contract_number": "ZY-2026-88", "contract_on": date(2026, 2, 27),
        "debt": "流动资金借款合同 LD-2026-9", "credit": Decimal("50000000"), "secured": Decimal("30000000"),
        "drawn": Decimal("12000000.55"), "starts_on": date(2026, 3, 2), "ends_on": date(2027, 3, 1),
        "interest": Decimal("3.65"), "subsidy": None, "combined_with": "", "appraised": None, "appraised_on": None,
        "appraiser": "", "appraised_by": None, "appraisal_method": "", "rights": [], **values,
    }  # fmt: skip


def filed(people, organisations, right, actor=None, words=None, others=(), **values) -> Case:
    """A pledge filed by the firm's filer, over further rights as well; ``words`` go to open_case."""
    values.setdefault("rights", [{"right": other.pk, "appraised": None} for other in others])
    bank = values.pop("bank", organisations.bank)
    given = kind("pledge").filing("file", organisations.enterprise, right.case, terms(bank, **values))
    return open_case("pledge", actor=actor or people.filer, **{**given, **(words or {})})


def registered(people, organisations, right, **values) -> Case:
    case = filed(people, organisations, right, **values)
    perform(case.pk, "accept", actor=people.clerk, data=JOINT)
    case.refresh_from_db()
    return case


def deals(people, organisations) -> tuple[tuple[Registration, ...], Case, Case]:
    """Rights A, B and C, and two deals filed over {A, B} and {B, C}."""
    a, b, c = (make_right(organisations.enterprise, name=name) for name in ("甲数据集", "乙数据集", "丙数据集"))
    return (a, b, c), filed(people, organisations, a, others=[b]), filed(people, organisations, b, others=[c])


def cooled(case: Case) -> Case:
    """The cooling period of a release is over: time is moved back under it, and the clock ends the pledge."""
    from apps.workflow.tasks import settle

    over = legal_now() - timedelta(minutes=1)
    case.clocks.filter(name="cooling", ended_at=None).update(due_at=over, provisional=False)
    Case.objects.filter(pk=case.pk).update(next_due_at=over, due_status="released")
    settle(case.pk)
    return Case.objects.get(pk=case.pk)


def share(right: Registration, firm: Organisation) -> None:
    """A further holder of a right."""
    Party.objects.create(case=right.case, role="holder", organisation=firm)


def noticed(right: Registration, bank: Organisation, actor) -> Case:
    """A bank's notice of intent on a right."""
    given = kind("intent_notice").filing("file", bank, right.case, {"branch": "定海支行", "amount": Decimal("1000000")})
    return open_case("intent_notice", actor=actor, **given)


def financed(right: Registration, bank: Organisation, actor) -> Case:
    """A loan in preparation on a right."""
    data = {"bank": bank.pk, "wanted": Decimal("5000000"), "purpose": "补充流动资金"}
    return open_case("financing", actor=actor, **kind("financing").filing("file", right.holder, right.case, data))


def recorded_elsewhere(right: Registration, actor) -> Case:
    """A pledge of the right that another office registered, recorded by an official."""
    from apps.pledges.intents import outside_filing

    data = {
        "creditor": "示范担保公司", "place": "movables", "place_number": "ZD-2026-1", "since_on": date(2026, 1, 5),
        "source": "债权人来函",
    }  # fmt: skip
    return open_case("outside_pledge", actor=actor, **outside_filing("file", right.holder, right.case, data))
