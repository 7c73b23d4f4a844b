import msgspec
import pytest

from dashboard.fleet import LONGEST, Beat, Condition, Fleet, Screen, UnreadableBeat, condition, decode_beat, screens
from dashboard.screen_names import named
from dashboard.views.screens import table
from pulse.live.keys import Keys
from pulse.text import Language

NOW, WEEK = 1_790_000_000_000, 7 * 86_400_000
TOLD = {
    "screen": "00ff00ff00ff",
    "layout": "main",
    "language": "en",
    "fresh": "live",
    "build": "b",
    "width": 1920,
    "height": 1080,
    "ratio": 1.0,
}


def beat(name="00ff00ff00ff", shown_at=NOW):
    return Beat(**TOLD | {"screen": name, "page_age_s": 60, "seq": 5, "at": shown_at})


def test_screen_that_reports_a_fresh_picture_is_live():
    assert condition(Screen(beat=beat(), heard_at=NOW), NOW + 30_000) is Condition.LIVE


def test_screen_that_reports_an_old_picture_is_frozen():
    assert condition(Screen(beat=beat(shown_at=NOW - 61_000), heard_at=NOW), NOW) is Condition.FROZEN
    assert condition(Screen(beat=beat(shown_at=None), heard_at=NOW), NOW) is Condition.FROZEN


def test_screen_that_missed_three_beats_is_silent():
    assert condition(Screen(beat=beat(), heard_at=NOW), NOW + 90_001) is Condition.SILENT


@pytest.mark.parametrize(
    "wrong", [{"screen": "<script>"}, {"width": -1}, {"layout": "x" * 41}, {"page_age_s": "old"}, {"at": -1}, {"seq": 2**60}]
)
def test_heartbeat_that_is_none_is_refused_by_the_name_of_its_field(wrong):
    body = msgspec.json.encode(msgspec.to_builtins(beat()) | wrong)

    with pytest.raises(UnreadableBeat, match=next(iter(wrong))):
        decode_beat(body)


def test_heartbeat_that_is_too_long_is_refused_unread():
    with pytest.raises(UnreadableBeat, match="expected 2048 at most"):
        decode_beat(b"x" * (LONGEST + 1))


async def test_last_heartbeat_of_each_screen_is_kept_with_the_token_it_came_by(private_redis):
    async with private_redis.async_client() as client:
        walls = Fleet(client, Keys("one"))
        await walls.hear(beat("000000000001"), NOW - 2_000, "lobby")
        await walls.hear(beat("000000000002"), NOW - 1_000)
        await walls.hear(beat("000000000002"), NOW)

        kept = screens(await client.hgetall(Keys("one").screens), NOW)
        assert [(screen.beat.screen, screen.heard_at, screen.token) for screen in kept] == [
            ("000000000002", NOW, None),
            ("000000000001", NOW - 2_000, "lobby"),
        ]


@pytest.mark.parametrize(("token", "kept_ms"), [("lobby", WEEK), (None, 3_600_000)])
def test_silent_screen_is_dropped_after_a_week_and_a_browser_without_a_token_after_an_hour(token, kept_ms):
    stored = {b"00ff00ff00ff": msgspec.json.encode(Screen(beat=beat(), heard_at=NOW, token=token))}

    assert len(screens(stored, NOW + kept_ms)) == 1
    assert screens(stored, NOW + kept_ms + 1) == []


async def test_full_fleet_takes_a_new_screen_only_in_the_place_of_a_forgotten_one(private_redis):
    async with private_redis.async_client() as client:
        walls = Fleet(client, Keys("two"), most=2)
        await walls.hear(beat("000000000001"), NOW - WEEK - 1)
        kept = [await walls.hear(beat(f"00000000000{number}"), NOW) for number in (2, 3, 4, 3)]

        assert kept == [True, True, False, True]


def test_screens_stand_in_the_order_in_which_they_were_heard():
    stored = {
        name: msgspec.json.encode(Screen(beat=beat(f"{name.decode():0>12}"), heard_at=at)) for name, at in ((b"1", NOW - 5), (b"2", NOW))
    }

    assert [screen.heard_at for screen in screens(stored, NOW)] == [NOW, NOW - 5]


def test_screens_in_trouble_stand_first_in_the_table_in_words():
    live, silent = Screen(beat=beat("000000000001"), heard_at=NOW), Screen(beat=beat("000000000002", NOW - 200_000), heard_at=NOW - 200_000)

    shown = table([("Lobby", live), ("Hall", silent)], NOW, Language.EN)

    assert list(shown["Screen"]) == ["Hall", "Lobby"]
    assert list(shown["Condition"]) == ["⬣ silent", "○ live"]
    assert list(shown["Heard ago"]) == ["3:20 min", "0 s"]


def test_screen_is_called_by_the_label_of_its_token():
    known = [Screen(beat=beat(), heard_at=NOW, token=token) for token in ("a", "b", "gone", None)]

    rows = named(known, {"a": "Lobby", "b": "pulse up"}, False, Language.EN)

    assert [name for name, _ in rows] == ["Lobby", "TV, by the address that pulse up prints", "Wall token gone", "Browser on this machine"]
    assert named(known, {"b": "pulse up"}, True, Language.ZH)[1][0] == "电视（使用 pulse up 给出的地址）"
    assert named(known, {}, True, Language.EN)[3][0] == "Browser of somebody logged in"


def test_screens_of_one_token_are_told_apart():
    known = [Screen(beat=beat(name), heard_at=NOW, token="a") for name in ("12ab00000000", "34cd00000000")]

    assert [name for name, _ in named(known, {"a": "Lobby"}, False, Language.EN)] == ["Lobby · 12ab", "Lobby · 34cd"]


def test_heartbeat_that_another_version_wrote_is_passed_over():
    assert screens({b"00ff00ff00ff": b'{"beat": {}}'}, NOW) == []
