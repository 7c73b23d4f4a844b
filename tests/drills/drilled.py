"""A whole site on a virtual clock: collector door, stream, watch, rules, work, outbox and a channel, with drills or without.

Redis is a list and a map; everything else is the real thing on a real SQLite file.
"""

import asyncio
from pathlib import Path

import msgspec
import pytest
from made import NOON, contact
from sqlalchemy import select

from alerts import drills
from alerts.actions import Asked, acknowledge
from alerts.evaluate import Evaluator, Ports
from alerts.message import Attempt, Link
from alerts.outbox import Sender
from alerts.silences import By
from alerts.sweeper import Sweeper
from collectors.drill_play import Playing, play
from pulse.config import checked_config
from pulse.drills import Scenario
from pulse.kpi.records import encode
from pulse.live.boards import Boards
from pulse.live.catalogue import catalogue
from pulse.live.fold import Fold
from pulse.live.keys import Keys
from pulse.live.watch import Watch
from pulse.runtime.drilling import Drilling, Place
from pulse.runtime.places import Places
from pulse.runtime.site import RunningSite
from sql.drill_table import DrillRow
from sql.models import Incident, SignalState, Transition
from sql.recorder import Recorder

SLA = {"kind": "sla_breach", "level": 2, "window": "last_5m", "min_contacts": 5, "projected": True}
RULES = {
    "sla": {**SLA, "raise_for": "1s", "clear_for": "5s"},
    "complaints": {"kind": "p1_complaint", "level": 2, "raise_for": "0s", "cluster": 3},
}
VOICE = {"queues": {"support": {"channel": "voice"}}, "channels": {"voice": {"target": "3s"}}}
"""Who waits longer than three seconds is served badly: a drill is detected within ten."""
HOOK = {"ops": {"kind": "webhook", "url": "https://example.org/hook"}}
LINK = Link("https://pulse.example/console")


def ms(second):
    return NOON + round(second * 1000)


class Stream:
    """What watch and collect ask of Redis, in memory."""

    def __init__(self):
        self.entries, self.kept, self.last = [], {}, 0

    def xadd(self, **fields):
        self.last += 1
        data = {name.encode(): value if isinstance(value, bytes) else value.encode() for name, value in fields.items()}
        self.entries.append((f"{self.last}-0".encode(), data))

    def xread(self, streams, count, block):
        ((key, seen),) = streams.items()
        after = int(seen.partition("-")[0])
        found = [entry for entry in self.entries if int(entry[0].partition(b"-")[0]) > after][:count]
        return [[key, found]] if found else []

    def xtrim(self, key, minid, approximate):
        self.entries = [entry for entry in self.entries if int(entry[0].partition(b"-")[0]) >= int(minid.partition("-")[0])]

    def hgetall(self, key):
        return {}

    def set(self, key, data, px):
        self.kept[key] = data

    def delete(self, key):
        self.kept.pop(key, None)


class Door:
    """The collector door, as far as drills go."""

    def __init__(self, stream, keys):
        self.stream, self.keys = stream, keys

    async def called_drill(self):
        return self.stream.kept.get(self.keys.drill)

    async def store_drill(self, mark, records, accepted_at):
        self.stream.xadd(source="drill", drill=mark, records=encode(records))


class Teller:
    """Takes what watch publishes."""

    def __init__(self, stream, keys):
        self.client, self.keys, self.boards = stream, keys, []

    def keep(self, key, data):
        self.boards.append(data)


class Mailbox:
    """A channel whose messages arrive."""

    def __init__(self):
        self.got = []

    def send(self, message, now):
        self.got.append(message.payload)
        return Attempt(delivered=True, status=200)

    def close(self):
        self.got = []


