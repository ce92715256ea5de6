"""Writing a report from executed notebooks: its pages, records, other formats and manifest."""

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
from ..report.council_pages import CouncilEdition
from ..report.edition import Edition
from ..report.edition_changes import MESSAGES, compare
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


def read_chapters(
    report_cache: ReportCache, folder: Path, ordered_chapters: Sequence[Chapter], finished: Iterable[ReportChapter]
) -> tuple[list[ReportChapter], Contents]:
    """Read each chapter as soon as it is finished, while others still run.

    A chapter with the list of files that the report uses comes last: the other chapters determine that list.

    Parameters
    ----------
    report_cache : ReportCache
        The cached chapters.
    folder : Path
        The new report; tables of the chapters are written to it.
    ordered_chapters : sequence of Chapter
        In the order of the report.
    finished : iterable of ReportChapter
        In the order in which they finish.

    Returns
    -------
    list of ReportChapter, dict of str to Content
        The chapters in the order of the report, and the content of their pages by id.
    """
    made, contents = {}, {}
    for chapter in finished:
        made[chapter.id] = chapter
        if not records.lists_files(chapter) and (content := pages.read_chapter(folder, chapter)):
            contents[chapter.id] = content
    for chapter in filter(records.lists_files, list(made.values())):
        made[chapter.id] = _with_files(report_cache, chapter, made.values())
        if content := pages.read_chapter(folder, made[chapter.id]):
            contents[chapter.id] = content
    return [made[chapter.id] for chapter in ordered_chapters], contents


def write_notebooks(folder: Path, chapters: Sequence[Chapter], made: Sequence[ReportChapter]) -> None:
    """Write the executed notebooks to the report.

    Parameters
    ----------
    folder : Path
        The folder for notebooks in the new report.
    chapters, made : sequence
        The chapters and their outcomes, in the same order.
    """
    folder.mkdir()
    for chapter, report_chapter in zip(chapters, made, strict=True):
        if report_chapter.notebook:
            text: str = nbformat.writes(report_chapter.notebook)  # type: ignore[no-untyped-call]
            (folder / chapter.path.name).write_text(text, encoding="utf-8")


def _with_files(report_cache: ReportCache, listing: ReportChapter, made: Collection[ReportChapter]) -> ReportChapter:
    """Complete the list of files that the report uses; documents of other municipalities are left out."""
    sources = observations.sources(report_cache.processed)
    used = records.used_sources(made, sources)
    documents = (
        observations.document(kind, report_cache.parameters.municipality, report_cache.processed) for kind in KINDS
    )
    own_sources = {source for _, source in filter(None, documents)}
    unused = [
        source
        for name, source in sources.items()
        if name not in used and (source.table != TABLE or source in own_sources)
    ]
    return records.with_files(listing, used, unused, observations.remarks(report_cache.processed))


def write_report(
    folder: Path,
    target: Path,
    report_cache: ReportCache,
    made: Sequence[ReportChapter],
    contents: Contents,
    started: float,
) -> tuple[Path | None, str | None]:
    """Write everything but the notebooks, which are there already, and check it.

    First come the chapters and records, then the differences with the previous edition, and the manifest last.

    Parameters
    ----------
    folder : Path
        The new report.
    target : Path
        Where it will be published.
    report_cache : ReportCache
        The cached chapters.
    made : sequence of ReportChapter
        The chapters.
    contents : mapping of str to Content
        The content of the pages, from `read_chapters`.
    started : float
        When the run began, by `time.perf_counter`, in seconds.

    Returns
    -------
    Path or None
        Where the published report is to be archived, if it is.
    str or None
        Why there is no PDF, a Dutch sentence.

    Raises
    ------
    ChapterError
        When a page breaks a rule of `report.checks`.
    """
    page = _page(report_cache.parameters, made, report_cache.processed)
    pages.write_chapters(folder, page, made, contents)
    records.write_json(folder / records.RESULTS, [record for chapter in made for record in chapter.results])
    sources = records.used_sources(made, observations.sources(report_cache.processed)).values()
    manifest = _manifest(report_cache, made, sources) | {MESSAGES: pages.key_messages(made, contents)}
    history = publishing.find_history(folder, target)
    changes = compare(history.previous, Edition(folder, manifest))
    changes_content = pages.write_changes(folder, page, changes)
    parts = _parts(made, contents, changes_content)
    council = _council_edition(made, contents, _newest(sources))
    read_through = partial(checks.inspect_pages, folder)
    page_with_formats = formats.write_formats(folder, page, parts, council, report_cache.forms, read_through)
    first_page = pages.first_page(page_with_formats, made, contents, changes)
    (folder / pages.INDEX).write_text(first_page, encoding="utf-8")
    _write_manifest(folder, manifest, history, started)
    _require_valid_pages(folder)
    return history.keep, page_with_formats.no_pdf


