import json
from contextlib import aclosing
from dataclasses import replace
from types import SimpleNamespace

import pytest
from boards import AT, board

from dashboard.actions import save_layout
from dashboard.layout import Tile, ready, shipped
from dashboard.layouts_kept import layouts_of, with_saved
from dashboard.picture import Saying
from dashboard.serving import serving
from dashboard.walls import Walls
from pulse.access import Actor
from pulse.config import ConfigError
from pulse.roles import PERMISSIONS, Role
from sql.documents import Document
from sql.session import open_database

MINE = 'title = { en = "Mine" }\n[tiles.a]\nkind = "verdict"\n[[pages]]\ncolumns = [1]\nrows = [1]\nareas = ["a"]\n'


@pytest.fixture
def site(tmp_path, monkeypatch):
    config = tmp_path / "pulse.toml"
    config.write_text('[site]\nname = "harbour"\n', encoding="utf-8")
    (tmp_path / "var" / "pulse").mkdir(parents=True)
    monkeypatch.setenv("PULSE_CONFIG", str(config))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    serving.cache_clear()
    yield serving()
    serving.cache_clear()


def actor(role):
    return Actor("Ada", PERMISSIONS[role])


def shown(site):
    with open_database(site.database_url) as database:
        return layouts_of(database, "harbour")


def test_saved_layout_is_shown_in_the_place_of_the_shipped_one_until_it_is_taken_back(site):
    saved = save_layout("main", MINE, 0, actor(Role.MANAGER))
    mine = shown(site)["main"]

    taken_back = save_layout("main", "", 1, actor(Role.MANAGER))

    assert (saved, taken_back) == ("saved", "saved")
    assert mine.layout.title.en == "Mine"
    assert shown(site)["main"].text == shipped()["main"].text


def test_layout_that_cannot_be_read_is_refused_with_its_fault_and_nothing_is_kept(site):
    with pytest.raises(ConfigError, match=r"layouts/main\.toml"):
        save_layout("main", "title = 1", 0, actor(Role.ADMIN))

    assert shown(site)["main"].text == shipped()["main"].text


def test_supervisor_may_not_change_a_layout(site):
    assert save_layout("main", MINE, 0, actor(Role.SUPERVISOR)) == "not_allowed"


def test_change_of_an_older_version_is_refused(site):
    save_layout("main", MINE, 0, actor(Role.ADMIN))

    assert save_layout("main", MINE, 0, actor(Role.ADMIN)) == "outdated"


def test_saved_text_that_can_no_longer_be_read_lets_the_shipped_one_show():
    assert with_saved(shipped(), {"main": Document(3, "title = 1")})["main"] is shipped()["main"]


def test_wall_is_told_by_its_build_that_its_layout_changed_and_others_are_not():
    walls = Walls(lambda: AT, shipped(), Saying(), "b")
    walls.take_board(board())
    before = {name: build(walls, name) for name in ("main", "far")}

    walls.take_layouts({**shipped(), "main": ready("main", MINE)})

    assert build(walls, "main") != before["main"]
    assert build(walls, "far") == before["far"]


def test_layout_that_is_gone_has_no_stream():
    walls = Walls(lambda: AT, shipped(), Saying())

    walls.take_layouts({"main": shipped()["main"]})

    assert walls.open("far", names_shown=True) is None


def build(walls, name):
    return json.loads(walls.open(name, names_shown=True).frame)["build"]


def test_fault_of_one_layout_leaves_the_others_their_picture():
    broken = replace(shipped()["far"], tiles={"verdict": Tile("verdict", SimpleNamespace(frame=None), None)})
    walls = Walls(lambda: AT, {"far": broken, "main": shipped()["main"]}, Saying())

    walls.take_board(board())

    assert walls.open("far", names_shown=True).frame == b""
    assert json.loads(walls.open("main", names_shown=True).frame)["at"] == AT


async def test_wall_of_a_layout_that_came_later_is_told_which_process_is_down():
    walls = Walls(lambda: AT, {"main": shipped()["main"]}, Saying())
    walls.tell_down(["watch"])
    walls.take_layouts(shipped())

    async with aclosing(walls.open("far", names_shown=True).events()) as events:
        told = [await anext(events), await anext(events)]

    assert b'["watch"]' in told[1]


def test_name_that_no_layout_may_have_is_refused_even_for_taking_back(site):
    with pytest.raises(ConfigError, match="expected small letters"):
        save_layout("Bad name!", "", 0, actor(Role.ADMIN))
