"""What was found about the level of the municipality beside that of another area."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Self

from ..observations import Source
from ..series import Series
from ..statistics import percentage
from ..statistics.rates import RateRatio
from ..statistics.verdicts import Direction, Verdict, of_change
from .findings import Finding, Number, files

MEANS: dict[str, Direction] = {"lower": "down", "higher": "up"}


@dataclass(frozen=True)
class Beside(Finding):
    """A rate beside that of another area."""

    rates: RateRatio
    claimed: Literal["lower", "higher"]

    @property
    def verdict(self) -> Verdict:
        """Whether the rates differ by more than chance, the way that is claimed."""
        early = bool(self.rates.series.provisional([self.rates.year]))
        return of_change(
            self.rates.lower, self.rates.upper, self.rates.p_value, caveats=early, claimed=MEANS[self.claimed]
        )

    @property
    def p_value(self) -> float | None:
        """Of the ratio."""
        return self.rates.p_value

    def corrected(self, p_value: float) -> Self:
        """With another p-value."""
        return replace(self, rates=replace(self.rates, p_value=p_value))

    @property
    def region(self) -> str:
        """The municipality."""
        return self.rates.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """The ratio as a percentage more or less, and both rates."""
        one = self.rates
        interval = percentage(one.ratio), "percent", percentage(one.lower), percentage(one.upper)
        return {
            "difference_pct": Number(*interval),
            "here": Number(one.here, "per_1000"),
            "elsewhere": Number(one.elsewhere, "per_1000"),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """Counts and inhabitants."""
        return tuple(dict.fromkeys(files(self.rates.series, self.rates.other) + self.rates.series.population_sources))


@dataclass(frozen=True)
class BesideMeasure(Finding):
    """A percentage, mark or index beside that of another area."""

    series: Series
    other: Series
    year: int
    here: float
    elsewhere: float
    claimed: Literal["lower", "higher"]

    @property
    def apart(self) -> bool | None:
        """Whether the published margins do not overlap; ``None`` where one is not published."""
        ours, theirs = self.series.margin(self.year), self.other.margin(self.year)
        return None if ours is None or theirs is None else ours[1] < theirs[0] or theirs[1] < ours[0]

    @property
    def verdict(self) -> Verdict:
        """Margins that overlap may be chance; without margins there is only the figure itself."""
        if self.apart is False:
            return Verdict.CHANCE
        if self.here == self.elsewhere or (self.here < self.elsewhere) != (self.claimed == "lower"):
            return Verdict.CONTRADICTED
        return Verdict.CONFIRMED if self.apart else Verdict.CONFIRMED_WITH_CAVEAT

    @property
    def region(self) -> str:
        """The municipality."""
        return self.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """Both figures with their margins."""
        unit, none = self.series.indicator.unit, (None, None)
        return {
            "here": Number(self.here, unit, *(self.series.margin(self.year) or none)),
            "elsewhere": Number(self.elsewhere, unit, *(self.other.margin(self.year) or none)),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of both."""
        return files(self.series, self.other)
