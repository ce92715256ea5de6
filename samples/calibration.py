"""The calibration and what several exports draw from it: years, levels over time, random streams."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

Calibration = dict[str, Any]
Counts = npt.NDArray[np.int64]
Levels = npt.NDArray[np.float64]

FILE = Path(__file__).with_name("calibration.yml")


def load() -> Calibration:
    """Read calibration.yml."""
    calibration: Calibration = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return calibration


def span(bounds: list[int]) -> list[int]:
    """All years from the first to the last, both included."""
    first, last = bounds
    return list(range(first, last + 1))


def stream(calibration: Calibration, name: str) -> np.random.Generator:
    """Random numbers of one export: its own stream, so that changing one export leaves the others alone."""
    return np.random.default_rng([calibration["seed"], zlib.crc32(name.encode())])


def line(points: Mapping[int, float], years: list[int]) -> Levels:
    """Values for `years` on straight lines between the given points (year: value), level outside them."""
    return np.interp(years, list(points), list(points.values()))


def overdispersed(expected: Levels, dispersion: float, rng: np.random.Generator) -> Counts:
    """Negative binomial counts with variance `dispersion` times the mean, drawn as a gamma-mixed Poisson."""
    return rng.poisson(rng.gamma(expected / (dispersion - 1), dispersion - 1))
