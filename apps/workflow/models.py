"""What every procedure is made of: a case, its events, clocks, parties, documents, and the draft before it."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import District
from apps.enterprises.models import Organisation
from apps.rules.models import RuleParameter
from apps.workflow.querysets import CaseQuerySet, EventQuerySet
from apps.workflow.staffing import Absence, Contact, DaySeed, Handover, SavedFilter  # noqa: F401 - tables of this app
from apps.workflow.states import Kind, State, kind

USER = settings.AUTH_USER_MODEL


class Case(models.Model):
    """One procedure about one matter (案件). Its kind's own table holds the fields; status lives here alone.

    Only ``machine`` writes ``status`` and what follows it. ``next_due_at`` is the moment at which the clock itself
    will move the case to ``due_status``; lists read the state at a time from these two (``Case.objects.at``), so
    that a late sweep changes no page. ``due_on`` is the nearest date of any clock, for people to sort by.
    """

    kind = models.CharField(_("kind"), max_length=32)
    number = models.CharField(_("number"), max_length=40, unique=True, null=True)  # noqa: DJ001 - unique when given
    title = models.CharField(_("title"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("organisation")
    )
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )
    root = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="branches")
    track = models.CharField(_("track"), max_length=12, blank=True)
    status = models.CharField(_("status"), max_length=32)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    assigned_to = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="assigned_cases", verbose_name=_("assigned to")
    )
    rules_on = models.DateField()
    filed_at = models.DateTimeField(_("filed"))
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    due_status = models.CharField(max_length=32, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    due_clock = models.CharField(max_length=32, blank=True)
    due_provisional = models.BooleanField(default=False)
    event_count = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(condition=~Q(status=""), name="case_has_status"),
            models.CheckConstraint(
                condition=Q(next_due_at__isnull=True, due_status="")
                | (Q(next_due_at__isnull=False) & ~Q(due_status="")),
                name="case_due_has_status",
            ),
        ]
        indexes = [
            models.Index(fields=["-filed_at", "-id"], name="case_filed"),
            models.Index(fields=["kind", "status", "-filed_at", "-id"], name="case_kind_status"),
            models.Index(fields=["kind", "-filed_at", "-id"], name="case_kind_filed"),
            models.Index(fields=["closed_at", "id"], name="case_closed", condition=Q(closed_at__isnull=False)),
            models.Index(fields=["organisation", "-filed_at", "-id"], name="case_organisation"),
            models.Index(fields=["district", "-filed_at", "-id"], name="case_district"),
            models.Index(fields=["root"], name="case_root"),
            models.Index(fields=["next_due_at"], name="case_next_due", condition=Q(next_due_at__isnull=False)),
            models.Index(  # holds all that says for whom a case waits, so that what is to do is counted in it alone
                fields=["due_on", "filed_at", "id", "kind", "status", "track", "assigned_to", "closed_at"],
                name="case_due_on",
            ),
            models.Index(
                fields=["assigned_to", "due_on", "filed_at", "id"],
                name="case_assigned",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["district", "due_on", "filed_at", "id", "kind", "status", "track", "assigned_to"],
                name="case_district_due",
                condition=Q(closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.pk} {self.title}"

    @property
    def kind_(self) -> Kind:
        return kind(self.kind)

    @property
    def state_(self) -> State:
        """The state true now: the stored status, or what the clock has already made of it (see ``at``)."""
        return self.kind_.state(self.status_at())

    @property
    def row(self) -> models.Model:
        """The kind's own row."""
        return getattr(self, self.kind_.model.case.field.related_query_name())

    def status_at(self, moment=None) -> str:
        from apps.rules.clock import legal_now

        if self.next_due_at is not None and self.next_due_at <= (moment or legal_now()):
            return self.due_status
        return self.status


class Basis(models.Model):
    """A further case that a case rests on beside its root, as a deal over many rights does; locked with it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="bases")
    on = models.ForeignKey(Case, models.PROTECT, related_name="resting")

    class Meta:
        verbose_name = _("further basis")
        verbose_name_plural = _("further bases")
        constraints = [models.UniqueConstraint(fields=["case", "on"], name="basis_once")]


class CaseKey(models.Model):
    """The key that seals a case's personal and secret values; destroying it erases them and keeps the chain."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="key")
    wrapped = models.TextField(blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)


