"""Files taken into history: once, whatever happens on the way, and beside what was recorded live."""

import gzip
from datetime import date

import msgspec
import pytest
from made import HOUR, MINUTE, NOON, SECOND, agent, contact
from sqlalchemy import func, select
from typer.testing import CliRunner

from pulse.cli import app
from pulse.clock import system_clock
from pulse.config import ConfigError, checked_config
from pulse.runtime import backfilling
from pulse.runtime.backfilling import backfill, summed_up
from pulse.runtime.files import files_of
from pulse.runtime.keeping import erased, exported
from pulse.runtime.places import AlreadyRunning
from pulse.runtime.site import RunningSite
from sql.contact_tables import AgentTime, ComplaintRow, ContactRow
from sql.due import Grain
from sql.ledger import Ledger, entries_of, keep
from sql.models import Minute
from sql.recorder import Recorder
from sql.rolled import Rolled

DAY = 24 * 60 * MINUTE
ANN = "a" * 32


def calls(count, at=NOON):
    for number in range(count):
        yield contact("offered", str(number), at + number * MINUTE)
        yield contact("answered", str(number), at + number * MINUTE + 9 * SECOND, wait_s=9.0)


@pytest.fixture
def site(tmp_path):
    (tmp_path / "pulse.toml").write_text(
        '[site]\nname = "harbour"\n[sources.phone]\nkind = "asterisk_ami"\nhost = "h"\nuser = "u"\nsecret = "env:S"\n'
    )
    return RunningSite.of(tmp_path / "pulse.toml")


@pytest.fixture
def written(tmp_path):
    def write(name, records):
        path = tmp_path / name
        data = b"".join(msgspec.json.encode(record) + b"\n" for record in records)
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
        return path

    return write


def take_in(site, database, *paths, at_once=20_000):
    steps = list(backfill(site, database, paths, None, lambda: NOON + 9 * DAY, at_once))
    summed_up(site, database, NOON + 9 * DAY)
    return steps[-1]


def counted(site, database):
    found = Rolled(database, "harbour", site.config.zone).total(NOON - DAY, NOON + 2 * DAY, spread=True)
    return {queue: tally.counts for queue, (_, tally) in found.items()}


def test_a_file_is_taken_into_history_and_summed_up(site, database, written):
    done = take_in(site, database, written("calls.jsonl.gz", calls(30)))

    assert (done.read, done.added, done.is_done) == (60, 60, True)
    assert counted(site, database)["support"]["answered_within_target"] == 30
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ContactRow)) == 30


def test_who_came_again_and_where_peoples_time_went_is_told_of_a_file_too(site, database, written):
    again = [contact("offered", f"a{number}", at=NOON + number * HOUR, customer="ann") for number in range(3)]
    before = contact("offered", "before", at=NOON - 7 * DAY)

    take_in(
        site,
        database,
        written("calls.jsonl", [before, *again, agent("A1", "busy", at=NOON), agent("A1", "offline", at=NOON + 20 * MINUTE)]),
    )

    assert {name: counted(site, database)["support"].get(name) for name in ("repeat_known", "repeat_contacts")} == {
        "repeat_known": 3,
        "repeat_contacts": 2,
    }
    with database.read() as session:
        assert session.scalars(select(AgentTime.ms).order_by(AgentTime.at)).all() == [15 * MINUTE, 5 * MINUTE]


def test_what_a_file_tells_of_a_time_to_come_is_left_out_and_said(site, database, written):
    done = take_in(site, database, written("calls.jsonl", [*calls(3), contact("offered", "late", at=NOON + 10 * DAY)]))

    assert (done.read, done.added) == (7, 6)
    assert "calls.jsonl: left out, of a time yet to come: 1" in list(done.lines())
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ContactRow)) == 3


def test_a_file_that_is_taken_in_twice_under_whatever_name_adds_nothing(site, database, written):
    take_in(site, database, written("calls.jsonl", calls(30)))
    before = counted(site, database)

    again = take_in(site, database, written("copy.jsonl", calls(30)))

    assert (again.was_done, counted(site, database)) == (True, before)


def test_a_contact_is_of_the_day_it_came_and_its_answer_of_the_day_it_happened(site, database, written):
    late = NOON + 12 * HOUR - 5 * SECOND
    rolled = Rolled(database, "harbour", site.config.zone)

    take_in(site, database, written("calls.jsonl", [*calls(1, late), contact("completed", "0", late + HOUR, talk_s=60.0)]))

    days = [day["support"][1] for day in rolled.by(Grain.DAY, NOON - DAY, NOON + 2 * DAY).values()]
    counted_on = [tuple(day.count(name) for name in ("offered", "answered", "handled")) for day in days]
    assert counted_on == [(1, 0, 0), (0, 1, 1)]
    with database.read() as session:
        assert session.scalars(select(ContactRow.at)).all() == [late]


