"""Frozen days in SQL: kept once, listed, read as they were, and found out where a byte was changed."""

import zlib

import pytest

from pulse.kpi.snapshot import Edition, Figure, Snapshot, UnreadableSnapshot, encode_snapshot, seal
from sql.event_log import first_broken
from sql.memory_tables import SnapshotRow
from sql.models import Transition
from sql.snapshots import broken, content, days_frozen, find, keep, listed

pytestmark = pytest.mark.both_databases
TITLES = {"en": "Harbour", "zh": "港口"}


def snapshot(day="2026-11-20", value=0.7, edition=Edition.DAILY, at=5):
    figures = (Figure(kpi="service_level", value=value),)
    facts = {"zone": "UTC", "start": 0, "end": 1, "formula": "d", "titles": TITLES}
    return Snapshot(site="harbour", edition=edition, day=day, last_day=day, frozen_at=at, figures=figures, **facts)


def frozen(database, *made):
    with database.write() as session:
        return [keep(session, one, "Ada") for one in made]


def changed(database, **columns):
    with database.write() as session:
        row = session.get(SnapshotRow, ("harbour", "daily", "2026-11-20"))
        for name, value in columns.items():
            setattr(row, name, value)


def test_the_first_freeze_stays_and_the_second_is_told_that_it_came_late(database):
    outcomes = [*frozen(database, snapshot()), *frozen(database, snapshot(value=0.9, at=6))]

    assert outcomes == [True, False]
    assert find(database, "harbour", Edition.DAILY, "2026-11-20") == snapshot()
    assert find(database, "elsewhere", Edition.DAILY, "2026-11-20") is None
    with database.read() as session:
        (line,) = session.query(Transition).all()
    assert (line.kind, line.who, line.to_state) == ("snapshot", "Ada", "frozen")
    assert first_broken(database, "harbour") is None


def test_editions_of_one_day_are_kept_apart_and_listed_the_newest_first(database):
    frozen(database, snapshot("2026-11-16"), snapshot("2026-11-16", edition=Edition.WEEKLY), snapshot())

    assert [(one.day, one.edition) for one in listed(database, "harbour")] == [
        ("2026-11-20", "daily"),
        ("2026-11-16", "daily"),
        ("2026-11-16", "weekly"),
    ]
    assert [one.day for one in listed(database, "harbour", Edition.WEEKLY)] == ["2026-11-16"]
    assert days_frozen(database, "harbour", Edition.DAILY, ["2026-11-19", "2026-11-20"]) == {"2026-11-20"}
    assert list(broken(database, "harbour")) == []


def test_a_changed_byte_is_found_and_so_is_a_hash_that_was_changed_with_it(database):
    frozen(database, snapshot(), snapshot("2026-11-19"))
    other = encode_snapshot(snapshot(value=0.9))

    changed(database, content=zlib.compress(other))
    by_content = list(broken(database, "harbour"))
    changed(database, sha=seal(other))
    by_log = list(broken(database, "harbour", Edition.DAILY, "2026-11-20"))

    assert [(one.frozen.day, one.why) for one in by_content] == [("2026-11-20", "its content does not have its hash")]
    assert [one.why for one in by_log] == ["the event log does not know its hash"]
    assert list(broken(database, "harbour", Edition.DAILY, "2026-11-19")) == []


def test_what_was_changed_is_handed_out_to_nobody(database):
    frozen(database, snapshot())
    changed(database, content=zlib.compress(encode_snapshot(snapshot(value=0.9))))

    for read in (find, content):
        with pytest.raises(UnreadableSnapshot, match="does not have its hash"):
            read(database, "harbour", Edition.DAILY, "2026-11-20")


def test_one_that_was_taken_away_is_missed_and_not_frozen_anew(database):
    frozen(database, snapshot(), snapshot("2026-11-19"))
    with database.write() as session:
        session.delete(session.get(SnapshotRow, ("harbour", "daily", "2026-11-20")))

    assert frozen(database, snapshot(value=0.9, at=6)) == [False]
    assert [(one.frozen.day, one.why) for one in broken(database, "harbour")] == [
        ("2026-11-20", "it is gone, the event log says it was frozen")
    ]
    assert list(broken(database, "harbour", Edition.WEEKLY)) == []


def test_content_that_is_no_snapshot_is_said_to_be_none(database):
    frozen(database, snapshot())
    changed(database, content=b"torn")

    (found,) = broken(database, "harbour")

    assert "decompressing" in found.why
    with pytest.raises(UnreadableSnapshot, match="daily 2026-11-20"):
        find(database, "harbour", Edition.DAILY, "2026-11-20")
