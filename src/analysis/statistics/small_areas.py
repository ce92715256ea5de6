"""Registrations by wijk beside what their inhabitants lead to expect (indirect standardisation)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np
import pandas as pd
from scipy.stats import t as student

from ..definitions import catalogue
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Record, Result
from ..store.series import Series, Wijken
from .dispersion import Noise, table_dispersion
from .verdicts import Verdict, holm, verdict_from_interval


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
        ``count / expected`` with its interval; ``None`` where fewer are expected than a percentage needs. Judging by
        the count itself would judge small wijken only in the years when they had many.
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

    Indirect standardisation by inhabitants: each wijk is compared with the rate of all wijken together, by a score test
    and score interval. The dispersion is measured on the wijken's own years, so that a wijk where a few houses were
    burgled in one night does not stand out at once.

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

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics, 6(2),
    65–70.
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
    noise = Noise(spread, degrees or inf)
    enough = catalogue.thresholds().small_counts.interval_from
    expected = {code: rate * people[code] for code in whole}
    judged = [code for code, mean in expected.items() if mean >= enough]
    p_values = [
        2 * float(student.sf(abs(sums[code] - expected[code]) / sqrt(spread * expected[code]), noise.degrees))
        for code in judged
    ]
    corrected = dict(zip(judged, holm(p_values), strict=True))
    areas = []
    for code in counts:
        total = None if np.isnan(sums[code]) else int(sums[code])
        area = Area(code, names.get(code, code), people.get(code), total, expected.get(code))
        if total is not None and code in corrected:
            lower, upper = _limits(total, expected[code], noise)
            verdict = verdict_from_interval(lower, upper, float(corrected[code]))
            area = replace(area, ratio=total / expected[code], lower=lower, upper=upper, verdict=verdict)
        areas.append(area)
    return tuple(areas), spread


def _limits(count: int, expected: float, noise: Noise) -> tuple[float, float]:
    """Return the ratios at which a count is as far from what is expected as ``noise`` allows: the score interval."""
    reach = noise.z**2
    root = sqrt(reach * (4 * count + reach))
    return (2 * count + reach - root) / (2 * expected), (2 * count + reach + root) / (2 * expected)
