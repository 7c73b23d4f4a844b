"""WeCom, by the robot of a group.

In: a message. Out: an Attempt. It answers 200 to everything; what it did is `errcode` in the body.
"""

from typing import Any

from alerts.bucket import Limit
from alerts.channels._hook import Codes, Form, Hook, HookOptions, opened_hook, without_markup
from alerts.message import ChannelContext
from alerts.words import Words
from pulse.text import Text

TITLE = Text("WeCom", "企业微信")
LIMITS = (Limit(20, 60.0),)
MOST_BYTES = 4096
_CODES = Codes(("errcode",), frozenset({40001, 40008, 40014, 40058, 44004, 45002, 93000, 93004, 93008, 93017}))


class Options(HookOptions):
    """The keys of a channel of this kind."""


def open_channel(options: Options, context: ChannelContext) -> Hook:
    """The channel of a [notify.NAME] table; raises ConfigError where its address is missing."""
    return opened_hook(options, context, Form(body=_body, fits=_fits, verdict=_CODES.verdict, limits=LIMITS))


def _fits(words: Words) -> bool:
    return len(_content(words).encode()) <= MOST_BYTES


def _body(words: Words) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": _content(words)}}


def _content(words: Words) -> str:
    links = " · ".join(f"[{link.name}]({link.address})" for link in words.links)
    return "\n\n".join(part for part in (f"**{without_markup(words.title)}**", without_markup(words.body), links) if part)
