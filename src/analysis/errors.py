"""What can go wrong for a user, and how it is told to her: with what she can do, and with an exit code."""

from __future__ import annotations

import errno
import re
from pathlib import Path

# What a terminal obeys (control characters, but for line ends and tabs), what turns the direction of text, and bytes of
# a file name that are no UTF-8.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    r"""Write out the characters of a text that are not to be shown, as ``\x1b``; line ends and tabs stay."""
    return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode().replace(r"\udc", r"\x"), text)


class DataError(Exception):
    """Bad input, told in Dutch to the person who can mend it.

    Parameters
    ----------
    file : Path or str
        The file at fault, as the user knows it.
    problem : str
        What is wrong, one Dutch sentence without the place.
    remedy : str
        What the user can do, one or two Dutch sentences.
    line : int, optional
        Line in the file, counted from 1.
    column : str, optional
        Column name in a table.
    field : str, optional
        Entry and field in a definitions file, or parameter of a notebook.
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
    ) -> None:
        self.file, self.problem, self.remedy = printable(str(file)), printable(problem), printable(remedy)
        self.line, self.column, self.field = line, column and printable(column), field and printable(field)
        super().__init__(str(self))

    @property
    def place(self) -> str:
        """The file with line, column or field, as far as known."""
        parts = [self.file]
        if self.line is not None:
            parts.append(f"regel {self.line}")
        if self.column is not None:
            parts.append(f"kolom '{self.column}'")
        if self.field is not None:
            parts.append(f"veld '{self.field}'")
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}\nWat kunt u doen? {self.remedy}"

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: who reads that has no use for the lines of code behind it."""
        return describe(self)[0].splitlines()


class DataWarning(UserWarning):
    """A part of a file that is left out, or something odd in a file that is read all the same, in Dutch.

    A reader gives it with `warnings.warn`; the ingest collects them, tells them in the terminal and keeps them for the
    list of files in the report. It may not quote a figure: small counts are not public.
    """


class ChapterError(Exception):
    """A chapter that could not be made: names the chapter, the cell and the cause, in Dutch."""


class Implausible(Exception):
    """Figures that moved more than revisions do: names each of them, in Dutch."""


class Busy(Exception):
    """Another command makes reports in the same folder, in Dutch."""


# Exit codes. Of the last two the work was done: a notification did not arrive, not every source could be fetched.
UNMADE, WRONG, BUSY, UNTOLD, PARTLY = 1, 2, 3, 4, 5
INTERRUPTED = 130  # what typer answers after Ctrl-C, as a shell does
_UNTOUCHED = "Het vorige rapport is niet veranderd."
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DISK = "Wat kunt u doen? Controleer of het pad bestaat, of u er rechten hebt en of er ruimte is."


FORESEEN = (DataError, OSError, Busy, ChapterError, Implausible)


def describe(error: BaseException) -> tuple[str, int]:
    """What went wrong, in Dutch, with the exit code that says so."""
    match error:
        case DataError():
            return f"Fout in {error}", WRONG
        case OSError():
            full = error.errno in _FULL
            where = printable(str((full and error.filename2) or error.filename or "de schijf"))  # copied: where to
            what = "de schijf is vol" if full else f"lezen of schrijven lukt niet ({type(error).__name__})"
            return f"Fout in {where}: {what}.\n{_DISK}", WRONG
        case Busy():
            return str(error), BUSY
        case ChapterError() | Implausible():
            return f"{error}\n{_UNTOUCHED}", UNMADE
        case KeyboardInterrupt():
            return "Afgebroken. Wat nog niet klaar was, is niet veranderd.", INTERRUPTED
    return f"Onverwachte fout: {type(error).__name__}: {error}\n{_UNTOUCHED}", UNMADE
