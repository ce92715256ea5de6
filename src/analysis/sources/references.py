"""Whether the council's documents name only what exists: indicators, regions, statements and themes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from .. import catalogue, paths, regions
from ..documents import Dashboard, Document, Facts, Goals, Partners, Plan, Priorities, Statements
from ..documents.plan import BudgetLine, Hours
from ..documents.statements import BUILT_IN, CountTest, SetTest, SumTest, Test
from ..errors import DataError
from .votecard import VoteCard


class Reference(NamedTuple):
    """A name in a document, the field it stands in, and what it may be; ``what`` is the Dutch word for it."""

    field: str
    name: str
    known: Collection[str]
    what: str


def check(kind: str, file: Path, documents: Mapping[str, Document], card: VoteCard | None) -> None:
    """Hold every name in a document against what exists.

    Parameters
    ----------
    kind : str
        Of the document.
    file : Path
        The file it was read from.
    documents : mapping
        Every document by kind: they name each other's themes, facts and statements.
    card : VoteCard or None
        Names the themes that can be voted on, where there was a vote.

    Raises
    ------
    DataError
        With the file, the field and the nearest name that does exist.
    """
    for one in _references(documents[kind], documents, card):
        if one.name not in one.known:
            raise _unknown(file, one)


def _unknown(file: Path, one: Reference) -> DataError:
    near = get_close_matches(one.name, list(one.known), n=3, cutoff=0.4)
    remedy = f"Bedoelt u: {', '.join(near)}?" if near else "Controleer de naam, of voeg hem toe waar hij hoort."
    return DataError(paths.shown(file), f"{one.what} '{one.name}' bestaat niet.", remedy, field=one.field)


def _references(document: Document, documents: Mapping[str, Document], card: VoteCard | None) -> Iterator[Reference]:
    """All names in one document."""
    yield Reference("municipality", document.municipality, regions.regions().municipalities, "de gemeente")
    match document:
        case Statements():
            yield from _statements(document, documents)
        case Goals():
            yield from _goals(document, documents)
        case Priorities():
            yield from _priorities(document, card)
        case Plan():
            yield from _plan(document)
        case Dashboard():
            for place, item in enumerate(document.items, start=1):
                yield _indicator(f"items › {place} › indicator", item.indicator)
        case Partners():
            yield from _partners(document, documents.get("priorities"))


def _indicator(field: str, name: str) -> Reference:
    return Reference(field, name, catalogue.indicators(), "de indicator")


def _statements(document: Statements, documents: Mapping[str, Document]) -> Iterator[Reference]:
    own = [id for id, one in document.statements.items() if one.same_as is None]
    for place, name in enumerate(document.key_messages, start=1):
        yield Reference(f"key_messages › {place}", name, document.statements, "de uitspraak")
    for place, remark in enumerate(document.remarks, start=1):
        for name in remark.statements:
            yield Reference(f"remarks › {place} › statements", name, document.statements, "de uitspraak")
    for id, one in document.statements.items():
        if one.same_as is not None:
            yield Reference(f"statements › {id} › same_as", one.same_as, own, "een eigen toets bij uitspraak")
        yield Reference(f"statements › {id} › document", one.document, document.documents, "het document")
        for place, test in enumerate(one.tests, start=1):
            yield from _test(f"statements › {id} › tests › {place}", test, documents)


def _test(field: str, test: Test, documents: Mapping[str, Document]) -> Iterator[Reference]:
    """The indicator and region of a test, and what it asks of the plan or the facts where those are there."""
    plan, facts = documents.get("plan"), documents.get("facts")
    indicator, region = getattr(test, "indicator", None), getattr(test, "region", None)
    if indicator is not None:
        yield _indicator(f"{field} › indicator", indicator)
    if region is not None:
        yield Reference(f"{field} › region", region, _codes(), "de regio")
    if isinstance(test, SumTest) and test.theme is not None and isinstance(plan, Plan):
        yield Reference(f"{field} › theme", test.theme, plan.themes, "het thema")
    if isinstance(test, SetTest | CountTest) and isinstance(facts, Facts):
        yield Reference(f"{field} › of", test.of, [*facts.facts, *BUILT_IN], "het feit")


def _codes() -> Collection[str]:
    known = regions.regions()
    return known.municipalities.keys() | known.country.keys() | known.provinces.keys() | known.police_units.keys()


def _goals(document: Goals, documents: Mapping[str, Document]) -> Iterator[Reference]:
    statements, priorities = documents.get("statements"), documents.get("priorities")
    for id, goal in document.goals.items():
        if isinstance(priorities, Priorities):
            yield Reference(f"goals › {id} › theme", goal.theme, priorities.themes, "het thema")
        if isinstance(statements, Statements):
            yield Reference(f"goals › {id} › statement", goal.statement, statements.statements, "de uitspraak")


def _priorities(document: Priorities, card: VoteCard | None) -> Iterator[Reference]:
    for id, theme in document.themes.items():
        for place, name in enumerate(theme.indicators, start=1):
            yield _indicator(f"themes › {id} › indicators › {place}", name)
        for place, name in enumerate(theme.votes if card else (), start=1):
            yield Reference(f"themes › {id} › votes › {place}", name, _voted(card), "het thema op de stemkaart")


def _voted(card: VoteCard | None) -> Collection[str]:
    return {theme.id for theme in card.themes} if card else ()


def _plan(document: Plan) -> Iterator[Reference]:
    for id, measure in document.measures.items():
        yield Reference(f"measures › {id} › theme", measure.theme, document.themes, "het thema")
    lines: dict[str, Sequence[BudgetLine | Hours]] = {"budget": document.budget, "hours": document.hours}
    for column, rows in lines.items():
        for place, row in enumerate(rows, start=1):
            yield Reference(f"{column} › {place} › theme", row.theme, document.themes, "het thema")


def _partners(document: Partners, priorities: Document | None) -> Iterator[Reference]:
    for place, remark in enumerate(document.remarks, start=1):
        yield Reference(f"remarks › {place} › partner", remark.partner, document.partners, "de partner")
        if isinstance(priorities, Priorities):
            yield Reference(f"remarks › {place} › theme", remark.theme, priorities.themes, "het thema")
