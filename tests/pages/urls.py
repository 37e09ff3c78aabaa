"""The project's addresses with faces of paper: every name the shell links to, each showing one sample page."""

from importlib import import_module

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tests.pages import samples

FACES = {"public": "", "portal": "portal/", "desk": "desk/"}


def names(face: str) -> list[str]:
    """The real face's addresses that take no argument."""
    patterns = import_module(f"apps.{face}.urls").urlpatterns
    return list(dict.fromkeys(found.name for found in patterns if not found.pattern.converters))


def paper_face(face: str) -> tuple:
    prefix = FACES[face]

    def address(name: str) -> str:
        return prefix if name in ("home", "queue") else f"{prefix}{name}/"

    return [path(address(name), samples.view(face), name=name) for name in names(face)], face


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