def test_what_two_files_both_tell_counts_once(site, database, written):
    take_in(site, database, written("calls.jsonl", calls(30)))

    more = take_in(site, database, written("longer.jsonl", calls(40)))

    assert (more.read, more.added) == (80, 20)
    assert counted(site, database)["support"]["offered"] == 40


def test_a_file_that_broke_off_goes_on_where_it_was(site, database, written, tmp_path):
    path = written(
        "calls.jsonl", [*calls(30), agent("A1", "busy", "support", at=NOON), agent("A1", "available", "support", at=NOON + MINUTE)]
    )
    steps = backfill(site, database, [path], None, lambda: NOON + 9 * DAY, 7)
    next(steps), next(steps)
    steps.close()

    done = take_in(site, database, path)

    assert (done.read, done.added) == (62, 62)
    with database.read() as session:
        rows = {row.at: row.queues for row in session.scalars(select(Minute).where(Minute.site == "harbour"))}
    take_in(RunningSite.of(_named(tmp_path, "whole")), database, path)
    with database.read() as session:
        assert {row.at: row.queues for row in session.scalars(select(Minute).where(Minute.site == "whole"))} == rows


def test_what_was_recorded_live_is_not_counted_again(site, database, written):
    live = list(calls(10))
    recorder = Recorder(database, "harbour")
    fold = backfilling.Fold(site.fold_settings(), backfilling.catalogue())
    fold.fold(live)
    fold.roll(NOON + DAY)
    recorder.commit(stream_id="1-0", at=NOON, state=b"", seen={}, rows=fold.take_rows(), told=live)

    done = take_in(site, database, written("calls.jsonl", [*calls(12), agent("A1", "busy", "support", at=NOON + MINUTE)]))

    assert (done.added, done.skipped) == (4, {"states_of_a_time_that_was_watched": 1})
    assert counted(site, database)["support"]["offered"] == 12


def test_what_an_earlier_program_counted_without_filing_it_is_left_out_and_said(site, database, written):
    fold = backfilling.Fold(site.fold_settings(), backfilling.catalogue())
    fold.fold(list(calls(1)))
    fold.roll(NOON + DAY)
    Recorder(database, "harbour").commit(stream_id="1-0", at=NOON, state=b"", seen={}, rows=fold.take_rows())

    done = take_in(site, database, written("calls.jsonl", calls(3)))

    assert (done.added, done.skipped) == (0, {"counted_before_contacts_were_filed": 6})


def test_lines_that_are_no_records_are_counted_and_cost_nothing_else(site, database, written, tmp_path):
    path = written("calls.jsonl", calls(2))
    path.write_bytes(b"not json\n" + path.read_bytes())

    done = take_in(site, database, path)

    assert (done.added, done.problems) == (4, {"not_a_record": 1})
    assert list(done.lines())[1:] == [
        "calls.jsonl: could not be read, not a record: 1",
        'calls.jsonl: the first: line 1: got "not json", expected a record: one JSON object a line, in UTF-8',
    ]


