"""What a person wants of letters: by which way each topic comes, and the private address of the calendar."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a letter is about, as far as its reader may choose its way. A letter without a topic is always sent."""

    DEADLINES = "deadlines", _("Reminders of deadlines")
    MOVES = "moves", _("Steps of my cases")
    TASKS = "tasks", _("Tasks of the office")
    DIGEST = "digest", _("Daily digest")


class Way(models.TextChoices):
    EMAIL = "email", _("by e-mail, at once")
    DIGEST = "digest", _("in the daily digest")
    PORTAL = "portal", _("in the portal only")


class Preference(models.Model):
    """The way a person chose for a topic, or for the topic in cases of one kind (通知偏好).

    ``kind`` is empty where the choice is for all kinds; one named goes before it. No row: by e-mail at once, and no
    digest. The digest itself is one for all kinds.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="letter_preferences")
    topic = models.CharField(_("topic"), max_length=12, choices=Topic)
    kind = models.CharField(_("kind of case"), max_length=32, blank=True)
    way = models.CharField(_("way"), max_length=8, choices=Way)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.UniqueConstraint(fields=["user", "topic", "kind"], name="preference_once_a_topic_and_kind"),
            models.CheckConstraint(
                name="preference_way_known",
                condition=Q(topic__in=["deadlines", "moves", "tasks"], way__in=["email", "digest", "portal"])
                | Q(topic="digest", kind="", way="email"),
            ),
        ]

    def __str__(self):
        return f"{self.user_id} {self.topic} {self.kind} {self.way}"


class Feed(models.Model):
    """The private address of a person's calendar of deadlines (日历订阅). Only a digest of its secret is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="calendar_feed"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made on"), default=timezone.now)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self):
        return str(self.user_id)
