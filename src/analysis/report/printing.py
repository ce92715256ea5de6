"""Printing a page as a tagged PDF: Chromium prints, and pikepdf adds what PDF/UA asks for and Chromium leaves out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

import pikepdf
from lxml.etree import _Element as Element
from pikepdf import Array, ContentStreamInlineImage, ContentStreamInstruction, Dictionary, Name, Operator, Pdf, String

from .. import paths
from . import dom

_CHROMIUM_SECONDS = 120
_CHROMIUM_OPTIONS = (
    "--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking", "--no-first-run",
    "--no-default-browser-check", "--no-pdf-header-footer", "--generate-pdf-document-outline",
)  # fmt: skip
Instruction = ContentStreamInstruction | ContentStreamInlineImage
_BEGINS = {"BDC", "BMC"}
_TEXT, _PATH = {"Tj", "TJ", "'", '"'}, {"m", "re"}
_ALONE = {"sh", "Do", "INLINE IMAGE"}
_BEFORE = _TEXT | _PATH | _ALONE
_AFTER_TEXT = {"ET"} | _BEGINS
_AFTER_PATH = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"} | _ALONE
_ARTIFACT = ContentStreamInstruction([Name.Artifact], Operator("BMC"))
_END = ContentStreamInstruction([], Operator("EMC"))
_UA = "http://www.aiim.org/pdfua/ns/id/"
_ROLES = {"/Strong": Name.Span, "/Em": Name.Span}


class NoPdf(Exception):
    """There is no PDF; the message says why, a Dutch sentence."""


def print_page(page: Path, pdf: Path) -> None:
    """Print a page as it leaves Chromium.

    Parameters
    ----------
    page, pdf : Path
        The HTML, and where the PDF is to come.

    Raises
    ------
    NoPdf
        When there is no Chromium, or it fails.
    """
    program = paths.browser()
    if program is None:
        problem = "Er is geen PDF gemaakt: Chromium is niet gevonden."
        raise NoPdf(f"{problem} Installeer Chromium of zet {paths.BROWSER_VARIABLE}.")
    with TemporaryDirectory(prefix="veiligheid-pdf-") as folder:
        command = [program, *_chromium_options(Path(folder)), f"--print-to-pdf={pdf}", page.resolve().as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_CHROMIUM_SECONDS)
            pikepdf.open(pdf).close()
        except subprocess.TimeoutExpired:
            raise NoPdf(f"Er is geen PDF gemaakt: Chromium was na {_CHROMIUM_SECONDS} seconden niet klaar.") from None
        except (OSError, subprocess.SubprocessError, pikepdf.PdfError):
            # The page that says so is published: where the program stands on this computer is nobody's business.
            raise NoPdf(f"Er is geen PDF gemaakt: {Path(program).name} gaf een fout.") from None


def print_pdf(page: Path, target: Path, day: date | None, title: str, description: str) -> None:
    """Print a page as a finished PDF.

    Parameters
    ----------
    page, target : Path
        The HTML, and the PDF.
    day, title, description
        As for `finish`.

    Raises
    ------
    NoPdf
        When there is no Chromium, or it fails.
    """
    with TemporaryDirectory(prefix="veiligheid-pdf-") as folder:
        raw = Path(folder) / target.name
        print_page(page, raw)
        finish(raw, page, target, day, title, description)


def _chromium_options(folder: Path) -> Iterator[str]:
    yield from _CHROMIUM_OPTIONS
    yield f"--user-data-dir={folder / 'profile'}"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield "--no-sandbox"  # Chromium has no sandbox for root, and refuses to start with one


def destinations(pdf: Pdf) -> dict[str, tuple[int, float]]:
    """Return where the anchors of a page were printed.

    Parameters
    ----------
    pdf : Pdf
        From `print_page`. Chromium keeps the anchors that a link on the page leads to.

    Returns
    -------
    dict of str to (int, float)
        The page of each anchor, from 1, and its height above the bottom of the page in points.
    """
    numbers: dict[Any, int] = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
    return {
        name.removeprefix("/"): (numbers[place[0].objgen], float(place[3]))
        for name, place in pdf.Root.get("/Dests", Dictionary()).items()
    }


def finish(raw: Path, page: Path, target: Path, day: date | None, title: str, description: str) -> None:
    """Make a printed page a PDF that claims, and meets what can be read from the file of, PDF/UA-1.

    Parameters
    ----------
    raw, page, target : Path
        The PDF from `print_page`, the HTML that was printed, and the finished PDF.
    day : date, optional
        The date of the newest figures. The PDF carries it, so that the same data give the same file.
    title, description : str
        What the document is called and is about.
    """
    html, _ = dom.parse(page.read_text(encoding="utf-8"))
    with pikepdf.open(raw) as pdf:
        pdf.Root.Lang = String("nl")
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        elements = _structure_elements(pdf)
        _standardize_names(pdf, elements)
        _renumber(pdf, elements)
        _describe_links(pdf, _link_texts(html))
        _mend_bookmarks(pdf, map(dom.visible_text, html.iter(*dom.HEADINGS)))
        for sheet in pdf.pages:
            sheet.Tabs = Name.S
            _mark_artifacts(pdf, sheet)
        _describe(pdf, day, title, description)
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


def _structure_elements(pdf: Pdf) -> list[Dictionary]:
    """Return the elements of the document's structure tree."""
    return [candidate for candidate in pdf.objects if isinstance(candidate, Dictionary) and _is_element(candidate)]


