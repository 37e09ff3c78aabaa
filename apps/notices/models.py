"""Public notice of a case, whatever its kind, and objections to it."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.text import one_line
from apps.accounts.vault import SealedTextField
from apps.workflow.models import Case, Draft


class Bulletin(models.Model):
    """One numbered issue of the bulletin (公告). Notices published on its day may stand in it together.

    ``own`` tells the office's series from the numbers of notices that the province published.
    """

    number = models.CharField(_("bulletin number"), max_length=40, primary_key=True)
    issued_on = models.DateField(_("issued on"))
    own = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        indexes = [models.Index(fields=["-issued_on", "-number"], name="bulletin_newest", condition=Q(own=True))]

    def __str__(self) -> str:
        return self.number


OPEN = datetime(9999, 12, 31, tzinfo=UTC)
END = models.Case(models.When(held_at__isnull=True, then="ends_at"), default=models.Value(OPEN))
"""When the period of a notice ends as it stands now: while it is held its end is open."""


class Notice(models.Model):
    """One publication of a case (公示): what was shown, from when, by whom drafted and by whom cleared of secrets.

    One withdrawn for an error stays findable; the case is then published anew, with a full new period, and the new
    notice ``replaces`` it. While a dispute is before a court the period is held: from ``held_at`` its end is open.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    bulletin = models.ForeignKey(
        Bulletin, models.PROTECT, null=True, related_name="notices", verbose_name=_("bulletin"), db_column="bulletin"
    )
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    industry = models.CharField(_("industry"), max_length=2, blank=True)
    marine_category = models.CharField(_("marine category"), max_length=24, blank=True)
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
    held_at = models.DateTimeField(_("held since"), null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(withdrawn_at__isnull=True), name="notice_one_standing"
            ),
            models.UniqueConstraint(fields=["case", "bulletin"], name="notice_once_in_a_bulletin"),
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
            models.Index(END, "id", name="notice_running"),  # of all: of a part PostgreSQL would not know how many run
            models.Index(fields=["marine_category", "-published_at", "-id"], name="notice_marine"),
            models.Index(fields=["industry", "-published_at", "-id"], name="notice_industry"),
            models.Index(fields=["published_at"], name="notice_untold", condition=Q(told_at__isnull=True, published_at__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.bulletin_id or _('draft')} {self.case.title}"

    def runs_at(self, moment) -> bool:
        """Whether somebody may object at this moment."""
        withdrawn = self.withdrawn_at is not None and self.withdrawn_at <= moment
        if self.published_at is None or withdrawn or moment < self.published_at:
            return False
        return self.held_at is not None or moment < self.ends_at


class Objection(models.Model):
    """A named person's objection to a published case (异议). Its case hangs on the published one as its root."""

    SEALED = frozenset({"identity", "phone", "email"})
    PARTY = [("co_applicant", _("a co-applicant of the same data")), ("agent", _("the agent of the applicant"))]

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
    supplement = models.TextField(_("supplement of the objector"), blank=True, max_length=4000)
    reply = models.TextField(_("the applicant's reply"), blank=True, max_length=4000)
    stands_as = models.CharField(_("the objector is also"), max_length=16, blank=True, choices=PARTY)
    carried_to = models.ForeignKey(
        Notice,
        models.PROTECT,
        null=True,
        related_name="carried_objections",
        verbose_name=_("carried to the new notice"),
    )

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="objection_is_named")]

    def __str__(self) -> str:
        return f"{self.case.number} {self.name}"

    def snapshot(self) -> dict:
        names = ("name", "identity", "phone", "email", "ground", "right_hurt", "statement", "supplement", "reply")
        return {name: getattr(self, name) for name in names}


class PrivatePage(models.Model):
    """The address under which an objector without an account reads letters, answers and withdraws (异议人专页)."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="private_page")
    token = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("private page")
        verbose_name_plural = _("private pages")

    def __str__(self) -> str:
        return str(self.case_id)


class Filing(models.Model):
    """An objection that was sent without an account and waits to be confirmed by e-mail.

    Its time is ``sent_at`` (legal) if the link is used before ``confirm_by``; afterwards it counts as never sent.
    What was typed and its files lie in the draft; ``address`` is a blind index of the network address.
    """

    draft = models.OneToOneField(Draft, models.PROTECT, primary_key=True, related_name="objection_filing")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="filings")
    email = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    confirm_by = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("objection to be confirmed")
        verbose_name_plural = _("objections to be confirmed")
        indexes = [
            models.Index(fields=["address", "sent_at"], name="filing_address"),
            models.Index(fields=["email", "sent_at"], name="filing_email"),
            models.Index(fields=["notice", "sent_at"], name="filing_notice"),
        ]

    def __str__(self) -> str:
        return str(self.draft_id)


class Tip(models.Model):
    """Word of a wrong without a name (线索): officials of the case read it; it opens no procedure. Never changed."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="tips")
    case = models.ForeignKey(Case, models.PROTECT, related_name="tips")
    text = models.TextField(_("what you know"), max_length=4000)
    address = models.CharField(max_length=64)
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("tip")
        verbose_name_plural = _("tips")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="tip_says_something")]
        indexes = [models.Index(fields=["case", "-sent_at", "-id"], name="tip_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.sent_at:%Y-%m-%d}"


class Redaction(models.Model):
    """What the public may read of an objection and its decision: made by one official, cleared by another."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="redaction")
    objection = models.TextField(_("objection, redacted"), max_length=4000)
    decision = models.TextField(_("decision, redacted"), max_length=4000, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("redacted by"))
    made_at = models.DateTimeField()
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("cleared by"))
    published_at = models.DateTimeField(_("published"), null=True)

    class Meta:
        verbose_name = _("redacted objection")
        verbose_name_plural = _("redacted objections")
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, cleared_by__isnull=True)
                | Q(published_at__isnull=False, cleared_by__isnull=False),
                name="redaction_published_cleared",
            ),
            models.CheckConstraint(
                condition=Q(cleared_by__isnull=True) | ~Q(cleared_by=models.F("made_by")),
                name="redaction_cleared_by_another",
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class Alert(models.Model):
    """Word by e-mail of new notices that fit a search, or of what becomes of one notice (公示订阅).

    Nothing is sent before the address was confirmed; every letter carries the address that ends it.
    """

    email = models.EmailField(_("e-mail"))
    language = models.CharField(max_length=8)
    query = models.JSONField(default=dict)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="alerts")
    token = models.CharField(max_length=64, unique=True)
    address = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        indexes = [
            models.Index(
                fields=["notice", "id"], name="alert_standing", condition=Q(confirmed_at__isnull=False, ended_at__isnull=True)
            ),
            models.Index(fields=["address", "asked_at"], name="alert_address"),
            models.Index(fields=["email", "asked_at"], name="alert_email"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pk} {self.email}"
