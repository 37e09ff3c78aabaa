from django.contrib import admin

from apps.certificates.models import Registration
from apps.workflow.admin import KindAdmin


@admin.register(Registration)
class RegistrationAdmin(KindAdmin):
    pass