class Site:
    """One site; `turn` is one second of it."""

    def __init__(self, database, folder=Path("site"), rules=None, collects=True, **tables):
        written = {"rules": RULES if rules is None else rules, "notify": HOOK, **VOICE, **tables}
        for rule in written["rules"].values():
            rule.setdefault("notify", ["ops"])
        self.config = checked_config({"site": {"name": "site"}, **written}, folder / "pulse.toml")
        self.database, self.now, self.collects = database, NOON, collects
        self.stream, self.keys = Stream(), Keys("site")
        self.mailbox = Mailbox()
        self.playing = Playing()
        self.start()

    def start(self):
        """A process that watches, over what the one before it left in SQL and in the stream."""
        site = RunningSite(self.config, Places(Path("nowhere")))
        boards = Boards(Fold(site.fold_settings(), catalogue()))
        self.teller = Teller(self.stream, self.keys)
        ports = Ports(publish=lambda _news: True, link=LINK, beside=lambda: self.drilling.rows)
        place = Place(database=self.database, config=self.config, publisher=self.teller, boards=boards, ports=ports)
        self.drilling = Drilling(place)
        self.evaluator = Evaluator(self.database, self.config, ports)
        self.watch = Watch(self.teller, boards, Recorder(self.database, "site"), lambda: self.now)
        self.watch.on_board.append(self.decide)
        self.watch.on_records.append(self.drilling.take)
        self.watch.restore()
        self.sender = Sender(self.database, "site", "ops", self.mailbox, link=LINK)
        self.sweeper = Sweeper(self.database, self.config, LINK)

    def decide(self, board):
        self.drilling.refresh(self.now)
        self.evaluator.refresh(self.now)
        self.evaluator.evaluate(board, self.now)
        self.drilling.decide(board, self.now, self.evaluator)
        self.sweeper.sweep(self.now, self.evaluator.quiet_incidents | self.drilling.quiet_incidents)
        self.sender.send_due(lambda: self.now)

    def real(self, *records):
        self.stream.xadd(source="phone", records=encode(records))

    def turn(self, second):
        self.now = ms(second)
        if self.collects:
            asyncio.run(play(self.playing, Door(self.stream, self.keys), self.now))
        self.watch.turn()
        return self

    def until(self, start, end, quiet=False):
        """Every second of a stretch, a contact answered at once in each unless it is quiet."""
        for second in range(start, end + 1):
            if not quiet:
                self.calls(second)
            self.turn(second)
        return self

    def calls(self, second, wait_s=1.0, ending="answered", **facts):
        name = f"c{second}"
        began = ms(second) - round(wait_s * 1000)
        self.real(contact("offered", name, began, **facts), contact(ending, name, ms(second), wait_s=wait_s, **facts))

    def drill(self, scenario=Scenario.LOCKOUT, second=None, **facts):
        at = self.now if second is None else ms(second)
        return drills.ask(self.database, "site", drills.Wanted(name=scenario.value, scenario=scenario, **facts), By("Ada", at, "console"))

    def refused(self):
        """Why no drill may begin now."""
        with pytest.raises(drills.Refused) as refused:
            self.drill()
        return str(refused.value)

    def stop(self):
        return drills.stop(self.database, "site", By("Bo", self.now, "cli"), LINK)

    def acknowledge(self, incident, who="Ada"):
        return acknowledge(self.database, Asked(incident.id, incident.version, who, self.now))

    def all(self, table=Incident, *conditions):
        with self.database.read() as session:
            return list(session.scalars(select(table).where(*conditions).order_by(table.id)))

    def all_states(self):
        with self.database.read() as session:
            return list(session.scalars(select(SignalState)))

    @property
    def row(self):
        return self.all(DrillRow)[-1]

    @property
    def score(self):
        return drills.score_of(self.database, self.config, self.row, self.now)

    def marks(self):
        return {step.name.value: (step.mark.value, step.took_s, step.who) for step in self.score.steps}

    def log(self, kind="drill"):
        return [(line.from_state, line.to_state, line.who) for line in self.all(Transition, Transition.kind == kind)]

    @property
    def shown(self):
        """The rows on screens: rule, scope, level and whether they are a drill's."""
        return [(row.rule, row.scope, row.level, row.drill) for row in self.evaluator.frame(self.now).incidents]


def plain(rows):
    """Rows of a table as bytes."""
    return msgspec.json.encode([{column.name: getattr(row, column.name) for column in row.__table__.columns} for row in rows])
