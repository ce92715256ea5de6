"""Reader of the council's documents, and check of the names and quotes in them.

`read_documents` reads every document in the folder ``beleid``. `check_references` checks that a document names only
indicators, regions, statements and themes that exist. The texts of the documents themselves, in ``beleid/documenten``,
are read by `read_text`; `quote_errors` looks up every quote in them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from .. import paths
from ..definitions import catalogue, regions
from ..documents import KINDS, TABLE, TEXTS, Document, ReviewedText, coverage, texts
from ..documents.council import BudgetLine, Dashboard, Facts, Goals, Hours, Partners, Plan, Priorities
from ..documents.statements import BUILT_IN, ComparisonTest, CountTest, RatioTest, SetTest, Statements, SumTest, Test
from ..documents.texts import PolicyText
from ..errors import DataError
from . import ballots, data_package, raw_files, sheets
from .ballots import VoteCard
from .data_package import Register, Resource
from .dispatch import DOCUMENT_NAMES, MISPLACED, MUNICIPALITY, Harvest

FOLDER = "beleid"
_LONGEST_PASSAGE = 160  # characters of a text that a message quotes
_NOT_CHECKED = "dit kon niet worden nagegaan, want {} is niet gelezen"
_SAVE_TEXT = "Open het in een tekstprogramma en bewaar het opnieuw als tekst met codering UTF-8."


class Reference(NamedTuple):
    """A name in a document.

    Parameters
    ----------
    field : str
        The field that holds the name.
    name : str
    known : collection of str
        The names that exist.
    what : str
        What is named, in Dutch.
    """

    field: str
    name: str
    known: Collection[str]
    what: str


def check_references(
    kind: str,
    file: Path,
    documents: Mapping[str, Document],
    card: VoteCard | None,
    unread: Collection[str] = (),
) -> None:
    """Check that every name in a document exists.

    Parameters
    ----------
    kind : str
        Kind of the document.
    file : Path
        The file it was read from.
    documents : mapping
        Every document by kind, because they name each other's themes, facts and statements.
    card : VoteCard or None
        The vote card with the themes of the vote, if there was one.
    unread : collection of str
        Kinds of which there is a file that could not be read.

    Raises
    ------
    DataError
        With the file, the field and the nearest name that exists.
    """
    for error in reference_errors(kind, file, documents, card, unread):
        raise error


def reference_errors(
    kind: str,
    file: Path,
    documents: Mapping[str, Document],
    card: VoteCard | None,
    unread: Collection[str] = (),
) -> Iterator[DataError]:
    """Yield an error for every name in a document that does not exist, or that compares the municipality with itself.

    Parameters
    ----------
    kind, file, documents, card, unread
        As for `check_references`.

    Yields
    ------
    DataError
    """
    document = documents[kind]
    first = next(iter(documents))
    if document.municipality != documents[first].municipality:
        yield _another_municipality(file, document.municipality, first, documents[first].municipality)
    for reference in _references(document, documents, card, unread):
        if reference.name not in reference.known:
            yield _unknown_name(file, reference)
    if isinstance(document, Statements):
        yield from _beside_itself(file, document)


def _another_municipality(file: Path, code: str, first: str, other: str) -> DataError:
    """Return the error for a document of another municipality than the first, which would silently not be used."""
    problem = f"dit bestand gaat over {_named(code)} en {first}.yml over {_named(other)}."
    remedy = "Geef alle bestanden in de map beleid dezelfde gemeente."
    return DataError(paths.display_path(file), problem, remedy, field="municipality")


def _named(code: str) -> str:
    name = regions.name(code)
    return code if name == code else f"{code} ({name})"


def _beside_itself(file: Path, document: Statements) -> Iterator[DataError]:
    """Yield an error for every test that holds a figure of the municipality against the same figure."""
    own = document.municipality
    problem = f"{own} is de gemeente zelf: deze toets legt een cijfer naast hetzelfde cijfer."
    remedy = "Noem een ander gebied (de provincie, of NL00 voor Nederland), of een ander jaar."
    for id, statement in document.statements.items():
        for number, test in enumerate(statement.tests, start=1):
            region = None
            if isinstance(test, ComparisonTest) and test.region == own:
                region = "region"
            elif isinstance(test, RatioTest) and test.is_itself(own):
                region = "of › region"
            if region:
                yield DataError(
                    paths.display_path(file), problem, remedy, field=f"statements › {id} › tests › {number} › {region}"
                )


def _unknown_name(file: Path, reference: Reference) -> DataError:
    near = get_close_matches(reference.name, list(reference.known), n=3, cutoff=0.4)
    remedy = f"Bedoelt u: {', '.join(near)}?" if near else "Controleer de naam, of voeg hem toe waar hij hoort."
    return DataError(
        paths.display_path(file), f"{reference.what} '{reference.name}' bestaat niet.", remedy, field=reference.field
    )


def _references(
    document: Document, documents: Mapping[str, Document], card: VoteCard | None, unread: Collection[str]
) -> Iterator[Reference]:
    """Yield all names in one document."""
    yield Reference("municipality", document.municipality, regions.regions().municipalities, "de gemeente")
    match document:
        case Statements():
            yield from _statements(document, documents)
        case Goals():
            yield from _goals(document, documents, unread)
        case Priorities():
            yield from _priorities(document, card)
        case Plan():
            yield from _plan(document)
        case Dashboard():
            yield from _dashboard(document, documents.get("priorities"))
        case Partners():
            yield from _partners(document, documents.get("priorities"))
        case ReviewedText():
            yield from _reviewed(document, documents.get("statements"))


def _indicator(field: str, name: str) -> Reference:
    return Reference(field, name, catalogue.indicators(), "de indicator")


def _statements(document: Statements, documents: Mapping[str, Document]) -> Iterator[Reference]:
    own = [id for id, statement in document.statements.items() if statement.same_as is None]
    for number, choice in enumerate(document.key_messages, start=1):
        if choice.show is not None:
            yield Reference(f"key_messages › {number} › show", choice.show, document.statements, "de uitspraak")
        if choice.omit is not None:
            yield from _omitted(f"key_messages › {number} › omit", choice.omit, documents)
    for number, remark in enumerate(document.remarks, start=1):
        for name in remark.statements:
            yield Reference(f"remarks › {number} › statements", name, document.statements, "de uitspraak")
    for id, statement in document.statements.items():
        if statement.same_as is not None:
            yield Reference(f"statements › {id} › same_as", statement.same_as, own, "een eigen toets bij uitspraak")
        yield Reference(f"statements › {id} › document", statement.document, document.documents, "het document")
        if isinstance(plan := documents.get("plan"), Plan):
            for name in statement.measures:
                yield Reference(f"statements › {id} › measures", name, plan.measures, "de maatregel")
        for number, test in enumerate(statement.tests, start=1):
            yield from _test(f"statements › {id} › tests › {number}", test, documents)


def _omitted(field: str, message: str, documents: Mapping[str, Document]) -> Iterator[Reference]:
    """Yield the indicator, theme or period of a message that is left out, where the document that names it exists."""
    kind, _, subject = message.partition(".")
    themes, goals = documents.get("priorities"), documents.get("goals")
    if kind in ("worsened", "improved", "level"):
        yield _indicator(field, subject)
    if kind in ("votes", "money") and isinstance(themes, Priorities):
        yield Reference(field, subject, themes.themes, "het thema")
    if kind == "goals" and isinstance(goals, Goals):
        yield Reference(field, subject, {goal.period for goal in goals.goals.values()}, "de periode")


def _test(field: str, test: Test, documents: Mapping[str, Document]) -> Iterator[Reference]:
    """Yield the indicator and region of a test, and its theme of the plan or its fact where those documents exist."""
    plan, facts = documents.get("plan"), documents.get("facts")
    indicator, region = getattr(test, "indicator", None), getattr(test, "region", None)
    if indicator is not None:
        yield _indicator(f"{field} › indicator", indicator)
    if region is not None:
        yield Reference(f"{field} › region", region, _region_codes(), "de regio")
    if isinstance(test, RatioTest) and test.of.indicator is not None:
        yield _indicator(f"{field} › of › indicator", test.of.indicator)
    if isinstance(test, RatioTest) and test.of.region is not None:
        yield Reference(f"{field} › of › region", test.of.region, _region_codes(), "de regio")
    if isinstance(test, SumTest) and test.theme is not None and isinstance(plan, Plan):
        yield Reference(f"{field} › theme", test.theme, plan.themes, "het thema")
    if isinstance(test, SetTest | CountTest) and isinstance(facts, Facts):
        yield Reference(f"{field} › of", test.of, [*facts.facts, *BUILT_IN], "het feit")


def _region_codes() -> Collection[str]:
    all_regions = regions.regions()
    return (
        all_regions.municipalities.keys()
        | all_regions.country.keys()
        | all_regions.provinces.keys()
        | all_regions.police_units.keys()
    )


def _goals(document: Goals, documents: Mapping[str, Document], unread: Collection[str]) -> Iterator[Reference]:
    if (themes := _themes(documents, unread)) is not None:
        for id, goal in document.goals.items():
            yield Reference(f"goals › {id} › theme", goal.theme, themes, "het thema")
        for number, work in enumerate(document.lookback, start=1):
            for theme in work.themes:
                yield Reference(f"lookback › {number} › themes", theme, themes, "het thema")
    if isinstance(statements := documents.get("statements"), Statements):
        goals = [name for name, statement in statements.statements.items() if statement.role == "goal"]
        for id, goal in document.goals.items():
            yield Reference(f"goals › {id} › statement", goal.statement, goals, "een doel bij uitspraak")
            if goal.plan is not None and goal.plan.statement is not None:
                yield Reference(
                    f"goals › {id} › plan › statement", goal.plan.statement, goals, "een doel bij uitspraak"
                )
    if isinstance(plan := documents.get("plan"), Plan):
        for id, goal in document.goals.items():
            for number, item in enumerate(goal.checklist.items if goal.checklist else (), start=1):
                for measure in item.measures:
                    field = f"goals › {id} › checklist › items › {number} › measures"
                    yield Reference(field, measure, plan.measures, "de maatregel")


def _themes(documents: Mapping[str, Document], unread: Collection[str]) -> Collection[str] | None:
    """Return the themes that a goal may have: those of the priorities, or of the plan where there are none."""
    priorities, plan = documents.get("priorities"), documents.get("plan")
    if isinstance(priorities, Priorities):
        return priorities.themes
    return plan.themes if isinstance(plan, Plan) and "priorities" not in unread else None


def _priorities(document: Priorities, card: VoteCard | None) -> Iterator[Reference]:
    for id, theme in document.themes.items():
        for number, name in enumerate(theme.indicators, start=1):
            yield _indicator(f"themes › {id} › indicators › {number}", name)
        for number, name in enumerate(theme.votes if card else (), start=1):
            yield Reference(f"themes › {id} › votes › {number}", name, _card_themes(card), "het thema op de stemkaart")
    for list_name, listed in document.lists.items():
        for number, entry in enumerate(listed.entries, start=1):
            if entry.theme is not None:
                field = f"lists › {list_name} › entries › {number} › theme"
                yield Reference(field, entry.theme, document.themes, "het thema")


def _dashboard(document: Dashboard, priorities: Document | None) -> Iterator[Reference]:
    for number, item in enumerate(document.items, start=1):
        yield _indicator(f"items › {number} › indicator", item.indicator)
        if item.theme is not None and isinstance(priorities, Priorities):
            yield Reference(f"items › {number} › theme", item.theme, priorities.themes, "het thema")


def _card_themes(card: VoteCard | None) -> Collection[str]:
    return {theme.id for theme in card.themes} if card else ()


def _plan(document: Plan) -> Iterator[Reference]:
    for id, measure in document.measures.items():
        yield Reference(f"measures › {id} › theme", measure.theme, document.themes, "het thema")
    lines: dict[str, Sequence[BudgetLine | Hours]] = {"budget": document.budget, "hours": document.hours}
    for column, rows in lines.items():
        for number, row in enumerate(rows, start=1):
            yield Reference(f"{column} › {number} › theme", row.theme, document.themes, "het thema")


def _partners(document: Partners, priorities: Document | None) -> Iterator[Reference]:
    for number, remark in enumerate(document.remarks, start=1):
        yield Reference(f"remarks › {number} › partner", remark.partner, document.partners, "de partner")
        if isinstance(priorities, Priorities):
            yield Reference(f"remarks › {number} › theme", remark.theme, priorities.themes, "het thema")


def _reviewed(document: ReviewedText, statements: Document | None) -> Iterator[Reference]:
    for number, entry in enumerate(document.reviewed if isinstance(statements, Statements) else (), start=1):
        assert isinstance(statements, Statements)
        for place in texts.places(entry.places):
            yield Reference(f"reviewed › {number} › places", place.document, statements.documents, "het document")


def read_documents(harvest: Harvest, root: Path) -> dict[str, Any]:
    """Read every document of the council, and check the names in it.

    Parameters
    ----------
    harvest : Harvest
        The documents are added to its sources.
    root : Path
        The folder whose ``beleid`` is read. If it is not the folder of the harvest, made-up documents are left out,
        because they belong to made-up exports.

    Returns
    -------
    dict
        By kind: ``content``, an object for JSON in the form of the kind's type, and ``source``, the name of its file.

    Raises
    ------
    DataError
        With file and field, when a document does not fit its type or names something that does not exist. If
        ``keep_going`` is set, such a document is left out instead.
    """
    if os.path.lexists(root / FOLDER):
        harvest.attempt(FOLDER, partial(raw_files.must_be_listed, root / FOLDER))
    if FOLDER in harvest.unread:
        return {}
    register = harvest.register if root == harvest.raw else data_package.read(root)
    resources, read = _read_all(harvest, root, register)
    has_card = os.path.lexists(harvest.raw / ballots.VOTE_CARD)
    card = harvest.attempt(ballots.VOTE_CARD, partial(ballots.read_vote_card, harvest.raw)) if has_card else None
    unread = _unread(harvest, read)
    policy_texts = _read_texts(harvest, root, register, read.get("statements"), unread)
    sound: dict[str, Any] = {}
    for kind, content in read.items():
        resource = resources[kind]
        harvest.attempt(resource.path, partial(check_references, kind, root / resource.path, read, card, unread))
        if resource.path not in harvest.unread:
            harvest.attempt(resource.path, partial(_check_quotes, root / resource.path, content, policy_texts))
        if resource.path not in harvest.unread:
            source = data_package.describe(root, resource, table=TABLE, publisher=MUNICIPALITY)
            harvest.sources.append(source)
            sound[kind] = {"content": content.model_dump(mode="json"), "source": source.name}
    if policy_texts and "statements" in sound:
        sound[TEXTS] = _text_results(harvest, root, register, policy_texts, {kind: read[kind] for kind in sound})
    return sound


def _read_all(harvest: Harvest, root: Path, register: Register) -> tuple[dict[str, Resource], dict[str, Document]]:
    """Read every document, without a look at the names in it; return them by kind with their register entries."""
    harvest.skipped |= _unknown_documents(root)
    resources = dict(_documents_to_read(harvest, root, register))
    read: dict[str, Document] = {}
    for kind, resource in resources.items():
        unread = _unread(harvest, read)
        if resource.path.endswith(sheets.SUFFIXES) and (first := sheets.BELONGS_TO[kind]) in unread:
            harvest.skipped[resource.path] = _NOT_CHECKED.format(unread[first])
            continue
        content = harvest.attempt(resource.path, partial(_read_document, root / resource.path, kind, read))
        if content is not None:
            read[kind] = content
    return resources, read


def _unread(harvest: Harvest, read: Collection[str]) -> dict[str, str]:
    """Return the kinds of which there is a file that could not be read, with the name of that file."""
    names = {kind: [f"{FOLDER}/{name}" for name in (*sheets.file_names(kind), kind)] for kind in KINDS}
    failed = {kind: [name for name in names[kind] if name in harvest.unread] for kind in KINDS if kind not in read}
    return {kind: Path(files[0]).name for kind, files in failed.items() if files}


class Examination(NamedTuple):
    """The documents of a folder with everything that is wrong with them, instead of the first mistake only.

    Parameters
    ----------
    documents : dict of str to Document
        By kind; what could not be read is not there.
    texts : dict of str to PolicyText
        By short name.
    mistakes : list of str
        What a report would stop at, in Dutch.
    skipped : dict of str to str
        Files that are not used, with the Dutch reason.
    unread : dict of str to str
        The kinds of which there is a file that could not be read, with the name of that file.
    """

    documents: dict[str, Document]
    texts: dict[str, PolicyText]
    mistakes: list[str]
    skipped: dict[str, str]
    unread: dict[str, str]


def examine(root: Path) -> Examination:
    """Read the documents of the council and their texts, and collect all mistakes.

    Parameters
    ----------
    root : Path
        The folder that holds ``beleid``.

    Returns
    -------
    Examination

    Raises
    ------
    DataError
        When there is no such folder.
    """
    folder = root / FOLDER
    if not folder.is_dir():
        remedy = "Wijs met --raw de map aan waar 'beleid' in staat."
        raise DataError(paths.display_path(folder), paths.folder_problem(folder), remedy)
    harvest = Harvest(root, keep_going=True)
    resources, documents = _read_all(harvest, root, harvest.register)
    harvest.skipped |= _misplaced(root, root)
    has_card = os.path.lexists(root / ballots.VOTE_CARD)
    card = harvest.attempt(ballots.VOTE_CARD, partial(ballots.read_vote_card, root)) if has_card else None
    unread = _unread(harvest, documents)
    found = _read_texts(harvest, root, harvest.register, documents.get("statements"), unread)
    mistakes = [text for error in harvest.unread.values() for text in error.each]
    for kind, document in documents.items():
        path = root / resources[kind].path
        mistakes += map(str, reference_errors(kind, path, documents, card, unread))
        for errors in (quote_errors, place_errors):
            mistakes += map(str, errors(path, document, found.values()))
    policy_texts = {text.id: text for text in found.values()}
    return Examination(documents, policy_texts, mistakes, harvest.skipped, unread)


def _text_results(
    harvest: Harvest, root: Path, register: Register, policy_texts: dict[Path, PolicyText], documents: dict[str, Any]
) -> dict[str, Any]:
    """Return what was found in the texts, and add their files to the sources."""
    named = {}
    for path, text in policy_texts.items():
        resource = register.resource(path.relative_to(root).as_posix())
        source = data_package.describe(root, resource, table=TABLE, publisher=MUNICIPALITY)
        harvest.sources.append(source)
        named[text.id] = (text, source.name)
    first = next(iter(named.values()))[1]
    return {"content": coverage.summarise(named, documents).model_dump(mode="json"), "source": first}


def _read_texts(
    harvest: Harvest, root: Path, register: Register, statements: Document | None, unread: Mapping[str, str]
) -> dict[Path, PolicyText]:
    """Read the texts of the documents that statements are from; another file in their folder is told as skipped."""
    titles = statements.documents if isinstance(statements, Statements) else {}
    found: dict[Path, PolicyText] = {}
    files = sorted((root / FOLDER / texts.FOLDER).glob("[!.~]*"))
    for path in files:
        name = path.relative_to(root).as_posix()
        made_up_elsewhere = root != harvest.raw and register.resource(name).synthetic
        no_text = path.suffix == ".md" or path.name.lower() in DOCUMENT_NAMES
        if no_text or made_up_elsewhere or name in harvest.unread:
            continue
        if path.stem not in titles and path.suffix.lower() not in texts.REFUSED:
            harvest.skipped[name] = _no_document(path.stem, statements, unread)
            continue
        text = harvest.attempt(name, partial(_read_one, path, files))
        if text is not None:
            found[path] = text
    return found


def _no_document(id: str, statements: Document | None, unread: Mapping[str, str]) -> str:
    """Return why a text is not used, in Dutch."""
    if "statements" in unread:
        return _NOT_CHECKED.format(unread["statements"])
    if not isinstance(statements, Statements):
        return "er is geen statements.yml waarin dit stuk bij documents staat"
    known = ", ".join(statements.documents) or "geen enkel stuk"
    return f"'{id}' staat niet bij documents in statements.yml; daar staat: {known}"


def _read_one(path: Path, files: Iterable[Path]) -> PolicyText:
    for other in files:
        if other.stem == path.stem and other != path:
            problem = f"hiernaast staat ook {other.name}; het is niet duidelijk welk bestand de tekst van het stuk is."
            raise DataError(paths.display_path(path), problem, "Bewaar een van de twee en haal het andere weg.")
    return read_text(path)


def read_text(path: Path) -> PolicyText:
    """Read the text of a document of the council.

    Parameters
    ----------
    path : Path
        Plain text, a PDF or a Word file.

    Returns
    -------
    PolicyText

    Raises
    ------
    DataError
        When it cannot be opened, is empty, or is no text that we can read.
    """
    raw_files.admit(path, path.parent)
    if path.stat().st_size == 0:
        raise DataError(paths.display_path(path), "dit bestand is leeg.", "Zet het document zelf op deze plek.")
    raw_files.guard(path)
    return texts.read(path, _plain_text)


def _plain_text(path: Path) -> str:
    try:
        return raw_files.text(path)
    except DataError as error:  # its remedy is for tables
        raise DataError(error.file, error.problem, _SAVE_TEXT) from None


def _check_quotes(file: Path, document: Document, policy_texts: Mapping[Path, PolicyText]) -> None:
    """Refuse a document of which a quote is not in the text or at another place, or with a place that is not there."""
    for errors in (quote_errors, place_errors):
        for error in errors(file, document, policy_texts.values()):
            raise error


def quote_errors(file: Path, document: Document, policy_texts: Iterable[PolicyText]) -> Iterator[DataError]:
    """Yield an error for every quote that is not in the text of its document, or stands at another place.

    Parameters
    ----------
    file : Path
        The file with the quotes.
    document : Document
        Its content.
    policy_texts : iterable of PolicyText
        The texts there are; quotes from other documents are not looked up.

    Yields
    ------
    DataError
        With the nearest passage, or the right place.
    """
    for text in policy_texts:
        for quotation, span in coverage.found_quotes(text, {"": document}):
            stated = [place for place in quotation.stated if place.document == text.id]
            if span is None:
                yield _absent_quote(file, quotation.field, text, quotation.quote)
            elif not any(text.place(span).overlaps(place) for place in stated):
                yield _elsewhere(file, quotation.field, stated, text.place(span))


def place_errors(file: Path, document: Document, policy_texts: Iterable[PolicyText]) -> Iterator[DataError]:
    """Yield an error for every place in a text that does not exist.

    Parameters
    ----------
    file, document, policy_texts
        As for `quote_errors`.

    Yields
    ------
    DataError
    """
    by_id = {text.id: text for text in policy_texts}
    for field, place in coverage.stated_places(document):
        text = by_id.get(place.document)
        if text is not None and (wrong := _wrong_place(text, place)):
            problem, remedy = wrong
            yield DataError(paths.display_path(file), problem, remedy, field=field)


def _wrong_place(text: PolicyText, place: texts.Place) -> tuple[str, str] | None:
    """Return what is wrong with a place and its remedy, in Dutch; ``None`` for a place that exists."""
    page = "p" * bool(text.pages)
    parts = "bladzijden" if text.pages else "regels" if text.wrapped else "alinea's"
    length = text.pages[-1] if text.pages else len(text.content.rstrip().split("\n"))
    if place.paged != bool(text.pages):
        problem = f"{text.id} heeft {'alleen' if text.pages else 'geen bladzijden maar'} {parts}; {place} bestaat niet."
        return problem, f"Schrijf een plaats in {text.id} zo: {text.id}:{page}1."
    if place.last < place.first:
        problem = f"van {place}-{page}{place.last} ligt het einde voor het begin."
        return problem, f"Schrijf {text.id}:{page}{place.last}-{page}{place.first}, of zoek de plaats op in het stuk."
    if not 1 <= place.first <= place.last <= length:
        return f"{text.id} heeft {length} {parts}; {place} bestaat niet.", "Zoek de plaats op in het stuk."
    return None


def _absent_quote(file: Path, field: str, text: PolicyText, quote: str) -> DataError:
    near = text.nearest(quote)
    remedy = "Neem de tekst letter voor letter over uit het stuk, of haal deze ingang weg."
    if near is not None:
        passage = near.passage if len(near.passage) <= _LONGEST_PASSAGE else f"{near.passage[:_LONGEST_PASSAGE]}…"
        remedy = f"Het meest lijkt wat op {near.place} staat: '{passage}'. {remedy}"
    return DataError(paths.display_path(file), f"dit citaat staat niet in de tekst van {text.id}.", remedy, field=field)


def _elsewhere(file: Path, field: str, stated: Sequence[texts.Place], found: texts.Place) -> DataError:
    problem = f"dit citaat staat niet op {', '.join(map(str, stated))}, maar op {found}."
    remedy = f"Zet hier de plaats {found}, of neem het citaat over dat u bedoelt."
    return DataError(paths.display_path(file), problem, remedy, field=field)


def _documents_to_read(harvest: Harvest, root: Path, register: Register) -> Iterator[tuple[str, Resource]]:
    """Yield the kind and register entry of every document to read."""
    for kind in KINDS:
        path = harvest.attempt(f"{FOLDER}/{kind}", partial(sheets.find_file, root / FOLDER, kind))
        if path is None:
            continue
        resource = register.resource(path.relative_to(root).as_posix())
        if resource.path not in harvest.unread and (root == harvest.raw or not resource.synthetic):
            yield kind, resource


def _unknown_documents(root: Path) -> dict[str, str]:
    """Return files in the folder that are not documents, perhaps by a misspelled name, with the Dutch reason."""
    skipped = _misplaced(root / FOLDER, root)
    for path in sorted((root / FOLDER).glob("[!.~]*")):
        note = path.name.casefold().startswith("readme") or path.suffix == ".md"
        name = raw_files.display_name(path, root)
        told = any(misplaced.startswith(f"{name}/") for misplaced in skipped)
        if path.name not in DOCUMENT_NAMES and not note and not told and path.name != texts.FOLDER:
            near = get_close_matches(path.name.lower(), DOCUMENT_NAMES, n=1, cutoff=0.8)
            meant = f"; bedoelt u {near[0]}?" if near else f". Dit kan wel: {', '.join(DOCUMENT_NAMES)}."
            skipped[name] = f"geen beleidsdocument{meant}"
    return skipped


def _misplaced(folder: Path, root: Path) -> dict[str, str]:
    """Return the documents in a folder and its subfolders that do not stand in ``beleid`` itself, with the reason."""
    named = [path for path in raw_files.walk(folder) if path.name.lower() in DOCUMENT_NAMES]
    return {raw_files.display_name(path, root): MISPLACED for path in named if path.parent != root / FOLDER}


def _read_document(path: Path, kind: str, documents: dict[str, Document]) -> Document:
    is_sheet = path.suffix in sheets.SUFFIXES
    return sheets.read(path, kind, documents) if is_sheet else catalogue.read_yaml(path, KINDS[kind])
