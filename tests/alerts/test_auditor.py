"""The auditor: whatever becomes of the sweeper and the senders, what is late is said, once, by a way of its own."""

import pytest
from alerts_made import T0, FakeChannel, board, config, ms
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import in_memory
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from alerts.auditing import Auditor, Way, auditor_of
from alerts.auditor import DueStep, Kind, Unsent, late_at, violations
from alerts.handover_sweeper import HandOverSweeper
from alerts.handovers import HandOvers, Seen
from alerts.message import NO_LINK, Attempt
from alerts.outbox import Sender
from alerts.ruleset import faults_in
from alerts.silences import By, Wanted, silence
from alerts.sweeper import Sweeper
from pulse.text import Text
from sql.duty import AuditFinding
from sql.event_log import first_broken
from sql.models import Incident, OutboxMessage, SignalState, Transition, WatchLease

LOOK_S = 5
GRACE_S = 15
HOOK = {"kind": "webhook", "url": "https://example.org/hook"}
TABLES = {
    "rules": {},
    "notify": {"desk": HOOK, "phone": HOOK},
    "teams": {"operations": {"notify": ["desk"]}},
    "escalation": {level: {"steps": ["operations"], "every": "20s", "repeat": True} for level in ("1", "2")},
    "auditor": {"channels": ["phone"], "grace": f"{GRACE_S}s"},
}
LOST = Attempt(delivered=False, retriable=True, error="lost")
WORDS = Text("w", "w")


def incident(number=1, level=2, due_s=10, **facts):
    told = {"title": {"en": f"Alert {number}", "zh": f"告警 {number}"}, "why": {"en": "w", "zh": "w"}, "contributors": []}
    known = {"rule": f"sla{number}", "kind": "sla_breach", "scope": "support", "signal": "raised", "work": "open", "opened_at": T0}
    return Incident(id=number, site="site", level=level, worst_level=level, acknowledge_by=ms(due_s), **{**known, **told, **facts})


class Site:
    """A site whose sweeper and sender run only when they are told to, and its auditor."""

    def __init__(self, database, *incidents, phone=None, **tables):
        self.database, self.config, self.phone = database, config(**{**TABLES, **tables}), phone or FakeChannel()
        self.sweeper = Sweeper(database, self.config, NO_LINK)
        self.desk = FakeChannel()
        self.sender = Sender(database, "site", "desk", self.desk)
        self.away = False
        with database.write() as session:
            session.add_all(incidents)
        self.start(0)

    def start(self, second):
        self.auditor = Auditor(self.opened, self.config, (Way("phone", self.phone),), ms(second))
        return self

    def opened(self):
        if self.away:
            raise OperationalError("select", {}, Exception("away"))
        return self.database

    def look(self, second):
        return [one.kind for one in self.auditor.look(ms(second))]

    def looks(self, begin, end):
        return [(second, kinds) for second in range(begin, end + 1, LOOK_S) if (kinds := self.look(second))]

    def sweep(self, second, *quiet):
        if self.sweeper.sweep(ms(second), quiet):
            self.sender.send_due(lambda: ms(second))

    @property
    def told(self):
        return [(round((now - T0) / 1000), message.payload["state"], message.payload["title"]["en"]) for message, now in self.phone.sent]

    def all(self, table):
        with self.database.read() as session:
            return list(session.scalars(select(table).order_by(table.id)))


@pytest.mark.both_databases
def test_a_step_that_is_not_taken_is_told_once_by_a_way_of_its_own_and_once_when_it_is_taken(database):
    site = Site(database, incident(due_s=10))

    shown = site.looks(0, 60)
    site.sweep(61)
    after = site.looks(65, 80)

    assert (shown[0], len(shown)) == ((30, [Kind.STEPS]), 7)
    assert after == []
    assert site.told == [(30, "late", "Alerting is late"), (65, "cleared", "Alerting is on time again")]
    assert site.phone.sent[0][0].payload["why"]["en"] == (
        "Since 2026-11-23 12:00:10 (UTC) steps of escalation are due and were not taken (1): #1 Alert 1"
    )
    assert site.all(AuditFinding)[0].over_told_at == ms(65)


def test_it_stands_in_the_event_log(database):
    site = Site(database, incident())

    site.looks(0, 40)
    site.sweep(41)
    site.looks(45, 60)

    lines = [(line.who, line.from_state, line.to_state) for line in site.all(Transition) if line.kind == "auditor"]
    assert lines == [("auditor", "on_time", "late"), ("auditor", "late", "on_time")]
    assert first_broken(database, "site") is None


def test_an_acknowledged_alert_is_late_nowhere(database):
    site = Site(database, incident(work="acknowledged", owner="Ada"))

    assert site.looks(0, 120) == []


