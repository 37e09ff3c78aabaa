"""Reminders of source contracts that end before a mirrored right does (wishes.md, idea 11).

On the local track such an end is the right's own, and the reminders of its validity name it. The face of another
office's certificate stays as it is; that a contract under it ends is told all the same, to the holder and to whoever's
case rests on the right, at the days of ``remind_before_certificate``.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from apps.certificates.models import Certificate, SourceContract
from apps.certificates.register import IN_FORCE
from apps.outbox.letters import post_all
from apps.outbox.models import Letter
from apps.outbox.reader import Topic
from apps.rules.clock import SHANGHAI, legal_now
from apps.rules.lookup import rules_on
from apps.workflow import letters
from apps.workflow.models import Case

AT = time(8, 0)
HOLDER = ("holder",)


@transaction.atomic
def remind_of_contracts() -> int:
    """Write the reminders of today, from eight in the morning in Shanghai on; how many. A second time writes none."""
    moment = legal_now().astimezone(SHANGHAI)
    rows = ending(moment.date()) if moment.time() >= AT else []
    if not rows:
        return 0
    cases = [row.registration.case for row in rows]
    holders = letters.readers_of([(case, case.kind_, HOLDER) for case in cases])
    resting = letters.readers_resting_on(cases)
    found: list[Letter] = []
    for row, group in zip(rows, holders, strict=True):
        days, case = (row.ends_on - moment.date()).days, row.registration.case
        key = f"contract:{row.pk}:{row.ends_on}:{days}"
        found += letters.letters_to(group, "reminder.contract", key, case, None, partial(context_of, row, days, case))
        told = {reader.organisation_id for reader in group}
        for other, people in resting[case.pk]:
            others = [reader for reader in people if reader.organisation_id not in told]
            build = partial(context_of, row, days, other)
            found += letters.letters_to(others, "reminder.contract", f"{key}:{other.pk}", other, None, build)
    post_all(letters.on_topic(found, Topic.DEADLINES))
    return len(found)


def ending(day: date) -> list[SourceContract]:
    """The contracts to be reminded of on a day: of mirrored rights in force, ending before the face does."""
    counts = rules_on(["remind_before_certificate"], day)["remind_before_certificate"].counts
    mirrored = Certificate.objects.filter(registration=OuterRef("registration")).exclude(form=Certificate.Form.LOCAL)
    rows = SourceContract.objects.filter(
        Exists(mirrored), ends_on__in=[day + timedelta(days=count) for count in counts],
        ends_on__lt=F("registration__valid_until"), registration__case__in=Case.objects.in_state(*IN_FORCE),
    )  # fmt: skip
    return list(rows.select_related("registration__case__organisation").order_by("pk"))


def context_of(row: SourceContract, days: int, case: Case) -> dict[str, Any]:
    """What the letter says about a contract to the parties of a case: of the right itself, or one that rests on it."""
    right = row.registration
    own = {
        "contract": row.name,
        "ends_on": row.ends_on.isoformat(),
        "days": days,
        "right_number": right.number,
        "right_title": right.name,
        "valid_until": right.valid_until.isoformat(),
        "rests": case.pk != right.case_id,
    }
    return {**letters.about(case, case.kind_), **own}
