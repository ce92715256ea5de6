"""Base classes of results: `Record` for one number in ``results.json``, `Result` for what displays itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from .usage import Dispatched

MIME = "application/vnd.veiligheid.result+json"


@dataclass(frozen=True)
class Record:
    """One number of the report, as an entry of ``results.json``.

    ``period`` and ``baseline`` are a year, half-year (``2023H2``), month (``2023-12``) or day (``2024-07-15``), or the
    first and last of several (``2023-01-2023-12``). ``verdict`` is one of the five words of `Verdict`. Within a
    chapter, no two independent numbers have the same label, region, period, baseline and unit, because readers tell
    them apart by these.

    The name of the chapter is put before ``id`` when the record is collected: a result does not know in which chapter
    it is shown.
    """

    id: str
    label: str
    region: str
    period: str
    value: float | None
    unit: str
    baseline: str | None = None
    lower: float | None = None
    upper: float | None = None
    p_value: float | None = None
    verdict: str | None = None
    source: tuple[str, ...] = ()
    note: str | None = None


def source_names(records: Iterable[Record], *more: str) -> tuple[str, ...]:
    """Return the names of the raw files that numbers come from, each once.

    Parameters
    ----------
    records : iterable of Record
        The numbers.
    *more : str
        Names that come first in the result.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> counted = Record("id", "burenruzies", "GM1969", "2022", 30, "registrations", source=("levering", "kaart"))
    >>> source_names([counted], "plan", "kaart")
    ('plan', 'kaart', 'levering')
    """
    return tuple(dict.fromkeys((*more, *(name for record in records for name in record.source))))


@Dispatched
def html(result: Any) -> str:
    """Return a result as an HTML fragment; the display layer registers one function for each kind of result."""
    raise NotImplementedError(f"no display for {type(result).__name__}: import analysis, not one of its modules")


class Result:
    """Base class of results: in a notebook they display themselves as HTML and add JSON records."""

    def records(self) -> list[Record]:
        """Return the numbers behind what is shown; by default none."""
        return []

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "text/html": html(self),
            MIME: [asdict(record) for record in self.records()],
        }
