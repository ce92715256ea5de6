"""Hostile inputs beside the checkout: each is refused in Dutch, or read correctly with a remark."""

from __future__ import annotations

from pathlib import Path

import pytest

import bounded_command
from analysis import paths
from analysis.store import observations

HOSTILE = paths.PROJECT.parent / "shared" / "hostile"
GOOD, GOOD_ROWS = "47021NED_a.csv", 10  # stands in every folder, and nothing is wrong with it
READ = {  # what may be read instead, with the number of observations in both files together
    "csv_two_topics": None,
    "geo_gmcode_other": None,
    "newyear_1_july": None,
    "xlsx_dimension_too_small": 20,
    "zip_bron_same_id_twice": 14,  # one accident: four counts, and not one of them doubled
}
FOLDERS = [path.parent for path in sorted(HOSTILE.glob("*/raw"))]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FOLDERS, reason="no hostile input beside the checkout")]


def bad_file(raw: Path) -> str:
    files = (path.relative_to(raw).as_posix() for path in sorted(raw.rglob("*")) if path.is_file())
    return next(name for name in files if name != GOOD)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_it_is_refused_by_name_or_read_with_a_word_about_it(folder, tmp_path):
    raw = folder / "raw"
    outcome = bounded_command.ingest(tmp_path, raw)
    if folder.name in READ and outcome.code == 0:
        assert bad_file(raw) in outcome.text and outcome.memory < bounded_command.MEMORY
        assert READ[folder.name] in (None, len(observations.everything(tmp_path / "p")))
        return
    bounded_command.refused(outcome, bad_file(raw))
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_who_keeps_going_is_without_just_that_file(folder, tmp_path):
    raw = folder / "raw"
    outcome = bounded_command.ingest(tmp_path, raw, "--keep-going")
    if folder.name in READ and outcome.code == 0:
        return
    assert outcome.code == 1 and "Traceback" not in outcome.text, outcome.text
    assert list(observations.unread(tmp_path / "p")) == [bad_file(raw)]
    assert len(observations.everything(tmp_path / "p")) == GOOD_ROWS
