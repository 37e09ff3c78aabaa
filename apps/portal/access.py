"""Who looks at the portal, for which organisation, and what of it exists for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps

from django.contrib import messages
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.preferences import home_of
from apps.enterprises.models import Capacity, Membership, Organisation, PowerOfAttorney
from apps.workflow.acting import powers_used_by
from apps.workflow.documents import of_parties
from apps.workflow.models import Case, Document, Draft, Party
from apps.workflow.people import Standing
from apps.workflow.touch import with_rows

CHOSEN = "organisation"


class PowerEnded(Exception):
    """A power of attorney ended while somebody acted by it; the sentence is for the reader."""


@dataclass
class Viewer:
    """A person at the portal with the memberships that stand, and the organisation looked at (None: as a person).

    ``powers`` are the powers of attorney by which the person may act for others; one may look at such a principal,
    and is then shown what was filed for it by the agent, and nothing else of it.
    """

    user: User
    memberships: list[Membership] = field(default_factory=list)
    chosen: Organisation | None = None
    powers: list[PowerOfAttorney] = field(default_factory=list)

    @property
    def organisations(self) -> list[Organisation]:
        return [row.organisation for row in self.memberships]

    @property
    def choices(self) -> list[Organisation]:
        """The own organisations, then those one acts for."""
        own = self.organisations
        return [*own, *(power.principal for power in self.powers if power.principal not in own)]

    @property
    def acting(self) -> PowerOfAttorney | None:
        """The power by which one acts for the chosen organisation; None for an own one."""
        if self.chosen is None or self.chosen in self.organisations:
            return None
        return next((power for power in self.powers if power.principal_id == self.chosen.pk), None)

    def acts_in(self, case: Case) -> bool:
        """Whether a power of attorney that stands covers the case."""
        return any(power.principal_id == case.organisation_id and case.kind in power.kinds for power in self.powers)

    def must_cover(self, kind: str) -> None:
        """Raise PowerEnded where one acts for another in a procedure that the power does not cover."""
        if self.acting is not None and kind not in self.acting.kinds:
            raise PowerEnded(_("Your power of attorney does not cover this procedure."))

    @property
    def filing(self) -> frozenset[int]:
        """The organisations this person may file for; a reader's are not among them."""
        return frozenset(row.organisation_id for row in self.memberships if row.role != Membership.Role.READER)

    @property
    def may_file(self) -> bool:
        return self.chosen is not None and (self.chosen.pk in self.filing or self.acting is not None)

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
    if any(row.organisation_id in viewer.filing and is_service(row.organisation) for row in viewer.memberships):
        viewer.powers = list(powers_used_by(request.user).order_by("principal__name", "pk"))
    by_key = {str(organisation.pk): organisation for organisation in viewer.choices}
    if asked := request.GET.get(CHOSEN, ""):
        if asked not in by_key:
            raise Http404
        if request.session.get(CHOSEN) != asked:
            request.session[CHOSEN] = asked
    remembered = request.session.get(CHOSEN, "")
    if remembered and remembered not in by_key:
        drop_choice(request, viewer, remembered)
    viewer.chosen = by_key.get(remembered) or next(iter(viewer.organisations), None)
    return viewer


def is_service(organisation: Organisation) -> bool:
    return Capacity.SERVICE in organisation.capacities


def drop_choice(request: HttpRequest, viewer: Viewer, key: str) -> None:
    """The organisation looked at is none of this person's any more; what was being sent for it stops with a sentence."""
    del request.session[CHOSEN]
    ended = ended_powers(viewer).filter(principal=int(key)).order_by("-granted_at").first() if key.isdecimal() else None
    if ended is None:
        return
    said = power_over(ended)
    if request.method == "POST":
        raise PowerEnded(said)
    messages.warning(request, said)


def ended_powers(viewer: Viewer):
    own = [organisation.pk for organisation in viewer.organisations]
    standing = [power.pk for power in viewer.powers]
    return PowerOfAttorney.objects.filter(agent__in=own).exclude(pk__in=standing).select_related("principal")


def power_over(power: PowerOfAttorney) -> str:
    firm = power.principal.name
    return _("The power of attorney of %(firm)s has ended; you cannot act for it any more.") % {"firm": firm}


def stopped(request: HttpRequest, ended: PowerEnded) -> HttpResponse:
    """What a person sees whose power ended in the middle of something."""
    return render(request, "portal/power_ended.html", {"reason": str(ended)}, status=409)


