"""Tests of one figure: the count or measure of a year beside a number, all other years, or a goal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, inf
from typing import Literal

from ..definitions import catalogue
from ..documents.statements import Compare, ExtremeTest, LevelTest, TargetTest
from ..statistics.change import Change, change
from ..statistics.ordinary import Grade
from ..statistics.scenarios import Power, power
from ..statistics.verdicts import Reservation, Verdict, provisional
from ..store.raw_sources import Source
from ..store.results import Missing, Reason
from ..store.series import Series
from .evidence import Bounds, Evidence
from .findings import Finding, Number, Question, counts_of, holds, holds_within_limits, question_of, source_files


@dataclass(frozen=True)
class Level(Finding):
    """A count, or the limits it lies between, beside the number that a document gives.

    Parameters
    ----------
    series : Series
        Yearly counts.
    year : int
        The year of the count.
    bounds : Bounds
        The count or its limits.
    compare : {"<", "<=", "=", ">=", ">"}
        The claimed relation of the count to ``claimed``.
    claimed : float
        The number in the document.
    """

    series: Series
    year: int
    bounds: Bounds
    compare: Compare
    claimed: float

    @property
    def limits(self) -> tuple[float, float]:
        """Lower and upper limit of the count; infinite where nothing is known about a part of the area."""
        return self.bounds.lower, inf if self.bounds.upper is None else self.bounds.upper

    @property
    def tolerance(self) -> float:
        """How far a count may differ and still be the claimed one: publishers revise, and some round."""
        revised = catalogue.thresholds().revision.max_relative * self.claimed
        rounded = self.series.indicator.rounded_to
        return max(revised, rounded / 2 if rounded > 1 else 0)

    @property
    def verdict(self) -> Verdict:
        """Whether the count is this number; within its limits or a usual revision it may be."""
        doubtful = not self.bounds.exact or bool(self.reservations)
        confirmed = Verdict.CONFIRMED_WITH_CAVEAT if doubtful else Verdict.CONFIRMED
        if self.compare != "=":
            answer = holds_within_limits(self.compare, self.limits, (self.claimed, self.claimed))
            return Verdict.NOT_TESTABLE if answer is None else confirmed if answer else Verdict.CONTRADICTED
        if self.bounds.exact and self.bounds.lower == self.claimed:
            return confirmed
        lower, upper = self.limits
        if not lower - self.tolerance <= self.claimed <= upper + self.tolerance:
            return Verdict.CONTRADICTED
        return Verdict.NOT_TESTABLE if self.bounds.upper is None else Verdict.CONFIRMED_WITH_CAVEAT

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """That the count is provisional, when it is."""
        return provisional(self.series, [self.year])

    @property
    def numbers(self) -> dict[str, Number]:
        """The count, with its limits where it has them, and the claim."""
        lower, upper = (None, None) if self.bounds.exact else (self.bounds.lower, self.bounds.upper)
        count = Number(self.bounds.lower, self.series.indicator.unit, lower, upper)
        return {str(self.year): count, "claimed": Number(self.claimed, self.series.indicator.unit)}

    @property
    def used(self) -> Series:
        """The count of the year."""
        return counts_of(self.series, self.year)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the series."""
        return source_files(self.series)


