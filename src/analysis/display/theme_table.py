"""The figure of the first page: a row for each theme with its course, votes, money, goals and what comes next."""

from __future__ import annotations

import re
from html import escape

from ..policy.plan import State
from ..policy.theme_overview import ThemeOverview, ThemeState
from ..statistics.ordinary import Grade
from ..statistics.verdicts import alpha
from ..store.raw_sources import Source
from ..store.results import Missing, html
from . import dutch, provenance
from .first_page import lowered, outcomes, period_text
from .sentences import ARROWS
from .sparklines import sparkline
from .tables import marked, signs
from .theme_figures import matrix_files

_GROUPS = {"chosen": "Prioriteiten", "strategic": "Strategische thema's"}
_NOT_JUDGED = "nog niet te beoordelen"  # too few registrations, or too few years: a cell has no room for which
_METHOD = (
    "van het eerste jaar naar het nieuwste, met dezelfde regels als in de hoofdstukken; plaats, geld, uren, doelen "
    "en termijnen zoals in hun hoofdstukken"
)


@html.register
def _(overview: ThemeOverview) -> str:
    columns = _columns(overview)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("Thema", *columns))
    body = "".join(_group(overview, standing, columns) for standing in _GROUPS)
    first = overview.matrix.overview.first
    caption = f"Prioriteiten en strategische thema's sinds {first}"
    last, inside = overview.matrix.overview.last, dutch.percent(100 * (1 - alpha()))
    drawn = f'<span class="drawn">Vlak: {inside} als sinds {first} niets verandert. Open stip: daarbuiten. </span>'
    chapters = f"Hoofdstukken gaan over {first}–{last} en kunnen anders oordelen."
    legend = f'<p class="src">{drawn}{escape(chapters + _made_up(overview))}</p>'
    block = provenance.provenance_block(
        _files(overview), "alle thema's", "het eerste cijfer dat bij elk thema hoort (priorities.yml)", _METHOD
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="themas"><table class="overview cards">'
        f'<caption id="themas">{escape(caption)}</caption><thead><tr>{head}</tr></thead>{body}</table></div>'
        f"{legend}{block}"
    )


def _columns(overview: ThemeOverview) -> list[str]:
    """Return the columns for what is known: without a vote, plan or goals there is none for it."""
    columns = ["Verloop", f"Nu, en sinds {overview.matrix.overview.first}", "Per 1.000 (Nederland)"]
    if not isinstance(overview.matrix.places, Missing):
        columns.append("Plaats bij stemmers")
    if overview.plan is not None:
        columns.append("Geld en fte")
    if overview.past is not None:
        columns.append(f"Doelen {period_text(overview.past.period)}")
    if overview.plan is not None and not isinstance(overview.plan.progress, Missing):
        columns.append(f"Let op (op {dutch.day(overview.plan.progress.on)})")
    return columns


def _made_up(overview: ThemeOverview) -> str:
    """Name the columns that rest on made-up files; the figures of a theme say so themselves."""
    votes = () if isinstance(overview.matrix.places, Missing) else overview.matrix.places.tally.files
    progress = (
        () if overview.plan is None or isinstance(overview.plan.progress, Missing) else (overview.plan.progress.source,)
    )
    columns = {"plaats bij stemmers": votes, "'Let op'": progress}
    made_up = [name for name, files in columns.items() if any(source.synthetic for source in files)]
    return f" Nagemaakt: {dutch.listed(made_up)}." if made_up else ""


def _group(overview: ThemeOverview, standing: str, columns: list[str]) -> str:
    rows = [state for state in overview.shown if state.row.standing == standing]
    if not rows:
        return ""
    head = f'<tr class="group"><th colspan="{len(columns) + 1}" scope="rowgroup">{_GROUPS[standing]}</th></tr>'
    return f"<tbody>{head}{''.join(_row(state, columns) for state in rows)}</tbody>"


