"""Control charts, half-years and the last twelve months. Figures are made up unless a test names their source."""

import shutil
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

import made_up_series
from analysis.definitions import catalogue
from analysis.ingest.pipeline import ingest
from analysis.statistics.control_chart import control_chart
from analysis.statistics.half_years import Signal, half_year, rolling
from analysis.statistics.monitoring import watch
from analysis.statistics.trend import trend
from analysis.store.loading import load
from analysis.store.results import Missing
from analysis.store.series import OWN, SUMMED_IN_PART
from conftest import REALDATA

ORDINARY = [18, 22, 20, 24, 16, 20, 21, 19, 23, 17, 20, 20]  # a year of twenty a month
NATIONAL = REALDATA / "politie" / "47013NED_TypedDataSet_landelijk_maand_rebuilt.csv"


def months(*years, id="proef", first_year=2016, people=None):
    return made_up_series.monthly(id, "GM1969", first_year, [count for year in years for count in year], people)


def with_peak(peak, month=5):
    return [peak if number == month else count for number, count in enumerate(ORDINARY, start=1)]


def test_only_a_month_above_the_upper_limit_is_a_wave():
    chart = control_chart(months(*[ORDINARY] * 4, with_peak(60), with_peak(28)))
    assert chart.signals == (date(2020, 5, 1),)
    assert chart.baseline == (2016, 2021)


def test_nothing_later_moves_a_limit():
    before = control_chart(months(*[ORDINARY] * 5))
    after = control_chart(months(*[ORDINARY] * 5, with_peak(300)))
    columns = ["centre", "notice_low", "notice_high", "signal_high", "together_high"]
    pd.testing.assert_frame_equal(before.months[columns], after.months.loc[before.months.index, columns])


def test_a_wave_after_the_level_fell_is_seen():
    """Ten a month before corona and two after it: limits from before corona take a wave of eight for ordinary."""
    rng = np.random.default_rng(1)
    years = [rng.poisson(10, 12) for _ in range(4)] + [rng.poisson(2, 12) for _ in range(4)]
    years[-1][-3:] = (8, 4, 7)
    chart = control_chart(months(*years))
    assert date(2023, 12, 1) in chart.signals
    (shift,) = chart.shifts
    assert shift.direction == "down" and date(2019, 11, 1) <= shift.since <= date(2020, 2, 1)
    assert shift.before == pytest.approx(10, abs=1.5) and shift.after == pytest.approx(2.3, abs=0.5)
    assert chart.months["centre"].iloc[-1] < 3


def test_three_months_together_are_a_wave_where_none_of_them_is():
    chart = control_chart(months(*[ORDINARY] * 6, [28, 31, 29, *ORDINARY[3:]]))
    assert chart.high_together == (date(2022, 3, 1),) and not chart.high_months
    assert chart.signals == (date(2022, 3, 1),)


def test_a_slow_rise_is_seen_and_the_level_starts_again():
    rng = np.random.default_rng(2)
    chart = control_chart(months(*[rng.poisson(20, 12) for _ in range(5)], *[rng.poisson(30, 12) for _ in range(3)]))
    (shift,) = chart.shifts
    assert shift.direction == "up" and date(2020, 10, 1) <= shift.since <= date(2021, 3, 1)
    assert shift.found <= date(2021, 12, 1)
    assert chart.months["centre"].iloc[-12:].mean() == pytest.approx(30, abs=3)


def test_a_wave_that_is_over_is_no_shift():
    chart = control_chart(months(*[ORDINARY] * 5, [*ORDINARY[:3], 60, 62, 58, *ORDINARY[6:]], *[ORDINARY] * 2))
    assert chart.shifts == () and len(chart.signals) >= 3
    assert chart.months["centre"].iloc[-1] == pytest.approx(20, abs=1.5), "the wave weighs less"


def test_a_calm_end_tells_what_would_have_been_seen():
    """Two a month, as break-ins now are: the smallest wave that is seen is told, and would be one indeed."""
    rng = np.random.default_rng(3)
    calm = [rng.poisson(2, 12) for _ in range(6)]
    seen = control_chart(months(*calm)).visible
    assert 6 <= seen.month <= 9 and 12 <= seen.together <= 18 and seen.delay >= 9
    for last, signal in ((seen.month, True), (seen.month - 1, False)):
        chart = control_chart(months(*calm[:-1], [*calm[-1][:-1], last]))
        assert (date(2021, 12, 1) in chart.high_months) == signal


