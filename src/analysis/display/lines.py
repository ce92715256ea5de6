"""Yearly series as the lines of a chart: what is drawn of them, in which unit, and how it runs in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .. import catalogue
from ..catalogue import Break
from ..periods import Period
from ..series import SUMMED_IN_PART, Missing, Series
from . import dutch
from .axis import End
from .places import place

_FINE = 0.5  # below this rate one decimal says nothing


@dataclass(frozen=True)
class Line:
    """One line of a chart: a series in the unit of the chart."""

    series: Series
    points: dict[int, float]
    decimals: int = 0

    @property
    def per_inhabitant(self) -> bool:
        """Whether these are rates; counts have no decimals."""
        return self.decimals > 0

    @property
    def name(self) -> str:
        """What it is about."""
        return place(self.series.region)

    @property
    def unit(self) -> str:
        """The unit in words."""
        return "per 1.000 inwoners" if self.per_inhabitant else "aantal per jaar"

    @property
    def span(self) -> tuple[int, int]:
        """First and last year drawn."""
        return min(self.points), max(self.points)

    @property
    def in_part(self) -> list[int]:
        """Years with figures of a part of the territory."""
        return [year for year in self.points if self.series.origin(year) == SUMMED_IN_PART]

    @property
    def provisional(self) -> list[int]:
        """Years with a provisional figure."""
        return self.series.provisional(self.points)

    @property
    def open_years(self) -> list[int]:
        """Years drawn with an open point: provisional, or part of the territory."""
        return sorted({*self.in_part, *self.provisional})

    @property
    def end(self) -> End:
        """Its last point, with its value and its name."""
        last = self.span[1]
        return End(self.told(last), self.name, last, self.points[last])

    def told(self, year: int) -> str:
        """The number of one year."""
        return dutch.number(self.points[year], self.decimals)

    def in_words(self) -> str:
        """How it runs, as a sentence."""
        return course(self.name, self.points, self.decimals)


def course(name: str, points: dict[int, float], decimals: int) -> str:
    """Start and end as a sentence, with the lowest and the highest where they are neither."""
    told = {year: dutch.number(value, decimals) for year, value in points.items()}
    first, last = min(points), max(points)
    extremes = {"laagste": min(points, key=points.__getitem__), "hoogste": max(points, key=points.__getitem__)}
    ends = told[first], told[last]
    between = [f"{word} {told[year]} in {year}" for word, year in extremes.items() if told[year] not in ends]
    aside = f" ({', '.join(between)})" if between else ""
    return f"{name}: van {told[first]} in {first} naar {told[last]} in {last}{aside}."


def lines_of(series: Series, against: Series | Missing | None) -> list[Line]:
    """Rates of both where they exist; otherwise our counts alone, because counts of unequal places do not compare."""
    ours = {year: rate for year in series.years if (rate := series.rate(year)) is not None}
    if len(ours) < 2:  # noqa: PLR2004
        return [Line(series, {y: float(count) for y in series.years if (count := series.count(y)) is not None})]
    decimals = 1 if max(ours.values()) >= _FINE else 2
    lines = [Line(series, ours, decimals)]
    if isinstance(against, Series):
        theirs = {y: rate for y in against.years if y in ours and (rate := against.rate(y)) is not None}
        lines += [Line(against, theirs, decimals)] if len(theirs) > 1 else []
    return lines


def marks(series: Series, span: tuple[int, int]) -> list[Break]:
    """Declared breaks that fall within the years drawn, territory aside: that is told in the text."""
    first, last = date(span[0], 1, 1), date(span[1], 12, 31)
    declared = catalogue.breaks_of(series.indicator.id, series.region)
    return [b for b in declared if b.kind != "territory" and first < b.date <= last]


def in_words(shown: list[Break]) -> str:
    """The breaks as sentences."""
    return " ".join(f"Vanaf {Period(one.date, 'M').label}: {one.label}." for one in shown)