def _require_valid_pages(folder: Path) -> None:
    if problems := checks.check_report(folder):
        raise ChapterError("\n".join(["Het rapport is niet in orde en niet gepubliceerd.", *map(str, problems)]))


def _page(parameters: Parameters, made: Sequence[ReportChapter], processed: Path) -> Page:
    """Return the frame of the whole report."""
    title = f"Veiligheidsanalyse {regions.name(parameters.municipality)}"
    years = f"{parameters.first_year}–{parameters.last_year}"
    unread = tuple(observations.unread(processed))
    unfetched = tuple(map(provenance.unfetched_text, observations.unfetched(processed)))
    made_up, links = any(chapter.synthetic for chapter in made), tuple(chapter.link for chapter in made)
    series = frozenset().union(*(chapter.series for chapter in made))
    return Page(
        title, years, made_up, pages.made_up_text(series, "In dit rapport"), unread, unfetched,
        unregistered=data_package.NAME in unread, chapters=links,
    )  # fmt: skip


def _manifest(report_cache: ReportCache, made: Sequence[ReportChapter], sources: Iterable[Source]) -> dict[str, Any]:
    """Return what the report was made from, without its files and the run that made it."""
    chapters = [
        {"id": chapter.id, "title": chapter.title, "page": chapter.link.href, "reason": chapter.reason}
        for chapter in made
    ]
    left_out = {
        "unread": sorted(observations.unread(report_cache.processed)),
        "unfetched": to_jsonable_python(observations.unfetched(report_cache.processed)),
    }
    return records.manifest(asdict(report_cache.parameters), sources, chapters) | left_out


def _parts(made: Sequence[ReportChapter], contents: Contents, changes: Content) -> list[Part]:
    """Return the parts of the single page: the chapters, and the changes."""
    return [
        *(Part(chapter.file, contents[chapter.id]) for chapter in made if chapter.notebook),
        Part(pages.CHANGES, changes),
    ]


def _council_edition(made: Sequence[ReportChapter], contents: Contents, day: date | None) -> CouncilEdition:
    """Return what the council's edition is made from."""
    chapters = [(chapter.id, contents[chapter.id]) for chapter in made if chapter.notebook]
    absent = [f"{chapter.title}: {chapter.reason}" for chapter in made if chapter.reason]
    return CouncilEdition(chapters, absent, day)


def _newest(sources: Iterable[Source]) -> date | None:
    """Return the date of the newest file: figures cannot be newer."""
    dates = [source.vintage for source in sources if source.vintage]
    return date.fromisoformat(max(dates)) if dates else None


def _write_manifest(folder: Path, manifest: dict[str, Any], history: History, started: float) -> None:
    """Write the manifest, with the checksum of every file in the report."""
    moment = datetime.now().astimezone().isoformat(timespec="seconds")
    run = {"made": moment, "seconds": round(perf_counter() - started, 2)}
    fixed = {publishing.COMPARED_WITH: history.name, "files": records.file_checksums(folder)}
    records.write_json(folder / records.MANIFEST, manifest | fixed | run)
