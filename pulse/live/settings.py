"""What the fold must know of a site, from its config: the watch and a rebuilt past begin from the same."""

from pulse.config import Config
from pulse.live.fold import FoldSettings


def fold_settings(config: Config) -> FoldSettings:
    """The settings of a site's fold."""
    return FoldSettings(
        site=config.site.name,
        zone=config.zone,
        goal_of=config.queue_goal,
        channel_goal=config.channel_goal,
        site_goal=config.site_goal,
        site_title=config.site.title.text if config.site.title else None,
        titles={name: queue.title.text for name, queue in config.queues.items() if queue.title},
        language=config.site.language,
        precedence={name: source.precedence for name, source in config.sources.items()},
        stale_after_s={name: source.stale_after_s for name, source in config.sources.items()},
        shifts=config.planned_shifts,
        demo=config.site.demo,
    )