def test_an_owner_whose_shift_is_over_and_is_not_freed_is_late(database):
    site = Site(database, incident(work="acknowledged", owner="Ada", owned_until=ms(10)))

    assert site.looks(0, 30)[0] == (30, [Kind.STEPS])


def muted(by):
    return SignalState(site="site", rule="sla1", scope="support", state={"voice": {"muted": by}})


def test_what_is_kept_quiet_is_not_late_but_a_silence_that_is_over_excuses_nothing(database):
    site = Site(database, incident(), muted("silence:1"))
    silence(database, "site", Wanted(level=1, comment="move", starts_at=T0, ends_at=ms(60)), By("Ada", T0))

    assert site.looks(0, 60)[0:1] == []
    assert site.looks(65, 90)[0] == (65, [Kind.STEPS])


@pytest.mark.parametrize("by", ["maintenance:backup", "inhibition:7"])
def test_an_alert_that_a_window_or_another_one_explains_is_not_late(database, by):
    assert Site(database, incident(), muted(by)).looks(0, 120) == []


def test_a_message_that_waits_too_long_is_told_and_one_by_its_fallback_is_not(database):
    site = Site(database, incident(level=1, due_s=10))
    site.sweeper.sweep(ms(10))

    shown = site.looks(10, 50)
    with database.write() as session:
        first = session.get(OutboxMessage, 1)
        facts = {"level": 1, "created_at": ms(50), "due_at": ms(50), "sent_at": ms(50), "payload": {**first.payload, "instead_of": "desk"}}
        session.add(OutboxMessage(site="site", incident_id=1, key=first.key.replace("/desk", "/boss"), channel="boss", attempts=1, **facts))
        session.execute(update(Incident).values(work="acknowledged"))
    after = site.looks(55, 70)

    assert [kinds for second, kinds in shown if second >= 45] == [[Kind.MESSAGES], [Kind.STEPS, Kind.MESSAGES]]
    assert after == []


def test_a_message_that_another_channel_brought_is_told_as_the_trouble_of_its_own_channel(database):
    site = Site(database, incident(level=1, due_s=10))
    site.sweeper.sweep(ms(10))
    with database.write() as session:
        first = session.get(OutboxMessage, 1)
        facts = {"level": 1, "created_at": ms(10), "due_at": ms(10), "sent_at": ms(11), "payload": first.payload}
        session.add(OutboxMessage(site="site", incident_id=1, key=first.key.replace("/desk", "/boss"), channel="boss", attempts=1, **facts))

    shown = site.looks(10, 50)

    assert [kinds for second, kinds in shown if second == 45] == [[Kind.CHANNELS]]


@pytest.mark.both_databases
def test_a_message_given_up_is_told_until_somebody_hears_of_its_alert_or_acknowledges_it(database):
    site = Site(database, incident(level=1))
    site.desk.answers = [Attempt(delivered=False, status=404)]
    site.sweep(10)
    with database.write() as session:
        session.execute(update(Incident).values(escalation_due_at=ms(9_000)))

    shown = site.looks(15, 25)
    with database.write() as session:
        session.execute(update(Incident).values(work="acknowledged"))

    assert shown == [(20, [Kind.MESSAGES]), (25, [Kind.MESSAGES])]
    assert site.looks(30, 40) == []


def test_a_watch_without_a_sign_of_life_is_told_and_so_is_its_return(database):
    site = Site(database, WatchLease(site="site", number=1, beat=1, holder="a", place="x"))

    shown = site.looks(0, 80)
    with database.write() as session:
        session.execute(update(WatchLease).values(beat=2))
    after = site.looks(85, 120)

    assert (shown[0], after) == ((65, [Kind.WATCH]), [])
    assert [state for _, state, _ in site.told] == ["late", "cleared"]


def test_a_site_that_never_had_a_watch_is_not_late(database):
    assert Site(database).looks(0, 300) == []


def test_a_database_that_does_not_answer_for_a_minute_is_told_from_memory_and_so_is_its_return(database):
    site = Site(database)
    site.look(0)
    site.away = True

    shown = site.looks(5, 90)
    site.away = False
    after = site.looks(95, 110)

    assert (shown[0], after) == ((65, [Kind.BLIND]), [])
    assert [(second, state) for second, state, _ in site.told] == [(65, "late"), (95, "cleared")]
    assert "the database does not answer" in site.phone.sent[0][0].payload["why"]["en"]


def test_a_hand_over_that_is_told_of_too_late_is_a_step_that_is_late(database):
    site = Site(database, handover={"team": "operations", "within": "10s"})
    HandOvers(database, site.config).offer(By("Ada", T0), Seen())

    late = site.looks(0, 30)
    HandOverSweeper(database, site.config).sweep(ms(31), board(ms(31)))

    assert late == [(30, [Kind.STEPS])]
    assert site.looks(35, 45) == []


