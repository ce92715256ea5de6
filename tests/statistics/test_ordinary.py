"""One count judged: by all municipalities, by its own years, or not at all; and never better with less."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.definitions import regions
from analysis.statistics import ordinary
from analysis.statistics.change import change
from analysis.statistics.ordinary import Grade, Ordinary, judge, track_record
from analysis.statistics.yardstick import learn
from analysis.store.results import Missing
from analysis.store.series import Panel
from made_up_series import SOURCE, alone, beside, country, with_country, yearly


def test_the_range_holds_its_share_and_the_mean():
    found = Ordinary(40.0, 40.0)
    low, high = found.range()
    assert low < 40 < high
    assert found.p_value(high) >= 0.05 > found.p_value(high + 1)
    assert found.p_value(low) >= 0.05 > found.p_value(low - 1)
    assert Ordinary(0.1, 0.01).range() == (0, 1)


def test_a_fall_that_happens_everywhere_is_a_clear_fall_and_nothing_special():
    found = judge(with_country([100] * 9 + [40], movement=0.4), 2021, 2022)
    assert (found.grade, found.grade_beside(found.elsewhere)) == (Grade.CLEAR, Grade.ORDINARY)
    assert (found.basis, found.direction) == ("municipalities", "down")


def test_staying_the_same_while_all_others_fall_is_special():
    found = judge(with_country([100] * 10, movement=0.3), 2021, 2022)
    assert (found.grade, found.grade_beside(found.elsewhere)) == (Grade.ORDINARY, Grade.CLEAR)


def test_coming_down_from_an_outlier_is_an_ordinary_movement():
    assert judge(with_country([100] * 8 + [160, 105]), 2021, 2022).grade is Grade.ORDINARY


def test_own_years_alone_never_give_more_than_a_hint():
    counts = [100, 101, 99, 100, 101, 99, 100, 101, 100, 900]
    assert judge(alone(counts), 2021, 2022).grade is Grade.HINT
    assert judge(with_country(counts), 2021, 2022).grade is Grade.CLEAR


@pytest.mark.parametrize("counts", [[100, 300], [100, 100, 300], [100, 100, 100, 300]])
def test_a_few_own_years_say_nothing(counts):
    assert judge(alone(counts), 2021, 2022) is None


def test_fewer_years_never_give_a_stronger_grade():
    order = [Grade.TOO_FEW, Grade.ORDINARY, Grade.HINT, Grade.CLEAR]
    random = np.random.default_rng(3)
    for _ in range(50):
        counts = [*random.poisson(60, 9).tolist(), int(random.poisson(80))]
        much, little = (judge(alone(counts[-number:]), 2021, 2022) for number in (10, 5))
        assert much.p_value <= little.p_value * 3  # more own years make the range narrower, on the whole
        assert order.index(little.grade) <= order.index(Grade.HINT)


def test_fewer_own_years_beside_all_others_make_the_range_wider():
    """A level of one year varies as much as a count does: twice the variance, instead of 1.21 times."""
    much, little = (judge(with_country([*past, 100]), 2021, 2022) for past in ([100] * 9, [None] * 8 + [100]))
    of_much, of_little = (one.unchanged.mean + one.unchanged.excess for one in (much, little))
    assert of_little / of_much == pytest.approx(2 / 1.21, rel=0.02)
    assert little.unchanged.range()[0] < much.unchanged.range()[0]


def test_so_few_that_no_fall_would_be_seen_is_too_few_to_say():
    assert judge(with_country([2] * 10), 2021, 2022).grade is Grade.TOO_FEW
    assert judge(with_country([2] * 9 + [12]), 2021, 2022).grade is Grade.CLEAR


def test_the_country_is_judged_by_its_own_years():
    """What municipalities do apart says nothing of what all of them do together."""
    nation = yearly("proef", "NL00", dict(zip(range(2013, 2023), [10_000, 11_000] * 4 + [10_000, 7_000], strict=True)))
    found = judge(beside(nation, with_country([100] * 10).peers.frame), 2021, 2022)
    assert (found.basis, found.grade) == ("own_years", Grade.HINT)


def test_a_row_of_another_table_counts_once_and_teaches_the_same():
    """Our own figures may come from another table than those of all municipalities."""
    counts = [100] * 9 + [150]
    others = with_country(counts).peers.frame
    absent, among, differing = (
        judge(beside(alone(counts), table), 2021, 2022)
        for table in (others, pd.concat([others, row(counts)]), pd.concat([others, row([9] * 10)]))
    )
    assert absent.unchanged.mean == among.unchanged.mean == differing.unchanged.mean
    assert among.errors == differing.errors == absent.errors + 6


def row(counts):
    return pd.DataFrame([counts], ["GM1969"], range(2013, 2023), dtype=float)


def test_there_is_no_judgement_without_figures_or_backwards():
    assert judge(alone([1, None]), 2021, 2022) is None
    assert judge(alone([100] * 10), 2022, 2021) is None


def test_the_track_record_counts_what_came_of_what_was_foretold():
    """Nothing changed but chance: one in twenty falls outside, and what stands out goes back to what it was."""
    panel = country(range(2008, 2023), dispersion=3.0)
    ours = beside(yearly("proef", "GM1969", dict.fromkeys(range(2008, 2023), 100)), panel)
    found = track_record(ours)
    assert (found.kinds, found.years, found.counts) == (1, (2018, 2022), 1600)
    assert found.inside == pytest.approx(0.95, abs=0.025)
    clear, ordinary = found.lasted[Grade.CLEAR], found.lasted[Grade.ORDINARY]
    assert clear.number > 5 and clear.half < 0.5 and ordinary.number > 10 * clear.number
    assert (found.past.index[-1], found.past["count"].iloc[-1]) == (2022, 100)
    assert (found.past["lower"] < 100).all() and (found.past["upper"] > 100).all()


def test_a_change_that_stays_is_counted_as_one_that_lasts():
    table = country(range(2008, 2023), dispersion=3.0)
    table.iloc[::10, 10:] *= 4  # from 2018 on, so the year after is known
    found = track_record(beside(yearly("proef", "GM1969", dict.fromkeys(range(2008, 2023), 100)), table))
    clear, ordinary = found.lasted[Grade.CLEAR], found.lasted[Grade.ORDINARY]
    assert clear.same_way > 0.6 > ordinary.same_way and clear.half > 0.4


def test_a_track_record_takes_figures_of_all_municipalities():
    assert isinstance(track_record(alone([100] * 10)), Missing)


@pytest.mark.parametrize(("municipalities", "synthetic"), [(200, False), (320, True)])
def test_a_track_record_takes_no_part_of_the_country_and_nothing_made_up(municipalities, synthetic):
    """Made-up figures prove nothing, and sixty municipalities are not all of them."""
    panel = country(range(2008, 2023)).iloc[:municipalities]
    ours = yearly("proef", "GM1969", dict.fromkeys(range(2008, 2023), 100))
    found = track_record(beside(ours, panel, (replace(SOURCE, synthetic=synthetic),)))
    assert isinstance(found, Missing)


def test_a_part_of_the_country_is_called_by_its_number_and_a_handful_teaches_nothing():
    table = country(range(2013, 2023))
    part, handful = (judge(beside(alone([100] * 10), table.iloc[:number]), 2021, 2022) for number in (200, 40))
    assert (part.basis, part.others, part.whole_country) == ("municipalities", 200, False)
    assert (handful.basis, handful.others) == ("own_years", 0)
    assert judge(beside(alone([100] * 10), table), 2021, 2022).whole_country


def test_what_was_foretold_of_a_series_rests_on_files_of_its_own_indicator():
    panel, steady_years = country(range(2008, 2023)), dict.fromkeys(range(2008, 2023), 100)
    ours, other = (
        beside(yearly("proef", "GM1969", steady_years), panel, (replace(SOURCE, name=name, synthetic=False),))
        for name in ("eigen", "andere")
    )
    files = {record.id: set(record.source) for record in track_record(ours, other).records()}
    assert files["track_record.inside_pct"] == {"eigen", "andere"}
    assert files["proef.foretold.2022"] == {SOURCE.name, "eigen"}


def test_what_was_foretold_does_not_know_what_came():
    counts = [100] * 9 + [100]
    calm, wild = (track_record(with_country([*counts[:-1], last])).past for last in (100, 500))
    assert calm.loc[2022, ["expected", "lower", "upper"]].equals(wild.loc[2022, ["expected", "lower", "upper"]])


def test_the_track_record_grades_as_a_change_does(monkeypatch):
    """The rule stands twice: for one count with its reasons, and for those of all municipalities at once."""
    table = country(range(2008, 2023), dispersion=4.0)
    table.index = pd.Index(regions.current_municipalities()[: len(table)])
    table.iloc[::7, -1] *= 2
    monkeypatch.setattr(ordinary, "learn", lambda panel, horizon, until: learn(panel, horizon, 2021))
    found = ordinary._foretold(Panel.of(table))
    at_once = found[found["year"] == 2022]["grade"].tolist()
    series = [beside(yearly("proef", code, counts.to_dict()), table) for code, counts in table.iterrows()]
    one_by_one = [change(each, 2021, 2022).grade for each in series]
    assert [grade if grade.shown else Grade.ORDINARY for grade in one_by_one] == at_once
    assert {Grade.CLEAR, Grade.HINT} <= set(one_by_one)
