"""From analysis to priorities: what is known about each theme, the lists of the documents, and where choices differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from ..definitions import catalogue
from ..documents.council import ListEntry, ListName, PartnerRemark, Partners, Priorities, Standing, Theme
from ..statistics.change import Change, Overview, change, overview
from ..statistics.ordinary import Grade
from ..statistics.verdicts import Verdict
from ..statistics.votes import RankIntervals
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Reason, Record, Result, label, source_names
from ..store.series import Series
from .evidence import Evidence
from .plan import Means, PlanReview, plan

Direction = Literal["up", "down", "mixed", "equal"]
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
    standing : {"chosen", "strategic", "other"}
        What the documents made of it.
    listed : mapping of str to tuple of ListEntry
        Its entries on each list that is known; empty where it is not on the list.
    means : Means or None
        What the plan puts into it; ``None`` when it is no theme of the plan.
    """

    id: str
    theme: Theme
    changes: tuple[Change, ...]
    turned: tuple[Change, ...]
    missing: tuple[str, ...]
    hidden: tuple[str, ...]
    places: tuple[ThemePlace, ...]
    remarks: tuple[PartnerRemark, ...]
    standing: Standing
    listed: Mapping[ListName, tuple[ListEntry, ...]]
    means: Means | None

    @property
    def chosen(self) -> bool:
        """Whether it is a priority."""
        return self.standing == "chosen"

    @property
    def telling(self) -> list[Change]:
        """Changes that show the direction of a theme: no referrals, which may mean anything, nor small counts."""
        return telling_of(self.changes)

    @property
    def settled(self) -> list[Change]:
        """The telling changes that are more than chance."""
        return [change for change in self.telling if change.verdict.settled]

    @property
    def hint(self) -> bool:
        """Whether those are hints only: none of them is clear."""
        return bool(self.settled) and all(change.grade is Grade.HINT for change in self.settled)

    @property
    def direction(self) -> Direction | None:
        """Direction of the telling changes by more than chance; ``None`` where there are none to test."""
        return direction_of(self.telling)

    @property
    def other_direction(self) -> Direction | None:
        """The same for its other figures, of which nobody can say what is good."""
        return direction_of([change for change in self.changes if change.series.indicator.good == "none"])

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


def telling_of(changes: Sequence[Change]) -> list[Change]:
    """Return the changes that show a direction: no figures that may mean anything, nor small counts.

    Parameters
    ----------
    changes : sequence of Change

    Returns
    -------
    list of Change
    """
    kept = [change for change in changes if change.series.indicator.good != "none"]
    return [change for change in kept if change.small != "counts_only"]


def direction_of(changes: Sequence[Change]) -> Direction | None:
    """Return the one direction of the changes that are more than chance.

    Parameters
    ----------
    changes : sequence of Change

    Returns
    -------
    {"up", "down", "mixed", "equal"} or None
        ``None`` when none can be tested.
    """
    directions = {change.direction for change in changes if change.verdict.settled}
    if not directions:
        return "equal" if any(change.verdict is Verdict.CHANCE for change in changes) else None
    return "mixed" if len(directions) > 1 else directions.pop()


