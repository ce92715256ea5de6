"""Wijken beside what their inhabitants lead to expect. All figures, places and borders are made up."""

import re
from html import unescape

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom

from analysis import paths
from analysis.display.area_charts import LESS, MORE, UNKNOWN, area_chart, heading, kind
from analysis.display.maps import area_map
from analysis.display.tables import DataTable
from analysis.display.yearly_charts import Chart
from analysis.statistics.dispersion import table_dispersion
from analysis.statistics.small_areas import Area, areas, relative_rates, spreads
from analysis.statistics.verdicts import Verdict
from analysis.store import observations
from analysis.store.loading import load_wijken
from analysis.store.raw_sources import Source
from analysis.store.results import Missing, html

WIJKEN = [f"WK19690{number}" for number in range(5)]
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


@pytest.fixture
def held(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.PROCESSED_VARIABLE, str(tmp_path))

    def build(counts, people, borders=WIJKEN, indicator="woninginbraak", lived=2022):
        rows = [
            (indicator, code, pd.Timestamp(f"{year}-01-01"), "Y", value, "registrations",
             "final" if value is not None else "missing", None, None, "politie", None)
            for code, values in counts.items()
            for year, value in zip(range(2020, 2023), values, strict=True)
        ]  # fmt: skip
        rows += [
            (
                "bevolking_1_januari",
                code,
                pd.Timestamp(f"{lived if isinstance(lived, int) else lived[code]}-01-01"),
                "Y",
                n,
                "persons",
                "final",
                None,
                None,
                "cbs",
                None,
            )
            for code, n in people.items()
        ]
        frame = pd.DataFrame(rows, columns=observations.COLUMNS)
        types = {name: str(column.dtype) for name, column in observations.SCHEMA.columns.items()}
        sources = [
            Source("politie", "p.csv", "47018NED", "Politie", "0" * 64, 1, synthetic=True),
            Source("cbs", "c.csv", "03759ned", "CBS", "0" * 64, 1, synthetic=True),
            Source("grenzen", "g.geojson", "grenzen", "CBS", "0" * 64, 1, synthetic=True),
        ]
        shapes = {
            code: {
                "name": f"Wijk <{position}>",
                "source": "grenzen",
                "geometry": {"type": "Polygon", "coordinates": [[[6 + position + x, 53 + y] for x, y in SQUARE]]},
            }
            for position, code in enumerate(borders)
        }
        empty = pd.DataFrame({"village": []})
        observations.write(tmp_path, frame.astype(types), sources, empty, {observations.BORDERS: shapes})
        return areas(load_wijken(indicator, "GM1969"), 2020, 2022)

    return build


def test_a_wijk_far_above_the_others_stands_out(held):
    counts = {code: [10, 11, 9] for code in WIJKEN} | {WIJKEN[0]: [24, 25, 26]}
    result = held(counts, dict.fromkeys(WIJKEN, 4000))
    assert [area.code for area in result.apart] == [WIJKEN[0]]
    assert result.areas[0].count == 75
    assert result.areas[0].expected == pytest.approx((75 + 4 * 30) / 5)
    assert {(record.period, record.baseline) for record in result.records()} == {("2020-2022", None)}
    assert kind(result.areas[0]) == MORE


def test_a_wijk_whose_own_years_jump_does_not_stand_out_at_once(held):
    counts = {code: [10, 11, 9] for code in WIJKEN} | {WIJKEN[0]: [2, 3, 65]}
    result = held(counts, dict.fromkeys(WIJKEN, 4000))
    assert result.dispersion > 4
    assert result.areas[0].verdict == Verdict.CHANCE


def test_too_few_registrations_get_no_ratio(held):
    result = held({code: [1, 2, 1] for code in WIJKEN}, dict.fromkeys(WIJKEN, 4000))
    assert all(area.ratio is None and kind(area) == UNKNOWN for area in result.areas)


def test_a_small_wijk_is_not_judged_by_the_years_when_it_had_many(held):
    """Thirteen where four are expected: one of many small wijken often has that, and would stand out by its count."""
    people = {WIJKEN[0]: 20_000} | dict.fromkeys(WIJKEN[1:], 500)
    result = held({WIJKEN[0]: [45, 50, 52], WIJKEN[1]: [4, 5, 4]} | {code: [1, 1, 2] for code in WIJKEN[2:]}, people)
    assert result.areas[1].count == 13 and result.areas[1].expected < 10
    assert result.areas[1].ratio is None and result.apart == []


def test_a_wijk_with_hardly_any_stands_out_where_many_are_expected(held):
    result = held({code: [20, 21, 19] for code in WIJKEN} | {WIJKEN[0]: [1, 0, 1]}, dict.fromkeys(WIJKEN, 4000))
    assert [area.code for area in result.apart] == [WIJKEN[0]] and kind(result.areas[0]) == LESS


