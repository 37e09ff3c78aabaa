"""What the doors keep: sessions, tries, old passwords, and the security audit with its months."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """A browser that signed in (会话), with whom and from where, so that a person can end the others."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    address = models.CharField(max_length=45, blank=True, default="")
    agent = models.CharField(max_length=200, blank=True, default="")
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    objects = BaseSessionManager()

    class Meta:
        default_permissions = ()

    @classmethod
    def get_session_store_class(cls):
        from apps.accounts.sessions import SessionStore

        return SessionStore


class Try(models.Model):
    """A try at a door (登录尝试): counted before it is answered, so that a burst of tries finds no gap.

    ``who`` is a blind index of the user name: people type passwords into that field.
    """

    class Kind(models.TextChoices):
        PASSWORD = "password"  # noqa: S105 (the name of a kind)
        FACTOR = "factor"
        ENTRY = "entry"

    who = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    kind = models.CharField(max_length=8, choices=Kind)
    good = models.BooleanField(default=False)
    code = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["who", "at"], name="try_by_who"),
            models.Index(fields=["address", "at"], name="try_by_address"),
        ]
        constraints = [
            models.CheckConstraint(name="try_kind_known", condition=Q(kind__in=["password", "factor", "entry"]))
        ]


class OldPassword(models.Model):
    """The hash of a password a person has had (历史口令), so that it is not taken again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="old_passwords")
    encoded = models.CharField(max_length=128)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()


class AuditEntry(models.Model):
    """An act of security (安全审计记录). Never changed; each holds the hash of the one before: see `apps.accounts.chain`."""

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    act = models.CharField(_("act"), max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("actor")
    )
    actor_name = models.CharField(_("actor's name"), max_length=130, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    success = models.BooleanField(_("done"))
    about = models.CharField(_("about"), max_length=200, blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    at = models.DateTimeField(_("at"), db_index=True)
    prev_hash = models.CharField(_("hash before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("security audit entry")
        verbose_name_plural = _("security audit")
        ordering = ["-number"]

    def __str__(self):
        return f"{self.number} {self.act}"


class AuditMonth(models.Model):
    """A month of the audit (审计月份): sealed when it is over, archived by export, dropped by two persons and never in part."""

    month = models.DateField(_("month"), unique=True)
    first_number = models.PositiveBigIntegerField(_("first number"))
    last_number = models.PositiveBigIntegerField(_("last number"))
    count = models.PositiveBigIntegerField(_("entries"))
    head_hash = models.CharField(_("last hash"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"), default=timezone.now)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("archived by")
    )
    archive_sha256 = models.CharField(_("SHA-256 of the archive"), max_length=64, blank=True, default="")
    drop_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("proposed to be dropped by"),
    )  # fmt: skip
    drop_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("confirmed to be dropped by"),
    )  # fmt: skip
    dropped_at = models.DateTimeField(_("dropped at"), null=True, blank=True)

    class Meta:
        verbose_name = _("month of the security audit")
        verbose_name_plural = _("months of the security audit")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                name="audit_month_dropped_by_two",
                condition=Q(drop_confirmed_by__isnull=True)
                | Q(drop_proposed_by__isnull=False) & ~Q(drop_proposed_by=F("drop_confirmed_by")),
            ),
            models.CheckConstraint(
                name="audit_month_archived_before_dropped",
                condition=Q(dropped_at__isnull=True)
                | Q(archived_at__isnull=False, drop_confirmed_by__isnull=False) & ~Q(archive_sha256=""),
            ),
            models.CheckConstraint(
                name="audit_month_whole", condition=Q(last_number=F("first_number") + F("count") - 1)
            ),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m}"
