"""Writing the pages of a report: chapters, the page of changes, the first page, and the overview of all reports."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from .. import paths
from ..definitions import regions
from ..errors import DataError
from ..store.results import SeriesShown
from . import changes_page, chart_files, exporter, formats
from .dom import elements_with_class, outline, parse_part, visible_text
from .edition import OVERVIEW, published_manifests, read_edition
from .edition_changes import EditionChanges
from .page import BANNER, Content, Link, Page, banner_text, render
from .records import ReportChapter

INDEX, CHANGES = "index.html", "wijzigingen.html"
Contents = Mapping[str, Content]  # what stands on the page of each chapter that was made, by its id
_TITLE = re.compile(r"</h1>(?:\s*<p>.*?</p>)?", re.DOTALL)  # its end, with the question under it
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReportRow:
    """A row of the overview: where a report is, and how many of its chapters could be made."""

    name: str
    province: str
    years: str
    href: str
    made: int
    chapters: int


def read_chapter(folder: Path, made: ReportChapter) -> Content | None:
    """Return the content of a chapter's page, and write its tables and charts beside it.

    Parameters
    ----------
    folder : Path
        The report.
    made : ReportChapter
        The chapter.

    Returns
    -------
    Content or None
        ``None`` when the chapter could not be made.
    """
    if made.notebook is None:
        return None
    content = exporter.page_content(made.notebook)
    if made.synthetic:
        content = replace(content, made_up=f"{BANNER}. {made_up_text(made.series, 'In dit hoofdstuk')}")
    content = formats.write_tables(folder, content, made.id, synthetic=made.synthetic)
    return chart_files.write_charts(folder, content, made.id, synthetic=made.synthetic)


def write_chapters(folder: Path, page: Page, made: Sequence[ReportChapter], contents: Contents) -> None:
    """Write a page for every chapter that was made, but for the first page.

    Parameters
    ----------
    folder : Path
        The report.
    page : Page
        The frame of the whole report.
    made : sequence of ReportChapter
        In the order of the report.
    contents : mapping of str to Content
        By id of the chapter.
    """
    made_chapters = [chapter for chapter in made if chapter.notebook]
    for index, chapter in enumerate(made_chapters):
        if chapter.file == INDEX:
            continue
        frame = replace(_frame(page, made_chapters, index), sections=contents[chapter.id].sections)
        _write(folder / chapter.file, "chapter.html.j2", page=frame, content=contents[chapter.id])


def write_changes(folder: Path, page: Page, changes: EditionChanges) -> Content:
    """Write the page that says what changed, with a link to all editions.

    Parameters
    ----------
    folder : Path
        The report.
    page : Page
        The frame of the whole report.
    changes : EditionChanges
        The differences with the previous edition.

    Returns
    -------
    Content
        The content of the page.
    """
    body, sections = outline(changes_page.changes_html(changes))
    content = Content(changes_page.TITLE, body, sections=sections)
    _write(folder / CHANGES, "chapter.html.j2", page=replace(page, home=INDEX), content=content)
    return content


def first_page(page: Page, made: Sequence[ReportChapter], contents: Contents, changes: EditionChanges) -> str:
    """Return the first page: the chapter with the key messages, what changed in one sentence, and the other formats.

    Parameters
    ----------
    page : Page
        The frame of the whole report.
    made : sequence of ReportChapter
        In the order of the report. The one whose page this is may be absent.
    contents : mapping of str to Content
        By id of the chapter.
    changes : EditionChanges
        The differences with the previous edition.

    Returns
    -------
    str
        The HTML of the page; its links to other formats are those of the frame.
    """
    made_chapters = [chapter for chapter in made if chapter.notebook]
    at = next((number for number, chapter in enumerate(made_chapters) if chapter.file == INDEX), None)
    frame = page if at is None else replace(_frame(page, made_chapters, at), home=None)
    sentence = changes_page.first_sentence(changes)
    return render(
        "index.html.j2",
        page=frame,
        body=None if at is None else _under_title(contents[made_chapters[at].id].body, sentence),
        absent=[chapter for chapter in made if not chapter.notebook],
        changes_page=CHANGES,
        editions=changes_page.EDITIONS,
    )


def _under_title(body: Markup, sentence: str | None) -> Markup:
    """Put what changed under the title of a page and the question there, above everything else."""
    if sentence is None:
        return body
    told = Markup('\n<p class="note">{} <a href="{}">{}</a></p>').format(sentence, CHANGES, changes_page.TITLE)
    end = _TITLE.search(body)
    return body + told if end is None else body[: end.end()] + told + body[end.end() :]


def key_messages(made: Sequence[ReportChapter], contents: Contents) -> dict[str, str]:
    """Return the key messages on the first page.

    Parameters
    ----------
    made : sequence of ReportChapter
    contents : mapping of str to Content
        By id of the chapter.

    Returns
    -------
    dict of str to str
        The title of each, by what it is about: the page it leads to and its subject, which stay when figures change.
    """
    first = next((chapter for chapter in made if chapter.notebook and chapter.file == INDEX), None)
    if first is None:
        return {}
    listed = parse_part(contents[first.id].body).findall(".//ol[@class='key']/li")
    links = [next(elements_with_class(item, "why")) for item in listed]
    titles = [visible_text(item.find("strong")).removesuffix(".") for item in listed]
    return {
        f"{link.get('href')} {visible_text(link.find('span'))}": title
        for link, title in zip(links, titles, strict=True)
    }


def write_overview(out: Path, failed: Iterable[str] = ()) -> None:
    """Write the page that lists all reports in a folder, replacing the previous one.

    Parameters
    ----------
    out : Path
        Holds a folder for each municipality, and in it one for each range of years.
    failed : iterable of str
        Codes of municipalities whose report could not be made this time. Those whose report is damaged are added; the
        terminal names the damaged file.
    """
    rows, made_up, failed = [], [], list(failed)
    for manifest_path in published_manifests(out):
        location = manifest_path.parent.relative_to(out)
        try:
            manifest = read_edition(manifest_path.parent).manifest
            rows.append(_row(location, manifest))
            made_up.append(_is_synthetic(manifest))
        except (DataError, LookupError, TypeError):
            _LOG.warning("  Niet in het overzicht, want beschadigd: %s", paths.display_path(manifest_path))
            failed.append(location.parts[0])
    rows.sort(key=_alphabet)
    page = Page("Veiligheidsanalyses", "per gemeente", synthetic=any(made_up))
    text = render("all.html.j2", page=page, rows=rows, failed=sorted(regions.name(code) for code in {*failed}))
    paths.write(out / OVERVIEW, text.encode())


def _frame(page: Page, made_chapters: Sequence[ReportChapter], index: int) -> Page:
    """Return the frame of one chapter: its neighbours, and whether its own numbers are made up."""
    chapter = made_chapters[index]
    chapters = tuple(Link(link.title, link.href, current=link.href == chapter.file) for link in page.chapters)
    previous = made_chapters[index - 1].link if index else None
    following = made_chapters[index + 1].link if index + 1 < len(made_chapters) else None
    return replace(
        page, synthetic=chapter.synthetic, made_up=made_up_text(chapter.series), chapters=chapters, previous=previous,
        next=following, home=INDEX,
    )  # fmt: skip


def made_up_text(series: Collection[SeriesShown], where: str = "Op deze pagina") -> str:
    """Say how many of the series that are shown are made up.

    Parameters
    ----------
    series : collection of SeriesShown
        Each once.
    where : str
        ``Op deze pagina``, ``In dit hoofdstuk`` or ``In dit rapport``.

    Returns
    -------
    str
    """
    return banner_text(sum(shown.synthetic for shown in series), len(series), where)


def _write(path: Path, template: str, **context: Any) -> None:
    path.write_text(render(template, **context), encoding="utf-8")


def _row(location: Path, manifest: dict[str, Any]) -> ReportRow:
    parameters, chapters = manifest["parameters"], manifest["chapters"]
    code, years = parameters["municipality"], f"{parameters['first_year']}–{parameters['last_year']}"
    made = sum(chapter["reason"] is None for chapter in chapters)
    province = regions.name(regions.province(code))
    return ReportRow(regions.name(code), province, years, f"{location.as_posix()}/index.html", made, len(chapters))


def _alphabet(row: ReportRow) -> tuple[str, str]:
    """Return the sort key of a row: 's-Gravenhage is listed under the G."""
    return row.name.removeprefix("'s-").casefold(), row.years


def _is_synthetic(manifest: dict[str, Any]) -> bool:
    return any(source["synthetic"] for source in manifest["inputs"])