@pytest.mark.parametrize(
    ("source", "name", "said"),
    [
        (None, "gone.jsonl", "no such file"),
        (None, ".", "a folder, expected a file"),
        (None, "/dev/null", "/dev/null: not a regular file, expected a file"),
        ("fax", "x", "expected one of the sources of the file: phone"),
        ("phone", "x", "reads files"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_in_words(site, database, tmp_path, source, name, said):
    with pytest.raises(ConfigError, match=said):
        list(backfill(site, database, [tmp_path / name], source, lambda: NOON))


def test_a_packed_file_that_is_cut_is_named_once(site, database, written):
    path = written("cut.jsonl.gz", calls(30))
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(ConfigError, match=rf"^{path}: cannot be read: "):
        take_in(site, database, path)


def _named(folder, name):
    path = folder / name / "pulse.toml"
    path.parent.mkdir()
    path.write_text(f'[site]\nname = "{name}"\n')
    return path


def test_a_quarter_of_long_ago_that_a_file_has_filled_keeps_it_when_one_more_event_arrives(site, database, written):
    late = NOON + 200 * DAY
    list(backfill(site, database, [written("calls.jsonl", calls(10))], None, lambda: late))
    summed_up(site, database, late)
    fold = backfilling.Fold(site.fold_settings(), backfilling.catalogue())
    fold.fold([contact("offered", "late", NOON + MINUTE)])
    fold.roll(NOON + DAY)

    Recorder(database, "harbour").commit(stream_id="1-0", at=late, state=b"", seen={}, rows=fold.take_rows())
    at_once = counted(site, database)["support"]["offered"]
    summed_up(site, database, late)

    assert (at_once, counted(site, database)["support"]["offered"]) == (11, 11)


def test_what_a_source_tells_after_a_file_had_told_it_counts_once(site, database, written):
    take_in(site, database, written("calls.jsonl", calls(10)))
    before, fold = counted(site, database), backfilling.Fold(site.fold_settings(), backfilling.catalogue())
    fold.fold(calls(10))
    fold.roll(NOON + DAY)
    Recorder(database, "harbour").commit(stream_id="1-0", at=NOON, state=b"", seen={}, rows=fold.take_rows(), told=list(calls(10)))

    files_of(site, database, NOON).file_waiting()
    summed_up(site, database, NOON + 9 * DAY)

    assert {name: count for name, count in counted(site, database)["support"].items() if count} == before["support"]


def test_a_file_of_long_ago_counts_by_what_was_promised_then(site, database, written):
    then = checked_config({"site": {"name": "harbour"}, "channels": {"voice": {"target": "5s"}}}, site.config.path)
    with database.write() as session:
        keep(session, "harbour", entries_of(then), (NOON, date(2026, 11, 1)))
        keep(session, "harbour", entries_of(site.config), (NOON + DAY, date(2026, 11, 24)))

    take_in(site, database, written("calls.jsonl", [*calls(3), *calls(4, NOON + DAY)]))

    rolled = Rolled(database, "harbour", site.config.zone)
    days = rolled.by(Grain.DAY, NOON - DAY, NOON + 2 * DAY)
    slices = rolled.parts(Grain.DAY, NOON - DAY, NOON + 2 * DAY, "segment")
    assert [day["support"][1].count("answered_within_target") for day in days.values()] == [0, 4]
    assert [day[""].count("answered_within_target") for day in slices.values()] == [0, 4]


@pytest.mark.both_databases
def test_an_erased_customer_whom_a_recording_still_names_stays_nobody_and_counts_once(site, database, database_url, written, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    told = [
        contact("offered", "a", customer=ANN),
        contact("answered", "a", NOON + 9 * SECOND, wait_s=9.0, customer=ANN),
        contact("complaint", "a", NOON + MINUTE, category="delay", text="too late", customer=ANN),
        contact("complaint", "b", NOON + MINUTE, category="delay", text="by letter", customer=ANN),
    ]
    later = contact("resolved", "a", NOON + HOUR, wait_s=3600.0, customer=ANN)
    take_in(site, database, written("calls.jsonl", told))
    once = counted(site, database)["support"]
    site.places.site_key()
    erased(site, ANN, "Ada", NOON)

    done = take_in(site, database, written("again.jsonl", [*told, later]))

    assert (done.read, done.added) == (5, 1)
    assert counted(site, database)["support"].items() >= once.items()
    with database.read() as session:
        visits, complaints = session.scalars(select(ContactRow)).all(), session.scalars(select(ComplaintRow)).all()
    assert all(row.contact_id.startswith("erased-") and row.customer != ANN for row in (*visits, *complaints))
    assert [row.resolved_at for row in visits] == [later.at]
    assert [row.text for row in complaints] == [None, None]
    assert exported(site, ANN, NOON)["contacts"] == exported(site, ANN, NOON)["complaints"] == []


def test_the_command_ends_with_a_fault_where_nothing_could_be_read(site, tmp_path):
    path = tmp_path / "noise.jsonl"
    path.write_bytes(b"noise\n")

    first, again = (CliRunner().invoke(app, ["backfill", str(path), "--config", str(site.config.path)]) for _ in range(2))

    assert (first.exit_code, again.exit_code, again.output) == (1, 1, first.output)
    assert first.output.splitlines()[:3] == [
        "noise.jsonl: nothing of it could be read",
        "noise.jsonl: could not be read, not a record: 1",
        'noise.jsonl: the first: line 1: got "noise", expected a record: one JSON object a line, in UTF-8',
    ]


def test_a_file_that_is_known_tells_again_what_was_left_out_and_what_could_not_be_read(site, tmp_path, written):
    path = written("calls.jsonl", [*calls(2), *calls(1, at=system_clock() + 2 * DAY)])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b"noise\n")

    first, again = (CliRunner().invoke(app, ["backfill", str(path), "--config", str(site.config.path)]).output for _ in range(2))

    told = [line for line in first.splitlines() if "left out" in line or "could not be read" in line or "the first" in line]
    assert len(told) == 3
    assert [line for line in again.splitlines() if line in told] == told
    assert "calls.jsonl: known already: 6 records, nothing new" in again


def test_a_second_back_fill_of_a_site_is_refused_while_one_is_at_work(site, database, written):
    path = written("calls.jsonl", [agent("A1", "busy", "support", at=NOON + number * MINUTE) for number in range(9)])
    steps = backfill(site, database, [path], None, lambda: NOON + 9 * DAY, 3)
    next(steps)

    with pytest.raises(AlreadyRunning, match="another `pulse backfill` already works"):
        take_in(site, database, path)

    steps.close()
    assert take_in(site, database, path).added == 9


def test_what_was_promised_when_a_file_was_taken_in_stays_when_something_else_is_promised(site, database, written):
    take_in(site, database, written("calls.jsonl", calls(3)))
    later = checked_config({"site": {"name": "harbour"}, "channels": {"voice": {"target": "5s"}}}, site.config.path)
    with database.write() as session:
        keep(session, "harbour", entries_of(later), (NOON + 99 * DAY, date(2027, 3, 1)))

    days = (date(2026, 1, 24), date(2026, 11, 24), date(2027, 3, 1))
    assert [Ledger.read(database, later).goal_on(day, "channel:voice").target_s for day in days] == [20.0, 20.0, 5.0]


def test_what_a_file_that_broke_off_had_left_out_is_said_in_the_end(site, database, written):
    path = written("calls.jsonl", [*calls(1, at=NOON + 99 * DAY), *calls(3)])
    steps = backfill(site, database, [path], None, lambda: NOON + 9 * DAY, 3)
    next(steps)
    steps.close()

    assert take_in(site, database, path).skipped == {"of_a_time_yet_to_come": 2}


@pytest.mark.both_databases
def test_a_queue_whose_name_no_database_could_hold_loses_no_contact(site, database, written):
    path = written("calls.jsonl", [contact("offered", str(number), NOON, queue="a\0b\\u0000") for number in range(5)])

    take_in(site, database, path, at_once=2)

    assert counted(site, database) == {"a\ufffdb\\u0000": {"offered": 5}}


def test_a_file_without_a_line_says_so(site, database, written):
    assert list(take_in(site, database, written("empty.jsonl", [])).lines()) == [
        "empty.jsonl: nothing of it could be read: no records are in it"
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"at": "Ann Smith"}, 'line 3, at: got "[9 characters]", expected a whole number'),
        ({"at": -1}, "line 3, at: got -1, expected a whole number of at least 0"),
        ({"channel": "fax"}, 'line 3, channel: got "fax", expected one of voice, email, chat, social, bot, other'),
        ({"record": "call"}, 'line 3, record: got "call", expected one of contact_event, queue_state, counter_window, agent_state'),
        ({"attributes": {"Ann": 3}}, 'line 3, attributes[...]: got {"[key 1]":3}, expected a text'),
        ({"text": ["Ann"]}, 'line 3, text: got ["[3 characters]"], expected a text'),
    ],
)
def test_of_a_line_that_is_nearly_a_record_the_field_is_told_and_nobodys_words(site, database, written, wrong, said):
    path = written("calls.jsonl", calls(1))
    told = {**msgspec.to_builtins(contact("offered", "1", NOON)), **wrong}
    path.write_bytes(path.read_bytes() + msgspec.json.encode(told) + b"\n")

    assert take_in(site, database, path).first_fault == said


