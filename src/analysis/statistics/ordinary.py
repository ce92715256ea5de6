"""Judging one count: which counts would be ordinary, and how far this one is from them.

`judge` holds the count of a year against what was to be expected from earlier years, in two ways: if nothing had
changed, and if the municipality had done as the rest of the country. The yardstick comes from all municipalities
(`yardstick`); where only the region itself has figures, from its own earlier years.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as student

from ..definitions import catalogue, regions
from ..store.series import Series
from .verdicts import alpha
from .yardstick import FADING, SLOPE, START, YEARS, Floats, Spread, expected, learn, probability_below, rest_of_country

Basis = Literal["municipalities", "own_years"]

_TYPICAL = Spread(level=2.5, slope=1.7, curve=0.0, horizon=1, errors=0)  # of twelve crimes, 2016–2025
_TYPICAL_ERRORS = 2  # own errors that this typical spread weighs as
_FEWEST_ERRORS = 3  # own years that must have been foretold
_GROWTH = 0.12  # of the variance, for each year further ahead: as for the twelve crimes


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
        numbers = (np.array([number], dtype=float) for number in (count, self.mean, self.excess))
        return float(probability_below(*numbers)[0])

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
        outside = (alpha() if coverage is None else 1 - coverage) / 2
        return self._at_least(outside), max(self._at_least(1 - outside) - 1, self._at_least(outside))

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

    def _at_least(self, probability: float) -> int:
        """Return the lowest count with at least this probability below it."""
        low, high = -1, 1
        while self.below(high) < probability:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.below(middle) < probability else (low, middle)
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
        return self._grade(self.unchanged)

    @property
    def grade_elsewhere(self) -> Grade | None:
        """How strong the evidence is that it went otherwise than in the rest of the country."""
        return None if self.elsewhere is None else self._grade(self.elsewhere)

    def _grade(self, ordinary: Ordinary) -> Grade:
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
    panel = _panel(series)
    if panel is None or first not in panel:
        return None
    spread = learn(panel.drop(index=series.region, errors="ignore"), last - first, last)
    if spread is None:
        return None
    if not regions.is_municipality(series.region):
        return _of_country(series, panel, spread, first)
    others = rest_of_country(panel, first, last)
    unchanged = float(expected(panel, first, first)[series.region])
    if last in others:
        unchanged = float(expected(panel, first, last)[series.region])
        unchanged *= float(others.loc[series.region, first] / others.loc[series.region, last])
    if not np.isfinite(unchanged):
        return None
    movement = float(others.loc[series.region, last] / others.loc[series.region, first]) if last in others else None
    means = [unchanged] if movement is None else [unchanged, unchanged * movement]
    wider = _for_want_of_years(panel, series.region, first)
    ordinary = [Ordinary(mean, (mean + float(spread.excess(mean))) * wider - mean) for mean in means]
    return Expectation(ordinary[0], None if movement is None else ordinary[1], "municipalities", spread.errors)


def _for_want_of_years(panel: pd.DataFrame, region: str, first: int) -> float:
    """Return how much more a count varies around a level of fewer years than others have; 1 when it has them all."""
    years = np.array([year for year in panel.columns if first - YEARS < year <= first])
    weights = FADING ** (first - years.astype(float))
    own = weights[panel.loc[region, years].notna().to_numpy()]
    of_all, of_own = (float((some**2).sum() / some.sum() ** 2) for some in (weights, own))
    return (1 + of_own) / (1 + of_all)


def _of_country(series: Series, panel: pd.DataFrame, spread: Spread, first: int) -> Expectation | None:
    """Expect of the country what municipalities give together when each goes its own way."""
    before, means = series.count(first), expected(panel, first, first).dropna()
    if not before or means.empty:
        return None
    excess = float(spread.excess(means.to_numpy(float)).sum())
    return Expectation(Ordinary(float(before), excess), None, "municipalities", spread.errors)


def _panel(series: Series) -> pd.DataFrame | None:
    """Return the counts of all municipalities, with those of the series itself; what it is made of is left out."""
    if series.peers is None or series.peers.empty:
        return None
    panel = pd.DataFrame(series.peers.to_numpy(), series.peers.index, series.peers.columns)  # attrs make it slow
    panel = panel.dropna(axis="columns", how="all")
    if not regions.is_municipality(series.region):
        return panel
    gone = {code for year in panel.columns for code in regions.territory(series.region, year).wholes}
    panel = panel.drop(index=[code for code in gone if code in panel.index and code != series.region])
    own = [np.nan if (value := series.count(year)) is None else float(value) for year in panel.columns]
    panel.loc[series.region] = own
    return panel


def _by_own_years(series: Series, first: int, last: int) -> Expectation | None:
    """Learn from the region's own years: how far each was from what the years before it foretold."""
    past = [(year, value) for year in series.years if year <= first and (value := series.count(year)) is not None]
    years, counts = np.array([year for year, _ in past]), np.array([value for _, value in past], dtype=float)
    errors = [
        (counts[at], _own_level(years[:at], counts[:at], int(years[at])))
        for at in range(1, len(past))
        if years[at] == years[at - 1] + 1
    ]
    if len(errors) < _FEWEST_ERRORS:
        return None
    mean = _own_level(years, counts, first)
    found, foretold = np.array(errors).T
    typical = 1 + float(_TYPICAL.excess(mean)) / mean
    total = float(((found - foretold) ** 2 / foretold).sum()) + _TYPICAL_ERRORS * typical
    growth = 1 + _GROWTH * (last - first - 1)
    dispersion = max(1.0, total / (len(errors) + _TYPICAL_ERRORS)) * growth
    wider = float(student.isf(alpha() / 2, len(errors) + _TYPICAL_ERRORS) / norm.isf(alpha() / 2)) ** 2
    excess = max(mean * (dispersion * wider - 1), float(_TYPICAL.excess(mean)) / 2 * growth)
    return Expectation(Ordinary(mean, excess), None, "own_years", len(errors))


def _own_level(years: np.ndarray, counts: Floats, until: int) -> float:
    """Return the level of the last years, in which recent years weigh more."""
    weights = np.where(years > until - YEARS, FADING ** (until - years.astype(float)), 0.0)
    return max(float(weights @ counts / weights.sum()), 0.5)
