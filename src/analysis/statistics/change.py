"""Two years of one series: what changed, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..store.raw_sources import Source, cited
from ..store.results import Record, Result
from ..store.series import Missing, Series
from . import percentage, record
from .dispersion import Noise, of_months, p_value, ratio_interval
from .peers import PeerRange, peer_range
from .scenarios import scenarios
from .verdicts import Direction, Verdict, breaks_between, holm, of_change, reservations, too_few


@dataclass(frozen=True)
class Change(Result):
    """A yearly count set against that of another year, with the three questions about it kept apart.

    Did the count change (`changed`)? It is a full count, so nothing to hold it against. Did it change by more than
    chance (`beyond_chance`)? Held against how much the municipality's own months vary. Is that unusual for a
    municipality of this size (`unusual`)? Held against how much the changes of its peers differ, and what they have
    in common.

    Parameters
    ----------
    before, after : int
        Counts in ``first`` and ``last``.
    ratio, lower, upper : float or None
        ``after / before`` with its interval under chance; ``ratio`` and ``upper`` are ``None`` when ``before`` is 0,
        all three when both counts are 0.
    p_value : float or None
        Two-sided, that both years have the same underlying level; ``None`` when both counts are 0.
    rate_ratio, rate_lower, rate_upper : float or None
        The same per inhabitant; ``None`` too where the population in the same borders is unknown.
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
        """How much may be said: a count under 10 gets no percentage, a start under 50 never one without interval."""
        limits = catalogue.thresholds().small_counts
        if min(self.before, self.after) < limits.interval_from:
            return "counts_only"
        return "with_interval" if self.before < limits.percentage_from else "full"

    @property
    def percentage(self) -> float | None:
        """The change in percent, ``None`` for counts that are too small for one."""
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
        """Which way the count itself went; a full count, so true whatever the verdict says."""
        return "up" if self.after > self.before else "down" if self.after < self.before else "equal"

    @property
    def changed(self) -> bool:
        """First question: whether the count is another one."""
        return self.after != self.before

    @property
    def beyond_chance(self) -> bool | None:
        """Second question: whether it changed by more than chance; ``None`` when there are too few counts to tell."""
        verdict = self.verdict_on(None)
        return None if verdict is Verdict.NOT_TESTABLE else verdict is not Verdict.CHANCE

    @property
    def unusual(self) -> bool | None:
        """Third question: whether that is unusual for a municipality of this size; ``None`` when it cannot be asked."""
        return None if self.peers is None else self.peers.outside

    @property
    def dispersion(self) -> float:
        """How much more than Poisson the own months vary, 1 where that is not known."""
        return self.noise.dispersion

    @property
    def measured(self) -> bool:
        """Whether own months or peers tell how much the count varies; otherwise Poisson is an assumption."""
        return bool(self.noise.months) or self.peers is not None

    @property
    def years(self) -> tuple[int, int]:
        """The two years it rests on."""
        return self.first, self.last

    @property
    def verdict(self) -> Verdict:
        """The verdict without a claim about the direction."""
        return self.verdict_on(None)

    def verdict_on(self, claimed: Direction | None) -> Verdict:
        """Whether the count changed by more than chance, the way that was claimed, and without reservations.

        A reservation is anything besides reality that can explain it (a break, another area, a provisional figure),
        that such shifts are usual for municipalities of this size, or that nothing tells how much the count varies.
        """
        caveats = reservations(self.series, self.years, self.breaks) or self.unusual is False or not self.measured
        small = too_few(self.before + self.after)
        return of_change(self.lower, self.upper, self.p_value, caveats=caveats, small=small, claimed=claimed)

    def records(self) -> list[Record]:
        """Both counts, what the change is held against, and the change in percent, plain and per inhabitant."""
        counts = [one for one in self.series.records() if one.period in (str(self.first), str(self.last))]
        months = self.series.month_sources if self.noise.months else ()
        noise = record(self.series, "change_dispersion", self.dispersion, "ratio", self.years, also=months)
        change = record(
            self.series, "change_pct", self.percentage, "percent", self.years, lower=self.lower_percentage,
            upper=self.upper_percentage, p_value=self.p_value, verdict=self.verdict, also=months,
        )  # fmt: skip
        found = [*counts, noise, *self._peer_records(), *self._rate_records(), change]
        return found + [one for scenario in scenarios(self) for one in scenario.records()]

    def _peer_records(self) -> list[Record]:
        """The change as it is judged among peers, where it may have a percentage, and those peers."""
        if self.peers is None:
            return []
        series, peers, years, also = self.series, self.peers, self.years, self.series.peer_sources
        held = record(
            series, "peers_pct", self.percentage, "percent", years,
            lower=percentage(peers.lower), upper=percentage(peers.upper), also=also,
        )  # fmt: skip
        together = record(series, "peers_together_pct", peers.percentage, "percent", years, also=also)
        number = record(series, "peers_number", peers.number, "municipalities", years, also=also)
        spread = record(series, "peers_dispersion", peers.dispersion, "ratio", years, also=also)
        return [*([] if self.percentage is None else [held]), together, number, spread]

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

    Parameters
    ----------
    series : Series or Missing
        Yearly counts.
    first, last : int
        The years to compare; ``last`` is set against ``first``.

    Returns
    -------
    Change or Missing
        ``Missing`` when one of the years has no figure.

    Raises
    ------
    ValueError
        When the series is not yearly, or not a count: a percentage has `surveys.survey_change`.
    """
    if isinstance(series, Missing):
        return series
    if not series.indicator.is_count:
        raise ValueError(f"{series.indicator.id} is no count but a {series.indicator.unit}: use survey_change")
    before, after = series.count(first), series.count(last)
    if before is None or after is None:
        return series.no_figure(first if before is None else last)
    noise = of_months(series.months, first, last)
    people, later = series.inhabitants(first), series.inhabitants(last)
    rates = _interval(series, before, after, noise, people, later) if people and later else (None, None, None)
    return Change(
        series, first, last, before, after, *_interval(series, before, after, noise), p_value(before, after, noise),
        *rates, breaks_between(series, (first, last)), noise, peer_range(series, first, last),
    )  # fmt: skip


def _interval(
    series: Series, before: int, after: int, noise: Noise, people: float = 1.0, later: float = 1.0
) -> tuple[float | None, float | None, float | None]:
    """Ratio with its interval; as wide as the least and most favourable counts that were rounded to these."""
    ratio, lower, upper = ratio_interval(before, after, people, later, noise)
    if (slack := series.indicator.rounded_to // 2) and lower is not None:
        lower = ratio_interval(before + slack, max(0, after - slack), people, later, noise)[1]
        upper = ratio_interval(max(0, before - slack), after + slack, people, later, noise)[2]
    return ratio, lower, upper


@dataclass(frozen=True, eq=False)
class SumCheck(Result):
    """The details of a subject beside their published total.

    Parameters
    ----------
    details : int
        How many codes were added up.
    table : DataFrame
        Indexed by year: ``total``, ``added`` and ``difference``.
    sources : tuple of Source
        The raw files of the total and of the details.
    """

    total: Series
    details: int
    table: pd.DataFrame
    sources: tuple[Source, ...]

    @property
    def agrees(self) -> bool:
        """Whether there is no difference in any year."""
        return bool((self.table["difference"] == 0).all())

    def records(self) -> list[Record]:
        """The difference in every year."""
        names = cited(self.total.sources)
        label = f"{self.total.indicator.label}: som van {self.details} soorten min het totaal"
        where = self.total.region
        count = Record(f"{self.total.record_id}details", label, where, "", self.details, "kinds", source=names)
        return [count] + [
            Record(f"{self.total.record_id}details_minus_total.{year}", label, where, str(year),
                   float(row["difference"]), "difference", source=names)
            for year, row in self.table.iterrows()
        ]  # fmt: skip


def sum_check(total: Series | Missing, kinds: Sequence[Series | Missing]) -> SumCheck | Missing:
    """Add up the kinds of a subject by year and hold them against the published total.

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
        not all are published are left out.
    """
    if isinstance(total, Missing):
        return total
    details = [kind for kind in kinds if isinstance(kind, Series)]
    if len(details) < len(kinds):
        subject = total.indicator.total_of
        lacking = f"{len(kinds) - len(details)} van de {len(kinds)} soorten {subject}"
        reason = f"Van {lacking} zijn er geen cijfers in {total.region_name}."
        return Missing(f"de optelling van {subject}", f"{reason} Optellen tot het totaal kan dan niet.")
    added = sum((one.data["value"] for one in details[1:]), start=details[0].data["value"])
    table = pd.DataFrame({"total": total.data["value"], "added": added}).dropna()
    table = table.set_axis(pd.DatetimeIndex(table.index).year)
    table = table.assign(difference=table["added"] - table["total"])
    sources = dict.fromkeys(source for one in (total, *details) for source in one.sources)
    return SumCheck(total, len(details), table, tuple(sources))


NAME = "overview"  # of the only overview in a chapter


@dataclass(frozen=True)
class Overview(Result):
    """Changes between the same two years, each with a p-value corrected for the number of indicators (Holm).

    Parameters
    ----------
    changes : tuple of Change
        With the corrected p-value in place of the plain one.
    missing : tuple of Missing
        Indicators that could not be compared, with the reason.
    """

    changes: tuple[Change, ...]
    missing: tuple[Missing, ...]
    first: int
    last: int
    name: str = NAME

    @property
    def tested(self) -> int:
        """The size of the family: kinds with at least one registration in one of the years."""
        return sum(one.p_value is not None for one in self.changes)

    @property
    def family(self) -> int:
        """How many tests the correction is for: what was not delivered counts, or its absence would ease the rest."""
        return self.tested + len(self.missing)

    @property
    def changed(self) -> list[Change]:
        """What changed by more than chance, the whole family considered."""
        settled = (Verdict.CONFIRMED, Verdict.CONFIRMED_WITH_CAVEAT)
        return [one for one in self.changes if one.verdict in settled]

    def records(self) -> list[Record]:
        """Every change, named apart from the same change tested alone; how many were tested and how many changed."""
        found = [
            self._count("tested", "soorten die getoetst zijn", self.tested),
            self._count("changed", "soorten die meer veranderden dan door toeval", len(self.changed)),
        ]
        for one in self.changes:
            by_id = {r.id: r for r in one.records()}
            change = by_id[f"{one.series.record_id}change_pct"]
            counts = [r for r in by_id.values() if r.baseline is None]
            found += [*counts, replace(change, id=f"{change.id}_holm")]
        for hidden in (False, True):
            if number := sum(one.hidden is hidden for one in self.missing):
                kinds = f"{number} {'soort' if number == 1 else 'soorten'} registraties"
                when = f"over {self.first}, over {self.last} of over allebei"
                lacks = f"mogen wij het cijfer {when} niet tonen" if hidden else f"is er geen cijfer {when}"
                found += Missing(kinds, f"Van {kinds} {lacks}.", hidden).records()
        return found

    def _count(self, measure: str, label: str, value: int) -> Record:
        names = tuple(dict.fromkeys(source.name for one in self.changes for source in one.series.sources))
        where = self.changes[0].series.region if self.changes else ""
        about = label if self.name == NAME else f"{label} ({self.name})"
        return Record(
            f"{self.name}.{measure}", about, where, str(self.last), value, "kinds", str(self.first), source=names
        )


def overview(series: Sequence[Series | Missing], first: int, last: int, name: str = NAME) -> Overview:
    """Compare two years for a family of indicators.

    Parameters
    ----------
    series : sequence of Series or Missing
        One for each indicator; those without a single registration in both years are not tested.
    name : str
        Tells several overviews in one chapter apart, in the record and on the page.
    """
    compared = [change(one, first, last) for one in series]
    changes = [one for one in compared if isinstance(one, Change)]
    missing = tuple(one for one in compared if isinstance(one, Missing))
    tested = [one.p_value for one in changes if one.p_value is not None]
    corrected = iter(holm([*tested, *(1.0 for _ in missing)]))
    return Overview(
        tuple(one if one.p_value is None else replace(one, p_value=float(next(corrected))) for one in changes),
        missing,
        first,
        last,
        name,
    )
