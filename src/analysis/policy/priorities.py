"""What is known about one theme: its figures and what they did afterwards, its places by votes, its remarks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from ..definitions import catalogue
from ..documents.council import Listed, ListName, PartnerRemark, Partners, Priorities, Theme
from ..statistics.change import Change, Overview, change, overview
from ..statistics.verdicts import Verdict
from ..statistics.votes import RankIntervals
from ..store.raw_sources import Source, cited
from ..store.results import Record, Result, source_names
from ..store.series import Missing, Series
from .evidence import Evidence
from .plan import Means, PlanReview


class ThemePlace(NamedTuple):
    """The place of a theme of the card by votes, with its interval."""

    label: str
    rank: int
    lower: int
    upper: int


@dataclass(frozen=True)
class ThemeRow:
    """What is known about one theme.

    Parameters
    ----------
    changes : tuple of Change
        One for each of its indicators that has figures; p-values are corrected for all indicators of all themes.
    turned : tuple of Change
        From the last year compared to the last known one, where that went the other way by more than chance. Each
        is tested alone.
    missing : tuple of str
        Labels of its indicators without figures in both years.
    hidden : tuple of str
        Those of them of which there are figures, which may not be shown.
    places : tuple of Place
        Of the themes on the vote card that belong to it.
    remarks : tuple of Remark
        What partners say; empty when nobody has said anything yet.
    """

    id: str
    theme: Theme
    changes: tuple[Change, ...]
    turned: tuple[Change, ...]
    missing: tuple[str, ...]
    hidden: tuple[str, ...]
    places: tuple[ThemePlace, ...]
    remarks: tuple[PartnerRemark, ...]

    @property
    def telling(self) -> list[Change]:
        """Changes of figures that tell which way a theme goes; fewer referrals or checks may mean anything."""
        return [one for one in self.changes if one.series.indicator.good != "none"]

    @property
    def settled(self) -> list[Change]:
        """Those by more than chance."""
        return [one for one in self.telling if one.verdict.settled]

    @property
    def direction(self) -> Literal["up", "down", "mixed", "equal"] | None:
        """Which way the telling figures went by more than chance; ``None`` where there are none to test."""
        ways = {one.direction for one in self.settled}
        if not ways:
            return "equal" if any(one.verdict is Verdict.CHANCE for one in self.telling) else None
        return "mixed" if len(ways) > 1 else ways.pop()

    @property
    def added(self) -> int:
        """Registrations more (or fewer) in the last year than in the first, where that is more than chance."""
        return sum(one.after - one.before for one in self.settled)

    @property
    def best(self) -> int | None:
        """The highest place of its themes on the card; ``None`` when it has none there."""
        return min((place.rank for place in self.places), default=None)

    @property
    def directions(self) -> Counter[str]:
        """How many partners see more, less, the same, or cannot say."""
        return Counter(remark.direction for remark in self.remarks)


def row(
    id: str, theme: Theme, compared: Overview, places: RankIntervals | Missing, remarks: tuple[PartnerRemark, ...]
) -> ThemeRow:
    """Gather what is known; ``compared`` holds the changes of all themes, corrected for their number."""
    known = {one.series.indicator.id: one for one in compared.changes}
    changes = tuple(known[one] for one in theme.indicators if one in known)
    missing = tuple(catalogue.indicator(one).label for one in theme.indicators if one not in known)
    hidden = {one.subject for one in compared.missing if one.hidden}
    return ThemeRow(
        id, theme, changes,
        tuple(later for one in changes if (later := _turned(one)) is not None),
        missing, tuple(one for one in missing if one in hidden),
        _places(theme, places), tuple(one for one in remarks if one.theme == id),
    )  # fmt: skip


def _turned(before: Change) -> Change | None:
    """What happened after the years compared, when that went the other way by more than chance."""
    later = change(before.series, before.last, before.series.last_year)
    if not before.verdict.settled or isinstance(later, Missing) or not later.verdict.settled:
        return None
    return later if later.direction != before.direction else None


def afterwards(later: Change) -> list[Record]:
    """Its last count, and that change under a name of its own: the figure is compared over other years as well."""
    about = later.series.record_id
    found = {one.id: one for one in later.records()}
    return [found[f"{about}{later.last}"], replace(found[f"{about}change_pct"], id=f"{about}afterwards_pct")]


def _places(theme: Theme, found: RankIntervals | Missing) -> tuple[ThemePlace, ...]:
    """Where the themes of the card that belong to a theme ended."""
    if isinstance(found, Missing):
        return ()
    table = found.table[found.table["theme"].isin(theme.votes)]
    labels = found.tally.labels
    return tuple(
        ThemePlace(labels[one.theme], int(one.rank), int(one.lower), int(one.upper)) for one in table.itertuples()
    )


_LISTS: dict[ListName, str] = {
    "nationally": "landelijk",
    "regionally": "regionaal",
    "possible": "mogelijk",
    "chosen": "gekozen",
}


@dataclass(frozen=True)
class Choices(Result):
    """The themes with the lists they are on.

    A list may be longer in the documents than what we know of it. A theme that is not on such a list is then not
    known to be on it, which is something else than not being on it.
    """

    matrix: Matrix

    def on(self, name: ListName) -> list[ThemeRow]:
        """Themes that are on a list, as far as we know."""
        return [row for row in self.matrix.rows if self.place(row, name) is not None]

    def place(self, row: ThemeRow, name: ListName) -> str | None:
        """Where the documents have a theme on a list."""
        found: str | None = getattr(row.theme, name)
        return found

    def twice(self, name: ListName) -> list[ThemeRow]:
        """Themes that stand on a list twice."""
        return [row for row in self.matrix.rows if row.id in self._listed(name).twice]

    def numbers(self, name: ListName) -> tuple[int, ...]:
        """How long a list is in the documents, in its parts."""
        return self._listed(name).numbers

    def length(self, name: ListName) -> int:
        """How many entries a list has, double ones included."""
        return sum(self.numbers(name))

    def distinct(self, name: ListName) -> int:
        """How many different themes are on a list."""
        return self.length(name) - len(self._listed(name).twice)

    def unknown(self, name: ListName) -> int:
        """How many themes on a list are not known to us."""
        return self.distinct(name) - len(self.on(name))

    def records(self) -> list[Record]:
        """The length of each list, how many different themes are on it, and how many of those we know."""
        return [
            self._record(f"{label} op de lijst '{_LISTS[name]}'", f"{name}.{measure}", value)
            for name in get_args(ListName)
            for measure, label, value in (
                ("named", "onderwerpen", self.length(name)),
                ("distinct", "verschillende onderwerpen", self.distinct(name)),
                ("known", "onderwerpen die wij kennen", len(self.on(name))),
            )
        ]

    def _listed(self, name: ListName) -> Listed:
        """A list that the municipality does not describe is as long as what we know of it."""
        known = sum(self.place(row, name) is not None for row in self.matrix.rows)
        return self.matrix.lists.get(name) or Listed(numbers=(known,), source="")

    def _record(self, label: str, id: str, value: int) -> Record:
        names = cited(self.matrix.sources)
        return Record(id, label, self.matrix.municipality, "", value, "themes", source=names)


def choices(matrix: Matrix | Missing) -> Choices | Missing:
    """What the documents list, from `priorities`."""
    return matrix if isinstance(matrix, Missing) else Choices(matrix)


@dataclass(frozen=True)
class Matrix(Result):
    """All themes, with the overview their changes come from and the lists of the documents (see `choices`)."""

    rows: tuple[ThemeRow, ...]
    lists: dict[ListName, Listed]
    overview: Overview
    places: RankIntervals | Missing
    municipality: str
    sources: tuple[Source, ...]

    def records(self) -> list[Record]:
        """Every change, the places by votes, and the number of remarks."""
        found = self.overview.records() + [
            one for row in self.rows for later in row.turned for one in afterwards(later)
        ]
        if isinstance(self.places, RankIntervals):
            found += [one for one in self.places.records() if one.id.startswith("rank.")]
        remarks = [
            self._record(f"remarks.{row.id}", f"opmerkingen over {row.theme.label}", len(row.remarks), "remarks")
            for row in self.rows
        ]
        return found + remarks

    def _record(self, id: str, label: str, value: float, unit: str) -> Record:
        names = cited(self.sources)
        return Record(id, label, self.municipality, "", value, unit, source=names)


def priorities(municipality: str, first_year: int, last_year: int, folder: Path | None = None) -> Matrix | Missing:
    """Hold the themes of a municipality against its figures, partners and voters.

    Parameters
    ----------
    first_year, last_year : int
        The years whose figures are compared.

    Returns
    -------
    Matrix or Missing
        ``Missing`` when the municipality has no list of themes.
    """
    known = Evidence(municipality, folder)
    listed, told = known.document(Priorities), known.document(Partners)
    if isinstance(listed, Missing):
        return listed
    document, source = listed
    remarks = () if isinstance(told, Missing) else told[0].remarks
    sources = (source,) if isinstance(told, Missing) else (source, told[1])
    ids = tuple(dict.fromkeys(id for theme in document.themes.values() for id in theme.indicators))
    compared = overview([_counts(known, id) for id in ids], first_year, last_year)
    rows = tuple(row(id, theme, compared, known.places, remarks) for id, theme in document.themes.items())
    return Matrix(rows, document.lists, compared, known.places, municipality, sources)


def _counts(known: Evidence, id: str) -> Series | Missing:
    """An indicator of a theme; an index or percentage has no counts to compare."""
    series = known.series(id)
    if isinstance(series, Missing) or series.indicator.is_count:
        return series
    return Missing(series.indicator.label, f"{series.indicator.title} is geen telling.")


Kind = Literal["falls_yet_chosen", "most_votes_not_chosen", "rises_without_money", "rises_not_chosen", "no_figures"]


@dataclass(frozen=True)
class Departure:
    """One theme for which choice and figures differ; ``means`` is what the plan puts into it, where that is known.

    ``most`` is whether no other theme has so many registrations more.
    """

    kind: Kind
    row: ThemeRow
    means: Means | None = None
    most: bool = False


@dataclass(frozen=True)
class Departures(Result):
    """Every departure, and what it was found in."""

    found: tuple[Departure, ...]
    matrix: Matrix
    plan: PlanReview | Missing

    def of(self, kind: Kind) -> list[Departure]:
        """Departures of one kind."""
        return [one for one in self.found if one.kind == kind]

    def records(self) -> list[Record]:
        """How many there are, and the money and hours of themes that rise without money."""
        planned = [] if isinstance(self.plan, Missing) else self.plan.records()
        names = source_names([*self.matrix.records(), *planned], *cited(self.matrix.sources))
        label = "verschillen tussen de keuzes en wat cijfers, partners en stemmers zeggen"
        number = Record("departures", label, self.matrix.municipality, "", len(self.found), "themes", source=names)
        without = {one.row.id for one in self.of("rises_without_money")}
        return [number, *(one for one in planned if one.id.partition(".")[2] in without)]


@dataclass(frozen=True)
class Money(Result):
    """What the plan puts into each priority, beside the figures of that theme."""

    pairs: tuple[tuple[Means, ThemeRow], ...]
    matrix: Matrix
    plan: PlanReview

    def records(self) -> list[Record]:
        """Every change; the money is in the records of the plan."""
        return self.matrix.overview.records()


def departures(matrix: Matrix | Missing, plan: PlanReview | Missing) -> Departures | Missing:
    """Where the chosen priorities differ from what figures and votes say.

    Parameters
    ----------
    matrix : Matrix or Missing
        From `priorities`.
    plan : PlanReview or Missing
        From `plan`; without it, nothing is said about money.
    """
    if isinstance(matrix, Missing):
        return matrix
    means = {} if isinstance(plan, Missing) else {one.theme: one for one in plan.means}
    most = max((row.added for row in matrix.rows), default=0)
    found = []
    for row in matrix.rows:
        given = means.get(row.id)
        found += [Departure(kind, row, given, row.added == most) for kind in _kinds(row, given)]
    return Departures(tuple(found), matrix, plan)


def money(matrix: Matrix | Missing, plan: PlanReview | Missing) -> Money | Missing:
    """Put money and hours of each priority beside the figures of its theme."""
    if isinstance(plan, Missing):
        return plan
    if isinstance(matrix, Missing):
        return matrix
    rows = {row.id: row for row in matrix.rows}
    pairs = tuple((one, rows[one.theme]) for one in plan.means if one.kind == "prioriteit" and one.theme in rows)
    return Money(pairs, matrix, plan)


def _kinds(row: ThemeRow, means: Means | None) -> list[Kind]:
    chosen = row.theme.chosen is not None
    answers: dict[Kind, bool] = {
        "falls_yet_chosen": chosen and row.direction == "down",
        "most_votes_not_chosen": not chosen and row.best == 1,
        "rises_without_money": row.direction == "up" and means is not None and means.amount == 0,
        "rises_not_chosen": not chosen and row.direction == "up",
        "no_figures": chosen and row.direction is None,
    }
    return [kind for kind, holds in answers.items() if holds]
