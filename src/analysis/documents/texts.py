"""Documents of the council as text: reading them, places in them, headings, and where a quote stands.

A place is a line of plain text (``IVB:425``, ``IVB:425-432``), a paragraph of a Word file in the same form, or a page
of a PDF (``IVB:p12``). Nothing of a text leaves this package but places, headings and short passages in messages.
"""

from __future__ import annotations

import io
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, product
from pathlib import Path
from typing import Literal, NamedTuple, Self
from zipfile import ZipFile

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from .. import paths
from ..definitions import catalogue
from ..errors import DataError
from .word import CELL, word_lines

FOLDER = "documenten"  # within the folder with the other documents of the council
SUFFIXES = (".txt", ".pdf", ".docx")
REFUSED = (".doc", ".odt", ".rtf", ".wpd", ".pages")  # word processors whose files we cannot read

NAME = r"[A-Za-z][\w-]*"  # short name of a document, and so of its file
_PLACE = re.compile(rf"\b(?P<document>{NAME}):(?P<page>p?)(?P<first>[0-9]+)(?:-p?(?P<last>[0-9]+))?(?!\w)")
# What a quote may differ in, each with everything before it; the last that was needed is told.
Forgiven = Literal["exact", "breaks", "accents", "confused", "joined", "letters"]
_STEPS: tuple[Forgiven, ...] = ("exact", "breaks", "accents", "confused", "joined")
_HYPHENS, _QUOTES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212", "'\"`´‘’‚‛“”„«»"
_CONFUSED = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l"})  # what text recognition mistakes for each other
_LETTERS_PER_SLIP = 50  # a quote may have one other letter for this many, if its numbers are the same
_NEAR = 60  # least likeness, of 100, of a passage that a message offers
_BULLET = re.compile(r"\s*(?:[-•▪●◦*\uf0b7]|\d{1,2}[.)]|[a-z]\))\s+")
_NUMBERED = re.compile(r"\s*\d{1,2}(?:\.\d{1,2})*\.?\s+[A-Z]")
_LONGEST_HEADING, _SURELY_TITLE, _LEAST_NUMBERED, _NO_TITLE_END = 70, 3, 3, ".;,:-”’|"
_ENDS_SENTENCE = (".", "!", "?", "”", "’")
_NEW_PAGE = (" ", "\f")  # what separates pages in text made from a PDF
_LEAST_ON_PAGE = 20  # letters; a page of a PDF with fewer is a picture
_MB = 1024**2
_RUNNING, _EDGE = 3, 2  # a line at this many edges of pages is a header or footer; lines that count as edge


class Place(NamedTuple):
    """Lines, or pages, of a document; both ends belong to it."""

    document: str
    first: int
    last: int
    paged: bool = False

    def __str__(self) -> str:
        """Return it as it is written: ``IVB:425-432`` or ``IVB:p12``."""
        end = f"-{self.last}" if self.last > self.first else ""
        return f"{self.document}:{'p' * self.paged}{self.first}{end}"

    def overlaps(self, other: Self) -> bool:
        """Whether two places have a line or page in common."""
        same = self.document == other.document and self.paged == other.paged
        return same and self.first <= other.last and other.first <= self.last


def places(text: str) -> list[Place]:
    """Return all places that a text names.

    Parameters
    ----------
    text : str
        Such as the field ``source`` of a goal.

    Returns
    -------
    list of Place

    Examples
    --------
    >>> [str(place) for place in places("IVB:425-432, UVP:p12 en IVB:7")]
    ['IVB:425-432', 'UVP:p12', 'IVB:7']
    """
    return [
        Place(match["document"], int(match["first"]), int(match["last"] or match["first"]), bool(match["page"]))
        for match in _PLACE.finditer(text)
    ]


class TextSpan(NamedTuple):
    """A stretch of the characters of a text, the end not included, and what was forgiven to find it."""

    start: int
    end: int
    forgiven: Forgiven = "exact"

    def half_within(self, other: Self) -> bool:
        """Whether at least half of one of two stretches lies in the other."""
        shared = min(self.end, other.end) - max(self.start, other.start)
        return 2 * shared >= min(self.end - self.start, other.end - other.start) > 0


class Near(NamedTuple):
    """The passage of a text that is most like a quote."""

    passage: str
    place: Place


