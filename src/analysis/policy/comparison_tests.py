"""What was found about the level of the municipality beside that of another area."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self

from ..documents.statements import ComparisonTest
from ..statistics import percentage
from ..statistics.comparison import Comparison, compare_change
from ..statistics.rates import RateRatio, rate_ratio
from ..statistics.survey import SurveyComparison, compare_survey
from ..statistics.verdicts import Direction, Verdict, verdict_from_interval
from ..store.raw_sources import Source
from ..store.series import Missing, Series
from .evidence import Evidence
from .findings import Finding, Number, files

LEVEL_DIRECTIONS: dict[str, Direction] = {"lower": "down", "higher": "up"}


@dataclass(frozen=True)
class Beside(Finding):
    """A rate beside that of another area."""

    rates: RateRatio
    claimed: Literal["lower", "higher"]

    @property
    def verdict(self) -> Verdict:
        """Whether the rates differ by more than chance, the way that is claimed."""
        early = bool(self.rates.series.provisional([self.rates.year]))
        return verdict_from_interval(
            self.rates.lower,
            self.rates.upper,
            self.rates.p_value,
            caveats=early,
            claimed=LEVEL_DIRECTIONS[self.claimed],
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


CHANGE_DIRECTIONS: dict[str, Direction] = {"more_down": "down", "more_up": "up"}


@dataclass(frozen=True)
class Developed(Finding):
    """How the municipality changed beside how another area did."""

    comparison: Comparison | SurveyComparison
    claimed: Literal["more_up", "more_down"]

    @property
    def difference(self) -> float:
        """Above 0 when the municipality rose more, or fell less."""
        one = self.comparison
        return one.ratio - 1 if isinstance(one, Comparison) else one.difference

    @property
    def verdict(self) -> Verdict:
        """Whether the two changes differ by more than chance, the way that is claimed."""
        found = self.comparison.verdict
        wrong = (self.difference > 0) != (CHANGE_DIRECTIONS[self.claimed] == "up")
        return Verdict.CONTRADICTED if found.settled and wrong else found

    @property
    def p_value(self) -> float | None:
        """Of the difference between the changes."""
        return self.comparison.p_value

    def corrected(self, p_value: float) -> Self:
        """With another p-value."""
        return replace(self, comparison=replace(self.comparison, p_value=p_value))

    @property
    def region(self) -> str:
        """The municipality."""
        return self.series[0].region

    @property
    def series(self) -> tuple[Series, Series]:
        """Ours and the other."""
        one = self.comparison
        return (one.series, one.national) if isinstance(one, Comparison) else (one.here.series, one.elsewhere.series)

    @property
    def numbers(self) -> dict[str, Number]:
        """The ratio of the changes (for a measure the difference in points), and both changes."""
        one = self.comparison
        if isinstance(one, Comparison):
            here, elsewhere = percentage(one.local_ratio), percentage(one.national_ratio)
            ratio = Number(one.ratio, "ratio", one.lower, one.upper)
            return {"ratio": ratio, "here": Number(here, "percent"), "elsewhere": Number(elsewhere, "percent")}
        return {
            "difference": Number(one.difference, "points", one.lower, one.upper),
            "here": Number(one.here.difference, "points"),
            "elsewhere": Number(one.elsewhere.difference, "points"),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of both."""
        return files(*self.series)


def judge_comparison(asked: ComparisonTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Set the municipality beside the other area."""
    here, elsewhere = known.series(asked.indicator), known.series(asked.indicator, asked.region)
    if isinstance(here, Missing):
        yield here
    elif isinstance(elsewhere, Missing):
        yield elsewhere
    elif asked.than in ("more_up", "more_down"):
        yield _development(asked, here, elsewhere)
    else:
        yield _level(asked, here, elsewhere)


def _development(asked: ComparisonTest, here: Series, elsewhere: Series) -> Finding | Missing:
    first = asked.last if asked.first is None else asked.first
    compare = compare_change if here.indicator.is_count else compare_survey
    found = compare(here, elsewhere, first, asked.last)
    claimed: Literal["more_up", "more_down"] = "more_up" if asked.than == "more_up" else "more_down"
    return found if isinstance(found, Missing) else Developed(found, claimed)


def _level(asked: ComparisonTest, here: Series, elsewhere: Series) -> Finding | Missing:
    claimed: Literal["lower", "higher"] = "lower" if asked.than == "lower" else "higher"
    if here.indicator.is_count:
        rates = rate_ratio(here, elsewhere, asked.last)
        return rates if isinstance(rates, Missing) else Beside(rates, claimed)
    ours, theirs = here.value(asked.last), elsewhere.value(asked.last)
    if ours is None or theirs is None:
        return (here if ours is None else elsewhere).no_figure(asked.last)
    return BesideMeasure(here, elsewhere, asked.last, ours, theirs, claimed)
