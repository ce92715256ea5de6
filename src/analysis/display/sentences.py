"""Sentences that answer a question, and the building blocks they share: paragraphs, verdicts, reservations.

Every sentence is rendered from the result and from nothing else.
"""

from __future__ import annotations

from html import escape

from ..definitions.catalogue import Indicator
from ..definitions.periods import Period
from ..statistics import percentage
from ..statistics.change import Change, SumCheck
from ..statistics.comparison import Comparison
from ..statistics.ordinary import Grade, Ordinary
from ..statistics.trend import Trend
from ..statistics.verdicts import Verdict
from ..store.results import Missing, Result, html
from ..store.series import Series
from ..store.usage import Dispatched
from . import dutch
from .provenance import result_provenance
from .reservations import reservations_sentence
from .tables import DataTable, details

_FROM_MONTHS = "Berekend uit alle maanden; het verschil tussen de seizoenen is weggerekend."
HOW_SURE = "Hoe zeker is dit?"  # what opens the method, the range and the source of an answer
ARROWS = {"up": "▲", "down": "▼", "equal": "●"}


def chip(verdict: Verdict | Grade, direction: str = "equal") -> str:
    """Return a verdict as a word with a symbol for the direction; never a traffic light.

    Parameters
    ----------
    verdict : Verdict or Grade
    direction : {"up", "down", "equal"}
        Shown only when there is evidence of a difference.

    Returns
    -------
    str
        HTML.
    """
    shown = verdict.shown if isinstance(verdict, Grade) else verdict.settled
    symbol = ARROWS[direction] if shown else ARROWS["equal"]
    spoken = f'<span aria-hidden="true">{symbol}</span> <span class="vh">Oordeel: </span>{verdict}'
    return f'<span class="verdict">{spoken}</span>'


def registers(indicator: Indicator) -> str:
    """Return verb and subject of a registration, such as "registreerde de politie".

    What was registered is not everything that happened, so a sentence says who registered it. The verb is a field of
    the indicator.

    Parameters
    ----------
    indicator : Indicator

    Returns
    -------
    str
    """
    return f"{indicator.verb} {indicator.registered_by}"


def amount(count: float, indicator: Indicator) -> str:
    """Write a count with the noun of the indicator: "242 misdrijven", "1 misdrijf".

    Parameters
    ----------
    count : float
    indicator : Indicator

    Returns
    -------
    str
    """
    return f"{dutch.number(count)} {indicator.singular if count == 1 else indicator.label}"


def registered(indicator: Indicator, count: float = 2) -> str:
    """Return the noun of an indicator without the name of who registers it, which the sentence mentions already.

    Parameters
    ----------
    indicator : Indicator
    count : float
        Decides between singular and plural.

    Returns
    -------
    str
        "alarmeringen" for "alarmeringen van de brandweer".
    """
    registrar, noun = indicator.registered_by, indicator.singular if count == 1 else indicator.label
    for tail in (f" ({registrar.split()[-1]})", *(f" {word} {registrar}" for word in ("van", "door", "naar", "bij"))):
        noun = noun.removesuffix(tail)
    return noun


def src(text: str) -> str:
    """Return a small line below an answer, such as how it was calculated.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        HTML; empty without text.

    Examples
    --------
    >>> src("Berekend uit de maandcijfers.")
    '<p class="src">Berekend uit de maandcijfers.</p>'
    """
    return f'<p class="src">{escape(text)}</p>' if text else ""


def answer(text: str) -> str:
    """Return a paragraph that answers the question above it.

    Parameters
    ----------
    text : str
        HTML.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> answer("In <b>3</b> maanden.")
    '<p class="answer">In <b>3</b> maanden.</p>'
    """
    return f'<p class="answer">{text}</p>'


def reservation_note(result: Change | Comparison | Trend) -> str:
    """Return the reservations of a verdict, to stand behind it.

    Parameters
    ----------
    result : Change, Comparison or Trend

    Returns
    -------
    str
        HTML; empty for a verdict without reservation.
    """
    if result.verdict is not Verdict.CONFIRMED_WITH_CAVEAT:
        return ""
    said = ("hint", "own_years") if isinstance(result, Change) else ()  # by the verdict, and behind it
    sentence = reservations_sentence([item for item in result.reservations if item.kind not in said])
    return f' <span class="src">{escape(sentence)}</span>' if sentence else ""


