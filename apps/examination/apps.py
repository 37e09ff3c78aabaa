from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExaminationConfig(AppConfig):
    name = "apps.examination"
    verbose_name = _("Examination")

    def ready(self):
        from apps.workflow.triggers import freeze

        freeze("examination_finding")
        freeze("examination_note")
