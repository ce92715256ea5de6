"""Changes in counts: two years of one series, many series at once, and the check of a total against its kinds.

A change keeps three questions apart: whether the count differs, whether it differs by more than chance, and whether
that is unusual for a municipality of this size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Reason, Record, Result, label
from ..store.series import Series
from . import percentage, record
from .dispersion import Noise, month_noise, p_value, ratio_interval
from .peers import PeerRange, peer_range
from .scenarios import scenarios
from .verdicts import (
    Direction,
    Reservation,
    Verdict,
    breaks_between,
    holm,
    reservations,
    too_few,
    verdict_from_interval,
)

NAME = "overview"  # of the only overview in a chapter


@dataclass(frozen=True)
class Change(Result):
    """The counts of two years of one series, with the answers to the three questions about them.

    Did the count change (`changed`)? It is a full count, so this needs no test. Did it change by more than chance
    (`beyond_chance`)? This is judged by how much the municipality's own months vary. Is that unusual for a municipality
    of this size (`unusual`)? This is judged by how much the changes of its peers differ, and by what they have in
    common.

    Parameters
    ----------
    series : Series
        The yearly counts.
    first, last : int
        The two years.
    before, after : int
        Counts in ``first`` and ``last``.
    ratio, lower, upper : float or None
        ``after / before`` with its interval under chance; ``ratio`` and ``upper`` are ``None`` when ``before`` is 0,
        all three when both counts are 0.
    p_value : float or None
        Two-sided, that both years have the same underlying level; ``None`` when both counts are 0.
    rate_ratio, rate_lower, rate_upper : float or None
        The same per inhabitant; also ``None`` where the population in the same borders is unknown.
    breaks : tuple of Break
        What besides reality changed between the two years.
    noise : Noise
        Dispersion of the municipality's own months with its degrees of freedom; Poisson where there are no months.
    peers : PeerRange or None
        The same ratio as it would be judged among municipalities of this size; ``None`` when that cannot be asked.
    """

    series: Series
    first: int
    last: int
    before: int
    after: int
    ratio: float | None
    lower: float | None
    upper: float | None
    p_value: float | None
    rate_ratio: float | None
    rate_lower: float | None
    rate_upper: float | None
    breaks: tuple[Break, ...]
    noise: Noise
    peers: PeerRange | None

    @property
    def small(self) -> Literal["counts_only", "with_interval", "full"]:
        """How much may be said about the size of the change.

        A count under 10 gets no percentage, and a start under 50 never one without its interval (`thresholds.yml`).
        """
        limits = catalogue.thresholds().small_counts
        if min(self.before, self.after) < limits.interval_from:
            return "counts_only"
        return "with_interval" if self.before < limits.percentage_from else "full"

    @property
    def percentage(self) -> float | None:
        """The change in percent; ``None`` for counts that are too small for one."""
        return None if self.small == "counts_only" else percentage(self.ratio)

    @property
    def lower_percentage(self) -> float | None:
        """Lower limit of the change in percent."""
        return None if self.small == "counts_only" else percentage(self.lower)

    @property
    def upper_percentage(self) -> float | None:
        """Upper limit of the change in percent."""
        return None if self.small == "counts_only" else percentage(self.upper)

    @property
    def direction(self) -> Literal["up", "down", "equal"]:
        """The direction of the count itself; a full count, so true whatever the verdict says."""
        return "up" if self.after > self.before else "down" if self.after < self.before else "equal"

    @property
    def changed(self) -> bool:
        """First question: whether the count differs."""
        return self.after != self.before

    @property
    def beyond_chance(self) -> bool | None:
        """Second question: whether it changed by more than chance; ``None`` with too few registrations to tell."""
        verdict = self.verdict_on(None)
        return None if verdict is Verdict.NOT_TESTABLE else verdict is not Verdict.CHANCE

    @property
    def unusual(self) -> bool | None:
        """Third question: whether that is unusual for a municipality of this size; ``None`` when it cannot be asked."""
        return None if self.peers is None else self.peers.outside

    @property
    def dispersion(self) -> float:
        """How much more than Poisson the own months vary; 1 where that is not known."""
        return self.noise.dispersion

    @property
    def measured(self) -> bool:
        """Whether own months or peers show how much the count varies; otherwise Poisson is an assumption."""
        return bool(self.noise.months) or self.peers is not None

    @property
    def years(self) -> tuple[int, int]:
        """The two years that are compared."""
        return self.first, self.last

    @property
    def verdict(self) -> Verdict:
        """The verdict without a claim about the direction."""
        return self.verdict_on(None)

    def verdict_on(self, claimed: Direction | None) -> Verdict:
        """Return the verdict on a claim about the direction of the change.

        Parameters
        ----------
        claimed : {"up", "down"} or None
            The claimed direction; ``None`` judges the change without a claim.

        Returns
        -------
        Verdict
        """
        small, caveats = too_few(self.before + self.after), bool(self.reservations)
        return verdict_from_interval(
            self.lower, self.upper, self.p_value, caveats=caveats, small=small, claimed=claimed
        )

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What besides reality can explain the change, and what tells it from the changes of others."""
        found = list(reservations(self.series, self.years, self.breaks))
        if self.unusual is False:
            found.append(Reservation("alike" if self.peers is not None and self.peers.beyond_shifts else "usual"))
        return tuple(found if self.measured else [*found, Reservation("unmeasured")])

    def records(self) -> list[Record]:
        """Return both counts, the dispersion, the peers, the change (also per inhabitant), and the scenarios."""
        counts = [count for count in self.series.records() if count.period in (str(self.first), str(self.last))]
        months = self.series.month_sources if self.noise.months else ()
        noise = record(self.series, "change_dispersion", self.dispersion, "ratio", self.years, also=months)
        change = record(
            self.series, "change_pct", self.percentage, "percent", self.years, lower=self.lower_percentage,
            upper=self.upper_percentage, p_value=self.p_value, verdict=self.verdict, also=months,
        )  # fmt: skip
        records = [*counts, noise, *self._peer_records(), *self._rate_records(), change]
        return records + [number for scenario in scenarios(self) for number in scenario.records()]

    def _peer_records(self) -> list[Record]:
        """Return the change as judged among peers, with their number, their dispersion and their change together."""
        if self.peers is None:
            return []
        series, peers, years, also = self.series, self.peers, self.years, self.series.peer_sources
        judged = record(
            series, "peers_pct", self.percentage, "percent", years,
            lower=percentage(peers.lower), upper=percentage(peers.upper), also=also,
        )  # fmt: skip
        together = record(series, "peers_together_pct", peers.percentage, "percent", years, also=also)
        number = record(series, "peers_number", peers.number, "municipalities", years, also=also)
        spread = record(series, "peers_dispersion", peers.dispersion, "ratio", years, also=also)
        return [*([] if self.percentage is None else [judged]), together, number, spread]

    def _rate_records(self) -> list[Record]:
        if self.rate_ratio is None or self.small == "counts_only":
            return []
        return [
            record(
                self.series, "rate_change_pct", percentage(self.rate_ratio), "percent", self.years,
                lower=percentage(self.rate_lower), upper=percentage(self.rate_upper),
                also=self.series.population_sources,
            )
        ]  # fmt: skip


