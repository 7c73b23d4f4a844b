"""Silences, maintenance windows, inhibition, floods and graver levels, as the watch process meets them."""

import pytest
from alerts_made import T0, board, ms, queue
from watched import BAD, GOOD, HOOK, WORSE, Watch, rule

from alerts.account import account_of
from alerts.actions import Asked, Cause, acknowledge, close, escalate
from alerts.frame import IncidentRow, Signal, Work
from alerts.handovers import HandOvers, Seen
from alerts.silences import LONGEST_COMMENT, By, Unfit, Wanted, hidden, lift, silence
from pulse.config import ConfigError
from sql.event_log import first_broken
from sql.models import Incident, OutboxMessage, Transition

AT_ONCE = {"raise_for": "0s", "clear_for": "0s", "notify": ["ops"]}
LADDER = rule(**AT_ONCE, graver=[{"level": 2, "raise_below_percent": 40, "notify": ["desk"]}])
HOOKS = {**HOOK, "desk": HOOK["ops"]}
ADA = By("Ada", T0, "console")


def wanted(start=0, end=600, **facts):
    return Wanted(**{"level": 3, "starts_at": ms(start), "ends_at": ms(end), **facts})


@pytest.fixture
def watch(database):
    return Watch(database, rules=rule(**AT_ONCE), notify=HOOK)


def test_a_silenced_alert_is_recorded_and_shown_and_nobody_is_told(database, watch):
    silence(database, "site", wanted(), ADA)

    watch.at(1, BAD)

    assert (watch.row.signal, watch.row.work, watch.row.muted.kind, watch.row.muted.until) == (Signal.RAISED, Work.OPEN, "silence", ms(600))
    assert watch.row.muted.why["en"] == "silenced by Ada"
    assert watch.told() == []
    assert ("mute", "pulse", "heard", "silence") in watch.log()


def test_what_is_kept_quiet_has_no_time_to_acknowledge_and_all_of_it_once_it_is_heard(database, watch):
    silence(database, "site", wanted(end=60), ADA)
    watch.at(1, BAD)
    quiet = watch.row.acknowledge_by

    watch.at(60, BAD)

    assert (quiet, watch.row.muted, watch.row.acknowledge_by) == (None, None, ms(60 + 15 * 60))


def test_what_is_kept_quiet_has_no_time_to_acknowledge_right_after_a_kill(database, watch):
    silence(database, "site", wanted(), ADA)
    watch.at(1, BAD).killed()

    (row,) = watch.evaluator.frame(ms(2)).incidents

    assert row.acknowledge_by is None


def test_the_page_of_an_incident_and_the_sheet_of_a_shift_count_no_time_while_it_is_quiet(database, watch):
    silence(database, "site", wanted(end=60), ADA)
    watch.at(1, BAD)
    shifts = HandOvers(database, watch.config)
    account = account_of(database, watch.config, 1, ms(2))
    asked = [one.acknowledge_by for one in shifts.sheet_now(ms(2), Seen()).incidents]

    watch.at(60, BAD)

    assert (account.is_quiet, asked) == (True, [None])
    assert account_of(database, watch.config, 1, ms(61)).is_quiet is False
    assert [one.acknowledge_by for one in shifts.sheet_now(ms(61), Seen()).incidents] == [ms(60 + 15 * 60)]


def test_a_silence_made_the_moment_before_an_alarm_holds_without_any_refresh(database, watch):
    watch.at(0, GOOD)
    silence(database, "site", wanted(), ADA)

    watch.at(0.1, BAD)

    assert watch.told() == []


@pytest.mark.both_databases
def test_a_silence_survives_a_kill(database, watch):
    silence(database, "site", wanted(), ADA)

    watch.killed().at(1, BAD)

    assert watch.told() == []


def test_when_the_silence_ends_what_still_stands_is_told(database, watch):
    silence(database, "site", wanted(end=60), ADA)

    watch.until(1, 60, BAD)

    assert watch.told() == [("raised", 3, "ops")]
    assert watch.row.muted is None


@pytest.mark.both_databases
def test_when_the_silence_is_lifted_what_still_stands_is_told_at_the_next_refresh(database, watch):
    made = silence(database, "site", wanted(), ADA)
    watch.at(1, BAD)

    lift(database, "site", made.id, By("Bo", ms(2)))
    watch.refresh(2).at(3, BAD)

    assert watch.told() == [("raised", 3, "ops")]


