"""Every kind of chart at both sizes: legible, without overlap, with the same data. Figures are made up."""

import re
import tracemalloc
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import partial
from itertools import combinations, cycle
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import Collection, PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.path import Path as MatplotlibPath
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from analysis import paths
from analysis.definitions import catalogue
from analysis.display import (
    control_charts,
    funnel_charts,
    interval_charts,
    maps,
    priority_tables,
    small_multiples,
    survey_charts,
    svg,
    vote_results,
    yearly_charts,
)
from analysis.display.interval_charts import Interval, Scale
from analysis.display.svg import NARROW, SIZES, WIDE
from analysis.display.yearly_charts import lines_of
from analysis.documents.council import Priorities
from analysis.ingest import geography
from analysis.report import palette
from analysis.report.page import TEMPLATES
from analysis.statistics.change import change
from analysis.statistics.control_chart import control_chart
from analysis.statistics.rates import LIMITS, Funnel
from analysis.statistics.small_areas import Area
from analysis.statistics.verdicts import Verdict
from analysis.statistics.votes import tally
from analysis.store.series import SUMMED_IN_PART
from made_up_series import ballots, indicator, monthly, voting, yearly

CSS = (TEMPLATES / "style.css").read_text(encoding="utf-8")
PEOPLE = {year: 63000 + 100 * year % 900 for year in range(2012, 2025)}
NARROWEST = {"wide": 585, "narrow": 286}  # CSS pixels of a drawing on the narrowest screen that shows it
MANY = {year: 17_500_000 for year in range(2012, 2025)}


def provisional(series, *years):
    status = ["provisional" if moment.year in years else "final" for moment in series.data.index]
    return replace(series, data=series.data.assign(status=status))


def line():
    counts = {year: 242 + 17 * (year % 5) for year in range(2012, 2025)}
    ours = yearly("burenruzie", "GM1969", counts, PEOPLE, origins={2012: SUMMED_IN_PART, 2013: SUMMED_IN_PART})
    theirs = yearly("burenruzie", "NL00", {year: 70_000 for year in counts}, MANY)
    return partial(yearly_charts.draw, lines_of(provisional(ours, 2023, 2024), theirs))


def few():
    counts = {year: 1 + 5 * year % 13 for year in range(2012, 2025)}
    expected = yearly_charts.OrdinaryRange(2022, 2.0, 14.0, 0)
    series = provisional(yearly("burenruzie", "GM1969", counts, PEOPLE), 2024)
    return partial(yearly_charts.draw, lines_of(series, None), expected=expected)


def multiples():
    def kind(label, factor, region="GM1969", people=PEOPLE):
        counts = {year: factor * (24 + 5 * year % 13) for year in range(2017, 2025)}
        series = provisional(yearly(label, region, counts, people), 2024)
        return replace(series, indicator=indicator(label, label=label))

    labels = ["diefstallen van fietsen, brommers en scooters", "burenruzie", "vernielingen", "branden", "inbraken"]
    panels = []
    for number, label in enumerate(labels):
        series = kind(label, 1 + 9 * (number % 2))
        lines = lines_of(series, kind(label, 4000, "NL00", MANY))
        expected = yearly_charts.OrdinaryRange(
            2022, lines[0].points[2022] / 2, lines[0].points[2022] * 1.2, lines[0].decimals
        )
        panels.append(small_multiples.KindPanel(change(series, 2017, 2022), tuple(lines), expected))
    return partial(small_multiples.draw, panels)


def control():
    months = [18 + (month * 7) % 5 for month in range(96)]
    months[50] = months[51] = months[77] = 60
    return partial(control_charts.draw, control_chart(provisional(monthly("burenruzie", "GM1969", 2016, months), 2023)))


def survey():
    def series_of(region, start):
        series = yearly("nvi_overlast", region, {year: start + year % 3 for year in range(2012, 2023)})
        data = series.data.assign(lower=series.data["value"] - 4, upper=series.data["value"] + 4)
        return replace(series, indicator=indicator("nvi_overlast", unit="index"), data=data)

    return partial(survey_charts.draw, [series_of("GM1969", 90), series_of("NL00", 91)], list(range(2012, 2023)))


