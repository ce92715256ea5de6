"""Lists and numbers that statements are held against: what the data hold, or what another place says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .. import observations, regions
from ..documents import Facts, Priorities
from ..observations import Source
from ..series import Missing
from .evidence import Evidence


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
