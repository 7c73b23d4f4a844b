import pytest
from alerts_made import T0, board, ms, queue, source
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError, OperationalError
from watched import BAD, GOOD, HOOK, IDLE, Watch, rule

from alerts.actions import Answer, Asked, Cause, acknowledge, close
from alerts.frame import AlertsFrame, Beat, Signal, Work
from alerts.ledger import Ledger
from pulse.kpi.board import Scope
from sql.models import Incident, OutboxMessage, SignalState


@pytest.fixture
def watch(database):
    return Watch(database)


@pytest.fixture
def statements(database):
    seen = []

    def keep(*told):
        seen.append(told[2])

    event.listen(database._readers, "before_cursor_execute", keep)
    yield seen
    event.remove(database._readers, "before_cursor_execute", keep)


def test_a_breach_that_holds_becomes_an_incident(watch):
    watch.until(0, 29, BAD)
    before = watch.frame.incidents

    watch.at(30, BAD)

    assert before == ()
    row = watch.row
    assert (row.rule, row.kind, row.scope, row.level) == ("sla", "sla_breach", "support", 3)
    assert (row.signal, row.work, row.version) == (Signal.RAISED, Work.OPEN, 1)
    assert (row.value, row.threshold, row.opened_at, row.acknowledge_by) == (0.5, 0.8, ms(30), ms(930))
    assert row.title == {"en": "Support: SL below goal", "zh": "Support：服务水平低于目标"}


def test_while_it_stands_the_frame_tells_the_newest_value(watch):
    watch.until(0, 30, BAD)

    watch.at(31, 0.4)

    assert watch.row.value == 0.4
    assert watch.row.why["en"].startswith("40.0 %")


def test_level_three_leaves_the_frame_when_it_is_clear(watch):
    watch.until(0, 30, BAD).until(31, 90, GOOD)
    clearing = watch.row.signal

    watch.at(91, GOOD)

    assert clearing is Signal.CLEARING
    assert watch.frame.incidents == ()
    assert watch.log() == [
        ("work", "pulse", "closed", "open"),
        ("signal", "pulse", "ok", "raised"),
        ("signal", "pulse", "raised", "clearing"),
        ("signal", "pulse", "clearing", "ok"),
        ("work", "pulse", "open", "closed"),
    ]


def test_graver_levels_stay_in_the_frame_until_a_person_closes_them(database):
    watch = Watch(database, rules=rule(level=2)).until(0, 30, BAD).until(31, 91, GOOD)

    assert (watch.row.signal, watch.row.work) == (Signal.OK, Work.OPEN)
    outcome = close(database, Asked(watch.row.id, watch.row.version, "Ada", ms(95)), Cause.TECHNOLOGY)
    watch.evaluator.refresh(ms(96))

    assert outcome.answer is Answer.DONE
    assert watch.published[-1].gone == (1,)


def test_raised_again_soon_is_the_same_incident_opened_again(watch):
    watch.until(0, 30, BAD).until(31, 91, GOOD)

    watch.until(92, 122, BAD)

    assert len(watch.all(Incident)) == 1
    assert (watch.row.id, watch.row.version, watch.row.work, watch.row.opened_at) == (1, 3, Work.OPEN, ms(30))


def test_raised_again_later_is_a_new_incident(watch):
    watch.until(0, 30, BAD).until(31, 91, GOOD)

    watch.until(1_000, 1_030, BAD)

    assert watch.row.id == 2


def test_a_silent_source_never_clears_and_keeps_the_owner(database, watch):
    watch.until(0, 30, BAD)
    acknowledge(database, Asked(watch.row.id, watch.row.version, "Ada", ms(31)))
    watch.evaluator.refresh(ms(31))

    watch.until(32, 600, GOOD, sources={"phone": source(ms(15))})

    assert (watch.row.signal, watch.row.no_data, watch.row.owner) == (Signal.RAISED, True, "Ada")
    assert ("no_data", "pulse", "known", "unknown") in watch.log()