def funnel():
    people = np.geomspace(1_000, 900_000, 300)
    rates = np.random.default_rng(1).gamma(8, 1 / 8, 300)
    points = pd.DataFrame({"inhabitants": people, "rate": rates})
    ours = yearly("proef", "GM1969", {2022: 65}, PEOPLE)
    return partial(funnel_charts.draw, Funnel(ours, 2022, 65, 64_000, 1.02, 1.0, 1.0, 1.5, 0.02, points, ()))


def vote():
    themes = ["verkeersveiligheid", "ondermijnende criminaliteit", "sociale wijkproblematiek", "brand"]
    cast = [themes[:2]] * 60 + [themes[1:3]] * 20 + [["brand"]] * 2
    return partial(vote_results.draw, tally(voting(ballots({"Leek": cast}), themes)))


def panels():
    rows = [Interval(name, 40, 30, 52) for name in ("Grijpskerk", "Leek", "Noordhorn", "Zuidhorn")]
    names = ["Inbraken", "Ondermijnende criminaliteit", "Brandveiligheid", "Handel in drugs"]
    shown = [
        interval_charts.IntervalPanel(name, "dorpen verschillen" * (name == names[0]), tuple(rows), 41)
        for name in names
    ]
    scale = Scale(100, {0: "0 %", 50: "50 %", 100: "100 %"})
    return partial(interval_charts.draw_panels, shown, scale)


def wijken():
    rows = [Interval(f"Wijk {number:02} Leek", 2 - number / 9, 1.2, 2.3, "1,55 ▲") for number in range(14)]
    scale = Scale(2.3, {0: "0", 1: "1", 2: "2"})
    return lambda size: interval_charts.draw_rows(rows, scale, size, (1.0, "alle wijken samen"))


def area():
    verdicts = [Verdict.CONFIRMED, Verdict.CONFIRMED, Verdict.CHANCE, Verdict.NOT_TESTABLE]
    shapes = {}
    for number in range(12):
        east, north = 6 + number % 4 / 10, 53 + number // 4 / 20
        ring = [[east, north], [east + 0.1, north], [east + 0.1, north + 0.05], [east, north + 0.05], [east, north]]
        ratio = 2.0 if number % 4 else 0.5
        wijk = Area(f"WK1969{number:02}", "Wijk", 4000, 30, 20, ratio, 1, 3, verdicts[number % 4])
        shapes[wijk] = {"type": "Polygon", "coordinates": [ring]}
    return partial(maps.draw, shapes)


def themes():
    """The themes and lists of the samples; what is drawn of them besides is made up."""
    document = catalogue.read_yaml(paths.PROJECT / "samples" / "beleid" / "priorities.yml", Priorities)
    directions, amounts = cycle(["up", "mixed", "equal", None, "down"]), cycle([15_000, 0, None, 7500])
    rows = [
        SimpleNamespace(
            theme=document.themes[id], standing=document.standing(id), best=number or None,
            listed={name: document.entries(name, id) for name in document.lists},
            direction=next(directions), other_direction="up",
            means=SimpleNamespace(amount=next(amounts), hours=number / 4),
        )
        for number, id in enumerate(document.ordered)
    ]  # fmt: skip
    return partial(priority_tables.draw, SimpleNamespace(rows=rows, document=document, places=None, plan=None))


KINDS = {
    "thema's": themes,
    "lijn": line,
    "kleine veelvouden": multiples,
    "kleine aantallen": few,
    "regelkaart": control,
    "enquete": survey,
    "trechter": funnel,
    "stemmen": vote,
    "kaart": area,
    "dorpen": panels,
    "wijken": wijken,
}


@pytest.fixture(scope="module", params=KINDS)
def draw(request):
    return KINDS[request.param]()


@pytest.fixture(scope="module")
def image(draw):
    return svg.inline_svg(draw, "proef")


def drawings(image):
    return ET.fromstring(f"<p>{image}</p>").findall("div")


def units(element):
    """The sizes of letters in a drawing, in its own units."""
    return [float(size) for size in re.findall(r"font-size:([\d.]+)px", ET.tostring(element, encoding="unicode"))]


