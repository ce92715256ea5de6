"""The yearly pace of change in monthly counts, by quasi-Poisson regression."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from ..definitions.catalogue import Break
from ..store.results import Missing, Reason, Record, Result
from ..store.series import Series
from . import estimate, record
from .verdicts import Reservation, Verdict, breaks_between, reservations, verdict_from_interval

SHORTEST = 24  # months; with fewer the season cannot be told from the trend
PARAMETERS = 13  # a level for each calendar month, and the slope
_YEAR = 12  # months


@dataclass(frozen=True)
class Trend(Result):
    """The average yearly ratio over a number of years, with season and length of the month taken out.

    Parameters
    ----------
    series : Series
        The monthly counts.
    first, last : int
        The years, both included.
    yearly_ratio, lower, upper : float
        Factor by which the level changes each year, with its interval.
    p_value : float
        Two-sided, that there is no trend.
    dispersion : float
        Pearson's chi-square per degree of freedom: how much more than Poisson the months vary.
    months : int
        Number of months the trend rests on.
    per_inhabitant : bool
        Whether the level is per inhabitant; otherwise the population is unknown and growth counts as trend.
    standard_error : float
        Of the natural logarithm of ``yearly_ratio``.
    breaks : tuple of Break
        What besides reality changed in these years.
    """

    series: Series
    first: int
    last: int
    yearly_ratio: float
    lower: float
    upper: float
    p_value: float
    dispersion: float
    months: int
    per_inhabitant: bool
    standard_error: float
    breaks: tuple[Break, ...]

    @property
    def percentage(self) -> float:
        """The trend in percent per year."""
        return 100 * (self.yearly_ratio - 1)

    @property
    def lower_percentage(self) -> float:
        """Lower limit of the trend in percent per year."""
        return 100 * (self.lower - 1)

    @property
    def upper_percentage(self) -> float:
        """Upper limit of the trend in percent per year."""
        return 100 * (self.upper - 1)

    @property
    def verdict(self) -> Verdict:
        """Whether there is a trend, with a reservation when something besides reality can explain it."""
        return verdict_from_interval(self.lower, self.upper, self.p_value, caveats=bool(self.reservations))

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What besides reality can explain the trend."""
        return reservations(self.series, range(self.first, self.last + 1), self.breaks)

    def records(self) -> list[Record]:
        """Return the trend in percent per year, and the dispersion of the months."""
        years = (self.first, self.last)
        pace = record(
            self.series, "trend_pct_per_year", self.percentage, "percent_per_year", years,
            lower=self.lower_percentage, upper=self.upper_percentage, p_value=self.p_value, verdict=self.verdict,
            also=self.series.population_sources if self.per_inhabitant else (),
        )  # fmt: skip
        return [pace, record(self.series, "dispersion", self.dispersion, "ratio", years)]


def trend(monthly: Series | Missing, first_year: int, last_year: int) -> Trend | Missing:
    """Fit a log-linear trend to the months of whole years.

    A quasi-Poisson regression with a level for each calendar month, on counts per inhabitant per day. The standard
    error is the larger of two: the quasi-Poisson one with a dispersion of at least 1, and one that allows for serial
    correlation over a year. Intervals use Student's t: over two years of overdispersed months the normal distribution
    gives 11 % false alarms where 5 % was asked.

    Parameters
    ----------
    monthly : Series or Missing
        Monthly counts.
    first_year, last_year : int
        The years, both included.

    Returns
    -------
    Trend or Missing
        ``Missing`` when a month has no figure, there are fewer than 24 months, or a calendar month never has a
        registration: then its level cannot be estimated, and the counts are too small for a trend by month anyway.

    Raises
    ------
    ValueError
        When the series is not monthly.

    References
    ----------
    Farrington, C. P., Andrews, N. J., Beale, A. D., & Catchpole, M. A. (1996). A statistical algorithm for the early
    detection of outbreaks of infectious disease. Journal of the Royal Statistical Society A, 159(3), 547–563.
    Quasi-Poisson regression with a dispersion of at least 1.

    Newey, W. K., & West, K. D. (1987). A simple, positive semi-definite, heteroskedasticity and autocorrelation
    consistent covariance matrix. Econometrica, 55(3), 703–708. The standard error under serial correlation.
    """
    if isinstance(monthly, Missing):
        return monthly
    monthly.must_be("M")
    counts = monthly.month_by_month(first_year, last_year)
    months = pd.DatetimeIndex(counts.index)
    if (reason := _untestable(monthly, counts)) is not None:
        return Missing(monthly.indicator.label, reason)
    people = np.array([monthly.inhabitants(year) or np.nan for year in months.year])
    per_inhabitant = not np.isnan(people).any()
    exposure = months.days_in_month.to_numpy(float) * (people if per_inhabitant else 1.0)
    slope, error, dispersion = _fit(counts.to_numpy(float), months, exposure)
    return Trend(
        monthly, first_year, last_year, *estimate(slope, error, len(months) - PARAMETERS), dispersion, len(months),
        per_inhabitant, error, breaks_between(monthly, range(first_year, last_year + 1)),
    )  # fmt: skip


def _untestable(series: Series, counts: pd.Series) -> Reason | None:
    """Return why there can be no trend in these months; ``None`` when there can."""
    if len(counts) < SHORTEST:
        return Reason("trend_too_short", least=SHORTEST, number=len(counts))
    if counts.isna().any():
        return Reason("trend_gap", no_month=series.no_month(counts.index[counts.isna()][0]))
    if (counts.groupby(pd.DatetimeIndex(counts.index).month).sum() == 0).any():
        return Reason("trend_too_few", **series.about)
    return None


def _fit(counts: np.ndarray, months: pd.DatetimeIndex, exposure: np.ndarray) -> tuple[float, float, float]:
    """Return the slope of the logarithm per year, its standard error, and the dispersion."""
    years = np.arange(len(months)) / _YEAR
    season = np.equal.outer(months.month, np.arange(1, _YEAR + 1)).astype(float)
    # The offset must be an array: given a name, statsmodels fails or forgets it.
    model = GLM(counts, np.column_stack([years, season]), family=Poisson(), offset=np.log(exposure))
    poisson = model.fit()
    correlated = model.fit(cov_type="HAC", cov_kwds={"maxlags": _YEAR})
    dispersion = float(poisson.pearson_chi2 / poisson.df_resid)
    # Counts do not vary less than by chance: where these do, that is accidental, or years were divided over months.
    error = max(float(poisson.bse[0]) * sqrt(max(1.0, dispersion)), float(correlated.bse[0]))
    return float(poisson.params[0]), error, dispersion
