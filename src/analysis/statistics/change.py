"""Changes in counts: two years of one series, many series at once, and the check of a total against its kinds.

A change keeps three questions apart: whether the count differs, whether it is more than an ordinary movement, and
whether it went otherwise than in the rest of the country. One yardstick answers the last two, see `ordinary`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..definitions.regions import NEDERLAND
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Reason, Record, Result, label
from ..store.series import Series
from . import percentage, record
from .ordinary import Grade, Judgement, Ordinary, judge, verdict_of, weakness, with_own_figures
from .scenarios import scenarios
from .verdicts import Direction, Reservation, Verdict, breaks_between, reservations

NAME = "overview"  # of the only overview in a chapter


@dataclass(frozen=True)
class Elsewhere:
    """The counts of the same two years elsewhere, to be told beside a change. They judge nothing.

    Parameters
    ----------
    before, after : int
        Registrations of all areas together.
    municipalities : int or None
        How many municipalities these are, the same ones in both years; ``None`` for the whole rest of the country.
    sources : tuple of Source
        The raw files.
    """

    before: int
    after: int
    municipalities: int | None
    sources: tuple[Source, ...]

    @property
    def percentage(self) -> float | None:
        """The change in percent; ``None`` after 0."""
        return percentage(self.after / self.before) if self.before else None

    @property
    def direction(self) -> Literal["up", "down", "equal"]:
        """The direction of the count."""
        return "up" if self.after > self.before else "down" if self.after < self.before else "equal"


@dataclass(frozen=True)
class Change(Result):
    """The counts of two years of one series, judged by what would have been ordinary.

    Did the count change (`changed`)? It is a full count, so this needs no test. Is that more than an ordinary movement
    (`grade`)? Did it go otherwise than in the rest of the country (`grade_elsewhere`)?

    Parameters
    ----------
    series : Series
        The yearly counts.
    first, last : int
        The two years.
    before, after : int
        Counts in ``first`` and ``last``.
    breaks : tuple of Break
        What besides reality changed between the two years.
    judgement : Judgement or None
        The later count beside what would have been ordinary; ``None`` with too few figures to know that.
    rest : Elsewhere or None
        The same two years in the municipalities that `grade_elsewhere` compares with; ``None`` when that was not asked
        or is not known.
    """

    series: Series
    first: int
    last: int
    before: int
    after: int
    breaks: tuple[Break, ...]
    judgement: Judgement | None
    rest: Elsewhere | None = None

    @property
    def ratio(self) -> float | None:
        """The later count divided by the earlier one; ``None`` when that is 0."""
        return self.after / self.before if self.before else None

    @property
    def rate_ratio(self) -> float | None:
        """The same per inhabitant; also ``None`` where the population in the same borders is unknown."""
        people = [self.series.inhabitants(year) for year in self.years]
        if self.ratio is None or not people[0] or not people[1]:
            return None
        return self.ratio * people[0] / people[1]

    @property
    def small(self) -> Literal["counts_only", "with_range", "full"]:
        """How much may be said about the size of the change.

        A count under 10 gets no percentage, and a start under 50 never one without what would have been ordinary
        (`thresholds.yml`).
        """
        limits = catalogue.thresholds().small_counts
        if min(self.before, self.after) < limits.interval_from:
            return "counts_only"
        if self.before >= limits.percentage_from:
            return "full"
        return "counts_only" if self.judgement is None else "with_range"

    @property
    def percentage(self) -> float | None:
        """The change in percent; ``None`` for counts that are too small for one."""
        return None if self.small == "counts_only" else percentage(self.ratio)

    @property
    def direction(self) -> Literal["up", "down", "equal"]:
        """The direction of the count itself; a full count, so true whatever the verdict says."""
        return "up" if self.after > self.before else "down" if self.after < self.before else "equal"

    @property
    def changed(self) -> bool:
        """First question: whether the count differs."""
        return self.after != self.before

    @property
    def grade(self) -> Grade:
        """Second question: how strong the evidence is that this is no ordinary movement.

        The later count must be no ordinary one, and so must the step from the earlier count be. A count that rose, yet
        is lower than was to be expected from the years before, is no evidence of a rise. Nor is 60 after 62 evidence of
        a fall when it was 180 before.
        """
        return Grade.TOO_FEW if self.judgement is None else self.grade_beside(self.judgement.unchanged)

    @property
    def grade_elsewhere(self) -> Grade | None:
        """Third question: how strong the evidence is that it went otherwise than elsewhere; ``None`` if unknown."""
        if self.judgement is None or self.judgement.elsewhere is None:
            return None
        return self.grade_beside(self.judgement.elsewhere)

    def grade_beside(self, expected: Ordinary) -> Grade:
        """Return how strong the evidence is that count and step are no ordinary ones, by any expectation.

        Parameters
        ----------
        expected : Ordinary
            What would be ordinary in the last year.

        Returns
        -------
        Grade
            Too few without a judgement.
        """
        if self.judgement is None:
            return Grade.TOO_FEW
        grade = self.judgement.grade_beside(expected)
        if not grade.shown:
            return grade
        from_before = expected.around(self.before * expected.mean / self.judgement.unchanged.mean)
        same_way = (self.after > from_before.mean) == (self.after > expected.mean)
        stands_out = from_before.p_value(self.after) < catalogue.thresholds().verdict.hint
        return grade if same_way and stands_out else self.judgement.not_shown(expected)

    @property
    def ordinary(self) -> tuple[int, int] | None:
        """The lowest and highest count that would have been ordinary if nothing had changed."""
        return None if self.judgement is None else self.judgement.unchanged.range()

    @property
    def usual(self) -> tuple[int, int] | None:
        """The narrower range that a hint lies outside; ``None`` for any other grade."""
        if self.judgement is None or self.grade is not Grade.HINT:
            return None
        return self.judgement.unchanged.range(1 - catalogue.thresholds().verdict.hint)

    @property
    def years(self) -> tuple[int, int]:
        """The two years that are compared."""
        return self.first, self.last

    @property
    def verdict(self) -> Verdict:
        """The verdict without a claim about the direction."""
        return self.verdict_on(None)

    def verdict_on(self, claimed: Direction | None) -> Verdict:
        """Return the verdict on a claim about the direction of the change.

        A claim that registrations rose is contradicted when they did not. When they did, the grade says whether that
        is more than an ordinary movement. Equal counts that the publisher rounded contradict nothing.

        Parameters
        ----------
        claimed : {"up", "down"} or None
            The claimed direction; ``None`` judges the change without a claim.

        Returns
        -------
        Verdict
        """
        hidden_by_rounding = not self.changed and self.series.indicator.rounded_to > 1
        if claimed is not None and self.direction != claimed and not hidden_by_rounding:
            return Verdict.NOT_TESTABLE if self._says_nothing else Verdict.CONTRADICTED
        return verdict_of(self.grade, caveats=bool(self.reservations))

    @property
    def _says_nothing(self) -> bool:
        """Whether the counts are so few that their direction contradicts nothing either: 2 and 2, or 6 and 7."""
        least = catalogue.thresholds().small_counts.interval_from
        return self.grade is Grade.TOO_FEW and max(self.before, self.after) < least

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What besides reality can explain the change, and how weak the evidence is."""
        own_years = self.judgement is not None and self.judgement.basis == "own_years"
        return (*reservations(self.series, self.years, self.breaks), *weakness(self.grade, own_years=own_years))

    def records(self) -> list[Record]:
        """Return both counts, what would have been ordinary, the change (also per inhabitant), and the scenarios."""
        counts = [count for count in self.series.records() if count.period in (str(self.first), str(self.last))]
        also = self.series.peer_sources if self.judged_by_all else ()
        change = record(
            self.series, "change_pct", self.percentage, "percent", self.years,
            p_value=None if self.judgement is None else self.judgement.p_value, verdict=self.grade, also=also,
        )  # fmt: skip
        records = [*counts, *self._ordinary_records(), *self._rate_records(), *self._rest_records(), change]
        return records + [number for scenario in scenarios(self) for number in scenario.records()]

    @property
    def judged_by_all(self) -> bool:
        """Whether the yardstick comes from the figures of all municipalities."""
        return self.judgement is not None and self.judgement.basis == "municipalities"

    def _ordinary_records(self) -> list[Record]:
        """Return the number expected with the range that is ordinary: if nothing had changed, and as elsewhere."""
        if self.judgement is None:
            return []
        expectations = {"unchanged": self.judgement.unchanged, "as_elsewhere": self.judgement.elsewhere}
        also, unit = self.series.peer_sources if self.judged_by_all else (), self.series.indicator.unit
        usual = [] if self.usual is None else [
            record(
                self.series, "ordinary.usual", self.judgement.unchanged.mean, unit, self.years,
                lower=self.usual[0], upper=self.usual[1], also=also,
            )
        ]  # fmt: skip
        return usual + [
            record(
                self.series, f"ordinary.{name}", ordinary.mean, unit, self.years,
                lower=ordinary.range()[0], upper=ordinary.range()[1], also=also,
                verdict=self.grade_elsewhere if name == "as_elsewhere" else None,
            )
            for name, ordinary in expectations.items()
            if ordinary is not None
        ]  # fmt: skip

    def _rest_records(self) -> list[Record]:
        """Return the change in the rest of the country."""
        if self.rest is None or self.rest.percentage is None:
            return []
        also = self.rest.sources
        return [record(self.series, "elsewhere.change_pct", self.rest.percentage, "percent", self.years, also=also)]

    def _rate_records(self) -> list[Record]:
        if self.rate_ratio is None or self.small == "counts_only":
            return []
        also = self.series.population_sources
        return [record(self.series, "rate_change_pct", percentage(self.rate_ratio), "percent", self.years, also=also)]


