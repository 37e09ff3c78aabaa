"""Word by e-mail of new notices that fit a search, and of what becomes of one notice."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from apps.accounts import vault
from apps.notices import queries
from apps.notices.models import Alert, Notice
from apps.outbox.letters import Recipient, letters_of, post, post_all
from apps.rules.clock import legal_now
from apps.workflow.machine import Refused

BATCH = 200
FROM_ONE_ADDRESS, TO_ONE_EMAIL = 20, 20
"""How many alerts a day may be asked for from one network address, and for one e-mail address."""


@transaction.atomic
def ask_alert(
    email: str, *, query: dict[str, Any], notice: Notice | None, what: str, address: str, language: str
) -> Alert:
    """Keep an alert to be confirmed and send the link that does. Raises Refused when too many were asked for."""
    now = legal_now()
    recent = Alert.objects.filter(asked_at__gt=now - timedelta(days=1))
    if (
        recent.filter(address=vault.blind(address)).count() >= FROM_ONE_ADDRESS
        or recent.filter(email=email).count() >= TO_ONE_EMAIL
    ):
        raise Refused("too_many", _("Too many alerts were asked for today. Try again tomorrow."))
    alert = Alert.objects.create(
        email=email, language=language, query={**query, "what": what}, notice=notice, token=token_urlsafe(24),
        address=vault.blind(address), asked_at=now,
    )  # fmt: skip
    post("alert.confirm", f"alert:{alert.pk}", [reader(alert)], {"what": what, "link": page_of(alert)})
    return alert


def confirm_alert(alert: Alert) -> None:
    """The address is its owner's: from now on letters are sent."""
    Alert.objects.filter(pk=alert.pk, confirmed_at__isnull=True, ended_at__isnull=True).update(confirmed_at=legal_now())


def end_alert(alert: Alert) -> None:
    Alert.objects.filter(pk=alert.pk, ended_at__isnull=True).update(ended_at=legal_now())


def page_of(alert: Alert) -> str:
    return f"{settings.SITE_URL}/alerts/{alert.token}/"


def reader(alert: Alert) -> Recipient:
    return Recipient(None, None, alert.email, alert.language)


def standing():
    return Alert.objects.filter(confirmed_at__isnull=False, ended_at__isnull=True)


@shared_task(name="notices.alerts", ignore_result=True, acks_late=True)
def tell_alerts() -> int:
    """Write what is due to be told; the number of notices told of. A second run at once writes nothing twice."""
    told = 0
    while fresh := list(queries.standing().filter(told_at__isnull=True).order_by("published_at", "pk")[:BATCH]):
        told += tell_of(fresh)
    tell_changes()
    Notice.objects.filter(told_at__isnull=True, withdrawn_at__isnull=False).update(told_at=legal_now())
    return told


@transaction.atomic
def tell_of(fresh: list[Notice]) -> int:
    """Write to everybody whose search finds one of these notices; one query a search, one letter a notice."""
    rows = queries.published().filter(pk__in=[notice.pk for notice in fresh])
    for alert in standing().filter(notice__isnull=True).iterator():
        found = queries.find_notices(alert.query, rows)
        post_all([row for notice in found for row in published_letter(alert, notice)])
    return Notice.objects.filter(pk__in=[notice.pk for notice in fresh]).update(told_at=legal_now())


def published_letter(alert: Alert, notice: Notice) -> list:
    facts = {
        **about(alert, notice), "what": alert.query.get("what", ""), "organisation": notice.case.organisation.name,
        "ends_on": notice.ends_on.isoformat(),
    }  # fmt: skip
    return letters_of("alert.published", f"alert:{alert.pk}:{notice.pk}", [reader(alert)], facts)


def about(alert: Alert, notice: Notice) -> dict[str, str]:
    return {
        "title": notice.case.title,
        "bulletin": notice.bulletin_id,
        "link": f"{settings.SITE_URL}/notices/{notice.pk}/",
        "end_link": page_of(alert),
    }


def tell_changes() -> None:
    """Tell of single notices: held, withdrawn, replaced, ended; the last ends the alert."""
    now = legal_now()
    watched = (
        standing().filter(notice__isnull=False).exclude(notice__in=queries.running(now).filter(held_at__isnull=True))
    )
    for alert in watched.select_related("notice__case__organisation", "notice__replaced_by").iterator():
        tell_change(alert, queries.state_of(alert.notice, now))


@transaction.atomic
def tell_change(alert: Alert, state) -> None:
    """One letter for one change; after a withdrawal the alert goes on with the notice that takes its place."""
    notice = alert.notice
    with override(alert.language):
        facts = {**about(alert, notice), "state": str(state.public_label)}
    post_all(letters_of("alert.notice", f"alert:{alert.pk}:{notice.pk}:{state.name}", [reader(alert)], facts))
    anew = getattr(notice, "replaced_by", None)
    if state is queries.WITHDRAWN and anew is not None and anew.published_at is not None:
        Alert.objects.filter(pk=alert.pk).update(notice=anew)
        post_all(published_letter(alert, anew))
    elif state in (queries.OVER, queries.STOPPED):
        end_alert(alert)
