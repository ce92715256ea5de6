"""Changes and trends of a municipality beside those in the rest of the country. All figures are made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.change import change
from analysis.statistics.comparison import compare_change, compare_trend
from analysis.statistics.ordinary import Grade
from analysis.statistics.verdicts import Verdict
from analysis.store.results import Missing
from analysis.store.series import SUMMED_IN_PART
from made_up_series import SOURCE, beside, country, monthly, yearly

YEARS = (2019, 2022)
HISTORY = range(2012, 2020)


def side_by_side(local, national, peers=None, **fields):
    """Compare the last of these years with the one before; earlier years were as that one."""
    ours, theirs = (dict.fromkeys(HISTORY, before) | {2022: after} for before, after in (local, national))
    municipality, nation = yearly("proef", "GM1969", ours, **fields), yearly("proef", "NL00", theirs)
    return compare_change(municipality if peers is None else beside(municipality, peers), nation, *YEARS)


def everyone(ratio):
    """Return the other municipalities, which all went by the same ratio."""
    return country([*HISTORY, 2020, 2021, 2022], {2022: ratio})


@settings(max_examples=20)
@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 5000), st.integers(1, 5000))
def test_the_municipality_is_compared_with_the_country_without_it(before, after, rest_before, rest_after):
    result = side_by_side((before, after), (before + rest_before, after + rest_after), everyone(1.0))
    assert result.national_ratio == pytest.approx(rest_after / rest_before)
    assert result.local_ratio == after / before
    assert 0 < result.lower < result.upper
    assert 0 <= result.p_value <= 1


def test_what_is_ordinary_elsewhere_decides():
    """The country went from 10.000 to 4.000, and so did every municipality: a fall to 40 is what all did."""
    fell = everyone(0.4)
    followed, stayed = (side_by_side((100, after), (10_100, 4000 + after), fell) for after in (40, 100))
    assert (followed.verdict, stayed.verdict) == (Verdict.CHANCE, Verdict.CONFIRMED)
    assert followed.lower < 1 < followed.upper
    assert stayed.lower > 1
    series = beside(yearly("proef", "GM1969", dict.fromkeys(HISTORY, 100) | {2022: 100}), fell)
    found = change(series, *YEARS)
    assert (found.grade_elsewhere, found.judgement.elsewhere.p_value(100)) == (Grade.CLEAR, stayed.p_value)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([0.4, 1.0, 1.5]))
def test_a_comparison_says_what_the_change_itself_says_of_elsewhere(before, after, movement):
    """The same two counts may not be beyond chance on one page and within it on another."""
    peers = everyone(movement)
    result = side_by_side((before, after), (10_000 + before, 10_000 * movement + after), peers)
    found = change(beside(yearly("proef", "GM1969", {**dict.fromkeys(HISTORY, before), 2022: after}), peers), *YEARS)
    assert result.grade is found.grade_elsewhere
    if result.grade is Grade.CLEAR:
        assert not result.lower <= 1 <= result.upper


def test_without_other_municipalities_nothing_is_said_of_elsewhere():
    """As the change itself says: its own years do not tell what would have been ordinary, had it gone as elsewhere."""
    alone, among_all = (side_by_side((100, 300), (10_100, 10_300), peers) for peers in (None, everyone(1.0)))
    assert isinstance(alone, Missing) and "te weinig cijfers van andere gemeenten" in alone.reason
    assert among_all.verdict is Verdict.CONFIRMED


def test_the_files_of_the_other_municipalities_are_named_where_they_count():
    ours, theirs = ({**dict.fromkeys(HISTORY, before), 2022: after} for before, after in ((100, 300), (9000, 9200)))
    local = beside(yearly("proef", "GM1969", ours), everyone(1.0), (replace(SOURCE, name="allen"),))
    assert [source.name for source in compare_change(local, yearly("proef", "NL00", theirs), *YEARS).used][
        -1
    ] == "allen"


def test_too_few_years_to_know_what_is_ordinary_is_no_comparison():
    local, nation = (yearly("proef", code, {2019: n, 2022: 2 * n}) for code, n in (("GM1969", 100), ("NL00", 9000)))
    answer = compare_change(local, nation, *YEARS)
    assert isinstance(answer, Missing)
    assert "te weinig cijfers" in answer.reason


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


def test_months_are_not_compared_with_years():
    """The year of the country without our January would be a rest that nobody counted."""
    ours = monthly("proef", "GM1969", 2019, [10] * 48)
    theirs = yearly("proef", "NL00", dict.fromkeys(range(2019, 2023), 5000))
    for one, other in ((ours, theirs), (theirs, ours)):
        with pytest.raises(ValueError, match="frequency"):
            compare_trend(one, other, *YEARS)


@pytest.mark.parametrize("region", ["PV20", "GM0014", "RE01"])
@pytest.mark.parametrize(("compare", "make"), [(compare_change, yearly), (compare_trend, monthly)])
def test_only_the_whole_country_is_compared_with(compare, make, region):
    """The municipality is subtracted from it, and the sentence says "in de rest van Nederland"."""
    of = (2019, [10] * 48) if make is monthly else ({2019: 100, 2022: 150},)
    with pytest.raises(ValueError, match=f"{region}.*NL00"):
        compare(make("proef", "GM1969", *of), make("proef", region, *of), *YEARS)


def test_the_record_gives_the_ratio_and_both_changes():
    result = side_by_side((100, 150), (900, 950), everyone(1.0))
    ratio, ours, theirs = result.records()
    assert (ratio.id, ratio.value, ratio.unit) == ("proef.vs_national", result.ratio, "ratio")
    assert (ours.value, theirs.value) == (pytest.approx(50), 0)


def test_other_territory_is_a_caveat():
    result = side_by_side((100, 300), (10_000, 10_000), everyone(1.0), origins={2019: SUMMED_IN_PART})
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
