"""The trail behind a figure: raw file, publisher, date, checksum, selection and method."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import singledispatch
from html import escape
from pathlib import Path

from ..definitions import catalogue
from ..definitions.periods import Period
from ..policy.change_tests import Changed, MeasureChanged, Peaks
from ..policy.comparison_tests import Beside, BesideMeasure, Developed
from ..policy.document_tests import Added, Counted, ListCompared
from ..policy.findings import Finding
from ..policy.judging import Judged, TestOutcome
from ..policy.level_tests import Extreme, GoalFigure, Level, Measured
from ..policy.rank_tests import Ranked, Voted
from ..statistics.change import Change, Overview, SumCheck
from ..statistics.comparison import Comparison
from ..statistics.scenarios import Power
from ..statistics.survey import SurveyChange, SurveyComparison
from ..statistics.trend import Trend
from ..store.raw_sources import Source, Unfetched
from ..store.results import Result
from ..store.series import Missing, Series
from ..store.usage import Dispatched
from . import dutch
from .dutch import place
from .tables import details

_NUMBER = re.compile(r"\d{5}(?:NED|ned)")  # how CBS and the police number a table


def vintage_text(source: Source) -> str:
    """The date of an export in words."""
    return dutch.day(date.fromisoformat(source.vintage)) if source.vintage else "niet vastgelegd"


def checksum_text(source: Source) -> str:
    """The first part of a file's checksum; not of a file that is not public (see ``Source``)."""
    return f"sha256 {source.sha256[:12]}…" if source.public else "niet openbaar (blijft bij de gemeente)"


def unfetched_text(one: Unfetched) -> str:
    """That what there is of a source may not be the newest."""
    told = f"{one.title} ({one.publisher}) is sinds {dutch.day(one.since)} niet op te halen."
    if one.edition is None:
        return f"{told} Er zijn geen oudere cijfers van."
    return f"{told} De cijfers daarvan zijn die van {dutch.day(one.edition)}."


def table_name(id: str, path: str = "") -> str:
    """A table as its publisher calls it: by number and title, or by title alone where it has no number.

    Parameters
    ----------
    id : str
        Its name in ``tables.yml``, or a word for what is no table there, such as a document.
    path : str
        The file: of a table that has another number each year, the number may stand in its name.
    """
    known = catalogue.tables().get(id)
    if known is None:
        return id
    number = id if _NUMBER.fullmatch(id) else None
    if number is None and _NUMBER.search(known.url or ""):
        number = next(iter(_NUMBER.findall(Path(path).name)), None)
    return f"{number} ({known.title})" if number else known.title


def source_line(sources: Iterable[Source]) -> str:
    """One line under a chart: publisher and table."""
    parts = dict.fromkeys(f"{source.publisher}, {table_name(source.table, source.path)}" for source in sources)
    return f"Bron: {'; '.join(parts)}."


def provenance_block(sources: Iterable[Source], about: str, selection: str, method: str) -> str:
    """The full trail behind a summary: the files, what was taken from them, and what was done with it.

    Parameters
    ----------
    about : str
        What it is the trail of; no two on a page are called the same, for a screen reader lists them by this name.
    """
    named = [escape(_file(source)) for source in dict.fromkeys(sources)]
    # One description for each term: JupyterLab puts a second one under the next term.
    listed = f"<ul><li>{'</li><li>'.join(named)}</li></ul>" if len(named) > 1 else "".join(named)
    files = f"<dt>{'Bestanden' if len(named) > 1 else 'Bestand'}</dt><dd>{listed}</dd>" if named else ""
    rest = f"<dt>Selectie</dt><dd>{escape(selection)}</dd><dt>Methode</dt><dd>{escape(method)}</dd>"
    return details(f"Waar komt dit vandaan? ({about})", f"<dl>{files}{rest}</dl>", kind="origin")


def _file(source: Source) -> str:
    """A file as a reader asks for it: whose it is and of when, then which one it is."""
    made = " (nagemaakt)" if source.synthetic else ""
    when = vintage_text(source) if source.vintage else "datum niet vastgelegd"
    return f"{source.publisher}, {when}: {source.path}{made}. Controlegetal: {checksum_text(source)}"


def selection_text(series: Series, years: Sequence[int] = ()) -> str:
    """What was taken from the file, and what counts as such: all years of the series, or only some."""
    return f"{brief_selection(series, years)}. Dit telt mee: {series.indicator.counts}"


def brief_selection(series: Series, years: Sequence[int] = ()) -> str:
    """The same without what counts."""
    codes = ", ".join(dict.fromkeys(source.code for source in series.indicator.sources))
    where = f"{place(series.region)} ({series.region})"
    return f"{series.indicator.label} (code {codes}), {where}, {dutch.spans(years or series.years)}"