def test_a_winter_month_is_held_against_winter():
    year = [40, 40, 30, 20, 10, 10, 10, 10, 20, 30, 40, 40]
    chart = control_chart(months(*[year] * 4, [40, 40, 30, 20, 10, 10, 40, 10, 20, 30, 40, 40]))
    assert chart.high_months == (date(2020, 7, 1),)


def test_few_registrations_have_a_flat_season():
    many, few = (control_chart(months(*[[3 * n] * 6 + [n] * 6] * 5)).months["centre"] for n in (20, 1))
    assert many.max() > 2 * many.min() and few.max() < 2 * few.min()


def test_restless_years_have_wider_limits():
    calm = control_chart(months(*[ORDINARY] * 5))
    restless = control_chart(months(*[[count + shift for count in ORDINARY] for shift in (-12, 12, -12, 12)], ORDINARY))
    assert restless.dispersion > 1.5 * calm.dispersion
    assert restless.months["signal_high"].iloc[-1] > calm.months["signal_high"].iloc[-1] + 5


def test_only_the_asked_years_are_searched():
    series = months(*[ORDINARY] * 4, with_peak(60), ORDINARY, with_peak(60))
    assert control_chart(series, 2021, 2022).signals == (date(2022, 5, 1),)
    assert control_chart(series, 2021, 2022).span == (date(2021, 1, 1), date(2022, 12, 1))


def test_a_wave_is_in_the_record_with_its_limit():
    chart = control_chart(months(*[ORDINARY] * 4, with_peak(60)))
    total, wave, *_ = chart.records()
    assert (total.value, total.period) == (1, "2020-12")
    assert wave.value == 60 and wave.period == "2020-05" and wave.upper < 60
    seen = {record.period: record.value for record in chart.records() if "visible" in record.id}
    assert seen == {"2020-12": chart.visible.month, "2020-10-2020-12": chart.visible.together}


def test_without_enough_months_before_there_are_no_limits():
    short = control_chart(months(*[ORDINARY] * 3))
    assert isinstance(short, Missing) and "minstens 36 eerdere maanden" in short.reason
    chart = control_chart(months(*[ORDINARY] * 4))
    assert chart.judged == 12 and chart.months["signal_high"].first_valid_index() == pd.Timestamp("2019-01-01")


def test_a_month_without_a_figure_is_no_zero():
    chart = control_chart(months(*[ORDINARY] * 4, [None, *ORDINARY[1:]]))
    assert np.isnan(chart.months.loc["2020-01-01", "value"])
    whole = control_chart(months(*[ORDINARY] * 5))
    assert chart.months["centre"].iloc[-1] == pytest.approx(whole.months["centre"].iloc[-1], rel=0.02)


def test_another_area_or_too_few_registrations_make_no_limits():
    series = months(*[ORDINARY] * 5)
    part = np.where(series.data.index.year < 2019, SUMMED_IN_PART, OWN)
    assert "hetzelfde gebied" in control_chart(replace(series, data=series.data.assign(origin=part))).reason
    assert "te weinig" in control_chart(months(*[[0] * 11 + [1]] * 5)).reason


def test_years_are_refused():
    yearly = made_up_series.yearly("proef", "GM1969", {2016: 1})
    for question in (control_chart, rolling, lambda series: half_year(series, 2016, 1)):
        with pytest.raises(ValueError, match="frequency='M'"):
            question(yearly)


def test_what_is_missing_stays_missing():
    missing = Missing("iets", "Het is er niet.")
    assert control_chart(missing) is rolling(missing) is half_year(missing, 2022, 1) is missing


