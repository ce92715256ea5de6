"""Documents or votes without a single figure: the report shows what there is and names what is missing."""

import html
import re
import shutil

import pytest

import report_command
from analysis import paths

pytestmark = pytest.mark.slow

ABSENT = {
    "documents": ["De stemming op de dorpsstands: niet gemaakt. Er zijn geen stembriefjes of turflijsten"],
    "documents and votes": [],
}
FALSE = (
    "van de 0 ",
    "Bron: .",
    " 0 vergelijkingen",
    "Bij geen toets is",
    "sinds 2012 niet veranderd",
    "stijgen de cijfers bij geen enkel thema",
    "viel dit halfjaar op",
    "De cijfers gaan over 2019 tot 2022",
    "nan",
    "cijfers per maand over de criminaliteitsindex",
    "29 van de 29 indicatoren",
    "wijkt de keuze af van de cijfers die er zijn",
)


def words(page):
    """What stands on a page, without its style and drawings."""
    text = re.sub(r"<style.*?</style>|<svg.*?</svg>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.mark.parametrize("what", ABSENT)
def test_without_a_figure_there_is_a_report_that_says_what_is_missing(tmp_path, capsys, what):
    raw = tmp_path / "raw"
    shutil.copytree(paths.RAW / "beleid", raw / "beleid")
    if "votes" in what:
        shutil.copytree(paths.RAW / "stemmen", raw / "stemmen")
    assert report_command.command("report", "--raw", raw, "--out", tmp_path / "out") == 0
    output = capsys.readouterr().out
    for line in ("Veilige woon- en leefomgeving: niet gemaakt. In de aangeleverde bestanden staan geen", *ABSENT[what]):
        assert line in output
    folder = tmp_path / "out" / "GM1969" / "2019-2022"
    pages = {page.stem: words(page) for page in folder.glob("*.html")}
    assert ("06_inwonerstemming" in pages) == ("votes" in what)
    assert not [
        (name, phrase) for name, text in pages.items() for phrase in FALSE if re.search(rf"{re.escape(phrase)}\b", text)
    ]
    assert "Van geen enkel thema zijn er cijfers over 2019 en 2022." in pages["09_prioritering"]
    assert "Of er in Westerkwartier iets opviel, is niet te zeggen." in pages["10_dashboard_oov"]
    assert "Er zijn geen cijfers om dit bij te zeggen." in pages["13_verantwoording"]
    missing = "Er zijn geen cijfers en geen stemmen om de keuze naast te leggen."
    assert (missing in pages["09_prioritering"]) == ("votes" not in what)


def test_documents_of_the_project_alone_are_no_exports(tmp_path, capsys):
    (tmp_path / "raw").mkdir()
    assert report_command.command("report", "--raw", tmp_path / "raw", "--out", tmp_path / "out") == 2
    assert "in deze map staat geen enkel bruikbaar bestand" in capsys.readouterr().err


def test_votes_without_their_card_cannot_be_read(tmp_path, capsys):
    shutil.copytree(paths.RAW / "stemmen", tmp_path / "raw" / "stemmen")
    assert report_command.command("report", "--raw", tmp_path / "raw", "--out", tmp_path / "out") == 2
    assert "stemkaart" in capsys.readouterr().err
