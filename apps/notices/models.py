"""Public notice of a case, whatever its kind, and objections to it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.text import one_line
from apps.accounts.vault import SealedTextField
from apps.workflow.models import Case


class Notice(models.Model):
    """One publication of a case (公示): what was shown, from when, by whom drafted and by whom cleared of secrets.

    One withdrawn for an error stays findable; the case is then published anew, with a full new period.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    bulletin = models.CharField(_("bulletin number"), max_length=40, unique=True, null=True)  # noqa: DJ001 - when given
    face = models.JSONField(_("what is shown"), default=list)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("drafted by"), null=True)
    drafted_at = models.DateTimeField()
    cleared_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("cleared of secrets by")
    )
    published_at = models.DateTimeField(_("published"), null=True)
    ends_on = models.DateField(_("last day"), null=True)
    ends_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_for = models.CharField(_("withdrawn because"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(withdrawn_at__isnull=True), name="notice_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, bulletin__isnull=True)
                | Q(published_at__isnull=False, bulletin__isnull=False, ends_on__isnull=False, ends_at__isnull=False),
                name="notice_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(cleared_by__isnull=True)
                | Q(drafted_by__isnull=True)
                | ~Q(cleared_by=models.F("drafted_by")),
                name="notice_cleared_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="notice_newest", condition=Q(published_at__isnull=False)),
            models.Index(
                fields=["ends_at", "id"], name="notice_running",
                condition=Q(published_at__isnull=False, withdrawn_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.bulletin or _('draft')} {self.case.title}"

    def runs_at(self, moment) -> bool:
        """Whether somebody may object at this moment."""
        return (
            self.published_at is not None and self.withdrawn_at is None and self.published_at <= moment < self.ends_at
        )


class Objection(models.Model):
    """A named person's objection to a published case (异议). Its case hangs on the published one as its root."""

    SEALED = frozenset({"identity", "phone", "email"})

    class Ground(models.TextChoices):
        OWNERSHIP = "ownership", _("Dispute over who holds the data")
        PRIOR = "prior", _("Prior right")
        SOURCE = "source", _("Unlawful source")
        PRIVACY = "privacy", _("Leak of personal information or trade secrets")
        DUPLICATE = "duplicate", _("Registered already")
        OTHER = "other", _("Other")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="objection")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections", verbose_name=_("notice"))
    name = models.CharField(_("name of the objector"), max_length=120, validators=[one_line])
    identity = SealedTextField(_("social credit code or identity number"), max_length=40)
    phone = SealedTextField(_("phone"), max_length=32, blank=True, default="")
    email = models.EmailField(_("e-mail"))
    ground = models.CharField(_("ground"), max_length=12, choices=Ground)
    right_hurt = models.CharField(_("which right is hurt"), max_length=300, validators=[one_line])
    statement = models.TextField(_("facts and reasons"), max_length=4000)
    reply = models.TextField(_("the applicant's reply"), blank=True, max_length=4000)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="objection_is_named")]

    def __str__(self) -> str:
        return f"{self.case.number} {self.name}"

    def snapshot(self) -> dict:
        names = ("name", "identity", "phone", "email", "ground", "right_hurt", "statement", "reply")
        return {name: getattr(self, name) for name in names}
