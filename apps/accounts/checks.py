"""What must be true of the accounts before the portal serves anybody."""

from django.contrib.auth import get_user_model
from django.core import checks


@checks.register(checks.Tags.security)
def no_superuser(app_configs, **kwargs):
    """accounts.E001: the user model grew a superuser or permissions by name; posts are the only rights here."""
    fields = {field.name for field in get_user_model()._meta.get_fields()}
    if fields & {"is_superuser", "groups", "user_permissions"}:
        return [checks.Error("The user model must know neither superuser nor groups.", id="accounts.E001")]
    return []
