"""Judging one count: which counts would be ordinary, and how far this one is from them.

`judge` holds the count of a year against what was to be expected from earlier years, in two ways: if nothing had
changed, and if the municipality had done as the rest of the country. The yardstick comes from all municipalities
(`yardstick`); where only the region itself has figures, from its own earlier years.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from ..definitions import catalogue, regions
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Reason, Record, Result, label
from ..store.series import Panel, Series
from .verdicts import Reservation, Verdict, alpha
from .yardstick import SLOPE, START, Floats, Spread, expected, learn, probability_below

Basis = Literal["municipalities", "own_years"]

TYPICAL = Spread(level=2.5, slope=1.7, errors=0)  # of twelve crimes, 2016–2025
_TYPICAL_STEPS = 4  # own steps that this typical spread weighs as, see docs/methods/ordinary.md
_FEWEST_STEPS = 3  # from one own year to another
_ROOT = 0.375  # added to a count before its root is taken (Anscombe)
_PAST = 5  # years that are foretold again for the track record
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
    others : int
        Number of other municipalities with figures; 0 where the yardstick is not learned from them.
    whole_country : bool
        Whether those are nearly all there are, so that they may be called the rest of the country.
    """

    unchanged: Ordinary
    elsewhere: Ordinary | None
    basis: Basis
    errors: int
    others: int = 0
    whole_country: bool = False


@dataclass(frozen=True)
class Judgement(Expectation):
    """A count beside what would have been ordinary.

    Parameters
    ----------
    count : int
        The count of the last year.
    """

    count: int = 0

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
        return Grade.HINT if chance < limits.hint else self.not_shown(ordinary)

    def not_shown(self, ordinary: Ordinary) -> Grade:
        """Return the grade without evidence: too few where not even zero would have stood out."""
        none_stands_out = ordinary.p_value(0) >= catalogue.thresholds().verdict.alpha
        return Grade.TOO_FEW if none_stands_out else Grade.ORDINARY


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
    return Judgement(**vars(expectation), count=count)


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
    panel, limits = with_own_figures(series), catalogue.thresholds().verdict
    if panel is None or series.peers is None or first not in panel.years:
        return None
    others = int(np.isfinite(panel.values[:, panel.years.index(first)]).sum()) - 1
    if others + 1 < limits.municipalities:
        return None
    spread, numbers = learn(series.peers, last - first, last), expected(panel, first, last)
    row = panel.rows[series.region]
    unchanged, wider = float(numbers.unchanged[row]), float(numbers.wider[row])
    if spread is None or not np.isfinite(unchanged):
        return None
    elsewhere = None if numbers.elsewhere is None else _around(float(numbers.elsewhere[row]), spread, wider)
    return Expectation(
        _around(unchanged, spread, wider), elsewhere, "municipalities", spread.errors, others,
        whole_country=_is_whole_country(others + 1),
    )  # fmt: skip


def _around(mean: float, spread: Spread, wider: float) -> Ordinary:
    """Return what is ordinary around a mean; the variance is wider where the mean rests on few years."""
    return Ordinary(mean, (mean + float(spread.excess(mean))) * wider - mean)


