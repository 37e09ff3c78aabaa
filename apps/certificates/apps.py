from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "apps.certificates"
    verbose_name = _("Register")

    def ready(self):
        from apps.certificates import tasks
        from apps.certificates.contracts import Endings
        from apps.rules.clock import on_day_passed
        from apps.workflow import agenda
        from apps.workflow.triggers import freeze

        freeze("certificates_version")
        agenda.add_source(Endings())
        on_day_passed(tasks.pass_day)
