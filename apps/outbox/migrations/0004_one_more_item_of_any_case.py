"""The letters about one more item to open are those of any kind of case, not of applications alone."""

from django.db import migrations

NAMES = ("unlock_asked", "unlock_granted", "unlock_refused")


def rename(apps, old, new):
    for name in NAMES:
        apps.get_model("outbox", "Letter").objects.filter(text=f"{old}.{name}").update(text=f"{new}.{name}")
        apps.get_model("outbox", "LetterText").objects.filter(name=f"{old}.{name}").update(name=f"{new}.{name}")


def forward(apps, schema_editor):
    rename(apps, "application", "case")


def back(apps, schema_editor):
    rename(apps, "case", "application")


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_files_preferences")]
    operations = [migrations.RunPython(forward, back)]
