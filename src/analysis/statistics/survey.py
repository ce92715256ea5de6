"""Changes in figures that are no counts: percentages, grades and indices from surveys, with published margins."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

from ..definitions.catalogue import Break
from ..store.raw_sources import unique_names
from ..store.results import Missing, Record, Result
from ..store.series import Series
from . import record
from .verdicts import Direction, Reservation, Verdict, alpha, breaks_between, reservations, verdict_from_interval


@dataclass(frozen=True)
class SurveyChange(Result):
    """A survey figure in two years.

    Parameters
    ----------
    series : Series
        The yearly figures with their margins.
    first, last : int
        The two years.
    before, after, difference : float
        In the unit of the indicator: percentages differ by percentage points.
    standard_error : float or None
        Of the difference, from the margins that the publisher gives; ``None`` where it gives none for both years.
    lower, upper, p_value : float or None
        Interval of the difference and two-sided p-value that there is none; ``None`` without a standard error.
    breaks : tuple of Break
        What besides reality changed between the two years.
    """

    series: Series
    first: int
    last: int
    before: float
    after: float
    difference: float
    standard_error: float | None
    lower: float | None
    upper: float | None
    p_value: float | None
    breaks: tuple[Break, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict without a claim about the direction."""
        return self.verdict_on(None)

    def verdict_on(self, claimed: Direction | None) -> Verdict:
        """Return whether the difference is more than chance; ``niet toetsbaar`` where no margin was published."""
        return verdict_from_interval(
            self.lower, self.upper, self.p_value, caveats=bool(self.reservations), claimed=claimed, same=0
        )

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What besides reality can explain the difference."""
        return reservations(self.series, (self.first, self.last), self.breaks)

    def records(self) -> list[Record]:
        """Return both figures with their margins, and the difference in points."""
        years = (self.first, self.last)
        figures = [_figure(self.series, year) for year in years]
        points = record(
            self.series, "change_points", self.difference, "points", years, lower=self.lower, upper=self.upper,
            p_value=self.p_value, verdict=self.verdict,
        )  # fmt: skip
        return [*figures, points]


@dataclass(frozen=True)
class SurveyComparison(Result):
    """The change of a municipality's figure beside that of another region.

    Parameters
    ----------
    here, elsewhere : SurveyChange
        The change in the municipality and in the other region. A country contains the municipality; in a national
        survey that is too little to matter.
    difference : float
        ``here.difference - elsewhere.difference``, in points.
    lower, upper, p_value : float or None
        Interval of the difference and two-sided p-value that there is none; ``None`` when one of the two has no margin.
    """

    here: SurveyChange
    elsewhere: SurveyChange
    difference: float
    lower: float | None
    upper: float | None
    p_value: float | None

    @property
    def verdict(self) -> Verdict:
        """The verdict without a claim about the direction."""
        return self.verdict_on(None)

    def verdict_on(self, claimed: Direction | None) -> Verdict:
        """Return whether the municipality changed differently from the other region by more than chance."""
        return verdict_from_interval(
            self.lower, self.upper, self.p_value, caveats=bool(self.reservations), claimed=claimed, same=0
        )

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What besides reality can explain the change in the municipality."""
        return self.here.reservations

    def records(self) -> list[Record]:
        """Return the records of both changes, and the difference between them."""
        years = (self.here.first, self.here.last)
        measure = f"vs_{self.elsewhere.series.region}_points"
        comparison = record(
            self.here.series, measure, self.difference, "points", years, lower=self.lower, upper=self.upper,
            p_value=self.p_value, verdict=self.verdict,
        )  # fmt: skip
        return [*self.here.records(), *self.elsewhere.records(), comparison]


