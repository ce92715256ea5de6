"""Crimes by wijk and buurt of one municipality: made up, and adding up to the municipality."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from samples import published
from samples.calibration import Calibration, span, stream
from samples.counts import Table
from samples.register import Resource
from samples.statline import BOM


def exports(calibration: Calibration, crimes: Table) -> list[Resource]:
    """Return the crimes; borders and inhabitants of wijken are real, see `samples.published`."""
    return [_crimes(calibration, crimes)]


def wijken() -> list[str]:
    """Return the codes of the wijken whose borders we have."""
    content = json.loads((published.FOLDER / published.WIJKEN).read_text(encoding="utf-8"))
    return sorted(feature["properties"]["statcode"] for feature in content["features"])


def _crimes(calibration: Calibration, crimes: Table) -> Resource:
    """Divide the counts of the municipality over its buurten, but for the few that could not be placed."""
    settings, rng = calibration["wijken"], stream(calibration, "misdrijven buurten")
    people = published.population_of_buurten(settings["municipality"])
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
        for code in [*wijken(), *codes]:
            inside = [position for position, buurt in enumerate(codes) if buurt[2:].startswith(code[2:])]
            for year in span(settings["years"]):
                count = int(divided[crime, year][inside].sum())
                described = _described(code) if count else f'"{"":30}";"{"":8}"'  # as the police does for a zero
                lines.append(f'{len(lines)};"{crime:<6}";"{code:<10}";"{year}JJ00";{count};{described}')
    data = (BOM + "\n".join([header, *lines]) + "\n").encode()
    path, title = "politie/47018NED_TypedDataSet_15022024_103300.csv", "Geregistreerde misdrijven; wijk, buurt"
    return Resource(path, title, "Politie", "47018NED", "2024-02-15", data)


def _described(code: str) -> str:
    kind = {"WK": "Wijk", "BU": "Buurt"}[code[:2]]
    return f'"{"Westerkwartier":<30}";"{kind:<8}"'
