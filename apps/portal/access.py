"""Who looks at the portal, for which organisation, and what of it exists for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.models import User
from apps.accounts.preferences import home_of
from apps.enterprises.models import Membership, Organisation
from apps.workflow.models import Case, Document, Draft, Party

CHOSEN = "organisation"


@dataclass
class Viewer:
    """A person at the portal with the memberships that stand, and the organisation looked at (None: as a person)."""

    user: User
    memberships: list[Membership] = field(default_factory=list)
    chosen: Organisation | None = None

    @property
    def organisations(self) -> list[Organisation]:
        return [row.organisation for row in self.memberships]

    @property
    def filing(self) -> frozenset[int]:
        """The organisations this person may file for; a reader's are not among them."""
        return frozenset(row.organisation_id for row in self.memberships if row.role != Membership.Role.READER)

    @property
    def may_file(self) -> bool:
        return self.chosen is not None and self.chosen.pk in self.filing

    @property
    def is_manager(self) -> bool:
        roles = {row.organisation_id: row.role for row in self.memberships}
        return self.chosen is not None and roles.get(self.chosen.pk) == Membership.Role.MANAGER


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of a request; ``?organisation=`` chooses, the session remembers. Another's organisation is 404."""
    if not hasattr(request, "portal_viewer"):
        request.portal_viewer = find_viewer(request)
    return request.portal_viewer


def find_viewer(request: HttpRequest) -> Viewer:
    rows = Membership.objects.filter(user=request.user, ended_at__isnull=True)
    viewer = Viewer(request.user, list(rows.select_related("organisation__district").order_by("joined_at", "pk")))
    by_key = {str(organisation.pk): organisation for organisation in viewer.organisations}
    if asked := request.GET.get(CHOSEN, ""):
        if asked not in by_key:
            raise Http404
        if request.session.get(CHOSEN) != asked:
            request.session[CHOSEN] = asked
    remembered = request.session.get(CHOSEN, "")
    viewer.chosen = by_key.get(remembered) or next(iter(viewer.organisations), None)
    return viewer


def for_parties(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of enterprises and their partners: officials are led to their own face, administrators to theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        user = request.user
        if user.is_official or user.is_administrator:
            return to_own_face(request)
        return view(request, viewer_of(request), *args, **kwargs)

    return guarded


def to_own_face(request: HttpRequest) -> HttpResponse:
    if request.method in ("GET", "HEAD"):
        return redirect(home_of(request.user))
    raise Http404


def for_filers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page where something is typed for a firm: by its own people, or by an official who enters it for them."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_administrator:
            return to_own_face(request)
        return view(request, viewer_of(request), *args, **kwargs)

    return guarded


def cases_of(viewer: Viewer):
    """The cases of the chosen organisation and of the person, as far as they may be read."""
    mine = Q(person=viewer.user)
    if viewer.chosen is not None:
        mine |= Q(organisation=viewer.chosen)
    return Case.objects.visible_to(viewer.user).filter(Exists(Party.objects.filter(mine, case=OuterRef("pk"))))


def get_case(viewer: Viewer, pk: int) -> Case:
    """A case this person may read; Http404 for every other."""
    found = Case.objects.visible_to(viewer.user).filter(pk=pk)
    case = found.select_related("organisation__district", "root", "entered_by").first()
    if case is None:
        raise Http404
    return case


def drafts_seen_by(viewer: Viewer):
    """Drafts, filed ones too, of the own organisations; of an official those begun by that official."""
    user = viewer.user
    if user.is_official:
        return Draft.objects.filter(created_by=user)
    return Draft.objects.filter(organisation__in=[o.pk for o in viewer.organisations], created_by__role="")


def get_draft(viewer: Viewer, pk: int, *, to_write: bool = True) -> Draft:
    """A draft this person may read, or go on with; Http404 for every other."""
    draft = drafts_seen_by(viewer).filter(pk=pk).select_related("organisation", "created_by", "case", "root").first()
    if draft is None or (to_write and not may_write(viewer, draft)):
        raise Http404
    return draft


def may_write(viewer: Viewer, draft: Draft) -> bool:
    return viewer.user.is_official or draft.organisation_id in viewer.filing


def get_document(viewer: Viewer, pk: int) -> Document:
    """A file of a case this person may read, or of a draft; Http404 for every other, and for one taken off."""
    document = Document.objects.filter(pk=pk, removed_at__isnull=True).select_related("case", "draft").first()
    if document is None:
        raise Http404
    if document.case_id is not None:
        get_case(viewer, document.case_id)
    else:
        get_draft(viewer, document.draft_id, to_write=False)
    return document
