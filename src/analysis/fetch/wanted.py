"""Which tables and files to fetch: ``sources.yml``, changed by the project's own ``bronnen.yml``."""

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

Id = Annotated[str, StringConstraints(pattern=r"^\w+$")]  # becomes part of a file name
AT_ONCE = 25  # municipalities in one query: an address may be two thousand characters long
YEAR = "{jaar}"  # placeholder in the address and the title of a file
_EARLY = timedelta(days=14)
_AROUND = ("PV", "RE", "NL")  # provinces, police units and the country


class ReleaseDay(Definition):
    """The day of the month around which a publisher puts out its next release."""

    day: int = Field(ge=1, le=28)

    def after(self, moment: date) -> date:
        """Return the day on which the next release is expected.

        Parameters
        ----------
        moment : date
            Of the last release. One that came up to two weeks early counts as that of the coming day.

        Returns
        -------
        date
            The next expected day, always more than two weeks later.

        Examples
        --------
        >>> ReleaseDay(day=15).after(date(2026, 11, 15))
        datetime.date(2026, 12, 15)
        >>> ReleaseDay(day=15).after(date(2026, 10, 14))  # a day early is not a month early
        datetime.date(2026, 11, 15)
        """
        candidates = (moment + _EARLY + timedelta(days) for days in range(1, 32))
        return next(day for day in candidates if day.day == self.day)


class WantedSource(Definition):
    """Fields that tables and files share.

    Parameters
    ----------
    folder : str
        Folder within the exports where its files are put.
    expected : ReleaseDay, optional
        When the publisher updates it.
    selection : dict of str to str
        Values of dimensions that the file leaves out, for the register.
    id : str
        Its key in ``sources.yml``.
    """

    folder: str = Field(pattern=r"^\w+$")
    expected: ReleaseDay | None = None
    selection: dict[str, str] = Field(default={})
    id: str = ""

    @property
    def may_be_absent(self) -> bool:
        """Whether the source covers one year, which the publisher need not have."""
        return False


S = TypeVar("S", bound=WantedSource)


class WantedTable(WantedSource):
    """A table at one of the publishers; its title, publisher and licence come from ``tables.yml``.

    Parameters
    ----------
    table : str
        Its name in ``tables.yml``.
    number : str, optional
        Its number at the publisher, where that differs from ``table``.
    host : str
        Which publisher: ``dataderden``, ``opendata`` or ``datasets``.
    regions : str
        ``every`` municipality, only the ``chosen`` ones, or the areas ``within`` those.
    periods : str, optional
        Only years (``JJ``) or only months (``MM``).
    since : int, optional
        First year to ask for.
    topics : str, optional
        ``all``, or by default the one that ``tables.yml`` names.
    fixed : dict of str to str
        The value to ask for of other dimensions.
    """

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
    def _check_table(cls, table: str) -> str:
        if table not in catalogue.tables():
            raise ValueError(f"'{table}' staat niet in tables.yml")
        return table

    @property
    def definition(self) -> Table:
        """The definition of the table in ``tables.yml``."""
        return catalogue.tables()[self.table]

    @property
    def name(self) -> str:
        """Number at the publisher."""
        return self.number or self.table

    @property
    def title(self) -> str:
        """Title at the publisher."""
        return self.definition.title

    @property
    def publisher(self) -> str:
        """Name of the publisher."""
        return self.definition.publisher

    @property
    def licence(self) -> str | None:
        """Licence under which it is published."""
        return self.definition.licence

    def region_prefixes(self, municipalities: Sequence[str]) -> Iterator[list[str]]:
        """Yield, for each query, the beginnings of the region codes to ask for.

        Parameters
        ----------
        municipalities : sequence of str
            Their codes. A table in the borders of each year also needs their predecessors.

        Yields
        ------
        list of str
            At most 25 municipalities; for ``within`` their digits, without ``GM``.
        """
        if self.regions == "every":
            yield ["GM", *_AROUND]
            return
        asked = (
            regions.with_predecessors(municipalities) if self.definition.borders == "own_year" else list(municipalities)
        )
        for start in range(0, len(asked), AT_ONCE):
            codes = asked[start : start + AT_ONCE]
            around = _AROUND if self.regions == "chosen" and start == 0 else ()
            yield [*(code.removeprefix("GM") if self.regions == "within" else code for code in codes), *around]