def change(series: Series | Missing, first: int, last: int) -> Change | Missing:
    """Compare two years of a yearly series.

    The interval is the score interval of a ratio of two counts and the p-value that of the E-test or the score test,
    both with the dispersion of the municipality's own months (see `dispersion`).

    Parameters
    ----------
    series : Series or Missing
        Yearly counts.
    first, last : int
        The years to compare; the ratio is that of ``last`` to ``first``.

    Returns
    -------
    Change or Missing
        ``Missing`` when one of the years has no figure.

    Raises
    ------
    ValueError
        When the series is not yearly, or not a count: percentages have `survey_change`.

    References
    ----------
    Gu, K., Ng, H. K. T., Tang, M. L., & Schucany, W. R. (2008). Testing the ratio of two Poisson rates. Biometrical
    Journal, 50(2), 283–298.
    """
    if isinstance(series, Missing):
        return series
    if not series.indicator.is_count:
        raise ValueError(f"{series.indicator.id} is no count but a {series.indicator.unit}: use survey_change")
    before, after = series.count(first), series.count(last)
    if before is None or after is None:
        return series.no_figure(first if before is None else last)
    noise = month_noise(series.months, first, last)
    people_before, people_after = series.inhabitants(first), series.inhabitants(last)
    rates = (
        _interval(series, before, after, noise, people_before, people_after)
        if people_before and people_after
        else (None, None, None)
    )
    return Change(
        series, first, last, before, after, *_interval(series, before, after, noise), p_value(before, after, noise),
        *rates, breaks_between(series, (first, last)), noise, peer_range(series, first, last),
    )  # fmt: skip


