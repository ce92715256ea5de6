"""The base class of findings, with what every kind of test shares: numbers, relations within limits, and source files.

`analysis.display.finding_texts` has the Dutch text of each kind of finding.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Literal, NamedTuple

import pandas as pd

from ..statistics.change import Change
from ..statistics.ordinary import Grade
from ..statistics.verdicts import Verdict
from ..store.raw_sources import Source
from ..store.series import Series

_COMPARE = {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}


class Number(NamedTuple):
    """One number behind a sentence, with its unit and interval.

    Parameters
    ----------
    value : float or None
        The number; ``None`` when it may not be given, such as a percentage of small counts.
    unit : str
        Such as ``percent``, ``registrations`` or ``per_1000``.
    lower, upper : float or None
        Its interval, where it has one.
    """

    value: float | None
    unit: str
    lower: float | None = None
    upper: float | None = None


class Question(NamedTuple):
    """A difference that was tested on chance. Whatever is claimed about it, it is one test.

    Parameters
    ----------
    of : {"count", "measure", "level"}
        A change in a count or in a measure, or a level.
    indicator, region : str
        What changed, and where.
    first : int or None
        The first of two years; ``None`` for a level.
    last : int
        The last year.
    other : str
        The region compared with; empty where there is none.
    own_years : bool
        Whether only the region's own years show what is ordinary: then a difference is never clear.
    """

    of: Literal["count", "measure", "level"]
    indicator: str
    region: str
    first: int | None
    last: int
    other: str = ""
    own_years: bool = False


@dataclass(frozen=True)
class Finding:
    """The result of one test of a statement; each kind of test has its own subclass."""

    @property
    def verdict(self) -> Verdict:
        """The verdict of the numbers on the claim."""
        raise NotImplementedError

    @property
    def p_value(self) -> float | None:
        """Two-sided p-value that there is only chance; ``None`` where that decides nothing, as for a list or a sum."""
        return None

    @property
    def question(self) -> Question | None:
        """The difference that was tested on chance; ``None`` where there was no such test."""
        return None

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
        """The counts it rests on, of only the years it is about; ``None`` when there are none."""
        return None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files behind the numbers."""
        return ()


def holds(compare: str, left: float | Fraction, right: float | Fraction) -> bool:
    """Return whether a relation holds between two numbers.

    Parameters
    ----------
    compare : {"<", "<=", "=", ">=", ">"}
        The relation.
    left, right : float or Fraction
        The numbers; ``left`` stands before the relation.

    Returns
    -------
    bool

    Examples
    --------
    >>> holds("<", 1, 2), holds(">=", 1, 2)
    (True, False)
    """
    return bool(_COMPARE[compare](left, right))


def holds_within_limits(compare: str, left: tuple[float, float], right: tuple[float, float]) -> bool | None:
    """Return whether a relation holds between two numbers that are known to lie within limits.

    Parameters
    ----------
    compare : {"<", "<=", "=", ">=", ">"}
        The relation.
    left, right : tuple of float
        Lower and upper limit, the same number twice where it is known; infinite where there is no limit.

    Returns
    -------
    bool or None
        ``None`` when it depends on where in the limits the numbers lie.

    Examples
    --------
    >>> holds_within_limits("<", (1, 1), (2, 3)), holds_within_limits("<", (2, 2), (2, 3))
    (True, None)
    """
    answers = {holds(compare, a, b) for a, b in product(left, right)}
    return answers.pop() if len(answers) == 1 else None


def question_of(change: Change | None) -> Question | None:
    """Return whether a count changed by more than an ordinary movement, as a test on chance.

    Parameters
    ----------
    change : Change or None
        The change, if there is one.

    Returns
    -------
    Question or None
        ``None`` with too few figures to judge it.
    """
    if change is None or change.grade is Grade.TOO_FEW:
        return None
    about = change.series.indicator.id, change.series.region, change.first, change.last
    return Question("count", *about, own_years=not change.judged_by_all)


def counts_of(series: Series, *years: int) -> Series:
    """Return the counts of some years, without inhabitants: these findings say nothing per inhabitant.

    Parameters
    ----------
    series : Series
        Yearly counts.
    *years : int
        The years to keep.

    Returns
    -------
    Series
    """
    moments = [pd.Timestamp(year, 1, 1) for year in years]
    return replace(series, data=series.data[series.data.index.isin(moments)], population=pd.Series(dtype=float))


def source_files(*series: Series) -> tuple[Source, ...]:
    """Return the raw files of some series, each once.

    Parameters
    ----------
    *series : Series
        One or more series.

    Returns
    -------
    tuple of Source
    """
    return tuple(dict.fromkeys(source for part in series for source in part.sources))
