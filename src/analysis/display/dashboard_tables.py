"""The tables of the dashboard: half-years by the rule, yearly figures without judgement, and what was agreed."""

from __future__ import annotations

from ..documents import Dashboard
from ..documents.dashboard import Item
from ..policy.dashboard import STANDS_OUT
from ..policy.dashboard_rows import Revision, Row, SoFar, Years
from ..results import html
from ..series import Missing, Series
from ..statistics.halfyears import HalfYear, Signal
from ..statistics.rolling import Rolling
from . import dutch, origin, withheld
from .sentences import ARROWS
from .tables import Table

_SETS = {"bbv": "verplicht in de begroting (BBV)", "nvi": "veiligheidsindex", "eigen": "eigen lijst"}
WORDS = {"up": "hoger dan gewoon", "down": "lager dan gewoon", "equal": "gewoon"}
_SHOWN = 3  # earlier years in the table; all of them are in the record
_OPEN = "nog niet afgesproken"
_HALVES = {1: "eerste halfjaar", 2: "tweede halfjaar"}


def half_in_words(document: Dashboard) -> str:
    """The half-year of an edition: ``tweede halfjaar van 2023``."""
    return f"{_HALVES[document.half]} van {document.year}"


def halves(document: Dashboard, id: str, title: str, rows: list[Row]) -> str:
    """Half-years beside the same half of the years before, with band, outcome and the last twelve months."""
    years = range(document.year - _SHOWN, document.year)
    named = (*map(str, years), f"{document.year} (nu)")
    columns = ("Wat", "Signaal", *named, "Gewone band", "Uit de jaren", "12 maanden per 1.000 inwoners")
    cells = tuple(_half_row(row, row.half, years) for row in rows if isinstance(row.half, HalfYear))
    caption = f"{title}: aantal in het {_HALVES[document.half]}"
    return html(Table(id, caption, columns, cells, text=("Uit de jaren", "Signaal"))) if rows else ""


def _half_row(row: Row, half: HalfYear, years: range) -> tuple[str | None, ...]:
    earlier = [dutch.number(half.earlier[year]) if year in half.earlier else None for year in years]
    band = f"{dutch.number(half.notice[0])} tot {dutch.number(half.notice[1])}" if half.notice else None
    rate = row.rolling.rate if isinstance(row.rolling, Rolling) else None
    now = dutch.number(half.count) + (" (voorlopig)" if half.provisional else "")
    per_1000 = None if rate is None else dutch.number(rate, 1)
    return (
        row.indicator.title,
        _signal(half),
        *earlier,
        now,
        band,
        dutch.spans(half.reference) if band else None,
        per_1000,
    )


def _signal(half: HalfYear) -> str:
    """The outcome in words, with a symbol for the direction; what was special about the half-year behind it."""
    special = f", {dutch.listed([one.label for one in half.breaks])}" if half.breaks else ""
    if half.signal == Signal.UNJUDGED:
        return f"{half.signal}: te weinig {'jaren' if half.expected is None else 'registraties'}{special}"
    words = f" ({WORDS[half.direction]})" if half.signal in STANDS_OUT else ""
    return f"{ARROWS[half.direction]} {half.signal}{words}{special}"


def yearly(id: str, title: str, rows: list[Row]) -> str:
    """Figures that exist by year only, or whose months are not public: no rule can judge those."""
    cells = tuple(_year_row(row, row.years) for row in rows if row.years is not None)
    columns = ("Wat", "Laatste jaar", "Cijfer", "Vorige jaar", "Vorige cijfer")
    return html(Table(id, f"{title}: jaarcijfers, zonder oordeel", columns, cells)) if cells else ""


def _year_row(row: Row, years: Years) -> tuple[str | None, ...]:
    previous = (None, None) if years.previous is None else (str(years.previous), _figure(years.series, years.previous))
    return (row.indicator.title, str(years.last), _figure(years.series, years.last), *previous)


def _figure(series: Series, year: int) -> str:
    """A figure with the margin that its publisher gives; of a small count that is not public, only below what it is."""
    value, margin = series.value(year), series.margin(year)
    if value is None:
        return withheld.yearly(series).get(year, "geen cijfer")
    decimals = 0 if series.indicator.is_count else 1
    told = dutch.number(value, decimals)
    return f"{told} ({dutch.number(margin[0], 1)} tot {dutch.number(margin[1], 1)})" if margin else told


def agreed(id: str, title: str, rows: list[Row]) -> Table:
    """What stands beside the outcome: the last twelve months, list, target, owner and revision."""
    columns = ("Wat", "12 maanden", "12 maanden ervoor", "Lijst", "Doel", "Eigenaar", "Vorig halfjaar bijgesteld")
    cells = tuple(
        (
            row.indicator.title,
            *_twelve(row.rolling),
            _SETS[row.item.set],
            _target(row.target, row.item) if row.target else _OPEN,
            row.item.owner or _OPEN,
            _revised(row.revision) if row.revision else "geen eerdere export",
        )
        for row in rows
    )
    return Table(id, f"{title}: twaalf maanden, afspraken en bijstelling", columns, cells, text=columns[3:])


def _twelve(rolling: Rolling | Missing) -> tuple[str | None, str | None]:
    if isinstance(rolling, Missing):
        return None, None
    return dutch.number(rolling.total), None if rolling.before is None else dutch.number(rolling.before)


def _target(so_far: SoFar, item: Item) -> str:
    target = so_far.target
    words = "hoogstens" if target.compare == "<=" else "minstens"
    per = " per 1.000 inwoners" if item.per_1000 else ""
    number = dutch.number(target.value, 0 if float(target.value).is_integer() else 1)
    met = "nog niet bekend" if so_far.met is None else "gehaald" if so_far.met else "niet gehaald"
    return f"{words} {number}{per} in {target.year}: {met} ({target.source})"


def _revised(revision: Revision) -> str:
    if revision.before == revision.now:
        return "nee"
    before, now = dutch.number(revision.before), dutch.number(revision.now)
    return f"ja: van {before} naar {now} (export van {origin.vintage(revision.source)})"
