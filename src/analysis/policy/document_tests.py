"""Lists and numbers that statements are held against: what the data hold, or what another place says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..definitions import regions
from ..documents.council import Facts, Plan, Priorities
from ..documents.statements import Compare, CountTest, ProcessTest, SetTest, SumTest
from ..statistics.verdicts import Verdict
from ..store import observations
from ..store.raw_sources import Source
from ..store.series import Missing
from .evidence import Evidence
from .findings import Finding, Number, holds


@dataclass(frozen=True)
class Known:
    """A list or a number, and where it comes from.

    Parameters
    ----------
    about : str
        The name it is asked by.
    items : tuple of str
        The names as a reader knows them.
    number : float
        The number itself, or the length of the list.
    unit : str
        What the number counts; empty for the length of a list.
    is_year : bool
        Whether the number is a year, and counts nothing.
    place : str or None
        The place in a document or a public source that says so.
    ids : dict of str to str
        By name, the shorter name that definitions use for it.
    parts : tuple of str
        Names that belong to the list in part.
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
        """Whether a document names one of ours, by its name or its id."""
        return bool(self._spellings(item) & {one.casefold() for one in claimed})

    def knows(self, claimed: str) -> bool:
        """Whether a name in a document is one of ours."""
        return any(claimed.casefold() in self._spellings(item) for item in (*self.items, *self.parts))

    def _spellings(self, item: str) -> set[str]:
        return {item.casefold(), (self.ids or {}).get(item, item).casefold()}


def listed(name: str, known: Evidence) -> Known | Missing:
    """A list that the data hold, else the fact of this name."""
    return _BUILT_IN[name](known) if name in _BUILT_IN else _fact(name, known)


def _fact(name: str, known: Evidence) -> Known | Missing:
    found = known.document(Facts)
    if isinstance(found, Missing):
        return found
    facts, file = found
    if name not in facts.facts:
        return Missing(name, f"In beleid/facts.yml staat niets over '{name}'.")
    fact = facts.facts[name]
    if (year := fact.on.year if fact.on else fact.year) is not None:
        return Known(name, fact.items, year, (file,), fact.source, is_year=True)
    number = len(fact.items) if fact.number is None else fact.number
    return Known(name, fact.items, number, (file,), fact.source, unit=fact.unit)


def _villages(known: Evidence) -> Known | Missing:
    votes = known.voting
    if isinstance(votes, Missing):
        return votes
    names = tuple(dict.fromkeys(map(str, votes.ballots["village"])))
    return Known("villages", names, len(names), votes.sources)


def _themes(known: Evidence) -> Known | Missing:
    votes = known.voting
    if isinstance(votes, Missing):
        return votes
    ids = {label: id for id, label in votes.themes.items()}
    return Known("themes", tuple(ids), len(ids), votes.sources, ids=ids)


def _max_choices(known: Evidence) -> Known | Missing:
    """The number on the card; ballots with more were refused when they were read."""
    votes, card = known.voting, observations.vote_card(known.folder)
    if isinstance(votes, Missing) or card is None:
        return votes if isinstance(votes, Missing) else Missing("de stemkaart", "De stemkaart ontbreekt.")
    return Known("max_choices", (), card["max_choices"], votes.sources)


def _predecessors(known: Evidence) -> Known | Missing:
    latest = regions.merger(known.municipality)
    if latest is None:
        reason = f"{regions.name(known.municipality)} heeft sinds 2012 geen andere grenzen gekregen."
        return Missing("rechtsvoorgangers", reason)
    wholes = tuple(regions.name(code) for code in latest.wholes)
    parts = tuple(regions.name(code) for code in latest.part_of)
    return Known("predecessors", wholes, len(wholes), (), latest.source, parts=parts)


