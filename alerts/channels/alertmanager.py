"""An Alertmanager of the site: each incident is posted to it as an alert, told again while it stands, and ended by a word.

In: messages, and once a minute what stands. Out: Attempts. An alert there is good for `holds_for` after each word, so that a
Pulseboard that is away for less than that is no end, and an Alertmanager that forgot everything knows it again in a minute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx
from pydantic import Field

from alerts.channels._alertmanager import posted
from alerts.channels._http import Endpoint, answered, opened_endpoint
from alerts.message import Attempt, ChannelContext, Message
from alerts.words import Spoken
from pulse.config import secret
from pulse.tables import Duration, SecretReference, Strict
from pulse.text import Text

TITLE = Text("Alertmanager", "Alertmanager")
_PATH = "/api/v2/alerts"
_AT_ONCE = 64
_MOST_CODE = 200


class Options(Strict):
    """The keys of a channel of this kind."""

    url: str
    """The address before /api/v2/alerts, or a reference to it such as env:NAME or file:PATH."""
    token: SecretReference | None = None
    """What it wants to see as Authorization: Bearer."""
    language: Spoken = "en"
    timeout: Duration = Field(5.0, gt=0, le=10)
    allow_private: bool = False
    """Lets it reach loopback and private addresses."""
    holds_for: Duration = Field(24 * 3600.0, ge=300)
    """How long an alert stands there after the last word of it."""


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """An open Alertmanager."""

    endpoint: Endpoint
    spoken: Spoken
    holds_for_ms: int

    def send(self, message: Message, now: int) -> Attempt:
        """One POST; of a message that tells of many, a POST for each few of them."""
        return self._told(message.each, message.key, now)

    def stand(self, payloads: Sequence[Mapping[str, Any]], now: int) -> Attempt:
        """Tells again what stands, and what is over."""
        return self._told(payloads, f"standing/{now}", now)

    def close(self) -> None:
        """Gives back its connections."""
        self.endpoint.close()

    def _told(self, payloads: Sequence[Mapping[str, Any]], key: str, now: int) -> Attempt:
        """The first attempt that failed, else the last."""
        attempt, good_until = Attempt(delivered=True), now + self.holds_for_ms
        for begin in range(0, len(payloads), _AT_ONCE):
            part = payloads[begin : begin + _AT_ONCE]
            alerts = [alert for payload in part for alert in posted(payload, self.spoken, good_until)]
            attempt = self._post(alerts, key, now)
            if not attempt.delivered:
                break
        return attempt

    def _post(self, alerts: Sequence[Mapping[str, Any]], key: str, now: int) -> Attempt:
        answer = self.endpoint.post(alerts, key)
        if isinstance(answer, Attempt):
            return answer
        attempt = answered(answer, now)
        return attempt if attempt.delivered else replace(attempt, body_code=_code(answer))


def open_channel(options: Options, context: ChannelContext) -> Alertmanager:
    """The Alertmanager of a [notify.NAME] table; raises ConfigError where a reference holds nothing or is no address."""
    token = None if options.token is None else secret(options.token, context.base_dir)
    endpoint = opened_endpoint(options.url, context.base_dir, timeout_s=options.timeout, allow_private=options.allow_private)
    if token:
        endpoint.client.headers["Authorization"] = f"Bearer {token}"
    whole = endpoint.url.copy_with(path=endpoint.url.path.rstrip("/") + _PATH)
    return Alertmanager(replace(endpoint, url=whole), options.language, round(options.holds_for * 1000))


def _code(answer: httpx.Response) -> str | None:
    """Alertmanager's own word: a text of its own, or the code of the layer before it."""
    try:
        told = answer.json()
    except ValueError:
        return None
    return str(told.get("code") if isinstance(told, dict) else told)[:_MOST_CODE]
