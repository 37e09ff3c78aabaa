from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

DROPPED_MONTH = (
    "EXISTS (SELECT 1 FROM accounts_auditmonth m WHERE m.dropped_at IS NOT NULL"
    " AND OLD.number BETWEEN m.first_number AND m.last_number)"
)
"""The security audit loses whole months that two persons dropped, and nothing else."""


class WorkflowConfig(AppConfig):
    name = "apps.workflow"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from apps.accounts.posts import on_left
        from apps.outbox.letters import on_bounced, on_delivered
        from apps.rules.clock import on_day_passed
        from apps.rules.proposals import excuse_with, load_with
        from apps.workflow import assignment, checks, digest, rehearsal, service, tasks, triggers  # noqa: F401 - checks register

        for table in ("outbox_servicerecord", "workflow_dayseed", "workflow_contact", "workflow_handover"):
            triggers.freeze(table)
        triggers.freeze("accounts_auditentry", unless_deleted_under=DROPPED_MONTH)
        post_migrate.connect(triggers.install, sender=self)
        on_delivered(service.serve)
        on_bounced(service.bounced)
        on_day_passed(tasks.pass_day)
        load_with(rehearsal.load_year)
        excuse_with(rehearsal.excuse)
        on_left(assignment.free)
