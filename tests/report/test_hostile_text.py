"""Whatever comes from outside is shown as text: markup, templates, formulas and mathematics stay letters on a page.

Every text field of every document, the ballots and the names of files hold the same evil text, with the name of the
field behind it. All documents and figures are made up.
"""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from unittest import mock

import pytest
import yaml
from markupsafe import Markup

import analysis as va
import chapters_as_pages
import made_up_council
import made_up_exports
import made_up_series
from analysis.definitions import regions
from analysis.display import provenance
from analysis.ingest.pipeline import ingest
from analysis.report.dom import SOFT_HYPHEN
from analysis.report.page import Content, Link, Page, render
from analysis.statistics.small_areas import Area, Areas
from analysis.statistics.verdicts import Verdict
from analysis.store.raw_sources import Source, SourceList
from analysis.store.results import Missing, html
from analysis.store.series import Wijken
from made_up_statements import change, level, statement, target

EVIL = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> &lt;b&gt; &amp; {{ 7*7 }} {% x %} $x^2$ \\(y\\) "
    '=HYPERLINK("http://evil.example","klik") [link](javascript:alert(1))'
)
FORM = str.maketrans({"‘": "'", "’": "'", "–": "-", SOFT_HYPHEN: None})
FILE = "politie/maanden <b>&amp; 'co'.csv"
VILLAGE, HOME = f"Leek {EVIL}", made_up_council.MUNICIPALITY


def evil(field):
    return f"{EVIL} {field}"


