"""The whole way from raw exports to the pages for the council."""

import html
import json
import re
import shutil

import pytest

import report_command
from analysis import paths
from analysis.build import chapters, making, reports
from analysis.build.chapters import Parameters
from analysis.errors import ChapterError
from analysis.policy.judging import ExpectationState, OrganisationState
from analysis.policy.level_tests import GoalState
from analysis.policy.plan import MeasureState
from analysis.report import edition_figures
from analysis.report.edition import sentence, verify
from analysis.report.page import TEMPLATES
from analysis.report.records import MANIFEST, RUN, file_checksums
from analysis.statistics.ordinary import Grade
from analysis.statistics.verdicts import Verdict
from disclosure_attacker import Secret, before_and_after, leaks, secrets
from made_up_chapter import write
from made_up_exports import typed

pytestmark = pytest.mark.slow

HOMES, VOTES = "01_veilige_woon_en_leefomgeving.html", "06_inwonerstemming.html"
NOTEBOOKS = sorted(paths.NOTEBOOKS.glob("[0-9]*.ipynb"))
CHAPTERS = [f"{path.stem}.html" for path in NOTEBOOKS[1:]]  # the first is index.html
PACKED = (".zip", ".pdf", ".xlsx", ".docx", ".png")
PAGES = [*CHAPTERS, "index.html", "veiligheidsanalyse.html", "wijzigingen.html"]


@pytest.fixture(scope="module")
def sample(sample_report):
    return sample_report


def results(folder):
    return {record["id"]: record for record in json.loads((folder / "results.json").read_text(encoding="utf-8"))}


def words(page):
    bare = re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"[\s\u00a0]+", " ", html.unescape(bare))


def test_the_sample_report_is_complete(sample):
    assert sorted(path.name for path in sample.folder.glob("*.html")) == PAGES
    assert not sample.absent
    assert len(NOTEBOOKS) == len(list((sample.folder / "notebooks").glob("*.ipynb"))) == 14
    assert not list(sample.folder.parent.glob(".*"))


def test_the_first_page_tells_the_main_points_and_leads_to_every_chapter(sample):
    """Published: 242 in 2019 (IVB Westerkwartier 2024-2027)."""
    page = (sample.folder / "index.html").read_text(encoding="utf-8")
    text = words(page)
    assert "tegen 242 in 2019: duidelijk meer" in text
    assert "stemmers" in text and "Verkeersveiligheid kreeg de meeste stemmen" in text
    assert all(f'href="{chapter}"' in page for chapter in CHAPTERS)
    assert "<figure" not in page


def test_published_figures_are_in_the_record(sample):
    """Published: 137 in 2017, 395 in 2022, +63 % from 2019 (IVB Westerkwartier 2024-2027)."""
    records = results(sample.folder)
    assert records["woon.onbegrepen_gedrag.2017"]["value"] == 137
    assert records["woon.onbegrepen_gedrag.2022"]["value"] == 395
    rise = records["woon.onbegrepen_gedrag.change_pct"]
    assert round(rise["value"]) == 63
    ordinary = records["woon.onbegrepen_gedrag.ordinary.unchanged"]
    assert ordinary["lower"] < 242 < ordinary["upper"] < 395
    assert rise["verdict"] == "duidelijk"
    assert records["statement.K03"]["verdict"] == "bevestigd met kanttekening"  # the registration changed
    assert rise["synthetic"]
    assert records["votes.total.verkeersveiligheid"]["value"] > 0


JUDGEMENTS = {None, *Verdict, *Grade, *GoalState, *MeasureState, *OrganisationState, *ExpectationState}


