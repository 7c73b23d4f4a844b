from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from boards import AT, QUEUES, alerts, board, empty_board

from alerts.frame import AlertsFrame, Signal
from dashboard.frame import Stamp, series_of, wall_frame
from dashboard.layout import shipped
from dashboard.open_alerts import OpenAlerts
from dashboard.picture import Memory, Saying, figure
from dashboard.status import Status
from dashboard.tiles.hero import verdict
from pulse.config import checked_config
from pulse.kpi.board import Board, Scope, SourceHealth
from pulse.kpi.budget import Budget, VolumeFrom
from pulse.kpi.freshness import Sight

STAMP = Stamp(seq=1, sent=AT + 5, build="b")
MAIN = shipped()["main"]


def frame_of(taken, open_alerts=None, memory=None, saying=None):
    return wall_frame((memory or Memory()).picture(taken, open_alerts, saying or Saying()), MAIN, STAMP)


def tile(name, *taken, **how):
    return frame_of(*taken, **how).tiles[name]


def test_worst_queue_is_the_first_row():
    rows = tile("queues", board()).rows

    assert [row.name for row in rows[:2]] == ["support", "mail_claims"]
    assert (rows[0].status, rows[0].left_s) == (Status.CRITICAL, -54)


def test_queues_that_do_not_fit_are_counted():
    queues = tile("queues", board())

    assert (len(queues.rows), queues.more) == (8, len(QUEUES) - 8)
    assert sum(tile("hero", board()).queues.values()) == len(QUEUES)


def test_hero_carries_value_goal_formula_and_status():
    hero = tile("hero", board())

    assert (hero.service_level, hero.goal, hero.formula, hero.service_level_status) == (0.764, 0.8, "D", "warning")
    assert (hero.projected, hero.projected_status, hero.verdict) == (0.689, "critical", "critical")
    assert (hero.oldest_in, hero.wait_status) == ({"en": "Mail claims"}, "warning")


def test_frame_of_twelve_queues_and_a_full_hour_is_small():
    memory = Memory()
    memory.follow(series_of(MAIN))
    for minute in range(60):
        frame = frame_of(board(AT + minute * 60_000), alerts(), memory=memory)

    assert len(frame.tiles["trend"].lines[0].points) == 60
    assert len(msgspec.json.encode(frame)) <= 5_000


def test_nothing_known_stays_unknown():
    frame = frame_of(empty_board())

    hero, people = frame.tiles["hero"], frame.tiles["people"]
    assert hero.verdict is Status.UNKNOWN
    assert (hero.service_level, hero.waiting, hero.budget, people.logged_in, frame.accepted) == (None, None, None, None, None)
    assert (frame.tiles["queues"].rows, frame.sources, frame.tiles["complaints"].recent) == ([], [], None)


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

    stale = [row.name for row in frame.tiles["queues"].rows if row.status is Status.STALE]
    assert sorted(stale) == [name for name, scope in sorted(told.queues.items()) if scope.sources == ("mail",)]
    assert (frame.tiles["hero"].silent_sources, frame.tiles["hero"].queues[Status.STALE]) == (1, len(stale))


def test_silent_source_keeps_the_site_from_being_ok():
    calm = Scope(title="q", waiting=0)
    sources = {"a": SourceHealth(source="a", kind="k", condition="ok", polled_at=AT), "b": SourceHealth(source="b", kind="k")}
    boards = [Board(at=AT, site=calm, queues={"q": Scope(title="q", waiting=0, sources=("a",))}, sources=known) for known in ({}, sources)]

    verdicts = [frame_of(told).verdict for told in boards]

    assert verdicts == [Status.NORMAL, Status.WARNING]


def test_newest_accepted_record_is_named():
    assert frame_of(board()).accepted == AT - 400


def test_complaints_are_told_by_their_most_frequent_classes():
    complaints = tile("complaints", board())

    assert complaints.by_category[0] == ({"en": "response speed", "zh": "response speed"}, 11)
    assert (len(complaints.by_category), complaints.recent, complaints.today) == (4, 26, 143)


def test_open_incident_makes_the_verdict_and_a_drill_does_not():
    calm = Board(at=AT, site=Scope(title="s"), queues={"q": Scope(title="q", waiting=0)})
    drill = tuple(msgspec.structs.replace(row, drill=True) for row in alerts().incidents)

    assert frame_of(calm).verdict is Status.NORMAL
    assert frame_of(calm, alerts()).verdict is Status.CRITICAL
    assert verdict([], [Status.NORMAL], OpenAlerts(drill), Sight.WHOLE) is Status.NORMAL


def test_incident_whose_alert_is_over_waits_to_be_closed_and_worries_nobody():
    calm = Board(at=AT, site=Scope(title="s"), queues={"q": Scope(title="q", waiting=0)})
    over = AlertsFrame(at=AT, incidents=alerts(signal=Signal.OK).incidents[:1])

    frame = frame_of(calm, over)

    row = frame.tiles["alerts"].rows[0]
    assert (frame.verdict, row.status, row.is_over) == (Status.NORMAL, Status.NORMAL, True)


