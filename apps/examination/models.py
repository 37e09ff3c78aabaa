"""What an examiner leaves beside a case: findings, notes for colleagues, and that somebody has it open just now."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.workflow.models import Case

USER = settings.AUTH_USER_MODEL


class Finding(models.Model):
    """What was found on one criterion of a case's checklist (审查要点). Append-only: the latest row counts.

    ``version`` is the case's when it was found. A row that ``dissents`` from another is the word of whoever decides;
    it stands beside the examiner's finding and never replaces it.
    """

    class Outcome(models.TextChoices):
        MET = "met", _("Met")
        NOT_MET = "not_met", _("Not met")
        NOT_APPLICABLE = "na", _("Does not apply")
        TO_ASK = "ask", _("To be asked")

    case = models.ForeignKey(Case, models.PROTECT, related_name="findings", verbose_name=_("case"))
    criterion = models.CharField(_("criterion"), max_length=48)
    version = models.PositiveIntegerField(_("version of the case"))
    outcome = models.CharField(_("finding"), max_length=8, choices=Outcome)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    dissents = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="dissent", verbose_name=_("dissents from")
    )
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("found by"))
    by_name = models.CharField(_("name"), max_length=80)
    at = models.DateTimeField(_("found on"), default=timezone.now)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["met", "not_met", "na", "ask"]), name="finding_outcome_known"
            ),
            models.CheckConstraint(condition=~Q(criterion=""), name="finding_has_criterion"),
        ]
        indexes = [models.Index(fields=["case", "criterion", "id"], name="finding_latest")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.criterion}: {self.outcome}"

    @property
    def is_wanting(self) -> bool:
        """Belongs into a correction notice."""
        return self.outcome in (self.Outcome.NOT_MET, self.Outcome.TO_ASK)


class Note(models.Model):
    """An internal note on a case (内部备注): for its officials only, in no letter, append-only."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes", verbose_name=_("case"))
    text = models.TextField(_("note"), max_length=2000)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("written by"))
    by_name = models.CharField(_("name"), max_length=80)
    at = models.DateTimeField(_("written on"), default=timezone.now)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="note_not_empty")]
        indexes = [models.Index(fields=["case", "id"], name="note_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.text[:40]}"


class Visit(models.Model):
    """That a person has a case open: no lock, only a sign, which means nothing once it is not renewed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    user = models.ForeignKey(USER, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("open case page")
        verbose_name_plural = _("open case pages")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="visit_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.case_id}"


class Sketch(models.Model):
    """One band of a case's sketch by name or by field table: equal bands make two cases worth comparing."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    about = models.CharField(max_length=8)
    band = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()

    class Meta:
        verbose_name = _("sketch")
        verbose_name_plural = _("sketches")
        constraints = [
            models.UniqueConstraint(fields=["case", "about", "band"], name="sketch_once"),
            models.CheckConstraint(condition=Q(about__in=["name", "fields"]), name="sketch_about_known"),
        ]
        indexes = [models.Index(fields=["about", "band", "value", "case"], name="sketch_found")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.about} {self.band}"
