"""What is known about one theme: its figures and what they did afterwards, its places by votes, its remarks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from .. import catalogue
from ..documents.policy import Remark, Theme
from ..results import Record
from ..series import Missing
from ..statistics.counts import Change, change
from ..statistics.overview import Overview
from ..statistics.verdicts import Verdict
from ..statistics.votes import RankIntervals


class Place(NamedTuple):
    """The place of a theme of the card by votes, with its interval."""

    label: str
    rank: int
    lower: int
    upper: int


@dataclass(frozen=True)
class Row:
    """What is known about one theme.

    Parameters
    ----------
    changes : tuple of Change
        One for each of its indicators that has figures; p-values are corrected for all indicators of all themes.
    turned : tuple of Change
        From the last year compared to the last known one, where that went the other way by more than chance. Each
        is tested alone.
    missing : tuple of str
        Labels of its indicators without figures in both years.
    hidden : tuple of str
        Those of them of which there are figures, which may not be shown.
    places : tuple of Place
        Of the themes on the vote card that belong to it.
    remarks : tuple of Remark
        What partners say; empty when nobody has said anything yet.
    """

    id: str
    theme: Theme
    changes: tuple[Change, ...]
    turned: tuple[Change, ...]
    missing: tuple[str, ...]
    hidden: tuple[str, ...]
    places: tuple[Place, ...]
    remarks: tuple[Remark, ...]

    @property
    def telling(self) -> list[Change]:
        """Changes of figures that tell which way a theme goes; fewer referrals or checks may mean anything."""
        return [one for one in self.changes if one.series.indicator.good != "none"]

    @property
    def settled(self) -> list[Change]:
        """Those by more than chance."""
        return [one for one in self.telling if one.verdict.settled]

    @property
    def direction(self) -> Literal["up", "down", "mixed", "equal"] | None:
        """Which way the telling figures went by more than chance; ``None`` where there are none to test."""
        ways = {one.direction for one in self.settled}
        if not ways:
            return "equal" if any(one.verdict is Verdict.CHANCE for one in self.telling) else None
        return "mixed" if len(ways) > 1 else ways.pop()

    @property
    def added(self) -> int:
        """Registrations more (or fewer) in the last year than in the first, where that is more than chance."""
        return sum(one.after - one.before for one in self.settled)

    @property
    def best(self) -> int | None:
        """The highest place of its themes on the card; ``None`` when it has none there."""
        return min((place.rank for place in self.places), default=None)

    @property
    def directions(self) -> Counter[str]:
        """How many partners see more, less, the same, or cannot say."""
        return Counter(remark.direction for remark in self.remarks)


def row(id: str, theme: Theme, compared: Overview, places: RankIntervals | Missing, remarks: tuple[Remark, ...]) -> Row:
    """Gather what is known; ``compared`` holds the changes of all themes, corrected for their number."""
    known = {one.series.indicator.id: one for one in compared.changes}
    changes = tuple(known[one] for one in theme.indicators if one in known)
    missing = tuple(catalogue.indicator(one).label for one in theme.indicators if one not in known)
    hidden = {one.subject for one in compared.missing if one.hidden}
    return Row(
        id, theme, changes,
        tuple(later for one in changes if (later := _turned(one)) is not None),
        missing, tuple(one for one in missing if one in hidden),
        _places(theme, places), tuple(one for one in remarks if one.theme == id),
    )  # fmt: skip


def _turned(before: Change) -> Change | None:
    """What happened after the years compared, when that went the other way by more than chance."""
    later = change(before.series, before.last, before.series.last_year)
    if not before.verdict.settled or isinstance(later, Missing) or not later.verdict.settled:
        return None
    return later if later.direction != before.direction else None


def afterwards(later: Change) -> list[Record]:
    """Its last count, and that change under a name of its own: the figure is compared over other years as well."""
    about = later.series.record_id
    found = {one.id: one for one in later.records()}
    return [found[f"{about}{later.last}"], replace(found[f"{about}change_pct"], id=f"{about}afterwards_pct")]


def _places(theme: Theme, found: RankIntervals | Missing) -> tuple[Place, ...]:
    """Where the themes of the card that belong to a theme ended."""
    if isinstance(found, Missing):
        return ()
    table = found.table[found.table["theme"].isin(theme.votes)]
    labels = found.tally.labels
    return tuple(Place(labels[one.theme], int(one.rank), int(one.lower), int(one.upper)) for one in table.itertuples())
