"""Hypothetical changes: the power to see a goal that is reached, and a change without a declared break."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..store.results import Missing, Reason, Record, Result
from ..store.series import Series
from . import percentage, record
from .ordinary import Expectation, expect

if TYPE_CHECKING:
    from .change import Change


@dataclass(frozen=True)
class Power(Result):
    """The probability that a change of a given size stands out, when the level really becomes that of the goal.

    Parameters
    ----------
    series : Series
        Yearly counts.
    first, last : int
        The year the goal starts from and the year it is for.
    before : int
        The count in ``first``.
    goal_pct : float
        The wanted change in percent, -20 for a fifth less.
    expectation : Expectation
        What would be ordinary if nothing changed.
    """

    series: Series
    first: int
    last: int
    before: int
    goal_pct: float
    expectation: Expectation

    @property
    def chance(self) -> float:
        """Probability, 0 to 1, that the count then stands out, on the side of the goal."""
        low, high = self._limits
        reached = self.expectation.unchanged.around(self.before * (1 + self.goal_pct / 100))
        return reached.below(low - 0.5) if self.goal_pct < 0 else 1 - reached.below(high + 0.5)

    @property
    def needed(self) -> int | None:
        """The highest lower count that stands out; ``None`` when not even 0 would."""
        low, _ = self._limits
        return low - 1 if low else None

    @property
    def _limits(self) -> tuple[int, int]:
        """The counts between which nothing stands out, as `Change.grade` judges the count and the step."""
        unchanged, hint = self.expectation.unchanged, catalogue.thresholds().verdict.hint
        ranges = unchanged.range(), unchanged.around(self.before).range(1 - hint)
        return min(low for low, _ in ranges), max(high for _, high in ranges)

    @property
    def needed_pct(self) -> float | None:
        """The smallest fall that stands out, in percent (negative)."""
        return None if self.needed is None else percentage(self.needed / self.before)

    def records(self) -> list[Record]:
        """Return the starting count, the goal, the power in percent, and the fall that is needed to stand out."""
        years = (self.first, self.last)
        counts = [count for count in self.series.records() if count.period == str(self.first)]
        measure = f"goal_{self.goal_pct:g}"  # one series can have several goals
        also = self.series.peer_sources if self.expectation.basis == "municipalities" else ()
        goal = record(self.series, f"{measure}.change_pct", self.goal_pct, "percent", years)
        probability = record(self.series, f"{measure}.power_pct", 100 * self.chance, "percent", years, also=also)
        fall = record(self.series, "needed_pct", self.needed_pct, "percent", years, also=also)
        return [*counts, goal, probability, fall]


def power(series: Series | Missing, first: int, last: int, goal_pct: float = -20.0) -> Power | Missing:
    """Return the probability that a goal, when reached, can be told from an ordinary movement.

    The goal is judged as `change` judges two years.

    Parameters
    ----------
    series : Series or Missing
        Yearly counts.
    first, last : int
        The year the goal starts from and the year it is for; ``last`` may still have to come.
    goal_pct : float
        The wanted change in percent.

    Returns
    -------
    Power or Missing
        ``Missing`` when the first year has no registrations, or when there are too few figures to learn from.

    Raises
    ------
    ValueError
        When the series is not yearly.
    """
    if isinstance(series, Missing):
        return series
    before = series.count(first)
    if not before:
        return Missing(series.indicator.label, Reason("no_starting_count", year=first, **series.about))
    expectation = expect(series, first, last)
    if expectation is None:
        return Missing(series.indicator.label, Reason("ordinary_unknown", year=first, **series.about))
    return Power(series, first, last, before, goal_pct, expectation)


@dataclass(frozen=True)
class Scenario(Result):
    """A change without the effect of a break, at both ends of the range of that effect. Not an estimate.

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
        """The change in percent if the break had its largest effect."""
        return 100 * (self.smallest[0] - 1)

    @property
    def upper_pct(self) -> float:
        """The change in percent if the break had its smallest effect."""
        return 100 * (self.largest[0] - 1)

    @property
    def margin_pct(self) -> tuple[float, float]:
        """From the lower limit of the smallest to the upper limit of the largest, in percent."""
        return 100 * (self.smallest[1] - 1), 100 * (self.largest[2] - 1)

    def records(self) -> list[Record]:
        """Return the change without the break, at both ends, each with its interval."""
        years = (self.change.first, self.change.last)
        ends = {"smallest": self.smallest, "largest": self.largest}
        return [
            record(
                self.change.series, f"without.{self.without.id}.{name}_pct", percentage(ratio), "percent", years,
                lower=percentage(lower), upper=percentage(upper),
            )
            for name, (ratio, lower, upper) in ends.items()
        ]  # fmt: skip


def without_break(change: Change, declared: Break) -> Scenario | Missing:
    """Divide a change by the effect that a break may have had on the figures.

    Parameters
    ----------
    change : Change
        The change as registered.
    declared : Break
        A declared break with the range of its effect, as a factor.

    Returns
    -------
    Scenario or Missing
        ``Missing`` when the size of the break is not known, when it fell within one of the two years (then it affected
        only a part of it), when the counts are too small for a percentage, or when it is unknown what is ordinary.
    """
    subject = change.series.indicator.label
    if declared.factor is None:
        return Missing(subject, Reason("break_size_unknown", break_label=declared.label))
    if not date(change.first, 12, 31) < declared.date <= date(change.last, 1, 1):
        reason = Reason("break_outside_years", break_label=declared.label, first=change.first, last=change.last)
        return Missing(subject, reason)
    if change.judgement is None:
        return Missing(subject, Reason("ordinary_unknown", year=change.first, **change.series.about))
    if change.ratio is None or change.small == "counts_only":
        return Missing(subject, Reason("too_small_for_scenario"))
    least, most = declared.factor
    unchanged = change.judgement.unchanged
    low, high = unchanged.range()
    limits = (change.ratio, change.ratio * unchanged.mean / high, change.ratio * unchanged.mean / max(low, 1))
    smallest, largest = (tuple(number / factor for number in limits) for factor in (most, least))
    return Scenario(change, declared, (smallest[0], smallest[1], smallest[2]), (largest[0], largest[1], largest[2]))


def scenarios(change: Change) -> tuple[Scenario, ...]:
    """Return a change without each of its breaks whose size is known.

    Parameters
    ----------
    change : Change
        The change as registered, with its breaks.

    Returns
    -------
    tuple of Scenario
        Empty when no break has a known size.
    """
    answers = [without_break(change, declared) for declared in change.breaks if declared.factor is not None]
    return tuple(answer for answer in answers if isinstance(answer, Scenario))
