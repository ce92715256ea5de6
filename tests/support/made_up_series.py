"""Small series and ballots. All figures are made up unless a test says where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.definitions.catalogue import Indicator
from analysis.store.raw_sources import Source
from analysis.store.series import OWN, Panel, Series, Voting

HOME, LAST = "GM1969", 2022
SOURCE = Source("proefbestand", "politie/proef.csv", "47013NED", "Politie", "0" * 64, 1, synthetic=True, public=True)
PEERS = replace(SOURCE, name="peers", path="politie/anderen.csv")


def indicator(id: str = "proef", **fields: Any) -> Indicator:
    """Return an indicator that is in no definitions file, so without breaks and reservations."""
    words = {"label": "proefmeldingen", "singular": "proefmelding", "field": "woon", "counts": "proefmeldingen"}
    return Indicator(**{**words, "sources": (), "unit": "registrations", "good": "lower", "id": id, **fields})


def yearly(
    id: str,
    region: str,
    counts: Mapping[int, float | None],
    population: Mapping[int, float] | None = None,
    origins: Mapping[int, str] | None = None,
) -> Series:
    """Return a yearly series, ``{2019: 242, 2022: 395}``; ``None`` is a year without a figure."""
    periods = pd.DatetimeIndex([f"{year}-01-01" for year in counts], dtype="datetime64[s]")
    origin = [(origins or {}).get(year, OWN) for year in counts]
    return _series(id, region, "Y", pd.Series(list(counts.values()), periods, dtype=float), origin, population)


def monthly(
    id: str,
    region: str,
    first_year: int,
    counts: Sequence[float | None],
    population: Mapping[int, float] | None = None,
) -> Series:
    """Return a monthly series from January of ``first_year`` on."""
    periods = pd.date_range(f"{first_year}-01-01", periods=len(counts), freq="MS", unit="s")
    return _series(id, region, "M", pd.Series(list(counts), periods, dtype=float), OWN, population)


def alone(counts: Sequence[float | None]) -> Series:
    """Return the years up to 2022 of a region that no other is known beside."""
    return yearly("proef", HOME, dict(zip(range(LAST + 1 - len(counts), LAST + 1), counts, strict=True)))


def with_country(counts: Sequence[float | None], movement: float = 1.0, seed: int = 1) -> Series:
    """Return the same years beside 320 municipalities with 5 to 400 registrations and ``movement`` times that in 2022.

    Their variance is three times their mean.
    """
    return beside(alone(counts), country(range(LAST - 9, LAST + 1), {LAST: movement}, seed))


def beside(series: Series, peers: pd.DataFrame, sources: tuple[Source, ...] = ()) -> Series:
    """Return a series that finds these municipalities beside it."""
    panel = Panel.of(peers, sources)
    return replace(series, find_peers=lambda: panel)


def country(
    years: Sequence[int], movement: Mapping[int, float] | None = None, seed: int = 1, dispersion: float = 3.0
) -> pd.DataFrame:
    """Return counts of 320 municipalities, of which nothing changed but the ``movement`` that all of them share."""
    random = np.random.default_rng(seed)
    sizes = np.exp(random.uniform(np.log(5), np.log(400), 320))
    mean = np.outer(sizes, [(movement or {}).get(year, 1.0) for year in years])
    counts = random.negative_binomial(mean / (dispersion - 1), 1 / dispersion)
    return pd.DataFrame(counts.astype(float), [f"GM9{n:03}" for n in range(320)], list(years))


def _series(
    id: str, region: str, frequency: str, values: pd.Series, origin: Any, population: Mapping[int, float] | None
) -> Series:
    status = values.notna().map({True: "final", False: "missing"})
    data = pd.DataFrame(
        {"value": values, "status": status, "origin": origin, "lower": np.nan, "upper": np.nan}, index=values.index
    )
    people = pd.Series(population or {}, dtype=float)
    return Series(indicator(id), region, frequency, data, (SOURCE,), people, (SOURCE,) if population else ())


def voting(frame: pd.DataFrame, themes: Sequence[str], inhabitants: Mapping[str, int] | None = None) -> Voting:
    """Return ballots or tallies with the vote card."""
    return Voting(frame, {theme: theme.capitalize() for theme in themes}, dict(inhabitants or {}), (SOURCE,))


def ballots(votes: Mapping[str, Sequence[Sequence[str]]]) -> pd.DataFrame:
    """Return ballots from lists of themes by village; an empty ballot counts as a voter too."""
    rows = [
        (village, f"{village}-{number}", theme, 1 if theme else 0)
        for village, stack in votes.items()
        for number, ballot in enumerate(stack)
        for theme in ballot or [None]
    ]
    frame = pd.DataFrame(rows, columns=["village", "voter", "theme", "votes"])
    return frame.assign(voters=pd.NA, source=SOURCE.name)


def tallies(votes: Mapping[str, Mapping[str, int]], voters: Mapping[str, int]) -> pd.DataFrame:
    """Return tally sheets from votes by village and theme, and voters by village."""
    rows = [
        (village, pd.NA, theme, n, voters[village]) for village, sheet in votes.items() for theme, n in sheet.items()
    ]
    return pd.DataFrame(rows, columns=["village", "voter", "theme", "votes", "voters"]).assign(source=SOURCE.name)


def steady(before: float, first: int, after: float, last: int) -> dict[int, float]:
    """Return counts that stayed the same for years, until the first of two years that are compared."""
    return {**dict.fromkeys(range(first - 6, first + 1), before), last: after}


def among_others(series: Series, movement: float = 1.0) -> Series:
    """Return a series beside 320 municipalities over ten years, with ``movement`` times as many in the last one."""
    last = series.years[-1]
    return beside(series, country(range(last - 9, last + 1), {last: movement}), (PEERS,))