@dataclass(frozen=True)
class PolicyText:
    """The text of one document.

    Parameters
    ----------
    id : str
        Name of the file without its extension: the short name of the document in ``statements.yml``.
    lines : tuple of str
        Lines of plain text or of a PDF; paragraphs and rows of tables of a Word file.
    pages : tuple of int
        Page of each line of a PDF; empty for other files.
    marked : tuple of int, optional
        Which lines are headings, counted from 0, when the file itself says so; then a line is a whole paragraph.
    """

    id: str
    lines: tuple[str, ...]
    pages: tuple[int, ...] = ()
    marked: tuple[int, ...] | None = None

    @property
    def wrapped(self) -> bool:
        """Whether a sentence may go on in the next line."""
        return self.marked is None

    @cached_property
    def content(self) -> str:
        """All lines together."""
        return "\n".join(self.lines)

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts in `content`."""
        return [0, *accumulate(len(line) + 1 for line in self.lines)][: len(self.lines)]

    @cached_property
    def headings(self) -> tuple[int, ...]:
        """The lines that are headings, counted from 0."""
        if self.marked is not None:
            return self.marked
        numbered = [number for number in self.likely_headings if _NUMBERED.match(self.lines[number])]
        return tuple(numbered if len(numbered) >= _LEAST_NUMBERED else self.likely_headings)

    @cached_property
    def likely_headings(self) -> tuple[int, ...]:
        """The lines that look like headings; where a document numbers its headings, some of these are cells."""
        return tuple(number for number in range(len(self.lines)) if _looks_like_heading(self.lines, number))

    def opens_page(self, line: int) -> bool:
        """Whether a line, counted from 0, is the first of a page in text that was made from a PDF."""
        return self.lines[line].startswith(_NEW_PAGE)

    def line_at(self, position: int) -> int:
        """Return the line, counted from 0, of a position in `content`."""
        return bisect_right(self.starts, position) - 1

    def place(self, span: TextSpan) -> Place:
        """Return the lines or pages of a stretch of the text."""
        first, last = self.line_at(span.start), self.line_at(max(span.end - 1, span.start))
        if self.pages:
            return Place(self.id, self.pages[first], self.pages[last], True)
        return Place(self.id, first + 1, last + 1)

    def spans(self, place: Place) -> Iterator[TextSpan]:
        """Yield the stretch of text at a place; nothing when the text has no such line or page."""
        if place.document != self.id or place.paged != bool(self.pages):
            return
        numbers = self.pages or range(1, len(self.lines) + 1)
        within = [line for line, number in enumerate(numbers) if place.first <= number <= place.last]
        if within:
            yield TextSpan(self.starts[within[0]], self.starts[within[-1]] + len(self.lines[within[-1]]))

    def heading(self, position: int) -> str | None:
        """Return the nearest heading above a position in `content`.

        ``None`` when there is none, or when a page in between begins with a new sentence: text that was made from a PDF
        often lacks the title on such a page.
        """
        line = self.line_at(position)
        number = bisect_right(self.headings, line)
        above = self.headings[number - 1] if number else None
        if above is None or any(map(self._may_lack_title, range(above + 1, line + 1))):
            return None
        return " ".join(self.lines[above].replace(CELL, " ").split())

    def _may_lack_title(self, line: int) -> bool:
        before = next((text.rstrip() for text in reversed(self.lines[:line]) if text.strip()), "")
        return self.opens_page(line) and self.lines[line].strip()[:1].isupper() and before.endswith(_ENDS_SENTENCE)

    def find(self, quote: str, stated: Sequence[Place] = ()) -> TextSpan | None:
        """Look a quote up, forgiving no more than is needed.

        Parameters
        ----------
        quote : str
            Literal text.
        stated : sequence of Place
            Where it should be; of passages that fit equally well, the one that is there or nearest is taken.

        Returns
        -------
        TextSpan or None
            ``None`` when the text does not have it.
        """
        for step in _STEPS:
            wanted, _ = _plain(quote, step)
            if wanted and (spans := list(self._occurrences(wanted, step))):
                return min(spans, key=lambda span: self._distance(span, stated))
        return self._with_slips(quote)

    def _occurrences(self, wanted: str, step: Forgiven) -> Iterator[TextSpan]:
        text, positions = self._normalised[step]
        at = text.find(wanted)
        while at >= 0:
            yield TextSpan(positions[at], positions[at + len(wanted) - 1] + 1, step)
            at = text.find(wanted, at + 1)

    @cached_property
    def _normalised(self) -> dict[Forgiven, tuple[str, list[int]]]:
        return {step: _plain(self.content, step) for step in _STEPS}

    def _distance(self, span: TextSpan, stated: Sequence[Place]) -> int:
        """Return how many lines or pages a stretch lies from the nearest of the places where it should be."""
        found = self.place(span)
        gaps = [max(found.first - place.last, place.first - found.last, 0) for place in stated]
        return min(gaps, default=0)

    def _with_slips(self, quote: str) -> TextSpan | None:
        """Return a passage with a few other letters and the same numbers."""
        wanted, aligned = self._aligned(quote)
        if aligned is None:
            return None
        text, positions = self._normalised["joined"]
        most = len(wanted) // _LETTERS_PER_SLIP
        windows = product(*(range(end - most, end + most + 1) for end in aligned))
        fits = [(Levenshtein.distance(wanted, text[max(start, 0) : end]), max(start, 0), end) for start, end in windows]
        slips, start, end = min(fits)
        span = TextSpan(positions[start], positions[min(end, len(text)) - 1] + 1, "letters")
        same_numbers = _digits(quote) == _digits(self.content[span.start : span.end])
        return span if same_numbers and slips <= most else None

    def _aligned(self, quote: str) -> tuple[str, tuple[int, int] | None]:
        wanted, _ = _plain(quote, "joined")
        text, _ = self._normalised["joined"]
        found = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=_NEAR) if wanted and text else None
        if found is None or found.dest_end <= found.dest_start:
            return wanted, None
        # When the text is the shorter of the two, the quote is aligned within it.
        return wanted, (found.dest_start, found.dest_end)

    def nearest(self, quote: str) -> Near | None:
        """Return the passage that is most like a quote, in whole words, with its place."""
        _, aligned = self._aligned(quote)
        if aligned is None:
            return None
        _, positions = self._normalised["joined"]
        start, end = positions[aligned[0]], positions[aligned[1] - 1] + 1
        start = max(self.content.rfind(" ", 0, start), self.content.rfind("\n", 0, start)) + 1
        ends = [at for at in (self.content.find(" ", end), self.content.find("\n", end)) if at >= 0]
        end = min(ends, default=len(self.content))
        return Near(" ".join(self.content[start:end].split()), self.place(TextSpan(start, end)))


def _plain(text: str, step: Forgiven) -> tuple[str, list[int]]:
    """Return a text without what a step forgives, and for each of its characters the position in the text.

    White space counts as one space everywhere. Without the signs at breaks of lines and around quotes; without accents,
    ligatures and capitals; without the difference between O and 0; without spaces and signs, but not the comma within a
    number.
    """
    level = _STEPS.index(step)
    characters: list[str] = []
    positions: list[int] = []
    for position, character in enumerate(text):
        previous = characters[-1] if characters else " "
        for plain in _characters(character, level):
            if level >= _STEPS.index("joined") and not plain.isalnum():
                between = text[max(position - 1, 0) : position + 2]
                if not (plain in ",." and len(between) == 3 and between[0].isdigit() and between[2].isdigit()):  # noqa: PLR2004
                    continue
            if plain == " " and (previous == " " or (level and text[max(position - 1, 0)] in _HYPHENS)):
                continue
            characters.append(plain)
            positions.append(position)
            previous = plain
    while characters and characters[-1] == " ":
        characters.pop(), positions.pop()
    return "".join(characters), positions


def _characters(character: str, level: int) -> str:
    """Return what is left of one character: a space, nothing, or one or more plain characters."""
    if character.isspace():
        return " "
    if level >= _STEPS.index("breaks") and character in _HYPHENS + _QUOTES:
        return ""
    if level >= _STEPS.index("accents"):
        parts = unicodedata.normalize("NFKD", character)
        character = "".join(part for part in parts if not unicodedata.combining(part)).casefold()
    return character.translate(_CONFUSED) if level >= _STEPS.index("confused") else character


def _digits(text: str) -> list[str]:
    return re.findall(r"\d", text)


def _looks_like_heading(lines: Sequence[str], number: int) -> bool:
    line = lines[number].strip()
    above = lines[number - 1].strip() if number else ""
    new_page = lines[number].startswith(_NEW_PAGE)
    numbered = _NUMBERED.match(line)
    plain = line[:1].isupper() and not _BULLET.match(line)
    below = lines[number + 1].strip() if number + 1 < len(lines) else ""
    far = not below and number + 2 < len(lines) and len(line.split()) > _SURELY_TITLE
    after = lines[number + 2].strip() if far else ""
    goes_on = line[-1:] in _NO_TITLE_END or (bool(below) and not below[0].isupper()) or after[:1].islower()
    fits = 0 < len(line) <= _LONGEST_HEADING and (not above or new_page)
    return fits and not goes_on and bool(numbered or plain)


def read(path: Path, plain_text: Callable[[Path], str]) -> PolicyText:
    """Read a document.

    Parameters
    ----------
    path : Path
        Plain text, a PDF or a Word file.
    plain_text : callable
        Reads a file of plain text; see `ingest.raw_files.text`.

    Returns
    -------
    PolicyText

    Raises
    ------
    DataError
        When the file is of another kind, damaged, protected by a password, or holds no text.
    """
    if not re.fullmatch(NAME, path.stem):
        problem = f"'{path.stem}' is geen korte naam voor een stuk: zo kan een plaats er niet naar verwijzen."
        raise DataError(paths.display_path(path), problem, "Noem het met letters en cijfers, zoals IVB of IVB2024.")
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        text = _read_pdf(path)
    elif suffix == ".docx":
        text = _read_word(path)
    elif suffix == ".txt":
        text = PolicyText(path.stem, tuple(plain_text(path).split("\n")))
    else:
        problem = f"een document met de uitgang '{path.suffix}' kunnen wij niet lezen."
        raise DataError(paths.display_path(path), problem, "Bewaar het als .docx, .pdf of .txt.")
    if not any(character.isalpha() for character in text.content):
        problem = "in dit document staat geen tekst."
        raise DataError(paths.display_path(path), problem, "Controleer of dit het goede bestand is.")
    return text


def _read_pdf(path: Path) -> PolicyText:
    """Read a PDF page by page; one that may only not be printed or changed is read, one with a password is not."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(_unlocked(path)))
    try:
        pages = [page.extract_text().split("\n") for page in reader.pages]
    except Exception as error:  # its errors on damaged pages are of many types
        raise _damaged(path, f"een PDF ({type(error).__name__})") from None
    empty = [number for number, page in enumerate(pages, 1) if sum(map(len, page)) < _LEAST_ON_PAGE]
    if len(empty) == len(pages):
        problem = "in deze PDF staat geen tekst, alleen beeld: zij is gescand."
        remedy = "Vraag de digitale versie op, of laat een programma de tekst herkennen (OCR) en bewaar haar opnieuw."
        raise DataError(paths.display_path(path), problem, remedy)
    pages = list(_without_running_lines(pages))
    lines = tuple(line for page in pages for line in page)
    return PolicyText(path.stem, lines, tuple(number for number, page in enumerate(pages, 1) for _ in page))


