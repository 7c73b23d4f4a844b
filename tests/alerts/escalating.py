"""A site whose alert nobody acknowledges, swept on a virtual clock."""

from alerts_made import T0, ms
from watched import BAD, HOOK, Watch, rule

from alerts.message import Link
from alerts.sweeper import Sweeper
from sql.models import Incident, OutboxMessage

MINUTE = 60
WAYS = {"ops": HOOK["ops"], "desk": HOOK["ops"], "boss": HOOK["ops"]}
SHIFTS = {"early": {"time": "06:00-14:00"}, "late": {"time": "14:00-22:00"}}
TEAMS = {
    "operations": {"title": {"en": "Operations", "zh": "运营"}, "notify": ["desk"], "on_duty": {"early": "A. Li"}},
    "director": {"notify": ["boss", "desk"]},
}
ESCALATION = {
    "1": {"steps": ["director"], "repeat": True},
    "2": {"steps": ["operations", "director"]},
}


class Site:
    """A watch process whose rule raises at once, and its sweeper."""

    def __init__(self, database, level=2, **tables):
        rules = rule(level=level, raise_for="0s", clear_for="0s", notify=["ops"])
        self.tables = {"notify": WAYS, "shifts": SHIFTS, "teams": TEAMS, "escalation": ESCALATION, **tables}
        self.database, self.watch = database, Watch(database, rules=rules, **self.tables)
        self.start()

    def start(self):
        self.sweeper = Sweeper(self.database, self.watch.config, Link("https://pulse.example/console"))

    def until(self, minutes, service_level=BAD, every=20):
        for second in range(0, round(minutes * MINUTE) + 1, every):
            if ms(second) > getattr(self, "now", T0 - 1):
                self.at(second, service_level)
        return self

    def at(self, second, service_level=BAD):
        self.now = ms(second)
        self.watch.at(second, service_level)
        self.sweeper.sweep(self.now, self.watch.evaluator.quiet_incidents)
        self.watch.evaluator.refresh(self.now)

    @property
    def told(self):
        """(minute, step, channel) of what was told beyond the alarm itself."""
        rows = self.watch.all(OutboxMessage)
        return [((row.created_at - T0) / 60_000, row.payload["state"], row.channel) for row in rows if row.channel != "ops"]

    @property
    def version(self):
        return self.watch.all(Incident)[0].version
