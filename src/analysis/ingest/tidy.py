"""From text cells to figures: every distinct text is read once, and a text that cannot be read names its line.

What is not there stays missing. Why it is not there is kept: unknown, secret, or a figure that cannot exist.
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
from .text_columns import Column, Left, Parsed, Rejected, Unused, each, parsed, useful

Read = tuple[float, str]  # a figure and its status
Figure = Callable[[str, bool], Read]
KEY = ["code", "region", "period", "frequency"]
# A period of CBS that is no year, quarter or month: "2010X000", "2019SJ00", "2012/2013", "2010 tot 2014", "2011/'12".
_SPAN = re.compile(
    r"[0-9]{4}(?!JJ|KW|MM)[A-Z][A-Z0-9][0-9]{2}|[0-9]{4} ?(/|-|tot( en met)?|t/m) ?'?([0-9]{2}|[0-9]{4})\*{0,2}"
)
_POINT = re.compile(r"-?[0-9]+(\.[0-9]+)?|[1-9]e\+[0-9]{2}")  # R writes 100000, and nothing less round, as 1e+05
_ROUNDED = re.compile(r"-?[0-9]+([.,][0-9]+)?[eE][-+]?[0-9]+")  # 7.43E+05 is what Excel shows of 742992
_COMMA = re.compile(r"-?([0-9]+|[1-9][0-9]{0,2}(\.[0-9]{3})+)(,[0-9]+)?")
# A thousand in the notation of another language, which would be read as 1; of any other number the decimals tell.
_THOUSANDS = {True: re.compile(r"[1-9][0-9]{0,2},000"), False: re.compile(r"[1-9][0-9]{0,2}\.000")}
_STEADY = ("bevolking", "index")  # subjects of which a figure is never many times that of the year before
_SHOWN = 20  # characters of a number that is too large
_NAMED = 4  # periods that are named of those that were not over
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
    """Read the cells of one file.

    Parameters
    ----------
    cells : DataFrame
        Text columns ``category``, ``region``, ``period``, ``text``, and the ``line`` each stood on. Where texts come
        from several columns of the file, ``column`` names the one.
    path : Path
        The file, for messages.
    comma : bool
        Dutch numbers (``1.425``, ``78,9``) or those of a data set (``1425``, ``78.9``).
    code, region : callable
        Parsers of a category and a region.
    provisional : frozenset of Period
        Periods that a code list beside the file marks as provisional.
    figure : callable, optional
        Parser of a figure, `count` by default.

    Returns
    -------
    DataFrame
        Columns ``code``, ``region``, ``period`` (first day), ``frequency``, ``value``, ``status``, ``line``; of
        the rows that we have a use for.

    Raises
    ------
    DataError
        For a text that cannot be read, a negative or broken count, and a figure that is there twice.
    """
    moment = partial(period, provisional)
    cells = useful(cells, path, {"region": region, "period": moment, "category": code})
    where = each(cells, "region", region, path, "regio")
    moments = parsed(cells, "period", moment, path, "perioden")
    figures = parsed(cells, "text", lambda text: (figure or count)(text, comma), path, "aantal")
    codes = each(cells, "category", code, path, "soort")
    rows = _rows(codes, where, moments, figures).assign(line=cells["line"].to_numpy())
    early = moments.spread(attrgetter("provisional"), bool)
    rows.loc[early & rows["value"].notna(), "status"] = "provisional"
    _once(rows, path)
    return rows


def _rows(codes: Column, places: Column, moments: Parsed[Period], figures: Parsed[Read]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": codes,
            "region": places,
            "period": moments.spread(attrgetter("start"), "datetime64[s]"),
            "frequency": moments.spread(attrgetter("frequency")),
            "value": figures.spread(itemgetter(0), float),
            "status": figures.spread(itemgetter(1)),
        }
    )


def period(provisional: frozenset[Period], text: str) -> Period:
    """A period, provisional when its own label or the code list beside the file says so.

    Raises
    ------
    Unused
        When it is a period of a kind that we do not keep, such as a sum over several years.
    Rejected
        When it is no period.
    """
    try:
        found = periods.parse(text)
    except ValueError:
        if _SPAN.fullmatch(text.strip()):
            raise Unused(Left("perioden van een andere soort", text.strip())) from None
        problem = f"'{text.strip()}' is geen periode."
        raise Rejected(problem, "Gebruik perioden zoals 2022, 2022 januari, 2022JJ00 of 2022MM01.") from None
    check_year(found.start.year)
    return replace(found, provisional=found.provisional or found in provisional)


def count(text: str, comma: bool) -> tuple[float, str]:
    """A count and its status; a mark for 'no figure' is never read as 0.

    Raises
    ------
    Rejected
        When it is no number, or no whole number from 0.
    """
    cleaned = text.strip()
    if reason := absent(cleaned, comma):
        return math.nan, reason
    value = number(cleaned, comma)
    if _THOUSANDS[comma].fullmatch(cleaned):
        remedy = f"Schrijf {cleaned.replace('.', '').replace(',', '')} zonder punt of komma, of {value:.0f}."
        raise Rejected(f"'{cleaned}' kan op twee manieren worden gelezen.", remedy)
    if value < 0 or cleaned.startswith("-"):
        raise Rejected(f"het aantal '{cleaned}' is negatief.", "Een aantal is 0 of meer. Herstel het in de bron.")
    if not value.is_integer():
        problem = f"'{cleaned}' is geen geheel getal."
        raise Rejected(problem, "Is een punt of komma veranderd bij het bewaren? Gebruik de export zoals gedownload.")
    return value, "final"


def absent(text: str, comma: bool) -> str | None:
    """Why there is no figure, if there is none."""
    if not text:
        # StatLine leaves a cell empty when the figure cannot exist; in a data set it may be anything.
        return "not_applicable" if comma else "missing"
    return _ABSENT.get(text)


def number(text: str, comma: bool) -> float:
    """A number in Dutch or in data notation."""
    if not (_COMMA if comma else _POINT).fullmatch(text):
        if _ROUNDED.fullmatch(text):
            remedy = "Geef de kolom in Excel de opmaak 'Getal' en bewaar het bestand opnieuw, of exporteer opnieuw."
            raise Rejected(f"'{text}' is afgerond (wetenschappelijke notatie); de laatste cijfers zijn weg.", remedy)
        remedy = "Haal de tekst weg of exporteer opnieuw. Een ontbrekend cijfer is '.' of een lege cel."
        raise Rejected(f"'{text}' is geen getal.", remedy)
    value = float(text.replace(".", "").replace(",", ".") if comma else text)
    if abs(value) > catalogue.thresholds().plausible.largest:
        problem = f"'{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}' is te groot voor een aantal."
        raise Rejected(problem, "Herstel het cijfer in de bron, of exporteer opnieuw.")
    return value


def check_year(year: int) -> None:
    """Refuse a year that no figure can be about.

    Raises
    ------
    Rejected
        When it is long ago, or still has to begin.
    """
    remedy = "Herstel het jaar in de bron, of exporteer opnieuw."
    if year < (first := catalogue.thresholds().plausible.first_year):
        raise Rejected(f"het jaar {year} ligt vóór {first}.", remedy)
    if year > date.today().year:
        raise Rejected(f"het jaar {year} moet nog beginnen.", f"{remedy} Of staat de klok van deze computer verkeerd?")


def _once(rows: pd.DataFrame, path: Path) -> None:
    """A figure may be in a file only once, even when both say the same: a sum over the file would be wrong."""
    double = rows[rows.duplicated(KEY)]
    if double.empty:
        return
    again = double.iloc[0]
    first = rows[(rows[KEY] == again[KEY]).all(axis=1)].iloc[0]
    period = Period(again["period"].date(), again["frequency"]).label
    lines = f" Het staat op regel {first['line']} en regel {again['line']}." if again["line"] else ""
    raise DataError(
        paths.shown(path),
        f"het cijfer voor {again['code']}, {again['region']}, {period} staat er twee keer in.{lines}",
        "Haal een van beide regels weg, of exporteer opnieuw.",
        line=int(again["line"]) or None,
    )


def nonexistent(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Take away zeros of years in which there was no such municipality, in a table with the borders of each year.

    Someone who fills empty cells with 0 makes such zeros. Where one of those figures is more than 0, the file was
    recalculated to later borders, and a zero in it is a figure.
    """
    if table.borders != "own_year":
        return rows
    pairs = pd.DataFrame({"region": rows["region"].astype("str"), "year": rows["period"].dt.year})
    before = [pair for pair in pairs.drop_duplicates().itertuples(index=False, name=None) if not _existed(*pair)]
    absent = pd.MultiIndex.from_frame(pairs).isin(before)
    zero, positive = (rows["value"] == 0).to_numpy(), (rows["value"] > 0).to_numpy()
    recalculated = pairs["region"][absent & positive]
    gone = absent & zero & ~pairs["region"].isin(recalculated).to_numpy()
    if not gone.any():
        return rows
    names = ", ".join(sorted({regions.name(region) for region in pairs.loc[gone, "region"]}))
    problem = f"een 0 in een jaar waarin de gemeente niet bestond, telt niet mee: {names}."
    warnings.warn(DataWarning(problem), stacklevel=2)
    return rows.assign(value=rows["value"].mask(gone), status=rows["status"].mask(gone, "not_applicable"))


