"""The project's addresses, with paper faces for those that this checkout does not have yet."""

from django.urls import include, path

from config import urls
from tests.pages.urls import FACES, paper_face

present = {getattr(pattern, "namespace", None) for pattern in urls.urlpatterns}
urlpatterns = [
    *urls.urlpatterns,
    *(path("", include(paper_face(face))) for face in FACES if face not in present),
]
