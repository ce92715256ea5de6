"""Rates per inhabitant: beside the rate of another area, and in a funnel plot of all municipalities."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import t as student

from ..definitions import catalogue, regions
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Reason, Record, Result
from ..store.series import Series
from .dispersion import Noise, month_noise, ratio_interval

LIMITS = (0.95, 0.998)  # the usual two of a funnel plot
_PER = 1000  # inhabitants
_YEARS = 4  # the dispersion is measured on the months of this many years
_WINSORISED = 0.1  # of the z-scores at each end, as Spiegelhalter (2005) proposes
_ROUNDS, _HALVINGS, _WIDEST = 10, 40, 4.0  # of the search for the centre, and for the variance between municipalities


_EDGE = NormalDist().inv_cdf(1 - _WINSORISED)
_NORMAL = 1 - 2 * _WINSORISED - 2 * _EDGE * NormalDist().pdf(_EDGE) + 2 * _WINSORISED * _EDGE**2  # of winsorised scores
_QUARTER = 0.25  # the variance of the root of a count, and what is added to a mean to make its root that of a count
_ROOT_OF_ZERO = 0.5  # (√0 + √1) / 2


@dataclass(frozen=True)
class RateRatio:
    """A rate divided by that of another area.

    Parameters
    ----------
    series, other : Series
        Ours, and the other area; without us where we are a part of it.
    year : int
        The year of both rates.
    here, elsewhere : float
        Our rate and that of the other area, in registrations per 1.000 inhabitants.
    ratio, lower, upper : float
        ``here / elsewhere`` with its interval.
    p_value : float
        Two-sided, that both areas have the same rate.
    """

    series: Series
    other: Series
    year: int
    here: float
    elsewhere: float
    ratio: float
    lower: float
    upper: float
    p_value: float


def rate_ratio(series: Series | Missing, other: Series | Missing, year: int) -> RateRatio | Missing:
    """Compare the rates of two areas in one year.

    The score interval and score test for two Poisson rates, with the dispersion of our own months over the last four
    years.

    Parameters
    ----------
    series, other : Series or Missing
        Yearly counts. A country or province contains the municipality, which is then subtracted from it.
    year : int
        The year to compare.

    Returns
    -------
    RateRatio or Missing
        ``Missing`` when a count or a population is not known, or when the other area has no registrations.

    Raises
    ------
    ValueError
        When one of the series is not yearly.

    References
    ----------
    Gu, K., Ng, H. K. T., Tang, M. L., & Schucany, W. R. (2008). Testing the ratio of two Poisson rates. Biometrical
    Journal, 50(2), 283–298.
    """
    if isinstance(series, Missing):
        return series
    if isinstance(other, Missing):
        return other
    rest = other if regions.is_municipality(other.region) else other.minus(series)
    counts = [area.count(year) for area in (series, rest)]
    people = [area.inhabitants(year) for area in (series, rest)]
    for area, count, inhabitants in zip((series, other), counts, people, strict=True):
        if count is None:
            return Missing(series.indicator.label, Reason("count_unknown", year=year, **area.about))
        if not inhabitants:
            return area.no_inhabitants(year)
    return _compare(series, rest, year, *(int(count or 0) for count in counts), *(float(n or 0) for n in people))


def municipality_rates(series: Series, people: Series, year: int) -> pd.DataFrame:
    """Return the rates of all municipalities in one year, ours from its own series.

    Parameters
    ----------
    series, people : Series
        Yearly counts of a municipality and its average population; those of the others come from `Series.peers`.
    year : int
        The year of the rates.

    Returns
    -------
    DataFrame
        Indexed by region code: ``count``, ``inhabitants``, and ``rate`` per 1.000 inhabitants. A municipality that
        lacks one of them, or whose count and population are in different borders, is left out.
    """
    panels = {"count": series.peers, "inhabitants": people.peers}
    others = {name: panel.frame[year] for name, panel in panels.items() if panel is not None and year in panel.years}
    rates = pd.DataFrame(others, columns=list(panels), dtype=float)
    count_borders, people_borders = ({} if panel is None else panel.borders for panel in panels.values())
    mismatched = [
        code
        for code in count_borders.keys() | people_borders.keys()
        if count_borders.get(code) != people_borders.get(code)
    ]
    rates = rates.drop(mismatched, errors="ignore")
    rates.loc[series.region] = [series.count(year), series.inhabitants(year)]  # our table may be another one
    rates = rates.dropna()
    return rates.assign(rate=_PER * rates["count"] / rates["inhabitants"])


def _compare(
    series: Series, rest: Series, year: int, ours: int, theirs: int, people: float, others: float
) -> RateRatio | Missing:
    noise = month_noise(series.months, year - _YEARS + 1, year)
    ratio, lower, upper = ratio_interval(theirs, ours, others, people, noise)
    if ratio is None or lower is None or upper is None:
        return Missing(series.indicator.label, Reason("none_elsewhere", year=year, **rest.about))
    p_value = _p_value(ours, ours + theirs, people / (people + others), noise)
    return RateRatio(series, rest, year, _PER * ours / people, _PER * theirs / others, ratio, lower, upper, p_value)


def _p_value(ours: int, total: int, share: float, noise: Noise) -> float:
    """Return the p-value of the score test; given the total, our count is binomial with our share of inhabitants."""
    error = sqrt(noise.dispersion * total * share * (1 - share))
    return 2 * float(student.sf(abs(ours - total * share) / error, noise.degrees))


@dataclass(frozen=True, eq=False)
class Funnel(Result):
    """One municipality in the funnel plot of all; the others have no names and no order.

    Parameters
    ----------
    series : Series
        Yearly counts of the municipality.
    year : int
        The year of the rates.
    count, inhabitants : float
        Registrations and average population of the municipality.
    rate : float
        Registrations per 1.000 inhabitants in the municipality.
    average : float
        Registrations per 1.000 inhabitants in all municipalities together.
    centre : float
        Registrations per 1.000 inhabitants in the usual municipality, which the limits are around. A few large cities
        weigh less in it than in the average.
    dispersion : float
        Mean of the squared, winsorised z-scores: how much more than Poisson the rates differ; at least 1.
    between : float
        Variance between municipalities on the square-root scale, beyond Poisson.
    points : DataFrame
        ``inhabitants`` and ``rate`` of every municipality, without names.
    other_sources : tuple of Source
        The raw files behind the population, and behind the other municipalities.
    """

    series: Series
    year: int
    count: int
    inhabitants: float
    rate: float
    average: float
    centre: float
    dispersion: float
    between: float
    points: pd.DataFrame
    other_sources: tuple[Source, ...]

    @property
    def number(self) -> int:
        """Number of municipalities in the funnel."""
        return len(self.points)

    def limits(self, inhabitants: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the rates between which a municipality is expected with a given probability.

        Parameters
        ----------
        inhabitants : ndarray
            Sizes of the municipality.
        level : float
            Probability, between 0 and 1.

        Returns
        -------
        lower, upper : ndarray
            Rates per 1.000 inhabitants, of the shape of ``inhabitants``.
        """
        thousands = inhabitants / _PER
        reach = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(thousands * (1 / (4 * thousands) + self.between))
        middle = np.sqrt(self.centre * thousands + _QUARTER)
        return _count_of(middle - reach) / thousands, _count_of(middle + reach) / thousands

    @property
    def position(self) -> Literal["below", "inside", "above"]:
        """Position of the municipality relative to the wide limits (99,8 %)."""
        return self._position(LIMITS[1])

    @property
    def near_edge(self) -> bool:
        """Whether it is inside the wide limits and outside the narrow ones (95 %)."""
        return self.position == "inside" and self._position(LIMITS[0]) != "inside"

    def outside(self, level: float) -> int:
        """Return how many municipalities lie outside a pair of limits."""
        lower, upper = self.limits(self.points["inhabitants"].to_numpy(), level)
        return int(((self.points["rate"] < lower) | (self.points["rate"] > upper)).sum())

    def _position(self, level: float) -> Literal["below", "inside", "above"]:
        lower, upper = (float(limit[0]) for limit in self.limits(np.array([self.inhabitants]), level))
        return "below" if self.rate < lower else "above" if self.rate > upper else "inside"

    def records(self) -> list[Record]:
        """Return the rate within both pairs of limits, and the average, numbers and dispersion of the funnel."""
        edges = {level: self.limits(np.array([self.inhabitants]), level) for level in LIMITS}
        within = [
            self._record(f"within_{_named(level)}", self.rate, "per_1000", *map(_first, pair))
            for level, pair in edges.items()
        ]
        outside = [self._record(f"outside_{_named(level)}", self.outside(level), "municipalities") for level in LIMITS]
        return [
            *within,
            *outside,
            self._record("average", self.average, "per_1000"),
            self._record("centre", self.centre, "per_1000"),
            self._record("municipalities", self.number, "municipalities"),
            self._record("dispersion", self.dispersion, "ratio"),
        ]

    def _record(
        self, measure: str, value: float, unit: str, lower: float | None = None, upper: float | None = None
    ) -> Record:
        names = unique_names(dict.fromkeys(self.series.sources + self.other_sources))
        return Record(
            f"{self.series.record_id}funnel.{measure}", self.series.indicator.label, self.series.region,
            str(self.year), value, unit, lower=lower, upper=upper, source=names,
        )  # fmt: skip


