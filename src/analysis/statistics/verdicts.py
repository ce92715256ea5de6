"""The five words a published statement can get, and what decides between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Literal

import numpy as np

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..store.series import Series

Direction = Literal["up", "down"]


class Verdict(StrEnum):
    """The fixed vocabulary; always computed, never typed."""

    CONFIRMED = "bevestigd"
    CONFIRMED_WITH_CAVEAT = "bevestigd met kanttekening"
    CHANCE = "niet te onderscheiden van toeval"
    CONTRADICTED = "weersproken"
    NOT_TESTABLE = "niet toetsbaar"

    @property
    def settled(self) -> bool:
        """Whether it says that the difference is there."""
        return self in (Verdict.CONFIRMED, Verdict.CONFIRMED_WITH_CAVEAT)


def alpha() -> float:
    """The accepted chance of calling a difference real when there is none; intervals cover the rest."""
    return catalogue.thresholds().verdict.alpha


def of_change(
    lower: float | None,
    upper: float | None,
    p_value: float | None,
    *,
    caveats: bool = False,
    small: bool = False,
    claimed: Direction | None = None,
    same: float = 1,
) -> Verdict:
    """The verdict on a ratio or a difference: a change, a trend, or a comparison of the two.

    Interval and p-value must both say that it is not ``same``. They may disagree: near the border because they come
    from different tests, and further away when the p-value was corrected for the number of statements tested.

    Parameters
    ----------
    lower, upper : float or None
        Interval of the ratio. ``lower`` is ``None`` when there is none; only ``upper`` when there is no upper limit.
    p_value : float or None
        Two-sided, corrected for multiple testing where that applies.
    caveats : bool
        Whether something besides reality changed: a break in registration or territory.
    small : bool
        Whether there are too few counts for any outcome to stand out, see `too_few`.
    claimed : {"up", "down"}, optional
        The direction a statement claims; by default the change is judged without a claim.
    same : float
        What no change looks like: 1 for a ratio, 0 for a difference.
    """
    if small or lower is None or p_value is None:
        return Verdict.NOT_TESTABLE
    up, down = lower > same, upper is not None and upper < same
    if not (up or down) or p_value >= alpha():
        return Verdict.CHANCE
    if claimed is not None and claimed != ("up" if up else "down"):
        return Verdict.CONTRADICTED
    return Verdict.CONFIRMED_WITH_CAVEAT if caveats else Verdict.CONFIRMED


def holm(p_values: Sequence[float]) -> np.ndarray:
    """P-values corrected for the number of them (Holm 1979): one false alarm in the whole family, not one in each.

    The same as statsmodels' ``multipletests(method="holm")``, which collects garbage at every call: half a second in
    a kernel that has read some data.
    """
    given = np.asarray(p_values, dtype=float)
    order = given.argsort()
    corrected = np.empty_like(given)
    corrected[order] = np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1)).clip(max=1)
    return corrected


def too_few(total: int) -> bool:
    """Whether two counts with this total could never differ by more than chance, even with all of it on one side.

    By the exact conditional (binomial) test that p-value is ``2 * 0.5 ** total``: fewer than six at 5 %.
    """
    return 2 * 0.5**total > alpha()


def same_territory(series: Series, years: Sequence[int]) -> bool:
    """Whether the figures of all these years stand for the same area.

    Recalculated by the publisher or added up from whole predecessors is the same area; a sum that misses a part of a
    predecessor is not, nor is a figure in the borders of its own year. Two of those may still be about the same area.
    """
    areas = [series.area(year) for year in years]
    return all(area == areas[0] for area in areas)


def reservations(series: Series, years: Sequence[int], breaks: Sequence[Break]) -> bool:
    """Whether something besides reality can explain a difference: a break, another area, a provisional figure."""
    return bool(breaks) or not same_territory(series, years) or bool(series.provisional(years))


def breaks_between(series: Series, years: Sequence[int]) -> tuple[Break, ...]:
    """The declared breaks that touch a comparison of these years, oldest first.

    A change of registration or law touches it when it came after the first year began and before the last ended: a
    change on 1 January of the first year holds for all of them. A period touches it when it overlaps one of the
    compared years, so corona (until March 2022) touches 2019-2022 but not 2019-2023: only the years held side by
    side matter, not those in between. Territory touches it only if the series does not stand for one area.
    """
    start, end = date(min(years), 1, 1), date(max(years), 12, 31)

    def touches(one: Break) -> bool:
        if one.kind == "period":
            until = one.until or date.max
            return any(one.date <= date(year, 12, 31) and until >= date(year, 1, 1) for year in years)
        if one.kind == "territory" and same_territory(series, years):
            return False
        return start < one.date <= end

    return tuple(one for one in catalogue.breaks_of(series.indicator.id, series.region) if touches(one))
