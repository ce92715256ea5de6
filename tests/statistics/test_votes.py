"""Votes at the village stands. All ballots here are made up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from analysis.statistics.votes import ranks, tally, themes_equal, villages_differ, weighted
from analysis.store.results import Missing
from made_up_series import ballots, tallies, voting

CARD = [f"thema_{number}" for number in range(12)]
VILLAGES = {"Zuidhorn": 150, "Leek": 120, "Marum": 60, "Tolbert": 60, "Grootegast": 90, "Grijpskerk": 70}


def drawn(random: np.random.Generator, liking: np.ndarray | None = None, villages: dict[str, int] = VILLAGES):
    """Draw ballots with six of twelve themes each; ``liking`` makes the first themes likelier."""
    liking = np.zeros(12) if liking is None else liking
    cast = {v: [[CARD[i] for i in ballot] for ballot in stack(random, liking, n)] for v, n in villages.items()}
    return voting(ballots(cast), CARD)


def stack(random: np.random.Generator, liking: np.ndarray, voters: int) -> np.ndarray:
    """Return the numbers of six themes for each voter."""
    return np.argsort(liking + random.gumbel(size=(voters, 12)), axis=1)[:, -6:]


SMALL = {"Leek": [["a", "b"], ["a"], []], "Marum": [["a", "c"]]}


def test_the_unit_is_the_voter():
    result = tally(voting(ballots(SMALL), "abcd"))
    assert result.voters.to_dict() == {"Leek": 3, "Marum": 1}  # an empty ballot is a voter too
    table = result.table.set_index("theme")
    assert table["votes"].to_dict() == {"a": 3, "b": 1, "c": 1, "d": 0}
    assert table["rank"].to_dict() == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert table.loc["a", "share"] == 0.75
    assert result.individual


def test_of_a_small_village_nothing_is_shown_by_itself():
    sheet = {"a": 20, "b": 10}
    few = {"Leek": 60, "Marum": 40, "Tolbert": 35, "Ezinge": 29}
    total = tally(voting(tallies({village: sheet for village in few}, few), "ab", dict.fromkeys(few, 1000)))
    assert total.withheld == ["Ezinge", "Tolbert"]  # Ezinge alone is the total less the others
    assert set(total.by_village["village"]) == {"Leek", "Marum"}
    assert total.table.set_index("theme")["votes"].to_dict() == {"a": 80, "b": 40}
    differ = villages_differ(total)
    assert differ.records()[0].region == "Leek, Marum"
    assert differ.table.set_index("theme").loc["a", "statistic"] == pytest.approx(
        chi2_contingency([[20, 20], [40, 20]], correction=False).statistic
    )
    together = weighted(total.voting).table.set_index("theme")
    assert together.loc["a", "weighted_share"] == pytest.approx((20 / 60 + 20 / 40 + 2 * 40 / 64) / 4)
    assert "te weinig stemmers" in villages_differ(tally(voting(ballots(SMALL), "abcd"))).reason


def test_enough_voters_everywhere_hide_no_village():
    few = {"Leek": 31, "Marum": 30}
    total = tally(voting(tallies({village: {"a": 7} for village in few}, few), "a"))
    assert total.withheld == [] and total.shown == ["Leek", "Marum"]
    leek = total.by_village.set_index("village").loc["Leek"]
    assert (leek["votes"], leek["share"]) == (7, 7 / 31)
    assert not any(word in repr(villages_differ(total)) for word in ("Leek", "31"))  # a notebook keeps the repr


def test_a_theme_that_two_small_villages_did_not_choose_hides_a_third():
    few = {"Leek": 60, "Marum": 40, "Tolbert": 35, "Ezinge": 29}
    sheets = {village: {"a": 20, "b": 10, "c": 0} for village in few} | {"Marum": {"a": 20, "b": 10, "c": 5}}
    total = tally(voting(tallies(sheets, few), "abc"))
    assert total.withheld == ["Ezinge", "Tolbert", "Marum"]  # else everybody knew that nobody in Ezinge chose c
    everywhere = {village: {"a": 20, "b": 10, "c": 0} for village in few}
    assert tally(voting(tallies(everywhere, few), "abc")).withheld == ["Ezinge", "Tolbert"]  # the total says so anyway


def test_three_very_small_villages_hide_each_other():
    few = {"Leek": 60, "Marum": 40, "Aduard": 9, "Tolbert": 10, "Ezinge": 11}
    total = tally(voting(tallies({village: {"a": 1} for village in few}, few), "a"))
    assert total.withheld == ["Aduard", "Tolbert", "Ezinge"]


def test_wilson_interval_of_a_textbook():
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 gives 0.2553 to 0.3662.
    row = tally(voting(tallies({"Leek": {"a": 81}}, {"Leek": 263}), "a")).table.iloc[0]
    assert (round(row["lower"], 4), round(row["upper"], 4)) == (0.2553, 0.3662)


def test_tallies_and_ballots_together():
    mixed = pd.concat([ballots(SMALL), tallies({"Tolbert": {"a": 4, "b": 0, "c": 2}}, {"Tolbert": 5})])
    mixed = voting(mixed, "abc")
    result = tally(mixed)
    assert not result.individual
    assert result.voters["Tolbert"] == 5
    assert result.table.set_index("theme")["votes"].to_dict() == {"a": 7, "b": 1, "c": 3}
    assert "turflijst" in themes_equal(mixed).reason
    assert ranks(mixed, seed=1).approximate


def test_what_a_tally_sheet_does_not_say_is_not_zero():
    sheet = tallies({"Tolbert": {"a": 4}}, {"Tolbert": 5})
    assert tally(voting(sheet, "ab")).reason == "Op de turflijst van Tolbert ontbreekt het thema 'b'."
    assert "aantal stemmers" in tally(voting(sheet.assign(voters=pd.NA), "a")).reason
    nothing = Missing("de stemming", "weg")
    assert all(ask(nothing) is nothing for ask in (tally, weighted, themes_equal, villages_differ))
    assert ranks(nothing, seed=1) is nothing


@settings(max_examples=10)
@given(st.permutations(["Leek", "Marum", "Tolbert"]))
def test_order_of_villages_does_not_matter(order):
    cast = {"Leek": SMALL["Leek"] * 20, "Marum": SMALL["Marum"] * 30, "Tolbert": SMALL["Leek"] * 15}
    reordered = {village: cast[village] for village in order}
    first, second = (tally(voting(ballots(votes), "abc")) for votes in (cast, reordered))
    pd.testing.assert_frame_equal(first.table, second.table)
    pd.testing.assert_frame_equal(villages_differ(first).table, villages_differ(second).table)


def test_cochran_q_averages_its_degrees_of_freedom_when_themes_are_equal():
    random = np.random.default_rng(6)
    results = [themes_equal(drawn(random, villages={"Leek": 60})) for _ in range(60)]
    assert np.mean([result.statistic for result in results]) == pytest.approx(11, abs=2)  # 6 by the naive chi-square
    assert {result.degrees for result in results} == {11}
    liked = themes_equal(drawn(random, np.linspace(1, 0, 12)))
    assert liked.p_value < 0.001
    assert [record.id for record in liked.records()] == ["cochran_q", "cochran_q.degrees"]


def test_cochran_q_needs_a_choice():
    assert isinstance(themes_equal(voting(ballots({"Leek": [["a", "b"], []]}), "ab")), Missing)


def test_village_test_is_the_chi_square_of_two_by_villages():
    total = tally(drawn(np.random.default_rng(7)))
    table = villages_differ(total).table.set_index("theme")
    votes = total.votes.loc["thema_3"]
    expected = chi2_contingency([votes, total.voters - votes], correction=False)
    row = table.loc["thema_3"]
    assert row["method"] == "chi2"
    assert (row["statistic"], row["p_value"]) == pytest.approx((expected.statistic, expected.pvalue))
    assert row["cramers_v"] == pytest.approx(np.sqrt(expected.statistic / total.voters.sum()))


def test_a_rare_theme_gets_an_exact_test():
    votes = {"Leek": {"a": 5, "b": 30, "c": 0}, "Marum": {"a": 0, "b": 30, "c": 0}}
    total = tally(voting(tallies(votes, {"Leek": 30, "Marum": 30}), "abc"))
    table = villages_differ(total).table.set_index("theme")
    assert table.loc["a", "method"] == "permutation"
    assert table.loc["a", "p_value"] == pytest.approx(0.0522, abs=0.008)  # Fisher: 2 * C(30,5) / C(60,5)
    assert table.loc["b", "p_value"] == table.loc["c", "p_value"] == 1  # everyone, and nobody, chose it
    assert (table["p_holm"] >= table["p_value"]).all()


def test_holm_keeps_false_alarms_over_all_themes_near_five_percent():
    random = np.random.default_rng(8)

    def alarm() -> bool:
        counts = {v: np.bincount(stack(random, np.zeros(12), n).ravel()) for v, n in VILLAGES.items()}
        sheets = tallies({v: dict(zip(CARD, votes, strict=True)) for v, votes in counts.items()}, VILLAGES)
        return (villages_differ(tally(voting(sheets, CARD))).table["p_holm"] < 0.05).any()

    assert np.mean([alarm() for _ in range(150)]) <= 0.08
    parts = drawn(random, villages={"Leek": 120}), drawn(random, 2 * np.eye(12)[0], {"Marum": 120})
    one_village_apart = tally(voting(pd.concat([part.ballots for part in parts]), CARD))
    result = villages_differ(one_village_apart).table.set_index("theme")["p_holm"]
    assert result["thema_0"] < 0.001
    assert "één dorp" in villages_differ(tally(drawn(random, villages={"Leek": 20}))).reason


def test_rank_intervals_are_repeatable_and_hold_the_rank():
    votes = drawn(np.random.default_rng(9), np.array([3, *np.linspace(0.3, 0, 11)]))
    result, again = ranks(votes, seed=1), ranks(votes, seed=1)
    pd.testing.assert_frame_equal(result.table, again.table)
    table = result.table
    assert ((table["lower"] <= table["rank"]) & (table["rank"] <= table["upper"])).all()
    assert tuple(table.loc[0, ["theme", "lower", "upper", "group"]]) == ("thema_0", 1, 1, 1)
    assert table.loc[1, "group"] == 2
    assert table["group"].nunique() < 6  # the other eleven hardly differ
    assert not result.approximate
    record = result.records()[1]
    assert (record.id, record.value, record.lower, record.upper) == ("rank.thema_0", 1, 1, 1)


def test_themes_that_are_liked_alike_are_rarely_told_apart():
    """Six pairs of themes: without a correction one of the six borders within a pair is false in a quarter of votes."""
    random, pairs = np.random.default_rng(2026), np.repeat(np.linspace(4, -4, 6), 2)
    together = [{f"thema_{2 * pair}", f"thema_{2 * pair + 1}"} for pair in range(6)]

    def false_border():
        table = ranks(drawn(random, pairs), seed=1, draws=800).table
        neighbours = zip(table["theme"], table["theme"][1:], table["group"], table["group"][1:], strict=False)
        return any({one, other} in together and here != there for one, other, here, there in neighbours)

    assert np.mean([false_border() for _ in range(60)]) <= 0.1


def test_rank_intervals_from_tallies_come_near_those_from_ballots():
    single = drawn(np.random.default_rng(10), np.linspace(1, 0, 12))
    total = tally(single)
    sheets = voting(tallies({v: total.votes[v].to_dict() for v in total.votes}, total.voters.to_dict()), CARD)
    exact, rough = (ranks(votes, seed=1).table for votes in (single, sheets))
    assert (exact["theme"] == rough["theme"]).all()
    assert (exact[["lower", "upper"]] - rough[["lower", "upper"]]).abs().max(axis=None) <= 1


def test_weighting_lets_a_large_village_with_few_voters_count():
    sheets = tallies({"Leek": {"a": 900, "b": 100}, "Marum": {"a": 10, "b": 90}}, {"Leek": 1000, "Marum": 100})
    table = weighted(voting(sheets, "ab", {"Leek": 1000, "Marum": 9000})).table.set_index("theme")
    assert table["weighted_share"].to_dict() == pytest.approx({"a": 0.18, "b": 0.82})
    assert table["rank"].to_dict() == {"a": 1, "b": 2}
    assert table["rank_change"].to_dict() == {"a": -1, "b": 1}
    assert "Marum" in weighted(voting(sheets, "ab", {"Leek": 1000})).reason


def test_records_of_a_tally():
    records = {record.id: record for record in tally(voting(ballots(SMALL), "abc")).records()}
    assert records["total.a"].value == 3
    assert records["share.a"].value == 75
    assert records["share.a"].lower < 75 < records["share.a"].upper
    assert (records["total.a"].label, records["total.a"].region) == ("A", "Leek, Marum")
    assert records["total.a"].source == ("proefbestand",)
