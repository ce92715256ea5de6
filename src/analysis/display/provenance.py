"""Provenance of figures, in HTML: raw file, publisher, date, checksum, selection and method.

`result_provenance` makes the block for a result of `statistics`, `statement_provenance` the one for a statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import singledispatch
from html import escape
from pathlib import Path

from ..definitions import catalogue
from ..definitions.periods import Period
from ..documents.coverage import FoundQuote
from ..policy.change_tests import Changed, EveryStep, MeasureChanged, Peaks
from ..policy.comparison_tests import Beside, BesideMeasure, Developed, InLine, Proportion
from ..policy.document_tests import Added, Counted, ListCompared
from ..policy.findings import Finding
from ..policy.judging import Judged, TestOutcome
from ..policy.level_tests import Extreme, GoalFigure, GoalMeasure, Level, Measured, Rate
from ..policy.rank_tests import Ranked, Voted
from ..statistics.change import Change, Overview, SumCheck
from ..statistics.comparison import Comparison
from ..statistics.scenarios import Power
from ..statistics.survey import SurveyChange, SurveyComparison
from ..statistics.trend import Trend
from ..store.raw_sources import Source, Unfetched
from ..store.results import Missing, Result
from ..store.series import Series
from ..store.usage import Dispatched
from . import dutch
from .dutch import region_name
from .tables import details

_NUMBER = re.compile(r"\d{5}(?:NED|ned)")  # the table numbers of CBS and the police
SeriesWithYears = list[tuple[Series, Sequence[int]]]
_MADE_UP = " (nagemaakt)"
_KINDS = {(False,): "", (True,): _MADE_UP, (False, True): " (deels nagemaakt)"}
_ALL_MUNICIPALITIES = "Ook gebruikt: dezelfde cijfers van alle gemeenten"
_TWO_COUNTS = "twee aantallen naast elkaar; wat gewoon is, volgt uit"
_BY_ALL = "de eigen laatste jaren, de rest van Nederland, en hoe ver gemeenten eerder van de verwachting zaten"
_BY_OWN_YEARS = "hoe ongelijk de stappen tussen de eigen eerdere jaren waren"
_TREND = (
    "een lijn door de maandcijfers, met een eigen niveau per kalendermaand; schommelen de maanden sterker, dan is de "
    "marge ruimer (quasi-Poissonregressie)"
)
_YEARLY_TREND = (
    "een lijn door de jaarcijfers; schommelen de jaren sterker, dan is de marge ruimer (quasi-Poissonregressie)"
)
_RATIO = "de verandering hier gedeeld door die in de rest van Nederland, met marge ({coverage})"
_AS_ELSEWHERE = "het aantal naast wat gewoon was geweest als het ging zoals in de rest van Nederland"
_SURVEY = "cijfers van de bron; de marge van het verschil volgt uit de marges die de bron geeft"
_METHODS: dict[type, str] = {
    MeasureChanged: "het verschil tussen twee jaren, met de marges van de bron",
    EveryStep: "elk jaar naast het jaar ervoor",
    Peaks: "regelkaart van de maanden",
    Voted: "thema's op volgorde van stemmen, met marge ({coverage})",
    Ranked: "gemeenten met een cijfer op volgorde gezet, met marge",
    Beside: "verhouding van twee aantallen per inwoner, met marge ({coverage})",
    BesideMeasure: "het verschil tussen twee cijfers, met de marges van de bron",
    Developed: "twee veranderingen naast elkaar, met marge ({coverage})",
    InLine: "twee veranderingen naast elkaar; wat gewoon is, volgt uit " + _BY_ALL,
    Proportion: "twee aantallen op elkaar gedeeld; ongeveer hetzelfde is genoeg",
    Rate: "het aantal per 1.000 inwoners naast het getal in het document",
    Level: "het cijfer naast het getal in het document",
    Measured: "het cijfer naast het getal in het document, met de marge van de bron",
    GoalFigure: "het cijfer naast het doel",
    GoalMeasure: "het cijfer naast het doel, met de marge van de bron",
    Extreme: "alle jaren naast elkaar",
    Added: "optelling van de bedragen of uren in het document",
    ListCompared: "twee lijsten naast elkaar",
    Counted: "twee getallen naast elkaar",
}


def provenance_block(sources: Iterable[Source], about: str, selection: str, method: str) -> str:
    """Return the provenance behind a summary: the files, what was taken from them, and what was done with it.

    Parameters
    ----------
    sources : iterable of Source
        A file that occurs twice is listed once.
    about : str
        The subject, unique on the page: a screen reader lists the blocks by this name.
    selection : str
    method : str

    Returns
    -------
    str
        HTML.
    """
    descriptions = [escape(_file(source)) for source in dict.fromkeys(sources)]
    # A single description for each term: JupyterLab would put a second one under the next term.
    file_list = (
        f"<ul><li>{'</li><li>'.join(descriptions)}</li></ul>" if len(descriptions) > 1 else "".join(descriptions)
    )
    files = (
        f"<dt>{'Bestanden' if len(descriptions) > 1 else 'Bestand'}</dt><dd>{file_list}</dd>" if descriptions else ""
    )
    rest = f"<dt>Selectie</dt><dd>{escape(selection)}</dd><dt>Methode</dt><dd>{escape(method)}</dd>"
    return details("Waar komt dit vandaan?", f"<dl>{files}{rest}</dl>", kind="origin", about=about)


def _file(source: Source) -> str:
    """Describe a file: publisher, date and table first, then its path and checksum."""
    made_up = _MADE_UP * source.synthetic
    vintage = vintage_text(source) if source.vintage else "datum niet vastgelegd"
    table = f"{name}: " if (name := table_name(source.table, source.path)) != source.table else ""
    return f"{source.publisher}, {vintage}: {table}{source.path}{made_up}. Controlegetal: {checksum_text(source)}"


def vintage_text(source: Source) -> str:
    """Return the date of an export in words.

    Parameters
    ----------
    source : Source

    Returns
    -------
    str
    """
    return dutch.day(date.fromisoformat(source.vintage)) if source.vintage else "niet vastgelegd"


def checksum_text(source: Source) -> str:
    """Return the first part of a file's checksum, or for a file that is not public that it stays with the municipality.

    Parameters
    ----------
    source : Source
        Explains why the checksum of a file that is not public must stay inside.

    Returns
    -------
    str
    """
    return f"sha256 {source.sha256[:12]}…" if source.public else "niet openbaar (blijft bij de gemeente)"


def unfetched_text(unfetched: Unfetched) -> str:
    """Say that the figures of a source may not be the newest, because it could not be fetched.

    Parameters
    ----------
    unfetched : Unfetched

    Returns
    -------
    str
        Two sentences.
    """
    sentence = f"{unfetched.title} ({unfetched.publisher}) is sinds {dutch.day(unfetched.since)} niet op te halen."
    if unfetched.edition is None:
        return f"{sentence} Er zijn geen oudere cijfers van."
    return f"{sentence} De cijfers daarvan zijn die van {dutch.day(unfetched.edition)}."


def table_name(id: str, path: str = "") -> str:
    """Return what the publisher calls a table: number and title, or the title alone when it has no number.

    Parameters
    ----------
    id : str
        Its name in ``tables.yml``. A word that is not in there, such as a kind of document, is returned as it is.
    path : str
        The file. The number of a table that gets another one each year may stand in the name of the file.

    Returns
    -------
    str

    Examples
    --------
    >>> table_name("stemkaart van het dorp")
    'stemkaart van het dorp'
    """
    definition = catalogue.tables().get(id)
    if definition is None:
        return id
    number = id if _NUMBER.fullmatch(id) else None
    if number is None and _NUMBER.search(definition.url or ""):
        number = next(iter(_NUMBER.findall(Path(path).name)), None)
    return f"{number} ({definition.title})" if number else definition.title


def source_line(sources: Iterable[Source]) -> str:
    """Return the line under a chart with the publishers; their tables and files stand in the provenance.

    Parameters
    ----------
    sources : iterable of Source

    Returns
    -------
    str
    """
    kinds: dict[str, set[bool]] = {}
    for source in sources:
        kinds.setdefault(source.publisher, set()).add(source.synthetic)
    parts = (f"{publisher}{_KINDS[tuple(sorted(made_up))]}" for publisher, made_up in kinds.items())
    return f"Bron: {', '.join(parts)}."


def selection_text(series: Series, years: Sequence[int] = ()) -> str:
    """Describe what was taken from the file, and what the indicator counts.

    Parameters
    ----------
    series : Series
    years : sequence of int
        All years of the series by default.

    Returns
    -------
    str
    """
    return f"{brief_selection(series, years)}. Dit telt mee: {series.indicator.counts}"


def brief_selection(series: Series, years: Sequence[int] = ()) -> str:
    """Describe what was taken from the file, without what the indicator counts.

    Parameters
    ----------
    series : Series
    years : sequence of int
        All years of the series by default.

    Returns
    -------
    str
    """
    codes = ", ".join(dict.fromkeys(source.code for source in series.indicator.sources))
    region = f"{region_name(series.region)} ({series.region})"
    return f"{series.indicator.label} (code {codes}), {region}, {dutch.spans(years or series.years)}"


@Dispatched
def result_provenance(result: Result) -> str:
    """Return the provenance of a result, behind a summary that names its subject.

    Parameters
    ----------
    result : Result

    Returns
    -------
    str
        HTML.

    Raises
    ------
    NotImplementedError
        For a kind of result without provenance of its own.
    """
    raise NotImplementedError(type(result).__name__)


@result_provenance.register
def _(series: Series) -> str:
    moments = [Period(moment.date(), series.frequency).label for moment in series.data["value"].dropna().index[[0, -1]]]
    about = _about(series, " tot en met ".join(dict.fromkeys(moments)))
    return provenance_block(series.sources, about, selection_text(series), "aantallen zoals de bron ze geeft")


@result_provenance.register
def _(change: Change) -> str:
    about = _about(change.series, f"{change.first} en {change.last}")
    others = [_ALL_MUNICIPALITIES] * change.judged_by_all
    country = ["Hetzelfde voor Nederland"] * (change.rest is not None and change.rest.municipalities is None)
    selection = _with_additions(selection_text(change.series, change.years), *country, *others)
    return provenance_block(change_files(change), about, selection, change_method(change))


def change_method(*changes: Change) -> str:
    """Describe how counts of two years were compared, and what showed how much counts vary.

    Parameters
    ----------
    *changes : Change

    Returns
    -------
    str
    """
    if any(change.judged_by_all for change in changes):
        return f"{_TWO_COUNTS} {_BY_ALL}"
    return f"{_TWO_COUNTS} {_BY_OWN_YEARS}" if any(change.judgement for change in changes) else "twee aantallen"


def change_files(change: Change) -> tuple[Source, ...]:
    """Return the files of a change: its counts, the population, the country, and the other municipalities.

    Parameters
    ----------
    change : Change

    Returns
    -------
    tuple of Source
    """
    series = change.series
    others = series.peer_sources if change.judged_by_all else ()
    country = () if change.rest is None else change.rest.sources
    return (*series.sources, *series.population_sources, *country, *others)


@result_provenance.register
def _(overview: Overview) -> str:
    used = [source for change in overview.changes for source in change_files(change)]
    series = overview.changes[0].series
    years = f"{overview.first} en {overview.last}"
    kinds = f"alle soorten in de tabel, {region_name(series.region)} ({series.region}), {years}"
    about = f"{'alle soorten' if overview.name == 'overview' else overview.name}, {years}"
    others = [_ALL_MUNICIPALITIES] * any(change.judged_by_all for change in overview.changes)
    return provenance_block(used, about, _with_additions(kinds, *others), change_method(*overview.changes))


@result_provenance.register
def _(trend: Trend) -> str:
    series = trend.series
    used = series.sources + (series.population_sources if trend.per_inhabitant else ())
    method = _YEARLY_TREND if series.frequency == "Y" else _TREND
    about = _about(series, f"trend van {trend.first} tot en met {trend.last}")
    return provenance_block(used, about, _span(series, trend.first, trend.last), method)


@result_provenance.register
def _(comparison: Comparison) -> str:
    ours, theirs = comparison.series, comparison.national
    period = f"{comparison.first} tot en met {comparison.last}, naast de rest van Nederland"
    selection = _with_additions(
        _span(ours, comparison.first, comparison.last), f"Hetzelfde voor {region_name(theirs.region)}"
    )
    method = _AS_ELSEWHERE if comparison.kind == "change" else f"{_TREND}; {_RATIO.format(coverage=dutch.coverage())}"
    return provenance_block(comparison.used, _about(ours, period), selection, method)


@result_provenance.register
def _(power: Power) -> str:
    about = _about(power.series, f"kans om het doel van {power.last} te zien")
    method = "kans dat een vergelijking van beide jaren dit verschil laat zien, gerekend met het aantal van het begin"
    others = power.series.peer_sources if power.expectation.basis == "municipalities" else ()
    return provenance_block(
        (*power.series.sources, *others), about, selection_text(power.series, [power.first]), method
    )


@result_provenance.register
def _(check: SumCheck) -> str:
    series = check.total
    about = f"optelling van {series.indicator.label} in {region_name(series.region)}"
    selection = _with_additions(
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
    ours, theirs = comparison.here, comparison.elsewhere
    about = _about(ours.series, f"naast {region_name(theirs.series.region)}, {ours.first} en {ours.last}")
    used = ours.series.sources + theirs.series.sources
    selection = _with_additions(
        selection_text(ours.series, (ours.first, ours.last)), f"Hetzelfde voor {region_name(theirs.series.region)}"
    )
    return provenance_block(used, about, selection, _SURVEY)


def _about(series: Series, when: str) -> str:
    return f"{series.indicator.label} in {region_name(series.region)}, {when}"


def _with_additions(selected: str, *additions: str) -> str:
    return " ".join(
        [selected if selected.endswith(".") else f"{selected}.", *(f"{addition}." for addition in additions)]
    )


def _span(series: Series, first: int, last: int) -> str:
    return selection_text(series, range(first, last + 1))


def statement_provenance(judged: Judged) -> str:
    """Return the files, selections and methods behind one statement.

    Parameters
    ----------
    judged : Judged

    Returns
    -------
    str
        HTML.
    """
    findings = [outcome.finding for outcome in judged.outcomes if not isinstance(outcome.finding, Missing)]
    statement = judged.statement
    reference = f"uitspraak {statement.id}, {statement.place}{passage_text(judged.passage)}"
    selections = [reference, *dict.fromkeys(part for finding in findings for part in _selected(finding))]
    methods = [*dict.fromkeys(_finding_method(finding) for finding in findings)]
    return provenance_block(
        statement_files(judged),
        f"uitspraak {statement.id}",
        "; ".join(selections),
        "; ".join(methods) or "niet getoetst",
    )


def passage_text(passage: FoundQuote | None) -> str:
    """Say where the quote of a statement was found in the text of its document.

    Parameters
    ----------
    passage : FoundQuote or None

    Returns
    -------
    str
        To follow the place of a statement; empty when the text was not delivered.

    Examples
    --------
    >>> passage_text(FoundQuote(place="IVB:12-13", heading="Jeugd", forgiven="exact"))
    " (nagezocht: het citaat staat op IVB:12-13; het laatste kopje daarboven is 'Jeugd')"
    """
    if passage is None:
        return ""
    heading = f"; het laatste kopje daarboven is '{passage.heading}'" if passage.heading else ""
    return f" (nagezocht: het citaat staat op {passage.place}{heading})"


def _finding_method(finding: Finding) -> str:
    return change_method(finding.change) if isinstance(finding, Changed) else finding_method(type(finding))


def finding_method(kind: type[Finding]) -> str:
    """Return how findings of a kind are made.

    Parameters
    ----------
    kind : type
        Any kind but `Changed`, whose method depends on the change.

    Returns
    -------
    str
    """
    return _METHODS[kind].format(coverage=dutch.coverage())


def statement_files(*judged: Judged) -> list[Source]:
    """Return the documents with the statements, and the raw files behind every finding.

    Parameters
    ----------
    *judged : Judged

    Returns
    -------
    list of Source
    """
    return [
        source
        for item in judged
        for source in (item.file, *(file for outcome in item.outcomes for file in _outcome_files(outcome)))
    ]


def _outcome_files(outcome: TestOutcome) -> tuple[Source, ...]:
    """Return the raw files behind a finding, including those used to estimate the variation of its counts."""
    compared: object = None
    match outcome.finding:
        case Changed() | GoalFigure():
            compared = outcome.finding.change
        case InLine():
            compared = outcome.finding.ours
        case Proportion():
            compared = outcome.finding.difference
    return outcome.sources + (change_files(compared) if isinstance(compared, Change) else ())


def _selected(finding: Finding) -> list[str]:
    """Return what was taken from the files; for a text, the reference that the sentence itself gives."""
    return [brief_selection(series, years) for series, years in _series_behind(finding)] or _reference(finding)


def _reference(finding: Finding) -> list[str]:
    fact = finding.known if isinstance(finding, ListCompared | Counted) else None
    if fact is not None and fact.place:
        return [fact.place]
    if isinstance(finding, Added):
        return [f"{dutch.counted(len(finding.rows), 'regel', 'regels')} van het plan"]
    return ["alle stemmen"] if isinstance(finding, Voted) else []


@singledispatch
def _series_behind(finding: Finding) -> SeriesWithYears:
    """Return the series behind a finding, each with the years used; empty for texts and votes."""
    return []


@_series_behind.register
def _(finding: Changed | MeasureChanged) -> SeriesWithYears:
    return [(finding.change.series, (finding.change.first, finding.change.last))]


@_series_behind.register
def _(finding: Peaks) -> SeriesWithYears:
    return [(finding.chart.series, ())]


@_series_behind.register
def _(finding: Level | Rate | Measured | Ranked) -> SeriesWithYears:
    return [(finding.series, (finding.year,))]


@_series_behind.register
def _(finding: GoalFigure) -> SeriesWithYears:
    return [(finding.series, (finding.year,) if finding.base is None else (finding.base, finding.year))]


@_series_behind.register
def _(finding: EveryStep) -> SeriesWithYears:
    return [(finding.series, finding.years)]


@_series_behind.register
def _(finding: Extreme) -> SeriesWithYears:
    return [(finding.series, sorted(finding.counts))]


@_series_behind.register
def _(finding: Beside) -> SeriesWithYears:
    return [(finding.rates.series, (finding.rates.year,)), (finding.rates.other, (finding.rates.year,))]


@_series_behind.register
def _(finding: BesideMeasure) -> SeriesWithYears:
    return [(finding.series, (finding.year,)), (finding.other, (finding.year,))]


@_series_behind.register
def _(finding: Proportion) -> SeriesWithYears:
    return [(finding.series, (finding.year,)), (finding.other, (finding.other_year,))]


@_series_behind.register
def _(finding: Developed | InLine) -> SeriesWithYears:
    comparison = finding.comparison
    change = comparison if isinstance(comparison, Comparison) else comparison.here
    years = change.first, change.last
    return [(series, years) for series in finding.series]