def theme_row(
    id: str,
    document: Priorities,
    compared: Overview,
    places: RankIntervals | Missing,
    remarks: tuple[PartnerRemark, ...],
    means: Means | None,
) -> ThemeRow:
    """Gather what is known about one theme.

    Parameters
    ----------
    id : str
        Id of the theme.
    document : Priorities
        The themes and lists of the documents.
    compared : Overview
        The changes of the indicators of all themes.
    places : RankIntervals or Missing
        The order of the themes of the vote card.
    remarks : tuple of PartnerRemark
        The remarks of partners on all themes.
    means : Means or None
        What the plan puts into it.

    Returns
    -------
    ThemeRow
    """
    theme = document.themes[id]
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
        document.standing(id), {name: document.entries(name, id) for name in document.lists}, means,
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
class Matrix(Result):
    """All themes with the lists they are on, their figures, votes and remarks of partners, and what the plan gives.

    Parameters
    ----------
    rows : tuple of ThemeRow
        The themes: priorities first, then strategic themes, then the rest.
    document : Priorities
        The themes and lists of the documents.
    overview : Overview
        The changes of the indicators of all themes.
    places : RankIntervals or Missing
        The order of the themes of the vote card.
    plan : PlanReview or Missing
        The plan with the money and the hours.
    municipality : str
        CBS code.
    sources : tuple of Source
        The documents with the themes and the remarks.
    """

    rows: tuple[ThemeRow, ...]
    document: Priorities
    overview: Overview
    places: RankIntervals | Missing
    plan: PlanReview | Missing
    municipality: str
    sources: tuple[Source, ...]

    @property
    def chosen(self) -> list[ThemeRow]:
        """The priorities."""
        return [row for row in self.rows if row.chosen]

    def on(self, name: ListName) -> list[ThemeRow]:
        """Return the themes that are on a list."""
        return [row for row in self.rows if row.listed.get(name)]

    @property
    def richest(self) -> list[ThemeRow]:
        """The themes for which the plan has the most euros; empty when it has none for any of them."""
        amounts = {row.id: row.means.amount or 0 for row in self.rows if row.means is not None}
        most = max(amounts.values(), default=0)
        return [row for row in self.rows if most and amounts.get(row.id) == most]

    def records(self) -> list[Record]:
        """Return every change, the ranks by votes, the number of remarks, and the euros and hours of the themes."""
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
        return records + remarks + self._planned()

    def _planned(self) -> list[Record]:
        """Return the euros and hours that the plan has for the themes."""
        if isinstance(self.plan, Missing):
            return []
        ids = {row.id for row in self.rows}
        return [record for record in self.plan.records() if record.id.partition(".")[2] in ids]


def priorities(municipality: str, first_year: int, last_year: int, folder: Path | None = None) -> Matrix | Missing:
    """Compare the themes of a municipality with its documents, figures, partners, voters and plan.

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
    planned = plan(municipality, folder)
    means = {} if isinstance(planned, Missing) else {line.theme: line for line in planned.means}
    ranks = evidence.theme_ranks
    rows = tuple(theme_row(id, document, compared, ranks, remarks, means.get(id)) for id in document.ordered)
    return Matrix(rows, document, compared, ranks, planned, municipality, sources)


def _counts(evidence: Evidence, id: str) -> Series | Missing:
    """Return the series of an indicator of a theme; an index or percentage has no counts to compare."""
    series = evidence.series(id)
    if isinstance(series, Missing) or series.indicator.is_count:
        return series
    return Missing(series.indicator.label, Reason("not_a_count", title=series.indicator.title))


@dataclass(frozen=True)
class Choices(Result):
    """The lists of the documents, with the subjects as they are named there.

    Parameters
    ----------
    matrix : Matrix
        The themes and the lists.
    """

    matrix: Matrix

    def entries(self, name: ListName) -> tuple[ListEntry, ...]:
        """Return the entries of a list, double ones included."""
        return self.matrix.document.entries(name)

    def distinct(self, name: ListName) -> tuple[str, ...]:
        """Return the different names on a list."""
        return tuple(dict.fromkeys(entry.name for entry in self.entries(name)))

    def repeated(self, name: ListName) -> tuple[str, ...]:
        """Return the names that are on a list more than once."""
        counts = Counter(entry.name for entry in self.entries(name))
        return tuple(subject for subject, count in counts.items() if count > 1)

    def by_field(self, name: ListName) -> tuple[int, ...]:
        """Return the number of entries in each field, in the order of the list."""
        return tuple(Counter(entry.field for entry in self.entries(name)).values())

    def shared(self, name: ListName) -> tuple[ListEntry, ...]:
        """Return the entries of a list whose theme is a priority."""
        chosen = {row.id for row in self.matrix.chosen}
        return tuple(entry for entry in self.entries(name) if entry.theme in chosen)

    def without_theme(self, name: ListName) -> tuple[ListEntry, ...]:
        """Return the entries of a list that belong to no theme."""
        return tuple(entry for entry in self.entries(name) if entry.theme is None)

    def records(self) -> list[Record]:
        """Return the number of entries of each list, how many are different, and how many are a priority now."""
        return [
            self._record(label(f"on_list.{measure}", list=label(f"list.{name}")), f"{name}.{measure}", value)
            for name in self.matrix.document.lists
            for measure, value in (
                ("named", len(self.entries(name))),
                ("distinct", len(self.distinct(name))),
                ("shared", len(self.shared(name))),
            )
        ]

    def _record(self, name: str, id: str, value: int) -> Record:
        names = unique_names(self.matrix.sources[:1])
        return Record(id, name, self.matrix.municipality, "", value, "themes", source=names)


def choices(matrix: Matrix | Missing) -> Choices | Missing:
    """Return the lists of the documents with the subjects that are on them.

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
class Departure:
    """A theme for which the choice of the council and the figures differ.

    Parameters
    ----------
    kind : str
        How they differ, such as ``falls_yet_chosen``.
    row : ThemeRow
        The theme.
    most : bool
        Whether no other theme has a larger rise in registrations.
    """

    kind: Kind
    row: ThemeRow
    most: bool = False


