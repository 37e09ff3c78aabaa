from django.db import models
from django.utils import timezone


class Load(models.Model):
    """Says that the demonstration's data stand in this database; written last, in the load's own transaction."""

    loaded_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.loaded_at:%Y-%m-%d %H:%M}"
