"""A folder of texts of our own, a mail server on the loopback, and a way to count what a server took."""

import shutil
import socket

import pytest
from aiosmtpd.controller import Controller

from apps.outbox.letters import Recipient
from apps.outbox.models import Letter

TEXTS = {
    "accepted.zh-hans.txt": "{{ title }}：已受理\n\n您的申请“{{ title }}”已受理，{{ due|day }}前答复。\n\n{% for item in items %}- {{ item }}\n{% endfor %}\n详见 {{ site_url }}/portal/cases/7/。",
    "accepted.en.txt": "{{ title }}: accepted\n\nYour application “{{ title }}” is accepted; answer by {{ due|day }}.\n\n{% for item in items %}- {{ item }}\n{% endfor %}\nSee {{ site_url }}/portal/cases/7/.",
    "accepted.json": '{"title": "样本", "due": "2026-09-18", "items": ["甲"]}',
}
FACTS = {"title": "浮标 <46023> & 风", "due": "2026-09-18", "items": ["说明", "样本"]}


@pytest.fixture
def texts_folder(settings, tmp_path):
    """LETTERS_DIR with the portal's own footer and the text "accepted"."""
    own = settings.LETTERS_DIR
    folder = tmp_path / "letters"
    folder.mkdir()
    for language in ("zh-hans", "en"):
        shutil.copy(own / f"footer.{language}.txt", folder)
    for name, content in TEXTS.items():
        (folder / name).write_text(content, encoding="utf-8")
    settings.LETTERS_DIR = folder
    return folder


class Mailbox:
    """An SMTP handler that keeps what it is given; ``refuse`` names addresses it does not know."""

    def __init__(self):
        self.taken = []
        self.refuse = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return "550 5.1.1 no such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mailbox(settings):
    """A real SMTP server on the loopback, to which letters go; yields what it took."""
    handler = Mailbox()
    server = Controller(handler, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield handler
    server.stop()


@pytest.fixture
def no_mail_server(settings):
    """Nobody listens where letters should go."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()


def reader(user, **changes) -> Recipient:
    fields = {"user_id": user.pk, "organisation_id": None, "email": user.email, "language": user.language}
    return Recipient(**fields | changes)


def only_letter() -> Letter:
    return Letter.objects.get()
