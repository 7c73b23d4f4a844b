"""Feishu or Lark, by the robot of a group; a robot with a secret wants every call signed.

In: a message. Out: an Attempt. It answers 200 to much; what it did is `code` or `StatusCode` in the body.
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

TITLE = Text("Feishu", "飞书")
LIMITS = (Limit(100, 60.0), Limit(5, 1.0))
MOST_BYTES = 20_000
_SIGNATURE_BYTES = 200
_CODES = Codes(("code", "StatusCode"), frozenset({19001, 19002, 19007, 19021, 19022, 19024}))
_COLOURS = {1: "red", 2: "orange", 3: "yellow"}


class Options(SignedOptions):
    """The keys of a channel of this kind."""


def open_channel(options: Options, context: ChannelContext) -> Hook:
    """The channel of a [notify.NAME] table; raises ConfigError where its address or secret is missing."""
    sign = signer(options, context, _signed)
    return opened_hook(options, context, Form(body=_message, fits=_fits, verdict=_CODES.verdict, limits=LIMITS, sign=sign))


def _fits(words: Words) -> bool:
    return len(msgspec.json.encode(_message(words))) <= MOST_BYTES - _SIGNATURE_BYTES


def _signed(key: str, now: int) -> Signature:
    return Signature(fields={"timestamp": str(now // 1000), "sign": signature(key, now // 1000)})


def signature(secret: str, now_s: int) -> str:
    """HMAC-SHA256 of nothing, under the instant in s and the secret."""
    return base64.b64encode(hmac.new(f"{now_s}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def _message(words: Words) -> dict[str, Any]:
    elements: list[dict[str, Any]] = [{"tag": "div", "text": _plain(body)} for body in words.bodies if body]
    if words.links:
        buttons = [{"tag": "button", "type": "default", "text": _plain(link.name), "url": link.address} for link in words.links]
        elements.append({"tag": "action", "actions": buttons})
    header = {"title": _plain(words.title), "template": "green" if words.level is None else _COLOURS.get(words.level, "blue")}
    return {"msg_type": "interactive", "card": {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}}


def _plain(text: str) -> dict[str, str]:
    return {"tag": "plain_text", "content": without_markup(text)}
