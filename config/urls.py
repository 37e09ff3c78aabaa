from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("apps.pages.urls")),
    path("", include("apps.public.urls")),
    path("portal/", include("apps.portal.urls")),
    path("desk/", include("apps.desk.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("apps.accounts.urls")),
    path("health/", include("apps.health.urls")),
    path("demo/", include("apps.demo.urls")),
]
