"""The sentence that answers a question, rendered from the result and from nothing else."""

from __future__ import annotations

from functools import singledispatch
from html import escape

from ..results import Result, html
from ..series import Missing, Series
from ..statistics import percentage
from ..statistics.checks import SumCheck
from ..statistics.comparison import Comparison
from ..statistics.counts import Change
from ..statistics.overview import Overview
from ..statistics.trends import Trend
from ..statistics.verdicts import Verdict
from . import dutch
from .tables import Table, details

_ARROWS = {"up": "▲", "down": "▼", "equal": "●"}


def chip(verdict: Verdict, direction: str = "equal") -> str:
    """A verdict as a word with a symbol for the direction; never a traffic light."""
    settled = verdict in (Verdict.CONFIRMED, Verdict.CONFIRMED_WITH_CAVEAT)
    symbol = _ARROWS[direction] if settled else _ARROWS["equal"]
    return f'<span class="verdict"><span aria-hidden="true">{symbol}</span> {verdict}</span>'


def answer(text: str) -> str:
    """A paragraph that answers the question above it."""
    return f'<p class="answer">{text}</p>'


@html.register
def _(missing: Missing) -> str:
    return f'<p class="note">{escape(missing.reason)} {chip(Verdict.NOT_TESTABLE)}</p>'


@html.register
def _(series: Series) -> str:
    counts = [f"{dutch.number(series.count(year) or 0)} in {year}" for year in series.years[-3:]]
    return answer(
        f"{escape(series.indicator.label.capitalize())}, {escape(series.region_name)}: {dutch.listed(counts)}."
    )


@html.register
def _(change: Change) -> str:
    label, place = escape(change.series.indicator.label), escape(change.series.region_name)
    told = (
        f"In {change.last} telde de politie in {place} <b>{dutch.number(change.after)} {label}</b>, tegen "
        f"{dutch.number(change.before)} in {change.first}"
    )
    rates = [change.series.rate(year) for year in (change.first, change.last)]
    per_inhabitant = ""
    if rates[0] is not None and rates[1] is not None:
        per_inhabitant = (
            f" Per 1.000 inwoners was het {dutch.number(rates[0], 1)} in {change.first} en "
            f"{dutch.number(rates[1], 1)} in {change.last}."
        )
    return answer(f"{told}{_how_much(change)}.{per_inhabitant} {chip(change.verdict, change.direction)}")


def _how_much(change: Change) -> str:
    """The change in percent with its interval, or why there is none."""
    pct, low, high = change.percentage, change.lower_percentage, change.upper_percentage
    if pct is None or low is None or high is None:
        return ". Dat zijn te weinig registraties om in procenten iets te zeggen"
    return f": <b>{dutch.more_or_less(pct)}</b> ({dutch.between(low, high)})"


@html.register
def _(trend: Trend) -> str:
    label, place = escape(trend.series.indicator.label), escape(trend.series.region_name)
    per = " per inwoner" if trend.per_inhabitant else ""
    change, margin = dutch.more_or_less(trend.percentage), dutch.between(trend.lower_percentage, trend.upper_percentage)
    return answer(
        f"Van {trend.first} tot en met {trend.last} waren er in {place} elk jaar gemiddeld <b>{change}</b> "
        f"{label}{per} ({margin}). Het seizoen is daarbij weggerekend. "
        f"{chip(trend.verdict, 'up' if trend.yearly_ratio > 1 else 'down')}"
    )


@html.register
def _(comparison: Comparison) -> str:
    place = escape(comparison.series.region_name)
    ratio, low, high = (dutch.number(x, 2) for x in (comparison.ratio, comparison.lower, comparison.upper))
    per_year = " per jaar" if comparison.kind == "trend" else ""
    here, elsewhere = (
        dutch.more_or_less(percentage(x) or 0) for x in (comparison.local_ratio, comparison.national_ratio)
    )
    return answer(
        f"Van {comparison.first} naar {comparison.last} in {place}{per_year}: {here}. In de rest van Nederland: "
        f"{elsewhere}. De verhouding daartussen is <b>{ratio}</b> (tussen {low} en {high}; bij 1 gaat het gelijk op). "
        f"{chip(comparison.verdict, 'up' if comparison.ratio > 1 else 'down')}"
    )


