"""The calibration of the sample, and what several exports draw from it: years, levels over time, random streams."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from samples import published

Calibration = dict[str, Any]
Counts = npt.NDArray[np.int64]
Levels = npt.NDArray[np.float64]

FILE = Path(__file__).with_name("calibration.yml")


def load() -> Calibration:
    """Read ``calibration.yml``.

    Returns
    -------
    dict
        The levels, shares and settings that the sample is drawn from.
    """
    calibration: Calibration = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return calibration


def span(bounds: list[int]) -> list[int]:
    """Return all years from the first to the last, both included.

    Parameters
    ----------
    bounds : list of int
        The first and the last year.

    Returns
    -------
    list of int

    Examples
    --------
    >>> span([2019, 2022])
    [2019, 2020, 2021, 2022]
    """
    first, last = bounds
    return list(range(first, last + 1))


def stream(calibration: Calibration, name: str) -> np.random.Generator:
    """Return the random numbers of one export, independent of those of the others.

    Each export has its own stream, so changing one leaves the others as they are.

    Parameters
    ----------
    calibration : dict
        Its ``seed`` is part of every stream.
    name : str
        Name of the export.

    Returns
    -------
    numpy.random.Generator
    """
    return np.random.default_rng([calibration["seed"], zlib.crc32(name.encode())])


def line(points: Mapping[int, float], years: list[int]) -> Levels:
    """Return values on straight lines between given points, level outside them.

    Parameters
    ----------
    points : mapping of int to float
        Value by year, ascending.
    years : list of int
        The years to give a value for.

    Returns
    -------
    ndarray, shape (years,)

    Examples
    --------
    >>> line({2019: 10, 2021: 20}, [2018, 2019, 2020, 2021]).tolist()
    [10.0, 10.0, 15.0, 20.0]
    """
    return np.interp(years, list(points), list(points.values()))


def overdispersed(expected: Levels, dispersion: float, rng: np.random.Generator) -> Counts:
    """Draw negative binomial counts, as a Poisson distribution mixed by a gamma distribution.

    Parameters
    ----------
    expected : ndarray
        Expected counts.
    dispersion : float
        Variance divided by the mean, above 1.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    ndarray of int
        Counts, of the shape of ``expected``.
    """
    return rng.poisson(rng.gamma(expected / (dispersion - 1), dispersion - 1))


def population(calibration: Calibration) -> dict[str, dict[int, int]]:
    """Return the real inhabitants of the country, the province and its municipalities, in the years of the sample.

    A municipality has them only while it existed; country and province are sums of municipalities.

    Parameters
    ----------
    calibration : dict
        From `load`.

    Returns
    -------
    dict of str to dict
        By region code: inhabitants by year.
    """
    every, years = published.population(), span(calibration["years"])
    ours = {code: {y: every[code][y] for y in years if y in every[code]} for code in calibration["province"]}
    country = {year: sum(counts.get(year, 0) for counts in every.values()) for year in years}
    return {"NL01": country, "PV20": {year: sum(c.get(year, 0) for c in ours.values()) for year in years}, **ours}
