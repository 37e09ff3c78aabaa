from django.contrib import admin

from apps.verifications.models import Verification
from apps.workflow.admin import KindAdmin


@admin.register(Verification)
class VerificationAdmin(KindAdmin):
    pass
