from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "apps.notices"
    verbose_name = _("Public notices")

    def ready(self) -> None:
        from apps.notices.workflow import follow_clock
        from apps.workflow.rehearsal import on_redated

        on_redated(follow_clock)