def test_lifting_twice_or_after_its_end_does_nothing(database):
    made = silence(database, "site", wanted(end=60), ADA)

    found = [lift(database, site, made.id, By("Bo", ms(at))) for site, at in (("other", 1), ("site", 60), ("site", 1), ("site", 2))]

    assert [one is not None for one in found] == [False, False, True, False]


DAY_S = 86_400


@pytest.mark.parametrize(
    "unfit",
    [
        {"end": -1},
        {"start": 5, "end": 5},
        {"end": 8 * DAY_S},
        {"start": 31 * DAY_S, "end": 32 * DAY_S},
        {"level": 4},
        {"rule": ""},
        {"scope": "x" * 201},
        {"level": 1},
        {"level": 1, "rule": "**", "comment": " "},
    ],
)
def test_a_silence_without_a_proper_end_or_aim_is_refused(database, unfit):
    with pytest.raises(Unfit):
        silence(database, "site", wanted(**unfit), ADA)


def test_a_silence_of_everything_with_level_one_needs_a_reason_and_one_of_less_does_not(database):
    made = [silence(database, "site", wanted(level=1, **facts), ADA) for facts in ({"comment": "move"}, {"rule": "sla"}, {"scope": "sup*"})]

    assert [one.comment for one in made] == ["move", "", ""]
    assert silence(database, "site", wanted(level=2), ADA).level == 2


def test_a_silence_of_no_time_at_all_is_refused_in_clear_words(database):
    with pytest.raises(Unfit, match="it would last no time at all, expected more than 0 s and 7 days at most"):
        silence(database, "site", wanted(start=0, end=0), ADA)


@pytest.mark.parametrize("begins_s", [30 * DAY_S, 30 * DAY_S - 1])
def test_a_silence_may_begin_in_thirty_days_and_no_later(database, begins_s):
    assert silence(database, "site", wanted(start=begins_s, end=begins_s + 60), ADA).starts_at == ms(begins_s)
    with pytest.raises(Unfit):
        silence(database, "site", wanted(start=30 * DAY_S + 0.001, end=30 * DAY_S + 60), ADA)


def test_a_reason_that_is_too_long_is_refused_not_cut(database):
    assert silence(database, "site", wanted(comment="x" * LONGEST_COMMENT), ADA).comment == "x" * LONGEST_COMMENT
    with pytest.raises(Unfit, match="the reason has 501 characters, expected 500 or fewer"):
        silence(database, "site", wanted(comment="x" * (LONGEST_COMMENT + 1)), ADA)


def test_its_author_sees_beforehand_what_it_would_hide(watch):
    watch.at(1, BAD)

    found = [hidden(wanted(**aim), watch.frame.incidents) for aim in ({}, {"scope": "sup*"}, {"scope": "billing"}, {"rule": "other"})]

    assert [len(rows) for rows in found] == [1, 1, 0, 0]


@pytest.mark.both_databases
def test_silences_are_in_the_chained_log(database):
    made = silence(database, "site", wanted(comment="known"), ADA)
    lift(database, "site", made.id, By("Bo", ms(1), "cli"))

    with database.read() as session:
        lines = [(one.who, one.to_state, one.origin, one.comment, one.why["zh"]) for one in session.query(Transition)]
    assert lines == [
        ("Ada", "silenced", "console", "known", "Ada 设置静默：* / *"),
        ("Bo", "lifted", "cli", "known", "Bo 解除静默：* / *"),
    ]
    assert first_broken(database, "site") is None


def test_during_maintenance_alerts_are_recorded_and_level_one_is_told(database):
    tables = {"maintenance": {"backup": {"time": "00:00-24:00"}}, "notify": HOOK}
    graver = rule(**AT_ONCE, graver=[{"level": 1, "raise_below_percent": 40}])
    watch = Watch(database, rules=graver, **tables).at(0, BAD)
    quiet = (watch.row.muted.kind, watch.told())

    watch.at(1, WORSE)

    assert quiet == ("maintenance", [])
    assert (watch.row.muted, watch.told()) == (None, [("raised", 1, "ops")])


def test_an_alert_of_the_site_keeps_the_ones_it_names_quiet_until_it_is_over(database):
    site = {"kind": "threshold", "figure": "waiting", "of": "site", "raise_above": 50, "inhibits": ["sla"], **AT_ONCE}
    watch = Watch(database, rules={**rule(**AT_ONCE), "outage": site}, notify=HOOK)
    seen = board(site=queue(waiting=99), support=queue(BAD))

    watch.sees(0, seen)

    assert watch.told() == [("raised", 3, "ops")]
    by_rule = {row.rule: row for row in watch.frame.incidents}
    assert (by_rule["outage"].muted, by_rule["sla"].muted.kind) == (None, "inhibition")
    over = board(ms(1), site=queue(waiting=0), support=queue(BAD))
    watch.sees(1, over)
    assert sorted(watch.told()) == [("raised", 3, "ops"), ("raised", 3, "ops")]


