"""How good the yardstick is: coverage and width of its ranges, false alarms, power, and how long changes lasted.

Run as ``python benchmarks/yardstick.py [RAW]``, with a folder of raw exports that has figures of all municipalities.
With ``--tried`` it prints instead what other choices within the yardstick give.
Nothing looks ahead: what is expected of a year rests on earlier years only. Simulations have a fixed seed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from scipy.stats import nbinom, poisson

import analysis
from analysis.definitions import catalogue
from analysis.ingest.pipeline import ingest
from analysis.paths import PROJECT
from analysis.statistics import yardstick
from analysis.statistics.ordinary import own_variance
from analysis.statistics.rates import LIMITS, funnel
from analysis.statistics.yardstick import Floats, expected, learn, past_errors, probability_below
from analysis.store.series import Panel, Series

SIZES = ((0, 5), (5, 20), (20, 60), (60, 200), (200, np.inf))
HORIZONS = (1, 2, 3)
FEWEST_YEARS = 5  # before the first year that is foretold
MUNICIPALITIES = 200  # a panel with fewer teaches too little
SEED = 2026
# Size of a count, and variance divided by mean as measured among real municipalities of that size.
SITUATIONS = ((20, 1.4), (40, 2.2), (80, 4.6), (130, 6.9), (250, 7.0))
PANELS, SIMULATED, PAST = 60, 342, 8  # of a simulation: panels, municipalities, years
RATIOS = (1.3, 2.0)
OUTSIDE = 0.05
FUNNELS, RATES, DIFFERENCES = 150, (0.3, 1.0, 8.0), (0.0, 0.1, 0.25)


def _slope(slope: float) -> dict[str, Any]:
    """Return the constants that fix the power of the number expected that the excess variance is proportional to."""
    return {"SLOPE": slope, "_SLOPE_ERROR": 1e-4}


# Other values of the constants of the yardstick.
TRIED: dict[str, dict[str, Any]] = {
    "as it is": {},
    "no heavy part": {"TAIL": 1e-12},
    "power 2": _slope(2.0),
    "power 1": _slope(1.0),
    "errors weigh alike": {"RECENT": 1.0},
    **{f"a year weighs {weight:g}": {"FADING": weight} for weight in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)},
}

Below = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Foretold:
    """Counts of a year beside the probabilities of a method: the expected number, and both ends of its 95 % range."""

    count: Floats
    mean: Floats
    below: Floats
    low: Floats
    high: Floats


def panels(raw: Path) -> dict[str, Panel]:
    """Return the counts of all municipalities by year, of every indicator that has them."""
    with TemporaryDirectory() as folder:
        ingest(raw, Path(folder))
        loaded = {
            id: analysis.load(id, "GM1969", folder=Path(folder))
            for id, indicator in catalogue.indicators().items()
            if indicator.is_count and indicator.unit == "registrations"
        }
        found = {id: series.peers for id, series in loaded.items() if isinstance(series, Series)}
    return {id: panel for id, panel in found.items() if panel is not None and len(panel) >= MUNICIPALITIES}


def origins(panel: Panel, horizon: int) -> Iterator[int]:
    """Yield the years from which another is foretold."""
    yield from (year for year in panel.years[FEWEST_YEARS:] if year + horizon in panel.years)


def by_yardstick(panel: Panel, first: int, last: int) -> Foretold | None:
    """Foretell a year by the yardstick."""
    spread = learn(panel, last - first, first)
    if spread is None:
        return None
    count, mean = past_errors(panel, first, last)
    return _foretold(count, mean, lambda number: probability_below(number, mean, spread.excess(mean)))


def by_own_years(panel: Panel, first: int, last: int) -> Foretold | None:
    """Foretell each municipality from its own years alone, without the country."""
    past = panel.frame[[year for year in panel.years if year <= first]].to_numpy()
    variance, mean = own_variance(past, last - first), np.maximum(past[:, -1], 0.5)
    if np.isnan(variance).all():
        return None
    mean = np.where(np.isnan(variance), np.nan, mean)
    excess = np.nan_to_num(variance) - np.nan_to_num(mean)
    below = lambda number: probability_below(number, mean, excess)  # noqa: E731
    return _foretold(panel.frame[last].to_numpy(), mean, below)


def by_last_year(panel: Panel, first: int, last: int) -> Foretold:
    """Foretell that a year is as the last one, give or take Poisson's chance."""
    count, mean = panel.frame[last].to_numpy(), np.maximum(panel.frame[first].to_numpy(), 0.5)
    return _foretold(count, mean, lambda number: poisson.cdf(number - 1, mean) + poisson.pmf(number, mean) / 2)