def test_a_queue_that_is_gone_never_clears(watch):
    watch.until(0, 30, BAD)

    for second in range(31, 200):
        watch.sees(second, board(ms(second)))

    assert (watch.row.signal, watch.row.no_data) == (Signal.RAISED, True)


def test_a_breach_pending_when_watch_is_killed_is_raised_in_time(watch):
    watch.until(0, 20, BAD)

    watch.killed().until(27, 30, BAD)

    assert watch.row.signal is Signal.RAISED


def test_killed_at_any_second_there_is_one_incident_and_the_same_end(database):
    script = [(second, BAD if second <= 30 else GOOD) for second in range(120)]
    for kill_at in range(0, 120, 7):
        watch = Watch(database, site={"name": f"site-{kill_at}"})

        for second, level in script:
            if second == kill_at:
                watch.killed()
            watch.at(second, level)

        with database.read() as session:
            incidents = list(session.scalars(select(Incident).where(Incident.site == f"site-{kill_at}")))
        assert [(one.work, one.raises) for one in incidents] == [("closed", 1)]


def test_what_is_firing_is_firing_after_a_restart_before_any_board(watch):
    watch.until(0, 30, BAD)

    watch.killed()

    assert [row.signal for row in watch.evaluator.frame(ms(31)).incidents] == [Signal.RAISED]


@pytest.mark.both_databases
def test_a_lost_signal_state_joins_the_open_incident_instead_of_a_second_one(database, watch):
    watch.until(0, 30, BAD)
    with database.write() as session:
        session.delete(session.scalars(select(SignalState)).one())

    watch.killed().until(31, 61, BAD)

    assert len(watch.all(Incident)) == 1


@pytest.mark.both_databases
def test_the_database_itself_refuses_a_second_open_incident(database, watch):
    watch.until(0, 30, BAD)

    with pytest.raises(IntegrityError), database.write() as session:
        first = session.scalars(select(Incident)).one()
        columns = {column.name: getattr(first, column.name) for column in Incident.__table__.columns if column.name != "id"}
        session.add(Incident(**columns))


def test_where_nothing_changes_no_sql_is_touched(watch, statements):
    watch.until(0, 30, BAD)
    statements.clear()

    watch.until(31, 60, BAD)

    assert statements == []


def test_a_quiet_site_touches_no_sql(watch, statements):
    statements.clear()

    watch.until(0, 30, GOOD).until(31, 60, IDLE).until(61, 90, GOOD)

    assert statements == []


def test_while_nothing_changes_a_beat_is_published_once_a_second(watch):
    for tenth in range(25):
        watch.at(tenth / 10, GOOD)

    assert watch.published == [AlertsFrame(at=T0, version=T0), Beat(at=T0 + 1_000, version=T0), Beat(at=T0 + 2_000, version=T0)]


def test_a_frame_that_did_not_arrive_is_published_again(watch):
    arrived = iter([False, True, True])
    watch.publish = lambda news: watch.published.append(news) or next(arrived)
    watch.start()

    watch.at(0, GOOD).at(0.1, GOOD).at(0.2, GOOD)

    assert [news.at - T0 for news in watch.published] == [0, 100]


def test_an_acknowledgement_of_another_process_is_published_by_refresh(database, watch):
    watch.until(0, 30, BAD)

    assert not watch.evaluator.refresh(ms(30))
    acknowledge(database, Asked(1, 1, "Ada", ms(31)))
    assert watch.evaluator.refresh(ms(31))

    (row,) = watch.published[-1].changed
    assert (row.work, row.owner, row.version, row.acknowledge_by) == (Work.ACKNOWLEDGED, "Ada", 2, None)


@pytest.mark.both_databases
def test_an_acknowledgement_just_before_a_commit_is_not_lost(database, watch):
    watch.until(0, 30, BAD)
    acknowledge(database, Asked(1, 1, "Ada", ms(30)))

    watch.at(31, GOOD)

    assert (watch.row.signal, watch.row.owner) == (Signal.CLEARING, "Ada")


