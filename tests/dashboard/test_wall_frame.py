from pathlib import Path

import msgspec
from boards import AT, QUEUES, alerts, board, empty_board

from alerts.frame import AlertsFrame, Signal
from dashboard.frame import Memory, Stamp, figure, verdict, wall_frame
from dashboard.status import Status
from pulse.config import checked_config
from pulse.kpi.board import Board, Scope, SourceHealth
from pulse.kpi.freshness import Sight

STAMP = Stamp(seq=1, sent=AT + 5, build="b", formula="D")


def frame_of(taken, open_alerts=None):
    return wall_frame(taken, open_alerts, Memory(), STAMP)


def test_worst_queue_is_the_first_row():
    frame = frame_of(board())

    assert [row.name for row in frame.rows[:2]] == ["support", "mail_claims"]
    assert frame.rows[0].status is Status.CRITICAL
    assert frame.rows[0].left_s == -54


def test_queues_that_do_not_fit_are_counted():
    frame = frame_of(board())

    assert (len(frame.rows), frame.more_queues) == (8, len(QUEUES) - 8)
    assert sum(frame.hero.queues.values()) == len(QUEUES)


def test_hero_carries_value_goal_formula_and_status():
    hero = frame_of(board()).hero

    assert (hero.service_level, hero.goal, hero.formula, hero.service_level_status) == (0.764, 0.8, "D", "warning")
    assert (hero.projected, hero.projected_status, hero.verdict) == (0.689, "critical", "critical")
    assert (hero.oldest_in, hero.wait_status) == ({"en": "Mail claims"}, "warning")


def test_frame_of_twelve_queues_and_a_full_hour_is_small():
    memory = Memory()
    for minute in range(60):
        frame = wall_frame(board(AT + minute * 60_000), alerts(), memory, STAMP)

    assert len(msgspec.json.encode(frame)) <= 5_000


def test_nothing_known_stays_unknown():
    frame = frame_of(empty_board())

    assert frame.hero.verdict is Status.UNKNOWN
    assert (frame.hero.service_level, frame.hero.waiting, frame.people, frame.accepted) == (None, None, None, None)
    assert (frame.rows, frame.sources, frame.complaints.recent) == ([], [], None)


def test_ratio_over_nothing_is_told_from_a_ratio_nobody_supplies():
    assert figure(Scope(title="q", last_30m={"service_level": None}), "last_30m", "service_level") == "na"
    assert figure(Scope(title="q"), "last_30m", "service_level") is None


def test_source_ages_are_split_into_what_it_held_back_and_what_collecting_added():
    ages = {age.name: age for age in frame_of(board()).sources}

    assert (ages["phone"].source_lag_s, ages["phone"].collect_lag_s) == (0.3, 0.4)
    assert frame_of(board()).sources[0].name == "mail"
    assert ages["mail"].status is Status.WARNING


def test_queue_of_a_silent_source_is_marked_and_no_longer_normal():
    told = board()
    mail = msgspec.structs.replace(told.sources["mail"], polled_at=AT - 31_000)

    frame = frame_of(msgspec.structs.replace(told, sources=told.sources | {"mail": mail}))

    stale = [row.name for row in frame.rows if row.status is Status.STALE]
    assert sorted(stale) == [name for name, scope in sorted(told.queues.items()) if scope.sources == ("mail",)]
    assert (frame.hero.silent_sources, frame.hero.queues[Status.STALE]) == (1, len(stale))


def test_silent_source_keeps_the_site_from_being_ok():
    calm = Scope(title="q", waiting=0)
    sources = {"a": SourceHealth(source="a", kind="k", condition="ok", polled_at=AT), "b": SourceHealth(source="b", kind="k")}
    boards = [Board(at=AT, site=calm, queues={"q": Scope(title="q", waiting=0, sources=("a",))}, sources=known) for known in ({}, sources)]

    verdicts = [frame_of(told).hero.verdict for told in boards]

    assert verdicts == [Status.NORMAL, Status.WARNING]


def test_newest_accepted_record_is_named():
    assert frame_of(board()).accepted == AT - 400


def test_complaints_are_told_by_their_most_frequent_classes():
    complaints = frame_of(board()).complaints

    assert complaints.by_category[0] == ({"en": "response speed", "zh": "response speed"}, 11)
    assert (len(complaints.by_category), complaints.recent, complaints.today) == (4, 26, 143)


def test_open_incident_makes_the_verdict_and_a_drill_does_not():
    calm = Board(at=AT, site=Scope(title="s"), queues={"q": Scope(title="q", waiting=0)})
    drill = tuple(msgspec.structs.replace(row, drill=True) for row in alerts().incidents)

    assert frame_of(calm).hero.verdict is Status.NORMAL
    assert frame_of(calm, alerts()).hero.verdict is Status.CRITICAL
    assert verdict([], [Status.NORMAL], drill, Sight.WHOLE) is Status.NORMAL


def test_incident_whose_alert_is_over_waits_to_be_closed_and_worries_nobody():
    calm = Board(at=AT, site=Scope(title="s"), queues={"q": Scope(title="q", waiting=0)})
    over = AlertsFrame(at=AT, incidents=alerts(signal=Signal.OK).incidents[:1])

    frame = frame_of(calm, over)

    assert (frame.hero.verdict, frame.incidents[0].status, frame.incidents[0].is_over) == (Status.NORMAL, Status.NORMAL, True)


def test_complaint_class_is_called_by_its_name():
    stamp = Stamp(name_of=checked_config({"names": {"attitude": {"en": "Tone", "zh": "服务态度"}}}, Path("pulse.toml")).name_of)

    told = {name["zh"]: count for name, count in wall_frame(board(), None, Memory(), stamp).complaints.by_category}

    assert told["服务态度"] == 4


def test_one_critical_queue_is_a_warning_to_the_site():
    assert verdict([Status.NORMAL], [Status.CRITICAL], (), Sight.WHOLE) is Status.WARNING


def test_incident_on_the_wall_has_owner_and_beginning():
    rows = frame_of(board(), alerts(owner="A. Li")).incidents

    assert (rows[0].owner, rows[0].acknowledged, rows[0].opened_at) == ("A. Li", True, AT - 190_000)
    assert rows[1].owner is None


def test_what_a_source_could_not_read_is_counted_on_its_row():
    health = SourceHealth(source="log", kind="asterisk_queue_log", problems={"cut_line": 2, "unknown_event:FOO": 3})
    shown = Board(at=AT, site=Scope(title="s"), sources={"log": health})

    assert frame_of(shown).sources[0].problems == 5


def test_a_site_with_half_its_queues_in_warning_is_not_simply_ok():
    assert verdict([Status.NORMAL], [Status.WARNING, Status.NORMAL], (), Sight.WHOLE) is Status.WARNING
    assert verdict([Status.NORMAL], [Status.WARNING, Status.NORMAL, Status.NORMAL], (), Sight.WHOLE) is Status.NORMAL
