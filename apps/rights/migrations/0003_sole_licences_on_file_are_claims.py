"""A sole licence on file binds the right by a claim, like an exclusive one."""

from django.db import migrations


def put_claims(apps, schema_editor):
    Claim = apps.get_model("certificates", "Claim")
    Event = apps.get_model("workflow", "Event")
    rows = apps.get_model("rights", "Licence").objects.filter(type="sole", case__status="on_file")
    for row in rows.exclude(case__claims__kind="sole").order_by("pk"):
        accepted = Event.objects.filter(case=row.pk, move="accept").order_by("-seq").first()
        Claim.objects.create(
            registration_id=row.registration_id, case_id=row.pk, party_id=row.licensee_id, kind="sole", exclusive=False,
            own=True, began_at=accepted.effective_at if accepted else row.case.filed_at,
        )  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ('rights', '0002_source_contracts_and_faces'),
        ('certificates', '0008_sole_licences_are_claims'),
    ]

    operations = [migrations.RunPython(put_claims, migrations.RunPython.noop)]
