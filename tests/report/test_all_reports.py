"""The overview: one page that lists every report."""

import json

import pytest
from bs4 import BeautifulSoup

from analysis.report import pages as index
from analysis.report.checks import check
from analysis.report.dom import SOFT_HYPHEN


def published(out, code, first=2019, last=2022, made=14, synthetic=True):
    folder = out / code / f"{first}-{last}"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("een rapport")
    chapters = [{"id": str(n), "reason": None if n < made else "geen cijfers"} for n in range(14)]
    asked = {"municipality": code, "first_year": first, "last_year": last}
    manifest = {"parameters": asked, "chapters": chapters, "inputs": [{"synthetic": synthetic}]}
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def page(tmp_path):
    for code, made in (("GM1969", 14), ("GM0518", 9), ("GM0034", 10)):
        published(tmp_path, code, made=made)
    published(tmp_path, "GM1969", 2015, 2018)
    index.write_overview(tmp_path, ["GM0014"])
    return tmp_path / "index.html"


def test_every_report_is_there_by_name_and_can_be_reached(page):
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    rows = [
        [cell.get_text().replace(SOFT_HYPHEN, "") for cell in row.find_all(["th", "td"])]
        for row in soup.select("tbody tr")
    ]
    assert rows == [
        ["Almere 2019–2022", "Flevoland", "10 van 14"],
        ["’s-Gravenhage 2019–2022", "Zuid-Holland", "9 van 14"],
        ["Westerkwartier 2015–2018", "Groningen", "14 van 14"],
        ["Westerkwartier 2019–2022", "Groningen", "14 van 14"],
    ]
    assert all((page.parent / link["href"]).is_file() for link in soup.select("tbody a"))
    assert "niet bijgewerkt: Groningen" in soup.get_text()


def test_it_meets_the_rules_of_every_page(page):
    assert check(page, synthetic=True) == []


def test_real_figures_get_no_banner_and_nothing_is_left_behind(tmp_path):
    published(tmp_path, "GM0014", synthetic=False)
    index.write_overview(tmp_path)
    index.write_overview(tmp_path)
    assert check(tmp_path / "index.html", synthetic=False) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["GM0014", "index.html"]
    assert "niet bijgewerkt" not in (tmp_path / "index.html").read_text(encoding="utf-8")
