"""Raw files as the sources of figures: where every trail from a published number ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .results import Record, Result


@dataclass(frozen=True)
class Source:
    """One raw file and what is known of it: the end of every trail from a published number.

    ``vintage`` is the date of the export as an ISO string, ``None`` where nobody wrote it down. ``public`` is whether
    anyone can get the file. Of a file that is not public, checksum and size stay inside: who knows all of it but a few
    hidden counts can try them all until the checksum fits. ``before`` holds regions whose figures stand in the borders
    of just before a date, ``unsure`` those of which that cannot be known, with the reason; see `sources.division`.
    """

    name: str
    path: str
    table: str
    publisher: str
    sha256: str = field(repr=False)
    size: int = field(repr=False)
    synthetic: bool
    vintage: str | None = None
    licence: str | None = None
    replaces: str | None = None
    public: bool = False
    before: dict[str, str] = field(default_factory=dict, repr=False, hash=False)
    unsure: dict[str, str] = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True)
class HiddenLevel:
    """Of which indicator nothing is shown at a level of figures, such as each month of each buurt, and why.

    Parameters
    ----------
    indicator : str
    kind : str
        The kind of region, as its code begins: ``BU``.
    frequency : str
    reason : str
        ``finer`` than a sensitive indicator may be; a ``total`` that counts such an indicator among others; more
        ``work`` to protect than may be done.
    """

    indicator: str
    kind: str
    frequency: str
    reason: str


@dataclass(frozen=True)
class Unfetched:
    """A source that could not be fetched since a day, and of which day what there is of it was; if there is any."""

    source: str
    title: str
    publisher: str
    since: date
    edition: date | None


def cited(sources: Iterable[Source]) -> tuple[str, ...]:
    """Names of raw files, each once, as the record of a number mentions them."""
    return tuple(dict.fromkeys(source.name for source in sources))


ID = "sources.files"


@dataclass(frozen=True)
class SourceList(Result):
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


@dataclass(frozen=True)
class HiddenLevels(Result):
    """Levels of figures of which nothing is shown."""

    found: tuple[HiddenLevel, ...]
