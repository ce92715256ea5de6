"""Maps of wijken: where more is registered than expected, with a table of the same numbers as the alternative."""

from __future__ import annotations

from functools import partial
from html import escape

from .. import catalogue, observations, regions
from ..results import html
from ..series import Missing
from ..statistics.areas import Area, Areas
from ..statistics.verdicts import Verdict
from . import dutch, origin, outlines, svg
from .charts import Chart
from .outlines import LESS, MORE, SAME, UNKNOWN, kind, own_number
from .sentences import answer, src
from .tables import Table, slug

_MOST_NAMES = 3


@html.register
def _(areas: Areas) -> str:
    about, years = escape(areas.indicator.label), f"{areas.first} tot en met {areas.last}"
    place = escape(regions.name(areas.municipality))
    apart = [f"{escape(one.name)} ({kind(one).partition(' ')[0]})" for one in areas.areas if one in areas.apart]
    judged = sum(one.verdict != Verdict.NOT_TESTABLE for one in areas.areas)
    told = f"{_enough(judged, len(areas.areas), place)} genoeg {about} om te vergelijken ({years})."
    found = (
        f"Anders dan de rest, meer dan door toeval: <b>{dutch.listed(apart)}</b>."
        if apart
        else "Geen van die wijken wijkt meer af van de rest dan door toeval te verklaren is." * bool(judged)
    )
    enough = catalogue.thresholds().small_counts.interval_from
    how = src(
        f"Verwacht is: evenveel per inwoner als in alle wijken samen{_people_of(areas)}. Een wijk krijgt een oordeel "
        f"als er minstens {enough} verwacht zijn. Rekening is gehouden met hoe sterk de jaren van een wijk schommelen "
        f"({_noise(areas.dispersion)}) en met het aantal wijken (methode van Holm)."
    )
    trail = _trail(areas, f"{areas.indicator.label}: wijken naast elkaar")
    return answer(f"{told} {found}".strip()) + how + trail


def _people_of(areas: Areas) -> str:
    """Which inhabitants were counted, where that is of another time than the registrations."""
    if areas.lived is None or areas.first <= areas.lived <= areas.last + 1:
        return ""
    return f", met de inwoners van {areas.lived}"


def _enough(judged: int, wijken: int, place: str) -> str:
    if wijken == 1:
        return f"De enige wijk in {place} heeft{' niet' * (not judged)}"
    if judged == wijken:
        return f"Alle {wijken} wijken in {place} hebben"
    return f"Van de {wijken} wijken in {place} {'heeft' if judged < 2 else 'hebben'} er {judged or 'geen'}"  # noqa: PLR2004


def _trail(areas: Areas, about: str) -> str:
    where = f"wijken van {regions.name(areas.municipality)} ({areas.municipality}), {areas.first}–{areas.last}"
    method = "aantal gedeeld door het aantal dat past bij het aantal inwoners (indirecte standaardisatie)"
    return origin.trail(areas.sources, about, where, method)


def _noise(dispersion: float) -> str:
    if dispersion < catalogue.thresholds().verdict.ordinary:
        return "niet meer dan door toeval"
    return f"{dutch.number(dispersion, 1)} keer zo sterk als door toeval"


def area_map(areas: Areas | Missing, title: str = "") -> Chart | Missing:
    """A map of the wijken with a table of the same numbers.

    Parameters
    ----------
    areas : Areas or Missing
    title : str
        The finding; by default composed from the result.

    Returns
    -------
    Chart or Missing
        ``Missing`` when no borders were delivered.
    """
    if isinstance(areas, Missing):
        return areas
    held = observations.borders()
    drawn = [one for one in areas.areas if one.code in held]
    if not drawn:
        return Missing(areas.indicator.label, "Er zijn geen grenzen van wijken aangeleverd. Daarom is er geen kaart.")
    shapes = {one: held[one.code]["geometry"] for one in drawn}
    id = slug(f"kaart-{areas.indicator.id}")
    years = f"{areas.first}–{areas.last}"
    title = title or f"{areas.indicator.title} per wijk, {years}: {_finding(drawn)}"
    alt = f"Kaart: {areas.indicator.label} per wijk, {years}"
    description = _in_words(drawn)
    return Chart(
        id, title, "vergeleken met alle wijken samen",
        alt, description, svg.inline(partial(outlines.draw, shapes), id, alt),
        _table(f"{id}-tabel", areas), origin.source_line(areas.sources),
        _trail(areas, f"{areas.indicator.label} per wijk"),
        tuple(areas.records()),
    )  # fmt: skip


def _finding(drawn: list[Area]) -> str:
    """Where more or less is registered than expected: by name, or counted when the names are many."""
    kinds = {name: [one.name for one in drawn if kind(one) == name] for name in (MORE, LESS)}
    told = [
        f"{name} in {dutch.listed(found) if len(found) <= _MOST_NAMES else f'{len(found)} wijken'}"
        for name, found in kinds.items()
        if found
    ]
    if not told and all(kind(one) == UNKNOWN for one in drawn):
        return "te weinig om te vergelijken"
    return dutch.listed(told) or SAME


def _in_words(drawn: list[Area]) -> str:
    """The wijken of each class by name, or that all of them are in one."""
    names = {name: [one.name for one in drawn if kind(one) == name] for name in (MORE, LESS, SAME, UNKNOWN)}
    told = [
        f"{name.capitalize()}: {dutch.listed(found) if len(found) < len(drawn) else _all(found)}"
        for name, found in names.items()
        if found
    ]
    return ". ".join(told) + "."


def _all(wijken: list[str]) -> str:
    return f"alle {len(wijken)} wijken" if len(wijken) > 1 else wijken[0]


def _heading(one: Area) -> str:
    """The name of a wijk with its number, which many names hold already: "Wijk 04 Leek"."""
    held = {word.lstrip("0") or "0" for word in one.name.split()}
    return one.name if own_number(one) in held else f"{own_number(one)} {one.name}"


def _table(id: str, areas: Areas) -> Table:
    people = "Inwoners" if areas.lived is None else f"Inwoners op 1 januari {areas.lived}"
    columns = ("Wijk", people, "Aantal", "Verwacht", "Verhouding (marge 95 %)", "Oordeel")
    rows = tuple(
        (
            _heading(one), _number(one.inhabitants), _number(one.count), _number(one.expected), _ratio(one), kind(one),
        )
        for one in areas.areas
    )  # fmt: skip
    caption = f"{areas.indicator.title} per wijk, {areas.first} tot en met {areas.last} samen"
    return Table(id, caption, columns, rows, text=("Oordeel",))


def _number(value: float | None) -> str | None:
    return None if value is None else dutch.number(value)


def _ratio(one: Area) -> str | None:
    if one.ratio is None or one.lower is None or one.upper is None:
        return None
    ratio, lower, upper = (dutch.number(value, 2) for value in (one.ratio, one.lower, one.upper))
    return f"{ratio} ({lower}{dutch.NBSP}tot{dutch.NBSP}{upper})"  # a margin is not broken off