def test_a_ratio_is_drawn_to_the_municipality_and_a_small_wijk_more(held):
    """Both have half as many again as expected; the smaller one rests on fewer, so more of it may be chance."""
    people = {WIJKEN[0]: 20_000, WIJKEN[1]: 2_000} | dict.fromkeys(WIJKEN[2:], 10_000)
    counts = {WIJKEN[0]: [140, 142, 141], WIJKEN[1]: [14, 14, 14]} | {code: [45, 44, 46] for code in WIJKEN[2:]}
    large, small, *_ = held(counts, people).areas
    for area in (large, small):
        assert 1 < area.ratio < area.count / area.expected
        assert area.lower < area.ratio < area.upper
    assert small.ratio < large.ratio - 0.05
    assert small.upper / small.lower > large.upper / large.lower
    assert (large.verdict, small.verdict) == (Verdict.CONFIRMED, Verdict.CHANCE)


def test_where_wijken_are_alike_their_ratios_are_near_1(held):
    for area in held({code: [20, 20, 20] for code in WIJKEN}, dict.fromkeys(WIJKEN, 4000)).areas:
        assert area.ratio == pytest.approx(1, abs=0.01)
        assert 0.7 < area.lower < 1 < area.upper < 1.4


def test_the_limits_are_quantiles_of_the_mixture_of_gamma_distributions():
    """Against draws: a spread from its posterior, then a ratio from the gamma distribution that belongs to it."""
    counts, expected = np.array([30.0, 12.0, 55.0, 8.0]), np.array([20.0, 20.0, 40.0, 25.0])
    shapes, weights = spreads(counts, expected)
    assert weights.sum() == pytest.approx(1)
    random = np.random.default_rng(5)
    drawn = shapes[random.choice(len(shapes), 200_000, p=weights)][:, None]
    ratios = random.gamma(drawn + counts, 1 / (drawn + expected))
    means, lower, upper = relative_rates(counts, expected)
    assert means == pytest.approx(ratios.mean(axis=0), rel=0.01)
    assert lower == pytest.approx(np.quantile(ratios, 0.025, axis=0), rel=0.02)
    assert upper == pytest.approx(np.quantile(ratios, 0.975, axis=0), rel=0.02)


def test_a_spread_weighs_as_negative_binomial_counts_are_likely():
    counts, expected = np.array([30.0, 12.0, 55.0, 8.0]), np.array([20.0, 20.0, 40.0, 25.0])
    shapes, weights = spreads(counts, expected)
    likely = nbinom.pmf(counts, shapes[:, None], shapes[:, None] / (shapes[:, None] + expected)).prod(axis=1)
    assert weights == pytest.approx(likely / likely.sum(), rel=1e-6)


@pytest.mark.parametrize(("spread", "covers"), [(0.0, (0.97, 1.0)), (0.2, (0.89, 0.98)), (0.5, (0.90, 0.98))])
def test_the_margin_covers_the_rate_of_a_wijk(spread, covers):
    """Nine wijken, three years, dispersion 3. The benchmark has more sizes: benchmarks/small_areas.py."""
    random, covered, false = np.random.default_rng(20260105), [], []
    for _ in range(150):
        size = np.exp(random.uniform(np.log(10), np.log(200), 9))
        true = np.exp(random.normal(0, spread, 9))
        mean = np.outer(size * true / 3, np.ones(3))
        table = random.negative_binomial(mean / 2, 1 / 3).astype(float)
        expected = size * table.sum() / size.sum()
        dispersion, _ = table_dispersion(table)
        _, lower, upper = relative_rates(table.sum(axis=1) / dispersion, expected / dispersion)
        relative = true * size.sum() / (size * true).sum()
        covered.append((lower <= relative) & (relative <= upper))
        false.append(((lower > 1) | (upper < 1)).any())
    assert covers[0] <= np.mean(covered) <= covers[1]
    if not spread:
        assert np.mean(false) < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 150)  # any of the nine, though each is judged alone


def test_the_inhabitants_of_wijken_are_of_one_year_and_the_page_says_which(held):
    """A wijk that was divided in 2021 has only older inhabitants, which are no share of the inhabitants of 2024."""
    counts, people = {code: [20, 20, 20] for code in WIJKEN}, dict.fromkeys(WIJKEN, 4000)
    result = held(counts, people, lived=dict.fromkeys(WIJKEN, 2024) | {WIJKEN[4]: 2019})
    assert result.lived == 2024 and result.areas[4].expected is None and result.areas[0].expected == 60
    assert "Inwoners op 1 januari 2024" in html(area_chart(result)) and "met de inwoners van 2024" in html(result)


def test_a_year_without_a_figure_is_no_zero(held):
    counts = {code: [20, 20, 20] for code in WIJKEN} | {WIJKEN[1]: [20, None, 20]}
    result = held(counts, dict.fromkeys(WIJKEN, 4000))
    assert result.areas[1].count is None
    assert result.areas[0].expected == 60, "the others are compared among themselves"


