"""Wijken beside each other: the answer in words, and a chart of each by name with its margin."""

from __future__ import annotations

from functools import partial
from html import escape

from matplotlib.figure import Figure

from ..definitions import catalogue, regions
from ..statistics.small_areas import Area, Areas
from ..statistics.verdicts import Verdict
from ..store.results import Missing, html
from . import dutch, provenance, svg
from .interval_charts import Interval, Scale, draw_rows
from .sentences import answer, src
from .svg import Size
from .tables import DataTable, slug
from .yearly_charts import Chart

MORE, LESS, SAME, UNKNOWN = "meer dan verwacht", "minder dan verwacht", "geen duidelijk verschil", "geen oordeel"
ARROWS = {MORE: "▲", LESS: "▼"}
_MOST_NAMES = 3  # a title counts more wijken than this instead of naming them
_STEPS = (0.5, 1, 2, 5, 10, 20, 50, 100)


@html.register
def _(areas: Areas) -> str:
    subject, years = escape(areas.indicator.label), f"{areas.first} tot en met {areas.last}"
    region = escape(regions.name(areas.municipality))
    apart = [f"{escape(area.name)} ({kind(area).partition(' ')[0]})" for area in areas.areas if area in areas.apart]
    judged = sum(area.verdict != Verdict.NOT_TESTABLE for area in areas.areas)
    sentence = f"Over {subject} {_comparable(judged, len(areas.areas), region)} te vergelijken ({years})."
    finding = (
        f"Anders dan de rest, meer dan door toeval: <b>{dutch.listed(apart)}</b>."
        if apart
        else "Bij geen van die wijken is een verschil met de rest aangetoond." * bool(judged)
    )
    least = catalogue.thresholds().small_counts.interval_from
    rule = f"Een wijk krijgt een oordeel als er minstens {least} registraties te verwachten zijn{_people_of(areas)}."
    provenance_html = areas_provenance(areas, f"{areas.indicator.label}: wijken naast elkaar")
    return answer(f"{sentence} {finding}".strip()) + src(rule) + provenance_html


def _people_of(areas: Areas) -> str:
    """Say of which year the inhabitants are, when that is not a year of the registrations."""
    if areas.lived is None or areas.first <= areas.lived <= areas.last + 1:
        return ""
    return f", met de inwoners van {areas.lived}"


def _comparable(judged: int, wijken: int, region: str) -> str:
    """Say how many wijken get a verdict; the caller completes the sentence."""
    if wijken == 1:
        return f"is de enige wijk in {region}{' niet' * (not judged)}"
    if judged == wijken:
        return f"zijn alle {wijken} wijken in {region}"
    return f"{'is' if judged < 2 else 'zijn'} {judged or 'geen'} van de {wijken} wijken in {region}"  # noqa: PLR2004


def areas_provenance(areas: Areas, about: str) -> str:
    """Return the provenance of what is said about wijken.

    Parameters
    ----------
    areas : Areas
    about : str

    Returns
    -------
    str
        HTML.
    """
    selection = f"wijken van {regions.name(areas.municipality)} ({areas.municipality}), {areas.first}–{areas.last}"
    method = (
        "aantal naast het aantal dat past bij het aantal inwoners (indirecte standaardisatie); de verhouding wordt "
        "geschat met een model dat ook gebruikt hoe sterk alle wijken samen verschillen (gamma-Poissonmodel). Een "
        "uitschieter is voor een deel toeval. De geschatte verhouding ligt daarom dichter bij 1 dan het aantal gedeeld "
        "door wat verwacht is: hoe minder er verwacht is en hoe minder de wijken verschillen, hoe dichterbij. Rekening "
        f"is gehouden met hoe sterk de jaren van een wijk schommelen ({_noise(areas.dispersion)})."
    )
    return provenance.provenance_block(areas.sources, about, selection, method)


def _noise(dispersion: float) -> str:
    if dispersion < catalogue.thresholds().verdict.alike:
        return "niet meer dan door toeval"
    return f"{dutch.number(dispersion, 1)} keer zo sterk als door toeval"


def area_chart(areas: Areas | Missing) -> Chart | DataTable | Missing:
    """Return a chart of the wijken by name, the highest on top, with the margin of each and all of them together.

    Parameters
    ----------
    areas : Areas or Missing

    Returns
    -------
    Chart, DataTable or Missing
        Only the table where there are too few registrations in every wijk. ``Missing`` when the result is.
    """
    if isinstance(areas, Missing):
        return areas
    id = slug(f"wijken-{areas.indicator.id}")
    table = _table(f"{id}-tabel", areas)
    judged = sorted((a for a in areas.areas if kind(a) != UNKNOWN), key=lambda area: -(area.ratio or 0))
    if not judged:
        return table
    years = f"{areas.first}–{areas.last}"
    unjudged = [area.name for area in areas.areas if area not in judged]
    left_out = f"Te weinig registraties om te vergelijken: {dutch.listed(unjudged)}." if unjudged else ""
    alt = f"Puntgrafiek: {areas.indicator.label} per wijk, {years}, vergeleken met alle wijken samen, met marge"
    return Chart(
        id,
        f"{areas.indicator.title} per wijk, {years}: {finding(judged)}",
        "geschatte verhouding per inwoner; 1 is evenveel als alle wijken samen",
        alt,
        in_words(judged),
        svg.inline_svg(partial(_draw, [_interval(area) for area in judged]), id),
        table,
        " ".join(filter(None, [left_out, provenance.source_line(areas.sources)])),
        areas_provenance(areas, f"{areas.indicator.label} per wijk"),
        tuple(areas.records()),
        (areas,),
    )


