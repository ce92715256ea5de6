"""Registrations by wijk beside what their inhabitants lead to expect, drawn to the municipality as far as few say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln, gdtr

from ..definitions import catalogue
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Record, Result
from ..store.series import Series, Wijken
from .dispersion import Noise, table_dispersion
from .verdicts import Verdict, alpha

Floats = NDArray[np.float64]
SPREADS: Final = np.linspace(0.01, 1.5, 24)  # how much wijken may differ: standard deviation of the log rate
_RATIOS: Final = (1e-6, 1e6)  # between these a limit is sought
_HALVINGS: Final = 60


@dataclass(frozen=True)
class Area:
    """One wijk, with its registrations beside what is expected.

    Parameters
    ----------
    code, name : str
        CBS code and name; the code again where the name is not known.
    inhabitants : float or None
        Inhabitants on 1 January; ``None`` when not known.
    count : int or None
        Registrations in all the years together; ``None`` when a year has no figure or is withheld.
    expected : float or None
        Registrations if the wijk had as many per inhabitant as all wijken together.
    ratio, lower, upper : float or None
        The rate divided by that of all wijken together, see `relative_rates`, with its interval. It is nearer to 1 than
        ``count / expected``. ``None`` where fewer are expected than a percentage needs: judging by the count itself
        would judge small wijken only in the years when they had many.
    verdict : Verdict
        Confirmed where the interval leaves out 1.
    """

    code: str
    name: str
    inhabitants: float | None
    count: int | None
    expected: float | None = None
    ratio: float | None = None
    lower: float | None = None
    upper: float | None = None
    verdict: Verdict = Verdict.NOT_TESTABLE


@dataclass(frozen=True, eq=False)
class Areas(Result):
    """All wijken of a municipality for one indicator over some years.

    Parameters
    ----------
    wijken : Wijken
        The counts, inhabitants and borders, as loaded.
    first, last : int
        The years taken together, both included.
    lived : int or None
        The year of the inhabitants, the same for every wijk.
    areas : tuple of Area
        One for each wijk with counts.
    dispersion : float
        How much more than Poisson the years of a wijk vary: Pearson's chi-square per degree of freedom of the table of
        wijken by years.
    """

    wijken: Wijken
    first: int
    last: int
    lived: int | None
    areas: tuple[Area, ...]
    dispersion: float

    @property
    def indicator(self) -> catalogue.Indicator:
        """What is counted."""
        return self.wijken.indicator

    @property
    def municipality(self) -> str:
        """CBS code of the municipality."""
        return self.wijken.municipality

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the inhabitants, the counts and the borders."""
        wijken = self.wijken
        series = (*wijken.inhabitants.values(), *wijken.counts.values())
        return tuple(
            dict.fromkeys((*(source for counts in series for source in counts.sources), *wijken.border_sources))
        )

    @property
    def apart(self) -> list[Area]:
        """Wijken that differ from the others by more than chance."""
        return [area for area in self.areas if area.verdict == Verdict.CONFIRMED]

    def records(self) -> list[Record]:
        """Return the count and the ratio of each wijk."""
        names = unique_names(self.sources)
        records = []
        for area in self.areas:
            count = Record(
                f"{self.indicator.id}.{area.code}.sum", self.indicator.label, area.code, f"{self.first}-{self.last}",
                area.count, "registrations", source=names,
            )  # fmt: skip
            ratio = replace(
                count, id=f"{self.indicator.id}.{area.code}.ratio", value=area.ratio, unit="ratio", lower=area.lower,
                upper=area.upper, verdict=area.verdict,
            )  # fmt: skip
            records += [count, ratio]
        return records


def areas(wijken: Wijken | Missing, first: int, last: int) -> Areas | Missing:
    """Compare the wijken of a municipality, over several years together.

    Indirect standardisation by inhabitants: each wijk is compared with the rate of all wijken together, see
    `relative_rates`. Counts and expected counts are divided by the dispersion of the wijken's own years, so that a wijk
    where a few houses were burgled in one night does not stand out at once. Where that rests on few years, it is taken
    larger, by the square of the quantile of Student's t over that of the normal distribution.

    There is no correction for the number of wijken. Where they do not differ, that shows in all of them together and
    every interval draws to 1: then at most 2 % of the maps name a wijk, with any number of wijken
    (docs/methods/small_areas.md).

    Parameters
    ----------
    wijken : Wijken or Missing
        Yearly counts and inhabitants of each wijk.
    first, last : int
        The years taken together, both included.

    Returns
    -------
    Areas or Missing
        ``Missing`` when there are no figures by wijk.
    """
    if isinstance(wijken, Missing):
        return wijken
    years = range(first, last + 1)
    counts = {code: [series.count(year) for year in years] for code, series in wijken.counts.items()}
    year_of_inhabitants, people = _inhabitants(wijken.inhabitants, last)
    names = {code: border["name"] for code, border in wijken.borders.items()}
    judged, dispersion = _judge(pd.DataFrame(counts, index=years).astype(float), people, names)
    return Areas(wijken, first, last, year_of_inhabitants, judged, dispersion)


