"""Microsoft Teams, by a Workflows webhook that takes an Adaptive Card.

In: a message. Out: an Attempt. Words go as text runs, in which Teams reads no markup and no mention.
"""

import re
from dataclasses import replace
from typing import Any

import httpx
import msgspec

from alerts.bucket import Limit
from alerts.channels._hook import Form, Hook, HookOptions, failed, json_of, opened_hook, without_markup
from alerts.message import Attempt, ChannelContext
from alerts.words import Words
from pulse.text import Text

TITLE = Text("Microsoft Teams", "Microsoft Teams")
LIMITS = (Limit(4, 1.0),)
MOST_BYTES = 28_000
_TOLD_STATUS = re.compile(r"HTTP error (\d{3})")


class Options(HookOptions):
    """The keys of a channel of this kind."""


def open_channel(options: Options, context: ChannelContext) -> Hook:
    """The channel of a [notify.NAME] table; raises ConfigError where its address is missing."""
    return opened_hook(options, context, Form(body=_message, fits=_fits, verdict=_verdict, limits=LIMITS))


def _fits(words: Words) -> bool:
    return len(msgspec.json.encode(_message(words))) <= MOST_BYTES


def _verdict(response: httpx.Response, attempt: Attempt) -> Attempt:
    """Older webhooks tell in the text of a 200 that Teams itself said no."""
    told = _TOLD_STATUS.search(response.text)
    if told:
        status = int(told[1])
        return replace(failed(attempt, f"code_{status}", retriable=status == 429 or status >= 500), body_code=told[1])
    error = json_of(response).get("error")
    if error is None:
        return attempt
    code = str(error.get("code", "error") if isinstance(error, dict) else error)[:100]
    return replace(failed(attempt, "code_in_body", retriable=attempt.delivered or attempt.retriable), body_code=code)


def _message(words: Words) -> dict[str, Any]:
    runs = [_run(line) for body in words.bodies for line in body.split("\n") if line]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_run(words.title, weight="Bolder", size="Medium"), *runs],
        "actions": [{"type": "Action.OpenUrl", "title": link.name, "url": link.address} for link in words.links],
        "msteams": {"width": "Full"},
    }
    return {"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}]}


def _run(text: str, **look: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": without_markup(text), **look}]}
