from django import forms
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.accounts.text import turns_nothing

# Django's text field refuses U+0000 wherever it stands; ours refuses as well what turns the direction of writing.
# Said here, before any form is made, so that no form can forget it.
forms.CharField.default_validators = [turns_nothing]


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = _("Accounts")

    def ready(self):
        from apps.accounts import checks, listening  # noqa: F401 - checks register themselves

        listening.connect()
