"""Registered incidents by code, region and month, as one police table holds them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass

import numpy as np

from samples.calibration import Calibration, Counts, Levels, overdispersed, span, stream


@dataclass(frozen=True)
class Table:
    """Counts of one police table.

    Parameters
    ----------
    codes : list of str
        The total first, then its details.
    regions : list of str
        Country, province, municipalities.
    years : list of int
        The years of the counts.
    months : ndarray, shape (codes, regions, years, 12)
        Registrations by month; those of a year are their sum.
    """

    codes: list[str]
    regions: list[str]
    years: list[int]
    months: Counts

    def annual(self, code: str, region: str) -> dict[int, int]:
        """Return the registrations of one code in one region, by year."""
        per_year = self.months[self.codes.index(code), self.regions.index(region)].sum(axis=-1)
        return dict(zip(self.years, per_year.tolist(), strict=True))


def draw(calibration: Calibration, name: str) -> Table:
    """Draw one table of the calibration.

    Municipalities are drawn first; what cannot be assigned within the province and the rest of the country come on top
    of them. So a municipality never exceeds its province, nor the province the country.

    Parameters
    ----------
    calibration : dict
        From `samples.calibration.load`.
    name : str
        Name of the table, ``misdrijven`` or ``overlast``.

    Returns
    -------
    Table
    """
    table, police, years = calibration["tables"][name], calibration["police"], span(calibration["years"])
    rng = stream(calibration, name)
    country = np.stack([np.interp(years, table["levels_at"], values) for values in table["levels"].values()])
    expected = local_levels(calibration, country, rng)
    fixed = _published(table, list(police["relative"]), years)
    municipalities = overdispersed(_through(expected, fixed), police["dispersion"], rng)
    municipalities = np.where(np.isnan(fixed), municipalities, fixed).astype(np.int64)
    unassigned = rng.poisson(police["unassigned"] * expected.sum(axis=1))
    elsewhere = rng.poisson(np.clip(country - municipalities.sum(axis=1), 0, None))
    cells = np.concatenate([municipalities, unassigned[:, None], elsewhere[:, None]], axis=1)
    months = rng.multinomial(cells, month_shares(calibration, name, cells.shape[1], rng))
    regions = ["NL01", "PV20", *police["relative"]]
    return Table([table["total"], *table["levels"]], regions, years, _with_totals(months))


def local_levels(calibration: Calibration, country: Levels, rng: np.random.Generator) -> Levels:
    """Return the expected counts by code, municipality and year: inhabitants, relative level, lasting difference."""
    population, police = calibration["population"], calibration["police"]
    last = calibration["years"][1]
    share = np.array([population["municipalities"][code][last] for code in police["relative"]])
    share = share / population["country"][last] * list(police["relative"].values())
    lasting = rng.lognormal(0, police["local_spread"], (len(country), len(share)))
    return np.asarray(country[:, None, :] * (share * lasting)[:, :, None])


def _published(table: Calibration, regions: list[str], years: list[int]) -> Levels:
    """Lay published figures out as (codes, municipalities, years); NaN where nothing was published."""
    codes = list(table["levels"])
    fixed = np.full((len(codes), len(regions), len(years)), np.nan)
    for region, figures in table["published"].items():
        for code, values in figures.items():
            for year, value in values.items():
                fixed[codes.index(code), regions.index(region), years.index(year)] = value
    return fixed


def _through(expected: Levels, fixed: Levels) -> Levels:
    """Bend expected levels so that they pass through the published figures, gradually in between."""
    bent, years = expected.copy(), np.arange(fixed.shape[-1])
    for cell in np.argwhere(~np.isnan(fixed).all(axis=-1)):
        published = ~np.isnan(fixed[tuple(cell)])
        ratio = fixed[tuple(cell)][published] / expected[tuple(cell)][published]
        bent[tuple(cell)] *= np.interp(years, years[published], ratio)
    return bent


def month_shares(calibration: Calibration, name: str, cells: int, rng: np.random.Generator) -> Levels:
    """Return the share of each month in its year, shape (codes, cells, years, 12), from days, seasons, steps and waves.

    The last cell is the rest of the country, where the waves of single places level out.
    """
    table, spread = calibration["tables"][name], calibration["police"]["monthly_spread"]
    years, codes = span(calibration["years"]), list(table["levels"])
    days = np.array([[monthrange(year, month)[1] for month in range(1, 13)] for year in years], dtype=float)
    shape = np.repeat(days[None], len(codes), axis=0)
    for code, season in table["seasons"].items():
        shape[codes.index(code)] *= calibration["seasons"][season]
    labels = np.array([[f"{year}-{month:02}" for month in range(1, 13)] for year in years])
    for step in table["steps"]:
        inside = (labels >= step["since"]) & (labels <= step["until"])
        shape[[codes.index(code) for code in step["codes"]]] *= np.where(inside, step["factor"], 1)
    variance = np.array([spread["municipality"]] * (cells - 1) + [spread["country"]]).reshape(-1, 1, 1) ** 2
    weights = shape[:, None] * rng.gamma(1 / variance, variance, (len(codes), cells, len(years), 12))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _with_totals(months: Counts) -> Counts:
    """Add country, province and the total of all codes; the last two cells are unassigned and elsewhere."""
    province = months[:, :-1].sum(axis=1, keepdims=True)
    country = months.sum(axis=1, keepdims=True)
    details = np.concatenate([country, province, months[:, :-2]], axis=1)
    return np.concatenate([details.sum(axis=0, keepdims=True), details])
