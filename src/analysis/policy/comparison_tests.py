"""Tests of claims that compare the municipality with another area: its level, or how it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..documents.statements import ComparisonTest
from ..statistics import percentage
from ..statistics.comparison import Comparison, compare_change
from ..statistics.rates import RateRatio, rate_ratio
from ..statistics.survey import Difference, SurveyComparison, compare_survey, difference_of_levels
from ..statistics.verdicts import Direction, Reservation, Verdict, provisional, verdict_from_interval
from ..store.raw_sources import Source
from ..store.results import Missing
from ..store.series import Series
from .evidence import Evidence
from .findings import Finding, Number, Question, source_files

LEVEL_DIRECTIONS: dict[str, Direction] = {"lower": "down", "higher": "up"}
CHANGE_DIRECTIONS: dict[str, Direction] = {"more_down": "down", "more_up": "up"}


@dataclass(frozen=True)
class Beside(Finding):
    """A rate beside that of another area.

    Parameters
    ----------
    rates : RateRatio
        Both rates with their ratio.
    claimed : {"lower", "higher"}
        How the municipality's rate is said to compare.
    """

    rates: RateRatio
    claimed: Literal["lower", "higher"]

    @property
    def verdict(self) -> Verdict:
        """Whether the rates differ by more than chance; contradicted when they are not as claimed, for they are counts.

        See Also
        --------
        analysis.statistics.change.Change.verdict_on : the same standard for a change.
        """
        rates = self.rates
        if rates.ratio == 1 or (rates.ratio < 1) != (self.claimed == "lower"):
            return Verdict.CONTRADICTED
        return verdict_from_interval(rates.lower, rates.upper, rates.p_value, caveats=bool(self.reservations))

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """That the figure is provisional, when it is."""
        return provisional(self.rates.series, [self.rates.year])

    @property
    def p_value(self) -> float | None:
        """P-value of the ratio."""
        return self.rates.p_value

    @property
    def question(self) -> Question:
        """Whether the rates differ."""
        rates = self.rates
        return Question("level", rates.series.indicator.id, self.region, None, rates.year, rates.other.region)

    @property
    def region(self) -> str:
        """CBS code of the municipality."""
        return self.rates.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """The ratio as a percentage more or less, and both rates."""
        rates = self.rates
        interval = percentage(rates.ratio), "percent", percentage(rates.lower), percentage(rates.upper)
        return {
            "difference_pct": Number(*interval),
            "here": Number(rates.here, "per_1000"),
            "elsewhere": Number(rates.elsewhere, "per_1000"),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the counts and the inhabitants."""
        return tuple(
            dict.fromkeys(source_files(self.rates.series, self.rates.other) + self.rates.series.population_sources)
        )