def how_sure(result: Result, about: str, *notes: str) -> str:
    """Return what stands behind an answer: how sure it is, how that was calculated, and where the figures come from.

    Parameters
    ----------
    result : Result
        With a provenance of its own.
    about : str
        The subject, unique on the page.
    *notes : str
        HTML.

    Returns
    -------
    str
        HTML.
    """
    return details(HOW_SURE, "".join(notes) + result_provenance(result), kind="behind", about=about)


def ordinary_text(change: Change) -> str:
    """Return which counts would have been ordinary if nothing had changed.

    Parameters
    ----------
    change : Change

    Returns
    -------
    str
        A sentence; empty where that is not known.
    """
    if change.ordinary is None:
        return ""
    low, high = (dutch.number(count) for count in change.ordinary)
    text = f"Zonder verandering was een aantal van {low} tot {high} gewoon geweest"
    if change.usual is None:
        return f"{text}."
    low, high = (dutch.number(count) for count in change.usual)
    return f"{text}, en meestal {low} tot {high}."


def elsewhere(change: Change) -> str:
    """Return with which municipalities a change is compared.

    Parameters
    ----------
    change : Change

    Returns
    -------
    str
        ``de rest van Nederland``, or how many municipalities where those are not nearly all.
    """
    judgement = change.judgement
    if judgement is None or judgement.elsewhere is None or judgement.whole_country:
        return "de rest van Nederland"
    return f"{dutch.number(judgement.others)} andere gemeenten"


def outside_before(change: Change, expected: Ordinary) -> bool:
    """Return whether a count lies outside what an expectation calls ordinary, though the step to it is ordinary.

    Parameters
    ----------
    change : Change
    expected : Ordinary
        What would be ordinary in the last year.

    Returns
    -------
    bool
    """
    low, high = expected.range()
    return not low <= change.after <= high and not change.grade_beside(expected).shown


def still_text(change: Change) -> str:
    """Say that a count is no ordinary one, though the step between the two years is.

    Parameters
    ----------
    change : Change

    Returns
    -------
    str
        A sentence; empty for any other change.
    """
    judgement, moves = change.judgement, {"up": "steeg", "down": "daalde", "equal": "bleef gelijk"}
    if judgement is None or not judgement.grade.shown or change.grade.shown:
        return ""
    side = "lager" if judgement.direction == "down" else "hoger"
    was = f"was al {side}" if judgement.direction == change.direction else f"is nog {side}"
    return f"Het aantal {moves[change.direction]}, maar {was} dan te verwachten was."


@html.register
def _(missing: Missing) -> str:
    return f'<p class="note">{escape(missing.reason)} {chip(Verdict.NOT_TESTABLE)}</p>'


@html.register
def _(series: Series) -> str:
    values = series.data["value"].dropna()
    rows = zip(values.index, series.data.loc[values.index, "status"], values, strict=True)
    counts = [
        f"{dutch.number(value)} in {Period(moment.date(), series.frequency).label}"
        f"{' (voorlopig)' if status == 'provisional' else ''}"
        for moment, status, value in rows
    ]
    subject = escape(series.indicator.title)
    return answer(f"{subject} in {escape(series.region_name)}: {dutch.listed(counts)}.") + result_provenance(series)


@html.register
def _(trend: Trend) -> str:
    label, region = escape(registered(trend.series.indicator)), escape(trend.series.region_name)
    per = " per inwoner" if trend.per_inhabitant else ""
    by = escape(registers(trend.series.indicator))
    change, margin = dutch.more_or_less(trend.percentage), dutch.between(trend.lower_percentage, trend.upper_percentage)
    sentence = answer(
        f"In {trend.first}–{trend.last} {by} in {region} elk jaar gemiddeld "
        f"<b>{change}</b> {label}{per} ({margin}). {chip(trend.verdict, 'up' if trend.yearly_ratio > 1 else 'down')}"
        f"{reservation_note(trend)}"
    )
    yearly = (
        "Berekend uit de jaarcijfers. Blijft het na een hoog of laag jaar vaak nog even zo, dan is de marge te krap."
    )
    method = yearly if trend.series.frequency == "Y" else _FROM_MONTHS
    about = f"{trend.series.indicator.label} in {trend.series.region_name}, trend van {trend.first} tot {trend.last}"
    return sentence + how_sure(trend, about, src(method))