def change(
    series: Series | Missing, first: int, last: int, against: Series | Missing | None = None
) -> Change | Missing:
    """Compare two years of a yearly series.

    Parameters
    ----------
    series : Series or Missing
        Yearly counts.
    first, last : int
        The years to compare.
    against : Series or Missing, optional
        The same of the whole country, ``NL00``, to tell how it went in the rest of it. The municipality is subtracted
        from it here, not by the caller. Where the change is judged by a part of the municipalities, or the country has
        no figure, the other municipalities together are told instead.

    Returns
    -------
    Change or Missing
        ``Missing`` when one of the years has no figure.

    Raises
    ------
    ValueError
        When the series is not yearly, or not a count: percentages have `survey_change`. When the country is of another
        indicator, or no whole country.
    """
    if isinstance(series, Missing):
        return series
    if not series.indicator.is_count:
        raise ValueError(f"{series.indicator.id} is no count but a {series.indicator.unit}: use survey_change")
    before, after = series.count(first), series.count(last)
    if before is None or after is None:
        return series.no_figure(first if before is None else last)
    breaks = breaks_between(series, (first, last))
    judgement = judge(series, first, last)
    rest = None if against is None else _elsewhere(series, against, judgement, first, last)
    return Change(series, first, last, before, after, breaks, judgement, rest)


