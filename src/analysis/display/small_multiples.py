"""Small multiples: one figure for many indicators, a panel for each, with the same years and each from zero up.

For a handful of indicators that are judged between the same two years. A reader sees at once which of them moved, and
reads the others in passing; a chart for each of them asks for as many decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import nan
from typing import Any

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..definitions.catalogue import Break
from ..statistics.change import Change, change
from ..statistics.ordinary import Grade
from ..store.results import Missing, Reason
from ..store.series import Series
from . import chart_notes, dutch, provenance, reservations, svg
from .dutch import region_name
from .panel_grid import Cell, letters, panel_grid
from .sentences import ARROWS
from .svg import Size
from .tables import DataTable, kinds_within, slug
from .yearly_charts import (
    BAR,
    LOOKS,
    Chart,
    Line,
    OrdinaryRange,
    breaks_within,
    expected_in,
    lines_of,
    near_zero,
    year_position,
)

_METHOD = (
    "aantallen zoals de bron ze geeft; per 1.000 inwoners is het aantal gedeeld door het gemiddeld aantal inwoners van "
    "dat jaar; wat gewoon is, volgt uit eerdere jaren van alle gemeenten"
)
_COLUMNS = {"wide": 3, "narrow": 2}
_PLOT = {"wide": 74.0, "narrow": 62.0}  # units: height of the lines in a panel
_INSET = 7.0  # units between the end of an axis and the first or last point
_DOT, _GAP, _HALF = 4.0, 3.0, 0.65  # units to the edge of a dot and to words; half a line, in sizes of its letters
_VALUE = 4  # letters of room right of a line for its newest value
_BELOW = 2.4  # lines of text from a panel to the next: its years, and a gap
_ROOM = 1.1  # highest value of a panel, with what is kept free above it


@dataclass(frozen=True)
class KindPanel:
    """One indicator in the figure.

    Parameters
    ----------
    change : Change
    lines : tuple of Line
        Ours first.
    expected : OrdinaryRange or None
        What would have been ordinary in the last year that is compared.
    """

    change: Change
    lines: tuple[Line, ...]
    expected: OrdinaryRange | None

    @property
    def name(self) -> str:
        """The indicator, as short as it can be said."""
        return dutch.capitalised(self.change.series.indicator.topic)

    @property
    def outcome(self) -> str:
        """The grade in words, with the direction where there is evidence of one."""
        grade = self.change.grade
        if not grade.shown:
            return str(grade)
        more = "meer" if self.change.direction == "up" else "minder"
        words = {Grade.CLEAR: f"duidelijk {more}", Grade.HINT: f"aanwijzing: {more}"}
        return f"{ARROWS[self.change.direction]} {words[grade]}"

    @property
    def highest(self) -> float:
        """The highest value in the panel."""
        values = [value for line in self.lines for value in line.points.values()]
        return max([*values, self.expected.high if self.expected else 0.0]) or 1.0

    @property
    def breaks(self) -> list[Break]:
        """What besides reality changed in the years drawn."""
        return breaks_within(self.change.series, self.lines[0].span)


def small_multiples(
    series: Sequence[Series | Missing], first: int, last: int, against: Sequence[Series | Missing] = ()
) -> Chart | Missing:
    """Return one figure with a panel for each indicator, and one table with all figures.

    Use it where three to a dozen indicators are compared between the same two years, instead of a chart for each; give
    `chart` only to the few that deserve a page. The title is the finding: how many changed clearly, and which.

    Parameters
    ----------
    series : sequence of Series or Missing
        Yearly counts of one region, in the order of the panels. What is missing, has no figure in one of the two years,
        or is never above ``small_counts.words_to`` gets no panel, and is named below the figure.
    first, last : int
        The years to compare. The panels run from the first to the newest year with a figure.
    against : sequence of Series or Missing, optional
        The same indicators elsewhere, such as in the country, in any order: drawn dashed where both are per inhabitant.

    Returns
    -------
    Chart or Missing
        ``Missing`` when no indicator can be drawn.

    Raises
    ------
    ValueError
        When a series is not yearly, or not a count.

    Examples
    --------
    In a notebook, below the question and above what is told of one of them:

    >>> import analysis as va  # doctest: +SKIP
    >>> ids = ["woninginbraak", "vernieling", "mishandeling"]
    >>> va.small_multiples(
    ...     [va.load(id, municipality) for id in ids], first_year, last_year,
    ...     against=[va.load(id, "NL00") for id in ids],
    ... )  # doctest: +SKIP
    """
    changes = [change(one, first, last) for one in series]
    compared = [one for one in changes if isinstance(one, Change)]
    theirs = {one.indicator.id: one for one in against if isinstance(one, Series)}
    panels = [_panel(one, theirs.get(one.series.indicator.id)) for one in compared if not near_zero(one.series)]
    if not panels:
        return _nothing_drawn(changes)
    region = panels[0].change.series.region
    id = slug(f"veelvoud-{panels[0].change.series.indicator.id}-{len(panels)}-{region}")
    small = dutch.counted(len(panels), "kleine grafiek", "kleine grafieken")
    alt = f"{small}: {dutch.listed([panel.name.lower() for panel in panels])}"
    lines = [line for panel in panels for line in panel.lines]
    sources = [source for line in lines for source in line.series.sources]
    sources += [s for line in lines for s in line.series.population_sources if line.per_inhabitant]
    return Chart(
        id,
        _finding(panels, first, last),
        _units(panels),
        alt,
        " ".join(_in_words(panel) for panel in panels),
        svg.inline_svg(partial(draw, panels), id),
        _table(f"{id}-tabel", panels),
        " ".join(filter(None, [_marks(panels), *_left_out(changes), provenance.source_line(sources)])),
        provenance.provenance_block(sources, alt.partition(": ")[2], _selection(panels), _METHOD),
        tuple(record for line in lines for record in line.series.records()),
        tuple(line.series for line in lines),
    )


def _panel(found: Change, theirs: Series | None) -> KindPanel:
    """Return what is drawn of one change: from its first year on."""
    lines = tuple(
        Line(line.series, kept, line.decimals)
        for line in lines_of(found.series, theirs)
        if (kept := {year: value for year, value in line.points.items() if year >= found.first})
    )
    return KindPanel(found, lines, expected_in(lines[0], found))


def _nothing_drawn(changes: Sequence[Change | Missing]) -> Missing:
    """Return why there is no figure at all."""
    missing = [one for one in changes if isinstance(one, Missing)]
    if missing:
        return missing[0]
    names = dutch.listed([one.series.indicator.label for one in changes if isinstance(one, Change)])
    return Missing(names, Reason("near_zero", label=names))


def _finding(panels: Sequence[KindPanel], first: int, last: int) -> str:
    """Say in one sentence how many changed clearly, and which; or of which there is a hint."""
    if len(panels) == 1:
        return f"{panels[0].name}: {_without_sign(panels[0].outcome)} ({first}–{last})"
    total = f"de {len(panels)} soorten"
    clear, hints = ([panel for panel in panels if panel.change.grade is grade] for grade in (Grade.CLEAR, Grade.HINT))
    if not clear:
        hinted = f"; bij {_named(hints)} is er een aanwijzing" if hints else ""
        return f"Geen van {total} veranderde duidelijk ({first}–{last}){hinted}"
    verb = "veranderden" if len(clear) > 1 else "veranderde"
    return f"{len(clear)} van {total} {verb} duidelijk ({first}–{last}): {_named(clear)}"


def _named(panels: Sequence[KindPanel]) -> str:
    more = {"up": "meer", "down": "minder", "equal": "evenveel"}
    return dutch.listed([f"{panel.name.lower()} ({more[panel.change.direction]})" for panel in panels])


def _units(panels: Sequence[KindPanel]) -> str:
    """Return the unit of every panel, and that panels cannot be compared by eye."""
    rated = [panel.lines[0].per_inhabitant for panel in panels]
    both = "per 1.000 inwoners, of het aantal per jaar"
    unit = panels[0].lines[0].unit if len(set(rated)) == 1 else both
    return f"{unit}; elke grafiek heeft een eigen schaal" if len(panels) > 1 else unit


def _in_words(panel: KindPanel) -> str:
    """Return the course of our line, in fewer words than `Line.in_words`: the table has every year."""
    ours = panel.lines[0]
    (first, newest), outcome = ours.span, _without_sign(panel.outcome)
    return (
        f"{panel.name}: van {ours.value_text(first)} in {first} naar {ours.value_text(newest)} in {newest}; {outcome}."
    )


def _without_sign(outcome: str) -> str:
    return outcome.lstrip("".join(ARROWS.values())).strip()


def _marks(panels: Sequence[KindPanel]) -> str:
    """Explain what is drawn without words: shaded periods, dotted moments, counts, dots and open points."""
    breaks = list(dict.fromkeys(declared for panel in panels for declared in panel.breaks))
    periods, moments = (
        dutch.listed(list(dict.fromkeys(declared.label for declared in breaks if _is_period(declared) is long)))
        for long in (True, False)
    )
    counted = [panel.name.lower() for panel in panels if not panel.lines[0].per_inhabitant]
    mixed = 0 < len(counted) < len(panels)
    notes = [
        f"Grijs: {periods}." if periods else "",
        f"Stippellijn: {moments}." if moments else "",
        f"Aantallen: {dutch.listed(counted)}." if mixed else "",
        "Punten zonder lijn: het zijn er weinig." if any(panel.lines[0].few for panel in panels) else "",
        "Een open punt is een voorlopig cijfer, of een cijfer over een deel van het gebied."
        if any(line.open_years for panel in panels for line in panel.lines)
        else "",
    ]
    return " ".join(filter(None, notes))


def _is_period(declared: Break) -> bool:
    """Whether a break lasts long enough to be seen as a band."""
    return declared.until is not None and year_position(declared.until) - year_position(declared.date) > BAR


def _left_out(changes: Sequence[Change | Missing]) -> list[str]:
    """Name what has no panel, and why."""
    rare = [one.series for one in changes if isinstance(one, Change) and near_zero(one.series)]
    missing = [one.reason for one in changes if isinstance(one, Missing)]
    few = f"Te weinig om te tekenen: {dutch.listed([series.indicator.label for series in rare])}." if rare else ""
    return [few, *missing]


def _selection(panels: Sequence[KindPanel]) -> str:
    return "; ".join(dict.fromkeys(provenance.selection_text(panel.change.series) for panel in panels))


def _table(id: str, panels: Sequence[KindPanel]) -> DataTable:
    """Return a row for each line, and one for the counts behind a rate; a column for each year."""
    years = _years(panels)
    rows, kinds = [], []
    for panel in panels:
        for line in panel.lines:
            series, name = line.series, region_name(line.series.region)
            hidden = reservations.hidden_by_year(series)
            counts = [hidden.get(year) or _count(series, year) for year in years]
            rows.append((panel.name, name, "aantal", *counts))
            if line.per_inhabitant:
                rates = [line.value_text(year) if year in line.points else None for year in years]
                rows.append((panel.name, name, line.unit, *rates))
            kinds += [kinds_within(series)] * (1 + line.per_inhabitant)
    columns = ("Wat", "Gebied", "Eenheid", *map(str, years))
    caption = f"Aantallen per jaar: {dutch.listed([panel.name.lower() for panel in panels])}"
    return DataTable(id, caption, columns, tuple(rows), text=columns[1:3], made_up=tuple(kinds))


def _count(series: Series, year: int) -> str | None:
    count = series.count(year)
    early = " (voorlopig)" if series.provisional([year]) else ""
    return None if count is None else f"{dutch.number(count)}{early}"


def _years(panels: Sequence[KindPanel]) -> list[int]:
    spans = [line.span for panel in panels for line in panel.lines]
    return list(range(min(first for first, _ in spans), max(last for _, last in spans) + 1))


def draw(panels: Sequence[KindPanel], size: Size) -> Figure:
    """Draw the panels beside and below each other, in coordinates of one unit of the drawing.

    Parameters
    ----------
    panels : sequence of KindPanel
    size : Size

    Returns
    -------
    Figure
        With one pair of axes for all panels, so that they are laid out as every chart is.
    """
    headings = [(panel.name, panel.outcome) for panel in panels]
    drawing, axes, cells = panel_grid(
        headings, size, columns=_COLUMNS[size.name], tall=_PLOT[size.name], below=_BELOW, legend=3 if size.narrow else 1
    )
    for panel, cell in zip(panels, cells, strict=True):
        frame = _Frame(cell, cell.width - letters(_VALUE, size) - 2 * _INSET, _years(panels), panel.highest)
        _draw_breaks(axes, panel, frame)
        _draw_panel(axes, panel, frame)
    _legend(drawing, axes, size)
    return drawing


def _legend(drawing: Figure, axes: Axes, size: Size) -> None:
    """Name each line once, however many panels have it, and then the range."""
    handles: dict[str, Any] = {}
    for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
        handles.setdefault(label, handle)
    drawing.legend(list(handles.values()), list(handles), loc="upper left", ncols=1 if size.narrow else len(handles))


@dataclass(frozen=True)
class _Frame:
    """Where the lines of a panel are drawn, and what its axes run to."""

    cell: Cell
    wide: float
    years: Sequence[int]
    highest: float

    def across(self, year: float) -> float:
        """Return the position of a year."""
        return self.cell.left + _INSET + self.wide * (year - self.years[0]) / max(self.years[-1] - self.years[0], 1)

    def up(self, value: float) -> float:
        """Return the height of a value."""
        return self.cell.base + self.cell.tall * value / (self.highest * _ROOM)


def _draw_panel(axes: Axes, panel: KindPanel, frame: _Frame) -> None:
    """Draw what would have been ordinary, the lines with the newest value of ours, and the years below them."""
    end = frame.across(frame.years[-1]) + _INSET
    axes.plot([frame.cell.left, end], [frame.cell.base, frame.cell.base], color=svg.SOFT, linewidth=0.8, zorder=2.5)
    for line, look in zip(panel.lines, LOOKS, strict=False):
        _draw_line(axes, line, look, frame)
    if panel.expected is not None:
        year = panel.expected.year
        axes.fill_between(
            [frame.across(year - BAR / 2), frame.across(year + BAR / 2)],
            frame.up(panel.expected.low), frame.up(panel.expected.high),
            facecolor=svg.ORDINARY, edgecolor=svg.OURS, linewidth=0.6, zorder=1, label=f"gewoon in {year}",
        )  # fmt: skip
    ours = panel.lines[0]
    newest = ours.span[1]
    above_axis = frame.cell.base + _HALF * float(rcParams["font.size"])
    point = frame.across(newest), max(frame.up(ours.points[newest]), above_axis)
    beside = frame.across(newest + BAR / 2) if panel.expected and panel.expected.year == newest else point[0]
    look = {"va": "center_baseline", "color": svg.OURS, "fontweight": "bold"}
    chart_notes.annotate(axes, ours.value_text(newest), (max(beside, point[0] + _DOT), point[1]), (_GAP, 0), **look)
    for place, year, side in ((frame.cell.left, frame.years[0], "left"), (end, frame.years[-1], "right")):
        axes.text(place, frame.cell.base - 3, str(year), va="top", ha=side)


def _draw_line(axes: Axes, line: Line, look: dict[str, Any], frame: _Frame) -> None:
    """Draw a line with its gaps, or dots for small counts; open points for what is provisional or in part."""
    heights = [frame.up(line.points[year]) if year in line.points else nan for year in frame.years]
    shown = look | {"markersize": 4, "linewidth": 2.2} | ({"linestyle": ""} if line.few else {})
    axes.plot([frame.across(year) for year in frame.years], heights, label=line.name, **shown)
    early = {frame.across(year): frame.up(line.points[year]) for year in line.open_years}
    hollow = {"markerfacecolor": svg.PAPER, "markeredgecolor": look["color"]}
    axes.plot(list(early), list(early.values()), linestyle="", marker=look["marker"], markersize=5, zorder=4, **hollow)


def _draw_breaks(axes: Axes, panel: KindPanel, frame: _Frame) -> None:
    """Draw a period as a band and a moment as a dotted line; words below the figure say what they are."""
    low, high = frame.years[0] - BAR, frame.years[-1] + BAR
    limits = frame.cell.base, frame.cell.base + frame.cell.tall
    for declared in panel.breaks:
        start = frame.across(max(year_position(declared.date), low))
        if declared.until and _is_period(declared):
            end = frame.across(min(year_position(declared.until), high))
            axes.fill_between([start, end], *limits, facecolor=svg.BAND, linewidth=0, zorder=0)
        else:
            axes.plot([start, start], limits, color=svg.SOFT, linestyle=":", linewidth=1.2, zorder=0.5)
