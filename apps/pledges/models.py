"""Pledge of registered rights for a loan, and what goes before it. The three amounts that press figures mix are kept apart."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.certificates.models import Registration
from apps.enterprises.models import Organisation
from apps.pledges.valuing import facts_of
from apps.workflow.clocks import legal_day
from apps.workflow.models import Case
from apps.workflow.money import spoken
from apps.workflow.snapshots import columns_of

PLEDGED = ("registered", "overdue", "release_asked", "second_key", "cooling", "gone")
"""The states in which the rights count as pledged."""


class Method(models.TextChoices):
    COST = "cost", _("cost")
    INCOME = "income", _("income")
    MARKET = "market", _("market")


class Pledge(models.Model):
    """One pledge (质押登记), of one or several rights: contract, debt, amounts, and where else it is registered."""

    SEALED = frozenset()

    class Place(models.TextChoices):
        PROVINCE = "province", _("the province's data IP platform")
        MOVABLES = "movables", _("the national register of movables financing")
        OTHER = "other", _("elsewhere")

    class Ground(models.TextChoices):
        PAID = "paid", _("The debt is paid")
        ENFORCED = "enforced", _("The pledge was enforced")
        WAIVED = "waived", _("The pledgee waives it")
        VOID = "void", _("The contract is void or revoked")
        OTHER = "other", _("Other")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="pledge")
    pledgor = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("pledgor"))
    pledgee = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("pledgee"))
    branch = models.CharField(_("branch of the bank"), max_length=120, blank=True)
    contract_number = models.CharField(_("contract number"), max_length=80)
    contract_on = models.DateField(_("contract signed on"))
    debt = models.CharField(_("secured debt"), max_length=200)
    credit_fen = models.BigIntegerField(_("credit line"))
    secured_fen = models.BigIntegerField(_("secured amount"))
    drawn_fen = models.BigIntegerField(_("amount drawn"), default=0)
    starts_on = models.DateField(_("first day of the loan"))
    ends_on = models.DateField(_("last day of the loan"))
    interest = models.DecimalField(
        _("interest, per cent a year"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    subsidy_fen = models.BigIntegerField(_("interest subsidy"), null=True, blank=True)
    combined_with = models.CharField(_("patents or other rights in the same deal"), max_length=200, blank=True)
    appraised_fen = models.BigIntegerField(_("appraised value"), null=True, blank=True)
    appraised_on = models.DateField(_("base date of the appraisal"), null=True, blank=True)
    appraiser = models.CharField(_("appraiser"), max_length=120, blank=True)
    appraised_by = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("appraiser known here")
    )
    appraisal_method = models.CharField(_("method of the appraisal"), max_length=8, choices=Method, blank=True)
    registered_at = models.CharField(_("also registered at"), max_length=12, choices=Place, blank=True)
    registered_number = models.CharField(_("number there"), max_length=80, blank=True)
    past_validity_because = models.CharField(
        _("accepted past the right's validity because"), max_length=500, blank=True
    )
    knows_of_revocation = models.BooleanField(_("both know of the revocation proceedings"), default=False)

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        constraints = [
            models.CheckConstraint(condition=Q(secured_fen__gt=0, credit_fen__gt=0), name="pledge_secures_something"),
            models.CheckConstraint(
                condition=Q(drawn_fen__gte=0, drawn_fen__lte=F("credit_fen")), name="pledge_drawn_within_credit"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="pledge_loan_period"),
            models.CheckConstraint(condition=~Q(pledgor=F("pledgee")), name="pledge_of_two_sides"),
            models.CheckConstraint(
                condition=~Q(registered_at="", registered_number__gt=""), name="pledge_number_has_a_place"
            ),
            models.CheckConstraint(
                condition=Q(appraised_fen__isnull=True, appraised_on__isnull=True)
                | Q(appraised_fen__gt=0, appraised_on__isnull=False, appraised_fen__isnull=False),
                name="pledge_appraised_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(subsidy_fen__isnull=True) | Q(subsidy_fen__gte=0), name="pledge_subsidy_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["ends_on"], name="pledge_loan_end")]

    def __str__(self) -> str:
        return self.contract_number

    @classmethod
    def labels(cls) -> dict[str, object]:
        """The names of what a copy of the pledge holds."""
        columns = {field.name: field.verbose_name for field in cls._meta.concrete_fields}
        return {**columns, "rights": PledgedRight._meta.verbose_name_plural}

    def snapshot(self) -> dict:
        columns = columns_of(self)
        return columns | {"rights": [right.registration.number for right in self.rights_in_order()]}

    def rights_in_order(self):
        """The pledged rights, the root's first."""
        return self.rights.select_related("registration__case", "registration__holder").order_by("pk")

    def further_facts(self) -> list[tuple]:
        """What hangs on the row, for its page: the rights, how long their value is good for, the drawings, the releases."""
        rights = [
            (_("Pledged right"), " ".join(filter(None, [str(right), spoken(right.appraised_fen)])))
            for right in self.rights_in_order()
        ]
        drawings = [
            (row.get_kind_display(), f"{row.on.isoformat()} {spoken(row.amount_fen)}")
            for row in self.drawings.order_by("on", "pk")
        ]
        releases = (fact for row in self.releases.order_by("pk") for fact in row.facts())
        return [*rights, *facts_of(self.appraised_on), *drawings, *releases]


