import msgspec
import pytest
from alerts_made import T0 as AT
from hypothesis import given
from hypothesis import strategies as st

from alerts.announce import MOST_ROWS, Announcer
from alerts.frame import (
    AlertsFrame,
    Anew,
    Beat,
    Changes,
    IncidentRow,
    Muted,
    Signal,
    Work,
    decode_kept,
    decode_told,
    encode_row,
    encode_told,
)
from alerts.open_rows import OpenRows

ROW = IncidentRow(
    id=7,
    version=1,
    rule="sla",
    kind="sla_breach",
    scope="support",
    level=3,
    signal=Signal.RAISED,
    work=Work.OPEN,
    title={"en": "Support: SL below goal"},
    why={"en": "61 % of 74 contacts within 20 s"},
    opened_at=AT,
    acknowledge_by=None,
    value=1.0,
)


def row(**facts):
    return msgspec.structs.replace(ROW, **facts)


@pytest.fixture
def announcer():
    """One row is told, whole."""
    announcer = Announcer()
    announcer.put(ROW)
    announcer.news(AT)
    return announcer


def changes(after, *changed, gone=(), at=AT + 100):
    return Changes(at=at, after=AT + after, version=AT + after + 1, changed=changed, gone=gone)


def test_first_news_are_all_rows_gravest_first():
    announcer = Announcer()
    for one in (row(id=1), row(id=2, level=1), row(id=3, level=1, drill=True)):
        announcer.put(one)

    assert announcer.news(AT) == AlertsFrame(at=AT, version=AT, incidents=(row(id=2, level=1), row(id=1), row(id=3, level=1, drill=True)))


def test_owner_is_told_at_once(announcer):
    announcer.put(row(owner="A. Li"))

    assert announcer.news(AT + 100) == changes(0, row(owner="A. Li"))
    assert announcer.news(AT + 200) is None


def test_what_a_rule_words_anew_waits_for_the_second(announcer):
    announcer.put(row(value=2.0))

    assert announcer.news(AT + 100) is None
    assert announcer.news(AT + 1_000) == changes(0, row(value=2.0), at=AT + 1_000)


def test_what_is_told_at_once_leaves_what_waits_waiting(announcer):
    announcer.put(row(value=2.0))
    announcer.put(row(id=8))

    assert announcer.news(AT + 100) == changes(0, row(id=8))
    assert announcer.news(AT + 1_000) == changes(1, row(value=2.0), at=AT + 1_000)


def test_incident_that_is_closed_is_gone_at_once(announcer):
    announcer.drop(7)
    announcer.drop(8)

    assert announcer.news(AT + 100) == changes(0, gone=(7,))


def test_nothing_new_is_a_beat_of_the_version_that_still_holds(announcer):
    announcer.put(row(value=1.0))

    assert announcer.news(AT + 999) is None
    assert announcer.news(AT + 1_000) == Beat(at=AT + 1_000, version=AT)
    assert announcer.news(AT + 1_100) is None


def test_clock_that_was_set_back_makes_everything_due(announcer):
    announcer.put(row(value=2.0))

    assert announcer.news(AT - 5_000) == changes(0, row(value=2.0), at=AT - 5_000)


def test_news_that_were_lost_are_followed_by_all_rows_as_a_version_of_their_own(announcer):
    announcer.put(row(owner="A. Li"))
    announcer.news(AT - 100)
    announcer.lost()

    assert announcer.news(AT - 100) == AlertsFrame(at=AT - 100, version=AT + 2, incidents=(row(owner="A. Li"),))


def test_flood_is_told_in_parts(announcer):
    for number in range(MOST_ROWS + 1):
        announcer.put(row(id=100 + number))

    sizes = [len(announcer.news(AT + later).changed) for later in (100, 200)]

    assert sizes == [MOST_ROWS, 1]


rows = st.builds(
    lambda number, owner, value: row(id=number, owner=owner, value=value),
    st.integers(1, 4),
    st.sampled_from([None, "Ada"]),
    st.integers(0, 2),
)
deeds = st.one_of(rows, st.integers(1, 4), st.just("lost"))
"""A row as it is now, the id of an incident that is closed, or news that are lost."""


@given(st.lists(st.tuples(st.lists(deeds, max_size=4), st.integers(-500, 1_500)), max_size=20))
def test_who_lays_the_news_over_each_other_has_the_rows_as_they_are(ticks):
    announcer, held, version, now = Announcer(), OpenRows(), None, AT
    for some, later in [*ticks, ([], 1_000)]:
        now += later
        for deed in some:
            announcer.lost() if deed == "lost" else announcer.drop(deed) if isinstance(deed, int) else announcer.put(deed)
        match announcer.news(now):
            case AlertsFrame() as frame:
                held, version = OpenRows(frame.incidents), frame.version
            case Changes() as told:
                assert told.after == version
                version = told.version
                for one in told.changed:
                    held.put(one)
                for number in told.gone:
                    held.drop(number)
            case Beat() as beat:
                assert beat.version == version

    assert held.in_order == announcer.rows.in_order


@pytest.mark.parametrize("told", [changes(0, ROW, gone=(8,)), Beat(at=AT, version=1), Anew(at=AT, version=2)])
def test_news_are_read_as_they_were_written(told):
    assert decode_told(encode_told(told)) == told


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (row(level=2), row(level=3)),
        (row(opened_at=AT - 1), row()),
        (row(level=3), row(level=1, muted=Muted("silence", "4", None, {}))),
        (row(level=3, muted=Muted("silence", "4", None, {})), row(level=1, drill=True)),
        (row(level=3, drill=True), row(level=1, signal=Signal.OK)),
        (row(level=2, signal=Signal.OK, no_data=True), row(level=3)),
    ],
)
def test_what_is_heard_comes_before_what_is_quiet_a_drill_or_over(first, then):
    rows = (msgspec.structs.replace(first, id=9), msgspec.structs.replace(then, id=8))

    assert OpenRows(reversed(rows)).in_order == rows


def test_rows_are_kept_one_by_one_and_read_in_their_order():
    rows = {b"7": encode_row(ROW), b"9": encode_row(row(id=9, level=1))}

    assert decode_kept({**rows, b"version": b"3", b"at": b"%d" % AT}) == AlertsFrame(at=AT, version=3, incidents=(row(id=9, level=1), ROW))
    assert decode_kept({}) is None
