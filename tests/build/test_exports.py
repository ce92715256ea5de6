"""What suppression keeps apart from the processed data: the secret, and what was published. All figures are made up."""

from pathlib import Path

import pandas as pd
import pytest

import made_up_exports
from analysis import paths
from analysis.build import exports, workspace
from analysis.errors import DataError
from analysis.store import observations

PLACES = {
    "Grootegast;GM0015": 2, "Leek;GM0022": 20, "Marum;GM0025": 30, "Zuidhorn;GM0056": 40, "Westerkwartier;GM1969": 92,
}  # fmt: skip


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a folder with a delivery of one small count, in which another one must be hidden."""
    monkeypatch.setenv(paths.WORK_VARIABLE, str(tmp_path / "werk"))
    deliver(tmp_path, 2017)
    return tmp_path


def deliver(project: Path, *years: int) -> None:
    lines = [f"{place};E14;Poging;{year};{count}" for year in years for place, count in PLACES.items()]
    made_up_exports.write(project / "raw" / "politie" / "levering.csv", [made_up_exports.DELIVERY, *lines])


def read(project: Path) -> tuple[Path, set[str]]:
    """Read the exports; return the processed data, and the municipalities of which 2017 is hidden."""
    processed, *_ = exports.read(project / "raw", project / "raw", project / "werk" / "out" / "exports", False)
    rows = observations.query("poging_tot_zelfdoding", [place[-6:] for place in PLACES], "Y", processed)
    return processed, set(rows.loc[rows["value"].isna() & (rows["period"].dt.year == 2017), "region"].astype(str))


def lose_secret(project: Path) -> None:
    (project / "werk" / "afscherming").unlink()


def test_what_was_published_stays_as_it_was_when_the_secret_is_lost(project):
    processed, hidden = read(project)
    assert len(hidden) >= 2
    exports.record_published(processed)
    for last in range(2018, 2024):
        lose_secret(project)
        deliver(project, 2017, last)
        assert read(project)[1] == hidden


def test_what_was_not_published_is_chosen_anew(project):
    chosen = set()
    for last in range(2018, 2030):
        _, hidden = read(project)
        chosen.add(frozenset(hidden))
        lose_secret(project)
        deliver(project, 2017, last % 6 + 2018)
    assert len(chosen) > 1


def test_true_values_are_beside_the_processed_data_and_not_in_them(project):
    processed, hidden = read(project)
    released = pd.read_parquet(processed.parent / "uitgegeven.parquet")
    assert set(released.loc[released["hidden"], "region"]) == hidden and released["value"].notna().all()
    assert not list(processed.rglob("uitgegeven*"))


def test_a_damaged_record_of_what_was_published_stops_the_run(project):
    exports.record_published(read(project)[0])
    (project / "werk" / "out" / "uitgegeven.parquet").write_bytes(b"niets")
    deliver(project, 2017, 2018)
    with pytest.raises(DataError, match="beschadigd"):
        read(project)


def test_the_same_secret_gives_the_same_choice(project):
    _, hidden = read(project)
    secret = workspace.seed()
    deliver(project, 2017, 2019)
    assert read(project)[1] == hidden and workspace.seed() == secret