@lru_cache(maxsize=128)
def with_own_figures(series: Series) -> Panel | None:
    """Return the figures of all municipalities with those of the series itself, which may come from another table.

    Parameters
    ----------
    series : Series
        Yearly counts.

    Returns
    -------
    Panel or None
        With a row for the series itself, and without what its municipality is made of, which would count twice.
        ``None`` when there are no such figures, or the region is no municipality.
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
    years = range(series.years[0], first + 1)
    past = np.array([[np.nan if (value := series.count(year)) is None else float(value) for year in years]])
    (variance,), mean = own_variance(past, last - first), max(float(past[0, -1]), START)
    if np.isnan(variance):
        return None
    return Expectation(Ordinary(mean, variance - mean), None, "own_years", int(_steps(past, last - first)[1][0]))


def own_variance(past: Floats, horizon: int) -> Floats:
    """Return the variance of a count some years ahead, learned from a region's own years: how irregular its steps were.

    Steps are on the square-root scale, where chance does not depend on the count. Their mean, a steady trend, is no
    irregularity. Steps that overlap count as fewer.

    Parameters
    ----------
    past : ndarray
        Counts of years in a row, shape (series, years), with the last known one at the end; NaN where there is none.
    horizon : int
        Years ahead.

    Returns
    -------
    ndarray
        Around the last count, at least a half; NaN with fewer than three steps.

    Examples
    --------
    >>> own_variance(np.array([[100.0, 104, 98, 101, 99, 102], [60, 170, 90, 40, 150, 102]]), 1).round().tolist()
    [421.0, 6679.0]
    """
    steps, number = _steps(past, horizon)
    mean = np.maximum(past[:, -1], START)
    typical = 2 * (1 + TYPICAL.excess(mean) / mean)  # of a step: the chance of both years
    apart = np.maximum(number / horizon - 1, 0)  # steps that do not overlap, and one for their mean
    degrees = apart + _TYPICAL_STEPS
    middle = np.nansum(steps, axis=1) / np.maximum(number, 1)
    found = np.nansum((steps - middle[:, None]) ** 2, axis=1) / np.maximum(number - 1, 1)
    varying = (found * apart + _TYPICAL_STEPS * typical) / degrees
    wider = (stdtrit(degrees, alpha() / 2) / ndtri(alpha() / 2)) ** 2
    variance: Floats = mean * np.maximum(varying, typical / 2) * wider
    return np.where(number < _FEWEST_STEPS, np.nan, variance)


def _steps(past: Floats, horizon: int) -> tuple[Floats, Floats]:
    """Return the steps over so many years on the square-root scale, and how many are known."""
    roots = 2 * np.sqrt(past + _ROOT)
    steps = roots[:, horizon:] - roots[:, : max(roots.shape[1] - horizon, 0)]
    return steps, (~np.isnan(steps)).sum(axis=1).astype(float)


@dataclass(frozen=True)
class Lasted:
    """What was left a year later of the counts with one grade.

    Parameters
    ----------
    number : int
        Number of counts with a figure a year later, where ``verdict.lasting_from`` or more were expected.
    same_way, half : float
        Share of them, 0 to 1, that were on the same side of what was expected, and still at least half as far.
    """

    number: int
    same_way: float
    half: float


@dataclass(frozen=True, eq=False)
class TrackRecord(Result):
    """How the yardstick did in past years: one year ahead, without looking further.

    Parameters
    ----------
    series : Series
        The series that is drawn.
    past : DataFrame
        Indexed by year: the ``count``, the number ``expected`` if nothing had changed, and the ``lower`` and ``upper``
        end of what was ordinary.
    kinds : int
        Number of indicators with real figures of nearly all municipalities.
    years : tuple of int
        The first and last year that was foretold, of all municipalities.
    counts : int
        Number of counts that were foretold.
    inside : float
        Share of them, 0 to 1, within what was ordinary.
    lasted : dict of Grade to Lasted
        By grade, what was left a year later; without grades that no count had.
    sources : tuple of Source
        The raw files of all municipalities.
    """

    series: Series
    past: pd.DataFrame
    kinds: int
    years: tuple[int, int]
    counts: int
    inside: float
    lasted: dict[Grade, Lasted]
    sources: tuple[Source, ...]

    def records(self) -> list[Record]:
        """Return the numbers and shares, and what was foretold of the series that is drawn."""
        of_all = [
            self._record("kinds", self.kinds, "count"),
            self._record("counts", self.counts, "count"),
            self._record("inside_pct", 100 * self.inside, "percent"),
        ]
        for grade, lasted in self.lasted.items():
            of_all += [
                self._record("number", lasted.number, "count", grade),
                self._record("same_way_pct", 100 * lasted.same_way, "percent", grade),
                self._record("half_pct", 100 * lasted.half, "percent", grade),
            ]
        indicator, region = self.series.indicator, self.series.region
        names = unique_names((*self.series.sources, *self.series.peer_sources))
        return of_all + [
            Record(f"{self.series.record_id}foretold.{year}", indicator.label, region, str(year), row["expected"],
                   indicator.unit, None, row["lower"], row["upper"], source=names)
            for year, row in self.past.iterrows()
        ]  # fmt: skip

    def _record(self, name: str, value: float, unit: str, grade: Grade | None = None) -> Record:
        first, last = self.years
        of_grade = "" if grade is None else f"{grade.name.lower()}."
        about = label(f"track_record.{name.removesuffix('_pct')}", grade="" if grade is None else str(grade))
        names = unique_names(self.sources)
        return Record(f"track_record.{of_grade}{name}", about, "", f"{first}-{last}", value, unit, source=names)


def track_record(series: Series | Missing, *others: Series | Missing) -> TrackRecord | Missing:
    """Tell how the yardstick did on the figures at hand.

    Parameters
    ----------
    series : Series or Missing
        Yearly counts of a municipality: the one that is drawn.
    *others : Series or Missing
        Other indicators of the same municipality. Those with real figures of nearly all municipalities count.

    Returns
    -------
    TrackRecord or Missing
        ``Missing`` when there are too few figures of all municipalities to have learned from.
    """
    if isinstance(series, Missing):
        return series
    peers = [one.peers for one in (series, *others) if isinstance(one, Series)]
    panels = tuple(dict.fromkeys(panel for panel in peers if panel is not None and _is_proof(panel)))
    foretold = [found for panel in panels if (found := _foretold(panel)) is not None]
    past = _past(series)
    if not foretold or past.empty:
        return Missing(series.indicator.label, Reason("no_track_record", **series.about))
    every = pd.concat(foretold)
    sources = tuple(dict.fromkeys(source for panel in panels for source in panel.sources))
    return TrackRecord(
        series, past, len(foretold), (int(every["year"].min()), int(every["year"].max())), len(every),
        float(every["inside"].mean()), _lasted(every), sources,
    )  # fmt: skip


def _is_proof(panel: Panel) -> bool:
    """Return whether figures are real and of nearly all municipalities: made-up ones prove nothing."""
    return _is_whole_country(len(panel)) and not any(source.synthetic for source in panel.sources)


def _is_whole_country(municipalities: int) -> bool:
    there_are = regions.regions().counts
    return municipalities >= catalogue.thresholds().verdict.whole_country * there_are[max(there_are)]


def _lasted(every: pd.DataFrame) -> dict[Grade, Lasted]:
    known = every[(every["mean"] >= catalogue.thresholds().verdict.lasting_from) & every["later"].notna()]
    ahead = (known["later"] - known["mean"]) * np.sign(known["count"] - known["mean"])
    left = pd.DataFrame({"same": ahead > 0, "half": ahead >= (known["count"] - known["mean"]).abs() / 2})
    shares = {grade: left[known["grade"] == grade] for grade in Grade}
    return {
        grade: Lasted(len(part), float(part["same"].mean()), float(part["half"].mean()))
        for grade, part in shares.items()
        if len(part)
    }


def _foretold(panel: Panel) -> pd.DataFrame | None:
    """Return what was foretold of all municipalities in the last years, beside what came, with the grade it got."""
    parts, limits = [], catalogue.thresholds().verdict
    for first in panel.years[-_PAST - 1 : -1]:
        spread = learn(panel, 1, first)
        if spread is None or first + 1 not in panel.years:
            continue
        numbers = panel.frame.reindex(columns=[first, first + 1, first + 2]).to_numpy()
        mean = expected(panel, first, first + 1).unchanged
        known = np.isfinite(mean) & (mean > 0) & ~np.isnan(numbers[:, :2]).any(axis=1)
        (before, count, later), mean = numbers[known].T, mean[known]
        chance = _two_sided(count, mean, spread.excess(mean))
        level = np.maximum(before, START)
        step = _two_sided(count, level, spread.excess(mean) * (level / mean) ** SLOPE)
        stands_out = (step < limits.hint) & ((count > level) == (count > mean))
        grades = [stands_out & (chance < limits.alpha), stands_out & (chance < limits.hint)]
        parts.append(pd.DataFrame({
            "year": first + 1, "mean": mean, "count": count, "later": later, "inside": chance >= limits.alpha,
            "grade": np.select(grades, [Grade.CLEAR, Grade.HINT], Grade.ORDINARY),
        }))  # fmt: skip
    return pd.concat(parts) if parts else None


def _two_sided(count: Floats, mean: Floats, excess: Floats) -> Floats:
    below = probability_below(count, mean, excess)
    return 2 * np.minimum(below, 1 - below)


def _past(series: Series) -> pd.DataFrame:
    """Return what was foretold of one series in every year, beside what came."""
    panel, rows = with_own_figures(series), {}
    for year in series.years:
        spread = None if panel is None or series.peers is None else learn(series.peers, 1, year - 1)
        if spread is None or panel is None or year - 1 not in panel.years:
            continue
        numbers, row = expected(panel, year - 1, year - 1), panel.rows[series.region]
        if np.isfinite(mean := float(numbers.unchanged[row])):
            low, high = _around(mean, spread, float(numbers.wider[row])).range()
            rows[year] = {"count": series.count(year), "expected": mean, "lower": low, "upper": high}
    return pd.DataFrame.from_dict(rows, orient="index")
