import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.rules.catalogue import NOT_IN_USE
from apps.rules.steps import quantity

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Unit(models.TextChoices):
    """What a value counts, or what kind of value it is (单位). A count may be a list: reminders at 180, 90, 30 days."""

    WORKDAY = "workday", _("working days")
    DAY = "day", _("calendar days")
    MONTH = "month", _("months")
    YEAR = "year", _("years")
    HOUR = "hour", _("hours")
    MINUTE = "minute", _("minutes")
    TIMES = "times", _("times")
    SWITCH = "switch", _("on or off")
    TEXT = "text", _("text")


def value_problem(unit: str, value) -> "StrOrPromise":
    """Why this value cannot stand under this unit; empty when it can."""
    if unit == Unit.SWITCH:
        return "" if isinstance(value, bool) else _("A switch is true or false.")
    if unit == Unit.TEXT:
        return "" if isinstance(value, str) and value else _("A text is written in quotation marks.")
    counts = value if isinstance(value, list) else [value]
    whole = all(type(count) is int and 0 < count <= 10_000 for count in counts)
    return "" if counts and whole else _("A count is a whole number from 1 to 10,000, or a list of them.")


class RuleParameter(models.Model):
    """A time limit, count or switch of the law or of the office (规则参数), in force over [effective_from, effective_to).

    A row the software brought is in force at once and marked 「待核实」 until an official confirms it; a row a person
    proposed is in force from its confirmation by another person only.
    """

    key = models.SlugField(_("key"), max_length=60)
    value = models.JSONField(_("value"))
    unit = models.CharField(_("unit"), max_length=10, choices=Unit)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    basis_zh = models.CharField(_("legal basis in Chinese"), max_length=300)
    basis_en = models.CharField(_("legal basis in English"), max_length=400)
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force until, not included"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)

    fallback = False  # set by the look-up where no row was in force on the day asked for

    class Meta:
        verbose_name = _("rule parameter")
        verbose_name_plural = _("rule parameters")
        ordering = ["key", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "effective_from"],
                name="rule_one_row_a_day",
                violation_error_message=_("This rule has a row from that day already."),
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(confirmed_by__isnull=False, effective_to__isnull=True),
                name="rule_one_open_confirmed_row",
            ),
            models.CheckConstraint(
                name="rule_ends_after_it_begins",
                condition=Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from")),
                violation_error_message=_("A rule ends after the day it begins."),
            ),
            models.CheckConstraint(
                name="rule_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(proposed_by=F("confirmed_by")),
                violation_error_message=_("Whoever proposed a rule does not confirm it."),
            ),
            models.CheckConstraint(
                name="rule_confirmed_by_and_at",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(name="rule_unit_known", condition=Q(unit__in=Unit.values)),
        ]

    def __str__(self):
        return f"{self.name} ({self.effective_from})"

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh

    @property
    def basis(self) -> str:
        return self.basis_en if get_language() == "en" else self.basis_zh

    @property
    def confirmed(self) -> bool:
        """False: the badge 「待核实」 is due."""
        return self.confirmed_by_id is not None

    @property
    def in_use(self) -> bool:
        """False: the rule is on record, and the portal does not act by it yet."""
        return self.key not in NOT_IN_USE

    @property
    def counts(self) -> tuple[int, ...]:
        """The value as counts: (10,) or (180, 90, 30)."""
        return tuple(self.value) if isinstance(self.value, list) else (self.value,)

    @property
    def value_text(self) -> str:
        """The value with its unit, for people: "10 working days", "180, 90, 30 calendar days", "on"."""
        if self.unit == Unit.SWITCH:
            return str(_("on") if self.value else _("off"))
        if self.unit == Unit.TEXT:
            return self.value
        return quantity(self.counts, self.unit)

    def in_force(self, day) -> bool:
        """Whether the row binds on that day: begun, not ended, and confirmed unless the software brought it."""
        begun = self.effective_from <= day and (self.effective_to is None or day < self.effective_to)
        return begun and self.applicable

    @property
    def applicable(self) -> bool:
        return self.confirmed or self.proposed_by_id is None

    def clean(self):
        problem = value_problem(self.unit, self.value)
        if problem:
            raise ValidationError({"value": problem})
        if self.confirmed and self.effective_from and self.overlapping().exists():
            raise ValidationError(_("A confirmed row of this rule is in force over a part of these days already."))

    def overlapping(self) -> models.QuerySet:
        """Other confirmed rows of the key that share a day with this one."""
        others = RuleParameter.objects.filter(key=self.key, confirmed_by__isnull=False).exclude(pk=self.pk)
        others = others.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=self.effective_from))
        return others.filter(effective_from__lt=self.effective_to) if self.effective_to else others


