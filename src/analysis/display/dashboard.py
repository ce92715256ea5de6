"""The dashboard as college and council read it: the rule first, then one table for each of the five fields."""

from __future__ import annotations

from html import escape

from .. import catalogue
from ..policy.dashboard import STANDS_OUT, DashboardResult, SignalCharts
from ..policy.dashboard_rows import Row
from ..results import html
from ..series import Missing
from ..statistics.halfyears import HalfYear
from ..statistics.rolling import Rolling
from . import dutch, origin
from .dashboard_tables import WORDS, agreed, half_in_words, halves, yearly
from .sentences import answer, src
from .tables import details, signs

FIELDS = {
    "woon": "Veilige woon- en leefomgeving",
    "bedrijvigheid": "Bedrijvigheid en veiligheid",
    "jeugd": "Jeugd en veiligheid",
    "fysiek": "Fysieke veiligheid",
    "integriteit": "Integriteit en veiligheid",
}
_EITHER = '<span aria-hidden="true">▲ of ▼</span>'


@html.register
def _(dashboard: DashboardResult) -> str:
    tables = [_field(dashboard, field, title) for field, title in FIELDS.items()]
    return _summary(dashboard) + _legend() + "".join(tables)


def _summary(dashboard: DashboardResult) -> str:
    """What stands out, by name; and how many indicators cannot be judged."""
    judged = dashboard.judged
    out = dashboard.with_signal(*STANDS_OUT)
    names = dutch.listed([f"{one.series.indicator.label} ({one.signal}: {WORDS[one.direction]})" for one in out])
    document, place = dashboard.document, escape(dashboard.region_name)
    verb, found = "vallen" if len(out) > 1 else "valt", f": {escape(names)}" if out else ""
    notes = [f"De lijst is afgesproken in {document.agreed}." if document.agreed else "De lijst is een voorstel."]
    if judged:
        chance = dutch.number(dashboard.by_chance, 1)
        notes.insert(0, f"Ook als er niets verandert, vallen er door toeval gemiddeld ongeveer {chance} op.")
    if rest := len(dashboard.rows) - len(judged):
        none = f"{rest} van de {len(dashboard.rows)} indicatoren" if judged else "geen enkele indicator"
        notes.append(f"Over {none} zegt de regel {'niets' if judged else 'iets'}.")
    half = half_in_words(document)
    told = (
        f"In het {half} {verb} in {place} <b>{len(out) or 'geen'}</b> van de {len(judged)} indicatoren met een band "
        f"op{found}."
        if judged
        else f"Of er in {place} in het {half} iets opvalt, is niet te zeggen."
    )
    selection = "alle indicatoren uit dit bestand; de bestanden met cijfers staan hieronder, bij elk veld"
    trail = origin.trail([dashboard.source], "het dashboard", selection, "signalen geteld volgens de regel hieronder")
    return answer(told) + src(" ".join(notes)) + trail


def _legend() -> str:
    """The rule, as it was fixed beforehand."""
    signals = catalogue.thresholds().signals
    notice, signal = dutch.percent(100 * signals.notice), dutch.percent(100 * signals.signal, 1)
    rule = (
        "Een halfjaar staat naast dezelfde helft van eerdere jaren, nooit naast de andere helft. De gewone band komt "
        f"uit hoogstens {signals.most} eerdere halfjaren. Verandert er niets, dan valt ongeveer {notice} van de "
        "halfjaren daarin. Jaren met coronamaatregelen of met een andere registratie tellen voor de band niet mee, "
        "waar die het cijfer raken. Uit welke jaren een band komt, staat in de tabel."
    )
    words = (
        f"<li>{signs('●')} geen signaal: binnen de gewone band. Het verschil kan toeval zijn.</li>"
        f"<li>{_EITHER} let op: boven of onder de gewone band.</li>"
        f"<li>{_EITHER} signaal: boven of onder de brede band ({signal}).</li>"
        f"<li>geen oordeel: er zijn minder dan {signals.least} halfjaren om mee te vergelijken, of in die halfjaren "
        f"zijn er gemiddeld minder dan {dutch.number(signals.expected_from)} registraties.</li>"
    )
    return f'<div class="note" role="note"><h3>Zo leest u het dashboard</h3><p>{rule}</p><ul>{words}</ul></div>'


def _field(dashboard: DashboardResult, field: str, title: str) -> str:
    rows = [row for row in dashboard.rows if row.item.field == field]
    if not rows:
        return ""
    id = f"dashboard-{field}"
    parts = [
        halves(dashboard.document, f"{id}-halfjaar", title, [row for row in rows if isinstance(row.half, HalfYear)]),
        yearly(f"{id}-jaar", title, [row for row in rows if row.years is not None]),
        *(html(row.half) for row in rows if isinstance(row.half, Missing) and row.years is None),
        details(f"Twaalf maanden en afspraken: {title}", html(agreed(f"{id}-afspraken", title, rows))),
    ]
    return f"<h3>{escape(title)}</h3>{''.join(parts)}{_trail(dashboard, rows, title)}"


def _trail(dashboard: DashboardResult, rows: list[Row], title: str) -> str:
    """The agreed list, and the files of the half-years, years, twelve months and earlier exports of one field."""
    half = [row.half.series for row in rows if isinstance(row.half, HalfYear)]
    rolling = [row.rolling.series for row in rows if isinstance(row.rolling, Rolling)]
    yearly = [row.years.series for row in rows if row.years is not None]
    sources = [source for series in [*half, *yearly] for source in series.sources]
    people = [source for series in rolling for source in series.population_sources]
    earlier = [row.revision.source for row in rows if row.revision]
    method = (
        "som van zes maanden; de banden komen uit de laatste vergelijkbare halfjaren en uit hoe sterk die schommelen, "
        "ook als dat meer is dan door puur toeval (negatief-binomiale verdeling); de regel staat vooraf vast in "
        "thresholds.yml"
    )
    names = dutch.listed([row.indicator.label for row in rows])
    about = f"{names}; {half_in_words(dashboard.document)} en de jaren ervoor"
    files = [dashboard.source, *sources, *people, *earlier]
    named = src(origin.source_line(sources)) if sources else ""
    return named + origin.trail(files, title, about, method)


@html.register
def _(shown: SignalCharts) -> str:
    if not shown.charts:
        judged = "viel dit halfjaar op" if shown.dashboard.judged else "is dit halfjaar te beoordelen"
        return answer(f"Geen enkele indicator {judged}. Daarom staan hier geen regelkaarten.")
    return "".join(f"<section>{html(chart)}</section>" for chart in shown.charts)
