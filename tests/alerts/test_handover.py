"""A shift that is handed over: what the sheet holds, what accepting moves, and who is told while nobody does; on a virtual clock."""

import pytest
from alerts_made import T0, board, config, ms, queue, source
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import in_memory
from sqlalchemy import select, update

from alerts.actions import Answer
from alerts.handover_sheet import Known, digest_of, read_sheet, sheet_of, stored
from alerts.handover_sweeper import HandOverSweeper
from alerts.handovers import HandOvers, Seen, handed_why
from alerts.message import NO_LINK
from alerts.ruleset import faults_in
from alerts.shift_change import Change, change_at
from alerts.silences import By, Wanted, silence
from alerts.sweeper import Sweeper
from sql.duty import HandOver, Notice
from sql.event_log import first_broken
from sql.models import Incident, Transition

MINUTE, HOUR = 60, 3600
SHIFTS = {"early": {"time": "06:00-14:00"}, "late": {"time": "14:00-22:00"}, "night": {"time": "22:00-06:00"}}
TABLES = {
    "notify": {"desk": {"kind": "webhook", "url": "https://example.org/hook"}},
    "shifts": SHIFTS,
    "teams": {"operations": {"title": {"en": "Operations", "zh": "运营"}, "notify": ["desk"], "on_duty": {"late": "C. Wu"}}},
    "handover": {"team": "operations"},
}
CHANGE_S = 2 * HOUR
"""The late shift begins two hours after the noon that tests begin at."""


def incident(number=1, owner="A. Li", **facts):
    told = {"title": {"en": f"Alert {number}", "zh": f"告警 {number}"}, "why": {"en": "w", "zh": "w"}, "contributors": []}
    known = {"rule": f"sla{number}", "kind": "sla_breach", "scope": "support", "signal": "raised", "level": 2, "worst_level": 2}
    work = "open" if owner is None else "acknowledged"
    return Incident(id=number, site="site", opened_at=T0, owner=owner, **{"work": work, **known, **told, **facts})


class Site:
    """The hand-overs of a site, and what is due for them."""

    def __init__(self, database, *incidents, **tables):
        self.database, self.config = database, config(rules={}, **{**TABLES, **tables})
        self.hand_overs = HandOvers(database, self.config)
        self.start()
        with database.write() as session:
            session.add_all(incidents)

    def start(self):
        self.sweeper = HandOverSweeper(self.database, self.config)
        return self

    def offer(self, second=0, who="A. Li", **seen):
        return self.hand_overs.offer(By(who, ms(second)), Seen(**seen))

    def accept(self, number=1, second=1, who="B. Chen", **asked):
        return self.hand_overs.accept(number, By(who, ms(second)), **asked)

    def until(self, end, begin=0, every=60):
        for second in range(begin, end + 1, every):
            self.sweeper.sweep(ms(second), board(ms(second)))
        return self

    def all(self, table):
        with self.database.read() as session:
            return list(session.scalars(select(table).order_by(table.id)))

    @property
    def told(self):
        """(minute, title) of what the team was told."""
        return [((row.created_at - T0) / 60_000, row.payload["title"]["en"]) for row in self.all(Notice)]

    @property
    def owners(self):
        return [(row.owner, row.work, row.version) for row in self.all(Incident)]

    def log(self):
        return [(line.kind, line.who, line.from_state, line.to_state) for line in self.all(Transition)]


def test_the_sheet_holds_what_is_open_what_is_quiet_what_is_stale_and_the_figures(database):
    site = Site(database, incident(2, level=3), incident(1, level=1, owner=None, acknowledge_by=ms(300)), incident(3, work="closed"))
    silence(database, "site", Wanted(rule="sla*", level=3, starts_at=T0, ends_at=ms(600), comment="carrier"), By("Ada", T0))
    seen = board(ms(60), sources={"phone": source(ms(0))}, site=queue(0.7, 10, waiting=4, today={"offered": 200, "service_level": 0.81}))

    sheet = site.hand_overs.sheet_now(ms(60), Seen(board=seen, note="  mind the carrier "))

    assert [(one.id, one.level, one.owner, one.acknowledge_by) for one in sheet.incidents] == [(1, 1, None, ms(300)), (2, 3, "A. Li", None)]
    assert [(one.kind, one.what["en"], one.by, one.ends_at, one.comment) for one in sheet.quiet] == [
        ("silence", "sla* / *", "Ada", ms(600), "carrier")
    ]
    assert [one.name for one in sheet.stale] == ["phone"]
    assert (sheet.figures["waiting"], sheet.figures["service_level_30m"], sheet.figures["offered"], sheet.figures["logged_in"]) == (
        4,
        0.7,
        200,
        None,
    )
    assert (sheet.leaves["en"], sheet.takes["en"], sheet.note, sheet.without_owner) == ("early", "late", "mind the carrier", 1)


