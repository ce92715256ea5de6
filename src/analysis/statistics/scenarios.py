"""Whether a goal can be seen in the figures at all: the power of comparing two years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import floor, sqrt
from typing import TYPE_CHECKING

from statsmodels.stats.rates import power_poisson_ratio_2indep

from ..definitions.catalogue import Break
from ..store.results import Record, Result
from ..store.series import Missing, Series
from . import percentage, record
from .dispersion import Noise, of_months, p_value, ratio_interval
from .verdicts import Verdict, alpha, of_change, too_few


@dataclass(frozen=True)
class Power(Result):
    """The chance that a change of a given size stands out from chance, when the goal is really reached.

    Parameters
    ----------
    first, last : int
        The year the goal starts from and the year it is for.
    before : int
        The count in ``first``.
    goal_pct : float
        The wanted change in percent, -20 for a fifth less.
    chance : float
        Probability, 0 to 1, that the comparison of the two years then shows more than chance.
    needed : int or None
        The highest lower count that does; ``None`` when not even 0 would.
    dispersion : float
        Of the months, as for a change between these years.
    """

    series: Series
    first: int
    last: int
    before: int
    goal_pct: float
    chance: float
    needed: int | None
    dispersion: float

    @property
    def needed_pct(self) -> float | None:
        """The smallest fall in percent that stands out."""
        return None if self.needed is None else percentage(self.needed / self.before)

    def records(self) -> list[Record]:
        """Where the goal starts, the goal, the power in percent, and the fall that is needed to stand out."""
        years = (self.first, self.last)
        counts = [one for one in self.series.records() if one.period == str(self.first)]
        about = f"goal_{self.goal_pct:g}"  # one series can have several goals
        goal = record(self.series, f"{about}.change_pct", self.goal_pct, "percent", years)
        seen = record(
            self.series, f"{about}.power_pct", 100 * self.chance, "percent", years, also=self.series.month_sources
        )
        needed = record(self.series, "needed_pct", self.needed_pct, "percent", years)
        return [*counts, goal, seen, needed]


def power(series: Series | Missing, first: int, last: int, goal_pct: float = -20.0) -> Power | Missing:
    """How likely it is that reaching a goal can be told from chance.

    Parameters
    ----------
    series : Series or Missing
        Yearly counts.
    first, last : int
        The year the goal starts from and the year it is for; ``last`` may still have to come.
    goal_pct : float
        The wanted change in percent.
    """
    if isinstance(series, Missing):
        return series
    before = series.count(first)
    if not before:
        about = f"{series.indicator.label} in {series.region_name}"
        return Missing(series.indicator.label, f"Van {first} is er geen aantal {about} om van uit te gaan.")
    noise = of_months(series.months, first, last)
    chance = power_of(before, 1 + goal_pct / 100, noise)
    return Power(series, first, last, before, goal_pct, chance, needed(before, noise), noise.dispersion)


def power_of(before: int, ratio: float, noise: Noise | None = None) -> float:
    """Probability that a two-sided test sees ``ratio``, starting from ``before`` registrations."""
    # The default null value of statsmodels is a ratio of 0, under which every goal is certain to be seen.
    return float(
        power_poisson_ratio_2indep(
            ratio * before, before, 1, value=1, alpha=alpha(), dispersion=(noise or Noise()).dispersion,
            alternative="two-sided", return_results=False,
        )
    )  # fmt: skip


def needed(before: int, noise: Noise | None = None) -> int | None:
    """The highest count below ``before`` that is less by more than chance; ``None`` when not even 0 is."""
    # The roots of (before - after)**2 = z**2 * (before + after); tests differ a little, so look around it.
    reach = (noise or Noise()).z ** 2
    about = before + reach / 2 - sqrt(reach**2 / 4 + 2 * reach * before)
    start = min(before - 1, floor(about) + 3)
    for after in range(start, max(-1, start - 10), -1):
        _, lower, upper = ratio_interval(before, after, noise=noise)
        small = too_few(before + after)
        if of_change(lower, upper, p_value(before, after, noise), small=small) is Verdict.CONFIRMED:
            return after
    return None


if TYPE_CHECKING:
    from .change import Change


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