def for_parties(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of enterprises and their partners: officials are led to their own face, administrators to theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        user = request.user
        if user.is_official or user.is_administrator:
            return to_own_face(request)
        try:
            return view(request, viewer_of(request), *args, **kwargs)
        except PowerEnded as ended:
            return stopped(request, ended)

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
        try:
            return view(request, viewer_of(request), *args, **kwargs)
        except PowerEnded as ended:
            return stopped(request, ended)

    return guarded


def cases_of(viewer: Viewer):
    """The cases of the chosen organisation and of the person, as far as they may be read."""
    mine = Q(person=viewer.user)
    if viewer.chosen is not None:
        mine |= Q(organisation=viewer.chosen)
    return Case.objects.visible_to(viewer.user).filter(Exists(Party.objects.filter(mine, case=OuterRef("pk"))))


def get_case(viewer: Viewer, pk: int) -> Case:
    """A case this person may read; Http404 for every other."""
    case = readable(viewer, pk).first()
    if case is None:
        raise Http404
    return case


def readable(viewer: Viewer, pk: int):
    """QuerySet of the case, empty where this person may not read it."""
    return Case.objects.visible_to(viewer.user).filter(pk=pk).select_related("organisation", "root")


def get_standing(viewer: Viewer, pk: int) -> Standing:
    """Where this person stands to a case he may read, for a page of it: the case and the own roles in one statement, and
    the kind's row with what it points to. Http404 for every other."""
    own = Q(parties__person=viewer.user) | Q(parties__organisation__in=viewer.filing)
    found = readable(viewer, pk).annotate(own=FilteredRelation("parties", condition=own), named_as=F("own__role"))
    rows = list(found)  # one for each role, one in all where there is none
    if not rows:
        raise Http404
    (case,) = with_rows(rows[:1])
    standing = Standing(case, viewer.user)
    standing.organisations = viewer.filing
    standing.named_as = frozenset(row.named_as for row in rows if row.named_as)
    return standing


def drafts_seen_by(viewer: Viewer):
    """Drafts, filed and discarded ones too, of the own organisations, and of those one acts for what the agent's people
    began; of an official those begun by that official; a person's own that belong to no organisation yet."""
    user = viewer.user
    if user.is_official:
        return Draft.objects.filter(created_by=user)
    seen = Q(organisation__in=[o.pk for o in viewer.organisations], created_by__role="")
    seen |= Q(organisation__isnull=True, created_by=user)
    for power in viewer.powers:
        agents = Membership.objects.filter(organisation=power.agent_id, user=OuterRef("created_by"))
        seen |= Q(organisation=power.principal_id) & Exists(agents)
    return Draft.objects.filter(seen)


def get_draft(viewer: Viewer, pk: int, *, to_write: bool = True) -> Draft:
    """A draft this person may read, or go on with; Http404 for every other."""
    draft = drafts_seen_by(viewer).filter(pk=pk).select_related("organisation", "created_by", "case", "root").first()
    if draft is None or (to_write and not may_write(viewer, draft)):
        raise gone(viewer, pk)
    return draft


def gone(viewer: Viewer, pk: int) -> Exception:
    """404, but for a draft that the person began under a power of attorney that has ended: a sentence."""
    began = Draft.objects.filter(pk=pk, created_by=viewer.user).values("organisation")
    power = ended_powers(viewer).filter(principal__in=began).order_by("-granted_at").first()
    if power is None:
        return Http404()
    return PowerEnded(f"{power_over(power)} {_('What you typed is kept as a draft of that organisation.')}")


def may_write(viewer: Viewer, draft: Draft) -> bool:
    if viewer.user.is_official or draft.organisation_id in viewer.filing:
        return True
    if draft.organisation_id is None:
        return draft.created_by_id == viewer.user.pk
    kind = draft.kind.partition(":")[0]
    return any(power.principal_id == draft.organisation_id and kind in power.kinds for power in viewer.powers)


def get_document(viewer: Viewer, pk: int) -> Document:
    """A file of a case this person may read, or of a draft; Http404 for every other, and for one taken off."""
    document = of_parties(Document.objects.filter(pk=pk)).select_related("case", "draft").first()
    if document is None:
        raise Http404
    if document.case_id is not None:
        get_case(viewer, document.case_id)
    else:
        get_draft(viewer, document.draft_id, to_write=False)
    return document