def test_the_map_and_the_tables_number_the_same_wijken_and_escape_names(held):
    result = held({code: [20, 20, 20] for code in WIJKEN}, dict.fromkeys(WIJKEN, 4000))
    for shown in (html(area_map(result)), html(area_chart(result))):
        assert "&lt;3&gt;" in shown
        assert "<3>" not in shown
        assert shown.count('<th scope="row">') == 5
        for number in range(5):
            assert f"{number} Wijk &lt;{number}&gt;</th>" in shown, "in the table"
            assert f"Wijk &lt;{number}&gt;</text>" in shown, "and in the drawing"


def test_wijken_are_ordered_by_their_ratio_with_all_of_them_together_as_a_line(held):
    counts = {code: [10, 11, 9] for code in WIJKEN} | {WIJKEN[0]: [24, 25, 26], WIJKEN[3]: [1, 1, 2]}
    result = held(counts, dict.fromkeys(WIJKEN, 4000) | {WIJKEN[3]: 300})
    shown = area_chart(result)
    words = re.findall(r">([^<>]+)</text>", shown.image.partition('<div class="narrow"')[0])
    names = [word for word in words if "Wijk" in word]
    ratios = {heading(area): area.ratio for area in result.areas if area.ratio is not None}
    assert [unescape(name) for name in names] == sorted(ratios, key=lambda name: -ratios[name])
    assert len(names) == 4 and "alle wijken samen" in words
    assert shown.title == "Woninginbraken per wijk, 2020–2022: meer dan verwacht in Wijk <0>"
    assert "Te weinig registraties om te vergelijken: Wijk <3>." in shown.source
    assert any(word.endswith("▲") for word in words)


def test_wijken_with_too_few_registrations_get_a_table_and_no_chart(held):
    few = held({code: [1, 2, 1] for code in WIJKEN}, dict.fromkeys(WIJKEN, 4000))
    assert isinstance(area_chart(few), DataTable)
    assert html(area_chart(few)).count("geen oordeel") == 5


def test_a_name_that_holds_the_number_is_not_numbered_twice():
    assert [heading(Area(code, name, None, None)) for code, name in (
        ("WK196904", "Wijk 04 Leek"), ("WK196900", "Wijk 00 Grootegast"), ("WK196914", "Leek"), ("WK0363AA", "Centrum"),
    )] == ["Wijk 04 Leek", "Wijk 00 Grootegast", "14 Leek", "AA Centrum"]  # fmt: skip


def test_a_map_tells_by_name_which_wijken_differ_and_only_the_classes_that_occur(held):
    counts = {code: [10, 11, 9] for code in WIJKEN} | {WIJKEN[0]: [24, 25, 26]}
    drawn = area_map(held(counts, dict.fromkeys(WIJKEN, 4000)))
    rest = "Wijk <1>, Wijk <2>, Wijk <3> en Wijk <4>"
    assert drawn.description == f"Meer dan verwacht: Wijk <0>. Geen duidelijk verschil: {rest}."
    assert UNKNOWN not in drawn.image
    assert drawn.title == "Woninginbraken per wijk, 2020–2022: meer dan verwacht in Wijk <0>"
    assert "klassen" not in drawn.alt


def test_how_many_wijken_can_be_compared_is_said_in_words(held):
    people = dict.fromkeys(WIJKEN, 4000)
    result = held({code: [20, 20, 20] for code in WIJKEN}, people)
    assert "zijn alle 5 wijken in Westerkwartier te vergelijken" in html(result)
    assert "Een uitschieter is voor een deel toeval" in html(result) and "Holm" not in html(result)
    assert "Geschatte verhouding (marge" in html(area_chart(result))
    assert area_map(result).description == "Geen duidelijk verschil: alle 5 wijken."
    few = {code: [1, 2, 1] for code in WIJKEN}
    large = held(few | {WIJKEN[0]: [20, 20, 20]}, people | {WIJKEN[0]: 40_000})
    assert "is 1 van de 5 wijken in Westerkwartier te vergelijken" in html(large)
    nothing = html(held(few, people))
    assert "is geen van de 5 wijken in Westerkwartier te vergelijken" in nothing
    assert "Geen van die wijken" not in nothing


def test_without_borders_there_is_a_table_elsewhere_but_no_map(held):
    result = held({code: [20, 20, 20] for code in WIJKEN}, dict.fromkeys(WIJKEN, 4000), borders=[])
    assert isinstance(area_map(result), Missing)
    assert isinstance(area_chart(result), Chart)


def test_no_figures_by_wijk(held):
    held({code: [20, 20, 20] for code in WIJKEN}, dict.fromkeys(WIJKEN, 4000))
    assert "per wijk" in areas(load_wijken("vernieling", "GM1969"), 2020, 2022).reason
