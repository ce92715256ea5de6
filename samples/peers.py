"""Municipalities of about the same size: made-up counts, by year, of what we have no real ones of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from samples import places, published
from samples.calibration import Calibration, Counts, Levels, overdispersed, population, span, stream
from samples.counts import details, national
from samples.register import Resource
from samples.statline import resource

WIDTH = {"misdrijven": 10, "overlast": 6}  # of a padded region code


def exports(calibration: Calibration) -> list[Resource]:
    """Return crimes in the table of wijken en buurten, and nuisance; both by year only."""
    people = _inhabitants(calibration)
    return [_crimes(calibration, people), _nuisance(calibration, people)]


def _inhabitants(calibration: Calibration) -> dict[str, Counts]:
    """Return the real inhabitants by year of a fixed draw of municipalities whose borders never changed."""
    peers, years = calibration["peers"], span(calibration["years"])
    every = published.population()
    low, high = peers["inhabitants"]
    others = [code for code in places.untouched() if code not in calibration["province"] and code in every]
    fitting = [code for code in others if all(low <= every[code][year] <= high for year in years)]
    chosen = sorted(stream(calibration, "peers").choice(fitting, peers["number"], replace=False).tolist())
    return {code: np.array([every[code][year] for year in years]) for code in chosen}


def _counts(calibration: Calibration, people: dict[str, Counts], name: str, codes: list[str]) -> Iterator[str]:
    """Key columns and count of every row; a municipality keeps its own level, and its years vary around it."""
    number = 0
    nation = np.array(list(population(calibration)[published.COUNTRY].values()))
    rng = stream(calibration, f"peers {name}")
    for code in codes:
        rate = national(calibration, name, [code])[0] / nation
        for region, inhabitants in people.items():
            real = published.e33().get(region, {}) if code == "E33" else {}
            for year, count in _years(calibration, rate * inhabitants, real, rng).items():
                yield f'{number};"{code:<6}";"{region:<{WIDTH[name]}}";"{year}JJ00";{count}'
                number += 1


def _years(
    calibration: Calibration, expected: Levels, real: dict[int, int], rng: np.random.Generator
) -> dict[int, int]:
    """Draw the years of one municipality; where some are real, those stand and the others keep their level."""
    peers, years = calibration["peers"], span(calibration["years"])
    level, waves = rng.lognormal(*peers["relative"]), rng.lognormal(0, peers["yearly_spread"], len(years))
    if real:
        level = sum(real.values()) / sum(expected[years.index(year)] for year in real)
    counts = overdispersed(expected * level * waves, peers["dispersion"], rng)
    return dict(zip(years, counts.tolist(), strict=True)) | real


def _crimes(calibration: Calibration, people: dict[str, Counts]) -> Resource:
    header = '"ID";"SoortMisdrijf";"WijkenEnBuurten";"Perioden";"GeregistreerdeMisdrijven_1"'
    real = {code for code, _ in published.counts(published.CRIMES)}
    codes = [code for code in details(calibration, "misdrijven") if code in calibration["peers"]["codes"]]
    lines = _counts(calibration, people, "misdrijven", [code for code in codes if code not in real])
    title = "Geregistreerde misdrijven per jaar, gemeenten van vergelijkbare grootte"
    return resource("politie/47018NED_TypedDataSet_15022024_102544.csv", title, "Politie", header, lines)


def _nuisance(calibration: Calibration, people: dict[str, Counts]) -> Resource:
    header = '"ID";"Overlast";"RegioS";"Perioden";"GeregistreerdeOverlast_1"'
    lines = _counts(calibration, people, "overlast", details(calibration, "overlast"))
    title = "Geregistreerde overlast per jaar, gemeenten van vergelijkbare grootte"
    return resource("politie/47021NED_TypedDataSet_15022024_102801.csv", title, "Politie", header, lines)
