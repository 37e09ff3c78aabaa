"""The right and the release of each pledge become rows; the end of a running loan moves its pledge from now on."""

from django.db import migrations


def carry_over(apps, schema_editor):
    Pledge, Right, Release, Event, Case, Clock = (
        apps.get_model(app, name)
        for app, name in (
            ("pledges", "Pledge"), ("pledges", "PledgedRight"), ("pledges", "Release"), ("workflow", "Event"),
            ("workflow", "Case"), ("workflow", "Clock"),
        )
    )
    for row in Pledge.objects.order_by("pk").iterator(chunk_size=500):
        Right.objects.create(pledge=row, registration_id=row.registration_id, appraised_fen=row.appraised_fen)
        event = Event.objects.filter(case_id=row.pk, move="release", to_status="released").order_by("-seq").first()
        if row.release_ground and event is not None:
            Release.objects.create(
                pledge=row, way="portal", ground=row.release_ground, received_at=event.effective_at,
                ended_at=event.effective_at, outcome="done",
            )
    for clock in Clock.objects.filter(case__kind="pledge", name="loan_end", ended_at__isnull=True, outcome="running"):
        Clock.objects.filter(pk=clock.pk).update(on_expiry="fall_due")
        Case.objects.filter(pk=clock.case_id, status="registered").update(
            next_due_at=clock.due_at, due_status="overdue"
        )


class Migration(migrations.Migration):

    dependencies = [("pledges", "0002_deals_over_many_rights")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
