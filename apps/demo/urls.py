from django.urls import path

from apps.demo import views

app_name = "demo"
urlpatterns = [path("accounts.json", views.accounts, name="accounts")]
