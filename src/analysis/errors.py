"""Errors and warnings meant for the user, in Dutch, with the exit codes of the command line.

Every message says what is wrong, where, and what the user can do about it.
"""

from __future__ import annotations

import errno
import re
from pathlib import Path

# Control characters (except line ends and tabs), marks that change the direction of text, and the surrogates that stand
# for bytes of a file name that are not valid UTF-8.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


# Exit codes. With the last two the work itself was done: a notification could not be delivered (UNTOLD), or some of the
# sources could not be fetched (PARTLY).
UNMADE, WRONG, BUSY, UNTOLD, PARTLY = 1, 2, 3, 4, 5
INTERRUPTED = 130  # what typer and shells return after Ctrl-C

_UNTOUCHED = "Het vorige rapport is niet veranderd."
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DISK = "Wat kunt u doen? Controleer of het pad bestaat, of u er rechten hebt en of er ruimte is."


def printable(text: str) -> str:
    r"""Replace characters that must not reach a terminal or a page by escapes such as ``\x1b``.

    Parameters
    ----------
    text : str
        Any text, for example a file name or a value from a file.

    Returns
    -------
    str
        The same text; line ends and tabs are kept.

    Examples
    --------
    >>> print(printable("red: \x1b[31m"))
    red: \x1b[31m
    """
    return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode().replace(r"\udc", r"\x"), text)


class DataError(Exception):
    """Invalid input, described in Dutch for the person who can correct it.

    Parameters
    ----------
    file : Path or str
        The file that is wrong, as the user knows it.
    problem : str
        What is wrong: one Dutch sentence that does not repeat the location.
    remedy : str
        What the user can do: one or two Dutch sentences.
    line : int, optional
        Line in the file, counted from 1.
    column : str, optional
        Column name in a table.
    field : str, optional
        Entry and field in a definitions file, or parameter of a notebook.
    further : tuple of DataError
        The other mistakes in the same file, where they are known.

    Examples
    --------
    >>> print(DataError("a.csv", "dit getal is geen jaar.", "Verbeter het jaar.", line=3))
    a.csv, regel 3: dit getal is geen jaar.
    Wat kunt u doen? Verbeter het jaar.
    """

    def __init__(
        self,
        file: Path | str,
        problem: str,
        remedy: str,
        *,
        line: int | None = None,
        column: str | None = None,
        field: str | None = None,
        further: tuple[DataError, ...] = (),
    ) -> None:
        self.file, self.problem, self.remedy = printable(str(file)), printable(problem), printable(remedy)
        self.line, self.column, self.field = line, column and printable(column), field and printable(field)
        self.further = further
        super().__init__(str(self))

    @property
    def place(self) -> str:
        """The file, with line, column and field where they are known."""
        parts = [self.file]
        if self.line is not None:
            parts.append(f"regel {self.line}")
        if self.column is not None:
            parts.append(f"kolom '{self.column}'")
        if self.field is not None:
            parts.append(f"veld '{self.field}'")
        return ", ".join(parts)

    @property
    def each(self) -> tuple[str, ...]:
        """The text of every mistake, apart."""
        return (f"{self.place}: {self.problem}\nWat kunt u doen? {self.remedy}", *map(str, self.further))

    def __str__(self) -> str:
        return "\n".join(self.each)

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows instead of a traceback: the message without lines of code."""
        return describe(self)[0].splitlines()


class DataWarning(UserWarning):
    """Part of a file that is skipped, or something odd in a file that is read anyway; worded in Dutch.

    Readers issue it with `warnings.warn`. The ingest collects the warnings, prints them and keeps them for the list of
    files in the report. The text must not contain a figure: small counts are not public.
    """


class ChapterError(Exception):
    """A chapter could not be made. The message names the chapter, the cell and the cause, in Dutch."""


class Implausible(Exception):
    """Figures changed more than revisions explain. The message names each of them, in Dutch."""


class Busy(Exception):
    """Another command is making reports in the same folder. The message is Dutch."""


FORESEEN = (DataError, OSError, Busy, ChapterError, Implausible)


def describe(error: BaseException) -> tuple[str, int]:
    """Describe an error for the user, with the exit code that belongs to it.

    Parameters
    ----------
    error : BaseException
        Any exception; those in `FORESEEN` and ``KeyboardInterrupt`` have a text of their own.

    Returns
    -------
    message : str
        Dutch text of one or more lines.
    code : int
        Exit code of the command line.

    Examples
    --------
    >>> message, code = describe(KeyboardInterrupt())
    >>> code
    130
    """
    match error:
        case DataError():
            return "\n".join(f"Fout in {mistake}" for mistake in error.each), WRONG
        case OSError():
            full = error.errno in _FULL
            # Of a copy, filename2 is the target: that is where the disk is full.
            path = printable(str((full and error.filename2) or error.filename or "de schijf"))
            problem = "de schijf is vol" if full else f"lezen of schrijven lukt niet ({type(error).__name__})"
            return f"Fout in {path}: {problem}.\n{_DISK}", WRONG
        case Busy():
            return str(error), BUSY
        case ChapterError() | Implausible():
            return f"{error}\n{_UNTOUCHED}", UNMADE
        case KeyboardInterrupt():
            return "Afgebroken. Wat nog niet klaar was, is niet veranderd.", INTERRUPTED
    return f"Onverwachte fout: {type(error).__name__}: {error}\n{_UNTOUCHED}", UNMADE
