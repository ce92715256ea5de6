"""The list of raw files behind a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .. import asked, observations
from ..observations import Source, cited
from ..results import Record, Result, html
from .origin import checksum, trail, vintage
from .origin import table as named
from .sentences import answer
from .tables import Table

ID = "sources.files"
_OF_REPORT = "Bestanden waaruit dit rapport is gemaakt", "alle bestanden waar iets in dit rapport op berust"
_READ = "Bestanden die zijn ingelezen", "alle bestanden die zijn ingelezen"
_METHOD = "het controlegetal (SHA-256) is berekend over het hele bestand; u ziet het begin"
_NONE = "In dit rapport staat niets dat op een bestand berust."


@dataclass(frozen=True)
class Register(Result):
    """Raw files with publisher, date and checksum, and by path what was not used of the files in the folder.

    All that were read, or with ``of_report`` only those that a report was made from: see `report.provenance`.
    """

    sources: tuple[Source, ...]
    remarks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    of_report: bool = False

    def records(self) -> list[Record]:
        """How many files there are: enough to say on the page that one of them is made up."""
        names = cited(self.sources)
        return [Record(ID, "bronbestanden", "", "", len(names), "files", source=names)]


@html.register
def _(register: Register) -> str:
    rows = tuple(
        (
            s.path,
            f"{s.publisher}, {named(s.table, s.path)}",
            vintage(s),
            "nagemaakt" if s.synthetic else "echt",
            checksum(s),
        )
        for s in register.sources
    )
    columns = ("Bestand", "Uitgever en tabel", "Datum van het bestand", "Soort gegevens", "Controlegetal (begin)")
    caption, what = _OF_REPORT if register.of_report else _READ
    table = Table("bronnen", caption, columns, rows, text=columns)
    files = html(table) if rows else answer(_NONE)
    unused = html(_unused(register.remarks)) if register.remarks else ""
    return files + unused + trail((), "deze lijst", what, _METHOD)


def _unused(remarks: Mapping[str, Sequence[str]]) -> Table:
    rows = tuple((path, remark) for path, found in remarks.items() for remark in found)
    columns = ("Bestand", "Wat er niet van is gebruikt, of wat eraan opvalt")
    return Table("niet_gebruikt", "Wat niet is gebruikt van de bestanden in de map", columns, rows, text=columns)


def register(folder: Path | None = None) -> Register:
    """All raw files behind the processed data."""
    asked.data(observations.SOURCES)
    return Register(tuple(observations.sources(folder).values()), observations.remarks(folder))
