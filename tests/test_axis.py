"""Ticks and names of the charts over time. All figures are made up."""

import pytest

from analysis.display import axis, svg
from analysis.display.axis import End


def drawn(top, whole=False):
    drawing, axes = svg.figure()
    axes.set_ylim(0, top)
    axis.values(axes, whole)
    drawing.draw_without_rendering()
    low, high = axes.get_ylim()
    ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
    return {round(height, 6): label.get_text() for height, label in ticks if low <= height <= high}


@pytest.mark.parametrize("top", [0.04, 0.13, 0.9, 3.1, 8.4, 19.9, 47, 1450])
def test_a_tick_says_exactly_where_it_stands(top):
    told = drawn(top)
    assert {height: float(text.replace(".", "").replace(",", ".")) for height, text in told.items()} == {
        height: height for height in told
    }
    assert len(told) == len(set(told.values())) >= 3


def test_the_ticks_of_one_axis_have_the_same_decimals():
    assert list(drawn(0.047).values()) == ["0,00", "0,01", "0,02", "0,03", "0,04"]
    assert list(drawn(2.4).values())[:3] == ["0,0", "0,5", "1,0"]
    assert list(drawn(3.1).values()) == ["0", "1", "2", "3"]
    assert list(drawn(14).values()) == ["0", "5", "10"]


@pytest.mark.parametrize("top", [1.2, 2, 3])
def test_a_count_has_no_half_ticks(top):
    assert not [text for text in drawn(top, whole=True).values() if "," in text]


@pytest.mark.parametrize(("ours", "theirs", "above"), [(5.2, 5.0, True), (5.0, 5.2, False), (5.0, 5.0, True)])
def test_names_of_lines_that_end_close_together_are_moved_apart(ours, theirs, above):
    _, axes = svg.figure()
    axes.set_ylim(0, 10)
    axis.names(axes, [End("wij", 2023, ours), End("zij", 2023, theirs)])
    first, second = (label.xyann[1] for label in axes.texts)
    assert (first > second) == above
    assert abs(first - second) > 10


def test_names_of_lines_that_end_apart_stay_at_their_line():
    _, axes = svg.figure()
    axes.set_ylim(0, 10)
    axis.names(axes, [End("wij", 2023, 2), End("zij", 2023, 8)])
    assert [label.xyann[1] for label in axes.texts] == [0, 0]
