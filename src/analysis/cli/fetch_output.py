"""What the publishers have and what we have of it, in Dutch, for the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from ..display import dutch, provenance
from ..errors import DataError
from ..fetch import download, odata_queries, releases
from ..fetch.download import Fetched
from ..fetch.http import BASE, FILES, PUBLISHERS, Web
from ..fetch.releases import Release
from ..fetch.wanted import WantedSource, WantedTable, everything
from ..ingest import data_package

_BASES = (*PUBLISHERS, FILES)


def bases(given: Sequence[str]) -> dict[str, str]:
    """Other addresses for publishers, from ``naam=adres``.

    Raises
    ------
    DataError
        For a name that is none, or an address that is none.
    """
    found = {}
    for one in given:
        name, _, address = one.partition("=")
        if name not in _BASES or not re.match(BASE, address):
            remedy = f"Schrijf bijvoorbeeld --base-url dataderden=http://127.0.0.1:8080. Namen: {', '.join(_BASES)}."
            raise DataError("--base-url", f"'{one}' is geen uitgever met een adres.", remedy)
        found[name] = address
    return found


@contextmanager
def progress() -> Iterator[Callable[[Release, str, int], None]]:
    """A live line with what is being fetched and how much has come in."""
    from rich.progress import Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}: {task.completed:.0f} binnen, al"),
        TimeElapsedColumn(),
        TextColumn("bezig"),
    )
    with Progress(*columns, transient=True) as lines:
        tasks: dict[str, TaskID] = {}

        def tell(edition: Release, state: str, came: int) -> None:
            name = edition.source.id
            if name not in tasks:
                tasks[name] = lines.add_task(name)
            lines.update(tasks[name], advance=came, visible=state == "bezig")

        yield tell


def told(fetched: Fetched) -> Iterator[str]:
    """What came in."""
    for one in fetched.new:
        yield f"  {one.source.id}: {one.source.title}, van {dutch.day(one.day)}"
    if fetched.new:
        yield f"{len(fetched.new)} van {fetched.sources} bronnen opgehaald."
    elif not fetched.failed:
        yield f"Niets nieuws: alle {fetched.sources} bronnen zijn ongewijzigd."


def failures(fetched: Fetched) -> Iterator[str]:
    """What could not be fetched, why, and what there is of it."""
    for one in fetched.failed:
        yield f"{provenance.unfetched_text(one.told)} Fout in {one.why}"
    if fetched.failed:
        yield f"{len(fetched.failed)} van {fetched.sources} bronnen niet opgehaald. Het rapport zegt dat ook."


def asked(fetched: Fetched, web: Web) -> Iterator[str]:
    """What would be asked for."""
    for one in fetched.new:
        yield f"  {one.source.id}: {one.source.title}, van {dutch.day(one.day)}"
        yield from (f"    {web.placed(address)}" for address in _addresses(one))
    yield f"{len(fetched.new)} van {fetched.sources} bronnen op te halen. Er is niets opgehaald (--dry-run)."


def _addresses(edition: Release) -> list[str]:
    source = edition.source
    if not isinstance(source, WantedTable):
        return [source.address]
    way = odata_queries.dialect(source)
    return [way.address(source, way.rows, f"$filter={one}") for one in edition.questions]


def status(raw: Path, today: date) -> Iterator[str]:
    """A line for each source: what the publisher had when last asked, what we have and its age, and what comes next."""
    heard = download.heard(raw)
    if not heard:
        return
    register = data_package.read(raw)
    yield f"Bronnen, zoals de uitgevers ze hadden op {dutch.day(datetime.fromisoformat(heard['asked']).date())}:"
    since = {one.source: f", ophalen lukt niet sinds {dutch.day(one.since)}" for one in register.unfetched}
    for source in everything():
        moment = heard["modified"].get(source.id)
        ours = releases.latest(register, source)
        if source.may_be_absent and not (moment or ours or source.id in since):
            continue
        theirs = f"uitgever {_day(moment)}" if moment else "uitgever onbekend"
        have = _ours(ours.fetched.modified if ours and ours.fetched else None, today)
        yield f"  {source.id}: {theirs}, {have}, {_next(source, moment, today)}{since.get(source.id, '')}"


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
