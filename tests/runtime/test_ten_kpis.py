"""Figures of a day counted another way: from raw events and from the table of contacts, by code that shares nothing with the program's."""

import asyncio
import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from collectors.base import SourceContext
from collectors.connectors.simulator import Options, connect
from dashboard.report.from_history import snapshot_now
from dashboard.report.stretch import stretch_of
from pulse.clock import day_at, next_day_start
from pulse.config import Config, checked_config
from pulse.definitions import definitions
from pulse.kpi.board import Board
from pulse.kpi.filing import Counting
from pulse.kpi.interval import HOUR_MS
from pulse.kpi.kpi import Scene
from pulse.kpi.records import ContactEvent, Record
from pulse.kpi.snapshot import Edition
from pulse.kpi.tally import merged
from pulse.live.boards import Boards
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold
from pulse.live.settings import fold_settings
from sql.due import Grain
from sql.filing import Files
from sql.pseudonyms import Pseudonyms
from sql.recorder import Recorder
from sql.rolled import Rolled
from sql.rollup import RollUp
from sql.session import Database

OF_THE_SITE = (
    "service_level",
    "offered",
    "abandonment_ratio",
    "complaints_per_thousand",
    "csat_score",
    "nps_score",
    "self_service_ratio",
)
OF_A_CHANNEL = (("voice", "asa_s"), ("voice", "wait_p90_s"), ("voice", "aht_s"), ("email", "frt_s"), ("email", "resolution_s"))
TARGET_S = {"voice": 20, "chat": 60, "email": 14_400, "social": 14_400, "bot": 5}
SHORT_S = {"voice": 5, "chat": 5, "email": 0, "social": 0, "bot": 0}
Found = dict[str, float]


Polls = list[tuple[int, list[Record]]]
"""The instant of each and what it told."""


async def simulated(zone: str, start: int, end: int) -> Polls:
    """What a small centre tells from two hours before a day until two hours after it, hour by hour."""
    now = start - 2 * HOUR_MS
    centre = connect(
        Options(contacts_per_day=500, history=False, story=False, start_at_local="22:00"),
        SourceContext(site="site", source="centre", zone=zone, clock=lambda: now),
        None,
    )
    polls = [(now, list((await centre.poll()).records))]
    while now < end + 2 * HOUR_MS:
        # A Board is asked for at the last moment of the day.
        now = end - 1 if now < end - 1 <= now + HOUR_MS else now + HOUR_MS
        polls.append((now, list((await centre.poll()).records)))
    return polls


def lived_through(config: Config, database: Database, polls: Polls, end: int) -> Board:
    """The Board at the end of the day; all that was told is recorded, filed and summed up."""
    fold = Fold(replace(fold_settings(config), hands_on_events=True), catalogue())
    boards, by_instant = Boards(fold), {}
    for now, records in polls:
        fold.fold(records)
        by_instant[now] = boards.at(now)
    fold.roll(end + 3 * HOUR_MS)
    recorder = Recorder(database, "site")
    recorder.commit(stream_id="1-0", at=end, state=b"", seen={}, rows=fold.take_rows(), told=fold.take_told())
    counting = Counting(catalogue().counts, lambda queue, channel, _at: config.queue_goal(queue, channel))
    files = Files(database, "site", counting, Pseudonyms(b"key"))
    while files.file_waiting():
        continue
    RollUp(database, "site", config.zone).catch_up(end + 72 * HOUR_MS)
    return by_instant[end - 1]


def from_board(board: Board) -> Found:
    """By the live way."""
    site = {name: board.site.today[name] for name in OF_THE_SITE}
    return site | {name: board.channels[channel].today[name] for channel, name in OF_A_CHANNEL}


