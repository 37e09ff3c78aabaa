"""What of a person's data can be erased on request, and what the law keeps."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.outbox.models import Letter
from apps.workflow.models import Document, Draft, Event, Party


def own_drafts(user: User):
    """Drafts of nobody but the person: begun by the person for no organisation, or never filed."""
    return Draft.objects.filter(created_by=user, case__isnull=True)


def kept_by_law(user: User) -> list[str]:
    """What stays, a sentence each: procedures and their record are kept as long as archives law asks."""
    found = []
    if events := Event.objects.filter(actor=user).count():
        found.append(_("The record of %(count)s acts in procedures stays: it cannot be altered.") % {"count": events})
    if cases := Party.objects.filter(person=user).count():
        found.append(
            _("%(count)s procedures in which you are a party stay for as long as case files are kept.")
            % {"count": cases}
        )
    if letters := Letter.objects.filter(user=user, case_pk__isnull=False).count():
        found.append(_("%(count)s letters about procedures stay with their case files.") % {"count": letters})
    found.append(_("Name, user name and e-mail of the account stay while it may sign in."))
    return found


def erase(user: User) -> list[str]:
    """Erase what may be erased, in the caller's transaction; what was done, a sentence each, then what stays."""
    done = []
    if user.phone:
        User.objects.filter(pk=user.pk).update(phone="")
        done.append(_("The phone number of the account was erased."))
    drafts = list(own_drafts(user).values_list("pk", flat=True))
    if drafts:
        Document.objects.filter(draft__in=drafts, removed_at__isnull=True).update(removed_at=timezone.now())
        Draft.objects.filter(pk__in=drafts).update(data={}, updated_at=timezone.now())
        done.append(_("%(count)s drafts were emptied and their files removed.") % {"count": len(drafts)})
    plain = Letter.objects.filter(user=user, case_pk__isnull=True, read_at__isnull=False).exclude(body="")
    if count := plain.update(body="", context={}):
        done.append(_("The text of %(count)s letters about no procedure was erased.") % {"count": count})
    return [*(done or [_("Nothing was found that may be erased.")]), *kept_by_law(user)]
