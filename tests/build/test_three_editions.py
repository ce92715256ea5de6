"""Three successive editions of the sample and of real exports, and the changes that the last ones report."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

import report_command
from analysis import paths
from analysis.report import edition_figures
from analysis.report.changes_page import changes_text
from analysis.report.edition import read_edition, verify
from analysis.report.edition_changes import compare
from analysis.report.edition_figures import DECIMALS, leading_ids
from chapters_as_pages import read, words
from conftest import REALDATA
from fetching_locally import publisher

pytestmark = pytest.mark.slow

__all__ = ["publisher"]  # a fixture

COUNTS = "politie/47013NED_TypedDataSet_15022024_101742.csv"
# Packages of another patch version of Python are what a chapter is made from, and stand in the manifest.
_AS_VERSION = """
import sys
from analysis.report import records
from analysis.build import dependencies
version, installed, of = sys.argv.pop(1), dependencies.packages_checksum(), records.version
dependencies.packages_checksum = lambda: f"{installed} {version}"
records.version = lambda name: f"{of(name)}.{version}"
from analysis.cli.app import main
main()
"""


class Project:
    """Exports that change and the reports made of them, each by a command of its own."""

    def __init__(self, folder: Path, raw: Path) -> None:
        self.raw, self.out = folder / "raw", folder / "out"
        shutil.copytree(raw, self.raw, copy_function=shutil.copyfile)
        if not (self.raw / "beleid").exists():  # documents that may change
            shutil.copytree(paths.RAW / "beleid", self.raw / "beleid", copy_function=shutil.copyfile)
        (folder / "werk").mkdir()
        (folder / "werk" / "afscherming").write_text("00" * 32)  # so that every run hides the same figures
        self.environment = os.environ | {paths.WORK_VARIABLE: str(folder / "werk"), "VEILIGHEID_CHROMIUM": "geen"}

    def run(self, *arguments: object, version: int = 0) -> str:
        """Run a command, with the packages of a version; it has to succeed without a word on what went wrong."""
        ran = subprocess.run(
            [sys.executable, "-c", _AS_VERSION, str(version), *map(str, arguments)],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0 and not ran.stderr, ran.stdout + ran.stderr
        return ran.stdout

    def change(self, name: str, old: str, new: str) -> None:
        """Change a raw file, in the register too."""
        path, register = self.raw / name, self.raw / "datapackage.json"
        content = path.read_bytes()
        assert old.encode() in content
        path.write_bytes(content := content.replace(old.encode(), new.encode()))
        if register.exists():
            listed = json.loads(register.read_text(encoding="utf-8"))
            checksum = {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
            next((resource for resource in listed["resources"] if resource["path"] == name), {}).update(checksum)
            register.write_text(json.dumps(listed), encoding="utf-8")

    @property
    def editions(self) -> list[Path]:
        """All that were published, the oldest first."""
        return [*sorted((self.out / "GM1969" / "edities" / "2019-2022").glob("*/")), self.out / "GM1969" / "2019-2022"]


def three(folder: Path, raw: Path, first: Path | None, *changed: tuple[tuple[str, str, str], ...]) -> SimpleNamespace:
    """Three editions, each by another program: their folders, and the page of changes of each.

    The first is one that was made before from the same files, where there is one.
    """
    project = Project(folder, raw)
    if first:
        shutil.copytree(first, project.out / "GM1969" / "2019-2022")
    for version, changes in enumerate(changed if first else ((), *changed), start=1):
        for change in changes:
            project.change(*change)
        project.run("report", "--raw", project.raw, "--out", project.out, version=version)
    pages = [read((edition / "wijzigingen.html").read_text(encoding="utf-8")) for edition in project.editions]
    return SimpleNamespace(editions=project.editions, pages=pages)


def rows(page: Any) -> dict[str, list[tuple[str, ...]]]:
    """The rows of every table on a page, by its caption."""
    return {
        words(table.find("caption")): [tuple(words(cell) for cell in row) for row in table.iterfind("tbody/tr")]
        for table in page.iter("table")
    }


@pytest.fixture(scope="module")
def sample(tmp_path_factory, sample_report):
    return three(
        tmp_path_factory.mktemp("voorbeeld"), paths.RAW, sample_report.folder,
        (
            (COUNTS, '"1.1.1 ";"GM1969";"2022MM03";7', '"1.1.1 ";"GM1969";"2022MM03";12'),
            ("beleid/statements.yml", "is geanalyseerd", "is bekeken"),
        ),
        (
            ("halt/levering_halt_2012_2023.csv", "2022;31;4524", "2022;35;4524"),
            ("beleid/voortgang.csv", "15-7-2024", "20-1-2025"),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    if not REALDATA.is_dir():
        pytest.skip("no real exports beside the checkout")
    file, figure = "politie/47018NED_TypedDataSet_rebuilt.csv", '"1.1.1 ";"GM1969    ";"2022JJ00";'
    return three(
        tmp_path_factory.mktemp("echt"), REALDATA, None,
        ((file, f"{figure}36", f"{figure}41"), ("beleid/statements.yml", "is geanalyseerd", "is bekeken")),
        ((file, f"{figure}41", f"{figure}39"), ("beleid/statements.yml", "is bekeken", "is geanalyseerd")),
    )  # fmt: skip


@pytest.fixture(params=["sample", "real"])
def published(request):
    return request.getfixturevalue(request.param)


def test_every_edition_beside_every_other_is_told(published, capsys):
    first, _, third = published.editions
    for earlier, expected in ((first, "Veranderd sinds de editie van"), (third, "zijn dezelfde")):
        assert report_command.command("diff", earlier, third) == 0
        output = capsys.readouterr()
        assert expected in output.out and not output.err
    for edition in published.editions:
        assert verify(edition).passed
        for earlier in published.editions:
            expected = changes_text(compare(read_edition(edition), read_edition(earlier)))
            assert ("zijn dezelfde" in expected) == (edition == earlier)


def test_refreshes_publish_what_publishers_revised_and_somebody_accepted(tmp_path, publisher):
    """Four times: at first, with a revision, with one so large that it waits for somebody, and with one more."""
    (nothing := tmp_path / "niets").mkdir()
    project, table = Project(tmp_path, nothing), publisher.tables["47013NED"]
    figure = {"SoortMisdrijf": "1.1.1 ", "RegioS": "GM1969", "Perioden": "2022MM03"}
    (row,) = (item for item in table.rows if figure.items() <= item.items())
    about = {"municipalities": ["GM1969"], "first_year": 2019, "last_year": 2022, "raw": "raw", "out": "out"}
    refresh = ["refresh", "--settings", tmp_path / "verversen.yml"]
    with publisher.open():
        refresh[2].write_text(yaml.safe_dump(about | {"bases": publisher.bases}), encoding="utf-8")
        outputs = [project.run(*refresh, version=1)]
        for month, count in enumerate((9, 60, 58), start=2):
            row[table.topics[0]], table.modified = count, f"2027-0{month}-15T02:00:00"
            project.change("beleid/voortgang.csv", f"{month + 13}-7-2024", f"{month + 14}-7-2024")
            if far := count == 60:
                with pytest.raises(AssertionError, match="--accept"):
                    project.run(*refresh, version=2)
            outputs.append(project.run(*refresh, *["--accept"][: int(far)], version=2))
    assert all("verversen gelukt" in text for text in outputs) and "Met --accept toegestaan" in outputs[2]
    pages = [read((item / "wijzigingen.html").read_text(encoding="utf-8")) for item in project.editions]
    changed = [[item[-2:] for item in rows(page)["Bijgestelde cijfers"]] for page in pages[1:]]
    assert changed == [[("36", "38")], [("38", "89")], [("89", "87")]]  # there were 7 in that month
    homes = "woninginbraken, Westerkwartier, januari 2022 tot en met december 2022, Dashboard OOV: van"
    assert [f"{homes} {' naar '.join(item[0])}" in text for item, text in zip(changed, outputs[1:], strict=True)] == [
        True
    ] * 3


PROGRAM = "Het programma dat het rapport maakt, of de software die het gebruikt, is veranderd."
UNPUBLIC = "Van bestanden die niet openbaar zijn, staat hier niet of hun inhoud veranderd is."
CHANCE = "bevestigd met kanttekening", "niet te onderscheiden van toeval"


def test_a_second_edition_of_the_sample_says_what_a_month_and_a_statement_changed(sample):
    page = sample.pages[1]
    year = "januari 2022 tot en met december 2022"  # of the months; the police publish the year apart
    last = "oktober 2023 tot en met december 2023"  # limits rest on the months before
    assert rows(page) == {
        "Bijgestelde cijfers": [
            ("indicatoren met ‘geen signaal’", "Westerkwartier", "2e halfjaar van 2023", "Dashboard OOV", "11", "10"),
            ("woninginbraken", "Westerkwartier", year, "Dashboard OOV", "36", "41"),
            ("woninginbraken: een golf vanaf", "Westerkwartier", last, "Dashboard OOV", "38", "39"),
        ],
        "De bestanden van toen en van nu": [
            (
                "Politie, 47013NED (Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente)",
                f"{COUNTS} (15 februari 2024)",
                f"{COUNTS} (15 februari 2024, andere inhoud)",
            ),
            (
                "Gemeente Westerkwartier, beleidsdocument",
                "beleid/statements.yml (13 december 2023)",
                "beleid/statements.yml (13 december 2023, andere inhoud)",
            ),
        ],
    }
    assert PROGRAM in words(page) and UNPUBLIC in words(page)


def test_a_third_edition_of_the_sample_does_not_blame_the_program_for_a_file_that_is_not_public(sample):
    tables, text = rows(sample.pages[2]), words(sample.pages[2])
    everywhere = "Jeugd en veiligheid; Van analyse naar prioriteiten; Dashboard OOV; Het uitvoeringsplan"
    changed = tables["Andere cijfers uit niet-openbare bestanden"]
    assert changed[0] == ("verwijzingen naar Halt", "Westerkwartier", "2022", everywhere, "31", "35")
    about = [row[-2:] for row in changed[1:] if "Halt" in row[0] or "aanwijzing" in row[0]]  # others: what is hidden
    assert about == [("−50,0 %", "−43,5 %"), ("6", "5")]
    judged = {row[-2:] for row in tables["Het oordeel van toen en van nu"]}
    late = {("niet gestart", "te laat"), ("niet ingevuld", "te laat")}  # on the day of the new sheet
    assert judged == {CHANCE, ("aanwijzing", "gewone schommeling"), *late}
    assert "andere inhoud" in text and "halt/levering" not in text and UNPUBLIC in text


def test_a_third_edition_of_the_sample_holds_the_progress_beside_that_of_the_day_before(sample):
    progress, text = rows(sample.pages[2])["De laatste periode van toen en die van nu"], words(sample.pages[2])
    late = "2 (15 juli 2024)", "4 (20 januari 2025)"  # on that day two more deadlines had passed
    assert progress[0] == ("maatregelen die te laat zijn", "Westerkwartier", "Het uitvoeringsplan", *late)
    assert all(len({cell.partition(" (")[0] for cell in row[-2:]}) == 2 for row in progress)  # what stayed is counted
    assert "cijfers gaan over een andere periode en bleven gelijk." in text
    assert "Niet meer in het rapport" not in text and "Nieuw in het rapport" not in text


def test_editions_of_real_exports_say_what_the_police_revised(real):
    goal = "Minder woninginbraken in 2023 dan in 2018."
    for page, was, now in zip(real.pages[1:], ("36", "41"), ("41", "39"), strict=True):
        listed = rows(page)
        assert [*listed] == ["Bijgestelde cijfers", "De bestanden van toen en van nu"]
        about = [(row[:3], row[-2:]) for row in listed["Bijgestelde cijfers"]]
        revised = [row for row in about if row[0][1] == "Westerkwartier"]
        assert revised[:2] == [((what, "Westerkwartier", "2022"), (was, now)) for what in (goal, "woninginbraken")]
        rest = {row[0][0] for row in about if row not in revised[:2]}  # what was foretold from it, and shares of 20.520
        assert all(what == "woninginbraken" or "met het oordeel" in what for what in rest), rest
        assert PROGRAM in words(page) and " in het rapport:" not in words(page)


def test_no_two_numbers_of_a_chapter_are_told_apart_by_their_id_alone(published):
    results = read_edition(published.editions[-1]).results
    shown, values = leading_ids(results), {}
    for record in results:
        if record["id"] in shown and record["unit"] in DECIMALS:
            about = tuple(record[name] for name in ("chapter", "label", "region", "period", "baseline", "unit"))
            assert values.setdefault(about, record["value"]) == record["value"], record["id"]


def test_a_period_of_a_record_is_read_or_left_as_it_is():
    points = {
        "2022": "2022", "2023H2": "2e halfjaar van 2023", "2023-12": "december 2023", "2024-07-15": "15 juli 2024",
        "2020-2022": "2020–2022", "2022-01-2022-12": "januari 2022 tot en met december 2022",
    }  # fmt: skip
    assert {period: edition_figures.period_words(period) for period in points} == points
    for text in ("", "vanaf 2022", "2022-13", "2020-23", "2022-02-30", "2022H3", "0000-01-01", "٢٠٢٢"):
        assert edition_figures.parse_period(text) is None and edition_figures.period_words(text) == text
