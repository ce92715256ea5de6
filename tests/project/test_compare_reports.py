"""Comparison of two folders of reports. The pages are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from compare_reports import differences

SINCE = "Veranderd sinds de editie van 30 november 2026: 3 cijfers."


def report(folder: Path, edition: str, sentence: str) -> Path:
    """A report with a first page, a page of changes and a chapter; a second edition keeps the first."""
    for home in (folder / "GM1969" / "2019-2022", folder / "GM1969" / "edities" / "2019-2022" / "eerder"):
        home.mkdir(parents=True)
        pages = {"index.html": f"{edition} <a href='wijzigingen.html'>Bekijk</a>", "01_woon.html": sentence}
        for name, text in ({"wijzigingen.html": edition} | pages).items():
            (home / name).write_text(f"<html><body><h2>Kop</h2><p>{text}</p></body></html>", encoding="utf-8")
        if edition != SINCE:
            break
    return folder


@pytest.mark.parametrize("first", ["Dit is de eerste editie.", "Veranderd sinds de editie van 1 mei 2026: 9 cijfers."])
def test_what_only_tells_of_editions_is_no_difference(tmp_path, first):
    before, after = report(tmp_path / "a", first, "Zin."), report(tmp_path / "b", SINCE, "Zin.")
    assert list(differences(before, after)) == []


def test_another_sentence_is_shown_with_its_page(tmp_path):
    before, after = report(tmp_path / "a", SINCE, "Oude zin."), report(tmp_path / "b", SINCE, "Nieuwe zin.")
    lines = list(differences(before, after))
    assert lines[-2:] == ["-Oude zin.", "+Nieuwe zin."] and "01_woon.html" in lines[0]


def test_one_edition_may_be_compared_with_a_copy_of_it(tmp_path):
    before, after = (report(tmp_path / name, SINCE, f"Zin {name}.") / "GM1969" / "2019-2022" for name in "ab")
    assert "-Zin a." in list(differences(before, after))
