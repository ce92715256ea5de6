"""Indicators, tables, breaks and thresholds: the definitions in ``definitions/*.yml`` as typed objects.

Everything that says what a figure *means* is read here. A mistake in a file is reported in Dutch with file, entry and
field, before any work starts.
"""

from __future__ import annotations

import datetime as dt
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from .. import paths
from ..errors import DataError
from . import yaml_files

T = TypeVar("T")
Frequency = Literal["Y", "H", "Q", "M", "D"]
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)  # from coarse to fine


class Definition(BaseModel):
    """Base class of the entries of a definitions file: immutable, without unknown fields or infinite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Amount = Annotated[float, Field(ge=-yaml_files.LARGEST, le=yaml_files.LARGEST)]
Year = Annotated[int, Field(ge=1900, le=2200)]  # of a figure, a goal or a plan


class IndicatorSource(Definition):
    """Subject under which a publisher has an indicator, and the publisher's code for it."""

    subject: str
    code: str


class Indicator(Definition):
    """What is counted, in words and in codes.

    Parameters
    ----------
    label, singular : str
        Name of what is counted, in the plural and in the singular.
    field : str
        One of the five fields of safety policy, or ``bevolking`` or ``overig``.
    counts : str
        What is counted, in a Dutch phrase.
    sources : tuple of IndicatorSource
        In order of preference; a series comes from exactly one of them.
    unit : str
        ``registrations`` and ``persons`` are counts; other figures cannot be added.
    good : str
        Which direction is good news; ``none`` where fewer registrations may only mean fewer reports.
    caveats : tuple of str
        What a reader should know about every figure of this indicator.
    total_of : str, optional
        Subject of which this is the total.
    sensitive : str
        Whether figures are suppressed as if they were not public: ``always``, or only ``below_municipality``.
    finest : dict
        For a sensitive indicator, the finest frequency that is kept for wijken (``WK``) and buurten (``BU``). Nothing
        is kept of a kind of region that is not in it.
    registered_by, verb : str
        Who counts it, in the singular, and what a sentence says that they did: ``telde`` where the label already says
        "registraties", otherwise ``registreerde``.
    rounded_to : int
        What the publisher rounds counts to.
    parts : tuple of str
        Indicators that this one includes, whether or not they add up to it.
    derived_from : str, optional
        The count from which a rate was computed. Like ``parts``, it shows how a hidden count could be derived.
    per_inhabitant : bool
        ``False`` where a rate per inhabitant would mislead, because the count is about some of them only.
    id : str
        The key of the entry.
    """

    label: str
    singular: str
    field: Literal["woon", "bedrijvigheid", "jeugd", "fysiek", "integriteit", "bevolking", "overig"]
    counts: str
    sources: tuple[IndicatorSource, ...]
    unit: Literal["registrations", "persons", "per_1000", "percent", "index", "grade"]
    good: Literal["lower", "higher", "none"]
    caveats: tuple[str, ...] = ()
    total_of: str | None = None
    sensitive: Literal["no", "below_municipality", "always"] = "no"
    finest: dict[Literal["WK", "BU"], Frequency] = {}
    registered_by: str = "de politie"
    verb: Literal["registreerde", "telde", "kreeg"] = "registreerde"
    rounded_to: int = 1
    parts: tuple[str, ...] = ()
    derived_from: str | None = None
    per_inhabitant: bool = True
    id: str = ""

    @model_validator(mode="after")
    def _is_finest(self) -> Self:
        """Check that buurten are not kept finer than wijken: buurten add up to their wijk."""
        if self.finest and self.sensitive == "no":
            raise ValueError("finest hoort bij een gevoelige indicator (sensitive).")
        if "BU" in self.finest and not self.keeps("WK", self.finest["BU"]):
            raise ValueError("finest mag voor buurten (BU) niet fijner zijn dan voor wijken (WK).")
        return self

    def keeps(self, kind: str, frequency: str) -> bool:
        """Tell whether figures of this sensitive indicator may be kept below the municipality.

        Parameters
        ----------
        kind : str
            Kind of region: ``WK`` or ``BU``.
        frequency : str
            Frequency of the figures, see `FREQUENCIES`.

        Returns
        -------
        bool
        """
        finest = self.finest.get(kind)  # type: ignore[call-overload]
        return finest is not None and FREQUENCIES.index(frequency) <= FREQUENCIES.index(finest)

    @property
    def title(self) -> str:
        """The label with a capital; `str.capitalize` would also change "CBS" to "cbs"."""
        return self.label[:1].upper() + self.label[1:]

    @property
    def topic(self) -> str:
        """The label in as few words as fit in a list or a heading: "jeugdoverlast", registrations of which are counted.

        Examples
        --------
        >>> indicators()["jeugdoverlast"].topic
        'jeugdoverlast'
        """
        return self.label.removeprefix("registraties van ").removeprefix("gevallen van ")

    @property
    def is_count(self) -> bool:
        """Whether figures of two areas may be added: counts can, percentages and indices cannot."""
        return self.unit in ("registrations", "persons")


