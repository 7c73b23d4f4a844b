import pytest

from dashboard.layout import MOST_TILES, ready, shipped
from dashboard.reading import LEAST_ARC_MINUTES, arc_minutes, layout_for
from pulse.config import ConfigError

HEAD = 'title = { en = "Mine", zh = "我的" }\n[tiles.a]\nkind = "people"\n[tiles.b]\nkind = "alerts"\n'


def grid(columns, rows, *areas):
    return f"[[pages]]\ncolumns = {columns}\nrows = {rows}\nareas = {list(areas)}\n".replace("'", '"')


def faults(text, name="mine"):
    with pytest.raises(ConfigError) as found:
        ready(name, text)
    return str(found.value)


def test_layout_names_its_tiles_and_their_options():
    layout = ready("mine", HEAD + grid([1], [1, 1], "a", "b"))

    assert {name: tile.kind for name, tile in layout.tiles.items()} == {"a": "people", "b": "alerts"}
    assert layout.tiles["b"].options.rows == 4


def test_every_shipped_layout_reads_and_each_is_larger_than_the_one_before():
    sizes = [shipped()[name].layout.smallest for name in ("main", "room", "hall", "far")]

    assert sizes == sorted(sizes)


def test_page_that_names_no_tile_says_which_there_are():
    assert "pages.0.areas: got c, expected one of a, b" in faults(HEAD + grid([1], [1], "c"))


def test_area_that_is_no_rectangle_is_refused():
    assert "a, b must be a rectangle" in faults(HEAD + grid([1, 1], [1, 1], "a b", "b a"))


def test_rows_and_columns_are_counted():
    assert "got 1 areas, expected one for each of the 2 rows" in faults(HEAD + grid([1], [1, 1], "a"))
    assert 'got "a b", expected 1 names' in faults(HEAD + grid([1], [1], "a b"))


def test_page_of_too_many_tiles_is_refused():
    names = [f"t{number}" for number in range(MOST_TILES + 1)]
    tiles = "".join(f'[tiles.{name}]\nkind = "people"\n' for name in names)

    assert "expected 8 at most" in faults('title = { en = "x" }\n' + tiles + grid([1] * len(names), [1], " ".join(names)))


def test_faults_of_several_tiles_are_told_at_once():
    text = 'title = { en = "x" }\n[tiles.a]\nkind = "clock"\n[tiles.b]\nkind = "metric"\nkpi = "happiness"\nscope = "team:7"\n'

    told = faults(text + grid([1], [1], "a"))

    assert 'layouts/mine.toml, tiles.a.kind: got "clock", expected one of alerts, ' in told
    assert 'tiles.b, kpi: got "happiness", expected one of' in told
    assert 'tiles.b, scope: got "team:7", expected site, queue:NAME or one of channel:' in told


@pytest.mark.parametrize("seconds", ["0s", "100ms"])
def test_page_that_nobody_could_read_before_it_turns_is_refused(seconds):
    told = faults(HEAD + grid([1], [1], "a") + f'seconds = "{seconds}"\n')

    assert "layouts/mine.toml, pages.0.seconds: got 0" in told
    assert "seconds, expected 2s or more" in told


@pytest.mark.parametrize(
    ("kpi", "target", "found", "allowed"),
    [
        ("service_level", "nan", "nan", "a share of 0 to 1"),
        ("service_level", "80", "80", "a share of 0 to 1"),
        ("asa_s", "-1", "-1", "seconds, 0 or more"),
        ("asa_s", "inf", "inf", "seconds, 0 or more"),
        ("complaints", "-5", "-5", "a count, 0 or more"),
        ("nps_score", "101", "101", "a score of -100 to 100"),
    ],
)
def test_target_that_no_figure_can_reach_is_refused(kpi, target, found, allowed):
    tile = f'title = {{ en = "x" }}\n[tiles.a]\nkind = "metric"\nkpi = "{kpi}"\ntarget = {target}\n'

    assert f"layouts/mine.toml, tiles.a, target: got {found}, expected {allowed}" in faults(tile + grid([1], [1], "a"))


@pytest.mark.parametrize("options", ['kind = "metric"\nkpi = "{}"', 'kind = "trend"\nlines = ["{}"]'])
def test_figure_and_line_are_of_one_number_and_not_of_counts_by_name(options):
    told = faults(f'title = {{ en = "x" }}\n[tiles.a]\n{options.format("complaints_by_category")}\n' + grid([1], [1], "a"))

    fault = told.splitlines()[0]
    assert 'got "complaints_by_category", expected one of ' in fault
    assert "complaints_by_category" not in fault.partition("expected")[2]


def test_name_that_could_leave_the_folder_is_refused():
    assert "expected small letters" in faults(HEAD + grid([1], [1], "a"), "../main")


def test_alerts_are_on_the_page_that_a_level_one_alert_holds():
    assert ready("mine", HEAD + grid([1], [1], "a") + grid([1], [1], "b")).layout.pinned_page == 1
    assert ready("mine", HEAD + grid([1], [1], "a")).layout.pinned_page == 0


@pytest.mark.parametrize(("distance_m", "size"), [(5, 6.1), (8, 9.7)])
def test_twenty_minutes_of_arc_on_a_55_inch_screen_are_the_published_sizes(distance_m, size):
    assert arc_minutes(size, 55, distance_m) == pytest.approx(20, abs=1)


def test_screen_without_a_size_has_no_answer():
    with pytest.raises(ValueError, match="above 0"):
        arc_minutes(2, 0, 3)


@pytest.mark.parametrize(("distance_m", "name"), [(2, "main"), (3, "room"), (5, "hall"), (8, "far"), (30, "far")])
def test_layout_that_shows_most_and_can_be_read_is_taken(distance_m, name):
    assert layout_for(shipped(), 55, distance_m) == name
    assert distance_m > 8 or arc_minutes(shipped()[name].layout.smallest, 55, distance_m) >= LEAST_ARC_MINUTES
