"""What would be left of a change if a break in the registration explained part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..catalogue import Break
from ..results import Record, Result
from ..series import Missing
from . import percentage, record

if TYPE_CHECKING:
    from .counts import Change


@dataclass(frozen=True)
class Scenario(Result):
    """A change without a break, for each end of the range of what the break may have done. Not an estimate.

    Parameters
    ----------
    change : Change
        The change as registered.
    without : Break
        The break that is calculated away; its ``factor`` runs from small to large.
    smallest, largest : tuple of float
        Ratio with its lower and upper limit, for the largest and for the smallest factor.
    """

    change: Change
    without: Break
    smallest: tuple[float, float, float]
    largest: tuple[float, float, float]

    @property
    def lower_pct(self) -> float:
        """The change in percent when the break did most."""
        return 100 * (self.smallest[0] - 1)

    @property
    def upper_pct(self) -> float:
        """The change in percent when the break did least."""
        return 100 * (self.largest[0] - 1)

    @property
    def margin_pct(self) -> tuple[float, float]:
        """From the lower limit of the smallest to the upper limit of the largest, in percent."""
        return 100 * (self.smallest[1] - 1), 100 * (self.largest[2] - 1)

    def records(self) -> list[Record]:
        """The change without the break, at both ends, each with its interval."""
        years = (self.change.first, self.change.last)
        ends = {"smallest": self.smallest, "largest": self.largest}
        return [
            record(
                self.change.series, f"without.{self.without.id}.{name}_pct", percentage(ratio), "percent", years,
                lower=percentage(lower), upper=percentage(upper),
            )
            for name, (ratio, lower, upper) in ends.items()
        ]  # fmt: skip


def without_break(change: Change, one: Break) -> Scenario | Missing:
    """Divide a change by what a break may have multiplied the figures with.

    Returns
    -------
    Scenario or Missing
        ``Missing`` when the size of the break is not known, it fell within one of the two years (then it did only a
        part), or the counts are too small for a percentage.
    """
    subject = change.series.indicator.label
    if one.factor is None:
        return Missing(subject, f"Hoe groot het effect is van '{one.label}', is niet bekend.")
    if not date(change.first, 12, 31) < one.date <= date(change.last, 1, 1):
        return Missing(subject, f"'{one.label}' valt niet tussen {change.first} en {change.last}.")
    if change.ratio is None or change.lower is None or change.upper is None or change.small == "counts_only":
        return Missing(subject, "De aantallen zijn te klein om een effect weg te rekenen.")
    least, most = one.factor
    found = (change.ratio, change.lower, change.upper)
    smallest, largest = (tuple(limit / factor for limit in found) for factor in (most, least))
    return Scenario(change, one, (smallest[0], smallest[1], smallest[2]), (largest[0], largest[1], largest[2]))


def scenarios(change: Change) -> tuple[Scenario, ...]:
    """A change without each of its breaks of which the size is known."""
    found = [without_break(change, one) for one in change.breaks if one.factor is not None]
    return tuple(one for one in found if isinstance(one, Scenario))
