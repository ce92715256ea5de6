"""Which sentences of the council's documents can be checked, and what covers each of them.

A sentence with something to check is covered by a statement or goal that quotes it, by a place that another document
names, or by a place in ``bekeken.yml`` with the reason why it needs none of these. Otherwise it is open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from textwrap import shorten
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, Field, field_validator

from .. import paths
from ..definitions import catalogue
from ..definitions.catalogue import Definition
from ..definitions.yaml_files import shortened
from .council import Goals
from .statements import Statements
from .texts import NAME, Forgiven, Place, PolicyText, TextSpan, places

REVIEWED = "bekeken"  # the kind of document with places that were read, and so the name of its file
By = Literal["quote", "place", "reviewed"]
_ONE_PLACE = rf"{NAME}:p?[0-9]+(?:-p?[0-9]+)?"
_PLACES = re.compile(rf"{_ONE_PLACE}(?:, {_ONE_PLACE})*")
_LIST_SIGN = re.compile(r"^\s*(?:[-•▪●◦*\uf0b7]|\d{1,2}[.)]|[a-z]\))\s+")
_ROW = re.compile(r"\S\s*[|\t]\s*\S")  # cells of a table in plain text
_SENTENCE_END = re.compile(r"[.!?][”’\"')]*\s+(?=[“‘\"'(]?[A-Z0-9€])")
_LONGEST_NAMED = 60  # lines or pages; what names more is a chapter and accounts for no sentence
_OPENING = 60  # characters of an open sentence that are shown
_ENDED = (".", "!", "?", ":", ";", "”", "’")


class Words(Definition):
    """Words and regular expressions of which one is enough."""

    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """All of them as one expression."""
        words = (re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in self.words)
        return re.compile("|".join([*(rf"\b{word}\b" for word in words), *self.patterns]), re.IGNORECASE)


class CheckableRules(Definition):
    """The content of ``checkable.yml``: what makes a sentence one with something to check."""

    abbreviations: tuple[str, ...]
    goals: tuple[str, ...]
    names: tuple[str, ...]
    kinds: dict[str, Words]


class ReviewedPlaces(Definition):
    """Places that were read and have nothing that must be tested, with the reason."""

    places: str
    reason: Annotated[str, Field(min_length=10)]

    @field_validator("places")
    @classmethod
    def _in_the_form_of_places(cls, text: str) -> str:
        if not _PLACES.fullmatch(text):
            raise ValueError(
                f"'{shortened(text)}' is geen plaats. Schrijf VP:4 of VP:4-6, een bladzijde als VP:p2, en zet tussen "
                "twee plaatsen een komma: VP:4, VP:9."
            )
        return text


class ReviewedText(Definition):
    """The content of ``beleid/bekeken.yml``: places and reasons, and nothing of the text."""

    municipality: str
    reviewed: tuple[ReviewedPlaces, ...] = ()


class FoundQuote(BaseModel):
    """Where a quote stands in the text: its place, the nearest heading above, and what was forgiven to find it."""

    place: str
    heading: str | None
    forgiven: Forgiven


class CoveredText(BaseModel):
    """The coverage of one document.

    ``kinds`` counts the sentences with each kind of thing to check (a sentence may have several), ``covered`` what
    covers them, and ``open`` gives the places of those that nothing covers. ``source`` is the name of the raw file.
    """

    source: str
    unit: Literal["line", "paragraph", "page"]
    length: int
    sentences: int
    checkable: int
    kinds: dict[str, int]
    covered: dict[By, int]
    open: tuple[str, ...]


class CheckedTexts(BaseModel):
    """What was found in the texts of the documents; the texts themselves are not kept."""

    municipality: str
    texts: dict[str, CoveredText]
    quotes: dict[str, FoundQuote]

    @property
    def by_paragraph(self) -> frozenset[str]:
        """Short names of the Word files, in which a place is a paragraph and no line."""
        return frozenset(id for id, text in self.texts.items() if text.unit == "paragraph")


class Quotation(NamedTuple):
    """A literal text in one of the YAML documents, and where it says that it stands."""

    field: str
    quote: str
    stated: tuple[Place, ...]


@cache
def rules() -> CheckableRules:
    """Return the rules in force."""
    return catalogue.read_yaml(paths.DEFINITIONS / "checkable.yml", CheckableRules)


class Sentence(NamedTuple):
    """A sentence, item of a list, cell or row of a text.

    ``kinds`` is empty when there is nothing to check in it; ``introduced`` is whether it stands where goals are listed.
    """

    span: TextSpan
    kinds: tuple[str, ...]
    introduced: bool


def quote_field(statement: str) -> str:
    """Return the field with the quote of a statement, by which its passage is kept.

    Examples
    --------
    >>> quote_field("K01")
    'statements › K01 › quote'
    """
    return f"statements › {statement} › quote"


def quotations(document: object) -> Iterator[Quotation]:
    """Yield every literal text in a document of the council that has them.

    Parameters
    ----------
    document : Document
        Statements and goals have quotes; other documents have none.

    Yields
    ------
    Quotation
    """
    match document:
        case Statements():
            for id, statement in document.statements.items():
                number = statement.page if statement.line is None else statement.line
                stated = Place(statement.document, number or 0, number or 0, statement.line is None)
                yield Quotation(quote_field(id), statement.quote, (stated,))
        case Goals():
            for id, goal in document.goals.items():
                if named := tuple(places(goal.source)):
                    yield Quotation(f"goals › {id} › text", goal.text, named)
                if goal.plan is not None and (planned := tuple(places(goal.plan.source))):
                    yield Quotation(f"goals › {id} › plan › text", goal.plan.text, planned)


def sentences(text: PolicyText) -> list[Sentence]:
    """Return the sentences of a text, each with the kinds of things that can be checked in it.

    Parameters
    ----------
    text : PolicyText

    Returns
    -------
    list of Sentence
        Without headings.
    """
    found = []
    context = _GoalContext(text)
    for unit in _units(text):
        for span in _split(text.content, unit):
            sentence = text.content[span.start : span.end]
            introduced = context.holds(span, sentence, span.start == unit.start)
            found.append(Sentence(span, _kinds(sentence, introduced), introduced))
    return found


def without_list_sign(sentence: str) -> str:
    """Return a sentence without the dash, dot or number of a list in front of it."""
    return _LIST_SIGN.sub("", sentence)


class _GoalContext:
    """Whether a sentence is a goal because of what introduces it, going through a text from start to end."""

    def __init__(self, text: PolicyText) -> None:
        self._text, self._words = text, Words(words=rules().goals).expression
        self._titles = sorted({*text.headings, *text.likely_headings})
        self._within, self._seen, self._paragraphs = False, 0, 0

    def holds(self, span: TextSpan, sentence: str, opens: bool) -> bool:
        """Whether the next sentence stands below a heading about goals, or after a sentence that announces them.

        Goals are one paragraph, or a list; ``opens`` is whether the sentence opens a paragraph or item.
        """
        while self._seen < len(self._titles) and self._text.starts[self._titles[self._seen]] <= span.start:
            title = self._titles[self._seen]
            self._within = title in self._text.headings and bool(self._words.search(self._text.lines[title]))
            self._seen, self._paragraphs = self._seen + 1, 0
        self._paragraphs += opens and not _LIST_SIGN.match(sentence)
        line = self._text.line_at(span.start)
        if self._text.opens_page(line) and span.start <= self._text.starts[line] + 1:
            self._within = False
        self._within &= self._paragraphs <= 1
        ending, within = sentence.rstrip(), self._within
        if ending.endswith(":"):
            self._within, self._paragraphs = bool(self._words.search(sentence)), 0
        elif ending.endswith(("”", "?")):  # the end of a goal that is quoted, or a question about something else
            self._within = False
        return within


def _units(text: PolicyText) -> Iterator[TextSpan]:
    """Yield paragraphs, items of lists and cells: what a sentence does not go beyond."""
    first = last = None
    headings, pause = set(text.headings), False
    for number, line in enumerate(text.lines):
        if not line.strip() or number in headings:
            pause = True
            continue
        if first is not None and _starts_unit(text, last, number, pause):
            yield TextSpan(text.starts[first], text.starts[last] + len(text.lines[last]))  # type: ignore[index]
            first = None
        first, last, pause = number if first is None else first, number, False
    if first is not None and last is not None:
        yield TextSpan(text.starts[first], text.starts[last] + len(text.lines[last]))


def _starts_unit(text: PolicyText, last: int | None, number: int, pause: bool) -> bool:
    """Whether a line begins something new; text that a page break or blank line cuts in two goes on in lower case."""
    line, before = text.lines[number], text.lines[last or 0].rstrip()
    if not text.wrapped or _LIST_SIGN.match(line) or _ROW.search(line) or _ROW.search(before):
        return True
    goes_on = line.lstrip()[:1].islower() and not before.endswith(_ENDED)
    return pause and not goes_on


def _split(content: str, unit: TextSpan) -> Iterator[TextSpan]:
    start = unit.start
    for match in _SENTENCE_END.finditer(content, unit.start, unit.end):
        word = content[start : match.start()].rsplit(maxsplit=1)[-1:]
        if word and (word[0].strip("(").lower() in rules().abbreviations or re.fullmatch(r"\W*[A-Z0-9]", word[0])):
            continue
        yield TextSpan(start, match.start() + len(match[0].rstrip()))
        start = match.end()
    if content[start : unit.end].strip():
        yield TextSpan(start, unit.end)


@cache
def _names() -> re.Pattern[str]:
    return re.compile("|".join(rules().names))


def _kinds(sentence: str, within_goals: bool) -> tuple[str, ...]:
    """Return the kinds of things to check in a sentence; a question, page number or name of a document has none."""
    if sentence.rstrip().endswith("?"):
        return ()
    plain = _names().sub(" ", " ".join(without_list_sign(sentence).split()))
    if not any(character.isalpha() for character in plain) and not re.search(r"\d[.,]\d|€|%", plain):
        return ()
    found = [kind for kind, words in rules().kinds.items() if words.expression.search(plain)]
    return tuple(dict.fromkeys([*found, *(["goal"] if within_goals else [])]))


def named_places(documents: Mapping[str, Any]) -> list[Place]:
    """Return the places that the documents of the council name, by which the text there is accounted for.

    Parameters
    ----------
    documents : mapping
        By kind, as they were read. Of statements only the remarks count, because a quote says more exactly what of a
        line is tested; places that were only read are in another list, with their reasons.

    Returns
    -------
    list of Place
        Without places so long that they are chapters.
    """
    sources = [document for document in documents.values() if not isinstance(document, ReviewedText)]
    named = [place for document in sources for _, place in stated_places(document)]
    return [place for place in named if place.last - place.first < _LONGEST_NAMED]


def stated_places(document: Any) -> Iterator[tuple[str, Place]]:
    """Yield every place that a document of the council names, with its field.

    Parameters
    ----------
    document : Document
        Of statements only the remarks are searched; where a quote stands is looked up by the quote.

    Yields
    ------
    tuple of str and Place
    """
    only = {"remarks"} if isinstance(document, Statements) else None
    for field, text in texts_in(document.model_dump(include=only)):
        for place in places(text):
            yield field, place


def texts_in(content: object, *parts: str) -> Iterator[tuple[str, str]]:
    """Yield every text in plain objects, with the field that it is in; positions in a list count from 1.

    Examples
    --------
    >>> list(texts_in({"a": ["x", {"b": "y"}], "c": 3}))
    [('a › 1', 'x'), ('a › 2 › b', 'y')]
    """
    if isinstance(content, str):
        yield " › ".join(parts), content
    elif isinstance(content, Mapping):
        for name, value in content.items():
            yield from texts_in(value, *parts, str(name))
    elif isinstance(content, list | tuple):
        for number, value in enumerate(content, start=1):
            yield from texts_in(value, *parts, str(number))


class CoveredSentence(NamedTuple):
    """A sentence with something to check, its place, and what covers it; ``None`` when it is open."""

    sentence: Sentence
    place: Place
    by: By | None

    def opening(self, text: PolicyText) -> str:
        """Return the first words of the sentence, by which a person finds it; only for her own screen."""
        whole = text.content[self.sentence.span.start : self.sentence.span.end]
        return shorten(without_list_sign(whole), _OPENING, placeholder=" …")


def cover(text: PolicyText, documents: Mapping[str, Any]) -> list[CoveredSentence]:
    """Return what covers each sentence of a text that has something to check.

    Parameters
    ----------
    text : PolicyText
    documents : mapping
        The documents of the council by kind.

    Returns
    -------
    list of CoveredSentence
        In the order of the text. In a PDF a place is a whole page: such a place covers sentences only where it is
        given with a reason, and not where a goal or measure merely stands on that page. For a paragraph of a Word
        file see `_named`.
    """
    quoted = [span for _, span in found_quotes(text, documents) if span is not None]
    named = [] if text.pages else [span for place in named_places(documents) for span in _named(text, place)]
    reviewed = [span for place in _reviewed(documents) for span in text.spans(place)]
    by: dict[By, list[TextSpan]] = {"quote": quoted, "place": named, "reviewed": reviewed}
    covered: list[CoveredSentence] = []
    for sentence in sentences(text):
        if sentence.kinds:
            ways = (way for way, spans in by.items() if any(map(sentence.span.half_within, spans)))
            covered.append(CoveredSentence(sentence, text.place(sentence.span), next(ways, None)))
    return covered


def _named(text: PolicyText, place: Place) -> Iterator[TextSpan]:
    """Yield what a place accounts for; of a Word file only paragraphs and rows of one sentence.

    A paragraph has one place for all its sentences, so its place does not tell which of them was meant.
    """
    if text.wrapped:
        yield from text.spans(place)
        return
    for line in range(place.first, place.last + 1):
        for span in text.spans(place._replace(first=line, last=line)):
            if len(list(_split(text.content, span))) == 1:
                yield span


def found_quotes(text: PolicyText, documents: Mapping[str, Any]) -> Iterator[tuple[Quotation, TextSpan | None]]:
    """Yield every quote that should be in a text, with where it stands; ``None`` when it is not there."""
    for document in documents.values():
        for quotation in quotations(document):
            stated = [place for place in quotation.stated if place.document == text.id]
            if stated:
                yield quotation, text.find(quotation.quote, stated)


def _reviewed(documents: Mapping[str, Any]) -> list[Place]:
    reviewed = documents.get(REVIEWED)
    entries = reviewed.reviewed if isinstance(reviewed, ReviewedText) else ()
    return [place for entry in entries for place in places(entry.places)]


def idle_reviews(texts: Mapping[str, PolicyText], documents: Mapping[str, Any]) -> list[Place]:
    """Return the reviewed places with no sentence that needs their reason: nothing to check, or covered otherwise.

    A place that does not exist is not among them.
    """
    needing = [
        (text, item.sentence.span)
        for text in texts.values()
        for item in cover(text, documents)
        if item.by == "reviewed"
    ]
    return [
        place
        for place in _reviewed(documents)
        if place.document in texts
        and any(texts[place.document].spans(place))
        and not any(span.half_within(within) for text, span in needing for within in text.spans(place))
    ]


def summarise(texts: Mapping[str, tuple[PolicyText, str]], documents: Mapping[str, Any]) -> CheckedTexts:
    """Return the places of all quotes and the coverage of all texts, without the texts themselves.

    Parameters
    ----------
    texts : mapping
        Each text with the name of its raw file, by its short name.
    documents : mapping
        The documents of the council by kind, with the statements.

    Returns
    -------
    CheckedTexts
    """
    quotes = {
        quotation.field: FoundQuote(
            place=str(text.place(span)), heading=text.heading(span.start), forgiven=span.forgiven
        )
        for text, _ in texts.values()
        for quotation, span in found_quotes(text, documents)
        if span is not None
    }
    return CheckedTexts(
        municipality=documents["statements"].municipality,
        texts={id: _summary(text, source, documents) for id, (text, source) in texts.items()},
        quotes=quotes,
    )


def _summary(text: PolicyText, source: str, documents: Mapping[str, Any]) -> CoveredText:
    covered = cover(text, documents)
    return CoveredText(
        source=source,
        unit="page" if text.pages else "line" if text.wrapped else "paragraph",
        length=text.pages[-1] if text.pages else len(text.lines),
        sentences=len(sentences(text)),
        checkable=len(covered),
        kinds=Counter(kind for item in covered for kind in item.sentence.kinds),
        covered=Counter(item.by for item in covered if item.by is not None),
        open=tuple(str(item.place) for item in covered if item.by is None),
    )
