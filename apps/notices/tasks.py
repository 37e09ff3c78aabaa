"""What the beat does for notices."""

from apps.notices.alerts import tell_alerts

__all__ = ["tell_alerts"]
