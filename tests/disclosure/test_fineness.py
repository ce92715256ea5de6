"""Levels of figures that are hidden completely: too fine for a sensitive indicator, or too much work to protect."""

import re
from functools import cache

import pandas as pd
import pytest
from pydantic import ValidationError
from test_attacker import LEFT_OVER, MONTHS, WIJKEN, with_totals

import analysis as va
from analysis import disclosure, paths
from analysis.definitions import catalogue
from analysis.disclosure import primary
from analysis.disclosure.feasibility import Exhausted, LinearProgram, StepLimit
from analysis.fetch import wanted
from analysis.fetch.wanted import WantedTable, all_sources
from analysis.ingest.pipeline import ingest
from analysis.store import observations
from analysis.store.raw_sources import HiddenLevel
from analysis.store.results import html
from disclosure_attacker import learnt
from fetching_locally import fetch_new
from made_up_observations import SEED, source, table
from publisher_server import Publisher
from real_size_tables import Town, World

pytestmark = pytest.mark.slow

SMALL = Town("GM1969", wijken=4, buurten=12, inhabitants=64_000)
TINY = Town("GM1969", wijken=2, buurten=5, inhabitants=64_000)
TABLES = ("47021NED", "47024NED")


@cache
def nuisance(town, months=12):
    """Return observations with the structure of the police's nuisance tables: by wijk, buurt and month."""
    tables = World([town], years=range(2024, 2026), monthly=2025).tables()
    cells = {}
    for id in TABLES:
        for row in tables[id].rows:
            code, region, period, count = (str(value).strip() for value in row.values())
            when = period[:4] if period[4:6] == "JJ" else f"{period[:4]}-{period[6:]}"
            if region in town.areas and (period[4:6] == "JJ" or int(period[6:]) <= months):
                cells[catalogue.indicator_of()["overlast", code], region, when, id] = int(count)
    return table(cells)


def protected(frame, kinds=None):
    names = frame["source"].cat.categories
    return disclosure.protect(frame, [source(name, (kinds or {}).get(name, name)) for name in names], seed=SEED)


def hidden(frame):
    return frame[frame["status"] == "suppressed"]


def with_work(monkeypatch, steps):
    rule = catalogue.thresholds().disclosure.model_copy(update={"work": steps})
    limited = catalogue.thresholds().model_copy(update={"disclosure": rule})
    monkeypatch.setattr(catalogue, "thresholds", lambda: limited)


@pytest.fixture
def spent(monkeypatch):
    """Count the steps that are taken and the linear programmes that are solved."""
    real, best, counted = StepLimit.spend, LinearProgram.best, {"steps": 0, "programmes": 0}

    def spend(work, steps):
        counted["steps"] += min(steps, work.left)
        real(work, steps)

    def solve(problem, goal):
        counted["programmes"] += 1
        return best(problem, goal)

    monkeypatch.setattr(StepLimit, "spend", spend)
    monkeypatch.setattr(LinearProgram, "best", solve)
    return counted


def test_sensitive_indicator_by_buurt_and_month_needs_no_programme(spent):
    frame = nuisance(SMALL)
    assert len(frame) > 2000 and (frame["value"] < 10).mean() > 0.5
    safe = protected(frame).observations
    assert spent == {"steps": 0, "programmes": 0}
    below = frame["region"].str.startswith(("WK", "BU"))
    gone = below & frame["indicator"].isin(["onbegrepen_gedrag", "overlast_totaal"])
    assert (safe["status"].eq("suppressed") == gone).all()
    assert hidden(safe)[["value", "lower", "upper"]].isna().all(axis=None)
    assert safe.loc[~gone, "value"].equals(frame.loc[~gone, "value"])


BY_MONTH = """\
tables:
  overlast_in_wijken_per_maand: {table: 47024NED, host: dataderden, folder: politie, regions: within, since: 2024}
"""


@pytest.fixture
def _nuisance_by_month(tmp_path, monkeypatch):
    """Configure the project to fetch the months of wijken and buurten too."""
    monkeypatch.setattr(paths, "SOURCES", tmp_path / "bronnen.yml")
    paths.SOURCES.write_text(BY_MONTH, encoding="utf-8")
    wanted.source_list.cache_clear()
    yield
    wanted.source_list.cache_clear()