class PledgedRight(models.Model):
    """One right of a deal, with its share of the appraised value."""

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="rights")
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="pledged", verbose_name=_("registration")
    )
    appraised_fen = models.BigIntegerField(_("appraised value"), null=True, blank=True)

    class Meta:
        verbose_name = _("pledged right")
        verbose_name_plural = _("pledged rights")
        constraints = [
            models.UniqueConstraint(fields=["pledge", "registration"], name="pledged_right_once"),
            models.CheckConstraint(
                condition=Q(appraised_fen__isnull=True) | Q(appraised_fen__gt=0), name="pledged_right_has_value"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration.number} {self.registration.name}"


class Drawing(models.Model):
    """One payment under the loan (放款) or back (还款); the pledge's amount drawn is their balance."""

    class Kind(models.TextChoices):
        DRAWN = "drawn", _("Paid out")
        REPAID = "repaid", _("Paid back")

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="drawings")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    amount_fen = models.BigIntegerField(_("amount"))
    on = models.DateField(_("on"))
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("drawing")
        verbose_name_plural = _("drawings")
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="drawing_of_something")]


class Amendment(models.Model):
    """A change of the deal or an extension of the loan (变更、展期) that one side asked for; one is open at a time."""

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="amendments")
    changes = models.JSONField(_("what changes"), encoder=DjangoJSONEncoder)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True)

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        constraints = [
            models.UniqueConstraint(fields=["pledge"], condition=Q(ended_at__isnull=True), name="amendment_one_open"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="amendment_ends_with_outcome",
            ),
        ]