def survey_change(series: Series | Missing, first: int, last: int) -> SurveyChange | Missing:
    """Compare two years of a percentage, grade or index.

    The standard error of a year is that of the published margin: its width divided by twice 1.96. The two years are
    separate samples, so their variances add up; interval and p-value use the normal distribution.

    Parameters
    ----------
    series : Series or Missing
        Yearly figures, with margins where the publisher gives them.
    first, last : int
        The years to compare.

    Returns
    -------
    SurveyChange or Missing
        ``Missing`` when one of the years has no figure. Without margins there are figures, but nothing can be tested.

    Raises
    ------
    ValueError
        When the series is a count.
    """
    if isinstance(series, Missing):
        return series
    if series.indicator.is_count:
        raise ValueError(f"{series.indicator.id} is a count: use change")
    before, after = series.value(first), series.value(last)
    if before is None or after is None:
        return series.no_figure(first if before is None else last)
    errors = [_standard_error(series, year) for year in (first, last)]
    error = None if None in errors else sqrt(sum(part**2 for part in errors if part is not None))
    return SurveyChange(
        series, first, last, before, after, after - before, error, *_interval(after - before, error),
        breaks_between(series, (first, last)),
    )  # fmt: skip


def compare_survey(
    here: Series | Missing, elsewhere: Series | Missing, first: int, last: int
) -> SurveyComparison | Missing:
    """Compare the change in a municipality with that in another region, as a difference of differences.

    Parameters
    ----------
    here, elsewhere : Series or Missing
        Yearly figures of the municipality and of the other region.
    first, last : int
        The years to compare.

    Returns
    -------
    SurveyComparison or Missing
        ``Missing`` when one of the two regions lacks a figure in one of the years.

    Raises
    ------
    ValueError
        When one of the series is a count.
    """
    ours, theirs = survey_change(here, first, last), survey_change(elsewhere, first, last)
    if isinstance(ours, Missing):
        return ours
    if isinstance(theirs, Missing):
        return theirs
    both = ours.standard_error is not None and theirs.standard_error is not None
    error = sqrt((ours.standard_error or 0) ** 2 + (theirs.standard_error or 0) ** 2) if both else None
    difference = ours.difference - theirs.difference
    return SurveyComparison(ours, theirs, difference, *_interval(difference, error))


class Difference(NamedTuple):
    """The difference between two estimates.

    Parameters
    ----------
    value : float
        In the unit of the indicator.
    lower, upper, p_value : float or None
        Its interval and two-sided p-value that there is none; ``None`` where a margin is not published.
    """

    value: float
    lower: float | None
    upper: float | None
    p_value: float | None


def difference_of_levels(here: Series, elsewhere: Series, year: int) -> Difference:
    """Compare two regions in one year. Margins may overlap and yet differ by more than chance, so this tests them.

    Parameters
    ----------
    here, elsewhere : Series
        Yearly figures with one for that year.
    year : int
        The year.

    Returns
    -------
    Difference
    """
    ours, theirs = here.value(year), elsewhere.value(year)
    errors = _standard_error(here, year), _standard_error(elsewhere, year)
    error = None if None in errors else sqrt(sum(part**2 for part in errors if part is not None))
    value = (ours or 0.0) - (theirs or 0.0)
    return Difference(value, *_interval(value, error))


def _standard_error(series: Series, year: int) -> float | None:
    margin = series.margin(year)
    # Publishers give 95 % margins, whatever we test at.
    return None if margin is None else (margin[1] - margin[0]) / (2 * NormalDist().inv_cdf(0.975))


def _interval(difference: float, error: float | None) -> tuple[float | None, float | None, float | None]:
    """Return the interval and the p-value of a difference; ``None`` without a standard error."""
    if not error:
        return None, None, None
    reach = NormalDist().inv_cdf(1 - alpha() / 2) * error
    return difference - reach, difference + reach, 2 * NormalDist().cdf(-abs(difference) / error)


def _figure(series: Series, year: int) -> Record:
    lower, upper = series.margin(year) or (None, None)
    names = unique_names(series.sources)
    return Record(
        f"{series.record_id}{year}", series.indicator.label, series.region, str(year), series.value(year),
        series.indicator.unit, lower=lower, upper=upper, source=names,
    )  # fmt: skip
