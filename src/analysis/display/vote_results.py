"""Results of the vote: shares of voters as a chart, the order of themes, and differences between villages."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

from matplotlib.figure import Figure

from ..definitions import catalogue
from ..statistics.verdicts import alpha
from ..statistics.votes import RankIntervals, Tally, ThemeTest, VillageDifferences, WeightedShares
from ..store.results import Missing, html
from . import dutch, provenance, svg
from .interval_charts import Interval, IntervalPanel, Scale, draw_panels, draw_rows
from .reservations import WITHHELD
from .sentences import answer, headline, src
from .svg import Size
from .tables import DataTable, details
from .yearly_charts import Chart

_TOP = 3  # themes named as chosen most
_METHOD = (
    "deel van de stemmers dat een thema koos, met marge volgens Wilson; de som kan meer dan 100 % zijn, want een "
    "stemmer mag meer thema's kiezen"
)


@html.register
def _(tally: Tally) -> str:
    table = tally.table
    leaders = [
        f"{escape(tally.labels[row.theme].lower())} ({dutch.percent(100 * row.share)} van de stemmers, tussen "
        f"{dutch.percent(100 * row.lower)} en {dutch.percent(100 * row.upper)})"
        for row in table.head(_TOP).itertuples()
    ]
    villages = f"{len(tally.voters)} dorpen" if len(tally.voters) > 1 else "één dorp"
    return answer(
        f"In {villages} brachten <b>{dutch.number(tally.turnout)} stemmers</b> samen {dutch.number(tally.cast)} "
        f"stemmen uit. Het vaakst gekozen: {dutch.listed(leaders)}."
    ) + src(
        "Stemmers kwamen zelf naar de stand. De marge gaat over toeval bij zulke stemmers en niet over alle inwoners."
    )


@headline.register
def _(tally: Tally) -> str:
    leaders = [
        f"{tally.labels[row.theme].lower()} ({dutch.percent(100 * row.share)})"
        for row in tally.table.head(_TOP).itertuples()
    ]
    return f"Het vaakst gekozen: {dutch.listed(leaders)}"


def vote_chart(tally: Tally | Missing, title: str = "") -> Chart | Missing:
    """Return a chart of the share of voters for each theme with its interval, the most chosen theme on top.

    Parameters
    ----------
    tally : Tally or Missing
    title : str
        The finding; by default the themes that were chosen most.

    Returns
    -------
    Chart or Missing
        ``Missing`` when the tally is.
    """
    if isinstance(tally, Missing):
        return tally
    alt = f"Puntgrafiek: deel van de stemmers dat elk van de {len(tally.table)} thema's koos, met marge"
    return Chart(
        "stemmen", title or headline(tally), "deel van de stemmers, met marge", alt, _extremes(tally),
        svg.inline_svg(partial(draw, tally), "stemmen"), _table(tally), provenance.source_line(tally.files),
        _vote_provenance(tally, "de stemming", _METHOD), tuple(tally.records()),
    )  # fmt: skip


def _extremes(tally: Tally) -> str:
    """Name the themes that were chosen most and least."""
    shown = [f"{tally.labels[row.theme]} ({dutch.percent(100 * row.share)})" for row in tally.table.itertuples()]
    least = f" Het minst vaak: {shown[-1]}." if len(shown) > 1 else ""
    return f"Het vaakst gekozen: {shown[0]}.{least}"


def _made_up(tally: Tally) -> tuple[bool]:
    """Whether the votes are made up, as a table wants to know it."""
    return (any(file.synthetic for file in tally.files),)


def _table(tally: Tally) -> DataTable:
    rows = tuple(
        (tally.labels[row.theme], dutch.number(row.votes), dutch.percent(100 * row.share),
         f"{dutch.percent(100 * row.lower)} tot {dutch.percent(100 * row.upper)}")
        for row in tally.table.itertuples()
    )  # fmt: skip
    columns = ("Thema", "Stemmen", "Deel van de stemmers", f"Marge ({dutch.coverage()})")
    return DataTable(
        "stemmen-tabel",
        f"Stemmen per thema, {dutch.number(tally.turnout)} stemmers",
        columns,
        rows,
        made_up=_made_up(tally),
    )


def draw(tally: Tally, size: Size) -> Figure:
    """Draw a dot with its interval for every theme.

    Parameters
    ----------
    tally : Tally
    size : Size

    Returns
    -------
    Figure
    """
    rows = [
        Interval(tally.labels[row.theme], *_percents(row), dutch.percent(100 * row.share))
        for row in tally.table.itertuples()
    ]
    return draw_rows(rows, _shares(50 if size.narrow else 20, 105), size)


def _percents(row: Any) -> tuple[float, float, float]:
    return 100 * row.share, 100 * row.lower, 100 * row.upper


def _shares(step: int, top: float) -> Scale:
    """Return the axis of a share of voters."""
    return Scale(top, {tick: dutch.percent(tick) for tick in range(0, 101, step)})


@html.register
def _(test: ThemeTest) -> str:
    differ = test.p_value < alpha()
    sentence = "Nee. Stemmers kozen sommige thema's vaker dan andere" if differ else "Dat is niet uit te sluiten"
    chance = "kleiner dan 0,001" if test.p_value < 0.001 else dutch.number(test.p_value, 3)  # noqa: PLR2004
    method = f"Toets van Cochran, per stemmer: Q = {dutch.number(test.statistic)} bij {test.degrees} vrijheidsgraden."
    provenance_html = _vote_provenance(
        test.tally, "alle thema's even vaak?", "toets van Cochran op de keuzes van elke stemmer"
    )
    return answer(f"{sentence}; de kans op zulke verschillen door toeval is {chance}.") + src(method) + provenance_html


@html.register
def _(ranks: RankIntervals) -> str:
    roughness = " Van sommige dorpen kennen wij alleen de turflijst; de marges zijn daar een ruwe schatting."
    themes, groups = len(ranks.table), dutch.counted(ranks.groups, "groep", "groepen")
    order = (
        f"De volgorde is maar ten dele zeker: {themes} thema's in {groups}. Binnen een groep is een thema niet te "
        "onderscheiden van zijn buur. Dat is strenger dan de marge van één plaats, want het gaat om alle buren samen."
    )
    if ranks.groups == themes:
        order = f"Elk van de {themes} thema's is te onderscheiden van zijn buur."
    if themes == 1:
        order = "Er staat één thema op de kaart. Een volgorde is er dus niet."
    sentence = f"{order}{roughness if ranks.approximate else ''}"
    method = (
        "thema's op volgorde van stemmen; de marge volgt uit steeds opnieuw loten van stemmers (bootstrap); of buren "
        "te onderscheiden zijn, volgt uit hun verschil, gecorrigeerd voor het aantal buren (methode van Holm)"
    )
    provenance_html = _vote_provenance(ranks.tally, "de volgorde van de thema's", method)
    return answer(sentence) + details("Alle plaatsen", html(_places(ranks))) + provenance_html


def _places(ranks: RankIntervals) -> DataTable:
    """Return each theme with its group and its rank."""
    rows = tuple(
        (ranks.tally.labels[row.theme], str(row.group), str(row.rank),
         " tot ".join(dict.fromkeys([str(row.lower), str(row.upper)])))
        for row in ranks.table.itertuples()
    )  # fmt: skip
    columns = ("Thema", "Groep", "Plaats", f"Plaats met marge ({dutch.coverage()})")
    return DataTable("plaatsen", "Plaats van elk thema", columns, rows, made_up=_made_up(ranks.tally))


@html.register
def _(differences: VillageDifferences) -> str:
    of_all = f"{len(differences.table)} thema's verschillen de stemmers in de dorpen meer dan door toeval"
    differ = [differences.tally.labels[theme].lower() for theme in differences.differing]
    finding = f"{len(differ)} van de {of_all} te verklaren is: {dutch.listed(differ)}"
    sentence = finding if differ else f"geen van de {of_all}"
    return answer(f"Bij {escape(sentence)}.") + html(_village_chart(differences))


def _village_chart(differences: VillageDifferences) -> Chart:
    """Return a panel for each theme with the share of voters in each village, the clearest differences first."""
    tally, not_shown = differences.tally, _not_shown(differences.tally)
    panels = _panels(differences)
    alt = f"{len(panels)} kleine puntgrafieken: deel van de stemmers in {len(tally.shown)} dorpen, per thema, met marge"
    method = "chikwadraattoets per thema, of husselen bij weinig stemmers; gecorrigeerd voor alle thema's (Holm)"
    notes = ["Streep: alle stemmers samen.", _why_not_shown(not_shown), provenance.source_line(tally.files)]
    return Chart(
        "dorpen", f"Deel van de stemmers per dorp: {_widest(differences)}", "met marge", alt,
        " ".join(_in_words(panel) for panel in panels),
        svg.inline_svg(partial(draw_panels, panels, _shares(50, 100)), "dorpen"),
        _by_village(differences, not_shown), " ".join(filter(None, notes)),
        _vote_provenance(tally, "verschillen tussen dorpen", method), tuple(differences.records()),
    )  # fmt: skip


def _panels(differences: VillageDifferences) -> list[IntervalPanel]:
    tally = differences.tally
    together = tally.table.set_index("theme")["share"]
    by_theme = dict(list(tally.by_village.groupby("theme")))
    return [
        IntervalPanel(
            tally.labels[theme],
            "dorpen verschillen" if theme in differences.differing else "",
            tuple(Interval(row.village, *_percents(row)) for row in by_theme[theme].itertuples()),
            100 * together[theme],
        )
        for theme in differences.table.sort_values("p_holm", kind="stable")["theme"]
    ]


def _widest(differences: VillageDifferences) -> str:
    """Say between which shares the villages lie for the theme that differs most clearly, or that none does."""
    if not differences.differing:
        return "bij geen enkel thema verschillen de dorpen duidelijk"
    lowest, highest = _extreme_villages(_panels(differences)[0])
    return f"{differences.tally.labels[differences.differing[0]].lower()} van {lowest} tot {highest}"


def _extreme_villages(panel: IntervalPanel) -> list[str]:
    ordered = sorted(panel.rows, key=lambda row: row.value)
    return [f"{dutch.percent(row.value)} in {row.name}" for row in (ordered[0], ordered[-1])]


def _in_words(panel: IntervalPanel) -> str:
    return f"{panel.name}: van {' tot '.join(_extreme_villages(panel))}{'; ' * bool(panel.note)}{panel.note}."


def _by_village(differences: VillageDifferences, not_shown: dict[str, str]) -> DataTable:
    """Return the share of voters for each theme in each village, the clearest differences first."""
    tally, names = differences.tally, list(differences.tally.voters.index)
    share = tally.by_village.set_index(["theme", "village"])["share"]
    rows = tuple(
        (tally.labels[row.theme],
         *(not_shown.get(name) or dutch.percent(100 * share[row.theme, name]) for name in names),
         "verschillend" if row.p_holm < alpha() else "niet te onderscheiden")
        for row in differences.table.sort_values("p_holm", kind="stable").itertuples()
    )  # fmt: skip
    caption = "Deel van de stemmers dat een thema koos, per dorp"
    return DataTable(
        "dorpen-tabel", caption, ("Thema", *names, "Oordeel"), rows, ("Oordeel",), _made_up(differences.tally)
    )


def _not_shown(tally: Tally) -> dict[str, str]:
    """Return what stands in place of a share, for each village that is not shown."""
    least = catalogue.thresholds().disclosure.voters
    return {name: "te weinig stemmers" if tally.voters[name] < least else WITHHELD for name in tally.withheld}


def _why_not_shown(not_shown: dict[str, str]) -> str:
    """Explain why villages are not shown."""
    if not not_shown:
        return ""
    least = catalogue.thresholds().disclosure.voters
    second_village = (
        " Met alleen dat dorp weg is het uit het totaal te berekenen. Daarom is er nog een dorp afgeschermd."
    )
    return (
        f"Van een dorp met minder dan {least} stemmers tonen wij niet wat zij kozen. Die stemmen tellen wel mee in het "
        f"totaal.{second_village if WITHHELD in not_shown.values() else ''}"
    )


@html.register
def _(weighted: WeightedShares) -> str:
    moved = f"wisselen {weighted.moved} van de {len(weighted.table)} thema's van plaats"
    sentence = (
        f"Als elk dorp meetelt naar zijn aantal inwoners, {moved if weighted.moved else 'blijft de volgorde gelijk'}"
    )
    withheld = weighted.tally.withheld
    note = f"{dutch.listed(withheld)} tellen samen als één dorp. Niet in elk daarvan waren genoeg stemmers."
    pooled = src(note) if len(withheld) > 1 else ""
    method = "deel van de stemmers per dorp, gewogen met het aantal inwoners op de stemkaart"
    provenance_html = _vote_provenance(weighted.tally, "geteld naar inwoners", method)
    shown = details("Geteld naar inwoners van het dorp", html(_both(weighted)) + pooled)
    return answer(f"{sentence}.") + shown + provenance_html


def _both(weighted: WeightedShares) -> DataTable:
    """Return shares and ranks as counted, beside those weighted by the inhabitants of each village."""
    rows = tuple(
        (weighted.tally.labels[row.theme], dutch.percent(100 * row.share), str(row.rank),
         dutch.percent(100 * row.weighted_share), str(row.weighted_rank))
        for row in weighted.table.itertuples()
    )  # fmt: skip
    columns = ("Thema", "Ongewogen", "Plaats", "Gewogen naar inwoners", "Plaats gewogen")
    caption = "Ongewogen en gewogen deel van de stemmers"
    return DataTable("gewogen", caption, columns, rows, made_up=_made_up(weighted.tally))


def _vote_provenance(tally: Tally, about: str, method: str) -> str:
    """Return the provenance of an answer about the vote: all ballots, tally sheets and the card."""
    return provenance.provenance_block(
        tally.files, about, f"alle stemmen in {dutch.listed(list(tally.voters.index))}", method
    )
