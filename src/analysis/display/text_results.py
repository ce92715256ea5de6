"""The texts of the council's documents: quotes that were looked up, and sentences that are accounted for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from html import escape
from typing import Any

from ..documents.council import Goals
from ..documents.coverage import By, CoveredText, cover, idle_reviews, texts_in
from ..documents.statements import Statements
from ..documents.texts import Forgiven, PolicyText
from ..policy.source_texts import LookedUp, QuoteReview, TextReview
from ..store.results import html
from . import dutch, provenance
from .sentences import answer, src
from .tables import DataTable, details

_MOST_OPEN = 200  # places that a page lists
_FORGIVEN: dict[Forgiven, str] = {
    "exact": "letter voor letter",
    "breaks": "op afbreekstreepjes of aanhalingstekens na",
    "accents": "op accenten of hoofdletters na",
    "confused": "op een leesfout na, zoals 0 voor O",
    "joined": "op spaties of leestekens na",
    "letters": "op een enkele letter na; de getallen zijn gelijk",
}
_BY: dict[By, str] = {"quote": "Getoetst", "place": "Elders", "reviewed": "Met reden"}
_MEANING = (
    "Getoetst: er is een uitspraak of doel uit de zin overgenomen. Elders: de zin staat bij een maatregel, lijst, feit "
    "of opmerking. Met reden: hieronder staat waarom een toets niet nodig is. Open: nog niet bekeken."
)
_KINDS = {
    "number": "een getal",
    "amount": "een bedrag, uren of een percentage",
    "date": "een jaar of periode",
    "trend": "meer, minder of een trend",
    "goal": "een doel",
    "ranking": "een rangorde of uiterste",
    "rhythm": "hoe vaak iets gebeurt",
    "outcome": "iets is klaar, gelukt of geregeld",
}
# What can only be checked when a file was read, besides whether every sentence is accounted for.
_EVERY_SENTENCE = "of elke zin is bekeken"
_ONLY_WITH = {
    "statements": ("of de citaten in de stukken staan", "of de uitspraken bestaan die andere bestanden noemen"),
    "facts": ("of de feiten bestaan die statements.yml noemt",),
    "goals": ("of elk doel uit statements.yml erin staat",),
    "priorities": ("of de thema's bestaan die andere bestanden noemen",),
    "plan": ("of de thema's en maatregelen bestaan die andere bestanden noemen",),
}


@html.register
def _(review: QuoteReview) -> str:
    found = len(review.found)
    sentences = [
        _found_text(len(review.quotes), found),
        _forgiven_text(review),
        *(_unread(review.titles[id], missing) for id, missing in review.unread.items()),
    ]
    columns = ("Nummer", "Plaats", "Laatste kopje erboven", "Hoe gevonden")
    table = DataTable("citaten", "Waar elk citaat staat", columns, tuple(map(_row, review.found)), columns)
    method = "elk citaat opgezocht op zijn plaats in de tekst; een getal moet precies gelijk zijn"
    block = provenance.provenance_block(review.files, "citaten", "alle citaten van uitspraken en doelen", method)
    listed = details(f"Waar staat elk citaat? ({found})", html(table) + block) if found else block
    return answer(" ".join(filter(None, sentences))) + listed


def _found_text(number: int, found: int) -> str:
    """Say how many quotes stand in the documents; one that does not is an error when the documents are read."""
    if found < number:
        verb = "staat" if found == 1 else "staan"
        return f"Van de {number} citaten {verb} er <b>{found}</b> in de stukken, op de plaats die erbij staat."
    if number == 1:
        return "Het <b>enige citaat</b> staat in de stukken, op de plaats die erbij staat."
    return f"Alle <b>{number} citaten</b> staan in de stukken, op de plaats die erbij staat."


def _forgiven_text(review: QuoteReview) -> str:
    """Say of how many quotes something was forgiven, and what."""
    exact = review.forgiven.get("exact", 0)
    slips = [f"{number} {_FORGIVEN[step]}" for step, number in sorted(review.forgiven.items()) if step != "exact"]
    if slips:
        return f"Letter voor letter {'staat' if exact == 1 else 'staan'} er {exact} zo, {dutch.listed(slips)}."
    return "Dat is letter voor letter zo." if exact else ""


def _unread(title: str, number: int) -> str:
    quotes = dutch.counted(number, "citaat is", "citaten zijn")
    return f"De tekst van {escape(title)} is niet aangeleverd: {quotes} niet nagezocht."


def _row(quote: LookedUp) -> tuple[str, ...]:
    assert quote.found is not None
    return (quote.id, quote.found.place, quote.found.heading or "geen", _FORGIVEN[quote.found.forgiven])


@html.register
def _(review: TextReview) -> str:
    first = _coverage_text(review.checkable, len(review.open))
    absent = [f"De tekst van {escape(review.titles[id])} is niet aangeleverd." for id in review.without_text]
    columns = ("Stuk", "Toetsbaar", *_BY.values(), "Open")
    rows = tuple(_counts(review.titles.get(id, id), text) for id, text in review.texts.items())
    table = html(DataTable("zinnen", "Zinnen met een toetsbare bewering", columns, rows, columns[:1]))
    parts = [_open_places(review), _reasons(review), _how(review)]
    method = "zinnen gezocht op woorden, getallen en jaren (definitions/checkable.yml)"
    block = provenance.provenance_block(review.files, "zinnen in de stukken", "alle zinnen, zonder kopjes", method)
    accounted = details("Wat is er met elke zin gedaan?", table + src(_MEANING) + "".join(parts) + block)
    return answer(" ".join([first, *absent])) + accounted


def _coverage_text(number: int, left: int) -> str:
    sentences = "zin" if number == 1 else "zinnen"
    if left:
        verb = "is" if left == 1 else "zijn"
        return f"Van de <b>{number} {sentences}</b> met een toetsbare bewering {verb} er {left} nog niet bekeken."
    if number <= 1:
        return "De <b>enige zin</b> met een toetsbare bewering is bekeken." if number else "Er is geen toetsbare zin."
    return f"Alle <b>{number} zinnen</b> met een toetsbare bewering zijn bekeken."


def _counts(title: str, text: CoveredText) -> tuple[str, ...]:
    by = [dutch.number(text.covered.get(way, 0)) for way in _BY]
    return (title, dutch.number(text.checkable), *by, dutch.number(len(text.open)))


def _open_places(review: TextReview) -> str:
    if not review.open:
        return ""
    listed = ", ".join(review.open[:_MOST_OPEN])
    more = f" en nog {len(review.open) - _MOST_OPEN}" if len(review.open) > _MOST_OPEN else ""
    places = dutch.counted(len(review.open), "plaats", "plaatsen")
    return details(f"Wat is nog niet bekeken? ({places})", f"<p>{escape(listed)}{more}.</p>")


def _reasons(review: TextReview) -> str:
    """List the places that need no test, each with the reason."""
    if review.reviewed is None or not review.reviewed.reviewed:
        return ""
    columns = ("Plaatsen", "Waarom is hier geen toets nodig?")
    rows = tuple((entry.places, entry.reason) for entry in review.reviewed.reviewed)
    table = html(DataTable("bekeken", "Plaatsen die geen toets nodig hebben", columns, rows, columns))
    return details("Wat heeft geen toets nodig, en waarom?", table)


def _how(review: TextReview) -> str:
    """Say how sentences are found, and what that misses."""
    kinds = {kind: sum(text.kinds.get(kind, 0) for text in review.texts.values()) for kind in _KINDS}
    columns = ("In de zin staat", "Zinnen")
    rows = tuple((_KINDS[kind], dutch.number(count)) for kind, count in kinds.items())
    table = html(DataTable("soorten-zinnen", "Waaraan een toetsbare zin te herkennen is", columns, rows, columns[:1]))
    note = (
        "Een zin kan er meer hebben. Wij zoeken op woorden. Een zin zonder getal, jaar, trend, doel of uitkomst valt "
        "dus weg: een opsomming van namen, een voornemen zonder jaar, of een mening."
    )
    return details("Hoe herkennen wij een toetsbare bewering?", table + src(note))


def missing_parts(
    documents: Mapping[str, Any], texts: Mapping[str, PolicyText], unread: Collection[str] = ()
) -> Iterator[str]:
    """Yield what is missing in the documents of the council.

    Parameters
    ----------
    documents : mapping
        By kind.
    texts : mapping
        By short name.
    unread : collection of str
        Kinds of which there is a file that could not be read; what only it could tell is not said to be missing.

    Yields
    ------
    str
        Dutch sentences.
    """
    statements = documents.get("statements")
    if not isinstance(statements, Statements):
        if "statements" not in unread:
            yield "statements.yml is er niet. Zonder uitspraken valt er niets te toetsen."
        return
    for id, title in statements.documents.items():
        if id not in texts:
            yield f"De tekst van {title} ({id}) staat niet in de map documenten; de citaten zijn niet nagezocht."
    for text in texts.values() if not unread else ():
        left = [f"\n  {item.place}: {item.opening(text)}" for item in cover(text, documents) if item.by is None]
        if left:
            number = dutch.counted(len(left), "zin is", "zinnen zijn")
            yield f"In {text.id}: {number} nog niet bekeken:{''.join(left)}"


def unchecked_parts(unread: Mapping[str, str]) -> Iterator[str]:
    """Yield what could not be checked, for each file that was not read.

    Parameters
    ----------
    unread : mapping
        The name of the file by kind.

    Yields
    ------
    str
        Dutch sentences.
    """
    for kind, file in unread.items():
        yield f"{dutch.listed([_EVERY_SENTENCE, *_ONLY_WITH.get(kind, ())])}, want {file} is niet gelezen."


def repeated_parts(documents: Mapping[str, Any]) -> Iterator[str]:
    """Yield what stands in the documents twice, as Dutch sentences."""
    statements = documents.get("statements")
    if not isinstance(statements, Statements):
        return
    quoting: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for id, statement in statements.statements.items():
        if statement.same_as is None:  # a sentence may say two things: then the tests differ
            quoting[statement.place, " ".join(statement.quote.split()), repr(statement.tests)].append(id)
    for (place, *_), ids in quoting.items():
        if len(ids) > 1:
            yield f"{dutch.listed(ids)} hebben dezelfde toets en hetzelfde citaat op {place}. Haal er een weg."


def unlinked_parts(
    documents: Mapping[str, Any], texts: Mapping[str, PolicyText], unread: Collection[str] = ()
) -> Iterator[str]:
    """Yield what nothing else refers to, as Dutch sentences; ``unread`` as for `missing_parts`."""
    statements, goals = documents.get("statements"), documents.get("goals")
    if isinstance(statements, Statements) and "goals" not in unread:
        linked = {text for _, text in texts_in(goals.model_dump())} if isinstance(goals, Goals) else set()
        own = [id for id, statement in statements.statements.items() if statement.role == "goal"]
        if loose := [id for id in own if id not in linked and statements.statements[id].same_as not in linked]:
            yield f"Geen doel in goals.yml verwijst naar {dutch.listed(loose)}."
    if isinstance(statements, Statements):
        used = {statement.document for statement in statements.statements.values()}
        for id in statements.documents:
            if id not in used:
                yield f"Geen uitspraak komt uit {id}."
    if idle := idle_reviews(texts, documents):
        places = ", ".join(map(str, idle))
        yield f"In bekeken.yml is niet nodig, want daar staat niets toetsbaars of het is al verwerkt: {places}."
