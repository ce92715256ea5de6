"""How good the monitoring is: false alarms, and which waves and shifts are seen, by month and by half-year.

Run as ``python benchmarks/monitoring.py [RAW]``, with a folder of raw exports that has figures of all municipalities:
their years are also judged as if they were half-years. All simulations have a fixed seed. There are no real figures by
month of one municipality, so months are made: a season, runs of registrations, and years that differ as much as those
of real municipalities of that size do. Beside each figure stands that of the method before: limits from four fixed
years.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy.stats import nbinom, norm
from scipy.stats import t as student

from analysis.definitions import catalogue
from analysis.paths import PROJECT
from analysis.statistics.half_years import by_same_half
from analysis.statistics.monitoring import RUNS, YEAR, Watch, watch
from analysis.statistics.yardstick import Floats
from yardstick import panels

SEED = 2026
SERIES, YEARS, JUDGED = 400, 12, 8  # of a simulation; the last years are judged
# Registrations in a month, and variance divided by mean of whole years: steady, and as among real municipalities.
LEVELS = ((0.5, 1.2), (2, 1.5), (6, 4.2), (20, 7.0))
SEASON, SEASON_FROM = 0.3, 10
WAVES, SHIFT, STARTS = (2.0, 3.0), 1.5, (0, 3, 6, 9)
FELL = 0.5  # level after the first four years, beside that before
# Registrations in a year, and the variance divided by the mean.
HALVES = ((10, 1.2), (20, 1.4), (40, 2.2), (80, 4.6), (130, 6.9), (250, 7.0))
REFERENCES, HALF_YEARS = (3, 5, 7), 1500


def simulate(
    rng: np.random.Generator, series: int, level: float, yearly: float, factor: Floats | float = 1.0
) -> Floats:
    """Return made months: runs with a season around a level, in years that differ by more than chance."""
    season = 1 + SEASON * np.cos(2 * np.pi * np.arange(YEAR * YEARS) / YEAR)
    spread = max(0.0, (yearly - RUNS) / (YEAR * level))
    years = rng.gamma(1 / spread, spread, (series, YEARS)) if spread else np.ones((series, YEARS))
    mean = level * season * np.repeat(years, YEAR, axis=1) * factor
    return rng.negative_binomial(mean / (RUNS - 1), 1 / RUNS).astype(float)


def waves(seen: Watch) -> np.ndarray:
    """Return which months are a wave, by themselves or with the two before them."""
    return np.asarray((seen.counts > seen.limit()) | (seen.together > seen.limit_together()))


def fixed_limits(counts: Floats) -> np.ndarray:
    """Return which months the method before called a wave: limits from the first four years, that never move."""
    base = counts[:, : 4 * YEAR].reshape(len(counts), 4, YEAR)
    seasonal = (base.sum(axis=1).min(axis=1) >= SEASON_FROM)[:, None]
    level = np.where(seasonal, base.mean(axis=1), base.mean(axis=(1, 2))[:, None])
    parameters = np.where(seasonal, YEAR, 1)
    safe = np.maximum(level, 1e-9)
    squares = ((base - level[:, None]) ** 2 / safe[:, None]).sum(axis=(1, 2))[:, None]
    spread = np.maximum(1.0, squares / (4 * YEAR - parameters)) * (1 + parameters / (4 * YEAR))
    tail = norm.sf(student.isf(0.001, 4 * YEAR - parameters))
    limit = nbinom.isf(tail, safe / (spread - 1), 1 / spread)
    return np.asarray(counts > np.tile(limit, (1, counts.shape[1] // YEAR)))


def _alarms(found: np.ndarray) -> float:
    """Return how many separate alarms there are in a year; months in a row are one."""
    judged = found[:, -YEAR * JUDGED :]
    return float((judged & ~found[:, -YEAR * JUDGED - 1 : -1]).sum() / (len(found) * JUDGED))


def _seen(found: list[np.ndarray], starts: tuple[int, ...], months: int) -> float:
    """Return the share of series with an alarm within some months of a change."""
    first = YEAR * (YEARS - 2)
    parts = [
        part[:, first + start : first + start + months].any(axis=1) for part, start in zip(found, starts, strict=True)
    ]
    return float(np.mean(parts))


def months_table(years_differ: bool, fell: bool) -> None:
    """Print false alarms and what is seen, by level."""
    rng = np.random.default_rng(SEED)
    print(
        "| level | waves | shifts | before | 2×, 3 months | before | 3×, 3 months | before | 1.5×, 12 months | before |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    base = np.ones(YEAR * YEARS)
    if fell:
        base[4 * YEAR :] = FELL
    for level, yearly in LEVELS:
        spread = yearly if years_differ else RUNS
        steady = simulate(rng, SERIES, level, spread, base)
        watched = watch(steady)
        cells = [_alarms(waves(watched)), _alarms(watched.shift > 0), _alarms(fixed_limits(steady))]
        for ratio, months, horizon in [(ratio, 3, 3) for ratio in WAVES] + [(SHIFT, 2 * YEAR, YEAR)]:
            now, before = [], []
            for start in STARTS:
                factor = base.copy()
                factor[YEAR * (YEARS - 2) + start :][:months] *= ratio
                changed = simulate(rng, SERIES // len(STARTS), level, spread, factor)
                after = watch(changed)
                now.append(waves(after) | (after.shift > 0))
                before.append(fixed_limits(changed))
            cells += [_seen(now, STARTS, horizon), _seen(before, STARTS, horizon)]
        print(f"| {level:g} | " + " | ".join(f"{cell:.3f}" for cell in cells[:3]), end=" | ")
        print(" | ".join(f"{100 * cell:.0f} %" for cell in cells[3:]), "|", flush=True)


def _judged(counts: Floats, now: Floats) -> tuple[Floats, Floats]:
    """Return the p-values of half-years beside those before them, and what was expected; NaN where there is no band."""
    years, found, expected = np.arange(counts.shape[1]), [], []
    for past, count in zip(counts, now, strict=True):
        ordinary = by_same_half(years, past, len(past))
        known = ordinary is not None and ordinary.mean >= catalogue.thresholds().signals.expected_from
        found.append(ordinary.p_value(count) if ordinary and known else np.nan)
        expected.append(ordinary.mean if ordinary else np.nan)
    return np.array(found), np.array(expected)


def _outside(p_values: Floats) -> tuple[float, float]:
    rule, judged = catalogue.thresholds().signals, p_values[~np.isnan(p_values)]
    return float((judged < 1 - rule.notice).mean()), float((judged < 1 - rule.signal).mean())


def halves_table() -> None:
    """Print which half-years stand out when nothing changed, and when there is half as much or twice as much."""
    rng = np.random.default_rng(SEED)
    print("| registrations | variance / mean | years before | let op | signaal | 1.5×: let op | 2×: let op |")
    print("|---|---|---|---|---|---|---|")
    totals = []
    for yearly, dispersion in HALVES:
        for years in REFERENCES:
            spread = max(0.0, (dispersion - RUNS) / yearly)
            shape = (HALF_YEARS, years + 1)
            mean = yearly / 2 * (rng.gamma(1 / spread, spread, shape) if spread else np.ones(shape))
            counts = rng.negative_binomial(mean / (RUNS - 1), 1 / RUNS).astype(float)
            cells = list(_outside(_judged(counts[:, :-1], counts[:, -1])[0]))
            totals.append(cells[:2])
            for ratio in (1.5, 2.0):
                more = rng.negative_binomial(ratio * mean[:, -1] / (RUNS - 1), 1 / RUNS).astype(float)
                cells.append(_outside(_judged(counts[:, :-1], more)[0])[0])
            print(
                f"| {yearly / 2:g} | {dispersion:g} | {years} | {100 * cells[0]:.1f} % | {100 * cells[1]:.2f} %",
                end=" | ",
            )
            print(" | ".join(f"{100 * cell:.0f} %" for cell in cells[2:]), "|", flush=True)
    notice, signal = np.mean(totals, axis=0)
    print(f"\nOn average {100 * notice:.1f} % and {100 * signal:.2f} %.")


def real_halves_table(raw: Path) -> None:
    """Print which real years would stand out if they were half-years: a rule for counts of this size."""
    print("| years before | expected | years | let op | signaal |")
    print("|---|---|---|---|---|")
    counts = {name: panel.dropna().to_numpy(float) for name, panel in panels(raw).items()}
    for years in REFERENCES:
        found = [
            _judged(table[:, end - years : end], table[:, end])
            for table in counts.values()
            for end in range(years, table.shape[1])
        ]
        p_values, expected = (np.concatenate(parts) for parts in zip(*found, strict=True))
        for low, high in ((5, 20), (20, 60), (60, 200)):
            part = p_values[(expected >= low) & (expected < high)]
            notice, signal = _outside(part)
            print(f"| {years} | {low}–{high} | {len(part)} | {100 * notice:.1f} % | {100 * signal:.2f} % |", flush=True)


def main() -> None:
    """Print every table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("raw", nargs="?", type=Path, default=PROJECT / "data" / "raw")
    raw = arguments.parse_args().raw
    print(
        "False alarms in a year, and what is seen, by level per month (three rules together; beside it the old method)"
    )
    for title, years_differ, fell in (
        ("Every year has the same level", False, False),
        ("Years differ as those of real municipalities", True, False),
        ("The same, and the level halved after four years", True, True),
    ):
        print(f"\n{title}:\n")
        months_table(years_differ, fell)
    print("\nHalf-years, simulated:\n")
    halves_table()
    print("\nReal years, judged as half-years (they did change at times):\n")
    real_halves_table(raw)


if __name__ == "__main__":
    main()