def test_the_incident_that_explains_another_stands_in_its_row(database):
    site = {"kind": "threshold", "figure": "waiting", "of": "site", "raise_above": 50, "inhibits": ["sla"], **AT_ONCE}
    watch = Watch(database, rules={**rule(**AT_ONCE), "outage": site}, notify=HOOK)
    watch.sees(0, board(site=queue(waiting=99), support=queue(GOOD)))

    watch.sees(1, board(ms(1), site=queue(waiting=99), support=queue(BAD)))

    found = {one.rule: one for one in watch.all(Incident)}
    assert found["sla"].inhibited_by == found["outage"].id


def test_a_flood_is_one_message(database):
    watch = Watch(database, rules={**rule(**AT_ONCE), "flood": {"kind": "flood", "level": 2, **AT_ONCE}}, notify=HOOK)
    queues = {f"q{number}": queue(BAD) for number in range(40)}

    watch.sees(0, board(**queues))

    assert watch.told() == [("raised", 2, "ops")]
    assert len(watch.frame.incidents) == 41
    assert {row.muted.kind for row in watch.frame.incidents if row.rule == "sla"} == {"inhibition"}


def test_ten_alerts_in_ten_minutes_are_no_flood_and_the_eleventh_is_after_a_kill_too(database):
    watch = Watch(database, rules={**rule(**AT_ONCE), "flood": {"kind": "flood", "level": 2, **AT_ONCE}}, notify=HOOK)
    watch.sees(0, board(**{f"q{number}": queue(BAD) for number in range(10)}))
    calm = {row.rule for row in watch.frame.incidents}

    watch.killed().sees(60, board(ms(60), **{f"q{number}": queue(BAD) for number in range(11)}))

    assert calm == {"sla"}
    assert {row.rule for row in watch.frame.incidents} == {"sla", "flood"}


def test_a_worse_figure_makes_the_alert_graver_and_a_better_one_milder(database):
    watch = Watch(database, rules=LADDER, notify=HOOKS).at(0, BAD)
    levels = [watch.row.level]

    for second, level in ((1, WORSE), (2, BAD)):
        levels.append(watch.at(second, level).row.level)

    assert levels == [3, 2, 3]
    assert [told[:2] for told in watch.told()] == [("raised", 3), ("raised", 2), ("raised", 2), ("eased", 3)]
    assert [channel for _, level, channel in watch.told() if level == 2] == ["ops", "desk"]
    assert [line for line in watch.log() if line[0] == "level"] == [("level", "pulse", "3", "2"), ("level", "pulse", "2", "3")]


def test_a_graver_level_tells_what_its_own_standard_says(database):
    watch = Watch(database, rules=LADDER, notify=HOOKS).at(0, WORSE)

    assert (watch.row.level, watch.row.threshold) == (2, 0.4)


def test_what_became_graver_is_nobodys_until_somebody_acknowledges_it(database):
    watch = Watch(database, rules=LADDER, notify=HOOKS).at(0, BAD)
    acknowledge(database, Asked(1, 1, "Ada", ms(1)))
    owned = watch.refresh(1).row

    watch.at(2, WORSE)

    assert (owned.owner, owned.work) == ("Ada", Work.ACKNOWLEDGED)
    assert (watch.row.owner, watch.row.work, watch.row.acknowledge_by) == (None, Work.OPEN, ms(602))


def test_an_incident_that_was_of_level_two_waits_for_a_person_though_it_became_milder(database):
    watch = Watch(database, rules=LADDER, notify=HOOKS).at(0, WORSE).at(1, BAD).at(2, GOOD).at(3, GOOD)

    assert (watch.row.signal, watch.row.work) == (Signal.OK, Work.OPEN)
    close(database, Asked(1, watch.row.version, "Ada", ms(4)), Cause.DEMAND)
    assert watch.refresh(4).frame.incidents == ()


def test_the_machine_takes_a_level_that_people_raised_no_lower(database):
    watch = Watch(database, rules=LADDER, notify=HOOKS).at(0, WORSE)
    escalate(database, Asked(1, 1, "Ada", ms(1)))

    watch.refresh(1).at(2, BAD)

    assert watch.row.level == 1
    assert watch.at(3, GOOD).at(4, GOOD).row.work is Work.OPEN