def test_clearing_does_not_make_the_version_a_person_looked_at_old(database, watch):
    watch.until(0, 30, BAD).at(31, GOOD)

    assert acknowledge(database, Asked(1, 1, "Ada", ms(32))).answer is Answer.DONE


def test_each_channel_of_the_rule_gets_a_message_for_raise_and_for_clear(database):
    watch = Watch(database, rules=rule(notify=["ops"]), notify=HOOK).until(0, 30, BAD).until(31, 91, GOOD)

    raised, cleared = watch.all(OutboxMessage)

    assert (raised.key, cleared.key) == ("site/1/raised-1/ops", "site/1/cleared-1/ops")
    assert (raised.payload["state"], raised.payload["value"], raised.payload["threshold"]) == ("raised", 0.5, 0.8)
    assert (cleared.payload["state"], cleared.payload["value"], cleared.payload["at"]) == ("cleared", 0.9, ms(91))
    assert raised.payload["link"] == "https://pulse.example/alerts?alert=1"
    assert set(raised.payload["why"]) == {"en", "zh"}
    assert watch.woken == 2


def test_a_second_raise_of_one_incident_has_a_key_of_its_own(database):
    watch = Watch(database, rules=rule(notify=["ops"]), notify=HOOK).until(0, 30, BAD).until(31, 91, GOOD).until(92, 122, BAD)

    assert [message.key for message in watch.all(OutboxMessage)][-1] == "site/1/raised-2/ops"


def test_a_rule_that_fails_leaves_the_others_at_work(database):
    def broken(*_asked):
        raise ValueError("no such hour")

    watch = Watch(database, rules={"calm": {"kind": "spike"}, **rule()}, baseline=broken)

    watch.until(0, 30, BAD, site=Scope(title="Site", last_30m={"complaints": 9}))

    assert [row.rule for row in watch.frame.incidents] == ["sla"]


def test_a_commit_that_fails_is_made_up_for_at_the_next_board(watch, monkeypatch):
    commit, failing = Ledger.commit, [True]

    def sometimes(ledger, *asked):
        if failing:
            failing.clear()
            raise OperationalError("COMMIT", None, Exception("disk is full"))
        return commit(ledger, *asked)

    watch.until(0, 29, BAD)
    monkeypatch.setattr(Ledger, "commit", sometimes)
    with pytest.raises(OperationalError):
        watch.at(30, BAD)
    watch.at(31, BAD)

    assert watch.row.signal is Signal.RAISED


def test_alerts_of_a_commit_that_failed_are_not_counted_twice_for_a_flood(database, monkeypatch):
    at_once = {"raise_for": "0s", "clear_for": "0s"}
    watch = Watch(database, rules={**rule(**at_once), "flood": {"kind": "flood", "level": 2, **at_once}})
    seen = {f"q{number}": queue(BAD) for number in range(6)}

    def fails(_ledger, *_asked):
        raise OperationalError("COMMIT", None, Exception("disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "commit", fails)
        with pytest.raises(OperationalError):
            watch.sees(0, board(**seen))
    watch.sees(1, board(ms(1), **seen)).sees(2, board(ms(2), **seen))

    assert {row.rule for row in watch.frame.incidents} == {"sla"}


def test_rule_about_sources_speaks_while_every_source_is_silent_and_the_others_do_not(database):
    rules = {**rule(raise_for="0s"), "silence": {"kind": "no_data", "level": 2, "raise_for": "0s", "clear_for": "0s"}}
    watch = Watch(database, rules=rules)

    watch.at(0, BAD, sources={"phone": source(ms(-60))})

    assert [(row.rule, row.scope) for row in watch.frame.incidents] == [("silence", "phone")]
    watch.at(1, GOOD, sources={"phone": source(ms(1))})
    assert watch.row.signal is Signal.OK
