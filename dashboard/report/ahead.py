"""What may come on the day a snapshot is read: until there is a forecast, what came on the same weekdays before.

In: ports, the config, the stretch a snapshot is about. Out: `Ahead`, unset where nothing is known of that day. Pure.
"""

from datetime import date, timedelta

import msgspec

from dashboard.report.ports import Ports
from dashboard.report.stretch import Stretch
from dashboard.written import channel_titles, weekday_name
from pulse.config import Config
from pulse.i18n import words
from pulse.kpi.records import Channel
from pulse.kpi.snapshot import Ahead, Edition, Expected
from pulse.live.past_days import same_weekdays
from pulse.text import Language


def ahead(ports: Ports, config: Config, stretch: Stretch) -> Ahead | msgspec.UnsetType:
    """Contacts by channel: the mean of the last four days of its weekday that lie in history, and the least and most of them."""
    if stretch.edition is not Edition.DAILY or ports.begun_at is None:
        return msgspec.UNSET
    days = [(start, end) for start, end in same_weekdays(stretch.end, config) if ports.begun_at <= start]
    known = [day for day in ports.offered(days) if day]
    if not known:
        return msgspec.UNSET
    day = stretch.last + timedelta(days=1)
    present = [channel for channel in Channel if any(channel in told for told in known)]
    return Ahead(
        day=day.isoformat(),
        why=_why(day, len(known)),
        channels=tuple(_expected(channel, [told.get(channel, 0) for told in known]) for channel in present),
    )


def _expected(channel: Channel, counts: list[int]) -> Expected:
    return Expected(name=channel.value, titles=channel_titles(channel), value=sum(counts) / len(counts), low=min(counts), high=max(counts))


def _why(day: date, n: int) -> dict[str, str]:
    why = "report.ahead_why_one" if n == 1 else "report.ahead_why"
    return {language.value: words(language)[why].format(n=n, weekday=weekday_name(day.weekday(), language)) for language in Language}
