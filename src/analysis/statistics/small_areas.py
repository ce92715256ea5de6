"""Wijken beside each other: where more is registered than the number of inhabitants leads to expect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np
import pandas as pd
from scipy.stats import t as student

from ..definitions import catalogue
from ..store.raw_sources import Source, cited
from ..store.results import Record, Result
from ..store.series import Missing, Series, Wijken
from .dispersion import Noise, of_table
from .verdicts import Verdict, holm, of_change


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
        ``count / expected`` with its interval; ``None`` where fewer are expected than a percentage needs. Whoever goes
        by the count itself judges small wijken only in the years when they had many.
    verdict : Verdict
        Corrected for the number of wijken that are judged (Holm).
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
    lived : int or None
        The year of the inhabitants: the same for every wijk.
    dispersion : float
        How much more than Poisson the years of a wijk vary: Pearson's chi-square per degree of freedom of the table
        of wijken by years.
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
        """The municipality of the wijken."""
        return self.wijken.municipality

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the inhabitants, the counts and the borders."""
        held = self.wijken
        series = (*held.inhabitants.values(), *held.counts.values())
        return tuple(dict.fromkeys((*(source for one in series for source in one.sources), *held.border_sources)))

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


def areas(wijken: Wijken | Missing, first: int, last: int) -> Areas | Missing:
    """Compare the wijken of a municipality, several years together.

    Indirect standardisation by inhabitants: a wijk is held against the rate of all wijken together. The dispersion is
    measured on the wijken's own years, so that a wijk where a few houses were visited in one night does not stand
    out at once.

    Parameters
    ----------
    wijken : Wijken or Missing
        Counts and inhabitants of each wijk.
    first, last : int
        The years taken together.

    Returns
    -------
    Areas or Missing
        ``Missing`` when there are no figures by wijk.
    """
    if isinstance(wijken, Missing):
        return wijken
    years = range(first, last + 1)
    counts = {code: [series.count(year) for year in years] for code, series in wijken.counts.items()}
    lived, people = _inhabitants(wijken.inhabitants, last)
    names = {code: border["name"] for code, border in wijken.borders.items()}
    found, dispersion = _judge(pd.DataFrame(counts, index=years).astype(float), people, names)
    return Areas(wijken, first, last, lived, found, dispersion)


def _inhabitants(known: dict[str, Series], last: int) -> tuple[int | None, dict[str, float]]:
    """Inhabitants in one year for all of them: that of the last counts, or else the one nearest to it."""
    every = {year for series in known.values() for year in series.years}
    years = sorted(every, key=lambda year: (abs(year - last), year))
    if not years:
        return None, {}
    return years[0], {code: float(series.count(years[0]) or 0) for code, series in known.items()}


def _judge(counts: pd.DataFrame, people: dict[str, float], names: dict[str, str]) -> tuple[tuple[Area, ...], float]:
    sums = counts.sum(skipna=False)
    whole = [code for code in counts if not np.isnan(sums[code]) and people.get(code)]
    rate = sums[whole].sum() / sum(people[code] for code in whole) if whole else np.nan
    spread, measured = of_table(counts[whole].to_numpy())
    noise = Noise(spread, measured or inf)
    enough = catalogue.thresholds().small_counts.interval_from
    expected = {code: rate * people[code] for code in whole}
    judged = [code for code, mean in expected.items() if mean >= enough]
    p_values = [
        2 * float(student.sf(abs(sums[code] - expected[code]) / sqrt(spread * expected[code]), noise.degrees))
        for code in judged
    ]
    corrected = dict(zip(judged, holm(p_values), strict=True))
    found = []
    for code in counts:
        total = None if np.isnan(sums[code]) else int(sums[code])
        area = Area(code, names.get(code, code), people.get(code), total, expected.get(code))
        if total is not None and code in corrected:
            lower, upper = _limits(total, expected[code], noise)
            verdict = of_change(lower, upper, float(corrected[code]))
            area = replace(area, ratio=total / expected[code], lower=lower, upper=upper, verdict=verdict)
        found.append(area)
    return tuple(found), spread


def _limits(count: int, expected: float, noise: Noise) -> tuple[float, float]:
    """The ratios at which a count is as far from what is expected as ``noise`` allows: the score interval."""
    reach = noise.z**2
    root = sqrt(reach * (4 * count + reach))
    return (2 * count + reach - root) / (2 * expected), (2 * count + reach + root) / (2 * expected)
