from django.urls import path

from apps.desk import case, entering, lists, move, papers, queue, tools

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("cases/<int:pk>/", case.case_page, name="case"),
    path("cases/<int:pk>/moves/<slug:slug>/", move.move_page, name="move"),
    path("cases/<int:pk>/desk/", case.assign, name="assign"),
    path("cases/<int:pk>/interest/", case.declare_interest, name="interest"),
    path("cases/<int:pk>/documents.zip", papers.documents_zip, name="documents_zip"),
    path("cases/<int:pk>/province/", papers.province, name="province"),
    path("documents/<int:pk>/", papers.document, name="document"),
    path("notices/", lists.notices, name="notices"),
    path("register/", lists.register, name="register"),
    path("register/<int:pk>/", lists.registration, name="registration"),
    path("letters/", lists.letters, name="letters"),
    path("letters/<int:pk>/", lists.letter, name="letter"),
    path("deadline/", tools.deadline_page, name="deadline"),
    path("enter/", entering.enter, name="enter"),
    path("enter/new/", entering.new_organisation, name="new_organisation"),
]
