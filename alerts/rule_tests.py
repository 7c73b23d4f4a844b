"""A file with tests of rules, checked whole before any is run.

In: a TOML file with rules (or the pulse.toml that has them), series, and the alerts expected at times. Out: a `RuleTests`,
or one ConfigError with every fault.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from alerts.given import Given, given
from alerts.ruleset import LoadedRule, load_rules
from alerts.rung import PAUSE_MS
from alerts.sample import SITE
from pulse.config import Config, ConfigError, Fault, checked_config, faults_of, load_config
from pulse.tables import Duration, Strict

_OWN_TABLES = ("site", "rules", "queues", "channels", "sources", "calendar", "shifts")
"""The tables of a pulse.toml that a file of tests may have of its own."""


def _step(every_s: float) -> float:
    if not 0.1 <= every_s <= PAUSE_MS / 1000:
        raise ValueError(f"got {every_s:g} s, expected 100ms to {PAUSE_MS // 1000}s: further apart, two breaching Boards prove nothing")
    return every_s


def _times(written: object) -> object:
    return written if isinstance(written, list | tuple) else [written]


def _some(found: tuple[Any, ...]) -> tuple[Any, ...]:
    if not found:
        raise ValueError("got an empty list, expected one entry or more")
    return found


class Expected(Strict):
    """What is expected of an alert at one time or at several."""

    at: Annotated[tuple[Duration, ...], BeforeValidator(_times), AfterValidator(_some)]
    """Since the first Board."""
    rule: str
    scope: str
    level: Literal[1, 2, 3] | None = None
    """The level that stands; not given means any."""
    raised: bool = True

    @model_validator(mode="after")
    def _has_no_level_without_an_alert(self) -> "Expected":
        if self.level is not None and not self.raised:
            raise ValueError(f"got raised = false with level = {self.level}, expected no level where no alert is expected")
        return self


class _Test(Strict):
    name: str = Field(min_length=1)
    series: Mapping[str, Mapping[str, Any]] = {}
    sources: Mapping[str, Mapping[str, Any]] = {}
    days: Mapping[str, Mapping[str, Mapping[str, Any]]] = {}
    judged: Mapping[str, Mapping[str, Mapping[str, Any]]] = {}
    normal: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]] = {}
    expect: Annotated[tuple[Expected, ...], AfterValidator(_some)]


class _Head(Strict):
    """Everything of the file besides its tests and the tables a pulse.toml has too."""

    every: Annotated[Duration, AfterValidator(_step)]
    """From one Board to the next."""
    config: str | None = None
    """The pulse.toml whose rules are tested, from the folder of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """One test."""

    name: str
    given: Given
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTests:
    """The tests of one file."""

    path: Path
    every_ms: int
    config: Config
    rules: tuple[LoadedRule, ...]
    tests: tuple[RuleTest, ...]


def read_rule_tests(path: Path, config: Path | None = None) -> RuleTests:
    """The checked tests of a file, of the rules of a given pulse.toml where there is one; raises ConfigError with all its faults."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError([Fault(where=str(path), message=str(error))]) from error
    return checked_rule_tests(written if config is None else {**written, "config": str(config.resolve())}, path)


def read_all(paths: Iterable[Path], config: Path | None = None) -> tuple[RuleTests, ...]:
    """The checked tests of several files, as `read_rule_tests` reads one; raises ConfigError with the faults of all of them."""
    faults: list[Fault] = []
    read = []
    for path in paths:
        try:
            read.append(read_rule_tests(path, config))
        except ConfigError as error:
            faults += error.faults
    if faults:
        raise ConfigError(faults)
    return tuple(read)


def checked_rule_tests(written: Mapping[str, Any], path: Path) -> RuleTests:
    """The tests of tables already read; `path` is where they say they come from."""
    faults: list[Fault] = []
    own = {key: table for key, table in written.items() if key in _OWN_TABLES}
    head = _head({key: value for key, value in written.items() if key not in (*own, "tests")}, path, faults)
    config, rules = _rules(head, own, path, faults)
    tests = [_test(table, f"{path.name}, tests.{number}", faults) for number, table in enumerate(_tests(written, path, faults))]
    found = [test for test in tests if test is not None]
    if head is not None:
        faults += [fault for test, place in _placed(tests, path) for fault in _unmet(test, place, head, rules)]
    if faults or head is None or config is None or rules is None:
        raise ConfigError(faults)
    return RuleTests(path=path, every_ms=round(head.every * 1000), config=config, rules=rules, tests=tuple(found))


def _head(written: Mapping[str, Any], path: Path, faults: list[Fault]) -> _Head | None:
    try:
        return _Head.model_validate(written)
    except ValidationError as error:
        faults += faults_of(error, path.name)
        return None


def _rules(
    head: _Head | None, own: Mapping[str, Any], path: Path, faults: list[Fault]
) -> tuple[Config | None, tuple[LoadedRule, ...] | None]:
    """The rules of the file itself, or of the config it names."""
    named = head.config if head else None
    if named is not None and own:
        faults.append(Fault(where=f"{path.name}, config", message=f"got it beside {', '.join(own)}, expected either config or tables here"))
        return None, None
    try:
        config = checked_config(own, path) if named is None else load_config(path.parent / named)
        rules = load_rules(config)
    except ConfigError as error:
        faults += error.faults
        return None, None
    if not rules:
        faults.append(Fault(where=f"{config.path.name}, rules", message="is missing, expected [rules.NAME] or config with the pulse.toml"))
    return config, rules


def _tests(written: Mapping[str, Any], path: Path, faults: list[Fault]) -> list[object]:
    tests = written.get("tests")
    if isinstance(tests, list) and tests:
        return tests
    faults.append(Fault(where=f"{path.name}, tests", message="is missing, expected a [[tests]] table for each test"))
    return []


def _test(table: object, place: str, faults: list[Fault]) -> RuleTest | None:
    found, wrong = given(table if isinstance(table, Mapping) else {}, place)
    if not found.values and not wrong:
        wrong = [Fault(where=f"{place}.series", message="is missing, expected series.QUEUE.FIGURE with the values to judge")]
    try:
        test = _Test.model_validate(table)
    except ValidationError as error:
        wrong = [*faults_of(error, place), *wrong]
    faults += wrong
    return None if wrong else RuleTest(name=test.name, given=found, expected=test.expect)


def _placed(tests: list[RuleTest | None], path: Path) -> Iterator[tuple[RuleTest, str]]:
    return ((test, f"{path.name}, tests.{number}") for number, test in enumerate(tests) if test is not None)


def _unmet(test: RuleTest, place: str, head: _Head, rules: tuple[LoadedRule, ...] | None) -> Iterator[Fault]:
    """Expectations of rules, scopes and times that the test does not have."""
    every_ms, scopes = round(head.every * 1000), (*test.given.scopes, *([] if SITE in test.given.scopes else [SITE]))
    end_ms = every_ms * (test.given.length - 1)
    for number, one in enumerate(test.expected):
        where = f"{place}.expect.{number}"
        if rules is not None and one.rule not in (names := [rule.name for rule in rules]):
            yield Fault(where=f"{where}.rule", message=f'got "{one.rule}", expected one of {", ".join(names)}')
        if one.scope not in scopes:
            yield Fault(where=f"{where}.scope", message=f'got "{one.scope}", expected one of {", ".join(scopes)}')
        for at_s in one.at:
            if round(at_s * 1000) % every_ms or at_s * 1000 > end_ms:
                message = f"got {at_s:g} s, expected a multiple of {head.every:g} s (every) up to {end_ms / 1000:g} s, the last Board"
                yield Fault(where=f"{where}.at", message=message)
