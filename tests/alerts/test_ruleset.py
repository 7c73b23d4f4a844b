import pytest
from alerts_made import config

from alerts.frame import Contributor, IncidentRow, Signal, Work
from alerts.message import MOST_CONTRIBUTORS, Step, payload_of
from alerts.ruleset import CHANNELS, RULES, faults_in, load_channels, load_rules
from pulse.config import ConfigError
from pulse.plugins import kinds, load


def test_a_config_that_can_run_has_no_faults():
    rules = {"sla": {"kind": "sla_breach", "notify": ["ops"]}, "more": {"kind": "spike"}}

    assert faults_in(config(rules=rules, notify={"ops": {"kind": "webhook", "url": "https://example.org"}})) == []


def test_every_fault_is_told_at_once_with_its_place():
    rules = {
        "sla": {"kind": "sla_breach", "min_contacts": 0, "colour": "red"},
        "odd": {"kind": "no_such_rule"},
        "told": {"kind": "spike", "notify": ["nobody"]},
    }
    notify = {"hook": {"kind": "webhook", "url": "env:PULSE_NO_SUCH_HOOK"}}

    told = "\n".join(str(fault) for fault in faults_in(config(rules=rules, notify=notify)))

    assert "rules.sla.min_contacts: got 0" in told or "rules.sla, min_contacts: got 0" in told
    assert "colour: this key is not known here" in told
    assert 'rules.odd.kind: got "no_such_rule", expected one of ' + ", ".join(kinds(RULES)) in told
    assert 'rules.told.notify: got "nobody", expected one of hook' in told
    assert "notify.hook: env:PULSE_NO_SUCH_HOOK: nothing is there" in told


def test_rules_with_faults_are_not_loaded():
    with pytest.raises(ConfigError):
        load_rules(config(rules={"odd": {"kind": "no_such_rule"}}))
    with pytest.raises(ConfigError):
        load_channels(config(notify={"odd": {"kind": "no_such_channel"}}))


def test_a_loaded_rule_keeps_its_policy():
    (rule,) = load_rules(config(rules={"sla": {"kind": "sla_breach", "level": 1, "raise_for": "5s", "clear_for": "2m"}}))

    assert (rule.policy.level, rule.policy.raise_for_ms, rule.policy.clear_for_ms) == (1, 5_000, 120_000)


@pytest.mark.parametrize("package", [RULES, CHANNELS])
def test_every_kind_has_a_title_in_both_languages_and_default_options(package):
    for kind in kinds(package):
        module = load(package, kind)

        assert module.TITLE.en
        assert module.TITLE.zh
        assert module.Options.model_config["extra"] == "forbid"


def test_a_message_is_bounded_whatever_the_number_of_contributors():
    row = IncidentRow(
        id=1,
        version=1,
        rule="r",
        kind="spike",
        scope="site",
        level=2,
        signal=Signal.RAISED,
        work=Work.OPEN,
        title={},
        why={},
        opened_at=0,
        acknowledge_by=None,
        contributors=tuple(Contributor("line", str(number), 0.1) for number in range(50)),
    )

    payload = payload_of(row, Step(site="site", name="raised", number=1, at=0))

    assert len(payload["contributors"]) == MOST_CONTRIBUTORS
    assert payload["more_contributors"] == 50 - MOST_CONTRIBUTORS
