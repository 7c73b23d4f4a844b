"""What people call the parts of a site.

In: a config, what a line stands for, a value. Out: its name in a language; of the whole site none.
"""

from dashboard.trends.question import By, channel_of
from pulse.config import Config
from pulse.i18n import words
from pulse.text import Language


def alone_called(config: Config, only: str, language: Language) -> str:
    """The name of the channel or queue that is looked at alone; of everything none."""
    channel = channel_of(only)
    return name_of(config, By.CHANNEL if channel else By.QUEUE, channel or only, language) if only else ""


def name_of(config: Config, by: By, value: str, language: Language) -> str:
    """The name of a part; what told none is called so."""
    said = words(language)
    if by is By.SITE:
        return ""
    if not value:
        return said["trends.untold"]
    if by is By.CHANNEL:
        return said[f"channel.{value}"]
    if by is By.QUEUE:
        queue = config.queues.get(value)
        return queue.title.text.in_(language) if queue and queue.title else value
    return config.name_of(value).in_(language)
