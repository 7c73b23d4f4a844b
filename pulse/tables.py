"""The tables of pulse.toml, one class each, and what their values are written as.

In: a table as TOML has it. Out: a frozen one, or faults in words. Unknown keys are faults, but for those that belong to a plug-in.
"""

from collections.abc import Mapping
from itertools import chain, pairwise
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pulse.durations import seconds
from pulse.kpi.freshness import stale_after_s
from pulse.kpi.goal import QueueGoal, ServiceLevelFormula
from pulse.kpi.records import Channel
from pulse.login import LoginRules, origin_of, redirect_address, web_address
from pulse.names import Names
from pulse.roles import Role
from pulse.text import Language

PERSON = "person:"
"""How an owner begins who is a person."""
_MOST_NAME = 100
REFERENCES = ("env:", "file:")
"""How a reference to a secret begins."""


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f'got "{name}", expected an IANA time zone such as Europe/Berlin or Asia/Shanghai')
    return name


def _secret_reference(reference: str) -> str:
    if not reference.startswith(REFERENCES):
        raise ValueError("got a plain text, expected a reference such as env:NAME or file:PATH")
    return reference


Duration = Annotated[float, BeforeValidator(seconds)]
ZoneName = Annotated[str, AfterValidator(_zone)]
SecretReference = Annotated[str, AfterValidator(_secret_reference)]


class Strict(BaseModel):
    """A table of the config: unknown keys are faults, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Site(Strict):
    """[site]: who and where."""

    name: str = Field("site", pattern=r"^[A-Za-z0-9_-]{1,40}$")
    title: Names | None = None
    zone: ZoneName = "UTC"
    language: Language = Language.EN
    demo: bool = False


class Serve(Strict):
    """[serve]: where pages are shown."""

    host: str = "127.0.0.1"
    port: int = Field(8501, ge=1, le=65535)


class Login(Strict):
    """[login]: people prove who they are at an OpenID Connect provider."""

    metadata_url: Annotated[str, AfterValidator(web_address)]
    """Where the provider describes itself; it ends in /.well-known/openid-configuration."""
    client_id: str
    client_secret: SecretReference
    redirect: Annotated[str, AfterValidator(redirect_address)]
    """Where the provider sends people back: the address of the pages, then /oauth2callback."""
    claim: str = "roles"
    """The claim that holds roles or groups; dots lead into tables."""
    roles: Mapping[str, Role] = {}
    """What a value of the claim makes of somebody."""
    default_role: Role | None = None
    """For those whom the claim gives no role; without it they are refused."""
    scope: str = Field("openid profile email", pattern=r"(^| )openid( |$)")
    valid_for: Duration = 12 * 3600.0
    """How long a log-in is believed."""

    @model_validator(mode="after")
    def _opens_to_somebody(self) -> "Login":
        if not self.roles and self.default_role is None:
            raise ValueError("got neither roles nor default_role, expected one of them: nobody could enter")
        return self

    @property
    def rules(self) -> LoginRules:
        """How claims are read."""
        return LoginRules(
            origin=origin_of(self.redirect), claim=self.claim, roles=self.roles, default_role=self.default_role, valid_s=self.valid_for
        )


class Interop(Strict):
    """[interop]: other programs tell of their alerts and read ours."""

    token: SecretReference
    """What they show in the header Authorization: Bearer."""
    resolve_timeout: Duration = Field(300.0, gt=0)
    """How long the word of a client is good for that gives no end; after it the alert is unknown, not over."""


class Goal(Strict):
    """What a channel or queue promises; what is not given comes from the level above."""

    target: Duration | None = None
    goal_percent: float | None = Field(None, gt=0, lt=100)
    short: Duration | None = None
    formula: ServiceLevelFormula | None = None
    around_the_clock: bool | None = None
    """Replies and solutions are timed whether the site is open or not."""

    def over(self, base: QueueGoal) -> QueueGoal:
        """`base` with what is given here put over it."""
        return QueueGoal(
            target_s=base.target_s if self.target is None else self.target,
            goal_ratio=base.goal_ratio if self.goal_percent is None else self.goal_percent / 100,
            short_s=base.short_s if self.short is None else self.short,
            formula=self.formula or base.formula,
            hours=None if self.around_the_clock else base.hours,
        )


def _owner(written: str) -> str:
    if written.startswith(PERSON) and not 0 < len(written.removeprefix(PERSON).strip()) <= _MOST_NAME:
        raise ValueError(f'got "{written}", expected a team, or {PERSON} with a name of at most {_MOST_NAME} signs')
    return written


Owner = Annotated[str, Field(min_length=1, max_length=_MOST_NAME + len(PERSON)), AfterValidator(_owner)]
"""The name of a team, or a person such as person:A. Li."""


class Definition(Strict):
    """[definitions.KPI]."""

    owner: Owner
    """Who answers for what it means."""


class Queue(Goal):
    """[queues.NAME]."""

    channel: Channel = Channel.VOICE
    title: Names | None = None


class Plugin(BaseModel):
    """A table whose further keys belong to the plug-in `kind`."""

    model_config = ConfigDict(extra="allow", frozen=True)
    kind: str

    @property
    def options(self) -> dict[str, Any]:
        """The keys that are the plug-in's own."""
        return dict(self.model_extra or {})


