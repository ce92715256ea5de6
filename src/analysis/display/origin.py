"""The trail behind a figure: raw file, publisher, date, checksum, selection and method."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from pathlib import Path

from .. import catalogue
from ..observations import Source, Unfetched
from ..series import Series
from . import dutch
from .places import place
from .tables import details

_NUMBER = re.compile(r"\d{5}(?:NED|ned)")  # how CBS and the police number a table


def vintage(source: Source) -> str:
    """The date of an export in words."""
    return dutch.day(date.fromisoformat(source.vintage)) if source.vintage else "niet vastgelegd"


def checksum(source: Source) -> str:
    """The first part of a file's checksum; not of a file that is not public (see ``Source``)."""
    return f"sha256 {source.sha256[:12]}…" if source.public else "niet openbaar (blijft bij de gemeente)"


def unfetched(one: Unfetched) -> str:
    """That what there is of a source may not be the newest."""
    told = f"{one.title} ({one.publisher}) is sinds {dutch.day(one.since)} niet op te halen."
    if one.edition is None:
        return f"{told} Er zijn geen oudere cijfers van."
    return f"{told} De cijfers daarvan zijn die van {dutch.day(one.edition)}."


def table(id: str, path: str = "") -> str:
    """A table as its publisher calls it: by number and title, or by title alone where it has no number.

    Parameters
    ----------
    id : str
        Its name in ``tables.yml``, or a word for what is no table there, such as a document.
    path : str
        The file: of a table that has another number each year, the number may stand in its name.
    """
    known = catalogue.tables().get(id)
    if known is None:
        return id
    number = id if _NUMBER.fullmatch(id) else None
    if number is None and _NUMBER.search(known.url or ""):
        number = next(iter(_NUMBER.findall(Path(path).name)), None)
    return f"{number} ({known.title})" if number else known.title


def source_line(sources: Iterable[Source]) -> str:
    """One line under a chart: publisher and table."""
    parts = dict.fromkeys(f"{source.publisher}, {table(source.table, source.path)}" for source in sources)
    return f"Bron: {'; '.join(parts)}."


def trail(sources: Iterable[Source], about: str, selection: str, method: str) -> str:
    """The full trail behind a summary: the files, what was taken from them, and what was done with it.

    Parameters
    ----------
    about : str
        What it is the trail of; no two on a page are called the same, for a screen reader lists them by this name.
    """
    named = [escape(_file(source)) for source in dict.fromkeys(sources)]
    # One description for each term: JupyterLab puts a second one under the next term.
    listed = f"<ul><li>{'</li><li>'.join(named)}</li></ul>" if len(named) > 1 else "".join(named)
    files = f"<dt>{'Bestanden' if len(named) > 1 else 'Bestand'}</dt><dd>{listed}</dd>" if named else ""
    rest = f"<dt>Selectie</dt><dd>{escape(selection)}</dd><dt>Methode</dt><dd>{escape(method)}</dd>"
    return details(f"Waar komt dit vandaan? ({about})", f"<dl>{files}{rest}</dl>", kind="origin")


def _file(source: Source) -> str:
    """A file as a reader asks for it: whose it is and of when, then which one it is."""
    made = " (nagemaakt)" if source.synthetic else ""
    when = vintage(source) if source.vintage else "datum niet vastgelegd"
    return f"{source.publisher}, {when}: {source.path}{made}. Controlegetal: {checksum(source)}"


def selection(series: Series, years: Sequence[int] = ()) -> str:
    """What was taken from the file, and what counts as such: all years of the series, or only some."""
    return f"{brief(series, years)}. Dit telt mee: {series.indicator.counts}"


def brief(series: Series, years: Sequence[int] = ()) -> str:
    """The same without what counts."""
    codes = ", ".join(dict.fromkeys(source.code for source in series.indicator.sources))
    where = f"{place(series.region)} ({series.region})"
    return f"{series.indicator.label} (code {codes}), {where}, {dutch.spans(years or series.years)}"
