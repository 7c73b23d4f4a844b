from alerts_made import T0, board

from alerts.rules.spike import Options, samples
from alerts.sample import Baseline, Context, Reading
from pulse.kpi.board import Scope
from pulse.text import Text

BASIS = Text("same hour of 4 earlier days", "前 4 天同时段")


def scope(**by_pair):
    """Complaints of the last 30 minutes, given as category__line=count."""
    pairs = {name.replace("__", "/"): count for name, count in by_pair.items()}
    categories, lines = {}, {}
    for pair, count in pairs.items():
        category, line = pair.split("/")
        categories[category] = categories.get(category, 0) + count
        lines[line] = lines.get(line, 0) + count
    window = {
        "complaints": sum(pairs.values()),
        "complaints_by_category": categories,
        "complaints_by_business_line": lines,
        "complaints_by_pair": pairs,
    }
    return Scope(title="Site", last_30m=window)


def normally(**expected):
    """A context that expects the given counts; what is not named is expected half a time."""
    known = {"complaints": expected.pop("total", 5.0), **{f"complaint_line={line}": count for line, count in expected.items()}}
    return Context(expected=lambda _scope, name, _window_s: Baseline(known.get(name, 0.5), 1.0, BASIS))


def one(site, context=None, options=None, sources=None):
    return samples(board(site=site, sources=sources), options or Options(), context or normally())[0]


def test_many_more_complaints_than_normal_are_a_breach():
    found = one(scope(late__logistics=20))

    assert found.reading is Reading.BREACHING
    assert (found.scope, found.value, found.at) == ("site", 20.0, T0)


def test_as_many_as_normal_are_clear():
    assert one(scope(late__logistics=5)).reading is Reading.CLEAR


def test_unlikely_but_not_extreme_is_between():
    assert one(scope(late__logistics=11)).reading is Reading.BETWEEN


def test_the_threshold_is_the_smallest_count_that_would_be_seen():
    found = one(scope(late__logistics=5))

    assert one(scope(late__logistics=int(found.threshold))).breaching
    assert not one(scope(late__logistics=int(found.threshold) - 1)).breaching


def test_without_history_nothing_is_known():
    assert one(scope(late__logistics=50), Context()).reading is Reading.NO_DATA


def test_a_board_without_complaint_counts_knows_nothing():
    assert one(Scope(title="Site")).reading is Reading.NO_DATA


def test_the_cause_of_the_rise_is_told():
    found = one(scope(late__logistics=18, lost__logistics=10, price__billing=4), normally(total=10.0, logistics=6.0, billing=4.0))

    assert [(part.dimension, part.value) for part in found.contributors] == [("pair", "late/logistics")]
    assert found.contributors[0].share_ratio == (18 - 0.5) / 22


def test_a_rise_over_many_classes_of_one_line_is_told_as_that_line():
    rise = scope(late__logistics=8, lost__logistics=8, rude__logistics=8, price__billing=4)

    found = one(rise, normally(total=8.0, logistics=4.0, billing=4.0))

    assert [(part.dimension, part.value) for part in found.contributors] == [("business_line", "logistics")]


def test_where_nothing_rose_nothing_contributes():
    assert one(scope(late__logistics=5)).contributors == ()


def test_a_rise_in_one_line_that_the_total_hides_is_seen_by_its_dimension():
    site, context = scope(late__logistics=14, price__billing=40), normally(total=42.0, logistics=2.0, billing=40.0)

    assert one(site, context).reading is not Reading.BREACHING
    found = one(site, context, Options(dimension="business_line"))

    assert found.reading is Reading.BREACHING
    assert found.value == 14
    assert found.title.en == "More complaints than normal (logistics)"


def test_the_more_values_are_watched_the_more_it_takes():
    # 13 where 4 are normal has a chance of about 1 in 4,000: enough alone, not enough among eight.
    others = {f"other__{name}": 4 for name in "abcdefg"}
    context = Context(expected=lambda _scope, _name, _window_s: Baseline(4.0, 1.0, BASIS))
    options = Options(dimension="business_line")

    assert one(scope(late__logistics=13), context, options).breaching
    assert not one(scope(late__logistics=13, **others), context, options).breaching


def test_queues_asked_for_are_judged_each_for_itself():
    asked = []
    context = Context(queues=("orders",), expected=lambda scope, _name, _window_s: asked.append(scope))

    found = samples(board(support=Scope(title="Support"), orders=scope(late__logistics=5)), Options(), context)

    assert [sample.scope for sample in found] == ["orders"]
    assert set(asked) == {"orders"}


def test_why_tells_expected_count_basis_rarity_and_cause_in_both_languages():
    why = one(scope(late__logistics=14)).why

    assert why.en == ("14 in 30 min, 5.0 expected (same hour of 4 earlier days); by chance once in 45 days")
    assert why.zh == "30 分钟内 14 件，预期 5.0 件（前 4 天同时段）；偶然出现的概率为每 45 天一次"


def test_why_tells_how_small_a_spike_would_be_seen():
    assert one(scope(late__logistics=5)).why.en.endswith("; visible from 14")
