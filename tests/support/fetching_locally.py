"""Fetching from publishers that run on this machine: fixtures, and functions that fetch into a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

import publisher_tables
from analysis import paths
from analysis.cli import fetch_output
from analysis.fetch import download
from analysis.fetch.download import FetchResult
from analysis.fetch.http import HttpClient
from analysis.fetch.releases import Release
from analysis.fetch.wanted import Limits, all_sources, source_list
from analysis.ingest import data_package
from publisher_server import Publisher

OURS = ["GM1969"]
HASTY = source_list().limits.model_copy(update={"attempts": 3, "seconds": 2.0, "pause": 0.2})


def quiet(release: Release, state: str, came: int) -> None:
    """Ignore progress."""


def fetch_result(
    raw: Path, publisher: Publisher, municipalities: list[str] = OURS, dry: bool = False, limits: Limits = HASTY
) -> FetchResult:
    """Fetch and return the result, including failures."""
    with HttpClient(publisher.bases, limits) as web:
        return download.fetch(raw, municipalities, web, quiet, dry=dry)


def fetch_new(raw: Path, publisher: Publisher, municipalities: list[str] = OURS, dry: bool = False) -> list[Release]:
    """Fetch and return the new releases; raise the first failure."""
    result = fetch_result(raw, publisher, municipalities, dry)
    if result.failed:
        raise result.failed[0].error
    return list(result.new)


@pytest.fixture
def publisher(processed: Path) -> Publisher:
    """All publishers, with the figures of the sample."""
    geo, traffic = paths.RAW / "geo", paths.RAW / "verkeer"
    files = {
        "wijk_2024.geojson": geo / "wijken_2022_GM1969.geojson",
        "01-01-2022_31-12-2022.zip": traffic / "01-01-2017_31-12-2023.zip",
        "01-01-2023_31-12-2023.zip": traffic / "01-01-2017_31-12-2023.zip",
    }
    return Publisher(publisher_tables.tables(processed), files)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, publisher: Publisher) -> Publisher:
    """Publishers with one table of OData 3 of several pages, one of OData 4 and one file, to keep tests short."""
    chosen = ("misdrijven_in_wijken_per_jaar", "inwoners_in_wijken_2024", "grenzen_wijken")
    sources = [source for source in all_sources() if source.id in chosen]
    for module in (download, fetch_output):
        monkeypatch.setattr(module, "all_sources", lambda: sources)
    return publisher


def stored_files(raw: Path) -> dict[str, bytes]:
    """Return the content of every export by path; without the register, which holds the time it was written."""
    files = (path for path in raw.rglob("*") if path.is_file() and download.WORK not in path.parts)
    return {path.relative_to(raw).as_posix(): path.read_bytes() for path in files if path.name != data_package.NAME}
