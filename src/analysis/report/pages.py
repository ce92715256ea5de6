"""The pages of a report: a chapter each, what changed since the previous edition, and the first page."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import paths
from ..definitions import regions
from ..errors import DataError
from . import changes_page, exporter, formats
from .changes_page import Earlier
from .dom import outline
from .edition import OVERVIEW, published, read
from .edition_changes import EditionChanges
from .page import Content, Link, Page, render
from .records import Made

INDEX, CHANGES = "index.html", "wijzigingen.html"
Contents = Mapping[str, Content]  # what stands on the page of each chapter that was made, by its id


def read_chapter(folder: Path, made: Made) -> Content | None:
    """What stands on the page of a chapter, if it was made; its tables are written beside it."""
    if made.notebook is None:
        return None
    return formats.write_sheets(folder, exporter.read(made.notebook), made.id, synthetic=made.synthetic)


def write_chapters(folder: Path, page: Page, made: Sequence[Made], contents: Contents) -> None:
    """Write a page for every chapter that was made."""
    shown = [m for m in made if m.notebook]
    for index, m in enumerate(shown):
        around = replace(_around(page, shown, index), sections=contents[m.id].sections)
        _write(folder / m.file, "chapter.html.j2", page=around, content=contents[m.id])


def write_changes(folder: Path, page: Page, changes: EditionChanges, earlier: Sequence[Earlier]) -> Content:
    """Write the page that tells what changed, with the way to earlier editions; what stands on it."""
    body, sections = outline(changes_page.changes_html(changes, earlier))
    content = Content(changes_page.TITLE, body, sections=sections)
    _write(folder / CHANGES, "chapter.html.j2", page=replace(page, home=INDEX), content=content)
    return content


def write_index(folder: Path, page: Page, made: Sequence[Made], contents: Contents, changes: EditionChanges) -> None:
    """Write the first page: the highlights, the chapters, and whether anything changed."""
    overview = [
        {"id": m.id, "href": m.link.href, "title": m.title, "reason": m.reason,
         "highlights": contents[m.id].highlights if m.notebook else ()}
        for m in made
    ]  # fmt: skip
    told = changes_page.summary(changes)
    _write(
        folder / INDEX,
        "index.html.j2",
        page=page,
        chapters=overview,
        changes=told,
        changes_page=CHANGES,
        changes_title=changes_page.TITLE,
    )


def _around(page: Page, shown: Sequence[Made], index: int) -> Page:
    """The frame of one chapter: where it stands among the others, and whether its own numbers are made up."""
    here = shown[index]
    chapters = tuple(Link(link.title, link.href, current=link.href == here.file) for link in page.chapters)
    previous = shown[index - 1].link if index else None
    following = shown[index + 1].link if index + 1 < len(shown) else None
    return replace(page, synthetic=here.synthetic, chapters=chapters, previous=previous, next=following, home=INDEX)


def _write(path: Path, template: str, **context: Any) -> None:
    path.write_text(render(template, **context), encoding="utf-8")


_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReportRow:
    """One report: where it is, and how many of its chapters could be made."""

    name: str
    province: str
    years: str
    href: str
    made: int
    chapters: int


def write_all(out: Path, failed: Iterable[str] = ()) -> None:
    """Write the page with all reports that stand in a folder, in the place of the one before.

    Parameters
    ----------
    out : Path
        With a folder for each municipality, and in it one for each window of years.
    failed : iterable of str
        Codes of municipalities whose report could not be made this time. To these are added those whose report is
        damaged; the terminal says which file it is.
    """
    rows, made_up, failed = [], [], list(failed)
    for path in published(out):
        place = path.parent.relative_to(out)
        try:
            told = read(path.parent).manifest
            rows.append(_row(place, told))
            made_up.append(_synthetic(told))
        except (DataError, LookupError, TypeError):
            _LOG.warning("  Niet in het overzicht, want beschadigd: %s", paths.shown(path))
            failed.append(place.parts[0])
    rows.sort(key=_alphabet)
    page = Page("Veiligheidsanalyses", "per gemeente", synthetic=any(made_up))
    text = render("all.html.j2", page=page, rows=rows, failed=sorted(regions.name(code) for code in {*failed}))
    paths.write(out / OVERVIEW, text.encode())


def _row(place: Path, told: dict[str, Any]) -> ReportRow:
    asked, chapters = told["parameters"], told["chapters"]
    code, years = asked["municipality"], f"{asked['first_year']}–{asked['last_year']}"
    made = sum(one["reason"] is None for one in chapters)
    province = regions.name(regions.province(code))
    return ReportRow(regions.name(code), province, years, f"{place.as_posix()}/index.html", made, len(chapters))


def _alphabet(row: ReportRow) -> tuple[str, str]:
    """'s-Gravenhage stands under the G."""
    return row.name.removeprefix("'s-").casefold(), row.years


def _synthetic(told: dict[str, Any]) -> bool:
    return any(source["synthetic"] for source in told["inputs"])