def test_levels_survive_a_kill(database):
    watch = Watch(database, rules=LADDER, notify=HOOKS).at(0, WORSE)

    watch.killed().at(1, WORSE)

    assert watch.row.level == 2
    assert len(watch.told()) == 2


def test_a_rule_that_lost_its_graver_level_goes_on_with_its_own(database):
    watch = Watch(database, rules=LADDER, notify=HOOKS).at(0, WORSE)
    watch.config = Watch(database, rules=rule(**AT_ONCE), notify=HOOKS).config

    watch.killed().at(1, WORSE)

    assert watch.row.level == 3


def test_forty_flips_in_a_minute_open_one_incident_and_send_two_messages(watch):
    for flip in range(40):
        watch.at(flip * 1.5, BAD).at(flip * 1.5 + 0.75, GOOD)

    assert [told[0] for told in watch.told()] == ["raised", "flapping"]
    assert watch.row.flapping
    assert len(watch.all(Incident)) == 1
    watch.until(61, 700, GOOD)
    assert watch.frame.incidents == ()


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"graver": [{"level": 3}]}, "graver.0.level"),
        ({"level": 2, "graver": [{"level": 2}]}, "got levels 2, 2, expected each graver"),
        ({"graver": [{"level": 2, "raise_below_percent": 400}]}, r"rules\.sla\.graver\.0, raise_below_percent"),
        ({"graver": [{"level": 2, "notify": ["nobody"]}]}, r'rules\.sla\.graver\.0\.notify: got "nobody", expected one of'),
        ({"inhibits": ["nothing"]}, r'rules\.sla\.inhibits: got "nothing", expected "\*" or one of sla'),
    ],
)
def test_a_ladder_or_inhibition_that_cannot_work_is_refused_with_its_place(database, facts, fault):
    with pytest.raises(ConfigError, match=fault):
        Watch(database, rules=rule(**facts), notify=HOOK)


def test_a_rung_that_rises_under_a_level_people_raised_further_stops_no_commit(database):
    watch = Watch(database, rules=LADDER, notify=HOOKS).at(0, BAD)
    escalate(database, Asked(1, 1, "Ada", ms(1)))
    watch.refresh(1)

    for second, level in ((2, WORSE), (3, BAD), (4, WORSE), (5, BAD)):
        watch.at(second, level)

    assert watch.row.level == 2
    assert [told[:2] for told in watch.told() if told[2] == "ops"][:3] == [("raised", 3), ("raised", 2), ("eased", 2)]


def test_a_queue_that_is_missing_from_one_board_is_neither_milder_nor_over(database):
    watch = Watch(database, rules=LADDER, notify=HOOKS).at(0, WORSE)

    watch.sees(1, board(ms(1))).at(2, WORSE)

    assert watch.row.level == 2
    assert [told[0] for told in watch.told()] == ["raised", "raised"]


def test_a_level_that_is_gone_from_the_file_is_no_all_clear(database):
    watch = Watch(
        database,
        rules=rule(**{**AT_ONCE, "raise_for": "600s"}, graver=[{"level": 2, "raise_below_percent": 40, "raise_for": "0s"}]),
        notify=HOOK,
    )
    watch.at(0, WORSE)
    watch.config = Watch(database, rules=rule(**AT_ONCE), notify=HOOK).config

    watch.killed().sees(1, board(ms(1)))

    assert (watch.row.level, watch.row.signal) == (3, Signal.RAISED)


def test_an_end_owed_under_a_silence_is_not_lost_when_the_alert_comes_back_later(database):
    watch = Watch(database, rules=rule(**AT_ONCE), notify=HOOK).at(0, BAD)
    silence(database, "site", wanted(end=3_000), ADA)

    watch.until(1, 3, GOOD).until(1_200, 1_202, BAD).until(3_000, 3_040, GOOD)

    assert [row.key for row in watch.all(OutboxMessage)] == ["site/1/raised-1/ops", "site/1/cleared-2/ops"]


def test_a_bracket_in_a_silence_stands_for_itself(database):
    found = [hidden(wanted(scope="VIP[DE]"), [row]) for row in named("VIP[DE]", "VIPD")]

    assert [len(rows) for rows in found] == [1, 0]


def named(*scopes):
    facts = {"version": 1, "rule": "sla", "kind": "sla_breach", "level": 3, "signal": Signal.RAISED, "work": Work.OPEN}
    texts = {"title": {}, "why": {}, "opened_at": 0, "acknowledge_by": None}
    return [IncidentRow(id=number, scope=scope, **facts, **texts) for number, scope in enumerate(scopes)]
