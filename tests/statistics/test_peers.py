"""The third question about a change: whether it is unusual for a municipality of this size. Figures are made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from analysis.statistics.peers import peer_range
from made_up_series import yearly


def ours(table, before=100, after=150, region="GM1969"):
    return replace(yearly("proef", region, {2019: before, 2022: after}), find_peers=lambda: table)


def municipalities(rows):
    index = [f"GM9{number:03}" for number in range(len(rows))]
    return pd.DataFrame(rows, index=index, columns=[2019, 2022], dtype=float)


def test_the_dispersion_is_chi_square_of_the_table_per_degree_of_freedom():
    rows = np.random.default_rng(1).poisson([100, 120], (30, 2)) + np.arange(30)[:, None]
    result = peer_range(ours(municipalities(rows)), 2019, 2022)
    assert result.dispersion == pytest.approx(max(1, chi2_contingency(rows)[0] / 29))
    assert (result.number, result.ratio) == (30, pytest.approx(rows[:, 1].sum() / rows[:, 0].sum()))
    assert result.lower < 1.5 < result.upper


def test_peers_have_half_to_twice_our_count_over_both_years():
    rows = [(100, 150)] * 12 + [(62, 63), (200, 300), (400, 10), (61, 63), (250, 251)]  # the last two just outside
    assert peer_range(ours(municipalities(rows)), 2019, 2022).number == 15


def test_we_and_our_predecessors_are_not_our_own_peers():
    table = municipalities([(100, 150)] * 12)
    table.loc["GM1969"] = [100, 150]
    assert peer_range(ours(table), 2019, 2022).number == 12
    table.loc["GM0015"] = [100, 150]  # Grootegast, part of Westerkwartier since 2019
    before = yearly("proef", "GM1969", {2016: 100, 2018: 150})
    earlier = replace(before, find_peers=lambda: table.set_axis([2016, 2018], axis=1))
    assert peer_range(earlier, 2016, 2018).number == 12


@pytest.mark.parametrize(
    ("rows", "before", "after"),
    [
        ([(100, 150)] * 9, 100, 150),
        ([(100, np.nan)] * 20, 100, 150),
        ([(100, 150)] * 20, 0, 150),
        ([(100, 150)] * 20, 100, 0),
    ],
    ids=["too few", "a year missing", "no base", "nothing left"],
)
def test_without_peers_the_question_is_not_asked(rows, before, after):
    assert peer_range(ours(municipalities(rows), before, after), 2019, 2022) is None


def test_other_years_and_other_regions_have_no_peers():
    assert peer_range(ours(municipalities([(100, 150)] * 20)[[2019]]), 2019, 2022) is None
    assert peer_range(yearly("proef", "NL00", {2019: 100, 2022: 150}), 2019, 2022) is None


def test_equal_changes_leave_only_poisson():
    result = peer_range(ours(municipalities([(100, 100)] * 20)), 2019, 2022)
    assert result.dispersion == 1
    assert result.outside
    assert not peer_range(ours(municipalities([(100, 100)] * 20), 100, 110), 2019, 2022).outside


@pytest.mark.parametrize(
    ("theirs", "after", "beyond_shifts", "outside"),
    [
        (65, 65, True, False),  # we did what they all did
        (65, 100, False, False),  # we stayed the same while they fell: no shift of ours
        (65, 150, True, True),
        (65, 30, True, True),  # we fell far more than they did
        (100, 65, True, True),
    ],
)
def test_unusual_is_neither_no_change_nor_what_the_peers_did(theirs, after, beyond_shifts, outside):
    result = peer_range(ours(municipalities([(100, theirs)] * 20), 100, after), 2019, 2022)
    assert (result.beyond_shifts, result.outside) == (beyond_shifts, outside)


def test_few_registrations_among_peers_give_no_percentage():
    assert peer_range(ours(municipalities([(2, 3)] * 20), 2, 3), 2019, 2022).percentage is None
    assert peer_range(ours(municipalities([(3, 3)] * 20), 2, 3), 2019, 2022).percentage == 0
    assert peer_range(ours(municipalities([(0, 5)] * 20), 2, 3), 2019, 2022) is None
