"""What an exchange looks at before a product goes up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.workflow.checklist import DOUBT, Criterion, Remark, Subject


def important_data(subject: Subject) -> Remark | None:
    if subject.values.get("security") != "important":
        return None
    return Remark(DOUBT, _("Important data: the risk assessment and the rules of its catalogue come first."))


def limits_are_named(subject: Subject) -> Remark | None:
    if subject.values.get("use_limits"):
        return None
    return Remark(DOUBT, _("No limits of use are stated."))


ARTICLE_33 = _("Data Security Law, art. 33")
CHECKLIST = (
    Criterion("source", _("The provider has said where the data comes from"), (), ARTICLE_33),
    Criterion("identity", _("The holder is identified by its papers"), (), ARTICLE_33),
    Criterion("product", _("Product sheet and registration speak of the same data"), ("product_name", "description")),
    Criterion("price", _("Price mode and price are stated"), ("price_mode", "price_fen")),
    Criterion("licence", _("Licence and limits of use are clear"), ("licence", "use_limits"), test=limits_are_named),
    Criterion("security", _("The security level is right"), ("security",), test=important_data),
    Criterion("compliance", _("The compliance report is there, with its number and law firm"), ("compliance_number", "law_firm")),
    Criterion("consent", _("Pledgee and other holders agree, where they must")),
)  # fmt: skip
