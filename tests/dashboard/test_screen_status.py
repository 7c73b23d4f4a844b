import pytest

from dashboard.day import STATUS
from dashboard.status import (
    SHAPES,
    Status,
    believed,
    incident_status,
    queue_status,
    service_level_status,
    source_status,
    wait_status,
    worst,
)
from pulse.kpi.board import Scope, SourceCondition, SourceHealth
from pulse.kpi.freshness import Sight, is_old
from pulse.kpi.snapshot import Verdict


@pytest.mark.parametrize(("ratio", "status"), [(0.8, "normal"), (0.79, "warning"), (0.7, "warning"), (0.69, "critical"), (None, "unknown")])
def test_service_level_is_read_against_its_goal(ratio, status):
    assert service_level_status(ratio, 0.8) == status


def test_service_level_without_a_goal_has_no_status():
    assert service_level_status(0.1, None) is Status.UNKNOWN


@pytest.mark.parametrize(("left_s", "status"), [(0, "normal"), (-1, "warning"), (-40, "warning"), (-41, "critical")])
def test_wait_is_a_warning_past_the_target_and_critical_past_three(left_s, status):
    assert wait_status(Scope(title="q", waiting=1, target_s=20, contact_time_left_s=left_s)) == status


def test_empty_queue_is_normal_and_an_untold_one_unknown():
    assert wait_status(Scope(title="q", waiting=0)) is Status.NORMAL
    assert wait_status(Scope(title="q")) is Status.UNKNOWN


def test_queue_is_as_bad_as_the_worse_of_level_and_wait():
    scope = Scope(title="q", waiting=1, target_s=20, contact_time_left_s=-1, goal_ratio=0.8, last_30m={"service_level": 0.5})

    assert queue_status(scope) is Status.CRITICAL


def test_bad_half_hour_is_a_warning_once_the_last_minutes_are_well():
    behind = Scope(title="q", waiting=0, goal_ratio=0.8, last_30m={"service_level": 0.3}, last_5m={"service_level": 0.9})
    still = Scope(title="q", waiting=0, goal_ratio=0.8, last_30m={"service_level": 0.3}, last_5m={"service_level": None})

    assert [queue_status(scope) for scope in (behind, still)] == [Status.WARNING, Status.CRITICAL]


def test_nothing_known_is_unknown_not_normal():
    assert worst([]) is Status.UNKNOWN
    assert queue_status(Scope(title="q")) is Status.UNKNOWN


@pytest.mark.parametrize(
    ("status", "partial", "none"),
    [("normal", "stale", "stale"), ("warning", "warning", "stale"), ("critical", "critical", "stale"), ("unknown", "unknown", "stale")],
)
def test_while_a_source_is_silent_a_breach_is_believed_and_an_all_clear_is_not(status, partial, none):
    assert [believed(Status(status), seen) for seen in (Sight.WHOLE, Sight.PARTIAL, Sight.NONE)] == [status, partial, none]


def test_levels_one_and_two_are_critical():
    assert [incident_status(level) for level in (1, 2, 3)] == ["critical", "critical", "warning"]


@pytest.mark.parametrize(
    ("condition", "age_ms", "status"),
    [
        (SourceCondition.OK, 10_000, "normal"),
        (SourceCondition.OK, 10_001, "warning"),
        (SourceCondition.RETRYING, 0, "warning"),
        (SourceCondition.CIRCUIT_OPEN, 0, "critical"),
        (SourceCondition.STOPPED, 0, "critical"),
        (SourceCondition.ENDED, 99_999, "normal"),
        (SourceCondition.STARTING, 0, "unknown"),
    ],
)
def test_source_is_as_good_as_its_last_three_polls(condition, age_ms, status):
    health = SourceHealth(source="s", kind="k", condition=condition, polled_at=100_000 - age_ms)

    assert source_status(health, 100_000) == status


def test_every_status_has_a_shape_of_its_own():
    assert SHAPES.keys() == set(Status)
    assert len(set(SHAPES.values())) == len(Status)


def test_every_verdict_looks_like_a_status():
    assert STATUS.keys() == set(Verdict)


@pytest.mark.parametrize(("board_at", "old"), [(None, True), (1_000, False), (0, False), (-1, True)])
def test_board_speaks_of_now_for_ten_seconds(board_at, old):
    assert is_old(board_at, 10_000) is old
