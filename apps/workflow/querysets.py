"""Who may see which cases, and what state they are in at a moment: each asked in one place."""

from django.db import models
from django.db.models import Case as When_
from django.db.models import Exists, F, OuterRef, Q, When

from apps.accounts.models import Role
from apps.enterprises.queries import active_memberships
from apps.rules.clock import legal_now


class EventQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise TypeError("An event never changes.")

    def delete(self):
        raise TypeError("An event never changes.")

    def standing(self):
        """Events that were not struck by a rectification, nor are one. The struck are few: they are looked up once."""
        struck = self.model._default_manager.filter(rectifies__isnull=False).values("rectifies")
        return self.filter(rectifies__isnull=True).exclude(pk__in=struck)


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The cases this person may read; for everybody else they do not exist.

        An official of the bureau sees every case of the kinds open to the role, a district's official those of the
        district, a person those of which an own organisation, or the person, is a party. Administrators see none.
        """
        if not user.is_authenticated or user.is_administrator:
            return self.none()
        if user.is_official:
            seen = self.of_kinds(kinds_seen_by(user.role))
            return seen.filter(district=user.district_id) if user.district_id else seen
        from apps.workflow.models import Party

        own = active_memberships().filter(user=user).values("organisation")
        mine = Party.objects.filter(Q(person=user) | Q(organisation__in=own), case=OuterRef("pk"))
        return self.filter(Exists(mine))

    def of_kinds(self, names):
        """Only cases of these kinds; a planner that is told of all of them would take it for a narrowing."""
        from apps.workflow.states import all_kinds

        return self.all() if len(names) == len(all_kinds()) else self.filter(kind__in=names)

    def unswept(self, moment=None):
        """Cases that a clock has moved by the moment (now) and no sweep has written down: mostly none."""
        return self.filter(next_due_at__lte=moment or legal_now())

    def at(self, moment=None):
        """Annotate ``state``: the status true at the moment (now), whether or not a sweep has written it down."""
        due = When(next_due_at__lte=moment or legal_now(), then=F("due_status"))
        return self.annotate(state=When_(due, default=F("status"), output_field=models.CharField()))

    def in_state(self, *names, moment=None):
        """Only cases whose state at the moment (now) is one of the names."""
        moment = moment or legal_now()
        lasting = Q(status__in=names) & (Q(next_due_at__isnull=True) | Q(next_due_at__gt=moment))
        return self.filter(lasting | Q(due_status__in=names, next_due_at__lte=moment))

    def running(self):
        """Only cases that are not closed, nor closed by a clock that nobody has swept yet; the latter are few."""
        from apps.workflow.states import all_kinds

        ended = Q(pk__in=[])
        for kind in all_kinds():
            ended |= Q(kind=kind.name, due_status__in=[state.name for state in kind.states if not state.open])
        swept_late = self.model._default_manager.filter(ended, next_due_at__lte=legal_now())
        return self.filter(closed_at__isnull=True).exclude(pk__in=swept_late.values("pk"))


def kinds_seen_by(role: str) -> list[str]:
    """The kinds an official's role may read: those that name it, or that name nobody (the secretariat excepted)."""
    from apps.workflow.states import all_kinds

    return [
        kind.name for kind in all_kinds() if role in kind.seen_by or (not kind.seen_by and role != Role.SECRETARIAT)
    ]
