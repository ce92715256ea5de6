"""Registered crime of CBS: a StatLine list with labels, rounded to five, in the borders of each year."""

from __future__ import annotations

import numpy as np

from samples import places
from samples.calibration import Calibration, Levels, line, population, span, stream
from samples.register import Resource
from samples.statline import BOM, VINTAGE

HEADER = (
    "Soort misdrijf",
    "Regio's",
    "Perioden",
    "Geregistreerde misdrijven/Totaal geregistreerde misdrijven (aantal)",
)
STEP = 5  # CBS rounds to this


def exports(calibration: Calibration) -> list[Resource]:
    """Return the country, the municipalities of the province and the predecessors of ours."""
    lines = [";".join(f'"{name}"' for name in HEADER)]
    for (title, region, year), count in _counts(calibration).items():
        star = "*" if year >= calibration["misdrijven_cbs"]["provisional"] else ""
        lines.append(f'"{title}";"{region}";"{year}{star}";{count}')
    data = (BOM + "\n".join(lines) + "\n").encode()
    title = "Geregistreerde criminaliteit; soort misdrijf, regio"
    return [Resource("cbs/83648NED_lijst.csv", title, "CBS", "83648NED", VINTAGE, data)]


def _counts(calibration: Calibration) -> dict[tuple[str, str, int], int]:
    """Count by title, region and year: a total, divided over its kinds."""
    table, rng = calibration["misdrijven_cbs"], stream(calibration, "misdrijven_cbs")
    names = {"NL01": "Nederland", **places.names()}
    rounded = {}
    for region, totals in _totals(calibration, rng).items():
        for year, total in totals.items():
            kinds = rng.multinomial(total, [*(kind["share"] for kind in table["kinds"].values()), 0.0])
            counts = dict(zip(table["kinds"], kinds[:-1].tolist(), strict=True))
            for name, kind in table["kinds"].items():
                if "within" in kind:
                    counts[kind["within"]] += counts[name]
            for title, count in {table["total"]: total, **counts}.items():
                rounded[title, names[region], year] = STEP * round(count / STEP)
    return dict(sorted(rounded.items(), key=lambda cell: [table["total"], *table["kinds"]].index(cell[0][0])))


def _totals(calibration: Calibration, rng: np.random.Generator) -> dict[str, dict[int, int]]:
    """All crimes per region and year: published where they are, else drawn around the region's level."""
    table, people = calibration["misdrijven_cbs"], population(calibration)
    years = span(table["years"])
    country = dict(zip(years, line(table["country"], years), strict=True))
    totals = {"NL01": {year: round(count) for year, count in country.items()}}
    for region, relative in calibration["police"]["relative"].items():
        drawn_years = [year for year in people[region] if table["others_from"] <= year <= years[-1]]
        share = np.array([people[region][year] / people["NL01"][year] * country[year] for year in drawn_years])
        totals[region] = dict(zip(drawn_years, _draw(share * relative, rng), strict=True))
    for region, published in table["published"].items():
        totals[region] = {year: round(count) for year, count in _between(published).items()}
    return totals


def _draw(expected: Levels, rng: np.random.Generator) -> list[int]:
    drawn: list[int] = rng.poisson(expected).tolist()
    return drawn


def _between(published: dict[int, int]) -> dict[int, float]:
    """Published counts, with the years in between on straight lines."""
    years = span([min(published), max(published)])
    return dict(zip(years, line(published, years).tolist(), strict=True))
