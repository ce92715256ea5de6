"""What is to be fetched, as ``sources.yml`` says it, and what to ask for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, StringConstraints, ValidationError, field_validator, model_validator

from .. import paths
from ..definitions import catalogue, regions, yaml_files
from ..definitions.catalogue import Definition, Table, read_yaml
from ..errors import DataError

Id = Annotated[str, StringConstraints(pattern=r"^\w+$")]  # it becomes part of the name of a file
AT_ONCE = 25  # municipalities in one question: an address may be two thousand characters long
YEAR = "{jaar}"  # in the address and the title of a file
_EARLY = timedelta(days=14)
_AROUND = ("PV", "RE", "NL")  # provinces, police units and the country


class Expected(Definition):
    """When a publisher puts up its next edition: around a day of every month."""

    day: int = Field(ge=1, le=28)

    def after(self, moment: date) -> date:
        """The next such day; one within two weeks is that of the edition itself, which came a little early."""
        ahead = (moment + _EARLY + timedelta(days) for days in range(1, 32))
        return next(day for day in ahead if day.day == self.day)


class WantedSource(Definition):
    """What tables and files have in common; ``publisher`` and ``licence`` of a table stand in ``tables.yml``."""

    folder: str = Field(pattern=r"^\w+$")
    expected: Expected | None = None
    selection: dict[str, str] = Field(default={})
    id: str = ""

    @property
    def may_be_absent(self) -> bool:
        """Whether it is of a year that the publisher need not have."""
        return False


S = TypeVar("S", bound=WantedSource)


class WantedTable(WantedSource):
    """A table at one of the publishers; ``number`` is the publisher's where ``tables.yml`` has another name for it."""

    table: str
    number: str | None = None
    host: Literal["dataderden", "opendata", "datasets"]
    regions: Literal["every", "chosen", "within"]
    periods: Literal["JJ", "MM"] | None = None
    since: int | None = None
    topics: Literal["all"] | None = None
    fixed: dict[str, str] = Field(default={})

    @field_validator("table")
    @classmethod
    def _is_known(cls, table: str) -> str:
        if table not in catalogue.tables():
            raise ValueError(f"'{table}' staat niet in tables.yml")
        return table

    @property
    def known(self) -> Table:
        """What we know of the table."""
        return catalogue.tables()[self.table]

    @property
    def name(self) -> str:
        """Its number at the publisher."""
        return self.number or self.table

    @property
    def title(self) -> str:
        """As the publisher calls it."""
        return self.known.title

    @property
    def publisher(self) -> str:
        """Who publishes it."""
        return self.known.publisher

    @property
    def licence(self) -> str | None:
        """Under what licence."""
        return self.known.licence

    def places(self, municipalities: Sequence[str]) -> Iterator[list[str]]:
        """The beginnings of the codes of regions to ask for, in one or more questions; `within` leaves out ``GM``."""
        if self.regions == "every":
            yield ["GM", *_AROUND]
            return
        asked = regions.with_predecessors(municipalities) if self.known.borders == "own_year" else list(municipalities)
        for start in range(0, len(asked), AT_ONCE):
            some = asked[start : start + AT_ONCE]
            around = _AROUND if self.regions == "chosen" and start == 0 else ()
            yield [*(code.removeprefix("GM") if self.regions == "within" else code for code in some), *around]


class WantedFile(WantedSource):
    """A whole file at a publisher; with ``{jaar}`` in its address the files of every year that there is, each apart."""

    title: str
    address: str
    publisher: str
    licence: str
    since: int | None = None

    @model_validator(mode="after")
    def _together(self) -> Self:
        if (YEAR in self.address) != (self.since is not None):
            raise ValueError(f"'{YEAR}' in het adres en `since` horen bij elkaar: geef ze allebei, of geen van beide.")
        return self

    @property
    def may_be_absent(self) -> bool:
        """Whether it is of a year that the publisher need not have."""
        return self.since is not None

    def by_year(self, last: int) -> list[WantedFile]:
        """The file of each year until the last one, or itself when it is of no year."""
        if self.since is None:
            return [self]
        return [self._of(str(year)) for year in range(self.since, last + 1)]

    def _of(self, year: str) -> WantedFile:
        named = {name: getattr(self, name).replace(YEAR, year) for name in ("title", "address")}
        return self.model_copy(update=named | {"id": f"{self.id}_{year}"})


class Limits(Definition):
    """How patient a fetch is, and how much may come in; `sources.yml` says what each limit is."""

    attempts: int = Field(ge=1)
    pause: float = Field(ge=0)
    seconds: float = Field(gt=0)
    kb_per_second: float = Field(gt=0)
    page_mb: float = Field(gt=0)
    file_mb: float = Field(gt=0)
    run_minutes: float = Field(gt=0)
    run_mb: float = Field(gt=0)


class Wanted(Definition):
    """The content of ``sources.yml``."""

    limits: Limits
    tables: dict[str, WantedTable]
    files: dict[str, WantedFile]


class Own(Definition):
    """The content of ``bronnen.yml`` of the project: what not to fetch, what besides or otherwise, and limits."""

    without: tuple[str, ...] = ()
    tables: dict[Id, WantedTable] = Field(default={})
    files: dict[Id, WantedFile] = Field(default={})
    limits: dict[str, float] = Field(default={})


@cache
def wanted() -> Wanted:
    """Everything that is to be fetched: what ``sources.yml`` says, changed by what the project says.

    Raises
    ------
    DataError
        When something in the file of the project is wrong.
    """
    found = read_yaml(paths.DEFINITIONS / "sources.yml", Wanted)
    if paths.SOURCES.exists():
        found = _changed(found, read_yaml(paths.SOURCES, Own))
    return found.model_copy(update={"tables": _named(found.tables), "files": _named(found.files)})


def _changed(known: Wanted, own: Own) -> Wanted:
    if unknown := [id for id in own.without if id not in known.tables | known.files]:
        remedy = f"Kies uit: {', '.join(known.tables | known.files)}."
        raise DataError(paths.shown(paths.SOURCES), f"een bron '{unknown[0]}' is er niet.", remedy, field="without")
    try:
        limits = Limits.model_validate(known.limits.model_dump() | own.limits)
    except ValidationError as error:
        raise yaml_files.in_dutch(paths.SOURCES, error) from None
    tables, files = (
        {id: one for id, one in ours.items() if id not in own.without}
        for ours in (known.tables | own.tables, known.files | own.files)
    )
    return Wanted(limits=limits, tables=tables, files=files)


def _named(sources: dict[str, S]) -> dict[str, S]:
    return {id: one.model_copy(update={"id": id}) for id, one in sources.items()}


def everything() -> list[WantedTable | WantedFile]:
    """Every table and every file, of years until this one."""
    files = (one for file in wanted().files.values() for one in file.by_year(date.today().year))
    return [*wanted().tables.values(), *files]
