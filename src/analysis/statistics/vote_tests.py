"""Whether voters chose some themes more than others, and whether villages differ in that."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import chi2
from statsmodels.stats.contingency_tables import cochrans_q

from ..results import Record, Result
from ..series import Missing
from ..votes import SUBJECT, Voting
from .verdicts import alpha, holm
from .votes import Tally, matrices, record, tally

_DRAWS = 9999
_SEED = 2023  # fixed, so that a p-value is the same in every edition of the report
_SMALLEST_EXPECTED = 5  # the usual rule for chi-square


@dataclass(frozen=True, eq=False)
class ThemeTest(Result):
    """Cochran's Q: whether voters chose some themes more than others.

    ``statistic`` has ``degrees`` degrees of freedom when all themes are equal.
    """

    tally: Tally
    statistic: float
    degrees: int
    p_value: float

    def records(self) -> list[Record]:
        """The statistic with its p-value."""
        return [
            record(self.tally, "cochran_q", self.statistic, "chi2", p_value=self.p_value),
            record(self.tally, "cochran_q.degrees", self.degrees, "degrees"),
        ]


@dataclass(frozen=True, eq=False)
class VillageDifferences(Result):
    """Per theme, whether its share differs between villages; villages with too few voters to show are left out.

    ``table`` has ``theme, statistic, cramers_v, p_value, p_holm, method``, in the order of the card. ``method`` is
    ``chi2``, or ``permutation`` where a village expects fewer than five voters for or against.
    """

    tally: Tally
    table: pd.DataFrame

    @property
    def differing(self) -> list[str]:
        """Themes whose share differs between villages, surest first."""
        ordered = self.table.sort_values("p_holm", kind="stable")
        return list(ordered.loc[ordered["p_holm"] < alpha(), "theme"])

    def records(self) -> list[Record]:
        """How many themes differ, and Cramér's V of each with its corrected p-value."""
        found = [record(self.tally, "differing", len(self.differing), "themes")] + [
            record(self.tally, f"villages.{row.theme}", row.cramers_v, "cramers_v", p_value=row.p_holm)
            for row in self.table.itertuples()
        ]
        return [replace(one, region=", ".join(self.tally.shown)) for one in found]


def themes_equal(voting: Voting | Missing) -> ThemeTest | Missing:
    """Cochran's Q over the ballots, which keeps in mind that one voter chose several themes.

    Needs the ballots of every village: tallies do not say which votes came from one voter.
    """
    total = tally(voting)
    if isinstance(total, Missing):
        return total
    if not total.individual:
        reason = "Van sommige dorpen is er alleen een turflijst. Voor deze toets zijn alle stembriefjes nodig."
        return Missing(SUBJECT, reason)
    chosen = np.vstack(list(matrices(total.voting).values()))
    if len(set(chosen.sum(axis=1)) - {0, len(total.votes)}) == 0:
        return Missing(SUBJECT, "Elke stemmer koos alle thema's of geen enkel thema.")
    test = cochrans_q(chosen)
    return ThemeTest(total, float(test.statistic), int(test.df), float(test.pvalue))


def villages_differ(total: Tally | Missing) -> VillageDifferences | Missing:
    """Test per theme whether the share of voters differs between villages, corrected for the number of themes (Holm).

    Each theme is a 2 x villages table of voters who chose it or not, tested with chi-square. Where that is too
    coarse, voters are dealt out over the villages anew (9.999 times, always the same): exact but for the drawing.
    """
    if isinstance(total, Missing):
        return total
    if len(total.voters) == 1:
        return Missing(SUBJECT, "Er is in één dorp gestemd; er valt niets te vergelijken.")
    if len(total.shown) < 2:  # noqa: PLR2004 (a comparison)
        return Missing(SUBJECT, "In bijna elk dorp waren er te weinig stemmers. Wij vergelijken de dorpen daarom niet.")
    votes, voters = total.votes[total.shown], total.voters[total.shown].to_numpy()
    rows = [(theme, *_test_theme(row.to_numpy(), voters)) for theme, row in votes.iterrows()]
    table = pd.DataFrame(rows, columns=["theme", "statistic", "cramers_v", "p_value", "method"])
    table.insert(4, "p_holm", holm(table["p_value"]))
    return VillageDifferences(total, table)


def _test_theme(votes: np.ndarray, voters: np.ndarray) -> tuple[float, float, float, str]:
    """Chi-square of chosen or not by village, Cramér's V, p-value and method for one theme."""
    everyone, share = int(voters.sum()), votes.sum() / voters.sum()
    if share in (0, 1):
        return 0.0, 0.0, 1.0, "chi2"  # all villages agree
    variance = voters * share * (1 - share)
    statistic = float(((votes - voters * share) ** 2 / variance).sum())
    cramers_v = float(np.sqrt(statistic / everyone))
    if voters.min() * min(share, 1 - share) >= _SMALLEST_EXPECTED:
        return statistic, cramers_v, float(chi2.sf(statistic, len(voters) - 1)), "chi2"
    dealt = np.random.default_rng(_SEED).multivariate_hypergeometric(voters, int(votes.sum()), size=_DRAWS)
    as_large = ((dealt - voters * share) ** 2 / variance).sum(axis=1) >= statistic * (1 - 1e-9)
    return statistic, cramers_v, float((1 + as_large.sum()) / (1 + _DRAWS)), "permutation"
