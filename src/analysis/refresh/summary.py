"""What became of a refresh, in a few lines of Dutch for who was not there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .. import paths, regions
from ..display import dutch, origin
from ..errors import ChapterError, DataError, printable
from ..report import changes_rows, changes_text
from ..report.changed import Changes, Figure
from .settings import Settings, Word

if TYPE_CHECKING:
    from ..fetch.fetching import Fetched

NAME = "samenvatting.txt"
_SHOWN = 5  # figures that changed most
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|\d[\d.,]*(?<![.,])")  # what a mistake says of the contents of a file
_HERE = "Een melding noemt geen cijfers of woorden uit een bestand: 'veiligheid report' doet dat, op deze computer."


@dataclass(frozen=True)
class Outcome:
    """What a refresh came to: one word, the text that is told, and the exit code."""

    word: Word
    text: str
    code: int = 0


def text(settings: Settings, word: Word, parts: Sequence[str]) -> str:
    """The whole summary: of what, when, how it ended, and what there is to say."""
    now, about = datetime.now(), [regions.name(code) for code in settings.codes]
    named = dutch.listed(about) if len(about) <= _SHOWN else f"van {len(about)} gemeenten"
    head = f"Veiligheidsanalyse {named}, {dutch.day(now)} om {now:%H.%M} uur: verversen {word}."
    return printable("\n\n".join([head, *filter(None, parts)]) + "\n")


def discreet(error: BaseException) -> BaseException:
    """What went wrong with files or with a chapter, without any figure or word that stood there.

    A delivery or a ballot is not public, and who wrote a mistake down did not know who would read it.
    """
    match error:
        case DataError():
            remedy = f"{_masked(error.remedy)} {_HERE}"
            where, line, problem = error.file, error.line, _masked(error.problem)
            return DataError(where, problem, remedy, line=line, column=error.column, field=error.field)
        case ChapterError():
            which, colon, why = str(error).partition(": ")
            return ChapterError(f"{which}{colon}{_masked(why)} {_HERE}")
    return error


def unforeseen(error: BaseException) -> str:
    """That something went wrong that nobody foresaw; its words may hold anything."""
    return f"Onverwachte fout: {type(error).__name__}. {_HERE}"


def _masked(text: str) -> str:
    return _QUOTED.sub("…", text)


def news(fetched: Fetched) -> str:
    """What publishers had that we did not."""
    if not fetched.new:
        return "" if fetched.failed else "De uitgevers hebben niets nieuws."
    lines = (f"\n  {one.source.publisher}, {one.source.title}: van {dutch.day(one.day)}" for one in fetched.new)
    return f"Nieuw van de uitgevers:{''.join(lines)}"


def failures(fetched: Fetched) -> list[str]:
    """What could not be fetched, since when, what there is of it, and why."""
    return [f"{origin.unfetched(one.told)}\n{one.why}" for one in fetched.failed]


def published(changes: Changes, address: str) -> str:
    """Where a new edition is, and what it says that the one before did not: a sentence, and what changed most."""
    figures = sorted((*changes.revised, *changes.recalculated, *changes.unclear), key=_change, reverse=True)[:_SHOWN]
    lines = [f"{changes.new.title}: {address}", changes_text.summary(changes)]
    if figures:
        lines.append("Het meest veranderd:")
    return "\n".join([*lines, *_told(figures)])


def _told(figures: Sequence[Figure]) -> Iterator[str]:
    return (f"  {changes_text.row(one)}" for one in changes_rows.figures(figures))


def _change(figure: Figure) -> float:
    """How much a figure changed, by its own size; one that came or went changed most."""
    if figure.old is None or figure.new is None:
        return float("inf")
    return abs(figure.new - figure.old) / max(abs(figure.old), abs(figure.new), 1)


def write(folder: Path, told: str) -> list[str]:
    """Put the summary where the settings stand, in the place of the one before; why not, if it cannot be."""
    try:
        paths.write(folder / NAME, told.encode())
    except OSError as error:
        return [f"{NAME} is niet te schrijven ({type(error).__name__})."]
    return []