@html.register
def _(overview: Overview) -> str:
    if not overview.changes:
        return html(overview.missing[0]) if overview.missing else ""
    changed, count = overview.changed, len(overview.changes)
    told = (
        f"Van {count} soorten zijn er cijfers over {overview.first} en {overview.last}. Het aantal dat meer veranderde "
        f"dan door toeval te verklaren is: <b>{len(changed)}</b>"
    )
    named = "; ".join(f"{one.series.indicator.label} {_signed(one)}" for one in changed)
    columns = ("Wat", str(overview.first), str(overview.last), "Verschil", "Marge (95 %)", "Oordeel")
    caption = f"Registraties in {overview.first} en {overview.last}, {overview.changes[0].series.region_name}"
    rows = tuple(_row(overview, one) for one in sorted(overview.changes, key=lambda one: -one.after))
    table = Table(f"overzicht-{overview.first}-{overview.last}", caption, columns, rows)
    note = (
        '<p class="src">Wie veel vergelijkt, vindt altijd wel iets dat door toeval opvalt. De oordelen zijn '
        f"daarvoor gecorrigeerd (methode van Holm, {count} vergelijkingen).</p>"
    )
    absent = dutch.listed(sorted(one.subject for one in overview.missing))
    without = f'<p class="src">Zonder cijfer in een van beide jaren: {escape(absent)}.</p>' if absent else ""
    return answer(f"{told} ({escape(named)})." if changed else f"{told}.") + details(
        "Alle soorten", html(table) + note + without
    )


def _signed(one: Change) -> str:
    return f"van {one.before} naar {one.after}" if one.percentage is None else dutch.signed_percent(one.percentage)


def _row(overview: Overview, one: Change) -> tuple[str | None, ...]:
    pct, low, high = one.percentage, one.lower_percentage, one.upper_percentage
    shown = pct is not None and low is not None and high is not None
    return (
        one.series.indicator.label,
        dutch.number(one.before),
        dutch.number(one.after),
        dutch.signed_percent(pct) if pct is not None else "te klein",
        f"{dutch.signed_percent(low or 0)} tot {dutch.signed_percent(high or 0)}" if shown else None,
        str(overview.verdict(one)),
    )


@html.register
def _(check: SumCheck) -> str:
    years = f"{check.table.index[0]}–{check.table.index[-1]}"
    about = f"{check.details} soorten {escape(check.total.indicator.label)} in {escape(check.total.region_name)}"
    if check.agrees:
        return answer(f"De {about} tellen in alle jaren ({years}) precies op tot het totaal.")
    rows = tuple(
        (str(year), *(dutch.number(row[name]) for name in ("total", "added", "difference")))
        for year, row in check.table.iterrows()
    )
    columns = ("Jaar", "Totaal", "Som van de soorten", "Verschil")
    caption = f"Optelling van {check.total.indicator.label}, {check.total.region_name}"
    table = Table(f"som-{check.total.indicator.id}-{check.total.region}".lower(), caption, columns, rows)
    return answer(f"De {about} tellen <b>niet</b> in alle jaren op tot het totaal.") + html(table)


@singledispatch
def headline(result: Result) -> str:
    """Give the finding as a short sentence, for the title of a chart."""
    raise NotImplementedError(type(result).__name__)


@headline.register
def _(missing: Missing) -> str:
    return ""  # no finding: a chart of what is there then names its own subject


@headline.register
def _(change: Change) -> str:
    label = change.series.indicator.label.capitalize()
    years = f"{change.first}–{change.last}"
    if change.percentage is None:
        return f"{label}: van {change.before} in {change.first} naar {change.after} in {change.last}"
    if change.verdict in (Verdict.CHANCE, Verdict.NOT_TESTABLE):
        return f"{label}: geen verschil dat groter is dan toeval ({years})"
    return f"{label}: {dutch.more_or_less(change.percentage)} ({years})"
