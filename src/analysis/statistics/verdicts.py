"""The five verdicts, the rule that decides between them, and what makes a comparison doubtful.

The correction of a table for its number of tests, the least number of registrations for a test, and the declared
breaks between years are here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

import numpy as np

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..store.series import Series

Direction = Literal["up", "down"]


class Verdict(StrEnum):
    """The five words that a statement or result can get; always computed, never typed."""

    CONFIRMED = "bevestigd"
    CONFIRMED_WITH_CAVEAT = "bevestigd met kanttekening"
    CHANCE = "niet te onderscheiden van toeval"
    CONTRADICTED = "weersproken"
    NOT_TESTABLE = "niet toetsbaar"

    @property
    def settled(self) -> bool:
        """Whether the verdict says that the difference is there."""
        return self in (Verdict.CONFIRMED, Verdict.CONFIRMED_WITH_CAVEAT)


def alpha() -> float:
    """Return the accepted probability of calling a difference real when there is none.

    Returns
    -------
    float
        From `thresholds.yml`, between 0 and 1. Intervals cover ``1 - alpha()``.
    """
    return catalogue.thresholds().verdict.alpha


def hints_by_chance(own_years: Sequence[bool]) -> float:
    """Return how many changes would be called a hint if nothing had changed: the expected number.

    Parameters
    ----------
    own_years : sequence of bool
        For each change, whether it is judged by its own years alone. It is then never called clear, so what is unlikely
        enough for that is called a hint as well.

    Returns
    -------
    float
    """
    return catalogue.thresholds().verdict.hint * len(own_years) - alpha() * own_years.count(False)


def verdict_from_interval(
    lower: float | None,
    upper: float | None,
    p_value: float | None,
    *,
    caveats: bool = False,
    claimed: Direction | None = None,
    same: float = 1,
) -> Verdict:
    """Return the verdict on a ratio or a difference, from its interval and p-value.

    Both must say that it is not ``same``. Near the border they may disagree, because they come from different tests.

    Parameters
    ----------
    lower, upper : float or None
        Interval of the ratio or difference. ``lower`` is ``None`` when there is no interval; ``upper`` alone is
        ``None`` when there is no upper limit.
    p_value : float or None
        Two-sided.
    caveats : bool
        Whether there is a reservation, such as a break in registration or territory.
    claimed : {"up", "down"}, optional
        The direction that a statement claims; by default the difference is judged without a claim.
    same : float
        The value that means no difference: 1 for a ratio, 0 for a difference.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> str(verdict_from_interval(1.4, 1.9, 0.001))
    'bevestigd'
    >>> str(verdict_from_interval(1.4, 1.9, 0.001, claimed="down"))
    'weersproken'
    >>> str(verdict_from_interval(0.9, 1.9, 0.2))
    'niet te onderscheiden van toeval'
    """
    if lower is None or p_value is None:
        return Verdict.NOT_TESTABLE
    up, down = lower > same, upper is not None and upper < same
    if not (up or down) or p_value >= alpha():
        return Verdict.CHANCE
    if claimed is not None and claimed != ("up" if up else "down"):
        return Verdict.CONTRADICTED
    return Verdict.CONFIRMED_WITH_CAVEAT if caveats else Verdict.CONFIRMED


def holm(p_values: Sequence[float]) -> np.ndarray:
    """Correct p-values for the number of tests with Holm's step-down procedure.

    The probability of at least one false alarm in the whole family is then at most `alpha`. The result is that of
    statsmodels' ``multipletests(method="holm")``, which collects garbage at every call: half a second in a kernel that
    has read some data.

    Parameters
    ----------
    p_values : sequence of float
        Two-sided p-values of the family, in any order.

    Returns
    -------
    ndarray
        Corrected p-values, at most 1, of the same length and in the same order.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics, 6(2),
    65–70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, dtype=float)
    order = given.argsort()
    corrected = np.empty_like(given)
    corrected[order] = np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1)).clip(max=1)
    return corrected


