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


def _name(pdf: pikepdf.Pdf) -> None:
    """Use only names of elements that this version of PDF knows, and keep "figure" for what has an alternative text."""
    pdf.Root.StructTreeRoot.RoleMap = pikepdf.Dictionary(Strong=pikepdf.Name.Span, Em=pikepdf.Name.Span)
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and one.get("/S") == pikepdf.Name.Figure and "/Alt" not in one:
            one.S = pikepdf.Name.Div


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
        _name(pdf)
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
