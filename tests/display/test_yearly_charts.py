"""Yearly charts: the range that was ordinary is that of the judgement, and small counts are no line. All made up."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from matplotlib.path import Path
from matplotlib.text import Text

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis.definitions import catalogue
from analysis.display import svg, yearly_charts
from analysis.display.svg import SIZES
from analysis.display.yearly_charts import Chart, chart, lines_of
from analysis.statistics.change import change
from analysis.store.results import html
from made_up_series import HOME, among_others, steady, yearly

PEOPLE = dict.fromkeys(range(2010, 2024), 50_000)


def rising(before=200, after=320, people=None):
    return among_others(yearly("proef", HOME, steady(before, 2019, after, 2022), people))


def expected_of(series, found):
    return yearly_charts.expected_in(lines_of(series, None)[0], found)


def test_the_range_is_the_one_that_the_judgement_used():
    series = rising()
    found = change(series, 2019, 2022)
    expected = expected_of(series, found)
    assert (expected.year, expected.low, expected.high) == (2022, *found.ordinary)
    low, high = found.ordinary
    shown = chart(series, change=found)
    assert f">gewoon: {low}–{high}<" in shown.image
    assert f"Gewoon in 2022: {low} tot {high}." in shown.description


def test_a_chart_per_1000_inhabitants_has_the_range_in_the_same_unit():
    series = rising(people=PEOPLE)
    found = change(series, 2019, 2022)
    expected = expected_of(series, found)
    assert (expected.low, expected.high) == pytest.approx([limit / 50 for limit in found.ordinary])
    bars = [patch for patch in svg.draw_at_size(lambda size: draw(series, found, size), SIZES[0]).axes[0].patches]
    assert [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in bars] == [(expected.low, expected.high)]


def draw(series, found, size):
    lines = lines_of(series, None)
    return yearly_charts.draw(lines, size, expected=yearly_charts.expected_in(lines[0], found))


def test_the_change_gives_the_title_and_a_range_only_where_there_is_a_judgement():
    series = rising()
    found = change(series, 2019, 2022)
    assert chart(series, change=found).title.endswith("320 in 2022; 60 % meer (2019–2022)".replace(" %", "\xa0%"))
    assert chart(series, title="eigen woorden", change=found).title.endswith("320 in 2022; eigen woorden")
    unjudged = yearly("proef", HOME, {2021: 200, 2022: 320})
    assert "gewoon" not in chart(unjudged, change=change(unjudged, 2021, 2022)).image
    assert "gewoon" not in chart(series, change=change(series, 2019, 2030)).image  # what is missing says nothing


def test_a_change_of_another_series_is_refused():
    found = change(rising(), 2019, 2022)
    with pytest.raises(ValueError, match=f"about proef in {HOME}"):
        chart(yearly("proef", "GM0014", steady(200, 2019, 320, 2022)), change=found)


@pytest.mark.parametrize("after", [40, 150, 200, 290, 320, 500])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_the_words_beside_the_range_lie_over_no_other_text_and_are_within_the_drawing(after, size):
    series = rising(after=after, people=PEOPLE)
    found = change(series, 2019, 2022)
    drawing = svg.draw_at_size(lambda size: draw(series, found, size), size)
    drawing.draw_without_rendering()  # a legend lays out its texts only then
    boxes = {text.get_text(): text.get_window_extent(svg.RULER) for text in drawing.findobj(Text) if text.get_text()}
    assert any(words.startswith("gewoon") for words in boxes)
    assert not [pair for pair in itertools.combinations(boxes, 2) if boxes[pair[0]].overlaps(boxes[pair[1]])]
    assert all(drawing.bbox.padded(1).count_contains(box.corners()) == 4 for box in boxes.values())


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [([200, 300, 310, 320], [250, 350, 350, 350]), ([310, 325, 280, 210], [270, 260, 210, 190]),
     ([200, 245, 240, 290], [130, 155, 175, 195])],
)  # fmt: skip
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_the_first_value_stands_near_its_point_and_over_no_line_or_marker(ours, theirs, size):
    lines = lines_of(
        *(
            yearly("proef", region, dict(zip(range(2012, 2016), counts, strict=True)), PEOPLE)
            for region, counts in ((HOME, ours), ("NL00", theirs))
        )
    )
    drawing = svg.draw_at_size(lambda size: yearly_charts.draw(lines, size), size)
    (axes,) = drawing.axes
    first = lines[0].value_text(2012)
    (label,) = (text for text in axes.texts if text.get_text() == first and text.get_fontweight() == "bold")
    box = label.get_window_extent(svg.RULER)
    courses = [axes.transData.transform(sorted(line.points.items())) for line in lines]
    own = courses[0][0][1]
    assert min(abs(box.y0 - own), abs(box.y1 - own)) < 40
    assert not any(Path(course).intersects_bbox(box, filled=False) for course in courses)
    assert not any(box.padded(2).contains(*point) for course in courses for point in course)


def few(*counts, people=PEOPLE):
    return yearly("proef", HOME, dict(zip(range(2023 - len(counts), 2023), counts, strict=True)), people)


def test_small_counts_are_dots_in_whole_numbers_and_not_per_inhabitant():
    series = few(3, 9, 12, 4, 7)
    (line,) = lines_of(series, few(300, 300, 300, 300, 300))
    assert line.few
    assert not line.per_inhabitant
    drawing = svg.draw_at_size(lambda size: yearly_charts.draw([line], size), SIZES[0])
    assert drawing.axes[0].lines[0].get_linestyle() == "None"
    assert chart(series).alt.startswith("Puntgrafiek")
    assert not lines_of(few(3, 9, 12, 40, 70), None)[0].few, "what is usual decides, not the first years"


def test_counts_near_zero_get_a_sentence_instead_of_a_chart():
    series = few(0, 2, 1, 0)
    assert chart(series) is series
    assert "0 in 2019, 2 in 2020, 1 in 2021 en 0 in 2022" in html(chart(series))
    assert isinstance(chart(few(0, 3, 1, 0)), Chart)


def test_a_hidden_count_may_be_higher_than_those_that_are_shown():
    series = few(0, 2, None, 0)
    hidden = series.data.assign(status=["final", "final", "suppressed", "final"])
    assert isinstance(chart(replace(series, data=hidden)), Chart)


def test_the_limits_are_those_of_the_thresholds():
    counts = catalogue.thresholds().small_counts
    assert not lines_of(few(*[counts.dots_below] * 5), None)[0].few
    assert lines_of(few(*[counts.dots_below - 1] * 5), None)[0].few
    assert chart(series := few(counts.words_to, 0)) is series
