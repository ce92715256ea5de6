"""`Record` for one number, `Result` for what displays itself, and `Missing` with its `Reason` for no answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from ..definitions import catalogue
from .usage import Dispatched

MIME = "application/vnd.veiligheid.result+json"
SERIES_MIME = "application/vnd.veiligheid.series+json"


@dataclass(frozen=True)
class Record:
    """One number of the report, as an entry of ``results.json``.

    ``period`` and ``baseline`` are a year, half-year (``2023H2``), month (``2023-12``) or day (``2024-07-15``), or the
    first and last of several (``2023-01-2023-12``). ``verdict`` is a word of `Verdict`, a grade, or the
    state of a goal or measure. Within a chapter, no two independent numbers have the same label, region, period,
    baseline and unit, because readers tell them apart by these.

    ``note`` is a text, or what `note_text` makes one of.

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
    note: object = None


class SeriesShown(NamedTuple):
    """A series that stands behind what is shown; ``synthetic`` is whether it is made up, as a whole."""

    indicator: str
    region: str
    frequency: str
    synthetic: bool


def series_within(value: object) -> Iterator[SeriesShown]:
    """Find the series in a result, or in whatever it is made of.

    Parameters
    ----------
    value : object
        What has a ``series_shown`` of its own decides; of other dataclasses, mappings and sequences all parts are seen.

    Yields
    ------
    SeriesShown
        The same one may come more than once.
    """
    own = getattr(type(value), "series_shown", None)
    if own is not None:
        yield from own(value)
    elif is_dataclass(value):
        yield from (shown for part in fields(value) for shown in series_within(getattr(value, part.name)))
    elif isinstance(value, Mapping):
        yield from (shown for part in value.values() for shown in series_within(part))
    elif isinstance(value, list | tuple):
        yield from (shown for part in value for shown in series_within(part))


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


@Dispatched
def note_text(note: Any) -> str | None:
    """Return the note of a record as text; the display layer registers a function for each note that is not text."""
    return note if note is None else str(note)


class Result:
    """Base class of results: in a notebook they display themselves as HTML and add JSON records."""

    def records(self) -> list[Record]:
        """Return the numbers behind what is shown; by default none."""
        return []

    def series_shown(self) -> tuple[SeriesShown, ...]:
        """Return the series behind what is shown, each once: those in its fields."""
        parts: list[object] = [getattr(self, part.name) for part in fields(self)] if is_dataclass(self) else []
        return tuple(dict.fromkeys(shown for part in parts for shown in series_within(part)))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown = self.series_shown()
        return {
            "text/plain": repr(self),
            "text/html": html(self),
            MIME: [vars(record) | {"note": note_text(record.note)} for record in self.records()],
            **({SERIES_MIME: [list(series) for series in shown]} if shown else {}),
        }


def label(code: str, **values: object) -> str:
    """Return the Dutch name of a number or a document.

    Parameters
    ----------
    code : str
        From the ``labels`` of ``wording.yml``.
    **values : object
        What to fill in.

    Returns
    -------
    str

    Examples
    --------
    >>> label("sum_of", subject="misdrijven")
    'de optelling van misdrijven'
    """
    return catalogue.wording().labels[code].format(**values)


class Reason(str):
    """Why there is no answer: a code with values, which reads as the Dutch sentence that ``wording.yml`` has for it.

    Parameters
    ----------
    code : str
        From the ``reasons`` of ``wording.yml``.
    **values : object
        What to fill in; may be another reason.

    Examples
    --------
    >>> reason = Reason("none_elsewhere", region="Nederland", year=2022, label="burenruzies")
    >>> reason.code, str(reason)
    ('none_elsewhere', 'In Nederland zijn er in 2022 geen burenruzies.')
    """

    __slots__ = ("code", "values")
    code: str
    values: dict[str, object]

    def __new__(cls, code: str, **values: object) -> Reason:
        """Fill in the sentence."""
        reason = super().__new__(cls, catalogue.wording().reasons[code].format(**values))
        reason.code, reason.values = code, values
        return reason

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """Return what a copy is made from."""
        return (self.code,), self.values


@dataclass(frozen=True)
class Missing(Result):
    """The answer when the data cannot answer a question.

    Every attribute that a series would have raises an ``AttributeError`` with the reason.

    Parameters
    ----------
    subject : str
        What was asked for, in Dutch.
    reason : Reason
        Why there is no answer.
    hidden : bool
        Whether there is a figure that may not be shown.

    Examples
    --------
    >>> gap = Missing("burenruzies", Reason("no_wijken", label="burenruzies"))
    >>> gap.between(2019, 2022) is gap
    True
    """

    subject: str
    reason: Reason
    hidden: bool = field(default=False, repr=False)

    if not TYPE_CHECKING:  # type checkers should report such an attribute; analysts should read the reason

        def __getattr__(self, name: str) -> NoReturn:
            """Raise an error with the reason."""
            raise AttributeError(f"'{name}' is er niet. {self.reason}")

    def after(self, year: int) -> Missing:
        """Return the same: there is no figure in any year."""
        return self

    def between(self, first_year: int, last_year: int) -> Missing:
        """Return the same: there is no figure in any year."""
        return self

    def records(self) -> list[Record]:
        """Return one record that says that there is no number, and why."""
        words = f"{self.subject} {self.reason}".lower()
        id = "missing." + re.sub(r"\W+", "_", words).strip("_")  # one subject, one reason, one record
        return [Record(id, self.subject, "", "", None, "missing", verdict="niet toetsbaar", note=self.reason)]