def test_every_record_has_the_agreed_fields(sample):
    fields = "id label chapter region period baseline value unit lower upper p_value verdict source synthetic"
    for record in results(sample.folder).values():
        assert set(fields.split()) <= set(record), record["id"]
        assert record["verdict"] in JUDGEMENTS, record["id"]
        assert record["period"] == "" or edition_figures.parse_period(record["period"]), record["id"]
        assert re.fullmatch(r"|\d{4}(-\d\d(\d\d)?)?", record["baseline"] or ""), record["id"]
        if named := re.search(r"\.(\d{4})$", record["id"]):
            assert (record["period"], record["baseline"]) == (named[1], None), record["id"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_dutch_self_contained_and_says_its_data_are_made_up(sample, name):
    page = (sample.folder / name).read_text(encoding="utf-8")
    assert '<html lang="nl">' in page
    assert page.count("<h1") == 1
    assert "Met nagemaakte cijfers" in page
    assert not re.search(r"<(script|link|img|iframe)\b", page)
    assert not re.search(r'(src|href)="(https?:)?//', page)
    assert "Traceback" not in page
    assert "No description has been provided" not in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for target, anchor in re.findall(r'href="([^"#:]+\.html)(?:#([^"]+))?"', page):
        if target == "../index.html":  # the page of the municipality, which a published report has
            continue
        linked = (sample.folder / target).read_text(encoding="utf-8")
        assert not anchor or f'id="{anchor}"' in linked


def test_the_march_2020_break_and_the_herindeling_are_explained(sample):
    page = (sample.folder / HOMES).read_text(encoding="utf-8")
    assert "Vanaf maart 2020" in words(page)
    assert "ruimere registratie (vermoedelijk)" in page
    assert "sinds 1 januari 2019" in words(page)


def test_the_vote_is_about_voters_and_never_about_residents(sample):
    text = words((sample.folder / VOTES).read_text(encoding="utf-8"))
    assert "stemmers" in text
    assert not re.search(r"inwoners (vinden|kozen|stemden|willen)", text)


def test_the_manifest_leads_back_to_every_raw_file_that_was_used(sample):
    """By checksum, unless the file is not public: then the checksum would give its small counts away."""
    manifest = json.loads((sample.folder / "manifest.json").read_text(encoding="utf-8"))
    inputs = {entry["name"]: entry for entry in manifest["inputs"]}
    raw = json.loads((paths.RAW / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    inside = {resource["name"] for resource in raw if re.search("levering|stemmen/", resource["path"])}
    used = [resource for resource in raw if resource["name"] in inputs]
    hidden = {name for name, entry in inputs.items() if not entry["public"]}
    assert hidden == inside & {resource["name"] for resource in used} != set()
    for resource in used:
        entry, digest = inputs[resource["name"]], resource["hash"].removeprefix("sha256:")
        assert entry["sha256"] == (None if entry["name"] in inside else digest)
    files = [path for path in sample.folder.rglob("*") if path.is_file() and path.suffix not in PACKED]
    published = [path.read_text(encoding="utf-8") for path in files]  # the packed ones hold the same pages
    for digest in (resource["hash"].removeprefix("sha256:") for resource in raw if resource["name"] in inside):
        assert not any(digest[:12] in text for text in published)
    assert manifest["parameters"] == {"municipality": "GM1969", "first_year": 2019, "last_year": 2022}


def test_the_report_tells_no_hidden_count(sample, tmp_path):
    truth, published, _ = before_and_after(paths.RAW, tmp_path)
    hidden = secrets(truth, published)
    assert {"Y", "M"} <= {"YMD"[secret.when.count("-")] for secret in hidden}
    assert leaks(sample.folder, hidden) == []
    assert leaks(sample.folder, [Secret("registraties van onbegrepen gedrag", "GM1969", "2022", 395)]), "it can see"


def test_the_same_data_give_the_same_report(sample, processed, tmp_path):
    """Every file is the same; the manifests differ in when and how fast it was made, and in nothing else."""
    again = report_command.report(Parameters(), processed, tmp_path, pdf=True)
    assert file_checksums(again.folder) == file_checksums(sample.folder)
    ours, theirs = (json.loads((made.folder / MANIFEST).read_text(encoding="utf-8")) for made in (again, sample))
    assert {key for key in ours | theirs if ours[key] != theirs[key]} <= set(RUN)


def test_a_report_can_be_verified_and_says_that_it_is_the_first(sample):
    verification = verify(sample.folder, paths.RAW)
    assert verification.passed and verification.report.total > len(PAGES)
    assert sentence(verification).startswith("Het rapport is heel")
    assert "Dit is de eerste editie." in (sample.folder / "wijzigingen.html").read_text(encoding="utf-8")


def test_executed_notebooks_tell_nothing_of_the_machine(sample):
    for path in (sample.folder / "notebooks").glob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert str(paths.PROJECT) not in text and str(sample.folder.parent) not in text, path.name


@pytest.mark.parametrize("source", ["1 / 0", "import os\nos._exit(1)"])
def test_a_failing_chapter_leaves_the_previous_report(sample, processed, tmp_path, monkeypatch, source):
    out = tmp_path / "reports"
    shutil.copytree(sample.folder, out / "GM1969" / "2019-2022")
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    write(tmp_path, "ok = 1", source)
    monkeypatch.setattr(reports, "chapters", lambda: chapters.chapters(tmp_path))
    with pytest.raises(ChapterError, match="cel 5"):
        report_command.report(Parameters(), processed, out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_municipality_without_votes_gets_a_report_without_that_chapter(processed, tmp_path):
    made = report_command.report(Parameters("GM0014", 2019, 2025), processed, tmp_path)
    assert [sentence for sentence in made.absent if "stembriefjes" in sentence]
    assert not (made.folder / VOTES).exists()
    assert "(geen gegevens)" in (made.folder / "index.html").read_text(encoding="utf-8")
    assert any("niet alles is te beantwoorden" in sentence for sentence in made.incomplete)


def test_years_without_figures_make_no_chapter(processed):
    youth = next(chapter for chapter in chapters.chapters() if chapter.id == "jeugd")
    assert "2025" in making.missing_reason(youth, Parameters("GM1969", 2024, 2025), processed)
    assert making.missing_reason(youth, Parameters(), processed) is None


def test_pages_lead_to_their_neighbours(sample):
    page = (sample.folder / PAGES[2]).read_text(encoding="utf-8")
    assert re.search(f'href="{PAGES[1]}"><span aria-hidden="true">← ', page)
    assert re.search(f'href="{PAGES[3]}"><span class="vh">Volgende', page)


def test_every_number_of_an_answer_is_in_the_record(sample):
    """Whole numbers and percentages of the answer paragraphs; years and levels such as 1.000 aside."""
    records = results(sample.folder).values()
    recorded = {round(abs(r[key])) for r in records for key in ("value", "lower", "upper") if r[key] is not None}
    for name in CHAPTERS:
        page = (sample.folder / name).read_text(encoding="utf-8")
        for paragraph in re.findall(r'<p class="answer">(.*?)</p>', page, flags=re.DOTALL):
            text = re.sub(r"1\.000 inwoners|\b(19|20)\d\d\b|\b1 januari", "", words(paragraph))
            numbers = re.findall(r"(?<![\d,.])(\d{1,3}(?:\.\d{3})*)(?![\d,]|\.\d)", text)
            assert {int(number.replace(".", "")) for number in numbers} <= recorded | {0, 6}, text


def test_templates_come_with_the_package():
    assert {"base.html.j2", "chapter.html.j2", "index.html.j2", "whole.html.j2", "style.css"} <= {
        p.name for p in TEMPLATES.iterdir()
    }


def test_wrong_input_ends_with_code_2_and_changes_nothing(tmp_path, capsys):
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "leeg.csv").write_text("")
    assert report_command.command("report", "--raw", raw, "--out", out) == 2
    assert "leeg.csv" in capsys.readouterr().err
    assert not report_command.files(out)


def test_an_unknown_municipality_ends_with_code_2(capsys):
    assert report_command.command("report", "--municipality", "GM9999") == 2
    assert "GM9999" in capsys.readouterr().err


def test_a_failed_chapter_ends_with_code_1(tmp_path, monkeypatch, capsys):
    write(tmp_path, "1 / 0")
    typed(tmp_path / "raw" / "a.csv", {("1.1.1", "GM1969", "2022JJ00"): 36})
    monkeypatch.setattr(reports, "chapters", lambda: chapters.chapters(tmp_path))
    assert report_command.command("report", "--out", tmp_path / "out", "--raw", tmp_path / "raw") == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.realdata
def test_real_exports_make_real_reports(real_reports):
    """Published: Politie 47018NED and 47013NED, CBS 70072ned; see the readme beside the data."""
    codes = ["GM1969", "GM0363"]
    out, said = real_reports
    assert "De stemming op de dorpsstands: niet gemaakt" in said
    for code in codes:
        folder = out / code / "2019-2022"
        assert (folder / "index.html").exists()
        assert all("nagemaakte cijfers" not in page.read_text(encoding="utf-8") for page in folder.glob("*.html"))
        assert not any(record["synthetic"] for record in results(folder).values())
    records = results(out / "GM1969" / "2019-2022")
    counts = {
        "woninginbraak.2018": 76, "woninginbraak.2019": 83, "woninginbraak.2022": 36,
        "bedrijfsinbraak.2019": 41, "bedrijfsinbraak.2022": 28, "wapenhandel.2019": 6, "wapenhandel.2022": 7,
        "misdrijven_totaal.2022": 1425, "misdrijven_totaal.2023": 1408, "onbegrepen_gedrag.2017": 135,
    }  # fmt: skip
    assert {id: records[f"woon.{id}"]["value"] for id in counts} == counts
    weapons = records["woon.wapenhandel.ordinary.unchanged"]  # 6 and 7: no percentage, and an ordinary movement
    assert weapons["lower"] <= 7 <= weapons["upper"]
    sums = [record["value"] for id, record in records.items() if "details_minus_total" in id]
    assert sums == [0] * 24  # 58 crime codes and 8 nuisance codes, 2012-2023
