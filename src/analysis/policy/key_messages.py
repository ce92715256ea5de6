"""The key messages of the first page: chosen by a rule from what figures, goals, votes and money show.

The rule is data (``definitions/key_messages.yml``). A municipality may show a statement of its own or leave a message
out, with a reason (``key_messages`` in ``beleid/statements.yml``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Literal, get_args

from .. import paths
from ..definitions import catalogue, regions
from ..definitions.catalogue import Definition, read_yaml
from ..documents.statements import KeyMessageChoice, Statements
from ..statistics.change import Change, change
from ..statistics.ordinary import Grade
from ..statistics.verdicts import alpha
from ..store.results import Missing, Record, Result, series_within
from ..store.series import Series
from .evidence import Evidence
from .goals import GoalsReview
from .judging import Judged, judge
from .level_tests import GoalState
from .priorities import ThemeRow, telling_of
from .theme_overview import ThemeOverview, ThemeState, newest_changes

Field = Literal["woon", "bedrijvigheid", "jeugd", "fysiek", "integriteit"]
Kind = Literal["worsened", "goals", "votes", "money", "improved", "level"]
ALL_CRIME = "misdrijven_totaal"
_BAD_WAY = {"lower": "up", "higher": "down"}


class KeyMessageRule(Definition):
    """The content of ``key_messages.yml``: how many messages, in which order of kinds, and what each asks."""

    number: int
    order: tuple[Kind, ...]
    asks: dict[Kind | Literal["improved_as_elsewhere"], str]


@cache
def rule() -> KeyMessageRule:
    """Return the rule that chooses the messages."""
    return read_yaml(paths.DEFINITIONS / "key_messages.yml", KeyMessageRule)


@dataclass(frozen=True)
class Movement:
    """A figure that clearly became better or worse since the first year.

    Parameters
    ----------
    state : ThemeState or None
        The theme it belongs to; ``None`` where there are no themes.
    change : Change
        From the first year to the newest.
    kind : {"worsened", "improved"}
    earlier : Change or None
        From the first year to the one before the newest; ``None`` where that has no figure, or is the first.
    """

    state: ThemeState | None
    change: Change
    kind: Kind
    earlier: Change | None

    @property
    def subject(self) -> str:
        """The indicator."""
        return self.figure

    @property
    def figure(self) -> str:
        """The indicator."""
        return self.change.series.indicator.id

    @property
    def lasting(self) -> bool:
        """Whether it was as clear a year earlier. Of what was not, less is left a year later."""
        earlier = self.earlier
        return earlier is not None and earlier.grade is Grade.CLEAR and earlier.direction == self.change.direction

    @property
    def compared(self) -> Change | None:
        """The same over the years that the report compares, where that was no change this way, or none was shown."""
        changes = () if self.state is None else self.state.row.changes
        found = next((one for one in changes if one.series.indicator.id == self.figure), None)
        same = found is None or (found.grade.shown and found.direction == self.change.direction)
        return None if same else found


@dataclass(frozen=True)
class MissedGoals:
    """The goals of the past period, of which at least one was not met.

    Parameters
    ----------
    past : GoalsReview
        The goals of that period.
    coming : GoalsReview
        Those of the next.
    themes : tuple of str
        Names of the themes with a goal that was not met.
    """

    past: GoalsReview
    coming: GoalsReview
    themes: tuple[str, ...]
    kind: Kind = "goals"
    figure: None = None

    @property
    def subject(self) -> str:
        """The period."""
        return self.past.period


@dataclass(frozen=True)
class Favourite:
    """A theme with most votes that is no priority.

    Parameters
    ----------
    state : ThemeState
        The theme.
    share : float
        Percent of the voters who chose it.
    tied : tuple of str
        Names on the vote card of the other themes with as many votes.
    voters, cast, themes : int
        All voters, their votes, and the themes on the card.
    made_up : bool
        Whether the votes are made up.
    """

    state: ThemeState
    share: float
    tied: tuple[str, ...]
    voters: int
    cast: int
    themes: int
    made_up: bool
    kind: Kind = "votes"
    figure: None = None

    @property
    def subject(self) -> str:
        """The theme."""
        return self.state.row.id


@dataclass(frozen=True)
class Unfunded:
    """A theme whose figures became worse, while the plan has no money for it.

    Parameters
    ----------
    state : ThemeState
        The theme.
    change : Change
        The figure of the theme that became worse, the strongest first.
    richest : tuple of ThemeRow
        The themes with the most money.
    """

    state: ThemeState
    change: Change
    richest: tuple[ThemeRow, ...]
    kind: Kind = "money"

    @property
    def subject(self) -> str:
        """The theme."""
        return self.state.row.id

    @property
    def figure(self) -> str:
        """The indicator."""
        return self.change.series.indicator.id


@dataclass(frozen=True)
class CrimeLevel:
    """All registered crime per inhabitant, beside the country.

    Parameters
    ----------
    series, national : Series
        Yearly counts of the municipality and of the country.
    year : int
        The newest year with a rate of both.
    ours, theirs : float
        Registrations per 1,000 inhabitants in that year.
    """

    series: Series
    national: Series
    year: int
    ours: float
    theirs: float
    kind: Kind = "level"

    @property
    def subject(self) -> str:
        """The indicator."""
        return self.figure

    @property
    def figure(self) -> str:
        """The indicator."""
        return self.series.indicator.id


Message = Movement | MissedGoals | Favourite | Unfunded | CrimeLevel
ThemeChange = tuple[ThemeState | None, Change]


@dataclass(frozen=True)
class Chosen:
    """A statement that the municipality put on the first page itself.

    Parameters
    ----------
    judged : Judged
        The statement with its verdict.
    choice : KeyMessageChoice
        Why it is there, and what it asks of the council.
    """

    judged: Judged
    choice: KeyMessageChoice


@dataclass(frozen=True)
class Omitted:
    """A message that the municipality left out.

    Parameters
    ----------
    message : Message
    reason : str
    """

    message: Message
    reason: str


@dataclass(frozen=True)
class KeyMessages(Result):
    """The messages of the first page, in order.

    Parameters
    ----------
    chosen : tuple of Chosen
        Statements that the municipality chose itself; they come first.
    messages : tuple of Message
        Those of the rule.
    omitted : tuple of Omitted
        Those that the municipality left out; without choices that no message answers to now.
    judged : int
        Number of figures that the rule chose from and that could be called clear.
    """

    chosen: tuple[Chosen, ...]
    messages: tuple[Message, ...]
    omitted: tuple[Omitted, ...]
    judged: int

    @property
    def clear_by_chance(self) -> float:
        """How many of these figures would be called clear if nothing had changed: the expected number, at most."""
        return alpha() * self.judged

    def records(self) -> list[Record]:
        """Return the numbers of all messages; those of themes, goals and plan are with the overview of themes."""
        records = [record for one in self.chosen for record in one.judged.records()]
        for message in self.messages:
            if isinstance(message, CrimeLevel):
                year = str(message.year)
                both = [*message.series.records(), *message.national.records()]
                records += [record for record in both if record.period == year]
        return records


def message_id(message: Message) -> str:
    """Return the id by which a municipality can leave a message out: its kind and subject.

    Parameters
    ----------
    message : Message

    Returns
    -------
    str
        Such as ``worsened.onbegrepen_gedrag``.
    """
    return f"{message.kind}.{message.subject}"


def key_messages(
    overview: ThemeOverview | Missing, municipality: str, first_year: int, folder: Path | None = None
) -> KeyMessages | Missing:
    """Choose the key messages of a municipality.

    Parameters
    ----------
    overview : ThemeOverview or Missing
        From `theme_overview`. Without themes, the figures of all indicators are looked at.
    municipality : str
        CBS code, ``GM1969``.
    first_year : int
        The year that figures are compared with.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    KeyMessages or Missing
        ``Missing`` when there is nothing to say: no themes, and no figures that changed.
    """
    evidence = Evidence(municipality, folder)
    own = evidence.document(Statements)
    choices = () if isinstance(own, Missing) else own[0].key_messages
    judgements = judge(municipality, folder) if any(choice.show for choice in choices) else None
    chosen = (
        tuple(Chosen(judgements.by_id[choice.show], choice) for choice in choices if choice.show is not None)
        if judgements is not None and not isinstance(judgements, Missing)
        else ()
    )
    themes = None if isinstance(overview, Missing) else overview
    changes = _all_changes(evidence, first_year) if themes is None else _changes_of_themes(themes)
    candidates = _candidates(themes, evidence, changes)
    by_id = {message_id(one): one for one in chain(*candidates.values())}
    omitted = tuple(Omitted(by_id[choice.omit], choice.reason) for choice in choices if choice.omit in by_id)
    told = {shown.indicator for one in chosen for shown in series_within(one.judged)}
    messages = _in_order(candidates, {*map(message_id, (one.message for one in omitted))}, told)
    if isinstance(overview, Missing) and not messages and not chosen:
        return overview
    tested = {change.series.indicator.id for _, change in changes if change.judged_by_all}
    return KeyMessages(chosen, messages[: max(rule().number - len(chosen), 0)], omitted, len(tested))


def _in_order(candidates: dict[Kind, list[Message]], omitted: set[str], told: set[str]) -> tuple[Message, ...]:
    """Take the next message of each kind in the order of the rule, and each figure once."""
    taken: dict[str, Message] = {}
    for kind in rule().order:
        figures = told | {one.figure for one in taken.values() if one.figure is not None}
        waiting = [one for one in candidates.get(kind, []) if message_id(one) not in omitted | taken.keys()]
        taken |= {message_id(one): one for one in [one for one in waiting if one.figure not in figures][:1]}
    return tuple(taken.values())


def _candidates(
    themes: ThemeOverview | None, evidence: Evidence, changes: list[ThemeChange]
) -> dict[Kind, list[Message]]:
    """Return the messages that could be told, by kind, the strongest first."""
    found: dict[Kind, list[Message]] = {
        "worsened": [*_movements(changes, "worsened")],
        "improved": [*_movements(changes, "improved")],
        "level": [*_level(evidence)],
    }
    if themes is not None:
        found |= {"goals": [*_missed(themes)], "votes": [*_favourites(themes)], "money": [*_unfunded(themes)]}
    return found


def _changes_of_themes(themes: ThemeOverview) -> list[ThemeChange]:
    """Return the newest changes of every theme."""
    return [(state, change) for state in themes.states for change in state.telling]


def _all_changes(evidence: Evidence, first_year: int) -> list[ThemeChange]:
    """Return the newest changes of every indicator of which it is known what is good, but for totals."""
    counted = [one for one in catalogue.indicators().values() if one.is_count and one.total_of is None]
    ids = [one.id for one in counted if one.field in get_args(Field)]
    changes = telling_of(newest_changes(evidence, ids, first_year))
    return [(None, change) for change in changes]


def _movements(changes: list[ThemeChange], kind: Kind) -> list[Message]:
    """Return the clear movements one way: first what lasts, then what differs from elsewhere, then the least ordinary.

    Of what was clear in the newest year only, half is left a year later (median of 33 of 342 municipalities, 2019 to
    2024 and 2025); of what was clear in both years, 80 %.
    """
    moved = [
        Movement(state, change, kind, _a_year_earlier(change))
        for state, change in changes
        if change.grade is Grade.CLEAR and (_worse(change) is (kind == "worsened"))
    ]
    return [*sorted(moved, key=lambda movement: (not movement.lasting, *_weakness(movement.change)))]


def _a_year_earlier(newest: Change) -> Change | None:
    if newest.last - 1 == newest.first:
        return None
    earlier = change(newest.series, newest.first, newest.last - 1)
    return earlier if isinstance(earlier, Change) else None


def _worse(change: Change) -> bool:
    return change.direction == _BAD_WAY[change.series.indicator.good]


def _weakness(change: Change) -> tuple[bool, float]:
    differs = change.grade_elsewhere is not None and change.grade_elsewhere.shown
    return not differs, 1.0 if change.judgement is None else change.judgement.p_value


def _missed(overview: ThemeOverview) -> Iterator[Message]:
    past, coming = overview.past, overview.coming
    if past is None or coming is None or past.period == coming.period:
        return
    if missed := past.of(GoalState.NOT_MET):
        themes = overview.matrix.document.themes
        yield MissedGoals(past, coming, tuple(dict.fromkeys(themes[part.goal.theme].label for part in missed)))


def _favourites(overview: ThemeOverview) -> Iterator[Message]:
    """Yield the themes with most votes that are no priority."""
    places = overview.matrix.places
    if isinstance(places, Missing):
        return
    tally = places.tally
    table = tally.table
    first = table[(table["rank"] == 1) & (table["votes"] > 0)].set_index("theme")
    made_up = any(source.synthetic for source in tally.files)
    for state in overview.states:
        own = first.index.intersection(state.row.theme.votes)
        if len(own) and not state.row.chosen:
            tied = tuple(tally.labels[theme] for theme in first.index.difference(own, sort=False))
            share = 100 * float(first["share"].iloc[0])
            yield Favourite(state, share, tied, tally.turnout, tally.cast, len(tally.labels), made_up)


def _unfunded(overview: ThemeOverview) -> Iterator[Message]:
    """Yield the themes of which a figure clearly rose and became worse, and that get no money, the strongest first."""
    found = [
        Unfunded(state, change, tuple(overview.matrix.richest))
        for state in overview.states
        if state.row.means is not None and state.row.means.amount == 0
        for change in sorted(state.telling, key=_weakness)[:1]
        if change.grade is Grade.CLEAR and _worse(change) and change.direction == "up"
    ]
    yield from sorted(found, key=lambda message: _weakness(message.change))


def _level(evidence: Evidence) -> Iterator[Message]:
    ours, theirs = evidence.series(ALL_CRIME), evidence.series(ALL_CRIME, regions.NEDERLAND)
    if isinstance(ours, Series) and isinstance(theirs, Series):
        rates = {year: (ours.rate(year), theirs.rate(year)) for year in ours.years}
        known = {year: (own, of_all) for year, (own, of_all) in rates.items() if own is not None and of_all is not None}
        if known:
            yield CrimeLevel(ours, theirs, max(known), *known[max(known)])
