"""What every finding has in common: numbers, the verdict they carry, and a sentence that the display layer makes."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import NamedTuple, Self

import pandas as pd

from ..statistics.verdicts import Verdict
from ..store.raw_sources import Source
from ..store.series import Series
from ..store.usage import Dispatched

_COMPARE = {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}


class Number(NamedTuple):
    """One number behind a sentence, with its unit and its interval."""

    value: float | None
    unit: str
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Finding:
    """What one test of a statement found; each kind of test has its own."""

    @property
    def verdict(self) -> Verdict:
        """What the numbers say about the claim."""
        raise NotImplementedError

    @property
    def p_value(self) -> float | None:
        """Two-sided, that there is only chance; ``None`` where that decides nothing: a list, a sum, too few counts."""
        return None

    def corrected(self, p_value: float) -> Self:
        """The same with another p-value, for the verdict after a correction for many tests."""
        return self

    @property
    def region(self) -> str:
        """The region the numbers are about, empty for a finding about texts."""
        return "" if self.used is None else self.used.region

    @property
    def numbers(self) -> dict[str, Number]:
        """Every number that the sentence may name, by measure; the first is the point estimate."""
        return {}

    @property
    def used(self) -> Series | None:
        """The counts it rests on, cut down to the years it is about; ``None`` when there are none."""
        return None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files behind the numbers."""
        return ()


@Dispatched
def finding_text(finding: Finding) -> str:
    """A finding as Dutch text; the display layer registers one function for each kind."""
    raise NotImplementedError(f"no words for {type(finding).__name__}: import analysis, not one of its modules")


def holds(compare: str, left: float | Fraction, right: float | Fraction) -> bool:
    """Whether ``left`` stands in this relation to ``right``."""
    return bool(_COMPARE[compare](left, right))


def decided(compare: str, left: tuple[float, float], right: tuple[float, float]) -> bool | None:
    """Whether a relation holds between two numbers known to lie within limits; ``None`` when that depends.

    Parameters
    ----------
    left, right : tuple of float
        Lower and upper limit, the same number twice where it is known; infinite where there is no limit.
    """
    answers = {holds(compare, one, other) for one, other in product(left, right)}
    return answers.pop() if len(answers) == 1 else None


def counts_of(series: Series, *years: int) -> Series:
    """The counts of some years and nothing else: these findings say nothing per inhabitant."""
    moments = [pd.Timestamp(year, 1, 1) for year in years]
    return replace(series, data=series.data[series.data.index.isin(moments)], population=pd.Series(dtype=float))


def files(*series: Series) -> tuple[Source, ...]:
    """The raw files of some series, each once."""
    return tuple(dict.fromkeys(source for one in series for source in one.sources))
