"""Reader of inhabitants of wijken and buurten: CBS, Kerncijfers wijken en buurten.

Each year is a table of its own (85984NED is 2024). The year is not in the file, so the register or the file name must
give it. CBS rounds these counts to multiples of 5, so the sum of the buurten of a wijk is not exact.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from .. import paths
from ..definitions import catalogue
from ..definitions.catalogue import Table
from . import grids, region_texts
from .data_package import NAME, Resource
from .table_recognition import plain, topic
from .text_columns import Unregistered
from .tidy import tidy

TOPIC = "AantalInwoners"
REGIONS = {plain(name) for name in ("WijkenEnBuurten", "nhood_id")}
COUNTS = {plain(name) for name in (TOPIC, "population")}
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows hold regions and their inhabitants, as in the data set or in a dump of it.

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
    return bool(REGIONS & set(map(plain, header))) and bool(COUNTS & set(map(topic, header)))


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read the inhabitants on 1 January of one year.

    Parameters
    ----------
    path : Path
    resource : Resource
        Its ``selection`` may give the year.

    Returns
    -------
    Table
        Always ``kerncijfers_wijken_buurten``.
    DataFrame
        Figures as `tidy.tidy` returns them, of wijken and buurten only: other tables have municipalities unrounded.
        If the file has no wijken, each is the sum of its buurten.

    Raises
    ------
    Unregistered
        When neither the register nor the file name gives the year.
    DataError
        When the file is incomplete or holds a text that cannot be read.
    """
    grid = grids.read(path, closed=True)
    region = next(column for column, name in enumerate(grid.header) if plain(name) in REGIONS)
    count = next(column for column, name in enumerate(grid.header) if topic(name) in COUNTS)
    grids.warn_unused(grid.unused({region, count}))
    cells = pd.DataFrame({"region": grid.body[region], "text": grid.body[count], "line": grid.body.index})
    cells = cells.assign(category=TOPIC, period=_year(path, resource))
    rows = tidy(cells, path, comma=False, code=str, region=region_texts.coded_region)
    small = rows[rows["region"].str.startswith(("WK", "BU"))]
    wijken = small["region"].str.startswith("WK").any()
    return catalogue.tables()["kerncijfers_wijken_buurten"], small if wijken else pd.concat([small, _sum_wijken(small)])


def _year(path: Path, resource: Resource) -> str:
    years = _YEAR.findall(path.stem)
    if "Perioden" in resource.selection or len(years) == 1:
        return resource.selection.get("Perioden") or str(years[0])
    problem = "dit zijn inwoners per wijk of buurt, maar nergens staat van welk jaar."
    field = '"selection": {"Perioden": "2024JJ00"}'
    remedy = f"Zet in {NAME} bij dit bestand {field}, of zet het jaar in de bestandsnaam."
    raise Unregistered(paths.display_path(path), problem, remedy)


def _sum_wijken(buurten: pd.DataFrame) -> pd.DataFrame:
    """Return each wijk as the sum of its buurten, missing when one of them is missing."""
    wijk = "WK" + buurten["region"].str[2:8]
    first = buurten.groupby(wijk).first().drop(columns=["region", "value", "status"])
    value = buurten["value"].groupby(wijk).agg(lambda counts: counts.sum(skipna=False))
    status = value.isna().map({True: "missing", False: "final"})
    summed = first.assign(value=value, status=status).rename_axis("region").reset_index()
    return summed[buurten.columns]
