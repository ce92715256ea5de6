"""Votes at the village stands: shares of voters, the order of themes with its uncertainty, and tests between villages.

The unit is the voter. A ballot holds up to six different themes, so votes on one ballot are not independent, and a
chi-square test on the table of villages by themes is wrong; `themes_equal` and `villages_differ` allow for that. Voters
came to a stand by themselves: every interval and test is about those voters and people like them, never about all
residents.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.stats import chi2
from statsmodels.stats.contingency_tables import cochrans_q
from statsmodels.stats.proportion import proportion_confint

from ..definitions import catalogue
from ..store.raw_sources import Source
from ..store.results import Missing, Reason, Record, Result, label
from ..store.series import Voting
from .verdicts import alpha, holm

WEIGHTED = "weighted_share"
_DRAWS = 9999
_SEED = 2023  # fixed, so that a p-value is the same in every edition of the report
_SMALLEST_EXPECTED = 5  # the usual rule for chi-square
_WHOLE = ("voters", "votes", "differing", "moved")  # measures about all themes together that have a name of their own


@dataclass(frozen=True, eq=False)
class Tally(Result):
    """Votes and voters by village.

    Parameters
    ----------
    voters : pandas.Series
        Number of voters, indexed by village.
    votes : DataFrame
        Number of votes: a row for each theme and a column for each village.
    individual : bool
        Whether the ballots themselves are known in every village.
    voting : Voting
        The ballots and tally sheets that were counted.

    Notes
    -----
    A small village shows what a few voters chose: it counts in every total, but is not shown by itself, nor kept in an
    executed notebook.
    """

    voters: pd.Series = field(repr=False)
    votes: pd.DataFrame = field(repr=False)
    individual: bool
    voting: Voting = field(repr=False)

    @property
    def labels(self) -> dict[str, str]:
        """Theme id to label, in the order of the card."""
        return self.voting.themes

    @property
    def files(self) -> tuple[Source, ...]:
        """The raw files."""
        return self.voting.sources

    @property
    def table(self) -> pd.DataFrame:
        """All villages together: ``theme, votes, voters, share, lower, upper, rank``, most votes first.

        A share is the fraction of voters who chose the theme, with Wilson's interval; shares add up to the mean number
        of themes on a ballot.

        References
        ----------
        Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
        American Statistical Association, 22(158), 209–212.
        """
        votes = self.votes.sum(axis="columns")
        frame = _with_shares(pd.DataFrame({"theme": votes.index, "votes": votes.array, "voters": self.voters.sum()}))
        frame["rank"] = _ranks(frame["votes"].to_numpy())
        return frame.sort_values("rank", kind="stable", ignore_index=True)

    @property
    def turnout(self) -> int:
        """Voters in all villages together."""
        return int(self.voters.sum())

    @property
    def cast(self) -> int:
        """Votes in all villages together."""
        return int(self.votes.to_numpy().sum())

    @property
    def withheld(self) -> list[str]:
        """Villages that are not shown: from the smallest on, until nobody can work out what one of them chose.

        One small village alone is the total less the other villages. What several chose together follows in the same
        way: where that is nothing, or nearly everybody, each of them did the same. So they must have enough voters
        together, and each must be able to have several numbers of votes for each theme.
        """
        least = catalogue.thresholds().disclosure.voters
        hidden: list[str] = []
        for village, voters in self.voters.sort_values(kind="stable").items():
            if voters >= least and (not hidden or self._hide_each_other(hidden, least)):
                break
            hidden.append(str(village))
        return hidden

    def _hide_each_other(self, villages: list[str], least: int) -> bool:
        """Tell whether some villages have enough voters together, and leave open how each of them voted.

        One value more is asked than a village must keep, because one more hidden village tells that without it some
        theme fell short. More is not asked than hiding all villages would give: a theme that nobody chose has no votes
        anywhere.
        """
        promised = catalogue.thresholds().disclosure.possible_values
        wanted = np.minimum(promised + 1, self._room([*self.voters.index]))
        open_enough = self._room(villages) >= wanted[self.voters.index.get_indexer(villages)]
        return bool(self.voters[villages].sum() >= least and open_enough.all())

    def _room(self, villages: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """Return how many numbers of votes each village can have for each theme when only their sum is known."""
        voters = self.voters[villages].to_numpy(dtype=np.int64)[:, None]
        together = self.votes[villages].sum(axis="columns").to_numpy(dtype=np.int64)[None, :]
        fewest, most = np.maximum(0, together - (voters.sum() - voters)), np.minimum(voters, together)
        room: np.ndarray[tuple[int, int], np.dtype[np.int64]] = most - fewest + 1
        return room

    @property
    def shown(self) -> list[str]:
        """Villages that are shown."""
        return [village for village in self.voters.index if village not in self.withheld]

    @property
    def by_village(self) -> pd.DataFrame:
        """Each village that is shown: ``village, theme, votes, voters, share, lower, upper``."""
        votes = self.votes[self.shown].T.stack().rename_axis(["village", "theme"]).rename("votes").reset_index()
        return _with_shares(votes.assign(voters=votes["village"].map(self.voters)))

    def records(self) -> list[Record]:
        """Return the number of voters and votes, and the total and share of each theme."""
        totals = [vote_record(self, f"total.{row.theme}", row.votes, "votes") for row in self.table.itertuples()]
        shares = [
            vote_record(self, f"share.{row.theme}", 100 * row.share, "percent", 100 * row.lower, 100 * row.upper)
            for row in self.table.itertuples()
        ]
        whole = [vote_record(self, "voters", self.turnout, "voters"), vote_record(self, "votes", self.cast, "votes")]
        return whole + totals + shares


@dataclass(frozen=True, eq=False)
class RankIntervals(Result):
    """The order of themes by votes, with the uncertainty of each rank.

    Parameters
    ----------
    tally : Tally
        The votes.
    table : DataFrame
        ``theme, votes, rank, lower, upper, group``, most votes first. Themes in one ``group`` cannot be told apart from
        their neighbour in the order; the first and last of a group may well differ.
    approximate : bool
        Whether some villages gave only tallies: their votes are then drawn as if themes were chosen independently. With
        six of twelve themes on every ballot that understates the variance of a difference by a twelfth.
    """

    tally: Tally
    table: pd.DataFrame
    approximate: bool

    @property
    def groups(self) -> int:
        """Number of groups of themes that can be told apart."""
        return int(self.table["group"].nunique())

    def records(self) -> list[Record]:
        """Return the number of groups, and the rank of each theme with its interval."""
        return [vote_record(self.tally, "groups", self.groups, "groups")] + [
            vote_record(self.tally, f"rank.{row.theme}", row.rank, "rank", row.lower, row.upper)
            for row in self.table.itertuples()
        ]


@dataclass(frozen=True, eq=False)
class WeightedShares(Result):
    """Shares as if each village had voted in proportion to its inhabitants, beside the plain sum.

    Parameters
    ----------
    tally : Tally
        The votes.
    table : DataFrame
        ``theme, share, weighted_share, rank, weighted_rank, rank_change`` (positive: higher when weighted), in order of
        the weighted rank. Shares are fractions of voters.
    """

    tally: Tally
    table: pd.DataFrame

    @property
    def moved(self) -> int:
        """Number of themes with another rank when villages are weighted."""
        return int((self.table["rank_change"] != 0).sum())

    def records(self) -> list[Record]:
        """Return how many themes have another rank, and the weighted share of each."""
        return [vote_record(self.tally, "moved", self.moved, "themes")] + [
            vote_record(self.tally, f"{WEIGHTED}.{row.theme}", 100 * row.weighted_share, "percent")
            for row in self.table.itertuples()
        ]


def tally(voting: Voting | Missing) -> Tally | Missing:
    """Count votes and voters; a theme on the card that no voter chose counts as 0.

    Parameters
    ----------
    voting : Voting or Missing
        Ballots, tally sheets, or both.

    Returns
    -------
    Tally or Missing
        ``Missing`` when a tally sheet lacks a theme or the number of voters: what is not on it is not 0.
    """
    if isinstance(voting, Missing):
        return voting
    ballots = voting.ballots
    single = ballots["voter"].notna()
    votes = ballots.pivot_table("votes", "theme", "village", "sum", observed=True).astype(float)
    votes = votes.reindex(list(voting.themes))
    cast = ballots[single].groupby("village", observed=True)["voter"].nunique()
    votes[cast.index] = votes.reindex(columns=cast.index).fillna(0)  # a theme that no ballot in the village names
    if votes.isna().any(axis=None):
        theme, village = votes.isna().stack().idxmax()
        return _missing("tally_lacks_theme", village=village, theme=theme)
    counted = ballots[~single].groupby("village", observed=True)["voters"].first()
    if counted.isna().any():
        return _missing("tally_lacks_voters", village=counted.isna().idxmax())
    voters = pd.concat([cast, counted]).astype(int).reindex(votes.columns)
    return Tally(voters, votes.astype(int), counted.empty, voting)


def ranks(voting: Voting | Missing, seed: int, draws: int = 2000) -> RankIntervals | Missing:
    r"""Return the order of the themes, with intervals from a bootstrap of whole ballots within each village.

    Two neighbours in the order are told apart by their difference, and not by whether their intervals overlap. Its
    two-sided p-value is :math:`2 (n + 1) / (B + 1)`, where :math:`n` of :math:`B` draws have the lower one at least as
    high. All borders of the table are corrected together (Holm).

    Parameters
    ----------
    voting : Voting or Missing
        Ballots, or tallies where there are no ballots.
    seed : int
        The same seed gives the same intervals.
    draws : int
        Number of bootstrap samples.

    Returns
    -------
    RankIntervals or Missing
        ``Missing`` when the votes cannot be counted, see `tally`.

    References
    ----------
    Davison, A. C., & Hinkley, D. V. (1997). Bootstrap Methods and their Application. Cambridge University Press.

    Efron, B. (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics, 7(1), 1–26.

    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics, 6(2),
    65–70.
    """
    total = tally(voting)
    if isinstance(total, Missing):
        return total
    random, stacks = np.random.default_rng(seed), ballot_matrices(total.voting)
    drawn = np.zeros((draws, len(total.votes)))
    for village, voters in total.voters.items():
        if village in stacks:
            drawn += _redrawn(random, voters, draws) @ stacks[village]
        else:
            drawn += random.binomial(voters, total.votes[village] / voters, size=(draws, len(total.votes)))
    table = total.table[["theme", "votes", "rank"]]
    drawn = drawn[:, total.votes.index.get_indexer(table["theme"])]
    lower, upper = np.quantile(_ranks(drawn), [alpha() / 2, 1 - alpha() / 2], axis=0, method="inverted_cdf")
    # A theme opens a new group when it had fewer votes than the one above it in nearly every draw.
    other_way = (drawn[:, :-1] <= drawn[:, 1:]).sum(axis=0)
    apart = holm(np.minimum(1.0, 2 * (other_way + 1) / (draws + 1))) < alpha()
    group = 1 + np.concatenate([[0], apart.cumsum()])
    table = table.assign(lower=lower.astype(int), upper=upper.astype(int), group=group)
    return RankIntervals(total, table, approximate=not total.individual)


def weighted(voting: Voting | Missing) -> WeightedShares | Missing:
    """Weight each village's shares by its inhabitants, because in the plain sum the busiest stand decides.

    Parameters
    ----------
    voting : Voting or Missing
        Ballots or tallies, with the inhabitants of each village.

    Returns
    -------
    WeightedShares or Missing
        ``Missing`` when the votes cannot be counted, or the inhabitants of a village are not known.
    """
    total = tally(voting)
    if isinstance(total, Missing):
        return total
    weights = pd.Series(total.voting.inhabitants, dtype=float).reindex(total.voters.index)
    if weights.isna().any():
        return _missing("village_inhabitants", village=weights.isna().idxmax())
    together = weights.index.where(~weights.index.isin(total.withheld), "samen")
    votes, voters, people = (table.groupby(together).sum() for table in (total.votes.T, total.voters, weights))
    share = votes.div(voters, axis="index").mul(people / people.sum(), axis="index").sum()
    table = total.table[["theme", "share", "rank"]]
    table.insert(2, "weighted_share", table["theme"].map(share))
    table["weighted_rank"] = _ranks(table["weighted_share"].to_numpy())
    table["rank_change"] = table["rank"] - table["weighted_rank"]
    return WeightedShares(total, table.sort_values("weighted_rank", kind="stable", ignore_index=True))


def ballot_matrices(voting: Voting) -> dict[str, np.ndarray]:
    """Return the ballots of each village as a matrix.

    Parameters
    ----------
    voting : Voting
        The ballots; villages with only a tally sheet are left out.

    Returns
    -------
    dict of str to ndarray, shape (voters, themes)
        By village: 1 where a voter chose a theme, else 0; themes are in the order of the card.
    """
    single, themes = voting.ballots[voting.ballots["voter"].notna()], pd.Index(list(voting.themes))
    by_village = {}
    for village, stack in single.groupby("village", observed=True):
        voter, theme = pd.factorize(stack["voter"])[0], themes.get_indexer(stack["theme"])
        chosen = np.zeros((voter.max() + 1, len(themes)), dtype=int)
        chosen[voter[theme >= 0], theme[theme >= 0]] = 1
        by_village[str(village)] = chosen
    return by_village


def _redrawn(random: np.random.Generator, voters: int, draws: int) -> np.ndarray:
    """Return how often each ballot is drawn, a row per draw; a multinomial does the same, three times as slowly."""
    picked = random.integers(voters, size=(draws, voters)) + voters * np.arange(draws)[:, None]
    return np.bincount(picked.ravel(), minlength=draws * voters).reshape(draws, voters)


def _ranks(votes: np.ndarray) -> np.ndarray:
    """Return the rank along the last axis: one more than the number of themes with more votes, so ties share a rank."""
    return np.asarray(1 + (votes[..., None, :] > votes[..., :, None]).sum(axis=-1))


def _with_shares(frame: pd.DataFrame) -> pd.DataFrame:
    lower, upper = proportion_confint(frame["votes"], frame["voters"], alpha=alpha(), method="wilson")
    return frame.assign(share=frame["votes"] / frame["voters"], lower=lower, upper=upper)


def vote_record(
    total: Tally,
    measure: str,
    value: float,
    unit: str,
    lower: float | None = None,
    upper: float | None = None,
    p_value: float | None = None,
) -> Record:
    """Return the record of one number about the voting; its region is the villages that voted.

    Parameters
    ----------
    total : Tally
        The votes.
    measure : str
        Name of the number, such as ``share.auto``; what follows the last dot is a theme.
    value : float
        The number, in ``unit``.
    unit : str
        Such as ``votes``, ``percent`` or ``rank``.
    lower, upper, p_value : float, optional
        Interval, in ``unit``, and p-value.

    Returns
    -------
    Record
    """
    villages = ", ".join(total.voters.index)
    numbers = [None if number is None else float(number) for number in (value, lower, upper, p_value)]
    kind, _, subject = measure.rpartition(".")
    name = total.labels.get(subject) if kind else label(f"vote.{subject}") if subject in _WHOLE else None
    name = name or label("the_vote")
    if kind == WEIGHTED:
        name = label("weighted", label=name)
    return Record(
        measure, name, villages, "", numbers[0], unit, lower=numbers[1], upper=numbers[2], p_value=numbers[3],
        source=tuple(file.name for file in total.files),
    )  # fmt: skip


def _missing(code: str, **values: object) -> Missing:
    return Missing(label("the_vote"), Reason(code, **values))


@dataclass(frozen=True, eq=False)
class ThemeTest(Result):
    """The result of Cochran's Q test: whether voters chose some themes more than others.

    Parameters
    ----------
    tally : Tally
        The votes.
    statistic : float
        Cochran's Q.
    degrees : int
        Degrees of freedom of its chi-square distribution when all themes are equal.
    p_value : float
        That all themes are chosen equally often.
    """

    tally: Tally
    statistic: float
    degrees: int
    p_value: float

    def records(self) -> list[Record]:
        """Return the statistic with its p-value, and its degrees of freedom."""
        return [
            vote_record(self.tally, "cochran_q", self.statistic, "chi2", p_value=self.p_value),
            vote_record(self.tally, "cochran_q.degrees", self.degrees, "degrees"),
        ]


@dataclass(frozen=True, eq=False)
class VillageDifferences(Result):
    """Differences between villages in the share of each theme; villages with too few voters to show are left out.

    Parameters
    ----------
    tally : Tally
        The votes.
    table : DataFrame
        ``theme, statistic, cramers_v, p_value, p_holm, method``, in the order of the card. ``method`` is ``chi2``, or
        ``permutation`` where a village expects fewer than five voters for or against.
    """

    tally: Tally
    table: pd.DataFrame

    @property
    def differing(self) -> list[str]:
        """Themes whose share differs between villages, smallest p-value first."""
        ordered = self.table.sort_values("p_holm", kind="stable")
        return list(ordered.loc[ordered["p_holm"] < alpha(), "theme"])

    def records(self) -> list[Record]:
        """Return how many themes differ, and Cramér's V of each with its corrected p-value."""
        records = [vote_record(self.tally, "differing", len(self.differing), "themes")] + [
            vote_record(self.tally, f"villages.{row.theme}", row.cramers_v, "cramers_v", p_value=row.p_holm)
            for row in self.table.itertuples()
        ]
        return [replace(number, region=", ".join(self.tally.shown)) for number in records]


def themes_equal(voting: Voting | Missing) -> ThemeTest | Missing:
    """Test whether voters chose some themes more than others, with Cochran's Q.

    The test allows for one voter choosing several themes, so it needs the ballots of every village: tallies do not say
    which votes came from one voter.

    Parameters
    ----------
    voting : Voting or Missing
        The ballots.

    Returns
    -------
    ThemeTest or Missing
        ``Missing`` when a village has only a tally sheet, or when every voter chose all themes or none.

    References
    ----------
    Cochran, W. G. (1950). The comparison of percentages in matched samples. Biometrika, 37(3/4), 256–266.
    """
    total = tally(voting)
    if isinstance(total, Missing):
        return total
    if not total.individual:
        return _missing("ballots_needed")
    chosen = np.vstack(list(ballot_matrices(total.voting).values()))
    if len(set(chosen.sum(axis=1)) - {0, len(total.votes)}) == 0:
        return _missing("all_or_nothing")
    test = cochrans_q(chosen)
    return ThemeTest(total, float(test.statistic), int(test.df), float(test.pvalue))


def villages_differ(total: Tally | Missing) -> VillageDifferences | Missing:
    """Test for each theme whether its share of voters differs between villages, with Holm's correction.

    Each theme is a table of voters who chose it or not by village, tested with chi-square. Where that is too coarse, a
    permutation test deals the voters out over the villages anew (9.999 times, with a fixed seed).

    Parameters
    ----------
    total : Tally or Missing
        The votes, from `tally`.

    Returns
    -------
    VillageDifferences or Missing
        ``Missing`` when there are fewer than two villages to compare.

    References
    ----------
    Cramér, H. (1946). Mathematical Methods of Statistics. Princeton University Press. Cramér's V.

    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics, 6(2),
    65–70.
    """
    if isinstance(total, Missing):
        return total
    if len(total.voters) == 1:
        return _missing("one_village")
    if len(total.shown) < 2:  # noqa: PLR2004 (a comparison)
        return _missing("small_villages")
    votes, voters = total.votes[total.shown], total.voters[total.shown].to_numpy()
    rows = [(theme, *_test_theme(row.to_numpy(), voters)) for theme, row in votes.iterrows()]
    table = pd.DataFrame(rows, columns=["theme", "statistic", "cramers_v", "p_value", "method"])
    table.insert(4, "p_holm", holm(table["p_value"]))
    return VillageDifferences(total, table)


def _test_theme(votes: np.ndarray, voters: np.ndarray) -> tuple[float, float, float, str]:
    """Return chi-square of chosen or not by village, Cramér's V, p-value and method for one theme."""
    number, share = int(voters.sum()), votes.sum() / voters.sum()
    if share in (0, 1):
        return 0.0, 0.0, 1.0, "chi2"  # all villages agree
    variance = voters * share * (1 - share)
    statistic = float(((votes - voters * share) ** 2 / variance).sum())
    cramers_v = float(np.sqrt(statistic / number))
    if voters.min() * min(share, 1 - share) >= _SMALLEST_EXPECTED:
        return statistic, cramers_v, float(chi2.sf(statistic, len(voters) - 1)), "chi2"
    dealt = np.random.default_rng(_SEED).multivariate_hypergeometric(voters, int(votes.sum()), size=_DRAWS)
    as_large = ((dealt - voters * share) ** 2 / variance).sum(axis=1) >= statistic * (1 - 1e-9)
    return statistic, cramers_v, float((1 + as_large.sum()) / (1 + _DRAWS)), "permutation"
