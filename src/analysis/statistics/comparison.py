"""A municipality beside the rest of the Netherlands: whether it changed more, or less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log, sqrt
from typing import Literal

import pandas as pd

from ..definitions.catalogue import Break
from ..store.raw_sources import Source
from ..store.results import Record, Result
from ..store.series import Missing, Series
from . import estimate, percentage, record
from .change import change
from .trend import PARAMETERS, trend
from .verdicts import Verdict, of_change, reservations


@dataclass(frozen=True)
class Comparison(Result):
    """How a municipality changed relative to the rest of the country.

    Parameters
    ----------
    local_ratio, national_ratio : float
        What the municipality, and the country without it, changed by: over the whole span (``kind`` is ``change``)
        or per year (``trend``).
    ratio, lower, upper : float
        ``local_ratio / national_ratio`` with its interval; 1 means that the municipality followed the country.
    p_value : float
        Two-sided, that it did.
    series, national : Series
        The municipality and the whole country, as given.
    dispersion : float or None
        How much more than Poisson the municipality's own months vary; ``None`` for trends, which estimate their own.
    measured : bool
        Whether months on both sides tell how much the counts vary; otherwise Poisson is an assumption.
    breaks : tuple of Break
        What besides reality changed in the municipality's figures.
    per_inhabitant : bool
        Whether both changes are of rates; a growing population then does not count as a change.
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
    dispersion: float | None
    measured: bool
    breaks: tuple[Break, ...]
    per_inhabitant: bool = False

    @property
    def used(self) -> tuple[Source, ...]:
        """The raw files of both sides: their counts, the months of a change, and the inhabitants."""
        sides, months = (self.series, self.national), self.kind == "change"
        counts = [(*one.sources, *(one.month_sources if months else ())) for one in sides]
        people = [one.population_sources for one in sides if self.per_inhabitant]
        return tuple(source for files in (*counts, *people) for source in files)

    @property
    def years(self) -> Sequence[int]:
        """The years it rests on: two for a change, all of them for a trend."""
        return (self.first, self.last) if self.kind == "change" else range(self.first, self.last + 1)

    @property
    def verdict(self) -> Verdict:
        """Whether the municipality differs from the rest of the country by more than chance."""
        caveats = reservations(self.series, self.years, self.breaks) or not self.measured
        return of_change(self.lower, self.upper, self.p_value, caveats=caveats)

    def records(self) -> list[Record]:
        """The ratio of ratios, and the two changes it is the ratio of."""
        measure, years = "vs_national" if self.kind == "change" else "trend_vs_national", (self.first, self.last)
        ratio = record(
            self.series, measure, self.ratio, "ratio", years, lower=self.lower, upper=self.upper,
            p_value=self.p_value, verdict=self.verdict, also=self.used,
        )  # fmt: skip
        here = record(self.series, f"{measure}.here_pct", percentage(self.local_ratio), "percent", years)
        elsewhere = record(self.series, f"{measure}.elsewhere_pct", percentage(self.national_ratio), "percent", years)
        return [ratio, here, elsewhere]


def compare_change(local: Series | Missing, national: Series | Missing, first: int, last: int) -> Comparison | Missing:
    """Compare the change between two years with that in the rest of the country.

    Ratio of ratios of four counts, with a Wald interval on the log scale. Both variances are multiplied by the
    dispersion of their own months, where there are months.

    Parameters
    ----------
    local, national : Series or Missing
        Yearly counts of one indicator; the municipality is subtracted from the country.
    """
    if isinstance(local, Missing):
        return local
    if isinstance(national, Missing):
        return national
    here, elsewhere = change(local, first, last), change(_rest(local, national), first, last)
    if isinstance(here, Missing):
        return here
    if isinstance(elsewhere, Missing):
        return elsewhere
    if min(here.before, here.after, elsewhere.before, elsewhere.after) == 0:
        return _impossible(local, "een van de aantallen is 0")
    ratios = here.after / here.before, elsewhere.after / elsewhere.before
    error = sqrt(sum(one.dispersion * (1 / one.before + 1 / one.after) for one in (here, elsewhere)))
    degrees = min(here.noise.degrees, elsewhere.noise.degrees)
    return Comparison(
        *ratios, *estimate(log(ratios[0] / ratios[1]), error, degrees), "change", local, national, first, last,
        here.dispersion, bool(here.noise.months and elsewhere.noise.months), here.breaks,
    )  # fmt: skip


def compare_trend(
    local_monthly: Series | Missing, national_monthly: Series | Missing, first_year: int, last_year: int
) -> Comparison | Missing:
    """Compare the trend with that in the rest of the country.

    The two slopes are fitted separately, each with its own season and dispersion: one model with an interaction
    gives false alarms in 18 to 27 % of the cases, or in none, because municipality and country share one dispersion.

    Parameters
    ----------
    local_monthly, national_monthly : Series or Missing
        Monthly counts of one indicator; the municipality is subtracted from the country.
    """
    local, national = local_monthly, national_monthly
    if isinstance(local, Missing):
        return local
    if isinstance(national, Missing):
        return national
    own, rest = local, _rest(local, national)
    if isinstance(rest, Missing):
        return rest
    if any(rest.inhabitants(year) is None for year in range(first_year, last_year + 1)):
        # Growth of the population counts on both sides or on neither.
        own, rest = (replace(one, population=pd.Series(dtype=float)) for one in (own, rest))
    here, elsewhere = trend(own, first_year, last_year), trend(rest, first_year, last_year)
    if isinstance(here, Missing):
        return here
    if isinstance(elsewhere, Missing):
        return elsewhere
    ratios = here.yearly_ratio, elsewhere.yearly_ratio
    error = sqrt(here.standard_error**2 + elsewhere.standard_error**2)
    return Comparison(
        *ratios, *estimate(log(ratios[0] / ratios[1]), error, here.months - PARAMETERS), "trend", local, national,
        first_year, last_year, None, True, here.breaks, here.per_inhabitant,
    )  # fmt: skip


def _rest(local: Series, national: Series) -> Series | Missing:
    """The country without the municipality; ``Missing`` when the municipality is not a part of these figures.

    Raises
    ------
    ValueError
        When the two count different things.
    """
    if local.indicator.id != national.indicator.id:
        raise ValueError(f"{local.indicator.id} cannot be compared with {national.indicator.id}")
    rest = national.minus(local)
    if (rest.data["value"] < 0).any():
        return _impossible(local, "de landelijke aantallen zijn kleiner dan die van de gemeente")
    return rest


def _impossible(local: Series, why: str) -> Missing:
    where = f"{local.indicator.label} in {local.region_name}"
    return Missing(local.indicator.label, f"{where} zijn niet te vergelijken met de rest van Nederland: {why}.")
