import pytest
from alerts_made import board, queue
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.judged import JudgedLately
from alerts.rules.burn_rate import Options, lower_bound, samples
from alerts.sample import SITE, Context, Reading
from pulse.config import Config
from pulse.kpi.board import Scope
from pulse.kpi.service_level import Judged
from pulse.kpi.tally import Tally

STRICT = {"rate": 3, "min_contacts": 20}


def one(long, short, goal_ratio=0.9, **options):
    """The sample of a queue that missed (misses, of so many) in the last hour and in the last five minutes."""
    stretches = {3600.0: long, 300.0: short}

    def judged(_scope, stretch_s):
        found = stretches[stretch_s]
        return None if found is None else Judged(found[1] - found[0], found[1])

    shown = board(support=queue(goal_ratio=goal_ratio))
    return samples(shown, Options(**{**STRICT, **options}), Context(judged=judged))[0]


def test_budget_that_burns_over_the_hour_and_still_is_a_breach():
    found = one(long=(30, 100), short=(3, 10))

    assert (found.reading, found.value, round(found.threshold, 9)) == (Reading.BREACHING, 0.3, 0.3)


def test_what_burnt_before_and_burns_no_more_is_over():
    assert one(long=(60, 100), short=(2, 10)).reading is Reading.CLEAR
    assert one(long=(60, 100), short=(0, 0)).reading is Reading.CLEAR


def test_what_burns_only_just_now_is_not_raised_yet():
    assert one(long=(29, 100), short=(10, 10)).reading is Reading.BETWEEN


def test_few_contacts_raise_nothing_however_many_missed():
    assert one(long=(19, 19), short=(5, 5)).reading is Reading.BETWEEN
    assert one(long=(20, 20), short=(5, 5)).reading is Reading.BREACHING


def test_misses_that_may_be_chance_raise_nothing():
    by_chance, surely = (
        one(long=(6, 20), short=(3, 10), rate=1.4, goal_ratio=0.8),
        one(long=(60, 200), short=(3, 10), rate=1.4, goal_ratio=0.8),
    )

    assert (by_chance.reading, surely.reading) == (Reading.BETWEEN, Reading.BREACHING)


def test_rate_no_goal_can_reach_is_held_to_the_most_misses():
    assert one(long=(95, 100), short=(10, 10), goal_ratio=0.8, rate=14.4).reading is Reading.BREACHING
    assert one(long=(89, 100), short=(10, 10), goal_ratio=0.8, rate=14.4).reading is Reading.BETWEEN


@pytest.mark.parametrize("missing", [{"long": None, "short": (1, 1)}, {"long": (90, 100), "short": None}])
def test_until_history_is_read_nothing_is_known(missing):
    assert one(**missing).reading is Reading.NO_DATA


def test_queue_without_a_goal_is_not_judged():
    assert one(long=(90, 100), short=(9, 10), goal_ratio=None).reading is Reading.NO_DATA


def test_whole_site_is_judged_by_its_own_goal():
    shown = board(site=Scope(title="Site", goal_ratio=0.9), support=queue())

    (found,) = samples(shown, Options(of="site", rate=3), Context(judged=lambda scope, _: Judged(0, 50) if scope == SITE else None))

    assert (found.scope, found.reading, found.title.en) == ("site", Reading.BREACHING, "SL budget burning")


def test_why_tells_both_stretches_in_both_languages():
    why = one(long=(40, 100), short=(5, 10)).why

    assert why.en == "40.0 % of 100 missed in 1:00:00 h, 50.0 % of 10 missed in 5:00 min; alarm from 30.0 % in both"
    assert why.zh == "1 小时内 100 个中有 40.0 % 未达标，5 分钟内 10 个中有 50.0 % 未达标；两者均达 30.0 % 时告警"


def test_short_stretch_that_is_no_shorter_is_refused():
    with pytest.raises(ValidationError, match="got short = 1:00:00 h, expected less than long"):
        Options(long="1h", short="60m")


@given(st.integers(1, 500).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_lower_bound_is_a_share_below_the_one_seen_and_solves_wilsons_equation(counts):
    hits, trials = counts
    bound = lower_bound(hits, trials)

    assert -1e-12 <= bound <= hits / trials + 1e-12
    assert (hits / trials - bound) ** 2 == pytest.approx(1.96**2 * bound * (1 - bound) / trials, abs=1e-12)


class Counts:
    """What history counted in the stretches it was asked about, all with one tally for two queues."""

    def __init__(self):
        self.asked = ()

    def __call__(self, stretches_s):
        self.asked = stretches_s
        tally = Tally()
        for name, count in (("answered", 10), ("answered_within_target", 7), ("abandoned", 2)):
            tally.add(name, count)
        return {stretch_s: {"support": ("voice", tally), "orders": ("voice", tally)} for stretch_s in stretches_s if stretch_s < 7200}


@pytest.fixture
def lately():
    return JudgedLately(Counts(), Config().queue_goal, Config().site_goal)


def test_queue_is_judged_by_its_formula_and_the_site_by_all_queues(lately):
    assert (lately("support", 300), lately(SITE, 300)) == (Judged(7, 12), Judged(14, 24))


def test_queue_of_which_nothing_was_counted_judged_nothing_and_an_unread_stretch_is_unknown(lately):
    assert lately("mail", 300) == Judged(0, 0)
    assert lately("support", 7200) is None


def test_every_stretch_that_was_asked_for_once_is_read_again(lately):
    for stretch_s in (300, 3600, 300):
        lately("support", stretch_s)

    assert lately._counts_of.asked == (300, 3600)
