"""What a chart may look at alone: one channel, or one queue.

In: the queues of a site with their channels. Out: the words that stand for each choice in an address, and what each holds.
"""

from collections.abc import Mapping

from dashboard.trends.question import CHANNEL, Chart, Question
from dashboard.trends.week import PATTERNS
from pulse.definitions import definitions
from pulse.kpi.records import Channel


def offered(queues: Mapping[str, str]) -> tuple[str, ...]:
    """The channels, where there are several, and the queues; each as an address has it."""
    channels = [channel.value for channel in Channel if channel in queues.values()]
    return (*(f"{CHANNEL}{channel}" for channel in channels if len(channels) > 1), *queues)


def holds(only: str, queue: str, channel: str) -> bool:
    """Whether a queue is looked at; an empty word holds all."""
    return only in ("", queue, f"{CHANNEL}{channel}")


def needs_one(question: Question) -> bool:
    """Whether all channels together would say nothing: a wait of a mail and one of a call have no common pattern."""
    if question.chart is Chart.WAITS:
        return True
    return question.chart is Chart.WEEK and any(not definitions()[kpi].mixes_channels for kpi in question.kpis if kpi in PATTERNS)
