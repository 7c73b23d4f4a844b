from datetime import date

import pytest

from dashboard.recurrence import in_words

MONDAY = date(2020, 1, 6)


@pytest.mark.parametrize(
    ("repeat", "en", "zh"),
    [
        ("FREQ=DAILY", "every day", "每天"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days", "每 3 天"),
        ("FREQ=WEEKLY;BYDAY=SU", "every week on Sunday", "每周的周日"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=MO", "every 2 weeks on Monday and Thursday", "每 2 周的周一、周四"),
        ("FREQ=WEEKLY", "every week on Monday", "每周的周一"),
        ("FREQ=MONTHLY;BYDAY=1SU", "every month on the first Sunday", "每个月的第一个周日"),
        ("freq=monthly;byday=-1FR,2MO", "every month on the last Friday and the second Monday", "每个月的最后一个周五、第二个周一"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "every month on the 15th and the last day", "每个月的 15 日、最后一天"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=1,2,3,11,-2",
            "every month on the 1st, the 2nd, the 3rd, the 11th and the 2nd last day",
            "每个月的 1 日、2 日、3 日、11 日、倒数第 2 天",
        ),
        ("FREQ=MONTHLY", "every month on the 6th", "每个月的 6 日"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "every month on Friday that is the 13th", "每个月的周五且为 13 日"),
        ("FREQ=YEARLY", "every year on the 6th, in January", "每年的 6 日（1 月）"),
        ("FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU", "every year on the last Sunday, in March and October", "每年的最后一个周日（3 月、10 月）"),
        ("FREQ=DAILY;COUNT=5", "every day, 5 times", "每天，共 5 次"),
        ("FREQ=DAILY;UNTIL=20261231", "every day, until 2026-12-31", "每天，至 2026-12-31"),
    ],
)
def test_a_recurrence_is_said_in_both_languages(repeat, en, zh):
    said = in_words(repeat, MONDAY)

    assert (said.en, said.zh) == (en, zh)


@pytest.mark.parametrize(
    "repeat",
    ["FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU", "FREQ=YEARLY;BYWEEKNO=20", "RRULE:FREQ=DAILY\nEXDATE:20260101", "FREQ=MONTHLY;BYDAY=9MO", ""],
)
def test_of_a_recurrence_with_a_part_there_are_no_words_for_nothing_is_said(repeat):
    assert in_words(repeat, MONDAY) is None
