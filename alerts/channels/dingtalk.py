"""DingTalk, by the robot of a group; a robot with a secret wants every call signed.

In: a message. Out: an Attempt. It answers 200 to everything; what it did is `errcode` in the body.
"""

import base64
import hashlib
import hmac
from typing import Any

import msgspec

from alerts.bucket import Limit
from alerts.channels._hook import Codes, Form, Hook, Signature, SignedOptions, opened_hook, signer, without_markup
from alerts.message import ChannelContext
from alerts.words import Words
from pulse.text import Text

TITLE = Text("DingTalk", "钉钉")
LIMITS = (Limit(20, 60.0),)
"""One more within the minute, and the robot is blocked for ten."""
MOST_BYTES = 20_000
_CODES = Codes(("errcode",), frozenset({300001, 310000, 400013, 400101, 400102, 400105, 40035, 43004, 460101}))


class Options(SignedOptions):
    """The keys of a channel of this kind."""


def open_channel(options: Options, context: ChannelContext) -> Hook:
    """The channel of a [notify.NAME] table; raises ConfigError where its address or secret is missing."""
    sign = signer(options, context, _signed)
    return opened_hook(options, context, Form(body=_message, fits=_fits, verdict=_CODES.verdict, limits=LIMITS, sign=sign))


def _fits(words: Words) -> bool:
    return len(msgspec.json.encode(_message(words))) <= MOST_BYTES


def _signed(key: str, now: int) -> Signature:
    return Signature(query={"timestamp": str(now), "sign": signature(key, now)})


def signature(secret: str, now: int) -> str:
    """HMAC-SHA256 of the instant in ms and the secret, under the secret."""
    return base64.b64encode(hmac.new(secret.encode(), f"{now}\n{secret}".encode(), hashlib.sha256).digest()).decode()


def _message(words: Words) -> dict[str, Any]:
    links = " · ".join(f"[{link.name}]({link.address})" for link in words.links)
    # One line break is none in its Markdown.
    body = without_markup(words.body).replace("\n", "\n\n")
    title = without_markup(words.title)
    text = "\n\n".join(part for part in (f"**{title}**", body, links) if part)
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}, "at": {"isAtAll": False}}
