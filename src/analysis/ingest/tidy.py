"""Conversion of text cells to figures: periods, regions, codes and counts with their status.

Each distinct text is parsed once, and a text that cannot be parsed is reported with its line. A missing figure stays
missing and keeps its reason as a status: ``missing``, ``suppressed`` or ``not_applicable``. The other functions drop or
refuse figures that cannot be right. Surveys have percentages, grades and indices with margins instead of counts.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from operator import attrgetter, itemgetter
from pathlib import Path

import pandas as pd

from .. import paths
from ..definitions import catalogue, periods, regions
from ..definitions.catalogue import Table
from ..definitions.periods import Period
from ..errors import DataError, DataWarning
from .raw_files import AGAIN
from .text_columns import Column, LeftOut, Parsed, Rejected, Unused, examples, keep_used, parse_column, parse_rows

FigureStatus = tuple[float, str]  # a figure (NaN when there is none) and its status
Figure = Callable[[str, bool], FigureStatus]
KEY = ["code", "region", "period", "frequency"]
VALUE, LOWER, UPPER = "value", "lower", "upper"  # of a percentage, grade or index, and its margins
_MEASURE_RANGES = {"percent": (0, 100), "grade": (1, 10), "index": (1, 1000)}
_MEASURE_NAMES = {"percent": "percentage", "grade": "rapportcijfer", "index": "index waarin 2012 op 100 staat"}
# Periods of CBS other than a year, quarter or month: "2010X000", "2019SJ00", "2012/2013", "2010 tot 2014", "2011/'12".
_SPAN = re.compile(
    r"[0-9]{4}(?!JJ|KW|MM)[A-Z][A-Z0-9][0-9]{2}|[0-9]{4} ?(/|-|tot( en met)?|t/m) ?'?([0-9]{2}|[0-9]{4})\*{0,2}"
)
_POINT = re.compile(r"-?[0-9]+(\.[0-9]+)?|[1-9]e\+[0-9]{2}")  # R writes 100000 as 1e+05, but no less round number
_ROUNDED = re.compile(r"-?[0-9]+([.,][0-9]+)?[eE][-+]?[0-9]+")  # Excel shows 742992 as 7.43E+05
_COMMA = re.compile(r"-?([0-9]+|[1-9][0-9]{0,2}(\.[0-9]{3})+)(,[0-9]+)?")
# A thousand in the notation of another language, which would be read as 1.
_THOUSANDS = {True: re.compile(r"[1-9][0-9]{0,2},000"), False: re.compile(r"[1-9][0-9]{0,2}\.000")}
_STEADY = ("bevolking", "index")  # subjects whose figure is never many times that of the year before
_SHOWN_LENGTH = 20  # characters shown of a number that is too large
_EXAMPLES = 4  # unfinished periods that a warning names
_ABSENT = {".": "missing", "-": "missing", "null": "missing", "NULL": "missing", "NA": "missing", "x": "suppressed"}


def tidy(
    cells: pd.DataFrame,
    path: Path,
    *,
    comma: bool,
    code: Callable[[str], str],
    region: Callable[[str], str],
    provisional: frozenset[Period] = frozenset(),
    figure: Figure | None = None,
) -> pd.DataFrame:
    """Convert the text cells of one file to figures.

    Parameters
    ----------
    cells : DataFrame
        Text columns ``category``, ``region``, ``period`` and ``text``, and the number of the ``line`` in the file.
        Where texts come from several columns of the file, ``column`` is the heading of each.
    path : Path
        The file, for messages.
    comma : bool
        Whether numbers are Dutch (``1.425``, ``78,9``) or those of a data set (``1425``, ``78.9``).
    code, region : callable
        Parsers of a category and a region, from text to code.
    provisional : frozenset of Period
        Periods that a code list beside the file marks as provisional.
    figure : callable, optional
        Parser of a figure, `parse_count` by default.

    Returns
    -------
    DataFrame
        Columns ``code``, ``region``, ``period`` (first day), ``frequency``, ``value``, ``status`` and ``line``,
        without rows that are of no use here.

    Raises
    ------
    DataError
        When a text cannot be parsed, a count is negative or not whole, or a figure occurs twice.
    """
    moment = partial(parse_period, provisional)
    cells = keep_used(cells, path, {"region": region, "period": moment, "category": code})
    where = parse_rows(cells, "region", region, path, "regio")
    moments = parse_column(cells, "period", moment, path, "perioden")
    figures = parse_column(cells, "text", lambda text: (figure or parse_count)(text, comma), path, "aantal")
    codes = parse_rows(cells, "category", code, path, "soort")
    rows = _rows(codes, where, moments, figures).assign(line=cells["line"].to_numpy())
    early = moments.spread(attrgetter("provisional"), bool)
    rows.loc[early & rows["value"].notna(), "status"] = "provisional"
    _refuse_duplicates(rows, path)
    return rows


def _rows(codes: Column, region_codes: Column, moments: Parsed[Period], figures: Parsed[FigureStatus]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": codes,
            "region": region_codes,
            "period": moments.spread(attrgetter("start"), "datetime64[s]"),
            "frequency": moments.spread(attrgetter("frequency")),
            "value": figures.spread(itemgetter(0), float),
            "status": figures.spread(itemgetter(1)),
        }
    )


def parse_period(provisional: frozenset[Period], text: str) -> Period:
    """Parse a period; it is provisional when its own label or the code list beside the file says so.

    Parameters
    ----------
    provisional : frozenset of Period
        Periods that the code list marks as provisional.
    text : str
        Such as ``"2022"``, ``"2022JJ00"``, ``"2022 januari"`` or ``"2022*"``.

    Raises
    ------
    Unused
        When it is a kind of period that is not kept, such as a sum over several years.
    Rejected
        When it is not a period.

    Examples
    --------
    >>> parse_period(frozenset(), "2022 januari").start
    datetime.date(2022, 1, 1)
    """
    try:
        period = periods.parse(text)
    except ValueError:
        if _SPAN.fullmatch(text.strip()):
            raise Unused(LeftOut("perioden van een andere soort", text.strip())) from None
        problem = f"'{text.strip()}' is geen periode."
        raise Rejected(problem, "Gebruik perioden zoals 2022, 2022 januari, 2022JJ00 of 2022MM01.") from None
    check_year(period.start.year)
    return replace(period, provisional=period.provisional or period in provisional)


def parse_count(text: str, comma: bool) -> FigureStatus:
    """Parse a count and its status, see `parse_figure`.

    Parameters
    ----------
    text : str
    comma : bool
        Whether the number is written the Dutch way.

    Returns
    -------
    float
        NaN when there is no figure.
    str
        ``final``, ``missing``, ``suppressed`` or ``not_applicable``.

    Raises
    ------
    Rejected
        When it is not a whole number of 0 or more.

    Examples
    --------
    >>> parse_count("1.425", comma=True)
    (1425.0, 'final')
    >>> parse_count("x", comma=True)
    (nan, 'suppressed')
    """
    value, status = parse_figure(text, comma)
    if not math.isnan(value):
        _check_count(text.strip(), value, comma)
    return value, status


def _check_count(cleaned: str, value: float, comma: bool) -> None:
    if _THOUSANDS[comma].fullmatch(cleaned):
        remedy = f"Schrijf {cleaned.replace('.', '').replace(',', '')} zonder punt of komma, of {value:.0f}."
        raise Rejected(f"'{cleaned}' kan op twee manieren worden gelezen.", remedy)
    if value < 0 or cleaned.startswith("-"):
        raise Rejected(f"het aantal '{cleaned}' is negatief.", "Een aantal is 0 of meer. Herstel het in de bron.")
    if not value.is_integer():
        problem = f"'{cleaned}' is geen geheel getal."
        raise Rejected(problem, "Is een punt of komma veranderd bij het bewaren? Gebruik de export zoals gedownload.")


def parse_figure(text: str, comma: bool) -> FigureStatus:
    """Parse a figure of any kind and its status; a mark for 'no figure' is never read as 0.

    Parameters
    ----------
    text : str
    comma : bool
        Whether the number is written the Dutch way.

    Returns
    -------
    float
        NaN when there is no figure.
    str
        ``final``, ``missing``, ``suppressed`` or ``not_applicable``.

    Raises
    ------
    Rejected
        When it is not a number, see `parse_number`.

    Examples
    --------
    >>> parse_figure("-7,5", comma=True), parse_figure(".", comma=True)
    ((-7.5, 'final'), (nan, 'missing'))
    """
    cleaned = text.strip()
    if reason := absence_status(cleaned, comma):
        return math.nan, reason
    return parse_number(cleaned, comma), "final"


def absence_status(text: str, comma: bool) -> str | None:
    """Return the status of a text without a figure; ``None`` for any other text.

    Parameters
    ----------
    text : str
        Without spaces around it.
    comma : bool
        Whether numbers in the file are written the Dutch way.

    Returns
    -------
    str or None

    Examples
    --------
    >>> absence_status("", comma=True), absence_status(".", comma=True), absence_status("12", comma=True)
    ('not_applicable', 'missing', None)
    """
    if not text:
        # StatLine leaves a cell empty when the figure cannot exist; in a data set the reason is unknown.
        return "not_applicable" if comma else "missing"
    return _ABSENT.get(text)


def parse_number(text: str, comma: bool) -> float:
    """Parse a number in Dutch notation or in that of a data set.

    Parameters
    ----------
    text : str
        Without spaces around it.
    comma : bool
        Whether the number is written the Dutch way.

    Raises
    ------
    Rejected
        When it is not a number, was rounded by Excel, or is larger than ``thresholds.plausible.largest``.

    Examples
    --------
    >>> parse_number("1.425,5", comma=True), parse_number("78.9", comma=False)
    (1425.5, 78.9)
    """
    if not (_COMMA if comma else _POINT).fullmatch(text):
        if _ROUNDED.fullmatch(text):
            remedy = "Geef de kolom in Excel de opmaak 'Getal' en bewaar het bestand opnieuw, of exporteer opnieuw."
            raise Rejected(f"'{text}' is afgerond (wetenschappelijke notatie); de laatste cijfers zijn weg.", remedy)
        remedy = "Haal de tekst weg of exporteer opnieuw. Een ontbrekend cijfer is '.' of een lege cel."
        raise Rejected(f"'{text}' is geen getal.", remedy)
    value = float(text.replace(".", "").replace(",", ".") if comma else text)
    if abs(value) > catalogue.thresholds().plausible.largest:
        problem = f"'{text[:_SHOWN_LENGTH]}{'…' if len(text) > _SHOWN_LENGTH else ''}' is te groot voor een aantal."
        raise Rejected(problem, "Herstel het cijfer in de bron, of exporteer opnieuw.")
    return value


def check_year(year: int) -> None:
    """Refuse a year that no figure can be about.

    Parameters
    ----------
    year : int

    Raises
    ------
    Rejected
        When it is before ``thresholds.plausible.first_year`` or after this year.
    """
    remedy = "Herstel het jaar in de bron, of exporteer opnieuw."
    if year < (first := catalogue.thresholds().plausible.first_year):
        raise Rejected(f"het jaar {year} ligt vóór {first}.", remedy)
    if year > date.today().year:
        raise Rejected(f"het jaar {year} moet nog beginnen.", f"{remedy} Of staat de klok van deze computer verkeerd?")


def _refuse_duplicates(rows: pd.DataFrame, path: Path) -> None:
    """Refuse a figure that occurs twice, even with equal values, because a sum over the file would be wrong."""
    repeated = rows[rows.duplicated(KEY)]
    if repeated.empty:
        return
    second = repeated.iloc[0]
    first = rows[(rows[KEY] == second[KEY]).all(axis=1)].iloc[0]
    period = Period(second["period"].date(), second["frequency"]).label
    lines = f" Het staat op regel {first['line']} en regel {second['line']}." if second["line"] else ""
    raise DataError(
        paths.display_path(path),
        f"het cijfer voor {second['code']}, {second['region']}, {period} staat er twee keer in.{lines}",
        "Haal een van beide regels weg, of exporteer opnieuw.",
        line=int(second["line"]) or None,
    )


def drop_nonexistent(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Drop zeros of years in which the municipality did not exist, in a table with the borders of each year.

    Such zeros come from filling empty cells with 0. If a municipality has a figure above 0 in such a year, the file
    was recalculated to later borders, and its zeros are kept.

    Parameters
    ----------
    rows : DataFrame
        Figures as `tidy` returns them.
    table : Table
        Only tables with ``borders: own_year`` are changed.

    Returns
    -------
    DataFrame
        The same rows; a dropped figure is NaN with status ``not_applicable``.
    """
    if table.borders != "own_year":
        return rows
    pairs = pd.DataFrame({"region": rows["region"].astype("str"), "year": rows["period"].dt.year})
    nonexistent = [pair for pair in pairs.drop_duplicates().itertuples(index=False, name=None) if not _existed(*pair)]
    absent = pd.MultiIndex.from_frame(pairs).isin(nonexistent)
    zero, positive = (rows["value"] == 0).to_numpy(), (rows["value"] > 0).to_numpy()
    recalculated = pairs["region"][absent & positive]
    gone = absent & zero & ~pairs["region"].isin(recalculated).to_numpy()
    if not gone.any():
        return rows
    names = ", ".join(sorted({regions.name(region) for region in pairs.loc[gone, "region"]}))
    problem = f"een 0 in een jaar waarin de gemeente niet bestond, telt niet mee: {names}."
    warnings.warn(DataWarning(problem), stacklevel=2)
    return rows.assign(value=rows["value"].mask(gone), status=rows["status"].mask(gone, "not_applicable"))


