"""What the processes of one site share: its config, places, Redis and settings for the fold."""

from dataclasses import dataclass
from pathlib import Path

from pulse.config import Config, load_config
from pulse.kpi.records import Channel
from pulse.live.fold import FoldSettings
from pulse.live.keys import Keys
from pulse.live.settings import fold_settings
from pulse.runtime.places import Places
from pulse.runtime.redis_server import own_url


@dataclass(frozen=True, slots=True)
class RunningSite:
    """One site on this machine."""

    config: Config
    places: Places

    @classmethod
    def of(cls, path: Path) -> "RunningSite":
        """The site of a config file; raises ConfigError."""
        config = load_config(path)
        return cls(config, Places.of(config))

    @classmethod
    def known(cls, path: Path) -> "RunningSite":
        """The same for who only looks or acts: no folder is made; raises ConfigError."""
        config = load_config(path)
        return cls(config, Places(config.data_path))

    @property
    def keys(self) -> Keys:
        """The site's names in Redis."""
        return Keys(self.config.site.name)

    @property
    def redis_url(self) -> str:
        """The Redis this site uses."""
        return self.config.given_redis_url or own_url(self.places)

    @property
    def database_url(self) -> str:
        """The database of history and incidents: SQLite in the data folder unless another is given."""
        return self.config.history_url

    @property
    def site_title(self) -> str:
        """The site's name as people read it."""
        title = self.config.site.title
        return title.text.in_(self.config.site.language) if title else self.config.site.name

    def fold_settings(self) -> FoldSettings:
        """What the fold must know of the site."""
        return fold_settings(self.config)

    def channels(self) -> dict[str, Channel]:
        """The channel of each configured queue."""
        return {name: queue.channel for name, queue in self.config.queues.items()}
