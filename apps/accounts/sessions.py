"""Sessions in the database, each row with whose it is; the columns are written from what the session itself holds."""

from datetime import UTC, datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from apps.accounts.doors import DOOR


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls):
        from apps.accounts.models import Session

        return Session

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        door = data.get(DOOR)
        if door and data.get(SESSION_KEY):
            row.user_id = int(data[SESSION_KEY])
            row.address, row.agent = door["address"], door["agent"]
            row.began_at = datetime.fromtimestamp(door["began"], UTC)
            row.seen_at = datetime.fromtimestamp(door["seen"], UTC)
        return row