def drop_unfinished(rows: pd.DataFrame, table: Table, exported: date | None) -> pd.DataFrame:
    """Drop counts of periods that were not over when the file was made, because they would show a false decline.

    Parameters
    ----------
    rows : DataFrame
        Figures as `tidy` returns them.
    table : Table
        Only tables that count during a period (``during``) are changed.
    exported : date, optional
        The day of the export; today when it is unknown.

    Returns
    -------
    DataFrame
        The same rows; a dropped figure is NaN with status ``missing``.
    """
    made = min(exported or date.today(), date.today())
    early = (periods.ends(rows["period"], rows["frequency"]) > pd.Timestamp(made)) & rows["value"].notna()
    if not table.during or not early.any():
        return rows
    unfinished = rows.loc[early, ["period", "frequency"]].drop_duplicates()
    labels = [
        Period(start.date(), frequency).label for start, frequency in unfinished.itertuples(index=False, name=None)
    ]
    when = f"toen het bestand gemaakt werd ({made:%-d-%-m-%Y})" if exported else f"op {made:%-d-%-m-%Y}"
    problem = f"niet gebruikt, want deze periode was nog niet voorbij {when}: {examples(labels, _EXAMPLES)}."
    warnings.warn(DataWarning(problem), stacklevel=2)
    return rows.assign(value=rows["value"].mask(early), status=rows["status"].mask(early, "missing"))


