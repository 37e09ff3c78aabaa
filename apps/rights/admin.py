from django.contrib import admin

from apps.rights import models
from apps.workflow.admin import KindAdmin

admin.site.register(
    (
        models.Renewal, models.Change, models.Transfer, models.Licence, models.Cancellation, models.Revocation,
        models.Reissue, models.Freeze,
    ),
    KindAdmin,
)  # fmt: skip
