"""Percentages, grades and indices as the council reads them: differences in points, with the published margins."""

from __future__ import annotations

from html import escape

from ..catalogue import Indicator
from ..results import html
from ..statistics.surveys import SurveyChange, SurveyComparison
from . import dutch
from .places import place
from .sentences import answer, chip, src
from .trails import trail

_POINTS = {"percent": "procentpunt", "index": "punt", "grade": "punt"}
_NO_MARGIN = "De bron geeft geen marges. Of het verschil toeval is, is daarom niet te toetsen."


@html.register
def _(change: SurveyChange) -> str:
    indicator, where = change.series.indicator, escape(place(change.series.region))
    before, after = _value(indicator, change.before), _value(indicator, change.after)
    told = (
        f"{escape(indicator.title)} in {where}: <b>{after}</b> in {change.last}, tegen {before} in "
        f"{change.first}: {_points(indicator, change.difference)}."
    )
    margin = src(_margin(change.lower, change.upper))
    return answer(f"{told} {chip(change.verdict, _direction(change.difference))}") + margin + trail(change)


@html.register
def _(comparison: SurveyComparison) -> str:
    here, elsewhere = comparison.here, comparison.elsewhere
    indicator = here.series.indicator
    told = (
        f"{escape(indicator.title)}, van {here.first} tot {here.last}: in "
        f"{escape(place(here.series.region))} <b>{_points(indicator, here.difference)}</b> en in "
        f"{escape(place(elsewhere.series.region))} <b>{_points(indicator, elsewhere.difference)}</b>."
    )
    apart = f"Het verschil daartussen is {dutch.number(comparison.difference, 1)}."
    margin = src(f"{apart} {_margin(comparison.lower, comparison.upper)}")
    return answer(f"{told} {chip(comparison.verdict, _direction(comparison.difference))}") + margin + trail(comparison)


def _value(indicator: Indicator, value: float) -> str:
    return dutch.percent(value, 1) if indicator.unit == "percent" else dutch.number(value, 1)


def _points(indicator: Indicator, difference: float) -> str:
    if not round(difference, 1):
        return "vrijwel gelijk"
    number = dutch.number(abs(difference), 1)
    return f"{number} {_POINTS[indicator.unit]} {'hoger' if difference > 0 else 'lager'}"


def _margin(lower: float | None, upper: float | None) -> str:
    if lower is None or upper is None:
        return _NO_MARGIN
    return f"De marge van het verschil loopt van {dutch.number(lower, 1)} tot {dutch.number(upper, 1)}."


def _direction(difference: float) -> str:
    return "up" if difference > 0 else "down" if difference < 0 else "equal"
