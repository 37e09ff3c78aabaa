"""Code lists that stand on the face of the register; the application form uses the same ones."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UpdateFrequency(models.TextChoices):
    """更新频次."""

    STATIC = "static", _("Static")
    REALTIME = "realtime", _("Real time")
    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")
    MONTHLY = "monthly", _("Monthly")
    QUARTERLY = "quarterly", _("Quarterly")
    YEARLY = "yearly", _("Yearly")
    IRREGULAR = "irregular", _("Irregular")


class SourceKind(models.TextChoices):
    """数据来源."""

    PERSONAL = "personal", _("Personal data")
    ENTERPRISE = "enterprise", _("Enterprise data")
    PUBLIC = "public", _("Public data")


def label_of(choices: type[models.TextChoices], code: str) -> str:
    """The label of a code in the reader's language; a code the list does not know (a mirrored one) as it stands."""
    return str(choices(code).label) if code in choices.values else code