def _elsewhere(
    series: Series, against: Series | Missing, judgement: Judgement | None, first: int, last: int
) -> Elsewhere | None:
    """Return the counts of those that the judgement compares with."""
    rest = rest_of_country(series, against) if isinstance(against, Series) else against
    partly = judgement is not None and judgement.elsewhere is not None and not judgement.whole_country
    if isinstance(rest, Series) and not partly:
        before, after = rest.count(first), rest.count(last)
        if before is not None and after is not None:
            return Elsewhere(before, after, None, rest.sources)
    panel = with_own_figures(series)
    if panel is None or not {first, last} <= {*panel.years}:
        return None
    both = np.delete(panel.values, panel.rows[series.region], axis=0)[
        :, [panel.years.index(first), panel.years.index(last)]
    ]
    known = both[np.isfinite(both).all(axis=1)]
    if len(known) + 1 < catalogue.thresholds().verdict.municipalities:
        return None
    before, after = (int(total) for total in known.sum(axis=0))
    return Elsewhere(before, after, len(known), panel.sources)


def rest_of_country(local: Series, national: Series) -> Series | Missing:
    """Return the country without a municipality.

    Parameters
    ----------
    local, national : Series
        The same indicator, of the municipality and of the whole country.

    Returns
    -------
    Series or Missing
        ``Missing`` when the municipality is not a part of these figures.

    Raises
    ------
    ValueError
        When the two series are of different indicators, or the second is not of the whole country.
    """
    if local.indicator.id != national.indicator.id:
        raise ValueError(f"{local.indicator.id} cannot be compared with {national.indicator.id}")
    if national.region != NEDERLAND:
        raise ValueError(f"{national.region} is not the whole country ({NEDERLAND}), the only area to compare with")
    rest = national.minus(local)
    if (rest.data["value"] < 0).any():
        return Missing(local.indicator.label, Reason("country_smaller", **local.about))
    return rest


