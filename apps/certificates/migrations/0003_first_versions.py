"""The register's journal begins with what stands: one version for each event a registration has, with today's face."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import F

SHANGHAI = ZoneInfo("Asia/Shanghai")
FACE = (
    "industry", "marine_category", "scenario", "source_kinds", "structure", "record_count", "volume_bytes",
    "update_frequency", "evidence", "ended_by_contract",
)  # fmt: skip
BATCH = 500


def write_versions(apps, schema_editor):
    Registration = apps.get_model("certificates", "Registration")
    Version = apps.get_model("certificates", "Version")
    found = Registration.objects.filter(versions__isnull=True).select_related("holder").order_by("pk")
    keys = list(found.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        rows = found.filter(pk__in=keys[start : start + BATCH])
        Version.objects.bulk_create([version for row in rows for version in versions_of(apps, row)])
    Registration.objects.filter(term_until__isnull=True, ended_by_contract="").update(
        term_until=F("valid_until")
    )
    for row in Registration.objects.filter(term_until__isnull=True):
        row.term_until = three_years_from(row.registered_on)
        row.save(update_fields=["term_until"])


def three_years_from(day):
    """The term that was in force when these rows were written."""
    try:
        return day.replace(year=day.year + 3)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 3, day=28)


def versions_of(apps, row):
    Version = apps.get_model("certificates", "Version")
    events = list(
        apps.get_model("workflow", "Event").objects.filter(case=row.pk).order_by("seq")
        .values_list("seq", "move", "to_status", "effective_at", "recorded_at")
    ) or [(1, "enter", row.case.status, row.case.filed_at, row.case.filed_at)]  # fmt: skip
    parties = apps.get_model("workflow", "Party").objects.filter(case=row.pk, role="holder", organisation__isnull=False)
    holders = list(parties.order_by("rank", "pk").values_list("organisation__name", flat=True)) or [row.holder.name]
    face = {**{name: getattr(row, name) for name in FACE}, "holders": holders}
    lapses = datetime.combine(row.valid_until + timedelta(days=1), time(), SHANGHAI)
    return [
        Version(
            registration=row, seq=seq, what=move, status=status, name=row.name, holder=row.holder,
            valid_until=row.valid_until, lapses_at=lapses if status == "valid" else None, face=face, from_at=effective,
            recorded_at=recorded,
        )
        for seq, move, status, effective, recorded in events
    ]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_journal_and_source_contracts")]

    operations = [migrations.RunPython(write_versions, migrations.RunPython.noop)]
