"""Tests of claims that compare the municipality with another area: its level, or how it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

from ..definitions import catalogue
from ..documents.statements import DEVELOPMENTS, Compare, ComparisonTest, RatioTest
from ..statistics import percentage
from ..statistics.change import Change, change
from ..statistics.comparison import Comparison, compare_change
from ..statistics.ordinary import Grade
from ..statistics.rates import RateRatio, rate_ratio
from ..statistics.survey import Difference, SurveyChange, SurveyComparison, compare_survey, difference_of_levels
from ..statistics.verdicts import Direction, Reservation, Verdict, provisional, verdict_from_interval
from ..store.raw_sources import Source
from ..store.results import Missing, Reason
from ..store.series import Series
from .evidence import Evidence
from .findings import Finding, Number, Question, holds, question_of, source_files

MoreOrLess = Literal["more_up", "more_down", "less_up", "less_down"]
LEVEL_DIRECTIONS: dict[str, Direction] = {"lower": "down", "higher": "up"}
# Which way the municipality is said to have gone, and on which side of the other area that leaves it.
_WAYS: dict[MoreOrLess, Direction] = {"more_up": "up", "more_down": "down", "less_up": "up", "less_down": "down"}
_LESS = ("less_up", "less_down")
_SIDES: dict[MoreOrLess, Direction] = {"more_up": "up", "more_down": "down", "less_up": "down", "less_down": "up"}


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
class _TwoDevelopments(Finding):
    """How the municipality changed beside how another area did.

    Parameters
    ----------
    comparison : Comparison or SurveyComparison
        The two changes, of counts or of a measure.
    """

    comparison: Comparison | SurveyComparison

    @property
    def steps(self) -> tuple[float, float]:
        """What the municipality and the other area changed by, relatively or in points; 0 is no change."""
        comparison = self.comparison
        if isinstance(comparison, Comparison):
            return comparison.local_ratio - 1, comparison.national_ratio - 1
        return comparison.here.difference, comparison.elsewhere.difference

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


@dataclass(frozen=True)
class Developed(_TwoDevelopments):
    """A change that is said to be larger, or smaller, than that in another area.

    Parameters
    ----------
    claimed : {"more_up", "more_down", "less_up", "less_down"}
        How the municipality's change is said to compare.
    """

    claimed: MoreOrLess

    @property
    def verdict(self) -> Verdict:
        """Whether the two changes differ by more than chance; contradicted when they do not differ as claimed.

        Changes in counts that are not as claimed contradict it whatever chance says. Of estimates only what is beyond
        chance does. What fell less than elsewhere must have fallen, here and elsewhere.
        """
        verdict = self.comparison.verdict
        ours, theirs = self.steps
        counted = isinstance(self.comparison, Comparison)
        other_side = ours == theirs or (ours > theirs) != (_SIDES[self.claimed] == "up")
        if (other_side and (counted or verdict.settled)) or self.clearly_other_way:
            return Verdict.CONTRADICTED
        return Verdict.CHANCE if verdict.settled and self.other_way else verdict

    @property
    def other_way(self) -> bool:
        """Whether the municipality did not go the claimed way; of "less" the other area must have gone it as well."""
        sides = self.steps if self.claimed in _LESS else self.steps[:1]
        return any(step == 0 or (step > 0) != (_WAYS[self.claimed] == "up") for step in sides)

    @property
    def clearly_other_way(self) -> bool:
        """The same, beyond chance where these are estimates."""
        comparison = self.comparison
        if isinstance(comparison, Comparison):
            return self.other_way
        sides = (comparison.here, comparison.elsewhere) if self.claimed in _LESS else (comparison.here,)
        return any(side.verdict_on(_WAYS[self.claimed]) is Verdict.CONTRADICTED for side in sides)


@dataclass(frozen=True)
class InLine(_TwoDevelopments):
    """A change that is said to be in line with that in another area.

    Parameters
    ----------
    ours : Change or SurveyChange
        The change in the municipality, with the judgement that it has on every page.
    """

    ours: Change | SurveyChange

    @property
    def same_way(self) -> bool:
        """Whether both rose, or both fell."""
        ours, theirs = self.steps
        return ours * theirs > 0

    @property
    def apart(self) -> bool:
        """Whether the two changes clearly differ: a hint is not enough."""
        comparison = self.comparison
        return comparison.grade is Grade.CLEAR if isinstance(comparison, Comparison) else comparison.verdict.settled

    @property
    def verdict(self) -> Verdict:
        """Whether both went the same way, without a clear difference between them.

        Contradicted when they went different ways and that difference is clear, or when the municipality hardly moved
        and clearly stayed behind. The same way, but clearly further or less far, is a reservation.
        """
        beside, own = self.comparison.verdict, self.ours.verdict
        if self.apart and (not self.same_way or own is Verdict.CHANCE):
            return Verdict.CONTRADICTED
        if Verdict.NOT_TESTABLE in (beside, own):
            return Verdict.NOT_TESTABLE
        if not self.same_way:
            return Verdict.CHANCE
        if own is Verdict.CONFIRMED and beside is not Verdict.CHANCE:
            return Verdict.CONFIRMED_WITH_CAVEAT
        return own

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What besides reality can explain the change in the municipality."""
        return self.ours.reservations


