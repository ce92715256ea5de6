"""What changed between two editions as rows of tables: what was and what is now, in the words of a reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from ..display import dutch, provenance
from ..display.dutch import place
from ..display.tables import DataTable
from ..store.results import html
from .edition import File
from .edition_changes import ChangeGroup, EditionChanges, Figure, FigureMoved
from .edition_figures import DECIMALS, words

Rows = tuple[tuple[str | None, ...], ...]
_AMOUNTS = {"euro": dutch.euros, "fte": dutch.fte}


def figures(changed: Sequence[Figure]) -> Rows:
    """Numbers with another value: what, where, when, in which chapters, and both values."""
    return tuple(
        (one.label, place(one.region), _when(one), _in(one), _value(one.old, one), _value(one.new, one))
        for one in changed
    )


def newer(changes: EditionChanges) -> Rows:
    """Numbers of a new period: what, where, in which chapters, and both values with their periods."""
    return tuple(
        (one.label, place(one.region), _in(one), _dated(one.old, one.old_period, one), _dated(one.new, one.period, one))
        for one in changes.new_period
    )


def verdicts(changes: EditionChanges) -> Rows:
    """Verdicts that changed: about what, where, when, in which chapters, and both verdicts."""
    return tuple((one.label, place(one.region), _when(one), _in(one), one.old, one.new) for one in changes.moved)


def files(changes: EditionChanges) -> Rows:
    """Raw files that changed: whose, and those of both editions."""
    return tuple(
        (
            f"{one.publisher}, {provenance.table_name(one.table, (one.new or one.old)[-1].path)}",
            _named(one.old),
            _named(one.new, ", andere inhoud"),
        )
        for one in changes.files
    )


def _named(files: Sequence[File], altered: str = "") -> str:
    return "; ".join(_file(file, altered if file.altered else "") for file in files) or "geen bestand"


def _file(file: File, altered: str) -> str:
    exported = dutch.day(date.fromisoformat(file.vintage)) if file.vintage else "datum niet vastgelegd"
    return f"{file.path} ({exported}{altered})"


def _when(changed: Figure | FigureMoved) -> str:
    """The period that something is about, and the one it is compared with."""
    since = f" (sinds {words(changed.baseline)})" if changed.baseline else ""
    return f"{words(changed.period)}{since}"


def _in(changed: Figure | FigureMoved) -> str:
    return "; ".join(changed.chapters)


def _dated(value: float | None, when: str, figure: Figure) -> str:
    return f"{_value(value, figure) or 'geen cijfer'} ({words(when)})"


def _value(value: float | None, figure: Figure) -> str | None:
    if value is None:
        return None
    if figure.unit in _AMOUNTS:
        return _AMOUNTS[figure.unit](value)
    if figure.unit == "percent":
        return (dutch.signed_percent if figure.baseline else dutch.percent)(value, 1)
    text = dutch.number(value, DECIMALS[figure.unit])
    return {"rank": f"plaats {text}", "per_1000": f"{text} per 1.000"}.get(figure.unit, text)


TITLE = "Wat is er veranderd?"
FIRST = "Dit is de eerste editie."
_ABOUT = ("Waar", "Periode", "Hoofdstuk")
_WAS = ("Was", "Nu")
_CAPTIONS = {
    "bijgesteld": "Bijgestelde cijfers",
    "berekend": "Andere cijfers uit dezelfde bestanden",
    "besloten": "Andere cijfers uit niet-openbare bestanden",
    "nieuw": "De laatste periode van toen en de nieuwe",
    "oordelen": "Het oordeel van toen en van nu",
    "bestanden": "De bestanden van toen en van nu",
}
_NAMED = 3  # periods named one by one
_WORDS = ("oordelen", "bestanden")  # here what was and what is are words
_ORIGIN = "Waar een cijfer vandaan komt, staat in zijn hoofdstuk: onder de tabel of de grafiek."
_AWAY = "Deze links werken alleen op de plek waar het rapport gemaakt is, zolang dit de nieuwste editie is."


@dataclass(frozen=True)
class Earlier:
    """An earlier edition: when it was made, and where it is from here."""

    moment: str
    href: str


@dataclass(frozen=True)
class _Part:
    """The answer to one question about the changes: rows with what was and what is, or sentences."""

    id: str
    question: str
    columns: tuple[str, ...] = ()
    rows: Rows = ()
    lines: tuple[str, ...] = ()


def summary(changes: EditionChanges) -> str:
    """What changed, in one sentence."""
    if changes.old is None:
        return FIRST
    counts = (
        (len(changes.revised), "bijgesteld cijfer", "bijgestelde cijfers"),
        (len(changes.recalculated), "ander cijfer uit dezelfde bestanden", "andere cijfers uit dezelfde bestanden"),
        (
            len(changes.unclear),
            "ander cijfer uit niet-openbare bestanden",
            "andere cijfers uit niet-openbare bestanden",
        ),
        (len(changes.new_period), "cijfer over een nieuwe periode", "cijfers over een nieuwe periode"),
        (len(changes.moved), "ander oordeel", "andere oordelen"),
        (len(changes.added), "nieuw onderwerp", "nieuwe onderwerpen"),
        (len(changes.removed), "onderwerp met minder cijfers", "onderwerpen met minder cijfers"),
        (len(changes.opened), "nieuw hoofdstuk", "nieuwe hoofdstukken"),
        (len(changes.closed), "hoofdstuk minder", "hoofdstukken minder"),
        (len(changes.answered), "vraag die nu wel te beantwoorden is", "vragen die nu wel te beantwoorden zijn"),
        (len(changes.lacking), "vraag die niet meer te beantwoorden is", "vragen die niet meer te beantwoorden zijn"),
        (changes.rest, "ander getal, zoals een marge", "andere getallen, zoals marges"),
    )
    told = [dutch.counted(count, one, more) for count, one, more in counts if count]
    since = f"de editie van {changes.old.moment}"
    if not told:
        return f"De cijfers en de oordelen zijn dezelfde als in {since}."
    return f"Veranderd sinds {since}: {dutch.listed(told)}."


def terminal(changes: EditionChanges) -> str:
    """Everything that changed, line by line."""
    lines = [summary(changes)]
    for part in _parts(changes):
        told = [*(row(cells) for cells in part.rows), *part.lines]
        lines += ["", part.question, *(f"  {line}" for line in told)]
    return "\n".join(lines)


def changes_html(changes: EditionChanges, earlier: Sequence[Earlier] = ()) -> Markup:
    """The inside of the page: a heading, the sentence, and one section for each kind of change."""
    blocks = [Markup("<h1>{}</h1>").format(TITLE), Markup('<p class="answer">{}</p>').format(summary(changes))]
    if changes.old is not None:
        blocks.append(Markup('<p class="note">{}</p>').format(_ORIGIN))
    for part in _parts(changes):
        blocks.append(Markup("<h2>{}</h2>").format(part.question))
        if part.rows:
            text = tuple(name for name in part.columns if name not in _WAS or part.id in _WORDS)
            blocks.append(Markup(html(DataTable(part.id, _CAPTIONS[part.id], part.columns, part.rows, text))))
        blocks.extend(_items(part.lines))
    return Markup("\n").join([*blocks, *_links(earlier)])


def _items(lines: Sequence[str]) -> Iterator[Markup]:
    if len(lines) > 1:
        items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
        yield Markup("<ul>{}</ul>").format(items)
    else:
        yield from (Markup("<p>{}</p>").format(line) for line in lines)


def _links(earlier: Sequence[Earlier]) -> Iterator[Markup]:
    if earlier:
        yield Markup("<h2>Waar staan de eerdere edities?</h2>")
        items = (Markup('<li><a href="{}">Editie van {}</a></li>').format(one.href, one.moment) for one in earlier)
        yield Markup('<p class="note">{}</p>').format(_AWAY)
        yield Markup("<ul>{}</ul>").format(Markup("").join(items))


def _parts(changes: EditionChanges) -> Iterator[_Part]:
    """The questions that have an answer."""
    figure, about = ("Cijfer", *_ABOUT, *_WAS), ("Waarover", *_ABOUT, *_WAS)
    new = ("Cijfer", "Waar", "Hoofdstuk", *_WAS)
    parts = (
        _Part("bijgesteld", "Welke cijfers uit andere bestanden zijn veranderd?", figure, figures(changes.revised)),
        _Part(
            "berekend", "Welke cijfers uit dezelfde bestanden zijn veranderd?", figure, figures(changes.recalculated)
        ),
        _Part(
            "besloten", "Welke cijfers uit niet-openbare bestanden zijn veranderd?", figure, figures(changes.unclear)
        ),
        _Part("nieuw", "Welke cijfers gaan over een nieuwe periode?", new, newer(changes)),
        _Part("oordelen", "Welke oordelen zijn veranderd?", about, verdicts(changes)),
        _Part("erbij", "Wat is er nieuw of weg?", lines=tuple(_came_and_went(changes))),
        _Part("bestanden", "Welke bestanden zijn veranderd?", ("Bron", *_WAS), files(changes)),
        _Part("verder", "Wat veranderde er verder?", lines=tuple(_rest(changes))),
    )
    return (part for part in parts if part.rows or part.lines)


def row(cells: tuple[str | None, ...]) -> str:
    """A row of a table in one line: about what, what was and what is."""
    *about, was, now = cells
    return f"{', '.join(part.removesuffix('.') for part in about if part)}: van {was or 'geen'} naar {now or 'geen'}"


def _came_and_went(changes: EditionChanges) -> Iterator[str]:
    chapters = ("Nieuw hoofdstuk", changes.opened), ("Dit hoofdstuk is er niet meer", changes.closed)
    subjects = ("Nu wel te beantwoorden", changes.answered), ("Niet meer te beantwoorden", changes.lacking)
    yield from (f"{told}: {title}." for told, titles in chapters for title in titles)
    yield from (f"{told}, in het hoofdstuk {title}: {label}." for told, gaps in subjects for label, title in gaps)
    yield from (f"Nieuw in het rapport: {_group(one)}." for one in changes.added)
    yield from (f"Niet meer in het rapport: {_group(one)}." for one in changes.removed)


def _group(group: ChangeGroup) -> str:
    """How many numbers came or went, about what, of when, and in which chapter."""
    where = f" in {place(group.region)}" if group.region else ""
    of = [words(period) for period in group.periods if period]
    periods = f" over {dutch.listed(of)}" if len(of) <= _NAMED else f", {of[0]} tot en met {of[-1]}"
    count = f"{dutch.counted(group.figures, 'cijfer', 'cijfers')}{periods if of else ''}"
    told = f"{group.label.removesuffix('.')}{where} ({count})"
    return f"{told}, in het hoofdstuk {group.chapter}" if group.chapter else told


def _rest(changes: EditionChanges) -> Iterator[str]:
    if changes.other_code:
        yield (
            "Het programma dat het rapport maakt, of de software die het gebruikt, is veranderd. "
            "Een verschil in cijfers kan daardoor ook van de rekenwijze komen."
        )
    if changes.unpublic:
        yield "Van bestanden die niet openbaar zijn, staat hier niet of hun inhoud veranderd is."
    if changes.rest:
        others = dutch.counted(changes.rest, "ander getal veranderde", "andere getallen veranderden")
        yield f"Nog {others}, zoals marges en percentages. Alle getallen staan in results.json."
