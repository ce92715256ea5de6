"""The yearly pace of change in monthly or yearly counts, by quasi-Poisson regression."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..store.results import Missing, Reason, Record, Result
from ..store.series import Series
from . import estimate, record
from .verdicts import Reservation, Verdict, breaks_between, reservations, verdict_from_interval

SHORTEST = 24  # months; with fewer the season cannot be told from the trend
_YEAR = 12  # months
_MOST_ZEROS = 0.5  # part of the years that may be without a registration
_WIDEST = 10.0  # upper limit of a yearly ratio divided by the lower one, beyond which no line fits the years


@dataclass(frozen=True)
class Trend(Result):
    """The average yearly ratio over a number of years; by month, with season and length of the month taken out.

    Parameters
    ----------
    series : Series
        The monthly counts, or the yearly ones where there are no months.
    first, last : int
        The years, both included.
    yearly_ratio, lower, upper : float
        Factor by which the level changes each year, with its interval.
    p_value : float
        Two-sided, that there is no trend.
    dispersion : float
        Pearson's chi-square per degree of freedom: how much more than Poisson the counts vary.
    periods : int
        Number of months or years the trend rests on.
    per_inhabitant : bool
        Whether the level is per inhabitant; otherwise the population is unknown and growth counts as trend.
    standard_error : float
        Of the natural logarithm of ``yearly_ratio``.
    degrees : int
        Degrees of freedom of Student's t: the periods without the parameters that were fitted to them.
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
    periods: int
    per_inhabitant: bool
    standard_error: float
    degrees: int
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
        """Return the trend in percent per year, and the dispersion of the counts."""
        years = (self.first, self.last)
        pace = record(
            self.series, "trend_pct_per_year", self.percentage, "percent_per_year", years,
            lower=self.lower_percentage, upper=self.upper_percentage, p_value=self.p_value, verdict=self.verdict,
            also=self.series.population_sources if self.per_inhabitant else (),
        )  # fmt: skip
        return [pace, record(self.series, "dispersion", self.dispersion, "ratio", years)]


def trend(series: Series | Missing, first_year: int, last_year: int) -> Trend | Missing:
    r"""Fit a log-linear trend to the months of whole years, or to the years themselves where there are no months.

    A quasi-Poisson regression. With :math:`y_t` the count of a period, :math:`x_t` its time in years and :math:`n_t`
    the inhabitants (1 where they are not known of every year), times the days of a month,

    .. math:: \log \operatorname{E} y_t = \log n_t + \alpha_{m(t)} + \beta x_t, \qquad
        \operatorname{Var} y_t = \max(1, \hat\varphi) \operatorname{E} y_t,

    with a level :math:`\alpha` for each calendar month, or one for all years, and :math:`\hat\varphi` Pearson's
    chi-square per degree of freedom. The yearly ratio is :math:`e^\beta`. Intervals use Student's t: over two years of
    overdispersed months the normal distribution gives 11 % false alarms where 5 % was asked.

    By month the standard error is the larger of two, this one and one that allows for serial correlation over a year.
    By year it is this one alone: on so few periods correlation cannot be measured, and the other one hardly lowers the
    false alarms. So a yearly trend takes for granted that years go up and down around the line independently. Then
    eight years of dispersion 3 give 4 % false alarms; where each year's level has a correlation of 0.5 with that of the
    year before, it is 11 %.

    Parameters
    ----------
    series : Series or Missing
        Monthly counts; or yearly counts, where there are no months of all these years.
    first_year, last_year : int
        The years, both included.

    Returns
    -------
    Trend or Missing
        ``Missing`` when a period has no figure or there are fewer than 24 months, or fewer years than ``trend.years``
        in `thresholds.yml`. Also when the counts are too small: by month when a calendar month never has a
        registration, by year when the mean is below ``small_counts.interval_from`` or most years are zero. And when
        the limits of the yearly ratio are so far apart that no line fits.

    Raises
    ------
    ValueError
        When the series is no count, or yearly while there are months.

    References
    ----------
    Farrington, C. P., Andrews, N. J., Beale, A. D., & Catchpole, M. A. (1996). A statistical algorithm for the early
    detection of outbreaks of infectious disease. Journal of the Royal Statistical Society A, 159(3), 547–563.
    Quasi-Poisson regression with a dispersion of at least 1.

    McCullagh, P., & Nelder, J. A. (1989). Generalized linear models (2nd ed.). Chapman and Hall. Chapter 9: Student's t
    and the dispersion that Pearson's chi-square estimates.

    Newey, W. K., & West, K. D. (1987). A simple, positive semi-definite, heteroskedasticity and autocorrelation
    consistent covariance matrix. Econometrica, 55(3), 703–708. The standard error under serial correlation.
    """
    if isinstance(series, Missing):
        return series
    if not series.indicator.is_count:
        raise ValueError(f"{series.indicator.id} is no count but a {series.indicator.unit}: use survey_change")
    years = range(first_year, last_year + 1)
    if series.frequency != "Y" or _has_months(series, years):
        series.must_be("M")
    by_year = series.frequency == "Y"
    counts = _year_by_year(series, years) if by_year else series.month_by_month(first_year, last_year)
    missing = _untestable_years(series, counts) if by_year else _untestable_months(series, counts)
    if missing is not None:
        return missing
    periods = pd.DatetimeIndex(counts.index)
    people = np.array([series.inhabitants(year) or np.nan for year in periods.year])
    per_inhabitant = not np.isnan(people).any()
    exposure = np.where(by_year, 1.0, periods.days_in_month) * (people if per_inhabitant else 1.0)
    line = _fit(counts.to_numpy(float), periods, exposure)
    ratio, lower, upper, p_value = estimate(line.slope, min(line.error, _WIDEST), line.degrees)
    if upper > _WIDEST * lower:
        return Missing(series.indicator.label, Reason("trend_no_line", **series.about))
    return Trend(
        series, first_year, last_year, ratio, lower, upper, p_value, line.dispersion, len(periods),
        per_inhabitant, line.error, line.degrees, breaks_between(series, years),
    )  # fmt: skip


