"""The funnel: every municipality a dot without a name, ours marked, and the limits drawn as lines."""

from __future__ import annotations

from functools import partial
from html import escape

import numpy as np

from ..results import html
from ..statistics.funnel import LIMITS, Funnel
from . import dutch, origin, svg
from .charts import Chart
from .funnel_drawing import NAMES, draw
from .sentences import answer, registered, registers, src
from .tables import Table, slug

_METHOD = (
    "aantal per 1.000 inwoners per gemeente; de grenzen (binnenste 95 %, buitenste 99,8 %) zijn ruimer bij minder "
    "inwoners, en laten ruimte voor echte verschillen tussen gemeenten (trechter volgens Spiegelhalter, 2005)"
)
_UNIT = "per 1.000 inwoners"
_LEFT_OUT = "Gemeenten zonder cijfer, of zonder aantal inwoners binnen dezelfde grenzen, doen niet mee."


@html.register
def _(funnel: Funnel) -> str:
    place, label = escape(funnel.series.region_name), escape(registered(funnel.series.indicator))
    by = escape(registers(funnel.series.indicator))
    rate, average = _rates(funnel)
    told = (
        f"In {funnel.year} {by} in {place} <b>{rate} {label} per 1.000 inwoners</b>, in {funnel.number} "
        f"gemeenten samen {average}. {_position(funnel)}"
    )
    not_better = "Van een gemeente binnen de grenzen is niet te zeggen dat zij echt hoger of lager ligt dan de rest."
    small = " ".join(filter(None, [_edge(funnel), not_better, _LEFT_OUT]))
    return answer(told) + src(small) + html(funnel_chart(funnel))


def _rates(funnel: Funnel) -> list[str]:
    """Ours and that of all municipalities together, alike wherever they stand."""
    return dutch.rates([funnel.rate, funnel.average])


def _position(funnel: Funnel) -> str:
    usual = "past bij de verschillen die er tussen gemeenten van deze omvang zijn."
    if funnel.position == "inside":
        return f"Dat {usual}"
    return f"Dat is <b>{'hoger' if funnel.position == 'above' else 'lager'}</b> dan {usual}"


def _edge(funnel: Funnel) -> str:
    """That the municipality is between both pairs of limits, and how many are at least that far out."""
    if not funnel.near_edge:
        return ""
    narrow = _share(funnel, LIMITS[0])
    return f"De gemeente ligt aan de rand: binnen de buitenste grenzen en buiten de binnenste. Daarbuiten {narrow}."


def _share(funnel: Funnel, level: float) -> str:
    """How many municipalities lie outside a pair of limits, counted."""
    outside = funnel.outside(level)
    share = dutch.percent(100 * outside / funnel.number, 1)
    return f"{'ligt' if outside == 1 else 'liggen'} {outside} van de {funnel.number} gemeenten ({share})"


def funnel_chart(funnel: Funnel) -> Chart:
    """Dots for all municipalities; a table of only our figure and the limits at our size."""
    label, place = funnel.series.indicator.label, funnel.series.region_name
    id = slug(f"trechter-{funnel.series.indicator.id}-{funnel.series.region}-{funnel.year}")
    alt = f"Trechter: {label} per 1.000 inwoners en aantal inwoners, {funnel.number} gemeenten, {funnel.year}"
    table = _table(f"{id}-tabel", funnel)
    wide = table.cells[-1]
    words = {"below": "onder", "inside": "tussen", "above": "boven"}
    description = (
        f"{place} ligt met {_rates(funnel)[0]} {words[funnel.position]} de buitenste grenzen. Die zijn bij "
        f"{dutch.number(funnel.inhabitants)} inwoners {wide[1]} en {wide[2]}. De grenzen komen naar elkaar toe bij "
        "grotere gemeenten. De andere gemeenten hebben geen naam: dit is geen ranglijst."
    )
    sources = [*funnel.series.sources, *funnel.other_sources]
    return Chart(
        id, _finding(funnel), _UNIT, alt,
        description, svg.inline(partial(draw, funnel), id, alt), table, origin.source_line(sources),
        origin.trail(sources, f"{label} per gemeente", origin.selection(funnel.series, [funnel.year]), _METHOD),
    )  # fmt: skip


def _finding(funnel: Funnel) -> str:
    where = {"below": "onder de grenzen", "inside": "binnen de grenzen", "above": "boven de grenzen"}[funnel.position]
    where = "tussen de binnenste en de buitenste grenzen" if funnel.near_edge else where
    return (
        f"{funnel.series.indicator.title} in {funnel.year}: {funnel.series.region_name} ligt {where} van "
        f"{funnel.number} gemeenten"
    )


def _table(id: str, funnel: Funnel) -> Table:
    """Our figure and the limits; the others are no part of it."""
    rows: list[tuple[str | None, ...]] = [
        (f"{funnel.series.region_name}, {funnel.year}", _rates(funnel)[0], None),
        (f"{funnel.number} gemeenten samen", _rates(funnel)[1], None),
    ]
    for level in LIMITS:
        lower, upper = (float(limit[0]) for limit in funnel.limits(np.array([funnel.inhabitants]), level))
        name = f"{NAMES[level].capitalize()} grenzen; daarbuiten {_share(funnel, level)}"
        rows.append((name, dutch.number(lower, 1), dutch.number(upper, 1)))
    columns = ("Wat", "Cijfer of ondergrens", "Bovengrens")
    caption = f"Per 1.000 inwoners, en de grenzen bij {dutch.number(funnel.inhabitants)} inwoners"
    return Table(id, caption, columns, tuple(rows))
