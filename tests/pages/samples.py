"""Sample pages of the three faces, made of every component, with the long and the awkward on purpose."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def view(face: str):
    @login_not_required
    def show(request: HttpRequest) -> HttpResponse:
        return render(request, f"{face}/base.html")

    return show


@login_not_required
def sample(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, f"samples/{name}.html")
