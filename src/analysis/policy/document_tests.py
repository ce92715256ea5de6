"""Tests of claims about documents: sums in the plan, lists, numbers, and processes that no figure can show.

Lists and numbers are compared with what the data hold, or with what another document or public source says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..definitions import regions
from ..documents.council import NOT_FILLED_IN, Facts, ListName, Measure, Plan, Priorities
from ..documents.statements import Compare, CountTest, ProcessTest, SetTest, SumTest
from ..statistics.verdicts import Verdict
from ..store import observations
from ..store.raw_sources import Source
from ..store.results import Missing, Reason, label
from .evidence import Evidence
from .findings import Finding, Number, holds


@dataclass(frozen=True)
class Known:
    """A list or a number that a claim is compared with, and where it comes from.

    Parameters
    ----------
    about : str
        The name of the list or number.
    items : tuple of str
        The names as a reader knows them.
    number : float
        The number itself, or the length of the list.
    sources : tuple of Source
        The raw files it comes from.
    place : str or None
        The place in a document or a public source that says so.
    ids : dict of str to str, optional
        By name, the shorter name that definitions use for it.
    parts : tuple of str
        Names that belong to the list in part.
    unit : str
        What the number counts; empty for the length of a list.
    is_year : bool
        Whether the number is a year, and counts nothing.
    """

    about: str
    items: tuple[str, ...]
    number: float
    sources: tuple[Source, ...]
    place: str | None = None
    ids: dict[str, str] | None = None
    parts: tuple[str, ...] = ()
    unit: str = ""
    is_year: bool = False

    def named(self, item: str, claimed: Sequence[str]) -> bool:
        """Return whether a document names one of our items, by its name or its id."""
        return bool(self._spellings(item) & {name.casefold() for name in claimed})

    def knows(self, claimed: str) -> bool:
        """Return whether a name in a document is one of our items or parts."""
        return any(claimed.casefold() in self._spellings(item) for item in (*self.items, *self.parts))

    def _spellings(self, item: str) -> set[str]:
        return {item.casefold(), (self.ids or {}).get(item, item).casefold()}


def look_up(name: str, evidence: Evidence) -> Known | Missing:
    """Return the list or number of this name: one that the data hold, or else a fact of the documents.

    Parameters
    ----------
    name : str
        One of `BUILT_IN`, or an id in ``beleid/facts.yml``.
    evidence : Evidence
        The figures, documents and votes of the municipality.

    Returns
    -------
    Known or Missing
        ``Missing`` when the municipality has no such list or fact.
    """
    return _BUILT_IN[name](evidence) if name in _BUILT_IN else _fact(name, evidence)


def _fact(name: str, evidence: Evidence) -> Known | Missing:
    """Return a fact of ``beleid/facts.yml``."""
    delivered = evidence.document(Facts)
    if isinstance(delivered, Missing):
        return delivered
    facts, file = delivered
    if name not in facts.facts:
        return Missing(name, Reason("no_fact", name=name))
    fact = facts.facts[name]
    if (year := fact.on.year if fact.on else fact.year) is not None:
        return Known(name, fact.items, year, (file,), fact.source, is_year=True)
    number = len(fact.items) if fact.number is None else fact.number
    return Known(name, fact.items, number, (file,), fact.source, unit=fact.unit)


def _villages(evidence: Evidence) -> Known | Missing:
    """Return the villages with a stand."""
    votes = evidence.voting
    if isinstance(votes, Missing):
        return votes
    names = tuple(dict.fromkeys(map(str, votes.ballots["village"])))
    return Known("villages", names, len(names), votes.sources)


def _themes(evidence: Evidence) -> Known | Missing:
    """Return the themes on the vote card."""
    votes = evidence.voting
    if isinstance(votes, Missing):
        return votes
    ids = {label: id for id, label in votes.themes.items()}
    return Known("themes", tuple(ids), len(ids), votes.sources, ids=ids)


def _max_choices(evidence: Evidence) -> Known | Missing:
    """Return the number of choices on the vote card; ballots with more were refused when they were read."""
    votes, card = evidence.voting, observations.vote_card(evidence.folder)
    if isinstance(votes, Missing) or card is None:
        return votes if isinstance(votes, Missing) else Missing(label("the_vote_card"), Reason("vote_card_missing"))
    return Known("max_choices", (), card["max_choices"], votes.sources)


def _predecessors(evidence: Evidence) -> Known | Missing:
    """Return the municipalities that went over into this one."""
    latest = regions.merger(evidence.municipality)
    if latest is None:
        reason = Reason("no_predecessors", region=regions.name(evidence.municipality))
        return Missing(label("predecessors"), reason)
    wholes = tuple(regions.name(code) for code in latest.wholes)
    parts = tuple(regions.name(code) for code in latest.part_of)
    return Known("predecessors", wholes, len(wholes), (), latest.source, parts=parts)


def _priorities(name: ListName) -> Callable[[Evidence], Known | Missing]:
    """Return a function that gives the different subjects on one list of ``beleid/priorities.yml``."""

    def entries_on_list(evidence: Evidence) -> Known | Missing:
        document = evidence.document(Priorities)
        if isinstance(document, Missing):
            return document
        priorities, file = document
        ids = {entry.name: entry.theme or entry.name for entry in priorities.entries(name)}
        return Known(name, tuple(ids), len(ids), (file,), ids=ids)

    return entries_on_list


_BUILT_IN: dict[str, Callable[[Evidence], Known | Missing]] = {
    "villages": _villages,
    "themes": _themes,
    "max_choices": _max_choices,
    "predecessors": _predecessors,
    "possible": _priorities("possible"),
    "chosen": _priorities("chosen"),
}
BUILT_IN = tuple(_BUILT_IN)


@dataclass(frozen=True)
class Added(Finding):
    """Rows of the plan added up, beside the total that a document gives.

    Parameters
    ----------
    of : str
        What the rows hold: ``costs``, ``budget``, ``regular``, ``priority``, ``capacity`` or ``external``.
    label : str or None
        Name of the theme that they are about; ``None`` when they are about all themes.
    rows : tuple of Decimal or None
        The amounts, in euros or full-time equivalents; ``None`` is a row of which we do not know the amount.
    claimed : Decimal
        The total in the document.
    file : Source
        The plan.
    unfilled : int
        Number of other rows, whose cell is empty in the document.
    """

    of: str
    label: str | None
    rows: tuple[Decimal | None, ...]
    claimed: Decimal
    file: Source
    unfilled: int = 0

    @property
    def known(self) -> list[Decimal]:
        """The amounts that are known."""
        return [amount for amount in self.rows if amount is not None]

    @property
    def total(self) -> Decimal:
        """The known amounts together, added exactly."""
        return sum(self.known, Decimal(0))

    @property
    def unknown(self) -> int:
        """Number of rows of which we do not know the amount."""
        return len(self.rows) - len(self.known)

    @property
    def verdict(self) -> Verdict:
        """Whether the total is that of the document; rows without an amount may still make up the difference.

        An empty cell in the document is no reservation about a total that is right: there is no amount to know.
        """
        if (self.unknown or self.unfilled) and self.total < self.claimed:
            return Verdict.NOT_TESTABLE
        if self.total != self.claimed:
            return Verdict.CONTRADICTED
        return Verdict.CONFIRMED_WITH_CAVEAT if self.unknown else Verdict.CONFIRMED

    @property
    def numbers(self) -> dict[str, Number]:
        """The total, the number of rows with an amount, an unknown one and an empty cell, and the claim."""
        unit = "euro" if self.of in ("costs", "budget") else "fte"
        return {
            "total": Number(float(self.total), unit),
            "rows": Number(len(self.known), "rows"),
            "unknown": Number(self.unknown, "rows"),
            "unfilled": Number(self.unfilled, "rows"),
            "claimed": Number(float(self.claimed), unit),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """The file of the plan."""
        return (self.file,)


def judge_sum(test: SumTest, evidence: Evidence) -> Iterator[Finding | Missing]:
    """Test a claimed total by adding up rows of the plan.

    Parameters
    ----------
    test : SumTest
        The claim: which rows, of which theme, and the total.
    evidence : Evidence
        The documents of the municipality.

    Yields
    ------
    Added or Missing
        ``Missing`` when there is no plan, or no row has an amount.
    """
    delivered = evidence.document(Plan)
    if isinstance(delivered, Missing):
        yield delivered
        return
    plan, file = delivered
    rows, theme = _rows(plan, test), plan.themes[test.theme][0] if test.theme else None
    about = Reason("about_theme", theme=test.theme) if test.theme else ""
    yield (
        Added(test.of, theme, rows, Decimal(str(test.total)), file, len(_unfilled(plan, test)))
        if any(amount is not None for amount in rows)
        else Missing(label("document.plan"), Reason("no_amounts", about=about))
    )


def _rows(plan: Plan, test: SumTest) -> tuple[Decimal | None, ...]:
    """Return the amounts to add, without cells that are empty in the plan."""
    unfilled = _unfilled(plan, test)
    measures = [measure for measure in _measures(plan, test) if measure not in unfilled]
    lines = [line for line in plan.budget if test.theme in (None, line.theme)]
    hours = [line for line in plan.hours if test.theme in (None, line.theme)]
    regular, priority = [line.regular for line in hours], [line.priority for line in hours]
    columns: dict[str, list[float | None]] = {
        "costs": [measure.amount for measure in measures],
        "budget": [line.amount for line in lines],
        "regular": _filled(regular),
        "priority": _filled(priority),
        "capacity": _filled([*regular, *priority]),
        "external": [plan.external],
    }
    return tuple(None if amount is None else Decimal(str(amount)) for amount in columns[test.of])


def _measures(plan: Plan, test: SumTest) -> list[Measure]:
    return [measure for measure in plan.measures.values() if test.theme in (None, measure.theme)]


def _unfilled(plan: Plan, test: SumTest) -> list[Measure]:
    """Return the measures whose cell for the costs is empty in the plan, if the costs are added."""
    return [measure for measure in _measures(plan, test) if test.of == "costs" and measure.costs == NOT_FILLED_IN]


def _filled(hours: list[float | None]) -> list[float | None]:
    """Return the hours that were filled in; a theme has hours of one kind and an empty cell for the other."""
    return [amount for amount in hours if amount is not None]


@dataclass(frozen=True)
class ListCompared(Finding):
    """A list in a document beside the list we know.

    Parameters
    ----------
    claimed : tuple of str
        The names in the document.
    known : Known
        The list we know.
    """

    claimed: tuple[str, ...]
    known: Known

    @property
    def absent(self) -> tuple[str, ...]:
        """Names that we know and the document does not give."""
        return tuple(name for name in self.known.items if not self.known.named(name, self.claimed))

    @property
    def extra(self) -> tuple[str, ...]:
        """Names that the document gives and we do not know."""
        return tuple(name for name in self.claimed if not self.known.knows(name))

    @property
    def unnamed_parts(self) -> tuple[str, ...]:
        """Names that belong to the list in part and that the document does not give."""
        return tuple(name for name in self.known.parts if not self.known.named(name, self.claimed))

    @property
    def verdict(self) -> Verdict:
        """Whether the names are the same, in any order."""
        if self.absent or self.extra:
            return Verdict.CONTRADICTED
        return Verdict.CONFIRMED_WITH_CAVEAT if self.unnamed_parts else Verdict.CONFIRMED

    @property
    def numbers(self) -> dict[str, Number]:
        """Number of names that we know, and that the document gives."""
        return {"known": Number(len(self.known.items), "items"), "claimed": Number(len(self.claimed), "items")}

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of our list."""
        return self.known.sources


