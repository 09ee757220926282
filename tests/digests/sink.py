"""A mail server on this machine with STARTTLS and passwords, which keeps what it takes in a file."""

import datetime
import socket
import ssl
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

USER, PASSWORD = "papers", "a long walk by the sea"


class Sink:
    """What was taken, by recipient. `answer_to` is asked for each recipient, `answer` is given to mails."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.answer_to: Callable[[str], str] = lambda _: "250 OK"
        self.answer = "250 OK"
        self.calls = 0
        self.secure: list[bool] = []

    @property
    def recipients(self) -> list[str]:
        """To whom mails were taken, in order."""
        return [to for to, _ in self.taken]

    async def handle_EHLO(  # noqa: N802 the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count who calls."""
        session.host_name = hostname
        self.calls += session.ssl is None
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient or not."""
        if (told := self.answer_to(address)).startswith("2"):
            envelope.rcpt_tos.append(address)
        return told

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail or not."""
        if self.answer.startswith("2"):
            content = envelope.original_content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, policy=policy.default)
            self.taken.append((envelope.rcpt_tos[0], message))
            self.raw = content
            self.secure.append(session.ssl is not None)
        return self.answer

    def listen(self, settings: Settings, **options: Any) -> Controller:
        """Listen on a free port, to which the site then sends."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        given = {"enable_SMTPUTF8": True} | options
        controller = Controller(self, hostname="127.0.0.1", port=port, **given)
        controller.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        return controller

    def listen_securely(self, settings: Settings, folder: Path) -> Controller:
        """The same with STARTTLS and a password, neither of which can be left out."""
        certificate, key = certified(folder)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        settings.EMAIL_USE_TLS = True
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = USER, PASSWORD
        return self.listen(
            settings,
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=_known,
        )


def _known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    ok = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=ok, handled=ok)


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    from ipaddress import ip_address

    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private
