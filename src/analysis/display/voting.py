"""The residents' vote as the council reads it: always "stemmers", never "inwoners"."""

from __future__ import annotations

from functools import partial
from html import escape

from .. import catalogue
from ..results import html
from ..series import Missing
from ..statistics.verdicts import alpha
from ..statistics.vote_tests import ThemeTest, VillageDifferences
from ..statistics.votes import RankIntervals, Tally, WeightedShares
from . import dutch, origin, svg
from .charts import Chart
from .sentences import answer, headline, src
from .tables import Table, details
from .vote_drawing import draw
from .withheld import WITHHELD

_TOP = 3


@html.register
def _(tally: Tally) -> str:
    table = tally.table
    first = [
        f"{escape(tally.labels[row.theme].lower())} ({dutch.percent(100 * row.share)} van de stemmers, tussen "
        f"{dutch.percent(100 * row.lower)} en {dutch.percent(100 * row.upper)})"
        for row in table.head(_TOP).itertuples()
    ]
    places = f"{len(tally.voters)} dorpen" if len(tally.voters) > 1 else "één dorp"
    return answer(
        f"In {places} brachten <b>{dutch.number(tally.turnout)} stemmers</b> samen {dutch.number(tally.cast)} stemmen "
        f"uit. Het vaakst gekozen zijn {dutch.listed(first)}."
    ) + src(
        "Stemmers kwamen zelf naar de stand. De marge gaat over toeval bij zulke stemmers en niet over alle inwoners."
    )


@html.register
def _(test: ThemeTest) -> str:
    differ = test.p_value < alpha()
    told = "Nee. Stemmers kozen sommige thema's vaker dan andere" if differ else "Dat is niet uit te sluiten"
    chance = "kleiner dan 0,001" if test.p_value < 0.001 else dutch.number(test.p_value, 3)  # noqa: PLR2004
    how = f"Toets van Cochran, per stemmer: Q = {dutch.number(test.statistic)} bij {test.degrees} vrijheidsgraden."
    trail = _trail(test.tally, "alle thema's even vaak?", "toets van Cochran op de keuzes van elke stemmer")
    return answer(f"{told}; de kans op zulke verschillen door toeval is {chance}.") + src(how) + trail


@html.register
def _(differences: VillageDifferences) -> str:
    labels = differences.tally.labels
    table = differences.table.sort_values("p_holm", kind="stable")
    differ = [labels[theme].lower() for theme in differences.differing]
    told = (
        f"Bij {len(differ)} van de {len(table)} thema's verschillen de stemmers in de dorpen meer dan door toeval te "
        "verklaren is: "
        f"{dutch.listed(differ)}"
        if differ
        else f"Bij geen van de {len(table)} thema's verschillen de stemmers in de dorpen meer dan door toeval"
    )
    share = differences.tally.by_village.set_index(["theme", "village"])["share"]
    names = list(differences.tally.voters.index)
    few = _too_few(differences.tally)
    rows = tuple(
        (labels[row.theme], *(few.get(name) or dutch.percent(100 * share[row.theme, name]) for name in names),
         "verschillend" if row.p_holm < alpha() else "niet te onderscheiden")
        for row in table.itertuples()
    )  # fmt: skip
    shares = Table(
        "dorpen", "Deel van de stemmers dat een thema koos, per dorp", ("Thema", *names, "Oordeel"), rows, ("Oordeel",)
    )
    method = "chikwadraattoets per thema, of husselen bij weinig stemmers; gecorrigeerd voor alle thema's (Holm)"
    trail = _trail(differences.tally, "verschillen tussen dorpen", method)
    return answer(f"{escape(told)}.") + details("Cijfers per dorp", html(shares) + _why_few(few)) + trail


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
def _(ranks: RankIntervals) -> str:
    labels = ranks.tally.labels
    rows = tuple(
        (
            labels[row.theme],
            str(row.group),
            str(row.rank),
            " tot ".join(dict.fromkeys([str(row.lower), str(row.upper)])),
        )
        for row in ranks.table.itertuples()
    )
    groups = ranks.groups
    approximate = (
        " Van sommige dorpen kennen wij alleen de turflijst; de marges zijn daar een ruwe schatting."
        if ranks.approximate
        else ""
    )
    told = (
        f"De volgorde is maar ten dele zeker: de {len(rows)} thema's vormen {groups} groepen. Binnen een groep is een "
        f"thema niet te onderscheiden van zijn buur.{approximate}"
    )
    columns = ("Thema", "Groep", "Plaats", "Plaats met marge (95 %)")
    table = Table("plaatsen", "Plaats van elk thema", columns, rows)
    method = "thema's op volgorde van stemmen; de marge volgt uit steeds opnieuw loten van stemmers (bootstrap)"
    trail = _trail(ranks.tally, "de volgorde van de thema's", method)
    return answer(told) + details("Alle plaatsen", html(table)) + trail