def funnel(series: Series | Missing, people: Series | Missing, year: int) -> Funnel | Missing:
    """Place a municipality in a funnel plot of rates against population.

    Limits are on the square-root scale, where the Poisson variance of a rate depends on population alone. Real
    differences between municipalities come on top of that as one extra variance: the one at which the winsorised
    z-scores vary as much as winsorised normal scores do. Multiplying the Poisson variance instead would give small
    municipalities limits that nothing can cross, while nearly all large ones would be outside: real differences do not
    get smaller with size.

    Parameters
    ----------
    series, people : Series or Missing
        Yearly counts of a municipality, and its average population (``bevolking_gemiddeld``). Those of the other
        municipalities come from their `peers`.
    year : int
        The year of the rates.

    Returns
    -------
    Funnel or Missing
        ``Missing`` when the count or the population in the same borders is not known, or there are too few
        municipalities (`thresholds.yml`).

    Raises
    ------
    ValueError
        When the series is not yearly.

    References
    ----------
    Paule, R. C., & Mandel, J. (1982). Consensus values and weighting factors. Journal of Research of the National
    Bureau of Standards, 87(5), 377–385. The additive variance between municipalities.

    Freeman, M. F., & Tukey, J. W. (1950). Transformations related to the angular and the square root. Annals of
    Mathematical Statistics, 21(4), 607–611. The root of a count in the z-scores.

    Spiegelhalter, D. J. (2005). Handling over-dispersion of performance indicators. Quality and Safety in Health Care,
    14(5), 347–351.
    """
    if isinstance(series, Missing):
        return series
    if isinstance(people, Missing):
        return people
    count, inhabitants = series.count(year), series.inhabitants(year)
    if count is None or not inhabitants:
        return Missing(series.indicator.label, Reason("rate_unknown", year=year, **series.about))
    rates = municipality_rates(series, people, year)
    if len(rates) < catalogue.thresholds().verdict.peers_from:
        return Missing(series.indicator.label, Reason("too_few_peers", year=year, **series.about))
    average = float(_PER * rates["count"].sum() / rates["inhabitants"].sum())
    centre, dispersion, between = _spread(rates["count"].to_numpy(), rates["inhabitants"].to_numpy() / _PER)
    return Funnel(
        series, year, count, inhabitants, float(rates.loc[series.region, "rate"]), average, centre, dispersion, between,
        rates[["inhabitants", "rate"]].sort_values("inhabitants", ignore_index=True),
        (*series.peer_sources, *series.population_sources, *people.peer_sources),
    )  # fmt: skip


