"""The folder with the council's own documents: what is read there, refused, skipped and stored. All is made up."""

from __future__ import annotations

import json
import re
import shutil
from copy import deepcopy
from pathlib import Path

import docx
import pytest
import yaml

import made_up_council
import made_up_exports
import made_up_policy_document
import report_command
from analysis import paths
from analysis.build.chapters import Parameters
from analysis.display import registration
from analysis.display.statement_cards import statements
from analysis.display.statement_verdicts import untestable
from analysis.documents import TEXTS
from analysis.documents.coverage import quote_field
from analysis.errors import DataError
from analysis.ingest.pipeline import ingest
from analysis.policy.judging import judge
from analysis.policy.source_texts import quotes, text_coverage
from analysis.store import fingerprints, observations
from analysis.store.results import Missing, html
from made_up_statements import PLAN, change, document, statement, target

assert registration  # imported because it registers the display functions of results
HOME = "GM1969"
LINES = (
    "Kop boven de zin",
    "",
    "Het aantal inbraken is in 2022 gedaald.",
    "Wij werken samen.",
    "In 2030 is er een doel.",
)

GOAL = {
    "text": LINES[4], "source": "IVB:5", "theme": "t", "period": "2020-2023", "year": 2023, "statement": "D",
    "measurable": "yes",
}  # fmt: skip


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A folder with one figure, one statement and the text that it is from."""
    folder = tmp_path / "raw"
    made_up_exports.typed(folder / "47018NED.csv", {("1.1.1", HOME, "2022JJ00"): 12})
    (folder / "beleid" / "documenten").mkdir(parents=True)
    write_statement(folder, "aantal inbraken is in 2022 gedaald", 3)
    (folder / "beleid" / "documenten" / "IVB.txt").write_text("\n".join(LINES), encoding="utf-8")
    return folder


def write_statement(raw: Path, quote: str, line: int) -> None:
    content = document({"A": statement(change("down"), quote=quote, line=line)})
    (raw / "beleid" / "statements.yml").write_text(yaml.safe_dump(content), encoding="utf-8")


def test_places_headings_and_coverage_are_stored_and_the_text_is_not(raw, tmp_path):
    ingest(raw, tmp_path / "p")
    checked = observations.checked_texts(HOME, tmp_path / "p")
    passage = checked.quotes[quote_field("A")]
    assert (passage.place, passage.heading, passage.forgiven) == ("IVB:3", "Kop boven de zin", "exact")
    assert (checked.texts["IVB"].checkable, checked.texts["IVB"].open) == (2, ("IVB:5",))
    stored = "".join(path.read_text("utf-8") for path in (tmp_path / "p").glob("*.json"))
    assert "Wij werken samen" not in stored and "In 2030" not in stored
    (source,) = [s for s in observations.sources(tmp_path / "p").values() if s.path.endswith("IVB.txt")]
    assert len(source.sha256) == 64


def test_the_page_says_what_is_open_and_what_stands_there(raw, tmp_path):
    ingest(raw, tmp_path / "p")
    shown = html(text_coverage(HOME, tmp_path / "p"))
    assert "Van de <b>2 zinnen</b> met een toetsbare bewering is er 1 nog niet bekeken" in shown and "IVB:5" in shown
    assert "Het <b>enige citaat</b> staat in de stukken" in html(quotes(HOME, tmp_path / "p"))
    assert {record.id: record.value for record in quotes(HOME, tmp_path / "p").records()} == {
        "quotes.all": 1, "quotes.found": 1, "quotes.exact": 1,
    }  # fmt: skip


def test_a_statement_from_a_pdf_has_a_page(raw, tmp_path):
    (raw / "beleid" / "documenten" / "IVB.txt").unlink()
    write(raw, "IVB.pdf", made_up_policy_document.pdf("Wij werken samen aan veiligheid.", LINES[2]))
    paged = statement(change("down"), quote="aantal inbraken is in 2022 gedaald", page=2)
    del paged["line"]
    (raw / "beleid" / "statements.yml").write_text(yaml.safe_dump(document({"A": paged})), encoding="utf-8")
    ingest(raw, tmp_path / "p")
    assert observations.checked_texts(HOME, tmp_path / "p").quotes[quote_field("A")].place == "IVB:p2"
    judgements = judge(HOME, tmp_path / "p")
    shown = html(untestable(judgements)) + html(statements(judgements, "claim"))
    assert "IVB:p2" in shown


def test_without_texts_everything_works_and_the_page_says_that_nothing_was_looked_up(raw, tmp_path):
    shutil.rmtree(raw / "beleid" / "documenten")
    ingest(raw, tmp_path / "p")
    for result in (quotes(HOME, tmp_path / "p"), text_coverage(HOME, tmp_path / "p")):
        assert isinstance(result, Missing)
        assert "niet nagezocht of de citaten er staan" in html(result)


def test_a_text_of_another_municipality_is_not_used(raw, tmp_path):
    ingest(raw, tmp_path / "p")
    assert observations.checked_texts("GM0014", tmp_path / "p") is None


def write(raw: Path, name: str, content: bytes) -> None:
    (raw / "beleid" / "documenten" / name).write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "file", "problem"),
    [
        ("IVB.docx", b"PK", "IVB.docx", "hiernaast staat ook IVB.txt"),
        ("IVB.pdf", b"%PDF", "IVB.pdf", "hiernaast staat ook IVB.txt"),
        ("IVB.txt", b"", "IVB.txt", "dit bestand is leeg"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_file(raw, tmp_path, name, content, file, problem):
    write(raw, name, content)
    with pytest.raises(DataError) as refused:
        ingest(raw, tmp_path / "p")
    assert refused.value.file.endswith(f"beleid/documenten/{file}") and problem in refused.value.problem
    assert refused.value.remedy


def test_a_document_with_a_long_name_is_told_and_its_quotes_are_not_looked_up(raw, tmp_path):
    content = document(
        {"A": statement(change("down"), document="Het beleid")}, documents={"Het beleid": "B", "IVB": "I"}
    )
    (raw / "beleid" / "statements.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    ingest(raw, tmp_path / "p")
    review = quotes(HOME, tmp_path / "p")
    assert review.unread == {"Het beleid": 1} and "De tekst van B is niet aangeleverd" in html(review)
    write(raw, "Het beleid.txt", b"tekst")
    with pytest.raises(DataError, match="geen korte naam"):
        ingest(raw, tmp_path / "p")


def test_a_text_that_no_statement_is_from_is_skipped_with_the_reason(raw, tmp_path):
    write(raw, "UVP.txt", b"Er is een plan.")
    write(raw, "LEESMIJ.md", b"notitie")
    skipped = ingest(raw, tmp_path / "p").skipped
    assert list(skipped) == ["beleid/documenten/UVP.txt"]
    assert "staat niet bij documents in statements.yml; daar staat: IVB" in skipped["beleid/documenten/UVP.txt"]


@pytest.mark.parametrize(
    ("quote", "line", "problem"),
    [("aantal inbraken is in 2021 gedaald", 3, "staat niet in de tekst"), ("Wij werken samen.", 3, "maar op IVB:4")],
)
def test_a_wrong_quote_stops_the_report_or_leaves_the_statements_out(raw, tmp_path, quote, line, problem):
    write_statement(raw, quote, line)
    with pytest.raises(DataError, match=problem) as refused:
        ingest(raw, tmp_path / "p")
    assert refused.value.field == "statements › A › quote"
    summary = ingest(raw, tmp_path / "p", keep_going=True)
    assert problem in summary.unread["beleid/statements.yml"]
    assert observations.checked_texts(HOME, tmp_path / "p") is None


def test_a_changed_text_is_noticed(raw, tmp_path):
    def key() -> str:
        ingest(raw, tmp_path / "p")
        kept = json.loads((tmp_path / "p" / fingerprints.FINGERPRINTS).read_text("utf-8"))
        return kept[fingerprints.document_key(TEXTS)]

    before = key()
    write(raw, "IVB.txt", "\n".join([*LINES, "Er zijn drie plannen."]).encode())
    assert key() != before


def test_check_tells_everything_that_is_wrong_at_once(raw, capsys):
    write_statement(raw, "aantal branden is in 2022 gestegen", 3)
    goals = {"municipality": HOME, "goals": {}}
    (raw / "beleid" / "goals.yml").write_text(yaml.safe_dump(goals), encoding="utf-8")
    (raw / "beleid" / "plan.yml").write_text("municipality: te bekijken\n", encoding="utf-8")
    (raw / "beleid" / "bekeken.yml").write_text(
        yaml.safe_dump(
            {"municipality": HOME, "reviewed": [{"places": "IVB:4", "reason": "geen bewering in deze zin"}]}
        ),
        encoding="utf-8",
    )
    write(raw, "UVP.txt", b"Er is een plan.")
    assert report_command.command("documents", "check", "--raw", raw) == 1
    told = capsys.readouterr().out
    assert "dit citaat staat niet in de tekst van IVB" in told
    assert "Niet gebruikt: beleid/documenten/UVP.txt" in told
    assert "plan.yml, regel 1." in told
    assert "Niet nagegaan: of elke zin is bekeken en of de thema's en maatregelen bestaan" in told
    assert "Los: In bekeken.yml is niet nodig" in told and "IVB:4." in told


def problems(raw, capsys):
    """Return what the check says, line by line."""
    assert report_command.command("documents", "check", "--raw", raw) == 1
    return capsys.readouterr().out.splitlines()


def test_check_tells_which_sentences_nobody_read(raw, capsys):
    told = problems(raw, capsys)
    at = told.index("Ontbreekt: In IVB: 1 zin is nog niet bekeken:")
    assert told[at + 1].startswith("  IVB:5: In 2030")


@pytest.mark.parametrize("broken", ["statements.yml", "goals.yml", "plan.yml", "bekeken.yml"])
def test_of_a_file_that_was_not_read_only_that_is_told(raw, capsys, broken):
    sound = {
        "statements.yml": document({"D": statement(target(2022, 2019), quote=LINES[4], line=5)}),
        "goals.yml": {"municipality": HOME, "goals": {"G": GOAL}},
        "plan.yml": PLAN | {"themes": {"t": ["T", "prioriteit"]}, "measures": {}, "budget": [], "hours": []},
        "bekeken.yml": {"municipality": HOME, "reviewed": [{"places": "IVB:3", "reason": "hier niet getoetst"}]},
    }
    for name, content in sound.items():
        (raw / "beleid" / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    (raw / "beleid" / "voortgang.csv").write_text("maatregel;stand;datum;besteed;toelichting\n", encoding="utf-8")
    assert report_command.command("documents", "check", "--raw", raw) == 0
    capsys.readouterr()
    (raw / "beleid" / broken).write_text("municipality: [\n", encoding="utf-8")
    told = [line for line in problems(raw, capsys) if not line.startswith("Wat kunt u doen?")]
    mistake, *skipped, unchecked = told
    assert mistake.startswith("Fout: ") and broken in mistake
    assert unchecked.startswith("Niet nagegaan: of elke zin is bekeken") and f"want {broken} is niet" in unchecked
    follows = {"statements.yml": ["beleid/documenten/IVB.txt"], "plan.yml": ["beleid/voortgang.csv"]}.get(broken, [])
    reason = f"dit kon niet worden nagegaan, want {broken} is niet gelezen"
    assert skipped == [f"Niet gebruikt: {name}: {reason}" for name in follows]


def test_check_tells_every_mistake_of_every_file(raw, capsys):
    wrong = document({"A": statement(change("down"), group="huis"), "B": statement(change("omhoog"))})
    names = {"municipality": HOME, "goals": {"G": GOAL, "H": GOAL}}
    for name, content in {"statements": wrong, "goals": names, "plan": PLAN}.items():
        (raw / "beleid" / f"{name}.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    fields = [line.split("veld ")[1].split(":")[0] for line in problems(raw, capsys) if line.startswith("Fout: ")]
    assert fields == [
        "'statements › A › group'", "'statements › B › tests › 1 › change › direction'",
        "'goals › G › theme'", "'goals › H › theme'",
    ]  # fmt: skip


@pytest.mark.parametrize("folder", ["", "stukken", "beleid/concept-IVB", "beleid/documenten"])
def test_a_document_in_another_folder_is_told_where_it_belongs(raw, tmp_path, capsys, folder):
    (raw / folder).mkdir(exist_ok=True)
    (raw / folder / "plan.yml").write_text(yaml.safe_dump(PLAN), encoding="utf-8")
    name, reason = f"{folder}/plan.yml".lstrip("/"), "dit is een beleidsdocument en hoort in de map beleid"
    assert ingest(raw, tmp_path / "p").skipped == {name: reason}
    assert [line for line in problems(raw, capsys) if "plan.yml" in line] == [f"Niet gebruikt: {name}: {reason}"]


def test_in_a_folder_with_a_register_a_misplaced_document_is_refused(raw, tmp_path):
    (raw / "plan.yml").write_text(yaml.safe_dump(PLAN), encoding="utf-8")
    resources = [{"name": "cijfers", "path": "47018NED.csv"}, {"name": "plan", "path": "plan.yml"}]
    (raw / "datapackage.json").write_text(json.dumps({"name": "proef", "resources": resources}), encoding="utf-8")
    with pytest.raises(DataError, match="hoort in de map beleid"):
        ingest(raw, tmp_path / "p")


def test_check_tells_a_quote_that_stands_twice(raw, capsys):
    same = statement(change("down"), quote="aantal inbraken is in 2022 gedaald", line=3)
    other = statement(change("up"), quote="aantal inbraken is in 2022 gedaald", line=3)
    content = document({"A": same, "B": same, "C": other})
    (raw / "beleid" / "statements.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    assert report_command.command("documents", "check", "--raw", raw) == 1
    assert "Dubbel: A en B hebben dezelfde toets en hetzelfde citaat op IVB:3" in capsys.readouterr().out


def test_a_place_in_a_word_file_is_shown_as_a_paragraph(raw, tmp_path):
    (raw / "beleid" / "documenten" / "IVB.txt").unlink()
    made = docx.Document()
    for line in LINES:
        made.add_paragraph(line)
    made.save(str(raw / "beleid" / "documenten" / "IVB.docx"))
    ingest(raw, tmp_path / "p")
    assert observations.checked_texts(HOME, tmp_path / "p").texts["IVB"].unit == "paragraph"
    assert judge(HOME, tmp_path / "p").by_paragraph == {"IVB"}


def test_check_tells_a_partner_that_is_written_in_two_ways(raw, capsys):
    plan = deepcopy(made_up_council.PLAN)
    plan["measures"]["sloten"]["owners"] = ["Politie", "politie"]
    (raw / "beleid" / "plan.yml").write_text(yaml.safe_dump(plan), encoding="utf-8")
    report_command.command("documents", "check", "--raw", raw)
    assert "Dubbel: In plan.yml is 'Politie' en 'politie' dezelfde partner." in capsys.readouterr().out


def test_check_of_a_folder_without_documents_is_refused(tmp_path, capsys):
    assert report_command.command("documents", "check", "--raw", tmp_path) == 2
    assert "--raw" in capsys.readouterr().err


def test_a_draft_is_never_written_over_another(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = made_up_policy_document.FOLDER / "VP.docx"
    assert report_command.command("documents", "draft", path, "--municipality", "Stadskanaal") == 0
    assert "municipality: GM0037" in (tmp_path / "concept-VP" / "statements.yml").read_text("utf-8")
    (tmp_path / "concept-VP" / "goals.yml").write_text("mijn werk", encoding="utf-8")
    assert report_command.command("documents", "draft", path) == 2
    assert "wij overschrijven niets" in capsys.readouterr().err
    assert (tmp_path / "concept-VP" / "goals.yml").read_text("utf-8") == "mijn werk"


def test_a_draft_of_a_file_that_is_not_there_says_so(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert report_command.command("documents", "draft", tmp_path / "nergens.docx") == 2
    told = capsys.readouterr().err
    assert "nergens.docx" in told and "dit bestand bestaat niet" in told
    assert not (tmp_path / "concept-nergens").exists()


@pytest.mark.slow
def test_a_municipality_follows_the_guide_from_a_document_to_a_report(tmp_path, capsys):
    """Draft, fill in, check and report, with the made-up document and the figures of another municipality."""
    raw, example = tmp_path / "raw", made_up_policy_document.FOLDER
    for folder in ("politie", "geo", "cbs"):
        shutil.copytree(paths.RAW / folder, raw / folder)
    (raw / "beleid" / "documenten").mkdir(parents=True)
    text = shutil.copy(example / "VP.txt", raw / "beleid" / "documenten")
    draft = raw / "beleid" / "concept"
    assert report_command.command("documents", "draft", text, "--municipality", "GM0037", "--out", draft) == 0
    for path in draft.iterdir():
        shutil.copy(path, raw / "beleid")
    shutil.rmtree(draft)
    assert report_command.command("documents", "check", "--raw", raw) == 1  # nothing was reviewed
    assert "Te bekijken: " in capsys.readouterr().out
    shutil.copytree(example / "beleid", raw / "beleid", dirs_exist_ok=True)  # the same drafts, reviewed
    assert report_command.command("documents", "check", "--raw", raw) == 0
    ingest(raw, tmp_path / "p")
    report_command.report(Parameters("GM0037"), tmp_path / "p", tmp_path / "out")
    page = (tmp_path / "out" / "GM0037" / "2019-2022" / "07_uitspraken_getoetst.html").read_text("utf-8")
    assert "Alle <b>10 citaten</b> staan in de stukken" in page
    assert re.search(r"Alle <b>\d+ zinnen</b> met een toetsbare bewering zijn bekeken", page)
    verdicts = {id: str(judged.verdict) for id, judged in judge("GM0037", tmp_path / "p").by_id.items()}
    assert (verdicts["B04"], verdicts["B06"]) == ("weersproken", "bevestigd")
    assert "niet toetsbaar" not in [verdicts[f"B0{number}"] for number in range(1, 7)]
    assert not [path for path in (tmp_path / "out").rglob("*") if path.name == "VP.txt"]
