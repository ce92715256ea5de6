"""From analysis to priorities: what is known about each theme, the lists of the documents, and where choices differ."""

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
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Reason, Record, Result, label, source_names
from ..store.series import Series
from .evidence import Evidence
from .plan import Means, PlanReview

Kind = Literal["falls_yet_chosen", "most_votes_not_chosen", "rises_without_money", "rises_not_chosen", "no_figures"]


class ThemePlace(NamedTuple):
    """The rank of a theme of the vote card, with its interval.

    Parameters
    ----------
    label : str
        Name of the theme on the card.
    rank, lower, upper : int
        Rank by votes with its limits, 1 for the most votes.
    """

    label: str
    rank: int
    lower: int
    upper: int


@dataclass(frozen=True)
class ThemeRow:
    """What is known about one theme.

    Parameters
    ----------
    id : str
        Id of the theme.
    theme : Theme
        The theme as the document has it.
    changes : tuple of Change
        One for each of its indicators that has figures.
    turned : tuple of Change
        From the last year compared to the last known one, where that went the other way by more than chance.
    missing : tuple of str
        Labels of its indicators without figures in both years.
    hidden : tuple of str
        Those among them that have figures which may not be shown.
    places : tuple of ThemePlace
        Ranks of the themes on the vote card that belong to it.
    remarks : tuple of PartnerRemark
        Remarks of partners; empty when there are none yet.
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
        """Changes of figures that show the direction of a theme; fewer referrals or checks may mean anything."""
        return [change for change in self.changes if change.series.indicator.good != "none"]

    @property
    def settled(self) -> list[Change]:
        """The telling changes that are more than chance."""
        return [change for change in self.telling if change.verdict.settled]

    @property
    def direction(self) -> Literal["up", "down", "mixed", "equal"] | None:
        """Direction of the telling changes by more than chance; ``None`` where there are none to test."""
        directions = {change.direction for change in self.settled}
        if not directions:
            return "equal" if any(change.verdict is Verdict.CHANCE for change in self.telling) else None
        return "mixed" if len(directions) > 1 else directions.pop()

    @property
    def added(self) -> int:
        """Registrations more (or fewer) in the last year than in the first, where that is more than chance."""
        return sum(change.after - change.before for change in self.settled)

    @property
    def best(self) -> int | None:
        """Best rank of its themes on the card; ``None`` when it has none there."""
        return min((place.rank for place in self.places), default=None)

    @property
    def directions(self) -> Counter[str]:
        """Number of partners who see more, less, the same, or cannot say."""
        return Counter(remark.direction for remark in self.remarks)


def theme_row(
    id: str, theme: Theme, compared: Overview, places: RankIntervals | Missing, remarks: tuple[PartnerRemark, ...]
) -> ThemeRow:
    """Gather what is known about one theme.

    Parameters
    ----------
    id : str
        Id of the theme.
    theme : Theme
        The theme as the document has it.
    compared : Overview
        The changes of the indicators of all themes.
    places : RankIntervals or Missing
        The order of the themes of the vote card.
    remarks : tuple of PartnerRemark
        The remarks of partners on all themes.

    Returns
    -------
    ThemeRow
    """
    by_indicator = {change.series.indicator.id: change for change in compared.changes}
    changes = tuple(by_indicator[indicator] for indicator in theme.indicators if indicator in by_indicator)
    without = [indicator for indicator in theme.indicators if indicator not in by_indicator]
    missing = tuple(catalogue.indicator(indicator).label for indicator in without)
    hidden = {gap.subject for gap in compared.missing if gap.hidden}
    return ThemeRow(
        id, theme, changes,
        tuple(later for earlier in changes if (later := _turned(earlier)) is not None),
        missing, tuple(label for label in missing if label in hidden),
        _places(theme, places), tuple(remark for remark in remarks if remark.theme == id),
    )  # fmt: skip


def _turned(before: Change) -> Change | None:
    """Return the change after the years compared, if that went the other way by more than chance."""
    later = change(before.series, before.last, before.series.last_year)
    if not before.verdict.settled or isinstance(later, Missing) or not later.verdict.settled:
        return None
    return later if later.direction != before.direction else None


def later_records(later: Change) -> list[Record]:
    """Return the records of a change after the years compared: its last count, and the change in percent.

    The change gets an id of its own, because the figure is compared over other years as well.

    Parameters
    ----------
    later : Change
        The change after the years compared.

    Returns
    -------
    list of Record
    """
    series_id = later.series.record_id
    by_id = {number.id: number for number in later.records()}
    return [
        by_id[f"{series_id}{later.last}"],
        replace(by_id[f"{series_id}change_pct"], id=f"{series_id}afterwards_pct"),
    ]


def _places(theme: Theme, ranks: RankIntervals | Missing) -> tuple[ThemePlace, ...]:
    """Return the ranks of the themes on the vote card that belong to a theme."""
    if isinstance(ranks, Missing):
        return ()
    table = ranks.table[ranks.table["theme"].isin(theme.votes)]
    labels = ranks.tally.labels
    return tuple(
        ThemePlace(labels[row.theme], int(row.rank), int(row.lower), int(row.upper)) for row in table.itertuples()
    )


@dataclass(frozen=True)
class Choices(Result):
    """The themes with the lists of the documents that they are on.

    A list may be longer in the documents than what we know of it. A theme that is not on such a list is then not known
    to be on it, which is not the same as not being on it.

    Parameters
    ----------
    matrix : Matrix
        The themes and the lists.
    """

    matrix: Matrix

    def on(self, name: ListName) -> list[ThemeRow]:
        """Return the themes that are on a list, as far as we know."""
        return [row for row in self.matrix.rows if self.place(row, name) is not None]

    def place(self, row: ThemeRow, name: ListName) -> str | None:
        """Return the place in the documents where a theme is on a list; ``None`` when we know of none."""
        place: str | None = getattr(row.theme, name)
        return place

    def twice(self, name: ListName) -> list[ThemeRow]:
        """Return the themes that are on a list twice."""
        return [row for row in self.matrix.rows if row.id in self._listed(name).twice]

    def numbers(self, name: ListName) -> tuple[int, ...]:
        """Return the number of entries in each part of a list in the documents."""
        return self._listed(name).numbers

    def length(self, name: ListName) -> int:
        """Return the number of entries of a list, double ones included."""
        return sum(self.numbers(name))

    def distinct(self, name: ListName) -> int:
        """Return the number of different themes on a list."""
        return self.length(name) - len(self._listed(name).twice)

    def unknown(self, name: ListName) -> int:
        """Return the number of themes on a list that we do not know."""
        return self.distinct(name) - len(self.on(name))

    def records(self) -> list[Record]:
        """Return the length of each list, how many different themes are on it, and how many of those we know."""
        return [
            self._record(label(f"on_list.{measure}", list=label(f"list.{name}")), f"{name}.{measure}", value)
            for name in get_args(ListName)
            for measure, value in (
                ("named", self.length(name)),
                ("distinct", self.distinct(name)),
                ("known", len(self.on(name))),
            )
        ]

    def _listed(self, name: ListName) -> Listed:
        """Return a list; one that the documents do not describe is as long as what we know of it."""
        number = sum(self.place(row, name) is not None for row in self.matrix.rows)
        return self.matrix.lists.get(name) or Listed(numbers=(number,), source="")

    def _record(self, name: str, id: str, value: int) -> Record:
        names = unique_names(self.matrix.sources)
        return Record(id, name, self.matrix.municipality, "", value, "themes", source=names)


def choices(matrix: Matrix | Missing) -> Choices | Missing:
    """Return the lists of the documents with the themes that are on them.

    Parameters
    ----------
    matrix : Matrix or Missing
        From `priorities`.

    Returns
    -------
    Choices or Missing
    """
    return matrix if isinstance(matrix, Missing) else Choices(matrix)


@dataclass(frozen=True)
class Matrix(Result):
    """All themes, with the changes in their figures, the votes and the remarks of partners.

    Parameters
    ----------
    rows : tuple of ThemeRow
        The themes, in the order of the document.
    lists : dict of str to Listed
        The lists of the documents, see `choices`.
    overview : Overview
        The changes of the indicators of all themes.
    places : RankIntervals or Missing
        The order of the themes of the vote card.
    municipality : str
        CBS code.
    sources : tuple of Source
        The documents with the themes and the remarks.
    """

    rows: tuple[ThemeRow, ...]
    lists: dict[ListName, Listed]
    overview: Overview
    places: RankIntervals | Missing
    municipality: str
    sources: tuple[Source, ...]

    def records(self) -> list[Record]:
        """Return every change, the ranks by votes, and the number of remarks."""
        records = self.overview.records() + [
            number for row in self.rows for later in row.turned for number in later_records(later)
        ]
        if isinstance(self.places, RankIntervals):
            records += [number for number in self.places.records() if number.id.startswith("rank.")]
        remarks = [
            Record(
                f"remarks.{row.id}", label("remarks_on", theme=row.theme.label), self.municipality, "",
                len(row.remarks), "remarks", source=unique_names(self.sources),
            )
            for row in self.rows
        ]  # fmt: skip
        return records + remarks


def priorities(municipality: str, first_year: int, last_year: int, folder: Path | None = None) -> Matrix | Missing:
    """Compare the themes of a municipality with its figures, partners and voters.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    first_year, last_year : int
        The years whose figures are compared.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    Matrix or Missing
        ``Missing`` when the municipality has no list of themes.
    """
    evidence = Evidence(municipality, folder)
    themes, partners = evidence.document(Priorities), evidence.document(Partners)
    if isinstance(themes, Missing):
        return themes
    document, source = themes
    remarks = () if isinstance(partners, Missing) else partners[0].remarks
    sources = (source,) if isinstance(partners, Missing) else (source, partners[1])
    ids = tuple(dict.fromkeys(id for theme in document.themes.values() for id in theme.indicators))
    compared = overview([_counts(evidence, id) for id in ids], first_year, last_year)
    rows = tuple(theme_row(id, theme, compared, evidence.theme_ranks, remarks) for id, theme in document.themes.items())
    return Matrix(rows, document.lists, compared, evidence.theme_ranks, municipality, sources)


def _counts(evidence: Evidence, id: str) -> Series | Missing:
    """Return the series of an indicator of a theme; an index or percentage has no counts to compare."""
    series = evidence.series(id)
    if isinstance(series, Missing) or series.indicator.is_count:
        return series
    return Missing(series.indicator.label, Reason("not_a_count", title=series.indicator.title))


@dataclass(frozen=True)
class Departure:
    """A theme for which the choice of the council and the figures differ.

    Parameters
    ----------
    kind : str
        How they differ, such as ``falls_yet_chosen``.
    row : ThemeRow
        The theme.
    means : Means or None
        What the plan puts into it, where that is known.
    most : bool
        Whether no other theme has a larger rise in registrations.
    """

    kind: Kind
    row: ThemeRow
    means: Means | None = None
    most: bool = False


@dataclass(frozen=True)
class Departures(Result):
    """All departures of the choices from the figures and votes.

    Parameters
    ----------
    found : tuple of Departure
        In the order of the themes.
    matrix : Matrix
        The themes.
    plan : PlanReview or Missing
        The plan.
    """

    found: tuple[Departure, ...]
    matrix: Matrix
    plan: PlanReview | Missing

    def of(self, kind: Kind) -> list[Departure]:
        """Return the departures of one kind."""
        return [departure for departure in self.found if departure.kind == kind]

    def records(self) -> list[Record]:
        """Return the number of departures, and the money and hours of themes that rise without money."""
        planned = [] if isinstance(self.plan, Missing) else self.plan.records()
        names = source_names([*self.matrix.records(), *planned], *unique_names(self.matrix.sources))
        region, name = self.matrix.municipality, label("departures")
        number = Record("departures", name, region, "", len(self.found), "themes", source=names)
        without = {departure.row.id for departure in self.of("rises_without_money")}
        return [number, *(record for record in planned if record.id.partition(".")[2] in without)]


@dataclass(frozen=True)
class Money(Result):
    """What the plan puts into each priority, beside the figures of that theme.

    Parameters
    ----------
    pairs : tuple of (Means, ThemeRow)
        One for each priority of the plan that is also a theme.
    matrix : Matrix
        The themes.
    plan : PlanReview
        The plan.
    """

    pairs: tuple[tuple[Means, ThemeRow], ...]
    matrix: Matrix
    plan: PlanReview

    def records(self) -> list[Record]:
        """Return the record of every change; the money is in the records of the plan."""
        return self.matrix.overview.records()


def departures(matrix: Matrix | Missing, plan: PlanReview | Missing) -> Departures | Missing:
    """Return where the chosen priorities differ from what figures and votes say.

    Parameters
    ----------
    matrix : Matrix or Missing
        From `priorities`.
    plan : PlanReview or Missing
        From `plan`; without it, nothing is said about money.

    Returns
    -------
    Departures or Missing
        ``Missing`` when there is no matrix.
    """
    if isinstance(matrix, Missing):
        return matrix
    means = {} if isinstance(plan, Missing) else {line.theme: line for line in plan.means}
    most = max((row.added for row in matrix.rows), default=0)
    departures = []
    for row in matrix.rows:
        budgeted = means.get(row.id)
        departures += [Departure(kind, row, budgeted, row.added == most) for kind in _kinds(row, budgeted)]
    return Departures(tuple(departures), matrix, plan)


def money(matrix: Matrix | Missing, plan: PlanReview | Missing) -> Money | Missing:
    """Return the money and hours of each priority beside the figures of its theme.

    Parameters
    ----------
    matrix : Matrix or Missing
        From `priorities`.
    plan : PlanReview or Missing
        From `plan`.

    Returns
    -------
    Money or Missing
        ``Missing`` when there is no plan, or no matrix.
    """
    if isinstance(plan, Missing):
        return plan
    if isinstance(matrix, Missing):
        return matrix
    rows = {row.id: row for row in matrix.rows}
    pairs = tuple(
        (means, rows[means.theme]) for means in plan.means if means.kind == "prioriteit" and means.theme in rows
    )
    return Money(pairs, matrix, plan)


def _kinds(row: ThemeRow, means: Means | None) -> list[Kind]:
    """Return the ways in which the choice for a theme differs from its figures and votes."""
    chosen = row.theme.chosen is not None
    answers: dict[Kind, bool] = {
        "falls_yet_chosen": chosen and row.direction == "down",
        "most_votes_not_chosen": not chosen and row.best == 1,
        "rises_without_money": row.direction == "up" and means is not None and means.amount == 0,
        "rises_not_chosen": not chosen and row.direction == "up",
        "no_figures": chosen and row.direction is None,
    }
    return [kind for kind, holds in answers.items() if holds]
