"""Insurance of registered rights: what insurers offer, the policies, what was changed in them, and the claims on them."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import one_line
from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.workflow.models import Case
from apps.workflow.money import spoken
from apps.workflow.snapshots import columns_of

ENDING = ("policy_renewal_days", "policy_ending_days")
"""The rules about the end of a cover: what may be done then, and what its page says; read together."""


class Line(models.TextChoices):
    """Kinds of insurance (险种)."""

    INFRINGED = "infringed", _("Loss by infringement of the right")
    LIABILITY = "liability", _("Liability for infringing another's right")
    GUARANTEE = "guarantee", _("Guarantee of a pledge loan")
    ASSET = "asset", _("Costs of loss of data assets")
    CREDIT = "credit", _("Credit of a sale or licence")
    COMBINED = "combined", _("Combined")


class Item(models.TextChoices):
    """Parts of a sum insured (分项)."""

    INVESTIGATION = "investigation", _("Costs of investigation")
    LEGAL = "legal", _("Legal costs")
    DIRECT = "direct", _("Direct loss")
    LIABILITY = "liability", _("Damages owed to others")
    RESTORATION = "restoration", _("Costs of restoring data")
    LOAN = "loan", _("Loan guaranteed")
    RECEIVABLE = "receivable", _("Receivables")
    WHOLE = "whole", _("Not itemised")


ITEMS_OF_LINE = {
    Line.INFRINGED: (Item.INVESTIGATION, Item.LEGAL, Item.DIRECT),
    Line.LIABILITY: (Item.LIABILITY, Item.LEGAL),
    Line.GUARANTEE: (Item.LOAN,),
    Line.ASSET: (Item.INVESTIGATION, Item.RESTORATION, Item.DIRECT),
    Line.CREDIT: (Item.RECEIVABLE,),
    Line.COMBINED: tuple(item for item in Item if item != Item.WHOLE),
}


class ProductQuerySet(models.QuerySet):
    def offered_on(self, day: date):
        """What can be applied for on a day."""
        return self.filter(Q(active_until__isnull=True) | Q(active_until__gte=day), active_from__lte=day)


class Product(models.Model):
    """What an insurer offers (保险产品), kept by its own people: kind, terms, usual items, and from when to when."""

    insurer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="insurance_products", verbose_name=_("insurer")
    )
    name = models.CharField(_("name"), max_length=80, validators=[one_line])
    line = models.CharField(_("kind of insurance"), max_length=12, choices=Line)
    terms = models.TextField(_("terms"), max_length=20_000)
    items = models.JSONField(_("usual items"), default=list, blank=True)
    active_from = models.DateField(_("offered from"))
    active_until = models.DateField(_("offered until"), null=True, blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("insurance product")
        verbose_name_plural = _("insurance products")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["insurer", "name"], name="product_name_once",
                violation_error_message=_("There is a product of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(active_until__isnull=True) | Q(active_until__gte=F("active_from")), name="product_period",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} · {self.insurer.name}"


class PolicyQuerySet(models.QuerySet):
    def in_force_on(self, day: date):
        """The policies whose cover ran on a day, whatever became of them later; ``sum_then_fen`` is the sum insured then."""
        later = Endorsement.objects.filter(policy=OuterRef("pk"), effective_on__gt=day).order_by("effective_on", "pk")
        uncancelled = Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=day)
        running = self.filter(uncancelled, starts_on__lte=day, ends_on__gte=day)
        return running.annotate(
            sum_then_fen=Coalesce(Subquery(later.values("sum_before_fen")[:1]), F("sum_insured_fen"))
        )

    def inconsistent(self):
        """Bound policies whose sum insured is not the sum of its items: there should be none."""
        return (
            self.exclude(policy_number="")
            .annotate(itemised=Sum("items__sum_fen"))
            .exclude(itemised=F("sum_insured_fen"))
        )


class Policy(models.Model):
    """One policy on registered rights (数据知识产权保险单), from the application to its end.

    ``sum_insured_fen`` is the sum applied for until the policy is bound, then the policy's own, the sum of its items. The
    first right is ``registration``, the case's root; further ones are the case's bases. ``renews`` is let go where the
    renewal does not come about, so that another may be applied for.
    """

    SEALED = frozenset()

    class Ground(models.TextChoices):
        SURRENDER = "surrender", _("The policyholder surrenders it (Insurance Law, art. 15)")
        CONCEALMENT = "concealment", _("Facts were not disclosed (art. 16)")
        FRAUD = "fraud", _("False claim or wilful loss (art. 27)")
        DANGER = "danger", _("The danger grew, or the right was transferred (arts. 49 and 52)")
        RIGHT_ENDED = "right_ended", _("The insured right ended")
        OTHER = "other", _("Other")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="policy")
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="policies", verbose_name=_("registration")
    )
    insurer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("insurer"))
    branch = models.CharField(_("branch of the insurer"), max_length=120, blank=True, validators=[one_line])
    policyholder = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("policyholder"))
    insured = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("insured"))
    beneficiary = models.CharField(_("beneficiary"), max_length=120, blank=True, validators=[one_line])
    product = models.CharField(_("kind of insurance"), max_length=12, choices=Line)
    offered_as = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="policies", verbose_name=_("insurance product")
    )
    sum_insured_fen = models.BigIntegerField(_("sum insured"))
    per_claim_fen = models.BigIntegerField(_("limit for each claim"), null=True, blank=True)
    deductible_fen = models.BigIntegerField(_("deductible"), default=0)
    premium_fen = models.BigIntegerField(_("premium"), null=True, blank=True)
    subsidy_fen = models.BigIntegerField(_("government subsidy of the premium"), default=0)
    policy_number = models.CharField(_("policy number"), max_length=60, blank=True, validators=[one_line])
    starts_on = models.DateField(_("first day of cover"), null=True, blank=True)
    ends_on = models.DateField(_("last day of cover"), null=True, blank=True)
    special_terms = models.TextField(_("special terms"), blank=True, max_length=4000)
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name=_("renews the policy")
    )
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    cancel_ground = models.CharField(_("ground of the cancellation"), max_length=12, choices=Ground, blank=True)
    refund_fen = models.BigIntegerField(_("premium returned"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("insurance policy")
        verbose_name_plural = _("insurance policies")
        constraints = [
            models.UniqueConstraint(
                fields=["insurer", "policy_number"], condition=~Q(policy_number=""), name="policy_number_once"
            ),
            models.UniqueConstraint(fields=["renews"], condition=Q(renews__isnull=False), name="policy_renewed_once"),
            models.CheckConstraint(condition=Q(renews__isnull=True) | ~Q(renews=F("case")), name="policy_renews_another"),
            models.CheckConstraint(condition=Q(sum_insured_fen__gt=0), name="policy_insures_something"),
            models.CheckConstraint(
                condition=Q(per_claim_fen__isnull=True) | Q(per_claim_fen__gt=0, per_claim_fen__lte=F("sum_insured_fen")),
                name="policy_limit_within_sum",
            ),
            models.CheckConstraint(condition=Q(deductible_fen__gte=0), name="policy_deductible"),
            models.CheckConstraint(condition=Q(premium_fen__isnull=True) | Q(premium_fen__gte=0), name="policy_premium"),
            models.CheckConstraint(
                condition=Q(subsidy_fen=0) | Q(subsidy_fen__gt=0, subsidy_fen__lte=F("premium_fen"), premium_fen__isnull=False),
                name="policy_subsidy_within_premium",
            ),
            models.CheckConstraint(
                condition=Q(
                    policy_number="", premium_fen__isnull=True, starts_on__isnull=True, ends_on__isnull=True,
                    refund_fen__isnull=True,
                )
                | (
                    ~Q(policy_number="")
                    & Q(premium_fen__isnull=False, starts_on__isnull=False, ends_on__isnull=False)
                    & Q(ends_on__gte=F("starts_on"))
                ),
                name="policy_bound_whole",
            ),
            models.CheckConstraint(
                condition=Q(refund_fen__isnull=True) | Q(refund_fen__gte=0, refund_fen__lte=F("premium_fen")),
                name="policy_refund_within_premium",
            ),
            models.CheckConstraint(
                condition=Q(refund_fen__isnull=True, cancelled_on__isnull=True, cancel_ground="")
                | Q(refund_fen__isnull=False, cancelled_on__isnull=False),
                name="policy_cancelled_whole",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["registration", "ends_on"], name="policy_of_registration"),
            models.Index(fields=["starts_on", "ends_on"], name="policy_period"),
        ]

    def __str__(self) -> str:
        return self.policy_number or str(self.case_id)

    @property
    def item_sums_fen(self) -> dict[str, int]:
        """The parts of the sum insured, in fen."""
        return dict(self.items.values_list("item", "sum_fen"))

    @property
    def rate(self) -> Decimal | None:
        """The premium for a hundred yuan of the sum insured (费率), to four places."""
        if self.premium_fen is None:
            return None
        return (Decimal(self.premium_fen) * 100 / self.sum_insured_fen).quantize(Decimal("0.0001"), ROUND_HALF_UP)

    def covers(self, day: date) -> bool:
        """Whether a loss of that day is covered; the day of a cancellation no longer is."""
        if self.starts_on is None or not self.starts_on <= day <= self.ends_on:
            return False
        return self.cancelled_on is None or day < self.cancelled_on

    def days_left(self, day: date) -> tuple[int, int]:
        """Of the days of cover those that begin on a day or after it, and all of them."""
        total = (self.ends_on - self.starts_on).days + 1
        return max(0, min(total, (self.ends_on - day).days + 1)), total

    def proposed_refund_fen(self, day: date) -> int:
        """The premium of the days that are left, pro rata (按日比例); the insurer decides on the amount."""
        left, total = self.days_left(day)
        return int((Decimal(self.premium_fen) * left / total).quantize(Decimal(1), ROUND_HALF_UP))

    def ends_soon(self, day: date, within: int) -> bool:
        """即将到期: the cover still runs and ends within so many days."""
        return self.covers(day) and (self.ends_on - day).days <= within

    def facts(self) -> list[tuple[object, str]]:
        """What its page says, in the order of a policy; what is not agreed is left out."""
        from apps.insurance.showing import policy_facts

        return policy_facts(self)

    @classmethod
    def labels(cls) -> dict[str, object]:
        """The names of what a copy of the policy holds."""
        columns = {field.name: field.verbose_name for field in cls._meta.concrete_fields}
        return {**columns, "item_sums_fen": _("parts of the sum insured")}

    def snapshot(self) -> dict:
        columns = columns_of(self)
        return {**columns, "item_sums_fen": self.item_sums_fen}


class PolicyItem(models.Model):
    """One part of a policy's sum insured (分项保额)."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="items")
    item = models.CharField(_("item"), max_length=16, choices=Item)
    sum_fen = models.BigIntegerField(_("sum insured"))

    class Meta:
        verbose_name = _("part of the sum insured")
        verbose_name_plural = _("parts of the sum insured")
        constraints = [
            models.UniqueConstraint(fields=["policy", "item"], name="policy_item_once"),
            models.CheckConstraint(condition=Q(sum_fen__gt=0), name="policy_item_sum"),
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()} {spoken(self.sum_fen)}"


