"""What counts for a flood, and what a flood may hide: alerts that nobody planned, and only while its own message is told."""

import pytest
from alerts_made import T0, board, ms, queue
from sqlalchemy import select
from watched import BAD, HOOK, Watch, rule

from alerts.frame import Signal
from alerts.ledger import Ledger
from alerts.message import NO_LINK
from alerts.silences import By, Wanted, lift, silence
from sql.models import Incident, OutboxMessage, Transition

AT_ONCE = {"raise_for": "0s", "clear_for": "0s", "notify": ["ops"]}
FLOOD = {"flood": {"kind": "flood", "level": 2, **AT_ONCE}}
OUTAGE = {"kind": "threshold", "figure": "waiting", "of": "site", "raise_above": 50, "inhibits": ["sla"], **AT_ONCE}
ADA = By("Ada", T0, "console")


def wanted(**facts):
    return Wanted(**{"level": 2, "starts_at": ms(0), "ends_at": ms(3600), **facts})


def bad(second, *names):
    return board(ms(second), **{name: queue(BAD) for name in names})


def named(prefix, count):
    return [f"{prefix}{number}" for number in range(count)]


def rules_seen(watch):
    return {row.rule for row in watch.frame.incidents}


def opened_at(database):
    return Ledger(database, "site", NO_LINK).opened_at(["flood"])


@pytest.fixture
def watch(database):
    return Watch(database, rules={**rule(**AT_ONCE), **FLOOD}, notify=HOOK)


def test_alerts_of_a_maintenance_window_are_no_flood(database):
    planned = {"upgrade": {"time": "00:00-24:00", "level": 2, "rules": ["sla"]}}
    watch = Watch(database, rules={**rule(**AT_ONCE), **FLOOD}, notify=HOOK, maintenance=planned)

    watch.sees(0, bad(0, *named("q", 40)))

    assert rules_seen(watch) == {"sla"}
    assert watch.told() == []


def test_silenced_alerts_are_no_flood_though_the_silence_was_made_the_moment_before(database, watch):
    watch.at(0, 0.9)
    silence(database, "site", wanted(rule="sla"), ADA)

    watch.sees(1, bad(1, *named("q", 40)))

    assert rules_seen(watch) == {"sla"}


def test_alerts_that_another_one_explains_are_no_flood(database):
    watch = Watch(database, rules={**rule(**AT_ONCE), "outage": OUTAGE, **FLOOD}, notify=HOOK)

    watch.sees(0, board(site=queue(waiting=99), **{name: queue(BAD) for name in named("q", 40)}))

    assert rules_seen(watch) == {"sla", "outage"}
    assert watch.told() == [("raised", 3, "ops")]


def test_what_explains_an_alert_is_named_once_in_its_log(database):
    watch = Watch(database, rules={**rule(**AT_ONCE), "outage": OUTAGE}, notify=HOOK)

    for second in (0, 1, 2):
        watch.sees(second, board(ms(second), site=queue(waiting=99), support=queue(BAD)))

    with database.read() as session:
        lines = session.scalars(select(Transition.why).where(Transition.kind == "mute")).all()
        explained = {row.rule: row.inhibited_by for row in session.scalars(select(Incident))}
        outage = session.scalar(select(Incident.id).where(Incident.rule == "outage"))
    assert [line["en"] for line in lines] == ["explained by: Waiting above limit"]
    assert explained == {"sla": outage, "outage": None}


def test_ten_heard_beside_any_number_of_silenced_ones_are_no_flood_and_the_eleventh_is(database, watch):
    silence(database, "site", wanted(scope="p*"), ADA)

    watch.sees(0, bad(0, *named("q", 10), *named("p", 30)))
    calm = rules_seen(watch)
    watch.sees(1, bad(1, *named("q", 11), *named("p", 30)))

    assert calm == {"sla"}
    assert rules_seen(watch) == {"sla", "flood"}


def test_what_did_not_count_does_not_count_after_a_kill_either(database, watch):
    silence(database, "site", wanted(scope="p*"), ADA)
    watch.sees(0, bad(0, *named("q", 10), *named("p", 30)))

    watch.killed().sees(60, bad(60, *named("q", 10), *named("p", 30)))

    assert rules_seen(watch) == {"sla"}
    assert len(opened_at(database)) == 10


def test_what_another_alert_explained_does_not_count_after_a_kill_either(database):
    watch = Watch(database, rules={**rule(**AT_ONCE), "outage": OUTAGE, **FLOOD}, notify=HOOK)
    seen = board(site=queue(waiting=99), **{name: queue(BAD) for name in named("q", 40)})
    watch.sees(0, seen)

    watch.killed().sees(60, board(ms(60), site=queue(waiting=99), **{name: queue(BAD) for name in named("q", 40)}))

    assert rules_seen(watch) == {"sla", "outage"}
    assert len(opened_at(database)) == 1


def test_what_the_flood_itself_hides_goes_on_feeding_it_after_a_kill_too(database, watch):
    watch.sees(0, bad(0, *named("q", 11)))

    watch.sees(300, bad(300, *named("q", 17)))
    watch.killed().sees(700, bad(700, *named("q", 17)))

    assert rules_seen(watch) == {"sla", "flood"}
    assert len(opened_at(database)) == 17
    assert {row.signal for row in watch.frame.incidents if row.rule == "flood"} == {Signal.RAISED}


def test_alerts_of_a_drill_are_no_flood(database):
    words = {"en": "words", "zh": "文字"}
    facts = {
        "site": "site",
        "rule": "sla",
        "kind": "sla_breach",
        "level": 3,
        "signal": Signal.RAISED.value,
        "work": "open",
        "opened_at": T0,
    }
    with database.write() as session:
        session.add_all(
            Incident(scope=f"q{number}", drill=drill_id is not None, drill_id=drill_id, title=words, why=words, contributors=[], **facts)
            for number, drill_id in enumerate([1] * 20 + [None] * 3)
        )

    assert len(opened_at(database)) == 3


def test_a_silenced_flood_hides_nothing(database, watch):
    silence(database, "site", wanted(rule="flood"), ADA)

    watch.sees(0, bad(0, *named("q", 12)))

    assert len(watch.told()) == 12
    assert {row.muted.kind if row.muted else None for row in watch.frame.incidents if row.rule == "sla"} == {None}
    assert {row.muted.kind for row in watch.frame.incidents if row.rule == "flood"} == {"silence"}


def test_a_flood_in_a_maintenance_window_hides_nothing(database):
    planned = {"upgrade": {"time": "00:00-24:00", "level": 2, "rules": ["flood"]}}
    watch = Watch(database, rules={**rule(**AT_ONCE), **FLOOD}, notify=HOOK, maintenance=planned)

    watch.sees(0, bad(0, *named("q", 12)))

    assert len(watch.told()) == 12


def test_a_flood_that_is_heard_again_is_told_and_hides_what_comes_after(database, watch):
    made = silence(database, "site", wanted(rule="flood"), ADA)
    watch.sees(0, bad(0, *named("q", 12)))
    lift(database, "site", made.id, By("Ada", ms(1), "console"))

    watch.refresh(2).sees(2, bad(2, *named("q", 13)))

    told = [message.payload["rule"] for message in watch.all(OutboxMessage)]
    assert (told.count("flood"), told.count("sla")) == (1, 12)
