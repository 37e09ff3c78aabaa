from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "apps.notices"
    verbose_name = _("Public notices")

    def ready(self) -> None:
        from apps.notices.forgetting import SORTS, forget_alerts, forget_unconfirmed
        from apps.notices.papers import BULLETIN, FORWARDING
        from apps.notices.publishing import follow_clock
        from apps.papers.kinds import add
        from apps.privacy import retention
        from apps.rules.clock import on_day_passed
        from apps.workflow import triggers
        from apps.workflow.rehearsal import on_redated

        triggers.freeze("notices_tip")
        on_redated(follow_clock)
        on_day_passed(forget_unconfirmed)
        on_day_passed(forget_alerts)
        retention.add(*SORTS)
        add(BULLETIN)
        add(FORWARDING)