class Withheld(Definition):
    """Codes that a table gives as 0 although the figure is not published: by month, or everywhere."""

    M: tuple[str, ...] = ()
    everywhere: tuple[str, ...] = ()

    def codes(self, frequency: str) -> tuple[str, ...]:
        """Return the codes that are not published at a frequency."""
        return self.everywhere + (self.M if frequency == "M" else ())


class Table(Definition):
    """A publisher's table, recognised by its dimensions and its measure.

    Parameters
    ----------
    title, publisher, subject : str
        Name, publisher, and subject by which indicators refer to the table.
    category, region, topic : str, optional
        Names of the columns with the code, the region and the measure.
    frequencies : tuple of str
        Frequencies the table has figures of.
    borders : str
        ``current`` when the publisher recalculates every year to today's municipalities, ``own_year`` when each year
        has the borders of that year.
    withheld : Withheld
        Codes whose figures are not published.
    totals : dict of str to str
        By further column, the category that holds the total.
    licence, url : str, optional
        Terms of use and address.
    public : bool
        ``False`` for a table that was supplied on request: its small counts are suppressed.
    during : bool
        Whether it counts what happened during a period, so that a period that has not ended has no figure yet.
        Population on a date and survey results are known before the year is over.
    id : str
        The publisher's number of the table.
    """

    title: str
    publisher: str
    subject: str
    category: str | None = None
    region: str | None = None
    topic: str | None = None
    frequencies: tuple[str, ...]
    borders: Literal["current", "own_year"]
    withheld: Withheld = Withheld()
    totals: dict[str, str] = {}
    licence: str | None = None
    url: str | None = None
    public: bool = True
    during: bool = True
    id: str = ""


class Break(Definition):
    """A date from which, or a period in which, figures mean something else.

    Parameters
    ----------
    date : datetime.date
        First day on which the meaning differs.
    until : datetime.date, optional
        Last day, for a period with a different meaning.
    kind, label, text : str
        Kind of break, short name and explanation.
    certainty : str
        Whether the break is ``certain`` or ``probable``.
    indicators : tuple of str or "all"
        Indicators it affects.
    regions : tuple of str, optional
        Regions it affects; by default all.
    factor : tuple of float, optional
        Lowest and highest factor by which figures may have changed.
    source : str
        Where the break is described.
    id : str
        The key of the entry.
    """

    date: dt.date
    until: dt.date | None = None
    kind: Literal["registration", "period", "territory", "law"]
    label: str
    text: str
    certainty: Literal["certain", "probable"]
    indicators: tuple[str, ...] | Literal["all"]
    regions: tuple[str, ...] | None = None
    factor: tuple[float, float] | None = None
    source: str
    id: str = ""

    def touches(self, indicator: str, region: str) -> bool:
        """Tell whether the break affects a series.

        Parameters
        ----------
        indicator : str
            Id from ``indicators.yml``.
        region : str
            CBS code.

        Returns
        -------
        bool
        """
        in_region = self.regions is None or region in self.regions
        return in_region and (self.indicators == "all" or indicator in self.indicators)


Share = Annotated[float, Field(gt=0, lt=1)]  # a part of a whole, and no percentage
Positive = Annotated[int, Field(ge=1)]