class Release(models.Model):
    """One release of a pledge (注销): by which way it came, on which word, and what became of it.

    ``received_at`` is when it reached the office, and counts; ``dated_on`` is what the paper says, and does not.
    """

    class Way(models.TextChoices):
        PORTAL = "portal", _("confirmed in the portal")
        PAPER = "paper", _("stamped paper and a call back")
        COURT = "court", _("court paper")

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="releases")
    way = models.CharField(_("way"), max_length=8, choices=Way)
    ground = models.CharField(_("ground of release"), max_length=10, choices=Pledge.Ground)
    received_at = models.DateTimeField(_("received"))
    dated_on = models.DateField(_("date on the paper"), null=True, blank=True)
    court = models.CharField(_("court"), max_length=120, blank=True)
    court_number = models.CharField(_("number of the court's paper"), max_length=80, blank=True)
    called = models.CharField(_("called"), max_length=80, blank=True)
    called_number = models.CharField(_("number called"), max_length=40, blank=True)
    called_at = models.DateTimeField(_("called at"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            models.UniqueConstraint(fields=["pledge"], condition=Q(ended_at__isnull=True), name="release_one_open"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="release_ends_with_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(way="court") | (Q(court__gt="", court_number__gt="")), name="release_names_court"
            ),
            models.CheckConstraint(
                condition=Q(called="", called_number="", called_at__isnull=True)
                | Q(called__gt="", called_number__gt="", called_at__isnull=False),
                name="release_call_is_whole",
            ),
        ]

    def facts(self) -> list[tuple]:
        """The release in words."""
        told = [
            (_("Release"), f"{self.get_way_display()} · {self.get_ground_display()}"),
            (_("Release received on"), legal_day(self.received_at).isoformat()),
            (_("Date on the paper (without effect)"), self.dated_on.isoformat() if self.dated_on else ""),
            (_("Court paper"), " ".join(filter(None, [self.court, self.court_number]))),
            (_("Call back"), " ".join(filter(None, [self.called, self.called_number]))),
        ]
        return [(label, text) for label, text in told if text]


class IntentNotice(models.Model):
    """A bank's word that it means to take a pledge (质押意向告知): known to other askers, without legal effect."""

    SEALED = frozenset()

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="intent_notice")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="+", verbose_name=_("registration"))
    bank = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("bank"))
    branch = models.CharField(_("branch of the bank"), max_length=120, blank=True)
    amount_fen = models.BigIntegerField(_("amount in view"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice of intent")
        verbose_name_plural = _("notices of intent")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0), name="intent_amount")
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.registration.number}"

    def snapshot(self) -> dict:
        return columns_of(self)


class Financing(models.Model):
    """A loan in preparation (融资意向): intent, valuation, the bank's credit review, contract."""

    SEALED = frozenset()

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="financing")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="+", verbose_name=_("registration"))
    firm = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    bank = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("bank"))
    wanted_fen = models.BigIntegerField(_("amount wanted"))
    purpose = models.CharField(_("purpose of the loan"), max_length=200)
    appraised_fen = models.BigIntegerField(_("appraised value"), null=True, blank=True)
    appraised_on = models.DateField(_("base date of the appraisal"), null=True, blank=True)
    appraiser = models.CharField(_("appraiser"), max_length=120, blank=True)
    appraisal_method = models.CharField(_("method of the appraisal"), max_length=8, choices=Method, blank=True)
    credit_fen = models.BigIntegerField(_("credit line"), null=True, blank=True)
    contract_number = models.CharField(_("contract number"), max_length=80, blank=True)
    contract_on = models.DateField(_("contract signed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("financing intent")
        verbose_name_plural = _("financing intents")
        constraints = [models.CheckConstraint(condition=Q(wanted_fen__gt=0), name="financing_of_something")]

    def __str__(self) -> str:
        return f"{self.firm} – {self.bank}"

    def snapshot(self) -> dict:
        return columns_of(self)

    def further_facts(self) -> list[tuple]:
        return facts_of(self.appraised_on)


class OutsidePledge(models.Model):
    """A pledge of the right that another office registered (外部质押记载): recorded and shown, never a refusal by itself."""

    SEALED = frozenset()

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="outside_pledge")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="+", verbose_name=_("registration"))
    creditor = models.CharField(_("creditor"), max_length=120)
    place = models.CharField(_("registered at"), max_length=12, choices=Pledge.Place)
    place_number = models.CharField(_("number there"), max_length=80)
    since_on = models.DateField(_("registered there on"))
    source = models.CharField(_("how the office knows"), max_length=200)

    class Meta:
        verbose_name = _("pledge registered elsewhere")
        verbose_name_plural = _("pledges registered elsewhere")

    def __str__(self) -> str:
        return f"{self.creditor} {self.place_number}"

    def snapshot(self) -> dict:
        return columns_of(self)