_MONTHS = "Ook gebruikt: de cijfers per maand"
_TWO_COUNTS = "twee aantallen naast elkaar; de marge volgt uit toeval"
_MONTHS_TOO = " en uit hoe sterk de maanden schommelen"
_TREND = (
    "een lijn door de maandcijfers, met een eigen niveau per kalendermaand; schommelen de maanden sterker, dan is de "
    "marge ruimer (quasi-Poissonregressie)"
)
_RATIO = "de verandering hier gedeeld door die in de rest van Nederland, met marge (95 %)"
_SURVEY = "cijfers van de bron; de marge van het verschil volgt uit de marges die de bron geeft"


@Dispatched
def result_provenance(result: Result) -> str:
    """Where the numbers of a result come from, behind a summary that names what it is about."""
    raise NotImplementedError(type(result).__name__)


def _about(series: Series, when: str) -> str:
    return f"{series.indicator.label} in {place(series.region)}, {when}"


def _also(selected: str, *besides: str) -> str:
    return " ".join([selected if selected.endswith(".") else f"{selected}.", *(f"{one}." for one in besides)])


@result_provenance.register
def _(series: Series) -> str:
    moments = [Period(moment.date(), series.frequency).label for moment in series.data["value"].dropna().index[[0, -1]]]
    about = _about(series, " tot en met ".join(dict.fromkeys(moments)))
    return provenance_block(series.sources, about, selection_text(series), "aantallen zoals de bron ze geeft")


@result_provenance.register
def _(change: Change) -> str:
    about = _about(change.series, f"{change.first} en {change.last}")
    peers = [] if change.peers is None else [f"Vergeleken met {change.peers.number} andere gemeenten in dezelfde jaren"]
    selection = _also(selection_text(change.series, change.years), *[_MONTHS] * bool(change.noise.months), *peers)
    return provenance_block(change_files(change), about, selection, change_method(change))


def change_method(*changes: Change) -> str:
    """How counts of two years were compared; months tell how much they vary, where there are any."""
    return _TWO_COUNTS + _MONTHS_TOO * any(one.noise.months for one in changes)


def change_files(change: Change) -> tuple[Source, ...]:
    """The counts, and what they were held against: their months, the population and the other municipalities."""
    series = change.series
    peers = () if change.peers is None else series.peer_sources
    return (*_with_months(series, bool(change.noise.months)), *series.population_sources, *peers)


@result_provenance.register
def _(overview: Overview) -> str:
    used = [source for one in overview.changes for source in change_files(one)]
    series = overview.changes[0].series
    years = f"{overview.first} en {overview.last}"
    kinds = f"alle soorten in de tabel, {place(series.region)} ({series.region}), {years}"
    about = f"{'alle soorten' if overview.name == 'overview' else overview.name}, {years}"
    months = [_MONTHS] * any(one.noise.months for one in overview.changes)
    peers = ["Vergeleken met andere gemeenten in dezelfde jaren"] * any(one.peers for one in overview.changes)
    times = dutch.counted(overview.family, "vergelijking", "vergelijkingen")
    how = f"{change_method(*overview.changes)}; oordeel gecorrigeerd voor {times} (methode van Holm)"
    return provenance_block(used, about, _also(kinds, *months, *peers), how)


@result_provenance.register
def _(trend: Trend) -> str:
    series = trend.series
    used = series.sources + (series.population_sources if trend.per_inhabitant else ())
    about = _about(series, f"trend van {trend.first} tot en met {trend.last}")
    return provenance_block(used, about, _span(series, trend.first, trend.last), _TREND)


@result_provenance.register
def _(comparison: Comparison) -> str:
    ours, theirs, months = comparison.series, comparison.national, comparison.kind == "change"
    when = f"{comparison.first} tot en met {comparison.last}, naast de rest van Nederland"
    selection = _also(_span(ours, comparison.first, comparison.last), f"Hetzelfde voor {place(theirs.region)}")
    return provenance_block(comparison.used, _about(ours, when), selection, _RATIO if months else f"{_TREND}; {_RATIO}")


@result_provenance.register
def _(power: Power) -> str:
    about = _about(power.series, f"kans om het doel van {power.last} te zien")
    method = "kans dat een vergelijking van beide jaren dit verschil laat zien, gerekend met het aantal van het begin"
    used = _with_months(power.series, months=True)
    return provenance_block(used, about, selection_text(power.series, [power.first]), method)


@result_provenance.register
def _(check: SumCheck) -> str:
    series = check.total
    about = f"optelling van {series.indicator.label} in {place(series.region)}"
    selection = _also(
        selection_text(series, list(check.table.index)),
        f"Ook de {dutch.counted(check.details, 'soort', 'soorten')} zelf",
    )
    return provenance_block(check.sources, about, selection, "optelling van de soorten, naast het totaal van de bron")


@result_provenance.register
def _(change: SurveyChange) -> str:
    years = change.first, change.last
    about = _about(change.series, f"{change.first} en {change.last}")
    return provenance_block(change.series.sources, about, selection_text(change.series, years), _SURVEY)


