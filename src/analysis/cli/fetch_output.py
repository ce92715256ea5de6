"""Output of ``veiligheid fetch`` and the sources part of ``veiligheid status``: progress, results, releases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from ..display import dutch, provenance
from ..errors import DataError
from ..fetch import download, odata_queries, releases
from ..fetch.download import FetchResult
from ..fetch.http import BASE, FILES, PUBLISHERS, HttpClient
from ..fetch.releases import Release
from ..fetch.wanted import WantedSource, WantedTable, all_sources
from ..ingest import data_package

_BASES = (*PUBLISHERS, FILES)


def parse_bases(given: Sequence[str]) -> dict[str, str]:
    """Read alternative addresses of publishers from the command line.

    Parameters
    ----------
    given : sequence of str
        Each as ``naam=adres``.

    Returns
    -------
    dict of str to str
        Address by name.

    Raises
    ------
    DataError
        For an unknown name, or an address that is not a web address.

    Examples
    --------
    >>> parse_bases(["dataderden=http://127.0.0.1:8080"])
    {'dataderden': 'http://127.0.0.1:8080'}
    """
    bases = {}
    for option in given:
        name, _, address = option.partition("=")
        if name not in _BASES or not re.match(BASE, address):
            remedy = f"Schrijf bijvoorbeeld --base-url dataderden=http://127.0.0.1:8080. Namen: {', '.join(_BASES)}."
            raise DataError("--base-url", f"'{option}' is geen uitgever met een adres.", remedy)
        bases[name] = address
    return bases


@contextmanager
def show_progress() -> Iterator[Callable[[Release, str, int], None]]:
    """Show a live line for each download with the number of records received; yield the function to call."""
    from rich.progress import Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}: {task.completed:.0f} binnen, al"),
        TimeElapsedColumn(),
        TextColumn("bezig"),
    )
    with Progress(*columns, transient=True) as lines:
        tasks: dict[str, TaskID] = {}

        def update(release: Release, state: str, received: int) -> None:
            name = release.source.id
            if name not in tasks:
                tasks[name] = lines.add_task(name)
            lines.update(tasks[name], advance=received, visible=state == "bezig")

        yield update


def fetched_sources(fetched: FetchResult) -> Iterator[str]:
    """Yield a line for each new release, and a line with their number."""
    for release in fetched.new:
        yield f"  {release.source.id}: {release.source.title}, van {dutch.day(release.day)}"
    if fetched.new:
        yield f"{len(fetched.new)} van {fetched.sources} bronnen opgehaald."
    elif not fetched.failed:
        yield f"Niets nieuws: alle {fetched.sources} bronnen zijn ongewijzigd."


def failures(fetched: FetchResult) -> Iterator[str]:
    """Yield a line for each source that could not be fetched: why, and what we have of it."""
    for failure in fetched.failed:
        yield f"{provenance.unfetched_text(failure.record)} Fout in {failure.error}"
    if fetched.failed:
        yield f"{len(fetched.failed)} van {fetched.sources} bronnen niet opgehaald. Het rapport zegt dat ook."


def requests(fetched: FetchResult, client: HttpClient) -> Iterator[str]:
    """Yield, for a dry run, each new release with the addresses that would be requested."""
    for release in fetched.new:
        yield f"  {release.source.id}: {release.source.title}, van {dutch.day(release.day)}"
        yield from (f"    {client.resolve(address)}" for address in _addresses(release))
    yield f"{len(fetched.new)} van {fetched.sources} bronnen op te halen. Er is niets opgehaald (--dry-run)."


def _addresses(release: Release) -> list[str]:
    source = release.source
    if not isinstance(source, WantedTable):
        return [source.address]
    dialect = odata_queries.dialect(source)
    return [dialect.address(source, dialect.rows, f"$filter={condition}") for condition in release.queries]


def status(raw: Path, today: date) -> Iterator[str]:
    """Yield a line for each source: the publisher's release, ours with its age, and when the next is expected.

    Parameters
    ----------
    raw : Path
        Folder with exports.
    today : date
        To compute ages from.

    Yields
    ------
    str
        In Dutch; nothing when the publishers were never asked.
    """
    state = download.publisher_state(raw)
    if not state:
        return
    register = data_package.read(raw)
    yield f"Bronnen, zoals de uitgevers ze hadden op {dutch.day(datetime.fromisoformat(state['asked']).date())}:"
    failing = {record.source: f", ophalen lukt niet sinds {dutch.day(record.since)}" for record in register.unfetched}
    for source in all_sources():
        moment = state["modified"].get(source.id)
        ours = releases.latest(register, source)
        if source.may_be_absent and not (moment or ours or source.id in failing):
            continue
        theirs = f"uitgever {_day(moment)}" if moment else "uitgever onbekend"
        have = _ours(ours.fetched.modified if ours and ours.fetched else None, today)
        yield f"  {source.id}: {theirs}, {have}, {_next(source, moment, today)}{failing.get(source.id, '')}"


def _next(source: WantedSource, moment: str | None, today: date) -> str:
    if source.expected is None or moment is None:
        return "volgende onbekend"
    following = source.expected.after(datetime.fromisoformat(moment).date())
    late = " (was er toen nog niet)" if following < today else ""
    return f"volgende verwacht rond {dutch.day(following)}{late}"


def _ours(moment: str | None, today: date) -> str:
    if moment is None:
        return "wij nog niet"
    age = (today - datetime.fromisoformat(moment).date()).days
    return f"wij {_day(moment)} ({age} {'dag' if age == 1 else 'dagen'} oud)"


def _day(moment: str) -> str:
    return dutch.day(datetime.fromisoformat(moment).date())
