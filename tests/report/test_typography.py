"""One form for years, amounts, minus signs, spaces and quotes on every page; what is quoted keeps its own.

``typeset`` gives a text its form. What it cannot mend, such as a full stop and a comma together, is the author's.
"""

import re

import pytest

from analysis.display.dutch import NBSP
from analysis.report import dom
from analysis.report.dom import SOFT_HYPHEN
from analysis.report.typesetting import one_form

WRONG = {
    "years without an en dash": r"(?<![\w-])(?:19|20)\d\d\s*-\s*(?:19|20)\d\d(?![\w-])",
    "a hyphen for a minus sign": r"(?<![\w)–€-])-\d",
    "a number apart from its sign": r"\d (?:%|‰|fte\b)|\d%|€ |€\d",
    "a straight quote": r"['\"]",
    "two spaces": r"\S {2,}\S",
    "two punctuation marks": r"\.,|,\.|(?<!\.)\.\.(?!\.)|;;|::|,,",
    "a space before punctuation": rf"[\w)][ {NBSP}][.,;:!?](?!\w)",
}
# What stands there letter by letter: a quote, the name of a column, and what to write in a file.
QUOTED = re.compile(r"""“[^”]*”|‘[^’]*’|"\w+": \{[^}]*\}""")
BLOCKS = ("p", "li", "td", "th", "h1", "h2", "h3", "h4", "caption", "figcaption", "summary", "dt", "dd", "text")


def wrong(text):
    """Return what is wrong in a text, each with the rule."""
    own = QUOTED.sub("“”", text)
    return [(rule, match[0]) for rule, pattern in WRONG.items() for match in re.finditer(pattern, own)]


@pytest.mark.parametrize(
    "text",
    ["2019-2022", "van -5 naar 5", "5 %", "5%", "€ 5", "€5", "thema's", 'het "doel"', "a  b", "a., b", "a .", "a ?"],
)
def test_each_rule_can_be_broken(text):
    assert wrong(text)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2019-2022", "2019–2022"),
        ("op 2023-01-15 en in 2019-2020-tabel", "op 2023-01-15 en in 2019-2020-tabel"),
        ("IVB:8-9, KN:p3-4", "IVB:8-9, KN:p3-4"),
        ("van -3 tot +5", "van −3 tot +5"),
        ("12-16 jaar, Q2-2024", "12-16 jaar, Q2-2024"),
        ("0,6 fte voor € 75.000,-", f"0,6{NBSP}fte voor €{NBSP}75.000,-"),
        ("'s-Gravenhage, foto's en de 'index'", "’s-Gravenhage, foto’s en de ‘index’"),
        ("doel 'Minder', en ('meer')", "doel ‘Minder’, en (‘meer’)"),
        ("“63% in 2019-2022, thema's”", "“63% in 2019-2022, thema's”"),
    ],
)
def test_a_text_gets_one_form_and_a_quote_keeps_its_own(written, shown):
    assert one_form(written) == shown
    assert one_form(shown) == shown


@pytest.fixture(params=["voorbeeld", "echt"])
def folder(request):
    """A report on the sample data, and one on the real exports where these are available."""
    if request.param == "voorbeeld":
        return request.getfixturevalue("sample_report").folder
    return request.getfixturevalue("real_reports")[0] / "GM1969" / "2019-2022"


@pytest.mark.slow
def test_every_page_keeps_to_the_rules(folder):
    pages = sorted(folder.glob("*.html"))
    assert len(pages) > 10
    found = {}
    for page in pages:
        tree, _ = dom.parse(page.read_text(encoding="utf-8"))
        texts = ("".join(block.itertext()) for block in tree.find("body").iter(*BLOCKS))
        found |= {(page.name, *fault): text.strip()[:90] for text in texts for fault in wrong(text)}
    assert found == {}


@pytest.mark.slow
def test_words_can_be_broken_on_pages_and_in_no_other_file(folder):
    """Long words in cells and headings have soft hyphens; ids, attributes that are read aloud and files have none."""
    broken = set()
    for page in folder.glob("*.html"):
        tree, _ = dom.parse(page.read_text(encoding="utf-8"))
        for text in tree.xpath("//text()[contains(., '\u00ad')]"):
            broken |= {ancestor.tag for ancestor in text.getparent().iterancestors()} | {text.getparent().tag}
        named = {name for element in tree.iter("*") for name, value in element.attrib.items() if SOFT_HYPHEN in value}
        assert named <= {"data-label"}
    assert broken & {"td", "th"} and "figcaption" not in broken and "svg" not in broken
    others = [path for path in folder.rglob("*") if path.suffix in {".csv", ".json", ".ipynb", ".txt"}]
    assert len(others) > 10
    assert not [path.name for path in others if SOFT_HYPHEN in path.read_text(encoding="utf-8")]
