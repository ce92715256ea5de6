"""The sentence that answers a question, rendered from the result and from nothing else."""

from __future__ import annotations

from functools import singledispatch
from html import escape

from ..periods import Period
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
    spoken = f'<span aria-hidden="true">{symbol}</span> <span class="vh">Oordeel: </span>{verdict}'
    return f'<span class="verdict">{spoken}</span>'


def src(text: str) -> str:
    """A small line below an answer: how it was calculated."""
    return f'<p class="src">{escape(text)}</p>' if text else ""


def answer(text: str) -> str:
    """A paragraph that answers the question above it."""
    return f'<p class="answer">{text}</p>'


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
    label = escape(series.indicator.label.capitalize())
    return answer(f"{label} in {escape(series.region_name)}: {dutch.listed(counts)}.")


@html.register
def _(trend: Trend) -> str:
    label, place = escape(trend.series.indicator.label), escape(trend.series.region_name)
    per, by = " per inwoner" if trend.per_inhabitant else "", escape(trend.series.indicator.registered_by)
    change, margin = dutch.more_or_less(trend.percentage), dutch.between(trend.lower_percentage, trend.upper_percentage)
    return answer(
        f"Van {trend.first} tot en met {trend.last} registreerde {by} in {place} elk jaar gemiddeld "
        f"<b>{change}</b> {label}{per} ({margin}). {chip(trend.verdict, 'up' if trend.yearly_ratio > 1 else 'down')}"
    ) + src("Berekend uit de maandcijfers; het verschil tussen de seizoenen is weggerekend.")


@html.register
def _(comparison: Comparison) -> str:
    place = escape(comparison.series.region_name)
    ratio, low, high = (dutch.number(x, 2) for x in (comparison.ratio, comparison.lower, comparison.upper))
    each = "Per jaar is" if comparison.kind == "trend" else "In totaal was"
    span = f"van {comparison.first} tot en met {comparison.last}"
    here, elsewhere = (
        dutch.more_or_less(percentage(x) or 0) for x in (comparison.local_ratio, comparison.national_ratio)
    )
    return answer(
        f"{each} het in {place} {span} <b>{here}</b> en in de rest van Nederland <b>{elsewhere}</b>. "
        f"{chip(comparison.verdict, 'up' if comparison.ratio > 1 else 'down')}"
    ) + src(f"De verhouding daartussen is {ratio} (tussen {low} en {high}). Bij 1 gaat het gelijk op.")


@html.register
def _(overview: Overview) -> str:
    if not overview.tested:
        return html(overview.missing[0]) if overview.missing else ""
    changed = overview.changed
    noun, verb = ("soort", "veranderde") if len(changed) == 1 else ("soorten", "veranderden")
    named = f" ({escape('; '.join(_named(one) for one in changed))})" if changed else ""
    told = (
        f"Van {overview.tested} soorten zijn er registraties in {overview.first} of {overview.last}. Daarvan "
        f"{verb} <b>{len(changed)} {noun}</b> meer dan door toeval te verklaren is{named}."
    )
    correction = (
        "Wie veel vergelijkt, vindt altijd wel iets dat door toeval opvalt. Het oordeel is daarvoor gecorrigeerd "
        f"(methode van Holm, {overview.tested} vergelijkingen). De marge geldt per soort en is niet gecorrigeerd. "
        "Daarom kan het oordeel 'toeval' zijn, ook als nul buiten de marge ligt."
    )
    return answer(told) + details("Alle soorten", src(correction) + html(_kinds(overview)) + src(_without(overview)))


def _named(one: Change) -> str:
    """A kind with its change; a percentage without its margin only where counts are large enough."""
    label = one.series.indicator.label
    much = dutch.signed_percent(one.percentage or 0) if one.small == "full" else f"van {one.before} naar {one.after}"
    labels = [each.label for each in one.breaks] + (["niet ongewoon"] if one.unusual is False else [])
    return f"{label} {much}, met kanttekening: {dutch.listed(labels)}" if labels else f"{label} {much}"


def _kinds(overview: Overview) -> Table:
    columns = ("Wat", str(overview.first), str(overview.last), "Verschil", "Marge (95 %)", "Oordeel")
    place = overview.changes[0].series.region_name
    tested = [one for one in overview.changes if one.p_value is not None]
    rows = tuple(_row(one) for one in sorted(tested, key=lambda one: -one.after))
    caption = f"Registraties in {overview.first} en {overview.last}, {place}"
    return Table(f"{overview.name}-{overview.first}-{overview.last}", caption, columns, rows, text=("Oordeel",))


def _without(overview: Overview) -> str:
    """Kinds that are not in the table, and why."""
    none = [one.series.indicator.label for one in overview.changes if one.p_value is None]
    absent = sorted(one.subject for one in overview.missing)
    return " ".join(
        [
            *([f"Geen enkele registratie in beide jaren: {dutch.listed(none)}."] if none else []),
            *([f"Geen cijfer over een van beide jaren: {dutch.listed(absent)}."] if absent else []),
        ]
    )


def _row(one: Change) -> tuple[str | None, ...]:
    pct, low, high = one.percentage, one.lower_percentage, one.upper_percentage
    shown = pct is not None and low is not None and high is not None
    return (
        one.series.indicator.label,
        dutch.number(one.before),
        dutch.number(one.after),
        dutch.signed_percent(pct) if pct is not None else "te weinig",
        f"{dutch.signed_percent(low or 0)} tot {dutch.signed_percent(high or 0)}" if shown else None,
        str(one.verdict),
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
    per_inhabitant = percentage(change.rate_ratio)
    if change.percentage is None:
        return f"{label}: van {change.before} in {change.first} naar {change.after} in {change.last}"
    if not change.beyond_chance:
        return f"{label}: geen verschil dat groter is dan toeval ({years})"
    usual = ", niet ongewoon" if change.unusual is False else ""
    if per_inhabitant is not None:
        return f"{label}: per inwoner {dutch.more_or_less(per_inhabitant)}{usual} ({years})"  # as the chart draws it
    return f"{label}: {dutch.more_or_less(change.percentage)}{usual} ({years})"