class Event(models.Model):
    """One thing that happened to a case (流转记录); written once by the machine, never changed, hash-chained.

    ``effective_at`` is when it became true in law, ``recorded_at`` when it was written down. No actor: the clock.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    move = models.CharField(max_length=48)
    actor = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    acting_for = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    tag = models.CharField(max_length=16, blank=True)
    from_status = models.CharField(max_length=32, blank=True)
    to_status = models.CharField(max_length=32)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    comment = models.TextField(blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    rectifies = models.OneToOneField("self", models.PROTECT, null=True, related_name="rectified_by")
    key = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique when given
    canonical = models.BinaryField()
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="event_seq_once")]
        indexes = [
            models.Index(  # the figures are counted in it alone
                fields=["move", "effective_at", "case", "rectifies", "id"], name="event_move_effective"
            )
        ]

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("An event never changes.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("An event never changes.")


class Clock(models.Model):
    """One running of a time limit (期限): from its start, by its rule, to its due date and outcome."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waits for service")
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        MET = "met", _("met")
        MISSED = "missed", _("missed")
        STOPPED = "stopped", _("stopped")

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    name = models.CharField(max_length=32)
    begins = models.ForeignKey(Event, models.PROTECT, related_name="+")
    rule = models.ForeignKey(RuleParameter, models.PROTECT, null=True, related_name="+")
    unit = models.CharField(max_length=8)
    count = models.PositiveIntegerField(null=True)
    on_expiry = models.CharField(max_length=48, blank=True)
    audience = models.CharField(max_length=10)
    started_on = models.DateField(null=True)
    pauses = models.JSONField(default=list)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    calendar_version = models.PositiveIntegerField(default=0)
    reminders = models.JSONField(default=list)
    next_reminder_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.RUNNING)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "name"], condition=Q(ended_at__isnull=True), name="clock_runs_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", due_at__isnull=True) | (~Q(outcome="waiting") & Q(due_at__isnull=False)),
                name="clock_due_unless_waiting",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "running", "paused"], ended_at__isnull=True)
                | Q(outcome__in=["met", "missed", "stopped"], ended_at__isnull=False),
                name="clock_ends_with_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_reminder_at"], name="clock_next_reminder", condition=Q(next_reminder_at__isnull=False)
            ),
        ]


class Party(models.Model):
    """Who a case concerns, and as what (当事人): the ground of the right to see it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=16)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, person__isnull=False),
                name="party_is_one",
            ),
            models.UniqueConstraint(fields=["organisation", "case", "role"], name="party_organisation_once"),
            models.UniqueConstraint(fields=["person", "case", "role"], name="party_person_once"),
        ]


class Interest(models.Model):
    """An official's declared interest in an organisation (回避): it bars examining and deciding its cases."""

    user = models.ForeignKey(USER, models.PROTECT, related_name="interests")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("declared interest")
        verbose_name_plural = _("declared interests")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(ended_at__isnull=True), name="interest_declared_once"
            )
        ]


class Draft(models.Model):
    """A filing before it is filed (草稿): whatever was typed, saved by itself, required fields empty or not.

    A discarded one is out of sight, and comes back for as long as it is kept.
    """

    kind = models.CharField(max_length=32)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="drafts")
    root = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="draft")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["organisation", "kind", "-updated_at"], name="draft_found_again")]


class Document(models.Model):
    """A file of a case (材料), kept by its content's hash outside the web root, at the form item it proves."""

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="documents")
    draft = models.ForeignKey(Draft, models.PROTECT, null=True, related_name="documents")
    path = models.CharField(max_length=80)
    name = models.CharField(max_length=255)
    mime = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    secret = models.BooleanField(default=True)
    uploaded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=0), name="document_size_not_negative"),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(draft__isnull=False), name="document_belongs_somewhere"
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="document_sha256")]


class Series(models.Model):
    """The office's own running numbers (编号序列): one row a series and year, locked while a number is given."""

    name = models.CharField(max_length=32)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [models.UniqueConstraint(fields=["name", "year"], name="series_once_a_year")]