@dataclass(frozen=True)
class Counted(Finding):
    """A number in a document beside the number that another source gives.

    Parameters
    ----------
    number : float
        The number of the other source.
    compare : {"<", "<=", "=", ">=", ">"}
        The claimed relation of that number to ``claimed``.
    claimed : float
        The number in the document.
    known : Known
        The other source.
    """

    number: float
    compare: Compare
    claimed: float
    known: Known

    @property
    def verdict(self) -> Verdict:
        """Whether the relation holds."""
        return Verdict.CONFIRMED if holds(self.compare, self.number, self.claimed) else Verdict.CONTRADICTED

    @property
    def numbers(self) -> dict[str, Number]:
        """Both numbers."""
        return {"known": Number(self.number, "number"), "claimed": Number(self.claimed, "number")}

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of our number."""
        return self.known.sources


def judge_list(test: SetTest, evidence: Evidence) -> Iterator[Finding | Missing]:
    """Compare a list in a document with the one we know.

    Parameters
    ----------
    test : SetTest
        The claim: the names, and the list they should be.
    evidence : Evidence
        The figures, documents and votes of the municipality.

    Yields
    ------
    ListCompared or Missing
        ``Missing`` when we do not know the list.
    """
    reference = look_up(test.of, evidence)
    yield reference if isinstance(reference, Missing) else ListCompared(test.items, reference)


def judge_count(test: CountTest, evidence: Evidence) -> Iterator[Finding | Missing]:
    """Compare a number in a document with a fact, or with the length of a list.

    Parameters
    ----------
    test : CountTest
        The claim: the number, and what it is compared with.
    evidence : Evidence
        The figures, documents and votes of the municipality.

    Yields
    ------
    Counted or Missing
        ``Missing`` when we do not know the fact or list.
    """
    reference = look_up(test.of, evidence)
    if isinstance(reference, Missing):
        yield reference
    else:
        yield Counted(reference.number, test.compare, test.number, reference)


def judge_process(test: ProcessTest, evidence: Evidence) -> Iterator[Finding | Missing]:
    """Return why a claim about a process cannot be tested: which record would be needed.

    Parameters
    ----------
    test : ProcessTest
        The claim, with what is needed to test it.
    evidence : Evidence
        Not used; every test is given it.

    Yields
    ------
    Missing
    """
    yield Missing(label("the_statement"), Reason("needs", needs=test.needs.rstrip(".")))