def test_without_a_board_the_figures_are_unknown_and_not_zero():
    sheet = sheet_of(Known(at=T0), Change())

    assert set(sheet.figures.values()) == {None}
    assert (sheet.board_at, sheet.takes) == (None, None)


@pytest.mark.both_databases
def test_a_sheet_is_read_back_as_it_was_stored_and_its_digest_tells_it_from_any_other(database):
    site = Site(database, incident())
    row = site.offer(note="one")

    sheet = read_sheet(site.hand_overs.find(row.id).sheet)

    assert site.hand_overs.is_as_offered(row)
    assert stored(sheet) == row.sheet
    assert digest_of(sheet) in site.all(Transition)[-1].why["en"]
    assert digest_of(sheet) != digest_of(read_sheet({**row.sheet, "note": "two"}))


@pytest.mark.parametrize("change", [{"note": "two"}, {"incidents": []}, {"at": T0 + 1}])
def test_a_sheet_that_was_changed_afterwards_is_found_by_the_log(database, change):
    site = Site(database, incident())
    row = site.offer(note="one")
    with database.write() as session:
        session.execute(update(HandOver).values(sheet={**row.sheet, **change}))

    assert not site.hand_overs.is_as_offered(site.hand_overs.find(row.id))


def test_a_deadline_begins_with_the_table_of_the_file_though_an_earlier_offer_had_none(database):
    Site(database, handover=None).offer(0)

    assert Site(database).offer(60).due_at == ms(CHANGE_S + 15 * MINUTE)


@pytest.mark.both_databases
def test_accepting_moves_what_the_sheet_says_somebody_owned_until_the_end_of_the_new_shift(database):
    site = Site(database, incident(1), incident(2, owner=None), incident(3, owner="C. Wu"))
    site.offer(CHANGE_S - 10 * MINUTE)

    outcome = site.accept(second=CHANGE_S - 5 * MINUTE)

    assert (outcome.answer, outcome.text.en) == (Answer.DONE, "hand-over 1 accepted by B. Chen; alerts moved: 2")
    assert site.owners == [("B. Chen", "acknowledged", 2), (None, "open", 1), ("B. Chen", "acknowledged", 2)]
    assert [row.owned_until for row in site.all(Incident)] == [ms(CHANGE_S + 8 * HOUR), None, ms(CHANGE_S + 8 * HOUR)]
    assert site.log() == [
        ("handover", "A. Li", "none", "offered"),
        ("owner", "B. Chen", "acknowledged", "acknowledged"),
        ("owner", "B. Chen", "acknowledged", "acknowledged"),
        ("handover", "B. Chen", "offered", "accepted"),
    ]
    assert first_broken(database, "site") is None


def test_what_the_end_of_the_old_shift_freed_is_taken_by_who_accepts(database):
    site = Site(database, incident(owned_until=ms(CHANGE_S)))
    site.offer(CHANGE_S - 10 * MINUTE)
    Sweeper(database, site.config, NO_LINK).sweep(ms(CHANGE_S))
    freed = site.owners

    site.accept(second=CHANGE_S + 60)

    assert (freed, site.owners) == ([(None, "open", 2)], [("B. Chen", "acknowledged", 3)])


@pytest.mark.parametrize("since", [{"owner": "C. Wu"}, {"owner": None, "work": "open", "level": 1}, {"work": "closed"}])
def test_what_somebody_else_took_or_became_graver_or_was_closed_since_is_left_as_it_is(database, since):
    site = Site(database, incident())
    site.offer()
    with database.write() as session:
        for name, value in since.items():
            setattr(session.get(Incident, 1), name, value)
    before = site.owners

    site.accept()

    assert site.owners == before


def test_only_one_accepts(database):
    site = Site(database, incident())
    site.offer()

    answers = [site.accept(who=who) for who in ("B. Chen", "C. Wu")]

    assert [outcome.answer for outcome in answers] == [Answer.DONE, Answer.CHANGED]
    assert answers[1].text.en == "it was accepted by B. Chen already"
    assert site.owners[0][0] == "B. Chen"


def test_where_people_log_in_nobody_accepts_their_own_hand_over(database):
    site = Site(database)
    site.offer(who="A. Li")

    refused, taken = (site.accept(who=who, second_person=True).answer for who in ("A. Li", "B. Chen"))

    assert (refused, taken) == (Answer.AUTHOR, Answer.DONE)


