"""The open alerts in Redis: told by who watches, read by who comes later.

In: news, or a connection. Out: layers over what is kept, or all rows of the newest version.
"""

from collections.abc import Callable
from typing import Any

import structlog
from redis import Redis

from alerts.frame import AlertsFrame, Anew, Beat, News, decode_kept, encode_row, encode_told
from pulse.live.keys import Keys
from pulse.live.publish import Layer, Publisher
from pulse.live.store import RedisLost


def open_alerts(client: Redis, keys: Keys) -> AlertsFrame | None:
    """All open alerts as they were told last; None where none ever were. Raises redis errors, and those of unreadable rows."""
    kept: Any = client.hgetall(keys.alerts)
    return decode_kept(kept)


def teller(publisher: Publisher) -> Callable[[News], bool]:
    """Keeps the rows for who comes later, and tells what changed to who listens."""

    def publish(news: News) -> bool:
        try:
            return publisher.lay(publisher.keys.alerts, layer_of(news))
        except RedisLost as error:
            structlog.get_logger().warning("alerts_not_published", error=type(error).__name__)
            return False

    return publish


def layer_of(news: News) -> Layer:
    """The news as they are laid over what is kept; a beat changes nothing but the instant."""
    if isinstance(news, AlertsFrame):
        message = encode_told(Anew(at=news.at, version=news.version))
        rows = {row.id: encode_row(row) for row in news.incidents}
        return Layer(after=None, version=news.version, at=news.at, message=message, rows=rows)
    if isinstance(news, Beat):
        return Layer(after=news.version, version=news.version, at=news.at, message=encode_told(news))
    rows = {row.id: encode_row(row) for row in news.changed}
    return Layer(after=news.after, version=news.version, at=news.at, message=encode_told(news), rows=rows, gone=news.gone)
