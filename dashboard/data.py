"""What pages read and write beside the streams: history and incidents in SQL, the nudge in Redis; kept open per process."""

import redis
import streamlit as st
import structlog
from redis.exceptions import RedisError

from dashboard.day import Day, day_of
from dashboard.serving import serving
from dashboard.trend import QueueTallies
from pulse.clock import day_start, system_clock
from pulse.kpi.interval import MINUTE_MS
from sql.history import History
from sql.session import Database, open_database

HISTORY_TTL_S = 60
log = structlog.get_logger(__name__)


@st.cache_resource
def database(url: str) -> Database:
    """The database behind a URL, opened once."""
    return open_database(url)


@st.cache_data(ttl=HISTORY_TTL_S, show_spinner=False)
def day_page(minute: int) -> Day:
    """Today and yesterday as they stood in the minute that starts at `minute` (epoch ms)."""
    served = serving()
    config, history = served.config, History(database(served.database_url))
    today = day_start(minute, config.zone)
    yesterday = day_start(today - 1, config.zone)
    return day_of(history, config, (yesterday, today, minute))


def last_hour(at: int) -> dict[int, QueueTallies]:
    """What each queue counted in each of the 90 minutes before `at` (epoch ms), by minute number; a trend looks back half an hour."""
    served = serving()
    end = at - at % MINUTE_MS
    slots = History(database(served.database_url)).tallies_by(served.config.site.name, end - 90 * MINUTE_MS, end, MINUTE_MS)
    return {start // MINUTE_MS: queues for start, queues in slots.items()}


def this_minute() -> int:
    """The first instant of the running minute (epoch ms)."""
    now = system_clock()
    return now - now % 60_000


def nudge(kind: str) -> bool:
    """Tells the other processes that something changed; False where Redis did not take it, they look once a second anyway."""
    served = serving()
    try:
        with redis.from_url(served.redis_url) as client:
            client.publish(served.keys.changed, kind)
    except RedisError as error:
        log.warning("nudge_lost", kind=kind, error=type(error).__name__)
        return False
    return True