@dataclass(frozen=True)
class Proportion(Finding):
    """A count beside another of which it is said to be a part or a multiple.

    Parameters
    ----------
    series, other : Series
        Yearly counts: ours, and those compared with.
    year, other_year : int
        The year of each.
    ratio : float
        Ours divided by the other, of the rates where the claim is about rates.
    compare : {"<", "<=", "=", ">=", ">"}
        The claimed relation of the ratio to ``claimed``.
    claimed : float
        The ratio in the document: 0.5 for half.
    difference : Change or RateRatio or None
        The same two figures judged on chance: two years of one series, or two rates; ``None`` for other counts.
    """

    series: Series
    other: Series
    year: int
    other_year: int
    ratio: float
    compare: Compare
    claimed: float
    difference: Change | RateRatio | None

    @property
    def fits(self) -> bool:
        """Whether the ratio is as claimed; ``=`` is meant roughly."""
        if self.compare != "=":
            return holds(self.compare, self.ratio, self.claimed)
        return abs(self.ratio / self.claimed - 1) <= catalogue.thresholds().statements.roughly

    @property
    def verdict(self) -> Verdict:
        """Whether the counts bear the claim out, and whether a difference in time or place is more than chance."""
        difference, caveats = self.difference, bool(self.reservations)
        if not self.fits:
            return Verdict.CONTRADICTED
        if isinstance(difference, Change) and self.claimed != 1:
            return difference.verdict
        if isinstance(difference, RateRatio) and self.claimed != 1:
            return verdict_from_interval(difference.lower, difference.upper, difference.p_value, caveats=caveats)
        return Verdict.CONFIRMED_WITH_CAVEAT if caveats else Verdict.CONFIRMED

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What besides reality can explain the change; of other figures that they are provisional, when they are."""
        if isinstance(self.difference, Change):
            return self.difference.reservations
        return (*provisional(self.series, [self.year]), *provisional(self.other, [self.other_year]))

    @property
    def p_value(self) -> float | None:
        """P-value of the difference between two rates."""
        return self.difference.p_value if isinstance(self.difference, RateRatio) else None

    @property
    def question(self) -> Question | None:
        """Whether the count changed, or the rates differ; ``None`` for other counts."""
        difference, about = self.difference, (self.series.indicator.id, self.series.region)
        if isinstance(difference, RateRatio):
            return Question("level", *about, None, self.year, self.other.region)
        return question_of(difference)

    @property
    def region(self) -> str:
        """CBS code of the region."""
        return self.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """The ratio, what was claimed, and both counts or rates."""
        ratio, claimed = Number(self.ratio, "ratio"), Number(self.claimed, "ratio")
        if isinstance(self.difference, RateRatio):
            here, elsewhere = self.difference.here, self.difference.elsewhere
            sides = Number(here, "per_1000"), Number(elsewhere, "per_1000")
        else:
            counts = self.series.count(self.year), self.other.count(self.other_year)
            sides = Number(counts[0], self.series.indicator.unit), Number(counts[1], self.other.indicator.unit)
        return {"ratio": ratio, "claimed": claimed, "here": sides[0], "other": sides[1]}

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of both figures."""
        people = self.series.population_sources if isinstance(self.difference, RateRatio) else ()
        return tuple(dict.fromkeys((*source_files(self.series, self.other), *people)))


def judge_ratio(test: RatioTest, evidence: Evidence) -> Iterator[Finding | Missing]:
    """Test a claim that a count is a part or a multiple of another.

    Parameters
    ----------
    test : RatioTest
        The claim: both figures, and their ratio.
    evidence : Evidence
        The figures of the municipality.

    Yields
    ------
    Proportion or Missing
        ``Missing`` when one of the two has no figure, or the other one is 0.
    """
    ours = evidence.series(test.indicator, test.region)
    other = evidence.series(test.of.indicator or test.indicator, test.of.region or test.region)
    if isinstance(ours, Missing):
        yield ours
    elif isinstance(other, Missing):
        yield other
    else:
        yield _proportion(test, ours, other)


def _proportion(test: RatioTest, ours: Series, other: Series) -> Finding | Missing:
    """Divide one count or rate by the other."""
    other_year = test.of.year or test.year
    if test.per_1000:
        rates = rate_ratio(ours, other, test.year)
        if isinstance(rates, Missing):
            return rates
        return Proportion(ours, rates.other, test.year, test.year, rates.ratio, test.compare, test.ratio, rates)
    count, whole = ours.count(test.year), other.count(other_year)
    if count is None or whole is None:
        return ours.no_figure(test.year) if count is None else other.no_figure(other_year)
    if not whole:
        about = {"region": other.region_name, "label": other.indicator.label}
        return Missing(other.indicator.label, Reason("none_elsewhere", year=other_year, **about))
    same = ours.indicator == other.indicator and ours.region == other.region
    years = min(test.year, other_year), max(test.year, other_year)
    difference = change(ours, *years) if same else None
    judged = difference if isinstance(difference, Change) else None
    return Proportion(ours, other, test.year, other_year, count / whole, test.compare, test.ratio, judged)


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
    elif test.than in DEVELOPMENTS:
        yield _development(test, local, other)
    else:
        yield _level(test, local, other)


def _development(test: ComparisonTest, local: Series, other: Series) -> Finding | Missing:
    """Compare how both areas changed."""
    first = test.last if test.first is None else test.first
    compare = compare_change if local.indicator.is_count else compare_survey
    comparison = compare(local, other, first, test.last)
    if isinstance(comparison, Missing):
        return comparison
    if test.than != "in_line":
        return Developed(comparison, cast(MoreOrLess, test.than))
    ours = change(local, first, test.last) if isinstance(comparison, Comparison) else comparison.here
    return ours if isinstance(ours, Missing) else InLine(comparison, ours)


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