def test_what_its_channel_did_not_take_is_told_again_with_the_same_key(database):
    site = Site(database, incident(), phone=FakeChannel(LOST, Attempt(delivered=True)))

    site.looks(0, 70)

    assert [second for second, _, _ in site.told] == [30, 60]
    assert len(set(site.phone.keys)) == 1


@pytest.mark.both_databases
def test_of_two_processes_one_tells_and_who_has_just_begun_to_look_says_nothing_is_over(database):
    site = Site(database, incident())
    other = Site(database)

    for second in range(0, 61, LOOK_S):
        site.look(second)
        other.look(second)
    other.start(60).looks(60, 120)

    assert [state for _, state, _ in (*site.told, *other.told)] == ["late"]


def test_who_was_killed_before_telling_is_made_up_for(database):
    site = Site(database, incident(), phone=FakeChannel(LOST))
    site.looks(0, 30)

    site.phone.answers = [Attempt(delivered=True)]
    site.start(31).looks(35, 70)

    assert [(second, state) for second, state, _ in site.told] == [(30, "late"), (60, "late")]


def test_a_site_that_starts_has_its_grace_to_make_up_for_the_night(database):
    site = Site(database, incident(due_s=-40_000)).start(0)

    site.looks(0, 10)
    site.sweep(11)

    assert site.looks(15, 25) == []
    assert site.told == []


def test_without_a_table_there_is_no_auditor_and_a_channel_that_rules_tell_is_no_second_path(database):
    shared = {"sla": {"kind": "sla_breach", "notify": ["phone"]}}
    (fault,) = faults_in(config(**{**TABLES, "rules": shared}))

    assert auditor_of(config(rules={}), lambda: database, T0) is None
    assert str(fault) == 'pulse.toml, auditor.channels: got "phone", which rules tell too, expected a channel that no rule tells'


def test_only_what_is_late_at_two_looks_is_told_and_the_oldest_says_since_when():
    steps = [DueStep(key=str(number), what=WORDS, due_at=ms(number)) for number in range(9)]
    late = late_at(steps, [Unsent(key="m", what=WORDS, level=1, since=T0)], ms(60), 15_000)

    (found, *none) = violations(late, {str(number) for number in range(2, 9)})

    assert (found.kind, found.since, found.count, len(found.named), none) == (Kind.STEPS, ms(2), 7, 5, [])


times = st.integers(0, 30)
stops = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), max_size=2)
cases = st.lists(st.tuples(st.sampled_from([1, 2]), times, st.one_of(st.none(), times)), min_size=1, max_size=3)


@settings(max_examples=12)
@given(cases, stops)
def test_every_grave_alert_is_acknowledged_or_its_next_step_is_sent_or_the_auditor_says_so(alerts, stopped):
    """The sweeper and the sender stand still for a while; steps are due at a time, then every 20 s."""
    runs = {second for second in range(70) if not any(begin <= second < begin + length for begin, length in stopped)}
    with in_memory() as database:
        site = Site(database, *(incident(number, level, due_s) for number, (level, due_s, _) in enumerate(alerts, 1)))
        for second in range(70):
            for number, (_, _, answered_s) in enumerate(alerts, 1):
                if answered_s == second:
                    acknowledge(database, number)
            if second in runs:
                site.sweep(second)
            said = site.look(second) if second % LOOK_S == 0 else None

            if said is not None:
                overdue = [number for number in waiting(alerts, second) if not heard_of(site, number, alerts[number - 1][1], second)]
                assert not overdue or said, (second, overdue)
                assert not said or stopped, (second, said)


def acknowledge(database, number):
    with database.write() as session:
        session.execute(update(Incident).where(Incident.id == number).values(work="acknowledged", owner="Ada"))


def waiting(alerts, second):
    return [number for number, (_, _, answered_s) in enumerate(alerts, 1) if answered_s is None or answered_s > second]


def heard_of(site, number, due_s, second):
    """Whether the newest step that has been due for the grace and two looks reached the desk since it was due."""
    steps = [at for at in range(due_s, 200, 20) if at + GRACE_S + 2 * LOOK_S <= second]
    sent = [round((now - T0) / 1000) for message, now in site.desk.sent if number in told_of(message)]
    return not steps or any(at >= steps[-1] for at in sent)


def told_of(message):
    return {part["incident"] for part in message.each}


def test_rows_of_a_lease_that_is_gone_say_nothing(database):
    site = Site(database, WatchLease(site="site", number=1, beat=1, holder="a", place="x"))
    site.look(0)
    with database.write() as session:
        session.execute(delete(WatchLease))

    assert site.looks(5, 60) == []
