"""Labels of axes and names of lines, as every chart draws them. All figures are made up."""

import pytest

from analysis.display import chart_notes, svg
from analysis.display.chart_notes import End
from analysis.display.svg import NARROW, WIDE


def drawn(top, whole=False):
    _, axes = svg.figure(WIDE)
    axes.set_ylim(0, top)
    chart_notes.value_axis(axes, whole)
    (grid,) = axes.collections
    words = {round(word.get_position()[1], 6): word.get_text() for word in axes.texts}
    assert list(words) == [round(path.vertices[0, 1], 6) for path in grid.get_paths()], "a line for every word"
    return words


@pytest.mark.parametrize("top", [0.04, 0.13, 0.9, 3.1, 8.4, 19.9, 47, 1450])
def test_a_tick_says_exactly_where_it_stands(top):
    ticks = drawn(top)
    assert {height: float(text.replace(".", "").replace(",", ".")) for height, text in ticks.items()} == {
        height: height for height in ticks
    }
    assert len(ticks) == len(set(ticks.values())) >= 3
    assert min(ticks) == 0 and max(ticks) <= top


def test_the_ticks_of_one_axis_have_the_same_decimals():
    assert list(drawn(0.047).values()) == ["0,00", "0,01", "0,02", "0,03", "0,04"]
    assert list(drawn(2.4).values())[:3] == ["0,0", "0,5", "1,0"]
    assert list(drawn(3.1).values()) == ["0", "1", "2", "3"]
    assert list(drawn(14).values()) == ["0", "5", "10"]


@pytest.mark.parametrize("top", [1.2, 2, 3])
def test_a_count_has_no_half_ticks(top):
    assert not [text for text in drawn(top, whole=True).values() if "," in text]


def aside(axes, heights):
    """Units that each label stands above or under its place."""
    lowered = (word.get_transform().transform(word.get_position())[1] for word in axes.texts)
    return [
        position - axes.transData.transform((2023, height))[1]
        for position, height in zip(lowered, heights, strict=True)
    ]


@pytest.mark.parametrize(("ours", "theirs", "above"), [(5.2, 5.0, True), (5.0, 5.2, False), (5.0, 5.0, True)])
def test_names_of_lines_that_end_close_together_are_moved_apart(ours, theirs, above):
    _, axes = svg.figure(WIDE)
    axes.set_ylim(0, 10)
    chart_notes.line_names(axes, [End("1", "wij", 2023, ours), End("2", "zij", 2023, theirs)], WIDE)
    first, second = aside(axes, [ours, theirs])
    assert (first > second) == above
    assert abs(first - second) > 10


def test_names_of_lines_that_end_apart_stay_at_their_line():
    _, axes = svg.figure(WIDE)
    axes.set_ylim(0, 10)
    chart_notes.line_names(axes, [End("1", "wij", 2023, 2), End("2", "zij", 2023, 8)], WIDE)
    assert aside(axes, [2, 8]) == pytest.approx([0, 0])


def test_a_narrow_chart_has_the_values_at_the_lines_and_the_names_above():
    drawing, axes = svg.figure(NARROW)
    axes.plot([2022, 2023], [1, 2], label="wij")
    chart_notes.line_names(axes, [End("2", "wij", 2023, 2)], NARROW)
    assert [label.get_text() for label in axes.texts] == ["2"]
    assert [label.get_text() for label in drawing.legends[0].get_texts()] == ["wij"]
    axes.set_xlim(2005, 2024)
    chart_notes.year_labels(axes, 2005, 2023, NARROW)
    assert [label.get_text() for label in axes.texts[1:]] == ["2023", "2019", "2015", "2011", "2007"]


def test_a_year_that_the_chart_does_not_reach_has_no_label():
    _, axes = svg.figure(NARROW)
    axes.set_xlim(2020.9, 2023.7)
    chart_notes.year_labels(axes, 2020, 2024, NARROW)
    assert [label.get_text() for label in axes.texts] == ["2023", "2022", "2021"]


def test_what_the_words_under_a_chart_are_stands_under_those_words():
    _, axes = svg.figure(WIDE)
    axes.set_xlim(0, 1)
    chart_notes.labels_below(axes, {0: "0", 1: "1"})
    chart_notes.axis_title(axes, "inwoners")
    *words, title = (text.get_window_extent(svg.RULER) for text in axes.texts)
    assert all(title.y1 < word.y0 for word in words)
