"""Raw files as the sources of figures: where every trail from a published number ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date


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
