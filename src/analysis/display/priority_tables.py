"""Priorities: themes with their lists, figures, partners, voters and money side by side, and the lists themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..documents.council import ListName, Standing
from ..policy.evidence import Voices
from ..policy.priorities import Choices, Departures, Direction, Kind, Matrix, ThemeRow, departures
from ..store.results import Missing, html
from . import chart_notes, dutch, provenance, svg
from .sentences import answer, src
from .svg import Size
from .tables import DataTable, details, kinds_within
from .theme_figures import figure_kinds, figures, matrix_files, moved

_REMARKS = {"more": "meer", "less": "minder", "same": "gelijk", "unclear": "onduidelijk"}
_COLUMNS: dict[ListName, str] = {
    "nationally": "Land",
    "regionally": "Regio",
    "possible": "Mogelijk",
    "chosen": "Gekozen",
}
_KINDS: dict[Kind, str] = {
    "falls_yet_chosen": "gekozen, de cijfers dalen",
    "rises_not_chosen": "niet gekozen, de cijfers stijgen",
}
_PICTURE = "prioriteiten-beeld"
_SUBJECTS: dict[ListName, tuple[str, str]] = {
    "nationally": ("landelijk onderwerp", "landelijke onderwerpen"),
    "regionally": ("regionaal thema", "regionale thema's"),
}
_GROUPS: dict[Standing, str] = {"chosen": "Prioriteit", "strategic": "Strategisch thema", "other": "Geen van beide"}
_HEADS: dict[ListName, tuple[str, int, int]] = {
    "nationally": ("land", 30, 26),
    "regionally": ("regio", 36, 26),
    "possible": ("mogelijk", 57, 26),
    "chosen": ("keuze", 37, 26),
}
_MARKERS: dict[Direction, str] = {"up": "^", "down": "v", "mixed": "^v", "equal": "_"}
_APART = 7  # units between the two triangles of a theme whose figures go both ways
_ROW, _NARROW_ROW = 0.26, 0.5  # inches
_ABOVE = 5  # units from the drawing to the heads of its columns


@html.register
def _(matrix: Matrix) -> str:
    found = departures(matrix)
    assert isinstance(found, Departures)
    sentences = [_chosen(matrix), _differs(found), _money(found)]
    remarks = details("Wat partners opmerkten", _remarks(matrix)) if any(row.remarks for row in matrix.rows) else ""
    tables = html(_table(matrix)) + src(_legend(matrix)) + html(_figures_table(matrix))
    return (
        "".join(map(answer, filter(None, sentences)))
        + src(_undirected(found))
        + _figure_element(matrix, found)
        + details("Elk thema in een tabel, met alle cijfers en stemmen", tables)
        + remarks
        + _priorities_provenance(matrix)
    )


def _listed(rows: list[ThemeRow]) -> str:
    return dutch.listed([row.theme.label.lower() for row in rows])


def _names(rows: list[ThemeRow]) -> str:
    return escape(_listed(rows))


def _chosen(matrix: Matrix) -> str:
    """Name the priorities, and those that were on no list of possible ones."""
    chosen = matrix.chosen
    if not chosen:
        return "De gemeente koos geen prioriteiten."
    number = dutch.counted(len(chosen), "prioriteit", "prioriteiten")
    sentence = f"De gemeente koos <b>{number}</b>: {_names(chosen)}."
    possible = matrix.document.entries("possible")
    if new := [row for row in chosen if possible and not row.listed["possible"]]:
        verb = "stond" if len(new) == 1 else "stonden"
        sentence += f" {dutch.capitalised(_names(new))} {verb} niet bij de {len(possible)} mogelijke prioriteiten."
    return sentence


def _differs(found: Departures) -> str:
    """Say where figures and votes point to other themes than the priorities."""
    rows = {kind: [departure.row for departure in found.of(kind)] for kind in _KINDS}
    parts = [
        f"bij {_names(alike)} ({words}{', een aanwijzing' if hint else ''})"
        for kind, words in _KINDS.items()
        for hint in (False, True)
        if (alike := [row for row in rows[kind] if row.hint is hint])
    ]
    voted = [departure.row for departure in found.of("most_votes_not_chosen")]
    votes = f"Stemmers kozen {_names(voted)} het vaakst; dat is geen prioriteit." if voted else ""
    if parts:
        return f"Keuze en cijfers verschillen {dutch.listed(parts)}. {votes}".rstrip()
    if votes:
        return votes
    compared = found.matrix.overview.changes or not isinstance(found.matrix.places, Missing)
    return "Cijfers en stemmen wijzen geen ander thema aan dan er is gekozen." if compared else ""


def _money(found: Departures) -> str:
    """Say which themes rise without money, and where most of it goes."""
    if isinstance(found.matrix.plan, Missing):
        return ""
    without = [_without(departure.row, most=departure.most) for departure in found.of("rises_without_money")]
    sentences = filter(None, [dutch.listed(without), _most_money(found.matrix.richest)])
    return " ".join(f"{dutch.capitalised(sentence)}." for sentence in sentences)


def _most_money(richest: list[ThemeRow]) -> str:
    """Say which themes get the most, and what they are if none of them is a priority."""
    if not richest or richest[0].means is None:
        return ""
    amount = dutch.euros(richest[0].means.amount or 0)
    standings = {row.standing for row in richest}
    said = {"strategic": ", als strategisch thema", "other": ", geen prioriteit"}
    what = "" if "chosen" in standings else said["strategic" if "strategic" in standings else "other"]
    return f"het meeste geld, {amount}, gaat naar {_names(richest)}{what}"


def _without(row: ThemeRow, *, most: bool) -> str:
    hours = f", wel {dutch.fte(row.means.hours)}" if row.means and row.means.hours else ""
    where = "waar de meeste registraties bij kwamen" if most else "waar de cijfers stijgen"
    given = f"<b>{dutch.euros(0)}</b>{hours} (andere budgetten staan daar niet in)"
    return f"{_names([row])}, {where}, krijgt in dit plan {given}"


def _undirected(found: Departures) -> str:
    """Name the years, and the priorities for which figures give no direction."""
    first, last = found.matrix.overview.first, found.matrix.overview.last
    if not found.matrix.overview.changes:
        return f"Van geen enkel thema zijn er cijfers over {first} en {last}."
    silent = [departure.row for departure in found.of("no_figures")]
    turned = [row for row in found.matrix.rows if row.turned]
    return " ".join(
        filter(
            None,
            [
                f"De cijfers gaan over {first} tot en met {last}.",
                f"Na {last} keerde de richting om bij {_listed(turned)}." if turned else "",
                f"Bij {_listed(silent)} geven de cijfers geen richting." if silent else "",
            ],
        )
    )


def _figure_element(matrix: Matrix, found: Departures) -> str:
    """Return the drawing, named by what it shows, with how to read it."""
    image = svg.inline_svg(partial(draw, matrix), _PICTURE)
    read = (
        "Een punt: het thema staat op die lijst. Cijfers: driehoek omhoog is een stijging, omlaag een daling, een "
        "streep een gewone schommeling; een open teken: niet te zeggen of dat gunstig is; leeg: geen oordeel. "
        "Stemmers: de plaats, 1 voor de meeste stemmen. Een streepje bij stemmers, euro of fte: niet op de kaart, of "
        "geen regel in het plan."
    )
    return svg.figure_element(_PICTURE, "Overzicht", _finding(matrix, found), image + src(read), "elk thema")


def _finding(matrix: Matrix, found: Departures) -> str:
    """Return what the drawing shows, without markup."""
    ways = [[row for row in matrix.chosen if row.direction == way] for way in ("up", "down")]
    up, down = (_listed(rows) or "geen enkele" for rows in ways)
    rising = _listed([departure.row for departure in found.of("rises_not_chosen")])
    others = f" Niet gekozen en toch stijgend: {rising}." if rising else ""
    return f"Van de {len(matrix.chosen)} prioriteiten stijgen de cijfers bij {up} en dalen ze bij {down}.{others}"


def _table(matrix: Matrix) -> DataTable:
    lists = [name for name in _COLUMNS if name in matrix.document.lists]
    named = tuple(_COLUMNS[name] for name in lists)
    columns = ("Thema", *named, "Cijfers", "Partners", "Stemmers", "Geld", "Uren")
    rows = tuple(
        (row.theme.label, *(_reference(row, name) for name in lists), moved(row), _partners(row),
         _voters(row, matrix, short=True), _euros(row, matrix), _hours(row, matrix))
        for row in matrix.rows
    )  # fmt: skip
    caption = (
        f"Elk thema: documenten, cijfers van {matrix.overview.first}–{matrix.overview.last}, partners, stemmers en plan"
    )
    return DataTable("thema-matrix", caption, columns, rows, columns, _kinds(matrix))


def _figures_table(matrix: Matrix) -> DataTable:
    rows = tuple((row.theme.label, figures(row), _voters(row, matrix)) for row in matrix.rows)
    caption = f"Alle cijfers en stemmen per thema, {matrix.overview.first}–{matrix.overview.last}"
    columns = ("Thema", "Cijfers", "Plaats bij de stemmers")
    return DataTable("thema-cijfers", caption, columns, rows, columns, _kinds(matrix))


def _kinds(matrix: Matrix) -> tuple[frozenset[bool], ...]:
    """Return of each theme whether its figures and votes are made up."""
    return tuple(figure_kinds(row) | kinds_within(matrix.places if row.places else ()) for row in matrix.rows)


def _reference(row: ThemeRow, name: ListName) -> str:
    """Say whether a theme is on a list; of one that was not chosen also whether it is a strategic theme."""
    if row.listed[name]:
        return "ja"
    return "nee, wel strategisch" if name == "chosen" and row.standing == "strategic" else "nee"


def _euros(row: ThemeRow, matrix: Matrix) -> str:
    if row.means is None or row.means.amount is None:
        return _no_line(row, matrix)
    return dutch.euros(row.means.amount)


def _hours(row: ThemeRow, matrix: Matrix) -> str:
    if row.means is None or row.means.hours is None:
        return _no_line(row, matrix)
    return dutch.fte(row.means.hours)


def _no_line(row: ThemeRow, matrix: Matrix) -> str:
    if isinstance(matrix.plan, Missing):
        return "geen plan"
    return "niet in het plan" if row.means is None else "geen regel"


def _legend(matrix: Matrix) -> str:
    plan = "" if isinstance(matrix.plan, Missing) else f" Geld en uren komen uit het plan voor {matrix.plan.plan.year}."
    return (
        "▲ is een stijging en ▼ een daling die duidelijk is of waarvoor een aanwijzing is; ● is geen van beide. Het "
        "oordeel is hetzelfde als in de hoofdstukken over de cijfers. Een thema stijgt of daalt alleen door cijfers "
        "waarvan te zeggen is wat gunstig is. Welke cijfers bij een thema horen, is onze keuze. Stemmers zijn niet "
        f"alle inwoners; hun plaats staat er met de marge bij.{plan}"
    )


def _partners(row: ThemeRow) -> str:
    counts = [f"{number}× {_REMARKS[way]}" for way, number in row.directions.most_common()]
    return ", ".join(counts) or "nog niet geduid"


def _voters(row: ThemeRow, matrix: Matrix, *, short: bool = False) -> str:
    """Return the places of a theme among voters with their margins; in short without the names on the card."""
    if isinstance(matrix.places, Missing):
        return "geen stemming"
    ranks = [
        f"{theme.rank} ({_between(theme.lower, theme.upper)}){'' if short else f': {theme.label.lower()}'}"
        for theme in row.places
    ]
    return "; ".join(ranks) or "niet op de kaart"


def _between(lower: int, upper: int) -> str:
    return " tot ".join(dict.fromkeys([str(lower), str(upper)]))


def _remarks(matrix: Matrix) -> str:
    items = [
        f"<li><b>{escape(row.theme.label)}</b>, {escape(remark.partner)}: {escape(remark.observation)}</li>"
        for row in matrix.rows
        for remark in row.remarks
    ]
    return f"<ul>{''.join(items)}</ul>"


def _priorities_provenance(matrix: Matrix) -> str:
    first, last = matrix.overview.first, matrix.overview.last
    selection = f"alle thema's van de gemeente; hun cijfers van {first} en {last} en daarna, en alle opmerkingen"
    method = f"{provenance.change_method(*matrix.overview.changes)}; opmerkingen geteld; plaatsen volgens de stemmen"
    return provenance.provenance_block(matrix_files(matrix), "de thema's naast elkaar", selection, method)


@dataclass(frozen=True)
class _Column:
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


def _columns(matrix: Matrix) -> list[_Column]:
    """Return the columns for what is known: a list that is not known, or a vote or plan that is not there, has none."""
    lists = [_Column(*_HEADS[name], partial(_draw_list, name)) for name in _HEADS if name in matrix.document.lists]
    shown = [*lists, _Column("cijfers", 45, 28, _draw_directions)]
    if not isinstance(matrix.places, Missing):
        shown.append(_Column("stemmers", 62, 28, _draw_ranks))
    if not isinstance(matrix.plan, Missing):
        shown += [_Column("euro", 50, 50, _draw_euros), _Column("fte", 38, 38, _draw_hours)]
    return shown


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
    shown = _columns(matrix)
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
        heads[lines - 1 - len(rows) - len(heads)] = _GROUPS[standing]
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


@html.register
def _(choices: Choices) -> str:
    lists = choices.matrix.document.lists
    if not lists:
        return answer("De documenten hebben geen lijsten met onderwerpen.")
    sentences = [_possible(choices), *(_shared(choices, name) for name in _SUBJECTS), _before(choices)]
    selection = "alle lijsten met onderwerpen; de plaats in de documenten staat erbij"
    sources = choices.matrix.sources[:1]
    provenance_html = provenance.provenance_block(
        sources, "de lijsten in de documenten", selection, "geteld in de documenten"
    )
    shown = details("Alle onderwerpen zoals ze in de documenten staan", html(_entries(choices)))
    return answer(" ".join(filter(None, sentences))) + shown + provenance_html


def _possible(choices: Choices) -> str:
    if not (number := len(choices.entries("possible"))):
        return ""
    parts = choices.by_field("possible")
    counted = dutch.counted(number, "mogelijke prioriteit", "mogelijke prioriteiten")
    numbers = f" ({' + '.join(map(str, parts))})" if len(parts) > 1 else ""
    sentences = f"De documenten noemen <b>{counted}</b>{numbers}."
    if repeated := choices.repeated("possible"):
        names, verb = escape(dutch.listed(repeated)), "staat" if len(repeated) == 1 else "staan"
        distinct = len(choices.distinct("possible"))
        often = "twee keer" if number - distinct == len(repeated) else "vaker dan één keer"
        sentences += f" Dat zijn er {distinct}, want {names} {verb} er {often}."
    return sentences


def _shared(choices: Choices, name: ListName) -> str:
    """Say how many entries of a list are a priority, and which belong to no theme."""
    if not (number := len(choices.entries(name))):
        return ""
    subject = dutch.counted(number, *_SUBJECTS[name])
    verb = "hoort" if (shared := len(choices.shared(name))) == 1 else "horen"
    without = dutch.listed([entry.name for entry in choices.without_theme(name)])
    rest = f"; {escape(without)} bij geen enkel thema hier" if without else ""
    return f"Van {subject} {verb} er {shared or 'geen'} bij een prioriteit{rest}."


def _before(choices: Choices) -> str:
    """Say which priorities of the policy before this are none now, and which are new."""
    matrix = choices.matrix
    if not (before := matrix.on("chosen_before")):
        return ""
    gone = [row for row in before if not row.chosen]
    promoted = [row for row in matrix.chosen if row not in before and row in matrix.on("strategic_before")]
    new = [row for row in matrix.chosen if row not in before and row not in promoted]
    title = escape(matrix.document.lists["chosen_before"].title.lower())
    parts = [
        f"{_names(gone)} {_is(gone)} geen prioriteit meer" if gone else "",
        f"{_names(new)} {_is(new)} nieuw" if new else "",
        f"{_names(promoted)} {_was(promoted)} een strategisch thema" if promoted else "",
    ]
    said = dutch.listed([part for part in parts if part]) or "dezelfde thema's zijn prioriteit"
    return f"Vergeleken met de {title}: {said}."


def _was(rows: list[ThemeRow]) -> str:
    return "was" if len(rows) == 1 else "waren"


def _is(rows: list[ThemeRow]) -> str:
    return "is" if len(rows) == 1 else "zijn"


def _entries(choices: Choices) -> DataTable:
    document, chosen = choices.matrix.document, {row.id for row in choices.matrix.chosen}
    rows = tuple(
        (entry.name, listed.title, entry.source,
         document.themes[entry.theme].label if entry.theme else "geen",
         "ja" if entry.theme in chosen else "nee")
        for listed in document.lists.values()
        for entry in listed.entries
    )  # fmt: skip
    columns = ("Onderwerp", "Lijst", "Plaats", "Thema hier", "Nu prioriteit")
    return DataTable("thema-lijsten", "Onderwerpen op de lijsten in de documenten", columns, rows, columns)


@html.register
def _(voices: Voices) -> str:
    items = "".join(
        f"<li><b>{escape(remark.partner)}</b> over {escape(voices.labels[remark.theme].lower())}: "
        f"{escape(remark.observation)}</li>"
        for remark in voices.remarks
    )
    partners = (
        f"<ul>{items}</ul>" if items else "<p>Nog niet geduid: partners hebben hier nog niets over opgeschreven.</p>"
    )
    votes = f"<p>{_votes(voices)}</p>" if voices.chosen else ""
    return partners + votes + (_voices_provenance(voices) if items or votes else "")


def _votes(voices: Voices) -> str:
    shares = [f"{escape(record.label.lower())} ({dutch.percent(record.value or 0)})" for record in voices.chosen]
    return f"Stemmers op de dorpsstands kozen hieruit: {dutch.listed(shares)}. Stemmers zijn niet alle inwoners."


def _voices_provenance(voices: Voices) -> str:
    selection = f"opmerkingen en stemmen over {dutch.listed([label.lower() for label in voices.labels.values()])}"
    method = "opmerkingen zoals partners ze opschreven; deel van de stemmers dat een thema koos"
    return provenance.provenance_block([*voices.sources, *voices.votes], "partners en stemmers", selection, method)