class SmallCounts(Definition):
    """What small numbers of registrations are good for.

    Parameters
    ----------
    interval_from, percentage_from : int
        Smallest numbers for which a percentage is given, with and without an interval.
    dots_below : int
        A chart of counts that are usually smaller has dots without a line.
    words_to : int
        Counts that are never higher get a sentence instead of a chart.
    """

    interval_from: Positive
    percentage_from: Positive
    dots_below: Positive
    words_to: Positive


class Disclosure(Definition):
    """Thresholds of disclosure control.

    Parameters
    ----------
    year_of_municipality, finer : int
        Smallest count that is shown when it is not public: per year and municipality, and for anything finer.
    possible_values : int
        How many values a hidden count must still be able to have, also to someone who knows the method.
    room : int
        How many values it must be able to have by what is shown; more, because more is hidden where that falls short.
        Where the limit is lower, as many as the limit.
    revised : int
        By how much parts may differ from a total and still count as adding up to it.
    extra : float
        In which share of the years of an indicator in a municipality each sum hides one figure more than needed, so
        that the number of hidden figures tells nothing.
    work : int
        How many steps may be spent on finding out which figures give a hidden count away.
    voters : int
        Smallest number of voters in a village for which their choices are shown.
    """

    year_of_municipality: int = Field(ge=1)
    finer: int = Field(ge=1)
    possible_values: int = Field(ge=2)
    room: int = Field(ge=3)
    revised: int = Field(ge=0)
    extra: float = Field(ge=0, le=0.3)
    work: int = Field(ge=1)
    voters: int = Field(ge=1)

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if self.possible_values >= min(self.year_of_municipality, self.finer, self.room):
            raise ValueError("possible_values moet kleiner zijn dan room en dan beide grenzen.")
        if 0 < min(self.room, self.finer) - 1 - self.year_of_municipality < self.possible_values:  # see disclosure.md
            raise ValueError("room moet minstens year_of_municipality + possible_values + 1 zijn.")
        return self


class Monitoring(Definition):
    """Rules for following counts by month.

    Parameters
    ----------
    gap : int
        Months before a month that do not count yet for its level.
    least : int
        Months that must be known before the first one that is judged.
    month, together : float
        Share of months, and of three months together, that stay below the limit when nothing changes.
    band : float
        Share of months within the ordinary band.
    shift : float
        Ratio of the levels of a shift that is sought.
    shift_years : float
        Years between two false alarms of a shift in one direction.
    confirmed : int
        Months that a shift lasts at least.
    false_alarms : float
        Signals upwards for each indicator and year when nothing changes, as measured.
    shown_years : int
        Years of a chart.
    """

    gap: int = Field(ge=0)
    least: Positive
    month: Share
    together: Share
    band: Share
    shift: float = Field(gt=1)
    shift_years: float = Field(gt=0)
    confirmed: Positive
    false_alarms: float = Field(ge=0)
    shown_years: Positive


class Signals(Definition):
    """Thresholds for half-years that stand out.

    Parameters
    ----------
    notice, signal : float
        Coverage of the two bands, as a proportion.
    most, least : int
        Largest and smallest number of earlier half-years on which they are based.
    expected_from : float
        Smallest level of those half-years for which the rule gives a verdict.
    false_notice, false_signal : float
        Share of half-years that fall outside each band when nothing changes, as measured.
    """

    notice: Share
    signal: Share
    most: Positive
    least: Positive
    expected_from: float = Field(gt=0)
    false_notice: Share
    false_signal: Share


class TrendLimits(Definition):
    """The fewest yearly counts that a trend is fitted to."""

    years: int = Field(ge=4)