def belongs(day: date, year: int) -> bool:
    """Whether the notice of the year may arrange the day: of that year, or of the December before."""
    return day.year == year or (day.year == year - 1 and day.month == 12)


class CalendarYear(models.Model):
    """A year of the working calendar (工作日历年度) and the State Council notice that arranged it."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    notice_number = models.CharField(_("notice number"), max_length=60, blank=True)
    published = models.BooleanField(_("arrangement published"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ["-year"]

    def __str__(self):
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from its weekday (放假日、调休上班日): a holiday, or a weekend day worked in exchange."""

    date = models.DateField(_("date"), unique=True)
    is_workday = models.BooleanField(_("working day"))
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    notice = models.ForeignKey(CalendarYear, models.PROTECT, related_name="days", verbose_name=_("arranged with"))

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["-date"]

    def __str__(self):
        return f"{self.date} {self.name_en if get_language() == 'en' else self.name_zh}"

    def clean(self):
        if self.date and self.is_workday and self.date.weekday() < 5:
            raise ValidationError({"is_workday": _("Only a Saturday or a Sunday is worked in exchange.")})
        if self.date and self.notice_id and not belongs(self.date, self.notice.year):
            raise ValidationError({"date": _("This day lies outside the year.")})


class CalendarVersion(models.Model):
    """One change of the working calendar (日历版本): deadlines name the version they were counted with."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changed by")
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        ordering = ["-number"]

    def __str__(self):
        return str(self.number)


class LegalClock(models.Model):
    """The one row by which legal time may run ahead of the wall clock in a demonstration (法定时钟)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    offset_days = models.PositiveIntegerField(_("days ahead"), default=0)
    ever_moved = models.BooleanField(_("ever moved"), default=False)
    moved_at = models.DateTimeField(_("moved at"), null=True, blank=True)
    swept_through = models.DateField(_("swept through"), null=True, blank=True)

    class Meta:
        verbose_name = _("legal clock")
        verbose_name_plural = _("legal clock")
        constraints = [
            models.CheckConstraint(name="legal_clock_is_one_row", condition=Q(id=1)),
            models.CheckConstraint(name="legal_clock_moved_for_good", condition=Q(offset_days=0) | Q(ever_moved=True)),
        ]

    def __str__(self):
        return f"+{self.offset_days}"


class Proposal(models.Model):
    """What one administrator proposes for the calendar; in force once another confirms, and never edited."""

    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | ~Q(proposed_by=F("confirmed_by")),
                violation_error_message=_("Whoever proposed it does not confirm it."),
            ),
            models.CheckConstraint(
                name="%(class)s_confirmed_by_and_at",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
        ]


class CalendarProposal(Proposal):
    """A year's working days as one administrator proposes them (日历年度提案); in force once another confirms."""

    year = models.PositiveSmallIntegerField(_("year"))
    notice_number = models.CharField(_("notice number"), max_length=60)
    days = models.JSONField(_("days"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta(Proposal.Meta):
        verbose_name = _("proposed calendar year")
        verbose_name_plural = _("proposed calendar years")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.year} ({self.notice_number})"


class Outage(Proposal):
    """A day on which papers could not be filed, as the office announced it (系统故障日).

    A party's time limit that ends on it ends on the next working day instead.
    """

    day = models.DateField(
        _("day"), unique=True, error_messages={"unique": _("This day is declared or proposed already.")}
    )
    notice_number = models.CharField(_("announcement number"), max_length=60)
    reason_zh = models.CharField(_("what failed, in Chinese"), max_length=60)
    reason_en = models.CharField(_("what failed, in English"), max_length=80)

    class Meta(Proposal.Meta):
        verbose_name = _("day of system failure")
        verbose_name_plural = _("days of system failure")
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day} ({self.notice_number})"
