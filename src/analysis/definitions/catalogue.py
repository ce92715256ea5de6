"""The definitions in ``definitions/*.yml`` as typed objects.

Everything that says what a figure *means* is read here: indicators, publishers' tables, breaks in a series and
thresholds. A mistake in a file is told in Dutch with file, entry and field, before any work starts.
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
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)  # the coarsest first


class Definition(BaseModel):
    """One entry of a definitions file: complete, unchangeable, without unknown fields or numbers without end."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Amount = Annotated[float, Field(ge=-yaml_files.LARGEST, le=yaml_files.LARGEST)]
Year = Annotated[int, Field(ge=1900, le=2200)]  # that a figure, a goal or a plan can be about


class Selection(Definition):
    """Where an indicator is found: a subject and the code the publisher uses for it."""

    subject: str
    code: str


class Indicator(Definition):
    """What is counted, in words and in codes.

    ``good`` says which direction is good news; ``none`` where fewer registrations may just mean fewer reports.
    ``sources`` stand in order of preference; a series comes from exactly one of them. ``sensitive`` figures are
    protected as if they were not public: always, or only below the level of a municipality. ``finest`` says how fine in
    time they are kept of each kind of region below the municipality; of a kind that it does not name, nothing is.
    ``rounded_to`` is what the publisher rounds counts to. ``parts`` are counts that this one contains, whether or not
    they add up to it; ``derived_from`` is the count that a rate was made of. Both tell how a hidden count could be
    worked out.
    ``verb`` is what ``registered_by`` did, for in a sentence: nobody registers a registration.
    ``per_inhabitant`` is false where a rate per inhabitant would mislead, because the count is about some of them.
    """

    label: str
    singular: str
    field: Literal["woon", "bedrijvigheid", "jeugd", "fysiek", "integriteit", "bevolking", "overig"]
    counts: str
    sources: tuple[Selection, ...]
    unit: Literal["registrations", "persons", "per_1000", "percent", "index", "grade"]
    good: Literal["lower", "higher", "none"]
    caveats: tuple[str, ...] = ()
    total_of: str | None = None
    sensitive: Literal["no", "below_municipality", "always"] = "no"
    finest: dict[Literal["WK", "BU"], Frequency] = {}
    registered_by: str = "de politie"
    verb: Literal["registreerde", "telde"] = "registreerde"
    rounded_to: int = 1
    parts: tuple[str, ...] = ()
    derived_from: str | None = None
    per_inhabitant: bool = True
    id: str = ""

    @model_validator(mode="after")
    def _is_finest(self) -> Self:
        """Whoever has all buurten has their wijken too."""
        if self.finest and self.sensitive == "no":
            raise ValueError("finest hoort bij een gevoelige indicator (sensitive).")
        if "BU" in self.finest and not self.keeps("WK", self.finest["BU"]):
            raise ValueError("finest mag voor buurten (BU) niet fijner zijn dan voor wijken (WK).")
        return self

    def keeps(self, kind: str, frequency: str) -> bool:
        """Whether figures of this sensitive indicator may be as fine as this, below the municipality."""
        finest = self.finest.get(kind)  # type: ignore[call-overload]
        return finest is not None and FREQUENCIES.index(frequency) <= FREQUENCIES.index(finest)

    @property
    def title(self) -> str:
        """The label as a sentence begins: ``capitalize()`` would also make "cbs" of "CBS"."""
        return self.label[:1].upper() + self.label[1:]

    @property
    def is_count(self) -> bool:
        """Whether figures of two areas may be added: counts can, percentages and indices cannot."""
        return self.unit in ("registrations", "persons")


class Withheld(Definition):
    """Codes that stand as 0 where the figure is in fact not published: by month, or in the whole table."""

    M: tuple[str, ...] = ()
    everywhere: tuple[str, ...] = ()

    def codes(self, frequency: str) -> tuple[str, ...]:
        """The codes that are not published at a frequency."""
        return self.everywhere + (self.M if frequency == "M" else ())


