"""Whether the council's documents name only what exists: indicators, regions, statements and themes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from .. import paths
from ..definitions import catalogue, regions
from ..documents import KINDS, TABLE, Document
from ..documents.council import BudgetLine, Dashboard, Facts, Goals, Hours, Partners, Plan, Priorities
from ..documents.statements import BUILT_IN, CountTest, SetTest, Statements, SumTest, Test
from ..errors import DataError
from . import ballots, data_package, raw_files, sheets
from .ballots import VoteCard
from .data_package import Register, Resource
from .dispatch import Harvest


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


FOLDER, MUNICIPALITY = "beleid", "Gemeente"


def documents(harvest: Harvest, root: Path) -> dict[str, Any]:
    """Read every document of the council.

    Parameters
    ----------
    harvest : Harvest
        The documents are added to its sources.
    root : Path
        The folder whose ``beleid`` is read. When it is not the harvest's own, documents that are made up stay out:
        they belong to the made-up exports.

    Returns
    -------
    dict
        By kind: ``content``, a plain object that fits the kind's type, and ``source``, the name of its file.

    Raises
    ------
    DataError
        With file, entry and field when a document does not fit its type, or names something that does not exist;
        whoever wants to keep going does without that document.
    """
    if os.path.lexists(root / FOLDER):
        harvest.attempt(FOLDER, partial(raw_files.must_be_listed, root / FOLDER))
    if FOLDER in harvest.unread:
        return {}
    register = harvest.register if root == harvest.raw else data_package.read(root)
    harvest.skipped |= _unknown_documents(root)
    resources = dict(_there(harvest, root, register))
    found: dict[str, Document] = {}
    for kind, resource in resources.items():
        content = harvest.attempt(resource.path, partial(_read, root / resource.path, kind, found))
        if content is not None:
            found[kind] = content
    there = os.path.lexists(harvest.raw / ballots.VOTE_CARD)
    card = harvest.attempt(ballots.VOTE_CARD, partial(ballots.read_vote_card, harvest.raw)) if there else None
    sound = {}
    for kind, content in found.items():
        resource = resources[kind]
        harvest.attempt(resource.path, partial(check, kind, root / resource.path, found, card))
        if resource.path not in harvest.unread:
            source = data_package.describe(root, resource, table=TABLE, publisher=MUNICIPALITY)
            harvest.sources.append(source)
            sound[kind] = {"content": content.model_dump(mode="json"), "source": source.name}
    return sound


def _there(harvest: Harvest, root: Path, register: Register) -> Iterator[tuple[str, Resource]]:
    """Every document to read, by kind."""
    for kind in KINDS:
        path = harvest.attempt(f"{FOLDER}/{kind}", partial(sheets.find, root / FOLDER, kind))
        if path is None:
            continue
        resource = register.resource(path.relative_to(root).as_posix())
        if resource.path not in harvest.unread and (root == harvest.raw or not resource.synthetic):
            yield kind, resource


def _unknown_documents(root: Path) -> dict[str, str]:
    """Files beside the documents that are none, perhaps because a name was misspelt, with the Dutch reason."""
    known = [Path(ballots.VOTE_CARD).name, *(name for kind in KINDS for name in sheets.names(kind))]
    skipped = {}
    for path in sorted((root / FOLDER).glob("[!.~]*")):
        note = path.name.casefold().startswith("readme") or path.suffix == ".md"
        if path.name not in known and not note:
            near = get_close_matches(path.name.lower(), known, n=1, cutoff=0.8)
            meant = f"; bedoelt u {near[0]}?" if near else f". Dit kan wel: {', '.join(known)}."
            skipped[raw_files.name(path, root)] = f"geen beleidsdocument{meant}"
    return skipped


def _read(path: Path, kind: str, found: dict[str, Document]) -> Document:
    is_sheet = path.suffix in sheets.SUFFIXES
    return sheets.read(path, kind, found) if is_sheet else catalogue.read_yaml(path, KINDS[kind])
