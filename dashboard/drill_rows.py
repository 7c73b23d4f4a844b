"""The tables of the drills page: the steps of one drill beside their goals, what is planned, what there was.

In: drills with their scores, the config, now. Out: one map a row, in a language, with times by the site's clock.
"""

from collections.abc import Iterable

from alerts.drill_score import MARK_NAMES, STEP_NAMES, Score
from alerts.drills import STATE_NAMES, State
from dashboard.figures_table import Row
from dashboard.recurrence import told
from dashboard.written import at_time
from pulse.config import Config
from pulse.drills import SCENARIO_NAMES, Scenario
from pulse.i18n import words
from pulse.text import Language
from pulse.written import UNKNOWN, duration
from sql.drill_table import DrillRow


def step_rows(score: Score, language: Language) -> list[Row]:
    """A row for each step: how long it took, its goal, whether it passed, who did it."""
    return [
        {
            "step": STEP_NAMES[step.name].in_(language),
            "took": UNKNOWN if step.took_s is None else duration(step.took_s, language),
            "goal": duration(step.goal_s, language),
            "mark": MARK_NAMES[step.mark].in_(language),
            "who": step.who or "",
            "note": step.note.in_(language) if step.note else "",
        }
        for step in score.steps
    ]


def past_rows(drills: Iterable[tuple[DrillRow, Score]], config: Config, language: Language) -> list[Row]:
    """A row for each drill that is over, with the time of each step."""
    return [
        {
            "number": f"#{row.id}",
            "what": SCENARIO_NAMES[Scenario(row.scenario)].in_(language),
            "began": at_time(row.began_at or row.asked_at, config.zone),
            "state": STATE_NAMES[State(row.state)].in_(language),
            "mark": MARK_NAMES[score.mark].in_(language) if row.began_at is not None else UNKNOWN,
            **{step.name.value: UNKNOWN if step.took_s is None else duration(step.took_s, language) for step in score.steps},
            "by": row.asked_by,
            "assessment": row.assessment or "",
        }
        for row, score in drills
    ]


def planned_rows(config: Config, now: int, language: Language) -> list[Row]:
    """A row for each [drills.NAME] of the file, the next one first."""
    next_at = {name: plan.next_at(now, config.zone, config.closed_days) for name, plan in config.drills.items()}
    names = sorted(next_at, key=lambda name: (next_at[name] is None, next_at[name] or 0, name))
    by_hand = words(language)["drills.by_hand"]
    return [
        {
            "name": name,
            "what": config.drills[name].called().in_(language),
            "next": by_hand if (at := next_at[name]) is None else at_time(at, config.zone),
            "repeats": "" if (plan := config.drills[name]).rrule is None else told(plan.rrule, plan.since, language),
        }
        for name in names
    ]