def test_whoever_takes_over_from_themselves_stands_as_such_in_the_log(database):
    site = Site(database)
    site.offer(who="A. Li")

    outcome = site.accept(who="A. Li")

    assert outcome.answer is Answer.DONE
    assert outcome.text.en.startswith("hand-over 1 accepted by A. Li, who offered it too; alerts moved: ")


@pytest.mark.both_databases
def test_a_newer_offer_replaces_the_one_that_waits_and_moves_no_deadline(database):
    site = Site(database)
    first = site.offer(0)

    second = site.offer(10 * MINUTE)

    assert (first.due_at, second.due_at) == (ms(CHANGE_S + 15 * MINUTE),) * 2
    assert site.accept(1).answer is Answer.CHANGED
    assert site.hand_overs.offered().id == 2
    assert ("handover", "A. Li", "offered", "replaced") in site.log()


@pytest.mark.both_databases
def test_what_nobody_accepts_is_told_to_the_team_a_quarter_of_an_hour_after_the_shift_began_and_again(database):
    site = Site(database, incident())
    site.offer(CHANGE_S - 10 * MINUTE)

    site.until(CHANGE_S + 35 * MINUTE)

    assert site.told == [(minute, "late: the hand-over was not accepted") for minute in (135, 150)]
    payload = site.all(Notice)[0].payload
    assert payload["why"]["en"] == "The sheet of 2026-11-23 13:50:00 waits to be accepted. Open alerts: 1, without an owner: 0."
    assert "A. Li" not in str(payload)
    assert [line.why["en"] for line in site.all(Transition)][-1] == "hand-over 1 not accepted in time: Operations (C. Wu) told"


def test_a_shift_that_begins_without_an_offer_gets_a_sheet_of_its_own_and_is_told_of(database):
    site = Site(database, incident())

    site.until(CHANGE_S + 15 * MINUTE, begin=CHANGE_S)

    (row,) = site.all(HandOver)
    assert (row.offered_by, row.to_start, row.due_at) == ("pulse", ms(CHANGE_S), ms(CHANGE_S + 30 * MINUTE))
    assert [minute for minute, _ in site.told] == [135]
    assert site.all(Notice)[0].payload["why"]["zh"].startswith("无人提交交接班")


def test_once_accepted_nobody_is_told_any_more_and_who_was_told_hears_of_it(database):
    site = Site(database).until(CHANGE_S + 20 * MINUTE, begin=CHANGE_S)

    site.accept(second=CHANGE_S + 21 * MINUTE)
    site.until(CHANGE_S + 2 * HOUR, begin=CHANGE_S + 21 * MINUTE)

    assert site.told == [(135, "late: the hand-over was not accepted"), (141, "late: the hand-over is accepted")]


def test_what_was_accepted_before_the_shift_began_is_told_to_nobody(database):
    site = Site(database)
    site.offer(CHANGE_S - 10 * MINUTE)
    site.accept(second=CHANGE_S - 5 * MINUTE)

    site.until(CHANGE_S + HOUR, begin=CHANGE_S)

    assert (site.told, len(site.all(HandOver))) == ([], 1)


def test_who_is_killed_tells_in_time_and_nothing_twice_and_of_missed_times_only_the_newest(database):
    site = Site(database)
    site.offer(CHANGE_S - 10 * MINUTE)
    site.until(CHANGE_S + 16 * MINUTE, begin=CHANGE_S)

    site.start().until(CHANGE_S + 18 * MINUTE, begin=CHANGE_S + 16 * MINUTE)
    site.start().until(CHANGE_S + 66 * MINUTE, begin=CHANGE_S + 65 * MINUTE)
    site.start().until(CHANGE_S + 76 * MINUTE, begin=CHANGE_S + 75 * MINUTE)

    assert [minute for minute, _ in site.told] == [135, 185, 195]


def test_who_is_on_duty_next_hears_that_a_sheet_waits_where_the_file_knows_how_to_reach_them(database):
    people = {"C. Wu": {"notify": ["phone"]}}
    notify = {**TABLES["notify"], "phone": TABLES["notify"]["desk"]}
    site = Site(database, incident(), people=people, notify=notify)

    site.offer(CHANGE_S - 10 * MINUTE)

    assert [(row.channel, row.payload["title"]["en"]) for row in site.all(Notice)] == [("phone", "late: a hand-over waits to be accepted")]
    assert site.all(Notice)[0].payload["why"]["en"] == "Open alerts: 1, without an owner: 0."


