"""Comparison of a municipality's change or trend with that in the rest of the Netherlands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log, sqrt
from typing import Literal

import pandas as pd

from ..definitions.catalogue import Break
from ..store.raw_sources import Source
from ..store.results import Missing, Reason, Record, Result
from ..store.series import Series
from . import estimate, percentage, record
from .change import Change, change, rest_of_country
from .ordinary import Grade, verdict_of, weakness
from .trend import trend
from .verdicts import Reservation, Verdict, reservations, verdict_from_interval
from .yardstick import START


@dataclass(frozen=True)
class Comparison(Result):
    """The change in a municipality relative to that in the rest of the country.

    Parameters
    ----------
    local_ratio, national_ratio : float
        What the municipality, and the country without it, changed by: over the whole span (``kind`` is ``change``) or
        per year (``trend``).
    ratio, lower, upper : float
        How the municipality did relative to the country, with an interval; 1 means that it followed. For a change it is
        the count divided by what was to be expected; for a trend ``local_ratio / national_ratio``.
    p_value : float
        Two-sided, that it followed.
    kind : {"change", "trend"}
        Whether two years were compared, or the slopes of monthly counts.
    series, national : Series
        The municipality and the whole country, as given.
    first, last : int
        The years, both included.
    breaks : tuple of Break
        What besides reality changed in the municipality's figures.
    per_inhabitant : bool
        Whether both changes are of rates; a growing population then does not count as a change.
    change : Change or None
        The change in the municipality; ``None`` for a trend. Its judgement is that of the comparison.
    """

    local_ratio: float
    national_ratio: float
    ratio: float
    lower: float
    upper: float
    p_value: float
    kind: Literal["change", "trend"]
    series: Series
    national: Series
    first: int
    last: int
    breaks: tuple[Break, ...]
    per_inhabitant: bool = False
    change: Change | None = None

    @property
    def grade(self) -> Grade | None:
        """For a change: how strong the evidence is that it went otherwise than elsewhere."""
        return None if self.change is None else self.change.grade_elsewhere

    @property
    def ordinary(self) -> tuple[int, int] | None:
        """For a change: the lowest and highest count that would have been ordinary, had it gone as elsewhere."""
        judgement = None if self.change is None else self.change.judgement
        return None if judgement is None or judgement.elsewhere is None else judgement.elsewhere.range()

    @property
    def used(self) -> tuple[Source, ...]:
        """The raw files of both sides: their counts, those of the other municipalities, and the inhabitants."""
        sides = (self.series, self.national)
        others = self.series.peer_sources if self.kind == "change" else ()
        people = [side.population_sources for side in sides if self.per_inhabitant]
        return tuple(source for files in (*(side.sources for side in sides), others, *people) for source in files)

    @property
    def years(self) -> Sequence[int]:
        """The years it rests on: two for a change, all of them for a trend."""
        return (self.first, self.last) if self.kind == "change" else range(self.first, self.last + 1)

    @property
    def verdict(self) -> Verdict:
        """Whether the municipality differs from the rest of the country by more than chance."""
        if self.grade is not None:
            return verdict_of(self.grade, caveats=bool(self.reservations))
        return verdict_from_interval(self.lower, self.upper, self.p_value, caveats=bool(self.reservations))

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What besides reality can explain the difference, and how weak the evidence is."""
        found = reservations(self.series, self.years, self.breaks)
        return (*found, *weakness(self.grade, own_years=False))

    def records(self) -> list[Record]:
        """Return the ratio of the two changes, and both changes in percent."""
        measure, years = "vs_national" if self.kind == "change" else "trend_vs_national", (self.first, self.last)
        ratio = record(
            self.series, measure, self.ratio, "ratio", years, lower=self.lower, upper=self.upper,
            p_value=self.p_value, verdict=self.verdict, also=self.used,
        )  # fmt: skip
        ours = record(self.series, f"{measure}.here_pct", percentage(self.local_ratio), "percent", years)
        theirs = record(self.series, f"{measure}.elsewhere_pct", percentage(self.national_ratio), "percent", years)
        return [ratio, ours, theirs]


