"""Statements that set the municipality beside another area: its level, or how it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self

from ..documents.statements import ComparisonTest
from ..observations import Source
from ..series import Missing, Series
from ..statistics import percentage
from ..statistics.comparison import Comparison, compare_change
from ..statistics.rates import rate_ratio
from ..statistics.surveys import SurveyComparison, compare_survey
from ..statistics.verdicts import Direction, Verdict
from .beside import Beside, BesideMeasure
from .evidence import Evidence
from .findings import Finding, Number, files

MEANS: dict[str, Direction] = {"more_down": "down", "more_up": "up"}


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
        wrong = (self.difference > 0) != (MEANS[self.claimed] == "up")
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


def test(asked: ComparisonTest, known: Evidence) -> Iterator[Finding | Missing]:
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
