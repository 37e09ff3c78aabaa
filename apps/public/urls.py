"""What anybody may read and do without signing in."""

from django.urls import path

from apps.public.views import figures, home, notices, register, verify

app_name = "public"
urlpatterns = [
    path("", home.home, name="home"),
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/object/", notices.object_to, name="object"),
    path("notices/<int:pk>/object/filed/", notices.objection_filed, name="objection_filed"),
    path("register/", register.register, name="register"),
    path("register/<path:number>/", register.registration, name="registration"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<slug:token>/", verify.verify_token, name="verify_token"),
    path("verify/<slug:token>/certificate.pdf", verify.certificate_pdf, name="certificate_pdf"),
    path("figures/", figures.figures_page, name="figures"),
    path("figures.json", figures.figures_json, name="figures_json"),
    path("privacy/", home.privacy, name="privacy"),
    path("accessibility/", home.accessibility, name="accessibility"),
]