def compare_change(local: Series | Missing, national: Series | Missing, first: int, last: int) -> Comparison | Missing:
    """Compare the change between two years with that in the rest of the country.

    The count is judged by what would have been ordinary if the municipality had done as the country, see `ordinary`.

    Parameters
    ----------
    local : Series or Missing
        Yearly counts of a municipality.
    national : Series or Missing
        The same of the whole country, ``NL00``. The municipality is subtracted from it here, not by the caller.
    first, last : int
        The years to compare.

    Returns
    -------
    Comparison or Missing
        ``Missing`` when a year has no figure, when one of the four counts is 0, when the country has fewer
        registrations than the municipality, or when there are too few figures, or none of all municipalities.

    Raises
    ------
    ValueError
        When the two series are of different indicators or not yearly counts, or when the second is not of the whole
        country: the result is worded as "in de rest van Nederland".
    """
    for series in (local, national):
        if isinstance(series, Missing):
            return series
    assert isinstance(local, Series) and isinstance(national, Series)
    sides = [change(series, first, last) for series in (local, rest_of_country(local, national))]
    for side in sides:
        if isinstance(side, Missing):
            return side
    ours, theirs = (side for side in sides if isinstance(side, Change))
    if min(ours.before, ours.after, theirs.before, theirs.after) == 0:
        return Missing(local.indicator.label, Reason("zero_count", **local.about))
    if ours.judgement is None:
        return Missing(local.indicator.label, Reason("ordinary_unknown", year=first, **local.about))
    expected = ours.judgement.elsewhere
    if expected is None:
        return Missing(local.indicator.label, Reason("elsewhere_unknown", **local.about))
    ratios = ours.after / ours.before, theirs.after / theirs.before
    low, high = expected.range()
    interval = ours.after / expected.mean, ours.after / max(high, 1), ours.after / max(low, START)
    return Comparison(
        *ratios, *interval, expected.p_value(ours.after), "change", local, national, first, last,
        ours.breaks, change=ours,
    )  # fmt: skip


def compare_trend(
    local_monthly: Series | Missing, national_monthly: Series | Missing, first_year: int, last_year: int
) -> Comparison | Missing:
    """Compare the trend with that in the rest of the country.

    The two slopes are fitted separately, each with its own season and dispersion (see `trend`), and their difference
    gets a Wald interval. One model with an interaction gives false alarms in 18 to 27 % of the cases, or in none,
    because municipality and country share one dispersion.

    Parameters
    ----------
    local_monthly : Series or Missing
        Monthly counts of a municipality.
    national_monthly : Series or Missing
        The same of the whole country, ``NL00``. The municipality is subtracted from it here, not by the caller.
    first_year, last_year : int
        The years, both included.

    Returns
    -------
    Comparison or Missing
        Ratios are per year. ``Missing`` when one of the two has no trend, or when the country has fewer registrations
        than the municipality.

    Raises
    ------
    ValueError
        When the two series are of different indicators or not monthly, or when the second is not of the whole country.
    """
    local, national = local_monthly, national_monthly
    if isinstance(local, Missing):
        return local
    if isinstance(national, Missing):
        return national
    for side in (local, national):
        side.must_be("M")
    own, rest = local, rest_of_country(local, national)
    if isinstance(rest, Missing):
        return rest
    if any(rest.inhabitants(year) is None for year in range(first_year, last_year + 1)):
        # Growth of the population is taken out on both sides or on neither.
        own, rest = (replace(side, population=pd.Series(dtype=float)) for side in (own, rest))
    our_trend, their_trend = trend(own, first_year, last_year), trend(rest, first_year, last_year)
    if isinstance(our_trend, Missing):
        return our_trend
    if isinstance(their_trend, Missing):
        return their_trend
    ratios = our_trend.yearly_ratio, their_trend.yearly_ratio
    error = sqrt(our_trend.standard_error**2 + their_trend.standard_error**2)
    return Comparison(
        *ratios, *estimate(log(ratios[0] / ratios[1]), error, our_trend.degrees), "trend", local, national,
        first_year, last_year, our_trend.breaks, our_trend.per_inhabitant,
    )  # fmt: skip
