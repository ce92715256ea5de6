"""What a reader must know before believing a figure, gathered from the definitions and from the figure itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from .. import regions
from ..results import Result, html
from ..series import BACK_CAST, SUMMED, SUMMED_IN_PART, Missing, Series
from ..statistics.counts import Change
from . import dutch


@dataclass(frozen=True)
class Caveats(Result):
    """Sentences under the heading "Wat weten we niet?"."""

    sentences: tuple[str, ...]


@html.register
def _(caveats: Caveats) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in caveats.sentences)
    return f'<div class="note" role="note"><h3>Wat weten we niet?</h3><ul>{items}</ul></div>' if items else ""


def caveats(*results: Result) -> Caveats:
    """Gather what limits some results: breaks, borders, small or missing figures, other editions.

    Parameters
    ----------
    *results : Series, Change or Missing
        Whatever was shown; what is missing has already said so itself.
    """
    series = [r.series if isinstance(r, Change) else r for r in results if not isinstance(r, Missing)]
    shown = list(dict.fromkeys(one for one in series if isinstance(one, Series)))
    found = [
        *(b.text for r in results if isinstance(r, Change) for b in r.breaks),
        *(sentence for one in shown for sentence in territory(one)),
        *(sentence for one in shown for sentence in one.indicator.caveats),
        *(sentence for one in shown for sentence in _editions(one)),
    ]
    return Caveats(tuple(dict.fromkeys(found)))


def territory(series: Series) -> Iterable[str]:
    """How figures from before a herindeling came to stand for today's municipality."""
    latest = regions.merger(series.region)
    if latest is None:
        return
    made = {
        origin: [y for y in series.years if series.origin(y) == origin]
        for origin in (BACK_CAST, SUMMED, SUMMED_IN_PART)
    }
    names = dutch.listed([regions.name(code) for code in latest.wholes])
    formed = f"{series.region_name} heeft haar huidige grenzen sinds {dutch.day(latest.since)}."
    if years := made[BACK_CAST]:
        yield f"{formed} De cijfers van {_span(years)} heeft de uitgever omgerekend naar die grenzen."
    if years := made[SUMMED] + made[SUMMED_IN_PART]:
        yield f"{formed} De cijfers van {_span(sorted(years))} zijn de som van {names}."
    if made[SUMMED_IN_PART]:
        parts = dutch.listed([f"{regions.name(code)} ({part})" for code, part in latest.part_of.items()])
        yield f"Het deel van {parts} dat ook naar {series.region_name} ging, ontbreekt in die som."
    unknown = [year for year in series.years if series.inhabitants(year) is None]
    if unknown and len(unknown) < len(series.years):
        when = _span(unknown)
        yield f"Voor {when} is het aantal inwoners binnen deze grenzen niet bekend. Per inwoner rekenen kan dan niet."


def _editions(series: Series) -> Iterable[str]:
    """Other exports of the same figures that differ a little."""
    if series.set_aside:
        files = dutch.listed([source.path for source in series.set_aside])
        about = f"{series.indicator.label} in {series.region_name}"
        yield f"Over {about} staan iets andere cijfers in {files}. Uitgevers werken hun cijfers bij."


def _span(years: list[int]) -> str:
    """Years in words, as a range where they follow each other."""
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} tot en met {years[-1]}"
    return dutch.listed([str(year) for year in years])