@html.register
def _(weighted: WeightedShares) -> str:
    labels = weighted.tally.labels
    moved = weighted.moved
    told = (
        f"Als elk dorp meetelt naar zijn aantal inwoners, wisselen {moved} van de {len(weighted.table)} thema's "
        "van plaats"
        if moved
        else "Als elk dorp meetelt naar zijn aantal inwoners, blijft de volgorde gelijk"
    )
    rows = tuple(
        (labels[row.theme], dutch.percent(100 * row.share), str(row.rank), dutch.percent(100 * row.weighted_share),
         str(row.weighted_rank))
        for row in weighted.table.itertuples()
    )  # fmt: skip
    columns = ("Thema", "Ongewogen", "Plaats", "Gewogen naar inwoners", "Plaats gewogen")
    table = Table("gewogen", "Ongewogen en gewogen deel van de stemmers", columns, rows)
    few = weighted.tally.withheld
    why = f"{dutch.listed(few)} tellen samen als één dorp. Niet in elk daarvan waren genoeg stemmers."
    pooled = src(why) if len(few) > 1 else ""
    method = "deel van de stemmers per dorp, gewogen met het aantal inwoners op de stemkaart"
    trail = _trail(weighted.tally, "geteld naar inwoners", method)
    return answer(f"{told}.") + details("Geteld naar inwoners van het dorp", html(table) + pooled) + trail


def _trail(tally: Tally, about: str, method: str) -> str:
    return origin.trail(tally.files, about, f"alle stemmen in {dutch.listed(list(tally.voters.index))}", method)


@headline.register
def _(tally: Tally) -> str:
    first = [tally.labels[theme] for theme in tally.table["theme"].head(_TOP)]
    return f"{dutch.listed([first[0], *(name.lower() for name in first[1:])])} zijn het vaakst gekozen"


def vote_chart(tally: Tally | Missing, title: str = "") -> Chart | Missing:
    """Shares of voters with their intervals, most chosen theme on top."""
    if isinstance(tally, Missing):
        return tally
    table = tally.table
    best, last = tally.table.iloc[0], tally.table.iloc[-1]
    alt = f"Puntgrafiek: deel van de stemmers dat elk van de {len(table)} thema's koos, met marge"
    description = (
        f"{tally.labels[best.theme]} is het vaakst gekozen ({dutch.percent(100 * best.share)}), "
        f"{tally.labels[last.theme]} het minst vaak ({dutch.percent(100 * last.share)})."
    )
    rows = tuple(
        (tally.labels[row.theme], dutch.number(row.votes), dutch.percent(100 * row.share),
         f"{dutch.percent(100 * row.lower)} tot {dutch.percent(100 * row.upper)}")
        for row in tally.table.itertuples()
    )  # fmt: skip
    columns = ("Thema", "Stemmen", "Deel van de stemmers", "Marge (95 %)")
    return Chart(
        "stemmen",
        title or headline(tally),
        "deel van de stemmers, met marge",
        alt,
        description,
        svg.inline(partial(draw, tally), "stemmen", alt),
        Table("stemmen-tabel", f"Stemmen per thema, {dutch.number(tally.turnout)} stemmers", columns, rows),
        origin.source_line(tally.files),
        origin.trail(
            tally.files,
            "de stemming",
            f"alle stemmen in {dutch.listed(list(tally.voters.index))}",
            "deel van de stemmers dat een thema koos, met marge volgens Wilson; de som is meer dan 100 %, omdat een "
            "stemmer meer thema's kiest",
        ),
        tuple(tally.records()),
    )