CARD = {
    **made_up_council.CARD,
    "themes": [{**theme, "label": evil(f"kaart {theme['id']}")} for theme in made_up_council.CARD["themes"]],
    "villages": [{"name": VILLAGE, "inhabitants": 10}, {"name": evil("Marum"), "inhabitants": 20}],
}
PRIORITIES = {
    **made_up_council.PRIORITIES,
    "lists": {
        name: {
            "title": evil(f"lijst {name}"),
            "source": evil("plaats van de lijst"),
            "entries": [
                {**entry, "name": evil(f"onderwerp {name}"), "source": evil(f"vindplaats {name}")}
                for entry in listed["entries"]
            ],
        }
        for name, listed in made_up_council.PRIORITIES["lists"].items()
    },
    "themes": {
        id: {**theme, "label": evil(f"thema {id}"), "note": evil("notitie"), "field": "woon"}
        for id, theme in made_up_council.PRIORITIES["themes"].items()
    },
}
PARTNERS = {
    "municipality": HOME,
    "partners": {evil("partner"): "extern"},
    "remarks": [
        {"partner": evil("partner"), "theme": "inbraak", "observation": evil("opmerking"), "direction": "more"},
    ],
}
PLAN = {
    **made_up_council.PLAN,
    "title": evil("titel van het plan"),
    "themes": {id: [evil(f"planthema {id}"), kind] for id, (_, kind) in made_up_council.PLAN["themes"].items()},
    "measures": {
        id: {**measure, "action": evil(f"maatregel {id}"), "owners": [evil("eigenaar")], "source": evil("plaats")}
        for id, measure in made_up_council.PLAN["measures"].items()
    },
    "budget": [
        {**line, "amount": line["amount"] + 1} for line in made_up_council.PLAN["budget"]
    ],  # so that all are named
    "notes": [evil("opmerking bij het plan")],
}
EVIL_STATEMENT = {
    "document": evil("document"), "section": evil("paragraaf"), "quote": evil("citaat"), "claim": evil("bewering"),
    "cautions": [evil("let op")],
}  # fmt: skip
ID = evil("K1")
STATEMENTS = {
    "municipality": HOME,
    "documents": {evil("document"): evil("naam van het document")},
    "key_messages": [{"show": ID, "reason": evil("reden")}, {"show": "K5", "reason": evil("nog een reden")}],
    "remarks": [{"text": evil("opmerking bij de tekst"), "places": [evil("vindplaats")], "statements": [ID]}],
    "statements": {
        ID: statement(change("down"), **EVIL_STATEMENT),
        "K2": statement({"kind": "process", "needs": evil("wat er nodig is")}, **EVIL_STATEMENT),
        "K3": {**statement(**EVIL_STATEMENT), "same_as": ID, "tests": []},
        "K4": statement(level(1), level(200), **EVIL_STATEMENT),
        "K5": statement({"kind": "set", "of": "namen", "items": [evil("genoemd")]}, **EVIL_STATEMENT, group="keuzes"),
        "K6": statement({"kind": "set", "of": "villages", "items": ["Leek"]}, **EVIL_STATEMENT, group="stemming"),
        "D1": statement(target(2022, 2019), **EVIL_STATEMENT, group="doelen"),
        "D2": statement(
            {"kind": "process", "needs": evil("nodig")}, **EVIL_STATEMENT, group="doelen", role="goal"
        ),
    },
}  # fmt: skip
FACTS = {"municipality": HOME, "facts": {"namen": {"source": evil("bron van het feit"), "items": [evil("bekend")]}}}
GOALS = {
    "municipality": HOME,
    "goals": {
        evil("doel"): {
            "text": evil("tekst van het doel"), "source": evil("plaats van het doel"), "theme": "inbraak",
            "period": evil("2020-2023"), "year": 2022, "statement": "D1", "measurable": "no",
            "reported": {"text": evil("gemeld"), "source": evil("plaats van gemeld")}, "heading": evil("kop"),
            "note": evil("notitie bij het doel"),
            "plan": {"text": evil("tekst in het plan"), "source": evil("plaats in het plan"), "difference": "woord",
                     "note": evil("verschil")},
            "proposal": {"count": evil("telling"), "data": evil("bron"), "baseline": evil("begin")},
            "checklist": {"title": evil("lijst"), "source": "IVB:1",
                          "items": [{"name": evil("punt"), "source": evil("plaats van het punt")}]},
        },
        "D2": {
            "text": evil("kaal doel"), "source": "IVB:1", "theme": "inbraak", "period": evil("2020-2023"),
            "year": 2022, "statement": "D2", "measurable": "in_part",
        },
    },
    "lookback": [{"heading": evil("kop van vroeger"), "themes": ["inbraak"], "done": [
        {"what": evil("gedaan"), "when": evil("wanneer"), "source": evil("plaats van gedaan")}]}],
    "lessons": [{"year": 2023, "title": evil("les"), "text": evil("uitleg"), "source": evil("plaats van de les")}],
}  # fmt: skip
DASHBOARD = {
    "municipality": HOME, "year": 2022, "half": 2, "agreed": evil("afgesproken"),
    "items": [
        {
            "indicator": "woninginbraak", "set": "eigen", "owner": evil("eigenaar van het cijfer"),
            "target": {"compare": "<=", "value": 3, "year": 2022, "source": evil("bron van het doel")},
        },
    ],
}  # fmt: skip
PROGRESS = (
    made_up_council.PROGRESS[0],
    f'sloten;loopt;1-8-2024;9999;"{evil("toelichting").replace(chr(34), chr(34) * 2)}"',
)