def _inhabitants(inhabitants: dict[str, Series], last: int) -> tuple[int | None, dict[str, float]]:
    """Return the inhabitants of all wijken in one year: the last of the counts, or else the one nearest to it."""
    available = {year for series in inhabitants.values() for year in series.years}
    years = sorted(available, key=lambda year: (abs(year - last), year))
    if not years:
        return None, {}
    return years[0], {code: float(series.count(years[0]) or 0) for code, series in inhabitants.items()}


def _judge(counts: pd.DataFrame, people: dict[str, float], names: dict[str, str]) -> tuple[tuple[Area, ...], float]:
    """Return each wijk with its ratio and verdict, and the dispersion of the years of a wijk."""
    sums = counts.sum(skipna=False)
    whole = [code for code in counts if not np.isnan(sums[code]) and people.get(code)]
    rate = sums[whole].sum() / sum(people[code] for code in whole) if whole else np.nan
    spread, degrees = table_dispersion(counts[whole].to_numpy())
    enough = catalogue.thresholds().small_counts.interval_from
    expected = {code: rate * people[code] for code in whole}
    judged = {code for code, mean in expected.items() if mean >= enough}
    intervals = {}
    if judged:
        noise = (Noise(spread, degrees or inf).z / Noise().z) ** 2
        rates = relative_rates(sums[whole].to_numpy() / noise, np.array(list(expected.values())) / noise)
        intervals = dict(zip(whole, zip(*(part.tolist() for part in rates), strict=True), strict=True))
    areas = []
    for code in counts:
        total = None if np.isnan(sums[code]) else int(sums[code])
        area = Area(code, names.get(code, code), people.get(code), total, expected.get(code))
        if code in judged:
            ratio, lower, upper = intervals[code]
            verdict = Verdict.CHANCE if lower <= 1 <= upper else Verdict.CONFIRMED
            area = replace(area, ratio=ratio, lower=lower, upper=upper, verdict=verdict)
        areas.append(area)
    return tuple(areas), spread


def relative_rates(counts: Floats, expected: Floats) -> tuple[Floats, Floats, Floats]:
    r"""Estimate the rate of each wijk relative to that of all together, with its interval.

    With :math:`y_i` the count and :math:`e_i` the number expected of wijk :math:`i`,

    .. math:: y_i \sim \operatorname{Poisson}(e_i \theta_i), \qquad
        \theta_i \sim \operatorname{Gamma}(a, a), \qquad a = 1 / (e^{\sigma^2} - 1),

    where :math:`\sigma` is about the standard deviation of the log rate, uniform beforehand from 0.01 to 1.5. Given
    :math:`\sigma` the rate is :math:`\operatorname{Gamma}(a + y_i, a + e_i)`. It is not estimated but averaged over,
    see `spreads`: a dozen wijken leave it uncertain, and an interval that takes one value for it is too narrow.

    Parameters
    ----------
    counts, expected : ndarray, shape (wijken,)
        Expected counts above 0.

    Returns
    -------
    means, lower, upper : ndarray, shape (wijken,)
        The posterior mean and the quantiles of the mixture; between them lies ``1 - alpha()``.

    References
    ----------
    Clayton, D., & Kaldor, J. (1987). Empirical Bayes estimates of age-standardized relative risks for use in disease
    mapping. Biometrics, 43(3), 671–681. The gamma distribution of rates.

    Gelman, A. (2006). Prior distributions for variance parameters in hierarchical models. Bayesian Analysis, 1(3),
    515–534. The uniform distribution of the standard deviation.

    Examples
    --------
    >>> means, lower, upper = relative_rates(np.array([60.0, 20, 20, 20]), np.array([30.0, 30, 30, 30]))
    >>> means.round(2).tolist()
    [1.88, 0.71, 0.71, 0.71]
    >>> [(low, high) for low, high in zip(lower.round(2).tolist(), upper.round(2).tolist(), strict=True)][:2]
    [(1.43, 2.4), (0.45, 1.02)]
    """
    shapes, weights = spreads(counts, expected)
    shape, rate = shapes[:, None] + counts, shapes[:, None] + expected
    low, high = (_quantile(shape, rate, weights, q) for q in (alpha() / 2, 1 - alpha() / 2))
    return weights @ (shape / rate), low, high


def spreads(counts: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Return how likely each spread between wijken is, given their counts.

    Parameters
    ----------
    counts, expected : ndarray, shape (wijken,)
        As in `relative_rates`.

    Returns
    -------
    shapes, weights : ndarray
        Shapes of the gamma distribution of rates, and their probabilities: in proportion to the negative binomial
        likelihood of all counts.
    """
    shapes = 1 / np.expm1(SPREADS**2)
    shape = shapes[:, None]
    likely = (
        gammaln(shape + counts) - gammaln(shape) - shape * np.log1p(expected / shape)
        + counts * np.log(expected / (shape + expected))
    ).sum(axis=1)  # fmt: skip
    weights = np.exp(likely - likely.max())
    return shapes, weights / weights.sum()


def _quantile(shape: Floats, rate: Floats, weights: Floats, probability: float) -> Floats:
    """Return a quantile of each mixture of gamma distributions, a column of ``shape`` and ``rate``, by bisection."""
    low, high = (np.full(shape.shape[1], limit) for limit in _RATIOS)
    for _ in range(_HALVINGS):
        middle = np.sqrt(low * high)
        below = weights @ gdtr(rate, shape, middle) < probability
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    limits: Floats = np.sqrt(low * high)
    return limits
