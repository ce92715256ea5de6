"""The formats of a report besides its pages: CSV tables, one HTML file, a PDF, and the council package (zip).

The CSV files are made from the tables on the pages, so the two cannot disagree.
"""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pikepdf
from lxml import etree
from lxml.etree import _Element as Element
from markupsafe import Markup, escape

from .. import paths
from .dom import HEADINGS, elements_by_id, elements_with_class, inner_html, parse_part, rename_ids
from .page import BANNER, Content, Link, Page, render
from .records import RESULTS

FOLDER = "tables"
_NUMBER = re.compile(r"[+\u2212-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?( %)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula
PDF = "veiligheidsanalyse.pdf"
_CHROMIUM_SECONDS = 120
_CHROMIUM_OPTIONS = (
    "--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking", "--no-first-run",
    "--no-default-browser-check", "--no-pdf-header-footer", "--generate-pdf-document-outline",
)  # fmt: skip
COUNCIL_PACKAGE = "raadspakket.zip"
PACKAGE_README = "LEESMIJ.txt"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: the same files always give the same zip
_DESCRIPTIONS = {
    ".html": "het hele rapport in één bestand; open het in een browser, internet is niet nodig",
    ".pdf": "hetzelfde rapport om te printen, met koppen en alternatieve teksten voor schermlezers",
    ".json": "alle getallen van het rapport, voor een programma",
    ".csv": "de tabellen van het rapport, voor een spreadsheet",
}
SINGLE_PAGE = "veiligheidsanalyse.html"


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
    folder: Path, page: Page, chapters: Sequence[Part], day: date | None, meanwhile: Callable[[], None]
) -> Page:
    """Write the report as one file, PDF and zip file beside its chapters.

    Parameters
    ----------
    folder : Path
        The report; its tables and ``results.json`` are already there.
    page : Page
        The frame of the whole report.
    chapters : sequence of Part
        In the order of the report.
    day : date, optional
        The date of the newest figures, see `print_pdf`.
    meanwhile : callable
        Called while Chromium prints.

    Returns
    -------
    Page
        With links to the files that were written, and the reason when there is no PDF.
    """
    (folder / SINGLE_PAGE).write_text(single_page(page, chapters), encoding="utf-8")
    with ThreadPoolExecutor(1) as executor:
        printing = executor.submit(print_pdf, folder / SINGLE_PAGE, day)
        meanwhile()
        no_pdf = printing.result()
    tables = [path.relative_to(folder).as_posix() for path in folder.glob("tables/*.csv")]
    warning = f"\r\n{BANNER}" if page.synthetic else ""
    write_council_package(folder, f"{page.title} {page.subtitle}{warning}", [SINGLE_PAGE, PDF, RESULTS, *tables])
    formats = [
        Link("Het hele rapport in één bestand", SINGLE_PAGE),
        *([] if no_pdf else [Link("Het hele rapport als PDF", PDF)]),
        Link(
            f"Alles samen om te versturen: rapport,{'' if no_pdf else ' PDF,'} tabellen en getallen (zip)",
            COUNCIL_PACKAGE,
        ),
    ]
    return replace(page, formats=tuple(formats), no_pdf=no_pdf)


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
        path = f"{FOLDER}/{'voorbeelddata-' if made_up else ''}{chapter}-{caption.attrib['id']}.csv"
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
    if list(elements_with_class(cell, "vh")):  # what only a screen reader hears explains a dash or repeats what is seen
        return ""
    shown = " ".join("".join(cell.itertext()).split())
    if _NUMBER.fullmatch(shown):
        return shown.replace(".", "").replace("\u2212", "-").removeprefix("+")
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown


def print_pdf(page: Path, day: date | None) -> str | None:
    """Print a page as a PDF beside it.

    Parameters
    ----------
    page : Path
        The whole report as one file.
    day : date, optional
        The date of the newest figures. The PDF carries it, so that the same data give the same file.

    Returns
    -------
    str or None
        Why there is no PDF, a Dutch sentence; ``None`` when there is one.
    """
    program = paths.browser()
    if program is None:
        return (
            f"Er is geen PDF gemaakt: Chromium is niet gevonden. Installeer Chromium of zet {paths.BROWSER_VARIABLE}."
        )
    with TemporaryDirectory(prefix="veiligheid-pdf-") as folder:
        raw = Path(folder) / PDF
        command = [program, *_chromium_options(Path(folder)), f"--print-to-pdf={raw}", page.resolve().as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_CHROMIUM_SECONDS)
            _finish_pdf(raw, page.with_name(PDF), day)
        except (OSError, subprocess.SubprocessError, pikepdf.PdfError) as error:
            return f"Er is geen PDF gemaakt: {program} gaf een fout ({type(error).__name__})."
    return None


