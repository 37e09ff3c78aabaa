from django.urls import path

from apps.portal.views import answers, cases, deposits, drafts, filings, home, letters, organisation

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("cases/", home.case_list, name="cases"),
    path("data-sets/", home.data_sets, name="data_sets"),
    path("deposits/outside/", deposits.outside, name="deposit_new"),
    path("deposits/own/", deposits.own, name="deposit_own"),
    path("drafts/new/", drafts.new, name="draft_new"),
    path("drafts/<int:pk>/", drafts.go_on, name="draft"),
    path("drafts/<int:pk>/review/", drafts.review, name="draft_review"),
    path("drafts/<int:pk>/<slug:step>/", drafts.step, name="draft"),
    path("drafts/<int:pk>/<slug:step>/save/", drafts.save, name="draft_save"),
    path("drafts/<int:pk>/<slug:step>/files/", drafts.files, name="draft_file"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/receipt/", cases.receipt, name="receipt"),
    path("cases/<int:pk>/moves/<slug:move>/", cases.move, name="move"),
    path("cases/<int:pk>/answer/", answers.answer, name="answer"),
    path("cases/<int:pk>/answer/review/", answers.review, name="answer_review"),
    path("cases/<int:pk>/province/", cases.province, name="province"),
    path("cases/<int:pk>/province/files/", cases.province_files, name="province_files"),
    path("file/<slug:name>/", filings.file, name="file"),
    path("documents/<int:pk>/", cases.document, name="document"),
    path("inbox/", letters.inbox, name="inbox"),
    path("inbox/<int:pk>/", letters.letter, name="letter"),
    path("organisation/", organisation.organisation, name="organisation"),
]