class WantedFile(WantedSource):
    """A file to download whole; with ``{jaar}`` in its address, one file for every year since ``since``."""

    title: str
    address: str
    publisher: str
    licence: str
    since: int | None = None

    @model_validator(mode="after")
    def _check_year(self) -> Self:
        if (YEAR in self.address) != (self.since is not None):
            raise ValueError(f"'{YEAR}' in het adres en `since` horen bij elkaar: geef ze allebei, of geen van beide.")
        return self

    @property
    def may_be_absent(self) -> bool:
        """Whether the file covers one year, which the publisher need not have."""
        return self.since is not None

    def by_year(self, last: int) -> list[WantedFile]:
        """Return a file for each year up to the last one.

        Parameters
        ----------
        last : int
            The last year.

        Returns
        -------
        list of WantedFile
            Only itself, when its address has no year.
        """
        if self.since is None:
            return [self]
        return [self._of_year(str(year)) for year in range(self.since, last + 1)]

    def _of_year(self, year: str) -> WantedFile:
        texts = {name: getattr(self, name).replace(YEAR, year) for name in ("title", "address")}
        return self.model_copy(update=texts | {"id": f"{self.id}_{year}"})


class Limits(Definition):
    """How often and how long to try, and how much may be received; ``sources.yml`` explains each limit."""

    attempts: int = Field(ge=1)
    pause: float = Field(ge=0)
    seconds: float = Field(gt=0)
    kb_per_second: float = Field(gt=0)
    page_mb: float = Field(gt=0)
    file_mb: float = Field(gt=0)
    run_minutes: float = Field(gt=0)
    run_mb: float = Field(gt=0)


class WantedSources(Definition):
    """The content of ``sources.yml``: limits, and tables and files by id."""

    limits: Limits
    tables: dict[str, WantedTable]
    files: dict[str, WantedFile]


class ProjectSources(Definition):
    """The content of ``bronnen.yml``: ids to leave out, sources to add or replace, and other limits."""

    without: tuple[str, ...] = ()
    tables: dict[Id, WantedTable] = Field(default={})
    files: dict[Id, WantedFile] = Field(default={})
    limits: dict[str, float] = Field(default={})


@cache
def source_list() -> WantedSources:
    """Return what to fetch: ``sources.yml``, with the changes of ``bronnen.yml``.

    Returns
    -------
    WantedSources
        Each source with its id.

    Raises
    ------
    DataError
        When something in ``bronnen.yml`` is wrong.
    """
    sources = read_yaml(paths.DEFINITIONS / "sources.yml", WantedSources)
    if paths.SOURCES.exists():
        sources = _changed(sources, read_yaml(paths.SOURCES, ProjectSources))
    return sources.model_copy(update={"tables": _with_ids(sources.tables), "files": _with_ids(sources.files)})


def all_sources() -> list[WantedTable | WantedFile]:
    """Return every table and every file; of files by year, one for each year up to this one."""
    files = (dated for file in source_list().files.values() for dated in file.by_year(date.today().year))
    return [*source_list().tables.values(), *files]


def _changed(sources: WantedSources, project: ProjectSources) -> WantedSources:
    if unknown := [id for id in project.without if id not in sources.tables | sources.files]:
        remedy = f"Kies uit: {', '.join(sources.tables | sources.files)}."
        raise DataError(
            paths.display_path(paths.SOURCES), f"een bron '{unknown[0]}' is er niet.", remedy, field="without"
        )
    try:
        limits = Limits.model_validate(sources.limits.model_dump() | project.limits)
    except ValidationError as error:
        raise yaml_files.in_dutch(paths.SOURCES, error) from None
    tables, files = (
        {id: source for id, source in merged.items() if id not in project.without}
        for merged in (sources.tables | project.tables, sources.files | project.files)
    )
    return WantedSources(limits=limits, tables=tables, files=files)


def _with_ids(sources: dict[str, S]) -> dict[str, S]:
    return {id: source.model_copy(update={"id": id}) for id, source in sources.items()}