@pytest.mark.usefixtures("_nuisance_by_month")
def test_everything_that_can_be_fetched_needs_no_programme(tmp_path, spent):
    """Fetch and ingest every table of ``sources.yml`` for all wijken and buurten, on a small scale."""
    world = World([SMALL], years=range(2024, 2026), monthly=2025, accidents=2_000)
    (tmp_path / "served").mkdir()
    with Publisher(world.tables(), world.files(tmp_path / "served")).open() as publisher:
        new = fetch_new(tmp_path / "raw", publisher)
    asked = {release.source.table for release in new if isinstance(release.source, WantedTable)}
    assert asked == {item.table for item in all_sources() if isinstance(item, WantedTable)} >= set(TABLES)
    ingest(tmp_path / "raw", tmp_path / "processed")
    assert spent == {"steps": 0, "programmes": 0}
    assert {(level.kind, level.frequency) for level in observations.hidden_levels(tmp_path / "processed")} == {
        ("BU", "M"), ("WK", "M"),
    }  # fmt: skip
    rows = observations.rows("onbegrepen_gedrag", "M", tmp_path / "processed")
    below = rows["region"].str.startswith(("WK", "BU"))
    assert rows.loc[~below, "value"].notna().all() and rows.loc[below, "value"].isna().all()
    assert len(rows[below]) == 12 * (SMALL.wijken + SMALL.buurten)


def test_completely_hidden_levels_are_reported():
    assert protected(nuisance(SMALL)).levels == [
        HiddenLevel("onbegrepen_gedrag", "BU", "M", "finer"),
        HiddenLevel("onbegrepen_gedrag", "WK", "M", "finer"),
        HiddenLevel("overlast_totaal", "BU", "M", "total"),
        HiddenLevel("overlast_totaal", "WK", "M", "total"),
    ]


def test_figures_of_a_hidden_level_cannot_be_derived():
    frame = nuisance(TINY, months=2)
    assert not learnt(protected(frame).observations, frame, [])


def test_attack_succeeds_when_totals_are_shown(monkeypatch):
    monkeypatch.setattr(primary, "_all_containers", lambda indicator: set())
    frame = nuisance(TINY, months=2)
    assert learnt(protected(frame).observations, frame, [])


def test_permitted_level_is_kept():
    cells = {("onbegrepen_gedrag", "WK196900", "2022"): 2, ("overlast_totaal", "WK196900", "2022"): 60}
    safe = disclosure.protect(table(cells), [source("levering", "levering")], seed=SEED)
    assert list(safe.observations["upper"].fillna(-1)) == [9, -1] and not safe.levels


def test_level_without_figures_is_not_reported():
    """Where the police withholds a sensitive figure itself, its total stays visible."""
    cells = {("zedenmisdrijf", "BU19690101", "2022"): None, ("misdrijven_totaal", "BU19690101", "2022"): 3}
    safe = disclosure.protect(table(cells), [source("levering", "47018NED")], seed=SEED)
    assert list(safe.observations["value"].fillna(-1)) == [-1, 3] and not safe.levels


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"sensitive": "no", "finest": {"WK": "Y"}}, "gevoelige"),
        ({"sensitive": "always", "finest": {"BU": "Y"}}, "fijner"),
        ({"sensitive": "always", "finest": {"WK": "Y", "BU": "M"}}, "fijner"),
        ({"sensitive": "always", "finest": {"WK": "W"}}, "finest"),
    ],
)
def test_inconsistent_finest_level_is_refused(fields, wrong):
    content = catalogue.indicator("onbegrepen_gedrag").model_dump() | fields
    with pytest.raises(ValidationError, match=wrong):
        catalogue.Indicator.model_validate(content)


DENSE = with_totals({(wijk, month): (at * 7 + len(wijk)) % 31 for wijk in WIJKEN for at, month in enumerate(MONTHS)})
LIMITS = (1, 3_000, 10_000, 30_000)


