"""The procedures after registration (后续程序), a row each: what is asked of a registered right, and what came of it."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.applications.codes import UpdateFrequency
from apps.certificates.models import Certificate, Registration
from apps.enterprises.models import Organisation
from apps.workflow.models import Case
from apps.workflow.snapshots import columns_of


class OnRight(models.Model):
    """What every procedure has: its case, and the right it is about.

    ``lengthens`` says that it gives the right a later end; ``other_form`` that the certificate to come is another office's.
    """

    SEALED = frozenset()
    lengthens = False
    other_form = False

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="%(class)s")
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="%(class)ss", verbose_name=_("registration")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def snapshot(self) -> dict:
        return columns_of(self)


class Dated(OnRight):
    """A procedure that is to be filed within some days of what it reports (the rule's); a late one is taken, and marked."""

    FILED_WITHIN: str

    happened_on = models.DateField(_("day of the change, contract or document"))
    late = models.BooleanField(_("filed late"), default=False)

    class Meta:
        abstract = True


class Renewal(OnRight):
    """Renewal (续展): the right is to last for another term. ``contracts`` are the source contracts that were renewed, as
    rows of name, kind and last day; ``source_ends_on`` is the end of those that cut the term, written when it is granted."""

    lengthens = True

    data_exists = models.BooleanField(_("the data still exist"))
    sources_licensed = models.BooleanField(_("the sources are still licensed"))
    contracts = models.JSONField(
        _("source contracts as they stand now"), default=list, blank=True, encoder=DjangoJSONEncoder
    )
    source_ends_on = models.DateField(_("first end of a source contract"), null=True, blank=True)
    early_because = models.CharField(_("filed before the window because"), max_length=300, blank=True)
    outside_because = models.CharField(_("granted outside the window because"), max_length=300, blank=True)
    renewed_until = models.DateField(_("renewed until"), null=True, blank=True)
    certificate_number = models.CharField(_("number that another office gave it"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("renewal")
        verbose_name_plural = _("renewals")
        constraints = [
            models.CheckConstraint(condition=Q(data_exists=True, sources_licensed=True), name="renewal_states_both"),
            models.CheckConstraint(
                condition=Q(source_ends_on__isnull=True)
                | Q(renewed_until__isnull=True)
                | Q(renewed_until__lte=F("source_ends_on")),
                name="renewal_within_sources",
            ),
        ]


class Change(Dated):
    """Change of the entry (变更). An empty item stays as it is in the register; ``before`` is what stood there.

    ``contracts`` are the source contracts that read differently now, as rows of name, kind and last day.
    """

    FILED_WITHIN = "change_filing_days"
    ITEMS = ("name", "scenario", "structure", "record_count", "volume_bytes", "update_frequency")

    holder_data = models.BooleanField(_("name or address of the holder changed"), default=False)
    name = models.CharField(_("name"), max_length=100, blank=True)
    scenario = models.TextField(_("scenario"), blank=True)
    structure = models.TextField(_("structure"), blank=True)
    record_count = models.BigIntegerField(_("records"), null=True, blank=True)
    volume_bytes = models.BigIntegerField(_("volume in bytes"), null=True, blank=True)
    update_frequency = models.CharField(
        _("update frequency"), max_length=16, choices=UpdateFrequency.choices, blank=True
    )
    contracts = models.JSONField(
        _("source contracts as they stand now"), default=list, blank=True, encoder=DjangoJSONEncoder
    )
    before = models.JSONField(_("before"), default=dict)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            models.CheckConstraint(
                condition=Q(holder_data=True)
                | ~Q(name="")
                | ~Q(scenario="")
                | ~Q(structure="")
                | Q(record_count__isnull=False)
                | Q(volume_bytes__isnull=False)
                | ~Q(update_frequency="")
                | ~Q(contracts=[]),
                name="change_changes_something",
            ),
            models.CheckConstraint(
                condition=(Q(record_count__isnull=True) | Q(record_count__gte=0))
                & (Q(volume_bytes__isnull=True) | Q(volume_bytes__gte=0)),
                name="change_size",
            ),
        ]

    @property
    def changes(self) -> dict:
        """Column to new value, of what is to read differently."""
        return {name: value for name in self.ITEMS if (value := getattr(self, name)) not in ("", None)}


class Transfer(Dated):
    """Transfer (转移): the right gets another holder."""

    FILED_WITHIN = "transfer_filing_days"

    class Ground(models.TextChoices):
        CONTRACT = "contract", _("contract")
        MERGER = "merger", _("merger or division")
        SUCCESSION = "succession", _("succession")
        JUDGMENT = "judgment", _("judgment or award")

    transferor = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("transferor"))
    transferee = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("transferee"))
    ground = models.CharField(_("what it is based on"), max_length=10, choices=Ground)
    paper_number = models.CharField(_("number of the contract or document"), max_length=80)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(condition=~Q(transferor=F("transferee")), name="transfer_of_two_sides"),
        ]


