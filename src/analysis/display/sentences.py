"""The sentence that answers a question, rendered from the result and from nothing else."""

from __future__ import annotations

from html import escape

from ..definitions import catalogue
from ..definitions.catalogue import Indicator
from ..definitions.periods import Period
from ..statistics import percentage
from ..statistics.change import Change, SumCheck
from ..statistics.comparison import Comparison
from ..statistics.trend import Trend
from ..statistics.verdicts import Verdict
from ..store.results import Result, html
from ..store.series import Missing, Series
from ..store.usage import Dispatched
from . import dutch
from .provenance import result_provenance
from .reservations import reasons
from .tables import DataTable

ARROWS = {"up": "▲", "down": "▼", "equal": "●"}
_ALONE = (
    "Dit is één vraag, apart getoetst. Tussen alle uitspraken samen kan zo'n verschil toeval zijn. "
    "Een overzicht oordeelt daarom strenger."
)


def chip(verdict: Verdict, direction: str = "equal") -> str:
    """A verdict as a word with a symbol for the direction; never a traffic light."""
    symbol = ARROWS[direction] if verdict.settled else ARROWS["equal"]
    spoken = f'<span aria-hidden="true">{symbol}</span> <span class="vh">Oordeel: </span>{verdict}'
    return f'<span class="verdict">{spoken}</span>'


def registers(indicator: Indicator) -> str:
    """``registreerde de politie``: what was registered is not all that happened."""
    return f"{indicator.verb} {indicator.registered_by}"


def amount(count: float, indicator: Indicator) -> str:
    """``242 misdrijven``, ``1 misdrijf``."""
    return f"{dutch.number(count)} {indicator.singular if count == 1 else indicator.label}"


def registered(indicator: Indicator, count: float = 2) -> str:
    """``alarmeringen``: what was registered, in a sentence that says by whom, where its name need not say so again."""
    by, what = indicator.registered_by, indicator.singular if count == 1 else indicator.label
    for tail in (f" ({by.split()[-1]})", *(f" {word} {by}" for word in ("van", "door", "naar", "bij"))):
        what = what.removesuffix(tail)
    return what


def src(text: str) -> str:
    """A small line below an answer: how it was calculated."""
    return f'<p class="src">{escape(text)}</p>' if text else ""


def answer(text: str) -> str:
    """A paragraph that answers the question above it."""
    return f'<p class="answer">{text}</p>'


def reservation(result: Change | Comparison) -> str:
    """Which reservation a verdict is about, right below it."""
    names = reasons(result) if result.verdict is Verdict.CONFIRMED_WITH_CAVEAT else []
    return src(f"Kanttekening: {dutch.listed(names)}.") if names else ""


def alone(result: Change | Comparison | Trend) -> str:
    """That a small p-value is less when many questions are asked, for one that would not survive that."""
    enough = result.p_value is None or result.p_value < catalogue.thresholds().verdict.alone
    return "" if enough or not result.verdict.settled else src(_ALONE)


@html.register
def _(missing: Missing) -> str:
    return f'<p class="note">{escape(missing.reason)} {chip(Verdict.NOT_TESTABLE)}</p>'


@html.register
def _(series: Series) -> str:
    values = series.data["value"].dropna()
    told = zip(values.index, series.data.loc[values.index, "status"], values, strict=True)
    counts = [
        f"{dutch.number(value)} in {Period(moment.date(), series.frequency).label}"
        f"{' (voorlopig)' if status == 'provisional' else ''}"
        for moment, status, value in told
    ]
    label = escape(series.indicator.title)
    return answer(f"{label} in {escape(series.region_name)}: {dutch.listed(counts)}.") + result_provenance(series)


