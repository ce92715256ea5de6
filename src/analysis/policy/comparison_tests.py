"""Tests of claims that compare the municipality with another area: its level, or how it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..documents.statements import ComparisonTest
from ..statistics import percentage
from ..statistics.comparison import Comparison, compare_change
from ..statistics.rates import RateRatio, rate_ratio
from ..statistics.survey import SurveyComparison, compare_survey
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
        """Whether the rates differ by more than chance, in the claimed direction."""
        return verdict_from_interval(
            self.rates.lower, self.rates.upper, self.rates.p_value, caveats=bool(self.reservations),
            claimed=LEVEL_DIRECTIONS[self.claimed],
        )  # fmt: skip

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
    def apart(self) -> bool | None:
        """Whether the published margins do not overlap; ``None`` where one is not published."""
        ours, theirs = self.series.margin(self.year), self.other.margin(self.year)
        return None if ours is None or theirs is None else ours[1] < theirs[0] or theirs[1] < ours[0]

    @property
    def verdict(self) -> Verdict:
        """Chance when the margins overlap; without margins only the figures decide."""
        if self.apart is False:
            return Verdict.CHANCE
        if self.here == self.elsewhere or (self.here < self.elsewhere) != (self.claimed == "lower"):
            return Verdict.CONTRADICTED
        return Verdict.CONFIRMED if self.apart else Verdict.CONFIRMED_WITH_CAVEAT

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
        return comparison.ratio - 1 if isinstance(comparison, Comparison) else comparison.difference

    @property
    def verdict(self) -> Verdict:
        """Whether the two changes differ by more than chance, in the claimed direction."""
        verdict = self.comparison.verdict
        wrong = (self.difference > 0) != (CHANGE_DIRECTIONS[self.claimed] == "up")
        return Verdict.CONTRADICTED if verdict.settled and wrong else verdict

    @property
    def p_value(self) -> float | None:
        """P-value of the difference between the changes."""
        return self.comparison.p_value

    @property
    def question(self) -> Question | None:
        """Whether the changes differ; ``None`` without a p-value."""
        if self.p_value is None:
            return None
        (ours, theirs), (first, last) = self.series, self.years
        return Question("development", ours.indicator.id, ours.region, first, last, theirs.region)

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