def _is_element(candidate: Dictionary) -> bool:
    return "/S" in candidate and "/P" in candidate


def _standardize_names(pdf: Pdf, elements: list[Dictionary]) -> None:
    """Keep only the element names of this PDF version, "Figure" only with an alternative text, and whole lists."""
    pdf.Root.StructTreeRoot.RoleMap = Dictionary(_ROLES)
    for element in elements:
        if Name.Figure == element.S and "/Alt" not in element:
            element.S = Name.Div
        elif element.S == Name.LI:
            _complete_item(pdf, element)


def _complete_item(pdf: Pdf, item: Dictionary) -> None:
    """Put what an item of a list says in a body, beside its label."""
    kids = list(item.K) if isinstance(item.get("/K"), Array) else [item.K] if "/K" in item else []
    labels = [kid for kid in kids if isinstance(kid, Dictionary) and kid.get("/S") in (Name.Lbl, Name.LBody)]
    rest = [kid for kid in kids if not (isinstance(kid, Dictionary) and kid.get("/S") in (Name.Lbl, Name.LBody))]
    if not rest:
        return
    body = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, P=item, K=Array(rest)))
    if "/Pg" in item:
        body.Pg = item.Pg
    for kid in rest:
        if isinstance(kid, Dictionary) and "/S" in kid:
            kid.P = body
    item.K = Array([*labels, body])


def _renumber(pdf: Pdf, elements: list[Dictionary]) -> None:
    """Renumber the elements that table cells refer to.

    Chromium numbers everything it meets during layout, and on rare occasions meets one thing more. Renumbering makes
    the file the same every time.
    """
    with_id = [element for element in elements if "/ID" in element]
    new_ids = {name: String(f"node{i:08}") for i, name in enumerate(sorted(str(element.ID) for element in with_id))}
    for element in with_id:
        element.ID = new_ids[str(element.ID)]
    for attributes in (
        attributes for element in elements if "/A" in element for attributes in element.A if "/Headers" in attributes
    ):
        attributes.Headers = Array(new_ids[str(name)] for name in attributes.Headers)
    structure = pdf.Root.StructTreeRoot
    for subtree in structure.IDTree.Kids if "/IDTree" in structure else []:
        subtree.Limits = Array(new_ids[str(name)] for name in subtree.Limits)
        subtree.Names = Array(
            new_ids[str(element)] if i % 2 == 0 else element for i, element in enumerate(subtree.Names)
        )


def _link_texts(html: Element) -> dict[str, str]:
    """Return the words of the first link to each address."""
    texts: dict[str, str] = {}
    for link in html.iter("a"):
        if words := dom.visible_text(link):
            texts.setdefault(unquote(link.get("href", "")).removeprefix("#"), words)
    return texts


def _describe_links(pdf: Pdf, texts: Mapping[str, str]) -> None:
    """Say at each link where it leads: in the words of the link."""
    for page in pdf.pages:
        for link in page.get("/Annots", []):
            target = str(link.Dest).removeprefix("/") if "/Dest" in link else str(link.A.get("/URI", ""))
            link.Contents = String(texts.get(unquote(target), target))


def _mark_artifacts(pdf: Pdf, page: pikepdf.Page) -> None:
    """Mark what a page paints outside the structure tree (running heads, lines, backgrounds) as artifacts."""
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream([*_with_artifacts(page)]))


def _with_artifacts(page: pikepdf.Page) -> Iterator[Instruction]:
    """Yield the instructions of a page, with marks around each line of text and each path that has none.

    A path and its painting belong together, so a mark opens before the first and closes after the second.
    """
    depth, marked = 0, False
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if marked and operator in _AFTER_TEXT:
            yield _END
            marked = False
        if not marked and not depth and operator in _BEFORE:
            yield _ARTIFACT
            marked = True
        yield instruction
        if marked and operator in _AFTER_PATH:
            yield _END
            marked = False
        depth += (operator in _BEGINS) - (operator == "EMC")


def _mend_bookmarks(pdf: Pdf, headings: Iterable[str]) -> None:
    """Write the bookmarks as the headings are: Chromium drops the space where a heading goes on in the next line."""
    titles = {"".join(heading.split()): " ".join(heading.split()) for heading in headings}
    with pdf.open_outline() as outline:
        left = list(outline.root)
        while left:
            bookmark = left.pop()
            bookmark.title = titles.get("".join(bookmark.title.split()), bookmark.title)
            left += bookmark.children


def _describe(pdf: Pdf, day: date | None, title: str, description: str) -> None:
    """Write who made what and when, twice: as PDF has it, and as XMP has it."""
    for field in ("/CreationDate", "/ModDate"):
        if day is None:
            del pdf.docinfo[field]
        else:
            pdf.docinfo[field] = String(f"D:{day:%Y%m%d}000000Z")
    pdf.docinfo["/Title"], pdf.docinfo["/Subject"] = String(title), String(description)
    pdf.docinfo["/Creator"] = String("Veiligheidsanalyse")
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata.register_xml_namespace(_UA, "pdfuaid")
        metadata.load_from_docinfo(pdf.docinfo)
        metadata["dc:language"] = ["nl"]
        metadata["pdfuaid:part"] = "1"
