"""Every service that apprise knows and we do not: well over a hundred, by one address each.

In: a message. Out: an Attempt, made of apprise's yes or no and of the status it logged. The services that answer 200 to what
they refuse are left to our own channels, for apprise calls that a success.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

from pydantic import Field

from alerts.bucket import Bucket
from alerts.channels._hook import held_back, own_limits, without_markup
from alerts.channels._http import may_pass
from alerts.message import Attempt, ChannelContext, Message
from alerts.templates import TemplateText
from alerts.words import Spoken, Words, Writer, cut
from pulse.config import ConfigError, Fault, secret
from pulse.tables import Duration, SecretReference, Strict
from pulse.text import Text

TITLE = Text("Apprise", "Apprise")
REFUSED, TIMED_OUT = "refused", "timed_out"
_OWN = {"wecombot": "wecom", "dingtalk": "dingtalk", "feishu": "feishu", "lark": "feishu"}
"""Services apprise believes too easily, and the kind of channel that does not."""
_STATUS = re.compile(r"\berror=(\d{3})\b")
_GRAVEST_WARNED = 2
_BETWEEN = "\n\n"


class Options(Strict):
    """The keys of a channel of this kind."""

    url: SecretReference
    """A reference to the address of one service as apprise writes it: who has it can write there."""
    allow_private: Literal[True]
    """Must be said: apprise looks the name up and connects by itself, so that no address can be checked first."""
    language: Spoken = "en"
    timeout: Duration = Field(5.0, gt=0, le=10)
    per_minute: int | None = Field(None, ge=1)
    """How many messages it sends a minute; apprise knows the limits of hardly any service."""
    title_template: TemplateText | None = None
    body_template: TemplateText | None = None


@dataclass(frozen=True, slots=True)
class Apprise:
    """An open service of apprise's."""

    sender: Any
    service: Any
    writer: Writer
    bucket: Bucket

    def send(self, message: Message, now: int) -> Attempt:
        """One call; none while the limit is used up."""
        held = held_back(self.bucket, now)
        if held is not None:
            return held
        words = self.writer.fitting(message, self._fits)
        told = self.sender.notify(body=_body(words), title=self._title(words), notify_type=_kind(words), body_format="text")
        return Attempt(delivered=True) if told else _failed(told)

    def close(self) -> None:
        """Nothing stays open between two messages."""

    def _title(self, words: Words) -> str:
        return cut(_plain(words.title), self.service.title_maxlen or self.service.body_maxlen // 2)

    def _fits(self, words: Words) -> bool:
        most: int = self.service.body_maxlen
        return len(self._title(words)) + len(_BETWEEN) + len(_body(words)) <= most


def open_channel(options: Options, context: ChannelContext) -> Apprise:
    """The service of a [notify.NAME] table; raises ConfigError where apprise is not there or knows no such address."""
    apprise = _library()
    asset = apprise.AppriseAsset(
        app_id="Pulseboard", app_desc="", app_url="", storage_mode="memory", http_redirects=False, service_timeout=2 * options.timeout + 1
    )
    service = _service(apprise, asset, secret(options.url, context.base_dir))
    service.socket_connect_timeout = service.socket_read_timeout = options.timeout
    sender = apprise.Apprise(service, asset=asset)
    writer = Writer(context.zone, options.language, options.title_template, options.body_template)
    return Apprise(sender, service, writer, Bucket(own_limits(options.per_minute)))


def _library() -> ModuleType:
    try:
        import apprise  # noqa: PLC0415  # an extra that few sites need, and 0.5 s to load
    except ImportError:
        missing = Fault(where="kind", message='got "apprise", which is not installed: pip install "pulseboard[apprise]"')
        raise ConfigError([missing]) from None
    return apprise


def _service(apprise: ModuleType, asset: object, address: str) -> Any:
    schema = address.partition("://")[0].lower()
    if schema in _OWN:
        raise ConfigError([Fault(where="kind", message=f'got "apprise" for {schema}, expected "{_OWN[schema]}", which reads its answers')])
    service = apprise.Apprise.instantiate(address, asset=asset)
    if service is None:
        raise ConfigError([Fault(where="url", message="got something else, expected the address of a service that apprise knows")])
    return service


def _body(words: Words) -> str:
    links = "\n".join(f"{link.name}: {link.address}" for link in words.links)
    return _BETWEEN.join(part for part in (_plain(words.body), links) if part)


def _plain(text: str) -> str:
    """What no service reads as markup or as a call for everybody."""
    return without_markup(text).replace("@", "＠")


def _kind(words: Words) -> str:
    if words.level is None:
        return "success"
    return "failure" if words.level <= _GRAVEST_WARNED else "warning"


def _failed(told: Any) -> Attempt:
    if told.status.name == "TIMEOUT":
        return Attempt(delivered=False, retriable=True, error=TIMED_OUT)
    status = _status(entry.message for one in told for entry in one.logs())
    if status is None:
        return Attempt(delivered=False, retriable=True, error=REFUSED)
    return Attempt(delivered=False, retriable=may_pass(status), status=status, error=f"http_{status}")


def _status(lines: Iterable[str]) -> int | None:
    """The status apprise logged; None where the service never answered. The lines themselves may hold what must not be kept."""
    matches = [match for line in lines if (match := _STATUS.search(line))]
    return int(matches[-1][1]) if matches else None
