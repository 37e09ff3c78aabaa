"""Printed papers of a case: one row a paper, one a printing of it in a language."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.outbox.models import LANGUAGES, Letter
from apps.workflow.models import Case, Event


class Paper(models.Model):
    """An official paper about one event (文书): its own number at once, the bureau's 文号 when an official types it.

    A paper whose event was struck by a rectification is void and stays listed. ``served_at`` is when the paper itself
    reached its addressee; from then on a typed 文号 stands for good, and one that is missing may be typed once.
    """

    class How(models.TextChoices):
        PORTAL = "portal", _("opened in the portal")
        HAND = "hand", _("handed over")
        POST = "post", _("posted")

    case = models.ForeignKey(Case, models.PROTECT, related_name="papers", verbose_name=_("case"))
    event = models.ForeignKey(Event, models.PROTECT, related_name="papers", verbose_name=_("event"))
    kind = models.CharField(_("kind of paper"), max_length=24)
    number = models.CharField(_("number"), max_length=40, unique=True)
    document_number = models.CharField(_("document number (文号)"), max_length=60, unique=True, null=True)  # noqa: DJ001
    numbered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("typed by")
    )
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+", verbose_name=_("letter"))
    made_at = models.DateTimeField(_("made"))
    served_at = models.DateTimeField(_("served on"), null=True)
    served_how = models.CharField(_("served how"), max_length=8, choices=How, blank=True)
    served_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("printed paper")
        verbose_name_plural = _("printed papers")
        constraints = [
            models.UniqueConstraint(fields=["event", "kind"], name="paper_once_an_event"),
            models.CheckConstraint(condition=~Q(document_number=""), name="paper_document_number_or_none"),
            models.CheckConstraint(
                condition=Q(served_at__isnull=True, served_how="")
                | (Q(served_at__isnull=False) & Q(served_how__in=["portal", "hand", "post"])),
                name="paper_served_whole",
            ),
        ]
        indexes = [models.Index(fields=["-made_at", "-id"], name="paper_newest")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_fixed(self) -> bool:
        """Whether the 文号 can no longer be changed."""
        return self.served_at is not None and self.document_number is not None


class Printing(models.Model):
    """The unsigned PDF of a paper in one language: the digest of its bytes, which are kept by it."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="printings", verbose_name=_("printed paper"))
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES)
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("printing")
        verbose_name_plural = _("printings")
        constraints = [models.UniqueConstraint(fields=["paper", "language"], name="printing_once_a_language")]

    def __str__(self) -> str:
        return f"{self.paper} {self.language}"
