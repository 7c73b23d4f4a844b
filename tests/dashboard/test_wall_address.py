import pytest

from dashboard.layout import shipped
from dashboard.wall_address import asked
from dashboard.wall_data import past_data, wall_data
from pulse.text import Language


def wish(**query):
    return asked(query, shipped())


def told(language=Language.EN, **query):
    return wall_data(shipped(), wish(**query), language, "")["wrong"]


def test_empty_address_gets_the_first_layout():
    assert (wish().layout, wish().wrong) == ("main", ())


def test_layout_is_taken_by_name_before_distance():
    assert wish(layout="room", screen="55", distance="8").layout == "room"


def test_screen_and_distance_choose_the_layout_that_can_be_read():
    assert wish(screen="55", distance="8").layout == "far"


def test_layout_that_is_not_there_is_said_and_the_first_shown_in_its_place():
    found = wish(layout="lobby")

    assert (found.layout, found.missing) == ("main", "lobby")
    assert told(layout="lobby") == "Address: layout=lobby, expected far | hall | main | room"


def test_visitor_who_may_not_see_the_first_layout_gets_one_that_may_be_seen():
    only = {"hall": shipped()["hall"]}

    assert asked({"layout": "main"}, only).layout == "hall"


NOT_UNDERSTOOD = {
    "night": ("banana", "22:00-24:00", "22:00-06:00x"),
    "page": ("0", "2", "99", "two"),
    "sound": ("loud",),
    "palette": ("red", "class"),
    "lang": ("xx", "EN"),
    "layuot": ("room",),
}


@pytest.mark.parametrize(("name", "found"), [(name, found) for name, values in NOT_UNDERSTOOD.items() for found in values])
def test_value_that_is_not_understood_is_said_and_the_wall_shown(name, found):
    (wrong,) = wish(**{name: found}).wrong

    assert wish(**{name: found}).missing is None
    assert (wrong.name, wrong.found) == (name, found)
    assert wish(**{name: found}).layout == "main"
    assert told(**{name: found}).startswith(f"Address: {name}={found}, expected ")


def test_all_mistakes_are_said_at_once_in_the_language_of_the_wall():
    assert told(Language.ZH, night="banana", palette="red") == "地址：night=banana，应为 HH:MM-HH:MM · palette=red，应为 classic"


def test_every_value_the_set_up_dialog_writes_is_understood():
    written = {"layout": "hall", "screen": "55", "distance": "5", "night": "22:00-06:00", "sound": "on", "palette": "classic"}
    found = wish(**written, page="2", lang="zh", token="t")

    assert (found.page, found.night, found.wrong) == (1, "22:00-06:00", ())


def test_page_and_night_that_are_not_understood_are_left_out():
    found = wish(page="99", night="banana")

    assert (found.page, found.night) == (None, None)


def test_site_without_layouts_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        asked({}, {})


@pytest.mark.parametrize(("name", "other"), [("screen", "distance"), ("distance", "screen")])
@pytest.mark.parametrize("found", ["-55", "wide", "nan", "inf", "0", "5_5", "1e3"])
def test_size_that_is_no_number_above_zero_is_said(name, other, found):
    wished = wish(**{name: found, other: "5"})

    assert (wished.layout, [(one.name, one.found) for one in wished.wrong]) == ("main", [(name, found)])


@pytest.mark.parametrize("half", [{"screen": "55"}, {"distance": "8"}])
def test_screen_without_distance_chooses_no_layout_and_is_said(half):
    found = wish(**half)

    assert (found.layout, [one.found for one in found.wrong]) == ("main", [""])


def test_sound_may_be_off():
    assert wish(sound="off").wrong == ()


def test_layout_that_cannot_be_read_from_there_is_shown_and_said():
    found = wish(screen="55", distance="30")

    assert (found.layout, [(one.name, one.found) for one in found.wrong]) == ("far", [("distance", "30")])
    assert wish(screen="55", distance=found.wrong[0].allowed.removeprefix("≤ ")).wrong == ()


@pytest.mark.parametrize(("language", "now", "then"), [(Language.EN, "now", "then"), (Language.ZH, "现在", "当时")])
def test_wall_at_a_past_minute_does_not_call_it_now(language, now, then):
    past = past_data("main", "2026-11-20T14:35", language)

    assert wall_data(shipped(), wish(), language, "")["words"]["wall"]["now"] == now
    assert past["words"]["wall"]["now"] == then
