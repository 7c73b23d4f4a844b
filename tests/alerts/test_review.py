"""A week in review, by one worked example of two days with figures that can be checked in the head."""

from alerts_made import T0, config

from alerts.review import Miss, misses_of, review_of
from pulse.kpi.records import Channel
from pulse.kpi.tally import Tally
from sql.ledger import Ledger
from sql.models import FollowUp, Incident

TARGETS = {"abandonment_ratio": "5%", "voice": {"asa_s": "20s"}}


def tally(**counts):
    return Tally.from_map({"counts": counts, "peaks": {}})


def counted(answered, within, abandoned):
    return tally(offered=answered + abandoned, answered=answered, answered_within_target=within, abandoned=abandoned)


def judged(channels, **tables):
    return [(miss.channel, miss.kpi, miss.value, miss.target) for miss in misses_of(T0, channels, config(targets=TARGETS, **tables))]


def test_day_that_met_every_target_missed_none():
    assert judged({"voice": counted(100, 90, 0)}) == []


def test_service_level_is_judged_by_its_goal_for_the_site_and_for_the_channel():
    found = judged({"voice": counted(100, 60, 0)})

    assert found == [(None, "service_level", 0.6, 0.8), (Channel.VOICE, "service_level", 0.6, 0.8)]


def test_target_of_the_site_is_told_once_and_not_again_for_each_channel():
    found = judged({"voice": counted(90, 90, 10)})

    assert [(channel, kpi) for channel, kpi, _, _ in found if kpi == "abandonment_ratio"] == [(None, "abandonment_ratio")]


def test_wait_is_judged_by_channel_only_for_the_site_has_none():
    waited = counted(10, 10, 0)
    waited.merge(tally(answered_wait_ms=600_000, wait_ms=600_000))

    assert (None, "asa_s") not in [(channel, kpi) for channel, kpi, _, _ in judged({"voice": waited})]


def test_what_has_no_value_misses_nothing():
    assert judged({"voice": Tally()}) == []


def incident(number, cause=None, drill=False):
    return Incident(id=number, site="site", cause=cause, drill=drill, opened_at=T0, level=2)


def test_review_holds_misses_by_day_incidents_by_cause_and_open_promises_without_drills():
    days = {T0 + 86_400_000: {"voice": counted(100, 60, 0)}, T0: {"voice": counted(100, 50, 0)}}
    rows = [incident(1, "process"), incident(2), incident(3, "process"), incident(4, "people", drill=True)]
    promise = FollowUp(id=1, site="site", incident_id=1, what="call", owner="Ada", due_at=T0, state="open")

    review = review_of(days, rows, [promise], Ledger(config()))

    assert review.misses[0] == Miss(day=T0, channel=None, kpi="service_level", value=0.5, target=0.8)
    assert [miss.day for miss in review.misses] == [T0, T0, T0 + 86_400_000, T0 + 86_400_000]
    assert review.causes == {"process": 2, None: 1}
    assert (len(review.incidents), review.days, review.follow_ups) == (3, 2, (promise,))