def _chromium_options(folder: Path) -> Iterator[str]:
    yield from _CHROMIUM_OPTIONS
    yield f"--user-data-dir={folder / 'profile'}"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield "--no-sandbox"  # Chromium has no sandbox for root, and refuses to start with one


def _structure_elements(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """Return the elements of the document's structure tree."""
    return [candidate for candidate in pdf.objects if isinstance(candidate, pikepdf.Dictionary) and "/S" in candidate]


def _standardize_names(pdf: pikepdf.Pdf, elements: list[pikepdf.Dictionary]) -> None:
    """Keep only the element names of this PDF version, and "Figure" only with an alternative text."""
    pdf.Root.StructTreeRoot.RoleMap = pikepdf.Dictionary(Strong=pikepdf.Name.Span, Em=pikepdf.Name.Span)
    for element in elements:
        if element.get("/S") == pikepdf.Name.Figure and "/Alt" not in element:
            element.S = pikepdf.Name.Div


def _renumber(pdf: pikepdf.Pdf, elements: list[pikepdf.Dictionary]) -> None:
    """Renumber the elements that table cells refer to.

    Chromium numbers everything it meets during layout, and on rare occasions meets one thing more. Renumbering makes
    the file the same every time.
    """
    with_id = [element for element in elements if "/ID" in element]
    new_ids = {
        name: pikepdf.String(f"node{i:08}") for i, name in enumerate(sorted(str(element.ID) for element in with_id))
    }
    for element in with_id:
        element.ID = new_ids[str(element.ID)]
    for attributes in (
        attributes for element in elements if "/A" in element for attributes in element.A if "/Headers" in attributes
    ):
        attributes.Headers = pikepdf.Array(new_ids[str(name)] for name in attributes.Headers)
    structure = pdf.Root.StructTreeRoot
    for subtree in structure.IDTree.Kids if "/IDTree" in structure else []:
        subtree.Limits = pikepdf.Array(new_ids[str(name)] for name in subtree.Limits)
        subtree.Names = pikepdf.Array(
            new_ids[str(element)] if i % 2 == 0 else element for i, element in enumerate(subtree.Names)
        )


def _finish_pdf(raw: Path, target: Path, day: date | None) -> None:
    """Set the language and a fixed date, and compress the PDF."""
    with pikepdf.open(raw) as pdf:
        pdf.Root.Lang = pikepdf.String("nl")
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        for field in ("/CreationDate", "/ModDate"):
            if day is None:
                del pdf.docinfo[field]
            else:
                pdf.docinfo[field] = pikepdf.String(f"D:{day:%Y%m%d}000000Z")
        pdf.docinfo["/Creator"] = pikepdf.String("Veiligheidsanalyse")
        elements = _structure_elements(pdf)
        _standardize_names(pdf, elements)
        _renumber(pdf, elements)
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


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
        _add_file(package, PACKAGE_README, package_readme(title, present).encode("utf-8-sig"))
        for name in present:
            _add_file(package, name, (folder / name).read_bytes())


def package_readme(title: str, names: Iterable[str]) -> str:
    r"""Return the note in the council package: a line for each file, and one for all tables together.

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
    shown = dict.fromkeys(f"{FOLDER}/" if name.startswith(f"{FOLDER}/") else name for name in names)
    kinds = {name: ".csv" if name.endswith("/") else Path(name).suffix for name in shown}
    lines = [f"{name}: {_DESCRIPTIONS[kind]}." for name, kind in kinds.items()]
    return "\r\n".join([title, "", *lines, ""])


def _add_file(package: ZipFile, name: str, content: bytes) -> None:
    entry = ZipInfo(name, _ZIP_DATE)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    package.writestr(entry, content)


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
    return render("whole.html.j2", page=replace(page, chapters=links, home=None, formats=()), chapters=bodies)


def embedded(chapter: Part, anchors: dict[str, str]) -> Markup:
    """Return the content of a chapter as a part of a larger page.

    Headings go down one level, links to other chapters become anchors, and links to CSV files are removed.

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
