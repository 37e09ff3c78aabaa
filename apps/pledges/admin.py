from django.contrib import admin

from apps.pledges.models import Financing, IntentNotice, OutsidePledge, Pledge
from apps.workflow.admin import KindAdmin


@admin.register(Pledge, IntentNotice, Financing, OutsidePledge)
class PledgeAdmin(KindAdmin):
    pass