def by_three_years(panel: Panel, first: int, last: int) -> Foretold | None:
    """Foretell from the mean of three years and the country, with one dispersion for each class of size."""

    def of(start: int, end: int) -> tuple[Floats, Floats]:
        three = [year for year in panel.years if start - 3 < year <= start]
        complete = panel.frame[[*three, end]].dropna()
        others = complete.sum() - complete.reindex(panel.frame.index).fillna(0.0)
        mean = panel.frame[three].sum(axis=1) / others[three].sum(axis=1) * others[end]
        return panel.frame[end].to_numpy(), np.maximum(mean.to_numpy(), 0.5)

    horizon, years = last - first, panel.years
    past = [of(year, year + horizon) for year in years[2:] if year + horizon <= first]
    count, mean = of(first, last)
    before, foretold = (np.concatenate(values) for values in zip(*past, strict=True))
    excess = np.zeros_like(mean)
    for low, high in SIZES:
        alike = (foretold >= low) & (foretold < high)
        relative = ((before - foretold)[alike] ** 2 - foretold[alike]) / foretold[alike] ** 2
        own = (mean >= low) & (mean < high)
        excess[own] = max(0.0, float(np.mean(relative))) * mean[own] ** 2 if alike.any() else 0.0
    size = mean**2 / np.maximum(excess, 1e-6)
    chance = size / (size + mean)
    half = lambda number: nbinom.cdf(number - 1, size, chance) + nbinom.pmf(number, size, chance) / 2  # noqa: E731
    return _foretold(count, mean, half)


def _foretold(count: Floats, mean: Floats, below: Below) -> Foretold:
    low, high = _at_least(below, mean, OUTSIDE / 2), _at_least(below, mean, 1 - OUTSIDE / 2) - 1
    known = ~np.isnan(count) & ~np.isnan(mean)
    return Foretold(*(values[known] for values in (count, mean, below(count), low, np.maximum(low, high))))


def _at_least(below: Below, mean: Floats, probability: float) -> Floats:
    """Return the lowest counts with at least this probability below them."""
    low, high = np.full_like(mean, -1.0), np.ceil(20 * np.nan_to_num(mean) + 100)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = below(middle) >= probability
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def coverage(figures: dict[str, Panel]) -> None:
    """Print coverage, width and score of 95 % ranges by size and horizon, beside three other ways."""
    ways = {
        "yardstick": by_yardstick,
        "own years": by_own_years,
        "three years": by_three_years,
        "last year, Poisson": by_last_year,
    }
    print("coverage in %, median width as a part of the count, and mean interval score (lower is better)")
    print(f"{'way':20}{'years':>6}{'count':>10}{'figures':>9}{'80 %':>7}{'95 %':>7}{'99 %':>7}{'width':>7}{'score':>8}")
    for horizon in HORIZONS:
        for name, way in ways.items():
            parts = [
                foretold
                for panel in figures.values()
                for first in origins(panel, horizon)
                if (foretold := way(panel, first, first + horizon)) is not None
            ]
            every = Foretold(*(np.concatenate([getattr(part, field) for part in parts]) for field in vars(parts[0])))
            for low, high in SIZES:
                _print_class(name, horizon, every, low, high)


