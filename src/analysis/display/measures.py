"""Charts of survey results and indices: points with their published margins, never joined across a redesign."""

from __future__ import annotations

from functools import partial

from ..series import Missing, Series
from . import dutch, origin, svg
from .charts import Chart
from .lines import course, in_words, marks
from .measure_drawing import draw, known, told
from .places import place
from .tables import Table, slug

UNITS = {"percent": "%", "index": "index, 2012 = 100", "grade": "rapportcijfer", "per_1000": "per 1.000"}
_METHOD = "de waarde zoals de uitgever die geeft, met de marge (95 %) als de uitgever die geeft"


def measure_chart(*series: Series | Missing, title: str = "") -> Chart | Missing:
    """A chart of one survey result or index in one or two places.

    Parameters
    ----------
    *series : Series or Missing
        Ours first; what is missing is left out.
    title : str
        The finding; by default the latest figure of each place.

    Returns
    -------
    Chart or Missing
        ``Missing`` when none of them is there.
    """
    there = [one for one in series if isinstance(one, Series)]
    if not there:
        return next(one for one in series if isinstance(one, Missing))
    first = there[0]
    label, unit = first.indicator.label, UNITS[first.indicator.unit]
    years = sorted({year for one in there for year in one.years})
    id = slug(f"{first.indicator.id}-{first.region}")
    alt = f"Lijngrafiek: {label}, {unit}, {years[0]}–{years[-1]}"
    sources = [source for one in there for source in one.sources]
    return Chart(
        id, title or _finding(there), unit, alt, _in_words(there, years),
        svg.inline(partial(draw, there, years), id, alt),
        _table(f"{id}-tabel", there), origin.source_line(sources),
        origin.trail(sources, label, origin.selection(first), _METHOD),
        tuple(record for one in there for record in one.records()),
    )  # fmt: skip


def _finding(shown: list[Series]) -> str:
    """The latest figures, and no course: a redesign may lie between the first and the last."""
    latest = [f"{told(one, one.last_year)} in {place(one.region)} ({one.last_year})" for one in shown]
    return f"{shown[0].indicator.title}: {', '.join(latest)}"


def _in_words(shown: list[Series], years: list[int]) -> str:
    """The course of every line, and the breaks that touch ours."""
    courses = [course(place(one.region), known(one), 1) for one in shown]
    return " ".join(filter(None, [*courses, in_words(marks(shown[0], (years[0], years[-1])))]))


def _table(id: str, shown: list[Series]) -> Table:
    columns = ["Jaar"]
    for one in shown:
        columns += [place(one.region), f"{place(one.region)}, marge (95 %)"]
    rows = []
    for year in sorted({year for one in shown for year in one.years}):
        cells: list[str | None] = [str(year)]
        for one in shown:
            margin = one.margin(year)
            cells.append(None if one.value(year) is None else told(one, year))
            cells.append(f"{dutch.number(margin[0], 1)} tot {dutch.number(margin[1], 1)}" if margin else None)
        rows.append(tuple(cells))
    about = shown[0].indicator
    return Table(id, f"{about.title}, {UNITS[about.unit]}", tuple(columns), tuple(rows))