@pytest.mark.parametrize("level", [0.5, 2, 6, 20])
def test_false_alarms_are_as_rare_as_the_page_says(level):
    """The fast version of `benchmarks/monitoring.py`: months of a steady level with a season, in runs."""
    rng = np.random.default_rng(2026)
    season = 1 + 0.3 * np.cos(2 * np.pi * np.arange(144) / 12)
    counts = rng.negative_binomial(level * season / 0.2, 1 / 1.2, (150, 144)).astype(float)
    seen = watch(counts)
    waves = (counts > seen.limit()) | (seen.together > seen.limit_together())
    began = waves[:, 48:] & ~waves[:, 47:-1]
    yearly = (began.sum() + (seen.shift[:, 48:] > 0).sum()) / (len(counts) * 8)
    assert 0.03 < yearly < 1.2 * catalogue.thresholds().monitoring.false_alarms


@pytest.mark.parametrize(("count", "dispersion"), [(10, 1.4), (40, 4.6), (125, 7)])
def test_a_half_year_stands_out_by_chance_as_often_as_the_page_says(count, dispersion):
    rng, rule = np.random.default_rng(2026), catalogue.thresholds().signals
    counts = rng.negative_binomial(count / (dispersion - 1), 1 / dispersion, (300, 6))
    found = [half_year(half_years_of(row), 2021, 1).signal for row in counts]
    assert rule.false_notice / 6 <= np.mean([signal != Signal.NONE for signal in found]) <= 2 * rule.false_notice


@pytest.mark.realdata
def test_poisson_limits_would_flag_most_months_of_the_country(tmp_path):
    """National burglaries by month, Politie 47013NED: 31 of the 36 months of 2017-2019 lie outside Poisson limits."""
    raw = tmp_path / "raw" / "politie"
    raw.mkdir(parents=True)
    shutil.copy(NATIONAL, raw)
    ingest(tmp_path / "raw", tmp_path / "processed")
    series = load("woninginbraak", "NL00", frequency="M", folder=tmp_path / "processed")
    base = series.data["value"]["2017":"2019"]
    low, high = poisson(base.mean()).interval(0.998)
    assert ((base < low) | (base > high)).sum() == 31
    chart = control_chart(series, 2016, 2019)
    assert chart.dispersion > 50
    assert not chart.signals


def half_years_of(counts):
    """Return a series with these counts in the first half of each year from 2016 on."""
    return months(*[[n, *[0] * 11] for n in counts])


def half(year_counts, first_year, half_number, id="proef"):
    """Return a series with the given count in every month of one half of each year, and 500 in the other months."""
    other_half = [500] * 6
    years = [[n] * 6 + other_half if half_number == 1 else other_half + [n] * 6 for n in year_counts]
    return months(*years, id=id, first_year=first_year)


@pytest.mark.parametrize("number", [1, 2])
def test_a_half_year_stands_beside_the_same_half_only(number):
    result = half_year(half([10, 11, 9, 10, 10, 10], 2014, number), 2019, number)
    assert result.count == 60
    assert result.earlier == {2014: 60, 2015: 66, 2016: 54, 2017: 60, 2018: 60}
    assert result.notice[1] < 100
    assert result.signal == Signal.NONE and result.direction == "equal"


@pytest.mark.parametrize(
    ("monthly", "signal", "direction"),
    [(10, Signal.NONE, "equal"), (14, Signal.NOTICE, "up"), (30, Signal.SIGNAL, "up"), (1, Signal.SIGNAL, "down")],
)
def test_the_rule_gives_one_of_three_words(monthly, signal, direction):
    result = half_year(half([10, 11, 9, 10, 10, monthly], 2014, 1), 2019, 1)
    assert (result.signal, result.direction) == (signal, direction)


def test_a_half_year_needs_all_its_months():
    series = months([*ORDINARY[:3], None, *ORDINARY[4:]])
    assert "april 2016" in half_year(series, 2016, 1).reason
    assert half_year(series, 2016, 2).count == sum(ORDINARY[6:])


def test_a_half_year_with_a_hidden_month_is_hidden():
    series = months([*ORDINARY[:3], None, *ORDINARY[4:]])
    hidden = series.data.assign(status=["suppressed" if np.isnan(n) else "final" for n in series.data["value"]])
    assert "niet openbaar" in half_year(replace(series, data=hidden), 2016, 1).reason