def too_few(total: int) -> bool:
    """Return whether two counts with this total could never differ by more than chance.

    That is so when even all of them in one of the two years would not be significant. By the exact conditional
    (binomial) test that p-value is ``2 * 0.5 ** total``, so fewer than six registrations are too few at 5 %.

    Parameters
    ----------
    total : int
        Registrations in both years together.

    Returns
    -------
    bool

    References
    ----------
    Przyborowski, J., & Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series. Biometrika,
    31(3/4), 313–323.

    Examples
    --------
    >>> too_few(5), too_few(6)
    (True, False)
    """
    return 2 * 0.5**total > alpha()


def same_territory(series: Series, years: Sequence[int]) -> bool:
    """Return whether the figures of all these years stand for the same area.

    A figure that the publisher recalculated, or that is the sum of whole predecessors, stands for the present area. A
    sum that misses a part of a predecessor does not, nor does a figure in the borders of its own year; two of those may
    still stand for the same area.

    Parameters
    ----------
    series : Series
        Yearly or monthly figures.
    years : sequence of int
        The years to compare.

    Returns
    -------
    bool
    """
    areas = [series.area(year) for year in years]
    return all(area == areas[0] for area in areas)


@dataclass(frozen=True)
class Reservation:
    """Something besides reality that can explain a difference, or a part of it.

    Parameters
    ----------
    kind : str
        ``break``: something else changed between the years. ``provisional``: the publisher may still change a figure.
        ``territory``: the years stand for different areas. ``hint``: the evidence is weak. ``own_years``: only the
        region's own years show how much the count varies.
    label : str
        Name of the break.
    years : tuple of int
        Years with a provisional figure.
    """

    kind: Literal["break", "provisional", "territory", "hint", "own_years"]
    label: str = ""
    years: tuple[int, ...] = ()


def reservations(series: Series, years: Sequence[int], breaks: Sequence[Break]) -> tuple[Reservation, ...]:
    """Return what besides reality can explain a difference between years.

    Parameters
    ----------
    series : Series
        The figures that are compared.
    years : sequence of int
        The years that are compared.
    breaks : sequence of Break
        The declared breaks that touch the comparison, see `breaks_between`.

    Returns
    -------
    tuple of Reservation
        The breaks, then provisional figures, then a difference in area; empty when there are none.
    """
    declared = tuple(Reservation("break", label=item.label) for item in breaks)
    territory = () if same_territory(series, years) else (Reservation("territory"),)
    return (*declared, *provisional(series, years), *territory)


def provisional(series: Series, years: Sequence[int]) -> tuple[Reservation, ...]:
    """Return the reservation that the publisher may still change figures of these years; empty when it will not.

    Parameters
    ----------
    series : Series
        The figures.
    years : sequence of int
        The years that matter.

    Returns
    -------
    tuple of Reservation
        One at most.
    """
    early = tuple(series.provisional(years))
    return (Reservation("provisional", years=early),) if early else ()


def breaks_between(series: Series, years: Sequence[int]) -> tuple[Break, ...]:
    """Return the declared breaks that touch a comparison of these years.

    A change of registration or law counts when it came after the first year began and before the last one ended; a
    change on 1 January of the first year holds for all of them. A period counts when it overlaps one of the compared
    years. So corona (until March 2022) touches 2019-2022 and not 2019-2023: only the years that are compared matter,
    not those in between. A change of territory counts only when the series does not stand for one area.

    Parameters
    ----------
    series : Series
        The figures that are compared; its indicator and region decide which breaks apply.
    years : sequence of int
        The years that are compared, in any order.

    Returns
    -------
    tuple of Break
        Oldest first.
    """
    start, end = date(min(years), 1, 1), date(max(years), 12, 31)

    def touches(declared: Break) -> bool:
        if declared.kind == "period":
            until = declared.until or date.max
            return any(declared.date <= date(year, 12, 31) and until >= date(year, 1, 1) for year in years)
        if declared.kind == "territory" and same_territory(series, years):
            return False
        return start < declared.date <= end

    return tuple(declared for declared in catalogue.breaks_of(series.indicator.id, series.region) if touches(declared))
