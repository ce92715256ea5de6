"""Road accidents: the yearly files of Rijkswaterstaat (BRON, a zip file) and its map service (STAR, GeoJSON)."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from samples.archive import stored
from samples.calibration import Calibration, line, population, span, stream
from samples.register import Resource

VINTAGE = "2024-06-03"
PUBLISHER = "Rijkswaterstaat"
# Part of the columns of the open files, in their order. Many are empty there, and here.
COLUMNS = [
    "VKL_NUMMER", "REGNUMMER", "PVOPGEM", "DATUM_VKL", "DAG_CODE", "MND_NUMMER", "JAAR_VKL", "TIJDSTIP", "UUR",
    "DDL_ID", "AP3_CODE", "AP4_CODE", "AP5_CODE", "ANTL_SLA", "ANTL_DOD", "ANTL_GZH", "ANTL_SEH", "ANTL_GOV",
    "ANTL_PTJ", "AOL_ID", "BEBKOM", "MAXSNELHD", "GME_ID", "GME_NAAM", "PVE_CODE", "PVE_NAAM",
]  # fmt: skip
OUTCOMES = {"UMS": "Uitsluitend materiele schade", "LET": "Letsel", "DOD": "Dood"}


@dataclass(frozen=True)
class Accident:
    """One accident; `victims` counts injured and dead."""

    municipality: str
    year: int
    month: int
    outcome: str
    dead: int
    victims: int


def exports(calibration: Calibration) -> list[Resource]:
    """Return accidents of one municipality and its predecessors as BRON, and of another one as STAR."""
    settings, rng = calibration["accidents"], stream(calibration, "ongevallen")
    years = span(settings["years"])
    inhabitants = population(calibration)
    happened = [
        accident
        for code in [*calibration["deliveries"]["incidenten"]["predecessors"], settings["successor"]]
        for year in years
        if year in inhabitants[code]
        for accident in _year(settings, code, year, inhabitants[code][year], rng)
    ]
    elsewhere = [
        accident
        for year in span(settings["star"]["years"])
        for accident in _year(settings, settings["star"]["municipality"], year, settings["star"]["inhabitants"], rng)
    ]
    return [_bron(calibration, happened), _star(calibration, elsewhere)]


def _year(settings: Calibration, code: str, year: int, people: int, rng: np.random.Generator) -> list[Accident]:
    expected = float(line(settings["per_1000"], [year])[0]) * people / 1000
    share = float(line(settings["injured"], [year])[0])
    fatal = settings["fatal"].get(code, {}).get(year, 0)
    number = int(rng.poisson(expected))
    injured = int(rng.binomial(number - fatal, share))
    outcomes = ["DOD"] * fatal + ["LET"] * injured + ["UMS"] * (number - fatal - injured)
    months = rng.integers(1, 13, number).tolist()
    victims = (1 + rng.poisson(0.2, number)).tolist()
    return [
        Accident(code, year, month, outcome, int(outcome == "DOD"), 0 if outcome == "UMS" else hurt)
        for month, outcome, hurt in zip(months, outcomes, victims, strict=True)
    ]


def _bron(calibration: Calibration, happened: list[Accident]) -> Resource:
    names = calibration["deliveries"]["names"]
    lines = [",".join(COLUMNS)]
    for number, accident in enumerate(happened, start=1):
        cells = {
            "VKL_NUMMER": f"{accident.year}{number:06}", "MND_NUMMER": accident.month, "JAAR_VKL": accident.year,
            "AP3_CODE": accident.outcome, "ANTL_SLA": accident.victims, "ANTL_DOD": accident.dead,
            "GME_ID": int(accident.municipality[2:]), "GME_NAAM": names[accident.municipality], "PVE_NAAM": "Groningen",
        }  # fmt: skip
        lines.append(",".join(str(cells.get(name, "")) for name in COLUMNS))
    first, last = calibration["accidents"]["years"]
    member = "Ongevallengegevens/ongevallen.txt"
    data = stored({member: ("\r\n".join(lines) + "\r\n").encode("latin-1")})
    path = f"verkeer/01-01-{first}_31-12-{last}.zip"
    title = f"Geregistreerde verkeersongevallen, {first}-{last}"
    return Resource(path, title, PUBLISHER, "BRON", VINTAGE, data)


def _star(calibration: Calibration, happened: list[Accident]) -> Resource:
    """Return points scattered over an invented rectangle."""
    rng, names = stream(calibration, "star"), calibration["deliveries"]["names"]
    points = np.round(rng.uniform((6.9, 52.9), (7.0, 53.0), (len(happened), 2)), 4).tolist()
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": point},
            "properties": {
                "gemeente": names[accident.municipality],
                "jaar_ongeval": accident.year,
                "verkeersongeval_afloop": OUTCOMES[accident.outcome],
            },
        }
        for point, accident in zip(points, happened, strict=True)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    first, last = calibration["accidents"]["star"]["years"]
    title = f"Verkeersongevallen uit de kaartdienst, {first}-{last}"
    path = f"verkeer/ongevallen_{first}_{last}.geojson"
    return Resource(path, title, PUBLISHER, "STAR", VINTAGE, (content + "\n").encode())
