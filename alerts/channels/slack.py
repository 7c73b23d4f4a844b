"""Slack, by an incoming webhook.

In: a message. Out: an Attempt. Words go as plain text, in which Slack reads no mention; it answers "ok" or one word for what is wrong.
"""

import re
from dataclasses import replace
from typing import Any

import httpx

from alerts.bucket import Limit
from alerts.channels._hook import UNREADABLE, Form, Hook, HookOptions, failed, json_of, opened_hook
from alerts.message import Attempt, ChannelContext
from alerts.words import Words, cut, longest
from pulse.text import Text

TITLE = Text("Slack", "Slack")
LIMITS = (Limit(1, 1.0),)
MOST_HEADER, MOST_SECTION = 150, 3000
_REFUSED = frozenset(
    {"action_prohibited", "channel_is_archived", "channel_not_found", "invalid_blocks", "invalid_payload", "invalid_token",
     "no_active_hooks", "no_service", "no_service_id", "no_team", "no_text", "posting_to_general_channel_denied", "team_disabled",
     "token_revoked",     "user_not_found"}
)  # fmt: skip


class Options(HookOptions):
    """The keys of a channel of this kind."""


def open_channel(options: Options, context: ChannelContext) -> Hook:
    """The channel of a [notify.NAME] table; raises ConfigError where its address is missing."""
    return opened_hook(options, context, Form(body=_body, fits=_fits, verdict=_verdict, limits=LIMITS))


def _fits(words: Words) -> bool:
    return all(len(escaped(body)) <= MOST_SECTION for body in words.bodies)


def _body(words: Words) -> dict[str, Any]:
    title = words.title
    most = longest(len(title), lambda most: len(escaped(cut(title, most))) <= MOST_HEADER)
    blocks = [{"type": "header", "text": _plain(cut(title, most))}]
    blocks += [{"type": "section", "text": _plain(body)} for body in words.bodies if body]
    if words.links:
        targets = " · ".join(f"<{link.address}|{escaped(link.name)}>" for link in words.links)
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": targets, "verbatim": True}})
    return {"text": escaped(title), "mrkdwn": False, "unfurl_links": False, "blocks": blocks}


def _verdict(response: httpx.Response, attempt: Attempt) -> Attempt:
    word = _word(response)
    if attempt.delivered and word == "ok":
        return replace(attempt, body_code="ok")
    if word is None or word == "ok":
        return failed(attempt, UNREADABLE) if attempt.delivered else attempt
    retriable = word not in _REFUSED and (attempt.delivered or attempt.retriable)
    return replace(failed(attempt, word, retriable=retriable), body_code=word)


def escaped(text: str) -> str:
    """The text as Slack wants it: three signs as entities, so that <!channel> is a name like any other."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": escaped(text), "emoji": False}


def _word(response: httpx.Response) -> str | None:
    """Slack's own word; None where the answer is not Slack's."""
    told = json_of(response)
    word = ("ok" if told.get("ok") is True else str(told.get("error"))) if told else response.text.strip()
    return word if re.fullmatch(r"[a-z_]{2,60}", word) else None