@html.register
def _(comparison: Comparison) -> str:
    region = escape(comparison.series.region_name)
    label = escape(registered(comparison.series.indicator))
    first, last, by = comparison.first, comparison.last, escape(registers(comparison.series.indicator))
    yearly = f"In {first}–{last} {by} elk jaar gemiddeld"
    by_trend = comparison.kind == "trend"
    period = yearly if by_trend else f"In {last} {by}, vergeleken met {first},"
    ours, theirs = (
        dutch.more_or_less(percentage(ratio) or 0) for ratio in (comparison.local_ratio, comparison.national_ratio)
    )
    if comparison.change is not None and comparison.change.small == "counts_only":
        ours = {"up": "meer", "down": "minder", "equal": "evenveel"}[comparison.change.direction]
    per = " per inwoner" if comparison.per_inhabitant else ""
    told = f"{period} in {region} <b>{ours}</b> {label}{per} en in de rest van Nederland <b>{theirs}</b>."
    alike = f" {region} en Nederland gingen gelijk op." if ours == theirs else ""
    sentence = answer(
        f"{told}{alike} {chip(comparison.verdict, 'up' if comparison.ratio > 1 else 'down')}"
        f"{reservation_note(comparison)}"
    )
    method = f"{_FROM_MONTHS} Twee losse jaren kunnen iets anders laten zien." if by_trend else ""
    about = f"{comparison.series.indicator.label}, {first} tot en met {last}, naast de rest van Nederland"
    return sentence + how_sure(comparison, about, src(_followed(comparison)), src(method))


def _followed(comparison: Comparison) -> str:
    """Return what following the country would have been."""
    if comparison.ordinary is not None:
        low, high = (dutch.number(count) for count in comparison.ordinary)
        there = "" if comparison.change is None else f" in {elsewhere(comparison.change)}"
        return f"Ging het zoals{there}, dan was een aantal van {low} tot {high} gewoon geweest."
    ratio, low, high = (dutch.number(x, 2) for x in (comparison.ratio, comparison.lower, comparison.upper))
    return f"De verhouding daartussen is {ratio} (tussen {low} en {high}). Bij 1 gaat het gelijk op."


@html.register
def _(check: SumCheck) -> str:
    years = f"{check.table.index[0]}–{check.table.index[-1]}"
    kinds = dutch.counted(check.details, "soort", "soorten")
    subject = f"{kinds} {escape(check.total.indicator.label)} in {escape(check.total.region_name)}"
    if check.agrees:
        return answer(f"De {subject} tellen in alle jaren ({years}) precies op tot het totaal.") + result_provenance(
            check
        )
    rows = tuple(
        (str(year), *(dutch.number(row[name]) for name in ("total", "added", "difference")))
        for year, row in check.table.iterrows()
    )
    columns = ("Jaar", "Totaal", "Som van de soorten", "Verschil")
    caption = f"Optelling van {check.total.indicator.label}, {check.total.region_name}"
    id = f"som-{check.total.indicator.id}-{check.total.region}".lower()
    made_up = (frozenset(source.synthetic for source in check.sources),)
    table = DataTable(id, caption, columns, rows, made_up=made_up)
    return (
        answer(f"De {subject} tellen <b>niet</b> in alle jaren op tot het totaal.")
        + html(table)
        + result_provenance(check)
    )


@Dispatched
def headline(result: Result) -> str:
    """Return the finding in a few words, for the title of a chart.

    Parameters
    ----------
    result : Result

    Returns
    -------
    str
        Empty for what is missing.

    Raises
    ------
    NotImplementedError
        For a kind of result without a headline.
    """
    raise NotImplementedError(type(result).__name__)


@headline.register
def _(missing: Missing) -> str:
    return ""  # no finding: a chart then takes its own subject as title


@headline.register
def _(change: Change) -> str:
    years = f"{change.first}–{change.last}"
    per_inhabitant = percentage(change.rate_ratio)
    if change.judgement is None:
        return f"nog geen oordeel ({years})"
    if change.grade is Grade.TOO_FEW:
        return f"te weinig om een verschil te zien ({years})"
    if change.grade is Grade.ORDINARY:
        return f"een gewone schommeling ({years})"
    hint = ", een aanwijzing" if change.grade is Grade.HINT else ""
    if change.small != "full":  # a percentage needs its range, and the chart below draws rates, not counts
        more = "meer" if change.direction == "up" else "minder"
        return f"{more}, maar te weinig voor een percentage{hint} ({years})"
    if per_inhabitant is not None:
        return f"per inwoner {dutch.more_or_less(per_inhabitant)}{hint} ({years})"  # as the chart draws it
    return f"{dutch.more_or_less(change.percentage or 0)}{hint} ({years})"
