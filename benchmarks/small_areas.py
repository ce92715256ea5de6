"""How often the margin of a wijk holds, and how often wijken are called different; figures are made up.

The tables of docs/methods/small_areas.md. ``python benchmarks/small_areas.py [draws]``; the seed is fixed.

Wijken with 10 to 200 expected registrations over three years, whose rates differ by a standard deviation of the log
rate. *Held*: how often the interval covers the rate of the wijk relative to the municipality. *Called*: how many wijken
get a verdict. *Any*: how many maps call at least one wijk different. *Wrong side*: how many of the wijken called
different are called so in the wrong direction. *Holm*: how many wijken the score test of each wijk by itself calls
different, with Holm's correction.
"""

from __future__ import annotations

import sys
from math import inf

import numpy as np
from scipy.stats import t as student

from analysis.statistics.dispersion import Noise, table_dispersion
from analysis.statistics.small_areas import relative_rates
from analysis.statistics.verdicts import alpha, holm

SEED, YEARS = 20260106, 3
HEADER = "| dispersion | wijken | spread | held | called | any | wrong side | Holm |\n|---|---|---|---|---|---|---|---|"


def one_map(
    random: np.random.Generator, wijken: int, spread: float, dispersion: float, tilt: float = 0.0
) -> tuple[np.ndarray, ...]:
    """Return of each wijk: whether the margin held, was left by 1, on the wrong side, and what Holm says.

    With ``tilt`` a wijk has as many more registrations per inhabitant as it is larger, to that power.
    """
    size = np.exp(random.uniform(np.log(10), np.log(200), wijken))
    true = np.exp(random.normal(0, spread, wijken)) * size**tilt
    mean = np.repeat((size * true / YEARS)[:, None], YEARS, axis=1)
    excess = dispersion - 1
    table = random.negative_binomial(mean / excess, 1 / dispersion) if excess else random.poisson(mean)
    expected, true = size * table.sum() / size.sum(), true * size.sum() / (size * true).sum()
    measured, degrees = table_dispersion(table.astype(float))
    noise = Noise(measured, degrees or inf)
    scale = (noise.z / Noise().z) ** 2
    counts = table.sum(axis=1)
    _, lower, upper = relative_rates(counts / scale, expected / scale)
    up, down = lower > 1, upper < 1
    z = np.abs(counts - expected) / np.sqrt(measured * expected)
    corrected = holm(2 * student.sf(z, noise.degrees)) < alpha()
    wrong = (up & (true < 1)) | (down & (true > 1))
    return (lower <= true) & (true <= upper), up | down, wrong, corrected


def table(draws: int, tilt: float, spreads: tuple[float, ...]) -> None:
    """Print the rows for every dispersion, number of wijken and spread."""
    print(HEADER)
    for dispersion in (1.0, 3.0):
        for wijken in (5, 10, 20, 40):
            for spread in spreads:
                random = np.random.default_rng(SEED)
                maps = [one_map(random, wijken, spread, dispersion, tilt) for _ in range(draws)]
                held, called, wrong, corrected = (np.array(part) for part in zip(*maps, strict=True))
                side = f"{100 * wrong.sum() / called.sum():.1f} %" if spread + tilt and called.any() else "–"
                print(
                    f"| {dispersion:g} | {wijken} | {spread:g} | {held.mean():.1%} | {called.mean():.1%} "
                    f"| {called.any(axis=1).mean():.1%} | {side} | {corrected.mean():.1%} |",
                    flush=True,
                )


if __name__ == "__main__":
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print("Rates that have nothing to do with size:\n")
    table(draws, 0.0, (0.0, 0.1, 0.2, 0.5))
    print("\nRates that rise with size, by half from the smallest to the largest:\n")
    table(draws, float(np.log(1.5) / np.log(20)), (0.0, 0.2))