def test_an_offer_outside_any_shift_is_due_a_quarter_of_an_hour_later(database):
    site = Site(database, shifts={})
    site.offer(0)

    site.until(16 * MINUTE)

    assert site.told == [(15, "The next shift: the hand-over was not accepted")]


def test_without_a_table_in_the_file_nothing_is_expected_and_nobody_is_told(database):
    site = Site(database, handover=None)
    site.offer(0)

    site.until(5 * HOUR, every=600)

    assert (site.told, len(site.all(HandOver))) == ([], 1)


def test_a_team_that_is_not_there_is_a_fault_with_its_place():
    (fault,) = faults_in(config(rules={}, **{**TABLES, "handover": {"team": "nobody"}}))

    assert str(fault) == 'pulse.toml, handover.team: got "nobody", expected one of operations'


def shifts_in(zone):
    return config(rules={}, shifts=SHIFTS, site={"zone": zone}).planned_shifts


@pytest.mark.parametrize(
    ("minutes", "taken", "leaves", "takes"),
    [
        (0, True, "early", "late"),
        (0, False, "early", "late"),
        (2 * 60 + 30, False, "early", "late"),
        (2 * 60 + 30, True, "late", "night"),
        (9 * 60 + 50, False, "late", "night"),
        (12 * 60, False, "late", "night"),
        (15 * 60, False, "night", "early"),
    ],
)
def test_a_shift_hands_over_to_the_one_that_began_and_nobody_took_else_to_the_next(minutes, taken, leaves, takes):
    change = change_at(shifts_in("UTC"), ms(minutes * 60), lambda _: taken)

    assert (change.leaves.name, change.takes.name) == (leaves, takes)


@settings(max_examples=40)
@given(st.integers(0, 14 * 24 * 60), st.booleans())
def test_what_takes_over_runs_or_begins_later_and_its_deadline_is_never_before_it_begins(minutes, taken):
    at = ms(minutes * 60)

    change = change_at(shifts_in("Europe/Berlin"), at, lambda _: taken)

    assert change.takes.start <= at < change.takes.end or change.takes.start > at
    assert change.due_at(at, 900) >= max(at, change.takes.start) + 900_000
    assert change.leaves is None or change.leaves.end == change.takes.start


deeds = st.one_of(
    st.tuples(st.just("offer"), st.sampled_from(["A. Li", "B. Chen"])),
    st.tuples(st.just("accept"), st.sampled_from(["B. Chen", "C. Wu"])),
    st.tuples(st.just("stand_still"), st.integers(1, 90)),
    st.tuples(st.just("kill"), st.none()),
)


@settings(max_examples=12)
@given(st.lists(st.tuples(st.integers(1, 30), deeds), max_size=8))
def test_whatever_people_do_a_shift_is_taken_over_or_its_team_was_told_in_time_and_one_sheet_waits_at_most(steps):
    """Some times five minutes pass between deeds; the sweeper looks after each, unless it stands still for some."""
    with in_memory() as database:
        site, minute, still_until = Site(database, incident()), CHANGE_S // MINUTE, 0
        for later, (deed, what) in steps:
            for _ in range(later):
                minute += 5
                if minute >= still_until:
                    site.sweeper.sweep(ms(minute * MINUTE), None)
            if deed == "stand_still":
                still_until = minute + what
            elif deed == "kill":
                site.start()
            elif deed == "offer":
                site.offer(minute * MINUTE, who=what)
            elif (waiting := site.hand_overs.offered()) is not None:
                site.accept(waiting.id, minute * MINUTE, who=what)

            rows = site.all(HandOver)
            waiting = [row for row in rows if row.accepted_at is None and row.replaced_at is None]
            assert len(waiting) <= 1
            assert all(row.due_at is None for row in rows if row not in waiting)
            if minute >= still_until and deed != "stand_still":
                assert all(row.due_at > ms(minute * MINUTE) for row in waiting)
            assert site.owners[0][0] in {"A. Li", *(row.accepted_by for row in rows)}
        assert len({row.key for row in site.all(Notice)}) == len(site.all(Notice))
        assert first_broken(database, "site") is None


def test_who_accepts_their_own_sheet_keeps_an_alert_and_hands_it_to_nobody():
    assert handed_why("root", "root").en == "kept by root at the hand-over"
    assert handed_why("root", "Bo").en == "handed over by root to Bo"


def test_a_newer_offer_goes_on_counting_how_often_the_team_was_told(database):
    site = Site(database)
    site.offer(0)
    site.until(CHANGE_S + 16 * MINUTE)

    assert site.offer(CHANGE_S + 17 * MINUTE).told == 1
