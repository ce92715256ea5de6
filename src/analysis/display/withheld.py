"""What stands in the place of a hidden figure, the sentence that goes with it, and which figures are hidden whole."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .. import catalogue, observations
from ..observations import HiddenLevel
from ..periods import Period
from ..results import Result, html
from ..series import Series
from . import dutch
from .origin import trail
from .tables import Table

WITHHELD = "afgeschermd"
_NAMED = 12  # more hidden periods than this are only counted
_PLACES = {"BU": "buurt", "WK": "wijk", "GM": "gemeente", "PV": "provincie", "NL": "land"}
_LENGTHS = {"D": "dag", "M": "maand", "Q": "kwartaal", "H": "halfjaar", "Y": "jaar"}
_REASONS = {
    "finer": "gevoelig, en fijner dan wij bewaren",
    "total": "hiermee is een gevoelig cijfer te berekenen",
    "work": "te veel kleine aantallen om na te gaan wat te berekenen is",
}


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
        other = (
            "geeft de bron het aantal niet, zou een klein aantal anders te berekenen zijn, of tonen wij zulke fijne "
            "cijfers in het geheel niet."
        )
        why.append(f"Waar '{WITHHELD}' staat, {other}")
    if not found:
        return ""
    named = dutch.listed([Period(moment.date(), series.frequency).label for moment in found])
    when = named if len(found) <= _NAMED else f"{len(found)} perioden"
    return f"{' '.join(why)} Bij {series.region_name} gaat het om {when}."


@dataclass(frozen=True)
class HiddenLevels(Result):
    """Levels of figures of which nothing is shown."""

    found: tuple[HiddenLevel, ...]


def hidden_levels(folder: Path | None = None) -> HiddenLevels:
    """Levels, such as each month of each buurt, of which nothing is shown."""
    return HiddenLevels(tuple(observations.hidden_levels(folder)))


@html.register
def _(levels: HiddenLevels) -> str:
    if not levels.found:
        return "<p>Er zijn geen cijfers weggelaten omdat zij te fijn zijn.</p>"
    where: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in levels.found:
        level = f"per {_PLACES.get(one.kind, one.kind)} en {_LENGTHS[one.frequency]}"
        where[catalogue.indicator(one.indicator).title, _REASONS[one.reason]].append(level)
    rows = tuple((title, dutch.listed(levels), reason) for (title, reason), levels in where.items())
    columns = ("Onderwerp", "Niet getoond", "Waarom")
    table = Table("niet-getoond", "Cijfers die wij in hun geheel niet tonen", columns, rows, text=columns)
    selection = (
        "de bestanden van dit rapport; hoe fijn een gevoelig cijfer mag zijn, staat in definitions/indicators.yml"
    )
    return html(table) + trail((), "wat wij niet tonen", selection, "verborgen bij het inlezen")
