"""The residents' vote as the council reads it: always "stemmers", never "inwoners"."""

from __future__ import annotations

from functools import partial
from html import escape

from ..results import html
from ..series import Missing
from ..statistics.votes import Tally
from . import dutch, origin, svg
from .charts import Chart
from .sentences import answer, headline, src
from .tables import Table
from .vote_drawing import draw

_TOP = 3
_METHOD = (
    "deel van de stemmers dat een thema koos, met marge volgens Wilson; de som kan meer dan 100 % zijn, want een "
    "stemmer mag meer thema's kiezen"
)


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
        f"uit. Het vaakst gekozen: {dutch.listed(first)}."
    ) + src(
        "Stemmers kwamen zelf naar de stand. De marge gaat over toeval bij zulke stemmers en niet over alle inwoners."
    )


@headline.register
def _(tally: Tally) -> str:
    first = [tally.labels[theme] for theme in tally.table["theme"].head(_TOP)]
    return f"Het vaakst gekozen: {dutch.listed([name.lower() for name in first])}"


def vote_chart(tally: Tally | Missing, title: str = "") -> Chart | Missing:
    """Shares of voters with their intervals, most chosen theme on top."""
    if isinstance(tally, Missing):
        return tally
    alt = f"Puntgrafiek: deel van de stemmers dat elk van de {len(tally.table)} thema's koos, met marge"
    return Chart(
        "stemmen", title or headline(tally), "deel van de stemmers, met marge", alt, _extremes(tally),
        svg.inline(partial(draw, tally), "stemmen", alt), _table(tally), origin.source_line(tally.files),
        trail(tally, "de stemming", _METHOD), tuple(tally.records()),
    )  # fmt: skip


def _extremes(tally: Tally) -> str:
    """The theme that was chosen most, and the one that was chosen least."""
    shown = [f"{tally.labels[one.theme]} ({dutch.percent(100 * one.share)})" for one in tally.table.itertuples()]
    least = f" Het minst vaak: {shown[-1]}." if len(shown) > 1 else ""
    return f"Het vaakst gekozen: {shown[0]}.{least}"


def _table(tally: Tally) -> Table:
    rows = tuple(
        (tally.labels[row.theme], dutch.number(row.votes), dutch.percent(100 * row.share),
         f"{dutch.percent(100 * row.lower)} tot {dutch.percent(100 * row.upper)}")
        for row in tally.table.itertuples()
    )  # fmt: skip
    columns = ("Thema", "Stemmen", "Deel van de stemmers", "Marge (95 %)")
    return Table("stemmen-tabel", f"Stemmen per thema, {dutch.number(tally.turnout)} stemmers", columns, rows)


def trail(tally: Tally, about: str, method: str) -> str:
    """Where an answer about the vote comes from: all ballots, tally sheets and the card."""
    return origin.trail(tally.files, about, f"alle stemmen in {dutch.listed(list(tally.voters.index))}", method)
