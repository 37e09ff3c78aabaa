from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import clean_code, one_line
from apps.accounts.vault import SealedTextField


class District(models.Model):
    """A county-level district or functional zone (县区与功能区). Zones have no GB/T 2260 code: theirs are our own."""

    code = models.CharField(_("code"), max_length=6, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60)
    rank = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["rank", "code"]

    def __str__(self):
        return self.name_en if get_language() == "en" else self.name_zh


class Role(models.TextChoices):
    """The post a person holds (岗位); people of enterprises hold none. One field: nobody holds two."""

    CLERK = "clerk", _("Clerk")
    CHIEF = "chief", _("Section chief")
    DEPUTY = "deputy", _("Deputy director")
    DISTRICT_CLERK = "district_clerk", _("District clerk")
    DISTRICT_REVIEWER = "district_reviewer", _("District reviewer")
    SECRETARIAT = "secretariat", _("Alliance secretariat")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    AUDIT_ADMIN = "audit_admin", _("Audit administrator")


DISTRICT_ROLES = frozenset({Role.DISTRICT_CLERK, Role.DISTRICT_REVIEWER})
ADMINISTRATOR_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
OFFICIAL_ROLES = frozenset(Role) - ADMINISTRATOR_ROLES


class UserManager(BaseUserManager):
    def create_user(self, username: str, password: str | None = None, **fields) -> "User":
        """A saved, active user; without a password nobody can sign in by one."""
        user = self.model(username=clean_code(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in (用户): an official, an administrator or somebody of an enterprise. No superuser exists."""

    class Language(models.TextChoices):
        CHINESE = "zh-hans", _("Simplified Chinese")
        ENGLISH = "en", _("English")

    username = models.CharField(_("user name"), max_length=60, unique=True, validators=[one_line])
    full_name = models.CharField(_("full name"), max_length=60, validators=[one_line])
    email = models.EmailField(_("e-mail"), blank=True)
    phone = SealedTextField(_("phone"), max_length=32, blank=True, default="")
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.CHINESE)
    role = models.CharField(_("post"), max_length=20, choices=Role, blank=True, default="")
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="officials", verbose_name=_("district")
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    password_changed_at = models.DateTimeField(_("password set at"), null=True, blank=True, editable=False)
    password_is_temporary = models.BooleanField(_("password set by somebody else"), default=False, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        indexes = [models.Index(fields=["role"], name="user_role")]  # officials are few among the people
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_name_whatever_the_case",
                violation_error_message=_("This user name is taken."),
            ),
            models.CheckConstraint(name="user_role_known", condition=models.Q(role__in=["", *Role.values])),
            models.CheckConstraint(
                name="user_district_with_district_role",
                condition=models.Q(role__in=sorted(DISTRICT_ROLES), district__isnull=False)
                | ~models.Q(role__in=sorted(DISTRICT_ROLES)) & models.Q(district__isnull=True),
                violation_error_message=_("A district belongs to a district's official, and to nobody else."),
            ),
        ]

    def __str__(self):
        return self.full_name or self.username

    def set_password(self, raw_password):
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    @property
    def is_official(self) -> bool:
        return self.role in OFFICIAL_ROLES

    @property
    def is_administrator(self) -> bool:
        return self.role in ADMINISTRATOR_ROLES

    @property
    def is_staff(self) -> bool:
        """May open the admin site; what is seen there is for each RoleAdmin to say."""
        return self.is_active and bool(self.role)

    def has_perm(self, perm, obj=None) -> bool:
        """No permission is granted by name: RoleAdmin asks the role, so a ModelAdmin not made from it shows nothing."""
        return False

    def has_module_perms(self, app_label) -> bool:
        return False


from apps.accounts.door_models import AuditEntry, AuditMonth, OldPassword, Session, Try  # noqa: E402 (they name User)

__all__ = ["AuditEntry", "AuditMonth", "District", "OldPassword", "Role", "Session", "Try", "User"]
