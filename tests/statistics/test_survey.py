"""Changes in percentages, grades and indices. All figures are made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis.statistics.survey import compare_survey, survey_change
from analysis.statistics.verdicts import Verdict
from analysis.store.results import Missing, html
from made_up_series import indicator, yearly


def survey(figures, margins=None, region="GM1969", unit="percent"):
    series = replace(yearly("gevoel", region, figures), indicator=indicator("gevoel", label="onveilig", unit=unit))
    half = np.array(list((margins or dict.fromkeys(figures, np.nan)).values()), dtype=float)
    values = series.data["value"]
    return replace(series, data=series.data.assign(lower=values - half, upper=values + half))


def test_the_interval_comes_from_the_published_margins():
    result = survey_change(survey({2019: 33.0, 2021: 40.0}, {2019: 3.0, 2021: 4.0}), 2019, 2021)
    assert result.difference == pytest.approx(7)
    assert (result.lower, result.upper) == (pytest.approx(2), pytest.approx(12))  # half of it is 5: from 3 and 4
    assert result.verdict is Verdict.CONFIRMED
    assert (result.verdict_on("up"), result.verdict_on("down")) == (Verdict.CONFIRMED, Verdict.CONTRADICTED)
    assert result.p_value == pytest.approx(0.0061, abs=1e-4)


def test_within_the_margins_is_chance():
    result = survey_change(survey({2019: 33.0, 2021: 37.0}, {2019: 3.0, 2021: 4.0}), 2019, 2021)
    assert result.lower < 0 < result.upper
    assert result.verdict is Verdict.CHANCE


def test_without_margins_there_are_figures_and_no_test():
    result = survey_change(survey({2019: 33.0, 2021: 60.0}), 2019, 2021)
    assert (result.before, result.after, result.difference) == (33, 60, 27)
    assert (result.lower, result.p_value, result.verdict) == (None, None, Verdict.NOT_TESTABLE)
    page = html(result)
    assert "27,0 procentpunt hoger" in page
    assert "geeft geen marges" in page
    half = survey_change(survey({2019: 33.0, 2021: 60.0}, {2019: 3.0, 2021: np.nan}), 2019, 2021)
    assert half.verdict is Verdict.NOT_TESTABLE


def test_a_change_beside_that_of_another_region():
    margins = {2019: 1.0, 2021: 1.0}
    municipality = survey({2019: 30.0, 2021: 20.0}, margins)
    country = survey({2019: 30.0, 2021: 29.0}, margins, "NL00")
    result = compare_survey(municipality, country, 2019, 2021)
    assert result.difference == pytest.approx(-9)
    assert result.upper - result.lower == pytest.approx(2 * 2)  # four margins of 1
    assert (result.verdict, result.verdict_on("up")) == (Verdict.CONFIRMED, Verdict.CONTRADICTED)
    assert compare_survey(municipality, survey({2019: 30.0, 2021: 29.0}, None, "NL00"), 2019, 2021).p_value is None
    assert "10,0 procentpunt lager" in html(result)
    ids = [record.id for record in result.records()]
    assert ids[-1] == "gevoel.vs_NL00_points"
    assert "gevoel.NL00.change_points" in ids


def test_gaps_and_counts_are_told_apart():
    gap = survey_change(survey({2019: 33.0, 2021: None}), 2019, 2021)
    assert isinstance(gap, Missing)
    assert "2021" in gap.reason
    assert survey_change(gap, 2019, 2021) is gap
    assert compare_survey(survey({2019: 3.0, 2021: 4.0}), gap, 2019, 2021) is gap
    with pytest.raises(ValueError, match="is a count"):
        survey_change(yearly("proef", "GM1969", {2019: 1, 2021: 2}), 2019, 2021)