def _interval(area: Area) -> Interval:
    assert area.ratio is not None and area.lower is not None and area.upper is not None
    words = f"{dutch.number(area.ratio, 2)} {ARROWS.get(kind(area), '')}".strip()
    return Interval(heading(area), area.ratio, area.lower, area.upper, words)


def _draw(rows: list[Interval], size: Size) -> Figure:
    """Draw the ratio of each wijk, from zero up."""
    top = max(2.0, *(row.high for row in rows))
    step = next(step for step in _STEPS if top / step <= (3 if size.narrow else 6))
    ticks = {step * number: dutch.plain(step * number) for number in range(int(top / step) + 1)}
    return draw_rows(rows, Scale(top, ticks), size, (1.0, "alle wijken samen"))


def kind(area: Area) -> str:
    """Return the class of a wijk: `MORE`, `LESS`, `SAME` or `UNKNOWN`.

    Parameters
    ----------
    area : Area

    Returns
    -------
    str
        In Dutch, as in the legend.
    """
    if area.verdict == Verdict.NOT_TESTABLE or area.ratio is None:
        return UNKNOWN
    return SAME if area.verdict == Verdict.CHANCE else MORE if area.ratio > 1 else LESS


def finding(judged: list[Area]) -> str:
    """Say where more or less was registered than expected: by name, or counted when the names are many.

    Parameters
    ----------
    judged : list of Area

    Returns
    -------
    str
    """
    by_kind = {name: [area.name for area in judged if kind(area) == name] for name in (MORE, LESS)}
    parts = [
        f"{name} in {dutch.listed(wijken) if len(wijken) <= _MOST_NAMES else f'{len(wijken)} wijken'}"
        for name, wijken in by_kind.items()
        if wijken
    ]
    if not parts and all(kind(area) == UNKNOWN for area in judged):
        return "te weinig om te vergelijken"
    return dutch.listed(parts) or SAME


def in_words(drawn: list[Area]) -> str:
    """Name the wijken of each class, or say that all of them are in one.

    Parameters
    ----------
    drawn : list of Area

    Returns
    -------
    str
    """
    by_kind = {name: [area.name for area in drawn if kind(area) == name] for name in (MORE, LESS, SAME, UNKNOWN)}
    parts = [
        f"{name.capitalize()}: {dutch.listed(wijken) if len(wijken) < len(drawn) else _all(wijken)}"
        for name, wijken in by_kind.items()
        if wijken
    ]
    return ". ".join(parts) + "."


def _all(wijken: list[str]) -> str:
    return f"alle {len(wijken)} wijken" if len(wijken) > 1 else wijken[0]


def _table(id: str, areas: Areas) -> DataTable:
    people = "Inwoners" if areas.lived is None else f"Inwoners op 1 januari {areas.lived}"
    columns = ("Wijk", people, "Aantal", "Verwacht", f"Geschatte verhouding (marge {dutch.coverage()})", "Oordeel")
    rows = tuple(
        (
            heading(area), _number(area.inhabitants), _number(area.count), _expected(area), _ratio(area),
            kind(area),
        )
        for area in areas.areas
    )  # fmt: skip
    caption = f"{areas.indicator.title} per wijk, {areas.first} tot en met {areas.last} samen"
    made_up = (any(series.synthetic for series in areas.wijken.counts.values()),)
    return DataTable(id, caption, columns, rows, text=("Oordeel",), made_up=made_up)


def heading(area: Area) -> str:
    """Return the name of a wijk with its number, unless the name contains it: "Wijk 04 Leek".

    Parameters
    ----------
    area : Area

    Returns
    -------
    str
    """
    words = {word.lstrip("0") or "0" for word in area.name.split()}
    return area.name if own_number(area) in words else f"{own_number(area)} {area.name}"


def own_number(area: Area) -> str:
    """Return the number that CBS gave the wijk, the end of its code: ``WK196904`` is 4.

    Parameters
    ----------
    area : Area

    Returns
    -------
    str
    """
    return area.code[len("WK0000") :].lstrip("0") or "0"


def _number(value: float | None) -> str | None:
    return None if value is None else dutch.number(value)


def _ratio(area: Area) -> str | None:
    if area.ratio is None or area.lower is None or area.upper is None:
        return None
    ratio, lower, upper = (dutch.number(value, _decimals(value)) for value in (area.ratio, area.lower, area.upper))
    return f"{ratio} ({lower}{dutch.NBSP}tot{dutch.NBSP}{upper})"  # a margin is not broken off


def _expected(area: Area) -> str | None:
    """Return the number expected with a decimal: the rule that judges it is about the exact one."""
    return None if area.expected is None else dutch.number(area.expected, 1)


def _decimals(ratio: float) -> int:
    """Return so many decimals that a limit beside 1 is not printed as 1: on which side it lies is the verdict."""
    return 3 if round(ratio, 2) == 1 else 2
