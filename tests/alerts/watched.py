"""One run of the watch process on a virtual clock, for tests of what it makes of Boards."""

from alerts_made import board, config, ms, queue
from sqlalchemy import select

from alerts.evaluate import Evaluator, Ports, no_baseline
from alerts.message import Link
from sql.models import OutboxMessage, Transition

GOOD, BAD, WORSE, IDLE = 0.9, 0.5, 0.3, None
HOOK = {"ops": {"kind": "webhook", "url": "https://example.org/hook"}}


def rule(level=3, raise_for="30s", clear_for="60s", **facts):
    return {"sla": {"kind": "sla_breach", "level": level, "raise_for": raise_for, "clear_for": clear_for, **facts}}


class Watch:
    """One run of the watch process on a virtual clock; `killed()` is the next run on the same database."""

    def __init__(self, database, baseline=no_baseline, **tables):
        self.database, self.config, self.baseline = database, config(**{"rules": rule(), **tables}), baseline
        self.published, self.woken = [], 0
        self.start()

    def start(self):
        ports = Ports(baseline=self.baseline, publish=self.publish, wake=self.wake, link=Link("https://pulse.example/alerts"))
        self.evaluator = Evaluator(self.database, self.config, ports)

    def publish(self, news):
        self.published.append(news)
        return True

    def killed(self):
        self.start()
        return self

    def wake(self):
        self.woken += 1

    def at(self, second, service_level, **facts):
        return self.sees(second, board(ms(second), support=queue(service_level), **facts))

    def sees(self, second, seen):
        self.evaluator.evaluate(seen, ms(second))
        self.frame = self.evaluator.frame(ms(second))
        return self

    def until(self, start, end, service_level, **facts):
        for second in range(start, end + 1):
            self.at(second, service_level, **facts)
        return self

    def refresh(self, second):
        self.evaluator.refresh(ms(second))
        self.frame = self.evaluator.frame(ms(second))
        return self

    @property
    def row(self):
        (row,) = self.frame.incidents
        return row

    def all(self, table):
        with self.database.read() as session:
            return list(session.scalars(select(table).order_by(table.id)))

    def log(self):
        return [(line.kind, line.who, line.from_state, line.to_state) for line in self.all(Transition)]

    def told(self):
        return [(message.payload["state"], message.payload["level"], message.channel) for message in self.all(OutboxMessage)]