def refuse_leaps(rows: pd.DataFrame, table: Table, path: Path) -> None:
    """Refuse a population or an index that is many times that of the year before: a digit or comma was lost.

    Wijken and buurten are not checked, because they may grow from nothing.

    Parameters
    ----------
    rows : DataFrame
        Figures as `tidy` returns them.
    table : Table
    path : Path
        The file, for messages.

    Raises
    ------
    DataError
        Naming the first region and year where the ratio exceeds ``thresholds.plausible.leap``.
    """
    if table.subject not in _STEADY:
        return
    region = rows["region"].astype("str")
    figures = rows[rows["value"].notna() & ~region.str.startswith(("WK", "BU"))].assign(region=region)
    figures = figures.sort_values(["code", "region", "period"])
    figures[["before", "earlier"]] = figures.groupby(["code", "region"])[["value", "period"]].shift()
    leap = catalogue.thresholds().plausible.leap
    wrong = figures[(figures["value"] > leap * figures["before"]) | (figures["before"] > leap * figures["value"])]
    if wrong.empty:
        return
    first = wrong.iloc[0]
    figure = f"{first['value']:.10g} voor {regions.name(first['region'])} in {first['period'].year}"
    problem = f"{figure} kan niet kloppen naast {first['before']:.10g} in {first['earlier'].year}."
    remedy = "Is een punt, komma of cijfer weggevallen bij het bewaren? Gebruik de export zoals gedownload."
    raise DataError(paths.display_path(path), problem, remedy, line=int(first["line"]) or None)


