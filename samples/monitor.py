"""The Veiligheidsmonitor: one data set from before the redesign of 2021, and one StatLine list from after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from samples.calibration import Calibration, line, stream
from samples.register import Resource
from samples.statline import BOM, VINTAGE, resource

MARGINS = {"MW00000": "Waarde", "MOG0095": "Ondergrens 95%-interval", "MBG0095": "Bovengrens 95%-interval"}
Figures = dict[tuple[str, str, int], list[float]]


def exports(calibration: Calibration) -> list[Resource]:
    """Return both tables for the country, the province, the police unit and one large municipality."""
    return [_before(calibration), _after(calibration)]


def _figures(calibration: Calibration, name: str) -> Figures:
    """One figure for each topic, by margin, region and year."""
    survey, rng = calibration["veiligheidsmonitor"], stream(calibration, f"veiligheidsmonitor {name}")
    table = survey[name]
    figures: Figures = {}
    for region, settings in survey["regions"].items():
        for year in table["years"]:
            values = [_value(topic, settings, year, rng) for topic in table["topics"].values()]
            widths = [settings["margin"] * topic.get("width", 1) for topic in table["topics"].values()]
            for margin, side in zip(MARGINS, (0, -1, 1), strict=True):
                figures[margin, region, year] = [
                    round(value + side * width, 1) for value, width in zip(values, widths, strict=True)
                ]
    return figures


def _value(topic: dict[str, Any], region: dict[str, Any], year: int, rng: np.random.Generator) -> float:
    """A sample's outcome around the level of the country, higher or lower by the region's usual difference."""
    level = line(topic["levels"], [year]).item() * region["relative"] ** topic.get("leans", 1)
    return round(float(rng.normal(level, region["margin"] * topic.get("width", 1) / 1.96)), 1)


def _before(calibration: Calibration) -> Resource:
    topics = calibration["veiligheidsmonitor"]["before"]["topics"]
    header = ";".join(f'"{name}"' for name in ("ID", "Marges", "RegioS", "Perioden", *topics))
    rows = _figures(calibration, "before").items()
    lines = (
        f'{number};"{margin}";"{region:<6}";"{year}JJ00";{";".join(f"{value:g}" for value in values)}'
        for number, ((margin, region, year), values) in enumerate(rows)
    )
    title = "Veiligheidsbeleving; regio"
    return resource("cbs/81877NED_TypedDataSet_15022024_104011.csv", title, "CBS", header, lines)


def _after(calibration: Calibration) -> Resource:
    survey = calibration["veiligheidsmonitor"]
    lines: Iterator[str] = (
        f'"{MARGINS[margin]}";"{year}";"{survey["regions"][region]["label"]}";'
        + ";".join(f"{value:g}".replace(".", ",") for value in values)
        for (margin, region, year), values in _figures(calibration, "after").items()
    )
    header = ";".join(f'"{name}"' for name in ("Marges", "Perioden", "Regio's", *survey["after"]["topics"]))
    data = (BOM + "\n".join([header, *lines]) + "\n").encode()
    title = "Veiligheidsmonitor; kerncijfers, regio"
    return Resource("cbs/85146NED_lijst.csv", title, "CBS", "85146NED", VINTAGE, data)
