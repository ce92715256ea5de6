"""Tests of claimed changes: a count or a measure of two years, and waves of months far above the ordinary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from scipy.special import pdtrc

from ..definitions import catalogue
from ..documents.statements import ChangeTest
from ..statistics.change import Change, change
from ..statistics.control_chart import ControlChart, control_chart
from ..statistics.survey import SurveyChange, survey_change
from ..statistics.verdicts import Direction, Verdict
from ..store.raw_sources import Source
from ..store.results import Missing
from ..store.series import Series
from .evidence import Evidence
from .findings import Finding, Number, Question, counts_of, question_of, source_files

Claim = Literal["up", "down", "not_up", "not_down"]
# That something did not rise can only be shown by a fall: no visible rise is no proof that there was none.
SHOWN_BY: dict[str, Direction] = {"up": "up", "down": "down", "not_up": "down", "not_down": "up"}
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Peaks(Finding):
    """The months of some years between their control limits.

    Parameters
    ----------
    chart : ControlChart
        The months with their limits.
    """

    chart: ControlChart

    @property
    def waves(self) -> int:
        """Number of waves: months in a row that stand out are one."""
        months = [month.year * 12 + month.month for month in self.chart.signals]
        return sum(month - 1 not in months for month in months)

    @property
    def by_chance(self) -> float:
        """Number of waves to be expected in these months if nothing happens."""
        return self.chart.judged / 12 * catalogue.thresholds().monitoring.false_alarms

    @property
    def verdict(self) -> Verdict:
        """Confirmed when chance alone seldom gives as many waves (Poisson), and with a caveat where it may."""
        if not self.waves:
            return Verdict.CHANCE
        seldom = pdtrc(self.waves - 1, self.by_chance) < catalogue.thresholds().verdict.alpha
        return Verdict.CONFIRMED if seldom else Verdict.CONFIRMED_WITH_CAVEAT

    @property
    def region(self) -> str:
        """CBS code of the region."""
        return self.chart.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """Number of months that stand out, of months that were judged, and of waves that chance would give."""
        return {
            "peaks": Number(len(self.chart.signals), "months"),
            "months": Number(self.chart.judged, "months"),
            "by_chance": Number(self.by_chance, "number"),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the series."""
        return source_files(self.chart.series)


def find_peaks(indicator: str, region: str | None, years: tuple[int, int], evidence: Evidence) -> Finding | Missing:
    """Look for months far above what is ordinary.

    Parameters
    ----------
    indicator : str
        Id of the indicator.
    region : str or None
        CBS code, by default that of the municipality.
    years : tuple of int
        First and last year to search.
    evidence : Evidence
        The figures of the municipality.

    Returns
    -------
    Peaks or Missing
        ``Missing`` when there can be no control limits.
    """
    chart = control_chart(evidence.series(indicator, region, "M"), *years)
    return chart if isinstance(chart, Missing) else Peaks(chart)


