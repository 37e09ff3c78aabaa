"""The project's addresses with faces of paper: every name the shell links to, each showing one sample page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tests.pages import samples

FACES = {
    "public": ("", ("home", "notice_list", "register", "verify", "figures", "privacy", "accessibility")),
    "portal": ("portal/", ("home", "data_sets", "inbox", "organisation")),
    "desk": ("desk/", ("queue", "notices", "register", "letters", "deadline")),
}


def paper_face(face: str) -> tuple:
    prefix, names = FACES[face]

    def address(name: str) -> str:
        return prefix if name in ("home", "queue") else f"{prefix}{name}/"

    return [path(address(name), samples.view(face), name=name) for name in names], face


@login_not_required
def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a broken view")


urlpatterns = [
    *(path("", include(paper_face(face))) for face in FACES),
    path("samples/<slug:name>/", samples.sample, name="sample"),
    path("autosave/", samples.autosave),
    path("fail/", fail),
    path("", include("config.urls")),
]
