"""How sure the order of the themes is: whether voters chose some more than others, and which can be told apart."""

from __future__ import annotations

from ..results import html
from ..statistics.verdicts import alpha
from ..statistics.vote_tests import ThemeTest
from ..statistics.votes import RankIntervals
from . import dutch
from .sentences import answer, src
from .tables import Table, details
from .voting import trail


@html.register
def _(test: ThemeTest) -> str:
    differ = test.p_value < alpha()
    told = "Nee. Stemmers kozen sommige thema's vaker dan andere" if differ else "Dat is niet uit te sluiten"
    chance = "kleiner dan 0,001" if test.p_value < 0.001 else dutch.number(test.p_value, 3)  # noqa: PLR2004
    how = f"Toets van Cochran, per stemmer: Q = {dutch.number(test.statistic)} bij {test.degrees} vrijheidsgraden."
    rests = trail(test.tally, "alle thema's even vaak?", "toets van Cochran op de keuzes van elke stemmer")
    return answer(f"{told}; de kans op zulke verschillen door toeval is {chance}.") + src(how) + rests


@html.register
def _(ranks: RankIntervals) -> str:
    rough = " Van sommige dorpen kennen wij alleen de turflijst; de marges zijn daar een ruwe schatting."
    themes, groups = len(ranks.table), dutch.counted(ranks.groups, "groep", "groepen")
    order = (
        f"De volgorde is maar ten dele zeker: {themes} thema's in {groups}. Binnen een groep is een thema niet te "
        "onderscheiden van zijn buur."
    )
    if ranks.groups == themes:
        order = f"Elk van de {themes} thema's is te onderscheiden van zijn buur."
    if themes == 1:
        order = "Er staat één thema op de kaart. Een volgorde is er dus niet."
    told = f"{order}{rough if ranks.approximate else ''}"
    method = "thema's op volgorde van stemmen; de marge volgt uit steeds opnieuw loten van stemmers (bootstrap)"
    rests = trail(ranks.tally, "de volgorde van de thema's", method)
    return answer(told) + details("Alle plaatsen", html(_places(ranks))) + rests


def _places(ranks: RankIntervals) -> Table:
    """Each theme with its group and its place."""
    rows = tuple(
        (ranks.tally.labels[row.theme], str(row.group), str(row.rank),
         " tot ".join(dict.fromkeys([str(row.lower), str(row.upper)])))
        for row in ranks.table.itertuples()
    )  # fmt: skip
    return Table("plaatsen", "Plaats van elk thema", ("Thema", "Groep", "Plaats", "Plaats met marge (95 %)"), rows)
