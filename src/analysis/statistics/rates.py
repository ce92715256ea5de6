"""How often something happens per inhabitant, beside another area or all municipalities in the same year."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import pandas as pd
from scipy.stats import t as student

from .. import regions
from ..series import Missing, Series
from .chance import Noise, of_months, ratio_interval

_PER = 1000  # inhabitants
_YEARS = 4  # months of this many years say how much counts vary


@dataclass(frozen=True)
class RateRatio:
    """A rate divided by that of another area.

    Parameters
    ----------
    series, other : Series
        Ours, and the other area; without us where we are a part of it.
    here, elsewhere : float
        Registrations per 1.000 inhabitants.
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
    """
    if isinstance(series, Missing):
        return series
    if isinstance(other, Missing):
        return other
    rest = other if regions.is_municipality(other.region) else other.minus(series)
    counts = [one.count(year) for one in (series, rest)]
    people = [one.inhabitants(year) for one in (series, rest)]
    for one, count, inhabitants in zip((series, other), counts, people, strict=True):
        if count is None:
            what = f"het aantal {series.indicator.label}"
            return Missing(series.indicator.label, f"Van {year} is {what} in {one.region_name} niet bekend.")
        if not inhabitants:
            return one.no_inhabitants(year)
    return _compare(series, rest, year, *(int(count or 0) for count in counts), *(float(n or 0) for n in people))


def of_all(series: Series, people: Series, year: int) -> pd.DataFrame:
    """Rates of all municipalities in one year, ours from its own series.

    Parameters
    ----------
    series, people : Series
        Yearly counts of a municipality and its average population; what others have comes from `Series.peers`.

    Returns
    -------
    DataFrame
        Indexed by region: ``count``, ``inhabitants``, and ``rate`` per 1.000 inhabitants. Who lacks one of them is not
        in it.
    """
    tables = {"count": series.peers, "inhabitants": people.peers}
    others = {name: table[year] for name, table in tables.items() if table is not None and year in table}
    everyone = pd.DataFrame(others, columns=list(tables), dtype=float)
    counted, lived = (table.attrs.get("borders", {}) if table is not None else {} for table in tables.values())
    elsewhere = [code for code in counted.keys() | lived.keys() if counted.get(code) != lived.get(code)]
    everyone = everyone.drop(elsewhere, errors="ignore")
    everyone.loc[series.region] = [series.count(year), series.inhabitants(year)]  # our table may be another one
    everyone = everyone.dropna()
    return everyone.assign(rate=_PER * everyone["count"] / everyone["inhabitants"])


def _compare(
    series: Series, rest: Series, year: int, ours: int, theirs: int, people: float, others: float
) -> RateRatio | Missing:
    noise = of_months(series.months, year - _YEARS + 1, year)
    ratio, lower, upper = ratio_interval(theirs, ours, others, people, noise)
    if ratio is None or lower is None or upper is None:
        return Missing(
            series.indicator.label, f"In {rest.region_name} zijn er in {year} geen {series.indicator.label}."
        )
    p_value = _p_value(ours, ours + theirs, people / (people + others), noise)
    return RateRatio(series, rest, year, _PER * ours / people, _PER * theirs / others, ratio, lower, upper, p_value)


def _p_value(ours: int, total: int, share: float, noise: Noise) -> float:
    """Given the total, our count is binomial with our share of the inhabitants; the score test of that."""
    error = sqrt(noise.dispersion * total * share * (1 - share))
    return 2 * float(student.sf(abs(ours - total * share) / error, noise.degrees))
