"""The page of changes: what differs between two editions, as sentences, tables and lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress

from markupsafe import Markup

from ..display import dutch, provenance
from ..display.dutch import region_name
from ..display.tables import DataTable
from ..store.results import html
from .edition import InputFile
from .edition_changes import ChangeGroup, EditionChanges, Figure, VerdictChange
from .edition_figures import DECIMALS, period_words

Rows = tuple[tuple[str | None, ...], ...]
_AMOUNTS = {"euro": dutch.euros, "fte": dutch.fte}
TITLE = "Wat is er veranderd?"
FIRST = "Dit is de eerste editie."
_ABOUT = ("Waar", "Periode", "Hoofdstuk")
_WAS = ("Was", "Nu")
_CAPTIONS = {
    "bijgesteld": "Bijgestelde cijfers",
    "berekend": "Andere cijfers uit dezelfde bestanden",
    "besloten": "Andere cijfers uit niet-openbare bestanden",
    "nieuw": "De laatste periode van toen en die van nu",
    "oordelen": "Het oordeel van toen en van nu",
    "bestanden": "De bestanden van toen en van nu",
}
_NAMED = 3  # periods named one by one
_WITH_WORDS = ("oordelen", "bestanden")  # here what was and what is are words
_ORIGIN = "Waar een cijfer vandaan komt, staat in zijn hoofdstuk: onder de tabel of de grafiek."
EDITIONS = "../index.html"  # the page that leads to all reports of a municipality, in every edition
_ALL = "Alle perioden en edities."
_AWAY = "Deze link werkt alleen op de plek waar het rapport gemaakt is."


@dataclass(frozen=True)
class _ChangeSection:
    """One question about the changes, answered by rows with the old and the new value, or by sentences."""

    id: str
    question: str
    columns: tuple[str, ...] = ()
    rows: Rows = ()
    lines: tuple[str, ...] = ()


def summary(changes: EditionChanges) -> str:
    """Summarise what changed in one Dutch sentence.

    Parameters
    ----------
    changes : EditionChanges
        The differences.

    Returns
    -------
    str
        Counts for each kind of change.
    """
    if changes.old is None:
        return FIRST
    counts = (
        (len(changes.messages_added), "nieuwe kernboodschap", "nieuwe kernboodschappen"),
        (len(changes.messages_removed), "kernboodschap minder", "kernboodschappen minder"),
        (len(changes.moved), "ander oordeel", "andere oordelen"),
        (len(changes.revised), "bijgesteld cijfer", "bijgestelde cijfers"),
        (len(changes.recalculated), "ander cijfer uit dezelfde bestanden", "andere cijfers uit dezelfde bestanden"),
        (
            len(changes.unclear),
            "ander cijfer uit niet-openbare bestanden",
            "andere cijfers uit niet-openbare bestanden",
        ),
        (len(changes.new_period), "cijfer over een andere periode", "cijfers over een andere periode"),
        (len(changes.added), "nieuw onderwerp", "nieuwe onderwerpen"),
        (len(changes.removed), "onderwerp met minder cijfers", "onderwerpen met minder cijfers"),
        (len(changes.opened), "nieuw hoofdstuk", "nieuwe hoofdstukken"),
        (len(changes.closed), "hoofdstuk minder", "hoofdstukken minder"),
        (len(changes.answered), "vraag die nu wel te beantwoorden is", "vragen die nu wel te beantwoorden zijn"),
        (len(changes.lacking), "vraag die niet meer te beantwoorden is", "vragen die niet meer te beantwoorden zijn"),
        (changes.rest, "ander getal, zoals een marge", "andere getallen, zoals marges"),
    )
    counted = [dutch.counted(count, singular, plural) for count, singular, plural in counts if count]
    since = f"de editie van {changes.old.moment}"
    if not counted:
        return f"De cijfers en de oordelen zijn dezelfde als in {since}."
    return f"Veranderd sinds {since}: {dutch.listed(counted)}."


def first_sentence(changes: EditionChanges) -> str | None:
    """Say in Dutch what moved since the previous edition, for the first page: in a sentence, or two.

    Parameters
    ----------
    changes : EditionChanges
        The differences.

    Returns
    -------
    str or None
        Which key messages came and went; the verdict that moved, of a key message before any other; or else the figure
        of a key message that changed, or what is new on their page. ``None`` when nothing of that kind happened.
    """
    if changes.old is None:
        return None
    since = f"Sinds de editie van {dutch.day(changes.old.made.date())}"
    kinds = (("erbij gekomen", changes.messages_added), ("niet meer bij", changes.messages_removed))
    told = [f"{words}: {_quoted(titles)}" for words, titles in kinds if titles]
    messages = f"{since} veranderden de kernboodschappen; {'; '.join(told)}." if told else None
    moved = _moved(changes, "Ook" if told else since)
    return " ".join(filter(None, [messages, moved])) or None


def _quoted(titles: Sequence[str]) -> str:
    """Quote the first title, and count the others: the page of changes has them all."""
    first, *others = titles
    return f"'{first}'" + (f" en {dutch.counted(len(others), 'andere', 'andere')}" if others else "")


def _moved(changes: EditionChanges, since: str) -> str | None:
    """Say which verdict, or else which figure of a key message, moved."""
    home = next((chapter["title"] for chapter in changes.new.manifest["chapters"]), None)  # the key messages
    if moved := sorted(changes.moved, key=lambda verdict: home not in verdict.chapters):
        first, *others = moved
        also = dutch.counted(len(others), "ander oordeel", "andere oordelen")
        rest = f"; ook {also} {'veranderde' if len(others) == 1 else 'veranderden'}" if others else ""
        return f"{since} ging het oordeel over {_subject(first)} van '{first.old}' naar '{first.new}'{rest}."
    figures = (*changes.new_period, *changes.revised, *changes.recalculated, *changes.unclear)
    if changed := next((figure for figure in figures if home in figure.chapters), None):
        was = _dated_value(changed.old, changed.old_period, changed)
        now = _dated_value(changed.new, changed.period, changed)
        return f"{since} veranderde een kernboodschap, {_subject(changed)}: van {was} naar {now}."
    if added := next((group for group in changes.added if group.chapter == home), None):
        return f"{since} is er een nieuw onderwerp op deze bladzijde: {_subject(added)}."
    return None


def _subject(changed: Figure | VerdictChange | ChangeGroup) -> str:
    label = changed.label.removesuffix(".")
    return f"'{label}'" if " " in label and label[0].isupper() else label


def changes_text(changes: EditionChanges) -> str:
    """Return all changes as lines for the terminal.

    Parameters
    ----------
    changes : EditionChanges
        The differences.

    Returns
    -------
    str
        The summary, and a block of lines for each question.
    """
    lines = [summary(changes)]
    for section in _sections(changes):
        section_lines = [*(row_text(cells) for cells in section.rows), *section.lines]
        lines += ["", section.question, *(f"  {line}" for line in section_lines)]
    return "\n".join(lines)


def changes_html(changes: EditionChanges) -> Markup:
    """Return the content of the page of changes: a heading, the summary, and one section for each kind of change.

    Parameters
    ----------
    changes : EditionChanges
        The differences.

    Returns
    -------
    Markup
        The body of the page.
    """
    blocks = [Markup("<h1>{}</h1>").format(TITLE), Markup('<p class="answer">{}</p>').format(summary(changes))]
    if changes.old is not None:
        blocks.append(Markup('<p class="note">{}</p>').format(_ORIGIN))
    for section in _sections(changes):
        blocks.append(Markup("<h2>{}</h2>").format(section.question))
        if section.rows:
            columns, rows = _filled(section)
            word_columns = tuple(name for name in columns if name not in _WAS or section.id in _WITH_WORDS)
            blocks.append(Markup(html(DataTable(section.id, _CAPTIONS[section.id], columns, rows, word_columns))))
        blocks.extend(_items(section.lines))
    return Markup("\n").join([*blocks, *_editions(changes)])


def _filled(section: _ChangeSection) -> tuple[tuple[str, ...], Rows]:
    """Return the columns and rows of a section without columns that are empty in every row."""
    filled = [any(cells) for cells in zip(*section.rows, strict=True)]
    rows = tuple(tuple(compress(cells, filled)) for cells in section.rows)
    return tuple(compress(section.columns, filled)), rows


def _items(lines: Sequence[str]) -> Iterator[Markup]:
    if len(lines) > 1:
        items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
        yield Markup("<ul>{}</ul>").format(items)
    else:
        yield from (Markup("<p>{}</p>").format(line) for line in lines)


def _editions(changes: EditionChanges) -> Iterator[Markup]:
    if changes.old is not None:
        yield Markup("<h2>Waar staan de eerdere edities?</h2>")
        yield Markup('<p><a href="{}">{}</a> {}</p>').format(EDITIONS, _ALL, _AWAY)


def _sections(changes: EditionChanges) -> Iterator[_ChangeSection]:
    """Return the questions that have an answer."""
    figure_columns, verdict_columns = ("Cijfer", *_ABOUT, *_WAS), ("Waarover", *_ABOUT, *_WAS)
    period_columns = ("Cijfer", "Waar", "Hoofdstuk", *_WAS)
    sections = (
        _ChangeSection("boodschappen", "Welke kernboodschappen zijn veranderd?", lines=tuple(_messages(changes))),
        _ChangeSection("oordelen", "Welke oordelen zijn veranderd?", verdict_columns, verdict_rows(changes)),
        _ChangeSection(
            "bijgesteld",
            "Welke cijfers uit andere bestanden zijn veranderd?",
            figure_columns,
            figure_rows(changes.revised),
        ),
        _ChangeSection(
            "berekend",
            "Welke cijfers uit dezelfde bestanden zijn veranderd?",
            figure_columns,
            figure_rows(changes.recalculated),
        ),
        _ChangeSection(
            "besloten",
            "Welke cijfers uit niet-openbare bestanden zijn veranderd?",
            figure_columns,
            figure_rows(changes.unclear),
        ),
        _ChangeSection(
            "nieuw", "Welke cijfers gaan over een andere periode?", period_columns, new_period_rows(changes)
        ),
        _ChangeSection("erbij", "Wat is er nieuw of weg?", lines=tuple(_came_and_went(changes))),
        _ChangeSection("bestanden", "Welke bestanden zijn veranderd?", ("Bron", *_WAS), file_rows(changes)),
        _ChangeSection("verder", "Wat veranderde er verder?", lines=tuple(_rest(changes))),
    )
    return (section for section in sections if section.rows or section.lines)


def row_text(cells: tuple[str | None, ...]) -> str:
    """Return a row of a table as one line: the subject, the old value and the new value.

    Parameters
    ----------
    cells : tuple of str or None
        The last two cells hold the old and the new value.

    Returns
    -------
    str
        A line without full stop.

    Examples
    --------
    >>> row_text(("woninginbraken", "2022", "36", "41"))
    'woninginbraken, 2022: van 36 naar 41'
    """
    *about, was, now = cells
    return f"{', '.join(cell.removesuffix('.') for cell in about if cell)}: van {was or 'geen'} naar {now or 'geen'}"


def _messages(changes: EditionChanges) -> Iterator[str]:
    yield from (f"Erbij gekomen: '{title}'." for title in changes.messages_added)
    yield from (f"Niet meer bij de kernboodschappen: '{title}'." for title in changes.messages_removed)


def _came_and_went(changes: EditionChanges) -> Iterator[str]:
    chapters = ("Nieuw hoofdstuk", changes.opened), ("Dit hoofdstuk is er niet meer", changes.closed)
    subjects = ("Nu wel te beantwoorden", changes.answered), ("Niet meer te beantwoorden", changes.lacking)
    yield from (f"{introduction}: {title}." for introduction, titles in chapters for title in titles)
    yield from (
        f"{introduction}, in het hoofdstuk {title}: {label}."
        for introduction, missing in subjects
        for label, title in missing
    )
    yield from (f"Nieuw in het rapport: {_group(group)}." for group in changes.added)
    yield from (f"Niet meer in het rapport: {_group(group)}." for group in changes.removed)


def _group(group: ChangeGroup) -> str:
    """Describe a group: how many numbers, about what, of which periods, in which chapter."""
    region = f" in {region_name(group.region)}" if group.region else ""
    named_periods = [period_words(period) for period in group.periods if period]
    periods = (
        f" over {dutch.listed(named_periods)}"
        if len(named_periods) <= _NAMED
        else f", {named_periods[0]} tot en met {named_periods[-1]}"
    )
    count = f"{dutch.counted(group.figures, 'cijfer', 'cijfers')}{periods if named_periods else ''}"
    text = f"{group.label.removesuffix('.')}{region} ({count})"
    return f"{text}, in het hoofdstuk {group.chapter}" if group.chapter else text


def _rest(changes: EditionChanges) -> Iterator[str]:
    if changes.other_code:
        yield (
            "Het programma dat het rapport maakt, of de software die het gebruikt, is veranderd. "
            "Een verschil in cijfers kan daardoor ook van de rekenwijze komen."
        )
    if changes.unpublic:
        yield "Van bestanden die niet openbaar zijn, staat hier niet of hun inhoud veranderd is."
    if changes.steady:
        same = dutch.counted(changes.steady, "cijfer gaat", "cijfers gaan")
        yield f"Nog {same} over een andere periode en {'bleef' if changes.steady == 1 else 'bleven'} gelijk."
    if changes.rest:
        others = dutch.counted(changes.rest, "ander getal veranderde", "andere getallen veranderden")
        yield f"Nog {others}, zoals marges en percentages. Alle getallen staan in results.json."


def figure_rows(changed: Sequence[Figure]) -> Rows:
    """Return the rows for numbers with another value.

    Parameters
    ----------
    changed : sequence of Figure
        The numbers.

    Returns
    -------
    tuple of tuple of str or None
        Label, region, period, chapters, old and new value.
    """
    return tuple(
        (
            figure.label,
            region_name(figure.region),
            _period(figure),
            _chapter_titles(figure),
            _value(figure.old, figure),
            _value(figure.new, figure),
        )
        for figure in changed
    )


def new_period_rows(changes: EditionChanges) -> Rows:
    """Return the rows for numbers of a new period.

    Parameters
    ----------
    changes : EditionChanges
        The differences.

    Returns
    -------
    tuple of tuple of str or None
        Label, region, chapters, and both values with their periods.
    """
    return tuple(
        (
            figure.label,
            region_name(figure.region),
            _chapter_titles(figure),
            _dated_value(figure.old, figure.old_period, figure),
            _dated_value(figure.new, figure.period, figure),
        )
        for figure in changes.new_period
    )


def verdict_rows(changes: EditionChanges) -> Rows:
    """Return the rows for verdicts that changed.

    Parameters
    ----------
    changes : EditionChanges
        The differences.

    Returns
    -------
    tuple of tuple of str or None
        Label, region, period, chapters, old and new verdict.
    """
    return tuple(
        (change.label, region_name(change.region), _period(change), _chapter_titles(change), change.old, change.new)
        for change in changes.moved
    )


def file_rows(changes: EditionChanges) -> Rows:
    """Return the rows for raw files that changed.

    Parameters
    ----------
    changes : EditionChanges
        The differences.

    Returns
    -------
    tuple of tuple of str or None
        Publisher and table, and the files of both editions.
    """
    return tuple(
        (
            f"{table.publisher}, {provenance.table_name(table.table, (table.new or table.old)[-1].path)}",
            _file_names(table.old),
            _file_names(table.new, ", andere inhoud"),
        )
        for table in changes.files
    )


def _file_names(files: Sequence[InputFile], altered: str = "") -> str:
    return "; ".join(_file_text(file, altered if file.altered else "") for file in files) or "geen bestand"


def _file_text(file: InputFile, altered: str) -> str:
    exported = dutch.day(date.fromisoformat(file.vintage)) if file.vintage else "datum niet vastgelegd"
    return f"{file.path} ({exported}{altered})"


def _period(changed: Figure | VerdictChange) -> str:
    """Return the period of a change in words, with the period it is compared with."""
    since = f" (sinds {period_words(changed.baseline)})" if changed.baseline else ""
    return f"{period_words(changed.period)}{since}"


def _chapter_titles(changed: Figure | VerdictChange) -> str:
    return "; ".join(changed.chapters)


def _dated_value(value: float | None, when: str, figure: Figure) -> str:
    return f"{_value(value, figure) or 'geen cijfer'} ({period_words(when)})"


def _value(value: float | None, figure: Figure) -> str | None:
    if value is None:
        return None
    if figure.unit in _AMOUNTS:
        return _AMOUNTS[figure.unit](value)
    if figure.unit == "percent":
        return (dutch.signed_percent if figure.baseline else dutch.percent)(value, 1)
    text = dutch.number(value, DECIMALS[figure.unit])
    return {"rank": f"plaats {text}", "per_1000": f"{text} per 1.000"}.get(figure.unit, text)
