"""A report names the raw files that it uses, and no others."""

import json

import pytest
from lxml import html

import report_command
from analysis.build.chapters import Parameters
from made_up_exports import DELIVERY, typed, write

pytestmark = pytest.mark.slow

LIST = "13_verantwoording.html"
HOME = "GM1680"


WHOLLY = "niets in dit rapport berust erop"


def paths_in(table):
    """The files of a list; of the one that tells what was not used only those of which nothing was."""
    rows = [row for row in table.xpath(".//tbody//tr") if WHOLLY in row.text_content() or len(row) > 2]
    return [row.findtext("th") for row in rows]


def tables(page):
    """What the two lists of files on a page name, by the beginning of their caption."""
    starts = {"used": "Bestanden waaruit", "unused": "Wat niet is gebruikt"}
    named = {table.findtext("caption"): paths_in(table) for table in page.iter("table")}
    return {name: files for name, start in starts.items() for title, files in named.items() if title.startswith(start)}


def trails(folder, names):
    """The files of the register that stand behind some answer, under 'Waar komt dit vandaan?'."""
    pages = [html.parse(path) for path in folder.glob("[0-9]*.html")]
    text = "\n".join(dd.text_content() for page in pages for dd in page.xpath("//details[@class='origin']//dd"))
    return {name for name in names if f" {name}." in text or f" {name} (nagemaakt)." in text}


def named(folder):
    """The files that each place of a report names as what it was made from."""
    register = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    paths = {entry["name"]: entry["path"] for entry in register}
    notebook = (folder / "notebooks" / LIST.replace("html", "ipynb")).read_text(encoding="utf-8")
    outputs = [out for cell in json.loads(notebook)["cells"] for out in cell.get("outputs", ())]
    listed = next(out["data"]["text/html"] for out in outputs if "bronnen" in "".join(out["data"].get("text/html", "")))
    return {
        "manifest": sorted(paths.values()),
        "numbers": sorted({paths[name] for result in results for name in result["source"]}),
        "list": sorted(tables(html.parse(folder / LIST))["used"]),
        "one file": sorted(tables(html.parse(folder / "veiligheidsanalyse.html"))["used"]),
        "notebook": sorted(tables(html.fromstring("".join(listed)))["used"]),
        "trails": sorted(trails(folder, paths.values())),
        "count": next(result["value"] for result in results if result["id"].endswith("sources.files")),
    }


def agree(folder):
    """The files that a report was made from, once all its places are found to name the same."""
    files_by_place = named(folder)
    count = files_by_place.pop("count")
    (first, *rest) = files_by_place.values()
    assert all(files == first for files in rest), files_by_place
    assert count == len(first) > 0
    return first


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A report of a municipality without documents, from a folder that also holds what has nothing to do with it."""
    root = tmp_path_factory.mktemp("elders")
    for topic, name, home in (("1.1.1", "inbraak", HOME), ("1.4.5", "elders", "GM0014")):
        grid = {(topic, home, f"{year}JJ00"): 60 + year % 7 for year in range(2016, 2023)}
        typed(root / "raw" / f"{name}.csv", grid)
    write(root / "raw" / "E33.csv", [DELIVERY, *(f"Leek;GM0022;E33;E33;{year};60" for year in (2016, 2017))], "utf-8")
    assert report_command.command("report", "--municipality", HOME, "--raw", root / "raw", "--out", root / "out") == 0
    return root / "out" / HOME / "2019-2022"


def test_the_sample_names_what_it_uses_and_no_edition_that_was_set_aside(sample_report):
    files = agree(sample_report.folder)
    assert "geo/wijken_2022_GM1969.geojson" in files  # only a map rests on it
    assert "politie/E33_levering_gemeenten_2013_2017.csv" not in files
    unused = tables(html.parse(sample_report.folder / LIST))["unused"]
    assert "politie/E33_levering_gemeenten_2013_2017.csv" in unused
    assert not set(files) & set(unused)


@pytest.mark.parametrize("code", ["GM1730", "GM0014"])
def test_a_report_names_no_documents_of_another_municipality(processed, tmp_path, code):
    folder = report_command.report(Parameters(code), processed, tmp_path).folder
    assert not [file for file in agree(folder) if file.startswith(("beleid/", "stemmen/", "halt/"))]
    for page in (LIST, "veiligheidsanalyse.html", "manifest.json"):
        assert "beleid/goals.yml" not in (folder / page).read_text(encoding="utf-8")


def test_unrelated_files_in_the_folder_are_no_files_that_a_report_was_made_from(elsewhere):
    assert agree(elsewhere) == ["inbraak.csv"]
    assert tables(html.parse(elsewhere / LIST))["unused"] == ["E33.csv", "elders.csv"]


def test_reports_on_real_exports_name_what_they_use(real_reports):
    for code in ("GM1969", "GM0363"):
        files = agree(real_reports[0] / code / "2019-2022")
        assert any(file.startswith("beleid/") for file in files) == (code == "GM1969")
