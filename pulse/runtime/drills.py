"""What `pulse drill` does: starts, stops, lists, scores and assesses drills by the same functions as the pages.

In: a site, a wish and an instant. Out: lines to print. Raises Refused where a drill cannot be.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from alerts import drills
from alerts.drill_score import MARK_NAMES, STEP_NAMES, Score
from alerts.drills import STATE_NAMES, Refused, State, Wanted
from alerts.fields import LEVELS
from alerts.message import Link
from alerts.silences import By
from collectors.redact import redact
from pulse.clock import local_time
from pulse.config import Config
from pulse.drills import SCENARIO_NAMES, Scenario
from pulse.runtime.known_database import known_database
from pulse.runtime.person import named
from pulse.runtime.site import RunningSite
from pulse.text import Text
from pulse.written import UNKNOWN, duration
from sql.drill_table import DrillRow

ORIGIN = "cli"
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Wish:
    """Which drill somebody wants: a [drills.NAME] table or a scenario, and what is to be otherwise."""

    name: str
    queues: tuple[str, ...] = ()
    limit_s: float | None = None
    who: str | None = None
    """None means the user of this system."""


def wanted(config: Config, wish: Wish) -> Wanted:
    """The drill of a name; raises Refused with what there is."""
    plan = config.drills.get(wish.name)
    if plan is not None:
        found = Wanted(name=wish.name, scenario=plan.scenario, limit_s=plan.limit, queues=plan.queues)
    elif wish.name in set(Scenario):
        found = Wanted(name=wish.name, scenario=Scenario(wish.name))
    else:
        known = ", ".join((*config.drills, *Scenario))
        raise Refused(Text(f'got "{wish.name}", expected one of {known}', f"“{wish.name}”未知，应为以下之一：{known}"))
    return replace(found, queues=wish.queues or found.queues, limit_s=wish.limit_s or found.limit_s)


def listed(site: RunningSite, now: int) -> Iterator[str]:
    """What is planned, what can be started, then a line for each drill there was, the newest first."""
    config = site.config
    for name, plan in config.drills.items():
        next_at = plan.next_at(now, config.zone, config.closed_days)
        when = f"next {local_time(next_at, config.zone)}" if next_at is not None else "only by hand"
        yield f"{name}  {plan.called().en}  {when}"
    for scenario in Scenario:
        yield f"{scenario}  {SCENARIO_NAMES[scenario].en}"
    with known_database(site.database_url) as database:
        for row in drills.drills(database, config.site.name):
            mark = "" if row.began_at is None else f"  {MARK_NAMES[drills.score_of(database, config, row, now).mark].en}"
            began = local_time(row.began_at or row.asked_at, config.zone)
            yield f"#{row.id}  {row.name}  {began}  {STATE_NAMES[State(row.state)].en}{mark}  by {row.asked_by}"


def run(site: RunningSite, wish: Wish, now: int) -> str:
    """Asks for a drill and says so; raises Refused."""
    with known_database(site.database_url) as database:
        row = drills.ask(database, site.config.site.name, wanted(site.config, wish), By(named(wish.who), now, ORIGIN))
    return f"drill {row.id}: {SCENARIO_NAMES[Scenario(row.scenario)].en}; begins within a second where `pulse watch` runs"


def stopped(site: RunningSite, who: str | None, now: int) -> str | None:
    """Ends the drill that is under way and says so; None where none is."""
    with known_database(site.database_url) as database:
        row = drills.stop(database, site.config.site.name, By(named(who), now, ORIGIN), Link(site.config.console_address))
    return None if row is None else f"drill {row.id}: stopped"


def scored(site: RunningSite, drill_id: int | None, now: int) -> list[str] | None:
    """What a drill came to, the newest where none is named; None where there is none."""
    with known_database(site.database_url) as database:
        rows = drills.drills(database, site.config.site.name)
        row = next((one for one in rows if drill_id is None or one.id == drill_id), None)
        return None if row is None else list(_lines(row, drills.score_of(database, site.config, row, now), site.config))


def assessed(site: RunningSite, drill_id: int, text: str, by: By) -> str | None:
    """Keeps what a person found and says so; None where there is no drill of that number that is over."""
    with known_database(site.database_url) as database:
        row = drills.assess(database, site.config.site.name, drill_id, redact(text), By(named(by.who), by.now, ORIGIN))
    return None if row is None else f"drill {row.id}: assessed"


def _lines(row: DrillRow, score: Score, config: Config) -> Iterator[str]:
    began = UNKNOWN if row.began_at is None else local_time(row.began_at, config.zone)
    state = STATE_NAMES[State(row.state)].en
    yield f"drill {row.id}  {SCENARIO_NAMES[Scenario(row.scenario)].en}  {state}  {MARK_NAMES[score.mark].en}"
    yield f"{_INDENT}asked for by {row.asked_by}, began {began}, judged as level {LEVELS[score.level]}"
    if row.why:
        yield f"{_INDENT}{row.why['en']}"
    for step in score.steps:
        took = UNKNOWN if step.took_s is None else duration(step.took_s)
        said = [f"{STEP_NAMES[step.name].en:<15}", f"{took:>9}", f"goal {duration(step.goal_s):>8}", MARK_NAMES[step.mark].en]
        said += [one for one in (step.who, step.note.en if step.note else None) if one]
        yield f"{_INDENT}{'  '.join(said)}"
    if row.assessment:
        yield f"{_INDENT}assessed by {row.assessed_by}: {row.assessment}"
