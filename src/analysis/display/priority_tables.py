"""What the figures of a theme did, in a few words: direction, good news or not, reservations, and what came after."""

from __future__ import annotations

from html import escape

from ..documents.council import ListName
from ..policy.evidence import Voices
from ..policy.priorities import Choices, Matrix, ThemeRow
from ..statistics.change import Change
from ..statistics.verdicts import Verdict
from ..store.raw_sources import Source
from ..store.results import html
from ..store.series import Missing
from . import dutch, provenance
from .questions import cautions
from .sentences import ARROWS, answer, src
from .tables import DataTable, details


def figures(row: ThemeRow) -> str:
    """What the figures of a theme did, each with its direction and whether that is good news."""
    later = {one.series.indicator.id: one for one in row.turned}
    told = [_figure(one) + _after(later.get(one.series.indicator.id)) for one in row.changes]
    told += [f"{label}: {'niet getoond' if label in row.hidden else 'geen cijfers'}" for label in row.missing]
    return "; ".join(told) or "geen cijfers bij dit thema"


def _figure(change: Change) -> str:
    label = change.series.indicator.label
    if change.verdict is Verdict.NOT_TESTABLE:
        return f"{ARROWS['equal']}{dutch.NBSP}{label}: te weinig"
    if not change.verdict.settled:
        return f"{ARROWS['equal']}{dutch.NBSP}{label}: toeval"
    pct = change.percentage
    much = f"van {change.before} naar {change.after}" if pct is None else dutch.signed_percent(pct)
    names = dutch.listed(cautions(change))
    caution = f"; kanttekening: {names}" if names else ""
    return f"{ARROWS[change.direction]}{dutch.NBSP}{label} {much} ({meaning(change)}{caution})"


def _after(later: Change | None) -> str:
    """What a figure did after the years compared, when that was the opposite."""
    if later is None:
        return ""
    counts = f"{dutch.number(later.before)} in {later.first} naar {dutch.number(later.after)} in {later.last}"
    return f", maar daarna {ARROWS[later.direction]}{dutch.NBSP}van {counts}"


def meaning(change: Change) -> str:
    """Whether a change is good news; for some figures that cannot be said."""
    good = {"lower": "down", "higher": "up"}.get(change.series.indicator.good)
    return "niet te zeggen of dat goed is" if good is None else "gunstig" if change.direction == good else "ongunstig"


@html.register
def _(voices: Voices) -> str:
    told = "".join(
        f"<li><b>{escape(one.partner)}</b> over {escape(voices.labels[one.theme].lower())}: "
        f"{escape(one.observation)}</li>"
        for one in voices.remarks
    )
    partners = (
        f"<ul>{told}</ul>" if told else "<p>Nog niet geduid: partners hebben hier nog niets over opgeschreven.</p>"
    )
    votes = f"<p>{_votes(voices)}</p>" if voices.chosen else ""
    return partners + votes + (_voices_provenance(voices) if told or votes else "")


def _voices_provenance(voices: Voices) -> str:
    selection = f"opmerkingen en stemmen over {dutch.listed([label.lower() for label in voices.labels.values()])}"
    method = "opmerkingen zoals partners ze opschreven; deel van de stemmers dat een thema koos"
    return provenance.provenance_block([*voices.sources, *voices.votes], "partners en stemmers", selection, method)


def _votes(voices: Voices) -> str:
    shares = [f"{escape(one.label.lower())} ({dutch.percent(one.value or 0)})" for one in voices.chosen]
    return f"Stemmers op de dorpsstands kozen hieruit: {dutch.listed(shares)}. Stemmers zijn niet alle inwoners."


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
    told = f"{themes} {_directions(matrix)} {_turned(matrix)}{_unspoken(matrix)}"
    tested = matrix.overview.tested
    times = dutch.counted(tested, "vergelijking", "vergelijkingen")
    correction = (
        f"Het oordeel over de cijfers is gecorrigeerd voor {times} (methode van Holm). "
        * bool(tested)
        + "▲ is een stijging en ▼ een daling die groter is dan toeval; ● is geen van beide. Bij 'te weinig' zijn er te "
        "weinig registraties voor een oordeel. 'Niet ongewoon': zo'n verschuiving past bij wat er bij andere gemeenten "
        "van deze omvang gebeurt. Een thema stijgt of daalt alleen door cijfers waarvan te zeggen is wat gunstig is. "
        "Bij verwijzingen, alarmeringen en wat de politie zelf opspoort, is dat niet te zeggen. Wat er na de "
        "vergeleken jaren gebeurde, is apart getoetst. Welke cijfers bij een thema horen, is onze keuze."
    )
    columns = ("Thema", "Cijfers", "Partners", "Stemmers (plaats)")
    rows = tuple((row.theme.label, figures(row), _partners(row), _voters(row, matrix)) for row in matrix.rows)
    table = DataTable(
        "thema-matrix", f"Cijfers, partners en stemmers per thema, {first}–{last}", columns, rows, columns
    )
    remarks = details("Wat partners opmerkten", _remarks(matrix)) if any(row.remarks for row in matrix.rows) else ""
    return answer(told) + html(table) + src(correction) + remarks + _priorities_provenance(matrix)


def _priorities_provenance(matrix: Matrix) -> str:
    first, last = matrix.overview.first, matrix.overview.last
    selection = f"alle thema's van de gemeente; hun cijfers van {first} en {last} en daarna, en alle opmerkingen"
    method = "twee aantallen naast elkaar, met marge; opmerkingen geteld; plaatsen volgens het aantal stemmen"
    return provenance.provenance_block(matrix_files(matrix), "de thema's naast elkaar", selection, method)