def _interval(
    series: Series, before: int, after: int, noise: Noise, people_before: float = 1.0, people_after: float = 1.0
) -> tuple[float | None, float | None, float | None]:
    """Return the ratio with its interval, widened to the extreme counts that would round to these."""
    ratio, lower, upper = ratio_interval(before, after, people_before, people_after, noise)
    if (slack := series.indicator.rounded_to // 2) and lower is not None:
        lower = ratio_interval(before + slack, max(0, after - slack), people_before, people_after, noise)[1]
        upper = ratio_interval(max(0, before - slack), after + slack, people_before, people_after, noise)[2]
    return ratio, lower, upper


@dataclass(frozen=True, eq=False)
class SumCheck(Result):
    """The kinds of a subject added up, beside their published total.

    Parameters
    ----------
    total : Series
        The published total, by year.
    details : int
        Number of kinds that were added up.
    table : DataFrame
        Indexed by year, with columns ``total``, ``added`` and ``difference`` (registrations).
    sources : tuple of Source
        The raw files of the total and of the kinds.
    """

    total: Series
    details: int
    table: pd.DataFrame
    sources: tuple[Source, ...]

    @property
    def agrees(self) -> bool:
        """Whether the difference is 0 in every year."""
        return bool((self.table["difference"] == 0).all())

    def records(self) -> list[Record]:
        """Return the number of kinds, and the difference in every year."""
        names = unique_names(self.total.sources)
        name = label("sum_minus_total", label=self.total.indicator.label, kinds=self.details)
        region = self.total.region
        count = Record(f"{self.total.record_id}details", name, region, "", self.details, "kinds", source=names)
        return [count] + [
            Record(f"{self.total.record_id}details_minus_total.{year}", name, region, str(year),
                   float(row["difference"]), "difference", source=names)
            for year, row in self.table.iterrows()
        ]  # fmt: skip


def sum_check(total: Series | Missing, kinds: Sequence[Series | Missing]) -> SumCheck | Missing:
    """Compare the sum of the kinds of a subject with their published total, by year.

    Parameters
    ----------
    total : Series or Missing
        Yearly counts of all kinds together, such as ``misdrijven_totaal``.
    kinds : sequence of Series or Missing
        Every kind that the total counts, in the same region.

    Returns
    -------
    SumCheck or Missing
        ``Missing`` when the total or one of the kinds is not there: an incomplete sum proves nothing. Years in which
        not all of them are published are left out.
    """
    if isinstance(total, Missing):
        return total
    details = [kind for kind in kinds if isinstance(kind, Series)]
    if len(details) < len(kinds):
        subject = total.indicator.total_of
        number = len(kinds) - len(details)
        reason = Reason("kinds_lacking", number=number, total=len(kinds), subject=subject, region=total.region_name)
        return Missing(label("sum_of", subject=subject), reason)
    added = sum((kind.data["value"] for kind in details[1:]), start=details[0].data["value"])
    table = pd.DataFrame({"total": total.data["value"], "added": added}).dropna()
    table = table.set_axis(pd.DatetimeIndex(table.index).year)
    table = table.assign(difference=table["added"] - table["total"])
    sources = dict.fromkeys(source for series in (total, *details) for source in series.sources)
    return SumCheck(total, len(details), table, tuple(sources))


@dataclass(frozen=True)
class Overview(Result):
    """Changes of many indicators between the same two years, with p-values corrected for their number (Holm).

    Parameters
    ----------
    changes : tuple of Change
        With the corrected p-value in place of the plain one.
    missing : tuple of Missing
        Indicators that could not be compared, with the reason.
    first, last : int
        The two years.
    name : str
        Tells several overviews in one chapter apart.
    """

    changes: tuple[Change, ...]
    missing: tuple[Missing, ...]
    first: int
    last: int
    name: str = NAME

    @property
    def tested(self) -> int:
        """Number of indicators with at least one registration in one of the two years."""
        return sum(change.p_value is not None for change in self.changes)

    @property
    def family(self) -> int:
        """Number of tests the correction is for.

        Indicators without figures count as well, or their absence would make the other tests less strict.
        """
        return self.tested + len(self.missing)

    @property
    def changed(self) -> list[Change]:
        """The changes that are more than chance after the correction."""
        settled = (Verdict.CONFIRMED, Verdict.CONFIRMED_WITH_CAVEAT)
        return [change for change in self.changes if change.verdict in settled]

    def records(self) -> list[Record]:
        """Return every change under an id of its own, and how many were tested, changed and missing."""
        records = [
            self._count("tested", self.tested),
            self._count("changed", len(self.changed)),
        ]
        for change in self.changes:
            by_id = {number.id: number for number in change.records()}
            percent = by_id[f"{change.series.record_id}change_pct"]
            counts = [number for number in by_id.values() if number.baseline is None]
            records += [*counts, replace(percent, id=f"{percent.id}_holm")]
        for hidden in (False, True):
            if number := sum(missing.hidden is hidden for missing in self.missing):
                kinds = label("one_kind" if number == 1 else "many_kinds", number=number)
                code = "kinds_hidden" if hidden else "kinds_missing"
                reason = Reason(code, kinds=kinds, first=self.first, last=self.last)
                records += Missing(kinds, reason, hidden).records()
        return records

    def _count(self, measure: str, value: int) -> Record:
        names = tuple(dict.fromkeys(source.name for change in self.changes for source in change.series.sources))
        region = self.changes[0].series.region if self.changes else ""
        name = label(f"kinds_{measure}") + ("" if self.name == NAME else f" ({self.name})")
        return Record(
            f"{self.name}.{measure}", name, region, str(self.last), value, "kinds", str(self.first), source=names
        )


def overview(series: Sequence[Series | Missing], first: int, last: int, name: str = NAME) -> Overview:
    """Compare two years for a family of indicators, with one correction for all of them.

    Parameters
    ----------
    series : sequence of Series or Missing
        Yearly counts, one series for each indicator; those without a single registration in both years are not tested.
    first, last : int
        The years to compare.
    name : str
        Tells several overviews in one chapter apart, in the record and on the page.

    Returns
    -------
    Overview

    Raises
    ------
    ValueError
        When one of the series is not yearly or not a count.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics, 6(2),
    65–70.
    """
    compared = [change(counts, first, last) for counts in series]
    changes = [answer for answer in compared if isinstance(answer, Change)]
    missing = tuple(answer for answer in compared if isinstance(answer, Missing))
    tested = [result.p_value for result in changes if result.p_value is not None]
    corrected = iter(holm([*tested, *(1.0 for _ in missing)]))
    return Overview(
        tuple(
            result if result.p_value is None else replace(result, p_value=float(next(corrected))) for result in changes
        ),
        missing,
        first,
        last,
        name,
    )
