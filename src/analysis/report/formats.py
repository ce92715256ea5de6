"""The tables of a page as CSV files beside it: one is read from the other, so they cannot disagree."""

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
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pikepdf
from lxml import etree
from lxml.etree import _Element as Element
from markupsafe import Markup

from .. import paths
from .dom import of_class, renamed
from .page import BANNER, Content, Link, Page, render
from .records import RESULTS

FOLDER = "tables"
_TABLE = re.compile(r"<table>.*?</table></div>", flags=re.DOTALL)
_NUMBER = re.compile(r"[+\u2212-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?( %)?")
_RUNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula


def with_sheets(body: Markup, chapter: str, *, synthetic: bool) -> tuple[Markup, dict[str, str]]:
    """Put a link to its CSV file under every table of a chapter.

    Parameters
    ----------
    body : Markup
        The chapter's own content.
    chapter : str
        Begins the names of its files.
    synthetic : bool
        Whether the numbers are made up; then the names of the files say so, as a page does at its top.

    Returns
    -------
    Markup, dict of str to str
        The content with the links, and the text of each file by its path in the report.
    """
    files: dict[str, str] = {}

    def linked(found: re.Match[str]) -> str:
        table = etree.HTML(found[0])
        caption = next(table.iter("caption"))
        path = f"{FOLDER}/{'voorbeelddata-' if synthetic else ''}{chapter}-{caption.attrib['id']}.csv"
        files[path] = sheet(table)
        about = f'<span class="vh">: {Markup.escape("".join(caption.itertext()))}</span>'
        return f'{found[0]}<p class="csv"><a href="{path}" download>Tabel als CSV{about}</a></p>'

    return Markup(_TABLE.sub(linked, body)), files


def sheet(table: Element) -> str:
    """One table as Dutch spreadsheets read it: semicolons and a decimal comma; its caption is not in it."""
    rows = [[_cell(cell) for cell in row.iter("th", "td")] for row in table.iter("tr")]
    lines = io.StringIO()
    csv.writer(lines, delimiter=";", lineterminator="\r\n").writerows(rows)
    return lines.getvalue()


def _cell(cell: Element) -> str:
    """What a reader sees, without the dash of an empty cell: a number as a number, and nothing that runs."""
    if list(of_class(cell, "vh")):  # what only a screen reader hears explains a dash or repeats what is seen
        return ""
    shown = " ".join("".join(cell.itertext()).split())
    if _NUMBER.fullmatch(shown):
        return shown.replace(".", "").replace("\u2212", "-").removeprefix("+")
    return f"'{shown}" if shown.startswith(_RUNS) else shown


PDF = "veiligheidsanalyse.pdf"
_SECONDS = 120
_OPTIONS = (
    "--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking", "--no-first-run",
    "--no-default-browser-check", "--no-pdf-header-footer", "--generate-pdf-document-outline",
)  # fmt: skip


