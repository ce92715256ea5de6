"""What every result has in common: it shows itself, and it leaves a record of its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from .usage import Dispatched

MIME = "application/vnd.veiligheid.result+json"


@dataclass(frozen=True)
class Record:
    """One number of the report, as it stands in ``results.json``.

    ``period`` and ``baseline`` are a year, half-year (``2023H2``), month (``2023-12``) or day (``2024-07-15``), or the
    first and the last of several (``2023-01-2023-12``); ``verdict`` is one of the five words of `Verdict`. No
    two numbers that stand by themselves in a chapter share label, region, period, baseline and unit, for those are
    what a reader tells them apart by.

    The chapter's name is put before ``id`` when the record is collected; a result does not know where it is shown.
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
    """Names of the raw files that numbers rest on, and ``more`` of them: those of a count of these numbers."""
    return tuple(dict.fromkeys((*more, *(name for record in records for name in record.source))))


@Dispatched
def html(result: Any) -> str:
    """A result as an HTML fragment; the display layer registers one function for each kind of result."""
    raise NotImplementedError(f"no display for {type(result).__name__}: import analysis, not one of its modules")


class Result:
    """A result displays itself in a notebook: HTML for the page, JSON for the record."""

    def records(self) -> list[Record]:
        """The numbers behind what is shown; none unless a result says otherwise."""
        return []

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "text/html": html(self),
            MIME: [asdict(record) for record in self.records()],
        }
