"""A wall at a past minute: the frame screens had then, for people only, and nothing of now in it."""

from datetime import date

import msgspec
import pytest
from boards import board

from dashboard.data import database
from dashboard.frame import Stamp, wall_frame
from dashboard.layout import shipped
from dashboard.past_wall import past_wall
from dashboard.picture import Memory
from dashboard.serving import build, serving
from dashboard.walls import build_of
from pulse.access import ROLE_COOKIE
from pulse.clock import system_clock
from pulse.config import Config
from pulse.instant import UnclearInstant, written_at
from pulse.kpi.board import board_json
from pulse.live.past import How
from pulse.tables import Goal
from sql.contact_tables import ContactRow
from sql.ledger import entries_of, keep
from sql.recorder import Recorder

MINUTE = 60_000
MAIN = shipped()["main"]


@pytest.fixture
def then(site):
    """A minute of an hour ago of which the Board was kept, with what opened and what closed since."""
    minute = system_clock() // MINUTE * MINUTE - 60 * MINUTE
    Recorder(database(serving().database_url), "harbour").record_board(minute, board_json(board(minute + 400)))
    return minute


def waits_since(at):
    row = {"site": "harbour", "at": at, "contact_id": "c", "queue": "support", "channel": "voice", "attributes": {}}
    with database(serving().database_url).write() as session:
        session.add(ContactRow(**row, offered_at=at))


def test_a_past_wall_is_the_frame_that_screens_had(then):
    wall = past_wall(written_at(then, serving().config.zone), MAIN, names_shown=True)

    stamp = Stamp(sent=then + 400, build=build_of(build(), MAIN))
    shown = wall_frame(Memory().picture(board(then + 400), None, serving().saying), MAIN, stamp)
    trends = {"trend": wall.frame.tiles["trend"]}
    assert (wall.how, wall.minute) == (How.RECORDED, then)
    assert wall.frame == msgspec.structs.replace(shown, alerts_at=then + 400, tiles={**shown.tiles, **trends})


def test_a_minute_without_a_board_is_rebuilt_and_one_before_anything_happened_is_empty(then):
    waits_since(then + 2 * MINUTE)

    made, none = (past_wall(str(then + minutes * MINUTE), MAIN, names_shown=False) for minutes in (3, 1))

    assert made.how is How.REBUILT
    assert made.frame.tiles["hero"].waiting == 1
    assert made.frame.sources == []
    with pytest.raises(UnclearInstant, match="before history begins"):
        past_wall(str(then - MINUTE * 60 * 24), MAIN, names_shown=False)
    assert (none.frame, none.how, none.minute) == (None, None, then + MINUTE)


def test_a_past_wall_judges_by_what_was_promised_then(then):
    waits_since(then)
    promised = Config(channels={"voice": Goal(goal_percent=95, formula="b")}, targets=serving().config.targets)
    with database(serving().database_url).write() as session:
        keep(session, "harbour", entries_of(promised), (then, date(2020, 1, 1)))

    hero = past_wall(written_at(then + MINUTE, serving().config.zone), MAIN, names_shown=False).frame.tiles["hero"]

    assert (hero.formula, hero.goal) == ("B", 0.95)
    assert (serving().formula, serving().config.site_goal.goal_ratio) == ("D", 0.8)


def test_the_slider_ends_where_history_does(then):
    waits_since(then - MINUTE)

    wall = past_wall(str(then), MAIN, names_shown=False)

    assert wall.first <= then <= wall.last <= wall.newest <= system_clock()


def test_somebody_who_may_only_see_walls_may_look_back_and_a_screen_may_not(visit, token):
    mine = data_of(visit("wall", cookies={ROLE_COOKIE: "viewer"}, at="2026-11-20T14:35"))
    screens = data_of(visit("wall", remote_ip="10.0.0.9", host="wall.example", cookies={"pulse_wall": token()}, at="2026-11-20T14:35"))

    assert (mine["past"]["at"], mine["past_link"], mine["note"]) == ("2026-11-20T14:35", False, "")
    assert (screens["past"], screens["past_link"], screens["note"]) == (None, False, "only people may look back")


def test_a_wall_of_now_has_a_way_back_for_people(visit):
    assert data_of(visit("wall"))["past_link"] is True


def data_of(app):
    (mounted,) = app.main.get("bidi_component")
    return msgspec.json.decode(mounted.proto.json or mounted.proto.mixed.json)
