"""What is to be fetched, as ``sources.yml`` says it, and what to ask for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Literal

from pydantic import Field, field_validator

from .. import catalogue, paths, regions
from ..catalogue import Definition, Table, read_yaml

AT_ONCE = 25  # municipalities in one question: an address may be two thousand characters long
_EARLY = timedelta(days=14)
_AROUND = ("PV", "RE", "NL")  # provinces, police units and the country


class Expected(Definition):
    """When a publisher puts up its next edition: around a day of every month."""

    day: int = Field(ge=1, le=28)

    def after(self, moment: date) -> date:
        """The next such day; one within two weeks is that of the edition itself, which came a little early."""
        ahead = (moment + _EARLY + timedelta(days) for days in range(1, 32))
        return next(day for day in ahead if day.day == self.day)


class Source(Definition):
    """What tables and files have in common; ``publisher`` and ``licence`` of a table stand in ``tables.yml``."""

    folder: str
    expected: Expected | None = None
    selection: dict[str, str] = Field(default={})
    id: str = ""


class WantedTable(Source):
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


class WantedFile(Source):
    """A whole file at a publisher."""

    title: str
    address: str
    publisher: str
    licence: str


class Wanted(Definition):
    """The content of ``sources.yml``."""

    tables: dict[str, WantedTable]
    files: dict[str, WantedFile]


@cache
def wanted() -> Wanted:
    """Everything that can be fetched."""
    found = read_yaml(paths.DEFINITIONS / "sources.yml", Wanted)
    tables = {id: one.model_copy(update={"id": id}) for id, one in found.tables.items()}
    return Wanted(tables=tables, files={id: one.model_copy(update={"id": id}) for id, one in found.files.items()})


def everything() -> list[WantedTable | WantedFile]:
    """Every table and every file."""
    return [*wanted().tables.values(), *wanted().files.values()]