def _print_class(name: str, horizon: int, every: Foretold, low: float, high: float) -> None:
    alike = (every.mean >= low) & (every.mean < high)
    count, mean, below, lowest, highest = (getattr(every, field)[alike] for field in vars(every))
    inside = [100 * float(np.mean(np.abs(below - 0.5) <= share / 2)) for share in (0.8, 0.95, 0.99)]
    missed = np.maximum(lowest - count, 0) + np.maximum(count - highest, 0)
    score = float(np.mean(highest - lowest + 2 / OUTSIDE * missed))
    width = float(np.median((highest - lowest) / np.maximum(mean, 1)))
    label = f"{low:g}–{high:g}" if np.isfinite(high) else f"{low:g}+"
    shares = "".join(f"{share:7.1f}" for share in inside)
    print(f"{name:20}{horizon:6}{label:>10}{len(count):9}{shares}{width:7.2f}{score:8.1f}")


def simulate(ratio: float, size: float, dispersion: float, random: np.random.Generator) -> float:
    """Return the share of municipalities of a size whose last year falls outside the 95 % range."""
    outside, number = 0, 0
    for _ in range(PANELS):
        mean = np.full((SIMULATED, PAST), float(size))
        changed = np.arange(SIMULATED) % 10 == 0  # few enough to leave the country as it is
        mean[changed, -1] *= ratio
        counts = random.negative_binomial(mean / (dispersion - 1), 1 / dispersion)
        codes = tuple(f"GM{number:04}" for number in range(SIMULATED))
        panel = Panel(codes, tuple(range(2016, 2016 + PAST)), counts.astype(float))
        first, last = 2014 + PAST, 2015 + PAST
        spread, unchanged = learn(panel, 1, first), expected(panel, first, last).unchanged
        assert spread is not None
        below = probability_below(panel.values[:, -1], unchanged, spread.excess(unchanged))
        outside += int((2 * np.minimum(below, 1 - below) < OUTSIDE)[changed].sum())
        number += int(changed.sum())
    return outside / number


def alarms() -> None:
    """Print how often nothing looks like a change, and how often a change is seen."""
    print(f"\nfalse alarms and power in %, {PANELS} simulated panels of {SIMULATED} municipalities")
    print(f"{'count':>6}{'variance/mean':>15}{'nothing':>9}" + "".join(f"{f'{ratio:g}×':>7}" for ratio in RATIOS))
    for size, dispersion in SITUATIONS:
        shares = [simulate(ratio, size, dispersion, np.random.default_rng(SEED)) for ratio in (1.0, *RATIOS)]
        print(
            f"{size:6}{dispersion:15g}{100 * shares[0]:9.1f}" + "".join(f"{100 * share:7.0f}" for share in shares[1:])
        )


def lasting(figures: dict[str, Panel]) -> None:
    """Print what was left of a change one year further on, by how far it was from ordinary."""
    rows = []
    for panel in figures.values():
        for first in (year for year in origins(panel, 2) if learn(panel, 1, year) is not None):
            spread, mean = learn(panel, 1, first), expected(panel, first, first + 1).unchanged
            assert spread is not None
            count, later = panel.frame[first + 1].to_numpy(), panel.frame[first + 2].to_numpy()
            below = probability_below(count, mean, spread.excess(mean))
            rows.append(np.column_stack([mean, count, later, 2 * np.abs(below - 0.5)]))
    mean, count, later, far = np.concatenate(rows).T
    enough = (mean >= SIZES[1][1]) & ~np.isnan(count) & ~np.isnan(later)
    print("\nchanges of one year that lasted, expected count 20 or more")
    print(f"{'outside the range of':>22}{'changes':>9}{'of all':>8}{'same direction':>16}{'at least half':>15}")
    for low, high in ((0, 0.8), (0.8, 0.95), (0.95, 1.01), (0.99, 1.01)):
        some = enough & (far >= low) & (far < high)
        kept = (later - mean) * np.sign(count - mean)
        direction, half = kept > 0, kept >= np.abs(count - mean) / 2
        shares = f"{100 * float(np.mean(direction[some])):15.0f}%{100 * float(np.mean(half[some])):14.0f}%"
        print(f"{f'{100 * low:.0f} %':>22}{some.sum():9}{100 * some.sum() / enough.sum():7.1f}%{shares}")


