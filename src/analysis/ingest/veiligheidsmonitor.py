"""Reader of the Veiligheidsmonitor of CBS: a survey, in percentages and grades.

StatLine gives it as a list or a data set with a column for each topic. For each region and year there is a row with the
value and rows with the lower and upper bound (dimension Marges). The numbers in topic names differ between releases, so
a topic is found by its name alone. A name under several headings, such as "Slachtoffers", is found by name and heading.
A list and the description of a table hold headings. A downloaded data set does not, so those topics are not read from
it. The headings of 85146NED come from its descriptions, because no list of it was available.
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
from .table_recognition import PERIODS, dimension, plain
from .text_columns import Rejected, parse_rows
from .tidy import LOWER, UPPER, VALUE, read_measures

SUBJECT = "beleving"
MARGINS, REGIONS = "Marges", "RegioS"
BEFORE, AFTER = "81877NED", "85146NED"
REDESIGN = "veiligheidsmonitor_2021"  # the break between the two tables
_MARGINS = {
    "mw00000": VALUE, "waarde": VALUE, "mog0095": LOWER, "ondergrens95": LOWER, "mbg0095": UPPER, "bovengrens95": UPPER
}  # fmt: skip


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a table by region with a topic of an indicator.

    Parameters
    ----------
    rows : list of list of str
        First rows of the file, as `grids.peek` returns them.
    resource : Resource
        Entry of the file in the register.

    Returns
    -------
    bool
    """
    header = rows[0] if rows else []
    return {REGIONS, PERIODS} <= {dimension(name) for name in header} and bool(_topics(header))


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read a list or data set of the Veiligheidsmonitor.

    Parameters
    ----------
    path : Path
    resource : Resource
        Its ``selection`` may say which margin the file holds.

    Returns
    -------
    Table
        The table from before or after the redesign of 2021, by the years in the file.
    DataFrame
        Figures as `tidy.read_measures` returns them.

    Raises
    ------
    DataError
        When the file is cut off, lacks Marges, mixes the two designs, or holds a text that cannot be read.
    """
    grid = grids.read(path, closed=True)
    layouts.refuse_repeated_headings(path, grid.header)
    comma = table_recognition.has_decimal_comma(grid.header)
    rows = read_measures(_long_cells(grid, resource, path), path, comma=comma, region=region_texts.region)
    return _table(rows, path), rows


def _topics(header: list[str]) -> dict[int, Indicator]:
    """Return the columns with a topic of an indicator, by number."""
    wanted = {
        tuple(map(plain, code.split("/"))): catalogue.indicator(id)
        for code, id in table_recognition.indicators_by_code(SUBJECT).items()
    }
    topics = {}
    for column, name in enumerate(header):
        path = (*map(plain, name.split("/")[:-1]), table_recognition.topic(name))
        if match := next((indicator for code, indicator in wanted.items() if path[-len(code) :] == code), None):
            topics[column] = match
    return topics


def _long_cells(grid: grids.Grid, resource: Resource, path: Path) -> pd.DataFrame:
    """Return the cells with each figure on a row of its own."""
    dimensions = {name: column for column, header in enumerate(grid.header) if (name := dimension(header))}
    body = grid.body
    common = pd.DataFrame(
        {"region": body[dimensions[REGIONS]], "period": body[dimensions[PERIODS]], "line": body.index}
    )
    if MARGINS in dimensions:
        common["margin"] = parse_rows(common.assign(margin=body[dimensions[MARGINS]]), "margin", _margin, path, MARGINS)
    elif MARGINS in resource.selection:
        common["margin"] = _margin(resource.selection[MARGINS])
    else:
        problem = "deze kolom ontbreekt, dus niet duidelijk is wat een waarde is en wat een marge."
        remedy = f'Exporteer opnieuw met Marges, of zet in {NAME} bij dit bestand "selection": {{"Marges": "MW00000"}}.'
        raise DataError(paths.display_path(path), problem, remedy, line=1, column=MARGINS)
    topics = _topics(grid.header)
    _refuse_repeated_topics(topics, grid.header, path)
    grids.warn_unused(grid.unused({*dimensions.values(), *topics}))
    columns = [
        common.assign(
            category=_indicator_code(indicator), unit=indicator.unit, text=body[column], column=grid.header[column]
        )
        for column, indicator in topics.items()
    ]
    return pd.concat(columns, ignore_index=True)


def _refuse_repeated_topics(topics: dict[int, Indicator], header: list[str], path: Path) -> None:
    """Refuse a topic in two columns, which would give two figures for one region and year."""
    indicators = [indicator.id for indicator in topics.values()]
    if repeated := [column for column, indicator in topics.items() if indicators.count(indicator.id) > 1]:
        problem = "dit onderwerp staat in meer dan één kolom."
        raise DataError(paths.display_path(path), problem, AGAIN, line=1, column=header[repeated[-1]])


def _indicator_code(indicator: Indicator) -> str:
    return next(source.code for source in indicator.sources if source.subject == SUBJECT)


def _margin(text: str) -> str:
    """Return what a row holds: the value, or one of its bounds."""
    margin_of_text = next((margin for start, margin in _MARGINS.items() if plain(text).startswith(start)), None)
    if margin_of_text:
        return margin_of_text
    raise Rejected(f"'{text.strip()}' is geen waarde en geen marge van 95%.", AGAIN)


def _table(rows: pd.DataFrame, path: Path) -> Table:
    """Return the table of these years; the survey was redesigned in 2021, so its two tables form separate series."""
    years, redesign = rows["period"].dt.year, catalogue.breaks()[REDESIGN].date.year
    if (years < redesign).any() and (years >= redesign).any():
        problem = f"in dit bestand staan jaren van vóór en van na {redesign}. Toen is de enquête vernieuwd."
        raise DataError(paths.display_path(path), problem, f"Exporteer {BEFORE} en {AFTER} apart.", column="Perioden")
    return catalogue.tables()[BEFORE if (years < redesign).any() else AFTER]
