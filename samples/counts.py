"""Registered incidents by code, region and month, as one police table holds them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass

import numpy as np

from samples import published
from samples.calibration import Calibration, Counts, Levels, overdispersed, population, span, stream

_COUNTRY = {"misdrijven": published.CRIMES_OF_THE_COUNTRY, "overlast": published.NUISANCE_OF_THE_COUNTRY}


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
    """Draw one table of the calibration, around the real figures.

    What is real stays as it is: the country, and the kinds and years of municipalities that were published. The rest is
    drawn. Municipalities come first; what cannot be assigned within the province comes on top of them, and the rest of
    the country is what is left. So a municipality never exceeds its province, nor the province the country.

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
    rng, codes = stream(calibration, name), details(calibration, name)
    country = national(calibration, name, codes)
    expected = local_levels(calibration, country, rng)
    fixed = _fixed(calibration, name, codes)
    totals = _totals(table, list(police["relative"]), years)
    expected = _through(_scaled(expected, fixed, totals), fixed)
    municipalities = _filled_up(overdispersed(expected, police["dispersion"], rng), expected, fixed, totals, rng)
    unassigned = rng.poisson(police["unassigned"] * expected.sum(axis=1))
    elsewhere = country - municipalities.sum(axis=1) - unassigned
    if (elsewhere < 0).any():
        raise ValueError(f"{name}: the municipalities have more than the country")
    cells = np.concatenate([municipalities, unassigned[:, None], elsewhere[:, None]], axis=1)
    months = rng.multinomial(cells, month_shares(calibration, name, codes, cells.shape[1], rng))
    return Table([table["total"], *codes], ["NL01", "PV20", *police["relative"]], years, _with_totals(months))


def details(calibration: Calibration, name: str) -> list[str]:
    """Return the codes of a table without its total, in the order of the publisher."""
    counts, total = published.counts(_COUNTRY[name]), calibration["tables"][name]["total"]
    return [code for code, _ in counts if code != total]


def national(calibration: Calibration, name: str, codes: list[str]) -> Counts:
    """Return the real counts of the country, shape (codes, years)."""
    counts = published.counts(_COUNTRY[name])
    return np.array([[counts[code, published.COUNTRY][year] for year in span(calibration["years"])] for code in codes])


def local_levels(calibration: Calibration, country: Counts, rng: np.random.Generator) -> Levels:
    """Return the expected counts by code, municipality and year: inhabitants, relative level, lasting difference."""
    people, police = population(calibration), calibration["police"]
    last = calibration["years"][1]
    share = np.array([people[code][last] for code in police["relative"]], dtype=float)
    share = share / people[published.COUNTRY][last] * list(police["relative"].values())
    lasting = rng.lognormal(0, police["local_spread"], (len(country), len(share)))
    return np.asarray(country[:, None, :] * (share * lasting)[:, :, None])


def _fixed(calibration: Calibration, name: str, codes: list[str]) -> Levels:
    """Lay what is known out as (codes, municipalities, years): real figures, then what the council's texts say.

    NaN where nothing is known.
    """
    table, regions = calibration["tables"][name], list(calibration["police"]["relative"])
    known = {region: dict[str, dict[int, int]]() for region in regions}
    if name == "misdrijven":
        for (code, region), counts in published.counts(published.CRIMES).items():
            if region in known:
                known[region][code] = counts
    else:
        for region in regions:
            known[region]["E33"] = published.e33_of_today(region, calibration["e33"]["split"])
    for region, figures in table["known"].items():
        for code, counts in figures.items():
            known[region][code] = known[region].get(code, {}) | counts
    return _laid_out(known, codes, span(calibration["years"]))


def _laid_out(known: dict[str, dict[str, dict[int, int]]], codes: list[str], years: list[int]) -> Levels:
    fixed = np.full((len(codes), len(known), len(years)), np.nan)
    for at, figures in enumerate(known.values()):
        for code, values in figures.items():
            for year in set(values) & set(years):
                fixed[codes.index(code), at, years.index(year)] = values[year]
    return fixed


def _totals(table: Calibration, regions: list[str], years: list[int]) -> Levels:
    """Return the known totals by municipality and year; NaN where none is known."""
    totals = np.full((len(regions), len(years)), np.nan)
    for region, values in table.get("totals", {}).items():
        for year, value in values.items():
            totals[regions.index(region), years.index(year)] = value
    return totals


def _scaled(expected: Levels, fixed: Levels, totals: Levels) -> Levels:
    """Bring the kinds that are not known to the level that the totals leave for them, in all years."""
    rest = totals - np.nansum(fixed, axis=0)
    left = np.where(np.isnan(fixed), expected, 0).sum(axis=0)
    known = ~np.isnan(rest)
    years = known.sum(axis=1)
    ratio = np.where(known, rest / left, 0).sum(axis=1) / np.maximum(years, 1)
    return np.asarray(expected * np.where(years, ratio, 1)[None, :, None])


def _filled_up(drawn: Counts, expected: Levels, fixed: Levels, totals: Levels, rng: np.random.Generator) -> Counts:
    """Put what is known in the place of what was drawn; where a total is known, divide what it leaves."""
    filled = np.where(np.isnan(fixed), drawn, fixed).astype(np.int64)
    for region, year in np.argwhere(~np.isnan(totals)).tolist():
        free = np.isnan(fixed[:, region, year])
        rest = int(totals[region, year] - np.nansum(fixed[:, region, year]))
        shares = expected[free, region, year]
        filled[free, region, year] = rng.multinomial(rest, shares / shares.sum())
    return filled


def _through(expected: Levels, fixed: Levels) -> Levels:
    """Bend expected levels so that they pass through the known figures, gradually in between."""
    bent, years = expected.copy(), np.arange(fixed.shape[-1])
    for cell in np.argwhere(~np.isnan(fixed).all(axis=-1)):
        known = ~np.isnan(fixed[tuple(cell)])
        ratio = fixed[tuple(cell)][known] / expected[tuple(cell)][known]
        bent[tuple(cell)] *= np.interp(years, years[known], ratio)
    return bent


def month_shares(calibration: Calibration, name: str, codes: list[str], cells: int, rng: np.random.Generator) -> Levels:
    """Return the share of each month in its year, shape (codes, cells, years, 12), from days, seasons, steps and waves.

    The last cell is the rest of the country, where the waves of single places level out.
    """
    table, spread = calibration["tables"][name], calibration["police"]["monthly_spread"]
    years = span(calibration["years"])
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
