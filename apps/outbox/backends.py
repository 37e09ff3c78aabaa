import os
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmlFolderBackend(BaseEmailBackend):
    """One ``.eml`` a message in EMAIL_FILE_PATH, which any mail program opens; never seen half written."""

    def __init__(self, *args, file_path=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, messages) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in messages:
            self._write(message.message().as_bytes(linesep="\r\n"))
        return len(messages)

    def _write(self, content: bytes) -> None:
        name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{uuid4().hex[:8]}"
        part = self.folder / f"{name}.part"
        part.write_bytes(content)
        os.replace(part, self.folder / f"{name}.eml")
