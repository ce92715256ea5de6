"""A series: counts of one indicator in one region, with their borders, population and sources."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import pandas as pd

from ..definitions import regions
from ..definitions.catalogue import Indicator
from ..definitions.periods import Period
from .raw_sources import Source, cited
from .results import Record, Result

# How a figure came to stand for today's municipality.
OWN, BACK_CAST, SUMMED, SUMMED_IN_PART = "own", "back_cast", "summed", "summed_in_part"
OTHER_BORDERS = "other_borders"  # the region's own, in the borders of that year
ELSEWHERE = (SUMMED_IN_PART, OTHER_BORDERS)  # of another area than the region is now


@dataclass(frozen=True)
class Missing(Result):
    """The answer when the data cannot carry the question.

    Parameters
    ----------
    subject : str
        What was asked for, in Dutch.
    reason : str
        Why it cannot be given, one Dutch sentence.
    hidden : bool
        Whether there is a figure, which may not be shown.
    """

    subject: str
    reason: str
    hidden: bool = False

    if not TYPE_CHECKING:  # a type checker is to find a question to a gap; an analyst is to read why there is one

        def __getattr__(self, name: str) -> NoReturn:
            """Whatever a series has, a gap has not: say why."""
            raise AttributeError(f"'{name}' is er niet. {self.reason}")

    def after(self, year: int) -> Missing:
        """What is missing stays missing."""
        return self

    def between(self, first_year: int, last_year: int) -> Missing:
        """What is missing is missing in every year."""
        return self

    def records(self) -> list[Record]:
        """That there is no number, and why: a gap is part of the record."""
        words = f"{self.subject} {self.reason}".lower()
        id = "missing." + re.sub(r"\W+", "_", words).strip("_")  # one subject, one reason, one record
        return [Record(id, self.subject, "", "", None, "missing", verdict="niet toetsbaar", note=self.reason)]


@cache
def _months(first_year: int, last_year: int) -> pd.DatetimeIndex:
    return pd.date_range(f"{first_year}-01-01", f"{last_year}-12-01", freq="MS")


def withheld(*, small: bool) -> str:
    """Why a figure is hidden: of one that need not be small nobody may say that it is."""
    return "te klein om te tonen" if small else "afgeschermd"


def _nothing() -> None:
    """What a series that stands on its own is held against."""


@dataclass(frozen=True, eq=False)
class Series(Result):
    """Counts of one indicator in one region.

    Parameters
    ----------
    data : DataFrame
        Indexed by the first day of each period, ascending; columns ``value`` (float, NaN when there is none),
        ``status``, ``origin`` (``own``, ``back_cast``, ``summed``, ``summed_in_part``, ``other_borders``), and
        ``lower`` and ``upper`` (published margins, NaN for counts).
    population : pandas.Series
        Average population by year (index int) in the same borders; NaN where the borders do not match.
    sources : tuple of Source
        The raw files the counts come from. ``population_sources`` likewise for the population.
    set_aside : tuple of Source
        Other editions of the same figures, not used because they differ slightly.
    before : date
        The figures stand in the borders of just before this day.
    unsure : str or None
        Why it cannot be known in which borders they stand; then there is no population.
    lacking : dict
        By year, the predecessors that have no figure, so that there is none for the region.
    find_months, find_peers : callable
        Where `months` and `peers` come from: looked up when a question needs them, a chart never does.
    """

    indicator: Indicator
    region: str
    frequency: str
    data: pd.DataFrame
    sources: tuple[Source, ...]
    population: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    population_sources: tuple[Source, ...] = ()
    set_aside: tuple[Source, ...] = ()
    before: date = date.max
    unsure: str | None = None
    lacking: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    find_months: Callable[[], Series | None] = _nothing
    find_peers: Callable[[], pd.DataFrame | None] = _nothing

    def __repr__(self) -> str:
        return f"Series({self.indicator.id}, {self.region}, {self.frequency}, {self.first_year}–{self.last_year})"

    @cached_property
    def months(self) -> Series | None:
        """The same indicator and region by month, for a yearly count; ``None`` where there are no months."""
        return self.find_months()

    @property
    def month_sources(self) -> tuple[Source, ...]:
        """The raw files that its months come from."""
        return self.months.sources if self.months else ()

    @cached_property
    def peers(self) -> pd.DataFrame | None:
        """The figures of all municipalities from the same table; ``None`` when this is no municipality.

        Indexed by region, a column for each year. A figure from before a herindeling that does not stand for
        today's municipality is NaN. Where they come from stands in ``attrs``: they may be in another table.
        """
        return self.find_peers()

    @property
    def peer_sources(self) -> tuple[Source, ...]:
        """The raw files that the figures of the other municipalities come from."""
        return () if self.peers is None else self.peers.attrs.get("sources", ())

    @property
    def region_name(self) -> str:
        """Name of the region."""
        return regions.name(self.region)

    @cached_property
    def years(self) -> list[int]:
        """Years with a figure."""
        return self._years_where(self.data["value"].notna())

    @property
    def first_year(self) -> int:
        """First year with a figure."""
        return self.years[0]

    @property
    def last_year(self) -> int:
        """Last year with a figure."""
        return self.years[-1]

    def must_be(self, frequency: str) -> None:
        """Refuse a series of another frequency: January is not a year.

        Raises
        ------
        ValueError
            Saying how to load it.
        """
        if self.frequency != frequency:
            raise ValueError(f"this asks for another frequency: load {self.indicator.id} with frequency='{frequency}'")

    def count(self, year: int) -> int | None:
        """The yearly count, ``None`` when there is none.

        Raises
        ------
        ValueError
            When the series is not yearly.
        """
        self.must_be("Y")
        value = self.value(year)
        return None if value is None else int(value)

    def value(self, year: int) -> float | None:
        """The yearly figure of a survey or an index, ``None`` when there is none; counts have `count`."""
        value = self._at(year).get("value")
        return None if value is None or math.isnan(value) else float(value)

    def margin(self, year: int) -> tuple[float, float] | None:
        """Lower and upper limit (95 %) as the publisher gives them, ``None`` where it gives none."""
        here = self._at(year)
        if not here or any(math.isnan(here[name]) for name in ("value", "lower", "upper")):
            return None
        return float(here["lower"]), float(here["upper"])

    def hidden(self, year: int) -> bool:
        """Whether the figure of a year is withheld because it is small."""
        return bool(self._at(year).get("status") == "suppressed")

    def no_figure(self, year: int) -> Missing:
        """That there is no figure for a year: none was delivered, or it is too small to show."""
        names = " en ".join(regions.name(code) for code in self.lacking.get(year, ()))
        why = f": in de bestanden ontbreekt {names}" if names else ""
        reason = self._without(self._at(year), str(year), why)
        return Missing(self.indicator.label, reason, hidden=self.hidden(year))

    def no_month(self, month: pd.Timestamp) -> str:
        """That there is no figure for a month, one Dutch sentence, as `no_figure` does for a year."""
        rows = self.data[self._moments == month].to_dict("records")
        return self._without(rows[0] if rows else {}, Period(month.date(), "M").label)

    def _without(self, row: dict[str, Any], when: str, why: str = "") -> str:
        about = f"{self.indicator.label} in {self.region_name}"
        if row.get("status") == "suppressed":
            return f"Het cijfer van {when} over {about} is {withheld(small=pd.notna(row.get('upper')))}."
        return f"Van {when} is er geen cijfer over {about}{why}."

    def no_inhabitants(self, year: int) -> Missing:
        """That there is no number of inhabitants to divide by, and why."""
        reason = f"Van {year} is het aantal inwoners in {self.region_name} niet bekend."
        return Missing(self.indicator.label, self.unsure or reason)

    def inhabitants(self, year: int) -> float | None:
        """Average population in the same borders, ``None`` when unknown."""
        value = self.population.get(year)
        return None if value is None or pd.isna(value) else float(value)

    def rate(self, year: int) -> float | None:
        """Yearly count per 1.000 inhabitants, ``None`` when one of the two is unknown."""
        count, inhabitants = self.count(year), self.inhabitants(year)
        return None if count is None or not inhabitants else 1000 * count / inhabitants

    def provisional(self, years: Iterable[int]) -> list[int]:
        """Those of the years in which a figure is provisional."""
        return [year for year in years if year in self._early]

    def origin(self, year: int) -> str:
        """How the figure of a year came to stand for this region."""
        return str(self._at(year).get("origin", OWN))

    def area(self, year: int) -> regions.Territory | None:
        """What a figure is about where that is not all of the region as it is now; ``None`` where it is."""
        return regions.territory(self.region, year, self.before) if self.origin(year) in ELSEWHERE else None

    def month_by_month(self, first_year: int, last_year: int) -> pd.Series:
        """The figure of every month in some years, by the first day of the month; NaN where there is none."""
        return self.data["value"].reindex(_months(first_year, last_year))

    def _at(self, year: int) -> dict[str, Any]:
        """The row of the period that begins with a year; empty when there is none."""
        return self._januaries.get(year, {})

    @cached_property
    def _januaries(self) -> dict[int, dict[str, Any]]:
        """The rows of periods that begin with a year: a table is slow at giving them one by one."""
        begins = self.data[self._moments.is_year_start]
        return {moment.year: row for moment, row in begins.to_dict("index").items()}

    @cached_property
    def _early(self) -> list[int]:
        return self._years_where(self.data["status"] == "provisional")

    @property
    def _moments(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.data.index)

    def _years_where(self, rows: pd.Series) -> list[int]:
        return sorted(set(self._moments.year[rows.to_numpy()].tolist()))

    def between(self, first_year: int, last_year: int) -> Series | Missing:
        """The same series for some years, ``Missing`` when none of them has a figure."""
        return self._part(first_year, last_year, f"van {first_year} tot en met {last_year}")

    def after(self, year: int) -> Series | Missing:
        """What came after a year, ``Missing`` when that is not known yet."""
        return self._part(year + 1, date.max.year, f"na {year}")

    def _part(self, first_year: int, last_year: int, when: str) -> Series | Missing:
        years = self._moments.year
        part = replace(self, data=self.data[(years >= first_year) & (years <= last_year)])
        about = f"{self.indicator.label} in {self.region_name}"
        return part if part.years else Missing(self.indicator.label, f"Over {about} {when} zijn er geen cijfers.")

    def minus(self, part: Series) -> Series:
        """Subtract: the series without a region that is part of it: the rest of Nederland without the municipality."""

        def months() -> Series | None:
            return self.months.minus(part.months) if self.months and part.months else None

        rest = self.data.assign(value=self.data["value"] - part.data["value"]).dropna(subset="value")
        population = self.population - part.population
        return replace(self, data=rest, population=population, find_months=months, find_peers=_nothing)

    def records(self) -> list[Record]:
        """Every yearly count, and the rate where the population is known."""
        if self.frequency != "Y":
            return []
        counts = [self._record(year, self.count(year), self.indicator.unit, self.sources) for year in self.years]
        known = [(year, rate) for year in self.years if (rate := self.rate(year)) is not None]
        used = self.sources + self.population_sources
        return counts + [self._record(year, rate, "per_1000", used) for year, rate in known]

    def _record(self, year: int, value: float | None, unit: str, sources: tuple[Source, ...]) -> Record:
        names = cited(sources)
        measure = "" if unit == self.indicator.unit else f"{unit}."
        id = f"{self.record_id}{measure}{year}"
        return Record(id, self.indicator.label, self.region, str(year), value, unit, source=names)

    @property
    def record_id(self) -> str:
        """How the ids of its numbers begin; only a country or province is named, the chapter names the municipality."""
        region = "" if regions.is_municipality(self.region) else f"{self.region}."
        return f"{self.indicator.id}.{region}"


@dataclass(frozen=True, eq=False)
class Wijken:
    """Figures of the wijken of a municipality.

    Parameters
    ----------
    counts, inhabitants : dict of str to Series
        By code of the wijk: yearly counts of the indicator, and inhabitants on 1 January.
    borders : dict of str to dict
        By code: the ``name``, the ``geometry`` (GeoJSON, in degrees) and the ``source`` of a wijk with known borders.
    border_sources : tuple of Source
        The raw files that the borders come from.
    """

    indicator: Indicator
    municipality: str
    counts: dict[str, Series]
    inhabitants: dict[str, Series]
    borders: dict[str, dict[str, Any]]
    border_sources: tuple[Source, ...]


THE_VOTE = "de stemming"  # the subject of what is missing about it


@dataclass(frozen=True, eq=False)
class Voting:
    """Votes cast at the village stands.

    Parameters
    ----------
    ballots : DataFrame
        Columns ``village, voter, theme, votes, voters, source``. Individual ballots are one row per voter and chosen
        theme, with ``votes`` 1 and ``voters`` missing; a voter without any theme has no theme and 0 votes. Tally rows
        have no voter.
    themes : dict of str to str
        Theme id to label, in the order of the card.
    inhabitants : dict of str to int
        Inhabitants by village, for weighting.
    sources : tuple of Source
        The raw files: the votes, and the card that says what they mean.
    """

    ballots: pd.DataFrame
    themes: dict[str, str]
    inhabitants: dict[str, int]
    sources: tuple[Source, ...]
