"""What a password must be (GB/T 22239-2019, identification and authentication). Each validator says one sentence."""

import re

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import OldPassword

CLASSES = ("[a-z]", "[A-Z]", "[0-9]", r"[^a-zA-Z0-9]")
ROWS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "abcdefghijklmnopqrstuvwxyz", "!@#$%^&*()_+")
RUN = 4
KEPT = 5


class LengthValidator:
    """At least 8 characters, 10 for officials and administrators."""

    def validate(self, password, user=None):
        least = self.least(user)
        if len(password) < least:
            said = ngettext(
                "A password has at least %(least)d character.", "A password has at least %(least)d characters.", least
            )
            raise ValidationError(said % {"least": least}, code="password_too_short")

    def least(self, user) -> int:
        return 10 if user is None or user.role else 8

    def get_help_text(self):
        return _("At least 8 characters; 10 for officials and administrators.")


class ClassesValidator:
    """Three of: small letters, capitals, digits, other signs."""

    def validate(self, password, user=None):
        if sum(bool(re.search(each, password)) for each in CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self):
        return _("Use three of these: small letters, capitals, digits, other signs.")


class OwnDataValidator:
    """Neither the user name nor the phone number stands in it."""

    def validate(self, password, user=None):
        typed = password.casefold()
        digits = re.sub(r"\D", "", getattr(user, "phone", "") or "")
        own = [word.casefold() for word in (getattr(user, "username", ""), digits, digits[-8:]) if len(word) >= 3]
        if any(word in typed for word in own):
            raise ValidationError(self.get_help_text(), code="password_own_data")

    def get_help_text(self):
        return _("Neither your user name nor your phone number may stand in the password.")


class RunsValidator:
    """No four neighbours of the keyboard, the alphabet or the digits in a row, and no sign four times."""

    def validate(self, password, user=None):
        if has_run(password):
            raise ValidationError(self.get_help_text(), code="password_run")

    def get_help_text(self):
        return _("No runs such as 1234, qwer or aaaa.")


def has_run(password: str) -> bool:
    typed = password.casefold()
    pieces = {typed[start : start + RUN] for start in range(len(typed) - RUN + 1)}
    rows = [*ROWS, *(row[::-1] for row in ROWS)]
    return any(len(set(piece)) == 1 or any(piece in row for row in rows) for piece in pieces)


class ReuseValidator:
    """Not one of the last five. Django calls `password_changed` once the new one is kept."""

    def validate(self, password, user=None):
        if user is None or user.pk is None:
            return
        old = OldPassword.objects.filter(user=user).order_by("-pk").values_list("encoded", flat=True)[:KEPT]
        if any(check_password(password, encoded) for encoded in [user.password, *old]):
            raise ValidationError(self.get_help_text(), code="password_reused")

    def password_changed(self, password, user=None):
        OldPassword.objects.create(user=user, encoded=user.password)
        kept = OldPassword.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)[:KEPT]
        OldPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()

    def get_help_text(self):
        return _("Not one of your last five passwords.")
