from django.contrib import admin

from apps.pledges.models import Pledge
from apps.workflow.admin import KindAdmin


@admin.register(Pledge)
class PledgeAdmin(KindAdmin):
    pass