@dataclass(frozen=True)
class Departures(Result):
    """All departures of the choices from the figures and votes.

    Parameters
    ----------
    found : tuple of Departure
        In the order of the themes.
    matrix : Matrix
        The themes, with the plan.
    """

    found: tuple[Departure, ...]
    matrix: Matrix

    def of(self, kind: Kind) -> list[Departure]:
        """Return the departures of one kind."""
        return [departure for departure in self.found if departure.kind == kind]

    @property
    def departing(self) -> list[Departure]:
        """Those in which figures or votes go against the choice; without figures nothing does."""
        return [departure for departure in self.found if departure.kind != "no_figures"]

    def records(self) -> list[Record]:
        """Return the number of themes that depart; the numbers behind them are in the records of the matrix."""
        names = source_names(self.matrix.records(), *unique_names(self.matrix.sources))
        region, name = self.matrix.municipality, label("departures")
        themes = len({departure.row.id for departure in self.departing})
        return [Record("departures", name, region, "", themes, "themes", source=names)]


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


def departures(matrix: Matrix | Missing) -> Departures | Missing:
    """Return where the chosen priorities differ from what figures and votes say, and where money does not follow.

    Parameters
    ----------
    matrix : Matrix or Missing
        From `priorities`; without a plan in it, nothing is said about money.

    Returns
    -------
    Departures or Missing
        ``Missing`` when there is no matrix.
    """
    if isinstance(matrix, Missing):
        return matrix
    most = max((row.added for row in matrix.rows), default=0)
    found = [Departure(kind, row, row.added == most) for row in matrix.rows for kind in _kinds(row)]
    return Departures(tuple(found), matrix)


def money(matrix: Matrix | Missing) -> Money | Missing:
    """Return the money and hours of each priority beside the figures of its theme.

    Parameters
    ----------
    matrix : Matrix or Missing
        From `priorities`, which has the plan as well.

    Returns
    -------
    Money or Missing
        ``Missing`` when there is no plan, or no matrix.
    """
    if isinstance(matrix, Missing):
        return matrix
    plan = matrix.plan
    if isinstance(plan, Missing):
        return plan
    rows = {row.id: row for row in matrix.rows}
    pairs = tuple(
        (means, rows[means.theme]) for means in plan.means if means.kind == "prioriteit" and means.theme in rows
    )
    return Money(pairs, matrix, plan)


def _kinds(row: ThemeRow) -> list[Kind]:
    """Return the ways in which the choice for a theme differs from its figures and votes."""
    answers: dict[Kind, bool] = {
        "falls_yet_chosen": row.chosen and row.direction == "down",
        "most_votes_not_chosen": not row.chosen and row.best == 1,
        "rises_without_money": row.direction == "up" and row.means is not None and row.means.amount == 0,
        "rises_not_chosen": not row.chosen and row.direction == "up",
        "no_figures": row.chosen and row.direction is None,
    }
    return [kind for kind, holds in answers.items() if holds]
