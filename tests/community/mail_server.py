"""A real mail server on this machine, which can be told to refuse, to hang up, and to say nothing."""

import socket
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings


class MailServer:
    """Keeps what it takes. `refuse` is what it answers to a recipient, `answer` what it answers to a mail."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Message]] = []
        self.refuse: dict[str, str] = {}
        self.answer = "250 OK"

    @property
    def recipients(self) -> list[str]:
        """To whom mails were taken, in order."""
        return [to for to, _ in self.taken]

    async def handle_RCPT(  # noqa: N802 the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient or not."""
        if (refused := self.refuse.get(address)) is not None:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail or not."""
        if self.answer.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.taken.append((envelope.rcpt_tos[0], message_from_bytes(content)))
        return self.answer

    def start(self, settings: Settings) -> Controller:
        """Listen on a free port, to which the site then sends."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(self, hostname="127.0.0.1", port=port)
        controller.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        return controller
