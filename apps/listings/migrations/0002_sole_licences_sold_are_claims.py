"""A sole licence that was sold binds the rights of the listing by a claim, like an exclusive one, to its last day."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import F, Q

SHANGHAI = ZoneInfo("Asia/Shanghai")


def put_claims(apps, schema_editor):
    Claim = apps.get_model("certificates", "Claim")
    Organisation = apps.get_model("enterprises", "Organisation")
    Registration = apps.get_model("certificates", "Registration")
    Basis = apps.get_model("workflow", "Basis")
    sold = apps.get_model("listings", "Transaction").objects.filter(licence="sole").exclude(refund_fen=F("amount_fen"))
    for row in sold.exclude(listing__case__claims__kind="sole").select_related("listing").order_by("pk"):
        buyer = Organisation.objects.filter(uscc=row.buyer_code, verified_at__isnull=False).first()
        further = Basis.objects.filter(case=row.listing_id).values("on")
        rights = Registration.objects.filter(Q(pk=row.listing.registration_id) | Q(pk__in=further))
        for right in rights.order_by("pk"):
            Claim.objects.create(
                registration=right, case_id=row.listing_id, party=buyer, kind="sole", exclusive=False, own=True,
                began_at=datetime.combine(row.agreed_on, time(), SHANGHAI), until=row.licence_until,
            )  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ('listings', '0001_listing'),
        ('certificates', '0008_sole_licences_are_claims'),
        ('workflow', '0005_bases'),
    ]

    operations = [migrations.RunPython(put_claims, migrations.RunPython.noop)]
