"""Where the verdict on a statement comes from: the document that says it, and the figures or texts it was held against.

One block for each statement, however many tests it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from ..observations import Source
from ..policy.beside import Beside, BesideMeasure
from ..policy.changes import Changed, Moved
from ..policy.comparisons import Developed
from ..policy.extremes import Extreme
from ..policy.findings import Finding
from ..policy.judged import Judged, Outcome
from ..policy.levels import Level, Measured
from ..policy.peaks import Peaks
from ..policy.places import Ranked, Voted
from ..policy.sums import Added
from ..policy.targets import Target
from ..policy.texts import Counted, Listed
from ..series import Missing, Series
from ..statistics.comparison import Comparison
from . import dutch, origin, trails

_METHODS: dict[type, str] = {
    Moved: "het verschil tussen twee jaren, met de marges van de bron",
    Peaks: "regelkaart van de maanden",
    Voted: "thema's op volgorde van stemmen, met marge (95 %)",
    Ranked: "gemeenten met een cijfer op volgorde gezet, met marge",
    Beside: "verhouding van twee aantallen per inwoner, met marge (95 %)",
    BesideMeasure: "twee cijfers naast elkaar, met de marges van de bron",
    Developed: "twee veranderingen naast elkaar, met marge (95 %)",
    Level: "het cijfer naast het getal in het document",
    Measured: "het cijfer naast het getal in het document, met de marge van de bron",
    Target: "het cijfer naast het doel",
    Extreme: "alle jaren naast elkaar",
    Added: "optelling van de bedragen of uren in het document",
    Listed: "twee lijsten naast elkaar",
    Counted: "twee getallen naast elkaar",
}


def trail(one: Judged) -> str:
    """The files, selections and methods behind one statement."""
    found = [each.finding for each in one.outcomes if not isinstance(each.finding, Missing)]
    said = one.statement
    place = f"uitspraak {said.id} op regel {said.line} van {said.document}"
    selections = [place, *dict.fromkeys(part for finding in found for part in _selected(finding))]
    methods = [*dict.fromkeys(_method(finding) for finding in found)]
    corrected = any(each.corrected is not None for each in one.outcomes)
    methods += ["oordeel gecorrigeerd voor alle toetsen samen (Holm)"] * corrected
    return origin.trail(
        files(one), f"uitspraak {said.id}", "; ".join(selections), "; ".join(methods) or "niet getoetst"
    )


def _method(finding: Finding) -> str:
    return trails.method(finding.change) if isinstance(finding, Changed) else _METHODS[type(finding)]


def files(*judged: Judged) -> list[Source]:
    """The documents that say it, and the raw files behind every finding."""
    return [source for one in judged for source in (one.file, *(each for o in one.outcomes for each in _files(o)))]


def _files(outcome: Outcome) -> tuple[Source, ...]:
    """The raw files behind a finding, with those that tell how much its counts vary."""
    compared = outcome.finding.change if isinstance(outcome.finding, Changed | Target) else None
    return outcome.sources + (() if compared is None else trails.files(compared))


def _selected(finding: Finding) -> list[str]:
    """What was taken from the files; of a text, the place that the sentence names itself."""
    return [origin.brief(series, years) for series, years in _rests(finding)] or _place(finding)


def _place(finding: Finding) -> list[str]:
    known = finding.known if isinstance(finding, Listed | Counted) else None
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
def _(finding: Changed | Moved) -> Rests:
    return [(finding.change.series, (finding.change.first, finding.change.last))]


@_rests.register
def _(finding: Peaks) -> Rests:
    return [(finding.chart.series, ())]


@_rests.register
def _(finding: Level | Measured | Ranked) -> Rests:
    return [(finding.series, (finding.year,))]


@_rests.register
def _(finding: Target) -> Rests:
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
