import re
from pathlib import Path

import pytest

import dashboard
from alerts.auditor import Kind
from dashboard.status import Status
from pulse.i18n import language_of, table, words
from pulse.kpi.board import SourceCondition
from pulse.kpi.records import Channel
from pulse.text import Language

LATE = {f"late_{kind}" for kind in (*Kind, "handover")}
FROM_ENUMS = {
    "status": {status.value for status in Status},
    "channel": {channel.value for channel in Channel},
    "condition": {condition.value for condition in SourceCondition},
    "live": {"waiting", "live", "stale", "offline", "down", "process_redis", "process_watch", "process_collect", "process_serve", *LATE},
}
BUILT = re.compile(
    r"wall\.verdict_(unknown|normal|stale|warning|critical)"
    r"|wall\.past_(recorded|rebuilt)|wall\.volume_(same_weekdays|pace)|wall\.window_(last_5m|last_30m|today)|wall\.sound_(on|silenced|quiet|blocked)"
    r"|console\.(unowned|owned|to_be_closed|taken|assigned|mitigated|escalated|commented|gravest|empty|to_(signal|no_data|flapping|level)_\w+)"
    r"|console\.(reopened|reopen|acknowledge|take|mitigate|escalate|assign|close|comment|done|closed|stands|changed|gone|not_allowed|failed|no_answer|key_\w+|column_\w+|open|acknowledged|mine|nobody|only_drills?|no_drills)"
    r"|(console|after)\.unfit|console\.(silenced|unsilenced|muted_\w+)|wall\.muted_\w+|console\.(bell|horn)_\w+"
    r"|silences\.(state|rule|scope|level|since|until|by|comment|name|time|days|first|last|holidays|next|holidays_\w+|level_\d|is_\w+)"
    r"|screens\.(screen|condition|heard|picture|layout|size|page_age|build|live|frozen|silent|outdated|not_allowed|failed)"
    r"|definitions\.(field_\w+|owner|promised_time|scope|goal|short|what|changed|left_at|queue|contact|waited|left_as|contacts|level|within|judged|counts_here|kpis|ledger|reconcile)"
    r"|definitions\.(title|formula|exclusions|unit|target|version|since|unit_(count|s|ratio|score|counts_by_name)|better_(higher|lower|neither))"
    r"|settings\.(sources|calendar|about|mon|tue|wed|thu|fri|sat|sun)"
    r"|settings\.(source|kind|status|polled|lag|records|complete|problems)"
    r"|settings\.(weekday|hours|shift|date|holiday|what|value)"
    r"|settings\.(version|python|site_name|config|data|history|redis|schema)"
    r"|incident\.(work_\w+|week|level|what|where|opened|lasted|owner|answers|state|cause|rule|raises|peak|due|closed|runbook|offered|abandoned|late)"
    r"|after\.(text_(en|zh)|state_\w+|what|owner|due|state|drafted|approved|sent|saved|finished|promised|moved)"
    r"|rules\.(level|rule|times|queues|owner|notify|inhibits|last|opened|short|per_day|worst_day|standing|too_short|flaps|found)"
    r"|rules\.(raised|scope|lasted|worst|limit|why|incident|judged)"
    r"|noise\.(shift|rule|alerts|per_slot|worst|floods|verdict|nothing|acknowledged|median|false|no_action|flaps)"
    r"|receipts\.(what|channel|to|when|fate|tries|fate_\w+|sent_again|gone|changed|no_channel|not_allowed|failed)"
    r"|handover\.(note|figures|incidents|quiet_title|stale|shift|offered|accepted|by|open|level|what|where|owner|age|left|quiet|until|comment)"
    r"|handover\.(by_\w+|accepted_done|offered_done|changed|author|gone|not_allowed|failed)"
    r"|review\.(day|scope|kpi|value|target)"
    r"|drills\.(step|took|goal|mark|who|note|number|what|began|state|detect|notify|acknowledge|by|assessment|name|next|repeats)"
    r"|after\.(changed|gone|stands|incomplete|author|only_drill|no_channel|not_allowed|failed)"
    r"|report\.(expected|least_most)|report\.(daily|weekly|monthly|(value|before|to_date)_(daily|weekly|monthly)|target|last_week|last_year|benchmark|nps_(promoters|passives|detractors))"
    r"|report\.(step|contacts|share|mean|class|often|customers|quadrant|solve_first|spreads|repeats|watch|level|what|opened|lasted|cause)"
    r"|report\.(source|received|counted|kpi|was|now|service_level|nps|journey|complaints|incidents|completeness|channels?|business_lines?)"
    r"|report\.(verdict|best_case|more|no_cause)"
    r"|trends\.(kpi|by|only|grain|span|compare)|trends\.(chart|by|grain|span|compare|beneath|goal|pareto|text|outcome|contact)_\w+"
    r"|day\.(today|yesterday|target|day_before|last_week|status_yesterday|status_today|met|missed)"
)
"""Keys put together from a value; the tests of the pages meet each of them."""


def source() -> str:
    root = Path(dashboard.__file__).parent
    return "\n".join(path.read_text(encoding="utf-8") for path in root.rglob("*") if path.suffix in {".py", ".js", ".html"})


def test_both_languages_have_the_same_words():
    assert words(Language.EN).keys() == words(Language.ZH).keys()


def test_the_same_places_are_filled_in_both_languages():
    holes = {language: {key: sorted(re.findall(r"\{(\w+)\}", text)) for key, text in words(language).items()} for language in Language}

    assert holes[Language.EN] == holes[Language.ZH]


def test_no_word_is_empty():
    assert all(text.strip() for language in Language for text in words(language).values())


def test_every_word_is_used():
    written = source()
    unused = [key for key in words(Language.EN) if not BUILT.fullmatch(key) and key.split(".")[0] not in FROM_ENUMS and key not in written]

    assert unused == []


@pytest.mark.parametrize("name", FROM_ENUMS)
def test_every_value_that_screens_show_has_a_word(name):
    assert set(table(Language.ZH, name)) == FROM_ENUMS[name]


def test_unknown_table_is_an_error():
    with pytest.raises(KeyError, match="no table"):
        table(Language.EN, "nothing")


def test_language_is_taken_from_the_first_part_of_a_tag():
    assert language_of("zh-CN") is Language.ZH
    assert language_of("fr", Language.ZH) is Language.ZH
    assert language_of(None) is Language.EN


def test_nobody_is_promised_that_names_are_taken_out():
    assert words(Language.EN)["handover.note_here"].endswith("write no names")
    assert words(Language.ZH)["handover.note_here"].endswith("请勿填写人名")