@dataclass(frozen=True)
class _TwoYears(Finding):
    """Figures of two years beside a claimed direction."""

    change: Change | SurveyChange
    claimed: Claim

    @property
    def region(self) -> str:
        """CBS code of the region."""
        return self.change.series.region

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the series."""
        return source_files(self.change.series)


@dataclass(frozen=True)
class Changed(_TwoYears):
    """Counts of two years beside a claimed direction, and perhaps a claimed percentage.

    Parameters
    ----------
    change : Change
        The change in the counts.
    claimed : {"up", "down", "not_up", "not_down"}
        The claimed direction.
    percent : int, optional
        The claimed change in whole percents, with or without sign.
    """

    change: Change
    percent: int | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict on the direction; contradicted when the claimed percentage is another one.

        That registrations did not rise is borne out when they fell by more than an ordinary movement, and contradicted
        when they rose by more. In between it is not shown: one more than before is no rise that anybody would name.
        """
        if not self.percent_fits:
            return Verdict.CONTRADICTED
        if self.claimed in ("not_up", "not_down") and not self.change.grade.shown:
            return self.change.verdict
        return self.change.verdict_on(SHOWN_BY[self.claimed])

    @property
    def question(self) -> Question | None:
        """Whether the count changed by more than an ordinary movement."""
        return question_of(self.change)

    @property
    def rounded(self) -> int | None:
        """The change in whole percents, halves away from zero, in exact arithmetic."""
        if not self.change.before:
            return None
        exact = Fraction(100 * (self.change.after - self.change.before), self.change.before)
        return floor(exact + _HALF) if exact >= 0 else -floor(-exact + _HALF)

    @property
    def percent_fits(self) -> bool:
        """Whether the counts round to the claimed percentage; true when none is claimed."""
        return self.percent is None or (self.rounded is not None and abs(self.rounded) == abs(self.percent))

    @property
    def fitting(self) -> tuple[int, ...]:
        """Counts of the first year that would make the claimed percentage right, given the count of the last year."""
        if self.percent is None:
            return ()
        sign = -1 if SHOWN_BY[self.claimed] == "down" else 1
        middle = Fraction(sign * abs(self.percent))
        least, most = (1 + (middle + half) / 100 for half in (-_HALF, _HALF))
        counts = range(ceil(self.change.after / most), floor(self.change.after / least) + 1) if least > 0 else range(0)
        return tuple(count for count in counts if replace(self, change=replace(self.change, before=count)).percent_fits)

    @property
    def numbers(self) -> dict[str, Number]:
        """The change in percent and both counts; with a claimed percentage, also the counts that fit it."""
        change = self.change
        numbers = {
            "change_pct": Number(change.percentage, "percent"),
            str(change.first): Number(change.before, "registrations"),
            str(change.last): Number(change.after, "registrations"),
        }
        if change.judgement is not None:
            low, high = change.judgement.unchanged.range()
            numbers["ordinary"] = Number(change.judgement.unchanged.mean, "registrations", low, high)
            if change.usual is not None:
                numbers["usual"] = Number(change.judgement.unchanged.mean, "registrations", *change.usual)
        if self.percent is None:
            return numbers
        numbers |= {"claimed_pct": Number(self.percent, "percent"), "rounded_pct": Number(self.rounded, "percent")}
        return numbers | {f"fits.{count}": Number(count, "registrations") for count in self.fitting}

    @property
    def used(self) -> Series:
        """The counts of both years."""
        return counts_of(self.change.series, self.change.first, self.change.last)


@dataclass(frozen=True)
class MeasureChanged(_TwoYears):
    """A percentage, grade or index in two years beside a claimed direction.

    Parameters
    ----------
    change : SurveyChange
        The change in the measure.
    claimed : {"up", "down", "not_up", "not_down"}
        The claimed direction.
    percent : int, optional
        The claimed change in whole percents, or in whole points, with or without sign.
    """

    change: SurveyChange
    percent: int | None = None

    @property
    def relative(self) -> float | None:
        """The change in percent of the first figure."""
        return 100 * self.change.difference / self.change.before if self.change.before else None

    @property
    def percent_fits(self) -> bool:
        """Whether the figures round to the claimed change, in points or in percent; true when none is claimed."""
        changes = (self.change.difference, self.relative)
        rounded = [floor(abs(change) + 0.5) for change in changes if change is not None]
        return self.percent is None or abs(self.percent) in rounded

    @property
    def p_value(self) -> float | None:
        """P-value of the change; ``None`` without a published margin."""
        return None if self.change.verdict is Verdict.NOT_TESTABLE else self.change.p_value

    @property
    def question(self) -> Question | None:
        """Whether the measure changed; ``None`` without a published margin."""
        change = self.change
        if self.p_value is None:
            return None
        return Question("measure", change.series.indicator.id, self.region, change.first, change.last)

    @property
    def verdict(self) -> Verdict:
        """The verdict of the change itself, contradicted when it went the other way or is not the claimed one."""
        return self.change.verdict_on(SHOWN_BY[self.claimed]) if self.percent_fits else Verdict.CONTRADICTED

    @property
    def numbers(self) -> dict[str, Number]:
        """The difference in points and both figures."""
        change, unit = self.change, self.change.series.indicator.unit
        points = Number(change.difference, "points", change.lower, change.upper)
        return {
            "points": points,
            str(change.first): Number(change.before, unit),
            str(change.last): Number(change.after, unit),
        }


