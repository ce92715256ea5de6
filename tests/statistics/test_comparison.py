"""Changes and trends of a municipality beside those in the rest of the country. All figures are made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.comparison import compare_change, compare_trend
from analysis.statistics.verdicts import Verdict
from analysis.store.results import Missing
from analysis.store.series import SUMMED_IN_PART
from made_up_series import monthly, yearly

YEARS = (2019, 2022)


def side_by_side(local, national, **fields):
    years = (dict(zip(YEARS, pair, strict=True)) for pair in (local, national))
    municipality, country = yearly("proef", "GM1969", next(years), **fields), yearly("proef", "NL00", next(years))
    return compare_change(municipality, country, *YEARS)


@settings(max_examples=50)
@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 5000), st.integers(1, 5000))
def test_the_municipality_is_compared_with_the_country_without_it(before, after, rest_before, rest_after):
    result = side_by_side((before, after), (before + rest_before, after + rest_after))
    assert result.national_ratio == pytest.approx(rest_after / rest_before)
    assert result.ratio == pytest.approx(result.local_ratio / result.national_ratio)
    assert result.lower < result.ratio < result.upper
    swapped = side_by_side((after, before), (after + rest_after, before + rest_before))
    assert swapped.ratio == pytest.approx(1 / result.ratio)
    assert swapped.p_value == pytest.approx(result.p_value)


def test_each_side_brings_the_dispersion_of_its_own_months():
    municipality, country = (
        yearly("proef", "GM1969", {2019: 100, 2022: 150}),
        yearly("proef", "NL00", {2019: 900, 2022: 950}),
    )
    calm = compare_change(municipality, country, *YEARS)
    waves = monthly("proef", "GM1969", 2019, [1, 19] * 12 + [19, 1] * 12)
    rest = monthly("proef", "NL00", 2019, [81, 99] * 24)
    local = replace(municipality, find_months=lambda: waves)
    wild = compare_change(local, replace(country, find_months=lambda: rest), *YEARS)
    assert (calm.dispersion, wild.dispersion) == (1, pytest.approx(8.1 * 48 / 33))
    assert np.log(wild.upper / wild.ratio) > 3 * np.log(calm.upper / calm.ratio)
    assert (calm.measured, calm.verdict) == (False, Verdict.CONFIRMED_WITH_CAVEAT)
    assert (wild.measured, wild.verdict) == (True, Verdict.CHANCE)
    half = compare_change(local, country, *YEARS)
    assert (half.dispersion, half.measured) == (wild.dispersion, False)


def test_no_comparison_when_the_figures_do_not_fit_or_are_zero():
    assert "kleiner dan die van de gemeente" in side_by_side((50, 60), (40, 70)).reason
    assert "is 0" in side_by_side((0, 60), (400, 700)).reason
    assert "2022" in side_by_side((10, None), (400, 700)).reason
    absent = Missing("proefmeldingen", "weg")
    municipality = yearly("proef", "GM1969", {2019: 100, 2022: 150})
    assert compare_change(absent, municipality, *YEARS) is compare_change(municipality, absent, *YEARS) is absent
    assert compare_trend(absent, municipality, *YEARS) is compare_trend(municipality, absent, *YEARS) is absent
    with pytest.raises(ValueError, match="anders"):
        compare_change(municipality, yearly("anders", "NL00", {2019: 1000, 2022: 1500}), *YEARS)


@pytest.mark.parametrize("region", ["PV20", "GM0014", "RE01"])
@pytest.mark.parametrize(("compare", "make"), [(compare_change, yearly), (compare_trend, monthly)])
def test_only_the_whole_country_is_compared_with(compare, make, region):
    """The municipality is subtracted from it, and the sentence says "in de rest van Nederland"."""
    of = (2019, [10] * 48) if make is monthly else ({2019: 100, 2022: 150},)
    with pytest.raises(ValueError, match=f"{region}.*NL00"):
        compare(make("proef", "GM1969", *of), make("proef", region, *of), *YEARS)


def test_rates_are_of_the_whole_country_in_the_last_year():
    municipality = yearly("proef", "GM1969", {2019: 100, 2022: 150}, {2019: 9_000, 2022: 10_000})
    country = yearly("proef", "NL00", {2019: 900, 2022: 950}, {2019: 90_000, 2022: 95_000})
    result = compare_change(municipality, country, *YEARS)
    record, *_ = result.records()
    assert (record.id, record.value, record.unit) == ("proef.vs_national", result.ratio, "ratio")


def test_other_territory_is_a_caveat():
    result = side_by_side((100, 300), (10_000, 10_000), origins={2019: SUMMED_IN_PART})
    assert result.verdict is Verdict.CONFIRMED_WITH_CAVEAT


def test_slopes_are_compared_per_inhabitant_on_both_sides_or_on_neither():
    people = {year: 1000 * 2.0 ** (year - 2019) for year in range(2019, 2023)}
    twice = 40 * 2.0 ** (np.arange(48) // 12)
    municipality, country = monthly("proef", "GM1969", 2019, twice, people), monthly("proef", "NL00", 2019, 100 * twice)
    result = compare_trend(municipality, country, 2019, 2022)
    assert result.ratio == pytest.approx(1, abs=1e-6)
    assert result.local_ratio > 1.9
    assert result.series is municipality
    assert [record.id for record in result.records()] == [
        "proef.trend_vs_national",
        "proef.trend_vs_national.here_pct",
        "proef.trend_vs_national.elsewhere_pct",
    ]


def test_a_faster_slope_is_seen():
    months, random = np.arange(48) / 12, np.random.default_rng(3)
    municipality = monthly("proef", "GM1969", 2019, random.poisson(40 * 1.3**months))
    country = monthly("proef", "NL00", 2019, random.poisson(4000 * 1.1**months))
    result = compare_trend(municipality, country, 2019, 2022)
    assert result.lower < 1.3 / 1.1 < result.upper
    assert result.verdict is Verdict.CONFIRMED


def test_separate_slopes_give_about_five_percent_false_alarms():
    random, months = np.random.default_rng(5), 1.05 ** (np.arange(48) / 12)

    def alarm() -> bool:
        local = random.negative_binomial(20, 20 / (20 + 20 * months))  # more dispersed than the country
        national = local + random.negative_binomial(400, 400 / (400 + 8000 * months))
        municipality, country = monthly("proef", "GM1969", 2019, local), monthly("proef", "NL00", 2019, national)
        return compare_trend(municipality, country, 2019, 2022).p_value < 0.05

    assert 0.01 < np.mean([alarm() for _ in range(150)]) < 0.09
