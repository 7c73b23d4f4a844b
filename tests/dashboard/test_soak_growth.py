import pytest

from bench._soak import Reading, figures, growth


def reading(after_s, heap_mb):
    return Reading(after_s=after_s, pushes=1, heap_mb=heap_mb, nodes=100, rss_mb=200.0, behind_ms=0)


def test_heap_that_grows_steadily_is_told_as_its_rise_over_its_mean():
    readings = [reading(after_s, 100.0 + after_s) for after_s in range(0, 101, 20)]

    assert growth(readings, "heap_mb") == pytest.approx(80 / 160)


def test_what_fills_in_the_first_fifth_is_no_growth():
    readings = [reading(0, 10.0), *(reading(after_s, 50.0) for after_s in range(20, 101, 20))]

    assert growth(readings, "heap_mb") == 0


def test_each_figure_stands_beside_its_bound():
    readings = [reading(after_s, 100.0 + after_s) for after_s in range(0, 101, 20)]

    assert {figure.figure: figure.ok for figure in figures(readings)} == {
        "growth_of_heap_mb": False,
        "growth_of_nodes": True,
        "growth_of_rss_mb": True,
    }
