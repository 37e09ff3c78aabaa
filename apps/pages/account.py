"""What a person sets for the own account: the way of letters, and the private calendar of deadlines."""

from __future__ import annotations

from functools import wraps
from hashlib import sha256

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.preferences import home_of
from apps.outbox import preferences
from apps.outbox.models import Feed
from apps.outbox.reader import Topic, Way
from apps.pages import ics
from apps.pages.forms import PortalFormMixin, list_errors
from apps.workflow.querysets import kinds_seen_by
from apps.workflow.states import all_kinds


def for_people_with_cases(view):
    """A page of everybody who is written to about cases: administrators are led to their own face."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_administrator:
            return view(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            return redirect(home_of(request.user))
        raise Http404

    return guarded


class LettersForm(PortalFormMixin, forms.Form):
    """The way of each topic that concerns this person, whether there is to be a digest, and what differs by kind."""

    digest = forms.BooleanField(
        label=gettext_lazy("A digest each day at 7:30"), required=False,
        help_text=gettext_lazy("What is due today and within seven days, new letters, and what is not read yet. Nothing is sent on a day without any."),
    )  # fmt: skip

    def __init__(self, *args, user: User, **kwargs):
        ways = preferences.ways_of(user)
        own = {field_of(topic, kind): way for (topic, kind), way in preferences.ways_by_kind(user).items()}
        kwargs.setdefault("initial", {**ways, **own, "digest": "digest" in ways})
        super().__init__(*args, **kwargs)
        self.topics = [Topic.TASKS if user.is_official else Topic.MOVES, Topic.DEADLINES]
        names = kinds_seen_by(user.role) if user.is_official else [kind.name for kind in all_kinds()]
        self.kinds = [kind for kind in all_kinds() if kind.name in names]
        chosen = {
            str(topic): forms.ChoiceField(label=topic.label, choices=Way.choices, widget=forms.RadioSelect)
            for topic in self.topics
        }
        differing = [("", gettext_lazy("as above")), *Way.choices]
        by_kind = {
            field_of(topic, kind.name): forms.ChoiceField(
                label=topic.label, choices=differing, required=False,
                widget=forms.Select(attrs={"aria-label": f"{kind.label}: {topic.label}", "class": "form-select form-select-sm"}),
            )
            for kind in self.kinds for topic in self.topics
        }  # fmt: skip
        self.fields = {**chosen, "digest": self.fields["digest"], **by_kind}

    @property
    def general(self) -> list[forms.BoundField]:
        return [self[name] for name in (*self.topics, "digest")]

    @property
    def by_kind(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each kind of case with its field for each of ``topics``."""
        return [(kind.label, [self[field_of(topic, kind.name)] for topic in self.topics]) for kind in self.kinds]

    @property
    def differs(self) -> bool:
        """Whether anything is chosen for a single kind: then the table stands open."""
        return any(field.value() for _kind, fields in self.by_kind for field in fields)

    def ways(self) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
        """Topic to way and (topic, kind) to way, as ``preferences.choose`` takes them; the usual way is no choice."""
        data = self.cleaned_data
        usual = {str(topic): data[topic] if data[topic] != Way.EMAIL else "" for topic in self.topics}
        by_kind = {
            (str(topic), kind.name): data[field_of(topic, kind.name)] for kind in self.kinds for topic in self.topics
        }
        return usual | {"digest": Way.EMAIL if data["digest"] else ""}, by_kind


def field_of(topic: str, kind: str) -> str:
    return f"{topic}-{kind}"


@require_http_methods(["GET", "HEAD", "POST"])
@for_people_with_cases
def letters(request: HttpRequest) -> HttpResponse:
    """Which letters come by which way; what the law serves is always sent."""
    form = LettersForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        preferences.choose(request.user, *form.ways())
        messages.success(request, _("Your choice is kept."))
        return redirect("pages:letters")
    status = 422 if form.is_bound else 200
    return render(request, "account/letters.html", {"form": form, "errors": list_errors(form)}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people_with_cases
def calendar(request: HttpRequest) -> HttpResponse:
    """The private address of one's calendar: made, made anew, revoked. Its secret is shown once, where it was made."""
    if request.method == "POST" and request.POST.get("act") == "revoke":
        preferences.revoke_feed(request.user)
        messages.success(request, _("The address is revoked: nobody gets the calendar from it any more."))
        return redirect("pages:calendar")
    address = ""
    if request.method == "POST":
        token = preferences.make_feed(request.user)
        address = request.build_absolute_uri(reverse("pages:feed", args=[token]))
    context = {"address": address, "feed": Feed.objects.filter(user=request.user).first()}
    return render(request, "account/calendar.html", context)


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The deadlines of whoever holds the address, as iCalendar; unchanged ones are not sent again."""
    user = preferences.reader_of_feed(token)
    if user is None:
        raise Http404
    language = request.GET.get("lang", user.language)
    with translation.override(language if language in ("zh-hans", "en") else user.language):
        body = ics.calendar_of(user).encode()
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=900"
    response["X-Robots-Tag"] = "noindex"
    return response
