from django.urls import path

from apps.pages import account, views

app_name = "pages"
urlpatterns = [
    path("language/", views.set_language, name="language"),
    path("text-size/", views.set_text_size, name="text_size"),
    path("account/letters/", account.letters, name="letters"),
    path("account/calendar/", account.calendar, name="calendar"),
    path("calendar/<slug:token>.ics", account.feed, name="feed"),
    path("favicon.ico", views.favicon, name="favicon"),
]
