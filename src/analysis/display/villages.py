"""The vote by village: where voters chose otherwise, and what it would be if each village counted by its size."""

from __future__ import annotations

from html import escape

from .. import catalogue
from ..results import html
from ..statistics.verdicts import alpha
from ..statistics.vote_tests import VillageDifferences
from ..statistics.votes import Tally, WeightedShares
from . import dutch
from .sentences import answer, src
from .tables import Table, details
from .voting import trail
from .withheld import WITHHELD


@html.register
def _(differences: VillageDifferences) -> str:
    total = f"{len(differences.table)} thema's verschillen de stemmers in de dorpen meer dan door toeval"
    differ = [differences.tally.labels[theme].lower() for theme in differences.differing]
    found = f"{len(differ)} van de {total} te verklaren is: {dutch.listed(differ)}"
    told = found if differ else f"geen van de {total}"
    few = _too_few(differences.tally)
    method = "chikwadraattoets per thema, of husselen bij weinig stemmers; gecorrigeerd voor alle thema's (Holm)"
    rests = trail(differences.tally, "verschillen tussen dorpen", method)
    shown = details("Cijfers per dorp", html(_by_village(differences, few)) + _why_few(few))
    return answer(f"Bij {escape(told)}.") + shown + rests


def _by_village(differences: VillageDifferences, few: dict[str, str]) -> Table:
    """The share of voters for each theme in each village, the clearest differences first."""
    tally, names = differences.tally, list(differences.tally.voters.index)
    share = tally.by_village.set_index(["theme", "village"])["share"]
    rows = tuple(
        (tally.labels[row.theme], *(few.get(name) or dutch.percent(100 * share[row.theme, name]) for name in names),
         "verschillend" if row.p_holm < alpha() else "niet te onderscheiden")
        for row in differences.table.sort_values("p_holm", kind="stable").itertuples()
    )  # fmt: skip
    caption = "Deel van de stemmers dat een thema koos, per dorp"
    return Table("dorpen", caption, ("Thema", *names, "Oordeel"), rows, ("Oordeel",))


def _too_few(tally: Tally) -> dict[str, str]:
    """What stands in place of a share, by village that is not shown."""
    least = catalogue.thresholds().disclosure.voters
    return {name: "te weinig stemmers" if tally.voters[name] < least else WITHHELD for name in tally.withheld}


def _why_few(few: dict[str, str]) -> str:
    """Why villages are not shown."""
    if not few:
        return ""
    least = catalogue.thresholds().disclosure.voters
    also = " Met alleen dat dorp weg is het uit het totaal te berekenen. Daarom is er nog een dorp afgeschermd."
    return src(
        f"Van een dorp met minder dan {least} stemmers tonen wij niet wat zij kozen. Die stemmen tellen wel mee in het "
        f"totaal.{also if WITHHELD in few.values() else ''}"
    )


@html.register
def _(weighted: WeightedShares) -> str:
    moved = f"wisselen {weighted.moved} van de {len(weighted.table)} thema's van plaats"
    told = f"Als elk dorp meetelt naar zijn aantal inwoners, {moved if weighted.moved else 'blijft de volgorde gelijk'}"
    few = weighted.tally.withheld
    why = f"{dutch.listed(few)} tellen samen als één dorp. Niet in elk daarvan waren genoeg stemmers."
    pooled = src(why) if len(few) > 1 else ""
    method = "deel van de stemmers per dorp, gewogen met het aantal inwoners op de stemkaart"
    rests = trail(weighted.tally, "geteld naar inwoners", method)
    shown = details("Geteld naar inwoners van het dorp", html(_both(weighted)) + pooled)
    return answer(f"{told}.") + shown + rests


def _both(weighted: WeightedShares) -> Table:
    """Shares and places as they were counted, beside those with every village by its size."""
    rows = tuple(
        (weighted.tally.labels[row.theme], dutch.percent(100 * row.share), str(row.rank),
         dutch.percent(100 * row.weighted_share), str(row.weighted_rank))
        for row in weighted.table.itertuples()
    )  # fmt: skip
    columns = ("Thema", "Ongewogen", "Plaats", "Gewogen naar inwoners", "Plaats gewogen")
    return Table("gewogen", "Ongewogen en gewogen deel van de stemmers", columns, rows)
