"""What `/metrics` says: how the site's own parts are, for a Prometheus beside it.

In: what the server has heard of the site, and how the outbox stands. Out: metrics; what is not known is left out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version

from alerts.auditor import Kind
from alerts.outbox_counts import ChannelCounts
from dashboard.exposition import Metric, counter, gauge
from dashboard.serving import build
from dashboard.stream import Hub
from pulse.kpi.board import SourceHealth
from pulse.kpi.freshness import is_stale


def metrics_of(hub: Hub, outbox: Sequence[ChannelCounts] | None, now: int) -> Iterator[Metric]:
    """Everything, at `now` (epoch ms); `outbox` is None while the database does not answer."""
    yield gauge("pulse_build_info", "The program that answers.", ({"version": version("pulseboard"), "build": build()}, 1))
    yield gauge("pulse_redis_up", "Whether this server hears from Redis.", ({}, int(hub.redis_ok)))
    yield gauge("pulse_database_up", "Whether the database answers.", ({}, int(outbox is not None)))
    yield gauge("pulse_board_age_seconds", "How old the newest Board is.", ({}, _age_s(hub.board_at, now)))
    yield counter("pulse_boards_total", "Boards that reached this server.", ({}, hub.boards))
    yield counter("pulse_unreadable_frames_total", "Boards and alert frames that could not be read.", ({}, hub.unreadable))
    yield gauge(
        "pulse_connected_screens",
        "Open event streams.",
        ({"page": "wall"}, hub.walls.screens),
        ({"page": "console"}, hub.console.screens),
    )
    yield from _of_sources(list(hub.board.sources.values()) if hub.board else [], now)
    yield from _of_alerts(hub, now)
    yield from _of_outbox(outbox or (), now)


def _of_sources(sources: Sequence[SourceHealth], now: int) -> Iterator[Metric]:
    named = [({"source": one.source}, one) for one in sources]
    yield gauge("pulse_source_up", "Whether a source is believed.", *((name, int(not is_stale(one, now))) for name, one in named))
    polled = ((name, _age_s(one.polled_at, now)) for name, one in named)
    yield gauge("pulse_source_poll_age_seconds", "Since the last poll of a source that succeeded.", *polled)
    received = ((name, _age_s(one.newest_received_at, now)) for name, one in named)
    yield gauge("pulse_source_record_age_seconds", "Since the last record of a source.", *received)
    yield gauge("pulse_source_completeness_ratio", "How much of what was to come came.", *((n, one.completeness_ratio) for n, one in named))
    yield counter("pulse_source_records_total", "Records a source gave.", *((name, one.records) for name, one in named))
    problems = ((name, sum(one.problems.values())) for name, one in named)
    yield counter("pulse_source_problems_total", "What of a source could not be read.", *problems)


def _of_alerts(hub: Hub, now: int) -> Iterator[Metric]:
    frame = hub.alerts
    yield gauge("pulse_alerts_age_seconds", "Since the open alerts were last told.", ({}, _age_s(frame.at if frame else None, now)))
    counts = Counter((row.level, row.work.value) for row in frame.incidents if not row.drill) if frame else Counter[tuple[int, str]]()
    by_work = (({"level": str(level), "work": work}, count) for (level, work), count in sorted(counts.items()))
    yield gauge("pulse_open_alerts", "Incidents that are not closed, drills left out.", *by_work)
    unknown = sum(row.no_data for row in frame.incidents if not row.drill) if frame else None
    late = ((kind, None if hub.late is None else any(one.startswith(f"late_{kind}:") for one in hub.late)) for kind in Kind)
    named = (({"kind": kind.value}, None if is_late is None else int(is_late)) for kind, is_late in late)
    yield gauge("pulse_alerting_late", "Whether alerts are told too late, as the auditor says.", *named)
    yield gauge("pulse_open_alerts_without_data", "Incidents of which nothing is known now.", ({}, unknown))


def _of_outbox(outbox: Sequence[ChannelCounts], now: int) -> Iterator[Metric]:
    named = [({"channel": one.channel}, one) for one in outbox]
    yield gauge("pulse_outbox_waiting_messages", "Messages that wait.", *((name, one.waiting) for name, one in named))
    oldest = ((name, _age_s(one.oldest_at, now)) for name, one in named)
    yield gauge("pulse_outbox_oldest_age_seconds", "How long the oldest message has waited.", *oldest)
    results = [(one, {"sent": one.sent, "given_up": one.given_up}) for one in outbox]
    ended = (({"channel": one.channel, "result": name}, count) for one, found in results for name, count in found.items())
    yield counter("pulse_deliveries_total", "Messages by what became of them.", *ended)
    yield counter("pulse_delivery_tries_total", "Tries to deliver a message.", *((name, one.tries) for name, one in named))


def _age_s(at: int | None, now: int) -> float | None:
    return None if at is None else max(0, now - at) / 1000
