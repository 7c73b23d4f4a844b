"""One late shift, minute by minute on a virtual clock: every level, silence, dead source, escalation, hand-over, post-mortem.

Everything is real but the time and the ways out: rules, signal and work machine, database, outbox, senders.
"""

from zoneinfo import ZoneInfo

import pytest
from alerts_made import FakeChannel, board, config, ms, queue, source
from sqlalchemy import select

from alerts.account import account_of
from alerts.actions import Answer, Asked, Cause, acknowledge, close, mitigate
from alerts.evaluate import Evaluator, Ports
from alerts.frame import Signal, Work
from alerts.message import Link
from alerts.outbox import Sender
from alerts.postmortem import PostMortem, drafted, finish, save
from alerts.silences import By, Wanted, silence
from alerts.sweeper import Sweeper
from pulse.text import Language
from sql.event_log import first_broken
from sql.models import Incident, Transition
from sql.session import open_database, sqlite_url

AT_ONCE = {"raise_for": "0s", "clear_for": "0s"}
HOOK = {"kind": "webhook", "url": "https://example.org/hook"}
WAYS = ("desk", "manager", "operations", "director")
TABLES = {
    "site": {"zone": "UTC"},
    "notify": dict.fromkeys(WAYS, HOOK),
    "shifts": {"late": {"time": "12:00-20:00"}, "night": {"time": "20:00-04:00"}},
    "teams": {name: {"notify": [name], "on_duty": {"late": "A. Li", "night": "B. Wang"}} for name in WAYS},
    "escalation": {"3": {"steps": ["manager"]}, "2": {"steps": ["operations"]}, "1": {"steps": ["director"], "repeat": True}},
    "rules": {
        "sla": {"kind": "sla_breach", "level": 3, "notify": ["desk"], **AT_ONCE, "graver": [{"level": 2, "raise_below_percent": 40}]},
        "outage": {
            "kind": "threshold", "figure": "waiting", "of": "site", "raise_above": 50, "level": 1, "notify": ["desk", "manager"], **AT_ONCE,
        },
        "silent": {"kind": "no_data", "level": 2, "notify": ["desk"], **AT_ONCE},
    },
}  # fmt: skip


