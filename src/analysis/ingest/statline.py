"""Reader of StatLine exports of police and CBS, in every file format and layout."""

from __future__ import annotations

import warnings
from collections.abc import Callable
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
from .tidy import drop_withheld, tidy

CODE_COLUMN = "Key"  # field of a code list that holds the code


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a table in ``tables.yml``, by its measure and dimensions.

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
    below = grids.below_titles(rows)
    if layouts.in_columns(below[0] if below else []):
        rows = below
        whole = [row for row in rows if len(row) == len(rows[0])]
        sheet = layouts.column_layout(grids.Grid(pd.DataFrame(whole, dtype=str)))
        return bool(sheet.topics and _tables(sheet, _selection(resource)))
    return bool(_tables(layouts.cross_layout(list(enumerate(rows))), _selection(resource)))


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read a StatLine export.

    Parameters
    ----------
    path : Path
    resource : Resource
        Its ``selection`` gives dimensions that the file itself lacks.

    Returns
    -------
    Table
        The table in ``tables.yml``.
    DataFrame
        Figures as `tidy.tidy` returns them, without the zeros of withheld codes.

    Raises
    ------
    DataError
        When the file is incomplete or holds a text that cannot be read.
    """
    sheet = _sheet(path)
    tables = _tables(sheet, _selection(resource))
    cells = _complete_cells(sheet, tables[0], _selection(resource), path)
    by_code = tables[0].region == "WijkenEnBuurten"
    if by_code and "kind" in cells:
        pairs = zip(cells["region"], cells["kind"], strict=True)
        cells["region"] = [region_texts.label_with_kind(label, kind) for label, kind in pairs]
    agreed_columns.check_names(cells, path)
    rows = tidy(
        cells,
        path,
        comma=sheet.comma,
        code=category_parser(tables[0]),
        region=region_texts.coded_region if by_code else region_texts.region,
        provisional=provisional_periods(path),
    )
    agreed_columns.refuse_days(rows, path)
    # Figures of wijken and buurten are published in one table for years and one for months.
    table = max(tables, key=lambda table: rows["frequency"].isin(table.frequencies).sum())
    return table, drop_withheld(rows, table)


def _sheet(path: Path) -> Sheet:
    if layouts.in_columns(grids.below_titles(grids.peek(path))[0]):
        grid = grids.read(path, closed=True)
        layouts.refuse_repeated_headings(path, grid.header)
        return layouts.column_layout(grid)
    rows = list(grids.records(path))
    layouts.check_complete(path, rows)
    return layouts.cross_layout(rows)


def _selection(resource: Resource) -> dict[str, str]:
    return {dimension(name) or name: value for name, value in resource.selection.items()}


def _tables(sheet: Sheet, selection: dict[str, str]) -> list[Table]:
    """Return the tables that this can be.

    Police and CBS have a measure of the same name, and Excel may have dropped the measure. The categories in the file
    then show which table it is.
    """
    given = {**selection, **sheet.fixed}
    dimensions_given = {*sheet.dimensions, *given}
    likely = table_recognition.candidates(sheet.topics or table_recognition.topics(), dimensions_given)
    if not sheet.dimensions or (sheet.topics and len({table.subject for table in likely}) < 2):  # noqa: PLR2004
        return likely if sheet.topics else []
    measure = plain(likely[0].topic or "") if sheet.topics else ""
    cells = sheet.cells(measure).assign(
        **{name: value for name, value in given.items() if name not in sheet.dimensions}
    )
    matching = [table for table in likely if _has_category(cells, table)]
    return matching or (likely if sheet.topics else [])


def _has_category(cells: pd.DataFrame, table: Table) -> bool:
    """Whether any of the cells has a category of a table."""
    parse = category_parser(table)
    return table.category in cells and any(accepts(parse, text) for text in cells[table.category].unique())


def category_parser(table: Table) -> Callable[[str], str]:
    """Return the parser of a table's categories: police and CBS use different codes in a dimension of one name.

    Parameters
    ----------
    table : Table

    Returns
    -------
    callable
    """
    if table.category is None:
        return str
    return crime_codes.cbs_code if table.subject == crime_codes.SUBJECT else crime_codes.police_code


def _complete_cells(sheet: Sheet, table: Table, selection: dict[str, str], path: Path) -> pd.DataFrame:
    """Return the cells with every dimension; fixed dimensions come from above the table or from the register."""
    measure = plain(table.topic or "") if sheet.topics else ""
    cells = sheet.cells(measure)
    layouts.refuse_other_units(path, sheet.units(measure))
    grids.refuse_parts(sheet.unused(measure), path)
    grids.warn_unused(sheet.unused(measure))
    given = {**selection, **sheet.fixed}
    for name in dimensions(table):
        if name not in cells and name not in given:
            raise _missing_dimension(path, name, table)
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
        raise DataError(paths.display_path(path), "er staan geen cijfers in.", AGAIN)
    if table.category is None:
        cells["category"] = table.topic
    return cells.rename(columns={table.category: "category", table.region: "region", PERIODS: "period"})


def _missing_dimension(path: Path, name: str, table: Table) -> Unregistered:
    label = table_recognition.LABELS.get(name, name)
    kind = crime_codes.TOTAL if table.subject == crime_codes.SUBJECT else "1.1.1"
    example = {"RegioS": "GM1969", PERIODS: "2022JJ00", "SoortMisdrijf": kind}.get(name, "…")
    return Unregistered(
        paths.display_path(path),
        f"'{label}' ontbreekt, dus niet duidelijk is waar de cijfers over gaan.",
        f"Exporteer opnieuw met '{label}'. Of zet in een tabel een regel '{label}: …' boven de kolomkoppen, of in "
        f'datapackage.json bij dit bestand "selection": {{"{name}": "{example}"}}.',
        column=label,
    )


def provisional_periods(path: Path) -> frozenset[Period]:
    """Return the periods that the code list of a data set marks as provisional or revised provisional.

    Parameters
    ----------
    path : Path
        A zip file that holds the code list, or a file with ``Perioden.csv`` in the same folder.
    """
    codes = (
        odata.code_list(path, PERIODS)
        if path.suffix.lower() == ".zip"
        else _code_list_file(path.parent / f"{PERIODS}.csv")
    )
    early = [code[CODE_COLUMN] for code in codes if "voorlopig" in str(code.get("Status", "")).casefold()]
    parsed = [parse(key) for key in early if layouts.is_period(key)]
    return frozenset(Period(period.start, period.frequency) for period in parsed)


def _code_list_file(path: Path) -> list[dict[str, str]]:
    """Read a code list from a CSV file, empty when there is none."""
    if not path.exists():
        return []
    grid = grids.read(path)
    lines = [dict(zip(grid.header, cells, strict=True)) for cells in grid.body.to_numpy().tolist()]
    return lines if CODE_COLUMN in grid.header else []
