"""Writing a report from executed notebooks: its pages, its records, its other forms and its manifest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import nbformat
from pydantic_core import to_jsonable_python

from ..definitions import regions
from ..display import provenance
from ..documents import KINDS, TABLE
from ..errors import ChapterError
from ..ingest import data_package
from ..report import checks, formats, pages, records
from ..report.edition import Edition
from ..report.edition_changes import compare
from ..report.formats import Part
from ..report.page import Content, Page
from ..report.pages import Contents
from ..report.records import ReportChapter
from ..store import observations
from ..store.raw_sources import Source
from . import publishing
from .cache import ReportCache
from .chapters import Chapter, Parameters
from .publishing import History


def read(
    work: ReportCache, folder: Path, chapters: Sequence[Chapter], coming: Iterable[ReportChapter]
) -> tuple[list[ReportChapter], Contents]:
    """Read each chapter as soon as it is there, while others still run; the chapters in their order, and their pages.

    A chapter that lists the files which the report was made from comes last: what the others used decides which.

    Parameters
    ----------
    folder : Path
        The new report; tables of the chapters are written to it.
    """
    made, contents = {}, {}
    for m in coming:
        made[m.id] = m
        if not records.lists_files(m) and (content := pages.read_chapter(folder, m)):
            contents[m.id] = content
    for m in filter(records.lists_files, list(made.values())):
        made[m.id] = _with_files(work, m, made.values())
        if content := pages.read_chapter(folder, made[m.id]):
            contents[m.id] = content
    return [made[chapter.id] for chapter in chapters], contents


def write_notebooks(folder: Path, chapters: Sequence[Chapter], made: Sequence[ReportChapter]) -> None:
    """Put the executed notebooks in the report."""
    folder.mkdir()
    for chapter, m in zip(chapters, made, strict=True):
        if m.notebook:
            text: str = nbformat.writes(m.notebook)  # type: ignore[no-untyped-call]
            (folder / chapter.path.name).write_text(text, encoding="utf-8")


def _with_files(work: ReportCache, listing: ReportChapter, made: Collection[ReportChapter]) -> ReportChapter:
    """The list of files that the report was made from; the documents of another municipality are no part of it."""
    sources = observations.sources(work.processed)
    used = records.used_sources(made, sources)
    found = (observations.document(kind, work.parameters.municipality, work.processed) for kind in KINDS)
    ours = {source for _, source in filter(None, found)}
    others = [one for name, one in sources.items() if name not in used and (one.table != TABLE or one in ours)]
    return records.with_files(listing, used, others, observations.remarks(work.processed))


def write(
    folder: Path,
    target: Path,
    work: ReportCache,
    made: Sequence[ReportChapter],
    contents: Contents,
    started: float,
    most: int | None,
) -> Path | None:
    """Write everything but the notebooks, which are there already, and check it.

    First what the report says by itself, then what changed since the edition before it, and the manifest last.

    Parameters
    ----------
    folder : Path
        The new report.
    target : Path
        Where it will be published.
    contents : mapping
        What stands on the pages of the chapters: see `read`.
    started : float
        When the run began, by `time.perf_counter`.
    most : int, optional
        How many earlier editions will be kept.

    Returns
    -------
    Path or None
        Where the published report is to be put away, if it is.

    Raises
    ------
    ChapterError
        When a page breaks a rule of `check`.
    """
    page = _page(work.parameters, made, work.processed)
    pages.write_chapters(folder, page, made, contents)
    records.write_json(folder / records.RESULTS, [one for m in made for one in m.results])
    sources = records.used_sources(made, observations.sources(work.processed)).values()
    about = _manifest(work, made, sources)
    before = publishing.history(folder, target, most)
    changes = compare(before.previous, Edition(folder, about))
    told = pages.write_changes(folder, page, changes, before.earlier)
    parts, read_through = _parts(made, contents, told), partial(checks.inspect_pages, folder)
    whole = formats.write_formats(folder, page, parts, _newest(sources), read_through)
    pages.write_index(folder, whole, made, contents, changes)
    _seal(folder, about, before, started)
    _must_keep_the_rules(folder)
    return before.keep


def _must_keep_the_rules(folder: Path) -> None:
    if problems := checks.check_report(folder):
        raise ChapterError("\n".join(["Het rapport is niet in orde en niet gepubliceerd.", *map(str, problems)]))


def _page(parameters: Parameters, made: Sequence[ReportChapter], processed: Path) -> Page:
    """What surrounds every page."""
    title = f"Veiligheidsanalyse {regions.name(parameters.municipality)}"
    years = f"{parameters.first_year}–{parameters.last_year}"
    unread = tuple(observations.unread(processed))
    old = tuple(map(provenance.unfetched_text, observations.unfetched(processed)))
    made_up, links = any(m.synthetic for m in made), tuple(m.link for m in made)
    return Page(title, years, made_up, unread, old, unregistered=data_package.NAME in unread, chapters=links)


def _manifest(work: ReportCache, made: Sequence[ReportChapter], sources: Iterable[Source]) -> dict[str, Any]:
    """What the report was made from, without its files and the run that made it."""
    chapters = [{"id": m.id, "title": m.title, "page": m.link.href, "reason": m.reason} for m in made]
    left_out = {
        "unread": sorted(observations.unread(work.processed)),
        "unfetched": to_jsonable_python(observations.unfetched(work.processed)),
    }
    return records.manifest(asdict(work.parameters), sources, chapters) | left_out


def _parts(made: Sequence[ReportChapter], contents: Contents, changes: Content) -> list[Part]:
    """What the whole report in one file holds: the chapters, and what changed."""
    return [*(Part(m.file, contents[m.id]) for m in made if m.notebook), Part(pages.CHANGES, changes)]


def _newest(sources: Iterable[Source]) -> date | None:
    """The date of the newest file: figures cannot be newer."""
    dates = [source.vintage for source in sources if source.vintage]
    return date.fromisoformat(max(dates)) if dates else None


def _seal(folder: Path, about: dict[str, Any], before: History, started: float) -> None:
    """Write the manifest, with the checksum of every file that is there by now."""
    moment = datetime.now().astimezone().isoformat(timespec="seconds")
    run = {"made": moment, "seconds": round(perf_counter() - started, 2)}
    sealed = {publishing.BEFORE: before.name, "files": records.file_checksums(folder)}
    records.write_json(folder / records.MANIFEST, about | sealed | run)