def from_trend(config: Config, database: Database, start: int) -> Found:
    """By the sums that trends are drawn of."""
    queues = Rolled(database, "site", config.zone).by(Grain.DAY, start, start + 1, spread=True)[start].values()
    site = Scene(merged(tally for _, tally in queues), config.site_goal)
    channels = {name: Scene(merged(tally for channel, tally in queues if channel == name)) for name, _ in OF_A_CHANNEL}
    return {name: definitions()[name].value(site) for name in OF_THE_SITE} | {
        name: definitions()[name].value(channels[channel]) for channel, name in OF_A_CHANNEL
    }


def from_snapshot(config: Config, database: Database, day: date, now: int) -> Found:
    """By what is frozen of the day."""
    made = snapshot_now(database, config, stretch_of(Edition.DAILY, day, config.zone), now)
    sections = {section.name: section.figures for section in made.channels}
    site = {figure.kpi: figure.value for figure in made.figures if figure.kpi in OF_THE_SITE}
    return site | {figure.kpi: figure.value for channel, name in OF_A_CHANNEL for figure in sections[channel] if figure.kpi == name}


def from_events(told: list[ContactEvent]) -> Found:
    """By hand, from nothing but what was told on the day."""

    def of(type_: str, *channels: str) -> list[ContactEvent]:
        return [event for event in told if event.type == type_ and (not channels or event.channel in channels)]

    answered, abandoned, offered = of("answered"), of("abandoned"), of("offered")
    in_time = [event for event in answered if event.wait_s <= TARGET_S[event.channel]]
    late = [event for event in abandoned if event.wait_s > TARGET_S[event.channel]]
    short = [event for event in abandoned if event.wait_s <= SHORT_S[event.channel]]
    stars = [event.rating.value for event in of("rated") if event.rating.scale == "csat_5"]
    marks = [event.rating.value for event in of("rated") if event.rating.scale == "nps_10"]
    handled = of("completed", "voice")
    return {
        "service_level": len(in_time) / (len(answered) + len(late)),
        "offered": len(offered),
        "abandonment_ratio": (len(abandoned) - len(short)) / (len(offered) - len(short)),
        "complaints_per_thousand": 1000 * len(of("complaint")) / len(offered),
        "csat_score": sum(stars) / len(stars),
        "nps_score": 100 * (sum(mark >= 9 for mark in marks) - sum(mark <= 6 for mark in marks)) / len(marks),
        "self_service_ratio": len(of("resolved", "bot")) / len(of("offered", "bot")),
        "asa_s": mean(event.wait_s for event in of("answered", "voice")),
        "wait_p90_s": of_its_bucket(sorted(event.wait_s for event in of("answered", "voice"))),
        "aht_s": mean(event.talk_s + event.hold_s + event.acw_s for event in handled),
        "frt_s": mean(event.wait_s for event in of("first_reply", "email")),
        "resolution_s": mean(event.wait_s for event in of("resolved", "email")),
    }


def mean(durations: Iterable[float]) -> float:
    known = list(durations)
    return math.fsum(known) / len(known)


def of_its_bucket(waits: list[float]) -> float:
    """The wait that nine of ten do not exceed, as the middle of the bucket of 5 % that holds it."""
    wait_ms = round(waits[math.ceil(len(waits) * 0.9) - 1] * 1000)
    return 0.0 if wait_ms == 0 else 1.05 ** (math.floor(math.log(wait_ms, 1.05)) + 0.5) / 1000


