"""Procedures after registration, brought to a state by the real moves."""

from datetime import date, timedelta
from decimal import Decimal

from apps.certificates.models import Registration
from apps.rules.clock import legal_today
from apps.workflow.machine import open_case, perform
from apps.workflow.models import Case
from apps.workflow.states import kind
from tests.pledges import cases as pledges
from tests.rights import make_right


def soon() -> date:
    return legal_today() + timedelta(days=300)


def terms(name: str, organisations) -> dict:
    """The cleaned values of a complete form."""
    day = legal_today() - timedelta(days=3)
    other = organisations.rival_enterprise.pk
    return {
        "renewal": {"data_exists": True, "sources_licensed": True, "contracts": [], "early_because": ""},
        "entry_change": {
            "happened_on": day, "holder_data": False, "name": "近海浮标海况数据集（2026版）", "scenario": "",
            "structure": "", "record_count": 2000, "volume_bytes": None, "update_frequency": "",
        },
        "transfer": {"transferee": other, "ground": "contract", "paper_number": "ZR-2026-3", "happened_on": day},
        "licence_filing": {
            "licensee": other, "type": "exclusive", "contract_number": "XK-2026-1", "happened_on": day,
            "starts_on": day, "ends_on": soon(), "area": "浙江省", "fee": Decimal("120000.50"), "fee_terms": "一次付清",
        },
        "cancellation": {"ground": "given_up", "explanation": "数据已停止更新。", "certain": True},
        "reissue": {"ground": "lost", "certificate_form": "", "certificate_number": "", "explanation": ""},
        "freeze": {
            "court": "舟山市示范人民法院", "document_number": "（2026）浙09执保1号", "starts_on": day, "ends_on": soon(),
        },
        "revocation": {"ground": "fraud", "facts_told": "数据并非其采集。", "judgment": ""},
    }[name]  # fmt: skip


FILERS = {"freeze": "clerk", "revocation": "rival"}


def filed(name: str, people, organisations, right: Registration, /, actor=None, words=None, **values) -> Case:
    """A case of a kind on a right, filed by whoever usually does; ``words`` go to open_case."""
    actor = actor or getattr(people, FILERS.get(name, "filer"))
    data = {**terms(name, organisations), **values}
    firm = organisations.rival_enterprise if name == "revocation" else organisations.enterprise
    given = kind(name).filing("file", firm, right.case, data)
    return open_case(name, actor=actor, **{**given, **(words or {})})


def accepted(name: str, people, organisations, right: Registration, /, data=None, **values) -> Case:
    """The same, accepted by the chief with the joint paper seen."""
    case = filed(name, people, organisations, right, **values)
    perform(case.pk, "accept", actor=people.chief, data=data or {"joint_paper": True})
    return Case.objects.get(pk=case.pk)


def frozen(people, organisations, right: Registration, **values) -> Case:
    case = filed("freeze", people, organisations, right, **values)
    perform(case.pk, "confirm", actor=people.clerk2)
    return Case.objects.get(pk=case.pk)


def revocation(people, organisations, right: Registration, *steps: str, **values) -> Case:
    """A reported registration, taken the named steps further."""
    case = filed("revocation", people, organisations, right, **values)
    ways = {
        "open": (people.clerk, {}), "state": (people.filer, {"statement": "数据为我方采集。"}),
        "revoke": (people.chief, {"announcement": "以虚假材料取得登记，予以撤销。"}), "uphold": (people.chief, {}),
        "dismiss": (people.clerk, {}), "note_silence": (None, {}),
    }  # fmt: skip
    for step in steps:
        actor, data = ways[step]
        perform(case.pk, step, actor=actor, data=data, comment="经查属实。")
    return Case.objects.get(pk=case.pk)


def transfer_beside_a_pledge(people, organisations) -> tuple[Registration, Case, Case]:
    """A transfer filed while a pledge stood, which is released since, and a new pledge: nothing exclusive is on the right."""
    right = make_right(organisations.enterprise)
    new = pledges.filed(people, organisations, right)
    old = pledges.registered(people, organisations, right)
    transfer = filed("transfer", people, organisations, right)
    perform(old.pk, "release", actor=people.banker, data=pledges.RELEASE)
    pledges.cooled(old)
    return right, transfer, new


def sample(name: str):
    """A maker of one case of the kind; a renewal's right is near its end."""

    def make(people, organisations) -> Case:
        return filed(name, people, organisations, a_right(organisations, name))

    return make


def a_right(organisations, name: str = "") -> Registration:
    end = {"valid_until": legal_today() + timedelta(days=90)} if name == "renewal" else {}
    return make_right(organisations.enterprise, **end)
