"""The Nationale Veiligheidsindices of WODC, as Waarstaatjegemeente exports them.

What is known: the site publishes five indices by municipality with names such as "Index criminaliteit (2012=100)",
and for small municipalities takes those of one police team together. What is assumed of an export, besides what
`swing` says: a subject with "ondergrens" or "bovengrens" in its name is that margin of the index; groups of
municipalities stand among the regions and are left out; numbers in CSV are Dutch; "?", "." and "-" stand for no figure
and "x" for a secret one.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from .. import catalogue, paths
from ..catalogue import Table
from ..errors import DataError
from . import places, swing
from .files import AGAIN
from .measures import LOWER, UPPER, VALUE, measures
from .package import Resource
from .recognise import plain
from .rejected import Left, Unused

TABLE, SUBJECT = "nvi", "index"
BASE = "2012"
_BASE = re.compile(r"\(\s*([0-9]{4})\s*=\s*100\s*\)")
_MARGINS = {"ondergrens": LOWER, "bovengrens": UPPER}
_GROUP = re.compile(r"(alle )?(gemeenten|provincie|regio|politie|basisteam|gemiddelde|mediaan)\b", re.IGNORECASE)


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether one of the first rows is a header with one of the five indices."""
    known = _known()
    return any(_code(swing.subject(cell)) in known for cells in rows for cell in cells[1:])


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read an export of indices.

    Returns
    -------
    Table
        Always ``nvi``.
    DataFrame
        Figures as `measures.measures` returns them; the code is the index's plain name.

    Raises
    ------
    DataError
        When the file is cut off, has another base year, lacks years or regions, or holds something unreadable.
    """
    export = swing.read(path, lambda subject: _code(subject) is not None)
    _check_base(export, path)
    cells = _cells(export, point=path.suffix.lower() == ".xlsx")
    return catalogue.tables()[TABLE], measures(cells, path, comma=True, region=_region)


def _known() -> set[str]:
    return {code for subject, code in catalogue.indicator_of() if subject == SUBJECT}


def _code(heading: str) -> str | None:
    """The plain name of an index: "Criminaliteitsindex" and "Index criminaliteit (2012=100)" are the same one."""
    name = plain(_BASE.sub("", heading))
    if "index" not in name:
        return None
    for word in ("index", *_MARGINS):
        name = name.replace(word, "")
    return next((code for code in _known() if code.rstrip("s") == name.rstrip("s")), name)


def _margin(heading: str) -> str:
    return next((margin for word, margin in _MARGINS.items() if word in plain(heading)), VALUE)


def _check_base(export: swing.Export, path: Path) -> None:
    """Indices with another base year cannot stand in one series with these."""
    for column in export.columns:
        base = _BASE.search(column.subject)
        if base and base[1] != BASE:
            problem = f"in deze index staat {base[1]} op 100. Wij lezen alleen indices waarin {BASE} op 100 staat."
            raise DataError(paths.shown(path), problem, AGAIN, line=export.line, column=column.heading)


def _cells(export: swing.Export, point: bool) -> pd.DataFrame:
    """Every figure on a row of its own."""
    rows = [
        (
            region,
            line,
            _text(text, point),
            _code(column.subject),
            column.period,
            _margin(column.subject),
            column.heading,
        )
        for column in export.columns
        for region, line, text in zip(export.regions, export.lines, column.texts, strict=True)
    ]
    names = ["region", "line", "text", "category", "period", "margin", "column"]
    return pd.DataFrame(rows, columns=names).assign(unit="index")


def _text(cell: str, point: bool) -> str:
    """A figure in Dutch notation: a number in a workbook has a point."""
    figure = re.sub(r"(?<=[0-9])\.(?=[0-9])", ",", cell) if point else cell
    return "." if figure == "?" else figure


def _region(text: str) -> str:
    if _GROUP.match(text.strip()):
        raise Unused(Left("groepen van gemeenten", text.strip()))
    return places.region(text)
