"""What the serve process was started with: the config by PULSE_CONFIG, Redis by REDIS_URL, the site's key from its data."""

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from redis import Redis

from alerts.ruleset import load_rules
from dashboard.identity import login_secrets
from dashboard.picture import Saying
from pulse.access import Door
from pulse.config import GIVEN_UP, Config, ConfigError, Fault, environment, load_config, secret
from pulse.config_file import ConfigFile
from pulse.live.keys import Keys
from pulse.live.store import connected
from pulse.promises import Promises
from pulse.wall_token import SiteTokens

ASSETS = Path(__file__).parent
_PATIENCE_S = 2.0
_LOCAL_REDIS = "redis://127.0.0.1:6379/0"


@dataclass(frozen=True, slots=True)
class Serving:
    """The config and where things are."""

    config: Config
    redis_url: str

    @property
    def keys(self) -> Keys:
        """The site's names in Redis."""
        return Keys(self.config.site.name)

    @property
    def database_url(self) -> str:
        """Where history and incidents are kept."""
        return self.config.history_url

    def redis(self) -> Redis:
        """A client for one look or word of a page: it answers within 2 s or raises, for somebody waits for the page."""
        return connected(self.redis_url, _PATIENCE_S)

    @property
    def formula(self) -> str:
        """The letter of the formula behind the site's service level."""
        return self.config.site_goal.formula.upper()

    @property
    def saying(self) -> Saying:
        """How the site puts things."""
        return self.saying_by(self.config)

    def saying_by(self, promised: Promises) -> Saying:
        """How it put things on a day with these promises."""
        return Saying(formula=promised.site_goal.formula.upper(), name_of=self.config.name_of, targets=promised.targets)

    def given_up(self) -> tuple[str, ...]:
        """The processes that the supervisor has given up."""
        path = self.config.data_path / GIVEN_UP
        return tuple(path.read_text(encoding="utf-8").split()) if path.is_file() else ()

    def door(self, standing: frozenset[str] | None) -> Door:
        """How visitors are told apart; `standing` are the ids of the wall tokens that nobody revoked."""
        login = self.config.login
        return Door(SiteTokens(self.site_key(), standing), login.rules if login else None, self.bearer())

    def bearer(self) -> str | None:
        """What programs show to be let in; None where there is no such token, or nothing behind its reference."""
        interop = self.config.interop
        try:
            return (secret(interop.token, self.config.base_dir) or None) if interop else None
        except ConfigError:
            return None

    def secrets(self) -> dict[str, Any] | None:
        """What Streamlit's log-in must know, in memory only; None where people do not log in. Raises ConfigError."""
        login, key = self.config.login, self.site_key()
        if login is None:
            return None
        if key is None:
            raise ConfigError([Fault(where="site.key", message="is missing in the data folder, expected the one that `pulse serve` makes")])
        return login_secrets(login, secret(login.client_secret, self.config.base_dir), key)

    def site_key(self) -> bytes | None:
        """The key that signs wall tokens; None before the runtime has made it."""
        path = self.config.data_path / "site.key"
        return path.read_bytes() if path.is_file() else None


class Kept:
    """What is served, and the file it is read from: rules and channels change with it, as they do in the watch."""

    def __init__(self, config: Config) -> None:
        self.now = Serving(config, config.given_redis_url or _LOCAL_REDIS)
        self._file = ConfigFile(config, _rule_faults)

    def look(self) -> None:
        """Looks at the file once; one with faults leaves what is served."""
        reading = self._file.look()
        if reading is not None and reading.config is not None:
            self.now = replace(self.now, config=reading.config)


@cache
def kept() -> Kept:
    """What this process serves; raises ConfigError where PULSE_CONFIG is missing or wrong."""
    path = environment("PULSE_CONFIG")
    if path is None:
        raise ConfigError([Fault(where="PULSE_CONFIG", message="is not set, expected the path of a pulse.toml")])
    return Kept(load_config(Path(path)))


def serving() -> Serving:
    """What this process serves at this moment; raises ConfigError where PULSE_CONFIG is missing or wrong."""
    return kept().now


serving.cache_clear = kept.cache_clear


def _rule_faults(config: Config) -> list[Fault]:
    """The faults of rules: whether channels can be opened is the watch's matter, who may have other secrets."""
    try:
        load_rules(config)
    except ConfigError as error:
        return error.faults
    return []


@cache
def build() -> str:
    """A short mark of the screens' code: walls load anew when it changes."""
    files = sorted(path for path in ASSETS.rglob("*") if path.suffix in {".js", ".css", ".html", ".py"})
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
