"""Who is there and who is not: absences with a substitute, the day's seed for lots, saved filters, calls, handover notes.

Imported by ``models``; nothing here knows a case's fields.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import no_nul, one_line
from apps.enterprises.models import Organisation

USER = settings.AUTH_USER_MODEL


class Absence(models.Model):
    """An official's absence (请假、外出), both days included, and the colleague who acts for him meanwhile (代理).

    A row is never changed but for its end: ``ended_at`` stops the substitution before its last day.
    """

    class Reason(models.TextChoices):
        LEAVE = "leave", _("leave")
        ILLNESS = "illness", _("illness")
        TRAVEL = "travel", _("official travel")
        TRAINING = "training", _("training")
        OTHER = "other", _("other")

    user = models.ForeignKey(USER, models.PROTECT, related_name="absences", verbose_name=_("who is away"))
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    substitute = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="substitutions", verbose_name=_("substitute")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, default=Reason.LEAVE)
    entered_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered at"))
    ended_at = models.DateTimeField(_("ended early at"), null=True, blank=True)
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | ~Q(substitute=F("user")), name="absence_substitute_is_another"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="absence_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["leave", "illness", "travel", "training", "other"]), name="absence_reason_known"
            ),
            models.UniqueConstraint(
                fields=["user", "first_day"], condition=Q(ended_at__isnull=True), name="absence_begins_once_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "last_day"], name="absence_user", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["substitute", "last_day"], name="absence_substitute"),
        ]

    def __str__(self):
        return f"{self.user} {self.first_day}–{self.last_day}"


class DaySeed(models.Model):
    """The seed of a legal day's lots (当日种子), made before the day's first lot from the last event of earlier days.

    ``value`` is ``lots.seed_of(day, previous, event_hash)``; the row never changes, so any lot can be drawn again.
    """

    day = models.DateField(_("day"), unique=True)
    previous = models.CharField(_("seed before it"), max_length=64, blank=True)
    event_pk = models.BigIntegerField(_("event"), null=True)
    event_hash = models.CharField(_("hash of the event"), max_length=64, blank=True)
    value = models.CharField(_("seed"), max_length=64)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("seed of a day")
        verbose_name_plural = _("seeds of days")
        constraints = [models.CheckConstraint(condition=~Q(value=""), name="seed_has_value")]

    def __str__(self):
        return f"{self.day} {self.value}"


class SavedFilter(models.Model):
    """A view of the queue that a person keeps under a name (常用筛选): the query string of its address."""

    user = models.ForeignKey(USER, models.PROTECT, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=40, validators=[one_line])
    query = models.CharField(_("filters"), max_length=500)
    rank = models.PositiveSmallIntegerField(default=0)
    is_start = models.BooleanField(_("open the queue with it"), default=False)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_filter_name_once"),
            models.UniqueConstraint(fields=["user"], condition=Q(is_start=True), name="saved_filter_one_start"),
        ]

    def __str__(self):
        return self.name


class Contact(models.Model):
    """A call, visit or message between the office and an enterprise (联系记录). Append-only."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("telephone")
        VISIT = "visit", _("visit")
        EMAIL = "email", _("e-mail")
        MESSAGE = "message", _("message")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contacts")
    case = models.ForeignKey("workflow.Case", models.PROTECT, null=True, related_name="contacts")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("who called"))
    at = models.DateTimeField(_("when"))
    channel = models.CharField(_("how"), max_length=8, choices=Channel, default=Channel.PHONE)
    note = models.CharField(_("what was said"), max_length=200, validators=[one_line])
    next_step = models.CharField(_("next step"), max_length=100, blank=True, validators=[one_line])
    next_on = models.DateField(_("call again on"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [models.Index(fields=["organisation", "-at", "-id"], name="contact_of_organisation")]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=["phone", "visit", "email", "message"]), name="contact_channel_known"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="contact_says_something"),
        ]

    def __str__(self):
        return f"{self.organisation_id} {self.at:%Y-%m-%d}"


class Handover(models.Model):
    """What a successor must know of an enterprise (交接备注): each saving is a new version; none is ever changed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="handovers")
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("handover note"), max_length=4000, validators=[no_nul])
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("handover note")
        verbose_name_plural = _("handover notes")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version"], name="handover_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="handover_version_from_one"),
        ]

    def __str__(self):
        return f"{self.organisation_id} {self.version}"
