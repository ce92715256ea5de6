"""The Nationale Veiligheidsindices as exports of Waarstaatjegemeente: two as CSV, three with margins as a workbook."""

from __future__ import annotations

import numpy as np

from samples import places
from samples.calibration import Calibration, Levels, line, span, stream
from samples.register import Resource
from samples.statline import BOM
from samples.workbook import Rows, xlsx

VINTAGE = "2023-10-09"
PUBLISHER = "WODC (via Waarstaatjegemeente)"
GROUP = "Gemeenten met 50.000 - 100.000 inwoners"
MARGINS = ("", "ondergrens ", "bovengrens ")
NOTES: Rows = [["Bron", "WODC"], ["Eenheid", "index (2012=100)"]]


def exports(calibration: Calibration) -> list[Resource]:
    """Return crime and nuisance for about sixty municipalities, and how people feel for those of the province."""
    indices = calibration["veiligheidsindices"]
    return [_csv(calibration, indices["csv"]), _workbook(calibration, indices["workbook"])]


def _regions(calibration: Calibration, number: int) -> list[str]:
    """Our province and municipalities from elsewhere, in a fixed draw."""
    province = sorted(calibration["police"]["relative"])
    others = [code for code in places.present() if code not in province]
    drawn: list[str] = stream(calibration, "nvi").choice(others, number, replace=False).tolist()
    return sorted(province + drawn)


def _levels(calibration: Calibration, index: str, region: str) -> Levels:
    """An index per year; a municipality moves away from the country's line in the course of the years."""
    indices = calibration["veiligheidsindices"]
    years, country = span(indices["years"]), indices["country"][index]
    if region in indices["fixed"]:
        return np.round(line(indices["fixed"][region][index], years), 1)
    level, rng = line(country, years), stream(calibration, f"nvi {index} {region}")
    if region != "NL01":
        level = level + np.linspace(0, rng.normal(0, indices["spread"]), len(years))
        level[1:] += rng.normal(0, indices["noise"], len(years) - 1)
    return np.round(level, 1)


def _csv(calibration: Calibration, indices: list[str]) -> Resource:
    years, names = span(calibration["veiligheidsindices"]["years"]), places.names()
    lines = [["Gemeenten", *(f"{title(index)}|{year}" for index in indices for year in years)]]
    regions = _regions(calibration, calibration["veiligheidsindices"]["others"])
    for region, name in [(code, names[code]) for code in regions] + [("NL01", GROUP), ("NL01", "Nederland")]:
        figures = np.concatenate([_levels(calibration, index, region) for index in indices])
        lines.append([name, *(f"{figure:g}".replace(".", ",") for figure in figures.tolist())])
    lines[2][2] = "?"  # a figure that could not be made
    text = "\r\n".join([*(";".join(f'"{cell}"' for cell in row) for row in lines), "", '"Bron";"WODC"', ""])
    description = "Nationale Veiligheidsindices: criminaliteit en overlast"
    return Resource(
        "waarstaatjegemeente/veiligheidsindices.csv", description, PUBLISHER, "nvi", VINTAGE, (BOM + text).encode()
    )


def _workbook(calibration: Calibration, indices: list[str]) -> Resource:
    """Two header rows, the index once above all its years; margins stand beside the index."""
    years, names = span(calibration["veiligheidsindices"]["years"]), places.names()
    blank = [""] * (len(years) - 1)
    subjects = [f"{margin}{title(index)}" for index in indices for margin in MARGINS]
    rows: Rows = [["", *(cell for subject in subjects for cell in (subject, *blank))]]
    rows.append(["Gemeenten", *(year for _ in subjects for year in years)])
    for region in [*_regions(calibration, 0), "NL01"]:
        width = calibration["veiligheidsindices"]["margin"]["country" if region == "NL01" else "municipality"]
        row: list[str | int | float] = [names.get(region, "Nederland")]
        for index in indices:
            level = _levels(calibration, index, region)
            around = np.array([0, *[width] * (len(years) - 1)])  # the base year is 100 by definition
            row += [cell for side in (0, -1, 1) for cell in np.round(level + side * around, 1).tolist()]
        rows.append(row)
    description = "Nationale Veiligheidsindices: gevoelens, vermijding en perceptie"
    data = xlsx([*rows, [], *NOTES], "veiligheidsindices")
    return Resource(
        "waarstaatjegemeente/veiligheidsindices_beleving.xlsx", description, PUBLISHER, "nvi", VINTAGE, data
    )


def title(index: str) -> str:
    """Return the name of an index as the site writes it."""
    return f"Index {index} (2012=100)"
