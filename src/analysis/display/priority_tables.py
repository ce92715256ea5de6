"""Priorities: figures, partners and voters per theme side by side, and the lists of themes in the documents."""

from __future__ import annotations

from html import escape

from ..documents.council import ListName
from ..policy.evidence import Voices
from ..policy.priorities import Choices, Matrix, ThemeRow
from ..statistics.change import Change
from ..statistics.verdicts import Verdict
from ..store.raw_sources import Source
from ..store.results import Missing, html
from . import dutch, provenance
from .reservations import short_text
from .sentences import ARROWS, answer, src
from .tables import DataTable, details, kinds_within

_REMARKS = {"more": "meer", "less": "minder", "same": "gelijk", "unclear": "onduidelijk"}
_COLUMNS: dict[ListName, str] = {
    "nationally": "Landelijk",
    "regionally": "Regionaal",
    "possible": "Mogelijk",
    "chosen": "Gekozen",
}


@html.register
def _(matrix: Matrix) -> str:
    first, last = matrix.overview.first, matrix.overview.last
    themes = f"Wij leggen <b>{_themes(len(matrix.rows))}</b> naast elkaar."
    sentences = f"{themes} {_directions(matrix)} {_turned(matrix)}{_unspoken(matrix)}"
    legend = (
        "▲ is een stijging en ▼ een daling die duidelijk is of waarvoor een aanwijzing is; ● is geen van beide. "
        "'Toeval' is een gewone schommeling. Bij 'te weinig' zijn er te weinig cijfers voor een oordeel. Een thema "
        "stijgt of daalt alleen door cijfers waarvan te zeggen is wat gunstig is. Bij verwijzingen, alarmeringen en "
        "wat de politie zelf opspoort, is dat niet te zeggen. Wat er na de vergeleken jaren gebeurde, is op dezelfde "
        "manier beoordeeld. Welke cijfers bij een thema horen, is onze keuze."
    )
    columns = ("Thema", "Cijfers", "Partners", "Stemmers (plaats)")
    rows = tuple((row.theme.label, figures(row), _partners(row), _voters(row, matrix)) for row in matrix.rows)
    made_up = tuple(figure_kinds(row) | kinds_within(matrix.places if row.places else ()) for row in matrix.rows)
    caption = f"Cijfers, partners en stemmers per thema, {first}–{last}"
    table = DataTable("thema-matrix", caption, columns, rows, columns, made_up)
    remarks = details("Wat partners opmerkten", _remarks(matrix)) if any(row.remarks for row in matrix.rows) else ""
    return answer(sentences) + html(table) + src(legend) + remarks + _priorities_provenance(matrix)


def figures(row: ThemeRow) -> str:
    """Describe what the figures of a theme did, each with its direction and whether that is good news.

    Parameters
    ----------
    row : ThemeRow

    Returns
    -------
    str
    """
    later = {change.series.indicator.id: change for change in row.turned}
    parts = [_figure(change) + _after(later.get(change.series.indicator.id)) for change in row.changes]
    parts += [f"{label}: {'niet getoond' if label in row.hidden else 'geen cijfers'}" for label in row.missing]
    return "; ".join(parts) or "geen cijfers bij dit thema"


def figure_kinds(row: ThemeRow) -> frozenset[bool]:
    """Return whether the figures of a theme are made up, see `kinds_within`."""
    return kinds_within(row.changes)


def _figure(change: Change) -> str:
    label = change.series.indicator.label
    if change.verdict is Verdict.NOT_TESTABLE:
        return f"{ARROWS['equal']}{dutch.NBSP}{label}: te weinig"
    if not change.verdict.settled:
        return f"{ARROWS['equal']}{dutch.NBSP}{label}: toeval"
    counts = f"van {change.before} naar {change.after}"
    difference = dutch.signed_percent(change.percentage or 0) if change.small == "full" else counts
    names = dutch.listed([short_text(reservation) for reservation in change.reservations])
    reservations = f"; kanttekening: {names}" if names else ""
    return f"{ARROWS[change.direction]}{dutch.NBSP}{label} {difference} ({_good_or_bad(change)}{reservations})"


def _after(later: Change | None) -> str:
    """Describe what a figure did after the years compared, when that was the opposite."""
    if later is None:
        return ""
    counts = f"{dutch.number(later.before)} in {later.first} naar {dutch.number(later.after)} in {later.last}"
    return f", maar daarna {ARROWS[later.direction]}{dutch.NBSP}van {counts}"


def _good_or_bad(change: Change) -> str:
    """Return whether a change is good news, which for some figures is unknown."""
    good = {"lower": "down", "higher": "up"}.get(change.series.indicator.good)
    return "niet te zeggen of dat goed is" if good is None else "gunstig" if change.direction == good else "ongunstig"


def _directions(matrix: Matrix) -> str:
    first, last = matrix.overview.first, matrix.overview.last
    if not matrix.overview.changes:
        return f"Van geen enkel thema zijn er cijfers over {first} en {last}."
    sentence = f"Van {first} naar {last} {_went(matrix, 'up')} en {_went(matrix, 'down')}."
    without = sum(not row.changes for row in matrix.rows)
    return f"{sentence} Van {_themes(without)} zijn er geen cijfers." if without else sentence


