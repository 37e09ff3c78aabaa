"""What anybody may read and do without signing in."""

from django.urls import path

from apps.public.views import alerts, figures, home, joining, notices, objecting, register, verify

app_name = "public"
urlpatterns = [
    path("", home.home, name="home"),
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/object/", objecting.object_to, name="object"),
    path("notices/<int:pk>/object/filed/", objecting.objection_filed, name="objection_filed"),
    path("notices/<int:pk>/tip/", objecting.tip, name="tip"),
    path("bulletins/", notices.bulletin_list, name="bulletin_list"),
    path("bulletins/<path:number>/", notices.bulletin, name="bulletin"),
    path("objections/confirm/<path:token>/", objecting.confirm_objection, name="confirm_objection"),
    path("objections/<slug:token>/", objecting.objector, name="objector"),
    path("objections/<slug:token>/letters/<int:pk>/", objecting.objector_letter, name="objector_letter"),
    path("objections/<slug:token>/<slug:slug>/", objecting.objector_move, name="objector_move"),
    path("alerts/", alerts.new_alert, name="new_alert"),
    path("alerts/<slug:token>/", alerts.alert, name="alert"),
    path("register/", register.register, name="register"),
    path("register/<path:number>.json", register.registration_json, name="registration_json"),
    path("register/<path:number>/statement.pdf", register.statement_pdf, name="statement_pdf"),
    path("register/<path:number>/", register.registration, name="registration"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<slug:token>/", verify.verify_token, name="verify_token"),
    path("verify/<slug:token>/certificate.pdf", verify.certificate_pdf, name="certificate_pdf"),
    path("figures/", figures.figures_page, name="figures"),
    path("figures.json", figures.figures_json, name="figures_json"),
    path("join/", joining.ask, name="join"),
    path("join/sent/", joining.sent, name="join_sent"),
    path("join/account/<str:token>/", joining.account, name="join_account"),
    path("join/<slug:token>/", joining.invitation, name="invitation"),
    path("privacy/", home.privacy, name="privacy"),
    path("accessibility/", home.accessibility, name="accessibility"),
]
