"""`analysis.fetch.wanted`: sources that ``bronnen.yml`` leaves out, adds or changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis import paths
from analysis.errors import DataError
from analysis.fetch import wanted
from analysis.fetch.wanted import WantedSources

Ours = Callable[[str], WantedSources]


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ours]:
    """Return the sources for a given content of ``bronnen.yml``."""
    monkeypatch.setattr(paths, "SOURCES", tmp_path / "bronnen.yml")

    def read(text: str) -> WantedSources:
        wanted.source_list.cache_clear()
        paths.SOURCES.write_text(text, encoding="utf-8")
        return wanted.source_list()

    yield read
    wanted.source_list.cache_clear()


INHABITANTS = """\
tables:
  inwoners_op_1_januari:
    table: 03759ned
    host: opendata
    folder: cbs
    regions: chosen
    fixed: {Leeftijd: "10000"}
"""


def test_a_source_is_left_out_added_or_changed(ours: Ours) -> None:
    sources = ours(f"without: [misdrijven_volgens_cbs, grenzen_wijken]\n{INHABITANTS}limits: {{run_mb: 50000}}\n")
    assert "misdrijven_volgens_cbs" not in sources.tables and "grenzen_wijken" not in sources.files
    added = sources.tables["inwoners_op_1_januari"]
    assert (added.id, added.fixed) == ("inwoners_op_1_januari", {"Leeftijd": "10000"})
    assert (sources.limits.run_mb, sources.limits.attempts) == (50_000, 5)
    changed = INHABITANTS.replace("inwoners_op_1_januari", "inwoners").replace("03759ned", "70072ned")
    assert ours(changed).tables["inwoners"].regions == "chosen"
    assert "inwoners_in_wijken_2024" in {source.id for source in wanted.all_sources()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("without: [ongevalen]", "een bron 'ongevalen' is er niet"),
        ("weg: [ongevallen]", "dit veld bestaat niet"),
        ("limits: {attempts: 0}", "dit getal is te klein"),
        ("limits: {run_mb: 0}", "dit getal is te klein"),
        ("limits: {uren: 1}", "dit veld bestaat niet"),
        (INHABITANTS.replace("03759ned", "12345NED"), "'12345NED' staat niet in tables.yml"),
        (INHABITANTS.replace("folder: cbs", "folder: ../weg"), "past hier niet"),
        (INHABITANTS.replace("inwoners_op_1_januari", "../weg"), "past hier niet"),
    ],
)
def test_what_is_wrong_with_it_is_told_with_its_place(ours: Ours, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        ours(text)
    assert "bronnen.yml" in caught.value.place and caught.value.field
