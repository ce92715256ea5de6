"""Whether the council's documents name only what exists: indicators, regions, statements and themes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from .. import catalogue, paths, regions
from ..documents import Dashboard, Document, Goals, Partners, Plan, Priorities, Statements
from ..documents.plan import BudgetLine, Hours
from ..errors import DataError
from .votecard import VoteCard


class Reference(NamedTuple):
    """A name in a document, the field it stands in, and what it may be; ``what`` is the Dutch word for it."""

    field: str
    name: str
    known: Collection[str]
    what: str


def check(documents: Mapping[str, Document], files: Mapping[str, Path], card: VoteCard | None) -> None:
    """Hold every name in the documents against what exists.

    Parameters
    ----------
    documents : mapping
        By kind.
    files : mapping
        By kind, the file each was read from.
    card : VoteCard or None
        Names the themes that can be voted on, where there was a vote.

    Raises
    ------
    DataError
        With the file, the field and the nearest name that does exist.
    """
    for kind, document in documents.items():
        for one in _references(document, documents, card):
            if one.name not in one.known:
                raise _unknown(files[kind], one)


def _unknown(file: Path, one: Reference) -> DataError:
    near = get_close_matches(one.name, list(one.known), n=3, cutoff=0.4)
    remedy = f"Bedoelt u: {', '.join(near)}?" if near else "Controleer de naam, of voeg hem toe waar hij hoort."
    return DataError(paths.shown(file), f"{one.what} '{one.name}' bestaat niet.", remedy, field=one.field)


def _references(document: Document, documents: Mapping[str, Document], card: VoteCard | None) -> Iterator[Reference]:
    """All names in one document."""
    match document:
        case Statements():
            yield from _statements(document, documents.get("plan"))
        case Goals():
            yield from _goals(document, documents.get("statements"))
        case Priorities():
            yield from _priorities(document, card)
        case Plan():
            yield from _plan(document)
        case Dashboard():
            for place, item in enumerate(document.items):
                yield _indicator(f"items › {place} › indicator", item.indicator)
        case Partners():
            yield from _partners(document, documents.get("priorities"))


def _indicator(field: str, name: str) -> Reference:
    return Reference(field, name, catalogue.indicators(), "de indicator")


def _statements(document: Statements, plan: Document | None) -> Iterator[Reference]:
    own = [id for id, one in document.statements.items() if one.same_as is None]
    for place, name in enumerate(document.key_messages):
        yield Reference(f"key_messages › {place}", name, document.statements, "de uitspraak")
    for place, remark in enumerate(document.remarks):
        for name in remark.statements:
            yield Reference(f"remarks › {place} › statements", name, document.statements, "de uitspraak")
    for id, one in document.statements.items():
        if one.same_as is not None:
            yield Reference(f"statements › {id} › same_as", one.same_as, own, "een eigen toets bij uitspraak")
        yield Reference(f"statements › {id} › document", one.document, document.documents, "het document")
        for place, test in enumerate(one.tests):
            field = f"statements › {id} › tests › {place}"
            indicator, region = getattr(test, "indicator", None), getattr(test, "region", None)
            if indicator is not None:
                yield _indicator(f"{field} › indicator", indicator)
            if region is not None:
                yield Reference(f"{field} › region", region, _codes(), "de regio")
            if test.kind == "sum" and test.theme is not None and isinstance(plan, Plan):
                yield Reference(f"{field} › theme", test.theme, plan.themes, "het thema")


def _codes() -> Collection[str]:
    known = regions.regions()
    return known.municipalities.keys() | known.country.keys() | known.provinces.keys() | known.police_units.keys()


def _goals(document: Goals, statements: Document | None) -> Iterator[Reference]:
    if isinstance(statements, Statements):
        for id, goal in document.goals.items():
            yield Reference(f"goals › {id} › statement", goal.statement, statements.statements, "de uitspraak")


def _priorities(document: Priorities, card: VoteCard | None) -> Iterator[Reference]:
    for id, theme in document.themes.items():
        for place, name in enumerate(theme.indicators):
            yield _indicator(f"themes › {id} › indicators › {place}", name)
        for place, name in enumerate(theme.votes if card else ()):
            yield Reference(f"themes › {id} › votes › {place}", name, _voted(card), "het thema op de stemkaart")


def _voted(card: VoteCard | None) -> Collection[str]:
    return {theme.id for theme in card.themes} if card else ()


def _plan(document: Plan) -> Iterator[Reference]:
    for id, measure in document.measures.items():
        yield Reference(f"measures › {id} › theme", measure.theme, document.themes, "het thema")
    lines: dict[str, Sequence[BudgetLine | Hours]] = {"budget": document.budget, "hours": document.hours}
    for column, rows in lines.items():
        for place, row in enumerate(rows):
            yield Reference(f"{column} › {place} › theme", row.theme, document.themes, "het thema")


def _partners(document: Partners, priorities: Document | None) -> Iterator[Reference]:
    for place, remark in enumerate(document.remarks):
        yield Reference(f"remarks › {place} › partner", remark.partner, document.partners, "de partner")
        if isinstance(priorities, Priorities):
            yield Reference(f"remarks › {place} › theme", remark.theme, priorities.themes, "het thema")