def test_complaint_class_is_called_by_its_name():
    saying = Saying(name_of=checked_config({"names": {"attitude": {"en": "Tone", "zh": "服务态度"}}}, Path("pulse.toml")).name_of)

    told = {name["zh"]: count for name, count in tile("complaints", board(), saying=saying).by_category}

    assert told["服务态度"] == 4


def test_one_critical_queue_needs_hands_and_so_does_the_site():
    assert verdict([Status.NORMAL], [Status.CRITICAL, Status.NORMAL], OpenAlerts(), Sight.WHOLE) is Status.CRITICAL


def test_incident_on_the_wall_has_owner_and_beginning():
    rows = tile("alerts", board(), alerts(owner="A. Li")).rows

    assert (rows[0].owner, rows[0].acknowledged, rows[0].opened_at) == ("A. Li", True, AT - 190_000)
    assert rows[1].owner is None


def test_what_a_source_could_not_read_is_counted_on_its_row():
    health = SourceHealth(source="log", kind="asterisk_queue_log", problems={"cut_line": 2, "unknown_event:FOO": 3})
    shown = Board(at=AT, site=Scope(title="s"), sources={"log": health})

    assert frame_of(shown).sources[0].problems == 5


def test_a_site_with_half_its_queues_in_warning_is_not_simply_ok():
    assert verdict([Status.NORMAL], [Status.WARNING, Status.NORMAL], OpenAlerts(), Sight.WHOLE) is Status.WARNING
    assert verdict([Status.NORMAL], [Status.WARNING, Status.NORMAL, Status.NORMAL], OpenAlerts(), Sight.WHOLE) is Status.NORMAL


def test_screen_without_names_says_that_somebody_owns_an_alert_and_not_who():
    picture = Memory().picture(board(), alerts(owner="A. Li"), Saying())

    row = wall_frame(replace(picture, names_shown=False), MAIN, STAMP).tiles["alerts"].rows[0]

    assert (row.owner, row.acknowledged) == (None, True)


def test_alert_of_level_one_pins_the_screen_until_it_is_over():
    gravest = msgspec.structs.replace(alerts().incidents[0], level=1)
    over = msgspec.structs.replace(gravest, signal=Signal.OK)

    pinned = [frame_of(board(), AlertsFrame(at=AT, incidents=(row,))).pinned for row in (gravest, over, alerts().incidents[0])]

    assert pinned == [True, False, False]


def test_only_alerts_that_nobody_owns_sound_and_the_gravest_comes_first():
    assert frame_of(board(), alerts()).sounds == [(2, 7), (3, 8)]
    assert frame_of(board(), alerts(owner="A. Li")).sounds == [(3, 8)]
    assert frame_of(board(), alerts(signal=Signal.OK)).sounds == [(3, 8)]


@pytest.mark.parametrize(
    ("left", "exhausted_at", "status"), [(14, None, Status.NORMAL), (14, AT + 60_000, Status.WARNING), (-3, None, Status.CRITICAL)]
)
def test_budget_worries_once_it_will_not_last_and_is_critical_once_it_is_gone(left, exhausted_at, status):
    counts = {"allowed": 100, "missed": 100 - left, "left": left}
    budget = Budget(volume=500, volume_from=VolumeFrom.PACE, burn_rate=1.26, exhausted_at=exhausted_at, **counts)
    told = msgspec.structs.replace(board(), site=msgspec.structs.replace(board().site, budget=budget), sources={})

    line = tile("hero", told).budget

    assert (line.left, line.status, line.burn_rate, line.volume_from) == (left, status, 1.3, "pace")


def test_hero_says_how_many_alerts_stand_and_how_grave():
    def counts(**how):
        told = tile("hero", board(), alerts(**how)).alerts
        return told.grave, told.other

    assert counts() == (1, 2)
    assert counts(level=3) == (0, 3)
    assert counts(signal=Signal.OK) == (0, 2)


def test_site_whose_own_service_level_is_critical_is_so_however_well_its_queues_are():
    assert verdict([Status.CRITICAL, Status.NORMAL], [Status.NORMAL], OpenAlerts(), Sight.WHOLE) is Status.CRITICAL
    assert verdict([Status.WARNING, Status.NORMAL], [Status.NORMAL], OpenAlerts(), Sight.WHOLE) is Status.WARNING


def test_drill_is_no_alert_that_stands():
    drill = tuple(msgspec.structs.replace(row, drill=True) for row in alerts().incidents)

    told = tile("hero", board(), AlertsFrame(at=AT, incidents=drill)).alerts

    assert (told.grave, told.other) == (0, 0)
