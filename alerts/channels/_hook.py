"""What the chat services have in common: an address that is a secret, words that must fit, a limit, and a code in the answer.

In: the form of one service. Out: a channel that writes, waits for its limit, posts once and reads the answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import httpx
from pydantic import Field

from alerts.bucket import Bucket, Limit
from alerts.channels._http import Endpoint, answered, opened_endpoint, retry_after_s
from alerts.message import Attempt, ChannelContext, Message
from alerts.templates import TemplateText
from alerts.words import Spoken, Words, Writer
from pulse.config import ConfigError, Fault, secret
from pulse.tables import Duration, SecretReference, Strict

HELD = "own_limit"
UNREADABLE = "unreadable_answer"
_FEISHU_RESET = "x-ogw-ratelimit-reset"


class HookOptions(Strict):
    """The keys every chat service has."""

    url: SecretReference
    """A reference to its address, such as env:NAME or file:PATH: who has the address can write to the group."""
    language: Spoken = "en"
    timeout: Duration = Field(5.0, gt=0, le=10)
    allow_private: bool = False
    """Lets it reach loopback and private addresses, and without TLS."""
    per_minute: int | None = Field(None, ge=1)
    """Lowers how many messages it sends a minute."""
    title_template: TemplateText | None = None
    body_template: TemplateText | None = None


class SignedOptions(HookOptions):
    """Those of a service whose calls can be signed."""

    secret: SecretReference | None = None
    """What the calls of the robot are signed with."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What proves that a call is ours: fields beside the message, or parts of the address."""

    fields: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


def unsigned(_now: int) -> Signature:
    """The signature of a service that asks for none."""
    return Signature()


def signer(options: SignedOptions, context: ChannelContext, signed: Callable[[str, int], Signature]) -> Callable[[int], Signature]:
    """How the calls of a channel are signed; raises ConfigError where its secret is missing."""
    key = None if options.secret is None else secret(options.secret, context.base_dir)
    return unsigned if key is None else partial(signed, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What differs from one service to the next."""

    body: Callable[[Words], Mapping[str, Any]]
    """What is posted."""
    fits: Callable[[Words], bool]
    """Whether the service takes words of that size."""
    verdict: Callable[[httpx.Response, Attempt], Attempt]
    """What the answer means, given what its status line says."""
    limits: tuple[Limit, ...]
    sign: Callable[[int], Signature] = unsigned


@dataclass(frozen=True, slots=True)
class Hook:
    """An open chat service."""

    endpoint: Endpoint
    writer: Writer
    bucket: Bucket
    form: Form

    def send(self, message: Message, now: int) -> Attempt:
        """One POST; none while the limit is used up."""
        held = held_back(self.bucket, now)
        if held is not None:
            return held
        words = self.writer.fitting(message, self.form.fits)
        signature = self.form.sign(now)
        answer = self.endpoint.post({**self.form.body(words), **signature.fields}, message.key, signature.query)
        if isinstance(answer, Attempt):
            return answer
        verdict = self.form.verdict(answer, answered(answer, now))
        return verdict if verdict.delivered else replace(verdict, retry_after_s=_asked_for_s(answer, now))

    def close(self) -> None:
        """Gives back its connections."""
        self.endpoint.close()


def opened_hook(options: HookOptions, context: ChannelContext, form: Form) -> Hook:
    """The channel of a [notify.NAME] table; raises ConfigError where its address is missing or would be sent in the clear."""
    endpoint = opened_endpoint(options.url, context.base_dir, timeout_s=options.timeout, allow_private=options.allow_private)
    if endpoint.url.scheme != "https" and not options.allow_private:
        endpoint.close()
        raise ConfigError([Fault(where="url", message="got http://, expected https://: the address is a secret")])
    writer = Writer(context.zone, options.language, options.title_template, options.body_template)
    return Hook(endpoint, writer, Bucket((*form.limits, *own_limits(options.per_minute))), form)


def held_back(bucket: Bucket, now: int) -> Attempt | None:
    """What is made of a message while the limit is used up; None where it may go, which takes its token."""
    wait_s = bucket.take(now)
    return Attempt(delivered=False, retriable=True, error=HELD, retry_after_s=wait_s, held=True) if wait_s > 0 else None


def own_limits(per_minute: int | None) -> tuple[Limit, ...]:
    """The limit a table sets for its channel; none where it sets none."""
    return () if per_minute is None else (Limit(per_minute, 60.0),)


@dataclass(frozen=True, slots=True)
class Codes:
    """How a service that answers 200 to everything tells what it did: a number in the body, 0 for done."""

    names: tuple[str, ...]
    refused: frozenset[int]
    """Codes no second try can change; every other one may pass, and an alarm is not given up for an unknown word."""

    def verdict(self, response: httpx.Response, attempt: Attempt) -> Attempt:
        """Delivered only where the service says so."""
        code = self._code(response)
        if code is None:
            return failed(attempt, UNREADABLE) if attempt.delivered else attempt
        if code == 0:
            return replace(attempt, body_code="0")
        return replace(failed(attempt, f"code_{code}", retriable=code not in self.refused), body_code=str(code))

    def _code(self, response: httpx.Response) -> int | None:
        found = json_of(response)
        codes = [found[name] for name in self.names if isinstance(found.get(name), int)]
        return next((code for code in codes if code != 0), 0) if codes else None


def _asked_for_s(response: httpx.Response, now: int) -> float | None:
    """The seconds the service asks to wait, whatever its status line says."""
    return retry_after_s(response.headers.get("Retry-After") or response.headers.get(_FEISHU_RESET), now)


def failed(attempt: Attempt, error: str, *, retriable: bool = True) -> Attempt:
    """The attempt as a failure; its status and Retry-After stay."""
    return replace(attempt, delivered=False, retriable=retriable, error=error)


def json_of(response: httpx.Response) -> dict[str, Any]:
    """The answer's table; empty where it is none."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def without_markup(text: str) -> str:
    """The text with look-alikes for the signs that chat services read as markup, mentions or tags.

    Their dialects have no way to escape; what looks the same to people means nothing to them.
    """
    return text.translate(_LOOK_ALIKES)


_LOOK_ALIKES = str.maketrans("<>*`[]#~|\\", "＜＞＊｀［］＃～｜＼")
