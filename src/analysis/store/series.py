"""`Series`: one indicator in one region over time; `Panel`: in all municipalities; wijken and votes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..definitions import regions
from ..definitions.catalogue import Indicator
from ..definitions.periods import Period
from .raw_sources import Source, unique_names
from .results import Missing, Reason, Record, Result, SeriesShown

# How a figure came to be about today's municipality.
OWN, BACK_CAST, SUMMED, SUMMED_IN_PART = "own", "back_cast", "summed", "summed_in_part"
OTHER_BORDERS = "other_borders"  # the region's own figure, in the borders of that year
ELSEWHERE = (SUMMED_IN_PART, OTHER_BORDERS)  # about another area than the region is now


@cache
def _months(first_year: int, last_year: int) -> pd.DatetimeIndex:
    return pd.date_range(f"{first_year}-01-01", f"{last_year}-12-01", freq="MS")


def _nothing() -> None:
    """Look up nothing: the default for series without months and peers."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Figures of one indicator in every municipality, by year.

    Two panels are equal only when they are the same object, so that what is learned from one can be kept beside it.

    Parameters
    ----------
    regions : tuple of str
        CBS codes, one for each row.
    years : tuple of int
        Ascending, one for each column.
    values : ndarray, shape (regions, years)
        NaN where there is no figure, or none that is about today's municipality.
    sources : tuple of Source
        The raw files the figures come from.
    borders : mapping of str to str
        By code, what is known of municipalities whose figures have other borders than those of today, see `Source`.
    """

    regions: tuple[str, ...]
    years: tuple[int, ...]
    values: NDArray[np.float64]
    sources: tuple[Source, ...] = ()
    borders: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: pd.DataFrame, sources: tuple[Source, ...] = ()) -> Panel:
        """Return the panel of a table that is indexed by region and has a column for each year.

        Examples
        --------
        >>> Panel.of(pd.DataFrame({2021: [20.0, 80.0]}, index=["GM0001", "GM0002"])).years
        (2021,)
        """
        return cls(tuple(frame.index), tuple(frame.columns), frame.to_numpy(float), sources)

    def __len__(self) -> int:
        return len(self.regions)

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of each municipality."""
        return {code: row for row, code in enumerate(self.regions)}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The figures as a table, indexed by region with a column for each year."""
        return pd.DataFrame(self.values, pd.Index(self.regions, name="region"), pd.Index(self.years, name="year"))


@dataclass(frozen=True, eq=False)
class Series(Result):
    """Figures of one indicator in one region, over time.

    Parameters
    ----------
    indicator : Indicator
        What is counted.
    region : str
        CBS code.
    frequency : str
        ``Y`` or ``M``.
    data : DataFrame
        Indexed by the first day of each period, ascending. Columns ``value`` (float, NaN when there is none),
        ``status``, ``origin`` (``own``, ``back_cast``, ``summed``, ``summed_in_part``, ``other_borders``), and
        ``lower`` and ``upper`` (published margins, NaN for counts).
    sources : tuple of Source
        The raw files the figures come from.
    population : pandas.Series
        Average population by year (index int) in the same borders; NaN where the borders do not match.
    population_sources : tuple of Source
        The raw files the population comes from.
    set_aside : tuple of Source
        Other exports of the same figures, not used because they differ slightly.
    before : date
        The figures have the borders of just before this date.
    unsure : str or None
        Why the borders cannot be determined; then there is no population.
    lacking : mapping of int to tuple of str
        By year, the predecessors without a figure, so that the region has none.
    find_months, find_peers : callable
        Look up `months` and `peers`, which only some questions need.
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
    find_peers: Callable[[], Panel | None] = _nothing

    def __repr__(self) -> str:
        return f"Series({self.indicator.id}, {self.region}, {self.frequency}, {self.first_year}–{self.last_year})"

    @cached_property
    def months(self) -> Series | None:
        """The same indicator and region by month, for a yearly count; ``None`` where there are no months."""
        return self.find_months()

    @cached_property
    def peers(self) -> Panel | None:
        """The figures of all municipalities; ``None`` when the region is not a municipality.

        They may come from another table than those of the series, see `panel.municipality_panel`.
        """
        return self.find_peers()

    @property
    def peer_sources(self) -> tuple[Source, ...]:
        """The raw files the figures of the other municipalities come from."""
        return () if self.peers is None else self.peers.sources

    @property
    def region_name(self) -> str:
        """Name of the region."""
        return regions.name(self.region)

    @cached_property
    def years(self) -> list[int]:
        """Years with a figure, ascending."""
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
        """Check the frequency, so that January is not taken for a year.

        Parameters
        ----------
        frequency : str
            ``Y`` or ``M``.

        Raises
        ------
        ValueError
            When the series has another frequency; the message says how to load it.
        """
        if self.frequency != frequency:
            raise ValueError(f"this asks for another frequency: load {self.indicator.id} with frequency='{frequency}'")

    def count(self, year: int) -> int | None:
        """Return the count of a year.

        Parameters
        ----------
        year : int
            Calendar year.

        Returns
        -------
        int or None
            ``None`` when there is none.

        Raises
        ------
        ValueError
            When the series is not yearly.
        """
        self.must_be("Y")
        value = self.value(year)
        return None if value is None else int(value)

    def value(self, year: int) -> float | None:
        """Return the figure of a year of a survey or an index; for counts see `count`.

        Parameters
        ----------
        year : int
            Calendar year.

        Returns
        -------
        float or None
            ``None`` when there is none.
        """
        value = self._at(year).get("value")
        return None if value is None or math.isnan(value) else float(value)

    def margin(self, year: int) -> tuple[float, float] | None:
        """Return the 95 % margin of a year as the publisher gives it.

        Parameters
        ----------
        year : int
            Calendar year.

        Returns
        -------
        tuple of (float, float) or None
            Lower and upper limit; ``None`` where the publisher gives none.
        """
        row = self._at(year)
        if not row or any(math.isnan(row[name]) for name in ("value", "lower", "upper")):
            return None
        return float(row["lower"]), float(row["upper"])

    def hidden(self, year: int) -> bool:
        """Tell whether the figure of a year is suppressed."""
        return bool(self._at(year).get("status") == "suppressed")

    def no_figure(self, year: int) -> Missing:
        """Return why there is no figure for a year: none was supplied, or it is suppressed.

        Parameters
        ----------
        year : int
            A calendar year without a figure.

        Returns
        -------
        Missing
        """
        names = " en ".join(regions.name(code) for code in self.lacking.get(year, ()))
        cause = Reason("files_lacking", names=names) if names else ""
        reason = self._absence(self._at(year), str(year), cause)
        return Missing(self.indicator.label, reason, hidden=self.hidden(year))

    def no_month(self, month: pd.Timestamp) -> Reason:
        """Return why there is no figure for a month, as `no_figure` does for a year.

        Parameters
        ----------
        month : pandas.Timestamp
            First day of a month without a figure.

        Returns
        -------
        Reason
        """
        rows = self.data[self._moments == month].to_dict("records")
        return self._absence(rows[0] if rows else {}, Period(month.date(), "M").label)

    def _absence(self, row: dict[str, Any], when: str, cause: str = "") -> Reason:
        if row.get("status") == "suppressed":
            code = "suppressed_small" if pd.notna(row.get("upper")) else "suppressed"
            return Reason(code, when=when, **self.about)
        return Reason("no_figure", when=when, cause=cause, **self.about)

    @property
    def about(self) -> dict[str, str]:
        """What the figures are about, for a `Reason`: its ``label`` and ``region``."""
        return {"label": self.indicator.label, "region": self.region_name}

    def no_inhabitants(self, year: int) -> Missing:
        """Return why there is no population to divide by."""
        reason = Reason("no_inhabitants", year=year, region=self.region_name)
        return Missing(self.indicator.label, Reason("unsure", sentence=self.unsure) if self.unsure else reason)

    def inhabitants(self, year: int) -> float | None:
        """Return the average population of a year, in the same borders.

        Parameters
        ----------
        year : int
            Calendar year.

        Returns
        -------
        float or None
            ``None`` when unknown.
        """
        value = self.population.get(year)
        return None if value is None or pd.isna(value) else float(value)

    def rate(self, year: int) -> float | None:
        """Return the count of a year per 1,000 inhabitants.

        Parameters
        ----------
        year : int
            Calendar year.

        Returns
        -------
        float or None
            ``None`` when the count or the population is unknown.
        """
        count, inhabitants = self.count(year), self.inhabitants(year)
        return None if count is None or not inhabitants else 1000 * count / inhabitants

    def provisional(self, years: Iterable[int]) -> list[int]:
        """Return those of the years whose figure is provisional."""
        return [year for year in years if year in self._early]

    def origin(self, year: int) -> str:
        """Return how the figure of a year came to be about this region.

        Parameters
        ----------
        year : int
            Calendar year.

        Returns
        -------
        str
            ``own``, ``back_cast``, ``summed``, ``summed_in_part`` or ``other_borders``.
        """
        return str(self._at(year).get("origin", OWN))

    def area(self, year: int) -> regions.Territory | None:
        """Return what the figure of a year is about where that is not the present region.

        Parameters
        ----------
        year : int
            Calendar year.

        Returns
        -------
        Territory or None
            ``None`` where it is the present region.
        """
        return regions.territory(self.region, year, self.before) if self.origin(year) in ELSEWHERE else None

    def month_by_month(self, first_year: int, last_year: int) -> pd.Series:
        """Return the figure of every month in some years.

        Parameters
        ----------
        first_year, last_year : int
            Calendar years, both included.

        Returns
        -------
        Series of float
            A pandas series, indexed by the first day of each month; NaN where there is no figure.
        """
        return self.data["value"].reindex(_months(first_year, last_year))

    def _at(self, year: int) -> dict[str, Any]:
        """Return the row of the period that begins with a year; empty when there is none."""
        return self._januaries.get(year, {})

    @cached_property
    def _januaries(self) -> dict[int, dict[str, Any]]:
        """Rows of periods that begin with a year, by year: a table is slow at giving rows one by one."""
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
        """Return the same series for some years.

        Parameters
        ----------
        first_year, last_year : int
            Calendar years, both included.

        Returns
        -------
        Series or Missing
            ``Missing`` when none of the years has a figure.
        """
        return self._part(first_year, last_year, Reason("none_between", first=first_year, last=last_year, **self.about))

    def after(self, year: int) -> Series | Missing:
        """Return the part of the series after a year.

        Parameters
        ----------
        year : int
            Calendar year, not included.

        Returns
        -------
        Series or Missing
            ``Missing`` when there are no figures yet.
        """
        return self._part(year + 1, date.max.year, Reason("none_after", year=year, **self.about))

    def _part(self, first_year: int, last_year: int, reason: Reason) -> Series | Missing:
        years = self._moments.year
        part = replace(self, data=self.data[(years >= first_year) & (years <= last_year)])
        return part if part.years else Missing(self.indicator.label, reason)

    def minus(self, part: Series) -> Series:
        """Subtract a region that is part of this one, as for the rest of the country without the municipality.

        Parameters
        ----------
        part : Series
            The same indicator and frequency in the other region.

        Returns
        -------
        Series
            The periods in which both have a figure.
        """

        def months() -> Series | None:
            return self.months.minus(part.months) if self.months and part.months else None

        rest = self.data.assign(value=self.data["value"] - part.data["value"]).dropna(subset="value")
        population = self.population - part.population
        return replace(self, data=rest, population=population, find_months=months, find_peers=_nothing)

    @property
    def synthetic(self) -> bool:
        """Whether its figures are made up; selection combines real and made-up files in no series."""
        return any(source.synthetic for source in self.sources)

    def series_shown(self) -> tuple[SeriesShown, ...]:
        """Return itself."""
        return (SeriesShown(self.indicator.id, self.region, self.frequency, self.synthetic),)

    def records(self) -> list[Record]:
        """Return every yearly count, and the rate where the population is known."""
        if self.frequency != "Y":
            return []
        counts = [self._record(year, self.count(year), self.indicator.unit, self.sources) for year in self.years]
        rates = [(year, rate) for year in self.years if (rate := self.rate(year)) is not None]
        used = self.sources + self.population_sources
        return counts + [self._record(year, rate, "per_1000", used) for year, rate in rates]

    def _record(self, year: int, value: float | None, unit: str, sources: tuple[Source, ...]) -> Record:
        names = unique_names(sources)
        measure = "" if unit == self.indicator.unit else f"{unit}."
        id = f"{self.record_id}{measure}{year}"
        return Record(id, self.indicator.label, self.region, str(year), value, unit, source=names)

    @property
    def record_id(self) -> str:
        """The prefix of the ids of its records.

        It names only a country or province: the chapter already names the municipality.
        """
        region = "" if regions.is_municipality(self.region) else f"{self.region}."
        return f"{self.indicator.id}.{region}"