def laid_out(draw, size):
    drawing = svg.draw_at_size(draw, size)
    drawing.draw_without_rendering()
    return drawing


def numbers(drawing):
    """What is drawn, without where on the paper."""
    axes = drawing.axes[0]
    artists = [
        artist for artist in (*axes.lines, *axes.collections)
        if artist.get_transform().contains_branch_separately(axes.transData)[1] or isinstance(artist, PathCollection)
    ]  # fmt: skip
    lines = [np.asarray(line.get_ydata(), dtype=float).round(9) for line in artists if isinstance(line, Line2D)]
    dots = [collection.get_offsets().tolist() for collection in artists if isinstance(collection, PathCollection)]
    bars = [
        path.vertices[:, 1].tolist()
        for collection in artists
        if isinstance(collection, Collection)
        for path in collection.get_paths()[:50]
    ]
    return [np.nan_to_num(heights, nan=-1).tolist() for heights in lines], dots, len(bars), len(axes.patches)


def test_no_text_is_smaller_than_twelve_pixels_on_the_narrowest_screen_that_shows_it(image):
    for size, element in zip(SIZES, drawings(image), strict=True):
        width = float(element.find("svg").get("viewBox").split()[2])
        assert min(units(element)) * NARROWEST[size.name] / width >= 12, size.name


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"regelkaart", "kleine veelvouden", "dorpen"}))
def test_both_sizes_carry_the_same_data(kind):
    draw = KINDS[kind]()
    assert numbers(svg.draw_at_size(draw, WIDE)) == numbers(svg.draw_at_size(draw, NARROW))


def test_a_phone_gets_the_last_months_of_a_control_chart():
    wide, narrow = (svg.draw_at_size(control(), size).axes[0].lines for size in SIZES)
    (counts, shown), (upper, limit), *_ = [(a.get_ydata(), b.get_ydata()) for a, b in zip(wide, narrow, strict=False)]
    assert len(counts) == 96 and len(shown) == control_charts.NARROW_MONTHS
    assert list(shown) == list(counts[-36:]) and list(limit) == list(upper[-36:])
    assert sum(line.get_marker() == "^" for line in narrow) == 1
    begun = [line.get_xdata()[0] for line in narrow if line.get_linestyle() == ":"]
    assert min(begun) > narrow[0].get_xdata()[0], "corona had begun before the first of these months"


def test_no_line_runs_through_the_name_of_the_municipality_in_a_funnel():
    for rate in np.linspace(0.05, 2.5, 12):
        with_rate = replace(funnel().args[0], rate=rate)
        for size in SIZES:
            drawing = laid_out(partial(funnel_charts.draw, with_rate), size)
            axes = drawing.axes[0]
            (name,) = [text for text in axes.texts if text.get_text() == "Westerkwartier"]
            box, people = name.get_window_extent(), np.array([with_rate.inhabitants])
            lines = [
                with_rate.average,
                *(float(limit[0]) for level in LIMITS for limit in with_rate.limits(people, level)),
            ]
            heights = [axes.transData.transform((1, line))[1] for line in lines]
            assert not [height for height in heights if box.y0 < height < box.y1], (size.name, rate)


def test_two_drawings_have_the_same_bytes(draw, image):
    assert svg.inline_svg(draw, "proef") == image


def test_each_size_has_its_name_and_only_one_is_shown(image):
    wide, narrow = drawings(image)
    assert [wide.get("class"), narrow.get("class")] == ["wide", "narrow"]
    assert wide.get("hidden") is None and narrow.get("hidden") == ""
    caption = ET.fromstring(svg.figure_element("proef", "Grafiek", "Meer <proef>", image)).find("figcaption")
    assert (caption.text, caption.get("aria-hidden")) == ("Meer <proef>", "true")
    for drawing in (wide, narrow):
        assert drawing.find("svg").get("aria-labelledby") == caption.get("id")
        assert drawing.find("svg/title") is None  # what the caption says is not said twice
        assert drawing.find("svg").get("aria-describedby") is None


