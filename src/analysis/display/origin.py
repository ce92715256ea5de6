"""The trail behind a figure: raw file, publisher, date, checksum, selection and method."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape

from ..observations import Source
from ..series import Series
from . import dutch
from .places import place
from .tables import details


def vintage(source: Source) -> str:
    """The date of an export in words."""
    return dutch.day(date.fromisoformat(source.vintage)) if source.vintage else "datum niet vastgelegd"


def checksum(source: Source) -> str:
    """The first part of a file's checksum; not of a file that is not public (see ``Source``)."""
    return f"sha256 {source.sha256[:12]}…" if source.public else "niet openbaar (blijft bij de gemeente)"


def source_line(sources: Iterable[Source]) -> str:
    """One line under a chart: publisher and table."""
    parts = dict.fromkeys(f"{source.publisher}, {source.table}" for source in sources)
    return f"Bron: {'; '.join(parts)}."


def trail(sources: Iterable[Source], about: str, selection: str, method: str) -> str:
    """The full trail, as a list behind a summary."""
    files = [
        f"<dt>Bestand</dt><dd>{escape(source.path)}{' (nagemaakt)' if source.synthetic else ''}</dd>"
        f"<dt>Uitgever, datum</dt><dd>{escape(source.publisher)}, {escape(vintage(source))}</dd>"
        f"<dt>Controlegetal</dt><dd>{checksum(source)}</dd>"
        for source in dict.fromkeys(sources)
    ]
    rest = f"<dt>Selectie</dt><dd>{escape(selection)}</dd><dt>Methode</dt><dd>{escape(method)}</dd>"
    return details(f"Waar komt dit vandaan? ({about})", f"<dl>{''.join(files)}{rest}</dl>")


def selection(series: Series) -> str:
    """What was taken from the file, in words."""
    codes = ", ".join(dict.fromkeys(source.code for source in series.indicator.sources))
    years = f"{series.first_year}–{series.last_year}"
    where = f"{place(series.region)} ({series.region})"
    return f"{series.indicator.label} (code {codes}), {where}, {years}. Dit telt mee: {series.indicator.counts}"
