"""Statements about surveys, indices, other municipalities and votes. All figures are made up unless a test says so."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis as va
from analysis.display.finding_texts import finding_text
from analysis.documents.statements import ChangeTest, ComparisonTest, LevelTest, RankTest, RatioTest, TargetTest
from analysis.policy import change_tests, comparison_tests, level_tests, rank_tests
from analysis.policy.evidence import Evidence
from analysis.policy.level_tests import GoalState
from analysis.statistics.verdicts import Verdict
from analysis.statistics.votes import ranks as order
from analysis.store.results import Missing
from made_up_series import among_others, ballots, beside, indicator, monthly, voting, yearly
from made_up_statements import HOME, change, everywhere, statement

va.load  # noqa: B018  # the display layer says findings in words
PEOPLE = {2019: 60_000, 2022: 60_000}


def survey(region, figures, margin=None, id="proef"):
    """Return an index by year, with ``margin`` on both sides where it is published."""
    series = yearly(id, region, figures)
    data = series.data
    if margin is not None:
        data = data.assign(lower=data["value"] - margin, upper=data["value"] + margin)
    return replace(series, indicator=indicator(id, unit="index"), data=data)


def evidence_of(*series, **held):
    """Evidence that knows only these series."""
    evidence = Evidence(HOME)
    evidence.__dict__["_loaded"] = {(part.indicator.id, part.region, part.frequency): part for part in series}
    evidence.__dict__.update(held)
    return evidence


def only(findings):
    (finding,) = findings
    return finding


def moved(direction, first, last, margin):
    asked = ChangeTest(kind="change", indicator="proef", first=2019, last=2021, direction=direction)
    return only(change_tests.judge_change(asked, evidence_of(survey(HOME, {2019: first, 2021: last}, margin))))


@pytest.mark.parametrize(
    ("direction", "last", "margin", "verdict"),
    [
        ("down", 80, 2, Verdict.CONFIRMED),
        ("up", 80, 2, Verdict.CONTRADICTED),
        ("down", 99, 2, Verdict.CHANCE),
        ("down", 80, None, Verdict.NOT_TESTABLE),  # without a margin nobody can say
        ("not_up", 80, 2, Verdict.CONFIRMED),
    ],
)
def test_an_index_changed(direction, last, margin, verdict):
    result = moved(direction, 100, last, margin)
    assert result.verdict == verdict
    assert ("geen marge" in finding_text(result)) == (margin is None)


@pytest.mark.parametrize(
    ("percent", "verdict"),
    [(20, Verdict.CONFIRMED), (10, Verdict.CONFIRMED), (17, Verdict.CONTRADICTED), (2, Verdict.CONTRADICTED)],
)
def test_a_claim_that_names_how_far_a_measure_fell_is_judged_on_that(percent, verdict):
    """From 50 to 40: 10 points, which is 20 %."""
    asked = ChangeTest(kind="change", indicator="proef", first=2019, last=2021, direction="down", percent=percent)
    figures = survey(HOME, {2019: 50, 2021: 40}, 1)
    result = only(change_tests.judge_change(asked, evidence_of(figures)))
    assert result.verdict == verdict
    assert ("In het stuk staat" in finding_text(result)) == (verdict is Verdict.CONTRADICTED)


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [
        ({2019: 100, 2020: 90, 2021: 80}, Verdict.CONFIRMED),
        ({2019: 100, 2020: 99, 2021: 80}, Verdict.CHANCE),  # one step may be chance
        ({2019: 100, 2020: 110, 2021: 80}, Verdict.CONTRADICTED),
        ({2019: 100, 2021: 80}, Verdict.NOT_TESTABLE),
    ],
)
def test_an_index_that_fell_each_year_is_judged_on_every_step(figures, verdict):
    asked = ChangeTest(kind="change", indicator="proef", first=2019, last=2021, direction="down", each_year=True)
    whole, steps = change_tests.judge_change(asked, evidence_of(survey(HOME, figures, 2)))
    assert whole.verdict == Verdict.CONFIRMED
    assert (Verdict.NOT_TESTABLE if isinstance(steps, Missing) else steps.verdict) == verdict
    assert isinstance(steps, Missing) or finding_text(steps)


@pytest.mark.parametrize(
    ("than", "ours", "theirs", "margin", "verdict"),
    [
        ("more_down", 80, 99, 2, Verdict.CONFIRMED),
        ("more_up", 80, 99, 2, Verdict.CONTRADICTED),
        ("more_down", 97, 99, 2, Verdict.CHANCE),
        ("lower", 80, 99, 2, Verdict.CONFIRMED),
        ("higher", 80, 99, 2, Verdict.CONTRADICTED),
        ("lower", 97, 99, 2, Verdict.CHANCE),
        ("lower", 95.5, 99, 2, Verdict.CONFIRMED),  # the margins overlap, and the difference is more than chance
        ("lower", 80, 99, None, Verdict.CONFIRMED_WITH_CAVEAT),
    ],
)
def test_an_index_beside_the_country(than, ours, theirs, margin, verdict):
    asked = ComparisonTest(kind="comparison", indicator="proef", first=2019, last=2021, than=than)
    figures = survey(HOME, {2019: 100, 2021: ours}, margin), survey("NL00", {2019: 100, 2021: theirs}, margin)
    result = only(comparison_tests.judge_comparison(asked, evidence_of(*figures)))
    assert result.verdict == verdict
    text = finding_text(result)
    assert ("toeval" in text, "anders dan" in text) == (
        verdict is Verdict.CHANCE or margin is None,
        verdict is Verdict.CONTRADICTED,
    )


@pytest.mark.parametrize(
    ("compare", "value", "margin", "verdict"),
    [
        (">=", 7.5, 0.1, Verdict.CONFIRMED),
        (">=", 7.7, 0.1, Verdict.CHANCE),
        (">=", 7.9, 0.1, Verdict.CONTRADICTED),
        (">=", 7.5, None, Verdict.CONFIRMED_WITH_CAVEAT),
        ("=", 7.7, 0.1, Verdict.CONFIRMED),
        ("=", 7.6, 0.1, Verdict.CONTRADICTED),
    ],
)
def test_a_mark(compare, value, margin, verdict):
    asked = LevelTest(kind="level", indicator="proef", year=2021, compare=compare, value=value)
    result = only(level_tests.judge_level(asked, evidence_of(survey(HOME, {2021: 7.68}, margin))))
    assert result.verdict == verdict
    assert finding_text(result)


@pytest.mark.parametrize(
    ("compare", "value", "margin", "state"),
    [
        (">=", 7.9, 0.2, GoalState.MET),
        (">=", 7.6, 0.2, GoalState.NOT_MEASURABLE),  # the margin lies on both sides of the goal
        (">=", 7.1, 0.2, GoalState.NOT_MET),
        (">=", 7.6, None, GoalState.MET),
    ],
)
def test_a_goal_for_a_survey_figure_counts_its_margin(compare, value, margin, state):
    figure = survey(HOME, {2023: value}, margin)
    asked = TargetTest(kind="target", indicator="proef", year=2023, compare=compare, value=7.5)
    (finding,) = level_tests.judge_target(asked, evidence_of(figure))
    assert finding.state == state
    text = finding_text(finding)
    assert ("niet te meten" in text, "geen marge" in text) == (state is GoalState.NOT_MEASURABLE, margin is None)
    claim = TargetTest(kind="target", indicator="proef", year=2023, compare=compare, value=7.5, met=False)
    (finding,) = level_tests.judge_target(claim, evidence_of(figure))
    words = {GoalState.MET: Verdict.CONTRADICTED, GoalState.NOT_MEASURABLE: Verdict.CHANCE}
    assert finding.verdict == words.get(state, Verdict.CONFIRMED)


@pytest.mark.parametrize(
    ("than", "registrations", "verdict"),
    [
        ("lower", 60, Verdict.CONFIRMED),
        ("higher", 60, Verdict.CONTRADICTED),
        ("lower", 118, Verdict.CHANCE),
        ("higher", 118, Verdict.CONTRADICTED),  # the count is lower, whatever chance says
    ],
)
def test_a_rate_beside_the_rest_of_the_country(than, registrations, verdict):
    """In the rest of the country 2 per 1.000, without the municipality itself."""
    ours = yearly("proef", HOME, {2022: registrations}, PEOPLE)
    country = yearly("proef", "NL00", {2022: 20_000 + registrations}, {2022: 10_060_000})
    asked = ComparisonTest(kind="comparison", indicator="proef", last=2022, than=than)
    result = only(comparison_tests.judge_comparison(asked, evidence_of(ours, country)))
    assert result.verdict == verdict
    assert result.rates.elsewhere == pytest.approx(2)
    assert result.rates.lower < result.rates.ratio < result.rates.upper
    assert (result.p_value < 0.05) == (result.rates.upper < 1)
    assert "de rest van Nederland" in finding_text(result)
    assert ("anders dan het stuk zegt" in finding_text(result)) == (verdict is Verdict.CONTRADICTED)


@pytest.mark.parametrize(
    ("value", "compare", "verdict"),
    [
        (2, "=", Verdict.CONFIRMED),  # 119 on 60.000 is 1.98
        (1.98, "=", Verdict.CONFIRMED),
        (1.99, "=", Verdict.CONFIRMED_WITH_CAVEAT),  # within what publishers revise
        (2.1, "=", Verdict.CONTRADICTED),
        (2, "<", Verdict.CONFIRMED),
        (2, ">=", Verdict.CONTRADICTED),
    ],
)
def test_a_rate_is_the_claimed_one_when_it_rounds_to_it(value, compare, verdict):
    series = yearly("proef", HOME, {2022: 119, 2021: 119}, {2022: 60_000})
    asked = LevelTest(kind="level", indicator="proef", year=2022, value=value, compare=compare, per_1000=True)
    result = only(level_tests.judge_level(asked, evidence_of(series)))
    assert result.verdict == verdict
    assert "per 1.000 inwoners in 2022" in finding_text(result)
    assert result.numbers["2022"].value == pytest.approx(119 / 60)
    assert set(series.population_sources) <= set(result.sources)
    unknown = asked.model_copy(update={"year": 2021})
    assert "inwoners" in only(level_tests.judge_level(unknown, evidence_of(series))).reason


@pytest.mark.parametrize(
    ("registrations", "verdict"),
    [
        (60, Verdict.CONFIRMED),  # 1 per 1.000, and 2 in the rest of the country
        (64, Verdict.CONFIRMED),
        (75, Verdict.CONTRADICTED),
    ],
)
def test_half_the_rate_of_the_rest_of_the_country(registrations, verdict):
    ours = yearly("proef", HOME, {2022: registrations}, PEOPLE)
    country = yearly("proef", "NL00", {2022: 20_000 + registrations}, {2022: 10_060_000})
    of = {"region": "NL00"}
    asked = RatioTest(kind="ratio", indicator="proef", year=2022, of=of, ratio=0.5, per_1000=True)
    result = only(comparison_tests.judge_ratio(asked, evidence_of(ours, country)))
    assert result.verdict == verdict
    assert "de rest van Nederland" in finding_text(result)
    assert result.question is not None


def test_the_rate_that_is_as_claimed_may_still_be_chance():
    """Three on 60.000 is a quarter of the rate elsewhere, and could be any rate from nothing to more than that."""
    ours = yearly("proef", HOME, {2022: 1}, PEOPLE)
    country = yearly("proef", "NL00", {2022: 335}, {2022: 10_060_000})
    of = {"region": "NL00"}
    asked = RatioTest(kind="ratio", indicator="proef", year=2022, of=of, ratio=0.5, per_1000=True)
    result = only(comparison_tests.judge_ratio(asked, evidence_of(ours, country)))
    assert (result.fits, result.verdict) == (True, Verdict.CHANCE)


@pytest.mark.parametrize(
    ("ours", "theirs", "margin", "verdict"),
    [
        (80, 82, 1, Verdict.CONFIRMED),
        (80, 90, 1, Verdict.CONFIRMED_WITH_CAVEAT),  # the same way, and clearly further
        (80, 110, 1, Verdict.CONTRADICTED),
        (99, 98, 2, Verdict.CHANCE),
        (99, 101, 2, Verdict.CHANCE),
        (80, 82, None, Verdict.NOT_TESTABLE),
    ],
)
def test_an_index_in_line_with_the_country(ours, theirs, margin, verdict):
    asked = ComparisonTest(kind="comparison", indicator="proef", first=2019, last=2021, than="in_line")
    figures = survey(HOME, {2019: 100, 2021: ours}, margin), survey("NL00", {2019: 100, 2021: theirs}, margin)
    result = only(comparison_tests.judge_comparison(asked, evidence_of(*figures)))
    assert result.verdict == verdict
    assert finding_text(result)


@pytest.mark.parametrize(
    ("than", "ours", "theirs", "verdict"),
    [
        ("less_down", 90, 80, Verdict.CONFIRMED),
        ("less_down", 110, 80, Verdict.CONTRADICTED),  # here it clearly rose
        ("less_down", 101, 80, Verdict.CHANCE),  # that it rose may be chance
        ("less_up", 110, 120, Verdict.CONFIRMED),
        ("more_down", 110, 120, Verdict.CONTRADICTED),
    ],
)
def test_an_index_that_is_said_to_fall_less_must_not_have_risen(than, ours, theirs, verdict):
    asked = ComparisonTest(kind="comparison", indicator="proef", first=2019, last=2021, than=than)
    figures = survey(HOME, {2019: 100, 2021: ours}, 2), survey("NL00", {2019: 100, 2021: theirs}, 2)
    assert only(comparison_tests.judge_comparison(asked, evidence_of(*figures))).verdict == verdict


BEFORE = dict.fromkeys(range(2006, 2020), 100)
SETTLED = (Verdict.CONFIRMED, Verdict.CONFIRMED_WITH_CAVEAT)


@given(ours=st.integers(1, 400), movement=st.sampled_from([0.3, 0.8, 0.97, 1.03, 1.3, 3.0]))
@settings(max_examples=60, deadline=None)
def test_two_claims_that_exclude_each_other_are_never_both_borne_out(ours, movement):
    """Counts of a municipality that had 100 a year, beside those of the country that moved by a factor."""
    series = among_others(yearly("proef", HOME, BEFORE | {2022: ours}), movement)
    nation = yearly("proef", "NL00", dict.fromkeys(BEFORE, 10_100) | {2022: round(10_000 * movement) + ours})
    about, held = {"kind": "comparison", "indicator": "proef", "first": 2019, "last": 2022}, evidence_of(series, nation)
    kinds = ("more_up", "more_down", "less_up", "less_down", "in_line")
    asked = {than: ComparisonTest(**about, than=than) for than in kinds}
    found = {than: only(comparison_tests.judge_comparison(test, held)) for than, test in asked.items()}
    verdicts = {than: finding.verdict for than, finding in found.items()}
    assert sum(verdicts[than] in SETTLED for than in kinds[:4]) <= 1, verdicts
    rose, rose_elsewhere = ours > 100, movement > 1
    if ours == 100 or rose != rose_elsewhere:
        assert verdicts["in_line"] not in SETTLED
        assert verdicts["less_up"] is verdicts["less_down"] is Verdict.CONTRADICTED
    elif verdicts["in_line"] is Verdict.CONTRADICTED:  # the same way: then only because it hardly moved here
        assert found["in_line"].ours.verdict is Verdict.CHANCE
    if rose:
        assert verdicts["more_down"] is verdicts["less_down"] is Verdict.CONTRADICTED
    assert all(finding_text(finding) for finding in found.values())


@given(whole=st.integers(1, 3000), part=st.integers(0, 3000), claimed=st.sampled_from([0.25, 0.5, 0.9, 2.0, 3.0]))
@settings(max_examples=60, deadline=None)
def test_a_part_is_contradicted_exactly_when_it_is_not_roughly_that_part(whole, part, claimed):
    ours, other = yearly("proef", HOME, {2022: part}), yearly("geheel", HOME, {2022: whole})
    asked = RatioTest(kind="ratio", indicator="proef", year=2022, of={"indicator": "geheel"}, ratio=claimed)
    verdict = only(comparison_tests.judge_ratio(asked, evidence_of(ours, other))).verdict
    fits = abs(part / whole / claimed - 1) <= 0.1
    assert verdict is (Verdict.CONFIRMED if fits else Verdict.CONTRADICTED)


def among(value, others, margin=None, share=0.25, end="lowest"):
    codes = [f"GM{number:04}" for number in range(1, len(others) + 1)]
    table = pd.DataFrame({2021: [*others, value]}, index=[*codes, HOME])
    series = beside(survey(HOME, {2021: value}, margin), table)
    asked = RankTest(kind="rank", among="municipalities", indicator="proef", year=2021, end=end, share=share)
    return only(rank_tests.judge_rank(asked, evidence_of(series)))


OTHERS = [80.0 + number for number in range(19)]


@pytest.mark.parametrize(
    ("value", "margin", "verdict"),
    [
        (81.5, 1, Verdict.CONFIRMED),
        (83.5, 2, Verdict.CONFIRMED_WITH_CAVEAT),  # the fifth of twenty, perhaps the seventh
        (82.5, 1.2, Verdict.CONFIRMED_WITH_CAVEAT),  # 84 is above our margin, and not beyond that of the difference
        (85.5, 2, Verdict.CHANCE),
        (90.5, 2, Verdict.CONTRADICTED),
        (81.5, None, Verdict.CONFIRMED_WITH_CAVEAT),
        (90.5, None, Verdict.CONTRADICTED),
    ],
)
def test_among_the_lowest_quarter_of_municipalities(value, margin, verdict):
    result = among(value, OTHERS, margin)
    assert result.verdict == verdict
    assert "van 20 gemeenten" in finding_text(result)


def test_the_highest_end_counts_from_above():
    assert among(97.5, OTHERS, 0.2, end="highest").place.position == 2
    assert among(81.5, OTHERS, 0.2, end="highest").verdict == Verdict.CONTRADICTED


def test_a_place_among_a_handful_says_nothing():
    assert isinstance(among(81.5, OTHERS[:3]), Missing)


def voted(themes, end, places):
    cast = {"Leek": [["a", "b"]] * 60 + [["a", "c"]] * 40 + [["b", "c"]] * 30 + [["d", "a"]] * 2}
    held = order(voting(ballots(cast), "abcd"), seed=1)
    asked = RankTest(kind="rank", among="themes", themes=themes, end=end, places=places)
    return only(rank_tests.judge_rank(asked, evidence_of(theme_ranks=held)))


def test_themes_among_the_most_chosen():
    result = voted(("a", "B"), "highest", 2)  # by label as well
    assert result.verdict == Verdict.CONFIRMED
    assert voted(("d",), "lowest", 1).verdict == Verdict.CONFIRMED
    assert voted(("d",), "highest", 3).verdict == Verdict.CONTRADICTED
    assert "132 stemmers" in finding_text(result)
    assert "inwoners" not in finding_text(result)


def test_a_theme_that_is_not_on_the_card_cannot_be_tested():
    assert "staat niet op de stemkaart" in voted(("e",), "highest", 2).reason


@pytest.mark.parametrize(
    ("extra", "waves", "verdict"),
    [(60, 1, Verdict.CONFIRMED_WITH_CAVEAT), (60, 3, Verdict.CONFIRMED), (0, 0, Verdict.CHANCE)],
)
def test_waves_are_months_above_the_control_limit(extra, waves, verdict):
    """In 48 months without a change 0.4 waves are to be expected: one may be chance (33 %), three hardly (1 %)."""
    counts = [10 + month % 3 for month in range(12 * 7)]  # 2016-2022
    for wave in range(waves):
        counts[12 * 5 + 2 - 8 * wave] += extra  # March 2021, and earlier
    result = change_tests.find_peaks("proef", None, (2019, 2022), evidence_of(monthly("proef", HOME, 2016, counts)))
    assert result.verdict == verdict
    assert result.waves == waves
    assert result.by_chance == pytest.approx(0.4)
    assert ("maart 2021" in finding_text(result)) == bool(extra)
    assert ("ongeveer 0,4 golven" in finding_text(result)) == bool(extra)


CBS = '"ID";"SoortMisdrijf";"RegioS";"Perioden";"TotaalGeregistreerdeMisdrijven_1"'


def test_police_and_cbs_are_never_one_figure(judged, tmp_path):
    """Published for Westerkwartier by CBS (83648NED): 1325 crimes in 2019 and 1415 in 2022; the rest is made up."""
    counts = everywhere("T001161") | {("T001161", HOME, "2019JJ00"): 1325, ("T001161", HOME, "2022JJ00"): 1415}
    rows = (
        f'{n};"{code}";"{region}";"{year}";{count}' for n, ((code, region, year), count) in enumerate(counts.items())
    )
    lines = [CBS, *rows, ""]
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "cbs.csv").write_text("\n".join(lines), encoding="utf-8")
    tests = [change("up", indicator=name) for name in ("misdrijven_totaal", "misdrijven_cbs_totaal")]
    figures = {("0.0.0", HOME, "2019JJ00"): 1000, ("0.0.0", HOME, "2022JJ00"): 2000}
    result = judged({"K08": statement(*tests)}, figures).by_id["K08"]
    police, cbs = (outcome.finding.change for outcome in result.outcomes)
    assert (police.before, police.after) == (1000, 2000)
    assert (cbs.before, cbs.after) == (1325, 1415)
    assert [outcome.verdict for outcome in result.outcomes] == [Verdict.NOT_TESTABLE, Verdict.CHANCE]
    assert result.verdict == Verdict.CHANCE
    assert [len(outcome.sources) for outcome in result.outcomes] == [1, 1]
    assert result.outcomes[0].sources != result.outcomes[1].sources


def test_a_count_under_ten_gets_no_percentage_beside_the_country():
    history = range(2012, 2020)
    ours = among_others(yearly("proef", HOME, {**dict.fromkeys(history, 2), 2020: 3}))
    nation = yearly("proef", "NL00", {**dict.fromkeys(history, 9000), 2020: 9100})
    asked = ComparisonTest(kind="comparison", indicator="proef", first=2019, last=2020, than="more_up", region="NL00")
    shown = finding_text(only(comparison_tests.judge_comparison(asked, evidence_of(ours, nation))))
    assert "van 2 naar 3 in Westerkwartier" in shown
    assert "50" not in shown
