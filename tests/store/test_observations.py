"""Writing and reading the processed data."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pandera.errors
import pytest

from analysis import paths
from analysis.store import observations
from made_up_observations import frame, rows, source

EMPTY = pd.DataFrame({"village": []})
GOOD = frame(rows("a", "woninginbraak", "GM1969", {2022: 36}))


def test_written_observations_are_read_back(tmp_path):
    observations.write(tmp_path, GOOD, [source("a")], EMPTY, {observations.CARD: {"title": "kaart"}})
    assert observations.query("woninginbraak", ["GM1969"], "Y", tmp_path)["value"].tolist() == [36]
    assert observations.sources(tmp_path)["a"] == source("a")
    assert observations.vote_card(tmp_path) == {"title": "kaart"}
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    "change",
    [
        {"value": -1.0},
        {"value": float("nan")},  # final, yet no value
        {"status": "suppressed"},  # hidden, yet a value
        {"frequency": "W"},
    ],
)
def test_invalid_observations_overwrite_nothing(tmp_path, change):
    observations.write(tmp_path, GOOD, [source("a")], EMPTY)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    bad = GOOD.assign(**change).astype({name: "category" for name in change if name != "value"})
    with pytest.raises(pandera.errors.SchemaErrors):
        observations.write(tmp_path, bad, [source("a")], EMPTY)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_one_key_twice_from_one_source_is_refused(tmp_path):
    with pytest.raises(pandera.errors.SchemaErrors):
        observations.write(tmp_path, pd.concat([GOOD, GOOD], ignore_index=True), [source("a")], EMPTY)


@pytest.mark.parametrize("exchanged", [True, False])
def test_interrupted_write_keeps_the_old_data(tmp_path, monkeypatch, exchanged):
    folder = tmp_path / "processed"
    observations.write(folder, GOOD, [source("a")], EMPTY)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    rename = Path.rename

    def interrupted(path, target):
        if path.name.startswith(".processed.") and not path.name.endswith(".old"):
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    monkeypatch.setattr(paths, "exchange", interrupted if exchanged else lambda *_: False)
    with pytest.raises(KeyboardInterrupt):
        observations.write(folder, GOOD, [source("b")], EMPTY)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["processed"]


def test_folder_left_aside_by_a_killed_process_is_restored(tmp_path):
    (tmp_path / ".rapport.old").mkdir()
    (tmp_path / ".rapport.old" / "index.html").write_text("oud")
    paths.recover_folder(tmp_path / "rapport")
    assert (tmp_path / "rapport" / "index.html").read_text() == "oud"


def test_unrelated_files_in_the_folder_are_kept(tmp_path):
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / ".gitkeep").write_text("")
    observations.write(tmp_path / "p", GOOD, [source("a")], EMPTY)
    assert (tmp_path / "p" / ".gitkeep").exists()


def test_query_returns_texts_instead_of_categories(tmp_path):
    observations.write(tmp_path, GOOD, [source("a")], EMPTY)
    frame = observations.query("woninginbraak", ["GM1969"], "Y", tmp_path)
    assert set(frame.select_dtypes("str")) == {"indicator", "region", "frequency", "unit", "status", "source"}
    assert observations.query("woninginbraak", ["GM1969"], "M", tmp_path).empty
    assert observations.query("straatroof", ["GM1969"], "Y", tmp_path).empty


def test_reading_does_not_import_pyarrow_dataset(tmp_path):
    """A kernel is forked with everything imported; a module imported later is imported again in every kernel."""
    observations.write(tmp_path, GOOD, [source("a")], EMPTY)
    query = "observations.query('woninginbraak', ['GM1969'], 'Y', Path(sys.argv[1]))"
    code = f"import sys; from pathlib import Path; from analysis.store import observations; {query}"
    unneeded = f"{code}; sys.exit('pyarrow.dataset' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", unneeded, str(tmp_path)], check=False).returncode == 0
