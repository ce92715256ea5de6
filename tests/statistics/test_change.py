"""Changes between two years of one series, and the three questions about them. All figures are made up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.change import change, least_ordinary_step, overview
from analysis.statistics.ordinary import Grade
from analysis.statistics.verdicts import Reservation, Verdict
from analysis.store.results import Missing
from analysis.store.series import SUMMED_IN_PART
from made_up_series import HOME, SOURCE, alone, beside, country, indicator, with_country, yearly

YEARS = range(2013, 2023)


def two_years(before, after, **fields):
    """Return a change that nothing tells the ordinary size of."""
    return change(yearly("proef", HOME, {2019: before, 2022: after}, **fields), 2019, 2022)


def by_own_years(*counts):
    """Return the change to 2022 from the year before, with only our own years."""
    return change(alone(counts), 2021, 2022)


def among_all(*counts, **fields):
    """Return the same change with figures of all municipalities; about 100, some 60 to 145 are ordinary."""
    return change(with_country(counts, **fields), 2021, 2022)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 3000), min_size=4, max_size=9), st.integers(0, 3000))
def test_of_two_opposite_claims_one_at_most_is_not_contradicted(past, after):
    result = by_own_years(*past, after)
    contradicted = {claim for claim in ("up", "down") if result.verdict_on(claim) is Verdict.CONTRADICTED}
    says_nothing = result.grade is Grade.TOO_FEW and max(past[-1], after) < 10  # 2 and 2 refute neither claim
    assert contradicted == (set() if says_nothing else {"up", "down"} - {result.direction})
    assert result.verdict is not Verdict.CONTRADICTED
    if result.direction != "equal":
        assert result.verdict_on(result.direction) is result.verdict
    if result.ratio:
        assert result.ratio == pytest.approx(after / past[-1])


@pytest.mark.parametrize(
    ("before", "after", "small"),
    [(9, 50, "counts_only"), (60, 9, "counts_only"), (10, 50, "with_range"), (49, 80, "with_range"),
     (50, 10, "full"), (242, 395, "full")],
)  # fmt: skip
def test_small_counts_say_less(before, after, small):
    result, bare = by_own_years(*[before] * 5, after), two_years(before, after)
    assert result.small == small
    assert (result.percentage is None) == (small == "counts_only")
    assert bare.small == ("full" if small == "full" else "counts_only")  # there is no range to give with it


def test_zero_is_a_count_but_no_base_for_a_percentage():
    rise, fall, nothing = (by_own_years(*counts) for counts in ([0] * 9 + [12], [12] * 9 + [0], [0] * 10))
    assert (rise.ratio, rise.rate_ratio, rise.percentage, rise.direction) == (None, None, None, "up")
    assert (fall.ratio, fall.percentage, fall.direction) == (0, None, "down")
    assert rise.verdict is fall.verdict is Verdict.CONFIRMED_WITH_CAVEAT
    assert (nothing.ratio, nothing.direction, nothing.changed) == (None, "equal", False)
    assert (nothing.grade, nothing.verdict) == (Grade.TOO_FEW, Verdict.NOT_TESTABLE)


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
    assert two_years(100, 200, population={2019: 50_000}).rate_ratio is None


def test_other_territory_is_a_caveat_even_when_no_break_is_declared():
    counts = dict(zip(YEARS, [*[135] * 9, 395], strict=True))
    same = beside(yearly("proef", HOME, counts), country(YEARS))
    other = beside(yearly("proef", HOME, counts, origins={2021: SUMMED_IN_PART}), country(YEARS))
    assert change(same, 2021, 2022).verdict is Verdict.CONFIRMED
    assert change(other, 2021, 2022).breaks == ()
    assert change(other, 2021, 2022).verdict is Verdict.CONFIRMED_WITH_CAVEAT


def test_records_carry_unrounded_numbers_and_name_only_other_regions():
    counts = dict(zip(YEARS, [*[242] * 9, 395], strict=True))
    series = yearly("proef", HOME, counts, {2021: 63_000, 2022: 64_000})
    result = change(beside(series, country(YEARS), (replace(SOURCE, name="allen"),)), 2021, 2022)
    records = {record.id: record for record in result.records()}
    change_pct, held = records["proef.change_pct"], records["proef.ordinary.unchanged"]
    assert (records["proef.2021"].value, records["proef.2022"].value) == (242, 395)
    assert change_pct.value == pytest.approx(100 * (395 / 242 - 1), abs=1e-12)
    assert (change_pct.baseline, change_pct.period, change_pct.unit) == ("2021", "2022", "percent")
    assert (change_pct.verdict, change_pct.p_value) == ("duidelijk", result.judgement.p_value)
    assert change_pct.source == held.source == ("proefbestand", "allen")
    assert records["proef.2022"].source == ("proefbestand",)
    assert (held.lower, held.upper) == result.ordinary
    assert held.lower < held.value < held.upper < 395
    assert records["proef.ordinary.as_elsewhere"].verdict == str(result.grade_elsewhere)
    assert records["proef.rate_change_pct"].value < change_pct.value
    nationwide = change(yearly("proef", "NL00", {2019: 242, 2022: 395}), 2019, 2022)
    assert nationwide.records()[-1].id == "proef.NL00.change_pct"


def test_records_of_small_counts_have_no_percentage():
    records = {record.id: record for record in two_years(6, 7, population={2019: 6e4, 2022: 6e4}).records()}
    small = records["proef.change_pct"]
    assert (small.value, small.lower, small.upper, small.verdict) == (None, None, None, "te weinig om te zeggen")
    assert "proef.rate_change_pct" not in records
    assert not any("ordinary" in id for id in records)  # nothing was learned, so nothing is shown


@pytest.mark.parametrize(
    ("before", "after", "grade", "up", "down"),
    [
        (100, 170, Grade.CLEAR, Verdict.CONFIRMED, Verdict.CONTRADICTED),
        (100, 130, Grade.HINT, Verdict.CONFIRMED_WITH_CAVEAT, Verdict.CONTRADICTED),
        (100, 110, Grade.ORDINARY, Verdict.CHANCE, Verdict.CONTRADICTED),
        (100, 100, Grade.ORDINARY, Verdict.CONTRADICTED, Verdict.CONTRADICTED),
        (100, 90, Grade.ORDINARY, Verdict.CONTRADICTED, Verdict.CHANCE),
        (100, 40, Grade.CLEAR, Verdict.CONTRADICTED, Verdict.CONFIRMED),
        (2, 3, Grade.TOO_FEW, Verdict.NOT_TESTABLE, Verdict.NOT_TESTABLE),
    ],
)
def test_a_claim_is_held_against_the_counts_and_then_against_what_is_ordinary(before, after, grade, up, down):
    """A variance of 3 times the mean, about a level that is itself an average: a deviation of about 19 on 100."""
    result = among_all(*[before] * 9, after)
    assert (result.grade, result.verdict_on("up"), result.verdict_on("down")) == (grade, up, down)
    assert result.reservations == ((Reservation("hint"),) if grade is Grade.HINT else ())


def test_a_fall_from_a_peak_that_is_still_above_the_ordinary_shows_no_direction():
    result = among_all(*[100] * 8, 300, 260)
    assert (result.judgement.grade, result.judgement.direction, result.direction) == (Grade.CLEAR, "up", "down")
    assert (result.grade, result.verdict_on("down")) == (Grade.ORDINARY, Verdict.CHANCE)
    assert result.verdict_on("up") is Verdict.CONTRADICTED


def test_a_step_in_the_year_before_is_no_step_in_this_one():
    """60 after 62 is no fall, though both are far below 180; from 62 to 20 is one."""
    low = [among_all(*[180] * 8, 62, after) for after in (60, 20)]
    assert [one.judgement.grade for one in low] == [Grade.CLEAR, Grade.CLEAR]
    assert [one.grade for one in low] == [Grade.ORDINARY, Grade.CLEAR]
    together = among_all(*[180] * 8, 62, 24, movement=0.4)  # as elsewhere, from where we were
    assert (together.judgement.grade_beside(together.judgement.elsewhere), together.grade_elsewhere) == (
        Grade.CLEAR,
        Grade.ORDINARY,
    )


def test_own_years_that_went_up_and_down_make_a_rise_ordinary():
    calm, wild = by_own_years(*[100, 104, 98, 101] * 2, 100, 140), by_own_years(*[60, 170, 90, 40] * 2, 100, 140)
    assert (calm.grade, wild.grade) == (Grade.HINT, Grade.ORDINARY)
    assert (calm.verdict, wild.verdict) == (Verdict.CONFIRMED_WITH_CAVEAT, Verdict.CHANCE)
    assert calm.ordinary[1] < wild.ordinary[1]


def test_own_years_alone_are_a_reservation_and_few_of_them_no_judgement():
    """Fewer data never give a stronger verdict."""
    counts = [100, 104, 98, 101, 100, 300]
    assert among_all(None, None, None, None, *counts).verdict is Verdict.CONFIRMED
    alone_, few = by_own_years(*counts), by_own_years(*counts[-3:])
    assert alone_.reservations == (Reservation("own_years"),)
    assert (alone_.grade_elsewhere, alone_.verdict) == (None, Verdict.CONFIRMED_WITH_CAVEAT)
    assert (few.judgement, few.ordinary, few.grade, few.verdict) == (None, None, Grade.TOO_FEW, Verdict.NOT_TESTABLE)
    assert (few.verdict_on("up"), few.verdict_on("down")) == (Verdict.NOT_TESTABLE, Verdict.CONTRADICTED)


def test_what_the_others_did_too_is_a_change_and_nothing_of_our_own():
    together, against = among_all(*[100] * 9, 40, movement=0.4), among_all(*[100] * 9, 160, movement=0.4)
    assert (together.grade, together.grade_elsewhere) == (Grade.CLEAR, Grade.ORDINARY)
    assert together.verdict is Verdict.CONFIRMED
    assert (against.grade, against.grade_elsewhere) == (Grade.CLEAR, Grade.CLEAR)


def test_rounded_counts_that_are_equal_contradict_nothing():
    def rounded(after):
        series = with_country([100] * 9 + [after])
        return change(replace(series, indicator=indicator(rounded_to=5)), 2021, 2022)

    assert rounded(100).verdict_on("up") is rounded(100).verdict_on("down") is Verdict.CHANCE
    assert rounded(105).verdict_on("down") is Verdict.CONTRADICTED


def test_an_overview_counts_every_grade_and_corrects_none():
    """The same change has one grade, whatever else is on the page."""
    series = [with_country([100] * 9 + [after]) for after in (170, 130, 110)] + [with_country([0] * 10)]
    result = overview([*series, yearly("proef", HOME, {2022: 5})], 2021, 2022)
    assert [one.grade for one in result.changes] == [change(one, 2021, 2022).grade for one in series]
    assert [one.after for one in result.changed] == [170]
    assert [one.after for one in result.hints] == [130]
    assert (result.tested, len(result.registered), len(result.missing)) == (3, 3, 1)
    numbers = {record.id: record.value for record in result.records()}
    assert [numbers[f"overview.{name}"] for name in ("tested", "changed", "hints")] == [3, 1, 1]


def test_a_percentage_is_no_count():
    with pytest.raises(ValueError, match="survey_change"):
        change(replace(yearly("proef", "GM1969", {2019: 33}), indicator=indicator(unit="percent")), 2019, 2022)


def test_the_step_of_all_series_that_is_the_least_ordinary():
    """A rise after the years that are compared, which a table of those years hides."""
    calm, wild = (with_country([*counts]) for counts in ([100] * 10, [100] * 7 + [40, 180, 100]))
    found = least_ordinary_step(calm, wild, first=2013)
    step = found.change
    assert (step.first, step.before, step.after, step.grade) == (2020, 40, 180, Grade.CLEAR)
    assert found.compared == 18
    assert least_ordinary_step(wild, first=2021).change.after == 100  # of the years asked for only


def test_steps_that_cannot_be_judged_are_ordered_by_number():
    step = least_ordinary_step(alone([10, 14, 30]), first=2020).change
    assert (step.grade, step.before, step.after) == (Grade.TOO_FEW, 14, 30)


def test_there_is_no_step_without_two_years_in_a_row():
    answer = least_ordinary_step(yearly("proef", HOME, {2019: 1, 2022: 2}), first=2019)
    assert isinstance(answer, Missing) and "geen twee jaren achter elkaar" in answer.reason
    assert least_ordinary_step(answer, first=2019) is answer


def test_where_zero_is_ordinary_too_a_step_that_is_no_step_is_too_few_to_say():
    found = among_all(*[0] * 8, 3, 7)
    assert found.judgement.grade is not Grade.TOO_FEW
    assert found.grade is Grade.TOO_FEW
