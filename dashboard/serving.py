"""What the serve process was started with: the config by PULSE_CONFIG, Redis by REDIS_URL, the site's key from its data."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pulse.config import Config, ConfigError, Fault, environment, load_config
from pulse.kpi.records import Channel
from pulse.live.keys import Keys

ASSETS = Path(__file__).parent
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
        return self.config.database_url or f"sqlite:///{self.config.data_path / 'history.db'}"

    @property
    def formula(self) -> str:
        """The letter of the site's service-level formula, or "mixed" where its queues use several."""
        goals = [self.config.queue_goal(name, queue.channel) for name, queue in self.config.queues.items()]
        letters = {goal.formula for goal in goals or [self.config.channel_goal(Channel.VOICE)]}
        return next(iter(letters)).upper() if len(letters) == 1 else "mixed"

    def site_key(self) -> bytes | None:
        """The key that signs wall tokens; None before the runtime has made it."""
        path = self.config.data_path / "site.key"
        return path.read_bytes() if path.is_file() else None


@cache
def serving() -> Serving:
    """What this process serves; raises ConfigError where PULSE_CONFIG is missing or wrong."""
    path = environment("PULSE_CONFIG")
    if path is None:
        raise ConfigError([Fault(where="PULSE_CONFIG", message="is not set, expected the path of a pulse.toml")])
    config = load_config(Path(path))
    return Serving(config, environment("REDIS_URL") or config.redis_url or _LOCAL_REDIS)


@cache
def build() -> str:
    """A short mark of the screens' code: walls load anew when it changes."""
    files = sorted(path for path in ASSETS.rglob("*") if path.suffix in {".js", ".css", ".html", ".py"})
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