class Endorsement(models.Model):
    """One agreed change of a policy (批改): what stood before and after, from which day, under which number.

    ``changes`` are rows of ``path``, ``before`` and ``after``; ``sum_before_fen`` is the sum insured until that day.
    """

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="endorsements")
    number = models.CharField(_("number of the endorsement"), max_length=60, validators=[one_line])
    effective_on = models.DateField(_("in effect from"))
    changes = models.JSONField(_("what changed"))
    sum_before_fen = models.BigIntegerField(_("sum insured before"))

    class Meta:
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="endorsement_number_once")]

    def __str__(self) -> str:
        return self.number


class LossClaim(models.Model):
    """A claim on a policy (理赔): the loss as reported, what was assessed, and what was paid.

    The right it rests on is the case's root, the policy's case a basis, so that claims on one policy stand in line.
    """

    SEALED = frozenset()

    class Cause(models.TextChoices):
        INFRINGED = "infringed", _("The right was infringed")
        SUED = "sued", _("Somebody claims damages from the insured")
        LEAKED = "leaked", _("Data leaked")
        LOST = "lost", _("Data were lost or damaged")
        DEFAULT = "default", _("A debtor does not pay")
        OTHER = "other", _("Other")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="claim")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="claims", verbose_name=_("insurance policy"))
    lost_on = models.DateField(_("day of the loss"))
    known_on = models.DateField(_("known since"))
    reported_on = models.DateField(_("reported on"))
    is_late = models.BooleanField(_("reported after the limitation of two years"), default=False)
    cause = models.CharField(_("cause"), max_length=12, choices=Cause)
    account = models.TextField(_("what happened"), max_length=4000)
    claimed_fen = models.BigIntegerField(_("claimed"))
    assessed_fen = models.BigIntegerField(_("assessed"), null=True, blank=True)
    advance_fen = models.BigIntegerField(_("paid in advance"), default=0)
    paid_fen = models.BigIntegerField(_("paid in the end"), null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    refused_because = models.TextField(_("reason of the refusal"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("insurance claim")
        verbose_name_plural = _("insurance claims")
        constraints = [
            models.CheckConstraint(
                condition=Q(known_on__gte=F("lost_on"), reported_on__gte=F("known_on")), name="claim_days_in_order"
            ),
            models.CheckConstraint(condition=Q(claimed_fen__gt=0, advance_fen__gte=0), name="claim_asks_something"),
            models.CheckConstraint(
                condition=Q(assessed_fen__isnull=True)
                | Q(assessed_fen__gt=0, assessed_fen__lte=F("claimed_fen"), assessed_fen__gte=F("advance_fen")),
                name="claim_assessed_within_claimed",
            ),
            models.CheckConstraint(
                condition=Q(paid_fen__isnull=True, paid_on__isnull=True)
                | Q(paid_on__isnull=False, paid_fen=F("assessed_fen") - F("advance_fen"), assessed_fen__isnull=False),
                name="claim_paid_as_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.lost_on}"

    @property
    def item_sums_fen(self) -> dict[str, int]:
        return dict(self.items.values_list("item", "sum_fen"))

    def facts(self) -> list[tuple[object, str]]:
        from apps.insurance.showing import claim_facts

        return claim_facts(self)

    @classmethod
    def labels(cls) -> dict[str, object]:
        columns = {field.name: field.verbose_name for field in cls._meta.concrete_fields}
        return {**columns, "item_sums_fen": _("assessed by item")}

    def snapshot(self) -> dict:
        columns = columns_of(self)
        return {**columns, "item_sums_fen": self.item_sums_fen}


class LossItem(models.Model):
    """What was assessed of a claim under one part of the sum insured."""

    claim = models.ForeignKey(LossClaim, models.CASCADE, related_name="items")
    item = models.CharField(_("item"), max_length=16, choices=Item)
    sum_fen = models.BigIntegerField(_("assessed"))

    class Meta:
        verbose_name = _("part of an assessment")
        verbose_name_plural = _("parts of an assessment")
        constraints = [
            models.UniqueConstraint(fields=["claim", "item"], name="loss_item_once"),
            models.CheckConstraint(condition=Q(sum_fen__gt=0), name="loss_item_sum"),
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()} {spoken(self.sum_fen)}"
