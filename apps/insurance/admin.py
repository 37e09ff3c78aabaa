from django.contrib import admin

from apps.insurance.models import Policy
from apps.workflow.admin import KindAdmin


@admin.register(Policy)
class PolicyAdmin(KindAdmin):
    pass