@html.register
def _(trend: Trend) -> str:
    label, place = escape(registered(trend.series.indicator)), escape(trend.series.region_name)
    per = " per inwoner" if trend.per_inhabitant else ""
    by = escape(registers(trend.series.indicator))
    change, margin = dutch.more_or_less(trend.percentage), dutch.between(trend.lower_percentage, trend.upper_percentage)
    told = answer(
        f"Van {trend.first} tot en met {trend.last} {by} in {place} elk jaar gemiddeld "
        f"<b>{change}</b> {label}{per} ({margin}). {chip(trend.verdict, 'up' if trend.yearly_ratio > 1 else 'down')}"
    )
    how = src("Berekend uit de maandcijfers; het verschil tussen de seizoenen is weggerekend.")
    return told + how + alone(trend) + result_provenance(trend)


@html.register
def _(comparison: Comparison) -> str:
    place = escape(comparison.series.region_name)
    ratio, low, high = (dutch.number(x, 2) for x in (comparison.ratio, comparison.lower, comparison.upper))
    label = escape(registered(comparison.series.indicator))
    first, last, by = comparison.first, comparison.last, escape(registers(comparison.series.indicator))
    each = f"Van {first} tot en met {last} {by} elk jaar gemiddeld"
    span = each if comparison.kind == "trend" else f"In {last} {by}, vergeleken met {first},"
    here, elsewhere = (
        dutch.more_or_less(percentage(x) or 0) for x in (comparison.local_ratio, comparison.national_ratio)
    )
    per = " per inwoner" if comparison.per_inhabitant else ""
    told = answer(
        f"{span} in {place} <b>{here}</b> {label}{per} en in de rest van Nederland <b>{elsewhere}</b>. "
        f"{chip(comparison.verdict, 'up' if comparison.ratio > 1 else 'down')}"
    ) + src(f"De verhouding daartussen is {ratio} (tussen {low} en {high}). Bij 1 gaat het gelijk op.")
    return told + reservation(comparison) + alone(comparison) + result_provenance(comparison)


@html.register
def _(check: SumCheck) -> str:
    years = f"{check.table.index[0]}–{check.table.index[-1]}"
    kinds = dutch.counted(check.details, "soort", "soorten")
    about = f"{kinds} {escape(check.total.indicator.label)} in {escape(check.total.region_name)}"
    if check.agrees:
        return answer(f"De {about} tellen in alle jaren ({years}) precies op tot het totaal.") + result_provenance(
            check
        )
    rows = tuple(
        (str(year), *(dutch.number(row[name]) for name in ("total", "added", "difference")))
        for year, row in check.table.iterrows()
    )
    columns = ("Jaar", "Totaal", "Som van de soorten", "Verschil")
    caption = f"Optelling van {check.total.indicator.label}, {check.total.region_name}"
    table = DataTable(f"som-{check.total.indicator.id}-{check.total.region}".lower(), caption, columns, rows)
    return (
        answer(f"De {about} tellen <b>niet</b> in alle jaren op tot het totaal.")
        + html(table)
        + result_provenance(check)
    )


@Dispatched
def headline(result: Result) -> str:
    """Give the finding as a short sentence, for the title of a chart."""
    raise NotImplementedError(type(result).__name__)


@headline.register
def _(missing: Missing) -> str:
    return ""  # no finding: a chart of what is there then names its own subject


@headline.register
def _(change: Change) -> str:
    label = change.series.indicator.title
    years = f"{change.first}–{change.last}"
    per_inhabitant = percentage(change.rate_ratio)
    if change.beyond_chance is None:
        return f"{label}: te weinig om een verschil te zien ({years})"
    if not change.beyond_chance:
        return f"{label}: geen verschil dat groter is dan toeval ({years})"
    usual = ", niet ongewoon" if change.unusual is False else ""
    if change.percentage is None:  # no counts: the chart below draws rates
        more = "meer" if change.direction == "up" else "minder"
        return f"{label}: {more}, maar te weinig voor een percentage{usual} ({years})"
    if per_inhabitant is not None:
        return f"{label}: per inwoner {dutch.more_or_less(per_inhabitant)}{usual} ({years})"  # as the chart draws it
    return f"{label}: {dutch.more_or_less(change.percentage)}{usual} ({years})"
