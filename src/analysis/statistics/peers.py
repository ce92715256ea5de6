"""Comparison of a change with those of its peers: municipalities of about the same size.

This answers the third question about a change: whether it is unusual for a municipality of this size.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from ..definitions import catalogue, regions
from ..store.series import Series
from . import estimate, percentage
from .dispersion import table_dispersion


@dataclass(frozen=True)
class PeerRange:
    """A change compared with those of municipalities of about the same size.

    Parameters
    ----------
    number : int
        Number of peers.
    dispersion : float
        How much more than Poisson their changes differ from each other, at least 1.
    before, after : int
        Counts of all peers together, in the first and the last year.
    lower, upper : float
        Interval of our ratio when counts vary as much as they do among the peers.
    """

    number: int
    dispersion: float
    before: int
    after: int
    lower: float
    upper: float

    @property
    def ratio(self) -> float:
        """Ratio of the counts of all peers together."""
        return self.after / self.before

    @property
    def percentage(self) -> float | None:
        """Change of all peers together in percent; ``None`` when together they have too few registrations for one."""
        limits = catalogue.thresholds().small_counts
        enough = self.before >= limits.percentage_from and self.after >= limits.interval_from
        return percentage(self.ratio) if enough else None

    @property
    def beyond_shifts(self) -> bool:
        """Whether the change is more than the usual shifts among municipalities of this size."""
        return not self.lower <= 1 <= self.upper

    @property
    def outside(self) -> bool:
        """Whether the change is unusual: more than the usual shifts, and other than what the peers did together.

        The dispersion is measured around the ratio that the peers share. Compared with "no change" alone, a
        municipality that only does what all of them do would be unusual.
        """
        return self.beyond_shifts and not self.lower <= self.ratio <= self.upper


def peer_range(series: Series, first: int, last: int) -> PeerRange | None:
    """Compare a change with those of municipalities that have half to twice our count, over both years together.

    Their dispersion is Pearson's chi-square per degree of freedom of the table of municipalities by the two years. It
    contains real differences between municipalities, so it is a strict bar. Size goes by both years: municipalities
    chosen by their first year would on average move back towards the middle. The interval is Wald's on the log scale.

    Parameters
    ----------
    series : Series
        Yearly counts of a municipality; those of the others come from its `peers`.
    first, last : int
        The years of the change.

    Returns
    -------
    PeerRange or None
        ``None`` when there are too few peers (`thresholds.yml`), or when one of the two years has no registrations, in
        this municipality or in all peers together.
    """
    before, after = series.count(first), series.count(last)
    others = _peer_counts(series, first, last)
    rules = catalogue.thresholds().verdict
    if not before or not after or others is None or len(others) < rules.peers_from:
        return None
    together = int(others[:, 0].sum()), int(others[:, 1].sum())
    if not all(together):
        return None
    dispersion, degrees = table_dispersion(others)
    interval = estimate(log(after / before), sqrt(dispersion * (1 / before + 1 / after)), degrees)
    return PeerRange(len(others), dispersion, *together, interval.lower, interval.upper)


def _peer_counts(series: Series, first: int, last: int) -> NDArray[np.float64] | None:
    """Return the counts of the peers, shape (peers, 2): those with half to twice our count over both years together."""
    table, counts = series.peers, (series.count(first), series.count(last))
    if table is None or None in counts or not {first, last} <= set(table.columns):
        return None
    total = sum(count for count in counts if count is not None)
    others = table[[first, last]].to_numpy(float)
    ours = {series.region, *(code for year in (first, last) for code in regions.territory(series.region, year).wholes)}
    factor, sums = catalogue.thresholds().verdict.peers_factor, others.sum(axis=1)  # without a figure: no sum either
    same_size = (sums >= total / factor) & (sums <= total * factor)
    chosen: NDArray[np.float64] = others[same_size & ~table.index.isin(ours)]
    return chosen
