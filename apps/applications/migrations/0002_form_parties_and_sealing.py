"""Shares, reasons for what is withheld, and the contact's phone as ciphertext; what stands already is rewritten."""

from django.db import migrations, models
from django.db.models import Q

import apps.accounts.vault
from apps.accounts.vault import seal, unseal


def settle(schema_editor):
    """PostgreSQL alters no table with checks of its rows still to come: have them done now."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def seal_phones(apps, schema_editor):
    Application = apps.get_model("applications", "Application")
    for pk, phone in Application.objects.exclude(contact_phone="").values_list("pk", "contact_phone").iterator():
        Application.objects.filter(pk=pk).update(contact_phone=seal(phone))
    settle(schema_editor)


def open_phones(apps, schema_editor):
    Application = apps.get_model("applications", "Application")
    for pk, phone in Application.objects.exclude(contact_phone="").values_list("pk", "contact_phone").iterator():
        Application.objects.filter(pk=pk).update(contact_phone=unseal(phone))
    settle(schema_editor)


def give_reasons(apps, schema_editor):
    """A list of paths becomes paths with reasons; the old ones gave none."""
    Application = apps.get_model("applications", "Application")
    for row in Application.objects.only("pk", "withheld").iterator():
        if isinstance(row.withheld, list):
            Application.objects.filter(pk=row.pk).update(withheld=dict.fromkeys(row.withheld, ""))
    settle(schema_editor)


def drop_reasons(apps, schema_editor):
    Application = apps.get_model("applications", "Application")
    for row in Application.objects.only("pk", "withheld").iterator():
        if isinstance(row.withheld, dict):
            Application.objects.filter(pk=row.pk).update(withheld=list(row.withheld))
    settle(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial"), ("workflow", "0004_form_discarded_drafts")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="share",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="applicant's own share in %"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=Q(("share__isnull", True), Q(("share__gt", 0), ("share__lte", 100)), _connector="OR"),
                name="application_share",
            ),
        ),
        migrations.AlterField(
            model_name="application",
            name="withheld",
            field=models.JSONField(default=dict, verbose_name="withheld from the public"),
        ),
        migrations.AlterField(
            model_name="application",
            name="contact_phone",
            field=models.TextField(max_length=32, verbose_name="contact's phone"),
        ),
        migrations.RunPython(seal_phones, open_phones),
        migrations.RunPython(give_reasons, drop_reasons),
        migrations.AlterField(
            model_name="application",
            name="contact_phone",
            field=apps.accounts.vault.SealedTextField(max_length=32, verbose_name="contact's phone"),
        ),
    ]
