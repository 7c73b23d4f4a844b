"""Reminders: who silenced hears that it ends, who promised hears that it is late; each once, by a way of their own or of the rule."""

import pytest
from alerts_made import T0, config, ms
from sqlalchemy import select

from alerts.actions import Asked
from alerts.follow_ups import DAY_MS, Promise, State, move, promise
from alerts.reminders import Reminders
from alerts.ruleset import faults_in
from alerts.silences import By, Wanted, lift, silence
from sql.duty import Notice
from sql.event_log import first_broken
from sql.models import Incident, Transition

HOOK = {"kind": "webhook", "url": "https://example.org/hook"}
TABLES = {
    "rules": {"sla": {"kind": "sla_breach", "notify": ["desk"]}, "waits": {"kind": "sla_breach", "notify": ["floor"]}},
    "notify": {"desk": HOOK, "floor": HOOK, "ada": HOOK},
    "people": {"Ada": {"notify": ["ada"]}},
}
MINUTE = 60


class Site:
    """The reminders of a site with one incident."""

    def __init__(self, database, **tables):
        self.database, self.config = database, config(**{**TABLES, **tables})
        self.start()
        told = {"title": {"en": "t", "zh": "t"}, "why": {"en": "w", "zh": "w"}, "contributors": [], "opened_at": T0}
        facts = {"rule": "sla", "kind": "sla_breach", "scope": "support", "signal": "raised", "work": "open"}
        with database.write() as session:
            session.add(Incident(id=1, site="site", level=3, worst_level=3, **facts, **told))

    def start(self):
        self.reminders = Reminders(self.database, self.config)
        return self

    def until(self, end, begin=0, every=MINUTE):
        for second in range(begin, end + 1, every):
            self.reminders.sweep(ms(second))
        return self

    def silence(self, minutes, who="Ada", **facts):
        return silence(self.database, "site", Wanted(level=3, starts_at=T0, ends_at=ms(minutes * MINUTE), **facts), By(who, T0))

    def all(self, table):
        with self.database.read() as session:
            return list(session.scalars(select(table).order_by(table.id)))

    @property
    def told(self):
        """(minute, channel) of every reminder."""
        return [((row.created_at - T0) / 60_000, row.channel) for row in self.all(Notice)]


def test_the_author_of_a_silence_hears_a_quarter_of_an_hour_before_its_end_by_a_way_of_their_own(database):
    site = Site(database)
    site.silence(60, rule="sla")

    site.until(70 * MINUTE)

    assert site.told == [(45, "ada")]
    payload = site.all(Notice)[0].payload
    assert payload["title"]["en"] == "A silence ends soon: sla / *"
    assert payload["why"]["en"] == "It ends at 2026-11-23 13:00:00. Open alerts it hides: 1; what still stands then is told."
    assert "Ada" not in str(payload)


def test_the_roles_behind_a_name_do_not_matter_and_an_unknown_author_is_told_by_the_rules_that_are_silenced(database):
    site = Site(database)
    site.silence(60, who="ada (manager)", rule="sla")
    site.silence(60, who="Bo", rule="*")

    site.until(70 * MINUTE)

    assert sorted(site.told) == [(45, "ada"), (45, "desk"), (45, "floor")]


@pytest.mark.parametrize("minutes", [5, 15])
def test_who_silences_for_a_quarter_of_an_hour_or_less_is_not_reminded(database, minutes):
    site = Site(database)
    site.silence(minutes)

    assert site.until(20 * MINUTE).told == []


def test_a_silence_that_was_lifted_ends_without_a_word(database):
    site = Site(database)
    lift(database, "site", site.silence(60).id, By("Ada", ms(60)))

    assert site.until(70 * MINUTE).told == []


def test_who_is_killed_reminds_nobody_twice(database):
    site = Site(database)
    site.silence(60)
    site.until(50 * MINUTE)

    site.start().until(70 * MINUTE, begin=50 * MINUTE)

    assert site.told == [(45, "ada")]


def test_who_did_not_run_a_quarter_of_an_hour_before_the_end_reminds_later(database):
    site = Site(database)
    site.silence(60)

    assert site.until(58 * MINUTE, begin=57 * MINUTE).told == [(57, "ada")]


def test_nobody_reached_is_said_in_the_log_once(database):
    site = Site(database, people={}, rules={})
    site.silence(60)

    site.until(59 * MINUTE)

    lines = [(line.to_state, line.why["en"]) for line in site.all(Transition) if line.kind == "reminder"]
    assert lines == [("not_given", "no channel leads to Ada: A silence ends soon: * / *")]
    assert first_broken(database, "site") is None


def promised(site, owner="Bo"):
    promise(site.database, Asked(1, 1, "Ada", T0), Promise(what="call the carrier", owner=owner, due_at=ms(60)))


def days(*numbers):
    return [T0 + 60_000 + number * DAY_MS for number in numbers]


@pytest.mark.both_databases
def test_an_action_is_reminded_of_when_its_day_is_over_and_once_a_week_until_it_is_done(database):
    site = Site(database)
    promised(site)

    for at in days(0, 1, 6, 7, 8, 14):
        site.reminders.sweep(at)
    move(database, Asked(1, 1, "Bo", T0), 1, State.DONE)
    site.reminders.sweep(days(21)[0])

    assert [(row.created_at, row.channel) for row in site.all(Notice)] == [(at, "desk") for at in days(0, 7, 14)]
    assert site.all(Notice)[1].payload["why"]["en"] == "Action 1 of incident 1, days past its date: 8."
    assert [line.incident_id for line in site.all(Transition) if line.kind == "reminder"] == [1, 1, 1]


def test_of_reminders_missed_while_nothing_ran_only_the_newest_is_given_to_the_owner_by_a_way_of_their_own(database):
    site = Site(database)
    promised(site, owner="Ada")

    site.reminders.sweep(days(30)[0])

    assert [(row.key, row.channel) for row in site.all(Notice)] == [("site/action-1/late-5/ada", "ada")]


def test_a_channel_of_a_person_that_is_not_there_is_a_fault_with_its_place():
    (fault,) = faults_in(config(**{**TABLES, "people": {"Ada": {"notify": ["fax"]}}}))

    assert str(fault) == 'pulse.toml, people.Ada.notify: got "fax", expected one of ada, desk, floor'
