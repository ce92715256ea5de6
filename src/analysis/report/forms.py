"""The other forms of a report, made from its chapters: one file, PDF, tables and a zip file with all of those."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

from . import parcel, pdf, whole
from .page import Content, Link, Page
from .record import RESULTS
from .sheets import with_sheets
from .template import BANNER


def write_sheets(folder: Path, content: Content, chapter: str, *, synthetic: bool) -> Content:
    """Write the tables of a chapter as CSV files; its content with the links to them."""
    body, files = with_sheets(content.body, chapter, synthetic=synthetic)
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8-sig", newline="")
    return replace(content, body=body)


def write_forms(
    folder: Path, page: Page, chapters: Sequence[whole.Part], day: date | None, meanwhile: Callable[[], None]
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
    (folder / whole.NAME).write_text(whole.whole(page, chapters), encoding="utf-8")
    with ThreadPoolExecutor(1) as beside:
        printing = beside.submit(pdf.printed, folder / whole.NAME, day)
        meanwhile()
        no_pdf = printing.result()
    tables = [path.relative_to(folder).as_posix() for path in folder.glob("tables/*.csv")]
    warning = f"\r\n{BANNER}" if page.synthetic else ""
    parcel.pack(folder, f"{page.title} {page.subtitle}{warning}", [whole.NAME, pdf.NAME, RESULTS, *tables])
    forms = [
        Link("Het hele rapport in één bestand", whole.NAME),
        *([] if no_pdf else [Link("Het hele rapport als PDF", pdf.NAME)]),
        Link(
            f"Alles samen om te versturen: rapport,{'' if no_pdf else ' PDF,'} tabellen en getallen (zip)", parcel.NAME
        ),
    ]
    return replace(page, forms=tuple(forms), no_pdf=no_pdf)