@dataclass(frozen=True)
class Rate(Finding):
    """A count per 1.000 inhabitants beside the number that a document gives.

    Parameters
    ----------
    series : Series
        Yearly counts with their inhabitants.
    year : int
        The year of the count.
    limits : tuple of float
        Lower and upper limit of the rate: the same twice where the count is known.
    compare : {"<", "<=", "=", ">=", ">"}
        The claimed relation of the rate to ``claimed``.
    claimed : float
        The number in the document.
    """

    series: Series
    year: int
    limits: tuple[float, float]
    compare: Compare
    claimed: float

    @property
    def exact(self) -> bool:
        """Whether the rate is one number."""
        return self.limits[0] == self.limits[1]

    @property
    def rounds(self) -> bool:
        """Whether the rate rounds to the claim."""
        decimals = len(f"{self.claimed:g}".partition(".")[2])
        return self.exact and round(self.limits[0], decimals) == self.claimed

    @property
    def verdict(self) -> Verdict:
        """Whether the rate rounds to the claim; within its limits or a usual revision it may."""
        doubtful = not self.exact or bool(self.reservations)
        confirmed = Verdict.CONFIRMED_WITH_CAVEAT if doubtful else Verdict.CONFIRMED
        if self.compare != "=":
            answer = holds_within_limits(self.compare, self.limits, (self.claimed, self.claimed))
            return Verdict.NOT_TESTABLE if answer is None else confirmed if answer else Verdict.CONTRADICTED
        if self.rounds:
            return confirmed
        decimals = len(f"{self.claimed:g}".partition(".")[2])
        near = 0.5 * 10**-decimals + catalogue.thresholds().revision.max_relative * self.claimed
        if not self.limits[0] - near <= self.claimed <= self.limits[1] + near:
            return Verdict.CONTRADICTED
        return Verdict.NOT_TESTABLE if self.limits[1] == inf else Verdict.CONFIRMED_WITH_CAVEAT

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """That the count is provisional, when it is."""
        return provisional(self.series, [self.year])

    @property
    def numbers(self) -> dict[str, Number]:
        """The rate, with its limits where it has them, and the claim."""
        lower, upper = self.limits
        limits = (None, None) if self.exact else (lower, None if upper == inf else upper)
        return {str(self.year): Number(lower, "per_1000", *limits), "claimed": Number(self.claimed, "per_1000")}

    @property
    def used(self) -> Series:
        """The count of the year."""
        return counts_of(self.series, self.year)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the counts and the inhabitants."""
        return tuple(dict.fromkeys((*source_files(self.series), *self.series.population_sources)))


@dataclass(frozen=True)
class Measured(Finding):
    """A percentage, grade or index with its published margin, beside the number that a document gives.

    Parameters
    ----------
    series : Series
        The yearly measure.
    year : int
        The year of the figure.
    value : float
        The figure, in the unit of the indicator.
    margin : tuple of float or None
        Its published limits (95 %).
    compare : {"<", "<=", "=", ">=", ">"}
        The claimed relation of the figure to ``claimed``.
    claimed : float
        The number in the document.
    """

    series: Series
    year: int
    value: float
    margin: tuple[float, float] | None
    compare: Compare
    claimed: float

    @property
    def verdict(self) -> Verdict:
        """Whether the figure rounds to the claim; for more or less the whole margin must agree."""
        if self.compare == "=":
            decimals = len(f"{self.claimed:g}".partition(".")[2])
            return Verdict.CONFIRMED if round(self.value, decimals) == self.claimed else Verdict.CONTRADICTED
        if self.margin is None:
            right = holds(self.compare, self.value, self.claimed)
            return Verdict.CONFIRMED_WITH_CAVEAT if right else Verdict.CONTRADICTED
        answer = holds_within_limits(self.compare, self.margin, (self.claimed, self.claimed))
        return Verdict.CHANCE if answer is None else Verdict.CONFIRMED if answer else Verdict.CONTRADICTED

    @property
    def region(self) -> str:
        """CBS code of the region."""
        return self.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """The figure with its margin, and the claim."""
        unit = self.series.indicator.unit
        measure = Number(self.value, unit, *(self.margin or (None, None)))
        return {str(self.year): measure, "claimed": Number(self.claimed, unit)}

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the series."""
        return source_files(self.series)


def judge_level(test: LevelTest, evidence: Evidence) -> Iterator[Finding | Missing]:
    """Compare a claimed figure with the count or measure of that year.

    Parameters
    ----------
    test : LevelTest
        The claim: indicator, region, year, relation and number.
    evidence : Evidence
        The figures of the municipality.

    Yields
    ------
    Level, Rate, Measured or Missing
        ``Missing`` when there is no figure.
    """
    series = evidence.series(test.indicator, test.region)
    if isinstance(series, Missing):
        yield series
    elif test.per_1000:
        yield _compare_rate(series, test, evidence)
    else:
        yield compare_figure(series, test.year, test.compare, test.value, evidence)


def _compare_rate(series: Series, test: LevelTest, evidence: Evidence) -> Finding | Missing:
    """Compare a count per 1.000 inhabitants with a number."""
    bounds, people = evidence.bounds(series, test.year), series.inhabitants(test.year)
    if isinstance(bounds, Missing):
        return bounds
    if not people:
        return series.no_inhabitants(test.year)
    lower, upper = (inf if count is None else 1000 * count / people for count in (bounds.lower, bounds.upper))
    return Rate(series, test.year, (lower, upper), test.compare, test.value)


