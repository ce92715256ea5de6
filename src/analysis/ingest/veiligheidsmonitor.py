"""The Veiligheidsmonitor of CBS: what people say in a survey, in percentages and grades.

StatLine gives it as a list or a data set: a column for each topic, and for the same region and year a row with the
value and rows with the lower and upper bound (dimension Marges). Both tables hold topics of the same name, and the
numbers behind the names move between editions, so a topic is found by its name alone. A name that comes back under
several headings, such as "Slachtoffers", is found by its heading too. A list shows headings, and so does what describes
a table at its publisher; a data set that was downloaded shows none, so from that those topics are not read. The
headings of 85146NED are taken from descriptions; no list of it was at hand.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from .. import paths
from ..definitions import catalogue
from ..definitions.catalogue import Indicator, Table
from ..errors import DataError
from . import grids, layouts, region_texts, table_recognition
from .data_package import NAME, Resource
from .raw_files import AGAIN
from .survey_measures import LOWER, UPPER, VALUE, measures
from .table_recognition import PERIODS, dimension, plain
from .text_columns import Rejected, each

SUBJECT = "beleving"
MARGINS, REGIONS = "Marges", "RegioS"
BEFORE, AFTER = "81877NED", "85146NED"
REDESIGN = "veiligheidsmonitor_2021"  # the break between the two tables
_MARGINS = {
    "mw00000": VALUE, "waarde": VALUE, "mog0095": LOWER, "ondergrens95": LOWER, "mbg0095": UPPER, "bovengrens95": UPPER
}  # fmt: skip


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a table by region with one of our topics."""
    header = rows[0] if rows else []
    return {REGIONS, PERIODS} <= {dimension(name) for name in header} and bool(_topics(header))


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read a list or data set of the Veiligheidsmonitor.

    ``selection`` in the register may say which margin the file holds.

    Returns
    -------
    Table
        The table from before or after the redesign of 2021, by the years in the file.
    DataFrame
        Figures as `measures.measures` returns them.

    Raises
    ------
    DataError
        When the file is cut off, lacks Marges, mixes the two designs, or holds something that cannot be read.
    """
    grid = grids.read(path, closed=True)
    layouts.once(path, grid.header)
    comma = not any(table_recognition.is_numbered(name) for name in grid.header)
    rows = measures(_cells(grid, resource, path), path, comma=comma, region=region_texts.region)
    return _table(rows, path), rows


def _topics(header: list[str]) -> dict[int, Indicator]:
    """The columns that an indicator asks for."""
    wanted = {
        tuple(map(plain, code.split("/"))): catalogue.indicator(id)
        for (subject, code), id in catalogue.indicator_of().items()
        if subject == SUBJECT
    }
    found = {}
    for place, name in enumerate(header):
        path = (*map(plain, name.split("/")[:-1]), table_recognition.topic(name))
        if match := next((one for code, one in wanted.items() if path[-len(code) :] == code), None):
            found[place] = match
    return found


def _cells(grid: grids.Grid, resource: Resource, path: Path) -> pd.DataFrame:
    """Every figure on a row of its own."""
    named = {name: place for place, header in enumerate(grid.header) if (name := dimension(header))}
    body = grid.body
    common = pd.DataFrame({"region": body[named[REGIONS]], "period": body[named[PERIODS]], "line": body.index})
    if MARGINS in named:
        common["margin"] = each(common.assign(margin=body[named[MARGINS]]), "margin", _margin, path, MARGINS)
    elif MARGINS in resource.selection:
        common["margin"] = _margin(resource.selection[MARGINS])
    else:
        problem = "deze kolom ontbreekt, dus niet duidelijk is wat een waarde is en wat een marge."
        remedy = f'Exporteer opnieuw met Marges, of zet in {NAME} bij dit bestand "selection": {{"Marges": "MW00000"}}.'
        raise DataError(paths.shown(path), problem, remedy, line=1, column=MARGINS)
    topics = _topics(grid.header)
    _once(topics, grid.header, path)
    grids.tell_unused(grid.unused({*named.values(), *topics}))
    columns = [
        common.assign(category=_code(one), unit=one.unit, text=body[place], column=grid.header[place])
        for place, one in topics.items()
    ]
    return pd.concat(columns, ignore_index=True)


def _once(topics: dict[int, Indicator], header: list[str], path: Path) -> None:
    """Two columns of one name would be two figures for one region and year."""
    found = [one.id for one in topics.values()]
    if twice := [place for place, one in topics.items() if found.count(one.id) > 1]:
        problem = "dit onderwerp staat in meer dan één kolom."
        raise DataError(paths.shown(path), problem, AGAIN, line=1, column=header[twice[-1]])


def _code(indicator: Indicator) -> str:
    return next(source.code for source in indicator.sources if source.subject == SUBJECT)


def _margin(text: str) -> str:
    """What a row holds: the value, or one of its bounds."""
    found = next((margin for start, margin in _MARGINS.items() if plain(text).startswith(start)), None)
    if found:
        return found
    raise Rejected(f"'{text.strip()}' is geen waarde en geen marge van 95%.", AGAIN)


def _table(rows: pd.DataFrame, path: Path) -> Table:
    """The table these years are from; the survey was redesigned in between, so they never stand in one series."""
    years, redesign = rows["period"].dt.year, catalogue.breaks()[REDESIGN].date.year
    if (years < redesign).any() and (years >= redesign).any():
        problem = f"in dit bestand staan jaren van vóór en van na {redesign}. Toen is de enquête vernieuwd."
        raise DataError(paths.shown(path), problem, f"Exporteer {BEFORE} en {AFTER} apart.", column="Perioden")
    return catalogue.tables()[BEFORE if (years < redesign).any() else AFTER]
