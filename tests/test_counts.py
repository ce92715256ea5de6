"""Two years of one series."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.rates import confint_poisson_2indep, etest_poisson_2indep

from analysis.series import SUMMED_IN_PART, Missing
from analysis.statistics import counts
from analysis.statistics.counts import change
from analysis.statistics.verdicts import Verdict
from builders import yearly


def two_years(before, after, **fields):
    return change(yearly("proef", "GM1969", {2019: before, 2022: after}, **fields), 2019, 2022)


@settings(max_examples=50)
@given(st.integers(1, 3000), st.integers(1, 3000), st.floats(0.1, 10))
def test_interval_is_the_score_interval_of_statsmodels(before, after, exposure):
    expected = confint_poisson_2indep(after, exposure, before, 1, method="score", compare="ratio")
    assert counts.ratio_interval(before, after, 1, exposure)[1:] == pytest.approx(expected, rel=1e-4)


@settings(max_examples=50)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_swapping_the_years_inverts_the_ratio(before, after):
    forth, back = two_years(before, after), two_years(after, before)
    assert forth.ratio == pytest.approx(1 / back.ratio)
    assert forth.lower == pytest.approx(1 / back.upper)
    assert forth.lower < forth.ratio < forth.upper
    assert forth.p_value == pytest.approx(back.p_value)


def test_p_value_of_large_counts_needs_no_grid_and_joins_the_exact_one():
    largest = counts.ETEST_UP_TO
    grid = etest_poisson_2indep(largest + 100, 1, largest, 1, method="score")[1]
    assert counts.p_value(largest, largest + 100) == pytest.approx(grid, abs=5e-4)
    assert counts.p_value(99662, 138807) == 0  # would take 150 GB by grid


@pytest.mark.parametrize(
    ("before", "after", "small"),
    [(9, 50, "counts_only"), (60, 9, "counts_only"), (10, 50, "with_interval"), (49, 80, "with_interval"),
     (50, 10, "full"), (242, 395, "full")],
)  # fmt: skip
def test_small_counts_say_less(before, after, small):
    result = two_years(before, after)
    assert result.small == small
    assert (result.percentage is None) == (small == "counts_only")


def test_zero_is_a_count_but_no_base_for_a_percentage():
    rise, fall, nothing = two_years(0, 12), two_years(12, 0), two_years(0, 0)
    assert (rise.ratio, rise.upper, rise.percentage) == (None, None, None)
    assert rise.lower > 1
    assert rise.verdict is Verdict.CONFIRMED
    assert (fall.ratio, fall.lower) == (0, 0)
    assert 0 < fall.upper < 1
    assert (nothing.p_value, nothing.lower, nothing.direction) == (None, None, "equal")
    assert nothing.verdict is Verdict.NOT_TESTABLE


def test_a_missing_year_is_named_and_not_zero():
    series = yearly("proef", "GM1969", {2019: 242, 2021: None, 2022: 395})
    for year in (2018, 2021):
        answer = change(series, year, 2022)
        assert isinstance(answer, Missing)
        assert answer.reason == f"Voor {year} is er geen cijfer over proefmeldingen in Westerkwartier."
    assert change(answer, 2019, 2022) is answer


def test_months_are_refused():
    series = yearly("proef", "GM1969", {2019: 242})
    with pytest.raises(ValueError, match="frequency='Y'"):
        change(type(series)(**{**vars(series), "frequency": "M"}), 2019, 2022)


def test_rate_follows_the_population():
    result = two_years(100, 200, population={2019: 50_000, 2022: 100_000})
    assert (result.ratio, result.rate_ratio) == (2, 1)
    assert result.rate_lower < 1 < result.rate_upper
    assert two_years(100, 200, population={2019: 50_000}).rate_ratio is None


def test_other_territory_is_a_caveat_even_when_no_break_is_declared():
    result = two_years(135, 395, origins={2019: SUMMED_IN_PART})
    assert result.breaks == ()
    assert result.verdict is Verdict.CONFIRMED_WITH_CAVEAT


def test_records_carry_unrounded_numbers_and_name_only_other_regions():
    population = {2019: 63_000, 2022: 64_000}
    records = {record.id: record for record in two_years(242, 395, population=population).records()}
    change_pct = records["proef.change_pct"]
    assert (records["proef.2019"].value, records["proef.2022"].value) == (242, 395)
    assert change_pct.value == pytest.approx(100 * (395 / 242 - 1), abs=1e-12)
    assert (change_pct.baseline, change_pct.period, change_pct.unit) == ("2019", "2022", "percent")
    assert change_pct.lower < change_pct.value < change_pct.upper
    assert change_pct.verdict == "bevestigd"
    assert change_pct.source == ("proefbestand",)
    assert records["proef.rate_change_pct"].value < change_pct.value
    country = change(yearly("proef", "NL00", {2019: 242, 2022: 395}), 2019, 2022)
    assert country.records()[-1].id == "proef.NL00.change_pct"


def test_records_of_small_counts_have_no_percentage():
    records = {record.id: record for record in two_years(6, 7, population={2019: 6e4, 2022: 6e4}).records()}
    small = records["proef.change_pct"]
    assert (small.value, small.lower, small.upper) == (None, None, None)
    assert "proef.rate_change_pct" not in records