def test_ids_are_unique_and_every_reference_resolves(image):
    ids = re.findall(r'\bid="([^"]+)"', image)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)', image)) <= set(ids)
    assert "url(" not in image


def test_texts_do_not_lie_over_each_other_nor_beside_the_drawing(draw):
    for size in SIZES:
        drawing = laid_out(draw, size)
        texts = [text for text in drawing.findobj(Text) if text.get_visible() and text.get_text().strip()]
        boxes = {text: text.get_window_extent() for text in texts}
        width, height = drawing.get_size_inches() * 72
        for text, box in boxes.items():
            inside = box.x0 > -2 and box.y0 > -2 and box.x1 < width + 2 and box.y1 < height + 2
            assert inside or not text.axes, f"{size.name}: {text.get_text()} {box}"
        for (text, box), (second, second_box) in combinations(boxes.items(), 2):
            over = box.padded(-1).overlaps(second_box.padded(-1))
            assert not over, f"{size.name}: {text.get_text()} / {second.get_text()}"


def test_words_and_legend_take_the_whole_paper(draw):
    for size in SIZES:
        drawing = laid_out(draw, size)
        shown = [*drawing.axes, *drawing.axes[0].texts, *drawing.legends]
        taken = Bbox.union([artist.get_window_extent(svg.RULER) for artist in shown])
        assert drawing.bbox.padded(-5).count_contains(taken.corners()) == 0, f"{size.name}: room is left"
        assert drawing.bbox.padded(1).count_contains(taken.corners()) == 4, f"{size.name}: something is cut off"


def test_a_legend_and_what_stands_above_the_axes_do_not_meet():
    drawing = laid_out(line(), NARROW)
    (legend,) = drawing.legends
    highest = max(text.get_window_extent(svg.RULER).y1 for text in drawing.axes[0].texts)
    assert 0 < legend.get_window_extent(svg.RULER).y0 - highest < 10


def test_a_figure_is_drawn_only_once(draw, monkeypatch):
    drawn, original = [], Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda figure, renderer: drawn.append(figure) or original(figure, renderer))
    svg.inline_svg(draw, "proef")
    assert len(drawn) == len(SIZES)


def test_every_colour_is_one_of_the_page(image):
    bare = re.sub(r"var\(--[a-z-]+,#[0-9a-f]{6}\)", "", image)
    assert not re.findall(r"#[0-9a-f]{6}\b|(?:fill|stroke):(?:black|white)", bare)


def test_every_colour_of_a_chart_is_in_the_style_sheet_in_both_schemes():
    for scheme, colours in palette.colours(CSS).items():
        assert set(svg.PALETTE.values()) <= set(colours), scheme
    light, dark = palette.colours(CSS).values()
    assert not [name for name in svg.PALETTE.values() if light[name] == dark[name]], "the dark scheme has its own"


MARKS = [(svg.INK, svg.PAPER), (svg.SOFT, svg.PAPER), (svg.OURS, svg.PAPER), (svg.THEIRS, svg.PAPER),
         (svg.THEIRS_TEXT, svg.PAPER), (svg.OURS, svg.BAND), (svg.THEIRS, svg.BAND), (svg.SOFT, svg.BAND),
         (svg.THEIRS_TEXT, svg.BAND), (svg.OURS, svg.LESS), (svg.THEIRS_TEXT, svg.LESS), (svg.INK, svg.LESS),
         (svg.INK, svg.MORE), (svg.INK, svg.UNSURE), (svg.OURS, svg.ORDINARY), (svg.THEIRS, svg.ORDINARY),
         (svg.THEIRS_TEXT, svg.ORDINARY)]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_lines_and_marks_differ_enough_from_what_they_stand_on(scheme, mark, ground):
    colours = palette.colours(CSS)[scheme]
    assert palette.contrast(colours[svg.PALETTE[mark]], colours[svg.PALETTE[ground]]) >= 3


def test_the_style_sheet_shows_one_size_at_a_time_and_prints_the_wide_one():
    rule = re.search(r"@media screen and \(max-width:40rem\)\{(.*?\})\}", CSS)[1]
    assert ".wide{display:none}" in rule and ".narrow{display:block" in rule


