"""Who answers for a rule: shown on its alerts; a team is named in messages, a person never."""

import pytest
from alerts_made import config, ms
from watched import BAD, HOOK, Watch, rule

from alerts.actions import Asked, escalate
from alerts.message import Link
from alerts.ruleset import load_rules
from alerts.sweeper import Sweeper
from alerts.telling import ways_of
from pulse.config import ConfigError
from sql.models import OutboxMessage

TEAMS = {"operations": {"title": {"en": "Operations", "zh": "运营"}, "notify": ["ops"]}}
STEPS = {"3": {"steps": ["operations"]}}


def watch(database, owner):
    rules = rule(raise_for="0s", notify=["ops"], owner=owner)
    return Watch(database, rules=rules, notify=HOOK, teams=TEAMS, escalation=STEPS).at(0, BAD)


def test_a_team_is_on_the_alert_and_in_every_message_of_it(database):
    seen = watch(database, "operations")
    Sweeper(database, seen.config, Link()).sweep(ms(901))
    escalate(database, Asked(1, 1, "Ada", ms(902)), ways=ways_of(seen.config))

    assert seen.row.rule_owner == {"en": "Operations", "zh": "运营"}
    assert [one.payload["state"] for one in seen.all(OutboxMessage)] == ["raised", "unanswered", "escalated"]
    assert [one.payload["rule_owner"] for one in seen.all(OutboxMessage)] == [seen.row.rule_owner] * 3


def test_a_person_is_on_the_alert_and_in_no_message(database):
    seen = watch(database, "person:A. Li")

    assert seen.row.rule_owner == {"en": "A. Li", "zh": "A. Li"}
    assert "A. Li" not in str(seen.all(OutboxMessage)[0].payload)


def test_a_rule_that_nobody_answers_for_says_so(database):
    assert watch(database, None).row.rule_owner is None


@pytest.mark.parametrize(
    ("owner", "fault"),
    [
        ("nobody", 'got "nobody", expected "person:NAME" or one of operations'),
        ("person: ", "got .person: ., expected a team, or person: with a name of at most 100 signs"),
    ],
)
def test_an_owner_that_is_not_there_is_refused_with_its_place(owner, fault):
    with pytest.raises(ConfigError, match=rf"pulse\.toml, rules\.sla\.owner: {fault}"):
        load_rules(config(rules=rule(owner=owner), teams=TEAMS))