def _themes(number: int) -> str:
    return dutch.counted(number, "thema", "thema's")


def _went(matrix: Matrix, direction: str) -> str:
    """Name the themes whose figures all went one way by more than chance."""
    verb = {"up": "stijgen", "down": "dalen"}[direction]
    names = [escape(row.theme.label.lower()) for row in matrix.rows if row.direction == direction]
    return f"{verb} de cijfers bij {dutch.listed(names) if names else 'geen enkel thema'}"


def _turned(matrix: Matrix) -> str:
    """Name the themes whose figures went the other way after the years compared."""
    names = [escape(row.theme.label.lower()) for row in matrix.rows if row.turned]
    return f"Na {matrix.overview.last} keerde dat om bij {dutch.listed(names)}. " if names else ""


def _unspoken(matrix: Matrix) -> str:
    silent = sum(not row.remarks for row in matrix.rows)
    if silent == len(matrix.rows):
        return "Partners hebben nog over geen enkel thema iets opgemerkt."
    return f"Over {_themes(silent)} hebben partners nog niets opgemerkt." if silent else ""


def _partners(row: ThemeRow) -> str:
    counts = [f"{number}× {_REMARKS[way]}" for way, number in row.directions.most_common()]
    return ", ".join(counts) or "nog niet geduid"


def _voters(row: ThemeRow, matrix: Matrix) -> str:
    if isinstance(matrix.places, Missing):
        return "geen stemming"
    ranks = [f"{theme.rank} ({_between(theme.lower, theme.upper)}): {theme.label.lower()}" for theme in row.places]
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


def matrix_files(matrix: Matrix) -> list[Source]:
    """Return the files of the themes: documents, figures with everything they were compared with, and votes.

    Parameters
    ----------
    matrix : Matrix

    Returns
    -------
    list of Source
    """
    figures = [source for change in matrix.overview.changes for source in provenance.change_files(change)]
    votes = () if isinstance(matrix.places, Missing) else matrix.places.tally.files
    return [*matrix.sources, *figures, *votes]


def _priorities_provenance(matrix: Matrix) -> str:
    first, last = matrix.overview.first, matrix.overview.last
    selection = f"alle thema's van de gemeente; hun cijfers van {first} en {last} en daarna, en alle opmerkingen"
    method = f"{provenance.change_method(*matrix.overview.changes)}; opmerkingen geteld; plaatsen volgens de stemmen"
    return provenance.provenance_block(matrix_files(matrix), "de thema's naast elkaar", selection, method)


@html.register
def _(choices: Choices) -> str:
    chosen = [escape(row.theme.label.lower()) for row in choices.on("chosen")]
    number = choices.length("chosen")
    sentences = [
        _possible(choices),
        f"Gekozen {'zijn' if number > 1 else 'is'} er <b>{number or 'geen'}</b>"
        f"{f': {dutch.listed(chosen)}' if chosen else ''}.",
        _list_size(choices, "nationally", "landelijke onderwerpen"),
        _list_size(choices, "regionally", "regionale thema's"),
    ]
    columns = ("Thema", *_COLUMNS.values())
    rows = tuple(
        (row.theme.label, *(_reference(choices, row, name) for name in _COLUMNS)) for row in choices.matrix.rows
    )
    table = DataTable("thema-keuze", "Waar een thema in de documenten als onderwerp staat", columns, rows, columns)
    legend = "'niet bekend': wij kennen niet de hele lijst; het thema kan er toch op staan."
    selection = "alle thema's van de gemeente en de lijsten waarop zij staan; de plaats in de documenten staat erbij"
    sources = choices.matrix.sources[:1]
    provenance_html = provenance.provenance_block(
        sources, "de lijsten in de documenten", selection, "geteld in de documenten"
    )
    return answer(" ".join(sentences)) + html(table) + src(legend) + provenance_html


def _possible(choices: Choices) -> str:
    parts = choices.numbers("possible")
    number = dutch.counted(choices.length("possible"), "mogelijke prioriteit", "mogelijke prioriteiten")
    numbers = f" ({' + '.join(map(str, parts))})" if len(parts) > 1 else ""
    sentences = f"De documenten noemen <b>{number}</b>{numbers}."
    if twice := [escape(row.theme.label) for row in choices.twice("possible")]:
        names, verb = dutch.listed(twice), "staat" if len(twice) == 1 else "staan"
        sentences += f" Dat zijn er {choices.distinct('possible')}, want {names} {verb} er twee keer."
    if unknown := choices.unknown("possible"):
        sentences += f" Van {unknown} daarvan staat de naam niet in de beschikbare tekst."
    return sentences


def _list_size(choices: Choices, name: ListName, subject: str) -> str:
    if not (number := choices.length(name)):
        return f"Over {subject} staat niets in onze lijst."
    return (
        f"{subject.capitalize()} in de documenten: {number}. Daarvan kennen wij er {len(choices.on(name)) or 'geen'}."
    )


def _reference(choices: Choices, row: ThemeRow, name: ListName) -> str:
    return choices.place(row, name) or ("niet bekend" if choices.unknown(name) else "nee")


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