def printed(page: Path, day: date | None) -> str | None:
    """Print a page as a PDF beside it.

    Parameters
    ----------
    page : Path
        The whole report as one file.
    day : date, optional
        Of the newest figures: the date that the PDF carries, so that the same data give the same file.

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
        command = [program, *_options(Path(folder)), f"--print-to-pdf={raw}", page.resolve().as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
            _finish(raw, page.with_name(PDF), day)
        except (OSError, subprocess.SubprocessError, pikepdf.PdfError) as error:
            return f"Er is geen PDF gemaakt: {program} gaf een fout ({type(error).__name__})."
    return None


def _options(folder: Path) -> Iterator[str]:
    yield from _OPTIONS
    yield f"--user-data-dir={folder / 'profile'}"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield "--no-sandbox"  # Chromium has no sandbox for root, and refuses to start with one


def _elements(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """What the structure of the document consists of."""
    return [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one]


def _name(pdf: pikepdf.Pdf, elements: list[pikepdf.Dictionary]) -> None:
    """Use only names of elements that this version of PDF knows, and keep "figure" for what has an alternative text."""
    pdf.Root.StructTreeRoot.RoleMap = pikepdf.Dictionary(Strong=pikepdf.Name.Span, Em=pikepdf.Name.Span)
    for one in elements:
        if one.get("/S") == pikepdf.Name.Figure and "/Alt" not in one:
            one.S = pikepdf.Name.Div


def _number(pdf: pikepdf.Pdf, elements: list[pikepdf.Dictionary]) -> None:
    """Number anew the elements that cells refer to.

    Chromium numbers everything it comes upon while it lays a page out; once in many times it comes upon one thing more.
    """
    named = [one for one in elements if "/ID" in one]
    new = {name: pikepdf.String(f"node{i:08}") for i, name in enumerate(sorted(str(one.ID) for one in named))}
    for one in named:
        one.ID = new[str(one.ID)]
    for about in (about for one in elements if "/A" in one for about in one.A if "/Headers" in about):
        about.Headers = pikepdf.Array(new[str(name)] for name in about.Headers)
    root = pdf.Root.StructTreeRoot
    for part in root.IDTree.Kids if "/IDTree" in root else []:
        part.Limits = pikepdf.Array(new[str(name)] for name in part.Limits)
        part.Names = pikepdf.Array(new[str(one)] if i % 2 == 0 else one for i, one in enumerate(part.Names))


def _finish(raw: Path, target: Path, day: date | None) -> None:
    """Give the PDF its language and a date that does not change, and pack it."""
    with pikepdf.open(raw) as pdf:
        pdf.Root.Lang = pikepdf.String("nl")
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        for moment in ("/CreationDate", "/ModDate"):
            if day is None:
                del pdf.docinfo[moment]
            else:
                pdf.docinfo[moment] = pikepdf.String(f"D:{day:%Y%m%d}000000Z")
        pdf.docinfo["/Creator"] = pikepdf.String("Veiligheidsanalyse")
        elements = _elements(pdf)
        _name(pdf, elements)
        _number(pdf, elements)
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


COUNCIL_PACKAGE = "raadspakket.zip"
PACKAGE_README = "LEESMIJ.txt"
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: the same files always give the same zip
_WORDS = {
    ".html": "het hele rapport in één bestand; open het in een browser, internet is niet nodig",
    ".pdf": "hetzelfde rapport om te printen, met koppen en alternatieve teksten voor schermlezers",
    ".json": "alle getallen van het rapport, voor een programma",
    ".csv": "de tabellen van het rapport, voor een spreadsheet",
}


def pack(folder: Path, title: str, names: Iterable[str]) -> None:
    """Put files of a report in its zip file, with a note that says what they are.

    Parameters
    ----------
    folder : Path
        The report.
    title : str
        What it is called, the first line of the note.
    names : iterable of str
        Paths in the report; those that are not there are left out.
    """
    there = sorted(name for name in names if (folder / name).is_file())
    with ZipFile(folder / COUNCIL_PACKAGE, "w") as parcel:
        _add(parcel, PACKAGE_README, readme(title, there).encode("utf-8-sig"))
        for name in there:
            _add(parcel, name, (folder / name).read_bytes())


def readme(title: str, names: Iterable[str]) -> str:
    """What is in the parcel, in Dutch; the tables together in one line."""
    shown = dict.fromkeys(f"{FOLDER}/" if name.startswith(f"{FOLDER}/") else name for name in names)
    kinds = {name: ".csv" if name.endswith("/") else Path(name).suffix for name in shown}
    lines = [f"{name}: {_WORDS[kind]}." for name, kind in kinds.items()]
    return "\r\n".join([title, "", *lines, ""])


def _add(parcel: ZipFile, name: str, content: bytes) -> None:
    entry = ZipInfo(name, _MOMENT)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    parcel.writestr(entry, content)


SINGLE_PAGE = "veiligheidsanalyse.html"
_HEADING = re.compile(r"(</?h)([1-5])\b")
_PAGE = re.compile(r'href="([^"#/:]+\.html)(?:#([^"]*))?"')
_REGION = re.compile(r'(role="region"[^>]* aria-labelledby=")')
_FILE = re.compile(r'<p class="csv">.*?</p>', flags=re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A chapter, or another page, of the report, and what stands on it."""

    page: str
    content: Content

    @property
    def id(self) -> str:
        """The anchor of the chapter in the whole report."""
        return self.page.removesuffix(".html")