def _priorities(column: str) -> Callable[[Evidence], Known | Missing]:
    def found(known: Evidence) -> Known | Missing:
        document = known.document(Priorities)
        if isinstance(document, Missing):
            return document
        priorities, file = document
        ids = {theme.label: id for id, theme in priorities.themes.items() if getattr(theme, column)}
        return Known(column, tuple(ids), len(ids), (file,), ids=ids)

    return found


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
    """Rows of the plan added up, beside the total that a document gives; ``None`` is a row without an amount.

    ``label`` is the name of the theme that they are about; ``None`` when they are about all themes.
    """

    of: str
    label: str | None
    rows: tuple[Decimal | None, ...]
    claimed: Decimal
    file: Source

    @property
    def known(self) -> list[Decimal]:
        """The rows with an amount."""
        return [amount for amount in self.rows if amount is not None]

    @property
    def total(self) -> Decimal:
        """The known rows together; exact, as money is."""
        return sum(self.known, Decimal(0))

    @property
    def unknown(self) -> int:
        """How many rows have no amount."""
        return len(self.rows) - len(self.known)

    @property
    def verdict(self) -> Verdict:
        """The total is that of the document, or it is not; rows without an amount may still fill what lacks."""
        if self.unknown and self.total < self.claimed:
            return Verdict.NOT_TESTABLE
        if self.total != self.claimed:
            return Verdict.CONTRADICTED
        return Verdict.CONFIRMED_WITH_CAVEAT if self.unknown else Verdict.CONFIRMED

    @property
    def numbers(self) -> dict[str, Number]:
        """The total, the number of rows, and the claim."""
        unit = "euro" if self.of in ("costs", "budget") else "fte"
        return {
            "total": Number(float(self.total), unit),
            "rows": Number(len(self.known), "rows"),
            "unknown": Number(self.unknown, "rows"),
            "claimed": Number(float(self.claimed), unit),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """The plan."""
        return (self.file,)


def judge_sum(asked: SumTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Add up rows of the plan."""
    found = known.document(Plan)
    if isinstance(found, Missing):
        yield found
        return
    plan, file = found
    rows = _rows(plan, asked)
    about = f" over het thema '{asked.theme}'" if asked.theme else ""
    yield (
        Added(asked.of, plan.themes[asked.theme][0] if asked.theme else None, rows, Decimal(str(asked.total)), file)
        if any(amount is not None for amount in rows)
        else Missing("het uitvoeringsplan", f"In het uitvoeringsplan staat geen bedrag{about} om op te tellen.")
    )


def _rows(plan: Plan, asked: SumTest) -> tuple[Decimal | None, ...]:
    """The rows to add; a measure without costs is one whose costs nobody wrote down."""
    lines = [one for one in plan.budget if asked.theme in (None, one.theme)]
    hours = [one for one in plan.hours if asked.theme in (None, one.theme)]
    regular, priority = [one.regular for one in hours], [one.priority for one in hours]
    columns: dict[str, list[float | None]] = {
        "costs": [one.costs for one in plan.measures.values() if asked.theme in (None, one.theme)],
        "budget": [one.amount for one in lines],
        "regular": _filled(regular),
        "priority": _filled(priority),
        "capacity": _filled([*regular, *priority]),
        "external": [plan.external],
    }
    return tuple(None if amount is None else Decimal(str(amount)) for amount in columns[asked.of])


def _filled(hours: list[float | None]) -> list[float | None]:
    """A theme has hours of one kind and not of the other: an empty cell in that table is none."""
    return [amount for amount in hours if amount is not None]


@dataclass(frozen=True)
class ListCompared(Finding):
    """A list in a document beside the list we know."""

    claimed: tuple[str, ...]
    known: Known

    @property
    def absent(self) -> tuple[str, ...]:
        """What we know and the document does not name."""
        return tuple(one for one in self.known.items if not self.known.named(one, self.claimed))

    @property
    def extra(self) -> tuple[str, ...]:
        """What the document names and we do not know."""
        return tuple(one for one in self.claimed if not self.known.knows(one))

    @property
    def unnamed_parts(self) -> tuple[str, ...]:
        """What belongs to the list in part, and the document does not name."""
        return tuple(one for one in self.known.parts if not self.known.named(one, self.claimed))

    @property
    def verdict(self) -> Verdict:
        """The same names, whatever the order."""
        if self.absent or self.extra:
            return Verdict.CONTRADICTED
        return Verdict.CONFIRMED_WITH_CAVEAT if self.unnamed_parts else Verdict.CONFIRMED

    @property
    def numbers(self) -> dict[str, Number]:
        """How many names we know, and how many the document gives."""
        return {"known": Number(len(self.known.items), "items"), "claimed": Number(len(self.claimed), "items")}

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where our list comes from."""
        return self.known.sources


@dataclass(frozen=True)
class Counted(Finding):
    """A number in a document beside the number that another place gives."""

    number: float
    compare: Compare
    claimed: float
    known: Known

    @property
    def verdict(self) -> Verdict:
        """The relation holds, or it does not."""
        return Verdict.CONFIRMED if holds(self.compare, self.number, self.claimed) else Verdict.CONTRADICTED

    @property
    def numbers(self) -> dict[str, Number]:
        """Both numbers."""
        return {"known": Number(self.number, "number"), "claimed": Number(self.claimed, "number")}

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where our number comes from."""
        return self.known.sources


def judge_list(asked: SetTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Hold a list against the one we know."""
    found = listed(asked.of, known)
    yield found if isinstance(found, Missing) else ListCompared(asked.items, found)


def judge_count(asked: CountTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Hold a number against a fact, or against the length of a list."""
    found = listed(asked.of, known)
    if isinstance(found, Missing):
        yield found
    else:
        yield Counted(found.number, asked.compare, asked.number, found)


def judge_process(asked: ProcessTest, known: Evidence) -> Iterator[Finding | Missing]:
    """What no figure can show: say which record would."""
    yield Missing("de uitspraak", f"Om dit te toetsen is nodig: {asked.needs.rstrip('.')}.")
