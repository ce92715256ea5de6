"""The overview: one page that lists every report, and one for each municipality with all its editions."""

import json

import pytest
from bs4 import BeautifulSoup

from analysis.report import editions
from analysis.report import pages as index
from analysis.report.checks import check
from analysis.report.dom import SOFT_HYPHEN


def published(out, code, first=2019, last=2022, made=14, synthetic=True, at=None, archived=None):
    folder = out / code / f"{first}-{last}"
    folder = editions.archive(folder) / archived if archived else folder
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("een rapport")
    chapters = [{"id": str(n), "reason": None if n < made else "geen cijfers"} for n in range(14)]
    asked = {"municipality": code, "first_year": first, "last_year": last}
    manifest = {"parameters": asked, "chapters": chapters, "inputs": [{"synthetic": synthetic}], "made": at}
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


@pytest.fixture
def homes(tmp_path):
    """The page of a municipality, as it is for those who come from its newest and from an earlier edition."""
    published(tmp_path, "GM1969", 2015, 2018, at="2026-10-01T09:00:00+01:00", synthetic=False)
    published(tmp_path, "GM1969", at="2026-12-24T09:00:00+01:00")
    for name in ("2026-11-22T1746", "2026-11-22T1746-2"):
        published(tmp_path, "GM1969", at="2026-11-22T17:46:05+01:00", archived=name)
    published(tmp_path, "GM0014", synthetic=False, at="2026-12-24T09:00:00+01:00")
    index.write_overview(tmp_path)
    editions.write_municipalities(tmp_path)
    return [tmp_path / "GM1969" / "index.html", tmp_path / "GM1969" / "edities" / "2019-2022" / "index.html"]


def test_a_municipality_has_a_page_that_leads_to_every_period_and_edition(homes):
    for home in homes:
        soup = BeautifulSoup(home.read_text(encoding="utf-8"), "html.parser")
        shown = [element.get_text() for element in soup.select("main h2, main p, main li")]
        assert shown == [
            "Kies een periode en een editie.",
            "2019–2022",
            "Nieuwste editie 2019–2022, gemaakt op 24 december 2026 om 09.00 uur.",
            "Er zijn 2 eerdere edities:",
            "Editie 2019–2022 van 22 november 2026 om 17.46 uur, nummer 2",
            "Editie 2019–2022 van 22 november 2026 om 17.46 uur",
            "2015–2018",
            "Nieuwste editie 2015–2018, gemaakt op 1 oktober 2026 om 09.00 uur.",
            "Alle gemeenten",
        ]
        links = [(home.parent / link["href"]).resolve() for link in soup.select("main a")]
        assert all(link.is_file() for link in links) and len({*links}) == len(links) == 5
        assert check(home, synthetic=True) == []


def test_the_page_of_a_municipality_with_real_figures_has_no_banner(homes):
    home = homes[0].parents[1] / "GM0014" / "index.html"
    assert check(home, synthetic=False) == []
    assert "eerdere" not in home.read_text(encoding="utf-8")
    assert sorted(path.name for path in home.parent.iterdir()) == ["2019-2022", "index.html"]


def test_a_damaged_edition_keeps_no_other_from_the_page_of_its_municipality(homes):
    for damaged in homes[0].parent.rglob("manifest.json"):
        if "-2/" in str(damaged) or "2015" in str(damaged):
            damaged.write_text("{")
    editions.write_municipalities(homes[0].parents[1])
    text = homes[0].read_text(encoding="utf-8")
    assert "2015" not in text and "Er is 1 eerdere editie:" in text and "nummer 2" not in text
