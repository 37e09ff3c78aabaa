"""Letters, the texts they are made from, and the ledger of how each one reached its reader."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.outbox.reader import Feed as Feed
from apps.outbox.reader import Preference as Preference
from apps.outbox.reader import Topic
from apps.outbox.schedule import MAX_ATTEMPTS

LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]


class LetterQuerySet(models.QuerySet):
    def for_user(self, user) -> "LetterQuerySet":
        """The person's inbox, newest first."""
        return self.filter(user=user).order_by("-queued_at", "-pk")

    def unread(self, user) -> "LetterQuerySet":
        """What the person has not opened; counted from a partial index."""
        return self.filter(user=user, read_at=None)

    def about_case(self, case_pk: int) -> "LetterQuerySet":
        return self.filter(case_pk=case_pk).order_by("-queued_at", "-pk")

    def to_post(self) -> "LetterQuerySet":
        """Letters no machine can carry, to an organisation without account and address, and not yet served."""
        return self.filter(user=None, email="", services=None).order_by("queued_at", "pk")

    def came_back(self) -> "LetterQuerySet":
        """Returned undelivered, not served in any other way, and not sent again: somebody has to act."""
        return self.filter(bounced_at__isnull=False, services=None, resendings=None)

    def due(self, now) -> "LetterQuerySet":
        """Waiting to be sent, and nobody is sending them: a claim moves ``next_attempt_at`` to the end of its lease."""
        return self.filter(sent_at=None, next_attempt_at__lte=now, attempts__lt=MAX_ATTEMPTS)

    def abandoned(self, now) -> "LetterQuerySet":
        """Given up, and the office not yet told: the attempts are used up or the address was refused for good."""
        spent = Q(next_attempt_at=None) | Q(attempts__gte=MAX_ATTEMPTS, next_attempt_at__lte=now)
        return self.filter(spent, sent_at=None, bounced_at=None).exclude(email="")


class Letter(models.Model):
    """One message to one reader about one event (通知信件). The row is the letter; e-mail is only one way it travels."""

    text = models.CharField(_("text"), max_length=80)
    topic = models.CharField(_("topic"), max_length=12, choices=Topic, blank=True)
    kind = models.CharField(_("kind of case"), max_length=32, blank=True)
    key = models.CharField(_("key"), max_length=400, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="letters", verbose_name=_("reader")
    )
    organisation = models.ForeignKey(
        "enterprises.Organisation", models.PROTECT, null=True, related_name="letters", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES)
    context = models.JSONField(_("facts"), default=dict)
    case_pk = models.BigIntegerField(_("case"), null=True, db_index=True)
    event_pk = models.BigIntegerField(_("event"), null=True)
    message_id = models.CharField(_("message id"), max_length=200)
    queued_at = models.DateTimeField(_("letter written"), default=timezone.now)
    claimed_at = models.DateTimeField(_("taken up"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, default=timezone.now)
    sent_at = models.DateTimeField(_("sent on"), null=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("body"), blank=True)
    read_at = models.DateTimeField(_("opened"), null=True)
    bounced_at = models.DateTimeField(_("returned undelivered"), null=True)
    error = models.CharField(_("last error"), max_length=500, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.CheckConstraint(
                name="letter_has_a_reader",
                condition=Q(user__isnull=False) | Q(organisation__isnull=False) | ~Q(email=""),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-queued_at", "-id"], name="letter_inbox"),
            models.Index(fields=["user"], name="letter_unread", condition=Q(read_at=None)),
            models.Index(fields=["next_attempt_at", "id"], name="letter_due", condition=Q(sent_at=None)),
            models.Index(fields=["-id"], name="letter_came_back", condition=Q(bounced_at__isnull=False)),
        ]

    def __str__(self):
        return self.subject or self.text

    @property
    def channel(self) -> str:
        """How it is meant to travel: by e-mail; without an address in the inbox only; without an account by post."""
        channel = ServiceRecord.Channel
        if self.email:
            return channel.EMAIL
        return channel.PORTAL if self.user_id else channel.POST

    def shown(self) -> tuple[str, str]:
        """Subject and body for a page: as they were sent, or as they would be now. For a list: ``texts.show``."""
        from apps.outbox.texts import show  # texts reads these models

        show([self])
        return self.subject, self.body


class Resending(models.Model):
    """That a letter was sent again, to another address (另行送达): the new letter, the one it repeats, why, by whom."""

    letter = models.OneToOneField(Letter, models.PROTECT, primary_key=True, related_name="resent_from")
    of = models.ForeignKey(Letter, models.PROTECT, related_name="resendings", verbose_name=_("letter"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent again by"))
    at = models.DateTimeField(_("sent again on"), default=timezone.now)

    class Meta:
        verbose_name = _("letter sent again")
        verbose_name_plural = _("letters sent again")
        constraints = [
            models.CheckConstraint(condition=~Q(letter=models.F("of")), name="resending_is_another_letter"),
        ]

    def __str__(self):
        return f"{self.of_id} → {self.letter_id}"


class LetterText(models.Model):
    """What an administrator made of a built-in text (信件文本); an empty half means: as built in."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    subject_zh = models.CharField(_("subject (Chinese)"), max_length=200, blank=True)
    subject_en = models.CharField(_("subject (English)"), max_length=200, blank=True)
    body_zh = models.TextField(_("body (Chinese)"), blank=True, validators=[MaxLengthValidator(20_000)])
    body_en = models.TextField(_("body (English)"), blank=True, validators=[MaxLengthValidator(20_000)])
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )
    updated_at = models.DateTimeField(_("changed on"), null=True)
    error = models.CharField(_("why the built-in text was sent instead"), max_length=500, blank=True)
    error_at = models.DateTimeField(_("last seen"), null=True)

    class Meta:
        verbose_name = _("letter text")
        verbose_name_plural = _("letter texts")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def edited(self, language: str) -> tuple[str, str]:
        """Subject and body in a language, each empty where nothing was edited."""
        suffix = "en" if language == "en" else "zh"
        return getattr(self, f"subject_{suffix}"), getattr(self, f"body_{suffix}")


class ServiceRecord(models.Model):
    """That a letter reached its reader, and how (送达记录). Append-only: a mistake is mended by another row."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PORTAL = "portal", _("Portal inbox")
        PHONE = "phone", _("Telephone")
        POST = "post", _("By post")

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="services", verbose_name=_("letter"))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    at = models.DateTimeField(_("served on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    by_name = models.CharField(_("name"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(_("recorded on"), default=timezone.now)

    class Meta:
        verbose_name = _("record of service")
        verbose_name_plural = _("records of service")
        constraints = [
            models.CheckConstraint(
                name="service_channel_known", condition=Q(channel__in=["email", "portal", "phone", "post"])
            ),
            models.UniqueConstraint(
                fields=["letter", "channel"], condition=Q(channel__in=["email", "portal"]), name="served_once_a_channel"
            ),
        ]

    def __str__(self):
        return f"{self.letter_id} {self.channel}"


class Announcement(models.Model):
    """A record of service that those who wait for the letter do not know of yet; gone once they do."""

    record = models.OneToOneField(ServiceRecord, models.PROTECT, primary_key=True, related_name="announcement")

    def __str__(self):
        return str(self.record_id)
