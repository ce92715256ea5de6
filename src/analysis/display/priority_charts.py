"""The themes in one drawing: lists of the documents, figures, voters, money and hours, with a row for each theme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..documents.council import ListName, Standing
from ..policy.priorities import Direction, Matrix, ThemeRow
from ..store.results import Missing
from . import chart_notes, dutch, svg
from .svg import Size

GROUPS: dict[Standing, str] = {"chosen": "Prioriteit", "strategic": "Strategisch thema", "other": "Geen van beide"}
_LISTS: dict[ListName, tuple[str, int, int]] = {
    "nationally": ("land", 30, 26),
    "regionally": ("regio", 36, 26),
    "possible": ("mogelijk", 57, 26),
    "chosen": ("keuze", 37, 26),
}
_MARKERS: dict[Direction, str] = {"up": "^", "down": "v", "mixed": "^v", "equal": "_"}
_APART = 7  # units between the two triangles of a theme whose figures go both ways
_ROW, _NARROW_ROW = 0.26, 0.5  # inches
_ABOVE = 5  # units from the drawing to the heads of its columns


@dataclass(frozen=True)
class Column:
    """One column of the drawing.

    Parameters
    ----------
    head : str
    wide, narrow : int
        Room it takes on a wide and on a narrow screen, in parts of the width.
    draw : callable
        Draws the cells: takes the axes, the middle and the width of the column, and the rows by height.
    """

    head: str
    wide: int
    narrow: int
    draw: Callable[[Axes, float, float, dict[float, ThemeRow]], None]


def columns(matrix: Matrix) -> list[Column]:
    """Return the columns for what is known: a list that is not known, or a vote or plan that is not there, has none.

    Parameters
    ----------
    matrix : Matrix

    Returns
    -------
    list of Column
    """
    lists = [Column(*_LISTS[name], partial(_draw_list, name)) for name in _LISTS if name in matrix.document.lists]
    shown = [*lists, Column("cijfers", 45, 28, _draw_directions)]
    if not isinstance(matrix.places, Missing):
        shown.append(Column("stemmers", 62, 28, _draw_ranks))
    if not isinstance(matrix.plan, Missing):
        shown += [Column("euro", 50, 50, _draw_euros), Column("fte", 38, 38, _draw_hours)]
    return shown


def picture(matrix: Matrix, id: str, alt: str) -> str:
    """Return the drawing at both sizes as HTML, see `svg.inline_svg`.

    Parameters
    ----------
    matrix : Matrix
    id : str
        Unique on the page.
    alt : str
        The finding, which names the drawing.

    Returns
    -------
    str
        HTML.
    """
    return svg.inline_svg(partial(draw, matrix), id, alt)


def draw(matrix: Matrix, size: Size) -> Figure:
    """Draw a row for each theme, in groups; names stand above the marks where there is no room beside them.

    Parameters
    ----------
    matrix : Matrix
    size : Size

    Returns
    -------
    Figure
    """
    groups = [(standing, list(rows)) for standing, rows in groupby(matrix.rows, key=lambda row: row.standing)]
    lines = len(matrix.rows) + len(groups)
    drawing, axes = svg.figure(size, 0.9 + (_NARROW_ROW if size.narrow else _ROW) * lines)
    heights, heads = _heights(groups, lines)
    shown = columns(matrix)
    widths = [column.narrow if size.narrow else column.wide for column in shown]
    axes.set_xlim(0, sum(widths))
    axes.set_ylim(-0.5, lines - 0.5)
    _draw_names(axes, heights, heads, size)
    left = 0
    for column, width in zip(shown, widths, strict=True):
        column.draw(axes, left + width / 2, width, heights)
        _draw_head(axes, column.head, left + width / 2, size)
        left += width
    return drawing


def _heights(
    groups: Sequence[tuple[Standing, list[ThemeRow]]], lines: int
) -> tuple[dict[float, ThemeRow], dict[float, str]]:
    """Return the height of each theme, and of the name of each group above its themes."""
    rows: dict[float, ThemeRow] = {}
    heads: dict[float, str] = {}
    for standing, themes in groups:
        heads[lines - 1 - len(rows) - len(heads)] = GROUPS[standing]
        for row in themes:
            rows[lines - 1 - len(rows) - len(heads)] = row
    return rows, heads


def _draw_names(axes: Axes, rows: dict[float, ThemeRow], heads: dict[float, str], size: Size) -> None:
    """Write the names of themes and groups, with a line under every row."""
    axes.hlines([height - 0.5 for height in rows], 0, axes.get_xlim()[1], color=svg.GRID, linewidth=0.8, zorder=0.5)
    names = {height: row.theme.label for height, row in rows.items()}
    if size.narrow:
        for height, name in names.items():
            chart_notes.annotate(axes, name, (0, height), (2, 3), va="bottom")
    else:
        chart_notes.labels_left(axes, names)
    for height, name in heads.items():
        away = (2, -8) if size.narrow else (-3.5, 0)
        look = {"ha": "left", "va": "center"} if size.narrow else {"ha": "right", "va": "center_baseline"}
        chart_notes.annotate(axes, name, (0, height), away, fontweight="bold", color=svg.SOFT, **look)


def _draw_head(axes: Axes, head: str, middle: float, size: Size) -> None:
    above = chart_notes.offset(axes, axes.get_xaxis_transform(), y=_ABOVE)
    rotation = 90 if size.narrow else 0
    axes.text(middle, 1, head, transform=above, ha="center", va="bottom", color=svg.SOFT, rotation=rotation)


def _shift(axes: Axes) -> float:
    """Return how far marks stand above the middle of their row, in units: below it where names stand above them."""
    return -8 if chart_notes.figure_of(axes).get_figwidth() == svg.NARROW.width else 0


def _draw_list(name: ListName, axes: Axes, middle: float, width: float, rows: dict[float, ThemeRow]) -> None:
    """Draw a dot for every theme that is on a list."""
    on = [height for height, row in rows.items() if row.listed[name]]
    _plot(axes, "o", [(middle, height) for height in on], color=svg.OURS, markersize=8)


def _plot(axes: Axes, marker: str, at: Sequence[tuple[float, float]], right: float = 0, **look: object) -> None:
    """Draw markers, in the lower half of their rows where names stand in the upper half."""
    if not at:
        return
    low = _shift(axes)
    transform = chart_notes.offset(axes, axes.transData, right, low)
    positions, heights = zip(*at, strict=True)
    axes.plot(positions, heights, marker, transform=transform, scalex=False, scaley=False, **look)  # type: ignore[arg-type]


def _draw_directions(axes: Axes, middle: float, width: float, rows: dict[float, ThemeRow]) -> None:
    """Draw where the figures went; open where nobody can say whether that is good."""
    for height, row in rows.items():
        direction, face = (row.direction, svg.INK) if row.direction else (row.other_direction, svg.PAPER)
        markers = _MARKERS[direction] if direction else ""
        for number, marker in enumerate(markers):
            right = (number - (len(markers) - 1) / 2) * 2 * _APART
            _plot(
                axes, marker, [(middle, height)], right, color=svg.INK, markerfacecolor=face, markersize=8,
                markeredgewidth=1.4,
            )  # fmt: skip


def _write(axes: Axes, middle: float, cells: dict[float, str | None]) -> None:
    low = _shift(axes)
    for height, words in cells.items():
        chart_notes.annotate(axes, words or "–", (middle, height), (0, low), ha="center", va="center")


def _draw_ranks(axes: Axes, middle: float, width: float, rows: dict[float, ThemeRow]) -> None:
    _write(axes, middle, {height: str(row.best) if row.best else None for height, row in rows.items()})


def _draw_euros(axes: Axes, middle: float, width: float, rows: dict[float, ThemeRow]) -> None:
    amounts = {height: row.means.amount if row.means else None for height, row in rows.items()}
    _draw_bars(axes, middle, width, amounts, 0)


def _draw_hours(axes: Axes, middle: float, width: float, rows: dict[float, ThemeRow]) -> None:
    hours = {height: row.means.hours if row.means else None for height, row in rows.items()}
    _draw_bars(axes, middle, width, hours, 2)


def _draw_bars(axes: Axes, middle: float, width: float, amounts: dict[float, float | None], decimals: int) -> None:
    """Write amounts on bars of that length."""
    most = max((amount or 0 for amount in amounts.values()), default=0) or 1
    low = _shift(axes)
    transform = chart_notes.offset(axes, axes.transData, 0, low)
    thick = 0.35 if low else 0.72
    heights, lengths = list(amounts), [0.92 * width * (amount or 0) / most for amount in amounts.values()]
    axes.barh(
        heights, lengths, thick, left=middle - 0.46 * width, color=svg.LESS, linewidth=0, transform=transform, zorder=1
    )
    words = {height: None if amount is None else dutch.number(amount, decimals) for height, amount in amounts.items()}
    _write(axes, middle, words)
