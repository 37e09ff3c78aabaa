from django.contrib import admin

from apps.accounts.admin import RoleAdmin
from apps.accounts.models import OFFICIAL_ROLES, Role
from apps.insurance.forms import ProductForm
from apps.insurance.models import LossClaim, Policy, Product
from apps.workflow.admin import KindAdmin


@admin.register(Policy)
class PolicyAdmin(KindAdmin):
    pass


@admin.register(LossClaim)
class LossClaimAdmin(KindAdmin):
    pass


@admin.register(Product)
class ProductAdmin(RoleAdmin):
    """Insurers keep their own products in the portal; the system administrator may mend them."""

    form = ProductForm
    fields = ("insurer", "name", "line", "terms", "items", "active_from", "active_until")
    viewers = OFFICIAL_ROLES | {Role.SYSTEM_ADMIN}
    editors = frozenset({Role.SYSTEM_ADMIN})
    list_display = ("name", "insurer", "line", "active_from", "active_until")
    list_select_related = ("insurer",)
    list_filter = ("line",)
    search_fields = ("name", "insurer__name")
