"""Every source contract of the applications that were registered, not only the first to end."""

from datetime import date

from django.db import migrations

BATCH = 500


def enter_contracts(apps, schema_editor):
    Application = apps.get_model("applications", "Application")
    SourceContract = apps.get_model("certificates", "SourceContract")
    rights = apps.get_model("certificates", "Registration").objects.filter(contracts__isnull=True).order_by("pk")
    pairs = list(rights.values_list("pk", "origin"))
    for start in range(0, len(pairs), BATCH):
        part = dict((origin, pk) for pk, origin in pairs[start : start + BATCH])
        rows = Application.objects.filter(pk__in=part).values_list("pk", "sources")
        found = [contract for pk, sources in rows for contract in contracts_of(part[pk], sources, SourceContract)]
        SourceContract.objects.bulk_create(found)


def contracts_of(right, sources, SourceContract):
    seen = {}
    for source in sorted((row for row in sources if row.get("ends_on")), key=lambda row: row["ends_on"]):
        name, kind = source.get("licensor", ""), source.get("kind", "")
        nth = seen[name, kind] = seen.get((name, kind), 0) + 1
        yield SourceContract(
            registration_id=right, name=name if nth == 1 else f"{name}（{nth}）", kind=kind,
            ends_on=date.fromisoformat(source["ends_on"]),
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("applications", "0003_firms_province"), ("certificates", "0002_journal_and_source_contracts")]

    operations = [migrations.RunPython(enter_contracts, migrations.RunPython.noop)]