def _unlocked(path: Path) -> bytes:
    """Return a PDF without protection, mended where it can be."""
    import pikepdf

    result = io.BytesIO()
    try:
        with pikepdf.open(path) as pdf:
            pdf.save(result)
    except pikepdf.PasswordError:
        problem = "deze PDF is beveiligd met een wachtwoord."
        remedy = "Vraag een versie zonder wachtwoord, of open haar en bewaar haar opnieuw zonder."
        raise DataError(paths.display_path(path), problem, remedy) from None
    except pikepdf.PdfError:
        raise _damaged(path, "een PDF") from None
    return result.getvalue()


def _without_running_lines(pages: list[list[str]]) -> Iterator[list[str]]:
    """Yield pages with headers and footers emptied, which would stand in the middle of sentences."""

    def key(line: str) -> str:
        return re.sub(r"\d+", "#", " ".join(line.split()))

    edges = Counter(name for page in pages for name in {key(line) for line in _edges(page)})
    running = {name for name, number in edges.items() if number >= max(_RUNNING, len(pages) / 2)}
    for page in pages:
        at_edge = _edges(page)
        yield ["" if line in at_edge and key(line) in running else line for line in page]


def _edges(page: list[str]) -> list[str]:
    filled = [line for line in page if line.strip()]
    return filled[:_EDGE] + filled[-_EDGE:]


def _read_word(path: Path) -> PolicyText:
    """Read a Word file: a line is a paragraph or a row of a table."""
    try:
        with ZipFile(path) as packed:
            size = sum(info.file_size for info in packed.infolist())
        limit = catalogue.thresholds().files.max_workbook_mb
        if size > limit * _MB:
            problem = f"uitgepakt is dit bestand {size / _MB:.0f} MB en de grens is {limit} MB."
            raise DataError(paths.display_path(path), problem, "Haal de afbeeldingen eruit, of bewaar het als tekst.")
        lines = word_lines(path)
    except DataError:
        raise
    except Exception:  # its errors on damaged files are of many types
        raise _damaged(path, "een Word-bestand, of het heeft een wachtwoord") from None
    headings = tuple(number for number, line in enumerate(lines) if line.heading)
    return PolicyText(path.stem, tuple(line.text for line in lines), marked=headings)


def _damaged(path: Path, what: str) -> DataError:
    problem = f"dit is geen leesbaar bestand: het is beschadigd, of het is niet {what}."
    return DataError(paths.display_path(path), problem, "Bewaar het opnieuw, of vraag het opnieuw op.")