class Source(Plugin):
    """[sources.NAME]: a connector and how it is run."""

    every: Duration = 1.0
    timeout: Duration = 10.0
    stale_after: Duration | None = None
    precedence: int = 100
    """Where two sources tell of one queue, the one with the lower number is believed."""
    channel: Channel = Channel.VOICE

    @property
    def stale_after_s(self) -> float:
        """For how many seconds its last poll is believed."""
        return stale_after_s(self.every) if self.stale_after is None else self.stale_after


class Graver(BaseModel):
    """[[rules.NAME.graver]]: a graver level of a rule; its further keys are put over the rule's own."""

    model_config = ConfigDict(extra="allow", frozen=True)
    level: Literal[1, 2]
    raise_for: Duration | None = None
    clear_for: Duration | None = None
    notify: tuple[str, ...] = ()
    """Further [notify] tables that are told from this level on."""

    @property
    def options(self) -> dict[str, Any]:
        """The keys that are the plug-in's own."""
        return dict(self.model_extra or {})


def _listed(written: object) -> object:
    return (written,) if isinstance(written, str) else written


class Rule(Plugin):
    """[rules.NAME]: a rule and the level of its alerts."""

    level: Literal[1, 2, 3] = 3
    queues: tuple[str, ...] = ()
    """Queues it looks at; none given means all."""
    raise_for: Duration = 60.0
    clear_for: Duration = 120.0
    notify: tuple[str, ...] = ()
    """Names of [notify] tables."""
    runbook: str | None = None
    owner: Owner | None = None
    """Who answers for it."""
    schedule: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """When it judges: `open`, `closed`, or names of shifts; none given means always."""
    graver: tuple[Graver, ...] = ()
    inhibits: tuple[str, ...] | None = None
    """Rules whose alerts are kept quiet where an alert of this one explains them; not given means what its kind does."""

    def channels(self, level: int) -> tuple[str, ...]:
        """The channels that are told of a level, each once."""
        further = (one.notify for one in self.graver if level <= one.level)
        return tuple(dict.fromkeys((*self.notify, *chain.from_iterable(further))))

    @model_validator(mode="after")
    def _is_a_ladder(self) -> "Rule":
        levels = [self.level, *(one.level for one in self.graver)]
        if any(after >= before for before, after in pairwise(levels)):
            raise ValueError(f"graver: got levels {', '.join(map(str, levels))}, expected each graver (a lower number) than the one before")
        return self


class ChannelOut(Plugin):
    """[notify.NAME]: a way messages leave by."""

    fallback: str | None = None
    """The [notify] table that gets what this one could not deliver in two tries."""
