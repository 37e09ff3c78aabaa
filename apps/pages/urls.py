from django.urls import path

from apps.pages import views

app_name = "pages"
urlpatterns = [
    path("language/", views.set_language, name="language"),
    path("text-size/", views.set_text_size, name="text_size"),
    path("favicon.ico", views.favicon, name="favicon"),
]
