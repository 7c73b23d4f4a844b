"""One mail to a mail server whose address was looked at first.

In: a mail and who it is for. Out: the recipients the server refused, with its codes; what else goes wrong is raised.
"""

import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import structlog

from alerts.channels._http import checked_address

PORTS: Mapping[str, int] = {"starttls": 587, "tls": 465, "none": 25}

log = structlog.get_logger(__name__)


class PrivateAddress(Exception):
    """The server is not on the public internet, and nobody said that it may be elsewhere."""


class NamedContext(ssl.SSLContext):
    """TLS that checks the certificate against one name, whatever address the connection was made to."""

    name: str

    def wrap_socket(self, *args: Any, **facts: Any) -> ssl.SSLSocket:
        """The socket under TLS."""
        return super().wrap_socket(*args, **{**facts, "server_hostname": self.name})


def trusting(name: str, authorities: Path | None) -> NamedContext:
    """TLS to a server of that name; raises OSError where the authorities are no file of certificates."""
    context = NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.name = name
    if authorities is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(authorities)
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server and how it is spoken to."""

    host: str
    port: int
    security: str
    trust: NamedContext
    login: tuple[str, str] | None
    timeout_s: float
    allow_private: bool

    def deliver(self, mail: EmailMessage, sender: str, to: Sequence[str]) -> dict[str, int]:
        """The recipients it refused, with its codes; empty where everybody gets the mail.

        Raises PrivateAddress, OSError, UnicodeError or one of smtplib's errors where nobody does.
        """
        with self._connected(sender.rpartition("@")[2]) as smtp:
            if self.security == "starttls":
                smtp.starttls(context=self.trust)
            if self.login is not None:
                smtp.login(*self.login)
            try:
                refused = smtp.send_message(mail, sender, to)
            except smtplib.SMTPRecipientsRefused as error:
                refused = error.recipients
        return {recipient: code for recipient, (code, _) in refused.items()}

    @contextmanager
    def _connected(self, own_name: str) -> Iterator[smtplib.SMTP]:
        address = checked_address(self.host, self.port, allow_private=self.allow_private)
        if address is None:
            raise PrivateAddress
        if self.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(address, self.port, local_hostname=own_name, timeout=self.timeout_s, context=self.trust)
        else:
            smtp = smtplib.SMTP(address, self.port, local_hostname=own_name, timeout=self.timeout_s)
        try:
            yield smtp
            _leave(smtp)
        finally:
            smtp.close()


def _leave(smtp: smtplib.SMTP) -> None:
    """A server that hangs up instead of saying good-bye has the mail all the same."""
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError) as error:
        log.info("mail_server_hung_up", error=type(error).__name__)