def compare_figure(
    series: Series, year: int, compare: Compare, claimed: float, evidence: Evidence
) -> Finding | Missing:
    """Compare one year of a series with a number.

    Parameters
    ----------
    series : Series
        Yearly counts, or a measure.
    year : int
        The year to compare.
    compare : {"<", "<=", "=", ">=", ">"}
        The claimed relation of the figure to ``claimed``.
    claimed : float
        The number, in the unit of the indicator.
    evidence : Evidence
        The figures of the municipality, for the limits of a count.

    Returns
    -------
    Level, Measured or Missing
        ``Missing`` when the year has no figure.
    """
    if series.indicator.is_count:
        bounds = evidence.bounds(series, year)
        return bounds if isinstance(bounds, Missing) else Level(series, year, bounds, compare, claimed)
    value = series.value(year)
    if value is None:
        return series.no_figure(year)
    return Measured(series, year, value, series.margin(year), compare, claimed)


@dataclass(frozen=True)
class Extreme(Finding):
    """The count of a year beside those of all other years.

    Parameters
    ----------
    series : Series
        Yearly counts.
    year : int
        The year that is said to be the lowest or highest.
    extreme : {"lowest", "highest"}
        The claim.
    counts : dict of int to Bounds
        The count of every year.
    rival : int
        The other year that comes nearest to the claim, or beats it.
    change : Change or None
        From the earlier to the later of the two years; ``None`` when there is none.
    """

    series: Series
    year: int
    extreme: Literal["lowest", "highest"]
    counts: dict[int, Bounds]
    rival: int
    change: Change | None

    @property
    def tied(self) -> bool:
        """Whether the rival has the same count."""
        return self.counts[self.rival].lower == self.counts[self.year].lower

    @property
    def beaten(self) -> bool:
        """Whether the rival is lower (or higher), by the counts themselves."""
        compare: Literal["<", ">"] = "<" if self.extreme == "lowest" else ">"
        return bool(holds_within_limits(compare, _limits(self.counts[self.rival]), _limits(self.counts[self.year])))

    @property
    def verdict(self) -> Verdict:
        """Whether the counts bear the claim out; that the rival may differ by chance alone is a reservation."""
        if self.beaten:
            return Verdict.CONTRADICTED
        beyond_chance = self.change is not None and self.change.verdict is Verdict.CONFIRMED
        return Verdict.CONFIRMED if beyond_chance else Verdict.CONFIRMED_WITH_CAVEAT

    @property
    def question(self) -> Question | None:
        """Whether the count differs from that of the rival by more than an ordinary movement."""
        return question_of(self.change)

    @property
    def numbers(self) -> dict[str, Number]:
        """The count of the year and of its rival, and the number of years."""
        unit = self.series.indicator.unit
        return {
            str(self.year): Number(self.counts[self.year].lower, unit),
            str(self.rival): Number(self.counts[self.rival].lower, unit),
            "years": Number(len(self.counts), "years"),
        }

    @property
    def used(self) -> Series:
        """The counts of all the years."""
        return counts_of(self.series, *self.counts)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the series."""
        return source_files(self.series)


def judge_extreme(test: ExtremeTest, evidence: Evidence) -> Iterator[Finding | Missing]:
    """Compare one year with all others; each of them must have a figure.

    Parameters
    ----------
    test : ExtremeTest
        The claim: indicator, years, and which one is the lowest or highest.
    evidence : Evidence
        The figures of the municipality.

    Yields
    ------
    Extreme or Missing
        ``Missing`` when a year has no figure, or may or may not spoil the claim.
    """
    series = evidence.series(test.indicator)
    yield series if isinstance(series, Missing) else _among(test, series, evidence)


def _among(test: ExtremeTest, series: Series, evidence: Evidence) -> Finding | Missing:
    """Gather the counts of all years and compare the claimed one with its rival."""
    if not series.indicator.is_count:
        return Missing(series.indicator.label, Reason("not_a_count", title=series.indicator.title))
    counts: dict[int, Bounds] = {}
    for year in range(test.first, test.last + 1):
        bounds = evidence.bounds(series, year)
        if isinstance(bounds, Missing):
            return series.no_figure(year)
        counts[year] = bounds
    return _beside_rival(test, series, counts)


def _beside_rival(test: ExtremeTest, series: Series, counts: dict[int, Bounds]) -> Finding | Missing:
    """Compare a year with its rival; not testable when another year may or may not spoil the claim."""
    compare: Literal["<", ">"] = "<" if test.extreme == "lowest" else ">"
    others = [year for year in counts if year != test.year]
    pick = min if test.extreme == "lowest" else max
    rival = pick(others, key=lambda year: counts[year].lower)
    doubtful = [
        year
        for year in others
        if holds_within_limits(compare, _limits(counts[year]), _limits(counts[test.year])) is None
    ]
    if doubtful:
        code, name = "maybe_lower" if test.extreme == "lowest" else "maybe_higher", series.indicator.label
        return Missing(name, Reason(code, label=name, doubtful=doubtful[0], year=test.year))
    difference = change(series, min(rival, test.year), max(rival, test.year))
    return Extreme(
        series, test.year, test.extreme, counts, rival, difference if isinstance(difference, Change) else None
    )


def _limits(bounds: Bounds) -> tuple[float, float]:
    return bounds.lower, inf if bounds.upper is None else bounds.upper


class GoalState(StrEnum):
    """What became of a goal; always computed, never typed."""

    MET = "gehaald"
    PARTLY = "deels gehaald"
    NOT_MET = "niet gehaald"
    NOT_MEASURABLE = "niet te meten"


@dataclass(frozen=True)
class GoalMeasure(Measured):
    """A percentage, grade or index beside its goal.

    Parameters
    ----------
    said_met : bool or None
        Whether the document says that it was reached; ``None`` for the goal itself.
    """

    said_met: bool | None = None

    @property
    def state(self) -> GoalState:
        """Whether the goal was reached; not measurable when the margin lies on both sides of it."""
        reached = holds_within_limits(self.compare, self.margin or (self.value, self.value), (self.claimed,) * 2)
        return GoalState.NOT_MEASURABLE if reached is None else GoalState.MET if reached else GoalState.NOT_MET

    @property
    def verdict(self) -> Verdict:
        """Whether the figure says what the document says of the goal."""
        if self.state is GoalState.NOT_MEASURABLE:
            return Verdict.CHANCE
        if (self.state is GoalState.MET) != (self.said_met is not False):
            return Verdict.CONTRADICTED
        return Verdict.CONFIRMED_WITH_CAVEAT if self.margin is None else Verdict.CONFIRMED


@dataclass(frozen=True)
class GoalFigure(Finding):
    """A count beside its goal: a fixed number, or a part of the count of an earlier year.

    Parameters
    ----------
    series : Series
        Yearly counts.
    year : int
        The year that the goal is for.
    count : Bounds
        The count of that year, as far as known.
    goal : tuple of float
        Lower and upper limit of the count that had to be reached.
    compare : {"<", "<=", "=", ">=", ">"}
        The relation of the count to the goal.
    factor : float
        The part of the earlier count that is the goal; 0.8 for a fifth less.
    base : int or None
        The year the goal starts from.
    met : bool
        Whether the count reached the goal.
    said_met : bool or None
        Whether the document says that it did; ``None`` for the goal itself.
    change : Change or None
        From the year the goal starts from, for whether chance alone can explain it.
    power : Power or None
        The probability that reaching a goal of this size could have been seen; only where the goal has a size.
    """

    series: Series
    year: int
    count: Bounds
    goal: tuple[float, float]
    compare: Compare
    factor: float
    base: int | None
    met: bool
    said_met: bool | None
    change: Change | None = None
    power: Power | None = None

    @property
    def state(self) -> GoalState:
        """Whether the count reached the goal. A goal is a number: whether that was chance is another question."""
        return GoalState.MET if self.met else GoalState.NOT_MET

    @property
    def on_paper(self) -> bool:
        """Whether a goal that asks for a change was reached by one that is no more than an ordinary movement."""
        asks_less = self.compare == "<" or (self.compare == "<=" and self.factor < 1)
        asks_more = self.compare == ">" or (self.compare == ">=" and self.factor > 1)
        ordinary = self.change is not None and self.change.grade is Grade.ORDINARY
        return self.met and ordinary and (asks_less or asks_more)

    @property
    def verdict(self) -> Verdict:
        """Whether the counts say what the document says of the goal; that it may be chance is a reservation."""
        if self.met != (self.said_met is not False):
            return Verdict.CONTRADICTED
        doubt = self.change is not None and self.change.verdict is not Verdict.CONFIRMED
        return Verdict.CONFIRMED_WITH_CAVEAT if doubt or self.reservations else Verdict.CONFIRMED

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """That the count is provisional, when it is."""
        return provisional(self.series, [self.year])

    @property
    def question(self) -> Question | None:
        """Whether the count differs from that of the year the goal starts from by more than an ordinary movement."""
        return question_of(self.change)

    @property
    def numbers(self) -> dict[str, Number]:
        """The count, the goal, the count it starts from, and the probability that reaching it would stand out."""
        unit = self.series.indicator.unit
        lower, upper = self.goal
        limits = (None, None) if lower == upper else (lower, None if upper == inf else upper)
        numbers = {str(self.year): Number(self.count.lower, unit), "goal": Number(lower, unit, *limits)}
        if self.change is not None:
            numbers[str(self.change.first)] = Number(self.change.before, unit)
        return numbers if self.power is None else numbers | {"power": Number(100 * self.power.chance, "percent")}

    @property
    def used(self) -> Series:
        """The counts of the year of the goal and of the year it starts from."""
        return counts_of(self.series, self.year, *([] if self.base is None else [self.base]))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the series."""
        return source_files(self.series)


