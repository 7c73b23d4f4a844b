"""A generic webhook: one JSON body by POST, with the idempotency key in a header.

In: a message. Out: an Attempt. What its fields mean is the receiver's business: nothing is cut, escaped or left out.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from alerts.channels._alertmanager import webhook_body
from alerts.channels._http import Endpoint, answered, opened_endpoint
from alerts.fields import STATES
from alerts.message import Attempt, ChannelContext, Message
from alerts.words import DRILL, LANGUAGES, Spoken
from pulse.tables import Duration, Strict
from pulse.text import Language, Text, itself

TITLE = Text("Webhook", "网络回调")


Format = Literal["pulse", "alertmanager"]


class Options(Strict):
    """The keys of a channel of this kind."""

    url: str
    """An address, or a reference to one such as env:NAME or file:PATH."""
    format: Format = "pulse"
    """Whose body it is: our own, or the webhook of an Alertmanager (version 4)."""
    language: Spoken = "en"
    """The language of the one-line `text`; title and why go out in both."""
    timeout: Duration = Field(5.0, gt=0, le=10)
    allow_private: bool = False
    """Lets it reach loopback and private addresses."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An open webhook."""

    endpoint: Endpoint
    spoken: Spoken
    format: Format = "pulse"

    def send(self, message: Message, now: int) -> Attempt:
        """One POST."""
        answer = self.endpoint.post(self._body(message), message.key)
        return answer if isinstance(answer, Attempt) else answered(answer, now)

    def close(self) -> None:
        """Gives back its connections."""
        self.endpoint.close()

    def _body(self, message: Message) -> dict[str, Any]:
        if self.format == "alertmanager":
            return webhook_body(message, self.spoken)
        return {**message.payload, "key": message.key, "text": text_of(message, self.spoken)}


def open_channel(options: Options, context: ChannelContext) -> Webhook:
    """The webhook of a [notify.NAME] table; raises ConfigError where its reference holds nothing or is no address."""
    endpoint = opened_endpoint(options.url, context.base_dir, timeout_s=options.timeout, allow_private=options.allow_private)
    return Webhook(endpoint, options.language, options.format)


def text_of(message: Message, spoken: Spoken) -> str:
    """The message in one line, in every language spoken."""
    return " / ".join(_line(message, language) for language in LANGUAGES[spoken])


def _line(message: Message, language: Language) -> str:
    payload = message.payload
    state = STATES.get(payload["state"], itself(payload["state"])).in_(language)
    mark = DRILL.in_(language) if payload.get("drill") else ""
    return f"{mark}[{state}] {payload['title'][language]} · {payload['why'][language]}"
