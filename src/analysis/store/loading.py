"""Choosing exactly one series: one indicator, one region, one frequency, one table.

Police figures come in several tables, editions and borders. ``load`` chooses, and the series carries what was chosen:
its sources, and for every year whether the publisher recalculated it to today's borders or we added predecessors.
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
from .selection import SelectedSeries, select_series
from .series import ELSEWHERE, THE_VOTE, Missing, Series, Voting, Wijken, withheld

WIJK = "WK"  # how the code of a wijk begins; a buurt has too few inhabitants and registrations for a rate
Edition = tuple[Path, int]  # see observations.edition


def load(
    indicator: str,
    region: str,
    first_year: int | None = None,
    last_year: int | None = None,
    *,
    frequency: str = "Y",
    folder: Path | None = None,
) -> Series | Missing:
    """Exactly one series.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    region : str
        CBS code without padding, ``GM1969``.
    first_year, last_year : int, optional
        Years asked for; by default all there are.
    frequency : str
        ``Y`` or ``M``. Years are never added up from months: some codes are withheld by month.
    folder : Path, optional
        Processed data, by default those of this process.

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
    counted = select_series(definition, region, first_year, last_year, frequency, folder)
    if counted is None or np.isnan(counted.data["value"].to_numpy()).all():
        return _missing(counted, definition, region, first_year, last_year, frequency, folder)
    series = Series(
        definition, region, frequency, counted.data, counted.used, set_aside=counted.aside, before=counted.before,
        unsure=counted.unsure, lacking=counted.lacking,
    )  # fmt: skip
    edition = observations.edition(folder)
    series = _with_population(series, edition)
    return _held_against(series, edition) if frequency == "Y" else series


def _missing(
    counted: SelectedSeries | None,
    definition: Indicator,
    region: str,
    first: int | None,
    last: int | None,
    frequency: str,
    folder: Path | None,
) -> Missing:
    """That there is nothing to show, and why: every figure is secret, or no file has one."""
    label, where = definition.label, regions.name(region)
    if counted is not None and len(counted.data) and (counted.data["status"] == "suppressed").all():
        why = withheld(small=bool(counted.data["upper"].notna().all()))
        return Missing(label, f"De aantallen {label} in {where} zijn {why}.", hidden=True)
    per = " per maand" if frequency == "M" else ""
    reason = f"In de aangeleverde bestanden staan geen cijfers{per} over {label} in {where}{_years(first, last)}."
    absent = "" if counted is None else _lacking(counted.lacking, first, last)
    return Missing(label, reason + absent + observations.left_out(folder))


def _with_population(series: Series, edition: Edition) -> Series:
    """Give a series of registrations the inhabitants to divide by, unknown where its borders are."""
    if series.indicator.unit != "registrations" or not series.indicator.per_inhabitant:
        return series
    population, files = _population(series.region, series.before, *edition)
    population = population if series.unsure is None else population * float("nan")
    return replace(series, population=population, population_sources=files)


def _held_against(series: Series, edition: Edition) -> Series:
    """Let a yearly series find its months, and the same figures of other municipalities."""
    id, region = series.indicator.id, series.region
    subject = catalogue.tables()[series.sources[0].table].subject
    if series.indicator.is_count:
        series = replace(series, find_months=partial(_months, id, region, edition))
    if regions.is_municipality(region):
        series = replace(series, find_peers=partial(municipality_panel, id, subject, *edition))
    return series


@lru_cache(maxsize=256)
def _months(indicator: str, region: str, edition: Edition) -> Series | None:
    found = load(indicator, region, frequency="M", folder=edition[0].parent)
    return found if isinstance(found, Series) else None


def _lacking(lacking: dict[int, tuple[str, ...]], first: int | None, last: int | None) -> str:
    """Which predecessors have no figure, so that there is no sum; nothing when that is not why."""
    asked = {year: codes for year, codes in lacking.items() if (first or 0) <= year <= (last or date.max.year)}
    if not asked:
        return ""
    names = sorted({regions.name(code) for codes in asked.values() for code in codes})
    return f" In {', '.join(map(str, sorted(asked)))} ontbreekt een voorganger: {', '.join(names)}."