@dataclass(frozen=True)
class BesideMeasure(Finding):
    """A percentage, grade or index beside that of another area.

    Parameters
    ----------
    series, other : Series
        The measure in the municipality and in the other area.
    year : int
        The year that is compared.
    here, elsewhere : float
        Both figures, in the unit of the indicator.
    claimed : {"lower", "higher"}
        How the municipality's figure is said to compare.
    """

    series: Series
    other: Series
    year: int
    here: float
    elsewhere: float
    claimed: Literal["lower", "higher"]

    @property
    def difference(self) -> Difference:
        """The difference between both figures, with the interval that follows from the published margins."""
        return difference_of_levels(self.series, self.other, self.year)

    @property
    def p_value(self) -> float | None:
        """P-value of the difference; ``None`` where a margin is not published."""
        return self.difference.p_value

    @property
    def question(self) -> Question | None:
        """Whether the figures differ; ``None`` where a margin is not published."""
        if self.p_value is None:
            return None
        return Question("level", self.series.indicator.id, self.region, None, self.year, self.other.region)

    @property
    def verdict(self) -> Verdict:
        """Whether the figures differ by more than chance; without margins only the figures decide."""
        difference, claimed = self.difference, LEVEL_DIRECTIONS[self.claimed]
        if difference.p_value is not None:
            return verdict_from_interval(
                difference.lower, difference.upper, difference.p_value, claimed=claimed, same=0
            )
        if self.here == self.elsewhere or (self.here < self.elsewhere) != (claimed == "down"):
            return Verdict.CONTRADICTED
        return Verdict.CONFIRMED_WITH_CAVEAT

    @property
    def region(self) -> str:
        """CBS code of the municipality."""
        return self.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """Both figures with their margins."""
        unit, none = self.series.indicator.unit, (None, None)
        return {
            "here": Number(self.here, unit, *(self.series.margin(self.year) or none)),
            "elsewhere": Number(self.elsewhere, unit, *(self.other.margin(self.year) or none)),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of both series."""
        return source_files(self.series, self.other)


@dataclass(frozen=True)
class Developed(Finding):
    """How the municipality changed beside how another area did.

    Parameters
    ----------
    comparison : Comparison or SurveyComparison
        The two changes, of counts or of a measure.
    claimed : {"more_up", "more_down"}
        How the municipality's change is said to compare.
    """

    comparison: Comparison | SurveyComparison
    claimed: Literal["more_up", "more_down"]

    @property
    def difference(self) -> float:
        """Above 0 when the municipality rose more, or fell less."""
        comparison = self.comparison
        if isinstance(comparison, Comparison):
            return comparison.local_ratio - comparison.national_ratio
        return comparison.difference

    @property
    def verdict(self) -> Verdict:
        """Whether the two changes differ by more than chance; contradicted when they do not differ as claimed.

        Changes in counts that are not as claimed contradict it whatever chance says. Of estimates only a difference
        beyond chance does.
        """
        verdict = self.comparison.verdict
        wrong = not self.difference or (self.difference > 0) != (CHANGE_DIRECTIONS[self.claimed] == "up")
        if wrong and (isinstance(self.comparison, Comparison) or verdict.settled):
            return Verdict.CONTRADICTED
        return verdict

    @property
    def p_value(self) -> float | None:
        """P-value of the difference between the changes."""
        return self.comparison.p_value

    @property
    def question(self) -> Question | None:
        """Whether the changes differ; ``None`` when that could not be tested."""
        if self.comparison.verdict is Verdict.NOT_TESTABLE:
            return None
        (ours, theirs), (first, last) = self.series, self.years
        return Question(
            "count" if ours.indicator.is_count else "measure",
            ours.indicator.id,
            ours.region,
            first,
            last,
            theirs.region,
        )

    @property
    def years(self) -> tuple[int, int]:
        """The two years that are compared."""
        comparison = self.comparison
        change = comparison if isinstance(comparison, Comparison) else comparison.here
        return change.first, change.last

    @property
    def region(self) -> str:
        """CBS code of the municipality."""
        return self.series[0].region

    @property
    def series(self) -> tuple[Series, Series]:
        """The series of the municipality and of the other area."""
        comparison = self.comparison
        return (
            (comparison.series, comparison.national)
            if isinstance(comparison, Comparison)
            else (comparison.here.series, comparison.elsewhere.series)
        )

    @property
    def numbers(self) -> dict[str, Number]:
        """The ratio of the changes (for a measure the difference in points), and both changes."""
        comparison = self.comparison
        if isinstance(comparison, Comparison):
            ours, theirs = percentage(comparison.local_ratio), percentage(comparison.national_ratio)
            ratio = Number(comparison.ratio, "ratio", comparison.lower, comparison.upper)
            return {"ratio": ratio, "here": Number(ours, "percent"), "elsewhere": Number(theirs, "percent")}
        return {
            "difference": Number(comparison.difference, "points", comparison.lower, comparison.upper),
            "here": Number(comparison.here.difference, "points"),
            "elsewhere": Number(comparison.elsewhere.difference, "points"),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of both series."""
        return source_files(*self.series)


def judge_comparison(test: ComparisonTest, evidence: Evidence) -> Iterator[Finding | Missing]:
    """Test a claim that compares the municipality with another area.

    Parameters
    ----------
    test : ComparisonTest
        The claim: indicator, other region, years, and how they compare.
    evidence : Evidence
        The figures of the municipality.

    Yields
    ------
    Finding or Missing
        ``Missing`` when one of the two areas has no figures.
    """
    local, other = evidence.series(test.indicator), evidence.series(test.indicator, test.region)
    if isinstance(local, Missing):
        yield local
    elif isinstance(other, Missing):
        yield other
    elif test.than in ("more_up", "more_down"):
        yield _development(test, local, other)
    else:
        yield _level(test, local, other)


def _development(test: ComparisonTest, local: Series, other: Series) -> Finding | Missing:
    """Compare how both areas changed."""
    first = test.last if test.first is None else test.first
    compare = compare_change if local.indicator.is_count else compare_survey
    comparison = compare(local, other, first, test.last)
    claimed: Literal["more_up", "more_down"] = "more_up" if test.than == "more_up" else "more_down"
    return comparison if isinstance(comparison, Missing) else Developed(comparison, claimed)


def _level(test: ComparisonTest, local: Series, other: Series) -> Finding | Missing:
    """Compare the level of both areas in one year."""
    claimed: Literal["lower", "higher"] = "lower" if test.than == "lower" else "higher"
    if local.indicator.is_count:
        rates = rate_ratio(local, other, test.last)
        return rates if isinstance(rates, Missing) else Beside(rates, claimed)
    ours, theirs = local.value(test.last), other.value(test.last)
    if ours is None or theirs is None:
        return (local if ours is None else other).no_figure(test.last)
    return BesideMeasure(local, other, test.last, ours, theirs, claimed)
