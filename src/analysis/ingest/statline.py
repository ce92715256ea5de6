"""StatLine exports of police and CBS, in every flavour that people have on their disks."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from .. import paths
from ..definitions.catalogue import Table
from ..definitions.periods import Period, parse
from ..errors import DataError, DataWarning
from . import agreed_columns, crime_codes, grids, layouts, odata, region_texts, table_recognition
from .data_package import Resource
from .layouts import Sheet
from .raw_files import AGAIN
from .table_recognition import PERIODS, dimension, dimensions, plain
from .text_columns import Unregistered, accepts
from .tidy import tidy, withhold

KEY = "Key"  # of a code in a code list


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a table we know, by its measure and dimensions."""
    below = grids.below_titles(rows)
    if layouts.in_columns(below[0] if below else []):
        rows = below
        whole = [row for row in rows if len(row) == len(rows[0])]
        sheet = layouts.columns(grids.Grid(pd.DataFrame(whole, dtype=str)))
        return bool(sheet.topics and _tables(sheet, _selection(resource)))
    return bool(_tables(layouts.crosswise(list(enumerate(rows))), _selection(resource)))


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read a StatLine export.

    ``selection`` in the register says what the file itself does not.

    Returns
    -------
    Table
        Which table it is.
    DataFrame
        Figures as `tidy.tidy` returns them, withheld zeros taken away.

    Raises
    ------
    DataError
        When the file is incomplete or holds something that cannot be read.
    """
    sheet = _sheet(path)
    tables = _tables(sheet, _selection(resource))
    cells = _completed(sheet, tables[0], _selection(resource), path)
    by_code = tables[0].region == "WijkenEnBuurten"
    if by_code and "kind" in cells:
        pairs = zip(cells["region"], cells["kind"], strict=True)
        cells["region"] = [region_texts.labelled(label, kind) for label, kind in pairs]
    agreed_columns.same(cells, path)
    rows = tidy(
        cells,
        path,
        comma=sheet.comma,
        code=parser(tables[0]),
        region=region_texts.coded_region if by_code else region_texts.region,
        provisional=marked(path),
    )
    agreed_columns.no_days(rows, path)
    # Wijk and buurt figures come in one table for years and one for months.
    table = max(tables, key=lambda table: rows["frequency"].isin(table.frequencies).sum())
    return table, withhold(rows, table)


def _sheet(path: Path) -> Sheet:
    if layouts.in_columns(grids.below_titles(grids.peek(path))[0]):
        grid = grids.read(path, closed=True)
        layouts.once(path, grid.header)
        return layouts.columns(grid)
    rows = list(grids.records(path))
    layouts.complete(path, rows)
    return layouts.crosswise(rows)


def _selection(resource: Resource) -> dict[str, str]:
    return {dimension(name) or name: value for name, value in resource.selection.items()}


def _tables(sheet: Sheet, selection: dict[str, str]) -> list[Table]:
    """The tables this can be; Excel may have lost the measure, but not what is counted.

    Police and CBS have a measure of the same name: what is counted tells which of them it is.
    """
    given = {**selection, **sheet.fixed}
    found = {*sheet.dimensions, *given}
    likely = table_recognition.candidates(sheet.topics or table_recognition.topics(), found)
    if not sheet.dimensions or (sheet.topics and len({table.subject for table in likely}) < 2):  # noqa: PLR2004
        return likely if sheet.topics else []
    measure = plain(likely[0].topic or "") if sheet.topics else ""
    cells = sheet.cells(measure).assign(
        **{name: value for name, value in given.items() if name not in sheet.dimensions}
    )
    known = [table for table in likely if _counted(cells, table)]
    return known or (likely if sheet.topics else [])


def _counted(cells: pd.DataFrame, table: Table) -> bool:
    """Whether any of the cells is about a category of a table."""
    return table.category in cells and bool(cells[table.category].map(partial(accepts, parser(table))).any())


def parser(table: Table) -> Callable[[str], str]:
    """The parser of a table's categories: police and CBS each have their own, under the same name."""
    if table.category is None:
        return str
    return crime_codes.cbs_code if table.subject == crime_codes.SUBJECT else crime_codes.police_code


def _completed(sheet: Sheet, table: Table, selection: dict[str, str], path: Path) -> pd.DataFrame:
    """The cells with every dimension, those that do not vary filled in from above the table or the register."""
    measure = plain(table.topic or "") if sheet.topics else ""
    cells = sheet.cells(measure)
    layouts.counted(path, sheet.units(measure))
    grids.refuse_parts(sheet.unused(measure), path)
    grids.tell_unused(sheet.unused(measure))
    given = {**selection, **sheet.fixed}
    for name in dimensions(table):
        if name not in cells and name not in given:
            raise _absent(path, name, table)
        if name not in cells:
            cells[name] = given[name]
    for name in sorted({*cells, *given} & table_recognition.all_dimensions() - {table.category, table.region, PERIODS}):
        text = (cells[name] if name in cells else pd.Series(given[name], cells.index)).str.strip()
        whole = text.isin(table_recognition.totals(name)) | text.str.casefold().str.startswith("totaal")
        if not whole.all():
            label = table_recognition.LABELS.get(name, name)
            problem = f"aantal regels over een deel van '{label}' dat niet is gebruikt: {(~whole).sum()}."
            warnings.warn(DataWarning(problem), stacklevel=2)
        cells = cells[whole]
    if cells.empty:
        raise DataError(paths.shown(path), "er staan geen cijfers in.", AGAIN)
    if table.category is None:
        cells["category"] = table.topic
    return cells.rename(columns={table.category: "category", table.region: "region", PERIODS: "period"})


def _absent(path: Path, name: str, table: Table) -> Unregistered:
    label = table_recognition.LABELS.get(name, name)
    kind = crime_codes.TOTAL if table.subject == crime_codes.SUBJECT else "1.1.1"
    example = {"RegioS": "GM1969", PERIODS: "2022JJ00", "SoortMisdrijf": kind}.get(name, "…")
    return Unregistered(
        paths.shown(path),
        f"'{label}' ontbreekt, dus niet duidelijk is waar de cijfers over gaan.",
        f"Exporteer opnieuw met '{label}'. Of zet in een tabel een regel '{label}: …' boven de kolomkoppen, of in "
        f'datapackage.json bij dit bestand "selection": {{"{name}": "{example}"}}.',
        column=label,
    )


def marked(path: Path) -> frozenset[Period]:
    """Periods that the code list of a data set, within it or beside it, marks as (revised) provisional."""
    codes = odata.codes(path, PERIODS) if path.suffix.lower() == ".zip" else _listed(path.parent / f"{PERIODS}.csv")
    early = [one[KEY] for one in codes if "voorlopig" in str(one.get("Status", "")).casefold()]
    found = [parse(key) for key in early if layouts.is_period(key)]
    return frozenset(Period(period.start, period.frequency) for period in found)


def _listed(path: Path) -> list[dict[str, str]]:
    """A code list as a file, empty where there is none."""
    if not path.exists():
        return []
    grid = grids.read(path)
    lines = [dict(zip(grid.header, cells, strict=True)) for cells in grid.body.to_numpy().tolist()]
    return lines if KEY in grid.header else []
