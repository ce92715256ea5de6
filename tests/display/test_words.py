"""Words that no page may contain: '1 soorten', and table names that only our own files use."""

import re

import pytest
from lxml import html

import report_command
from analysis.definitions import catalogue
from made_up_exports import typed

pytestmark = pytest.mark.slow

NOUNS = (
    "soorten|vergelijkingen|uitspraken|maatregelen|thema's|gemeenten|wijken|dorpen|stemmers|stemmen|maanden|jaren|"
    "halfjaren|bestanden|bronbestanden|indicatoren|registraties|doelen|cijfers|perioden|toetsen|groepen|vragen|"
    "opmerkingen|partners|regels|onderwerpen|hoofdstukken|inwoners|prioriteiten|bedragen"
)
SAID = ("p", "li", "figcaption", "summary", "caption", "td", "dd")


def plurals():
    """The plural nouns that stand behind a number on a page, also those of the indicators."""
    labels = [indicator.label.partition(" ")[0] for indicator in catalogue.indicators().values() if indicator.is_count]
    return "|".join([NOUNS, *sorted(set(labels))])


def singular_in_plural(page):
    """Where a page counts one thing in the plural; '1 van de 3 soorten' is not such a place."""
    words = " ".join(" ".join(element.itertext()) for element in page.iter(*SAID))
    text = re.sub(r"[\s\u00a0]+", " ", words)
    return re.findall(rf"(?<![\d.,–−+/-])\b1 (?:[a-zë]+ )?(?:{plurals()})\b(?! op de)", text)


def own_names(page):
    """Names of tables in tables.yml that are no number of the publisher, where a page says whose a table is."""
    names = [id for id in catalogue.tables() if not re.fullmatch(r"\d{5}(NED|ned)", id)]
    lines = [" ".join(element.itertext()) for element in page.iter("p", "td") if "".join(element.itertext()).strip()]
    sources = [line for line in lines if line.startswith("Bron: ") or re.match(r"[A-Z][^,.]{2,40}, \S+", line)]
    return [line for line in sources if re.search(rf", ({'|'.join(names)})(\b|$)", line)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A report about one kind of crime of which there was one."""
    root = tmp_path_factory.mktemp("klein")
    typed(root / "raw" / "x.csv", {("1.1.1", "GM1680", f"{year}JJ00"): 1 for year in range(2016, 2023)})
    report_command.command("report", "--municipality", "GM1680", "--raw", root / "raw", "--out", root / "out")
    return root / "out" / "GM1680" / "2019-2022"


def pages(folder):
    return [html.parse(path) for path in folder.glob("*.html")]


def test_a_page_counts_one_thing_in_the_singular(tiny, sample_report):
    mistakes = [
        words for folder in (tiny, sample_report.folder) for page in pages(folder) for words in singular_in_plural(page)
    ]
    assert not mistakes


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [("Van 1 soorten zijn er", True), ("Van 1 soort zijn er", False), ("1 van de 3 soorten", False),
     ("gecorrigeerd voor 1 vergelijkingen", True), ("1,1 maanden", False), ("21 soorten", False),
     ("de politie 1 woninginbraken", True), ("1 woninginbraak", False), ("Bij <b>1 thema's</b>", True)],
)  # fmt: skip
def test_one_thing_in_the_plural_is_found(sentence, wrong):
    assert bool(singular_in_plural(html.fromstring(f"<div><p>{sentence}</p></div>"))) == wrong


def test_a_table_has_the_name_that_its_publisher_gave_it(sample_report):
    read = pages(sample_report.folder)
    assert not [line for page in read for line in own_names(page)]
    text = "".join("".join(page.getroot().itertext()) for page in read)
    assert "85984NED (Kerncijfers wijken en buurten)" in text
    assert "47013NED (Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente)" in text
    assert "Nationale Veiligheidsindices" in text