# Where each field is shown. What is not here, no page shows: of a list its source, of a place in the budget the line.
FIELDS = {
    "00": [ID, evil("bewering"), evil("reden"), evil("nog een reden"), evil("thema inbraak")],
    "01": [evil("partner"), evil("opmerking"), evil("thema inbraak"), evil("kaart inbraken")],
    "06": [evil("kaart auto"), VILLAGE, evil("Marum")],
    "07": [
        ID, evil("naam van het document"), evil("document"), evil("paragraaf"), evil("citaat"), evil("bewering"),
        evil("let op"), evil("wat er nodig is"), evil("genoemd"), evil("bekend"), evil("bron van het feit"),
        evil("opmerking bij de tekst"), evil("vindplaats"), VILLAGE,
    ],
    "08": [
        evil("doel"), evil("plaats van het doel"), evil("gemeld"), evil("notitie bij het doel"),
        evil("2020-2023"),
    ],
    "09": [
        evil("partner"), evil("opmerking"), evil("thema inbraak"), evil("kaart inbraken"), evil("notitie"),
        *(evil(f"{what} {name}") for what in ("lijst", "onderwerp", "vindplaats") for name in PRIORITIES["lists"]),
    ],
    "10": [evil("afgesproken"), evil("eigenaar van het cijfer"), evil("bron van het doel"), FILE],
    "11": [
        evil("titel van het plan"), evil("planthema inbraak"), evil("maatregel sloten"), evil("eigenaar"),
        evil("plaats"), evil("opmerking bij het plan"), evil("toelichting"),
    ],
}  # fmt: skip
# The other chapters need figures that are not here; what they show besides is the same as in these.
CHAPTERS = [chapter for chapter in chapters_as_pages.CHAPTERS if chapter.stem[:2] in (*FIELDS, "02", "13")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The made-up council with evil documents, ballots and a status sheet, ingested."""
    root = tmp_path_factory.mktemp("boos")
    raw = made_up_council.raw(
        root / "raw", progress=PROGRESS, priorities=PRIORITIES, partners=PARTNERS, plan=PLAN, statements=STATEMENTS,
        facts=FACTS, goals=GOALS, dashboard=DASHBOARD,
    )  # fmt: skip
    (raw / "beleid" / "vote_card.yml").write_text(yaml.safe_dump(CARD, allow_unicode=True), encoding="utf-8")
    with (raw / "stemmen" / "briefjes.csv").open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["stemmer", "dorp", "thema_1", "thema_2"])
        for n in range(120):
            village = VILLAGE if n % 2 else evil("Marum")
            writer.writerow([f"L{n}", village, "auto", "winkel" if n % 3 else "inbraken"])
    months = {
        ("1.1.1", HOME, f"{year}MM{month:02}"): 5 + month % 3 for year in range(2012, 2023) for month in range(1, 13)
    }
    made_up_exports.typed(raw / FILE, months)
    ingest(raw, root / "processed")
    return root / "processed"


def harmless(markup):
    """The tree of a page without anything in it that only an outsider can have put there."""
    tree = chapters_as_pages.read(markup)
    assert not tree.xpath("//script | //img | //iframe | //object")
    assert not [name for element in tree.iter("*") for name in element.attrib if name.startswith("on")]
    assert not [link for link in tree.xpath("//@href | //@src") if re.match(r"\s*(javascript|data):", link)]
    assert "http://evil.example" not in "".join(tree.xpath("//@href"))
    return tree


def visible_text(markup):
    """The text of a page as a reader sees it, without capitals: labels lose theirs in a sentence."""
    for style in (tree := harmless(markup)).iter("style"):
        style.text = ""
    return plain(chapters_as_pages.words(tree))


def plain(text):
    """A text without capitals, and without the form that a page gives to quotes, years and long words."""
    return " ".join(text.translate(FORM).split()).casefold()


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_no_chapter_lets_markup_through_and_the_text_is_shown_as_it_was_written(chapter, folder):
    text = visible_text(chapters_as_pages.page(chapter, folder))
    for field in FIELDS.get(chapter.stem[:2], []):
        assert plain(field) in text, field.removeprefix(EVIL)
    for escaped_twice in ("&lt;script", "&amp;lt;", "&#x27;", "&quot;", "&amp;amp;"):
        assert escaped_twice not in text


def test_the_evil_text_would_be_found_if_it_were_let_through():
    with pytest.raises(AssertionError):
        harmless(f"<p>{EVIL}</p>")
    assert "&lt;script" in visible_text("<p>&amp;lt;script&amp;gt;</p>")  # what escaping twice would look like


def test_a_goal_without_a_statement_shows_its_own_text(folder):
    review = va.goals(HOME, "past", folder)
    bare = replace(review, goals=tuple(replace(goal, judged=None) for goal in review.goals))
    text = visible_text(html(bare))
    assert plain(evil("tekst van het doel")) in text and plain(evil("kaal doel")) in text


def test_everything_in_the_document_of_goals_is_text(folder):
    review = va.goals(HOME, "past", folder)
    counted = va.checklists(review, va.plan_status(HOME, folder))
    done = va.lookback(review, va.priorities(HOME, 2019, 2022, folder))
    results = [va.promises(review), va.measurable(review), va.proposals(review), counted, done, va.lessons(review)]
    pages = " ".join(map(html, results))
    harmless(pages)
    told = ("tekst in het plan", "verschil", "telling", "begin", "lijst", "punt", "gedaan", "wanneer", "les", "uitleg")
    assert all(plain(evil(text)) in visible_text(pages) for text in told)


def test_money_beside_figures_names_its_themes_as_they_were_written(folder):
    """Each theme of the plan has a label of its own there."""
    money = va.money(va.priorities(HOME, 2019, 2022, folder))
    assert plain(evil("planthema inbraak")) in visible_text(html(money))


def test_what_surrounds_a_chapter_is_text():
    page = Page(title=EVIL, subtitle=EVIL, unread=(EVIL,), chapters=(Link(EVIL, "a.html"),))
    assert visible_text(render("chapter.html.j2", page=page, content=Content(EVIL, Markup("")))).count(plain(EVIL)) > 1
    assert plain(EVIL) in visible_text(html(Missing("proef", EVIL)))


def test_names_of_files_and_publishers_are_text():
    file = Source("x", f"politie/{EVIL}.csv", EVIL, EVIL, "a" * 64, 1, synthetic=True, public=True)
    pages = [
        provenance.provenance_block([file], EVIL, EVIL, EVIL),
        html(SourceList((file,))),
        html(replace(figures(), sources=(file,))),
        html(va.chart(replace(figures(), sources=(file,)))),
    ]
    for page in pages:
        assert plain(EVIL) in visible_text(page)


def figures(region=HOME):
    counts = {2019: 200, 2020: 150, 2021: 140, 2022: 300}
    return replace(made_up_series.yearly("proef", region, counts, dict.fromkeys(counts, 60000)), indicator=labelled())


def monthly(region=HOME):
    counts = [9 + month % 3 for month in range(132)]
    return replace(made_up_series.monthly("proef", region, 2012, counts), indicator=labelled())


def labelled():
    """An indicator whose every word is evil: definitions are a file like any other."""
    return made_up_series.indicator(
        label=EVIL, singular=EVIL, counts=EVIL, registered_by=EVIL, caveats=(EVIL,), good="lower"
    )


@pytest.fixture
def _evil_regions():
    with mock.patch.object(regions, "name", lambda code: f"{EVIL} {code}"):
        yield


@pytest.mark.usefixtures("_evil_regions")
def test_labels_of_indicators_and_names_of_regions_are_text():
    changed = va.change(figures(), 2019, 2022)
    months, country = monthly(), monthly("NL00")
    country = replace(country, data=country.data.assign(value=country.data["value"] * 90))
    results = [
        figures(),
        changed,
        va.overview([figures()], 2019, 2022, name="proef"),
        va.power(figures(), 2019, 2022),
        va.chart(figures(), against=None, title=va.headline(changed)),
        va.trend(months, 2019, 2022),
        va.compare_trend(months, country, 2019, 2022),
        va.control_chart(months),
        va.caveats(figures(), changed),
        figures().no_figure(2011),
    ]
    for result in results:
        assert plain(EVIL) in visible_text(html(result)), type(result).__name__


@pytest.mark.usefixtures("_evil_regions")
def test_documents_name_the_municipality_as_text(folder):
    judged = va.judge(HOME, folder)
    for result in (va.dashboard(HOME, folder), judged, va.statements(judged, "claim"), va.goals(HOME, "past", folder)):
        harmless(html(result))
    assert plain(f"in {EVIL} {HOME}") in visible_text(html(va.dashboard(HOME, folder)))


@pytest.mark.usefixtures("_evil_regions")
def test_names_of_wijken_are_text():
    wijk = Area("WK196901", EVIL, 100.0, 50, 20.0, 2.5, 1.9, 3.2, Verdict.CONFIRMED)
    wijken = Wijken(labelled(), HOME, {}, {}, {}, (made_up_series.SOURCE,))
    areas = Areas(wijken, 2020, 2022, 2022, (wijk,), 1.0)
    assert plain(EVIL) in visible_text(html(areas))
