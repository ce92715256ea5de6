"""Printing the council's edition: each part fits its pages, and the contents say on which page each part begins.

Chromium can number pages, but cannot tell a page on which page a heading will stand. So the edition is printed twice:
once on pages without an end, to measure each block, and once for good. What was printed is then read back, and printed
again in the rare case that a page number or the size of a part is not as foreseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from .council_edition import PrintedPart, choice, council_parts
from .page import Content, Page, render
from .printing import NoPdf, destinations, finish, print_page

_A4, _ENDLESS = 297, 5000  # heights of a page in mm; PDF allows no more than 5,080
_MARGINS = 36  # above and below together, as in the template
_POINTS = 72 / 25.4  # in a mm
_HEIGHT = (_A4 - _MARGINS) * _POINTS  # of what is printed on a page
_SPARE = 4  # points: a rounded line must not make a page
_BREAK = 50  # points that a break between pages or columns may leave empty, with the head of a table repeated
_TIGHTER = 40  # points: what to keep free when a page break took more room than foreseen
_PRINTS = 5
_ABOUT = "Wat de raad moet weten over veiligheid."
_FAILED = "Er is geen raadsversie gemaakt: de bladzijden pasten na {number} keer printen nog niet."


@dataclass(frozen=True)
class Heights:
    """The height in points of a part without its blocks, and of each block."""

    frame: float
    blocks: tuple[float, ...]


@dataclass(frozen=True)
class CouncilEdition:
    """What the council's edition is made from.

    Parameters
    ----------
    chapters : sequence of (str, Content)
        The chapters that were made, by id, in the order of the report.
    absent : sequence of str
        Sentences about chapters that were not made.
    day : date, optional
        The date of the newest figures. PDFs carry it, so that the same data give the same file.
    """

    chapters: Sequence[tuple[str, Content]]
    absent: Sequence[str] = ()
    day: date | None = None


def write_council_pdf(target: Path, page: Page, edition: CouncilEdition) -> None:
    """Print the council's edition.

    Parameters
    ----------
    target : Path
        The PDF.
    page : Page
        The frame of the whole report.
    edition : CouncilEdition
        What it is made from.

    Raises
    ------
    NoPdf
        When there is no Chromium, or it fails.
    """
    title, parts = f"{page.title} {page.subtitle}", council_parts(edition.chapters, choice())
    with TemporaryDirectory(prefix="veiligheid-raadsversie-") as name:
        press = _Press(Path(name), {"page": page, "title": title, "absent": edition.absent})
        press.print_fitting(parts)
        finish(press.pdf, press.html, target, edition.day, f"{title} – raadsversie", _ABOUT)


def fit(part: PrintedPart, measured: Heights, spare: float = _SPARE) -> tuple[PrintedPart, int]:
    """Leave out the least important blocks of a part until it fits its pages.

    Parameters
    ----------
    part : PrintedPart
        The whole part.
    measured : Heights
        The heights of its blocks.
    spare : float
        Points to keep free.

    Returns
    -------
    PrintedPart, int
        The part with the blocks that fit (too high when those that have to stay are), and how many pages it will fill.
    """
    heights, page = list(measured.blocks), _HEIGHT - spare / part.pages
    room = part.columns * part.pages * page
    while (pages := _filled(part, heights, measured.frame, page)) > part.pages and part.least is not None:
        too_high = (at for at, block in enumerate(part.blocks) if block.importance and heights[at] > room)
        left_out = next(too_high, part.least)
        del heights[left_out]
        part = part.without(left_out)
    return part, pages


def _filled(part: PrintedPart, heights: Sequence[float], frame: float, page: float) -> int:
    """Return how many pages blocks fill; one that does not fit below the last goes to the next page, but for tables."""
    if part.columns > 1:
        breaks = part.columns * part.pages - 1
        return ceil((frame + (sum(heights) + breaks * _BREAK) / part.columns) / page)
    reached = frame
    for block, height in zip(part.blocks, heights, strict=True):
        left = page - reached % page
        reached += height + (left if "<table" not in block.html and left < height <= page else 0)
    return ceil(reached / page)


class _Press:
    """Prints the edition in a folder, as often as needed."""

    def __init__(self, folder: Path, context: dict[str, object]) -> None:
        self.html, self.pdf, self.context = folder / "raadsversie.html", folder / "raadsversie.pdf", context

    def measure(self, parts: Sequence[PrintedPart]) -> list[Heights]:
        """Print every part on one endless page, and measure its blocks."""
        blocks = {part.id: [f"{part.id}-{index}" for index in range(len(part.blocks))] for part in parts}
        targets = [id for part in parts for id in (part.id, *blocks[part.id], f"{part.id}-einde")]
        self._print(parts, dict.fromkeys(blocks, 0), height=_ENDLESS, targets=targets)
        with pikepdf.open(self.pdf) as pdf:
            below = {id: page * _ENDLESS * _POINTS - height for id, (page, height) in destinations(pdf).items()}
        return [_measured([below[id] for id in (part.id, *blocks[part.id], f"{part.id}-einde")]) for part in parts]

    def print_fitting(self, parts: Sequence[PrintedPart]) -> None:
        """Print the parts until every page number in the contents is right, and no part has more pages than it may."""
        measured, spare = self.measure(parts), [_SPARE] * len(parts)
        numbers: dict[str, int] = {}
        for _ in range(_PRINTS):
            fitted, pages = zip(*map(fit, parts, measured, spare), strict=True)
            numbers = numbers or {
                part.id: number for part, number in zip(fitted, accumulate(pages, initial=2), strict=False)
            }
            self._print(fitted, numbers, height=_A4, targets=[])
            with pikepdf.open(self.pdf) as pdf:
                found, total = {id: page for id, (page, _) in destinations(pdf).items()}, len(pdf.pages)
            fits = [
                size <= part.pages or part.least is None
                for size, part in zip(_sizes(found, total), fitted, strict=True)
            ]
            if all(fits) and found == numbers:
                return
            numbers = found if all(fits) else {}  # what is left out moves the pages after it back
            spare = [points + (0 if good else _TIGHTER) for points, good in zip(spare, fits, strict=True)]
        raise NoPdf(_FAILED.format(number=_PRINTS))

    def _print(
        self, parts: Sequence[PrintedPart], numbers: Mapping[str, int], *, height: int, targets: Sequence[str]
    ) -> None:
        text = render("council.html.j2", **self.context, parts=parts, numbers=numbers, height=height, targets=targets)
        self.html.write_text(text, encoding="utf-8")
        print_page(self.html, self.pdf)


def _measured(below: Sequence[float]) -> Heights:
    """Turn the places of a part, its blocks and its end into heights."""
    start, *blocks, end = below
    heights = tuple(after - before for before, after in pairwise([*blocks, end]))
    return Heights((blocks or [end])[0] - start, heights)


def _sizes(found: Mapping[str, int], total: int) -> list[int]:
    """Return how many pages each part fills; the next part begins on a new one."""
    starts = [*sorted(found.values()), total + 1]
    return [after - before for before, after in pairwise(starts)]