def _existed(region: str, year: int) -> bool:
    return not regions.is_municipality(region) or regions.existed(region, year)


def drop_withheld(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Drop zeros of codes that the police withholds: it writes 0 where it does not publish the figure.

    Parameters
    ----------
    rows : DataFrame
        Figures as `tidy` returns them.
    table : Table
        Its ``withheld`` names the codes, for months and for all frequencies.

    Returns
    -------
    DataFrame
        The same rows; a dropped figure is NaN with status ``suppressed``.
    """
    monthly = (rows["frequency"] == "M") & rows["code"].isin(table.withheld.M)
    hidden = (rows["value"] == 0) & (monthly | rows["code"].isin(table.withheld.everywhere))
    value, status = rows["value"].mask(hidden), rows["status"].mask(hidden, "suppressed")
    return rows.assign(value=value, status=status)


def read_measures(cells: pd.DataFrame, path: Path, *, comma: bool, region: Callable[[str], str]) -> pd.DataFrame:
    """Convert cells with values and margins to figures.

    Parameters
    ----------
    cells : DataFrame
        As for `tidy`, with two more text columns: ``unit`` (``percent``, ``grade`` or ``index``) and ``margin``
        (``value``, ``lower`` or ``upper``).
    path, comma, region
        As for `tidy`.

    Returns
    -------
    DataFrame
        Figures as `tidy` returns them, with ``lower`` and ``upper``, the bounds of the 95% interval in the unit
        of the value; NaN where the publisher gives no margin.

    Raises
    ------
    DataError
        When a text cannot be read, or a value lies outside the range of its unit or outside its own margins.
    """
    cells = keep_used(cells, path, {"region": region})
    read = {
        margin: pd.concat(
            tidy(part, path, comma=comma, code=str, region=region, figure=measure_parser(str(unit)))
            for unit, part in cells[cells["margin"] == margin].groupby("unit")
        ).reset_index(drop=True)
        for margin in (VALUE, LOWER, UPPER)
        if (cells["margin"] == margin).any()
    }
    if VALUE not in read:
        raise DataError(paths.display_path(path), "er staan geen waarden in, alleen marges of niets.", AGAIN)
    rows = read.pop(VALUE)
    for margin, bounds in read.items():
        rows = rows.join(bounds.set_index(KEY)["value"].rename(margin), on=KEY)
    rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, LOWER, UPPER])))
    _check_margins(rows, path)
    return rows


def measure_parser(unit: str) -> Figure:
    """Return a parser of a percentage, grade or index and its status, which may have decimals.

    A value outside the range of its unit is rejected, because a decimal comma was probably lost.

    Parameters
    ----------
    unit : str
        ``percent`` (0 to 100), ``grade`` (1 to 10) or ``index`` (1 to 1000).

    Returns
    -------
    callable
        As parameter ``figure`` of `tidy`.

    Examples
    --------
    >>> measure_parser("grade")("7,4", True)
    (7.4, 'final')
    """
    lowest, highest = _MEASURE_RANGES[unit]

    def parse(text: str, comma: bool) -> FigureStatus:
        value, status = parse_figure(text, comma)
        if value < lowest or value > highest:
            problem = f"'{text.strip()}' is geen {_MEASURE_NAMES[unit]}: dat ligt tussen {lowest} en {highest}."
            remedy = "Is een punt of komma veranderd bij het bewaren? Gebruik de export zoals gedownload."
            raise Rejected(problem, remedy)
        return value, status

    return parse


def _check_margins(rows: pd.DataFrame, path: Path) -> None:
    """Refuse a value outside its own margins, because a row or column was probably mistaken for another."""
    outside = rows[(rows[LOWER] > rows["value"]) | (rows[UPPER] < rows["value"])]
    if not outside.empty:
        wrong = outside.iloc[0]
        problem = f"de waarde voor {wrong['code']}, {wrong['region']}, {wrong['period'].year} ligt buiten haar marge."
        raise DataError(paths.display_path(path), problem, AGAIN, line=int(wrong["line"]) or None)
