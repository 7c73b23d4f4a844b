"""Durations as people read them: with their unit, in the words of the language."""

import pytest

from pulse.kpi.kpi import Unit
from pulse.text import Language
from pulse.written import duration, written

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@pytest.mark.parametrize(
    ("duration_s", "english", "chinese"),
    [
        (0, "0 s", "0 秒"),
        (35.6, "36 s", "36 秒"),
        (5 * MINUTE, "5:00 min", "5 分钟"),
        (5 * MINUTE + 12, "5:12 min", "5 分 12 秒"),
        (4 * HOUR + 59, "4:00:59 h", "4 小时"),
        (HOUR + 2 * MINUTE + 3, "1:02:03 h", "1 小时 2 分"),
        (3 * DAY + 4 * HOUR, "3 d 4 h", "3 天 4 小时"),
        (2 * DAY, "2 d 0 h", "2 天"),
    ],
)
def test_a_duration_has_its_unit_in_the_words_of_the_language(duration_s, english, chinese):
    assert (duration(duration_s), duration(duration_s, Language.ZH)) == (english, chinese)


def test_a_value_in_seconds_is_written_as_a_duration_in_either_language():
    assert [written(90, Unit.SECONDS, language) for language in Language] == ["1:30 min", "1 分 30 秒"]
    assert [written(None, Unit.SECONDS, language) for language in Language] == ["—", "—"]