def _years(first: int | None, last: int | None) -> str:
    if first is None and last is None:
        return ""
    return f" van {first}" if first == last else f" van {first or '…'} tot en met {last or '…'}"


@lru_cache(maxsize=64)
def _population(region: str, before: date, path: Path, written: int) -> tuple[pd.Series, tuple[Source, ...]]:
    """Average population by year, of a region as it was just before a day.

    A sum that misses part of the territory is no population of that territory, and neither are the inhabitants of a
    year in which the code stood for another one.
    """
    definition = catalogue.indicator("bevolking_gemiddeld")
    chosen = select_series(definition, region, None, None, "Y", path.parent, before)
    if chosen is None or not chosen.used:
        return pd.Series(dtype=float), ()
    whole = chosen.data["value"].mask(chosen.data["origin"].isin(ELSEWHERE))
    whole = whole.set_axis(pd.DatetimeIndex(whole.index).year)
    return whole[whole.index < before.year + (before > date(before.year, 1, 1))], chosen.used


def load_kinds(subject: str, region: str, *, folder: Path | None = None) -> list[Series | Missing]:
    """Load every kind of a subject, as `load` does.

    Parameters
    ----------
    subject : str
        ``misdrijven`` or ``overlast``.
    region : str
        CBS code.

    Returns
    -------
    list of Series or Missing
        In the order of ``indicators.yml``.
    """
    return [load(kind, region, folder=folder) for kind in catalogue.kinds(subject)]


def load_wijken(indicator: str, municipality: str, *, folder: Path | None = None) -> Wijken | Missing:
    """Load the figures of all wijken of a municipality, with their inhabitants and borders.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    municipality : str
        ``GM1969``; its wijken are the codes that begin with ``WK1969``.

    Returns
    -------
    Wijken or Missing
        ``Missing`` when there are no figures by wijk.
    """
    regions.must_exist(municipality)
    definition = catalogue.indicator(indicator)
    codes = observations.regions_within(indicator, WIJK + municipality.removeprefix("GM"), folder)
    counts = _found({code: load(indicator, code, folder=folder) for code in codes})
    if not counts:
        return Missing(definition.label, f"Er zijn geen cijfers per wijk over {definition.label}.")
    inhabitants = _found({code: load("bevolking_1_januari", code, folder=folder) for code in counts})
    borders = {code: border for code, border in observations.borders(folder).items() if code in counts}
    register = observations.sources(folder)
    files = tuple(register[name] for name in dict.fromkeys(border["source"] for border in borders.values()))
    return Wijken(definition, municipality, counts, inhabitants, borders, files)


def _found(loaded: dict[str, Series | Missing]) -> dict[str, Series]:
    return {code: series for code, series in loaded.items() if isinstance(series, Series)}


def register(folder: Path | None = None) -> SourceList:
    """All raw files behind the processed data."""
    usage.note_data(observations.SOURCES)
    return SourceList(tuple(observations.sources(folder).values()), observations.remarks(folder))


def hidden_levels(folder: Path | None = None) -> HiddenLevels:
    """Levels, such as each month of each buurt, of which nothing is shown."""
    return HiddenLevels(tuple(observations.hidden_levels(folder)))


def voting(municipality: str, folder: Path | None = None) -> Voting | Missing:
    """The vote in a municipality.

    Returns
    -------
    Voting or Missing
        ``Missing`` when no votes were delivered, or only those of another municipality.
    """
    regions.must_exist(municipality)
    card, ballots = observations.vote_card(folder), observations.ballots(folder)
    if card is None or ballots.empty or card["population_of"] != municipality:
        gap = f"Er zijn geen stembriefjes of turflijsten van {regions.name(municipality)} aangeleverd."
        if card is None and any(observations.NO_CARD in str(told) for told in observations.remarks(folder).values()):
            gap = f"Wat de stemmen betekenen, is niet bekend: {observations.NO_CARD}."
        return Missing(THE_VOTE, gap + observations.left_out(folder))
    register = observations.sources(folder)
    return Voting(
        ballots,
        {theme["id"]: theme["label"] for theme in card["themes"]},
        {village["name"]: village["inhabitants"] for village in card["villages"]},
        tuple(register[name] for name in [*sorted(ballots["source"].unique()), card["source"]]),
    )
