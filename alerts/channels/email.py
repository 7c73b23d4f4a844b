"""E-mail by SMTP, over TLS: text and HTML of the same words, and the files that go with them.

In: a message. Out: an Attempt. The server's 4xx may pass, its 5xx will not. The Message-ID comes from the key, so that a
second copy of a mail can be known as one.
"""

import hashlib
import html
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Annotated, Literal

import structlog
from pydantic import Field, StringConstraints, model_validator

from alerts.channels import _smtp
from alerts.channels._http import PRIVATE_ADDRESS
from alerts.message import Attachment, Attempt, ChannelContext, Message
from alerts.templates import TemplateText
from alerts.words import Spoken, Words, Writer
from pulse.config import ConfigError, Fault, secret
from pulse.tables import Duration, SecretReference, Strict
from pulse.text import Text

TITLE = Text("E-mail", "电子邮件")
MOST_BODY = 50_000
"""Code points of a body in one language."""
MOST_ATTACHED = 7_000_000
"""Bytes of all files together, which grow by a third on their way: most servers take mails of 10 MB."""
MOST_REMEMBERED = 1000

log = structlog.get_logger(__name__)

Mailbox = Annotated[str, StringConstraints(pattern=r"^[!-;=?A-~]+@[!-;=?A-~]+$", max_length=254)]


class Options(Strict):
    """The keys of a channel of this kind."""

    host: str = Field(min_length=1)
    port: int | None = Field(None, ge=1, le=65535)
    """587 for STARTTLS, 465 for TLS, where it is not given."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`none` is for a relay on this machine or net, which then gets neither user nor secret."""
    authorities: str | None = None
    """A file with the certificates to believe, where the system's are not meant."""
    user: str | None = None
    secret: SecretReference | None = None
    sender: Mailbox
    to: tuple[Mailbox, ...] = Field(min_length=1)
    language: Spoken = "en"
    timeout: Duration = Field(5.0, gt=0, le=10)
    allow_private: bool = False
    """Lets it reach loopback and private addresses."""
    title_template: TemplateText | None = None
    body_template: TemplateText | None = None

    @model_validator(mode="after")
    def _secret_is_kept(self) -> "Options":
        if (self.user is None) != (self.secret is None):
            raise ValueError("got only one of user and secret, expected both or neither")
        if self.secret is not None and self.security == "none":
            raise ValueError('got a secret with security = "none", expected starttls or tls: it would be sent in the clear')
        return self


@dataclass(frozen=True, slots=True)
class Mail:
    """An open way to a mail server; each mail is a connection of its own."""

    options: Options
    writer: Writer
    server: _smtp.Server
    remembered: dict[str, frozenset[str]] = field(default_factory=dict)
    """Who already has the mail of a key, so that another try goes only to the rest."""

    def send(self, message: Message, now: int) -> Attempt:
        """One mail to everybody who does not have it yet."""
        has_it = self.remembered.get(message.key, frozenset())
        waiting = [to for to in self.options.to if to not in has_it]
        mail = self._mail(self.writer.fitting(message, _fits), message, now)
        try:
            refused = self.server.deliver(mail, self.options.sender, waiting)
        except _smtp.PrivateAddress:
            return PRIVATE_ADDRESS
        except smtplib.SMTPResponseException as error:
            return _said(error.smtp_code, "smtp")
        except smtplib.SMTPNotSupportedError:
            return Attempt(delivered=False, error="not_supported_by_server")
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            return Attempt(delivered=False, retriable=True, error=type(error).__name__)
        return self._attempt(message.key, has_it | (set(waiting) - set(refused)), refused)

    def close(self) -> None:
        """Nothing is kept open."""

    def _attempt(self, key: str, has_it: frozenset[str], refused: dict[str, int]) -> Attempt:
        """A recipient whom the server may take later makes it a failure; one it never will does so only where nobody got it."""
        later = [code for code in refused.values() if code < 500]
        if later:
            while len(self.remembered) >= MOST_REMEMBERED:
                self.remembered.pop(next(iter(self.remembered)))
            self.remembered[key] = has_it
            return _said(later[0], "recipient")
        self.remembered.pop(key, None)
        if not has_it:
            return _said(next(iter(refused.values())), "recipient")
        some = f"refused_for_{len(refused)}_of_{len(self.options.to)}" if refused else None
        return Attempt(delivered=True, status=250, error=some)

    def _mail(self, words: Words, message: Message, now: int) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = formataddr(("Pulseboard", self.options.sender))
        mail["To"] = ", ".join(self.options.to)
        mail["Subject"] = words.title
        mail["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, UTC))
        mail["Message-ID"] = self._id(message.key)
        mail["References"] = self._id(f"{message.payload.get('site')}/{message.payload.get('incident')}")
        mail["Auto-Submitted"] = "auto-generated"
        if words.level == 1:
            mail["Importance"] = "high"
        mail.set_content(_text(words))
        mail.add_alternative(_html(words, self.options.language), subtype="html")
        for file in _carried(message):
            mail.add_attachment(file.content, *file.kind.split("/"), filename=file.name)
        return mail

    def _id(self, key: str) -> str:
        domain = self.options.sender.rpartition("@")[2]
        return f"<{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:40]}@{domain}>"


def open_channel(options: Options, context: ChannelContext) -> Mail:
    """The mail of a [notify.NAME] table; raises ConfigError where its secret or its authorities are missing."""
    login = None
    if options.user is not None and options.secret is not None:
        login = (options.user, secret(options.secret, context.base_dir))
    authorities = None if options.authorities is None else context.base_dir / options.authorities
    try:
        trust = _smtp.trusting(options.host, authorities)
    except OSError as error:
        raise ConfigError([Fault(where="authorities", message=f'got "{options.authorities}", expected a file of certificates')]) from error
    server = _smtp.Server(
        host=options.host,
        port=options.port or _smtp.PORTS[options.security],
        security=options.security,
        trust=trust,
        login=login,
        timeout_s=options.timeout,
        allow_private=options.allow_private,
    )
    writer = Writer(context.zone, options.language, options.title_template, options.body_template)
    return Mail(options, writer, server)


def _said(code: int, who: str) -> Attempt:
    return Attempt(delivered=False, retriable=code < 500, status=code, error=f"{who}_{code}")


def _carried(message: Message) -> Sequence[Attachment]:
    """The files of a message; none where they are too large, for then the server would refuse the words with them."""
    files = message.attached()
    size = sum(len(file.content) for file in files)
    if size > MOST_ATTACHED:
        log.error("attachments_too_large", key=message.key, bytes=size)
        return ()
    return files


def _fits(words: Words) -> bool:
    return all(len(body) <= MOST_BODY for body in words.bodies)


def _text(words: Words) -> str:
    links = "\n".join(f"{link.name}: {link.address}" for link in words.links)
    return "\n\n".join(part for part in (words.body, links) if part) + "\n"


def _html(words: Words, spoken: Spoken) -> str:
    texts = [
        f"<h2>{html.escape(title)}</h2>\n<p>{html.escape(body).replace(chr(10), '<br>' + chr(10))}</p>"
        for title, body in zip(words.titles, words.bodies, strict=True)
    ]
    links = [f'<p><a href="{html.escape(link.address)}">{html.escape(link.name)}</a></p>' for link in words.links]
    language = "zh" if spoken == "zh" else "en"
    inner = "\n".join((*texts, *links))
    return f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"></head><body>\n{inner}\n</body></html>\n'
