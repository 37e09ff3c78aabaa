from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "apps.workflow"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from apps.outbox.letters import on_bounced, on_delivered
        from apps.rules.clock import on_day_passed
        from apps.workflow import checks, service, tasks, triggers  # noqa: F401 - checks register themselves

        triggers.freeze("outbox_servicerecord")
        post_migrate.connect(triggers.install, sender=self)
        on_delivered(service.serve)
        on_bounced(service.bounced)
        on_day_passed(tasks.pass_day)
