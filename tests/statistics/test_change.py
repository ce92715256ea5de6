"""Changes between two years of one series, and the three questions about them. All figures are made up."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.change import change
from analysis.statistics.verdicts import Verdict
from analysis.store.results import Missing
from analysis.store.series import SUMMED_IN_PART
from made_up_series import indicator, monthly, yearly


def two_years(before, after, **fields):
    return change(yearly("proef", "GM1969", {2019: before, 2022: after}, **fields), 2019, 2022)


@settings(max_examples=50)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_swapping_the_years_inverts_the_ratio(before, after):
    forth, back = two_years(before, after), two_years(after, before)
    assert forth.ratio == pytest.approx(1 / back.ratio)
    assert forth.lower == pytest.approx(1 / back.upper)
    assert forth.lower < forth.ratio < forth.upper
    assert forth.p_value == pytest.approx(back.p_value)


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
    assert rise.verdict is Verdict.CONFIRMED_WITH_CAVEAT  # no months and no peers: nothing tells how much it varies
    assert (fall.ratio, fall.lower) == (0, 0)
    assert 0 < fall.upper < 1
    assert (nothing.p_value, nothing.lower, nothing.direction) == (None, None, "equal")
    assert nothing.verdict is Verdict.NOT_TESTABLE


def test_a_missing_year_is_named_and_not_zero():
    series = yearly("proef", "GM1969", {2019: 242, 2021: None, 2022: 395})
    for year in (2018, 2021):
        answer = change(series, year, 2022)
        assert isinstance(answer, Missing)
        assert answer.reason == f"Van {year} is er geen cijfer over proefmeldingen in Westerkwartier."
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
    assert change_pct.verdict == "bevestigd met kanttekening"
    assert change_pct.source == ("proefbestand",)
    assert records["proef.rate_change_pct"].value < change_pct.value
    country = change(yearly("proef", "NL00", {2019: 242, 2022: 395}), 2019, 2022)
    assert country.records()[-1].id == "proef.NL00.change_pct"


def test_records_of_small_counts_have_no_percentage():
    records = {record.id: record for record in two_years(6, 7, population={2019: 6e4, 2022: 6e4}).records()}
    small = records["proef.change_pct"]
    assert (small.value, small.lower, small.upper) == (None, None, None)
    assert "proef.rate_change_pct" not in records


def held_against(before, after, months=None, peers=None, **fields):
    """Return a change between 2019 and 2020, judged by the given months and peers."""
    series = yearly("proef", "GM1969", {2019: before, 2020: after}, **fields)
    by_month = None if months is None else monthly("proef", "GM1969", 2019, months)
    return change(replace(series, find_months=lambda: by_month, find_peers=lambda: peers), 2019, 2020)


def peers(ratios):
    """Return municipalities with 100 registrations in 2019 and the given ratios to 2020."""
    rows = {f"GM9{number:03}": [100, 100 * ratio] for number, ratio in enumerate(ratios)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=[2019, 2020])


def test_the_second_question_is_held_against_the_own_months():
    even, waves = [10] * 12 + [15] * 12, [2, 18] * 6 + [3, 27] * 3 + [27, 3] * 3
    calm, wild = held_against(120, 180, even), held_against(120, 180, waves)
    assert (calm.dispersion, calm.noise.months) == (1, 24)
    assert (calm.lower, calm.p_value) == (held_against(120, 180).lower, held_against(120, 180).p_value)
    assert wild.dispersion > 5
    assert wild.noise.degrees == 11
    assert wild.lower < calm.lower < calm.ratio == wild.ratio < calm.upper < wild.upper
    assert (calm.beyond_chance, wild.beyond_chance) == (True, False)
    assert (calm.verdict, wild.verdict) == (Verdict.CONFIRMED, Verdict.CHANCE)


def test_what_is_usual_among_peers_is_confirmed_with_a_reservation():
    calm, wild = peers([0.9, 1, 1.1] * 5), peers([0.4, 1, 1.6] * 5)
    ours, theirs = held_against(100, 160, peers=calm), held_against(100, 160, peers=wild)
    assert (ours.unusual, theirs.unusual) == (True, False)
    assert (ours.verdict, theirs.verdict) == (Verdict.CONFIRMED, Verdict.CONFIRMED_WITH_CAVEAT)
    assert held_against(100, 110, peers=wild).verdict is Verdict.CHANCE


def test_what_the_peers_did_too_is_confirmed_with_a_reservation():
    together = held_against(100, 65, peers=peers([0.6, 0.65, 0.7] * 5))
    assert together.peers.beyond_shifts
    assert (together.unusual, together.verdict) == (False, Verdict.CONFIRMED_WITH_CAVEAT)
    against = held_against(100, 160, peers=peers([0.6, 0.65, 0.7] * 5))
    assert (against.unusual, against.verdict) == (True, Verdict.CONFIRMED)


def test_without_months_and_peers_nothing_tells_how_much_it_varies():
    calm, months = peers([0.9, 1, 1.1] * 5), [8, 9] * 6 + [13, 14] * 6
    alone, with_months, with_peers = (held_against(100, 160, *held) for held in [(), (months,), (None, calm)])
    assert (alone.unusual, alone.peers, alone.beyond_chance) == (None, None, True)
    assert [result.measured for result in (alone, with_months, with_peers)] == [False, True, True]
    assert alone.verdict is Verdict.CONFIRMED_WITH_CAVEAT
    assert (with_months.verdict, with_peers.verdict) == (Verdict.CONFIRMED, Verdict.CONFIRMED)
    assert held_against(100, 160, months[:12]).verdict is Verdict.CONFIRMED_WITH_CAVEAT  # one year is no spread


def test_a_claim_can_be_contradicted():
    months = [8, 9] * 6 + [13, 14] * 6
    assert held_against(100, 160, months).verdict_on("up") is Verdict.CONFIRMED
    assert held_against(100, 160).verdict_on("down") is Verdict.CONTRADICTED
    assert held_against(100, 110).verdict_on("down") is Verdict.CHANCE


def test_the_three_answers_are_in_the_record():
    result = held_against(100, 160, [8, 9] * 6 + [13, 14] * 6, peers([0.4, 1, 1.6] * 5))
    records = {record.id: record for record in result.records()}
    held = records["proef.peers_pct"]
    assert held.value == records["proef.change_pct"].value
    assert held.lower < 0 < held.upper
    assert records["proef.peers_number"].value == 15
    assert records["proef.peers_together_pct"].value == pytest.approx(0)
    assert records["proef.peers_dispersion"].value == result.peers.dispersion
    assert records["proef.change_dispersion"].value == 1
    small = {record.id: record for record in held_against(6, 9, peers=peers([1] * 15) / 10).records()}
    assert "proef.peers_pct" not in small
    assert (small["proef.peers_number"].value, small["proef.peers_together_pct"].value) == (15, 0)


@pytest.mark.parametrize(("after", "beyond"), [(140, False), (170, True)])
def test_rounding_widens_the_interval(after, beyond):
    exact = yearly("proef", "GM1969", {2019: 110, 2022: after})
    rounded = replace(exact, indicator=indicator(rounded_to=5))
    fine, coarse = change(exact, 2019, 2022), change(rounded, 2019, 2022)
    assert coarse.lower < fine.lower < fine.upper < coarse.upper
    assert coarse.lower == change(yearly("proef", "GM1969", {2019: 112, 2022: after - 2}), 2019, 2022).lower
    assert coarse.beyond_chance is beyond
    assert change(replace(exact, indicator=indicator(rounded_to=5)), 2019, 2022).ratio == fine.ratio


def test_a_percentage_is_no_count():
    with pytest.raises(ValueError, match="survey_change"):
        change(replace(yearly("proef", "GM1969", {2019: 33}), indicator=indicator(unit="percent")), 2019, 2022)