def whole(page: Page, chapters: Sequence[Part]) -> str:
    """Put all chapters in one page that needs no other file.

    Parameters
    ----------
    page : Page
        What surrounds it; its list of chapters becomes a list of anchors.
    chapters : sequence of Part
        In the order of the report.
    """
    known = {chapter.page: chapter.id for chapter in chapters}
    links = tuple(replace(link, href=f"#{known[link.href]}" if link.href else None) for link in page.chapters)
    bodies = [(chapter.id, moved(chapter, known)) for chapter in chapters]
    return render("whole.html.j2", page=replace(page, chapters=links, home=None, forms=()), chapters=bodies)


def moved(chapter: Part, known: dict[str, str]) -> Markup:
    """The content of a chapter as a part of a larger page.

    Links to other chapters become anchors; those to its CSV files go.
    """
    body = _FILE.sub("", chapter.content.body)
    body = _HEADING.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", body)
    body = renamed(body, lambda name: f"{chapter.id}-{name}")
    title = f"{chapter.id}-titel"
    body = body.replace("<h2>", f'<h2 id="{title}">', 1)
    body = _REGION.sub(rf"\g<1>{title} ", body)  # two chapters may have tables of the same name
    return Markup(_PAGE.sub(lambda found: _anchored(found, known), body))


def _anchored(found: re.Match[str], known: dict[str, str]) -> str:
    """A link to a chapter as a link within the one file; any other as it is."""
    page, place = found[1], found[2]
    if page not in known:
        return found[0]
    return f'href="#{known[page]}-{place}"' if place else f'href="#{known[page]}"'


def write_sheets(folder: Path, content: Content, chapter: str, *, synthetic: bool) -> Content:
    """Write the tables of a chapter as CSV files; its content with the links to them."""
    body, files = with_sheets(content.body, chapter, synthetic=synthetic)
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8-sig", newline="")
    return replace(content, body=body)


def write_forms(
    folder: Path, page: Page, chapters: Sequence[Part], day: date | None, meanwhile: Callable[[], None]
) -> Page:
    """Write one file, PDF and zip file beside the chapters of a report.

    Parameters
    ----------
    folder : Path
        The report; its tables and ``results.json`` are there already.
    page : Page
        What surrounds the whole report.
    day : date, optional
        Of the newest figures, see `pdf.printed`.
    meanwhile : callable
        What can be done while Chromium prints.

    Returns
    -------
    Page
        With the links to what was made, and why there is no PDF if so.
    """
    (folder / SINGLE_PAGE).write_text(whole(page, chapters), encoding="utf-8")
    with ThreadPoolExecutor(1) as beside:
        printing = beside.submit(printed, folder / SINGLE_PAGE, day)
        meanwhile()
        no_pdf = printing.result()
    tables = [path.relative_to(folder).as_posix() for path in folder.glob("tables/*.csv")]
    warning = f"\r\n{BANNER}" if page.synthetic else ""
    pack(folder, f"{page.title} {page.subtitle}{warning}", [SINGLE_PAGE, PDF, RESULTS, *tables])
    forms = [
        Link("Het hele rapport in één bestand", SINGLE_PAGE),
        *([] if no_pdf else [Link("Het hele rapport als PDF", PDF)]),
        Link(
            f"Alles samen om te versturen: rapport,{'' if no_pdf else ' PDF,'} tabellen en getallen (zip)",
            COUNCIL_PACKAGE,
        ),
    ]
    return replace(page, forms=tuple(forms), no_pdf=no_pdf)
