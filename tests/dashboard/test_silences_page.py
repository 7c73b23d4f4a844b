"""The silences page: what it shows, what its form does, and what its tables say."""

from zoneinfo import ZoneInfo

from visits import cells, heads

from alerts.muting import Silence
from dashboard.silence_rows import silence_rows, window_rows
from pulse.config import checked_config
from pulse.text import Language

NOW = 1_795_435_200_000
MINUTE = 60_000


def silence(number=1, starts=-60, ends=60, **facts):
    told = {"rule": "sla", "scope": "support", "level": 3, "by": "Ada", **facts}
    return Silence(id=number, starts_at=NOW + starts * MINUTE, ends_at=NOW + ends * MINUTE, **told)


def test_silences_are_in_the_order_of_what_ends_next_then_what_is_to_come_then_what_is_over():
    known = [silence(1, ends=-1), silence(2), silence(3, starts=5), silence(4, ends=10), silence(5, lifted_at=NOW - MINUTE)]

    rows = silence_rows(known, NOW, ZoneInfo("Europe/Berlin"), Language.EN)

    assert [row["state"] for row in rows] == ["ends within 15 min", "stands", "to come", "over", "lifted"]
    assert (rows[0]["until"], rows[0]["level"], rows[0]["by"]) == ("2026-11-23 13:10", "III only", "Ada")
    assert rows[-1]["until"] == "2026-11-23 12:59"


def test_windows_of_the_file_say_whether_they_are_open(tmp_path):
    planned = {"backup": {"time": "12:00-14:00"}, "night": {"time": "22:00-06:00", "rules": ["sla"], "level": 1}}
    config = checked_config({"site": {"zone": "Europe/Berlin"}, "maintenance": planned}, tmp_path / "pulse.toml")

    rows = window_rows(config, NOW, Language.ZH)

    assert [(row["name"], row["state"], row["time"]) for row in rows] == [
        ("backup", "进行中", "12:00-14:00"),
        ("night", "未开始", "22:00-06:00"),
    ]
    assert rows[1]["level"] == "I 级及以下"


def test_windows_of_the_file_say_their_days_in_words_and_when_they_open_next(tmp_path):
    calendar = {"open": {"mon-fri": ["08:00-20:00"]}, "closed": ["2026-12-06"]}
    planned = {
        "backup": {"time": "02:00-04:00", "repeat": "FREQ=MONTHLY;BYDAY=1SU", "holidays": "never"},
        "patch": {"time": "22:00-01:30", "repeat": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "since": "2026-11-02", "until": "2026-11-20"},
        "odd": {"time": "02:00-04:00", "repeat": "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU"},
    }
    tables = {"site": {"zone": "Europe/Berlin"}, "calendar": calendar, "maintenance": planned}
    config = checked_config(tables, tmp_path / "pulse.toml")

    backup, patch, odd = window_rows(config, NOW, Language.EN)

    assert (backup["days"], backup["holidays"]) == ("every month on the first Sunday", "not then")
    assert backup["next"] == "2027-01-03 02:00 – 04:00"
    assert [patch[name] for name in ("days", "first", "last", "next")] == [
        "every 2 weeks on Monday",
        "2026-11-02",
        "2026-11-20",
        "never again",
    ]
    assert (odd["days"], odd["first"], odd["next"]) == ("FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU", "", "2026-11-30 02:00 – 04:00")
    assert window_rows(config, NOW, Language.ZH)[0]["days"] == "每个月的第一个周日"


def test_a_silence_is_made_and_lifted_on_its_page(told, visit):
    app = visit("silences")
    unaimed = app.main.button[0].disabled
    app.main.selectbox[0].set_value("*")
    app.main.selectbox[1].set_value("site")
    app.main.text_input[0].set_value("carrier informed, 13800000001")
    app.run(timeout=30)
    app.main.button[0].click().run(timeout=30)
    made = heads(app), cells(app, "Why")

    assert not app.exception
    assert unaimed
    assert made == (["ends within 15 min"], ["carrier informed, [phone]"])
    app.main.button[0].click().run(timeout=30)
    assert not app.exception
    assert heads(app) == ["lifted"]