def funnels() -> None:
    """Print how many municipalities are outside the limits of a funnel, with and without real differences."""
    print(f"\noutside the limits of a funnel in %, {FUNNELS} simulated countries of {SIMULATED} municipalities")
    print(f"{'rate':>6}{'differences':>13}" + "".join(f"{f'{100 * level:g} %':>8}" for level in LIMITS))
    people = np.geomspace(2_000, 500_000, SIMULATED)
    for rate in RATES:
        for differing in DIFFERENCES:
            random = np.random.default_rng(SEED)
            shares = [_outside(rate, differing, people, random) for _ in range(FUNNELS)]
            outside = "".join(f"{100 * share:8.2f}" for share in np.mean(shares, axis=0))
            print(f"{rate:6g}{f'{100 * differing:g} %':>13}{outside}")


def _outside(rate: float, differing: float, people: Floats, random: np.random.Generator) -> list[float]:
    """Return the shares outside both pairs of limits, when the roots of the rates differ by a part of the root."""
    own = (np.sqrt(rate) * (1 + differing * random.standard_normal(SIMULATED))).clip(0) ** 2
    counts = random.poisson(own * people / 1000)
    regions = [f"GM{number:04}" for number in range(SIMULATED)]
    tables = [pd.DataFrame({2022: values.astype(float)}, regions) for values in (counts, people)]
    series = [_yearly(table) for table in tables]
    found = funnel(replace(series[0], population=pd.Series({2022: people[0]})), series[1], 2022)
    return [found.outside(level) / SIMULATED for level in LIMITS]


def _yearly(table: pd.DataFrame) -> Series:
    """Return the first municipality of a table as a series that knows the others."""
    row = {"value": table.iloc[0, 0], "status": "final", "origin": "own", "lower": np.nan, "upper": np.nan}
    data = pd.DataFrame([row], index=pd.DatetimeIndex(["2022-01-01"]))
    indicator = catalogue.indicator("woninginbraak")
    return Series(indicator, table.index[0], "Y", data, (), find_peers=lambda: Panel.of(table))


def tried(figures: dict[str, Panel]) -> None:
    """Print the log score and the coverage, one year ahead, with other constants; the lower score is better."""
    labels = [f"{low:g}–{high:g}" if np.isfinite(high) else f"{low:g}+" for low, high in SIZES]
    print(f"{'':22}{'log score':>10}" + "".join(f"{label:>20}" for label in labels))
    for name, constants in TRIED.items():
        learn.cache_clear()
        expected.cache_clear()
        with patch.multiple(yardstick, **{"TAIL": yardstick.TAIL, **constants}):
            parts = [_scored(panel, first) for panel in figures.values() for first in origins(panel, 1)]
        mean, far, score = np.concatenate([part for part in parts if part is not None], axis=1)
        print(f"{name:22}{float(score.mean()):10.4f}", end="")
        for low, high in SIZES:
            alike = far[(mean >= low) & (mean < high)]
            inside = [100 * float(np.mean(alike <= share)) for share in (0.8, 0.95, 0.99)]
            print(f"{inside[0]:8.1f}{inside[1]:6.1f}{inside[2]:6.1f}", end="")
        print()


def _scored(panel: Panel, first: int) -> Floats | None:
    """Return the number expected, the distance from it as a probability, and minus the log likelihood."""
    spread = learn(panel, 1, first)
    if spread is None:
        return None
    count, mean = past_errors(panel, first, first + 1)
    excess = spread.excess(mean)
    far = 2 * np.abs(probability_below(count, mean, excess) - 0.5)
    return np.stack([mean, far, -yardstick.log_likelihood(count, mean, excess)])


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("raw", type=Path, nargs="?", default=PROJECT / "data" / "raw")
    arguments.add_argument("--tried", action="store_true", help="what other choices give")
    given = arguments.parse_args()
    figures = panels(given.raw)
    print(f"{len(figures)} indicators of all municipalities: {', '.join(figures)}\n")
    began = time.process_time()
    if given.tried:
        return tried(figures)
    coverage(figures)
    lasting(figures)
    alarms()
    funnels()
    print(f"\n{time.process_time() - began:.1f} s of processor time")


if __name__ == "__main__":
    main()