@dataclass(frozen=True)
class EveryStep(Finding):
    """Every step from a year to the next beside a claim that it was so each year.

    Parameters
    ----------
    steps : tuple of Changed or MeasureChanged
        The steps, each beside the claim, in the order of the years.
    """

    steps: tuple[Changed | MeasureChanged, ...]

    @property
    def wrong(self) -> tuple[Changed | MeasureChanged, ...]:
        """The steps that were not as claimed."""
        return tuple(step for step in self.steps if step.verdict is Verdict.CONTRADICTED)

    @property
    def verdict(self) -> Verdict:
        """Contradicted by one step that was not as claimed. Steps in counts are counted, those in estimates tested.

        Whether the steps in a count together are more than an ordinary movement, the change over all years says.
        """
        if self.wrong:
            return Verdict.CONTRADICTED
        estimates = [step.verdict for step in self.steps if isinstance(step, MeasureChanged)]
        unsure = (Verdict.CHANCE, Verdict.NOT_TESTABLE, Verdict.CONFIRMED_WITH_CAVEAT)
        return next((verdict for verdict in unsure if verdict in estimates), Verdict.CONFIRMED)

    @property
    def series(self) -> Series:
        """The yearly figures."""
        return self.steps[0].change.series

    @property
    def years(self) -> tuple[int, ...]:
        """All years, the first included."""
        return (self.steps[0].change.first, *(step.change.last for step in self.steps))

    @property
    def region(self) -> str:
        """CBS code of the region."""
        return self.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """Number of steps that were not as claimed, number of steps, and the figure of every year."""
        unit = self.series.indicator.unit
        figures = {self.years[0]: self.steps[0].change.before} | {s.change.last: s.change.after for s in self.steps}
        counts = {"wrong": Number(len(self.wrong), "steps"), "steps": Number(len(self.steps), "steps")}
        return counts | {str(year): Number(figure, unit) for year, figure in figures.items()}

    @property
    def used(self) -> Series | None:
        """The counts of all the years."""
        return counts_of(self.series, *self.years) if self.series.indicator.is_count else None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the series."""
        return source_files(self.series)


def judge_change(test: ChangeTest, evidence: Evidence) -> Iterator[Finding | Missing]:
    """Test a claimed change; gives another finding when it is claimed of each year, or waves are claimed as well.

    Parameters
    ----------
    test : ChangeTest
        The claim: indicator, region, years, direction, and perhaps a percentage.
    evidence : Evidence
        The figures of the municipality.

    Yields
    ------
    Finding or Missing
        ``Missing`` when there are no figures to test the claim with.
    """
    series = evidence.series(test.indicator, test.region)
    if isinstance(series, Missing):
        yield series
    else:
        yield _beside(test, series, test.first, test.last, None if test.each_year else test.percent)
        if test.each_year:
            yield _every_step(test, series)
    if test.monthly_peaks:
        yield find_peaks(test.indicator, test.region, (test.first, test.last), evidence)


def _beside(
    test: ChangeTest, series: Series, first: int, last: int, percent: int | None
) -> Changed | MeasureChanged | Missing:
    """Compare two years of a series with the claim."""
    if series.indicator.is_count:
        counted = change(series, first, last)
        return counted if isinstance(counted, Missing) else Changed(counted, test.direction, percent)
    measured = survey_change(series, first, last)
    return measured if isinstance(measured, Missing) else MeasureChanged(measured, test.direction, percent)


def _every_step(test: ChangeTest, series: Series) -> Finding | Missing:
    """Compare every step with the claim. A year without figures leaves it open, unless a known step contradicts it."""
    years = range(test.first, test.last)
    compared = [_beside(test, series, year, year + 1, test.percent) for year in years]
    steps = tuple(step for step in compared if not isinstance(step, Missing))
    unknown = next((step for step in compared if isinstance(step, Missing)), None)
    found = EveryStep(steps) if steps else None
    if found is None or (unknown is not None and not found.wrong):
        assert unknown is not None
        return unknown
    return found
