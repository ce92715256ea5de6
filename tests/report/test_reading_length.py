"""What a council member reads of the five fields: few words, nothing twice, and every box named after its figures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from words import visible_blocks, visible_words

pytestmark = pytest.mark.slow

# Half of what these pages had in November 2026 (2.190, 1.014, 967, 1.344 and 1.221 words).
MOST_WORDS = {
    "01_veilige_woon_en_leefomgeving": 1095,
    "02_bedrijvigheid_en_veiligheid": 507,
    "03_jeugd_en_veiligheid": 483,
    "04_fysieke_veiligheid": 672,
    "05_integriteit_en_veiligheid": 610,
}


@pytest.fixture(scope="module", params=MOST_WORDS)
def field(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Return the name of a chapter about a field, and its page in the report of the samples."""
    folder: Path = request.getfixturevalue("sample_report").folder
    return request.param, (folder / f"{request.param}.html").read_text(encoding="utf-8")


def test_a_field_is_read_in_a_few_minutes(field: tuple[str, str]) -> None:
    name, page = field
    assert visible_words(page) <= MOST_WORDS[name]


def test_the_first_page_is_read_in_two_minutes(sample_report: Any) -> None:
    """It has at most 300 words, and one figure that is a table."""
    page = (sample_report.folder / "index.html").read_text(encoding="utf-8")
    (figure,) = html.document_fromstring(page).iter("table")
    assert visible_words(page) - visible_words(html.tostring(figure, encoding="unicode")) <= 300
    assert len(visible_blocks(page, "li")) == 5


def test_nothing_is_read_twice(field: tuple[str, str]) -> None:
    """Below each chart stand its source and its files; everything else that holds for more is said once."""
    repeated = ("Bron: ", "Grafiek als ", "Tabel als ")
    said = Counter(text for text in visible_blocks(field[1], "p", "li") if not text.startswith(repeated))
    assert [text for text, times in said.items() if times > 1] == []


def test_every_box_is_named_after_its_figures(field: tuple[str, str]) -> None:
    boxes = html.document_fromstring(field[1]).xpath("//main//div[@role='note'][h3]/h3")
    names = [box.text_content() for box in boxes]
    assert names and all(name.startswith("Let op bij ") for name in names)
    assert len(set(names)) == len(names)


def test_every_answer_has_what_it_rests_on_behind_it(field: tuple[str, str]) -> None:
    """What left the running text stands behind the answer: a line to open, with the ranges and the files."""
    page = html.document_fromstring(field[1])
    behind = page.xpath("//details[starts-with(summary, 'Hoe zeker is dit?')][.//li/b='Veranderde het aantal?']")
    grades = page.xpath("//p[@class='answer'][not(contains(., 'elk jaar gemiddeld'))][span[@class='verdict']]")
    assert len(behind) == len(grades) > 0
    assert all(block.xpath(".//details[@class='origin']") for block in behind)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("<p>In 2022 waren er <b>36</b>, – en dat is 57&nbsp;% minder.</p>", 10),
        ("<details><summary>Meer <span class='vh'>over dit</span></summary><p>Veel meer.</p></details>", 1),
        ("<details open><summary>Meer</summary><p>Veel meer.</p></details> slot", 4),
        ("<svg><text>83</text></svg><nav>Terug</nav><div hidden>niets</div><script>x = 1</script>", 0),
    ],
)
def test_only_what_can_be_seen_is_counted(part: str, words: int) -> None:
    assert visible_words(f"<html><body>Kop <main>{part}</main></body></html>") == words
