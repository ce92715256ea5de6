"""Raw files as sources of figures: the end of the provenance of every published number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .results import Record, Result, label

ID = "sources.files"


@dataclass(frozen=True)
class Source:
    """One raw file and what is known of it.

    Parameters
    ----------
    name, path : str
        Name in the register, and path in the folder with exports.
    table, publisher : str
        Table that it is an export of, and who published it.
    sha256, size : str, int
        Checksum and size in bytes. Of a file that is not public neither is shown: someone who knows all its content
        except a few hidden counts could try every value until the checksum fits.
    synthetic : bool
        Whether the content is invented.
    vintage : str, optional
        Date of the export in ISO format; ``None`` where it was not recorded.
    licence, replaces : str, optional
        Terms of use, and the file that this one replaces.
    public : bool
        Whether anyone can obtain the file.
    before : dict of str to str
        By region, the date just before which its borders apply to the figures, see `ingest.territory`.
    unsure : dict of str to str
        Regions whose borders cannot be determined, with the reason.
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
    """A level of figures of an indicator, such as each month of each buurt, of which nothing is shown.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    kind : str
        Kind of region, by the prefix of its codes: ``BU``.
    frequency : str
        ``Y``, ``H``, ``Q``, ``M`` or ``D``.
    reason : str
        ``finer`` than a sensitive indicator may be; a ``total`` that includes such an indicator; or more ``work`` to
        protect than is allowed.
    """

    indicator: str
    kind: str
    frequency: str
    reason: str


@dataclass(frozen=True)
class Unfetched:
    """A source that could not be fetched since a date.

    ``edition`` is the date of the data that are still there, ``None`` when there are none.
    """

    source: str
    title: str
    publisher: str
    since: date
    edition: date | None


def unique_names(sources: Iterable[Source]) -> tuple[str, ...]:
    """Return the names of raw files, each once, as a `Record` mentions them.

    Parameters
    ----------
    sources : iterable of Source
        Raw files; the same one may occur more than once.

    Returns
    -------
    tuple of str
    """
    return tuple(dict.fromkeys(source.name for source in sources))


@dataclass(frozen=True)
class SourceList(Result):
    """Raw files with publisher, date and checksum, and by path what was not used of the files in the folder.

    The list has every file that was read; with ``of_report``, only those that a report was made from, see
    `report.records`.
    """

    sources: tuple[Source, ...]
    remarks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    of_report: bool = False

    def records(self) -> list[Record]:
        """Return the number of files; this is enough for the page to say that one of them is invented."""
        names = unique_names(self.sources)
        return [Record(ID, label("raw_files"), "", "", len(names), "files", source=names)]


@dataclass(frozen=True)
class HiddenLevels(Result):
    """Levels of figures of which nothing is shown."""

    found: tuple[HiddenLevel, ...]