def test_a_pair_of_drawings_is_small(image):
    assert len(image.encode()) < 45_000


@pytest.mark.parametrize("kind", ["lijn", "regelkaart"])
def test_breaks_and_provisional_years_are_told_in_words_at_both_sizes(kind):
    for element in drawings(svg.inline_svg(KINDS[kind](), "proef")):
        words = [text.text for text in element.iter("text")]
        assert "voorlopig" in words
        before = kind == "regelkaart" and element.get("class") == "narrow"  # the months on a phone begin later
        assert ("ruimere registratie (mogelijk)" in words) != before
        assert "deel" in words or kind == "regelkaart"


def test_open_points_stand_at_the_provisional_years_and_those_in_part():
    drawing = svg.draw_at_size(line(), WIDE)
    hollow = [line for line in drawing.axes[0].lines if line.get_markerfacecolor() == svg.PAPER]
    assert [list(line.get_xdata()) for line in hollow] == [[2012, 2013, 2023, 2024], []]


def test_a_survey_is_not_joined_across_a_redesign():
    ours = svg.draw_at_size(survey(), WIDE).axes[0].lines[0].get_ydata()
    assert np.isnan(ours).sum() == 1


def test_kinds_of_wijken_differ_in_arrow():
    drawing = svg.draw_at_size(area(), NARROW)
    words = [text.get_text() for text in drawing.findobj(Text)]
    assert "Wijk▼" in words and "Wijk▲" in words and "minder dan verwacht ▼" in words


WIJK = Area("WK196901", "Wijk 01", 100.0, 50, 50.0, 1.0, 0.9, 1.1, Verdict.CHANCE)  # without hatching
SQUARE = [[6.0, 53.0], [6.9, 53.0], [6.9, 53.9], [6.0, 53.9], [6.0, 53.0]]
BAY = [
    [6.0, 53.0],
    [6.9, 53.0],
    [6.9, 53.9],
    [6.0, 53.9],
    [6.0, 53.7],
    [6.7, 53.7],
    [6.7, 53.2],
    [6.0, 53.2],
    [6.0, 53.0],
]
POND = [[6.2, 53.2], [6.2, 53.7], [6.7, 53.7], [6.7, 53.2], [6.2, 53.2]]


@pytest.mark.parametrize(
    ("rings", "degrees"), [([BAY], 0.46), ([SQUARE, POND], 0.56), ([SQUARE[::-1], POND[::-1]], 0.56)]
)
def test_a_wijk_with_a_bay_or_a_pond_is_drawn_and_numbered_around_it(rings, degrees):
    axes = maps.draw({WIJK: {"type": "Polygon", "coordinates": rings}}, WIDE).axes[0]
    (border,), (number,) = axes.patches, axes.texts
    borders = border.get_path().to_polygons()
    # What runs the other way round is left out when it is filled.
    filled = sum((ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1]).sum() / 2 for ring in borders)
    assert filled == pytest.approx(degrees * np.cos(np.radians(52.2)))
    assert [MatplotlibPath(ring).contains_points([number.get_position()])[0] for ring in borders] == [
        True,
        *[False] * (len(rings) - 1),
    ]


def test_text_from_outside_stays_text():
    drawn = '<svg viewBox="0 0 1 1"><text style="fill: #1b1f24">&lt;script&gt; /&gt; #0072b2</text></svg>'
    shown = svg.shorten(drawn, "proef", {"#0072b2": "accent"}, 11, "#1b1f24", "#ffffff")
    assert "<script" not in shown
    assert ET.fromstring(shown).find("text").text == "<script> /> #0072b2"


def test_a_border_of_as_many_corners_as_are_read_takes_little_memory_and_no_deep_stack():
    turns = np.linspace(0, 2 * np.pi * 100, geography.MOST_POINTS // 2)
    out = np.column_stack([np.cos(turns), np.sin(turns)]) * turns[:, None] / 1e4
    spiral = np.vstack([out, out[::-1] * 1.0003]) + np.array([6.3, 53.2])
    tracemalloc.start()
    maps.draw({WIJK: {"type": "Polygon", "coordinates": [spiral.tolist()]}}, WIDE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300 * 1024**2