@pytest.mark.parametrize("wrong", [b'{"record": "contact_event", "text": "Ann', b'{"text": "\xff"}', b'{"x": ' + b"[" * 5_000])
def test_a_record_that_is_cut_is_told_by_its_length_after_a_line_that_is_too_long(site, database, written, wrong):
    path = written("calls.jsonl", calls(1))
    path.write_bytes(path.read_bytes() + b"x" * 70_000 + b"\n" + wrong + b"\n")

    done = take_in(site, database, path)

    said = f"line 4: got {len(wrong):,} bytes that are no whole JSON, expected a record: one JSON object a line, in UTF-8"
    assert (done.added, done.problems, done.first_fault) == (2, {"line_too_long": 1, "not_a_record": 1}, said)


def test_the_first_line_a_source_could_not_read_is_told_by_its_place_in_the_file(site, database, tmp_path):
    (tmp_path / "pulse.toml").write_text('[site]\nname = "harbour"\n[sources.phone]\nkind = "asterisk_queue_log"\npath = "queue_log"\n')
    log = tmp_path / "queue_log"
    log.write_bytes((b" " * 60_000 + b"\n") * 40 + b"cut|c1\n")

    done = list(backfill(RunningSite.of(tmp_path / "pulse.toml"), database, [log], "phone", lambda: NOON))[-1]

    assert done.first_fault == 'line 41: got "cut|c1", expected epoch|call|queue|agent|EVENT|data'
