"""Wijken and buurten of one municipality: invented borders, inhabitants, and crimes that add up to the municipality."""

from __future__ import annotations

import json
from math import cos, pi, radians, sin
from typing import Any

import numpy as np

from samples.calibration import Calibration, span, stream
from samples.counts import Table
from samples.register import Resource
from samples.statline import BOM

LATITUDE = 53.0  # where a degree of longitude is this much shorter than one of latitude


def exports(calibration: Calibration, crimes: Table) -> list[Resource]:
    """Return borders of wijken and municipalities, the inhabitants of buurten and the crimes there."""
    return [_wijken(calibration), _municipalities(calibration), _inhabitants(calibration), _crimes(calibration, crimes)]


def buurten(calibration: Calibration) -> dict[str, int]:
    """Return the inhabitants of each buurt, rounded to 5 as CBS does."""
    settings, rng = calibration["wijken"], stream(calibration, "buurten")
    inhabitants = {}
    for wijk, (_, people) in settings["names"].items():
        number = int(np.clip(round(people / settings["per_buurt"]), 1, 6))
        for position, share in enumerate(rng.dirichlet([8] * number)):
            inhabitants[f"BU{wijk[2:]}{position:02}"] = 5 * round(people * share / 5)
    return inhabitants


def _wijken(calibration: Calibration) -> Resource:
    settings = calibration["wijken"]
    shapes = _tiles(list(settings["names"]), 6, settings["origin"], settings["size"])
    features = [
        _feature(code, settings["names"][code][0], settings["municipality"], shape) for code, shape in shapes.items()
    ]
    return _borders("geo/wijken_voorbeeld.geojson", "Verzonnen grenzen van wijken", features)


def _municipalities(calibration: Calibration) -> Resource:
    settings, names = calibration["wijken"], calibration["deliveries"]["names"]
    codes = [code for code in calibration["police"]["relative"] if code in names]
    shapes = _tiles(codes, 3, settings["municipalities_origin"], settings["municipalities_size"])
    features = [_feature(code, names[code], code, shape) for code, shape in shapes.items()]
    return _borders("geo/gemeenten_voorbeeld.geojson", "Verzonnen grenzen van gemeenten", features)


def _tiles(codes: list[str], width: int, origin: list[float], size: float) -> dict[str, list[list[float]]]:
    """Regular hexagons side by side, in rows of `width`; clearly no real borders."""
    west, south = origin
    stretch = 1 / cos(radians(LATITUDE))
    shapes = {}
    for number, code in enumerate(codes):
        row, column = divmod(number, width)
        x, y = (column + row % 2 / 2) * 2 * size * cos(pi / 6), row * 1.5 * size
        angles = [pi / 6 + turn * pi / 3 for turn in (*range(6), 0)]
        shapes[code] = [
            [round(west + stretch * (x + size * cos(angle)), 5), round(south + y + size * sin(angle), 5)]
            for angle in angles
        ]
    return shapes


def _feature(code: str, name: str, municipality: str, shape: list[list[float]]) -> dict[str, Any]:
    properties = {"statcode": code, "statnaam": name, "gmCode": municipality}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [shape]}}


def _borders(path: str, title: str, features: list[dict[str, Any]]) -> Resource:
    content = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    return Resource(path, title, "CBS en Kadaster", "gebiedsgrenzen", "2024-02-15", (content + "\n").encode())


def _inhabitants(calibration: Calibration) -> Resource:
    settings, people = calibration["wijken"], buurten(calibration)
    counts = {wijk: sum(n for code, n in people.items() if code[2:8] == wijk[2:]) for wijk in settings["names"]}
    cells = {settings["municipality"]: sum(people.values()), **counts, **people}
    header = '"ID";"WijkenEnBuurten";"Gemeentenaam_1";"SoortRegio_2";"AantalInwoners_5"'
    lines = [f'{n};"{code:<10}";{_described(code)};{count}' for n, (code, count) in enumerate(cells.items())]
    data = (BOM + "\n".join([header, *lines]) + "\n").encode()
    path, title = "cbs/85984NED_TypedDataSet_02092024_111500.csv", "Kerncijfers wijken en buurten 2024"
    custom = {"selection": {"Perioden": "2024JJ00"}}
    return Resource(path, title, "CBS", "kerncijfers_wijken_buurten", "2024-09-02", data, custom=custom)


def _crimes(calibration: Calibration, crimes: Table) -> Resource:
    """Divide the counts of the municipality over its buurten, but for the few that could not be placed."""
    settings, people, rng = calibration["wijken"], buurten(calibration), stream(calibration, "misdrijven buurten")
    years, weights = span(settings["years"]), np.array(list(people.values()), dtype=float)
    annual = {code: crimes.annual(code, settings["municipality"]) for code in ["0.0.0", *settings["codes"]]}
    named = {year: sum(annual[code][year] for code in settings["codes"]) for year in years}
    annual["rest"] = {year: annual["0.0.0"][year] - named[year] for year in years}
    divided = {}
    for code in [*settings["codes"], "rest"]:
        taste = weights * rng.gamma(1 / settings["spread"] ** 2, 1, len(weights))
        for year in years:
            placed = rng.binomial(annual[code][year], 1 - settings["unplaced"])
            divided[code, year] = rng.multinomial(placed, taste / taste.sum())
    for year in years:
        divided["0.0.0", year] = np.sum([divided[code, year] for code in [*settings["codes"], "rest"]], axis=0)
    return _resource(settings, list(people), divided)


def _resource(settings: Calibration, codes: list[str], divided: dict[tuple[str, int], Any]) -> Resource:
    header = (
        '"ID";"SoortMisdrijf";"WijkenEnBuurten";"Perioden";"GeregistreerdeMisdrijven_1";"Gemeentenaam_2";"SoortRegio_3"'
    )
    lines: list[str] = []
    for crime in ["0.0.0", *settings["codes"]]:
        for code in [*settings["names"], *codes]:
            inside = [position for position, buurt in enumerate(codes) if buurt[2:].startswith(code[2:])]
            for year in span(settings["years"]):
                count = int(divided[crime, year][inside].sum())
                described = _described(code) if count else f'"{"":30}";"{"":8}"'  # as the police does for a zero
                lines.append(f'{len(lines)};"{crime:<6}";"{code:<10}";"{year}JJ00";{count};{described}')
    data = (BOM + "\n".join([header, *lines]) + "\n").encode()
    path, title = "politie/47018NED_TypedDataSet_15022024_103300.csv", "Geregistreerde misdrijven; wijk, buurt"
    return Resource(path, title, "Politie", "47018NED", "2024-02-15", data)


def _described(code: str) -> str:
    kind = {"GM": "Gemeente", "WK": "Wijk", "BU": "Buurt"}[code[:2]]
    return f'"{"Westerkwartier":<30}";"{kind:<8}"'