@pytest.mark.parametrize("steps", LIMITS)
@pytest.mark.parametrize("name", ["both ways", "wijken", "releases", "predecessors", "dense"])
def test_at_the_work_limit_more_is_hidden_and_nothing_can_be_derived(monkeypatch, name, steps):
    truth = table({**LEFT_OVER, "dense": DENSE}[name])
    kinds = dict.fromkeys(truth["source"].cat.categories, "levering")
    without = protected(truth, kinds)
    assert not without.levels
    with_work(monkeypatch, steps)
    safe = protected(truth, kinds)
    assert (len(hidden(safe.observations)) > len(hidden(without.observations))) == bool(safe.levels)
    assert safe.observations.loc[primary.in_levels(truth, safe.levels), "value"].isna().all()
    levels = [(level.indicator, level.kind, level.frequency) for level in safe.levels]
    assert not learnt(safe.observations, truth, kinds, levels=levels)


def test_without_work_only_the_coarsest_level_is_shown(monkeypatch):
    with_work(monkeypatch, 1)
    safe = protected(table(DENSE), {"levering": "levering"})
    shown = safe.observations[safe.observations["value"].notna()]
    assert list(zip(shown["region"], shown["frequency"], strict=True)) == [("GM1969", "Y")]
    assert [(level.kind, level.frequency) for level in safe.levels] == [("GM", "M"), ("WK", "M"), ("WK", "Y")]
    assert {level.reason for level in safe.levels} == {"work"}


def test_finest_level_is_given_up_first(monkeypatch):
    with_work(monkeypatch, 3_000)
    safe = protected(table(DENSE), {"levering": "levering"})
    assert safe.levels == [HiddenLevel("burenruzie", "WK", "M", "work")]
    at = primary.levels(safe.observations)
    assert safe.observations.loc[at == ("WK", "M"), ["value", "lower", "upper"]].isna().all(axis=None)
    assert safe.observations.loc[at == ("GM", "Y"), "value"].notna().any()


def test_open_figures_of_a_municipality_stay_at_the_work_limit(monkeypatch):
    with_work(monkeypatch, 1)
    cells = {("onbegrepen_gedrag", "WK196900", "2022"): 1, ("onbegrepen_gedrag", "GM1969", "2022"): 40}
    safe = disclosure.protect(table(cells), [source("levering", "levering")], seed=SEED).observations
    assert list(safe["value"].fillna(-1)) == [-1, 40]


def test_supplied_file_of_real_size_stays_within_the_work_limit(spent):
    """Neighbours' quarrels by buurt and month: nobody publishes these, so all small counts must be protected."""
    open_ = nuisance(Town("GM1969", wijken=12, buurten=48, inhabitants=64_000))
    supplied = open_[(open_["indicator"] == "jeugdoverlast") & (open_["source"] == "47024NED")]
    supplied = supplied.assign(indicator=pd.Categorical(["burenruzie"] * len(supplied)))
    safe = protected(supplied, {"47024NED": "levering"})
    limit = catalogue.thresholds().disclosure.work
    assert spent["steps"] <= limit * (len(safe.levels) + 1)
    assert safe.observations.loc[supplied["value"] < 10, "value"].isna().all()


def test_work_is_counted_in_steps():
    work = StepLimit(10)
    work.spend(10)
    with pytest.raises(Exhausted):
        work.spend(1)


def test_verantwoording_lists_completely_hidden_levels(tmp_path):
    safe = protected(nuisance(SMALL))
    levels = [vars(level) for level in safe.levels]
    files = [source(name, name) for name in TABLES]
    for name, hidden_levels in (("with", levels), ("without", [])):
        extras = {observations.HIDDEN_LEVELS: hidden_levels}
        observations.write(tmp_path / name, safe.observations, files, pd.DataFrame(), extras)
    page = re.sub(r"<[^>]+>", " ", html(va.hidden_levels(tmp_path / "with")))
    assert "Registraties van onbegrepen gedrag" in page and "per buurt en maand en per wijk en maand" in page
    assert "niet tonen" in page and "geen cijfers weggelaten" in html(va.hidden_levels(tmp_path / "without"))
