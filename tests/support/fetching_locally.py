"""Fetching from the publishers on this machine, for the tests that do so."""

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


def quiet(edition: Release, state: str, came: int) -> None:
    """Say nothing."""


def tried(
    raw: Path, publisher: Publisher, municipalities: list[str] = OURS, dry: bool = False, limits: Limits = HASTY
) -> FetchResult:
    """What a fetch came to, of which some may have failed."""
    with HttpClient(publisher.bases, limits) as web:
        return download.fetch(raw, municipalities, web, quiet, dry=dry)


def fetched(raw: Path, publisher: Publisher, municipalities: list[str] = OURS, dry: bool = False) -> list[Release]:
    """What is new, when all goes well."""
    found = tried(raw, publisher, municipalities, dry)
    if found.failed:
        raise found.failed[0].error
    return list(found.new)


@pytest.fixture
def publisher(processed: Path) -> Publisher:
    """All publishers, with the sample's figures."""
    geo, traffic = paths.RAW / "geo", paths.RAW / "verkeer"
    files = {
        "wijk_2024.geojson": geo / "wijken_voorbeeld.geojson",
        "01-01-2022_31-12-2022.zip": traffic / "01-01-2017_31-12-2023.zip",
        "01-01-2023_31-12-2023.zip": traffic / "01-01-2017_31-12-2023.zip",
    }
    return Publisher(publisher_tables.tables(processed), files)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, publisher: Publisher) -> Publisher:
    """A table of OData 3 with more pages, one of OData 4 and a file, so that faults need not wait for the rest."""
    chosen = ("misdrijven_in_wijken_per_jaar", "inwoners_in_wijken_2024", "grenzen_wijken")
    few = [one for one in all_sources() if one.id in chosen]
    for module in (download, fetch_output):
        monkeypatch.setattr(module, "all_sources", lambda: few)
    return publisher


def kept(raw: Path) -> dict[str, bytes]:
    """Every file that counts, without the register: that says when it was written."""
    files = (path for path in raw.rglob("*") if path.is_file() and download.WORK not in path.parts)
    return {path.relative_to(raw).as_posix(): path.read_bytes() for path in files if path.name != data_package.NAME}
