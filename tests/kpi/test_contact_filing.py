"""Contacts gathered from events: they count as their events did, whatever the order, and telling them twice adds nothing."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from made import HOUR, MINUTE, NOON, SECOND, contact

from pulse.kpi.contact import Contact, events_of
from pulse.kpi.filing import Counting, Filing
from pulse.kpi.goal import QueueGoal
from pulse.kpi.records import ContactEvent, Rating, RatingScale
from pulse.kpi.tally import Tally, merged
from pulse.live.catalogue import catalogue

COUNTING = Counting(catalogue().counts, lambda _queue, _channel, _at: QueueGoal())
TYPES = ("offered", "answered", "abandoned", "enqueued", "completed", "transferred", "first_reply", "resolved", "reopened", "rated")


def filing(known=(), complaints=()):
    return Filing(known, complaints, COUNTING)


def counted(events):
    tally = Tally()
    for event in events:
        for count in catalogue().counts[event.type]:
            count(event, QueueGoal(), tally)
    return tally


def visits(filed):
    return [*filed.begun, *filed.changed]


def story(seed: int) -> list[ContactEvent]:
    """What happens to a few contacts, some of it more than once, in no order."""
    random = Random(seed)
    events = {}
    for _ in range(random.randrange(1, 40)):
        type_, number, at = random.choice(TYPES), str(random.randrange(4)), NOON + random.randrange(3000) * SECOND
        facts = {
            "wait_s": random.choice([None, 3.0, 30.0]),
            "segment": random.choice([None, "new", "base"]),
            "business_line": random.choice([None, None, "billing"]),
        }
        if type_ == "completed":
            facts |= {"talk_s": random.choice([None, 60.0]), "wait_s": None}
        if type_ == "rated":
            facts |= {"rating": random.choice([Rating(RatingScale.CSAT_5, 4.0), Rating(RatingScale.NPS_10, 9.0)]), "wait_s": None}
        event = contact(type_, number, at, queue=random.choice(["support", "billing"]), **facts)
        events.setdefault((type_, number, at, event.queue), event)
    return list(events.values())


seeds = st.integers(0, 10_000)


@given(seeds)
def test_the_events_of_a_visit_count_as_those_it_was_gathered_from(seed):
    told, filed = story(seed), filing()
    for event in told:
        filed.file(event)

    made_anew = [event for visit in visits(filed) for event in events_of(visit, "site", "history")]

    assert counted(made_anew) == counted(told)
    assert len({event.event_id for event in made_anew}) == len(told)


@given(seeds)
def test_what_is_told_twice_is_filed_once(seed):
    told, first = story(seed), filing()
    assert sum(first.file(event) for event in told) == len(told)

    again = filing(visits(first))

    assert sum(again.file(event) for event in told) == 0
    assert again.slices() == {}


@given(seeds, st.integers(0, 40))
def test_filing_in_two_parts_gives_the_slices_of_one(seed, cut):
    told, whole, first = story(seed), filing(), filing()
    for event in told:
        whole.file(event)
    for event in told[:cut]:
        first.file(event)
    grown = first.slices()
    second = filing(visits(first))
    for event in told[cut:]:
        second.file(event)

    for key, tally in second.slices().items():
        both = merged([grown.get(key, Tally()), tally])
        both.counts = {name: count for name, count in both.counts.items() if count}
        grown[key] = both

    assert {key: tally for key, tally in grown.items() if tally} == whole.slices()


@given(seeds)
def test_the_slices_of_a_queue_add_up_to_its_events(seed):
    told, filed = story(seed), filing()
    for event in told:
        filed.file(event)

    assert merged(filed.slices().values()).counts == counted(told).counts


def test_a_segment_that_is_told_late_moves_what_was_counted_before():
    first = filing()
    first.file(contact("offered"))
    second = filing(visits(first))
    second.file(contact("answered", at=NOON + MINUTE, wait_s=60.0, segment="new"))

    parts = {part.segment: tally.counts for (_, part), tally in second.slices().items()}

    assert parts[""] == {"offered": -1}
    assert (parts["new"]["offered"], parts["new"]["answered"]) == (1, 1)


def test_a_second_offer_begins_a_second_visit():
    filed = filing()
    for type_, at in (("offered", 0), ("abandoned", 5), ("offered", 60), ("answered", 70)):
        filed.file(contact(type_, at=NOON + at * SECOND, wait_s=5.0))

    assert [(visit.offered_at - NOON, visit.outcome) for visit in filed.begun] == [(0, "abandoned"), (60_000, "answered")]


def test_an_offer_that_arrives_after_its_answer_belongs_to_the_same_visit():
    filed = filing()
    filed.file(contact("answered", at=NOON + 9 * SECOND, wait_s=9.0))
    filed.file(contact("offered"))

    (visit,) = filed.begun
    assert (visit.offered_at, visit.left_at, visit.wait_s) == (NOON, NOON + 9 * SECOND, 9.0)


def test_a_complaint_counts_under_its_own_line_and_once():
    filed = filing([Contact(contact_id="c1", queue="support", channel="voice", at=NOON, segment="new", business_line="billing")])
    complaint = contact("complaint", business_line="logistics", category="delay")

    assert [filed.file(complaint), filed.file(complaint)] == [True, False]
    ((_, part),) = filed.slices()
    assert (part.business_line, part.segment, part.category) == ("logistics", "new", "delay")


def test_two_ratings_of_one_instant_are_two_where_they_say_something_else():
    filed, stars, score = filing(), Rating(RatingScale.CSAT_5, 4.0), Rating(RatingScale.NPS_10, 9.0)

    known = [filed.file(contact("rated", rating=rating)) for rating in (stars, score, stars, score)]

    assert known == [True, True, False, False]


def test_a_visit_that_moves_after_the_target_was_changed_takes_away_what_it_had_counted():
    changed_at = NOON + HOUR
    counting = Counting(catalogue().counts, lambda _queue, _channel, at: QueueGoal(target_s=20 if at < changed_at else 5))
    first = Filing((), (), counting)
    for event in (contact("offered"), contact("answered", at=NOON + 9 * SECOND, wait_s=9.0)):
        first.file(event)
    before = first.slices()

    later = Filing(first.begun, (), counting)
    later.file(contact("resolved", at=changed_at + MINUTE, wait_s=3600.0, segment="new"))
    moved = later.slices()

    of_then = {part.segment: tally for (at, part), tally in moved.items() if at < changed_at}
    assert merged([of_then[""], *before.values()]).count("answered_within_target") == 0
    assert of_then["new"].count("answered_within_target") == 1