class Licence(Dated):
    """Filing of a licence (许可备案): who may use the right, how, where, how long, for what."""

    FILED_WITHIN = "licence_filing_days"

    class Type(models.TextChoices):
        EXCLUSIVE = "exclusive", _("exclusive: the licensee alone")
        SOLE = "sole", _("sole: the licensee and the holder")
        PLAIN = "plain", _("plain: others too")

    licensor = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("licensor"))
    licensee = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("licensee"))
    type = models.CharField(_("type of the licence"), max_length=10, choices=Type)
    contract_number = models.CharField(_("contract number"), max_length=80)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    area = models.CharField(_("area"), max_length=200)
    fee_fen = models.BigIntegerField(_("fee"), null=True, blank=True)
    fee_terms = models.CharField(_("terms of the fee"), max_length=200, blank=True)
    filing_number = models.CharField(_("filing number"), max_length=40, unique=True, null=True, blank=True)

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="licence_term"),
            models.CheckConstraint(condition=~Q(licensor=F("licensee")), name="licence_of_two_sides"),
            models.CheckConstraint(condition=Q(fee_fen__isnull=True) | Q(fee_fen__gte=0), name="licence_fee"),
        ]


class Cancellation(OnRight):
    """Cancellation (注销): the right is given up, or has lost its holder or its data."""

    class Ground(models.TextChoices):
        GIVEN_UP = "given_up", _("the holder gives it up")
        DISSOLVED = "dissolved", _("the holder has ceased to exist")
        DESTROYED = "destroyed", _("the data were destroyed")
        LAW = "law", _("another ground of law")

    ground = models.CharField(_("what it is based on"), max_length=10, choices=Ground)
    explanation = models.TextField(_("explanation"))

    class Meta:
        verbose_name = _("cancellation")
        verbose_name_plural = _("cancellations")


class Revocation(OnRight):
    """Revocation (撤销): a registration that should not have been made is void from the beginning."""

    class Source(models.TextChoices):
        REPORT = "report", _("a report")
        OFFICE = "office", _("the office's own finding")
        JUDGMENT = "judgment", _("a final judgment")

    class Ground(models.TextChoices):
        FRAUD = "fraud", _("fraud or false material")
        PRIOR_RIGHT = "prior_right", _("it infringes a prior right")
        AGAINST_RULES = "rules", _("registered against the rules")

    source = models.CharField(_("started by"), max_length=10, choices=Source)
    ground = models.CharField(_("what it is based on"), max_length=12, choices=Ground)
    facts_told = models.TextField(_("facts"))
    judgment = models.CharField(_("court and number of the judgment"), max_length=120, blank=True)
    statement = models.TextField(_("statement of the holder"), blank=True)
    announcement = models.TextField(_("words of the announcement"), blank=True)
    announced_on = models.DateField(_("announced on"), null=True, blank=True)

    class Meta:
        verbose_name = _("revocation")
        verbose_name_plural = _("revocations")
        constraints = [
            models.CheckConstraint(condition=~Q(source="judgment", judgment=""), name="revocation_names_judgment"),
            models.CheckConstraint(
                condition=Q(announced_on__isnull=True) | ~Q(announcement=""), name="revocation_announced_in_words"
            ),
        ]


class Reissue(OnRight):
    """Re-issue of the certificate (补发、换发): lost, damaged, or in another form."""

    class Ground(models.TextChoices):
        LOST = "lost", _("the certificate was lost")
        DAMAGED = "damaged", _("the certificate is damaged")
        FORM = "form", _("another form of certificate")

    ground = models.CharField(_("what it is based on"), max_length=8, choices=Ground)
    certificate_form = models.CharField(
        _("form of the new certificate"), max_length=12, choices=Certificate.Form, blank=True
    )
    certificate_number = models.CharField(_("number that another office gave it"), max_length=40, blank=True)
    explanation = models.TextField(_("explanation"), blank=True)

    class Meta:
        verbose_name = _("re-issue")
        verbose_name_plural = _("re-issues")
        constraints = [
            models.CheckConstraint(condition=~Q(ground="form", certificate_form=""), name="reissue_names_form"),
        ]

    @property
    def other_form(self) -> bool:
        return bool(self.certificate_number) or self.certificate_form not in ("", Certificate.Form.LOCAL)


class Freeze(OnRight):
    """Court freeze (司法冻结): until its last day, or a court's paper, the right is not moved."""

    court = models.CharField(_("court"), max_length=120)
    document_number = models.CharField(_("number of the court's document"), max_length=80)
    starts_on = models.DateField(_("frozen from"))
    ends_on = models.DateField(_("frozen until"))
    lifted_by = models.CharField(_("lifted by the court's document"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("court freeze")
        verbose_name_plural = _("court freezes")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="freeze_term"),
        ]