@dataclass(frozen=True)
class LeastOrdinaryStep(Result):
    """The step from one year to the next that is the least ordinary of many.

    Parameters
    ----------
    change : Change
        That step.
    compared : int
        Number of steps it was chosen from: the more there are, the more often chance makes one stand out.
    """

    change: Change
    compared: int

    def records(self) -> list[Record]:
        """Return the numbers of the step."""
        return self.change.records()


def least_ordinary_step(*series: Series | Missing, first: int) -> LeastOrdinaryStep | Missing:
    """Return the step from one year to the next that is the least ordinary, from a year on.

    Between two years that are compared, or after them, a count may have been far higher or lower.

    Parameters
    ----------
    *series : Series or Missing
        Yearly counts, of one indicator or of many.
    first : int
        The year of the first step.

    Returns
    -------
    LeastOrdinaryStep or Missing
        The largest number where no step can be judged. ``Missing`` when no two years in a row have a figure.
    """
    known = [one for one in series if isinstance(one, Series)]
    steps = [
        step
        for one in known
        for year in one.years
        if year >= first and isinstance(step := change(one, year, year + 1), Change)
    ]
    if steps:
        return LeastOrdinaryStep(min(steps, key=_ordinariness), len(steps))
    if known:
        return Missing(known[0].indicator.label, Reason("no_step", first=first, **known[0].about))
    return next(one for one in series if isinstance(one, Missing))


def _ordinariness(step: Change) -> tuple[int, float, int]:
    """Order steps: the strongest evidence first, and the largest number among those that cannot be judged."""
    strength = [Grade.CLEAR, Grade.HINT, Grade.ORDINARY, Grade.TOO_FEW].index(step.grade)
    chance = 1.0 if step.judgement is None else step.judgement.p_value
    return strength, chance, -abs(step.after - step.before)


@dataclass(frozen=True, eq=False)
class SumCheck(Result):
    """The kinds of a subject added up, beside their published total.

    Parameters
    ----------
    total : Series
        The published total, by year.
    details : int
        Number of kinds that were added up.
    table : DataFrame
        Indexed by year, with columns ``total``, ``added`` and ``difference`` (registrations).
    sources : tuple of Source
        The raw files of the total and of the kinds.
    """

    total: Series
    details: int
    table: pd.DataFrame
    sources: tuple[Source, ...]

    @property
    def agrees(self) -> bool:
        """Whether the difference is 0 in every year."""
        return bool((self.table["difference"] == 0).all())

    def records(self) -> list[Record]:
        """Return the number of kinds, and the difference in every year."""
        names = unique_names(self.total.sources)
        name = label("sum_minus_total", label=self.total.indicator.label, kinds=self.details)
        region = self.total.region
        count = Record(f"{self.total.record_id}details", name, region, "", self.details, "kinds", source=names)
        return [count] + [
            Record(f"{self.total.record_id}details_minus_total.{year}", name, region, str(year),
                   float(row["difference"]), "difference", source=names)
            for year, row in self.table.iterrows()
        ]  # fmt: skip


