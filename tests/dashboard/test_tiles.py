import msgspec
import pytest
from boards import AT, board

from dashboard.picture import Memory, Saying
from dashboard.status import Status
from dashboard.tiles import countdown, metric, people, queues, verdict
from pulse.kpi.board import Agents, Board, Scope, SourceCondition, SourceHealth
from pulse.targets import read_targets


def picture(told=None, **saying):
    return Memory().picture(told or board(), None, Saying(**saying))


def one_queue(**facts):
    scope = Scope(title="Support", channel="voice", target_s=20.0, **facts)
    return Board(at=AT, site=Scope(title="s"), queues={"support": scope}, channels={"voice": scope})


def test_queues_of_one_channel_are_shown_alone_and_the_rest_is_not_counted():
    shown = queues.frame(picture(), queues.Options(scope="channel:chat", rows=1))

    assert ([row.name for row in shown.rows], shown.more) == (["chat_care"], 1)


def test_people_of_a_queue_the_board_does_not_know_are_unknown():
    assert people.frame(picture(), people.Options(scope="queue:nothing")).logged_in is None
    told = one_queue(agents=Agents(logged_in=3, available=0))
    assert people.frame(picture(told), people.Options(scope="queue:support")).available == 0


def test_verdict_names_the_worst_queue_only_while_one_is_in_trouble():
    assert verdict.frame(picture(), verdict.Options()).worst == {"en": "Support"}
    assert verdict.frame(picture(one_queue(waiting=0)), verdict.Options()).worst is None


def test_countdown_counts_to_the_promise_of_the_most_urgent_contact():
    told = one_queue(waiting=2, oldest_wait_s=26.04, contact_time_left_s=-6.04)

    shown = countdown.frame(picture(told), countdown.Options(scope="channel:voice"))

    assert (shown.left_s, shown.queue, shown.waiting, shown.status) == (-6.0, {"en": "Support"}, 2, Status.WARNING)


def test_countdown_without_anybody_waiting_is_well_and_without_word_is_unknown():
    calm, unknown = (countdown.frame(picture(one_queue(waiting=waiting)), countdown.Options()) for waiting in (0, None))

    assert (calm.left_s, calm.waiting, calm.status) == (None, 0, Status.NORMAL)
    assert (unknown.left_s, unknown.waiting, unknown.status) == (None, None, Status.UNKNOWN)


@pytest.mark.parametrize(
    ("kpi", "value", "own", "target", "status"),
    [
        ("service_level", 0.7, None, 0.8, Status.WARNING),
        ("csat_score", 4.3, None, 4.2, Status.NORMAL),
        ("csat_score", 4.3, 4.5, 4.5, Status.WARNING),
        ("asa_s", 31.0, None, 30.0, Status.WARNING),
        ("aht_s", 300.0, None, None, Status.UNKNOWN),
        ("csat_score", None, None, 4.2, Status.UNKNOWN),
    ],
)
def test_figure_is_read_against_the_tile_the_channel_or_the_site(kpi, value, own, target, status):
    told = one_queue(goal_ratio=0.8, last_30m={kpi: value})
    targets = read_targets({"csat_score": 4.2, "voice": {"asa_s": "30s"}})

    shown = metric.frame(picture(told, targets=targets), metric.Options(kpi=kpi, scope="channel:voice", target=own))

    assert (shown.target, shown.status) == (target, status)


def test_figure_shows_the_age_of_its_slowest_source_and_nothing_of_a_silent_one_is_well():
    polled = {"a": AT - 500, "b": AT - 90_000}
    healths = {name: SourceHealth(source=name, kind="k", condition="ok", polled_at=at, every_s=1) for name, at in polled.items()}
    told = msgspec.structs.replace(one_queue(goal_ratio=0.8, last_30m={"service_level": 0.9}), sources=healths)

    shown = metric.frame(picture(told), metric.Options(kpi="service_level", scope="queue:support"))

    assert (shown.age_s, shown.value, shown.status) == (90.0, 0.9, Status.STALE)


def test_countdown_of_a_silent_site_or_of_untold_waits_is_not_well():
    silent = SourceHealth(source="a", kind="k", condition="ok", polled_at=AT - 600_000, every_s=1)
    stale = msgspec.structs.replace(one_queue(waiting=0), sources={"a": silent})

    assert countdown.frame(picture(stale), countdown.Options()).status is Status.STALE
    assert countdown.frame(picture(one_queue(waiting=5)), countdown.Options()).status is Status.UNKNOWN


def test_verdict_counts_the_sources_that_are_silent():
    silent = SourceHealth(source="phone", kind="ami", condition=SourceCondition.OK, polled_at=0)
    shown = msgspec.structs.replace(board(), sources={"phone": silent})

    assert verdict.frame(Memory().picture(shown, None, Saying()), verdict.Options()).silent_sources == 1
