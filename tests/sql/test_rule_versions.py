import pytest

from sql.config_tables import RuleVersion
from sql.rule_versions import in_force, keep, versions

pytestmark = pytest.mark.both_databases

HERE = "pulse.toml, desk"


def kept(database, at, **texts):
    with database.write() as session:
        return [(one.name, one.number, one.is_gone) for one in keep(session, "site", texts, (at, HERE))]


def at(database, name, instant):
    with database.read() as session:
        found = in_force(session, "site", name, instant)
        return found.number if found else None


def test_only_a_rule_that_is_not_as_it_was_gets_a_version(database):
    first = kept(database, 10, sla="a", queue="b")

    assert first == [("sla", 1, False), ("queue", 1, False)]
    assert kept(database, 20, sla="a", queue="c") == [("queue", 2, False)]
    assert kept(database, 30, sla="a", queue="c") == []


def test_the_version_in_force_is_found_by_time_and_none_while_the_rule_was_gone(database):
    kept(database, 10, sla="a")
    kept(database, 20)
    kept(database, 30, sla="a")

    assert [at(database, "sla", instant) for instant in (9, 10, 19, 20, 29, 30)] == [None, 1, 1, None, None, 3]


def test_every_version_stays_with_its_text_and_where_it_was_read(database):
    kept(database, 10, sla="a", queue="b")
    kept(database, 20, sla="c")

    found = [(one.name, one.number, one.text, one.origin) for one in versions(database, "site")]

    assert found == [("queue", 1, "b", HERE), ("queue", 2, "", HERE), ("sla", 1, "a", HERE), ("sla", 2, "c", HERE)]
    assert [one.number for one in versions(database, "site", ["sla"])] == [1, 2]
    assert versions(database, "other") == []


def test_ten_thousand_rules_are_kept_at_once(database):
    texts = {f"rule{number}": str(number) for number in range(10_000)}

    kept(database, 10, **texts)

    with database.read() as session:
        assert session.query(RuleVersion).count() == 10_000
    assert kept(database, 20, **{**texts, "rule7": "x"}) == [("rule7", 2, False)]