def _row(state: ThemeState, columns: list[str]) -> str:
    lead = None if state.lead is None else state.lead.series
    indicator = "" if lead is None else marked(lead.indicator.label, lead.synthetic)
    name = f'{escape(state.row.theme.label)} <span class="ind">{escape(indicator)}</span>'
    cells = "".join(f"<td>{_cell(column, state)}</td>" for column in columns)
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _cell(column: str, state: ThemeState) -> str:
    return _CELLS[re.split("[ ,]", column)[0]](state)


def _none(words: str) -> str:
    return f'<span aria-hidden="true">–</span><span class="vh">{words}</span>'


def _line(state: ThemeState) -> str:
    if state.lead is None:
        return _none("geen cijfer")
    series, ordinary = state.lead.series, state.ordinary
    years = [year for year in series.years if year >= state.lead.first]
    counts = [series.count(year) for year in years]
    drawn = sparkline(counts, [ordinary.get(year) for year in years], width=104)
    return f'{drawn}<span class="vh">{dutch.number(state.lead.before)} in {state.lead.first}</span>'


def _now(state: ThemeState) -> str:
    change = state.lead
    if change is None:
        return _none("geen cijfer")
    arrow = ARROWS[change.direction] if change.grade.shown else ARROWS["equal"]
    percentage = change.percentage if change.small == "full" and change.grade is not Grade.TOO_FEW else None
    size = f"was {dutch.number(change.before)}" if percentage is None else dutch.signed_percent(percentage)
    now = f"{dutch.number(change.after)} in{dutch.NBSP}{change.last}"
    grade = _NOT_JUDGED if change.grade is Grade.TOO_FEW else change.grade
    return f'{now} <span class="ind">{signs(arrow)} {size}: {grade}</span>'


def _rates(state: ThemeState) -> str:
    if state.rates is None:
        return _none("niet per inwoner")
    ours, theirs = state.rates
    if theirs is None:
        return dutch.number(ours, 1)
    first, second = dutch.rates([ours, theirs])
    return f"{first} ({second})"


def _place(state: ThemeState) -> str:
    places = [str(place.rank) for place in sorted(state.row.places, key=lambda place: place.rank)]
    return dutch.listed(places) if places else _none("niet op de kaart")


def _money(state: ThemeState) -> str:
    means = state.row.means
    if means is None or (means.amount is None and means.hours is None):
        return _none("niet in het plan" if means is None else "geen bedrag of uren in het plan")
    amount = _none("geen bedrag") if means.amount is None else dutch.euros(means.amount)
    return f'{amount} <span class="ind">{_none("geen uren") if means.hours is None else dutch.fte(means.hours)}</span>'


def _goals(state: ThemeState) -> str:
    if not state.goals:
        return _none("geen doel")
    counts = outcomes(state.goals).items()
    return ", ".join(f"{words}{dutch.NBSP}({number})" if number > 1 else words for words, number in counts)


def _watch(state: ThemeState) -> str:
    """Say what is late, or else what has to be ready first."""
    if late := state.overdue:
        return f"te laat: {_measures(late)}"
    following = state.upcoming
    if following is None or following.measure.due is None:
        return _none("geen termijn")
    return f"{dutch.day(following.measure.due)}: {escape(lowered(following.measure.action))}"


def _measures(late: list[State]) -> str:
    return escape("; ".join(lowered(state.measure.action) for state in late))


_CELLS = {
    "Verloop": _line,
    "Nu": _now,
    "Per": _rates,
    "Plaats": _place,
    "Geld": _money,
    "Doelen": _goals,
    "Let": _watch,
}


def _files(overview: ThemeOverview) -> list[Source]:
    """Return the files of what the page shows."""
    newest = [source for state in overview.states for one in state.newest for source in provenance.change_files(one)]
    levels = [source for state in overview.shown if state.national for source in state.national.sources]
    goals = [] if overview.past is None else [overview.past.source]
    return [*newest, *levels, *matrix_files(overview.matrix), *goals]