@dataclass(frozen=True, eq=False)
class Wijken:
    """Figures of the wijken of a municipality.

    Parameters
    ----------
    indicator : Indicator
        What is counted.
    municipality : str
        CBS code.
    counts, inhabitants : dict of str to Series
        By code of the wijk: yearly counts of the indicator, and population on 1 January.
    borders : dict of str to dict
        By code: the ``name``, the ``geometry`` (GeoJSON, in degrees) and the ``source`` of each wijk with known
        borders.
    border_sources : tuple of Source
        The raw files the borders come from.
    """

    indicator: Indicator
    municipality: str
    counts: dict[str, Series]
    inhabitants: dict[str, Series]
    borders: dict[str, dict[str, Any]]
    border_sources: tuple[Source, ...]


@dataclass(frozen=True, eq=False)
class Voting:
    """Votes cast at the stands in the villages.

    Parameters
    ----------
    ballots : DataFrame
        Columns ``village, voter, theme, votes, voters, source``. Individual ballots are one row per voter and chosen
        theme, with ``votes`` 1 and ``voters`` missing; a voter who chose nothing has no theme and 0 votes. Rows of a
        tally sheet have no voter.
    themes : dict of str to str
        Theme id to label, in the order of the card.
    inhabitants : dict of str to int
        Population by village, for weighting.
    sources : tuple of Source
        The raw files: the votes, and the card that says what they mean.
    """

    ballots: pd.DataFrame
    themes: dict[str, str]
    inhabitants: dict[str, int]
    sources: tuple[Source, ...]

    @property
    def turnout(self) -> int:
        """Voters in all villages together, as far as they are known."""
        single = self.ballots["voter"].notna()
        cast = self.ballots[single].groupby("village", observed=True)["voter"].nunique()
        counted = self.ballots[~single].groupby("village", observed=True)["voters"].first()
        return int(cast.sum() + counted.sum())

    def series_shown(self) -> tuple[SeriesShown, ...]:
        """Return the votes as one series."""
        return (SeriesShown("votes", "", "", any(source.synthetic for source in self.sources)),)