@pytest.mark.parametrize(("status", "words"), [("suppressed", "is afgeschermd"), ("missing", "is er geen cijfer")])
def test_a_hidden_month_is_not_called_absent(status, words):
    series = months(*[[*ORDINARY[:3], None, *ORDINARY[4:]]] * 5)
    hidden = series.data.assign(status=[status if np.isnan(n) else "final" for n in series.data["value"]])
    reason = trend(replace(series, data=hidden), 2016, 2020).reason
    assert "april 2016" in reason and words in reason


def test_a_hidden_month_makes_no_level_of_the_others():
    """Hidden months are the low ones: the mean of what is left would be too high, and a wave would go unseen."""
    series = months(*[[*ORDINARY[:3], None, *ORDINARY[4:]]] * 5)
    hidden = series.data.assign(status=["suppressed" if np.isnan(n) else "final" for n in series.data["value"]])
    reason = control_chart(replace(series, data=hidden)).reason
    assert "april 2016" in reason and "is afgeschermd" in reason and "hogere aantallen" in reason


def test_corona_and_another_registration_are_no_measure():
    shops = half_year(half([10] * 9, 2015, 1, "winkeldiefstal"), 2023, 1)
    assert shops.reference == (2015, 2016, 2017, 2018, 2019)  # corona: March 2020 to March 2022
    assert 2021 in shops.earlier
    wider = half_year(half([10] * 9, 2015, 1, "onbegrepen_gedrag"), 2023, 1)
    assert wider.reference == (2021, 2022)  # wider registration since March 2020
    assert wider.signal == Signal.UNJUDGED and wider.notice is None


def test_a_half_year_in_corona_says_so():
    result = half_year(half([10] * 7, 2015, 1, "winkeldiefstal"), 2021, 1)
    assert [declared.id for declared in result.breaks] == ["corona"]


def test_a_half_year_of_another_area_is_no_measure():
    series = half([10] * 7, 2015, 1)
    part = np.where(series.data.index.year < 2019, SUMMED_IN_PART, OWN)
    assert half_year(replace(series, data=series.data.assign(origin=part)), 2021, 1).reference == (2019, 2020)


def test_too_few_registrations_make_no_band():
    """One household more is no signal: below `expected_from` (5) in a mean half-year the rule is silent."""
    few = half_year(months(*[[1, 0, 1, 0, 1, 1] * 2] * 5, [9] * 12), 2021, 1)
    assert (few.expected, few.signal, few.notice) == (4, Signal.UNJUDGED, None)
    enough = half_year(months(*[[1, 0, 1, 1, 1, 1] * 2] * 5, [9] * 12), 2021, 1)
    assert (enough.expected, enough.signal) == (5, Signal.SIGNAL)
    nothing = half_year(months(*[[0] * 12] * 5, [9] * 12), 2021, 1)
    assert nothing.expected < 1 and nothing.signal == Signal.UNJUDGED


def test_too_few_years_have_no_expected_count():
    assert half_year(months([9] * 12, [9] * 12, [9] * 12), 2018, 1).expected is None


def test_the_record_of_a_half_year_has_its_band_and_outcome():
    first, *earlier = half_year(half([10, 11, 9, 30], 2016, 1), 2019, 1).records()
    assert (first.id, first.value, first.note, first.verdict) == ("proef.2019H1", 180, "signaal", None)
    assert first.lower < 60 < first.upper < 180
    assert [record.period for record in earlier] == ["2016H1", "2017H1", "2018H1"]


def test_twelve_months_end_where_asked():
    series = months([1] * 12, [2] * 12, people={2016: 1000, 2017: 2000})
    middle = rolling(series, date(2017, 6, 1))
    assert (middle.total, middle.before) == (18, None)
    assert (rolling(series).total, rolling(series).before) == (24, 12)
    assert rolling(series).rate == 12


def test_the_population_of_the_year_before_serves_until_the_new_one_is_known():
    latest = rolling(months([1] * 12, [2] * 12, people={2016: 1000}))
    assert latest.population_year == 2016 and latest.rate == 24


def test_twelve_months_with_a_gap_are_no_year():
    assert "juni 2016" in rolling(months([1] * 4 + [None] + [1] * 7), date(2016, 6, 1)).reason


def test_small_counts_have_no_rate():
    few = rolling(months([0] * 3 + [1] * 9, people={2016: 1000}))
    assert few.total == 9 and few.rate is None
    assert len(few.records()) == 1
