"""The whole report as a tagged PDF, printed by a Chromium that is there; without one there is no PDF."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from .chromium import BROWSER_VARIABLE, browser

NAME = "veiligheidsanalyse.pdf"
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
    program = browser()
    if program is None:
        return f"Er is geen PDF gemaakt: Chromium is niet gevonden. Installeer Chromium of zet {BROWSER_VARIABLE}."
    with TemporaryDirectory(prefix="veiligheid-pdf-") as folder:
        raw = Path(folder) / NAME
        command = [program, *_options(Path(folder)), f"--print-to-pdf={raw}", page.resolve().as_uri()]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
            _finish(raw, page.with_name(NAME), day)
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
