"""A figure that someone should look at before it is published, and how that is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import catalogue, regions
from ..display import dutch

OTHERS = "GM"  # in the place of a region: all other municipalities together
ALL = 0  # in the place of a year: all years together
_SHOWN = 100  # more than anyone reads, so that whoever accepts can have seen it


@dataclass(frozen=True)
class Doubt:
    """A figure that moved too far.

    Parameters
    ----------
    year : int
        Or ``ALL``.
    old, new : float
        ``new`` is ``None`` when there is no figure any more. Of a new year ``old`` is that of the year before.
    file : str
        Where the figure comes from, or came from.
    limit : float, optional
        By what part it may move; of a new year how many times as much or as little it may be.
    fresh : bool
        Whether it is a new year.
    """

    indicator: str
    region: str
    year: int
    old: float
    new: float | None
    file: str
    limit: float | None = None
    fresh: bool = False

    @property
    def size(self) -> float:
        """By which doubts are told, the largest first."""
        return max(self.old, self.new or 0)

    def __str__(self) -> str:
        known = catalogue.indicators().get(self.indicator)  # an older version may have named it otherwise
        where = "alle andere gemeenten samen" if self.region == OTHERS else regions.name(self.region)
        about, when = f"{known.label if known else self.indicator}, {where}", self.year or "alle jaren samen"
        if self.new is None or self.limit is None:
            return f"{about}: cijfers die er waren, ontbreken nu, zoals over {when}. Ze stonden in {self.file}."
        if self.fresh:
            told = f"{dutch.number(self.new)}, en een jaar eerder {dutch.number(self.old)}, in {self.file}"
            return f"{about}, {when}: {told}. Tot {dutch.number(self.limit)} keer zo veel of zo weinig is gewoon."
        much = f" ({dutch.signed_percent(100 * (self.new / self.old - 1), 1)})" if self.old else ""
        moved = f"van {dutch.number(self.old)} naar {dutch.number(self.new)}{much} in {self.file}"
        return f"{about}, {when}: {moved}. Een verschil tot {dutch.percent(100 * self.limit)} is gewoon."


def told(found: Sequence[object]) -> str:
    """What to look at, one to a line."""
    more = f"\n  en nog {dutch.number(len(found) - _SHOWN)}" if len(found) > _SHOWN else ""
    return "".join(f"\n  {one}" for one in found[:_SHOWN]) + more
