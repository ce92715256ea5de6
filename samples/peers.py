"""Municipalities of about the same size, by year: the peers that a change is compared with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from samples import places
from samples.calibration import Calibration, Counts, line, overdispersed, span, stream
from samples.register import Resource
from samples.statline import resource


def exports(calibration: Calibration) -> list[Resource]:
    """Return crimes in the table of wijken en buurten, nuisance, and inhabitants; all by year only."""
    people = _inhabitants(calibration)
    return [_crimes(calibration, people), _nuisance(calibration, people), _population(calibration, people)]


def _inhabitants(calibration: Calibration) -> dict[str, Counts]:
    """Return invented inhabitants by year, for codes whose borders never changed and that the sample lacks."""
    peers, years = calibration["peers"], span(calibration["years"])
    regions = places.regions()
    touched = {merger["into"] for merger in regions["mergers"]}
    gone = {code for merger in regions["mergers"] for code in [*merger["from"], *merger.get("part_of", {})]}
    taken = touched | gone | calibration["population"]["municipalities"].keys() | set(regions["unassigned"])
    free = [code for code in sorted(regions["municipalities"]) if code not in taken]
    rng = stream(calibration, "peers")
    chosen = sorted(rng.choice(free, peers["number"], replace=False).tolist())
    low, high = peers["inhabitants"]
    mean, spread = peers["growth"]
    start, growth = rng.uniform(low, high, len(chosen)), rng.normal(mean, spread, len(chosen))
    moments = np.arange(len(years))
    return {
        code: np.rint(first * (1 + pace) ** moments).astype(np.int64)
        for code, first, pace in zip(chosen, start, growth, strict=True)
    }


def _counts(calibration: Calibration, people: dict[str, Counts], name: str, codes: list[str]) -> Iterator[str]:
    """Key columns and count of every row; a municipality keeps its own level, and its years vary around it."""
    table, peers, years = calibration["tables"][name], calibration["peers"], span(calibration["years"])
    nation = line(calibration["population"]["country"], years)
    rng, number = stream(calibration, f"peers {name}"), 0
    for code in codes:
        rate = np.interp(years, table["levels_at"], table["levels"][code]) / nation
        for region, inhabitants in people.items():
            level = rng.lognormal(*peers["relative"])
            waves = rng.lognormal(0, peers["yearly_spread"], len(years))
            counts = overdispersed(rate * inhabitants * level * waves, peers["dispersion"], rng)
            for year, count in zip(years, counts.tolist(), strict=True):
                yield f'{number};"{code:<6}";"{region:<{peers["width"][name]}}";"{year}JJ00";{count}'
                number += 1


def _crimes(calibration: Calibration, people: dict[str, Counts]) -> Resource:
    header = '"ID";"SoortMisdrijf";"WijkenEnBuurten";"Perioden";"GeregistreerdeMisdrijven_1"'
    lines = _counts(calibration, people, "misdrijven", calibration["peers"]["codes"])
    title = "Geregistreerde misdrijven per jaar, gemeenten van vergelijkbare grootte"
    return resource("politie/47018NED_TypedDataSet_15022024_102544.csv", title, "Politie", header, lines)


def _nuisance(calibration: Calibration, people: dict[str, Counts]) -> Resource:
    header = '"ID";"Overlast";"RegioS";"Perioden";"GeregistreerdeOverlast_1"'
    lines = _counts(calibration, people, "overlast", list(calibration["tables"]["overlast"]["levels"]))
    title = "Geregistreerde overlast per jaar, gemeenten van vergelijkbare grootte"
    return resource("politie/47021NED_TypedDataSet_15022024_102801.csv", title, "Politie", header, lines)


def _population(calibration: Calibration, people: dict[str, Counts]) -> Resource:
    header = '"ID";"RegioS";"Perioden";"GemiddeldAantalInwoners_51"'
    years = span(calibration["years"])
    cells = [(region, *cell) for region, counts in people.items() for cell in zip(years, counts.tolist(), strict=True)]
    lines = (f'{n};"{region:<6}";"{year}JJ00";{count}' for n, (region, year, count) in enumerate(cells))
    title = "Gemiddeld aantal inwoners, gemeenten van vergelijkbare grootte"
    return resource("cbs/70072ned_TypedDataSet_15022024_103212.csv", title, "CBS", header, lines)
