from django.contrib import admin

from apps.listings.models import Listing
from apps.workflow.admin import KindAdmin


@admin.register(Listing)
class ListingAdmin(KindAdmin):
    pass
