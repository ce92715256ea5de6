"""Charts over the years, each with alt text, data table, source and trail composed from the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from html import escape

from ..results import Record, Result, html
from ..series import OTHER_BORDERS, SUMMED_IN_PART, Missing, Series
from . import dutch, origin, svg, withheld
from .line_drawing import draw
from .lines import Line, in_words, lines_of, marks
from .places import place
from .tables import Table, details, slug

_COUNTS = "aantallen zoals de bron ze geeft"
_RATES = f"{_COUNTS}; per 1.000 inwoners is het aantal gedeeld door het gemiddeld aantal inwoners van dat jaar"
_AREAS = {SUMMED_IN_PART: " (deel)", OTHER_BORDERS: " (andere grenzen)"}
_OPEN = "Een open punt is een voorlopig cijfer, of een cijfer over een deel van het gebied."


@dataclass(frozen=True, repr=False)
class Chart(Result):
    """A figure with everything a reader needs who cannot see it, or does not believe it."""

    id: str
    title: str
    unit: str
    alt: str
    description: str
    image: str
    table: Table
    source: str
    trail: str
    numbers: tuple[Record, ...] = ()

    def __repr__(self) -> str:
        return f"{self.title}\n{self.alt}. {self.description}"

    def records(self) -> list[Record]:
        """Every number drawn."""
        return list(self.numbers)


@html.register
def _(chart: Chart) -> str:
    told = f'<p class="src" id="{chart.id}-d">{escape(chart.description)}</p>'
    return (
        f'<figure><figcaption>{escape(chart.title)} <span class="unit">{escape(chart.unit)}</span></figcaption>'
        f'{chart.image}{told}<p class="src">{escape(chart.source)}</p></figure>'
        f"{details(f'Cijfers: {chart.table.caption}', html(chart.table))}{chart.trail}"
    )


def chart(series: Series | Missing, against: Series | Missing | None = None, title: str = "") -> Chart | Missing:
    """A line chart by year; per 1.000 inhabitants where population in the same borders is known, else in counts.

    Parameters
    ----------
    series : Series or Missing
        Ours: the solid blue line. Yearly counts.
    against : Series, optional
        What it is held against: the dashed orange line, drawn only when both can be given per inhabitant.
    title : str
        The finding, as a sentence; by default the first and the last figure.

    Raises
    ------
    ValueError
        When the series is not yearly.
    """
    if isinstance(series, Missing):
        return series
    lines = lines_of(series, against)
    ours, rated = lines[0], _rated(lines)
    id = slug(f"{series.indicator.id}-{series.region}")
    alt = f"Lijngrafiek: {series.indicator.label}, {ours.unit}, {ours.span[0]}–{ours.span[1]}"
    open_points = _OPEN if any(line.open_years for line in lines) else ""
    breaks = in_words(marks(series, ours.span))
    hidden = " ".join(filter(None, (withheld.told(line.series) for line in lines)))
    description = " ".join(filter(None, [*(line.in_words() for line in lines), breaks, hidden, open_points]))
    sources = [s for line in lines for s in line.series.sources]
    sources += [s for line in lines for s in line.series.population_sources if rated]
    return Chart(
        id,
        title or _finding(ours),
        ours.unit,
        alt,
        description,
        svg.inline(partial(draw, lines), id, alt),
        _table(f"{id}-tabel", lines),
        " ".join(filter(None, [hidden, open_points, origin.source_line(sources)])),
        origin.trail(sources, series.indicator.label, origin.selection(series), _RATES if rated else _COUNTS),
        tuple(record for line in lines for record in line.series.records()),
    )


def _finding(line: Line) -> str:
    first, last = line.span
    since = f"van {line.told(first)} in {first} naar " if first < last else ""
    return f"{line.series.indicator.title}: {since}{line.told(last)} in {last}"


def _rated(lines: list[Line]) -> bool:
    """Whether any figure can be given per inhabitant."""
    return any(line.series.rate(year) is not None for line in lines for year in line.series.years)


def _table(id: str, lines: list[Line]) -> Table:
    """Counts by year, and rates where there are any; open years marked as in the chart; a hidden count says so."""
    shown, decimals, rated = [line.series for line in lines], lines[0].decimals or 1, _rated(lines)
    columns = ["Jaar"]
    for series in shown:
        name = place(series.region)
        columns += [f"{name}, aantal", *[f"{name}, per 1.000 inwoners"] * rated]
    rows = []
    for year in sorted({year for series in shown for year in (*series.years, *withheld.yearly(series))}):
        cells: list[str | None] = [str(year)]
        for series in shown:
            count, rate = series.count(year), series.rate(year)
            hidden = withheld.yearly(series).get(year)
            cells.append(hidden if count is None else dutch.number(count) + _sign(series, year))
            cells += [None if rate is None else dutch.number(rate, decimals)] * rated
        rows.append(tuple(cells))
    return Table(id, f"{shown[0].indicator.title} per jaar", tuple(columns), tuple(rows))


def _sign(series: Series, year: int) -> str:
    status = series.data.loc[f"{year}-01-01", "status"]
    return " (voorlopig)" if status == "provisional" else _AREAS.get(series.origin(year), "")
