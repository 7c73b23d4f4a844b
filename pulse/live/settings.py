"""What the fold must know of a site: the watch and a rebuilt past begin from the same config, each with the promises of its day."""

from pulse.config import Config
from pulse.live.fold import FoldSettings
from pulse.promises import Promises


def fold_settings(config: Config, promised: Promises | None = None) -> FoldSettings:
    """The settings of a site's fold; `promised` is what held on a past day, None what the config says."""
    promised = promised or config
    return FoldSettings(
        site=config.site.name,
        zone=config.zone,
        goal_of=promised.queue_goal,
        channel_goal=promised.channel_goal,
        site_goal=promised.site_goal,
        site_title=config.site.title.text if config.site.title else None,
        titles={name: queue.title.text for name, queue in config.queues.items() if queue.title},
        language=config.site.language,
        precedence={name: source.precedence for name, source in config.sources.items()},
        stale_after_s={name: source.stale_after_s for name, source in config.sources.items()},
        shifts=config.planned_shifts,
        demo=config.site.demo,
    )