class Table(Definition):
    """A publisher's table, recognised by its dimensions and its measure.

    ``borders`` is ``current`` when the publisher recalculates every year to today's municipalities, ``own_year``
    when each year stands in the borders of that year. A table that is not ``public`` was delivered on request: its
    small counts are protected. ``during`` is whether it counts what happened in a period, so that a period that is
    not over has no figure yet; the inhabitants on a day and the answers to a survey are there before the year is over.
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
    """A moment from which (or a period in which) figures mean something else."""

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
        """Whether a series of this indicator in this region is affected."""
        here = self.regions is None or region in self.regions
        return here and (self.indicators == "all" or indicator in self.indicators)


class SmallCounts(Definition):
    """From how many registrations a percentage, with or without an interval, may be given."""

    interval_from: int
    percentage_from: int


class Disclosure(Definition):
    """From which number on a count that is not public is shown, and how many values a hidden one must keep.

    ``revised`` is how far parts may be off and still be taken to add up; ``work`` how many steps it may take to find
    out what gives a hidden count away; ``voters`` from how many voters on it is shown what they chose in a village.
    """

    year_of_municipality: int = Field(ge=1)
    finer: int = Field(ge=1)
    possible_values: int = Field(ge=2)
    revised: int = Field(ge=0)
    work: int = Field(ge=1)
    voters: int = Field(ge=1)

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if self.possible_values > min(self.year_of_municipality, self.finer):
            raise ValueError("possible_values mag niet groter zijn dan een van beide grenzen.")
        return self


class Monitoring(Definition):
    """The ordinary years a control chart is held against, and from how many registrations a season can be told."""

    first_year: int
    last_year: int
    season_from: int


class Signals(Definition):
    """When a half-year stands out: how wide both bands are, how many earlier half-years they rest on, how full."""

    notice: float
    signal: float
    most: int
    least: int
    expected_from: float


class Judgement(Definition):
    """When a difference is more than chance, who is held beside us, and how much noise is called ordinary."""

    alpha: float = Field(gt=0, lt=1)
    peers_from: int
    peers_factor: float
    ordinary: float
    waves: float
    alone: float


class Files(Definition):
    """How large a raw file may be, and what is unpacked from it: so much, or so many times as much as was packed."""

    max_mb: int
    max_unpacked_mb: int
    max_ratio: int
    max_cells: int
    max_workbook_mb: int


class Plausible(Definition):
    """What a figure or an amount in euros can be at most, and the first year that a figure can be about.

    ``leap`` is how many times as large or as small inhabitants or an index can be as a year before.
    """

    largest: float = Field(gt=0)
    largest_amount: float = Field(gt=0)
    leap: float = Field(gt=1)
    first_year: int


class Revised(Definition):
    """How far two exports of the same figures may be apart."""

    max_relative: float


class Refreshed(Definition):
    """How far new figures may be from those of the last edition, and how many years are not closed yet."""

    moved: float = Field(gt=0)
    revised: float = Field(gt=0)
    open_years: int = Field(ge=0)
    fresh: float = Field(gt=1)


class Thresholds(Definition):
    """Numbers that decide what is said, in one place."""

    small_counts: SmallCounts
    disclosure: Disclosure
    verdict: Judgement
    files: Files
    plausible: Plausible
    revision: Revised
    refresh: Refreshed
    monitoring: Monitoring
    signals: Signals


def read_yaml(path: Path, kind: type[T]) -> T:
    """Read a YAML file and hold it against a type.

    Raises
    ------
    DataError
        Naming the file, the entry and the field.
    """
    try:
        return TypeAdapter(kind).validate_python(yaml_files.content(path))
    except ValidationError as error:
        raise yaml_files.in_dutch(path, error) from None


def _with_ids(entries: dict[str, Any]) -> dict[str, Any]:
    return {key: entry.model_copy(update={"id": key}) for key, entry in entries.items()}


@cache
def indicators() -> dict[str, Indicator]:
    """Every indicator by its id.

    Raises
    ------
    DataError
        When one is to be found under a subject that no table has.
    """
    path = paths.DEFINITIONS / "indicators.yml"
    read = read_yaml(path, dict[str, Indicator])
    subjects = sorted({table.subject for table in tables().values()})
    for id, entry in read.items():
        for selection in entry.sources:
            if selection.subject not in subjects:
                problem = f"geen tabel in tables.yml heeft het onderwerp '{selection.subject}'."
                remedy = f"Kies een van deze: {', '.join(subjects)}. Of voeg een tabel toe aan tables.yml."
                raise DataError(paths.shown(path), problem, remedy, field=f"{id} › sources › subject")
    return _with_ids(read)


@cache
def tables() -> dict[str, Table]:
    """Every table a reader knows, by its publisher's number."""
    return _with_ids(read_yaml(paths.DEFINITIONS / "tables.yml", dict[str, Table]))


@cache
def breaks() -> dict[str, Break]:
    """Every declared break."""
    return _with_ids(read_yaml(paths.DEFINITIONS / "breaks.yml", dict[str, Break]))


def breaks_of(indicator: str, region: str) -> list[Break]:
    """The declared breaks that touch a series, oldest first."""
    return sorted((one for one in breaks().values() if one.touches(indicator, region)), key=lambda one: one.date)


@cache
def thresholds() -> Thresholds:
    """The thresholds in force."""
    return read_yaml(paths.DEFINITIONS / "thresholds.yml", Thresholds)


def indicator(id: str) -> Indicator:
    """Look up one indicator.

    Raises
    ------
    DataError
        With the nearest ids that do exist.
    """
    if id in indicators():
        return indicators()[id]
    near = ", ".join(get_close_matches(id, indicators(), n=3, cutoff=0.4)) or "zie het bestand"
    raise DataError(
        paths.shown(paths.DEFINITIONS / "indicators.yml"),
        f"de indicator '{id}' bestaat niet.",
        f"Bedoelt u: {near}? Of voeg de indicator toe aan dit bestand.",
    )


@cache
def indicator_of() -> dict[tuple[str, str], str]:
    """Which indicator a publisher's subject and code stand for: ``{("overlast", "E33"): "onbegrepen_gedrag"}``."""
    return {(s.subject, s.code): i.id for i in indicators().values() for s in i.sources}


def kinds(subject: str) -> list[str]:
    """Ids of the indicators that are details of a subject, without its total."""
    return [i.id for i in indicators().values() if i.total_of is None and any(s.subject == subject for s in i.sources)]
