"""Wijken beside each other: where more is registered than the number of inhabitants leads to expect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import pandas as pd
from scipy.stats import t as student

from .. import catalogue, observations, regions
from ..loading import load
from ..observations import Source, cited
from ..results import Record, Result
from ..series import Missing, Series
from . import estimate
from .chance import of_table
from .verdicts import Verdict, holm, of_change

LEVEL = "WK"  # a buurt has too few inhabitants and registrations for a rate


@dataclass(frozen=True)
class Area:
    """One wijk.

    Parameters
    ----------
    count : int or None
        Registrations in all the years together, ``None`` when a year has no figure or is withheld.
    expected : float or None
        What it would be if the wijk had as many registrations per inhabitant as all wijken together.
    ratio, lower, upper : float or None
        ``count / expected`` with its interval; ``None`` for fewer registrations than a percentage needs.
    verdict : Verdict
        Corrected for the number of wijken (Holm).
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
    dispersion : float
        How much more than Poisson the years of a wijk vary: Pearson's chi-square per degree of freedom of the table
        of wijken by years.
    """

    indicator: catalogue.Indicator
    municipality: str
    first: int
    last: int
    areas: tuple[Area, ...]
    dispersion: float
    sources: tuple[Source, ...]

    @property
    def apart(self) -> list[Area]:
        """Wijken that differ from the others by more than chance."""
        return [one for one in self.areas if one.verdict == Verdict.CONFIRMED]

    def records(self) -> list[Record]:
        """The count and the ratio of each wijk."""
        names = cited(self.sources)
        found = []
        for one in self.areas:
            about = Record(
                f"{self.indicator.id}.{one.code}.sum", self.indicator.label, one.code, f"{self.first}-{self.last}",
                one.count, "registrations", source=names,
            )  # fmt: skip
            ratio = replace(
                about, id=f"{self.indicator.id}.{one.code}.ratio", value=one.ratio, unit="ratio", lower=one.lower,
                upper=one.upper, verdict=one.verdict,
            )  # fmt: skip
            found += [about, ratio]
        return found


def areas(indicator: str, municipality: str, first: int, last: int) -> Areas | Missing:
    """Compare the wijken of a municipality, several years together.

    Indirect standardisation by inhabitants: a wijk is held against the rate of all wijken together. The dispersion is
    measured on the wijken's own years, so that a wijk where a few houses were visited in one night does not stand
    out at once.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    municipality : str
        ``GM1969``; its wijken are the codes that begin with ``WK1969``.
    first, last : int
        The years taken together.
    """
    regions.must_exist(municipality)
    definition = catalogue.indicator(indicator)
    codes = observations.regions_within(indicator, LEVEL + municipality.removeprefix("GM"))
    series = {code: one for code in codes if isinstance(one := load(indicator, code), Series)}
    if not series:
        return Missing(definition.label, f"Er zijn geen cijfers per wijk over {definition.label}.")
    years = range(first, last + 1)
    counts = pd.DataFrame({code: [one.count(year) for year in years] for code, one in series.items()}, index=years)
    counts = counts.astype(float)
    people, used = _inhabitants(list(series))
    borders = {code: held for code, held in observations.borders().items() if code in series}
    names = {code: held["name"] for code, held in borders.items()}
    register = observations.sources()
    used += [source for one in series.values() for source in one.sources]
    used += [register[name] for name in dict.fromkeys(held["source"] for held in borders.values())]
    sources = tuple(dict.fromkeys(used))
    found, dispersion = _judge(counts, people, names)
    return Areas(definition, municipality, first, last, found, dispersion, sources)


def _inhabitants(codes: list[str]) -> tuple[dict[str, float], list[Source]]:
    """Inhabitants in the newest year there is."""
    known = {code: one for code in codes if isinstance(one := load("bevolking_1_januari", code), Series)}
    people = {code: float(one.count(one.last_year) or 0) for code, one in known.items()}
    return people, [source for one in known.values() for source in one.sources]


def _judge(counts: pd.DataFrame, people: dict[str, float], names: dict[str, str]) -> tuple[tuple[Area, ...], float]:
    sums = counts.sum(skipna=False)
    whole = [code for code in counts if not np.isnan(sums[code]) and people.get(code)]
    rate = sums[whole].sum() / sum(people[code] for code in whole) if whole else np.nan
    spread, measured = of_table(counts[whole].to_numpy())
    degrees = measured or np.inf
    expected = {code: rate * people[code] for code in whole}
    p_values = {
        code: 2 * float(student.sf(abs(sums[code] - mean) / sqrt(spread * mean), degrees))
        for code, mean in expected.items()
        if mean > 0
    }
    corrected = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    enough = catalogue.thresholds().small_counts.interval_from
    found = []
    for code in counts:
        total = None if np.isnan(sums[code]) else int(sums[code])
        area = (code, names.get(code, code), people.get(code), total)
        mean = expected.get(code)
        if total is None or not mean or total < enough:
            found.append(Area(*area, mean))
            continue
        ratio, lower, upper, _ = estimate(np.log(total / mean), sqrt(spread / total), degrees)
        found.append(Area(*area, mean, ratio, lower, upper, of_change(lower, upper, float(corrected[code]))))
    return tuple(found), spread
