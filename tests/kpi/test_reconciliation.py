"""Six service levels from the same contacts: what each makes of which, by the counts and by the contacts themselves."""

from collections import Counter

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from made import NOON, contact

from pulse.kpi.goal import QueueGoal, ServiceLevelFormula
from pulse.kpi.tally import Tally
from pulse.live.catalogue import catalogue
from pulse.reconciliation import COUNTS_NAMES, KIND_NAMES, Counts, Kind, counts_as, kind_of, promises_told, reconciled
from pulse.text import Language

LEFT = st.tuples(st.sampled_from(["answered", "abandoned"]), st.one_of(st.none(), st.integers(0, 40).map(float)))


def counted(contacts, goal):
    tally = Tally()
    for number, (outcome, wait_s) in enumerate(contacts):
        event = contact(outcome, f"c{number}", NOON, wait_s=wait_s)
        for count in catalogue().counts[event.type]:
            count(event, goal, tally)
    return tally


@examples(max_examples=60)
@given(st.lists(LEFT, max_size=20), st.integers(0, 30), st.integers(0, 30))
def test_a_formula_counts_exactly_the_contacts_it_is_said_to_count(contacts, target_s, short_s):
    goal = QueueGoal(target_s=target_s, short_s=short_s)

    found = reconciled(counted(contacts, goal))

    kinds = Counter(kind_of(outcome, wait_s, goal) for outcome, wait_s in contacts)
    assert {kind: count for kind, count in found.kinds.items() if count} == kinds
    for level in found.levels:
        fates = Counter(counts_as(kind, level.formula) for kind in kinds.elements())
        if level.judged is not None:
            assert level.judged == (fates[Counts.SERVED], fates[Counts.SERVED] + fates[Counts.MISSED])


def test_the_published_data_set_gives_the_six_published_levels():
    counts = {"answered": 1000, "answered_within_target": 860, "abandoned": 60, "abandoned_within_target": 20, "short_abandoned": 10}

    found = reconciled(Tally.from_map({"counts": counts, "peaks": {}}))

    assert [round(level.ratio * 100, 2) for level in found.levels] == [83.02, 86.0, 81.13, 82.69, 82.08, 81.9]
    assert found.differ == (Kind.ABANDONED_SHORT, Kind.ABANDONED_IN_TIME, Kind.ABANDONED_LATE)


def test_where_nothing_tells_short_abandons_their_number_is_unknown():
    found = reconciled(Tally.from_map({"counts": {"answered": 3, "answered_within_target": 2, "short_abandoned?": 1}, "peaks": {}}))

    assert found.kinds[Kind.ABANDONED_SHORT] is None
    assert [level.formula for level in found.levels if level.judged is None] == [ServiceLevelFormula.E, ServiceLevelFormula.F]


def test_every_kind_and_every_fate_has_a_name():
    assert (set(KIND_NAMES), set(COUNTS_NAMES)) == (set(Kind), set(Counts))


def test_what_queues_promised_is_said_once_where_it_is_the_same_and_else_by_queue():
    phone, mail = QueueGoal(), QueueGoal(target_s=60, goal_ratio=0.9, short_s=0)

    same = promises_told([("a", phone), ("b", phone)], Language.EN)
    mixed = promises_told([("a", phone), ("m", mail), ("b", phone)], Language.ZH)

    assert same == "80.0 % within 20 s, short up to 5 s"
    assert mixed == "按队列 · a、b：20 秒内 80.0 %，短时放弃不超过 5 秒 · m：1 分钟内 90.0 %"
