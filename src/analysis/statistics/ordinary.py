"""Judging one count: which counts would be ordinary, and how far this one is from them.

`judge` holds the count of a year against what was to be expected from earlier years, in two ways: if nothing had
changed, and if the municipality had done as the rest of the country. The yardstick comes from all municipalities
(`yardstick`); where only the region itself has figures, from its own earlier years.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import sqrt
from typing import Literal

import numpy as np
from scipy.special import ndtri, stdtrit

from ..definitions import catalogue, regions
from ..store.series import Panel, Series
from .verdicts import Reservation, Verdict, alpha
from .yardstick import SLOPE, START, Spread, expected, learn, probability_below

Basis = Literal["municipalities", "own_years"]

TYPICAL = Spread(level=2.5, slope=1.7, errors=0)  # of twelve crimes, 2016–2025
_TYPICAL_STEPS = 2  # own steps that this typical spread weighs as
_FEWEST_STEPS = 3  # from one own year to the next
_ROOT = 0.375  # added to a count before its root is taken (Anscombe)
_POINTS = 34  # counts that are looked at together in the search for a limit


class Grade(StrEnum):
    """How strong the evidence is that a count is no ordinary one."""

    CLEAR = "duidelijk"
    HINT = "aanwijzing"
    ORDINARY = "gewone schommeling"
    TOO_FEW = "te weinig om te zeggen"

    @property
    def shown(self) -> bool:
        """Whether there is evidence that it is no ordinary count."""
        return self in (Grade.CLEAR, Grade.HINT)


def verdict_of(grade: Grade, *, caveats: bool) -> Verdict:
    """Return the verdict that a grade amounts to.

    Parameters
    ----------
    grade : Grade
        How strong the evidence is.
    caveats : bool
        Whether there is a reservation, weak evidence among them.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> str(verdict_of(Grade.ORDINARY, caveats=False))
    'niet te onderscheiden van toeval'
    """
    if grade is Grade.TOO_FEW:
        return Verdict.NOT_TESTABLE
    if grade is Grade.ORDINARY:
        return Verdict.CHANCE
    return Verdict.CONFIRMED_WITH_CAVEAT if caveats else Verdict.CONFIRMED


def weakness(grade: Grade | None, *, own_years: bool) -> tuple[Reservation, ...]:
    """Return why evidence is weak: only own years to go by, or no more than a hint; empty when it is not."""
    if own_years:
        return (Reservation("own_years"),)
    return (Reservation("hint"),) if grade is Grade.HINT else ()


@dataclass(frozen=True)
class Ordinary:
    """The distribution of counts that would be ordinary: a mixture of two negative binomials with one mean.

    Parameters
    ----------
    mean : float
        The number expected.
    excess : float
        The variance beyond Poisson of most counts; see `yardstick.TAIL` for the others.
    """

    mean: float
    excess: float

    def below(self, count: float) -> float:
        """Return the probability of a lower count, with half of the probability of the count itself (mid-p).

        Examples
        --------
        >>> round(Ordinary(20.0, 20.0).below(40), 3)
        0.993
        """
        return float(probability_below(count, self.mean, self.excess))

    def p_value(self, count: float) -> float:
        """Return the two-sided mid-p-value of a count.

        Examples
        --------
        >>> round(Ordinary(20.0, 20.0).p_value(40), 3)
        0.015
        """
        below = self.below(count)
        return 2 * min(below, 1 - below)

    def range(self, coverage: float | None = None) -> tuple[int, int]:
        """Return the lowest and the highest count that are ordinary.

        Parameters
        ----------
        coverage : float, optional
            Share of counts that fall within the range, by default ``1 - alpha()``.

        Returns
        -------
        tuple of int

        Examples
        --------
        >>> Ordinary(20.0, 20.0).range()
        (9, 34)
        """
        return _range(self, alpha() if coverage is None else 1 - coverage)

    def times(self, ratio: float) -> Ordinary:
        """Return what would be ordinary at another level.

        Examples
        --------
        >>> Ordinary(20.0, 20.0).times(0.8).range()
        (7, 28)
        """
        return Ordinary(self.mean * ratio, self.excess * ratio**SLOPE)

    def around(self, count: float) -> Ordinary:
        """Return what would be ordinary if a count were the level."""
        return self.times(max(count, START) / self.mean)


@lru_cache(maxsize=4096)
def _range(ordinary: Ordinary, outside: float) -> tuple[int, int]:
    low = _at_least(ordinary, outside / 2)
    return low, max(_at_least(ordinary, 1 - outside / 2) - 1, low)


def _at_least(ordinary: Ordinary, probability: float) -> int:
    """Return the lowest count with at least this probability below it."""
    low, high = -1, int(ordinary.mean) + 1
    while ordinary.below(high) < probability:
        low, high = high, 2 * high
    while high - low > 1:
        between = np.unique(np.linspace(low, high, _POINTS).astype(int)[1:])
        enough = probability_below(between.astype(float), ordinary.mean, ordinary.excess) >= probability
        at = int(enough.argmax())
        low, high = (int(between[at - 1]) if at else low), int(between[at])
    return high


@dataclass(frozen=True)
class Expectation:
    """What would be ordinary in a year, seen from an earlier one.

    Parameters
    ----------
    unchanged : Ordinary
        If nothing had changed since the first year.
    elsewhere : Ordinary or None
        If the municipality had done as the rest of the country; ``None`` where that is not known.
    basis : str
        ``municipalities`` when the yardstick comes from all of them, ``own_years`` when it comes from the region's own
        earlier years.
    errors : int
        Number of past figures that the yardstick was learned from.
    """

    unchanged: Ordinary
    elsewhere: Ordinary | None
    basis: Basis
    errors: int


@dataclass(frozen=True)
class Judgement(Expectation):
    """A count beside what would have been ordinary.

    Parameters
    ----------
    count : int
        The count of the last year.
    """

    count: int

    @property
    def p_value(self) -> float:
        """P-value that nothing changed."""
        return self.unchanged.p_value(self.count)

    @property
    def direction(self) -> Literal["up", "down"]:
        """Whether the count is above or below what was expected."""
        return "up" if self.count > self.unchanged.mean else "down"

    @property
    def grade(self) -> Grade:
        """How strong the evidence is that something changed."""
        return self.grade_beside(self.unchanged)

    def grade_beside(self, ordinary: Ordinary) -> Grade:
        """Return how strong the evidence is that the count is no ordinary one, by any expectation."""
        limits, chance = catalogue.thresholds().verdict, ordinary.p_value(self.count)
        if chance < limits.alpha and self.basis == "municipalities":
            return Grade.CLEAR
        if chance < limits.hint:
            return Grade.HINT
        return Grade.TOO_FEW if ordinary.p_value(0) >= limits.alpha else Grade.ORDINARY


def judge(series: Series, first: int, last: int) -> Judgement | None:
    """Judge the count of a year by what was to be expected from the years up to another.

    Parameters
    ----------
    series : Series
        Yearly counts.
    first, last : int
        The last year that the expectation rests on, and the year that is judged.

    Returns
    -------
    Judgement or None
        ``None`` when one of the years has no figure, or when there are too few figures to learn from.
    """
    count, expectation = series.count(last), expect(series, first, last)
    if count is None or expectation is None:
        return None
    return Judgement(expectation.unchanged, expectation.elsewhere, expectation.basis, expectation.errors, count)


def expect(series: Series, first: int, last: int) -> Expectation | None:
    """Return what would be ordinary in a year, seen from an earlier one.

    Parameters
    ----------
    series : Series
        Yearly counts.
    first, last : int
        The last year that the expectation rests on, and the year it is for, which may still have to come.

    Returns
    -------
    Expectation or None
        ``None`` without a figure for the first year, or with too few figures to learn from.
    """
    if first >= last or series.count(first) is None:
        return None
    by_all = _by_municipalities(series, first, last)
    return by_all if by_all is not None else _by_own_years(series, first, last)


def _by_municipalities(series: Series, first: int, last: int) -> Expectation | None:
    panel = _with_own_figures(series)
    if panel is None or series.peers is None or first not in panel.years:
        return None
    spread, numbers = learn(series.peers, last - first, last), expected(panel, first, last)
    row = panel.rows[series.region]
    unchanged, wider = float(numbers.unchanged[row]), float(numbers.wider[row])
    if spread is None or not np.isfinite(unchanged):
        return None

    def around(mean: float) -> Ordinary:
        return Ordinary(mean, (mean + float(spread.excess(mean))) * wider - mean)

    elsewhere = None if numbers.elsewhere is None else around(float(numbers.elsewhere[row]))
    return Expectation(around(unchanged), elsewhere, "municipalities", spread.errors)


@lru_cache(maxsize=128)
def _with_own_figures(series: Series) -> Panel | None:
    """Return the figures of all municipalities with those of the series itself, which may come from another table.

    What the municipality is made of is left out: it would count twice.
    """
    panel = series.peers
    if panel is None or not regions.is_municipality(series.region):
        return None
    own = np.array([np.nan if (value := series.count(year)) is None else float(value) for year in panel.years])
    gone = {code for year in panel.years for code in regions.territory(series.region, year).wholes} - {series.region}
    kept = [row for code, row in panel.rows.items() if code not in gone and code != series.region]
    row = panel.rows.get(series.region)
    if row is not None and len(kept) == len(panel) - 1 and np.array_equal(panel.values[row], own, equal_nan=True):
        return panel
    names = (*(panel.regions[row] for row in kept), series.region)
    return Panel(names, panel.years, np.vstack([panel.values[kept], own]), panel.sources)


def _by_own_years(series: Series, first: int, last: int) -> Expectation | None:
    """Learn from the region's own years: how irregular its steps from one year to the next were.

    Steps are on the square-root scale, where chance does not depend on the count. Their mean, a steady trend, is no
    irregularity. Steps of several years are taken to add up, as they do when a level wanders: the widest range there
    can be.
    """
    roots = {year: 2 * sqrt(value + _ROOT) for year in series.years if (value := series.count(year)) is not None}
    steps = np.array([roots[year] - roots[year - 1] for year in roots if year <= first and year - 1 in roots])
    mean = max(float(series.count(first) or 0), START)
    if len(steps) < _FEWEST_STEPS:
        return None
    typical = 2 * (1 + float(TYPICAL.excess(mean)) / mean)  # of a step: the chance of both years
    degrees = len(steps) - 1 + _TYPICAL_STEPS
    varying = (float(((steps - steps.mean()) ** 2).sum()) + _TYPICAL_STEPS * typical) / degrees
    wider = float(stdtrit(degrees, alpha() / 2) / ndtri(alpha() / 2)) ** 2
    variance = mean * max(varying, typical / 2) * (last - first) * wider
    return Expectation(Ordinary(mean, variance - mean), None, "own_years", len(steps))
