"""Pages follow the config file as the watch does, and say where the rules in force are not those of the file."""

import pytest

from dashboard.config_notice import Health
from dashboard.data import ConfigState, database
from dashboard.serving import kept, serving
from pulse.i18n import words
from pulse.text import Language
from sql.config_tables import ConfigReading

both = pytest.mark.parametrize("language", list(Language))
RULE = '[rules.length]\nkind = "threshold"\nfigure = "waiting"\nraise_above = {}\n'
FAULT = 'pulse.toml, rules.length.kind: got "<img src=x>", expected one of threshold'


@pytest.fixture
def read(site):
    """Keeps what the watch made of the file."""

    def keep(faults=(), restart=()):
        with database(serving().database_url).write() as session:
            facts = {"read_at": 120_000, "in_force_since": 60_000, "sha": "a"}
            session.add(ConfigReading(site="harbour", faults=list(faults), restart=list(restart), **facts))

    return keep


def changed(site, text):
    path = site.parents[1] / "pulse.toml"
    path.write_text('[site]\nname = "harbour"\nzone = "Asia/Shanghai"\n' + text, encoding="utf-8")
    for _ in range(2):
        kept().look()


def test_what_is_served_follows_the_rules_of_the_file_and_nothing_else(site):
    serving()

    changed(site, RULE.format(10) + '[queues.support]\ntitle = { en = "S", zh = "客" }\n')

    assert (list(serving().config.rules), list(serving().config.queues)) == (["length"], [])


def test_a_file_with_faults_leaves_what_is_served(site):
    serving()
    changed(site, RULE.format(10))

    changed(site, RULE.format("'many'"))

    assert serving().config.rules["length"].options["raise_above"] == 10


@both
@pytest.mark.parametrize("page", ["console", "rules", "settings"])
def test_pages_say_that_the_rules_in_force_are_not_those_of_the_file(visit, read, page, language):
    read([FAULT])

    (warning,) = [one.value for one in visit(page, language=language).main.warning if "08:01" in one.value]

    said = words(language)["config.faulty"]
    assert warning == said.format(read="1970-01-01 08:02", since="1970-01-01 08:01")


@both
def test_settings_name_every_fault_as_text_and_what_waits_for_a_restart(visit, read, language):
    read([FAULT], ["sources.phone", "site.zone"])

    main = visit("settings", language=language).main

    assert FAULT in [block.value for block in main.code]
    assert words(language)["config.restart"].format(keys="sources.phone, site.zone").replace(".", "") in [
        note.value.replace("\\", "").replace(".", "") for note in main.info
    ]


def test_pages_say_nothing_while_the_rules_in_force_are_those_of_the_file(visit, read):
    read()

    assert [one.value for one in visit("console").main.warning] == []


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (None, "unknown"),
        (ConfigState(1, 1, (), ()), "in_force"),
        (ConfigState(1, 1, (), ("site.zone",)), "restart_needed"),
        (ConfigState(1, 1, ("a fault",), ("site.zone",)), "faulty"),
    ],
)
def test_who_asks_after_health_hears_it_in_one_word(state, word):
    health = Health()

    health.take(state)

    assert health.word == word