def judge_target(test: TargetTest, evidence: Evidence) -> Iterator[Finding | Missing]:
    """Compare a figure with its goal.

    Parameters
    ----------
    test : TargetTest
        The goal: indicator, year, and a number or a part of an earlier count.
    evidence : Evidence
        The figures of the municipality.

    Yields
    ------
    GoalFigure, GoalMeasure or Missing
        ``Missing`` when there are no figures, or when the outcome depends on a missing part of the area.
    """
    series = evidence.series(test.indicator)
    if isinstance(series, Missing):
        yield series
    elif test.value is not None:
        yield _fixed(test, test.value, series, evidence)
    elif test.base is not None:
        yield _since(test, test.base, series, evidence)


def _fixed(test: TargetTest, value: float, series: Series, evidence: Evidence) -> Finding | Missing:
    """Compare a figure with a goal that is a number; a measure with its margin."""
    if not series.indicator.is_count:
        figure = series.value(test.year)
        if figure is None:
            return series.no_figure(test.year)
        return GoalMeasure(series, test.year, figure, series.margin(test.year), test.compare, value, test.met)
    count = evidence.bounds(series, test.year)
    return count if isinstance(count, Missing) else _judged(test, series, count, (value, value))


def _since(test: TargetTest, base: int, series: Series, evidence: Evidence) -> Finding | Missing:
    """Compare a count with a goal that starts from the count of an earlier year."""
    if not series.indicator.is_count:
        name = series.indicator.label
        return Missing(name, Reason("goal_not_a_count", label=name, base=base))
    count, start = evidence.bounds(series, test.year), evidence.bounds(series, base)
    if isinstance(count, Missing):
        return count
    if isinstance(start, Missing):
        return start
    upper = inf if start.upper is None else _whole(test, start.upper)
    return _judged(test, series, count, (_whole(test, start.lower), upper))


def _whole(test: TargetTest, start: int) -> float:
    """Return the count that had to be reached, as the equivalent whole number."""
    exact = Fraction(str(test.factor)) * start
    rounding = {"<=": floor, ">": floor, "<": ceil, ">=": ceil}
    return rounding[test.compare](exact) if test.compare in rounding else float(exact)


def _judged(test: TargetTest, series: Series, count: Bounds, goal: tuple[float, float]) -> Finding | Missing:
    """Return whether the goal was met, if that is known, and what chance had to do with it."""
    upper = inf if count.upper is None else count.upper
    met = holds_within_limits(test.compare, (count.lower, upper), goal)
    if met is None:
        name = series.indicator.label
        return Missing(name, Reason("goal_area_lacking", label=name))
    difference = change(series, test.base, test.year) if test.base else None
    size = test.base is not None and test.factor != 1
    probability = power(series, test.base or 0, test.year, 100 * (test.factor - 1)) if size else None
    return GoalFigure(
        series, test.year, count, goal, test.compare, test.factor, test.base, met, test.met,
        difference if isinstance(difference, Change) else None, probability if isinstance(probability, Power) else None,
    )  # fmt: skip
