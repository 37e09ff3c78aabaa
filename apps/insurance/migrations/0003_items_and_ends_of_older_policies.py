"""Policies of before: a sum that nobody parted is one part, and the day of a cancellation is that of its act."""

from zoneinfo import ZoneInfo

from django.db import migrations

SHANGHAI = ZoneInfo("Asia/Shanghai")


def fill(apps, schema_editor):
    Policy = apps.get_model("insurance", "Policy")
    PolicyItem = apps.get_model("insurance", "PolicyItem")
    bound = Policy.objects.exclude(policy_number="").filter(items__isnull=True)
    PolicyItem.objects.bulk_create(
        [PolicyItem(policy=row, item="whole", sum_fen=row.sum_insured_fen) for row in bound], batch_size=500
    )
    for row in Policy.objects.filter(refund_fen__isnull=False, cancelled_on__isnull=True).select_related("case"):
        row.cancelled_on = (row.case.closed_at or row.case.changed_at).astimezone(SHANGHAI).date()
        row.save(update_fields=["cancelled_on"])


class Migration(migrations.Migration):
    dependencies = [("insurance", "0002_policies_in_full")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
