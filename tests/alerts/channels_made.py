"""Makes messages, and opens every kind of channel onto a peer on loopback."""

import asyncio
import datetime
import ipaddress
import json
import threading
from email import policy
from email.parser import BytesParser
from zoneinfo import ZoneInfo

from aiosmtpd.smtp import SMTP, AuthResult
from alerts_made import T0, ms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alerts.message import ChannelContext, Message
from alerts.ruleset import CHANNELS
from pulse.plugins import load

KEY = "site/1/raised-1/ops"
OK_BODIES = {
    "webhook": "",
    "alertmanager": "",
    "slack": "ok",
    "teams": "",
    "wecom": json.dumps({"errcode": 0, "errmsg": "ok"}),
    "dingtalk": json.dumps({"errcode": 0, "errmsg": "ok"}),
    "feishu": json.dumps({"code": 0, "msg": "success"}),
}
HOOKS = ("slack", "teams", "wecom", "dingtalk", "feishu")
PROGRAMS = ("webhook", "alertmanager")
"""Channels that programs read: nothing of a message is cut or marked for people."""
LOCAL = ("file",)
"""Channels that call nobody: they end on this machine."""
LENT = ("apprise",)
"""Channels whose calls another library makes: neither the key nor the checked address reaches them."""
SECRET = "SEC-of-the-tests"


def alarm(key=KEY, **facts):
    """A message of an alert that was raised at T0; `facts` stand over its payload."""
    payload = {
        "format": 1,
        "site": "site",
        "state": "raised",
        "incident": 1,
        "rule": "sla",
        "kind": "sla_breach",
        "level": 2,
        "scope": "support",
        "title": {"en": "Support: low", "zh": "客服：偏低"},
        "why": {"en": "50 % in 20 s", "zh": "20 秒内百分之五十"},
        "value": 0.5,
        "value_at_raise": 0.5,
        "threshold": 0.8,
        "contributors": [],
        "opened_at": T0,
        "at": ms(60),
        "runbook": None,
        "drill": False,
        "link": "https://pulse.example.org/console?incident=1",
    }
    return Message(key, {**payload, **facts})


def contributor(name, share_ratio=0.25):
    return {"dimension": "category", "value": name, "share_ratio": share_ratio, "title": {"en": name, "zh": f"{name}类"}}


def opened(kind, folder, zone="Asia/Shanghai", **options):
    module = load(CHANNELS, kind)
    return module.open_channel(module.Options.model_validate(options), ChannelContext(folder, ZoneInfo(zone)))


def hook_options(kind, folder, url):
    """Good options for a chat service at that address."""
    (folder / "address").write_text(url)
    (folder / "secret").write_text(SECRET)
    signed = {"secret": "file:secret"} if kind in ("dingtalk", "feishu") else {}
    return {"url": url if kind in PROGRAMS else "file:address", "allow_private": True, "timeout": "2s", **signed}


def strings_in(value):
    """Every text inside a JSON value."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in strings_in(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings_in(part)]
    return [value] if isinstance(value, str) else []


def certificate(folder):
    """Writes a certificate for 127.0.0.1 and its key; their paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begins = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "peer.crt").write_bytes(made.public_bytes(pem))
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "peer.key").write_bytes(plain)
    return folder / "peer.crt", folder / "peer.key"


class MailPeer:
    """A real mail server on loopback, in a thread of its own; it answers as it is told and keeps every mail it takes."""

    USER, SECRET = "pulse", "open sesame"

    def __init__(self, trust, security="starttls", own_users=True) -> None:
        self.mails, self.logins, self.under_tls, self.tried = [], [], [], []
        self.answers, self.refused, self.hangs_up = [], {}, False
        self._loop = asyncio.new_event_loop()
        facts = {"hostname": "127.0.0.1", "loop": self._loop}
        if security == "starttls":
            facts |= {"tls_context": trust, "require_starttls": True}
        if own_users:
            facts |= {"authenticator": self._let_in, "auth_required": security == "starttls", "auth_require_tls": security == "starttls"}
        start = self._loop.create_server(lambda: SMTP(self, **facts), "127.0.0.1", 0, ssl=trust if security == "tls" else None)
        self._server = self._loop.run_until_complete(start)
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def _let_in(self, _server, _session, _envelope, _mechanism, data):
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1] == (self.USER, self.SECRET), handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        self.tried.append(address)
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer is None:
            server.transport.abort()
            return "421 bye"
        if answer.startswith("250"):
            mail = BytesParser(policy=policy.default).parsebytes(envelope.original_content)
            self.mails.append((mail, tuple(envelope.rcpt_tos)))
            self.under_tls.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return answer

    async def handle_QUIT(self, server, _session, _envelope):  # noqa: N802
        if self.hangs_up:
            server.transport.abort()
        return "221 Bye"

    def options(self, **facts):
        """Good options for a mail channel to it; the secret and the certificate are files of the folder."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "user": self.USER,
            "secret": "file:mail_secret",
            "authorities": "peer.crt",
            "sender": "pulse@example.org",
            "to": ["shift@example.org"],
            "allow_private": True,
            "timeout": "5s",
            **facts,
        }

    def close(self):
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _stop(self):
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