def matrix_files(matrix: Matrix) -> list[Source]:
    """The documents, the figures of the themes with all they were held against, and the votes."""
    figures = [source for one in matrix.overview.changes for source in provenance.change_files(one)]
    votes = () if isinstance(matrix.places, Missing) else matrix.places.tally.files
    return [*matrix.sources, *figures, *votes]


def _directions(matrix: Matrix) -> str:
    first, last = matrix.overview.first, matrix.overview.last
    if not matrix.overview.changes:
        return f"Van geen enkel thema zijn er cijfers over {first} en {last}."
    told = f"Van {first} naar {last} {_went(matrix, 'up')} en {_went(matrix, 'down')}."
    without = sum(not row.changes for row in matrix.rows)
    return f"{told} Van {_themes(without)} zijn er geen cijfers." if without else told


def _themes(number: int) -> str:
    return dutch.counted(number, "thema", "thema's")


def _went(matrix: Matrix, direction: str) -> str:
    """Themes whose figures all went one way, as far as that is more than chance."""
    verb = {"up": "stijgen", "down": "dalen"}[direction]
    names = [escape(row.theme.label.lower()) for row in matrix.rows if row.direction == direction]
    return f"{verb} de cijfers bij {dutch.listed(names) if names else 'geen enkel thema'}"


def _turned(matrix: Matrix) -> str:
    """Themes whose figures went the other way after the years compared."""
    names = [escape(row.theme.label.lower()) for row in matrix.rows if row.turned]
    return f"Na {matrix.overview.last} keerde dat om bij {dutch.listed(names)}. " if names else ""


def _unspoken(matrix: Matrix) -> str:
    silent = sum(not row.remarks for row in matrix.rows)
    if silent == len(matrix.rows):
        return "Partners hebben nog over geen enkel thema iets opgemerkt."
    return f"Over {_themes(silent)} hebben partners nog niets opgemerkt." if silent else ""


def _partners(row: ThemeRow) -> str:
    told = [f"{number}× {_REMARKS[way]}" for way, number in row.directions.most_common()]
    return ", ".join(told) or "nog niet geduid"


def _voters(row: ThemeRow, matrix: Matrix) -> str:
    if isinstance(matrix.places, Missing):
        return "geen stemming"
    told = [f"{one.rank} ({_between(one.lower, one.upper)}): {one.label.lower()}" for one in row.places]
    return "; ".join(told) or "niet op de kaart"


def _between(lower: int, upper: int) -> str:
    return " tot ".join(dict.fromkeys([str(lower), str(upper)]))


def _remarks(matrix: Matrix) -> str:
    items = [
        f"<li><b>{escape(row.theme.label)}</b>, {escape(one.partner)}: {escape(one.observation)}</li>"
        for row in matrix.rows
        for one in row.remarks
    ]
    return f"<ul>{''.join(items)}</ul>"


@html.register
def _(choices: Choices) -> str:
    chosen = [escape(row.theme.label.lower()) for row in choices.on("chosen")]
    number = choices.length("chosen")
    told = [
        _possible(choices),
        f"Gekozen {'zijn' if number > 1 else 'is'} er <b>{number or 'geen'}</b>"
        f"{f': {dutch.listed(chosen)}' if chosen else ''}.",
        _known(choices, "nationally", "landelijke onderwerpen"),
        _known(choices, "regionally", "regionale thema's"),
    ]
    columns = ("Thema", *_COLUMNS.values())
    rows = tuple((row.theme.label, *(_place(choices, row, name) for name in _COLUMNS)) for row in choices.matrix.rows)
    table = DataTable("thema-keuze", "Waar een thema in de documenten als onderwerp staat", columns, rows, columns)
    legend = "'niet bekend': wij kennen niet de hele lijst; het thema kan er toch op staan."
    selection = "alle thema's van de gemeente en de lijsten waarop zij staan; de plaats in de documenten staat erbij"
    sources = choices.matrix.sources[:1]
    trail = provenance.provenance_block(sources, "de lijsten in de documenten", selection, "geteld in de documenten")
    return answer(" ".join(told)) + html(table) + src(legend) + trail


def _possible(choices: Choices) -> str:
    parts = choices.numbers("possible")
    number = dutch.counted(choices.length("possible"), "mogelijke prioriteit", "mogelijke prioriteiten")
    numbers = f" ({' + '.join(map(str, parts))})" if len(parts) > 1 else ""
    told = f"De documenten noemen <b>{number}</b>{numbers}."
    if twice := [escape(row.theme.label) for row in choices.twice("possible")]:
        names, verb = dutch.listed(twice), "staat" if len(twice) == 1 else "staan"
        told += f" Dat zijn er {choices.distinct('possible')}, want {names} {verb} er twee keer."
    if unknown := choices.unknown("possible"):
        told += f" Van {unknown} daarvan staat de naam niet in de beschikbare tekst."
    return told


def _known(choices: Choices, name: ListName, what: str) -> str:
    if not (number := choices.length(name)):
        return f"Over {what} staat niets in onze lijst."
    return f"{what.capitalize()} in de documenten: {number}. Daarvan kennen wij er {len(choices.on(name)) or 'geen'}."


def _place(choices: Choices, row: ThemeRow, name: ListName) -> str:
    return choices.place(row, name) or ("niet bekend" if choices.unknown(name) else "nee")
