"""Results of the vote: shares of voters as a chart, the order of themes, and differences between villages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from html import escape

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..definitions import catalogue
from ..statistics.verdicts import alpha
from ..statistics.votes import RankIntervals, Tally, ThemeTest, VillageDifferences, WeightedShares
from ..store.results import Missing, html
from . import chart_notes, dutch, provenance, svg
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
    leaders = [tally.labels[theme] for theme in tally.table["theme"].head(_TOP)]
    return f"Het vaakst gekozen: {dutch.listed([name.lower() for name in leaders])}"


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
    """Draw a dot with its interval for every theme; names stand above the dots where there is no room beside them.

    Parameters
    ----------
    tally : Tally
    size : Size

    Returns
    -------
    Figure
    """
    table = tally.table
    rows = range(len(table) - 1, -1, -1)
    share, low, high = (100 * table[name].to_numpy() for name in ("share", "lower", "upper"))
    drawing, axes = svg.figure(size, 0.5 + (0.56 if size.narrow else 0.32) * len(table))
    axes.hlines(rows, low, high, color=svg.OURS, linewidth=2.2)
    axes.plot(share, rows, "o", color=svg.OURS, markersize=7)
    for row, value, upper in zip(rows, share, high, strict=True):
        chart_notes.annotate(axes, dutch.percent(value), (upper, row), (6, 0), va="center")
    names = [tally.labels[theme] for theme in table["theme"]]
    if size.narrow:
        _names_above(axes, rows, names)
    else:
        chart_notes.labels_left(axes, dict(zip(rows, names, strict=True)))
    axes.set_xlim(0, 105)
    ticks = range(0, 101, 50 if size.narrow else 20)
    axes.vlines(ticks, 0, 1, transform=axes.get_xaxis_transform(), color=svg.GRID, linewidth=0.8, zorder=0.5)
    chart_notes.labels_below(axes, {tick: dutch.percent(tick) for tick in ticks})
    return drawing


def _names_above(axes: Axes, rows: Iterable[int], names: Iterable[str]) -> None:
    for row, name in zip(rows, names, strict=True):
        chart_notes.annotate(axes, name, (0, row), (0, 8), va="bottom")


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
    not_shown = _not_shown(differences.tally)
    method = "chikwadraattoets per thema, of husselen bij weinig stemmers; gecorrigeerd voor alle thema's (Holm)"
    provenance_html = _vote_provenance(differences.tally, "verschillen tussen dorpen", method)
    shown = details("Cijfers per dorp", html(_by_village(differences, not_shown)) + _why_not_shown(not_shown))
    return answer(f"Bij {escape(sentence)}.") + shown + provenance_html


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
    return DataTable("dorpen", caption, ("Thema", *names, "Oordeel"), rows, ("Oordeel",), _made_up(differences.tally))


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
    return src(
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