def _has_months(series: Series, years: range) -> bool:
    """Return whether there are months of all these years beside the yearly counts."""
    return series.months is not None and set(years) <= set(series.months.years)


def _year_by_year(series: Series, years: range) -> pd.Series:
    """Return the count of every year, by its first day; NaN where there is none."""
    return pd.Series([series.value(year) for year in years], [pd.Timestamp(year, 1, 1) for year in years], dtype=float)


def _untestable_months(series: Series, counts: pd.Series) -> Missing | None:
    """Return why there can be no trend in these months; ``None`` when there can."""
    reason = None
    if len(counts) < SHORTEST:
        reason = Reason("trend_too_short", least=SHORTEST, number=len(counts))
    elif counts.isna().any():
        reason = Reason("trend_gap", no_month=series.no_month(counts.index[counts.isna()][0]))
    elif (counts.groupby(pd.DatetimeIndex(counts.index).month).sum() == 0).any():
        reason = Reason("trend_too_few", **series.about)
    return None if reason is None else Missing(series.indicator.label, reason)


def _untestable_years(series: Series, counts: pd.Series) -> Missing | None:
    """Return why there can be no trend in these years; ``None`` when there can.

    The mean decides whether counts are too small: by the smallest one, falls and rises would be left out more often
    than what stays the same.
    """
    limits, label = catalogue.thresholds(), series.indicator.label
    if len(counts) < limits.trend.years:
        return Missing(label, Reason("trend_too_short_years", least=limits.trend.years, number=len(counts)))
    if counts.isna().any():
        gap = series.no_figure(counts.index[counts.isna()][0].year)
        return Missing(label, Reason("trend_gap_years", no_year=gap.reason), hidden=gap.hidden)
    if counts.mean() < limits.small_counts.interval_from or (counts == 0).mean() > _MOST_ZEROS:
        return Missing(label, Reason("trend_too_few_years", **series.about))
    return None


class _Line(NamedTuple):
    """The slope of the logarithm per year, its standard error, its degrees of freedom, and the dispersion."""

    slope: float
    error: float
    degrees: int
    dispersion: float


def _fit(counts: np.ndarray, periods: pd.DatetimeIndex, exposure: np.ndarray) -> _Line:
    """Fit a line with a level for each calendar month; years all begin in January and share one level."""
    months = periods.month.to_numpy()
    years = periods.year.to_numpy() - periods.year[0] + (months - 1) / _YEAR
    levels = np.equal.outer(months, np.unique(months)).astype(float)
    # The offset must be an array: given a name, statsmodels fails or forgets it.
    model = GLM(counts, np.column_stack([years, levels]), family=Poisson(), offset=np.log(exposure))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)  # counts exactly on the line are no fault
        poisson = model.fit()
    dispersion = float(poisson.pearson_chi2 / poisson.df_resid)
    # Counts do not vary less than by chance: where these do, that is accidental, or years were divided over months.
    error = float(poisson.bse[0]) * sqrt(max(1.0, dispersion))
    if levels.shape[1] == _YEAR:
        correlated = model.fit(cov_type="HAC", cov_kwds={"maxlags": _YEAR})
        error = max(error, float(correlated.bse[0]))
    return _Line(float(poisson.params[0]), error, int(poisson.df_resid), dispersion)
