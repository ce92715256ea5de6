"""What stands in the place of a hidden figure, and the sentence that goes with it."""

from __future__ import annotations

import pandas as pd

from ..periods import Period
from ..series import Series
from . import dutch

WITHHELD = "afgeschermd"
_NAMED = 12  # more hidden periods than this are only counted


def mark(upper: float | None) -> str:
    """``<5`` for a figure that is hidden for being small; one hidden to protect another can be any number.

    Parameters
    ----------
    upper : float or None
        The largest number it can be, as observations have it; NaN or ``None`` where nothing is said of that.
    """
    return WITHHELD if upper is None or pd.isna(upper) else f"<{dutch.number(upper + 1)}"


def marks(series: Series) -> dict[pd.Timestamp, str]:
    """What stands for every hidden figure of a series, by period."""
    hidden = series.data[series.data["status"] == "suppressed"]
    return {moment: mark(upper) for moment, upper in zip(hidden.index, hidden["upper"], strict=True)}


def yearly(series: Series) -> dict[int, str]:
    """The same by year, for a yearly series."""
    return {moment.year: shown for moment, shown in marks(series).items()}


def told(series: Series) -> str:
    """Which figures are hidden and why, as sentences; empty where nothing is."""
    found = marks(series)
    small = sorted({shown for shown in found.values() if shown != WITHHELD})
    why = [f"Kleine aantallen die gevoelig zijn of niet openbaar, tonen wij niet ({one})." for one in small]
    if WITHHELD in found.values():
        other = "geeft de bron het aantal niet, of zou een klein aantal anders te berekenen zijn."
        why.append(f"Waar '{WITHHELD}' staat, {other}")
    if not found:
        return ""
    named = dutch.listed([Period(moment.date(), series.frequency).label for moment in found])
    when = named if len(found) <= _NAMED else f"{len(found)} perioden"
    return f"{' '.join(why)} Bij {series.region_name} gaat het om {when}."
