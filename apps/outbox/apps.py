from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "apps.outbox"
    verbose_name = _("Letters")

    def ready(self):
        from apps.outbox.checks import check_texts
        from apps.outbox.installing import list_texts

        register(check_texts)
        post_migrate.connect(list_texts, sender=self)