class Shift:
    """The shift as it goes: `minute` passes one, people act in between."""

    def __init__(self, database):
        self.database, self.config = database, config(**TABLES)
        self.evaluator = Evaluator(database, self.config, Ports(publish=lambda _news: True, wake=self.send))
        self.sweeper = Sweeper(database, self.config, Link("https://pulse.example/console"))
        self.channels = {name: FakeChannel() for name in WAYS}
        self.senders = [Sender(database, "site", name, channel) for name, channel in self.channels.items()]
        self.minute = 0
        self.figures = {"logistics": 0.9, "chat": 0.9}
        self.waiting, self.heard_at = 0, None

    def until(self, minute):
        """Minutes pass; the source is heard in each unless it fell silent."""
        while self.minute < minute:
            self.minute += 1
            queues = {name: queue(level, title=name) for name, level in self.figures.items()}
            heard = self.now if self.heard_at is None else self.heard_at
            seen = board(self.now, queue(waiting=self.waiting), {"phone": source(heard, stale_after_s=90.0)}, **queues)
            if self.sweeper.sweep(self.now, self.evaluator.quiet_incidents):
                self.send()
            self.evaluator.refresh(self.now)
            self.evaluator.evaluate(seen, self.now)
        return self

    def send(self):
        for sender in self.senders:
            sender.send_due(lambda: self.now)

    @property
    def now(self):
        return ms(60 * self.minute)

    def told(self, first, last):
        """(minute, what, level, channel) of what was delivered in some minutes, in the order of minutes and channels."""
        found = [
            ((at - ms(0)) // 60_000, message.payload["state"], message.payload["level"], name)
            for name, channel in self.channels.items()
            for message, at in channel.sent
        ]
        return sorted((one for one in found if first <= one[0] <= last), key=lambda one: (one[0], WAYS.index(one[3])))

    def open(self, rule, scope):
        return next(row for row in self.evaluator.frame(self.now).incidents if (row.rule, row.scope) == (rule, scope))

    def asks(self, rule, scope, who):
        row = self.open(rule, scope)
        return Asked(row.id, row.version, who, self.now, origin="console", shift_ends_at=self.config.shift_ends_at(self.now))


def degraded(shift):
    shift.until(30).figures["logistics"] = 0.6
    shift.until(49)


def worse(shift):
    shift.figures["logistics"] = 0.3
    shift.until(65)
    answer = acknowledge(shift.database, shift.asks("sla", "logistics", "A. Li")).answer
    shift.until(79)
    owned = shift.open("sla", "logistics")
    mitigate(shift.database, shift.asks("sla", "logistics", "A. Li"))
    shift.until(119)
    return answer, owned, shift.open("sla", "logistics")


def phone_down(shift):
    shift.waiting = 99
    shift.until(132)
    acknowledge(shift.database, shift.asks("outage", "site", "A. Li"))
    shift.until(149).waiting = 0
    shift.until(155)
    return close(shift.database, shift.asks("outage", "site", "A. Li"), Cause.TECHNOLOGY).answer


def source_silent(shift):
    shift.until(199)
    shift.heard_at = shift.now
    shift.until(201).figures["logistics"] = 0.95
    shift.until(230)
    row = shift.open("sla", "logistics")
    shift.heard_at, shift.figures["logistics"] = None, 0.3
    shift.until(240)
    close(shift.database, shift.asks("silent", "phone", "A. Li"), Cause.TECHNOLOGY)
    return row


def silenced(shift):
    shift.until(299)
    aim = Wanted(rule="sla", scope="chat", level=3, starts_at=shift.now, ends_at=ms(60 * 340), comment="new agents")
    silence(shift.database, "site", aim, By("A. Li", shift.now, "console"))
    shift.figures["chat"] = 0.6
    muted = shift.until(320).open("sla", "chat").muted.kind
    shift.figures["chat"] = 0.9
    shift.until(345)
    return muted


def handed_over(shift):
    free = shift.until(484).open("sla", "logistics")
    taken = acknowledge(shift.database, shift.asks("sla", "logistics", "B. Wang")).answer
    shift.until(489)
    return free, taken


def reviewed(shift):
    shift.figures["logistics"] = 0.9
    asked = shift.until(495).asks("sla", "logistics", "B. Wang")
    close(shift.database, asked, Cause.PROCESS)
    account = account_of(shift.database, shift.config, asked.incident_id, shift.now)
    draft = drafted(account, Language.EN, ZoneInfo("UTC"))
    whys = ("a carrier was late", "nobody told the queue", "no rule did", "", "")
    save(shift.database, asked, PostMortem(summary=draft.summary, whys=whys, fishbone="process", times=draft.times), seen=0)
    return draft, finish(shift.database, Asked(asked.incident_id, asked.version + 1, "B. Wang", shift.now)).answer


CHAPTERS = (degraded, worse, phone_down, source_silent, silenced, handed_over, reviewed)


@pytest.fixture(scope="module")
def shift(tmp_path_factory):
    """The whole shift, played once; `saw` holds what each chapter found."""
    with open_database(sqlite_url(tmp_path_factory.mktemp("shift") / "history.db")) as database:
        played = Shift(database)
        played.saw = {chapter.__name__: chapter(played) for chapter in CHAPTERS}
        yield played


def test_one_queue_below_its_goal_goes_to_the_desk_and_unanswered_to_the_manager(shift):
    assert shift.told(0, 49) == [(31, "raised", 3, "desk"), (46, "unanswered", 3, "manager")]


def test_getting_worse_it_becomes_level_two_and_goes_to_operations_until_somebody_owns_it(shift):
    answer, owned, mitigated = shift.saw["worse"]

    assert shift.told(50, 119) == [(50, "raised", 2, "desk"), (60, "unanswered", 2, "operations")]
    assert (answer, owned.owner) == (Answer.DONE, "A. Li")
    assert (mitigated.work, mitigated.owner, mitigated.signal) == (Work.MITIGATED, "A. Li", Signal.RAISED)


def test_the_phone_going_down_reaches_the_director_every_five_minutes_until_it_is_acknowledged(shift):
    assert shift.told(120, 199) == [
        (120, "raised", 1, "desk"),
        (120, "raised", 1, "manager"),
        (125, "unanswered", 1, "director"),
        (130, "unanswered", 1, "director"),
        (151, "cleared", 1, "desk"),
        (151, "cleared", 1, "manager"),
    ]
    assert shift.saw["phone_down"] is Answer.DONE


def test_a_source_that_falls_silent_clears_nothing_and_is_an_alert_itself(shift):
    row = shift.saw["source_silent"]

    assert (row.signal, row.no_data, row.owner) == (Signal.RAISED, True, "A. Li")
    assert shift.told(200, 298) == [(201, "raised", 2, "desk"), (211, "unanswered", 2, "operations"), (232, "cleared", 2, "desk")]


def test_what_is_silenced_comes_and_goes_on_the_list_without_a_word(shift):
    assert shift.saw["silenced"] == "silence"
    assert shift.told(299, 479) == []


def test_at_the_end_of_the_shift_what_is_left_must_be_taken_by_the_next(shift):
    free, taken = shift.saw["handed_over"]

    assert (free.work, free.owner, taken) == (Work.OPEN, None, Answer.DONE)
    assert shift.told(480, 489) == [(480, "unowned", 2, "desk")]


def test_after_it_is_over_it_is_closed_with_its_cause_and_its_post_mortem_finishes_it(shift):
    draft, finished = shift.saw["reviewed"]

    assert finished is Answer.DONE
    assert (draft.times["acknowledge_s"], draft.times["fix_s"]) == (34 * 60, 459 * 60)
    assert shift.told(490, 999) == [(491, "cleared", 2, "desk")]


def test_nothing_is_left_open_and_the_log_is_whole(shift):
    with shift.database.read() as session:
        left = [one.rule for one in session.scalars(select(Incident)) if not Work(one.work).is_closed]
        lines = session.query(Transition).count()

    assert left == []
    assert lines > 30
    assert first_broken(shift.database, "site") is None
