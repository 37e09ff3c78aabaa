from django.contrib import admin

from apps.verifications.models import Power, Verification
from apps.workflow.admin import KindAdmin


@admin.register(Verification)
class VerificationAdmin(KindAdmin):
    pass


@admin.register(Power)
class PowerAdmin(KindAdmin):
    pass