@result_provenance.register
def _(comparison: SurveyComparison) -> str:
    here, elsewhere = comparison.here, comparison.elsewhere
    about = _about(here.series, f"naast {place(elsewhere.series.region)}, {here.first} en {here.last}")
    used = here.series.sources + elsewhere.series.sources
    selection = _also(
        selection_text(here.series, (here.first, here.last)), f"Hetzelfde voor {place(elsewhere.series.region)}"
    )
    return provenance_block(used, about, selection, _SURVEY)


def _with_months(series: Series, months: bool) -> tuple[Source, ...]:
    return series.sources + (series.month_sources if months else ())


def _span(series: Series, first: int, last: int) -> str:
    return selection_text(series, range(first, last + 1))


_METHODS: dict[type, str] = {
    MeasureChanged: "het verschil tussen twee jaren, met de marges van de bron",
    Peaks: "regelkaart van de maanden",
    Voted: "thema's op volgorde van stemmen, met marge (95 %)",
    Ranked: "gemeenten met een cijfer op volgorde gezet, met marge",
    Beside: "verhouding van twee aantallen per inwoner, met marge (95 %)",
    BesideMeasure: "twee cijfers naast elkaar, met de marges van de bron",
    Developed: "twee veranderingen naast elkaar, met marge (95 %)",
    Level: "het cijfer naast het getal in het document",
    Measured: "het cijfer naast het getal in het document, met de marge van de bron",
    GoalFigure: "het cijfer naast het doel",
    Extreme: "alle jaren naast elkaar",
    Added: "optelling van de bedragen of uren in het document",
    ListCompared: "twee lijsten naast elkaar",
    Counted: "twee getallen naast elkaar",
}


def statement_provenance(one: Judged) -> str:
    """The files, selections and methods behind one statement."""
    found = [each.finding for each in one.outcomes if not isinstance(each.finding, Missing)]
    said = one.statement
    place = f"uitspraak {said.id} op regel {said.line} van {said.document}"
    selections = [place, *dict.fromkeys(part for finding in found for part in _selected(finding))]
    methods = [*dict.fromkeys(_finding_method(finding) for finding in found)]
    corrected = any(each.corrected is not None for each in one.outcomes)
    methods += ["oordeel gecorrigeerd voor alle toetsen samen (Holm)"] * corrected
    return provenance_block(
        statement_files(one), f"uitspraak {said.id}", "; ".join(selections), "; ".join(methods) or "niet getoetst"
    )


def _finding_method(finding: Finding) -> str:
    return change_method(finding.change) if isinstance(finding, Changed) else _METHODS[type(finding)]


def statement_files(*judged: Judged) -> list[Source]:
    """The documents that say it, and the raw files behind every finding."""
    return [
        source for one in judged for source in (one.file, *(each for o in one.outcomes for each in _outcome_files(o)))
    ]


def _outcome_files(outcome: TestOutcome) -> tuple[Source, ...]:
    """The raw files behind a finding, with those that tell how much its counts vary."""
    compared = outcome.finding.change if isinstance(outcome.finding, Changed | GoalFigure) else None
    return outcome.sources + (() if compared is None else change_files(compared))


def _selected(finding: Finding) -> list[str]:
    """What was taken from the files; of a text, the place that the sentence names itself."""
    return [brief_selection(series, years) for series, years in _rests(finding)] or _place(finding)


def _place(finding: Finding) -> list[str]:
    known = finding.known if isinstance(finding, ListCompared | Counted) else None
    if known is not None and known.place:
        return [known.place]
    if isinstance(finding, Added):
        return [f"{dutch.counted(len(finding.rows), 'regel', 'regels')} van het plan"]
    return ["alle stemmen"] if isinstance(finding, Voted) else []


Rests = list[tuple[Series, Sequence[int]]]


@singledispatch
def _rests(finding: Finding) -> Rests:
    """The series a finding rests on, each with the years of it; nothing for texts and votes."""
    return []


@_rests.register
def _(finding: Changed | MeasureChanged) -> Rests:
    return [(finding.change.series, (finding.change.first, finding.change.last))]


@_rests.register
def _(finding: Peaks) -> Rests:
    return [(finding.chart.series, ())]


@_rests.register
def _(finding: Level | Measured | Ranked) -> Rests:
    return [(finding.series, (finding.year,))]


@_rests.register
def _(finding: GoalFigure) -> Rests:
    return [(finding.series, (finding.year,) if finding.base is None else (finding.base, finding.year))]


@_rests.register
def _(finding: Extreme) -> Rests:
    return [(finding.series, sorted(finding.counts))]


@_rests.register
def _(finding: Beside) -> Rests:
    return [(finding.rates.series, (finding.rates.year,)), (finding.rates.other, (finding.rates.year,))]


@_rests.register
def _(finding: BesideMeasure) -> Rests:
    return [(finding.series, (finding.year,)), (finding.other, (finding.year,))]


@_rests.register
def _(finding: Developed) -> Rests:
    one = finding.comparison
    years = (one.first, one.last) if isinstance(one, Comparison) else (one.here.first, one.here.last)
    return [(series, years) for series in finding.series]