LIMITS = "CASE channel WHEN 'voice' THEN 20 WHEN 'chat' THEN 60 WHEN 'bot' THEN 5 ELSE 14400 END"
SHORT = "CASE WHEN channel IN ('voice', 'chat') THEN 5 ELSE 0 END"
COUNTED_IN_SQL = {
    "offered": "offered_at >= :start AND offered_at < :end",
    "answered": "outcome = 'answered' AND left_at >= :start AND left_at < :end",
    "in_time": f"outcome = 'answered' AND left_at >= :start AND left_at < :end AND wait_s <= {LIMITS}",
    "abandoned": "outcome = 'abandoned' AND left_at >= :start AND left_at < :end",
    "late": f"outcome = 'abandoned' AND left_at >= :start AND left_at < :end AND wait_s > {LIMITS}",
    "short": f"outcome = 'abandoned' AND left_at >= :start AND left_at < :end AND wait_s <= {SHORT}",
    "promoters": "nps >= 9 AND rated_at >= :start AND rated_at < :end",
    "detractors": "nps <= 6 AND rated_at >= :start AND rated_at < :end",
    "asked": "nps IS NOT NULL AND rated_at >= :start AND rated_at < :end",
    "sessions": "channel = 'bot' AND offered_at >= :start AND offered_at < :end",
    "solved": "channel = 'bot' AND resolved_at >= :start AND resolved_at < :end",
}
MEANS_IN_SQL = {
    "csat_score": ("csat", "rated_at >= :start AND rated_at < :end"),
    "asa_s": ("wait_s", "channel = 'voice' AND outcome = 'answered' AND left_at >= :start AND left_at < :end"),
    "aht_s": ("talk_s + hold_s + acw_s", "channel = 'voice' AND completed_at >= :start AND completed_at < :end"),
    "frt_s": ("first_reply_s", "channel = 'email' AND first_reply_at >= :start AND first_reply_at < :end"),
    "resolution_s": ("resolution_s", "channel = 'email' AND resolved_at >= :start AND resolved_at < :end"),
}


def from_contacts(database: Database, start: int, end: int) -> Found:
    """By SQL, from the rows of single contacts."""
    with database.read() as session:

        def ask(query: str) -> list[float]:
            return [row[0] for row in session.execute(text(query), {"start": start, "end": end})]

        counted = {name: ask(f"SELECT count(*) FROM contacts WHERE {where}")[0] for name, where in COUNTED_IN_SQL.items()}
        means = {name: ask(f"SELECT avg({value}) FROM contacts WHERE {where}")[0] for name, (value, where) in MEANS_IN_SQL.items()}
        complaints = ask("SELECT count(*) FROM complaints WHERE at >= :start AND at < :end")[0]
        waits = ask(f"SELECT wait_s FROM contacts WHERE {MEANS_IN_SQL['asa_s'][1]} ORDER BY wait_s")
    short = counted["short"]
    return means | {
        "service_level": counted["in_time"] / (counted["answered"] + counted["late"]),
        "offered": counted["offered"],
        "abandonment_ratio": (counted["abandoned"] - short) / (counted["offered"] - short),
        "complaints_per_thousand": 1000 * complaints / counted["offered"],
        "nps_score": 100 * (counted["promoters"] - counted["detractors"]) / counted["asked"],
        "self_service_ratio": counted["solved"] / counted["sessions"],
        "wait_p90_s": of_its_bucket(waits),
    }


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [("Europe/Berlin", "2026-11-20", 24), ("Europe/Berlin", "2026-10-25", 25), ("Asia/Kolkata", "2026-11-20", 24)],
)
def test_twelve_figures_of_a_day_are_the_same_live_in_trends_frozen_and_counted_another_way(database, zone, day, hours):
    config = checked_config({"site": {"name": "site", "zone": zone}}, Path("pulse.toml"))
    start = day_at(date.fromisoformat(day), ZoneInfo(zone))
    end = next_day_start(start, ZoneInfo(zone))
    polls = asyncio.run(simulated(zone, start, end))
    told = [record for _, records in polls for record in records if isinstance(record, ContactEvent) and start <= record.at < end]

    board = lived_through(config, database, polls, end)

    wanted = exactly(from_events(told))
    assert (end - start) / HOUR_MS == hours
    assert len(wanted) == 12
    assert len(told) > 1000
    assert exactly(from_contacts(database, start, end)) == wanted
    assert exactly(from_board(board)) == wanted
    assert exactly(from_trend(config, database, start)) == wanted
    assert exactly(from_snapshot(config, database, date.fromisoformat(day), end + 3 * HOUR_MS)) == wanted


def exactly(found: Found) -> Found:
    """Means are divided in another order: what is beyond a nanosecond is the machine's."""
    return {name: round(value, 9) for name, value in sorted(found.items())}
