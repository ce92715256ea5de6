"""Whether a change is unusual for a municipality of this size: the third question about it."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from ..definitions import catalogue, regions
from ..store.series import Series
from . import estimate, percentage
from .dispersion import of_table


@dataclass(frozen=True)
class PeerRange:
    """What a change is held against when it is held against municipalities of about the same size.

    Parameters
    ----------
    number : int
        How many municipalities.
    dispersion : float
        How much more than Poisson their changes differ from each other; never below 1.
    before, after : int
        Counts of all of them together.
    lower, upper : float
        Interval of our ratio when counts vary as much as they do among these municipalities.
    """

    number: int
    dispersion: float
    before: int
    after: int
    lower: float
    upper: float

    @property
    def ratio(self) -> float:
        """What all of them together changed by."""
        return self.after / self.before

    @property
    def percentage(self) -> float | None:
        """The same in percent, ``None`` where even together they have too few registrations for one."""
        limits = catalogue.thresholds().small_counts
        enough = self.before >= limits.percentage_from and self.after >= limits.interval_from
        return percentage(self.ratio) if enough else None

    @property
    def beyond_shifts(self) -> bool:
        """Whether the change is more than the usual shifts among municipalities of this size."""
        return not self.lower <= 1 <= self.upper

    @property
    def outside(self) -> bool:
        """Whether it is unusual: more than the usual shifts, and also something else than what the peers did together.

        The dispersion is measured around the ratio that the peers share. Held against "no change" alone, a
        municipality that only does what all of them do would be unusual.
        """
        return self.beyond_shifts and not self.lower <= self.ratio <= self.upper


def peer_range(series: Series, first: int, last: int) -> PeerRange | None:
    """Hold a change against that of municipalities with half to twice our count, over both years together.

    Their dispersion is Pearson's chi-square of the two-year × municipalities table per degree of freedom. It
    contains real differences between municipalities, so it is a strict bar. Size goes by both years: municipalities
    chosen by their first year would on average move back towards the middle. The interval is Wald's on the log scale.

    Parameters
    ----------
    series : Series
        Yearly counts of a municipality.
    first, last : int
        The years of the change.

    Returns
    -------
    PeerRange or None
        ``None`` when there are too few peers (``thresholds.yml``), or a year without any registration, here or
        among all of them.
    """
    before, after = series.count(first), series.count(last)
    others = _of_this_size(series, first, last)
    rules = catalogue.thresholds().verdict
    if not before or not after or others is None or len(others) < rules.peers_from:
        return None
    together = int(others[:, 0].sum()), int(others[:, 1].sum())
    if not all(together):
        return None
    dispersion, degrees = of_table(others)
    found = estimate(log(after / before), sqrt(dispersion * (1 / before + 1 / after)), degrees)
    return PeerRange(len(others), dispersion, *together, found.lower, found.upper)


def _of_this_size(series: Series, first: int, last: int) -> NDArray[np.float64] | None:
    """A row for every other municipality with half to twice our count in both years together; a column a year."""
    everyone, counts = series.peers, (series.count(first), series.count(last))
    if everyone is None or None in counts or not {first, last} <= set(everyone.columns):
        return None
    total = sum(count for count in counts if count is not None)
    others = everyone[[first, last]].to_numpy(float)
    ours = {series.region, *(code for year in (first, last) for code in regions.territory(series.region, year).wholes)}
    factor, sums = catalogue.thresholds().verdict.peers_factor, others.sum(axis=1)  # without a figure: no sum either
    near = (sums >= total / factor) & (sums <= total * factor)
    kept: NDArray[np.float64] = others[near & ~everyone.index.isin(ours)]
    return kept
