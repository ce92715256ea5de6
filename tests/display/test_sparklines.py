"""Sparklines: what is drawn is where the figures say, and nothing in them is said to a screen reader."""

import re
import xml.etree.ElementTree as ET

import pytest

from analysis.display.sparklines import sparkline
from analysis.report import palette
from analysis.report.page import TEMPLATES

CSS = (TEMPLATES / "style.css").read_text(encoding="utf-8")


def parts(drawn, name):
    return [part for part in ET.fromstring(drawn) if name in part.get("class").split()]


def points(part):
    return [tuple(map(float, point.split(","))) for point in part.get("points").split()]


def test_the_line_is_drawn_from_zero_to_the_highest_of_line_and_range():
    (line,) = parts(sparkline([0, 5, 10], [None] * 3, width=114, height=28), "spark-line")
    assert points(line) == [(7, 24), (57, 14), (107, 4)]
    (line,) = parts(sparkline([0, 5, 10], [None, None, (5, 20)], width=114, height=28), "spark-line")
    assert points(line) == [(7, 24), (57, 19), (107, 14)]


def test_a_gap_stays_open_and_a_lone_figure_can_still_be_seen():
    lines = parts(sparkline([1, 2, None, 4, None, 3], [None] * 6), "spark-line")
    assert [len(points(line)) for line in lines] == [2, 2, 2]
    (first, last) = points(lines[1])
    assert first[0] < last[0]
    assert first[1] == last[1]


def test_open_dots_lie_outside_their_range_and_the_last_figure_always_has_a_dot():
    drawn = sparkline([9, 5, 1, 5], [(2, 8), (2, 8), (2, 8), (2, 8)])
    assert len(parts(drawn, "spark-dot")) == 3
    assert [float(dot.get("cx")) for dot in parts(drawn, "spark-out")] == [7, 77.7]
    assert not parts(sparkline([2, 8], [(2, 8), (2, 8)]), "spark-out"), "the ends of a range are ordinary"
    assert len(parts(sparkline([3, None], [None, None]), "spark-dot")) == 1


def test_a_range_is_an_area_and_a_single_one_a_bar_around_its_year():
    areas = parts(sparkline([5, 5, 5, 5, 5], [(2, 8), (2, 8), None, None, (4, 10)], width=114, height=28), "spark-band")
    assert [len(points(area)) for area in areas] == [4, 4]
    bar = points(areas[1])
    assert {x for x, _ in bar} == {101, 113}
    assert {y for _, y in bar} == {4, 16}


@pytest.mark.parametrize("values", [[0, 0, 0], [7], [None, 3, None]])
def test_whatever_the_figures_the_drawing_is_within_its_edges(values):
    drawn = sparkline(values, [None] * len(values), width=80, height=20)
    numbers = [point for line in parts(drawn, "spark-line") for point in points(line)]
    assert all(0 <= x <= 80 and 0 <= y <= 20 for x, y in numbers)


def test_nothing_is_drawn_without_a_figure_and_ranges_belong_to_values():
    assert not sparkline([None, None], [None, (1, 2)])
    with pytest.raises(ValueError, match="2 values and 1 ranges"):
        sparkline([1, 2], [None])


def test_a_screen_reader_passes_over_it_and_its_colours_are_those_of_the_page():
    drawn = sparkline([3, 5, 12], [None, None, (2, 8)])
    assert 'aria-hidden="true"' in drawn
    assert not re.search(r"#[0-9a-f]{3}|style=|fill=|stroke=", drawn)
    used = set(re.findall(r"spark(?:-\w+)?", drawn))
    assert used == {"spark", "spark-line", "spark-band", "spark-dot", "spark-out"}
    assert not {name for name in used if f".{name}" not in CSS}
    assert not palette.undefined(f"<style>{CSS}</style>")
    forced = CSS[CSS.index("@media(forced-colors:active)") :].split("@media print")[0]
    assert ".spark-band" in forced
