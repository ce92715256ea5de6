"""The formats of a report besides its pages: tables, charts, one HTML file, PDFs, office files and the council package.

The CSV files are made from the tables on the pages, so the two cannot disagree.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree
from lxml.etree import _Element as Element
from markupsafe import Markup, escape

from .archives import add_file, plain
from .council_pages import CouncilEdition, write_council_pdf
from .dom import HEADINGS, cell_text, elements_by_id, inner_html, parse_part, rename_ids
from .forms import (
    COUNCIL_PACKAGE,
    COUNCIL_PDF,
    DESCRIPTIONS,
    DOCUMENT,
    FOLDERS,
    PACKAGE_README,
    SINGLE_PAGE,
    TABLES,
    WHOLE_PDF,
    WORKBOOK,
    Forms,
    file_name,
)
from .page import BANNER, Content, Link, Page, render
from .printing import NoPdf, print_pdf
from .records import RESULTS
from .summary_document import write_document
from .workbook import FORMULA_STARTS, write_workbook

_NUMBER = re.compile(r"[+\u2212-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?( %)?")
_LONG = 36  # rows: three years of months; a longer table is not printed
_LEFT_OUT = (
    "Controlegetallen, lijsten van bestanden en de langste tabellen staan op de pagina's, en niet in deze bijlage."
)


@dataclass(frozen=True)
class Part:
    """A page of the report (a chapter, or the page of changes) and its content."""

    page: str
    content: Content

    @property
    def id(self) -> str:
        """The anchor of the chapter in the whole report."""
        return self.page.removesuffix(".html")


def write_tables(folder: Path, content: Content, chapter: str, *, synthetic: bool) -> Content:
    """Write the tables of a chapter as CSV files.

    Parameters
    ----------
    folder : Path
        The report.
    content : Content
        The chapter.
    chapter : str
        The first part of the file names.
    synthetic : bool
        Whether the numbers are made up; the file names then say so.

    Returns
    -------
    Content
        The chapter with links to the files.
    """
    body, files = with_csv_links(content.body, chapter, synthetic=synthetic)
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8-sig", newline="")
    return replace(content, body=body)


def write_formats(
    folder: Path,
    page: Page,
    chapters: Sequence[Part],
    edition: CouncilEdition,
    forms: Forms,
    meanwhile: Callable[[], None],
) -> Page:
    """Write the report as one file, as PDFs, office files and zip file beside its chapters.

    Parameters
    ----------
    folder : Path
        The report; its tables and ``results.json`` are already there.
    page : Page
        The frame of the whole report.
    chapters : sequence of Part
        In the order of the report.
    edition : CouncilEdition
        What the council's edition is made from.
    forms : Forms
        Which PDFs are made.
    meanwhile : callable
        Called while Chromium prints.

    Returns
    -------
    Page
        With links to the files that were written, and the reason when there is no PDF.
    """
    (folder / SINGLE_PAGE).write_text(single_page(page, chapters), encoding="utf-8")
    with ThreadPoolExecutor(1) as executor:
        printing = executor.submit(_print_pdfs, folder, page, edition, forms)
        write_workbook(folder, f"{page.title} {page.subtitle}", (chapter.content for chapter in chapters), edition.day)
        write_document(folder, page, chapters[0].page, chapters[0].content, edition.day)
        if forms is Forms.ALL:
            from .chart_images import write_images  # imports matplotlib, which nothing else here needs

            write_images(folder)
        meanwhile()
        no_pdf = printing.result()
    files = [path.relative_to(folder).as_posix() for kind in FOLDERS for path in folder.glob(f"{kind}/*")]
    warning = f"\r\n{BANNER}" if page.synthetic else ""
    names = [SINGLE_PAGE, *forms.pdfs, WORKBOOK, DOCUMENT, RESULTS, *files]
    write_council_package(folder, f"{page.title} {page.subtitle}{warning}", names)
    links = {
        COUNCIL_PDF: "Raadsversie (PDF)",
        SINGLE_PAGE: "Alles in één bestand",
        WHOLE_PDF: "Alles als PDF",
        DOCUMENT: "Deze bladzijde in Word",
        WORKBOOK: "Alle tabellen in Excel",
        COUNCIL_PACKAGE: "Alles om te versturen (zip)",
    }
    made = tuple(Link(title, name) for name, title in links.items() if (folder / name).is_file())
    return replace(page, formats=made, no_pdf=no_pdf)


def _print_pdfs(folder: Path, page: Page, edition: CouncilEdition, forms: Forms) -> str | None:
    """Print the PDFs; return why there is none, a Dutch sentence."""
    try:
        write_council_pdf(folder / COUNCIL_PDF, page, edition)
        if WHOLE_PDF in forms.pdfs:
            title = f"{page.title} {page.subtitle}"
            print_pdf(folder / SINGLE_PAGE, folder / WHOLE_PDF, edition.day, title, "Het hele rapport.")
    except NoPdf as error:
        return str(error)
    return None


def with_csv_links(body: Markup, chapter: str, *, synthetic: bool) -> tuple[Markup, dict[str, str]]:
    """Put a link to its CSV file under every table of a chapter.

    Parameters
    ----------
    body : Markup
        The content of the chapter.
    chapter : str
        The first part of the file names.
    synthetic : bool
        Whether any numbers are made up. If so, the file names say it, as a page does at its top, but for tables of
        which the display says that all figures are real.

    Returns
    -------
    Markup, dict of str to str
        The content with the links, and the text of each file by its path in the report.
    """
    part, files = parse_part(body), {}
    for caption in part.findall(".//div[@class='scroll']/table/caption[@id]"):
        table = caption.getparent()
        made_up = synthetic and "data-figures" not in table.attrib
        path = file_name(TABLES, f"{chapter}-{caption.attrib['id']}.csv", made_up=made_up)
        files[path] = table_csv(table)
        hidden_caption = f'<span class="vh">: {escape("".join(caption.itertext()))}</span>'
        link = f'<p class="csv"><a href="{path}" download>Tabel als CSV{hidden_caption}</a></p>'
        table.getparent().append(parse_part(link)[0])  # so that the keyboard reaches what scrolls
    return inner_html(part), files


def table_csv(table: Element) -> str:
    r"""Return a table in the CSV dialect of Dutch spreadsheets: semicolons, a decimal comma, no caption.

    Parameters
    ----------
    table : Element
        An HTML table.

    Returns
    -------
    str
        Lines that end in CR LF. Text that a spreadsheet would run as a formula starts with an apostrophe.

    Examples
    --------
    >>> table_csv(parse_part("<table><tr><th>Jaar</th><td>1.234</td><td>=A1</td></tr></table>"))
    "Jaar;1234;'=A1\r\n"
    """
    rows = [[_cell(cell) for cell in row.iter("th", "td")] for row in table.iter("tr")]
    lines = io.StringIO()
    csv.writer(lines, delimiter=";", lineterminator="\r\n").writerows(rows)
    return lines.getvalue()


def _cell(cell: Element) -> str:
    """Return what a reader sees in a cell: numbers as numbers, nothing for the dash of an empty cell."""
    shown = plain(cell_text(cell))
    if _NUMBER.fullmatch(shown):
        return shown.replace(".", "").replace("\u2212", "-").removeprefix("+")
    return f"'{shown}" if shown.startswith(FORMULA_STARTS) else shown


def write_council_package(folder: Path, title: str, names: Iterable[str]) -> None:
    """Write the zip file for the council, with a note that says what the files are.

    Parameters
    ----------
    folder : Path
        The report.
    title : str
        The first line of the note.
    names : iterable of str
        Paths in the report; those that do not exist are left out.
    """
    present = sorted(name for name in names if (folder / name).is_file())
    with ZipFile(folder / COUNCIL_PACKAGE, "w") as package:
        add_file(package, PACKAGE_README, package_readme(title, present).encode("utf-8-sig"))
        for name in present:
            add_file(package, name, (folder / name).read_bytes())


def package_readme(title: str, names: Iterable[str]) -> str:
    r"""Return the note in the council package: a line for each file, and one for each folder.

    Parameters
    ----------
    title : str
        The first line.
    names : iterable of str
        Paths in the report.

    Returns
    -------
    str
        Dutch text with lines that end in CR LF.

    Examples
    --------
    >>> print(package_readme("Rapport", ["results.json"]).replace("\r", ""))
    Rapport
    <BLANKLINE>
    results.json: alle getallen van het rapport, voor een programma.
    <BLANKLINE>
    """
    folders = tuple(f"{folder}/" for folder in FOLDERS)
    shown = dict.fromkeys(name.partition("/")[0] + "/" if name.startswith(folders) else name for name in names)
    lines = [f"{name}: {DESCRIPTIONS[name]}." for name in shown]
    return "\r\n".join([title, "", *lines, ""])


def single_page(page: Page, chapters: Sequence[Part]) -> str:
    """Put all chapters in one page that needs no other file.

    Parameters
    ----------
    page : Page
        The frame; its list of chapters becomes a list of anchors.
    chapters : sequence of Part
        In the order of the report.

    Returns
    -------
    str
        The HTML of the page.
    """
    anchors = {chapter.page: chapter.id for chapter in chapters}
    links = tuple(replace(link, href=f"#{anchors[link.href]}" if link.href else None) for link in page.chapters)
    bodies = [(chapter.id, chapter.content.made_up, embedded(chapter, anchors)) for chapter in chapters]
    frame = replace(page, chapters=links, home=None, formats=())
    return render("whole.html.j2", page=frame, chapters=bodies, left_out=_LEFT_OUT)


def embedded(chapter: Part, anchors: dict[str, str]) -> Markup:
    """Return the content of a chapter as a part of a larger page.

    Headings go down one level, links to other chapters become anchors, and links to files are removed.

    Parameters
    ----------
    chapter : Part
        The chapter.
    anchors : dict of str to str
        The anchor of each chapter in the larger page, by file name.

    Returns
    -------
    Markup
        The body of the chapter, with ids that start with the anchor of the chapter.
    """
    part, title = parse_part(chapter.content.body), f"{chapter.id}-titel"
    for file_link in part.findall(".//p[@class='csv']"):
        file_link.tag = "file-link"
    etree.strip_elements(part, "file-link", with_tail=False)
    for table in part.iter("table"):
        if len(table.findall("tbody/tr")) > _LONG:
            _keep_from_print(table)
    rename_ids(part, {id: f"{chapter.id}-{id}" for id in elements_by_id(part)})
    for heading in part.findall(".//h1")[:1]:
        heading.set("id", title)
    for heading in part.iter(*HEADINGS[:5]):
        heading.tag = f"h{int(heading.tag[1]) + 1}"
    for link in part.iterfind(".//a[@href]"):
        page, _, anchor = unquote(link.get("href")).partition("#")
        if page in anchors:
            link.set("href", "#" + "-".join(filter(None, [anchors[page], anchor])))
    return inner_html(part)


def _keep_from_print(table: Element) -> None:
    """Keep a long table to the screen, with what folds it open."""
    region = next(table.iterancestors("details"), None)
    region = table.getparent() if region is None else region
    region.set("class", f"{region.get('class', '')} screen".strip())