def unfinished(rows: pd.DataFrame, table: Table, exported: date | None) -> pd.DataFrame:
    """Take away counts of periods that were not over when the file was made: who reads them sees a fall that is none.

    Parameters
    ----------
    exported : date, optional
        The day of the export; today where nobody wrote it down.
    """
    made = min(exported or date.today(), date.today())
    early = (periods.ends(rows["period"], rows["frequency"]) > pd.Timestamp(made)) & rows["value"].notna()
    if not table.during or not early.any():
        return rows
    found = rows.loc[early, ["period", "frequency"]].drop_duplicates()
    labels = [Period(start.date(), frequency).label for start, frequency in found.itertuples(index=False, name=None)]
    more = f" en nog {len(labels) - _NAMED}" if len(labels) > _NAMED else ""
    when = f"toen het bestand gemaakt werd ({made:%-d-%-m-%Y})" if exported else f"op {made:%-d-%-m-%Y}"
    problem = f"niet gebruikt, want deze periode was nog niet voorbij {when}: {', '.join(labels[:_NAMED])}{more}."
    warnings.warn(DataWarning(problem), stacklevel=2)
    return rows.assign(value=rows["value"].mask(early), status=rows["status"].mask(early, "missing"))


def no_leaps(rows: pd.DataFrame, table: Table, path: Path) -> None:
    """Refuse inhabitants or an index that is many times that of the year before: digits or a comma got lost.

    Raises
    ------
    DataError
        Naming the first region and year; wijken and buurten may grow from nothing.
    """
    if table.subject not in _STEADY:
        return
    region = rows["region"].astype("str")
    known = rows[rows["value"].notna() & ~region.str.startswith(("WK", "BU"))].assign(region=region)
    known = known.sort_values(["code", "region", "period"])
    known[["before", "earlier"]] = known.groupby(["code", "region"])[["value", "period"]].shift()
    leap = catalogue.thresholds().plausible.leap
    wrong = known[(known["value"] > leap * known["before"]) | (known["before"] > leap * known["value"])]
    if wrong.empty:
        return
    first = wrong.iloc[0]
    what = f"{first['value']:.10g} voor {regions.name(first['region'])} in {first['period'].year}"
    problem = f"{what} kan niet kloppen naast {first['before']:.10g} in {first['earlier'].year}."
    remedy = "Is een punt, komma of cijfer weggevallen bij het bewaren? Gebruik de export zoals gedownload."
    raise DataError(paths.shown(path), problem, remedy, line=int(first["line"]) or None)


def _existed(region: str, year: int) -> bool:
    return not regions.is_municipality(region) or regions.existed(region, year)


def withhold(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Take away zeros that are no zeros: the police puts 0 where it does not publish a figure."""
    monthly = (rows["frequency"] == "M") & rows["code"].isin(table.withheld.M)
    hidden = (rows["value"] == 0) & (monthly | rows["code"].isin(table.withheld.everywhere))
    value, status = rows["value"].mask(hidden), rows["status"].mask(hidden, "suppressed")
    return rows.assign(value=value, status=status)