class VerdictLimits(Definition):
    """Thresholds of the statistical tests.

    Parameters
    ----------
    alpha, hint : float
        Two-sided probability below which a difference is clear, and below which a change is a hint.
    learned_from : int
        Fewest past figures of municipalities that a yardstick is learned from.
    peers_from : int
        Fewest municipalities with a figure to compare with.
    municipalities : int
        Fewest municipalities with figures of a year that a yardstick is learned from.
    whole_country : float
        Part of all municipalities, from which on those with figures are called the country.
    lasting_from : int
        Registrations expected, for a change to count in the track record.
    alike : float
        Variance divided by what chance gives, below which wijken are said to vary by chance only.
    """

    alpha: Share
    hint: Share
    learned_from: int = Field(ge=10)
    peers_from: int = Field(ge=2)
    municipalities: int = Field(ge=2)
    whole_country: float = Field(gt=0, le=1)
    lasting_from: int = Field(ge=1)
    alike: float = Field(ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.hint <= self.alpha:
            raise ValueError("hint moet groter zijn dan alpha.")
        return self


class Files(Definition):
    """Limits to the size of a raw file and of what is unpacked from it.

    ``max_ratio`` is how many times larger the unpacked content may be than the packed file.
    """

    max_mb: int
    max_unpacked_mb: int
    max_ratio: int
    max_cells: int
    max_workbook_mb: int


class Plausible(Definition):
    """Bounds on plausible figures.

    Parameters
    ----------
    largest, largest_amount : float
        Largest plausible figure, and largest plausible amount in euros.
    leap : float
        Largest plausible ratio between the population, or an index, of two successive years.
    first_year : int
        First year a figure can be about.
    """

    largest: float = Field(gt=0)
    largest_amount: float = Field(gt=0)
    leap: float = Field(gt=1)
    first_year: int


class Revised(Definition):
    """How far two exports of the same figures may differ, relative to the figure."""

    max_relative: float


class StatementLimits(Definition):
    """How far a ratio may differ from what a document says ("half"), relative to what it says."""

    roughly: float


class Refreshed(Definition):
    """How far new figures may differ from those of the previous edition.

    Parameters
    ----------
    moved, revised : float
        Largest relative difference of a yearly total: in an open year, and in a closed one.
    open_years : int
        How many of the latest years of a table are still open.
    fresh : float
        Largest plausible ratio between a new year and the year before it.
    """

    moved: float = Field(gt=0)
    revised: float = Field(gt=0)
    open_years: int = Field(ge=0)
    fresh: float = Field(gt=1)


class Thresholds(Definition):
    """All thresholds that decide what the report says: the content of ``thresholds.yml``."""

    small_counts: SmallCounts
    disclosure: Disclosure
    verdict: VerdictLimits
    statements: StatementLimits
    trend: TrendLimits
    files: Files
    plausible: Plausible
    revision: Revised
    refresh: Refreshed
    monitoring: Monitoring
    signals: Signals


class Wording(Definition):
    """Words for what the calculations return as codes: the content of ``wording.yml``.

    Parameters
    ----------
    reasons : dict of str to str
        Sentences that say why there is no answer, by code; what stands in braces is filled in.
    labels : dict of str to str
        Names of numbers and documents, by code.
    foreign: dict of str to tuple of str
        Words and names on the pages that are not Dutch, by the code of their language.
    """

    reasons: dict[str, str]
    labels: dict[str, str]
    foreign: dict[str, tuple[str, ...]]


def read_yaml(path: Path, kind: type[T]) -> T:
    """Read a YAML file and validate it against a type.

    Parameters
    ----------
    path : Path
        The file.
    kind : type
        A subclass of `Definition`, or another type that pydantic can validate.

    Returns
    -------
    object
        An instance of ``kind``.

    Raises
    ------
    DataError
        When the file is not valid; the error names the file, the entry and the field.
    """
    try:
        return TypeAdapter(kind).validate_python(yaml_files.content(path))
    except ValidationError as error:
        raise yaml_files.in_dutch(path, error) from None


def _with_ids(entries: dict[str, Any]) -> dict[str, Any]:
    return {key: entry.model_copy(update={"id": key}) for key, entry in entries.items()}


@cache
def indicators() -> dict[str, Indicator]:
    """Return every indicator by its id.

    Returns
    -------
    dict of str to Indicator
        In the order of ``indicators.yml``.

    Raises
    ------
    DataError
        When an indicator has a source whose subject no table has, or that another indicator has too.
    """
    path = paths.DEFINITIONS / "indicators.yml"
    entries = read_yaml(path, dict[str, Indicator])
    _refuse_shared_sources(path, entries)
    subjects = sorted({table.subject for table in tables().values()})
    for id, entry in entries.items():
        for source in entry.sources:
            if source.subject not in subjects:
                problem = f"geen tabel in tables.yml heeft het onderwerp '{source.subject}'."
                remedy = f"Kies een van deze: {', '.join(subjects)}. Of voeg een tabel toe aan tables.yml."
                raise DataError(paths.display_path(path), problem, remedy, field=f"{id} › sources › subject")
    return _with_ids(entries)


def _refuse_shared_sources(path: Path, entries: dict[str, Indicator]) -> None:
    """Refuse two indicators for one code of a publisher: a figure goes to one of them, and the other stays empty."""
    taken: dict[IndicatorSource, str] = {}
    for id, entry in entries.items():
        for source in entry.sources:
            if taken.setdefault(source, id) != id:
                problem = f"'{taken[source]}' heeft deze bron al: onderwerp '{source.subject}', code '{source.code}'."
                remedy = f"Haal de bron weg bij '{id}' of bij '{taken[source]}': een cijfer hoort bij één indicator."
                raise DataError(paths.display_path(path), problem, remedy, field=f"{id} › sources")


@cache
def tables() -> dict[str, Table]:
    """Return every table that a reader can recognise, by the publisher's number."""
    return _with_ids(read_yaml(paths.DEFINITIONS / "tables.yml", dict[str, Table]))


@cache
def breaks() -> dict[str, Break]:
    """Return every declared break by its id."""
    return _with_ids(read_yaml(paths.DEFINITIONS / "breaks.yml", dict[str, Break]))


def breaks_of(indicator: str, region: str) -> list[Break]:
    """Return the declared breaks that affect a series, oldest first.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    region : str
        CBS code.

    Returns
    -------
    list of Break

    Examples
    --------
    >>> "registratie_overlast_2020" in [item.id for item in breaks_of("onbegrepen_gedrag", "GM1969")]
    True
    """
    affecting = (declared for declared in breaks().values() if declared.touches(indicator, region))
    return sorted(affecting, key=lambda declared: declared.date)


@cache
def thresholds() -> Thresholds:
    """Return the thresholds in force."""
    return read_yaml(paths.DEFINITIONS / "thresholds.yml", Thresholds)


@cache
def wording() -> Wording:
    """Return the words for what the calculations return as codes."""
    return read_yaml(paths.DEFINITIONS / "wording.yml", Wording)


def indicator(id: str) -> Indicator:
    """Return one indicator.

    Parameters
    ----------
    id : str
        Id from ``indicators.yml``.

    Returns
    -------
    Indicator

    Raises
    ------
    DataError
        When there is no such indicator; the remedy suggests ids that are similar.

    Examples
    --------
    >>> indicator("onbegrepen_gedrag").unit
    'registrations'
    """
    if id in indicators():
        return indicators()[id]
    near = ", ".join(get_close_matches(id, indicators(), n=3, cutoff=0.4)) or "zie het bestand"
    raise DataError(
        paths.display_path(paths.DEFINITIONS / "indicators.yml"),
        f"de indicator '{id}' bestaat niet.",
        f"Bedoelt u: {near}? Of voeg de indicator toe aan dit bestand.",
    )


@cache
def indicator_of() -> dict[tuple[str, str], str]:
    """Return the indicator for each subject and code of a publisher.

    Returns
    -------
    dict of (str, str) to str
        Ids of indicators by subject and code.

    Examples
    --------
    >>> indicator_of()["overlast", "E33"]
    'onbegrepen_gedrag'
    """
    return {(source.subject, source.code): item.id for item in indicators().values() for source in item.sources}


def kinds(subject: str) -> list[str]:
    """Return the ids of the indicators that are details of a subject, without its total.

    Parameters
    ----------
    subject : str
        For example ``misdrijven`` or ``overlast``, see `IndicatorSource`.

    Returns
    -------
    list of str
        In the order of ``indicators.yml``.

    Examples
    --------
    >>> "onbegrepen_gedrag" in kinds("overlast"), "overlast_totaal" in kinds("overlast")
    (True, False)
    """
    return [
        item.id
        for item in indicators().values()
        if item.total_of is None and any(source.subject == subject for source in item.sources)
    ]