def sum_check(total: Series | Missing, kinds: Sequence[Series | Missing]) -> SumCheck | Missing:
    """Compare the sum of the kinds of a subject with their published total, by year.

    Parameters
    ----------
    total : Series or Missing
        Yearly counts of all kinds together, such as ``misdrijven_totaal``.
    kinds : sequence of Series or Missing
        Every kind that the total counts, in the same region.

    Returns
    -------
    SumCheck or Missing
        ``Missing`` when the total or one of the kinds is not there: an incomplete sum proves nothing. Years in which
        not all of them are published are left out.
    """
    if isinstance(total, Missing):
        return total
    details = [kind for kind in kinds if isinstance(kind, Series)]
    if len(details) < len(kinds):
        subject = total.indicator.total_of
        number = len(kinds) - len(details)
        reason = Reason("kinds_lacking", number=number, total=len(kinds), subject=subject, region=total.region_name)
        return Missing(label("sum_of", subject=subject), reason)
    added = sum((kind.data["value"] for kind in details[1:]), start=details[0].data["value"])
    table = pd.DataFrame({"total": total.data["value"], "added": added}).dropna()
    table = table.set_axis(pd.DatetimeIndex(table.index).year)
    table = table.assign(difference=table["added"] - table["total"])
    sources = dict.fromkeys(source for series in (total, *details) for source in series.sources)
    return SumCheck(total, len(details), table, tuple(sources))


@dataclass(frozen=True)
class Overview(Result):
    """Changes of many indicators between the same two years.

    Parameters
    ----------
    changes : tuple of Change
        The changes, in the order of the indicators.
    missing : tuple of Missing
        Indicators that could not be compared, with the reason.
    first, last : int
        The two years.
    name : str
        Tells several overviews in one chapter apart.
    """

    changes: tuple[Change, ...]
    missing: tuple[Missing, ...]
    first: int
    last: int
    name: str = NAME

    @property
    def registered(self) -> tuple[Change, ...]:
        """The changes of indicators with at least one registration in one of the two years."""
        return tuple(change for change in self.changes if change.before or change.after)

    @property
    def tested(self) -> int:
        """Number of indicators of which something can be said."""
        return sum(change.grade is not Grade.TOO_FEW for change in self.registered)

    @property
    def changed(self) -> list[Change]:
        """The changes that are clearly no ordinary movement."""
        return [change for change in self.changes if change.grade is Grade.CLEAR]

    @property
    def hints(self) -> list[Change]:
        """The changes that may be more than an ordinary movement."""
        return [change for change in self.changes if change.grade is Grade.HINT]

    def records(self) -> list[Record]:
        """Return every change under an id of its own, and how many were tested, changed and missing."""
        records = [
            self._count("tested", self.tested),
            self._count("changed", len(self.changed)),
            self._count("hints", len(self.hints)),
        ]
        for change in self.changes:
            records += change.records()
        for hidden in (False, True):
            if number := sum(missing.hidden is hidden for missing in self.missing):
                kinds = label("one_kind" if number == 1 else "many_kinds", number=number)
                code = "kinds_hidden" if hidden else "kinds_missing"
                reason = Reason(code, kinds=kinds, first=self.first, last=self.last)
                records += Missing(kinds, reason, hidden).records()
        return records

    def _count(self, measure: str, value: int) -> Record:
        names = tuple(dict.fromkeys(source.name for change in self.changes for source in change.series.sources))
        region = self.changes[0].series.region if self.changes else ""
        name = label(f"kinds_{measure}") + ("" if self.name == NAME else f" ({self.name})")
        return Record(
            f"{self.name}.{measure}", name, region, str(self.last), value, "kinds", str(self.first), source=names
        )


def overview(series: Sequence[Series | Missing], first: int, last: int, name: str = NAME) -> Overview:
    """Compare two years for many indicators.

    Parameters
    ----------
    series : sequence of Series or Missing
        Yearly counts, one series for each indicator.
    first, last : int
        The years to compare.
    name : str
        Tells several overviews in one chapter apart, in the record and on the page.

    Returns
    -------
    Overview

    Raises
    ------
    ValueError
        When one of the series is not yearly or not a count.
    """
    compared = [change(counts, first, last) for counts in series]
    changes = tuple(answer for answer in compared if isinstance(answer, Change))
    return Overview(changes, tuple(answer for answer in compared if isinstance(answer, Missing)), first, last, name)
