from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiligenceConfig(AppConfig):
    name = "apps.diligence"
    verbose_name = _("Due diligence")

    def ready(self) -> None:
        from apps.diligence import tasks
        from apps.health import parts
        from apps.rules.clock import on_day_passed
        from apps.workflow import triggers

        for table in ("diligence_viewing", "diligence_change", "diligence_dayreport"):
            triggers.freeze(table)
        parts.add(tasks.watches)
        on_day_passed(tasks.pass_day)
