"""What changed between two editions as rows of tables: what was and what is now, in the words of a reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..display import dutch, origin
from ..display.places import place
from .changed import Changes, Figure, Moved
from .figures import DECIMALS
from .inputs import File
from .spans import words

Rows = tuple[tuple[str | None, ...], ...]
_AMOUNTS = {"euro": dutch.euros, "fte": dutch.fte}


def figures(changed: Sequence[Figure]) -> Rows:
    """Numbers with another value: what, where, when, in which chapters, and both values."""
    return tuple(
        (one.label, place(one.region), _when(one), _in(one), _value(one.old, one), _value(one.new, one))
        for one in changed
    )


def newer(changes: Changes) -> Rows:
    """Numbers of a new period: what, where, in which chapters, and both values with their periods."""
    return tuple(
        (one.label, place(one.region), _in(one), _dated(one.old, one.old_period, one), _dated(one.new, one.period, one))
        for one in changes.new_period
    )


def verdicts(changes: Changes) -> Rows:
    """Verdicts that changed: about what, where, when, in which chapters, and both verdicts."""
    return tuple((one.label, place(one.region), _when(one), _in(one), one.old, one.new) for one in changes.moved)


def files(changes: Changes) -> Rows:
    """Raw files that changed: whose, and those of both editions."""
    return tuple(
        (
            f"{one.publisher}, {origin.table(one.table, (one.new or one.old)[-1].path)}",
            _named(one.old),
            _named(one.new, ", andere inhoud"),
        )
        for one in changes.files
    )


def _named(files: Sequence[File], altered: str = "") -> str:
    return "; ".join(_file(file, altered if file.altered else "") for file in files) or "geen bestand"


def _file(file: File, altered: str) -> str:
    exported = dutch.day(date.fromisoformat(file.vintage)) if file.vintage else "datum niet vastgelegd"
    return f"{file.path} ({exported}{altered})"


def _when(changed: Figure | Moved) -> str:
    """The period that something is about, and the one it is compared with."""
    since = f" (sinds {words(changed.baseline)})" if changed.baseline else ""
    return f"{words(changed.period)}{since}"


def _in(changed: Figure | Moved) -> str:
    return "; ".join(changed.chapters)


def _dated(value: float | None, when: str, figure: Figure) -> str:
    return f"{_value(value, figure) or 'geen cijfer'} ({words(when)})"


def _value(value: float | None, figure: Figure) -> str | None:
    if value is None:
        return None
    if figure.unit in _AMOUNTS:
        return _AMOUNTS[figure.unit](value)
    if figure.unit == "percent":
        return (dutch.signed_percent if figure.baseline else dutch.percent)(value, 1)
    text = dutch.number(value, DECIMALS[figure.unit])
    return {"rank": f"plaats {text}", "per_1000": f"{text} per 1.000"}.get(figure.unit, text)
