"""Loading series, wijken, votes and sources from the processed data.

`load` returns exactly one series. Police figures come in several tables, releases and borders; `selection` picks one,
and the series says which: its sources, and for every year whether the publisher recalculated it to today's borders or
we added predecessors.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import pandas as pd

from ..definitions import catalogue, regions
from ..definitions.catalogue import Indicator
from . import observations, usage
from .panel import municipality_panel
from .raw_sources import HiddenLevels, Source, SourceList
from .results import Missing, Reason, label
from .selection import SelectedSeries, select_series
from .series import ELSEWHERE, Series, Voting, Wijken

WIJK = "WK"  # prefix of the codes of wijken; a buurt has too few inhabitants and registrations for a rate
Version = tuple[Path, int]  # see observations.version


def load(
    indicator: str,
    region: str,
    first_year: int | None = None,
    last_year: int | None = None,
    *,
    frequency: str = "Y",
    folder: Path | None = None,
) -> Series | Missing:
    """Load exactly one series: one indicator, one region, one frequency, from one table.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    region : str
        CBS code without padding, ``GM1969``.
    first_year, last_year : int, optional
        Limits of the years; by default all there are.
    frequency : str
        ``Y`` or ``M``. Years are never computed from months: some codes are not published by month.
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    Series or Missing
        ``Missing`` with the reason when there is nothing to show.

    Raises
    ------
    DataError
        When there is no such indicator or no such region.
    """
    regions.must_exist(region)
    definition = catalogue.indicator(indicator)
    selected = select_series(definition, region, first_year, last_year, frequency, folder)
    if selected is None or np.isnan(selected.data["value"].to_numpy()).all():
        return _missing(selected, definition, region, first_year, last_year, frequency, folder)
    series = Series(
        definition, region, frequency, selected.data, selected.used, set_aside=selected.aside, before=selected.before,
        unsure=selected.unsure, lacking=selected.lacking,
    )  # fmt: skip
    version = observations.version(folder)
    series = _with_population(series, version)
    return _with_months_and_peers(series, version) if frequency == "Y" else series


def _missing(
    selected: SelectedSeries | None,
    definition: Indicator,
    region: str,
    first: int | None,
    last: int | None,
    frequency: str,
    folder: Path | None,
) -> Missing:
    """Say why there is nothing to show: every figure is hidden, or no file has one."""
    label, region_name = definition.label, regions.name(region)
    if selected is not None and len(selected.data) and (selected.data["status"] == "suppressed").all():
        code = "all_suppressed_small" if selected.data["upper"].notna().all() else "all_suppressed"
        return Missing(label, Reason(code, label=label, region=region_name), hidden=True)
    reason = Reason(
        "no_months" if frequency == "M" else "no_figures", label=label, region=region_name, years=_years(first, last),
        lacking="" if selected is None else _lacking(selected.lacking, first, last),
        left_out=observations.left_out(folder),
    )  # fmt: skip
    return Missing(label, reason)


def _with_population(series: Series, version: Version) -> Series:
    """Add the population to a series of registrations; it is unknown where the borders are."""
    if series.indicator.unit != "registrations" or not series.indicator.per_inhabitant:
        return series
    population, files = _population(series.region, series.before, *version)
    population = population if series.unsure is None else population * float("nan")
    return replace(series, population=population, population_sources=files)


def _with_months_and_peers(series: Series, version: Version) -> Series:
    """Let a yearly series look up its months, and the same figures of other municipalities."""
    id, region = series.indicator.id, series.region
    subject = catalogue.tables()[series.sources[0].table].subject
    if series.indicator.is_count:
        series = replace(series, find_months=partial(_months, id, region, version))
    if regions.is_municipality(region):
        series = replace(series, find_peers=partial(municipality_panel, id, subject, *version))
    return series


@lru_cache(maxsize=256)
def _months(indicator: str, region: str, version: Version) -> Series | None:
    months = load(indicator, region, frequency="M", folder=version[0].parent)
    return months if isinstance(months, Series) else None


def _lacking(lacking: dict[int, tuple[str, ...]], first: int | None, last: int | None) -> str:
    """Return which predecessors have no figure, so that there is no sum; empty when that is not the reason."""
    gaps = {year: codes for year, codes in lacking.items() if (first or 0) <= year <= (last or date.max.year)}
    if not gaps:
        return ""
    names = sorted({regions.name(code) for codes in gaps.values() for code in codes})
    return Reason("predecessor_lacking", years=", ".join(map(str, sorted(gaps))), names=", ".join(names))


def _years(first: int | None, last: int | None) -> str:
    if first is None and last is None:
        return ""
    return Reason("of_year", year=first) if first == last else Reason("of_years", first=first or "…", last=last or "…")


@lru_cache(maxsize=64)
def _population(region: str, before: date, path: Path, written: int) -> tuple[pd.Series, tuple[Source, ...]]:
    """Return the average population by year, of a region in its borders of just before a date.

    A sum that lacks a part of the territory does not count as the population of that territory. Neither does the
    population of a year in which the code stood for another territory.
    """
    definition = catalogue.indicator("bevolking_gemiddeld")
    selected = select_series(definition, region, None, None, "Y", path.parent, before)
    if selected is None or not selected.used:
        return pd.Series(dtype=float), ()
    whole = selected.data["value"].mask(selected.data["origin"].isin(ELSEWHERE))
    whole = whole.set_axis(pd.DatetimeIndex(whole.index).year)
    return whole[whole.index < before.year + (before > date(before.year, 1, 1))], selected.used


def load_kinds(subject: str, region: str, *, folder: Path | None = None) -> list[Series | Missing]:
    """Load every kind of a subject, as `load` does.

    Parameters
    ----------
    subject : str
        ``misdrijven`` or ``overlast``.
    region : str
        CBS code.
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    list of Series or Missing
        In the order of ``indicators.yml``.
    """
    return [load(kind, region, folder=folder) for kind in catalogue.kinds(subject)]


def load_wijken(indicator: str, municipality: str, *, folder: Path | None = None) -> Wijken | Missing:
    """Load the figures of all wijken of a municipality, with their population and borders.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    municipality : str
        ``GM1969``; its wijken are the codes that begin with ``WK1969``.
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    Wijken or Missing
        ``Missing`` when there are no figures by wijk.

    Raises
    ------
    DataError
        When there is no such indicator or no such region.
    """
    regions.must_exist(municipality)
    definition = catalogue.indicator(indicator)
    codes = observations.regions_within(indicator, WIJK + municipality.removeprefix("GM"), folder)
    counts = _only_series({code: load(indicator, code, folder=folder) for code in codes})
    if not counts:
        return Missing(definition.label, Reason("no_wijken", label=definition.label))
    inhabitants = _only_series({code: load("bevolking_1_januari", code, folder=folder) for code in counts})
    borders = {code: border for code, border in observations.borders(folder).items() if code in counts}
    register = observations.sources(folder)
    files = tuple(register[name] for name in dict.fromkeys(border["source"] for border in borders.values()))
    return Wijken(definition, municipality, counts, inhabitants, borders, files)


def _only_series(loaded: dict[str, Series | Missing]) -> dict[str, Series]:
    return {code: series for code, series in loaded.items() if isinstance(series, Series)}


def register(folder: Path | None = None) -> SourceList:
    """Return all raw files behind the processed data.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    SourceList
    """
    usage.note_data(observations.SOURCES)
    return SourceList(tuple(observations.sources(folder).values()), observations.remarks(folder))


def hidden_levels(folder: Path | None = None) -> HiddenLevels:
    """Return the levels of figures, such as each month of each buurt, of which nothing is shown.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    HiddenLevels
    """
    return HiddenLevels(tuple(observations.hidden_levels(folder)))


def voting(municipality: str, folder: Path | None = None) -> Voting | Missing:
    """Load the votes in a municipality.

    Parameters
    ----------
    municipality : str
        CBS code.
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    Voting or Missing
        ``Missing`` when no votes were supplied, or only those of another municipality; also when so few people voted
        that the outcome would tell what each of them chose.

    Raises
    ------
    DataError
        When there is no such region.
    """
    regions.must_exist(municipality)
    card, ballots = observations.vote_card(folder), observations.ballots(folder)
    if card is None or ballots.empty or card["population_of"] != municipality:
        left_out, no_card = observations.left_out(folder), label("no_vote_card")
        unread = card is None and any(no_card in str(texts) for texts in observations.remarks(folder).values())
        no_ballots = Reason("no_ballots", region=regions.name(municipality), left_out=left_out)
        reason = Reason("no_vote_card", cause=no_card, left_out=left_out) if unread else no_ballots
        return Missing(label("the_vote"), reason)
    register = observations.sources(folder)
    found = Voting(
        ballots,
        {theme["id"]: theme["label"] for theme in card["themes"]},
        {village["name"]: village["inhabitants"] for village in card["villages"]},
        tuple(register[name] for name in [*sorted(ballots["source"].unique()), card["source"]]),
    )
    least = catalogue.thresholds().disclosure.voters
    if found.turnout < least:
        reason = Reason("few_voters", region=regions.name(municipality), least=least)
        return Missing(label("the_vote"), reason, hidden=True)
    return found