def _spread(counts: np.ndarray, thousands: np.ndarray) -> tuple[float, float, float]:
    """Return the usual rate, the dispersion of the z-scores, and the variance between municipalities.

    The variance is searched for: at the right one the dispersion is 1.
    """
    centre, dispersion = _standardised(counts, thousands, 0.0)
    if dispersion <= 1:
        return centre, 1.0, 0.0
    low, high = 0.0, _WIDEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _standardised(counts, thousands, middle)[1] > 1 else (low, middle)
    return _standardised(counts, thousands, high)[0], dispersion, high


def _standardised(counts: np.ndarray, thousands: np.ndarray, between: float) -> tuple[float, float]:
    """Return the rate that fits best with a variance between municipalities, and the dispersion that is left.

    The z-scores are those of Freeman and Tukey's root, whose variance hardly depends on the count, and are winsorised:
    a few municipalities that stand out must not widen the limits of all.
    """
    root, deviation = (np.sqrt(counts) + np.sqrt(counts + 1)) / 2, np.sqrt(_QUARTER + between * thousands)
    rate, weight = counts.sum() / thousands.sum(), np.sqrt(thousands) / deviation
    for _ in range(_ROUNDS):
        scores = (root - np.sqrt(rate * thousands + _QUARTER)) / deviation
        scores = np.clip(scores, *np.quantile(scores, [_WINSORISED, 1 - _WINSORISED]))
        rate = max(0.0, sqrt(rate) + float((weight * scores).sum() / (weight**2).sum())) ** 2
    return float(rate), float(np.mean(scores**2)) / _NORMAL


def _count_of(root: np.ndarray) -> np.ndarray:
    """Return the count that Freeman and Tukey's root belongs to; 0 for a root below that of 0."""
    reached = np.maximum(root, _ROOT_OF_ZERO)
    count: np.ndarray = (reached - _QUARTER / reached) ** 2
    return count


def _named(level: float) -> str:
    return f"{100 * level:g}".replace(".", "_")


def _first(limits: np.ndarray) -> float:
    return float(limits[0])
