"""Today's insurance: what the insurer offers, and claims in every state on one policy in force."""

from datetime import date, timedelta
from decimal import Decimal

from apps.demo.recording import Scene, act, open_filing
from apps.insurance.models import Item, Line, Product
from apps.workflow.models import Case

PRODUCTS = (
    (
        "示范数据知识产权被侵权损失保险",
        Line.INFRINGED,
        [Item.INVESTIGATION, Item.LEGAL, Item.DIRECT],
        date(2022, 10, 1),
    ),
    ("示范数据资产损失费用保险", Line.ASSET, [Item.INVESTIGATION, Item.RESTORATION, Item.DIRECT], date(2024, 6, 1)),
    ("示范质押融资保证保险", Line.GUARANTEE, [Item.LOAN], date(2023, 3, 1)),
)
TERMS = "保险责任、责任免除、赔偿处理以保险合同为准。本条款为演示数据。"
WAYS: tuple[tuple[str, ...], ...] = (
    (), ("ask_papers",), ("assess",), ("assess", "agree"), ("assess", "find_uncovered"), ("assess", "advance", "agree", "pay"),
    ("assess", "find_uncovered", "refuse"), ("withdraw",),
)  # fmt: skip


def offer_products(scene: Scene) -> None:
    insurer = scene.firms["insurer"]
    Product.objects.bulk_create(
        Product(insurer=insurer, name=name, line=line, terms=TERMS, items=items, active_from=since)
        for name, line, items, since in PRODUCTS
    )


def record_claims(scene: Scene, policy: Case, manager) -> None:
    """One claim for each state, days apart; the policy's cover began a week ago."""
    for number, way in enumerate(WAYS):
        claimed = Decimal(3_000 + 700 * number)
        claim = report(scene, policy, manager, claimed)
        for step, move in enumerate(way):
            by = manager if move == "withdraw" else scene.people["insurer"]
            act(claim, move, by, scene.ago(4 - step, 11), data_of(scene, move, claimed), WORDS.get(move, ""))


WORDS = {
    "ask_papers": "请一次性补充：侵权公证书、损失鉴定报告、维权费用票据。", "refuse": "事故发生前，投保人已知该侵权行为，属于责任免除。",
    "withdraw": "侵权方已赔偿。", "agree": "按分项核定。",
}  # fmt: skip


def report(scene: Scene, policy: Case, manager, claimed: Decimal) -> Case:
    lost_on = scene.ago(6).date()
    data = {
        "lost_on": lost_on, "known_on": min(lost_on + timedelta(days=1), scene.ago(5).date()), "cause": "infringed",
        "account": "第三方平台未经许可抓取并转售本数据集。", "claimed": claimed,
    }  # fmt: skip
    return open_filing("claim", policy.organisation, data, scene.ago(5), actor=manager, move="report", root=policy)


def data_of(scene: Scene, move: str, claimed: Decimal) -> dict:
    """What the form of a move would give."""
    advance = Decimal(1_000)
    return {
        "advance": {"amount": advance, "paid_on": scene.ago(4).date()},
        "agree": {"assessed": claimed, "parts": {"direct": claimed - 500, "legal": Decimal(500)}},
        "pay": {"amount": claimed - advance, "paid_on": scene.ago(3).date()},
    }.get(move, {})
